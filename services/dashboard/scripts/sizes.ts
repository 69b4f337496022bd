/** What the built page weighs, gzip. `pnpm --filter @siaga/dashboard sizes` prints it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtDashboard } from '../server/index.ts';

export interface Sizes {
  files: { name: string; bytes: number }[];
  /** Scripts and styles that `index.html` names: what stands before the list can. */
  first: number;
  /** Every script and style. */
  code: number;
  /** The typeface (compressed already) of Latin letters; one of accented letters comes only where they stand. */
  font: number;
}

const isCode = (name: string) => /\.(js|css)$/.test(name);

/** Measures a folder that `vite build` made. Throws when there is none. */
export const sizesOf = (dist: string): Sizes => {
  const files = readdirSync(join(dist, 'assets')).map((name) => {
    const content = readFileSync(join(dist, 'assets', name));
    return { name, bytes: isCode(name) ? gzipSync(content, { level: 9 }).length : content.length };
  });
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const sum = (wanted: (name: string) => boolean) =>
    files.filter(({ name }) => wanted(name)).reduce((total, { bytes }) => total + bytes, 0);
  return {
    files,
    first: sum((name) => isCode(name) && page.includes(name)),
    code: sum(isCode),
    font: sum((name) => /-latin-wght-.*\.woff2$/.test(name)),
  };
};

if (import.meta.main) {
  const { files, first, code, font } = sizesOf(builtDashboard);
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1).padStart(6)} KiB`;
  for (const { name, bytes } of files.toSorted((a, b) => b.bytes - a.bytes)) console.log(kib(bytes), name);
  console.log(`${kib(first)} scripts and styles before the list`);
  console.log(`${kib(code)} all scripts and styles`);
  console.log(`${kib(font)} typeface`);
}
