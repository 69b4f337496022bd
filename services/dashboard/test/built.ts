import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the page into a folder of its own, so that tests never see an old build. */
export const buildPage = async (): Promise<{ dist: string; remove: () => void }> => {
  const dist = mkdtempSync(join(tmpdir(), 'siaga-dashboard-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({ root, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
  return { dist, remove: () => rmSync(dist, { recursive: true, force: true }) };
};
