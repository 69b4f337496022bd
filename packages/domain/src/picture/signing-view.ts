/** The picture's view of the keys with which a regency signs what it shares. Pure: used by server and browser. */
import type { RegencyCode } from '../codes.ts';
import type { Agreement } from '../agreement/halves.ts';
import {
  evolveKeyring,
  type Keyring,
  keyringOf,
  type SigningKey,
  type SigningKeyEvent,
} from '../signing/signing-keys.ts';
import type { SaidIn } from './emergency-view.ts';
import type { EventPlace } from './incident-view.ts';

export interface SigningKeyView {
  key: SigningKey;
  /** Absent where the regency has never announced it: it was known from elsewhere. */
  announced?: SaidIn;
  revoked?: SaidIn & { reason: 'superseded' | 'compromised' };
}
/** What a regency has said of its keys. Those that were pinned at the site, and of which it said nothing, are not here. */
export interface SigningKeysView {
  /** The regency's code. */
  id: string;
  regency: RegencyCode;
  /** In the order in which they were first spoken of. */
  keys: readonly SigningKeyView[];
  updatedAt: string;
  sequence: number;
}

/** Folds one of the regency's own events. What comes again changes nothing. */
export const foldSigningKeys = (
  view: SigningKeysView | undefined,
  { type, data }: SigningKeyEvent,
  { id, regency, sequence, recordedAt }: EventPlace,
): SigningKeysView => {
  const keys = view?.keys ?? [];
  const said = { sequence, recordedAt };
  const known = keys.find(({ key }) => key === data.key) ?? { key: data.key };
  const next: SigningKeyView =
    type === 'SigningKeyAnnounced'
      ? { announced: said, ...known }
      : { revoked: { ...said, reason: data.reason }, ...known };
  const others = keys.some(({ key }) => key === data.key)
    ? keys.map((one) => (one.key === data.key ? next : one))
    : [...keys, next];
  return { id, regency, keys: others, updatedAt: recordedAt, sequence };
};

/** The ring that counts after what the view has: keys that were trusted to begin with, and what was said since. */
export const keyringAfter = (
  trusted: readonly SigningKey[],
  view: Pick<SigningKeysView, 'keys'> | undefined,
): Keyring => {
  let ring = keyringOf(trusted);
  for (const { key, announced, revoked } of view?.keys ?? []) {
    const occurredAt = '';
    if (announced) ring = evolveKeyring(ring, { type: 'SigningKeyAnnounced', data: { occurredAt, key } });
    if (revoked) {
      const { reason } = revoked;
      ring = evolveKeyring(ring, { type: 'SigningKeyRevoked', data: { occurredAt, key, reason } });
    }
  }
  return ring;
};

/** The keys of `of` that `by` trusts because it has signed an agreement that names them. */
export const agreedKeys = (
  agreements: Iterable<Agreement>,
  by: RegencyCode,
  of: RegencyCode,
): SigningKey[] => {
  const keys = new Set<SigningKey>();
  for (const agreement of agreements) {
    const signed = agreement[by]?.signed ?? [];
    for (const { versions } of Object.values(agreement)) {
      for (const { version, hash, document } of versions) {
        if (!signed.some((one) => one.version === version && one.hash === hash)) continue;
        for (const { regency, key } of document.terms.signingKeys ?? []) if (regency === of) keys.add(key);
      }
    }
  }
  return [...keys];
};
