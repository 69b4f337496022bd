import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { GENESIS_HASH, JOURNAL_STREAM, SharedEvent } from '@siaga/domain';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import { EVENTS, ensureSite, linkOf, openPublisher, type Publisher, StreamUnavailable } from '@siaga/stream';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { type Relay, type SharingPolicy, startRelay } from '../src/index.ts';
import { newIncident } from './incidents.ts';
import { ledgerWith } from './ledger-with.ts';
import { SERUYAN } from './site.ts';

const EVENT_COUNT = 30;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Context {
  folder: string;
  topology: Topology;
  nc: Awaited<ReturnType<Topology['hub']['connect']>>;
  ledger: Ledger;
  relays: Relay[];
}
const test = suite<Context>('the shared journal and the relay', {} as Context);
test.before.each(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-sharing-'));
  context.topology = await startTopology({ regencies: [SERUYAN] });
  context.nc = await context.topology.site(SERUYAN).connect('regency');
  await ensureSite(context.nc, { regency: SERUYAN, neighbours: [] });
  context.ledger = await openSqliteLedger({ file: join(context.folder, 'ledger.db') });
  context.relays = [];
});
test.after.each(async ({ relays, ledger, topology, folder }) => {
  for (const relay of relays) await relay.stop();
  await ledger.close();
  await topology.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Reports incidents, three events each, as the command handler writes them. */
const fill = async (ledger: Ledger, count = EVENT_COUNT) => {
  for (let number = 0; number < count / 3; number += 1) {
    const { stream, reported, event } = newIncident(number);
    await ledger.append(stream, 0, [reported, event('verified')]);
    await ledger.append(stream, 2, [event('contained')]);
  }
};

const publicOnly: SharingPolicy = {
  reached: () => Promise.resolve(),
  mayShare: (_, dataClass) => dataClass === 'public',
  released: () => [],
  changesAt: () => undefined,
};

const relayOf = (
  context: Context,
  { ledger = context.ledger, publisher = openPublisher(context.nc, SERUYAN), policy = publicOnly } = {} as {
    ledger?: Ledger;
    publisher?: Publisher;
    policy?: SharingPolicy;
  },
): Relay => {
  const deps = { regency: SERUYAN, ledger, publisher, link: linkOf(context.nc), policy };
  const relay = startRelay({
    ...deps,
    journal: JOURNAL_STREAM,
    newId: () => uuidv7(),
    clock: Date.now,
    log: QUIET,
  });
  context.relays.push(relay);
  return relay;
};
const untilShared = (relay: Relay, count = EVENT_COUNT) =>
  until(`${count} events are shared`, () => relay.state().publishedSequence >= count);

/** The journal's texts, in order. */
const journalOf = async (ledger: Ledger): Promise<string[]> => {
  const texts: string[] = [];
  for await (const { data } of ledger.read(JOURNAL_STREAM)) texts.push((data as { text: string }).text);
  return texts;
};
/** The stream's texts, in order, as stored. */
const streamOf = async ({ nc }: Context): Promise<string[]> => {
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  const { state } = await jsm.streams.info(EVENTS);
  const texts: string[] = [];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    const message = await jsm.streams.getMessage(EVENTS, { seq });
    texts.push(new TextDecoder().decode(message.data));
  }
  return texts;
};

test('every shared event once, numbered without holes, each linked to the one before', async (context) => {
  await fill(context.ledger);
  await untilShared(relayOf(context));
  const texts = await streamOf(context);
  assert.equal(texts.length, EVENT_COUNT);
  let previous = GENESIS_HASH;
  for (const [index, text] of texts.entries()) {
    const event = SharedEvent.parse(JSON.parse(text));
    assert.equal(event.sequence, index + 1);
    assert.equal(event.previoushash, previous);
    assert.equal(event.regency, '6207');
    previous = createHash('sha256').update(text).digest('hex');
  }
  assert.deepEqual(texts, await journalOf(context.ledger));
});

test('what the policy withholds and what is not in the catalogue stays here', async (context) => {
  await context.ledger.append('notes', 0, [
    { id: uuidv7(), type: 'siaga.future.thing.v9', data: {}, metadata: {} },
  ]);
  await fill(context.ledger, 3);
  const silent = relayOf(context, { policy: { ...publicOnly, mayShare: () => false } });
  await until('the relay has looked', async () => (await context.ledger.head()) === 4);
  await silent.stop();
  assert.deepEqual(await journalOf(context.ledger), []);
  await untilShared(relayOf(context), 3);
  const types = (await streamOf(context)).map((text) => (JSON.parse(text) as { type: string }).type);
  assert.deepEqual(types, [
    'siaga.incident.reported.v1',
    'siaga.incident.verified.v1',
    'siaga.incident.contained.v1',
  ]);
});

/** Where a relay can be cut: around each of the things that it does. */
const cuts = ['append', 'publish', 'lastPublished'].flatMap((step) =>
  ['before', 'after'].flatMap((when) => [1, 2].map((call) => ({ step, when, call }))),
);

for (const { step, when, call } of cuts) {
  test(`cut ${when} ${step} number ${call}: the same bytes as without a cut`, async (context) => {
    await fill(context.ledger);
    // What a relay that nothing disturbs makes of the same ledger.
    await context.ledger.close();
    for (const file of readdirSync(context.folder).filter((name) => name.startsWith('ledger.db'))) {
      copyFileSync(join(context.folder, file), join(context.folder, file.replace('ledger', 'calm')));
    }
    const calm = await openSqliteLedger({ file: join(context.folder, 'calm.db') });
    const nowhere: Publisher = { lastPublished: async () => 0, publish: async () => undefined };
    const undisturbed = relayOf(context, { ledger: calm, publisher: nowhere });
    await until('the calm journal is whole', () => undisturbed.state().journalSequence === EVENT_COUNT);
    const expected = await journalOf(calm);
    await undisturbed.stop();
    await calm.close();

    context.ledger = await openSqliteLedger({ file: join(context.folder, 'ledger.db') });
    const real = openPublisher(context.nc, SERUYAN);
    let calls = 0;
    let cut = false;
    /** Does the step, or dies around it; after that nothing of this relay works any more. */
    const around = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      if (cut) throw new StreamUnavailable('dead');
      if (name !== step || (calls += 1) !== call) return work();
      if (when === 'after') await work();
      cut = true;
      throw new StreamUnavailable('cut');
    };
    const dying = relayOf(context, {
      // Small appends, so that there is more than one of each step.
      ledger: {
        ...ledgerWith(context.ledger, (stream, revision, events) =>
          around('append', () => context.ledger.append(stream, revision, events)),
        ),
      },
      publisher: {
        lastPublished: () => around('lastPublished', () => real.lastPublished()),
        publish: (entries) => around('publish', () => real.publish(entries)),
      },
    });
    // One more event brings a second round of each step, where the first was not the one that was cut.
    await until(
      'it was cut, or the first round is over',
      () => cut || dying.state().publishedSequence === EVENT_COUNT,
    );
    await dying.stop();

    await untilShared(relayOf(context));
    assert.deepEqual(await journalOf(context.ledger), expected, 'the journal');
    assert.deepEqual(await streamOf(context), expected, 'the stream');
  });
}

test('what is appended alone while the relay rests takes its entry along, the same as without', async (context) => {
  let journalAppends = 0;
  const relay = relayOf(context, {
    ledger: {
      ...ledgerWith(context.ledger, (stream, revision, events) => {
        if (stream === JOURNAL_STREAM) journalAppends += 1;
        return context.ledger.append(stream, revision, events);
      }),
      accompany: (companionOf) => context.ledger.accompany?.(companionOf) ?? (() => undefined),
    },
  });
  await until('the relay has asked the stream', () => relay.state().asked);
  for (let number = 1; number <= EVENT_COUNT; number += 1) {
    const { stream, reported } = newIncident(number);
    await context.ledger.append(stream, 0, [reported]);
    await untilShared(relay, number);
    // Until the relay has read what is there, and rests again.
    await sleep(20);
  }
  assert.ok(
    journalAppends < EVENT_COUNT / 2,
    `${journalAppends} of ${EVENT_COUNT} entries had appends of their own`,
  );
  await relay.stop();
  const texts = await journalOf(context.ledger);
  assert.deepEqual(await streamOf(context), texts);

  // From the same events a relay that only reads makes the same journal.
  const calm = await openSqliteLedger({ file: join(context.folder, 'calm.db') });
  for await (const event of context.ledger.readAll({ from: 0, except: ['siaga.journal.'] })) {
    const { stream, revision, id, type, data, metadata } = event;
    await calm.append(stream, revision - 1, [{ id, type, data, metadata }]);
  }
  const nowhere: Publisher = { lastPublished: async () => 0, publish: async () => undefined };
  const reading = relayOf(context, { ledger: calm, publisher: nowhere });
  await until('the calm journal is whole', () => reading.state().journalSequence === EVENT_COUNT);
  await reading.stop();
  const withoutTimes = (journal: string[]) =>
    journal.map((text) => ({ ...SharedEvent.parse(JSON.parse(text)), recordedat: '', previoushash: '' }));
  assert.deepEqual(withoutTimes(await journalOf(calm)), withoutTimes(texts));
  await calm.close();
});

test('two relays by mistake never fork the numbers', async (context) => {
  const [one, two] = [relayOf(context), relayOf(context)];
  await fill(context.ledger);
  await until('all is journalled', async () => (await journalOf(context.ledger)).length >= EVENT_COUNT);
  await Promise.all([untilShared(one), untilShared(two)]);
  const events = (await journalOf(context.ledger)).map((text) => SharedEvent.parse(JSON.parse(text)));
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    Array.from({ length: EVENT_COUNT }, (_, index) => index + 1),
  );
  assert.equal(new Set(events.map(({ id }) => id)).size, EVENT_COUNT, 'no event twice');
  // Both publish: a message may stand twice in the stream, but never two with one number.
  const byNumber = new Map<number, string>();
  for (const text of await streamOf(context)) {
    const { sequence } = JSON.parse(text) as { sequence: number };
    assert.equal(byNumber.get(sequence) ?? text, text);
    byNumber.set(sequence, text);
  }
  assert.equal(byNumber.size, EVENT_COUNT);
});

test('a stream that is gone gets the same bytes again from the journal', async (context) => {
  await fill(context.ledger);
  await untilShared(relayOf(context));
  const before = await streamOf(context);
  const jsm = await context.nc.jetstreamManager();
  await jsm.streams.delete(EVENTS);
  await ensureSite(context.nc, { regency: SERUYAN, neighbours: [] });
  await until('the stream is whole again', async () => (await streamOf(context)).length === EVENT_COUNT);
  assert.deepEqual(await streamOf(context), before);
});

test('a stream that is ahead of the journal stops the relay, which says so', async (context) => {
  await fill(context.ledger);
  const relay = relayOf(context);
  await untilShared(relay);
  await relay.stop();
  // The ledger is restored from an older copy: here, an empty one with other events.
  await context.ledger.close();
  context.ledger = await openSqliteLedger({ file: join(context.folder, 'restored.db') });
  await fill(context.ledger, 3);
  const restored = relayOf(context);
  await until('it says why', () => restored.state().failing !== undefined);
  assert.match(restored.state().failing ?? '', /older copy|restored|ahead/);
  assert.deepEqual(await journalOf(context.ledger), []);
  assert.equal((await streamOf(context)).length, EVENT_COUNT);
});

test('the site’s NATS server is killed in the middle: everything is there after, in order', async (context) => {
  const relay = relayOf(context);
  await fill(context.ledger, 600);
  await context.topology.site(SERUYAN).kill();
  await fill(context.ledger, 300);
  await context.topology.site(SERUYAN).restart();
  await untilShared(relay, 900);
  const numbers = (await streamOf(context)).map(
    (text) => (JSON.parse(text) as { sequence: number }).sequence,
  );
  assert.deepEqual(
    [...new Set(numbers)],
    Array.from({ length: 900 }, (_, index) => index + 1),
  );
});
