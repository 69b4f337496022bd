import { regencyToken, subjectOf } from '@siaga/domain';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import type { NatsConnection } from 'nats';
import {
  type Delivery,
  ensureSite,
  EVENTS,
  type Follower,
  type FollowOptions,
  type FollowState,
  follow,
  linkOf,
  openMender,
  openPublisher,
} from '../src/index.ts';
import { entriesOf, eventOf, put, range } from './support.ts';

const test = suite('stream: follow');
const regency = '62.07';
let topology: Topology;
let nc: NatsConnection;
const followers: Follower[] = [];

test.before(async () => {
  topology = await startTopology({ regencies: [regency] });
  nc = await topology.site(regency).connect();
});
test.before.each(() => ensureSite(nc, { regency, neighbours: [] }));
test.after.each(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  const jsm = await nc.jetstreamManager();
  await jsm.streams.delete(EVENTS);
});
test.after(() => topology.stop());

/** A follower that keeps what it was given. */
function start(options: Partial<FollowOptions> = {}) {
  const taken: Delivery[] = [];
  const batches: number[] = [];
  const states: FollowState[] = [];
  const counts = { caughtUp: 0 };
  const follower = follow({
    nc,
    stream: EVENTS,
    regency,
    after: 0,
    deliver: async (batch) => {
      batches.push(batch.length);
      taken.push(...batch);
    },
    onState: (state) => states.push(state),
    onCaughtUp: () => {
      counts.caughtUp += 1;
    },
    ...options,
  });
  followers.push(follower);
  const sequences = () =>
    taken.flatMap((delivery) => (delivery.kind === 'event' ? [delivery.event.sequence] : []));
  const malformed = () => taken.filter((delivery) => delivery.kind === 'malformed');
  const reaches = (last: number) =>
    until(`event ${last} is delivered`, () => follower.state().lastSequence === last);
  return { follower, taken, batches, states, counts, sequences, malformed, reaches };
}

test('delivers events in order, whole, with the time at which the stream stored them', async () => {
  const before = Date.now();
  await put(nc, regency, 1, 2, 3);
  const { taken, sequences, reaches, counts } = start();
  await reaches(3);
  assert.deepEqual(sequences(), [1, 2, 3]);
  const [first] = taken;
  assert.ok(first?.kind === 'event');
  assert.deepEqual(first.event, eventOf(regency, 1));
  assert.equal(first.raw, JSON.stringify(eventOf(regency, 1)));
  assert.equal(first.streamSequence, 1);
  assert.match(first.receivedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const at = Date.parse(first.receivedAt);
  assert.ok(at >= before - 5 && at <= Date.now() + 5);
  await until('it says that it caught up', () => counts.caughtUp === 1);

  const again = start();
  await again.reaches(3);
  assert.deepEqual(again.taken, taken);
});

test('goes on after the last applied event, and says at once that an empty rest is caught up', async () => {
  await put(nc, regency, 1, 2, 3);
  const { sequences, reaches, counts } = start({ after: 3 });
  await until('it says that it caught up', () => counts.caughtUp === 1);
  assert.deepEqual(sequences(), []);
  await put(nc, regency, 4);
  await reaches(4);
  assert.deepEqual(sequences(), [4]);
  assert.equal(counts.caughtUp, 1);
});

test('passes over duplicates', async () => {
  await put(nc, regency, 1, 2, 1, 2, 3, 2, 3, 4);
  const { sequences, reaches } = start({ after: 1 });
  await reaches(4);
  assert.deepEqual(sequences(), [2, 3, 4]);
});

test('stops at a hole, says which, and closes it when the missing ones arrive in any order', async () => {
  await put(nc, regency, 1, 2, 6, 5);
  const { follower, sequences, reaches, counts } = start();
  await until('the hole is seen', () => follower.state().hole?.found === 5);
  assert.deepEqual(follower.state(), { lastSequence: 2, hole: { expected: 3, found: 5 } });
  await until('it says that it caught up', () => counts.caughtUp === 1);
  await put(nc, regency, 4);
  await until('the hole is smaller', () => follower.state().hole?.found === 4);
  await put(nc, regency, 3);
  await reaches(6);
  assert.deepEqual(sequences(), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(follower.state(), { lastSequence: 6 });
});

test('a hole closes when the owner publishes everything again from there', async () => {
  await put(nc, regency, 1, 2, ...range(6, 20));
  const { follower, sequences, reaches } = start();
  await until('the hole is seen', () => follower.state().hole !== undefined);
  await put(nc, regency, ...range(3, 25));
  await reaches(25);
  assert.deepEqual(sequences(), range(1, 25));
});

test('finds what lies before its start, when the stream lost messages and was filled again', async () => {
  // Events 5 to 8 lie at positions 2 to 5: a copy made after messages were lost at its origin.
  await put(nc, regency, 1, 5, 6, 7, 8, 2, 3, 4);
  const { sequences, reaches } = start({ after: 4 });
  await reaches(8);
  assert.deepEqual(sequences(), [5, 6, 7, 8]);
});

test('finds the next event before its start also when nothing follows it', async () => {
  await put(nc, regency, 1, 5, 2, 3, 4);
  const { sequences, reaches } = start({ after: 4 });
  await reaches(5);
  assert.deepEqual(sequences(), [5]);
});

/** Where the readers of the stream began. */
const begun = async (): Promise<number[]> => {
  const consumers = await (await nc.jetstreamManager()).consumers.list(EVENTS).next();
  return consumers.map(({ config }) => config.opt_start_seq ?? 0);
};

test('bug: a stream that held one event twice was read from its beginning at every start', async () => {
  const publisher = openPublisher(nc, regency);
  for (const [first, last] of [
    [1, 1_500],
    [1_400, 4_000],
    [3_990, 6_000],
  ] as const)
    await publisher.publish(entriesOf(regency, first, last));
  const { sequences, reaches } = start({ after: 5_000 });
  await reaches(6_000);
  assert.deepEqual(sequences(), range(5_001, 6_000));
  const [position = 0] = await begun();
  assert.ok(position > 4_000 && position <= 5_112, `reading began at ${position}`);
});

test('what was published again does not hide the place to read on', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 1_000));
  await publisher.publish(entriesOf(regency, 1_501, 3_000));
  await openMender(nc, regency, EVENTS).put(entriesOf(regency, 1_001, 1_500));
  const { sequences, reaches } = start({ after: 2_990 });
  await reaches(3_000);
  assert.deepEqual(sequences(), range(2_991, 3_000));
  const [position = 0] = await begun();
  assert.ok(position > 2_000 && position <= 2_491, `reading began at ${position}`);
});

test('finds the next event far before its start when nothing follows it', async () => {
  // A crash between the closing of a hole and what had been passed over at it.
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 4));
  await publisher.publish(entriesOf(regency, 5_001, 5_010));
  await publisher.publish(entriesOf(regency, 5, 5_000));
  const { sequences, reaches } = start({ after: 5_000, doubtMs: 1_000 });
  await reaches(5_010);
  assert.deepEqual(sequences(), range(5_001, 5_010));
});

test('finds the next event far before its start when only later ones follow', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 10));
  await publisher.publish(entriesOf(regency, 5_001, 8_000));
  await publisher.publish(entriesOf(regency, 11, 5_000));
  await publisher.publish(entriesOf(regency, 8_001, 8_010));
  const { follower, sequences, reaches } = start({ after: 5_000, doubtMs: 1_000 });
  await until('the hole is told meanwhile', () => follower.state().hole?.found === 8_001);
  // So long a hole is left to be closed by others.
  const more = setInterval(() => void put(nc, regency, 8_010), 500);
  await reaches(8_010).finally(() => clearInterval(more));
  assert.deepEqual(sequences(), range(5_001, 8_010));
});

test('reads on in a stream that was rolled back below its last event', async () => {
  await put(nc, regency, 1, 2);
  const { sequences, reaches, counts } = start({ after: 5 });
  await until('it says that it caught up', () => counts.caughtUp === 1);
  await put(nc, regency, 3, 4, 5, 6);
  await reaches(6);
  assert.deepEqual(sequences(), [6]);
});

test('delivers what is no event of the regency as malformed, once, and goes on', async () => {
  const js = nc.jetstream();
  const right = eventOf(regency, 2);
  const subject = subjectOf(right);
  await put(nc, regency, 1);
  await js.publish(subject, 'Banjir!');
  await js.publish(subject, Uint8Array.of(0x22, 0xff, 0x22));
  await js.publish(subject, JSON.stringify({ ...right, sequence: 0 }));
  await js.publish(subject, JSON.stringify({ ...right, regency: regencyToken('62.02') }));
  await js.publish(`disaster.${regencyToken(regency)}.fire.incident.reported`, JSON.stringify(right));
  // The hole makes it read the sixth one twice.
  await put(nc, regency, 3);
  await js.publish(subject, 'Banjir lagi!');
  await put(nc, regency, 2);
  const { taken, malformed, reaches } = start();
  await reaches(3);
  assert.deepEqual(
    taken.map((delivery) => delivery.streamSequence),
    [1, 2, 3, 4, 5, 6, 8, 9, 7],
  );
  const reasons = malformed().map((delivery) => (delivery.kind === 'malformed' ? delivery.reason : ''));
  assert.equal(reasons.length, 6);
  for (const [index, pattern] of [
    /^not JSON/,
    /^not UTF-8/,
    /^sequence: /,
    /^regency: /,
    /^subject: /,
  ].entries()) {
    assert.match(reasons[index] ?? '', pattern);
  }
});

test('gives the same batch again while it is refused, and says why', async () => {
  await put(nc, regency, 1, 2);
  const offered: number[][] = [];
  const { follower, states, reaches } = start({
    deliver: async (batch) => {
      offered.push(batch.map((delivery) => delivery.streamSequence));
      if (offered.length <= 2) throw new Error('database is locked');
    },
  });
  await reaches(2);
  assert.deepEqual(offered, [
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  assert.deepEqual(states, [
    { lastSequence: 0, failing: 'events are not taken: database is locked' },
    { lastSequence: 2 },
  ]);
  assert.deepEqual(follower.state(), { lastSequence: 2 });
});

test('hands on a backlog in batches of at most 1,000, one at a time, and a single event by itself', async () => {
  await openPublisher(nc, regency).publish(entriesOf(regency, 1, 6_000));
  let underWay = 0;
  let most = 0;
  const sizes: number[] = [];
  const { reaches } = start({
    deliver: async (batch) => {
      underWay += 1;
      most = Math.max(most, underWay);
      sizes.push(batch.length);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    },
  });
  await reaches(6_000);
  assert.equal(most, 1);
  assert.ok(Math.max(...sizes) <= 1_000);
  assert.ok(sizes.length <= 60, `6,000 events came in ${sizes.length} batches`);
  await put(nc, regency, 6_001);
  await reaches(6_001);
  assert.equal(sizes.at(-1), 1);
});

test('asks the server for no more than it can keep while a batch is under way', async () => {
  await openPublisher(nc, regency).publish(entriesOf(regency, 1, 8_000));
  const gate = Promise.withResolvers<void>();
  const own = await topology.site(regency).connect('slow');
  const { reaches } = start({ nc: own, deliver: () => gate.promise });
  const jsm = await nc.jetstreamManager();
  const delivered = async () => {
    const [consumer] = await jsm.consumers.list(EVENTS).next();
    return consumer?.delivered.consumer_seq ?? 0;
  };
  let sent = 0;
  await until('the server sends no more', async () => {
    const before = sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
    sent = await delivered();
    return sent >= 2_000 && sent === before;
  });
  assert.ok(sent <= 3_000, `${sent} were sent to a follower that took none`);
  gate.resolve();
  await reaches(8_000);
});

test('waits for a stream that is not there yet, and starts anew in one that was made again', async () => {
  const jsm = await nc.jetstreamManager();
  await put(nc, regency, 1, 2, 3);
  const { follower, sequences, reaches } = start();
  await reaches(3);
  await jsm.streams.delete(EVENTS);
  await until('it says why nothing moves', () => follower.state().failing !== undefined);
  assert.match(follower.state().failing ?? '', /EVENTS/);
  await ensureSite(nc, { regency, neighbours: [] });
  await put(nc, regency, 1, 2, 3, 4);
  await reaches(4);
  assert.deepEqual(sequences(), [1, 2, 3, 4]);
  assert.equal(follower.state().failing, undefined);
});

test('goes on when its consumer is deleted', async () => {
  const jsm = await nc.jetstreamManager();
  await put(nc, regency, 1);
  const { sequences, reaches } = start();
  await reaches(1);
  for (const consumer of await jsm.consumers.list(EVENTS).next()) {
    await jsm.consumers.delete(EVENTS, consumer.name);
  }
  await put(nc, regency, 2);
  await reaches(2);
  assert.deepEqual(sequences(), [1, 2]);
});

test('goes on when the leaf is killed and started again', async () => {
  const site = topology.site(regency);
  await put(nc, regency, 1, 2);
  const { follower, sequences, reaches, counts } = start();
  await reaches(2);
  await site.kill();
  await until('it says why nothing moves', () => follower.state().failing !== undefined);
  await site.restart();
  await until('the client is connected again', () => linkOf(nc).isUp());
  await put(nc, regency, 3);
  await reaches(3);
  assert.deepEqual(sequences(), [1, 2, 3]);
  assert.equal(follower.state().failing, undefined);
  await until('it caught up again', () => counts.caughtUp === 2);
});

test('stop waits for the batch under way and calls nothing after', async () => {
  await put(nc, regency, 1, 2);
  const gate = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  let calls = 0;
  const { follower } = start({
    deliver: () => {
      calls += 1;
      began.resolve();
      return gate.promise;
    },
  });
  await began.promise;
  let stopped = false;
  const stopping = follower.stop().then(() => {
    stopped = true;
  });
  await put(nc, regency, 3);
  assert.equal(stopped, false);
  gate.resolve();
  await stopping;
  assert.equal(calls, 1);
});
