import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import { type NatsConnection, StorageType } from 'nats';
import {
  type Beat,
  connectNats,
  ensureHub,
  ensureSite,
  EVENTS,
  follow,
  hubStream,
  INTERNAL,
  listenHeartbeats,
  newSeed,
  openPublisher,
  sendHeartbeats,
  sharedStream,
  StreamConflict,
} from '../src/index.ts';
import { countIn, entriesOf, range, sequencesIn } from './support.ts';

const test = suite('stream: topology');
const kotim = '62.02';
const seruyan = '62.07';
let topology: Topology;
let hub: NatsConnection;
let atKotim: NatsConnection;
let atSeruyan: NatsConnection;

test.before(async () => {
  topology = await startTopology({ regencies: [kotim, seruyan] });
  hub = await topology.hub.connect();
  atKotim = await topology.site(kotim).connect();
  atSeruyan = await topology.site(seruyan).connect();
});
test.after(() => topology.stop());

const holds = (nc: NatsConnection, stream: string, count: number) =>
  until(`${stream} holds ${count} messages`, async () => (await countIn(nc, stream)) === count);

test('a site makes its streams while the hub is away, and the hub its own while no site is there', async () => {
  topology.site(seruyan).link.cut();
  await topology.hub.kill();
  await topology.site(seruyan).restart();
  await until(
    'the site answers',
    async () =>
      await atSeruyan.flush().then(
        () => true,
        () => false,
      ),
  );
  await ensureSite(atSeruyan, { regency: seruyan, neighbours: [kotim] });
  await ensureSite(atKotim, { regency: kotim, neighbours: [seruyan] });
  await openPublisher(atSeruyan, seruyan).publish(entriesOf(seruyan, 1, 10));

  topology.site(kotim).link.cut();
  await topology.hub.restart();
  await until(
    'the hub answers',
    async () =>
      await hub.flush().then(
        () => true,
        () => false,
      ),
  );
  await ensureHub(hub, [kotim, seruyan]);
  topology.site(kotim).link.heal();
  topology.site(seruyan).link.heal();
  await holds(atKotim, sharedStream(seruyan), 10);
  assert.deepEqual(await sequencesIn(atKotim, sharedStream(seruyan)), range(1, 10));
});

test('what both sites publish while cut arrives after, all of it, once, in order, at the hub and at the other', async () => {
  for (const regency of [kotim, seruyan]) topology.site(regency).link.cut();
  await Promise.all([
    openPublisher(atKotim, kotim).publish(entriesOf(kotim, 1, 500)),
    openPublisher(atSeruyan, seruyan).publish(entriesOf(seruyan, 11, 600)),
  ]);
  assert.equal(await countIn(hub, hubStream(seruyan)), 10);
  for (const regency of [kotim, seruyan]) topology.site(regency).link.heal();
  await holds(atSeruyan, sharedStream(kotim), 500);
  await holds(atKotim, sharedStream(seruyan), 600);
  assert.deepEqual(await sequencesIn(atSeruyan, sharedStream(kotim)), range(1, 500));
  assert.deepEqual(await sequencesIn(atKotim, sharedStream(seruyan)), range(1, 600));
  assert.deepEqual(await sequencesIn(hub, hubStream(kotim)), range(1, 500));
  assert.deepEqual(await sequencesIn(hub, hubStream(seruyan)), range(1, 600));
});

test('a follower of the neighbour catches up after a cut in mid stream', async () => {
  const seen: number[] = [];
  const follower = follow({
    nc: atKotim,
    stream: sharedStream(seruyan),
    regency: seruyan,
    after: 0,
    deliver: async (batch) => {
      for (const delivery of batch) if (delivery.kind === 'event') seen.push(delivery.event.sequence);
    },
  });
  const publishing = openPublisher(atSeruyan, seruyan).publish(entriesOf(seruyan, 601, 3_000));
  await until('some of it arrived', () => seen.length > 700);
  topology.site(seruyan).link.cut();
  await publishing;
  topology.site(seruyan).link.heal();
  await until('all of it arrived', () => follower.state().lastSequence === 3_000);
  await follower.stop();
  assert.deepEqual(seen, range(1, 3_000));
});

test('ensuring again changes nothing, adds regencies, restores settings, and says what it can not change', async () => {
  const jsm = await hub.jetstreamManager();
  const config = async (regency: string) => (await jsm.streams.info(hubStream(regency))).config;
  const before = await config(seruyan);
  await ensureHub(hub, [kotim, seruyan]);
  assert.deepEqual(await config(seruyan), before);

  await ensureHub(hub, [kotim, seruyan, '62.10']);
  assert.equal((await config('62.10')).sources?.[0]?.external?.api, '$JS.r6210.API');
  await jsm.streams.update(hubStream(seruyan), { max_msgs: 1_000_000 });
  await ensureHub(hub, [kotim, seruyan]);
  assert.deepEqual(await config(seruyan), before);
  assert.equal(await countIn(hub, hubStream(seruyan)), 3_000);

  const site = await atKotim.jetstreamManager();
  await site.streams.add({ name: sharedStream('62.10'), storage: StorageType.Memory, subjects: ['other.>'] });
  await assert.rejects(ensureSite(atKotim, { regency: kotim, neighbours: [seruyan, '62.10'] }), (error) => {
    assert.ok(error instanceof StreamConflict);
    assert.match(error.message, /SHARED-6210 differs in .*storage \("memory", not "file"\)/);
    return true;
  });
  await site.streams.delete(sharedStream('62.10'));
});

test('streams refuse deletion and purge', async () => {
  const jsm = await atKotim.jetstreamManager();
  await assert.rejects(jsm.streams.deleteMessage(EVENTS, 1));
  await assert.rejects(jsm.streams.purge(EVENTS));
});

test('an event published on a leaf does not cross as a live message', async () => {
  const live: string[] = [];
  atKotim.subscribe('disaster.>', { callback: (_, message) => live.push(message.subject) });
  await atKotim.flush();
  await openPublisher(atSeruyan, seruyan).publish(entriesOf(seruyan, 3_001, 3_001));
  await holds(atKotim, sharedStream(seruyan), 3_001);
  assert.deepEqual(live, []);
});

test('what is internal stays within the site', async () => {
  const live: string[] = [];
  hub.subscribe('internal.>', { callback: (_, message) => live.push(message.subject) });
  await hub.flush();
  const [entry] = entriesOf(seruyan, 1, 1);
  const subject = 'internal.6207.flood.incident.reported';
  await openPublisher(atSeruyan, seruyan, INTERNAL).publish(entry ? [{ ...entry, subject }] : []);
  assert.equal(await countIn(atSeruyan, INTERNAL), 1);
  assert.deepEqual(live, []);
});

test('heartbeats cross by the hub, with what was published; a wrong one is told apart', async () => {
  const beats: Beat[] = [];
  const problems: string[] = [];
  const listening = listenHeartbeats(
    atKotim,
    [seruyan],
    (beat) => beats.push(beat),
    ({ reason }) => problems.push(reason),
  );
  let published = 41;
  const sending = sendHeartbeats(atSeruyan, seruyan, { sequence: () => published, everyMs: 20 });
  await until('a beat arrived', () => beats.at(-1)?.sequence === 41);
  published = 42;
  await until('the next number arrived', () => beats.at(-1)?.sequence === 42);
  assert.equal(beats[0]?.regency, seruyan);
  sending.stop();
  await atSeruyan.flush();

  atSeruyan.publish(
    'heartbeat.6207',
    JSON.stringify({ regency: kotim, sequence: 1, sentAt: beats[0]?.sentAt }),
  );
  atSeruyan.publish('heartbeat.6207', 'beat');
  await until('both wrong ones arrived', () => problems.length === 2);
  assert.match(problems[0] ?? '', /62\.02/);
  listening.stop();
});

test('no heartbeat is kept back while the connection is down', async () => {
  const beats: Beat[] = [];
  const site = topology.site(kotim);
  const own = await site.connect('beating');
  let asked = 0;
  const sending = sendHeartbeats(own, kotim, { sequence: () => ++asked, everyMs: 5 });
  await until('it beats', () => asked > 3);
  await site.kill();
  await until('it stopped beating', async () => {
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return asked === before;
  });
  const last = asked;
  await site.restart();
  await until(
    'the listener is back',
    async () =>
      await atKotim.flush().then(
        () => true,
        () => false,
      ),
  );
  const listening = listenHeartbeats(atKotim, [kotim], (beat) => beats.push(beat));
  await until('it beats again', () => beats.length > 0);
  assert.ok((beats[0]?.sequence ?? 0) > last);
  sending.stop();
  listening.stop();
});

test('a refused key and a name that is no subject token are errors, not waits', async () => {
  const servers = topology.hub.url;
  await assert.rejects(connectNats({ servers, name: 'test', seed: newSeed() }), /[Aa]uthorization/);
  await assert.rejects(connectNats({ servers, name: 'a.b', seed: newSeed() }), /"a\.b"/);
});
