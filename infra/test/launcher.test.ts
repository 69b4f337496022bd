import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite, until } from '@siaga/testkit';

const MAIN = fileURLToPath(new URL('../launcher/main.ts', import.meta.url));

interface Context {
  data: string;
  started: { child: ChildProcess; printed: () => string }[];
}
const test = suite<Context>('the launcher', {} as Context);
test.before.each((context) => {
  context.data = mkdtempSync(join(tmpdir(), 'siaga-launcher-'));
  context.started = [];
});
test.after.each(async ({ data, started }) => {
  for (const { child } of started) child.kill('SIGKILL');
  await until('nothing of the test runs', () => processesOn(data).length === 0);
  rmSync(data, { recursive: true, force: true });
});

const launch = (context: Context, ...options: string[]) => {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, '--data', context.data, ...options],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const started = { child, printed: () => text };
  context.started.push(started);
  const says = (words: string) =>
    until(`the launcher says "${words}"`, () => {
      if (child.exitCode !== null && !text.includes(words)) throw new Error(`it ended:\n${text}`);
      return text.includes(words);
    });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return { child, says, ended, printed: () => text };
};

/** Processes whose environment names the folder: the NATS servers and the sites. */
const processesOn = (folder: string): string[] =>
  readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || entry === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${entry}/environ`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });

test('plays the scenario, is safe to repeat, and leaves no process behind on Ctrl-C', async (context) => {
  const counts: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    const { child, says, ended, printed } = launch(context, '--any-ports', '--pause', '0');
    await says('the scenario is over');
    const [, base] = /(http:\/\/localhost:\d+)\s+Kabupaten Seruyan/.exec(printed()) ?? [];
    const { items } = (await (await fetch(`${base}/api/v1/picture/sources`)).json()) as {
      items: { regency: string; lastSequence: number }[];
    };
    counts.push(items.find(({ regency }) => regency === '62.07')?.lastSequence ?? 0);
    assert.ok(processesOn(context.data).length >= 5, 'a hub, two leaves and two sites run');
    child.kill('SIGINT');
    assert.equal(await ended, 0);
    assert.deepEqual(processesOn(context.data), []);
  }
  assert.ok((counts[0] ?? 0) > 10);
  assert.equal(counts[1], counts[0], 'the second time adds nothing');
});

test('Ctrl-C at a terminal, which reaches the whole group, restarts nothing', async (context) => {
  const { child, says, ended, printed } = launch(context, '--any-ports', '--no-scenario');
  await says('Ctrl-C ends everything');
  process.kill(-(child.pid ?? 0), 'SIGINT');
  assert.equal(await ended, 0);
  assert.doesNotMatch(printed(), /starting it again|NATS server .* ended/);
  assert.deepEqual(processesOn(context.data), []);
});

test('a launcher that is killed leaves no process behind', async (context) => {
  const { child, says } = launch(context, '--any-ports', '--no-scenario');
  await says('Ctrl-C ends everything');
  child.kill('SIGKILL');
  await until('its children ended', () => processesOn(context.data).length === 0);
});

test('Ctrl-C while it starts ends what has started', async (context) => {
  const { child, says, ended } = launch(context, '--any-ports', '--no-scenario');
  await says('hub: NATS on');
  child.kill('SIGINT');
  await ended;
  assert.deepEqual(processesOn(context.data), []);
});

test('a port in use is named, and nothing is left running', async (context) => {
  const other = createServer().listen(7422, '127.0.0.1');
  await new Promise((done) => {
    other.once('listening', done);
    // Somebody else has it already, which is as good.
    other.once('error', done);
  });
  const { ended, printed } = launch(context, '--no-scenario');
  assert.equal(await ended, 1);
  assert.match(printed(), /7422|4222/);
  other.close();
  assert.deepEqual(processesOn(context.data), []);
});
