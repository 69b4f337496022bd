import { copyFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, suite } from '@siaga/testkit';
import { openCurrentStore } from '../src/store/current.ts';
import { LOG_LIMIT } from '../src/store/database.ts';
import { dumpPicture } from '../src/store/dump.ts';
import { openStore } from '../src/store/store.ts';
import { histories, KOTIM, sourceFor } from './histories.ts';
import { fold, scratch } from './scratch.ts';

const test = suite('the log beside a picture');
const files = scratch();
test.after(() => files.remove());

const { kotim } = histories(300, 12);
const logOf = (file: string) => statSync(`${file}-wal`).size;

test('shortened, it is all in the file, and what is told next begins the log anew', async () => {
  const store = files.store();
  fold(store, KOTIM, kotim.slice(0, 120), [1]);
  const long = logOf(store.file);
  await store.shortenLog();

  // As if the log had been lost with the power: SQLite reads the copy without one.
  const copy = files.file();
  copyFileSync(store.file, copy);
  const alone = openStore({ file: copy });
  assert.deepEqual(dumpPicture(alone), dumpPicture(store));
  assert.equal(alone.checkpoint(sourceFor(KOTIM)).sequence, 120);
  alone.close();

  fold(store, KOTIM, kotim.slice(120, 140), [1]);
  assert.equal(logOf(store.file), long, 'the log went on behind what it held');
  const whole = files.store();
  fold(whole, KOTIM, kotim.slice(0, 140));
  assert.deepEqual(dumpPicture(store), dumpPicture(whole));
});

test('a picture that is told of one event after the other keeps it short', async () => {
  const never = files.store();
  fold(never, KOTIM, kotim, [1]);
  const file = files.file();
  const current = openCurrentStore({ file });
  let longest = 0;
  for (const [index, delivery] of kotim.entries()) {
    current.apply(sourceFor(KOTIM), [delivery]);
    longest = Math.max(longest, logOf(file));
    // Time for the disk to take it; it need not be in step with what is told.
    if (index % 7 === 0) await sleep(20);
  }
  assert.ok(longest * 3 < logOf(never.file), `${longest} bytes of ${logOf(never.file)}`);

  // What a killed process leaves is the file and its log.
  const killed = files.file();
  for (const suffix of ['', '-wal']) copyFileSync(`${file}${suffix}`, `${killed}${suffix}`);
  const after = openStore({ file: killed });
  assert.deepEqual(dumpPicture(after), dumpPicture(never));
  after.close();
  current.close();
});

test('closed in the middle of it, or before, nothing is lost and nobody hears of an error', async () => {
  const store = files.store();
  fold(store, KOTIM, kotim, [1]);
  const told = dumpPicture(store);
  const shortening = store.shortenLog();
  store.close();
  await shortening;
  await store.shortenLog();
  const again = openStore({ file: store.file });
  assert.deepEqual(dumpPicture(again), told);
  again.close();
});

test('bug: after a large catch-up it kept that length until the picture was closed', async () => {
  const store = files.store();
  const big = LOG_LIMIT * 1.5;
  store.sql.exec(`BEGIN; CREATE TABLE big (bytes); INSERT INTO big VALUES (zeroblob(${big})); COMMIT`);
  assert.ok(logOf(store.file) > big);
  await store.shortenLog();
  fold(store, KOTIM, kotim.slice(0, 1));
  assert.ok(logOf(store.file) <= LOG_LIMIT, `${logOf(store.file)} bytes`);
});
