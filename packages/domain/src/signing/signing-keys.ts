/**
 * The keys with which a regency signs what it shares (Ed25519, RFC 8032). Which of them count at an event is folded
 * from the regency's own events before it: no clock has a say in it, and everyone who reads the journal agrees.
 */
import { z } from 'zod';
import { RegencyCode, StoredInstant } from '../codes.ts';
import { type Decision, accept, reject } from '../decision.ts';

/** A public key, base64url of its 32 bytes: the `x` of RFC 8037. It is its own name. */
export const SigningKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'a signing key is 43 characters of base64url');
export type SigningKey = string;

// Events

/** From the next shared event on, the regency signs with this key. Those before it go on counting. */
export const SigningKeyAnnounced = z.strictObject({ occurredAt: StoredInstant, key: SigningKey });
/** From the next shared event on, the key no longer counts. What it has signed before goes on counting. */
export const SigningKeyRevoked = z.strictObject({
  occurredAt: StoredInstant,
  key: SigningKey,
  /** `superseded`: by another. `compromised`: somebody else may have it. */
  reason: z.enum(['superseded', 'compromised']),
});
export type SigningKeyEvent =
  | { type: 'SigningKeyAnnounced'; data: z.infer<typeof SigningKeyAnnounced> }
  | { type: 'SigningKeyRevoked'; data: z.infer<typeof SigningKeyRevoked> };

/** Ledger stream of a regency's own keys. Its aggregate is the regency. */
export const SIGNING_KEY_STREAM = 'signing-keys';

// State

/** A regency's keys, the newest last. What is revoked stays so. */
export type Keyring = Readonly<Record<SigningKey, 'counts' | 'revoked'>>;

/** The ring that begins with keys known from elsewhere: pinned at the site, or named in an agreement. */
export const keyringOf = (keys: readonly SigningKey[]): Keyring =>
  Object.fromEntries(keys.map((key) => [key, 'counts']));

/** Whether a signature with this key counts for the regency's next event. */
export const keyCounts = (ring: Keyring, key: SigningKey): boolean =>
  Object.hasOwn(ring, key) && ring[key] === 'counts';

/** The key that signs what comes next; undefined where none counts. */
export const signingKeyOf = (ring: Keyring): SigningKey | undefined =>
  Object.entries(ring).findLast(([, standing]) => standing === 'counts')?.[0];

/** Folds one of the regency's own events. */
export const evolveKeyring = (ring: Keyring, { type, data }: SigningKeyEvent): Keyring => {
  if (type === 'SigningKeyRevoked') return { ...ring, [data.key]: 'revoked' };
  return Object.hasOwn(ring, data.key) ? ring : { ...ring, [data.key]: 'counts' };
};

// Commands

export const RevokeSigningKey = z.strictObject({ reason: SigningKeyRevoked.shape.reason });
export type SigningKeyCommand =
  | { type: 'announce'; key: SigningKey; at: string }
  | { type: 'revoke'; key: SigningKey; body: z.infer<typeof RevokeSigningKey>; at: string };
export type SigningKeyRejection = 'signing_key_known' | 'signing_key_unknown' | 'signing_key_in_use';

/**
 * Decides on the own ring. The key that signs can't be revoked: another is announced before, signed with this one,
 * so that whoever follows the journal knows whom to trust from there on.
 */
export const decideSigningKey = (
  command: SigningKeyCommand,
  ring: Keyring,
): Decision<SigningKeyEvent, SigningKeyRejection> => {
  const { key, at } = command;
  const known = Object.hasOwn(ring, key);
  if (command.type === 'announce') {
    if (known) return reject('signing_key_known', { key });
    return accept({ type: 'SigningKeyAnnounced', data: { occurredAt: at, key } });
  }
  if (!known) return reject('signing_key_unknown', { key });
  if (ring[key] === 'revoked') return accept();
  if (signingKeyOf(ring) === key) return reject('signing_key_in_use', { key });
  return accept({ type: 'SigningKeyRevoked', data: { occurredAt: at, key, reason: command.body.reason } });
};

/** A regency's key as an agreement names it. */
export const NamedKey = z.strictObject({ regency: RegencyCode, key: SigningKey });
export type NamedKey = z.infer<typeof NamedKey>;
