/** The hub's steward as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hubStream, newSeed } from '@siaga/stream';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';

const MAIN = fileURLToPath(new URL('../hub/main.ts', import.meta.url));
const REGENCIES = ['62.02', '62.07'];

const test = suite('the steward as a process');
let topology: Topology;
const running: ChildProcess[] = [];
test.before(async () => {
  topology = await startTopology({ regencies: REGENCIES });
});
test.after(async () => {
  for (const child of running) child.kill('SIGKILL');
  await topology.stop();
});

const start = (seed: string, ...more: string[]) => {
  const args = ['--servers', topology.hub.url, '--seed', seed, '--regencies', REGENCIES.join(',')];
  const child = spawn(process.execPath, [MAIN, ...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  return { child, ended, printed: () => printed };
};
const seedOf = (user: string) => join(topology.hub.seeds, `${user}.seed`);

test('it makes the streams, makes them again where they are gone, and ends when it is told to', async () => {
  const { child, ended, printed } = start(seedOf('steward'));
  await until('it says so', () => printed().includes('takes in 62.02, 62.07, kept once'));
  const operator = await topology.hub.connect();
  const jsm = await operator.jetstreamManager();
  const names = async () => (await jsm.streams.list().next()).map(({ config }) => config.name).sort();
  assert.deepEqual(await names(), REGENCIES.map(hubStream));

  // The hub comes back with an empty disk.
  await topology.hub.kill();
  rmSync(join(topology.folder, 'hub', 'streams'), { recursive: true });
  await topology.hub.restart();
  await until(
    'they are there again',
    async () => String(await names().catch(() => [])) === String(REGENCIES.map(hubStream)),
  );
  child.kill('SIGTERM');
  assert.equal(await ended, 0, printed());
});

test('it says what is wrong with its options or its key, and ends', async () => {
  const wrong = start(seedOf('steward'), '--replicas', '2');
  assert.equal(await wrong.ended, 1);
  assert.match(wrong.printed(), /replicas/);
  const seed = join(topology.folder, 'stranger.seed');
  writeFileSync(seed, newSeed(), { mode: 0o600 });
  const stranger = start(seed);
  assert.equal(await stranger.ended, 1);
  assert.match(stranger.printed(), /Authorization/i);
});
