import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { subjectOf } from '@siaga/domain';
import { ensureHub, ensureSite, newPrivateKey, openPublisher, sendHeartbeats, signed } from '@siaga/stream';
import { assert, startTopology, suite, type Topology } from '@siaga/testkit';
import { comparePictures, openPicture, type Picture, RebuildFailed, startPicture } from '../src/index.ts';
import { type EventDelivery, histories, journal, KOTIM, SERUYAN, sourceFor, trusted } from './histories.ts';
import { fold, scratch, until } from './scratch.ts';

type Connection = Parameters<typeof openPublisher>[0];

const test = suite<{ topology: Topology; nc: Connection; kotimNc: Connection }>(
  'a picture that follows its streams',
);
const files = scratch();
const { kotim, seruyan } = histories(1_200, 31);

const publish = (nc: Connection, regency: string, deliveries: EventDelivery[]) =>
  openPublisher(nc, regency).publish(
    deliveries.map(({ event, raw }) => ({
      sequence: event.sequence,
      subject: subjectOf(event),
      bytes: Buffer.from(raw),
    })),
  );
const open = () => openPicture({ file: files.file(), regency: SERUYAN, neighbours: [KOTIM] });
const has = ({ current }: Picture, own: number, theirs: number) =>
  current.store.checkpoint(sourceFor(SERUYAN)).sequence === own &&
  current.store.checkpoint(sourceFor(KOTIM)).sequence === theirs;
const neighbour = ({ sources }: Picture) => sources.views()[1];

test.before(async (context) => {
  context.topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
  const hub = await context.topology.hub.connect();
  context.kotimNc = await context.topology.site(KOTIM).connect();
  context.nc = await context.topology.site(SERUYAN).connect('picture');
  await ensureHub(hub, [KOTIM, SERUYAN]);
  await ensureSite(context.kotimNc, { regency: KOTIM, neighbours: [SERUYAN] });
  await ensureSite(context.nc, { regency: SERUYAN, neighbours: [KOTIM] });
});
test.after(async ({ topology }) => {
  await topology.stop();
  files.remove();
});

test('it has both halves, says so when the link is cut, and catches up after', async ({
  topology,
  nc,
  kotimNc,
}) => {
  const picture = open();
  const running = startPicture({ picture, nc, trusted });
  const half = kotim.slice(0, 300);
  await publish(nc, SERUYAN, seruyan);
  await publish(kotimNc, KOTIM, half);
  let published = half.length;
  const beats = sendHeartbeats(kotimNc, KOTIM, { sequence: () => published, everyMs: 200 });
  await until('both halves are there', () => has(picture, seruyan.length, half.length));
  await until(
    'the neighbour is live and complete',
    () => neighbour(picture)?.link === 'live' && neighbour(picture)?.ageSeconds === 0,
  );
  assert.equal(running.missing(), undefined);

  topology.site(SERUYAN).link.cut();
  await publish(kotimNc, KOTIM, kotim.slice(300));
  published = kotim.length;
  await until('the link is lost', () => neighbour(picture)?.link === 'lost');
  assert.equal(neighbour(picture)?.lastSequence, half.length);
  assert.ok((neighbour(picture)?.ageSeconds ?? 0) >= 5);
  topology.site(SERUYAN).link.heal();
  await until(
    'it has caught up',
    () => has(picture, seruyan.length, kotim.length) && neighbour(picture)?.link === 'live',
  );
  beats.stop();

  const expected = files.store();
  fold(expected, SERUYAN, seruyan);
  fold(expected, KOTIM, kotim);
  // Times of receipt are those of the streams.
  const differing = comparePictures(picture.current.store, expected);
  assert.deepEqual(
    picture.current.store.allIncidents({ change: picture.current.store.change() }),
    expected.allIncidents({ change: expected.change() }),
  );
  assert.deepEqual(differing, ['checkpoints', 'events', 'incidentVersions', 'hotspotVersions', 'timeline']);
  await running.stop();

  // A second picture, folded from the streams alone, has the very same, times and all.
  const other = open();
  const otherRunning = startPicture({ picture: other, nc, trusted });
  await until('the other has all', () => has(other, seruyan.length, kotim.length));
  assert.deepEqual(comparePictures(picture.current.store, other.current.store), []);
  await otherRunning.stop();
  other.close();
  picture.close();
});

test('a rebuild gives the same picture, of another epoch, while readers and events go on', async ({ nc }) => {
  const picture = open();
  const running = startPicture({ picture, nc, trusted });
  await until('the picture is there', () => has(picture, seruyan.length, kotim.length));
  const before = open();
  const beforeRunning = startPicture({ picture: before, nc, trusted });
  await until('the other is there', () => has(before, seruyan.length, kotim.length));
  await beforeRunning.stop();

  const epoch = picture.current.store.epoch;
  let reads = 0;
  let rebuilding = true;
  const total = picture.queries.incidents({ limit: 500 }).items.length;
  const reading = (async () => {
    while (rebuilding) {
      assert.equal(picture.queries.incidents({ limit: 500 }).items.length, total);
      reads += 1;
      await new Promise(setImmediate);
    }
  })();
  const rebuilt = await running.rebuild();
  rebuilding = false;
  await reading;
  assert.ok(reads > 3);
  assert.equal(rebuilt.events, kotim.length + seruyan.length);
  assert.notEqual(picture.current.store.epoch, epoch);
  assert.equal(picture.current.store.epoch, rebuilt.epoch);
  assert.deepEqual(comparePictures(picture.current.store, before.current.store), []);

  const log = journal(SERUYAN);
  log.deliveries.push(...seruyan);
  const more = [
    log.append('01910000-0000-7000-8000-0000000000f1', 'siaga.incident.verified.v1', {
      occurredAt: log.now(),
    }),
  ];
  await publish(nc, SERUYAN, more);
  await until('the rebuilt one goes on', () => has(picture, seruyan.length + 1, kotim.length));
  seruyan.push(...more);
  assert.equal(picture.current.store.parkedEvent(sourceFor(SERUYAN), seruyan.length), 'report_unknown');
  await running.stop();
  picture.close();
  before.close();
});

test('a rebuild parks again what is parked, and fails for what the live picture has folded', async ({
  nc,
}) => {
  const picture = open();
  const running = startPicture({ picture, nc, trusted });
  await until('the picture is there', () => has(picture, seruyan.length, kotim.length));
  await running.rebuild();
  assert.equal(picture.current.store.parkedEvent(sourceFor(SERUYAN), seruyan.length), 'report_unknown');
  const { epoch } = picture.current.store;
  // As if this version could not fold what the one before it could.
  picture.current.store.sql.exec('DELETE FROM parked');
  await assert.rejects(
    running.rebuild(),
    (error) => error instanceof RebuildFailed && /can't be folded: report_unknown/.test(error.message),
  );
  assert.equal(picture.current.store.epoch, epoch);
  assert.ok(has(picture, seruyan.length, kotim.length));
  const giving = running.rebuild();
  const refused = assert.rejects(giving, RebuildFailed);
  await running.stop();
  await refused;
  picture.close();
});

test('a forged event is parked and told of, and is in no picture', async ({ nc }) => {
  const picture = open();
  const running = startPicture({ picture, nc, trusted });
  await until('the picture is there', () => has(picture, seruyan.length, kotim.length));
  const before = picture.current.store.parkedView();
  const log = journal(SERUYAN);
  log.deliveries.push(...seruyan);
  const { event } = log.append('01910000-0000-7000-8000-0000000000f1', 'siaga.incident.verified.v1', {
    occurredAt: log.now(),
  });
  const forged = JSON.stringify(signed(event, newPrivateKey()));
  const bytes = Buffer.from(forged);
  await openPublisher(nc, SERUYAN).publish([{ sequence: event.sequence, subject: subjectOf(event), bytes }]);
  await until('it is parked', () => picture.current.store.parkedView().forged === before.forged + 1);
  const [parked] = picture.queries.parked({ limit: 1, withRaw: true }).items;
  assert.deepEqual([parked?.reason, parked?.raw, parked?.sequence], ['forged', forged, undefined]);
  assert.match(parked?.detail ?? '', /is not known as the regency's/);
  assert.ok(has(picture, seruyan.length, kotim.length));
  assert.equal(neighbour(picture)?.hole, undefined);
  await running.rebuild();
  assert.equal(picture.current.store.parkedView().forged, before.forged + 1);
  assert.ok(has(picture, seruyan.length, kotim.length));
  await running.stop();
  picture.close();
});

test('an exchange takes over what only the live picture has', async () => {
  const picture = open();
  const { current } = picture;
  current.apply(sourceFor(KOTIM), kotim.slice(0, 100));
  picture.sources.heard({ regency: KOTIM, sequence: 100, sentAt: '2026-08-18T00:00:00.000Z' });
  picture.sources.save();
  const heard = current.store.heardOf(KOTIM);
  const rebuilt = files.store({ durability: 'rebuild' });
  fold(rebuilt, KOTIM, kotim.slice(0, 60));
  rebuilt.close();
  const whole = files.store();
  fold(whole, KOTIM, kotim.slice(0, 100));
  current.exchange(rebuilt.file, [sourceFor(KOTIM)]);
  assert.deepEqual(comparePictures(current.store, whole), []);
  assert.deepEqual(current.store.heardOf(KOTIM), heard);
  picture.close();
});

test('what the replaced file took on the disk is freed, though not on the event loop', async () => {
  const picture = open();
  const { current } = picture;
  const file = realpathSync(current.store.file);
  const rebuilt = files.store({ durability: 'rebuild' });
  fold(rebuilt, KOTIM, kotim.slice(0, 60));
  rebuilt.close();
  current.exchange(rebuilt.file, [sourceFor(KOTIM)]);
  // Linux frees a removed file when the last handle of it is closed, and names those that are left.
  await until('no handle of the replaced file is left', () => !openFiles().includes(`${file} (deleted)`));
  assert.ok(openFiles().includes(file));
  assert.equal(current.store.checkpoint(sourceFor(KOTIM)).sequence, 60);
  picture.close();
});

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((handle) => {
    try {
      return [readlinkSync(`/proc/self/fd/${handle}`)];
    } catch {
      // The one with which the folder was listed is closed by now.
      return [];
    }
  });
