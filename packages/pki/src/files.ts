/** Files of keys and certificates: written whole or not at all, private ones with mode 0600. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file that only its owner may read. Makes its folder, with mode 0700, where that is missing. */
export const writePrivate = (file: string, text: string): void => write(file, text, 0o600);

/** Writes a file that everyone may read. */
export const writePublic = (file: string, text: string): void => write(file, text, 0o644);

const write = (file: string, text: string, mode: number): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode, flush: true });
  renameSync(beside, file);
};

/** The text of a file; undefined where there is none. */
export const textOf = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined;
