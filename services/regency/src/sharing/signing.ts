/** Signs what this site shares, and says whose signatures count here. */
import {
  agreedKeys,
  evolveKeyring,
  type Keyring,
  keyringOf,
  type RegencyCode,
  type SharedEvent,
  type SigningKey,
  signingKeyOf,
} from '@siaga/domain';
import {
  isSignedWith,
  makePrivateKey,
  type PrivateKey,
  readPrivateKey,
  readTrustedKeys,
  signed,
} from '@siaga/stream';
import type { Register } from '../register/register.ts';

export interface Signing {
  /**
   * The envelope, signed with the own key that counts after `through` in the ledger: the same for the same envelope
   * whenever it is made. Throws `UnusableKey` where this site does not have that key's private half.
   */
  sign(envelope: SharedEvent, through: number): SharedEvent;
  /** The keys that count for a regency after what the register has read, or after `through` in the own ledger. */
  keyring(of: RegencyCode, through?: number): Keyring;
  /** Whether a text is an event that this regency has signed, with any key that it has or had. */
  isOwn(raw: string): boolean;
  /** Makes a private key and keeps it. It signs nothing before its public half is announced. */
  makeKey(): SigningKey;
}

/** Reads the trusted keys of a folder; see `packages/stream/src/signing/key-files.ts`. Throws `UnusableKey`. */
export function openSigning({
  regency,
  folder,
  register,
}: {
  regency: RegencyCode;
  folder: string;
  register: Pick<Register, 'known'>;
}): Signing {
  const trusted = readTrustedKeys(folder);
  const own = new Map<SigningKey, PrivateKey>();

  const privateKeyOf = (key: SigningKey): PrivateKey => {
    const known = own.get(key) ?? readPrivateKey(folder, key);
    own.set(key, known);
    return known;
  };
  const keyring = (of: RegencyCode, through = Number.POSITIVE_INFINITY): Keyring => {
    const { agreements, keysSaid } = register.known;
    const named = of === regency ? [] : agreedKeys(agreements.values(), regency, of);
    return keysSaid
      .filter(({ by, position }) => by === of && position <= through)
      .reduce((ring, { event }) => evolveKeyring(ring, event), keyringOf([...(trusted[of] ?? []), ...named]));
  };

  return {
    keyring,
    sign(envelope, through) {
      const key = signingKeyOf(keyring(regency, through));
      if (key === undefined) throw new Error(`no key of ${regency} counts: infra/pki makes one`);
      return signed(envelope, privateKeyOf(key));
    },
    isOwn(raw) {
      const { signingkey }: { signingkey?: unknown } = JSON.parse(raw);
      return (
        typeof signingkey === 'string' &&
        Object.hasOwn(keyring(regency), signingkey) &&
        isSignedWith(signingkey, raw)
      );
    },
    makeKey() {
      const made = makePrivateKey(folder);
      own.set(made.key, made);
      return made.key;
    },
  };
}
