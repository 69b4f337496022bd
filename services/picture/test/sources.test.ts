import { DatabaseSync } from 'node:sqlite';
import { assert, suite } from '@siaga/testkit';
import { openPicture } from '../src/picture.ts';
import { openSources } from '../src/sources/sources.ts';
import { openCurrentStore } from '../src/store/current.ts';
import { histories, KOTIM, SERUYAN, sourceFor } from './histories.ts';
import { scratch } from './scratch.ts';

const test = suite('how far and how old each half is');
const files = scratch();
test.after(() => files.remove());
const { kotim, seruyan } = histories(120, 2);

/** Sources with a clock that the test turns. */
function site(
  file = files.file(),
  ownHead?: () => number | undefined,
  ownHeld?: () => string | undefined,
  startAt = Date.parse('2026-08-18T00:00:00Z'),
) {
  const current = openCurrentStore({ file });
  let time = startAt;
  const sources = openSources({
    current,
    regency: SERUYAN,
    neighbours: [KOTIM],
    now: () => time,
    ...(ownHead ? { ownHead } : {}),
    ...(ownHeld ? { ownHeld } : {}),
  });
  const view = (regency: string) => {
    const found = sources.views().find((source) => source.regency === regency);
    assert.ok(found);
    return found;
  };
  return {
    file,
    current,
    sources,
    pass: (ms: number) => void (time += ms),
    time: () => time,
    neighbour: () => view(KOTIM),
    own: () => view(SERUYAN),
    beat: (sequence: number, held?: string) =>
      sources.heard({
        regency: KOTIM,
        sequence,
        sentAt: '2026-08-18T00:00:00.000Z',
        ...(held === undefined ? {} : { held }),
      }),
    apply: (from: number, to: number) => current.apply(sourceFor(KOTIM), kotim.slice(from, to)),
    following: () => {
      for (const code of [KOTIM, SERUYAN]) sources.followed(sourceFor(code), { lastSequence: 0 });
    },
  };
}

test('what was never complete has no age, whatever was applied or heard', () => {
  const { neighbour, apply, beat, following, pass, current } = site();
  assert.equal(neighbour().link, 'failing');
  following();
  assert.deepEqual(neighbour(), {
    regency: KOTIM,
    name: 'Kabupaten Kotawaringin Timur',
    own: false,
    link: 'lost',
    lastSequence: 0,
  });
  apply(0, 5);
  pass(1_000);
  assert.equal(neighbour().ageSeconds, undefined);
  assert.equal(neighbour().lastSequence, 5);
  assert.equal(neighbour().lastRecordedAt, kotim[4]?.event.recordedat);
  beat(9);
  const heard = neighbour();
  assert.deepEqual(
    [heard.link, heard.announcedSequence, heard.ageSeconds, heard.completeAt],
    ['live', 9, undefined, undefined],
  );
  current.close();
});

test('a half is as old as the last announcement that it has reached', () => {
  const { neighbour, apply, beat, following, pass, current, time } = site();
  following();
  apply(0, 5);
  beat(5);
  assert.equal(neighbour().ageSeconds, 0);
  pass(2_000);
  beat(8);
  const secondBeat = time();
  assert.equal(neighbour().ageSeconds, 2);
  pass(2_000);
  beat(12);
  pass(1_000);
  apply(5, 10);
  // It has all of the second announcement and not all of the third.
  assert.equal(neighbour().completeAt, new Date(secondBeat).toISOString());
  assert.equal(neighbour().ageSeconds, 3);
  apply(10, 12);
  assert.equal(neighbour().ageSeconds, 1);
  current.close();
});

test('three beats that do not come are a lost link, and the age goes on', () => {
  const { neighbour, apply, beat, following, pass, sources, current } = site();
  following();
  apply(0, 5);
  beat(5);
  const live = sources.fingerprint();
  pass(5_999);
  assert.equal(neighbour().link, 'live');
  assert.equal(sources.fingerprint(), live);
  pass(1);
  assert.equal(neighbour().link, 'lost');
  assert.notEqual(sources.fingerprint(), live);
  assert.equal(neighbour().ageSeconds, 6);
  pass(3_600_000);
  assert.deepEqual([neighbour().link, neighbour().ageSeconds], ['lost', 3_606]);
  beat(5);
  assert.deepEqual([neighbour().link, neighbour().ageSeconds], ['live', 0]);
  current.close();
});

test('after a restart in mid cut the age goes on from the truth', () => {
  const before = site();
  before.following();
  before.apply(0, 5);
  before.beat(5);
  before.pass(2_000);
  before.beat(7);
  before.sources.save();
  before.current.close();
  const after = site(before.file, undefined, undefined, before.time() + 600_000);
  after.following();
  const view = after.neighbour();
  assert.deepEqual(
    [view.link, view.lastSequence, view.announcedSequence, view.ageSeconds],
    ['lost', 5, 7, 602],
  );
  // What it had already heard of arrives from its own stream.
  after.apply(5, 7);
  assert.equal(after.neighbour().ageSeconds, 600);
  after.current.close();
});

test('a hole and a failure show over the link', () => {
  const { neighbour, beat, sources, current } = site();
  beat(9);
  sources.followed(sourceFor(KOTIM), { lastSequence: 5, hole: { expected: 6, found: 8 } });
  assert.deepEqual([neighbour().link, neighbour().hole], ['hole', { expected: 6, found: 8 }]);
  sources.followed(sourceFor(KOTIM), { lastSequence: 5, failing: 'the disk is full' });
  assert.deepEqual([neighbour().link, neighbour().failing], ['failing', 'the disk is full']);
  sources.followed(sourceFor(KOTIM), { lastSequence: 5 });
  assert.equal(neighbour().link, 'live');
  current.close();
});

test('a hole and a failure of the internal journal show in the own half', () => {
  const { own, neighbour, sources, following, current } = site(files.file(), () => 0);
  following();
  const internal = sourceFor(SERUYAN, 'internal');
  const live = sources.fingerprint();
  sources.followed(internal, { lastSequence: 2, hole: { expected: 3, found: 5 } });
  assert.deepEqual([own().link, own().hole], ['hole', { expected: 3, found: 5, journal: 'internal' }]);
  assert.notEqual(sources.fingerprint(), live);
  sources.followed(internal, { lastSequence: 2, failing: 'there is no stream INTERNAL yet' });
  assert.deepEqual([own().link, own().failing], ['failing', 'there is no stream INTERNAL yet']);
  // What the shared journal lacks is said first.
  sources.followed(sourceFor(SERUYAN), { lastSequence: 7, hole: { expected: 8, found: 9 } });
  assert.deepEqual(own().hole, { expected: 8, found: 9 });
  assert.equal(neighbour().hole, undefined);
  sources.followed(sourceFor(SERUYAN), { lastSequence: 7 });
  sources.followed(internal, { lastSequence: 2 });
  assert.equal(own().link, 'live');
  current.close();
});

test('the own half is complete while it has what the relay published', () => {
  let head: number | undefined;
  const { own, following, current, pass } = site(files.file(), () => head);
  following();
  assert.equal(own().ageSeconds, undefined);
  head = 3;
  assert.equal(own().ageSeconds, undefined);
  current.apply(sourceFor(SERUYAN), seruyan.slice(0, 3));
  assert.deepEqual([own().ageSeconds, own().link, own().announcedSequence], [0, 'live', 3]);
  pass(60_000);
  assert.equal(own().ageSeconds, 0);
  head = 4;
  pass(5_000);
  assert.equal(own().ageSeconds, 5);
  current.close();
});

test('a regency that is held lives, and vouches for nothing', () => {
  const { neighbour, beat, apply, following, pass, time } = site();
  following();
  apply(0, 10);
  beat(10);
  const complete = new Date(time()).toISOString();
  pass(2_000);
  beat(3, 'forgotten');
  pass(2_000);
  beat(3, 'forgotten');
  assert.deepEqual([neighbour().link, neighbour().held], ['held', 'forgotten']);
  assert.equal(neighbour().completeAt, complete);
  assert.equal(neighbour().announcedSequence, 10);
  pass(7_000);
  assert.equal(neighbour().link, 'lost');
  beat(10);
  assert.deepEqual([neighbour().link, neighbour().held], ['live', undefined]);
  assert.equal(neighbour().completeAt, new Date(time()).toISOString());
});

test('of a site that starts nobody need be told, and it vouches for nothing either', () => {
  const { neighbour, beat, apply, following, pass } = site();
  following();
  apply(0, 10);
  beat(0, 'starting');
  assert.deepEqual(
    [neighbour().link, neighbour().held, neighbour().ageSeconds],
    ['live', undefined, undefined],
  );
  pass(1_000);
  beat(10);
  assert.equal(neighbour().ageSeconds, 0);
});

test('the own half is held while its relay is', () => {
  let held: string | undefined = 'restored';
  const { own, following, pass } = site(
    undefined,
    () => 0,
    () => held,
  );
  following();
  assert.deepEqual([own().link, own().held, own().ageSeconds], ['held', 'restored', undefined]);
  held = undefined;
  pass(1_000);
  assert.deepEqual([own().link, own().ageSeconds], ['live', 0]);
});

test('bug: a clock that was set back kept a half live and young until its old time came again', () => {
  const { neighbour, apply, beat, following, pass } = site();
  following();
  apply(0, 5);
  pass(3_600_000);
  beat(5);
  assert.equal(neighbour().link, 'live');
  pass(-3_600_000);
  assert.equal(neighbour().link, 'live');
  pass(10_000);
  const { link, ageSeconds } = neighbour();
  assert.deepEqual({ link, ageSeconds }, { link: 'lost', ageSeconds: 10 });
});

test('bug: a full disk ended the site’s process, because what was heard could not be saved', () => {
  const file = files.file();
  const warnings: string[] = [];
  const picture = openPicture({
    file,
    regency: SERUYAN,
    neighbours: [KOTIM],
    log: { warn: (_, sentence) => warnings.push(sentence) },
  });
  picture.sources.heard({ regency: KOTIM, sequence: 3, sentAt: '2026-08-18T00:00:00.000Z' });
  // As far as the statement goes, a table that is gone is a disk that is full.
  const other = new DatabaseSync(file);
  other.exec('DROP TABLE sources');
  other.close();
  picture.close();
  assert.deepEqual(warnings, ['what was heard of the regencies can’t be saved']);
});
