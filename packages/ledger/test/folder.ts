import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder for the files of one test. */
export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'siaga-ledger-'));
  const path = (name: string) => join(folder, name);
  return {
    path,
    empty: () => {
      for (const name of readdirSync(folder)) rmSync(path(name));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
