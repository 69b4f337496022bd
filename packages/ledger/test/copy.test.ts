/** Copying from SQLite to EventStoreDB, verified against a protocol double. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@siaga/testkit';
import { type EventStoreDouble, startEventStoreDouble } from '@siaga/testkit/eventstore-double';
import fc from 'fast-check';
import { collect } from '../src/collect.ts';
import { copyLedger, CopyRefused } from '../src/copy/copy.ts';
import { openEventStoreLedger } from '../src/eventstoredb/ledger.ts';
import { type Ledger, LedgerUnavailable, type NewEvent, openSqliteLedger } from '../src/index.ts';
import { newFolder } from './folder.ts';

const COPY = fileURLToPath(new URL('../src/copy-command.ts', import.meta.url));

interface World {
  double: EventStoreDouble;
  file: string;
  source: Ledger;
  /** Closes the source, copies it, and gives the report. */
  copy: () => ReturnType<typeof copyLedger>;
  /** Opens what was copied. */
  open: () => Promise<Ledger>;
}

const withWorld = (work: (world: World) => Promise<void>) => async () => {
  const folder = newFolder();
  const double = await startEventStoreDouble();
  const file = folder.path('ledger.db');
  const opened: Ledger[] = [await openSqliteLedger({ file, clock: () => Date.UTC(2026, 1, 3, 4, 5, 6) })];
  try {
    await work({
      double,
      file,
      source: opened[0] as Ledger,
      copy: () => copyLedger({ file, url: double.url }),
      open: async () => {
        const ledger = await openEventStoreLedger({ url: double.url });
        opened.push(ledger);
        return ledger;
      },
    });
  } finally {
    for (const ledger of opened) await ledger.close();
    await double.stop();
    folder.remove();
  }
};

const newEvent = (data: unknown = { chronology: 'Air naik' }, metadata: unknown = {}): NewEvent => ({
  id: randomUUID(),
  type: 'siaga.test.v1',
  data,
  metadata,
});
const all = (ledger: Ledger) => collect(ledger.readAll({ from: 0 }));

/** Events in several streams, in turns and in runs. */
const fill = async (ledger: Ledger, count: number) => {
  for (let number = 0; number < count; ) {
    const run = Array.from({ length: Math.min(1 + (number % 4), count - number) }, () =>
      newEvent({ number }),
    );
    await ledger.append(`incident-${number % 7}`, 'any', run);
    number += run.length;
  }
};

const test = suite('copying a ledger to EventStoreDB (protocol double)');

test(
  'everything is there as it was: places, times, ids, any JSON; and the ledger goes on behind it',
  withWorld(async ({ double, source, copy, open }) => {
    const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
    const appends = fc.array(fc.record({ stream: fc.nat({ max: 5 }), data: json, metadata: json }), {
      minLength: 60,
      maxLength: 60,
    });
    for (const { stream, data, metadata } of fc.sample(appends, 1).flat())
      await source.append(`stream ${stream} é`, 'any', [newEvent(data, metadata)]);
    double.store.appendSystemEvent();
    const expected = await all(source);
    const report = await copy();
    assert.deepEqual(
      { events: report.events, found: report.found, through: report.through },
      { events: 60, found: 0, through: 60 },
    );
    const ledger = await open();
    assert.deepEqual(await all(ledger), expected);
    assert.equal(await ledger.head(), 60);
    for (const from of [1, 30, 59, 60]) {
      assert.deepEqual(await collect(ledger.readAll({ from })), expected.slice(from));
      assert.deepEqual(await collect(ledger.readAll({ from, limit: 2 })), expected.slice(from, from + 2));
    }
    for (const stream of new Set(expected.map((event) => event.stream)))
      assert.deepEqual(await collect(ledger.read(stream)), await collect(source.read(stream)));

    const added = await ledger.append('later', 0, [newEvent()]);
    assert.ok(added.position > 60);
    assert.ok(added.recordedAt > (expected.at(-1)?.recordedAt ?? ''));
    assert.equal(await ledger.head(), added.position);
    const seen: number[] = [];
    for await (const batch of ledger.subscribeAll({ after: 57, signal: new AbortController().signal })) {
      seen.push(...batch.map(({ position }) => position));
      if (seen.length >= 4) break;
    }
    assert.deepEqual(seen, [58, 59, 60, added.position]);
    // What was appended before the copy is a repetition after it.
    const first = expected[0];
    assert.ok(first);
    const { stream, revision, position, recordedAt } = first;
    assert.deepEqual(await ledger.append(stream, 0, [first]), { revision, position, recordedAt });
  }),
);

test(
  'an empty ledger is copied too, and the hash says what it says whatever the ledger is kept in',
  withWorld(async ({ source, copy, open }) => {
    await source.close();
    const report = await copy();
    assert.deepEqual({ events: report.events, streams: report.streams }, { events: 0, streams: 0 });
    assert.equal((await (await open()).append('s', 0, [newEvent()])).revision, 1);
  }),
);

test(
  'a copy that is complete is verified again by another run, which changes nothing',
  withWorld(async ({ double, source, copy }) => {
    await fill(source, 100);
    const first = await copy();
    const records = double.store.log.length;
    assert.deepEqual(await copy(), { ...first, found: 100 });
    assert.equal(double.store.log.length, records);
  }),
);

test(
  'killed again and again with -9, it goes on where it was; until it is complete no site starts on it',
  withWorld(async ({ double, file, source, open }) => {
    await fill(source, 400);
    const expected = await all(source);
    await source.close();
    let kills = 0;
    for (const at of [1, 2, 40, 41, 160, 300, 399, 401]) {
      const child = copying(double, file);
      const stop = double.store.onAppend(() => double.store.log.length >= at && child.kill('SIGKILL'));
      await once(child, 'exit');
      stop();
      if (child.signalCode !== 'SIGKILL') continue;
      kills += 1;
      await assert.rejects(open(), {
        name: 'LedgerUnavailable',
        message: /not complete: run the copy again/,
      });
    }
    assert.ok(kills >= 7, `${kills} kills`);
    const last = copying(double, file);
    await once(last, 'exit');
    assert.equal(last.exitCode, 0);
    assert.deepEqual(await all(await open()), expected);
    assert.equal(
      double.store.log.length,
      402,
      'nothing twice: the events, and that it was begun and completed',
    );
  }),
);

test(
  'a server that loses connections and answers meanwhile makes no difference',
  withWorld(async ({ double, source, copy, open }) => {
    await fill(source, 300);
    double.faults.read.push('cut midway', 'refused');
    const stop = double.store.onAppend(() => {
      if (double.store.log.length % 9 === 0) double.faults.append.push('cut after', 'refused', 'cut before');
    });
    const report = await copy();
    stop();
    assert.equal(report.events, 300);
    assert.deepEqual(await all(await open()), await all(source));
  }),
);

test(
  'a target with anything else in it is refused, and stays as it is',
  withWorld(async ({ double, file, source, copy, open }) => {
    await fill(source, 20);
    const other = await startEventStoreDouble();
    try {
      const text = Buffer.from('{}');
      other.store.append('orders', 'any', [
        { id: randomUUID(), type: 'ordered', contentType: 'application/json', data: text, metadata: text },
      ]);
      await assert.rejects(copyLedger({ file, url: other.url }), { name: 'CopyRefused', message: /orders/ });
      assert.equal(other.store.log.length, 1);
    } finally {
      await other.stop();
    }
    const ledger = await open();
    await ledger.append('incident-0', 0, [newEvent()]);
    await assert.rejects(copy(), CopyRefused);
    assert.equal(double.store.log.length, 1);
    const entered = await startEventStoreDouble();
    try {
      await (await openEventStoreLedger({ url: entered.url, owner: '62.07' })).close();
      await assert.rejects(copyLedger({ file, url: entered.url }), CopyRefused);
    } finally {
      await entered.stop();
    }
  }),
);

test(
  'a part of another ledger, and events that came in between, are refused',
  withWorld(async ({ double, file, source, copy }) => {
    await fill(source, 50);
    const child = copying(double, file);
    const stop = double.store.onAppend(() => double.store.log.length >= 20 && child.kill('SIGKILL'));
    await once(child, 'exit');
    stop();
    const folder = newFolder();
    try {
      const another = await openSqliteLedger({ file: folder.path('ledger.db') });
      await fill(another, 50);
      await another.close();
      const before = double.store.log.length;
      await assert.rejects(copyLedger({ file: folder.path('ledger.db'), url: double.url }), CopyRefused);
      assert.equal(double.store.log.length, before);
    } finally {
      folder.remove();
    }
    const text = Buffer.from('{"metadata":{}}');
    double.store.append('incident-99', 'any', [
      { id: randomUUID(), type: 'x', contentType: 'application/json', data: text, metadata: text },
    ]);
    await assert.rejects(copy(), CopyRefused);
  }),
);

test(
  'of two copies at the same time into one target nothing is twice, and another run finds it complete',
  withWorld(async ({ double, source, copy, open }) => {
    await fill(source, 120);
    const results = await Promise.allSettled([copy(), copy()]);
    for (const result of results) {
      if (result.status === 'rejected')
        assert.ok(result.reason instanceof CopyRefused, String(result.reason));
    }
    assert.equal((await copy()).events, 120);
    assert.deepEqual(await all(await open()), await all(source));
    assert.equal(double.store.log.length, 122);
  }),
);

test(
  'after the copy: neither what the old site appended since nor what the new one did is lost sight of',
  withWorld(async ({ source, copy, open }) => {
    await fill(source, 30);
    await copy();
    await fill(source, 5);
    await assert.rejects(copy(), { name: 'CopyRefused', message: /a site ran on it since/ });
    await (await open()).append('s', 0, [newEvent()]);
    await assert.rejects(copy(), CopyRefused);
  }),
);

test(
  'while a source grows, what comes behind the copy’s back does not stay unnoticed',
  withWorld(async ({ double, source, copy, open }) => {
    await fill(source, 40);
    let writing: Promise<unknown> = Promise.resolve();
    const stop = double.store.onAppend(() => {
      // The last event has been copied: what comes now is behind the copy's back.
      if (double.store.log.length === 41) writing = source.append('behind', 0, [newEvent()]);
    });
    const copying = copy();
    await Promise.allSettled([copying]);
    await writing;
    stop();
    const outcome = await copying.then(
      ({ events }) => events,
      (error: unknown) => error,
    );
    if (outcome === 41) return;
    if (outcome === 40) {
      // It came after all was compared: a site that runs on after it was moved.
      await assert.rejects(copy(), { name: 'CopyRefused', message: /a site ran on it since/ });
      return;
    }
    assert.ok(outcome instanceof CopyRefused && /grows/.test(outcome.message), String(outcome));
    await assert.rejects(open(), LedgerUnavailable);
    assert.equal((await copy()).events, 41);
  }),
);

test('the command says what was wrong, and by its exit code what to do', async () => {
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [COPY, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'close');
    return { code: child.exitCode, said };
  };
  assert.match((await run('--from', 'ledger.db')).said, /usage/);
  const missing = await run(
    '--from',
    'sqlite:/none/ledger.db',
    '--to',
    'eventstoredb://127.0.0.1:1?tls=false',
  );
  assert.equal(missing.code, 2);
  assert.match(missing.said, /there is no ledger/);
  const bad = await run('--from', `sqlite:${COPY}`, '--to', 'eventstoredb://me:secret@host:port');
  assert.equal(bad.code, 2);
  assert.ok(!bad.said.includes('secret'));
});

function copying(double: EventStoreDouble, file: string): ChildProcess {
  const args = [COPY, '--from', `sqlite:${file}`, '--to', double.url];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
