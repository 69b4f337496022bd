/** Streams are kept, whatever a disk does to them. */
import { join } from 'node:path';
import { assert, type ServerHandle, startTopology, suite, type Topology, until } from '@siaga/testkit';
import type { NatsConnection } from 'nats';
import {
  domainOf,
  ensureHub,
  ensureSite,
  EVENTS,
  hubStream,
  type Keeper,
  keepStreams,
  linkOf,
  openPublisher,
  openStored,
  sharedStream,
} from '../src/index.ts';
import { entriesOf, flipByte, range, sequencesIn } from './support.ts';

const test = suite('stream: keeping streams');
const kotim = '62.02';
const seruyan = '62.07';
let topology: Topology;
let nc: NatsConnection;
let atKotim: NatsConnection;
let atSeruyan: NatsConnection;
let steward: Keeper;
let changed: string[];
let problems: (string | undefined)[];

test.before(async () => {
  topology = await startTopology({ regencies: [kotim, seruyan] });
  nc = await topology.hub.connect('steward', 'steward');
  atKotim = await topology.site(kotim).connect();
  atSeruyan = await topology.site(seruyan).connect();
});
test.after(() => topology.stop());
test.before.each(() => {
  problems = [];
  changed = [];
  steward = keepStreams(() => ensureHub(nc, [kotim, seruyan]), {
    onChanged: (streams) => changed.push(...streams),
    onProblem: (problem) => problems.push(problem),
  });
});
test.after.each(() => steward.stop());

const infoOf = async () => (await nc.jetstreamManager({ checkAPI: false })).streams.info(hubStream(seruyan));

/** Flips the byte in the middle of a stream's only block, while its server is down. */
const damage = async (server: ServerHandle, name: string, stream: string): Promise<void> => {
  await server.kill();
  flipByte(join(topology.folder, name), stream, (size) => size / 2);
  await server.restart();
  await until('the clients are connected again', () => [nc, atSeruyan].every((one) => linkOf(one).isUp()));
};
const arrived = (last: number) =>
  until(`event ${last} is in the copy`, async () => {
    const stored = await openStored(atKotim, sharedStream(seruyan));
    const text = new TextDecoder().decode((await stored?.at(stored.lastPosition))?.bytes);
    return text !== '' && JSON.parse(text).sequence === last;
  });

test('makes the streams, and tells once what keeps it from looking after them, and when that is over', async () => {
  await until('there are streams', () => infoOf().then(Boolean, () => false));
  await topology.hub.kill();
  await until('it tells', () => problems.length === 1);
  await topology.hub.restart();
  await until('it is over', () => problems.length === 2);
  assert.match(problems[0] ?? '', /stream DISASTERS/);
  assert.equal(problems[1], undefined);
});

test('bug: after a flipped byte in its last block the hub passed nothing on, for as long as that block was not full', async () => {
  await until('there are streams', () => infoOf().then(Boolean, () => false));
  await ensureSite(atKotim, { regency: kotim, neighbours: [seruyan] });
  await ensureSite(atSeruyan, { regency: seruyan, neighbours: [kotim] });
  const publisher = openPublisher(atSeruyan, seruyan);
  await publisher.publish(entriesOf(seruyan, 1, 1_000));
  await arrived(1_000);
  const { created } = await infoOf();
  const config = await infoOf().then((info) => info.config);

  changed.length = 0;
  await damage(topology.hub, 'hub', hubStream(seruyan));
  await publisher.publish(entriesOf(seruyan, 1_001, 1_010));
  await until('the hub has stored behind the damage', async () => (await infoOf()).state.last_seq > 1_000);
  await until(
    'its end can be read',
    async () => (await (await openStored(nc, hubStream(seruyan)))?.endsReadable()) === true,
  );
  await until('it takes no more fillings', async () => (await infoOf()).config.subjects?.length !== 1);
  await publisher.publish(entriesOf(seruyan, 1_011, 1_020));
  await arrived(1_020);
  assert.equal((await infoOf()).created, created);
  assert.deepEqual(await infoOf().then((info) => info.config), config);
  // Of what it stored before it was filled the site asks the owner; here only events arrived, in order.
  const copied = await sequencesIn(atKotim, sharedStream(seruyan));
  assert.deepEqual(copied.slice(0, 1_000), range(1, 1_000));
  assert.deepEqual(copied.slice(-10), range(1_011, 1_020));
  assert.equal(problems.at(-1), undefined);
  assert.deepEqual(changed, [hubStream(seruyan)]);
});

test('a keeper says which of a site’s streams it filled: what was acknowledged of it meanwhile counts no more', async () => {
  await ensureSite(atSeruyan, { regency: seruyan, neighbours: [kotim] });
  const publisher = openPublisher(atSeruyan, seruyan);
  const before = await publisher.lastPublished();
  await publisher.publish(entriesOf(seruyan, before + 1, before + 300));
  const filled: string[] = [];
  const keeper = keepStreams(() => ensureSite(atSeruyan, { regency: seruyan, neighbours: [kotim] }), {
    onChanged: (streams) => filled.push(...streams),
  });
  await keeper.look();
  assert.deepEqual(filled, []);
  await damage(topology.site(seruyan), domainOf(seruyan), EVENTS);
  await publisher.publish(entriesOf(seruyan, before + 301, before + 310));
  await until('it is filled', () => filled.length > 0, 10_000);
  await keeper.stop();
  assert.deepEqual(filled, [EVENTS]);
  const last = await publisher.lastPublished();
  assert.ok(last < before + 300);
  await publisher.publish(entriesOf(seruyan, last + 1, before + 310));
  assert.equal(await publisher.lastPublished(), before + 310);
});
