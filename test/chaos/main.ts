/**
 * `npm run chaos -- --minutes N --seed S [--only kill-site,cut] [--disk loop|tmpfs|injected]`: both sites under load while things go wrong, then the
 * check from outside. The last line is JSON; exit code 0 only when nothing was lost, doubled, unequal or forged, every
 * fault healed, and no site ended by itself. A whole run also writes its table into docs/reliability.md.
 *
 * The seed decides which commands each sender draws and which faults happen where, in which order and for how long. Timing
 * is the machine's, and what is answered when decides what can be commanded next: a seed is not a recording.
 */
import { cpus, release } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DISK_KINDS } from './disk.ts';
import { faultKinds } from './faults/index.ts';
import { check, type Findings } from './oracle/checks.ts';
import { withTable } from './report.ts';
import { type ChaosRun, runChaos } from './run.ts';

const PAGE = 'docs/reliability.md';
/** Commands a second over both sites: more than the goal of 100,000 in ten minutes asks for, and no more than two cores bear. */
const RATE = 240;
const SHOWN = 20;

const usage = (problem: string): never => {
  console.error(
    `${problem}\nnpm run chaos -- --minutes 10 --seed 1 [--only ${faultKinds.map(({ name }) => name).join(',')}] [--disk ${DISK_KINDS.join('|')}]`,
  );
  process.exit(2);
};

const options = (() => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      disk: { type: 'string' },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes > 0)) usage(`--minutes is a number above 0, not ${values.minutes}`);
  if (!Number.isSafeInteger(seed)) usage(`--seed is a whole number, not ${values.seed}`);
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !faultKinds.some((kind) => kind.name === name));
  if (unknown !== undefined) usage(`there is no fault "${unknown}"`);
  const disk = DISK_KINDS.find((kind) => kind === values.disk);
  if (values.disk !== undefined && !disk) usage(`there is no disk "${values.disk}"`);
  return { minutes, seed, only, disk };
})();

const say = (line: string) => console.log(`[chaos ${new Date().toISOString().slice(11, 19)}] ${line}`);

const summaryOf = (run: ChaosRun, findings: Findings) => ({
  seed: options.seed,
  commands: run.driver.commands,
  acknowledged: run.driver.acknowledged.length,
  faults: run.faults,
  lost: findings.lost.length,
  doubled: findings.doubled.length,
  unequal: findings.unequal.length,
  forgedAccepted: findings.forgedAccepted.length,
  longestHealMs: run.longestHealMs,
});

const tell = (run: ChaosRun, findings: Findings): void => {
  for (const [name, sentences] of Object.entries(findings) as [string, string[]][]) {
    for (const sentence of sentences.slice(0, SHOWN)) say(`${name}: ${sentence.slice(0, 1_000)}`);
    if (sentences.length > SHOWN) say(`${name}: and ${sentences.length - SHOWN} more`);
  }
  for (const sentence of run.neverHealed) say(`not healed: ${sentence}`);
  for (const sentence of run.crashes) say(`ended by itself: ${sentence}`);
  const { driver, seconds, disk } = run;
  say(
    `${Math.round(driver.acknowledged.length / seconds)} commands/s acknowledged of ${RATE} aimed at; ${driver.repeated} sent again; ` +
      `${driver.unanswered} without an answer; disk: ${disk}`,
  );
  for (const [code, times] of driver.refused) say(`refused ${times} times: ${code}`);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
const run = await runChaos({
  seed: options.seed,
  durationMs: options.minutes * 60_000,
  kinds: faultKinds.filter(({ name }) => options.only?.includes(name) ?? true),
  rate: RATE,
  disks: options.disk && [options.disk],
  say,
});
const findings = check(run.evidence);
tell(run, findings);
const summary = summaryOf(run, findings);
if (!options.only && !options.disk) {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Linux ${release()}, Node ${process.versions.node}`;
  const page = withTable(readFileSync(PAGE, 'utf8'), { run, summary, minutes: options.minutes, machine });
  writeFileSync(PAGE, page);
}
const found = summary.lost + summary.doubled + summary.unequal + summary.forgedAccepted;
const well = found === 0 && run.neverHealed.length === 0 && run.crashes.length === 0;
console.log(JSON.stringify(summary));
process.exit(well ? 0 : 1);
