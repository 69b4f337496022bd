/** Damage to a stream's files, and what reading notices of it. */
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import fc from 'fast-check';
import type { NatsConnection } from 'nats';
import {
  ensureSite,
  EVENTS,
  type Follower,
  follow,
  linkOf,
  openInventory,
  openMender,
  openPublisher,
  without,
} from '../src/index.ts';
import { Sequences } from '../src/ranges.ts';
import { entriesOf, flipByte, range } from './support.ts';

const test = suite('stream: losses');
const regency = '62.07';
let topology: Topology;
let nc: NatsConnection;

test.before(async () => {
  topology = await startTopology({ regencies: [regency] });
  nc = await topology.site(regency).connect();
});
test.after(() => topology.stop());

/** A follower of all of the stream that has said that it is caught up. */
const caughtUp = async (): Promise<Follower> => {
  let said = false;
  const follower = follow({
    nc,
    stream: EVENTS,
    regency,
    after: 0,
    deliver: async () => undefined,
    onCaughtUp: () => {
      said = true;
    },
  });
  await until('it is caught up', () => said);
  return follower;
};
test.before.each(() => ensureSite(nc, { regency, neighbours: [] }));
test.after.each(async () => {
  await (await nc.jetstreamManager()).streams.delete(EVENTS);
});

test('a set of sequences says its highest and what is missing below it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (sequences) => {
      const seen = new Sequences();
      for (const sequence of sequences) seen.add(sequence);
      const highest = Math.max(0, ...sequences);
      assert.equal(seen.highest, highest);
      const missing = seen.missing().flatMap(({ from, to }) => range(from, to));
      assert.deepEqual(
        missing,
        range(1, highest).filter((sequence) => !sequences.includes(sequence)),
      );
    }),
  );
});

test('ranges without one hold what is left', () => {
  const bounds = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 8 }));
  const ranges = fc.array(bounds.map(([from, length]) => ({ from, to: from + length })));
  fc.assert(
    fc.property(
      ranges,
      bounds.map(([from, length]) => ({ from, to: from + length })),
      (all, taken) => {
        const numbers = (some: readonly { from: number; to: number }[]) =>
          some.flatMap(({ from, to }) => range(from, to));
        const left = numbers(all).filter((one) => one < taken.from || one > taken.to);
        assert.deepEqual(numbers(without(all, taken)), left);
      },
    ),
  );
});

/** Flips a byte of the stream's only block so far from its end, while the server is stopped in order. */
async function damage(fromEnd: number | 'middle'): Promise<void> {
  const site = topology.site(regency);
  await site.server.stop();
  flipByte(topology.folder, EVENTS, (size) => (fromEnd === 'middle' ? size / 2 : size - fromEnd));
  await site.restart();
  await until('the client is connected again', () => linkOf(nc).isUp());
}

test('past an event that the server can no longer read, reading comes to the end and says what is missing', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 40));
  const inventory = openInventory(nc, EVENTS);
  assert.deepEqual(await inventory.missing(), []);
  await damage('middle');
  // The counts are as before: it has no sign of its own.
  assert.deepEqual(await inventory.missing(), []);
  inventory.suspect();
  const [lost, ...more] = await inventory.missing();
  assert.deepEqual(more, []);
  assert.ok(lost && lost.from === lost.to);

  const follower = await caughtUp();
  await until('the hole is seen', () => follower.state().hole !== undefined);
  assert.deepEqual(follower.state(), {
    lastSequence: lost.from - 1,
    hole: { expected: lost.from, found: lost.from + 1 },
  });
  await openMender(nc, regency, EVENTS).put(entriesOf(regency, lost.from, lost.to));
  inventory.filled(lost);
  await until('the hole is closed', () => follower.state().lastSequence === 40);
  await follower.stop();
  assert.deepEqual(await inventory.missing(), []);
  assert.equal(await publisher.lastPublished(), 40);
});

test('in a long stream what the newest messages lack is known at once, what the older ones lack later', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 1, 10));
  await publisher.publish(entriesOf(regency, 13, 6_000));
  // Published again: they say nothing of what is missing around them.
  await openMender(nc, regency, EVENTS).put(entriesOf(regency, 200, 210));
  await publisher.publish(entriesOf(regency, 6_005, 6_010));
  const inventory = openInventory(nc, EVENTS);
  const newest = { from: 6_001, to: 6_004 };
  const older = { from: 11, to: 12 };
  assert.deepEqual(await inventory.missing(), [newest]);
  await openMender(nc, regency, EVENTS).put(entriesOf(regency, newest.from, newest.to));
  inventory.filled(newest);
  await until('the older ones are read too', async () => (await inventory.missing()).length > 0);
  assert.deepEqual(await inventory.missing(), [older]);
});

test('the last event can no longer be read: the end is told when the server has had nothing for 5 s', async () => {
  await openPublisher(nc, regency).publish(entriesOf(regency, 1, 40));
  await damage(100);
  const follower = await caughtUp();
  assert.deepEqual(follower.state(), { lastSequence: 39 });
  await follower.stop();
});

test('a whole run that was lost and published again is not taken for the end', async () => {
  const publisher = openPublisher(nc, regency);
  await publisher.publish(entriesOf(regency, 301, 700));
  await openMender(nc, regency, EVENTS).put(entriesOf(regency, 1, 300));
  assert.equal(await publisher.lastPublished(), 700);
});
