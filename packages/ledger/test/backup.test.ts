/** Backups of a ledger's file beside a running site, and what becomes of them. */
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  BackupRefused,
  checkLedgerFile,
  copyDatabase,
  moveAside,
  restoreLedgerFile,
} from '../src/backup/index.ts';
import { collect } from '../src/collect.ts';
import { type NewEvent, openSqliteLedger, type RecordedEvent } from '../src/index.ts';
import { newFolder } from './folder.ts';

const newEvent = (data: unknown = { chronology: 'Air naik' }): NewEvent => ({
  id: randomUUID(),
  type: 'siaga.test.v1',
  data,
  metadata: {},
});
const inFolder = (work: (path: (name: string) => string) => Promise<void>) => async () => {
  const { path, remove } = newFolder();
  try {
    await work(path);
  } finally {
    remove();
  }
};
const eventsIn = async (file: string): Promise<RecordedEvent[]> => {
  const ledger = await openSqliteLedger({ file });
  try {
    return await collect(ledger.readAll({ from: 0 }));
  } finally {
    await ledger.close();
  }
};
const refusal = (pattern: RegExp) => (error: unknown) =>
  error instanceof BackupRefused && pattern.test(error.message);

const test = suite('backups of a ledger');

test(
  'taken while events are appended: a beginning of the ledger, whole, for its owner only',
  inFolder(async (path) => {
    const ledger = await openSqliteLedger({ file: path('ledger.db') });
    let [writing, number] = [true, 0];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let revision = 0; writing; revision += 1, number += 1)
        await ledger.append(`incident-${writer}`, revision, [newEvent({ writer, revision })]);
    });
    while (number < 200) await new Promise((done) => setTimeout(done, 5));
    copyDatabase(path('ledger.db'), path('kept/ledger.db'));
    const after = number;
    while (number < after + 50) await new Promise((done) => setTimeout(done, 5));
    writing = false;
    await Promise.all(writers);
    const facts = checkLedgerFile(path('kept/ledger.db'));
    assert.ok(facts.events >= 200 && facts.events < (await ledger.head()));
    assert.deepEqual(facts, checkLedgerFile(path('ledger.db'), facts.position));
    const all = await collect(ledger.readAll({ from: 0, limit: facts.events }));
    assert.deepEqual(await eventsIn(path('kept/ledger.db')), all);
    assert.equal(statSync(path('kept/ledger.db')).mode & 0o777, 0o600);
    await ledger.close();
  }),
);

test(
  'restored up to any position or time it is that beginning, and goes on from there',
  inFolder(async (path) => {
    let now = Date.UTC(2026, 8, 7);
    const ledger = await openSqliteLedger({ file: path('ledger.db'), clock: () => now });
    for (let number = 0; number < 30; number += 1) {
      now += number % 3 === 0 ? 1_000 : 0;
      const stream = `incident-${number % 7}`;
      await ledger.append(stream, 'any', number % 2 ? [newEvent()] : [newEvent(), newEvent({ number })]);
    }
    const all = await collect(ledger.readAll({ from: 0 }));
    await ledger.close();
    let attempt = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: all.length + 2 }),
        fc.boolean(),
        async (position, byTime) => {
          attempt += 1;
          const to = path(`restored-${attempt}.db`);
          const time = new Date(all[position]?.recordedAt ?? '2026-09-08T00:00:00Z');
          const facts = restoreLedgerFile(path('ledger.db'), to, byTime ? { time } : { position });
          const expected = all.filter((event) =>
            byTime ? event.recordedAt <= time.toISOString() : event.position <= position,
          );
          assert.equal(facts.events, expected.length);
          assert.deepEqual(await eventsIn(to), expected);
          const restored = await openSqliteLedger({ file: to, clock: () => now });
          const { position: next } = await restored.append('incident-new', 0, [newEvent()]);
          assert.equal(next, expected.length + 1);
          await restored.close();
        },
      ),
      { numRuns: 12 },
    );
  }),
);

test(
  'a damaged backup is refused, and nothing is made of it',
  inFolder(async (path) => {
    const ledger = await openSqliteLedger({ file: path('ledger.db') });
    await ledger.append(
      'incident-1',
      0,
      Array.from({ length: 500 }, () => newEvent({ text: 'x'.repeat(200) })),
    );
    copyDatabase(path('ledger.db'), path('backup.db'));
    await ledger.close();
    const { hash } = checkLedgerFile(path('backup.db'));
    // In a text SQLite does not see it, which is why a backup's hash is kept beside it.
    const db = new DatabaseSync(path('backup.db'));
    db.exec("UPDATE events SET data = replace(data, 'xxx', 'yyy') WHERE position = 250");
    db.close();
    assert.notEqual(checkLedgerFile(path('backup.db')).hash, hash);
    // In the head of a page.
    const file = openSync(path('backup.db'), 'r+');
    writeSync(file, '????', 4096 * 10);
    closeSync(file);
    assert.throws(
      () => restoreLedgerFile(path('backup.db'), path('restored.db')),
      refusal(/damaged|can’t be read/),
    );
    assert.equal(existsSync(path('restored.db')), false);
    assert.throws(() => checkLedgerFile(path('nothing.db')), refusal(/there is no/));
  }),
);

test(
  'nothing is written over, and no file is moved from under a site that runs',
  inFolder(async (path) => {
    const ledger = await openSqliteLedger({ file: path('ledger.db') });
    await ledger.append('incident-1', 0, [newEvent()]);
    copyDatabase(path('ledger.db'), path('backup.db'));
    assert.throws(() => copyDatabase(path('ledger.db'), path('backup.db')), refusal(/is there already/));
    assert.throws(() => restoreLedgerFile(path('backup.db'), path('ledger.db')), refusal(/is there already/));
    assert.throws(() => moveAside(path('.'), ['ledger.db'], new Date()), refusal(/in use: stop the site/));
    await ledger.append('incident-1', 1, [newEvent()]);
    await ledger.close();
    const aside = moveAside(path('.'), ['ledger.db', 'accounts.db'], new Date(0));
    assert.match(aside ?? '', /replaced-1970-01-01T00-00-00-000Z$/);
    assert.deepEqual(readdirSync(path('.')).sort(), ['backup.db', 'replaced-1970-01-01T00-00-00-000Z']);
    assert.equal((await eventsIn(`${aside}/ledger.db`)).length, 2);
    assert.equal(moveAside(path('.'), ['ledger.db'], new Date()), undefined);
  }),
);
