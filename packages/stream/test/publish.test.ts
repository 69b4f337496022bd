import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import type { NatsConnection } from 'nats';
import { SharedEvent, subjectOf } from '@siaga/domain';
import {
  ensureSite,
  EVENTS,
  follow,
  INTERNAL,
  isSignedWith,
  type JournalEntry,
  linkOf,
  newPrivateKey,
  openPublisher,
  type PrivateKey,
  signed,
  StreamUnavailable,
} from '../src/index.ts';
import { entriesOf, entryOf, eventOf, flipByte, put, range, sequencesIn, sequencesRead } from './support.ts';

const test = suite('stream: publish');
const regency = '62.07';
let topology: Topology;
let nc: NatsConnection;

test.before(async () => {
  topology = await startTopology({ regencies: [regency] });
  nc = await topology.site(regency).connect();
});
test.before.each(() => ensureSite(nc, { regency, neighbours: [] }));
test.after.each(async () => {
  const jsm = await nc.jetstreamManager();
  await jsm.streams.delete(EVENTS);
  await jsm.streams.delete(INTERNAL);
});
test.after(() => topology.stop());

test('publishes in order and knows the last one', async () => {
  const publisher = openPublisher(nc, regency);
  assert.equal(await publisher.lastPublished(), 0);
  await publisher.publish(entriesOf(regency, 1, 700));
  assert.equal(await publisher.lastPublished(), 700);
  assert.deepEqual(await sequencesIn(nc, EVENTS), range(1, 700));
});

test('publishes what is internal into its own stream, with a numbering of its own', async () => {
  const publisher = openPublisher(nc, regency, INTERNAL);
  await openPublisher(nc, regency).publish(entriesOf(regency, 1, 5));
  assert.equal(await publisher.lastPublished(), 0);
  const entries = entriesOf(regency, 1, 3).map(({ bytes, ...entry }) => ({
    ...entry,
    bytes,
    subject: subjectOf(SharedEvent.parse(JSON.parse(new TextDecoder().decode(bytes))), 'internal'),
  }));
  await publisher.publish(entries);
  assert.equal(await publisher.lastPublished(), 3);
  assert.deepEqual(await sequencesIn(nc, INTERNAL), [1, 2, 3]);
  assert.deepEqual(await sequencesIn(nc, EVENTS), range(1, 5));
});

test('sends no header that can stall a source', async () => {
  await openPublisher(nc, regency).publish(entriesOf(regency, 1, 1));
  const jsm = await nc.jetstreamManager();
  const message = await jsm.streams.getMessage(EVENTS, { seq: 1 });
  assert.deepEqual([...message.header.keys()], []);
});

test('knows the last one behind messages that are no events of the regency', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 3));
  const js = nc.jetstream();
  for (let index = 0; index < 70; index += 1)
    await js.publish('disaster.6207.flood.incident.reported', 'noise');
  await js.publish(entryOf(regency, 9).subject, entryOf('62.02', 9).bytes);
  assert.equal(await publisher.lastPublished(), 3);
});

test('bug: a forged event at the end of the stream counted as published, and the true one of its number never came', async () => {
  const [own, stranger] = [newPrivateKey(), newPrivateKey()];
  const publisher = openPublisher(nc, regency, EVENTS, (raw) => isSignedWith(own.key, raw));
  const entry = (sequence: number, key: PrivateKey) => {
    const text = JSON.stringify(signed(eventOf(regency, sequence), key));
    return { ...entryOf(regency, sequence), bytes: new TextEncoder().encode(text) };
  };
  await publisher.publish(range(1, 5).map((sequence) => entry(sequence, own)));
  const forged = [entry(6, stranger), entryOf(regency, 7)];
  for (const { subject, bytes } of forged) await nc.jetstream().publish(subject, bytes);
  assert.equal(await publisher.lastPublished(), 5);
  await publisher.publish([entry(6, own)]);
  assert.equal(await publisher.lastPublished(), 6);
});

/** Flips a byte of the stream's only block, at this part of its length, while the server is down, and publishes on. */
const damageAndPublish = async (part: number, entries: JournalEntry[]) => {
  const site = topology.site(regency);
  await site.kill();
  flipByte(topology.folder, EVENTS, (size) => size * part);
  await site.restart();
  await until('the server is back', () => linkOf(nc).isUp());
  const publisher = openPublisher(nc, regency);
  await until('it publishes', () =>
    publisher.publish(entries).then(
      () => true,
      () => false,
    ),
  );
};
const created = async () => (await (await nc.jetstreamManager()).streams.info(EVENTS)).created;

test('bug: after a flipped byte in the last block all that was published was acknowledged, and nothing of it delivered', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 300));
  const before = await created();
  await damageAndPublish(0.5, entriesOf(regency, 301, 310));
  await ensureSite(nc, { regency, neighbours: [] });
  assert.equal(await created(), before, 'what can be read is kept');
  const last = await publisher.lastPublished();
  assert.ok(last > 100 && last < 200, `the stream is complete up to ${last}`);
  await publisher.publish(entriesOf(regency, last + 1, 310));
  assert.equal(await publisher.lastPublished(), 310);
  assert.deepEqual(await sequencesRead(nc, EVENTS), range(1, 310));
  for (const after of [0, last - 10, last, 305]) {
    assert.deepEqual(await followed(after, 310), { sequences: range(after + 1, 310), parked: 0 }, `${after}`);
  }
});

/** What a follower is given from an event on until another has come, and how much of it is no event. */
const followed = async (after: number, last: number) => {
  const sequences: number[] = [];
  let parked = 0;
  const follower = follow({
    nc,
    stream: EVENTS,
    regency,
    after,
    deliver: async (batch) => {
      for (const delivery of batch)
        if (delivery.kind === 'event') sequences.push(delivery.event.sequence);
        else parked += 1;
    },
  });
  await until(`event ${last} has come`, () => follower.state().lastSequence === last);
  await follower.stop();
  return { sequences, parked };
};

test('a stream of which nothing can be read any more takes all of it again', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 300));
  const before = await created();
  await damageAndPublish(0.0001, entriesOf(regency, 301, 310));
  await ensureSite(nc, { regency, neighbours: [] });
  assert.equal(await created(), before);
  assert.equal(await publisher.lastPublished(), 0);
  await publisher.publish(entriesOf(regency, 1, 310));
  assert.deepEqual(await sequencesRead(nc, EVENTS), range(1, 310));
});

test('goes on before the first lost one, when later ones were stored', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 400));
  await publisher.publish(entriesOf(regency, 421, 470));
  assert.equal(await publisher.lastPublished(), 400);
  await publisher.publish(entriesOf(regency, 401, 450));
  assert.equal(await publisher.lastPublished(), 470);
  await put(nc, regency, 471);
  assert.equal(await publisher.lastPublished(), 471);
});

test('looks again at what somebody else has put behind, and at all of a stream that went back or was made anew', async () => {
  const asked: number[] = [];
  const publisher = openPublisher(nc, regency, EVENTS, (raw) => {
    asked.push((JSON.parse(raw) as SharedEvent).sequence);
    return true;
  });
  const lookedAt = async () => {
    asked.length = 0;
    const sequence = await publisher.lastPublished();
    return { sequence, asked: [...asked].sort((a, b) => a - b) };
  };
  await publisher.publish(entriesOf(regency, 1, 300));
  assert.equal((await lookedAt()).asked.length, 64);
  assert.deepEqual(await lookedAt(), { sequence: 300, asked: [] });
  await publisher.publish(entriesOf(regency, 301, 310));
  assert.deepEqual(await lookedAt(), { sequence: 310, asked: [] });
  await put(nc, regency, 311);
  await put(nc, regency, 312);
  assert.deepEqual(await lookedAt(), { sequence: 312, asked: [311, 312] });
  await put(nc, regency, 313);
  await publisher.publish(entriesOf(regency, 313, 314));
  assert.equal((await lookedAt()).sequence, 314);

  const jsm = await nc.jetstreamManager();
  await jsm.streams.delete(EVENTS);
  await ensureSite(nc, { regency, neighbours: [] });
  await put(nc, regency, 1);
  assert.deepEqual(await lookedAt(), { sequence: 1, asked: [1] });
});

test('a stream that was restored from an older copy and written to since is read anew', async () => {
  const site = topology.site(regency);
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 20));
  assert.equal(await publisher.lastPublished(), 20);
  const jsm = await nc.jetstreamManager();
  const { created } = await jsm.streams.info(EVENTS);
  await site.kill();
  const copy = join(topology.folder, 'copy');
  const files = readdirSync(topology.folder, { recursive: true }).map(String);
  const store = join(topology.folder, files.find((file) => file.endsWith('/streams/EVENTS')) ?? '');
  cpSync(store, copy, { recursive: true });
  await site.restart();
  await until('the server is back', () => linkOf(nc).isUp());
  await publisher.publish(entriesOf(regency, 21, 30));
  assert.equal(await publisher.lastPublished(), 30);
  await site.kill();
  rmSync(store, { recursive: true });
  cpSync(copy, store, { recursive: true });
  await site.restart();
  await until('the server is back', () => linkOf(nc).isUp());
  assert.equal((await jsm.streams.info(EVENTS)).created, created);
  await publisher.publish(entriesOf(regency, 31, 45));
  assert.equal(await publisher.lastPublished(), 20);
});

test('a missing stream and a stopped server are StreamUnavailable; a missing stream has published nothing', async () => {
  const jsm = await nc.jetstreamManager();
  await jsm.streams.delete(EVENTS);
  const publisher = openPublisher(nc, regency);
  assert.equal(await publisher.lastPublished(), 0);
  await assert.rejects(publisher.publish(entriesOf(regency, 1, 2)), StreamUnavailable);

  const own = await topology.site(regency).connect('own');
  await own.close();
  const closed = openPublisher(own, regency);
  await assert.rejects(closed.lastPublished(), StreamUnavailable);
  await assert.rejects(closed.publish(entriesOf(regency, 1, 2)), StreamUnavailable);
  await ensureSite(nc, { regency, neighbours: [] });
});

test('after a kill of the leaf in mid publishing, resuming stores every event, in order', async () => {
  const site = topology.site(regency);
  const publisher = openPublisher(nc, regency);
  const entries = entriesOf(regency, 1, 20_000);
  const publishing = publisher.publish(entries);
  publishing.catch(() => undefined);
  const jsm = await nc.jetstreamManager();
  await until('publishing is under way', async () => (await jsm.streams.info(EVENTS)).state.messages > 500);
  await site.kill();
  const outcome = publishing.then(
    () => 'published',
    (error: unknown) => error,
  );
  await site.restart();
  assert.ok((await outcome) instanceof StreamUnavailable);
  let resumed = 0;
  await until('the publisher answers', async () => {
    try {
      resumed = await publisher.lastPublished();
      return true;
    } catch {
      return false;
    }
  });
  assert.ok(resumed > 500 && resumed < 20_000);
  await publisher.publish(entries.slice(resumed, resumed + 3_000));
  const stored = await sequencesIn(nc, EVENTS);
  const firsts = stored.filter((sequence, index) => stored.indexOf(sequence) === index);
  assert.deepEqual(firsts, range(1, resumed + 3_000));
});
