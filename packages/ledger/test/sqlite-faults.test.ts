import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@siaga/testkit';
import { openSqliteLedger } from '../src/index.ts';
import { collect } from '../src/collect.ts';
import { newFolder } from './folder.ts';

const UNDER_LOAD = fileURLToPath(new URL('append-under-load.ts', import.meta.url));
const DEADLINE_MS = 30_000;

const test = suite('sqlite ledger under faults');

// kill -9 takes the process and leaves the kernel: this proves that nothing is acknowledged before it is
// handed to the kernel in full, not that fsync reached the disk. Only a power cut would prove that.
test('kill -9 under load loses nothing that was acknowledged', async () => {
  const folder = newFolder();
  const file = folder.path('ledger.db');
  try {
    for (let kill = 0; kill < 3; kill += 1) {
      const load = watch(spawn(process.execPath, [UNDER_LOAD, file], { stdio: ['pipe', 'pipe', 'inherit'] }));
      await load.until(() => load.acknowledged.length >= 500);
      load.child.kill('SIGKILL');
      await load.ended;
      const events = await allEvents(file);
      const ids = new Set(events.map(({ id }) => id));
      assert.deepEqual(
        load.acknowledged.filter((id) => !ids.has(id)),
        [],
      );
      assert.deepEqual(
        events.map(({ position }) => position),
        events.map((_, i) => i + 1),
      );
      // A writer begins each time at revision 0, so the next load needs an empty file.
      folder.empty();
    }
  } finally {
    folder.remove();
  }
});

// The limit on a file's size makes every write beyond it fail, as a full disk does.
const full = 'a write error acknowledges nothing, and appends work again when it is gone';
if (spawnSync('prlimit', ['--version']).status !== 0) {
  test.skip(full, 'there is no prlimit here to make a write fail');
} else {
  test(full, async () => {
    const folder = newFolder();
    const file = folder.path('ledger.db');
    try {
      const limited = spawn(
        'bash',
        ['-c', 'ulimit -S -f 1024; exec "$0" "$@"', process.execPath, UNDER_LOAD, file],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      const load = watch(limited);
      await load.until(() => load.unavailable >= 50);
      const before = load.acknowledged.length;
      assert.ok(before > 0, 'some appends fitted');
      const healed = spawnSync('prlimit', [`--pid=${limited.pid}`, '--fsize=unlimited:unlimited']);
      assert.equal(healed.status, 0, healed.stderr.toString());
      await load.until(() => load.acknowledged.length >= before + 500);
      limited.stdin.end();
      await load.ended;
      const ids = (await allEvents(file)).map(({ id }) => id);
      const acknowledged = new Set(load.acknowledged);
      assert.equal(new Set(ids).size, ids.length, 'nothing twice');
      assert.deepEqual(
        load.acknowledged.filter((id) => !ids.includes(id)),
        [],
      );
      // Each writer repeated what had failed until it was acknowledged, but for the last one in hand.
      assert.ok(ids.filter((id) => !acknowledged.has(id)).length <= 16);
    } finally {
      folder.remove();
    }
  });
}

async function allEvents(file: string) {
  const ledger = await openSqliteLedger({ file });
  try {
    return await collect(ledger.readAll({ from: 0 }));
  } finally {
    await ledger.close();
  }
}

/** Follows what a process of `append-under-load.ts` says. */
function watch(child: ChildProcess) {
  if (!child.stdout) throw new Error('the child has no standard output');
  const ended = once(child, 'close');
  const watched = { child, ended, acknowledged: [] as string[], unavailable: 0, until };
  let look = () => {};
  createInterface(child.stdout).on('line', (line) => {
    const [word, id] = line.split(' ');
    if (word === 'acknowledged' && id) watched.acknowledged.push(id);
    if (word === 'unavailable') watched.unavailable += 1;
    look();
  });
  /** Resolves when the condition holds; kills the child and fails at the deadline or when the child ends before. */
  async function until(condition: () => boolean): Promise<void> {
    const held = Promise.withResolvers<void>();
    look = () => condition() && held.resolve();
    look();
    const late = setTimeout(() => held.reject(new Error('the condition did not hold in time')), DEADLINE_MS);
    child.once('close', () => held.reject(new Error('the child ended before the condition held')));
    try {
      await held.promise;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(late);
      look = () => {};
    }
  }
  return watched;
}
