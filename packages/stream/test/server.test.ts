import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureAuthority, ensureHubFolder, seedsOf } from '@siaga/pki';
import { assert, suite, until } from '@siaga/testkit';
import { connectNats, readSeed } from '../src/index.ts';
import { freePort, startNatsServer } from '../src/server.ts';

const test = suite('stream: server');
let folder = '';
let config = '';
let seed = '';

test.before(async () => {
  // A blank in the path must reach nats-server as it is.
  folder = await mkdtemp(join(tmpdir(), 'siaga nats '));
  const now = Date.now();
  const [server] = await ensureHubFolder({
    folder,
    now,
    authority: await ensureAuthority(join(folder, 'authority'), now),
    nodes: [{ name: 'hub', hosts: ['127.0.0.1'] }],
    sites: [],
  });
  config = server?.config ?? '';
  seed = readSeed(join(seedsOf(folder), 'operator.seed'));
});
test.after(() => rm(folder, { recursive: true, force: true }));

const environment = async () => ({
  SIAGA_STORE_DIR: folder,
  SIAGA_CLIENT_PORT: await freePort(),
  SIAGA_LEAF_PORT: await freePort(),
  SIAGA_LEAF_HOST: '127.0.0.1',
  SIAGA_LEAF_ADVERTISE: '127.0.0.1:1',
});

test('a free port is none that an outgoing connection may be given before it is used', async () => {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '32768');
  const port = await freePort();
  assert.ok(port < Number.parseInt(range, 10) || Number.parseInt(range, 10) <= 20_000, String(port));
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('starts, accepts clients, and stops; its pid is the server itself', async () => {
  const lines: string[] = [];
  const server = await startNatsServer({
    config,
    env: await environment(),
    log: (line) => lines.push(line),
  });
  assert.ok(lines.some((line) => line.startsWith(`[${server.pid}]`)));
  const nc = await connectNats({ servers: server.url, name: 'test', seed });
  assert.equal((await nc.jetstreamManager().then((jsm) => jsm.getAccountInfo())).domain, 'hub');
  await nc.close();
  await server.stop();
  assert.equal(isRunning(server.pid), false);
  assert.equal(await server.ended, 'exit code 1');
  await server.stop();
  await server.kill();
});

test('kill ends it at once', async () => {
  const server = await startNatsServer({ config, env: await environment() });
  await server.kill();
  assert.equal(isRunning(server.pid), false);
  assert.equal(await server.ended, 'SIGKILL');
});

test('says which port is in use, which variable is missing, or what the server said', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  assert.ok(address && typeof address === 'object');
  const env = await environment();
  await assert.rejects(
    startNatsServer({ config, env: { ...env, SIAGA_CLIENT_PORT: address.port } }),
    new RegExp(`can't listen on 127\\.0\\.0\\.1:${address.port}`),
  );
  taken.close();

  const { SIAGA_STORE_DIR: _, ...incomplete } = env;
  await assert.rejects(startNatsServer({ config, env: incomplete }), /needs the variable SIAGA_STORE_DIR/);
  await assert.rejects(
    startNatsServer({ config, env: { ...env, SIAGA_STORE_DIR: '/proc/none' } }),
    /could not create storage directory/,
  );
});

test('does not outlive a launcher that is killed', async () => {
  const launcher = fork(fileURLToPath(new URL('./launcher.ts', import.meta.url)), [
    config,
    JSON.stringify(await environment()),
  ]);
  const [pid] = (await once(launcher, 'message')) as [number];
  assert.equal(isRunning(pid), true);
  launcher.kill('SIGKILL');
  await until('the server has ended too', () => !isRunning(pid));
});
