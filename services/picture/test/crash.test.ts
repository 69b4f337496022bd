import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, suite } from '@siaga/testkit';
import { DatabaseSync } from 'node:sqlite';
import { existsSync, writeFileSync } from 'node:fs';
import { dumpPicture } from '../src/store/dump.ts';
import { openStore } from '../src/store/store.ts';
import { histories, KOTIM, SERUYAN, sourceFor } from './histories.ts';
import { fold, scratch } from './scratch.ts';

const test = suite('a picture and the end of its process');
const files = scratch();
test.after(() => files.remove());

const COUNT = 3_000;
const SEED = 21;

test('killed in mid load, it goes on from its checkpoints to the same picture', async () => {
  const { kotim, seruyan } = histories(COUNT, SEED);
  const whole = files.store();
  fold(whole, KOTIM, kotim);
  fold(whole, SERUYAN, seruyan);
  const child = fileURLToPath(new URL('crash-child.ts', import.meta.url));
  let inMidLoad = 0;
  for (const [delay, size] of [
    [15, 1],
    [60, 3],
    [120, 10],
  ] as const) {
    const file = files.file();
    const process_ = spawn(process.execPath, [child, file, String(COUNT), String(SEED), String(size)]);
    await once(process_.stdout, 'data');
    await sleep(delay);
    process_.kill('SIGKILL');
    await once(process_, 'exit');
    const store = openStore({ file });
    const { sequence } = store.checkpoint(sourceFor(KOTIM));
    if (sequence > 0 && sequence < kotim.length) inMidLoad += 1;
    // The tables are at their checkpoint, neither before it nor after.
    const there = openStore({ file: files.file() });
    fold(there, KOTIM, kotim.slice(0, sequence));
    fold(there, SERUYAN, seruyan.slice(0, store.checkpoint(sourceFor(SERUYAN)).sequence));
    assert.deepEqual(dumpPicture(store), dumpPicture(there));
    there.close();
    fold(store, KOTIM, kotim.slice(sequence));
    fold(store, SERUYAN, seruyan.slice(store.checkpoint(sourceFor(SERUYAN)).sequence));
    assert.deepEqual(dumpPicture(store), dumpPicture(whole));
    store.close();
  }
  assert.ok(inMidLoad > 0, 'no child was killed in mid load');
});

test('its epoch outlives a closing and a crash of the process, not one of the machine', () => {
  const store = files.store();
  const { file, epoch } = store;
  store.close();
  const again = openStore({ file });
  assert.equal(again.epoch, epoch);
  // A crash of the process: never closed.
  again.sql.close();
  const afterCrash = openStore({ file });
  assert.equal(afterCrash.epoch, epoch);
  afterCrash.sql.exec(`UPDATE meta SET value = 'another run of the machine' WHERE name = 'boot'`);
  afterCrash.sql.close();
  const afterPowerCut = openStore({ file });
  assert.notEqual(afterPowerCut.epoch, epoch);
  afterPowerCut.close();
});

test('a picture of another schema or a damaged one is folded anew, another program’s database is not touched', () => {
  const { kotim } = histories(60, 1);
  const store = files.store();
  const { file } = store;
  fold(store, KOTIM, kotim);
  store.sql.exec(`UPDATE meta SET value = '0' WHERE name = 'schema'`);
  store.close();
  const renewed = openStore({ file });
  assert.match(renewed.discarded ?? '', /schema version is 0/);
  assert.equal(renewed.checkpoint(sourceFor(KOTIM)).sequence, 0);
  renewed.close();

  writeFileSync(file, 'x'.repeat(20_000));
  const broken = openStore({ file });
  assert.match(broken.discarded ?? '', /not a database/);
  assert.equal(existsSync(`${file}.damaged`), true);
  broken.close();

  const foreign = files.file();
  const sql = new DatabaseSync(foreign);
  sql.exec('CREATE TABLE ledger (a)');
  sql.close();
  assert.throws(() => openStore({ file: foreign }), /something else than a picture/);
});
