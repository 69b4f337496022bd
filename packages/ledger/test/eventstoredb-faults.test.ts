/** Verified against a protocol double: what the double does not show stands in docs/operations.md. */
import { randomUUID } from 'node:crypto';
import { assert, suite, until } from '@siaga/testkit';
import {
  type AppendFault,
  type DoubleCluster,
  type DoubleOptions,
  type EventStoreDouble,
  startEventStoreDouble,
} from '@siaga/testkit/eventstore-double';
import fc from 'fast-check';
import { collect } from '../src/collect.ts';
import { openEventStoreLedger } from '../src/eventstoredb/ledger.ts';
import { EventIdReused, EventTooLarge, type Ledger, LedgerUnavailable, type NewEvent } from '../src/index.ts';
import type { RecordedEvent } from '../src/port.ts';

interface World {
  double: EventStoreDouble;
  ledger: Ledger;
  open: (url?: string, patienceMs?: number) => Promise<Ledger>;
}

/** Runs a test with a double of its own; closes every ledger that `open` opened. */
const withDouble =
  (work: (world: World) => Promise<void>, options: DoubleOptions = {}) =>
  async () => {
    const double = await startEventStoreDouble(options);
    const opened: Ledger[] = [];
    const open = async (url = double.url, patienceMs = 5_000) => {
      const ledger = await openEventStoreLedger({ url, limits: { patienceMs, attemptMs: 1_000 } });
      opened.push(ledger);
      return ledger;
    };
    try {
      await work({ double, ledger: await open(), open });
    } finally {
      double.link.heal();
      await Promise.all(opened.map((ledger) => ledger.close()));
      await double.stop();
    }
  };

const newEvent = (data: unknown = {}): NewEvent => ({
  id: randomUUID(),
  type: 'siaga.test.v1',
  data,
  metadata: {},
});
const idsOf = async (ledger: Ledger, stream: string) =>
  (await collect(ledger.read(stream))).map(({ id }) => id);

const test = suite('EventStoreDB ledger under faults (protocol double)');

test(
  'appends go one by one, never in the batches that the server offers',
  withDouble(async ({ double, ledger }) => {
    await ledger.append('s', 0, [newEvent(), newEvent()]);
    await ledger.append('s', 'any', [newEvent()]);
    assert.equal(double.calls.batchAppend, 0);
    assert.equal(double.calls.append, 2);
  }),
);

test(
  'two ledgers in one process: what happens to one does not touch the other’s appends',
  withDouble(async ({ double, ledger, open }) => {
    const other = await startEventStoreDouble();
    const beside = await open(other.url);
    try {
      other.faults.append.push('silent before');
      const slow = beside.append('s', 0, [newEvent()]);
      await until('the other server has it', () => other.calls.append === 1);
      double.link.cut();
      double.link.heal();
      double.faults.append.push('cut after', 'refused');
      await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.append(`s-${i}`, 0, [newEvent()])));
      assert.equal((await slow).revision, 1);
      assert.equal(other.store.log.length, 1);
    } finally {
      await other.stop();
    }
  }),
);

test(
  'an append whose answer is lost is repeated with the same ids, and stands in the stream once',
  withDouble(async ({ double, ledger }) => {
    const events = [newEvent(), newEvent()];
    double.faults.append.push('silent after', 'cut after', 'refused');
    const result = await ledger.append('s', 0, events);
    assert.equal(result.revision, 2);
    assert.deepEqual(
      await idsOf(ledger, 's'),
      events.map(({ id }) => id),
    );
    assert.ok(double.calls.append >= 4);
  }),
);

test(
  'whatever happens to appends, what was acknowledged is there once and in order',
  withDouble(async ({ double, ledger }) => {
    const fault = fc.constantFrom<AppendFault | undefined>('refused', 'cut before', 'cut after', undefined);
    const some = fc.array(fault, { maxLength: 3 });
    const plan = fc.record({ faults: some, expected: fc.boolean(), count: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 6 }), async (plans) => {
        const stream = `s-${randomUUID()}`;
        const ids: string[] = [];
        for (const { faults, expected, count } of plans) {
          double.faults.append.splice(0, Number.POSITIVE_INFINITY);
          for (const one of faults) if (one) double.faults.append.push(one);
          const events = Array.from({ length: count }, () => newEvent());
          const revision = expected ? ids.length : ('any' as const);
          ids.push(...events.map(({ id }) => id));
          assert.equal((await ledger.append(stream, revision, events)).revision, ids.length);
        }
        assert.deepEqual(await idsOf(ledger, stream), ids);
      }),
      { numRuns: 25 },
    );
  }),
);

test(
  'a server that restarts in the midst of appends: all are acknowledged, each is there once',
  withDouble(async ({ double, ledger }) => {
    const streams = Array.from({ length: 20 }, (_, i) => `s-${i}`);
    const writing = streams.map(async (stream) => {
      for (let revision = 0; revision < 20; revision += 1)
        await ledger.append(stream, revision, [newEvent()]);
    });
    for (const appended of [40, 150, 300]) {
      await until(`${appended} events`, () => double.store.log.length >= appended);
      double.link.cut();
      await new Promise((resolve) => setTimeout(resolve, 100));
      double.link.heal();
    }
    await Promise.all(writing);
    const ids = double.store.log.map(({ id }) => id);
    assert.equal(ids.length, 400);
    assert.equal(new Set(ids).size, 400);
  }),
);

test(
  'while the server is away everything is LedgerUnavailable, and works again when it is back',
  withDouble(async ({ double, open }) => {
    const ledger = await open(undefined, 200);
    await ledger.append('s', 0, [newEvent()]);
    double.link.cut();
    const attempts = [
      ledger.append('s', 1, [newEvent()]),
      ledger.append('s', 'any', [newEvent()]),
      ledger.head(),
      collect(ledger.read('s')),
      collect(ledger.readAll({ from: 0 })),
      collect(ledger.subscribeAll({ after: 0, signal: new AbortController().signal })),
      open(undefined, 200),
    ];
    const results = await Promise.allSettled(attempts);
    for (const result of results) {
      assert.equal(result.status, 'rejected');
      assert.ok(result.reason instanceof LedgerUnavailable, String(result.reason));
    }
    double.link.heal();
    await ledger.append('s', 1, [newEvent()]);
    assert.equal((await collect(ledger.read('s'))).length, 2);
  }),
);

test(
  'an append of which only a part came in is not kept',
  withDouble(async ({ double, ledger }) => {
    const before = double.link.bytes.toTarget;
    const large = Array.from({ length: 6 }, () => newEvent('a'.repeat(150_000)));
    const appending = ledger.append('s', 0, large);
    await until('a part is on its way', () => double.link.bytes.toTarget > before + 100_000);
    double.link.cut();
    assert.ok(double.store.log.length === 0 || double.store.log.length === 6);
    double.link.heal();
    assert.equal((await appending).revision, 6);
    assert.equal(double.store.log.length, 6);
  }),
);

test(
  'another node becomes the leader: appends, reads and subscriptions go on there',
  withDouble(async ({ double, ledger }) => {
    const next = await startEventStoreDouble({ store: double.store });
    try {
      await ledger.append('s', 0, [newEvent()]);
      const cluster = { members: [double, next], leader: next, dead: [] };
      for (const node of cluster.members) node.join(cluster);
      await ledger.append('s', 1, [newEvent()]);
      assert.equal(next.calls.append, 1);
      assert.equal((await collect(ledger.read('s'))).length, 2);
      assert.ok(next.calls.read > 0);
      const { signal } = new AbortController();
      for await (const batch of ledger.subscribeAll({ after: 0, signal })) {
        assert.ok(batch.length > 0);
        break;
      }
      assert.equal(next.calls.subscribe, 1);
    } finally {
      await next.stop();
    }
  }),
);

test(
  'a cluster: the leader dies, another one is found by gossip; with none left it is LedgerUnavailable',
  withDouble(async ({ double, open }) => {
    const next = await startEventStoreDouble({ store: double.store });
    try {
      const cluster: DoubleCluster = { members: [double, next], leader: double, dead: [] };
      for (const node of cluster.members) node.join(cluster);
      const ledger = await open(
        `eventstoredb://127.0.0.1:${double.port},127.0.0.1:${next.port}?tls=false&discoveryInterval=20`,
      );
      const abort = new AbortController();
      const seen: number[] = [];
      const reading = (async () => {
        for await (const batch of ledger.subscribeAll({ after: 0, signal: abort.signal }))
          seen.push(...batch.map(({ revision }) => revision));
      })();
      for (let revision = 0; revision < 10; revision += 1) await ledger.append('s', revision, [newEvent()]);
      assert.equal(next.calls.append, 0);
      double.link.cut();
      cluster.dead.push(double);
      cluster.leader = next;
      for (let revision = 10; revision < 20; revision += 1) await ledger.append('s', revision, [newEvent()]);
      assert.ok(next.calls.append >= 10);
      await until('all is seen', () => seen.length >= 20);
      abort.abort();
      await reading;
      assert.deepEqual(
        seen,
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      next.link.cut();
      for (const call of [ledger.append('s', 20, [newEvent()]), ledger.head()])
        await assert.rejects(call, LedgerUnavailable);
      next.link.heal();
      assert.equal((await ledger.append('s', 20, [newEvent()])).revision, 21);
    } finally {
      await next.stop();
    }
  }),
);

test(
  'a read that breaks off, or falls silent, gives everything once',
  withDouble(async ({ double, ledger }) => {
    for (let i = 0; i < 10; i += 1)
      await ledger.append(
        's',
        i * 60,
        Array.from({ length: 60 }, () => newEvent()),
      );
    double.faults.read.push('cut midway', 'refused', 'silent midway');
    const all = await collect(ledger.readAll({ from: 0 }));
    assert.deepEqual(
      all.map(({ revision }) => revision),
      Array.from({ length: 600 }, (_, i) => i + 1),
    );
    double.faults.read.push('refused', 'cut midway');
    assert.deepEqual(await collect(ledger.read('s')), all);
  }),
);

const killed = async ({ double, ledger }: World) => {
  const abort = new AbortController();
  const seen: RecordedEvent[] = [];
  const reading = (async () => {
    for await (const batch of ledger.subscribeAll({ after: 0, signal: abort.signal })) seen.push(...batch);
  })();
  for (let round = 0; round < 12; round += 1) {
    const stream = `s-${round}`;
    for (let revision = 0; revision < 10; revision += 1) await ledger.append(stream, revision, [newEvent()]);
    await until('it is subscribed', () => double.subscriptions > 0);
    if (round % 3 === 0) double.endSubscriptions('error');
    else if (round % 3 === 1) double.endSubscriptions('end');
    else {
      double.link.cut();
      double.link.heal();
    }
    double.store.appendSystemEvent();
  }
  await until('all is seen', () => seen.length >= 120);
  abort.abort();
  await reading;
  assert.deepEqual(seen, await collect(ledger.readAll({ from: 0 })));
  assert.ok(double.calls.subscribe >= 12);
};
test(
  'a subscription that the server kills again and again misses nothing and doubles nothing',
  withDouble(killed),
);
test(
  'so it is with a server that does not say when it has caught up',
  withDouble(killed, { tellsCaughtUp: false }),
);

test(
  'what the server says about itself is no event, and the head is behind any number of it',
  withDouble(async ({ double, ledger, open }) => {
    for (let i = 0; i < 600; i += 1) double.store.appendSystemEvent();
    assert.equal(await ledger.head(), 0);
    const { position } = await ledger.append('s', 0, [newEvent()]);
    for (let i = 0; i < 600; i += 1) double.store.appendSystemEvent();
    await ledger.append('s', 1, [newEvent()]);
    for (let i = 0; i < 600; i += 1) double.store.appendSystemEvent();
    const later = await open();
    const last = (await collect(later.readAll({ from: position })))[0];
    assert.equal(last?.revision, 2);
    assert.equal(await later.head(), last?.position);
    assert.equal(await ledger.head(), last?.position);
    const { read } = double.calls;
    assert.equal(await ledger.head(), last?.position);
    assert.ok(double.calls.read - read <= 4, 'what was looked through is not looked through again');
  }),
);

test(
  'a database with something else in it is no ledger',
  withDouble(async ({ double, ledger }) => {
    const text = Buffer.from('{}');
    double.store.append('orders', 'any', [
      { id: randomUUID(), type: 'ordered', contentType: 'application/json', data: text, metadata: text },
    ]);
    for (const reading of [collect(ledger.readAll({ from: 0 })), ledger.head()])
      await assert.rejects(reading, { name: 'LedgerUnavailable', message: /orders.*a database of its own/ });
    await assert.rejects(ledger.append('siaga-ledger', 0, [newEvent()]), TypeError);
  }),
);

test(
  'a database is one regency’s: of two that come at the same time one gets it, and no other later',
  withDouble(async ({ double }) => {
    const openFor = (owner: string) => openEventStoreLedger({ url: double.url, owner });
    const results = await Promise.allSettled(['62.07', '62.02'].map(openFor));
    const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    assert.equal(opened.length, 1);
    for (const ledger of opened) await ledger.close();
    const [winner = '', loser = ''] =
      results[0]?.status === 'fulfilled' ? ['62.07', '62.02'] : ['62.02', '62.07'];
    await assert.rejects(openFor(loser), {
      name: 'LedgerUnavailable',
      message: new RegExp(`of ${winner}, not`),
    });
    await (await openFor(winner)).close();
    assert.equal(double.store.log.length, 1);
  }),
);

test(
  'an append that the server has no room for is EventTooLarge, and appends nothing',
  withDouble(async ({ double, ledger }) => {
    const [small, large] = [newEvent('a'), newEvent('a'.repeat(700_000))];
    await assert.rejects(ledger.append('s', 0, [small, large, newEvent('a'.repeat(600_000))]), (error) => {
      assert.ok(error instanceof EventTooLarge);
      assert.equal(error.id, large.id);
      assert.equal(error.limit, 1_048_576);
      assert.ok(error.bytes > 1_300_000);
      return true;
    });
    assert.equal(double.store.log.length, 0);
    assert.equal((await ledger.append('s', 0, [small, large])).revision, 2);
  }),
);

test(
  'two processes append without an expectation: a repetition is known whoever made it, an id is not used again',
  withDouble(async ({ double, ledger, open }) => {
    const other = await open();
    const events = Array.from({ length: 40 }, () => newEvent());
    const sent = events.map((event, i) => (i % 2 ? ledger : other).append('s', 'any', [event]));
    const results = await Promise.all(sent);
    for (const [i, event] of events.entries())
      assert.deepEqual(await (i % 2 ? other : ledger).append('s', 'any', [event]), results[i]);
    assert.equal(double.store.log.length, 40);
    await assert.rejects(other.append('s', 'any', [newEvent(), ...events.slice(0, 1)]), EventIdReused);
  }),
);

test(
  'thousands of appends at once do not break the session',
  withDouble(async ({ double }) => {
    const ledger = await openEventStoreLedger({ url: double.url });
    const appends = Array.from({ length: 3_000 }, (_, i) => ledger.append(`s-${i}`, 0, [newEvent()]));
    await Promise.all(appends);
    await ledger.close();
    assert.equal(double.store.log.length, 3_000);
    assert.equal(double.calls.append, 3_000, 'none had to be repeated');
  }),
);

test(
  'closing does not wait for what is abandoned half-way',
  withDouble(async ({ ledger }) => {
    for (let i = 0; i < 6; i += 1)
      await ledger.append(
        's',
        i * 100,
        Array.from({ length: 100 }, () => newEvent()),
      );
    for (const reading of [ledger.read('s'), ledger.readAll({ from: 0 })]) {
      for await (const { revision } of reading) if (revision === 3) break;
    }
    const { signal } = new AbortController();
    for await (const batch of ledger.subscribeAll({ after: 0, signal })) if (batch.length > 0) break;
    const left = ledger.subscribeAll({ after: 0, signal })[Symbol.asyncIterator]();
    await left.next();
    const before = performance.now();
    await ledger.close();
    assert.ok(performance.now() - before < 900, 'it did not run into its own limit');
  }),
);

test(
  'a conflict throws and names the revision, whatever the address asks of the client',
  withDouble(async ({ double, open }) => {
    const ledger = await open(`${double.url}&throwOnAppendFailure=false`);
    await ledger.append('s', 0, [newEvent(), newEvent(), newEvent()]);
    await assert.rejects(ledger.append('s', 1, [newEvent()]), { name: 'WrongExpectedRevision', actual: 3 });
  }),
);

test('a wrong address is named without its password', async () => {
  for (const url of ['esdb://localhost', 'eventstoredb://admin:changeit@host:port']) {
    await assert.rejects(openEventStoreLedger({ url }), (error) => {
      assert.ok(error instanceof TypeError);
      assert.ok(!JSON.stringify([error.message, error.cause, error]).includes('changeit'));
      return true;
    });
  }
});
