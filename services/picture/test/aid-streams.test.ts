import { type PictureNoun, subjectOf } from '@siaga/domain';
import { ensureHub, ensureSite, INTERNAL, openPublisher } from '@siaga/stream';
import { assert, startTopology, suite, type Topology } from '@siaga/testkit';
import { comparePictures, openPicture, type Picture, startPicture } from '../src/index.ts';
import { madeBy } from '../src/store/items.ts';
import { babble, bringHome, conclude, emergencyEvents, lend, TwoSides, x } from './aid-histories.ts';
import { type EventDelivery, KOTIM, SERUYAN, sourceFor, trusted } from './histories.ts';
import { scratch, until } from './scratch.ts';

type Connection = Parameters<typeof openPublisher>[0];

const test = suite<{ topology: Topology; connections: Record<string, Connection> }>(
  'agreements, resources and mutual aid over the streams of two sites',
);
const files = scratch();
const codes = [KOTIM, SERUYAN];

test.before.each(async (context) => {
  context.topology = await startTopology({ regencies: codes });
  await ensureHub(await context.topology.hub.connect(), codes);
  context.connections = {};
  for (const regency of codes) {
    const nc = await context.topology.site(regency).connect('picture');
    await ensureSite(nc, { regency, neighbours: codes.filter((code) => code !== regency) });
    context.connections[regency] = nc;
  }
});
test.after.each(({ topology }) => topology.stop());

const publish = async (connections: Record<string, Connection>, world: TwoSides) => {
  for (const regency of codes) {
    const nc = connections[regency];
    assert.ok(nc);
    const entries = (deliveries: EventDelivery[], root: 'disaster' | 'internal') =>
      deliveries.map(({ event, raw }) => ({
        sequence: event.sequence,
        subject: subjectOf(event, root),
        bytes: Buffer.from(raw),
      }));
    const { shared, internal } = world.of(regency);
    await openPublisher(nc, regency).publish(entries(shared, 'disaster'));
    await openPublisher(nc, regency, INTERNAL).publish(entries(internal, 'internal'));
  }
};
const open = (regency: string): Picture =>
  openPicture({ file: files.file(), regency, neighbours: codes.filter((code) => code !== regency) });
const hasAll = ({ current, regency }: Picture, world: TwoSides): boolean =>
  codes.every(
    (code) =>
      current.store.checkpoint({ regency: code, journal: 'shared' }).sequence ===
      world.of(code).shared.length,
  ) &&
  current.store.checkpoint({ regency, journal: 'internal' }).sequence === world.of(regency).internal.length;

/** What the picture says of everything, without the numbers by which each site finds the events. */
const said = ({ current: { store } }: Picture) => {
  const nouns = Object.keys(madeBy) as PictureNoun[];
  const items = nouns.map((noun) => [noun, store.items({ change: store.change() }, noun)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(items)), (key, value: unknown) =>
    key === 'sequence' || key === 'sequences' ? undefined : value,
  ) as Record<PictureNoun, unknown[]>;
};

test('both sites say the same, each with its own events from its internal journal', async ({
  connections,
}) => {
  const world = new TwoSides();
  lend(world, { shared: false });
  conclude(world);
  world.kotim.release();
  bringHome(world);
  world.seruyan.say('62.07-flood', emergencyEvents(x.place)[0] ?? assert.fail());
  await publish(connections, world);
  const pictures = codes.map((regency) => {
    const picture = open(regency);
    const nc = connections[regency];
    assert.ok(nc);
    return { picture, running: startPicture({ picture, nc, trusted }) };
  });
  for (const { picture } of pictures) await until('a site has all', () => hasAll(picture, world));
  for (const { running } of pictures) {
    await until('it says that it has read all', () => running.missing() === undefined);
  }
  const [ours, theirs] = pictures.map(({ picture }) => said(picture));
  assert.deepEqual(ours, theirs);
  assert.deepEqual(
    Object.entries(ours ?? {}).map(([noun, items]) => [noun, items.length]),
    [
      ['agreements', 1],
      ['emergency-statuses', 1],
      ['sharing-overrides', 0],
      ['signing-keys', 0],
      ['resources', 2],
      ['stocks', 1],
      ['conversations', 1],
    ],
  );
  for (const { picture, running } of pictures) {
    assert.equal(picture.current.store.parkedView().total, 0);
    await running.stop();
    picture.close();
  }
});

test('a rebuild gives the same picture as following did, and goes on with what is internal', async ({
  connections,
}) => {
  const world = babble(300, 17);
  const nc = connections[SERUYAN];
  assert.ok(nc);
  const picture = open(SERUYAN);
  const running = startPicture({ picture, nc, trusted });
  await publish(connections, world);
  await until('the picture has all', () => hasAll(picture, world));
  const other = open(SERUYAN);
  const otherRunning = startPicture({ picture: other, nc, trusted });
  await until('the other has all', () => hasAll(other, world));
  assert.deepEqual(comparePictures(picture.current.store, other.current.store), []);
  await otherRunning.stop();
  const { events } = await running.rebuild();
  const { own, internal, theirs } = world.forSeruyan();
  assert.equal(events, own.length + internal.length + theirs.length);
  assert.deepEqual(comparePictures(picture.current.store, other.current.store), []);

  world.pass(1_000);
  world.seruyan.say(x.boats[3], x.resourceEvents.moved, { shared: false });
  await publish(connections, world);
  await until('the rebuilt one goes on', () => hasAll(picture, world));
  await running.stop();
  picture.close();
  other.close();
});

test('a hole in the internal stream shows in the own half, and stops no other', async ({ connections }) => {
  const world = new TwoSides();
  conclude(world);
  lend(world);
  world.seruyan.say(x.boats[3], x.resourceEvents.registered);
  const nc = connections[SERUYAN];
  assert.ok(nc);
  const lost = world.seruyan.internal[1];
  assert.ok(lost);
  const js = nc.jetstream();
  for (const { event, raw } of world.seruyan.internal) {
    if (event.sequence !== 2) await js.publish(subjectOf(event, 'internal'), raw);
  }
  const picture = open(SERUYAN);
  const running = startPicture({ picture, nc, trusted });
  const own = () => picture.sources.views()[0];
  await until('the hole shows', () => own()?.link === 'hole');
  assert.deepEqual(own()?.hole, { expected: 2, found: 3, journal: 'internal' });
  await openPublisher(nc, SERUYAN).publish(
    world.seruyan.shared.map(({ event, raw }) => ({
      sequence: event.sequence,
      subject: subjectOf(event),
      bytes: Buffer.from(raw),
    })),
  );
  await until(
    'the shared journal goes on',
    () => picture.current.store.checkpoint(sourceFor(SERUYAN)).sequence === world.seruyan.shared.length,
  );
  assert.equal(picture.current.store.checkpoint(sourceFor(SERUYAN, 'internal')).sequence, 1);
  await js.publish(subjectOf(lost.event, 'internal'), lost.raw);
  await until(
    'it closes',
    () =>
      own()?.hole === undefined &&
      picture.current.store.checkpoint(sourceFor(SERUYAN, 'internal')).sequence === 3,
  );
  await running.stop();
  picture.close();
});

const exchanging = suite('an exchange of the picture');
exchanging('takes over internal events that only the live picture has', async () => {
  const world = babble(200, 3);
  const { own, internal, theirs } = world.forSeruyan();
  const picture = open(SERUYAN);
  const { current } = picture;
  const apply = (apply: (source: ReturnType<typeof sourceFor>, deliveries: EventDelivery[]) => unknown) => {
    apply(sourceFor(SERUYAN), own);
    apply(sourceFor(KOTIM), theirs);
    apply(sourceFor(SERUYAN, 'internal'), internal);
  };
  apply((source, deliveries) => current.apply(source, deliveries));
  const rebuilt = files.store({ durability: 'rebuild' });
  apply((source, deliveries) =>
    rebuilt.applyBatch(source, deliveries.slice(0, Math.floor(deliveries.length / 2))),
  );
  rebuilt.close();
  const whole = files.store();
  apply((source, deliveries) => whole.applyBatch(source, deliveries));
  current.exchange(rebuilt.file, [sourceFor(KOTIM), sourceFor(SERUYAN), sourceFor(SERUYAN, 'internal')]);
  assert.deepEqual(comparePictures(current.store, whole), []);
  picture.close();
});
exchanging.after(() => files.remove());
