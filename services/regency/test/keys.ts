/** Signing keys of both regencies, the same for all sites of a process: what one says the other takes for its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keepPrivateKey, newPrivateKey, type PrivateKey, trustKey } from '@siaga/stream';

const keys = { '62.02': newPrivateKey(), '62.07': newPrivateKey() };

/** With which a regency signs. */
export const keyOf = (regency: string): PrivateKey => {
  if (regency !== '62.02' && regency !== '62.07') throw new Error(`${regency} has no key here`);
  return keys[regency];
};

/** The folder of a site's keys, made where it is missing. */
export const keysOf = (dir: string, regency: string): string => {
  const folder = join(dir, 'signing');
  if (existsSync(folder)) return folder;
  keepPrivateKey(folder, keyOf(regency));
  for (const [code, { key }] of Object.entries(keys)) trustKey(folder, code, key);
  return folder;
};
