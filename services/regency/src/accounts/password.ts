/** Password hashes: scrypt (RFC 7914) with a salt of its own for each. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * N=2^15, r=8, p=3: one of the settings that OWASP's password storage cheat sheet gives as equal to N=2^17, p=1,
 * but with 32 MiB at a time in place of 128 MiB, for a site has 150 MB. The settings stand in each hash.
 */
const SETTINGS = { cost: 2 ** 15, blockSize: 8, parallelization: 3 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

export interface PasswordHash {
  hash: Uint8Array;
  salt: Uint8Array;
  /** `N,r,p` of scrypt. */
  settings: string;
}

/** What a wrong name is compared with, so that it takes as long as a wrong password. */
const NOBODY: PasswordHash = {
  hash: randomBytes(HASH_BYTES),
  salt: randomBytes(SALT_BYTES),
  settings: textOf(SETTINGS),
};

let turn: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** How many passwords are being hashed or wait for it. They are hashed one at a time, so memory stays bounded. */
export const passwordsWaiting = (): number => waiting;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  return { hash: await derive(password, salt, SETTINGS), salt, settings: textOf(SETTINGS) };
}

/** Whether the password is the one of the hash. Without a hash it takes as long and is false. */
export async function isPassword(password: string, known: PasswordHash | undefined): Promise<boolean> {
  const { hash, salt, settings } = known ?? NOBODY;
  const [cost = 0, blockSize = 0, parallelization = 0] = settings.split(',').map(Number);
  const derived = await derive(password, salt, { cost, blockSize, parallelization });
  return timingSafeEqual(derived, hash) && known !== undefined;
}

function textOf({ cost, blockSize, parallelization }: typeof SETTINGS): string {
  return `${cost},${blockSize},${parallelization}`;
}

function derive(password: string, salt: Uint8Array, settings: typeof SETTINGS): Promise<Buffer> {
  // One keyboard writes é as one character, another as two: the same password all the same.
  const text = password.normalize('NFC');
  const work = () =>
    new Promise<Buffer>((resolve, reject) => {
      scrypt(text, salt, HASH_BYTES, { ...settings, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  waiting += 1;
  const derived = turn.then(work).finally(() => (waiting -= 1));
  turn = derived.catch(() => undefined);
  return derived;
}
