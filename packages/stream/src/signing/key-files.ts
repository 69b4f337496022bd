/**
 * The folder of a site's signing keys. It is beside its seeds, and made by infra/pki:
 *
 *   <public key>.key     a private key of this site, with mode 0600
 *   trusted-keys.json    public keys by regency, this site's own first ones and those that its neighbours told it
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegencyCode, SigningKey } from '@siaga/domain';
import { z } from 'zod';
import { UnusableKey } from '../seed.ts';
import { newPrivateKey, pemOf, type PrivateKey, privateKeyOf } from './signature.ts';

const TrustedKeys = z.record(RegencyCode, z.array(SigningKey));
/** Public keys by regency. */
export type TrustedKeys = z.infer<typeof TrustedKeys>;

const trustedFile = (folder: string): string => join(folder, 'trusted-keys.json');
const privateFile = (folder: string, key: SigningKey): string => join(folder, `${key}.key`);

/** The keys that a site trusts before it has read anything. Throws `UnusableKey`. */
export const readTrustedKeys = (folder: string): TrustedKeys => {
  const file = trustedFile(folder);
  try {
    return TrustedKeys.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UnusableKey(`the trusted keys ${file} can't be read (infra/pki makes them): ${String(error)}`);
  }
};

/** Trusts `key` for `regency` from now on. Makes the file where it is missing. */
export const trustKey = (folder: string, regency: RegencyCode, key: SigningKey): void => {
  const known = existsSync(trustedFile(folder)) ? readTrustedKeys(folder) : {};
  const keys = known[regency] ?? [];
  if (keys.includes(key)) return;
  write(trustedFile(folder), `${JSON.stringify({ ...known, [regency]: [...keys, key] }, null, 2)}\n`, 0o644);
};

/** A private key. Throws `UnusableKey`; the key itself is in no message. */
export const readPrivateKey = (folder: string, key: SigningKey): PrivateKey => {
  const file = privateFile(folder, key);
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new UnusableKey(`${file} may be read by others: say chmod 600 ${file}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UnusableKey) throw error;
    throw new UnusableKey(`the private key ${file} can't be read: ${String(error)}`);
  }
  try {
    const found = privateKeyOf(text);
    if (found.key === key) return found;
  } catch {
    // Told below: what is in the file is in no message.
  }
  throw new UnusableKey(`${file} does not hold the private key that it is named after`);
};

/** Keeps a private key, on the disk before this returns. */
export const keepPrivateKey = (folder: string, key: PrivateKey): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  write(privateFile(folder, key.key), pemOf(key), 0o600);
};

/** Makes a key and keeps it. */
export const makePrivateKey = (folder: string): PrivateKey => {
  const made = newPrivateKey();
  keepPrivateKey(folder, made);
  return made;
};

const write = (file: string, text: string, mode: number): void => {
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode, flush: true });
  chmodSync(beside, mode);
  renameSync(beside, file);
};
