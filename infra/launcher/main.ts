/**
 * `npm start`: two sites, the hub between them, their dashboards, and the recorded scenario. Ctrl-C ends all of it.
 * Options: `--no-scenario`, `--data DIR` (default var/local), `--pause MS` between the scenario's steps, `--any-ports` instead
 * of the customary ones.
 */
import { parseArgs } from 'node:util';
import { regencies } from '@siaga/geo';
import { anyPorts, customaryPorts, startLocal } from './local.ts';
import { play, recordedScenario } from './scenario/index.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'boolean', default: true },
    data: { type: 'string', default: 'var/local' },
    pause: { type: 'string', default: '2500' },
    'any-ports': { type: 'boolean', default: false },
  },
  allowNegative: true,
});

const say = (line: string) => console.log(`[siaga] ${line}`);
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

const run = async (): Promise<void> => {
  const codes = regencies().map(({ code }) => code);
  const local = await startLocal({
    regencies: codes,
    data: values.data,
    ports: values['any-ports'] ? await anyPorts(codes) : customaryPorts,
    signal: ending.signal,
    say,
    onGivenUp(reason) {
      say(reason);
      process.exitCode = 1;
      ending.abort();
    },
  });
  say('');
  for (const { code, name } of regencies())
    say(`  ${(local.sites.get(code) ?? '').padEnd(24)} ${name} (${code})`);
  say('');
  say(
    'sign in as trc, pusdalops, logistik, kalaksa or admin; the password of this demonstration is siaga-demo',
  );
  say('Ctrl-C ends everything');
  say('');
  if (values.scenario) {
    await play(recordedScenario(new Date()), {
      sites: local.sites,
      password: 'siaga-demo',
      pauseMs: Number(values.pause),
      signal: ending.signal,
      onStep: (says, number, of) => say(`scenario ${String(number).padStart(2)}/${of}: ${says}`),
    }).catch((error: unknown) =>
      say(`the scenario stopped: ${error instanceof Error ? error.message : String(error)}`),
    );
    if (!ending.signal.aborted) say('the scenario is over; both sites go on');
  }
  if (!ending.signal.aborted) await new Promise((done) => ending.signal.addEventListener('abort', done));
  say('ending …');
  await local.stop();
  say('everything has ended');
};

try {
  await run();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
process.exit();
