/** Runs one test file in this process and sends its verdict to the parent over IPC. Started by `run.ts`. */
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { FileVerdict } from './run.ts';

// Keeps uvu from starting by itself, so that it starts after every suite of the file is known.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [[null]] });
const { exec } = await import('uvu');
const { startSuites } = await import('./suite.ts');

const file = process.argv[2];
if (!file) throw new Error('run-file.ts needs the path of a test file');
await import(pathToFileURL(file).href);
const reports = startSuites();
await exec();

const verdict: FileVerdict = { passed: 0, failed: 0, skipped: 0, problems: [] };
for (const report of reports) {
  verdict.passed += report.passed;
  verdict.skipped += report.skipped.length;
  verdict.failed += report.failures.length;
  for (const { test, error } of report.failures) {
    verdict.problems.push(`${report.name} › ${test}\n${inspect(error, { depth: 6, breakLength: 110 })}`);
  }
  for (const { test, reason } of report.skipped) console.log(`skipped: ${report.name} › ${test}: ${reason}`);
  const failedTests = report.registered - report.passed - report.skipped.length;
  if (failedTests > report.failures.length) {
    verdict.failed += 1;
    verdict.problems.push(
      `${report.name}: ${failedTests} of ${report.registered} tests did not pass, but only ${report.failures.length} said why`,
    );
  }
  if (report.registered === 0) {
    verdict.failed += 1;
    verdict.problems.push(`${report.name}: the suite has no test`);
  }
}
if (verdict.passed + verdict.skipped + verdict.failed === 0) {
  verdict.failed = 1;
  verdict.problems.push('the file ran no test: write tests with suite() of @siaga/testkit');
}
process.send?.(verdict, () => process.exit(verdict.failed === 0 ? 0 : 1));
