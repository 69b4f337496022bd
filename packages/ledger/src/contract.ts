/**
 * What every adapter of the ledger port must do, as tests. A store that several tests share is fine: each test
 * makes streams of its own and looks at the ledger from the head it found.
 */
import { randomUUID } from 'node:crypto';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { collect } from './collect.ts';
import { MAX_EVENT_BYTES } from './encode.ts';
import { EventIdReused, EventTooLarge, LedgerUnavailable, WrongExpectedRevision } from './errors.ts';
import {
  type AppendResult,
  type ExpectedRevision,
  type Ledger,
  type NewEvent,
  type RecordedEvent,
  readLast,
} from './port.ts';

/** An open ledger, and how to close it and open the same store again, and how to remove all of it. */
export interface LedgerFixture {
  ledger: Ledger;
  /** Closes the ledger and opens another on the same store. */
  reopen: () => Promise<Ledger>;
  /** Closes what is open and removes the store. */
  dispose: () => Promise<void>;
}

const DEADLINE_MS = 20_000;

/** Registers the contract's suites for one adapter. `open` is called once for each test. */
export function ledgerContract(name: string, open: () => Promise<LedgerFixture>): void {
  const within = (work: (fixture: LedgerFixture) => Promise<void>) => async () => {
    const fixture = await open();
    try {
      await work(fixture);
    } finally {
      await fixture.dispose();
    }
  };
  appending(name, within);
  repeating(name, within);
  reading(name, within);
  subscribing(name, within);
  properties(name, within);
}

type Within = (work: (fixture: LedgerFixture) => Promise<void>) => () => Promise<void>;

function appending(name: string, within: Within): void {
  const test = suite(`${name}: appending`);

  test(
    'revisions begin at 1 and the answer names the last event',
    within(async ({ ledger }) => {
      const stream = newStream();
      const first = await ledger.append(stream, 0, [newEvent()]);
      const second = await ledger.append(stream, 1, [newEvent(), newEvent()]);
      assert.equal(first.revision, 1);
      assert.equal(second.revision, 3);
      assert.ok(second.position > first.position);
      assert.equal(await ledger.head(), second.position);
      const last = await readLast(ledger, stream);
      assert.deepEqual(
        { revision: last?.revision, position: last?.position, recordedAt: last?.recordedAt },
        second,
      );
    }),
  );

  test(
    'a wrong expected revision appends nothing and names the actual one',
    within(async ({ ledger }) => {
      const stream = newStream();
      const missing = newStream();
      await ledger.append(stream, 0, [newEvent(), newEvent()]);
      const before = await ledger.head();
      for (const expected of [0, 1, 3]) {
        await assertConflict(ledger.append(stream, expected, [newEvent()]), { stream, expected, actual: 2 });
      }
      await assertConflict(ledger.append(missing, 1, [newEvent()]), {
        stream: missing,
        expected: 1,
        actual: 0,
      });
      assert.equal(await ledger.head(), before);
      assert.equal((await collect(ledger.read(stream))).length, 2);
      assert.deepEqual(await collect(ledger.read(missing)), []);
    }),
  );

  test(
    "'any' appends to a stream whether it exists or not",
    within(async ({ ledger }) => {
      const stream = newStream();
      assert.equal((await ledger.append(stream, 'any', [newEvent()])).revision, 1);
      assert.equal((await ledger.append(stream, 'any', [newEvent(), newEvent()])).revision, 3);
    }),
  );

  test(
    'of 20 writers at the same revision exactly one wins, at every revision',
    within(async ({ ledger }) => {
      const stream = newStream();
      for (let revision = 0; revision < 5; revision += 1) {
        const attempts = Array.from({ length: 20 }, () => newEvent());
        const results = await Promise.allSettled(
          attempts.map((event) => ledger.append(stream, revision, [event])),
        );
        const winners = attempts.filter((_, i) => results[i]?.status === 'fulfilled');
        assert.equal(winners.length, 1);
        for (const result of results) {
          if (result.status === 'rejected') assert.ok(result.reason instanceof WrongExpectedRevision);
        }
        assert.equal((await readLast(ledger, stream))?.id, winners[0]?.id);
      }
      assert.deepEqual(
        (await collect(ledger.read(stream))).map(({ revision }) => revision),
        [1, 2, 3, 4, 5],
      );
    }),
  );

  test(
    'a refused append does not disturb those made in the same moment',
    within(async ({ ledger }) => {
      const good = newStream();
      const bad = newStream();
      const results = await Promise.allSettled([
        ledger.append(good, 'any', [newEvent()]),
        ledger.append(bad, 7, [newEvent(), newEvent()]),
        ledger.append(good, 'any', [newEvent()]),
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      assert.equal((await collect(ledger.read(good))).length, 2);
      assert.deepEqual(await collect(ledger.read(bad)), []);
    }),
  );

  test(
    'the events of one append stand next to each other, whatever else is appended',
    within(async ({ ledger }) => {
      const stream = newStream();
      const groups = Array.from({ length: 30 }, () => [newEvent(), newEvent(), newEvent()]);
      await Promise.all(groups.map((group) => ledger.append(stream, 'any', group)));
      const ids = (await collect(ledger.read(stream))).map(({ id }) => id);
      assert.equal(ids.length, 90);
      for (const group of groups) {
        const start = ids.indexOf(group[0]?.id ?? '');
        assert.deepEqual(
          ids.slice(start, start + 3),
          group.map(({ id }) => id),
        );
      }
    }),
  );

  test(
    'an event of the greatest size is taken, a byte more is refused with all of its append',
    within(async ({ ledger }) => {
      const stream = newStream();
      const around = JSON.stringify('').length + JSON.stringify({}).length;
      // é is two bytes in UTF-8: the limit is in bytes, not in characters.
      const greatest = `${'é'.repeat(1000)}${'a'.repeat(MAX_EVENT_BYTES - around - 2000)}`;
      const tooLarge = newEvent({ data: `${greatest}a`, metadata: {} });
      await assert.rejects(ledger.append(stream, 0, [newEvent(), tooLarge]), (error) => {
        assert.ok(error instanceof EventTooLarge);
        assert.equal(error.limit, MAX_EVENT_BYTES);
        assert.equal(error.bytes, MAX_EVENT_BYTES + 1);
        assert.equal(error.id, tooLarge.id);
        return true;
      });
      assert.deepEqual(await collect(ledger.read(stream)), []);
      await ledger.append(stream, 0, [newEvent({ data: greatest, metadata: {} })]);
      assert.equal((await readLast(ledger, stream))?.data, greatest);
    }),
  );

  test(
    'what is never valid is a TypeError and appends nothing',
    within(async ({ ledger }) => {
      const stream = newStream();
      const before = await ledger.head();
      const twice = newEvent();
      const invalid: [string, ExpectedRevision, NewEvent[]][] = [
        [stream, 0, []],
        [stream, -1, [newEvent()]],
        [stream, 0.5, [newEvent()]],
        [stream, 0, [newEvent({ id: 'not-a-uuid' })]],
        [stream, 0, [newEvent({ type: '' })]],
        [stream, 0, [newEvent({ data: undefined })]],
        [stream, 0, [newEvent(), newEvent({ metadata: () => 1 })]],
        [stream, 0, [twice, twice]],
        ['', 0, [newEvent()]],
        ['$all', 0, [newEvent()]],
        ['a\u0000b', 0, [newEvent()]],
        ['half a pair \ud800', 0, [newEvent()]],
      ];
      for (const [name, expected, events] of invalid) {
        await assert.rejects(ledger.append(name, expected, events), TypeError);
      }
      assert.equal(await ledger.head(), before);
    }),
  );

  test(
    'recordedAt is ISO in milliseconds and never goes back',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      await Promise.all(Array.from({ length: 50 }, () => ledger.append(newStream(), 0, [newEvent()])));
      const times = (await collect(ledger.readAll({ from: start }))).map(({ recordedAt }) => recordedAt);
      for (const time of times) assert.equal(new Date(time).toISOString(), time);
      assert.deepEqual(times, times.toSorted());
    }),
  );

  test(
    'close waits for appends under way, and later calls fail',
    within(async ({ ledger, reopen }) => {
      const stream = newStream();
      const underWay = Array.from({ length: 50 }, () => ledger.append(stream, 'any', [newEvent()]));
      await Promise.all([ledger.close(), ...underWay]);
      await ledger.close();
      await assert.rejects(ledger.append(stream, 'any', [newEvent()]), LedgerUnavailable);
      await assert.rejects(collect(ledger.read(stream)), LedgerUnavailable);
      await assert.rejects(ledger.head(), LedgerUnavailable);
      assert.equal((await collect((await reopen()).read(stream))).length, 50);
    }),
  );
}

function repeating(name: string, within: Within): void {
  const test = suite(`${name}: repeating an append`);

  test(
    'gives the first answer again and appends nothing, also behind later events and after reopening',
    within(async ({ ledger, reopen }) => {
      const stream = newStream();
      await ledger.append(stream, 0, [newEvent()]);
      const events = [newEvent(), newEvent()];
      const first = await ledger.append(stream, 1, events);
      assert.deepEqual(await ledger.append(stream, 1, events), first);
      await ledger.append(stream, 3, [newEvent()]);
      assert.deepEqual(await ledger.append(stream, 1, events), first);
      const head = await ledger.head();
      const later = await reopen();
      assert.deepEqual(await later.append(stream, 1, events), first);
      assert.equal(await later.head(), head);
      assert.equal((await collect(later.read(stream))).length, 4);
    }),
  );

  test(
    'at the same moment gives both the same answer',
    within(async ({ ledger }) => {
      const stream = newStream();
      const events = [newEvent(), newEvent()];
      const [first, ...others] = await Promise.all(
        Array.from({ length: 5 }, () => ledger.append(stream, 0, events)),
      );
      for (const other of others) assert.deepEqual(other, first);
      assert.equal((await collect(ledger.read(stream))).length, 2);
    }),
  );

  test(
    "with 'any' gives the first answer again",
    within(async ({ ledger }) => {
      const stream = newStream();
      const event = newEvent();
      const first = await ledger.append(stream, 'any', [event]);
      assert.deepEqual(await ledger.append(stream, 'any', [event]), first);
      assert.equal((await collect(ledger.read(stream))).length, 1);
    }),
  );

  test(
    'in part, in another order or with more is refused, and appends nothing',
    within(async ({ ledger }) => {
      const stream = newStream();
      const [a, b] = [newEvent(), newEvent()];
      await ledger.append(stream, 0, [a, b]);
      const refused: [ExpectedRevision, NewEvent[]][] = [
        [0, [a, newEvent()]],
        [0, [newEvent(), b]],
        [0, [b, a]],
        [0, [a, b, newEvent()]],
        [1, [a]],
        ['any', [b, newEvent()]],
        ['any', [newEvent(), a]],
      ];
      const before = await ledger.head();
      for (const [expected, events] of refused) {
        await assert.rejects(
          ledger.append(stream, expected, events),
          (error) => error instanceof EventIdReused || error instanceof WrongExpectedRevision,
        );
      }
      assert.equal(await ledger.head(), before);
      assert.equal((await collect(ledger.read(stream))).length, 2);
    }),
  );
}

function reading(name: string, within: Within): void {
  const test = suite(`${name}: reading`);

  test(
    'a stream from the middle, backward, and with a limit',
    within(async ({ ledger }) => {
      const stream = newStream();
      await ledger.append(
        stream,
        0,
        Array.from({ length: 10 }, () => newEvent()),
      );
      const revisions = async (options: Parameters<Ledger['read']>[1]) =>
        (await collect(ledger.read(stream, options))).map(({ revision }) => revision);
      assert.deepEqual(await revisions({ from: 8 }), [8, 9, 10]);
      assert.deepEqual(await revisions({ from: 4, limit: 2 }), [4, 5]);
      assert.deepEqual(await revisions({ from: 11 }), []);
      assert.deepEqual(await revisions({ direction: 'backward', limit: 3 }), [10, 9, 8]);
      assert.deepEqual(await revisions({ direction: 'backward', from: 2 }), [2, 1]);
      assert.deepEqual(await revisions({ limit: 0 }), []);
      assert.equal((await readLast(ledger, stream))?.revision, 10);
      assert.equal(await readLast(ledger, newStream()), undefined);
    }),
  );

  test(
    'a stream and the ledger longer than any page, in the same order',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      const streams = [newStream(), newStream(), newStream()];
      const appends: Promise<AppendResult>[] = [];
      for (let i = 0; i < 400; i += 1) {
        for (const stream of streams) appends.push(ledger.append(stream, 'any', [newEvent()]));
      }
      await Promise.all(appends);
      const all = await collect(ledger.readAll({ from: start }));
      assert.equal(all.length, 1200);
      assertGrowing(all, start);
      for (const stream of streams) {
        const own = await collect(ledger.read(stream));
        assert.deepEqual(
          own.map(({ revision }) => revision),
          Array.from({ length: 400 }, (_, i) => i + 1),
        );
        assert.deepEqual(
          own,
          all.filter((event) => event.stream === stream),
        );
        const backward = await collect(ledger.read(stream, { direction: 'backward' }));
        assert.deepEqual(backward, own.toReversed());
      }
    }),
  );

  test(
    'the ledger without the types that a caller passes over',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      const types = [
        'siaga.incident.reported.v1',
        'siaga.incident',
        'siaga.resource.registered.v1',
        'siaga.journal.x',
      ];
      for (let i = 0; i < 12; i += 1) {
        const events = Array.from({ length: 1 + (i % 3) }, () => ({
          ...newEvent(),
          type: types[i % 4] ?? '',
        }));
        await ledger.append(newStream(), 0, events);
      }
      const all = await collect(ledger.readAll({ from: start }));
      for (const except of [
        [],
        ['siaga.incident.'],
        ['siaga.incident.', 'siaga.journal.'],
        ['siaga.'],
        ['other'],
      ]) {
        const wanted = all.filter(({ type }) => !except.some((one) => type.startsWith(one)));
        assert.deepEqual(await collect(ledger.readAll({ from: start, except })), wanted);
        const limited = await collect(ledger.readAll({ from: start, except, limit: 2 }));
        assert.deepEqual(limited, wanted.slice(0, 2));
      }
    }),
  );

  test(
    'the ledger in pages that a caller asks for',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      for (let i = 0; i < 10; i += 1) await ledger.append(newStream(), 0, [newEvent()]);
      const all = await collect(ledger.readAll({ from: start }));
      const paged: RecordedEvent[] = [];
      for (let from = start; ; from = paged.at(-1)?.position ?? from) {
        const page = await collect(ledger.readAll({ from, limit: 3 }));
        assert.ok(page.length <= 3);
        if (page.length === 0) break;
        paged.push(...page);
      }
      assert.deepEqual(paged, all);
      assert.deepEqual(await collect(ledger.readAll({ from: await ledger.head() })), []);
    }),
  );

  test(
    'an event is read back as it was given, id in lower case',
    within(async ({ ledger }) => {
      const stream = `insiden-Méntaya-${randomUUID()}`;
      const event = newEvent({ id: randomUUID().toUpperCase(), type: 'siaga.insiden.dilaporkan.v1' });
      const { revision, position, recordedAt } = await ledger.append(stream, 0, [event]);
      const expected = { ...event, id: event.id.toLowerCase(), stream, revision, position, recordedAt };
      assert.deepEqual(await readLast(ledger, stream), expected);
    }),
  );
}

function subscribing(name: string, within: Within): void {
  const test = suite(`${name}: subscribing`);

  test(
    'history, then live, without a gap or a double while appends go on',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      const stream = newStream();
      const total = 2000;
      const appendSome = async (count: number) => {
        for (let i = 0; i < count; i += 1) await ledger.append(stream, 'any', [newEvent()]);
      };
      await Promise.all(Array.from({ length: 10 }, () => appendSome(50)));
      const seen = subscribeUntil(ledger, start, (events) => events.length >= total);
      await Promise.all([seen, ...Array.from({ length: 10 }, () => appendSome(150))]);
      assert.deepEqual(await seen, await collect(ledger.readAll({ from: start })));
    }),
  );

  test(
    'a live event arrives, and a later subscription resumes behind a position',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      const first = subscribeUntil(ledger, start, (events) => events.length >= 2);
      const a = await ledger.append(newStream(), 0, [newEvent()]);
      const b = await ledger.append(newStream(), 0, [newEvent()]);
      assert.deepEqual(
        (await first).map(({ position }) => position),
        [a.position, b.position],
      );
      const c = await ledger.append(newStream(), 0, [newEvent()]);
      const resumed = await subscribeUntil(ledger, a.position, (events) => events.length >= 2);
      assert.deepEqual(
        resumed.map(({ position }) => position),
        [b.position, c.position],
      );
    }),
  );

  test(
    'several subscriptions see the same, each at its own pace',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      const subscriptions = Array.from({ length: 5 }, () =>
        subscribeUntil(ledger, start, (events) => events.length >= 100),
      );
      for (let i = 0; i < 100; i += 1) await ledger.append(newStream(), 0, [newEvent()]);
      const expected = await collect(ledger.readAll({ from: start }));
      for (const subscription of subscriptions) assert.deepEqual(await subscription, expected);
    }),
  );

  test(
    'an abort ends it without an error: before it begins, while it waits, and between batches',
    within(async ({ ledger }) => {
      const start = await ledger.head();
      assert.deepEqual(await collect(ledger.subscribeAll({ after: start, signal: AbortSignal.abort() })), []);

      const waiting = new AbortController();
      const ended = collect(ledger.subscribeAll({ after: start, signal: waiting.signal }));
      setImmediate(() => waiting.abort());
      assert.deepEqual(await deadline(ended, 'the end of an aborted subscription'), []);

      await ledger.append(newStream(), 0, [newEvent()]);
      const between = new AbortController();
      const batches: RecordedEvent[][] = [];
      for await (const batch of ledger.subscribeAll({ after: start, signal: between.signal })) {
        batches.push(batch);
        between.abort();
      }
      assert.equal(batches.length, 1);
    }),
  );

  test(
    'closing the ledger ends it without an error',
    within(async ({ ledger }) => {
      const { signal } = new AbortController();
      const ended = collect(ledger.subscribeAll({ after: await ledger.head(), signal }));
      await ledger.close();
      assert.deepEqual(await deadline(ended, 'the end of a subscription'), []);
    }),
  );
}

function properties(name: string, within: Within): void {
  const test = suite(`${name}: properties`);

  test(
    'every JSON value comes back as JSON has it',
    within(async ({ ledger }) => {
      const stream = newStream();
      const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' });
      await fc.assert(
        fc.asyncProperty(json, json, async (data, metadata) => {
          await ledger.append(stream, 'any', [newEvent({ data, metadata })]);
          const event = await readLast(ledger, stream);
          assert.deepEqual(event?.data, JSON.parse(JSON.stringify(data)));
          assert.deepEqual(event?.metadata, JSON.parse(JSON.stringify(metadata)));
        }),
        { numRuns: 150 },
      );
    }),
  );

  test(
    'appends over several streams give the streams and the global order of a simple model',
    within(async ({ ledger }) => {
      // A step is made of appends to different streams at the same moment, so that each answer is determined.
      const append = fc.record({
        stream: fc.nat({ max: 4 }),
        count: fc.integer({ min: 1, max: 3 }),
        expected: fc.oneof(
          { weight: 3, arbitrary: fc.constant('actual' as const) },
          { weight: 1, arbitrary: fc.constant('any' as const) },
          { weight: 1, arbitrary: fc.nat({ max: 6 }) },
        ),
        repeat: fc.boolean(),
      });
      const step = fc.uniqueArray(append, { minLength: 1, maxLength: 5, selector: ({ stream }) => stream });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const start = await ledger.head();
          const model = new Model();
          for (const appends of steps) {
            const planned = appends.map(({ stream, count, expected, repeat }) => ({
              stream: model.nameOf(stream),
              expected: expected === 'actual' ? model.revisionOf(stream) : expected,
              events: Array.from({ length: count }, () => newEvent()),
              repeat,
            }));
            const results = await Promise.allSettled(
              planned.map(({ stream, expected, events }) => ledger.append(stream, expected, events)),
            );
            model.apply(planned, results);
            for (const [i, { stream, expected, events, repeat }] of planned.entries()) {
              const result = results[i];
              if (!repeat || result?.status !== 'fulfilled') continue;
              assert.deepEqual(await ledger.append(stream, expected, events), result.value);
            }
          }
          const all = await collect(ledger.readAll({ from: start }));
          assertGrowing(all, start);
          assert.deepEqual(
            all.map(({ stream, revision, id }) => ({ stream, revision, id })),
            model.ledger,
          );
          for (const stream of model.names) {
            assert.deepEqual(
              await collect(ledger.read(stream)),
              all.filter((event) => event.stream === stream),
            );
          }
        }),
        { numRuns: 60 },
      );
    }),
  );
}

interface PlannedAppend {
  stream: string;
  expected: ExpectedRevision;
  events: NewEvent[];
}

/** A ledger in memory, as plain as can be. Says itself what each append must answer. */
class Model {
  readonly names = Array.from({ length: 5 }, () => newStream());
  readonly ledger: { stream: string; revision: number; id: string }[] = [];

  nameOf(stream: number): string {
    return this.names[stream] ?? '';
  }

  revisionOf(stream: number): number {
    return this.#revision(this.nameOf(stream));
  }

  /** Applies appends to different streams that were made at the same moment; their order is the ledger's to choose. */
  apply(planned: readonly PlannedAppend[], results: PromiseSettledResult<AppendResult>[]): void {
    const taken: { append: PlannedAppend; position: number }[] = [];
    for (const [i, append] of planned.entries()) {
      const result = results[i];
      const actual = this.#revision(append.stream);
      if (append.expected === 'any' || append.expected === actual) {
        assert.equal(result?.status, 'fulfilled');
        assert.equal(result.value.revision, actual + append.events.length);
        taken.push({ append, position: result.value.position });
      } else {
        assert.equal(result?.status, 'rejected');
        assert.ok(result.reason instanceof WrongExpectedRevision);
        assert.equal(result.reason.actual, actual);
      }
    }
    for (const { append } of taken.toSorted((a, b) => a.position - b.position)) {
      const actual = this.#revision(append.stream);
      for (const [i, { id }] of append.events.entries()) {
        this.ledger.push({ stream: append.stream, revision: actual + 1 + i, id });
      }
    }
  }

  #revision(name: string): number {
    return this.ledger.filter(({ stream }) => stream === name).length;
  }
}

const newStream = () => `incident-${randomUUID()}`;

function newEvent(parts: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'siaga.incident.reported.v1',
    data: { chronology: 'Air naik 40 cm' },
    metadata: { actor: 'pusdalops' },
    ...parts,
  };
}

/** Subscribes until the events seen satisfy `enough`. Fails when that takes longer than the deadline. */
async function subscribeUntil(
  ledger: Ledger,
  after: number,
  enough: (events: RecordedEvent[]) => boolean,
): Promise<RecordedEvent[]> {
  const abort = new AbortController();
  const seen: RecordedEvent[] = [];
  const reading = async () => {
    for await (const batch of ledger.subscribeAll({ after, signal: abort.signal })) {
      assert.ok(batch.length > 0);
      seen.push(...batch);
      if (enough(seen)) return seen;
    }
    return seen;
  };
  try {
    return await deadline(reading(), 'the events of a subscription');
  } finally {
    abort.abort();
  }
}

async function deadline<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function assertConflict(
  append: Promise<AppendResult>,
  facts: { stream: string; expected: number; actual: number },
): Promise<void> {
  await assert.rejects(append, (error) => {
    assert.ok(error instanceof WrongExpectedRevision);
    const { stream, expected, actual } = error;
    assert.deepEqual({ stream, expected, actual }, facts);
    return true;
  });
}

function assertGrowing(events: readonly RecordedEvent[], after: number): void {
  let last = after;
  for (const { position } of events) {
    assert.ok(position > last, `position ${position} stands behind ${last}`);
    last = position;
  }
}
