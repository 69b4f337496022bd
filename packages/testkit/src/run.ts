/**
 * The test runner: each file in a process of its own, three at a time (much of what they do is wait), the longest first,
 * and last lines that name the slowest and say `N passed, N failed`.
 *
 *   node packages/testkit/src/run.ts [--serial] [path or part of a path …]
 *
 * A file that crashes, hangs past its time, or runs no test is a failure. Exit code 0 only when nothing failed.
 */
import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';

export interface FileVerdict {
  passed: number;
  failed: number;
  skipped: number;
  problems: string[];
}

const FILE_LIMIT_MS = 300_000;
/** How many files are named as the slowest. */
const SLOWEST = 5;
/**
 * What takes longest begins first, so that no lane is left with it alone at the end; browsers and other whole sites by
 * turns, for the browsers are those that keep a processor busy. A hint: a file that is missing here runs later.
 */
const LONGEST_FIRST = [
  'services/dashboard/test/accords.test.ts',
  'test/eventstoredb.test.ts',
  'test/chaos.test.ts',
  'services/dashboard/test/aid.test.ts',
  'test/restore.test.ts',
  'infra/test/hub-of-three.test.ts',
  'services/dashboard/test/page.test.ts',
  'services/regency/test/repair.test.ts',
  'test/browser.test.ts',
  'test/crash.test.ts',
  'test/mutual-aid.test.ts',
  'packages/ledger/test/eventstoredb-faults.test.ts',
  'test/aid-browser.test.ts',
  'test/incident-browser.test.ts',
  'test/partition.test.ts',
  'infra/test/launcher.test.ts',
  'services/regency/test/reactions.test.ts',
  'test/abuse.test.ts',
  'test/repair.test.ts',
  'packages/stream/test/follow.test.ts',
  'services/regency/test/sharing.test.ts',
  'services/regency/test/sessions.test.ts',
  'services/regency/test/conflicts.test.ts',
  'services/regency/test/withholding.test.ts',
];

/** Runs one file. Never rejects: what goes wrong is a failed verdict. The output is what the file printed. */
export function runFile(
  file: string,
  limitMs = FILE_LIMIT_MS,
): Promise<{ verdict: FileVerdict; output: string }> {
  return new Promise((done) => {
    const child = fork(new URL('run-file.ts', import.meta.url), [file], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // Spares every process of every test the stripping of the same TypeScript.
      env: { NODE_COMPILE_CACHE: resolve('.setup/compile-cache'), ...process.env },
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    let verdict: FileVerdict | undefined;
    let problem: string | undefined;
    child.on('message', (message) => (verdict = message as FileVerdict));
    const timer = setTimeout(() => {
      problem = `no verdict within ${limitMs / 1000} s`;
      child.kill('SIGKILL');
    }, limitMs);
    child.on('error', (error) => (problem = String(error)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (!verdict) {
        const why = problem ?? `the file ended early (${signal ?? `exit code ${code}`})`;
        verdict = { passed: 0, failed: 1, skipped: 0, problems: [`${why}\n${output.slice(-4000)}`] };
      }
      done({ verdict, output });
    });
  });
}

const rank = (file: string): number => {
  const index = LONGEST_FIRST.indexOf(file);
  return index === -1 ? LONGEST_FIRST.length : index;
};

async function main(): Promise<void> {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const lanes = process.argv.includes('--serial') ? 1 : 3;
  const files = globSync(
    [
      'packages/*/test/**/*.test.ts',
      'services/*/test/**/*.test.ts',
      'infra/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    {
      exclude: (path) => path.includes('node_modules'),
    },
  )
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .sort((one, other) => rank(one) - rank(other));
  const total: FileVerdict = { passed: 0, failed: 0, skipped: 0, problems: [] };
  const queue = [...files];
  let count = 0;
  const times: { file: string; seconds: number }[] = [];
  const lane = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const startedAt = performance.now();
      const { verdict } = await runFile(resolve(file));
      const seconds = (performance.now() - startedAt) / 1000;
      times.push({ file, seconds });
      count += 1;
      const sign = verdict.failed === 0 ? 'ok  ' : 'FAIL';
      console.log(
        `${sign} ${String(count).padStart(2)}/${files.length} ${relative('.', file)}: ${verdict.passed} passed, ${verdict.failed} failed (${seconds.toFixed(1)} s)`,
      );
      for (const problem of verdict.problems) console.log(`\n${problem}\n`);
      total.passed += verdict.passed;
      total.failed += verdict.failed;
      total.skipped += verdict.skipped;
      total.problems.push(
        ...verdict.problems.map((problem) => `${relative('.', file)}: ${problem.split('\n')[0]}`),
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (files.length === 0) {
    total.failed += 1;
    console.log('no test file matches');
  }
  if (total.problems.length > 0)
    console.log(`\nFailures:\n${total.problems.map((line) => `  ${line}`).join('\n')}`);
  if (files.length > SLOWEST) {
    times.sort((one, other) => other.seconds - one.seconds);
    const slowest = times.slice(0, SLOWEST).map(({ file, seconds }) => `${file} ${seconds.toFixed(0)} s`);
    console.log(`\nSlowest: ${slowest.join(', ')}`);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

if (import.meta.main) await main();
