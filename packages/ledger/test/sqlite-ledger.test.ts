import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assert, suite, until } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type Companion,
  EventIdReused,
  type Ledger,
  LedgerUnavailable,
  type NewEvent,
  openSqliteLedger,
  type RecordedEvent,
  WrongExpectedRevision,
} from '../src/index.ts';
import { collect } from '../src/collect.ts';
import { Newest } from '../src/sqlite/newest.ts';
import { RecentStreams } from '../src/sqlite/recent-streams.ts';
import { SCHEMA_VERSION } from '../src/sqlite/schema.ts';
import { bytesToUuid, uuidToBytes } from '../src/sqlite/uuid.ts';
import { newFolder } from './folder.ts';

const newEvent = (): NewEvent => ({ id: randomUUID(), type: 'siaga.test.v1', data: {}, metadata: {} });
const all = (ledger: Ledger) => collect(ledger.readAll({ from: 0 }));

/** Runs a test with a file of its own; closes every ledger that `open` opened. */
const withFile =
  (work: (file: string, open: (clock?: () => number) => Promise<Ledger>) => Promise<void>) => async () => {
    const folder = newFolder();
    const file = folder.path('ledger.db');
    const opened: Ledger[] = [];
    try {
      await work(file, async (clock) => {
        const ledger = await openSqliteLedger(clock ? { file, clock } : { file });
        opened.push(ledger);
        return ledger;
      });
    } finally {
      for (const ledger of opened) await ledger.close();
      folder.remove();
    }
  };

const test = suite('sqlite ledger');

/** Sends along with each append to `a` one event to `b`, as `make` would have it; tells what was asked and kept. */
const accompanied = (
  ledger: Ledger,
  make: (asked: readonly RecordedEvent[]) => Partial<Companion> | undefined = () => ({}),
) => {
  const asked: (readonly RecordedEvent[])[] = [];
  const kept: number[] = [];
  const leave = ledger.accompany?.((events) => {
    if (events[0]?.stream !== 'a') return undefined;
    asked.push(events);
    const made = make(events);
    const expected = kept.length;
    return (
      made && { stream: 'b', expected, events: [newEvent()], kept: () => kept.push(asked.length), ...made }
    );
  });
  return { asked, kept, leave };
};
const placesOf = async (ledger: Ledger) =>
  (await all(ledger)).map(({ stream, revision, position }) => `${stream}${revision} ${position}`);

test(
  'a companion stands right behind the append that it goes with, which is shown as it is read later',
  withFile(async (_, open) => {
    const ledger = await open();
    // Where nothing was written from here, it is not known where anything will stand.
    await ledger.append('c', 0, [newEvent()]);
    const { asked, kept, leave } = accompanied(ledger);
    const answered = ledger.append('a', 0, [newEvent(), newEvent()]).then(({ position }) => {
      assert.deepEqual(kept, [1], 'kept before the append is answered');
      return position;
    });
    assert.equal(await answered, 3);
    await ledger.append('c', 1, [newEvent()]);
    await ledger.append('a', 2, [newEvent()]);
    leave?.();
    await ledger.append('a', 3, [newEvent()]);
    assert.deepEqual(kept, [1, 2]);
    const stands = await all(ledger);
    assert.deepEqual(await placesOf(ledger), [
      'c1 1',
      'a1 2',
      'a2 3',
      'b1 4',
      'c2 5',
      'a3 6',
      'b2 7',
      'a4 8',
    ]);
    assert.deepEqual(
      asked.flat(),
      stands.filter(({ stream, revision }) => stream === 'a' && revision < 4),
    );
  }),
);

test(
  'a companion that fails or expects another revision is left behind, and the append is not',
  withFile(async (_, open) => {
    const ledger = await open();
    await ledger.append('c', 0, [newEvent()]);
    const ways: (() => Partial<Companion> | undefined)[] = [
      () => undefined,
      () => {
        throw new Error('no companion');
      },
      () => ({ expected: 7 }),
      () => ({ events: [] }),
      () => ({}),
    ];
    let way = 0;
    const { asked, kept } = accompanied(ledger, () => ways[way]?.());
    for (; way < ways.length; way += 1) {
      assert.equal((await ledger.append('a', way, [newEvent()])).position, way + 2);
    }
    assert.equal(asked.length, ways.length);
    assert.deepEqual(kept, [ways.length]);
  }),
);

test(
  'a companion is left behind where its append is refused, repeated, or stands elsewhere than was foreseen',
  withFile(async (_, open) => {
    let now = Date.UTC(2026, 0, 1);
    const [ledger, other] = [await open(() => now), await open()];
    const known = newEvent();
    await ledger.append('a', 0, [known]);
    const { asked, kept } = accompanied(ledger);
    await assert.rejects(ledger.append('a', 0, [newEvent()]), WrongExpectedRevision);
    assert.equal((await ledger.append('a', 0, [known])).position, 1);
    await other.append('c', 0, [newEvent()]);
    assert.equal((await ledger.append('a', 1, [newEvent()])).position, 3, 'another process wrote');
    now -= 60_000;
    await other.append('c', 1, [newEvent()]);
    assert.equal((await ledger.append('a', 2, [newEvent()])).position, 5);
    assert.equal(asked.length, 4);
    assert.deepEqual(kept, []);
    assert.equal((await ledger.append('a', 3, [newEvent()])).position, 6);
    assert.deepEqual(
      kept,
      [5],
      'from where it stands now, it is foreseen again, also under a clock set back',
    );
    assert.deepEqual(asked.at(-1), (await all(ledger)).slice(-2, -1));
  }),
);

test(
  'with many writers at once companions change nothing of what is answered',
  withFile(async (_, open) => {
    const ledger = await open();
    let next = 0;
    accompanied(ledger, () => ({ kept: () => (next += 1), expected: next }));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_entry, number) => {
        await sleep(number % 20);
        return ledger.append('a', number, [newEvent()]).catch(() => ledger.append('a', 'any', [newEvent()]));
      }),
    );
    const stands = await all(ledger);
    assert.deepEqual(
      answers.map(({ position }) => position).sort((a, b) => a - b),
      stands.filter(({ stream }) => stream === 'a').map(({ position }) => position),
    );
    assert.equal(stands.length, 200 + next);
    assert.deepEqual(
      stands.map(({ position }) => position),
      stands.map((_event, index) => index + 1),
    );
  }),
);

test(
  'the log has its full length from the start, and commits write it over',
  withFile(async (file, open) => {
    const ledger = await open();
    const { size } = statSync(`${file}-wal`);
    for (let revision = 0; revision < 100; revision += 1) await ledger.append('a', revision, [newEvent()]);
    assert.equal(statSync(`${file}-wal`).size, size);
  }),
);

test(
  'positions are dense, also over refused appends',
  withFile(async (_, open) => {
    const ledger = await open();
    const known = newEvent();
    await ledger.append('a', 0, [newEvent(), known]);
    await assert.rejects(ledger.append('b', 0, [newEvent(), known]), EventIdReused);
    await assert.rejects(ledger.append('b', 5, [newEvent()]), WrongExpectedRevision);
    await ledger.append('b', 0, [newEvent()]);
    assert.deepEqual(
      (await all(ledger)).map(({ position }) => position),
      [1, 2, 3],
    );
  }),
);

test(
  'an id is used once in the whole ledger: other stream, other expectation and overlap are refused as such',
  withFile(async (_, open) => {
    const ledger = await open();
    const [a, b] = [newEvent(), newEvent()];
    await ledger.append('s', 0, [a, b]);
    const reuses: [string, number | 'any', NewEvent[]][] = [
      ['t', 0, [a]],
      ['t', 'any', [newEvent(), b]],
      ['s', 2, [a]],
      ['s', 1, [a]],
      ['s', 7, [a]],
      ['s', 2, [b, newEvent()]],
      ['s', 0, [a, newEvent()]],
    ];
    for (const [stream, expected, events] of reuses) {
      await assert.rejects(ledger.append(stream, expected, events), (error) => {
        assert.ok(error instanceof EventIdReused);
        assert.equal(error.stream, stream);
        assert.ok([a.id, b.id].includes(error.id));
        return true;
      });
    }
    assert.equal(await ledger.head(), 2);
    assert.equal((await ledger.append('t', 0, [newEvent()])).revision, 1, 'a refused stream was not made');
  }),
);

test(
  'recordedAt follows the clock forward and stands when it goes back, also after reopening and in another ledger',
  withFile(async (_, open) => {
    let now = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
    const ledger = await open(() => now);
    const append = async (to: Ledger) => (await to.append('s', 'any', [newEvent()])).recordedAt;
    assert.equal(await append(ledger), '2026-02-03T04:05:06.789Z');
    now += 1;
    assert.equal(await append(ledger), '2026-02-03T04:05:06.790Z');
    now -= 3_600_000;
    assert.equal(await append(ledger), '2026-02-03T04:05:06.790Z');
    const other = await open(() => 0);
    assert.equal(await append(other), '2026-02-03T04:05:06.790Z');
    await ledger.close();
    const reopened = await open(() => now);
    assert.equal(await append(reopened), '2026-02-03T04:05:06.790Z');
    now += 7_200_000;
    assert.equal(await append(reopened), '2026-02-03T05:05:06.790Z');
  }),
);

test(
  'two ledgers on one file, taking turns, see each other and conflict instead of forking',
  withFile(async (_, open) => {
    const [a, b] = [await open(), await open()];
    await a.append('s', 0, [newEvent()]);
    await assert.rejects(b.append('s', 0, [newEvent()]), { name: 'WrongExpectedRevision', actual: 1 });
    await b.append('s', 1, [newEvent()]);
    // a's memory of the stream is stale now.
    await assert.rejects(a.append('s', 1, [newEvent()]), { name: 'WrongExpectedRevision', actual: 2 });
    await a.append('s', 2, [newEvent()]);
    assert.equal((await b.append('t', 'any', [newEvent()])).position, 4);
    assert.equal((await a.append('t', 'any', [newEvent()])).position, 5);
    assert.deepEqual(await all(a), await all(b));
  }),
);

test(
  'two ledgers on one file race for every revision, and each has one winner',
  withFile(async (_, open) => {
    const ledgers = [await open(), await open()];
    const won = await Promise.all(
      ledgers.map(async (ledger) => {
        let wins = 0;
        for (let revision = 0; revision < 100; ) {
          try {
            ({ revision } = await ledger.append('s', revision, [newEvent()]));
            wins += 1;
          } catch (error) {
            if (!(error instanceof WrongExpectedRevision)) throw error;
            revision = error.actual;
          }
        }
        return wins;
      }),
    );
    const events = await all(await open());
    assert.equal(
      events.length,
      won.reduce((sum, wins) => sum + wins, 0),
    );
    assert.deepEqual(
      events.map(({ revision }) => revision),
      events.map((__, i) => i + 1),
    );
  }),
);

test(
  'processes that make the file at the same moment share it',
  withFile(async (file, open) => {
    const program = fileURLToPath(new URL('open-and-append.ts', import.meta.url));
    const exits = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, [program, file, '20'], { stdio: 'inherit' });
        const [code] = await once(child, 'exit');
        return code;
      }),
    );
    assert.deepEqual(exits, [0, 0, 0, 0]);
    const events = await all(await open());
    assert.deepEqual(
      events.map(({ position }) => position),
      Array.from({ length: 80 }, (_, i) => i + 1),
    );
  }),
);

test('opening a new file at the same moment fails for none: not "no ledger", not "locked"', async () => {
  for (let round = 0; round < 15; round += 1) {
    const folder = newFolder();
    const file = folder.path('ledger.db');
    const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openSqliteLedger({ file })));
    for (const result of opened) if (result.status === 'fulfilled') await result.value.close();
    folder.remove();
    assert.deepEqual(
      opened.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.cause)] : [])),
      [],
    );
  }
});

test(
  'opening a new file waits while another process holds its write lock',
  withFile(async (file, open) => {
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const opening = open();
    // Passes whatever the time; only a time too short for the writer thread to start would prove less.
    const first = await Promise.race([opening.then(() => 'opened'), sleep(500, 'waits')]);
    other.exec('ROLLBACK');
    other.close();
    assert.equal(first, 'waits');
    assert.equal((await (await opening).append('s', 0, [newEvent()])).position, 1);
  }),
);

test(
  'a subscription sees what another ledger on the file appends',
  withFile(async (_, open) => {
    const [mine, other] = [await open(), await open()];
    const subscription = mine
      .subscribeAll({ after: 0, signal: AbortSignal.timeout(20_000) })
      [Symbol.asyncIterator]();
    const first = subscription.next();
    const event = newEvent();
    await other.append('s', 0, [event]);
    const { value } = await first;
    assert.equal(value?.[0]?.id, event.id);
    await subscription.return?.();
  }),
);

test(
  'who follows a ledger gets what reading it gives, among repetitions, refusals, and what another ledger on the file appends',
  withFile(async (_, open) => {
    const [mine, other] = [await open(), await open()];
    const abort = new AbortController();
    const followed: RecordedEvent[] = [];
    const following = (async () => {
      for await (const batch of mine.subscribeAll({ after: 0, signal: abort.signal }))
        followed.push(...batch);
    })();
    const refused: unknown[] = [];
    const append = (ledger: Ledger, stream: string, events: NewEvent[]) =>
      ledger.append(stream, 'any', events).catch((error: unknown) => refused.push(error));
    for (let round = 0; round < 30; round += 1) {
      const known = { ...newEvent(), id: randomUUID().toUpperCase(), data: { round, text: 'é\u2028\ud800' } };
      await append(round % 3 === 0 ? other : mine, `s${round % 4}`, [known, newEvent()]);
      await Promise.all([
        append(mine, 'a', [newEvent()]),
        append(other, 'b', [newEvent(), newEvent()]),
        append(mine, `s${round % 4}`, [{ ...known, data: 'not what it was' }]),
        append(mine, 'c', [known]),
        append(mine, 'd', [newEvent(), newEvent(), newEvent()]),
      ]);
    }
    const stored = await all(other);
    await until('all is followed', () => followed.length >= stored.length);
    abort.abort();
    await following;
    assert.equal(stored.length, 30 * 8);
    assert.deepEqual(followed, stored);
    assert.equal(refused.length, 30);
  }),
);

test(
  'a page ends early when its events are large, and nothing is left out',
  withFile(async (_, open) => {
    const ledger = await open();
    const large = 'a'.repeat(200_000);
    for (let i = 0; i < 5; i += 1) await ledger.append('s', i, [{ ...newEvent(), data: large }]);
    const abort = new AbortController();
    const sizes: number[] = [];
    for await (const batch of ledger.subscribeAll({ after: 0, signal: abort.signal })) {
      sizes.push(batch.length);
      if (batch.at(-1)?.position === 5) abort.abort();
    }
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.equal((await collect(ledger.read('s'))).length, 5);
  }),
);

test(
  'a file of a newer schema version is refused and left alone',
  withFile(async (file, open) => {
    await (await open()).close();
    const db = new DatabaseSync(file);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    db.close();
    await assert.rejects(open(), (error) => {
      assert.ok(error instanceof LedgerUnavailable);
      assert.match(String(error.cause), /schema version 2; this software knows versions up to 1/);
      return true;
    });
  }),
);

test(
  'the database of something else, a file that is none, and a missing folder are refused',
  withFile(async (file, open) => {
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE boats (name TEXT)');
    db.close();
    await assert.rejects(open(), (error) => {
      assert.ok(error instanceof LedgerUnavailable);
      assert.match(String(error.cause), /is a database, but no ledger/);
      return true;
    });
    await assert.rejects(openSqliteLedger({ file: fileURLToPath(import.meta.url) }), LedgerUnavailable);
    await assert.rejects(openSqliteLedger({ file: `${file}.d/ledger.db` }), LedgerUnavailable);
    await assert.rejects(openSqliteLedger({ file: ':memory:' }), LedgerUnavailable);
  }),
);

test(
  'a stream whose first append is refused is not there: the next one begins it, under the number that follows',
  withFile(async (file, open) => {
    const ledger = await open();
    const used = newEvent();
    await ledger.append('incident-1', 0, [used]);
    await assert.rejects(ledger.append('incident-2', 0, [used]), EventIdReused);
    await assert.rejects(ledger.append('incident-3', 0, [newEvent(), used]), EventIdReused);
    await ledger.append('incident-4', 0, [newEvent()]);
    await ledger.append('incident-2', 0, [newEvent(), newEvent()]);
    const db = new DatabaseSync(file, { readOnly: true });
    const streams = db.prepare('SELECT id, name FROM streams ORDER BY id').all();
    db.close();
    assert.deepEqual(
      streams.map(({ id, name }) => [id, name]),
      [
        [1, 'incident-1'],
        [2, 'incident-4'],
        [3, 'incident-2'],
      ],
    );
  }),
);

test(
  'the last event of a stream and the head are look-ups, not scans',
  withFile(async (file, open) => {
    await open();
    const db = new DatabaseSync(file);
    const plan = db
      .prepare(
        'EXPLAIN QUERY PLAN SELECT data FROM events WHERE stream = 1 AND revision <= 9 ORDER BY revision DESC LIMIT 1',
      )
      .all()
      .map((row) => String(row['detail']));
    db.close();
    assert.deepEqual(plan, ['SEARCH events USING INDEX events_by_stream (stream=? AND revision<?)']);
  }),
);

const parts = suite('parts of the sqlite ledger');

parts('recent streams are bounded, and those used longest ago go first', () => {
  const streams = new RecentStreams(4);
  for (const name of ['a', 'b', 'c']) streams.set(name, { id: 1, revision: 1 });
  streams.set('a', { id: 1, revision: 2 });
  assert.deepEqual(streams.get('b'), { id: 1, revision: 1 });
  assert.deepEqual(streams.get('a'), { id: 1, revision: 2 });
  streams.set('d', { id: 4, revision: 1 });
  assert.equal(streams.get('b'), undefined);
  assert.deepEqual(streams.get('a'), { id: 1, revision: 2 });
  for (let i = 0; i < 100; i += 1) {
    streams.set(`${i}`, { id: i, revision: i });
    assert.ok(streams.size <= 4);
    assert.deepEqual(streams.get(`${i}`), { id: i, revision: i });
  }
  streams.clear();
  assert.equal(streams.size, 0);
});

parts(
  'of what was written last, a page begins behind any position that is kept, and ends where another wrote',
  () => {
    const newest = new Newest();
    const write = (position: number, characters = 2) => ({
      stream: 'a',
      revision: position,
      position,
      recordedAt: '2026-01-02T03:04:05.006Z',
      events: [
        { id: `${position}`, type: 'siaga.test.v1', data: `"${'a'.repeat(characters)}"`, metadata: '{}' },
      ],
    });
    const positionsAfter = (after: number) => newest.pageAfter(after)?.map(({ position }) => position);
    newest.keep([write(1), write(2)]);
    newest.keep([write(3)]);
    newest.keep([write(6), write(7)]);
    assert.deepEqual(positionsAfter(0), [1, 2, 3]);
    assert.deepEqual(positionsAfter(2), [3]);
    assert.deepEqual([positionsAfter(3), positionsAfter(4)], [undefined, undefined]);
    assert.deepEqual(positionsAfter(5), [6, 7]);
    assert.equal(positionsAfter(7), undefined);
    // Much at once lets go what was before, and is itself kept whole.
    newest.keep([write(8, 60_000), write(9, 60_000)]);
    assert.equal(positionsAfter(6), undefined);
    assert.deepEqual(positionsAfter(7), [8, 9]);
    newest.keep([]);
    assert.deepEqual([positionsAfter(7), positionsAfter(8), newest.end], [undefined, [9], 9]);
  },
);

parts('a UUID survives its 16 bytes', () => {
  fc.assert(fc.property(fc.uuid(), (uuid) => bytesToUuid(uuidToBytes(uuid)) === uuid));
});
