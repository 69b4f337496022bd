import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@siaga/testkit';

const test = suite('web: the log');
const CHILD = fileURLToPath(new URL('./log-child.ts', import.meta.url));

const start = (output: 'pipe' | number): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD], {
    stdio: ['pipe', output, 'inherit'],
  });

/** How it ended: its exit code, or that it had to be killed. */
const endOf = async (child: ChildProcess): Promise<unknown> => {
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  const end = await Promise.race([ended, sleep(10_000, 'it did not end', { ref: false })]);
  child.kill('SIGKILL');
  return end;
};

test('bug: a process that logged while it ended, and whose log nobody read any more, never ended', async () => {
  const child = start('pipe');
  assert.ok(child.stdout && child.stdin);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write('go\n');
  assert.equal(await endOf(child), 3);
});

test('a log that can’t be written, as on a full disk, ends nothing', async () => {
  const child = start(openSync('/dev/full', 'w'));
  child.stdin?.write('go\n');
  assert.equal(await endOf(child), 3);
});

test('what is logged right before the end is read', async () => {
  const child = start('pipe');
  assert.ok(child.stdout && child.stdin);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child.stdout, 'data');
  child.stdin.write('go\n');
  assert.equal(await endOf(child), 3);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; level: number; msg: string });
  assert.equal(lines.length, 102);
  const { name, level, msg } = lines.at(-1) ?? {};
  assert.deepEqual({ name, level, msg }, { name: 'child', level: 50, msg: 'the last words' });
});
