/** Nkeys of the services: a seed a file, and the public keys of former seeds that still count for a while. */
import { join } from 'node:path';
import { newSeed, publicKeyOf } from '@siaga/stream';
import { textOf, writePrivate, writePublic } from './files.ts';

/** How long a key that was replaced still counts: time enough to restart the service that uses it. */
const FORMER_MS = 7 * 24 * 3_600_000;

export interface KeyFolder {
  folder: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * The public keys that count for `name` now, the one in use first. Makes the seed `<name>.seed` where there is
 * none; with `replace`, makes a new one, and the key before it counts for 7 more days.
 */
export const ensureNkey = ({ folder, now }: KeyFolder, name: string, replace = false): string[] => {
  const file = join(folder, `${name}.seed`);
  const list = join(folder, `${name}.former`);
  const former = formerKeys(textOf(list), now);
  const present = textOf(file);
  if (present !== undefined && !replace) return [publicOf(present), ...former.map(({ key }) => key)];
  if (present !== undefined) {
    former.unshift({ key: publicOf(present), until: now + FORMER_MS });
    // Noted before the seed is overwritten: a crash in between leaves a key that counts twice, not none.
    writePublic(list, former.map(({ key, until }) => `${key} ${new Date(until).toISOString()}\n`).join(''));
  }
  const seed = newSeed();
  writePrivate(file, `${seed}\n`);
  return [publicKeyOf(seed), ...former.map(({ key }) => key)];
};

const publicOf = (text: string): string => publicKeyOf(text.trim());

const formerKeys = (text: string | undefined, now: number): { key: string; until: number }[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [key = '', until = ''] = line.split(' ');
      return { key, until: Date.parse(until) };
    })
    .filter(({ until }) => until > now);
