/** Nkeys: who a service is. Its seed is in a file of its own; the server has the public key. */
import { readFileSync, statSync } from 'node:fs';
import { nkeys } from 'nats';

/** A key's file that is missing, holds none, or may be read by others. The message says which, and what to do. */
export class UnusableKey extends Error {
  override name = 'UnusableKey';
}

/** Reads a seed. Throws `UnusableKey`; the seed itself is in no message. */
export const readSeed = (file: string): string => {
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new UnusableKey(`${file} may be read by others: say chmod 600 ${file}`);
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof UnusableKey) throw error;
    throw new UnusableKey(`the seed ${file} can't be read: ${String(error)}`);
  }
  try {
    publicKeyOf(text);
  } catch {
    throw new UnusableKey(`${file} holds no nkey seed: make it with infra/pki`);
  }
  return text;
};

/** A new user's seed. */
export const newSeed = (): string => new TextDecoder().decode(nkeys.createUser().getSeed());

/** The public key of a seed, as a server's configuration has it. Throws for what is no seed. */
export const publicKeyOf = (seed: string): string =>
  nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey();
