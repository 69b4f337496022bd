/**
 * `npm run bench`: every figure a ratio to a baseline measured in the same run. Prints a JSON line for each and
 * writes docs/benchmarks.md. A word as argument runs only the parts whose name has it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchCommands } from '@siaga/regency/bench/commands.ts';
import { benchLedger } from '@siaga/ledger/bench/append.ts';
import { benchRebuild } from '@siaga/picture/bench/rebuild.ts';
import type { BenchRow } from '@siaga/testkit';
import { benchLatency } from './latency.ts';
import { benchMemory } from './memory.ts';

const parts: [string, (folder: string) => Promise<BenchRow[]>][] = [
  ['ledger', benchLedger],
  ['commands', benchCommands],
  ['rebuild', benchRebuild],
  ['latency', benchLatency],
  ['memory', benchMemory],
];
const words = process.argv.slice(2);
const chosen = parts.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));

const rows: BenchRow[] = [];
for (const [name, run] of chosen) {
  console.log(`[siaga] measuring: ${name} …`);
  const folder = mkdtempSync(join(tmpdir(), 'siaga-bench-'));
  try {
    for (const row of await run(folder)) {
      console.log(JSON.stringify(row));
      rows.push(row);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
if (words.length === 0) writeFileSync('docs/benchmarks.md', page(rows));
// A goal that is not met is a figure to read, not a failed command.
process.exit();

function page(measured: BenchRow[]): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
  const number = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Each value stands beside a baseline measured in the same run on the same machine; the',
    'ratio is what counts, since shared machines differ from hour to hour.',
    '',
    `Machine: ${machine}. ${new Date().toISOString().slice(0, 10)}.`,
    '',
    '| what | value | baseline | ratio | goal | met |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...measured.map(
      (row) =>
        `| ${row.name} | ${number(row.value)} | ${number(row.baseline)} | ${number(row.ratio)} | ${row.goal} | ${row.met ? 'yes' : 'no'} |`,
    ),
    '',
  ].join('\n');
}
