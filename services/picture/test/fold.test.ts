import { foldIncident, groupSame, type IncidentView } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { comparePictures, dumpPicture } from '../src/store/dump.ts';
import type { Store } from '../src/store/store.ts';
import { domainFolds } from '../src/store/writer.ts';
import { type EventDelivery, histories, journal, KOTIM, malformed, SERUYAN, sourceFor } from './histories.ts';
import { fold, scratch } from './scratch.ts';

const test = suite('folding into the picture');
const files = scratch();
test.after(() => files.remove());

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
const seeds = fc.integer({ min: 1, max: 1_000_000 });

test('events delivered twice, in any batches, give the same picture', () => {
  fc.assert(
    fc.property(seeds, sizes, sizes, fc.integer({ min: 0, max: 60 }), (seed, one, other, overlap) => {
      const { kotim, seruyan } = histories(120, seed);
      const once = files.store();
      fold(once, KOTIM, kotim);
      fold(once, SERUYAN, seruyan);
      const often = files.store();
      fold(often, SERUYAN, seruyan, one);
      fold(often, KOTIM, kotim.slice(0, overlap), other);
      fold(often, KOTIM, kotim, one);
      fold(often, SERUYAN, seruyan, other);
      assert.deepEqual(dumpPicture(often), dumpPicture(once));
      assert.deepEqual(comparePictures(often, once), []);
      assert.equal(often.change(), once.change());
      once.close();
      often.close();
    }),
    { numRuns: 25 },
  );
});

test('two pictures of different events differ, and it is said in what', () => {
  const { kotim } = histories(80, 3);
  const all = files.store();
  const fewer = files.store();
  fold(all, KOTIM, kotim);
  fold(fewer, KOTIM, kotim.slice(0, -1));
  assert.deepEqual(comparePictures(all, fewer).slice(0, 2), ['checkpoints', 'events']);
});

test('every view is the domain’s fold of the incident’s events', () => {
  const { kotim, seruyan, world } = histories(300, 5);
  const store = files.store();
  fold(store, KOTIM, kotim, [7]);
  fold(store, SERUYAN, seruyan, [13]);
  const folded = new Map<string, IncidentView>();
  for (const { event } of [...kotim, ...seruyan]) {
    const [, kind] = event.type.split('.');
    if (kind !== 'incident') continue;
    const view = foldIncident(
      folded.get(event.subject),
      // The type and the data were made together by the decider.
      { type: nameOf(event.type), data: event.data } as Parameters<typeof foldIncident>[1],
      {
        id: event.subject,
        regency: event.regency === '6202' ? KOTIM : SERUYAN,
        revision: event.revision,
        sequence: event.sequence,
        recordedAt: event.recordedat,
      },
    );
    if (view) folded.set(event.subject, view);
  }
  assert.equal(folded.size, world.incidents.length);
  for (const [id, view] of folded) {
    assert.deepEqual(JSON.parse(JSON.stringify(view)), store.incident({ change: store.change() }, id));
  }
  const groups = groupSame([...folded.values()]).filter(({ incidents }) => incidents.length > 1);
  assert.ok(groups.length > 0);
  for (const { id, incidents } of groups) {
    for (const member of incidents) {
      const found = store.groupOf({ change: store.change() }, member.id);
      assert.equal(found?.id, id);
      assert.deepEqual(
        found?.incidents.map((one) => one.id),
        incidents.map((one) => one.id),
      );
    }
  }
});

const nameOf = (type: string): string =>
  `Incident${(type.split('.')[2] ?? '').replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** All that can be read of a moment. */
const everything = (store: Store, at?: number) => {
  const moment = { change: store.change(), ...(at === undefined ? {} : { at }) };
  const incidents = store
    .incidents(moment, {}, 10_000)
    .map(({ view }) => view)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    incidents,
    all: store.allIncidents(moment),
    statuses: store.statuses(moment, {}),
    hotspots: store.hotspots(moment, {}),
    groups: incidents.map(({ id }) => store.groupOf(moment, id)?.id),
    histories: incidents.map(({ id }) => store.history(moment, id)),
  };
};

test('the picture as of a time is the one folded from the events received by then', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), sizes, (seed, share, batches) => {
      const { kotim, seruyan } = histories(120, seed);
      const received = [...kotim, ...seruyan]
        .map(({ receivedAt }) => Date.parse(receivedAt))
        .sort((a, b) => a - b);
      const at = received[Math.floor(share * (received.length - 1))] ?? 0;
      const whole = files.store();
      fold(whole, KOTIM, kotim, batches);
      fold(whole, SERUYAN, seruyan, batches);
      const then = files.store();
      const known = (deliveries: EventDelivery[]) =>
        deliveries.filter(({ receivedAt }) => Date.parse(receivedAt) <= at);
      fold(then, KOTIM, known(kotim));
      fold(then, SERUYAN, known(seruyan));
      assert.deepEqual(everything(whole, at), everything(then));
      assert.deepEqual(everything(whole, Number.MAX_SAFE_INTEGER), everything(whole));
      whole.close();
      then.close();
    }),
    { numRuns: 25 },
  );
});

test('what a batch makes of one incident is read version by version, whichever keep their bodies', () => {
  const log = journal(KOTIM);
  const occurredAt = log.now();
  const id = '01910000-0000-7000-8000-00000000000a';
  const { chronology, source } = { chronology: 'Air naik sejak subuh.', source: 'Perangkat desa' };
  log.appendEvent(id, {
    type: 'IncidentReported',
    data: {
      hazard: 'flood',
      occurredAt,
      place: '62.02.05.2004',
      chronology,
      source,
      touches: [KOTIM],
      figures: [],
      details: {},
    },
  });
  for (let dead = 0; dead < 39; dead += 1) {
    log.pass(60_000);
    const figures = [{ place: '62.02.05.2004', counts: { dead } }];
    log.appendEvent(id, { type: 'IncidentAssessed', data: { occurredAt: log.now(), figures, details: {} } });
  }
  const atOnce = files.store();
  fold(atOnce, KOTIM, log.deliveries);
  const oneByOne = files.store();
  fold(oneByOne, KOTIM, log.deliveries, [1]);
  const bodies = ({ sql }: Store) =>
    sql
      .prepare('SELECT sequence FROM incident_versions WHERE body IS NOT NULL ORDER BY change')
      .all()
      .map(({ sequence }) => sequence);
  assert.deepEqual(bodies(atOnce), [16, 32, 40]);
  assert.equal(bodies(oneByOne).length, 40);
  assert.deepEqual(dumpPicture(atOnce), dumpPicture(oneByOne));
  assert.deepEqual(atOnce.changesAfter(0, 10_000_000), oneByOne.changesAfter(0, 10_000_000));
  for (const { event, receivedAt } of log.deliveries) {
    const at = Date.parse(receivedAt);
    const was = atOnce.incident({ change: atOnce.change(), at }, id);
    assert.equal(was?.sequence, event.sequence);
    assert.deepEqual(was, oneByOne.incident({ change: oneByOne.change(), at }, id));
  }
});

test('a clock that was set back makes no event known before the one it follows', () => {
  const log = journal(KOTIM);
  const ids = ['01910000-0000-7000-8000-00000000000a', '01910000-0000-7000-8000-00000000000b'];
  const [first, second] = ids.map((id) => log.append(id, 'siaga.incident.reported.v1', reported()));
  assert.ok(first && second);
  const setBack = { ...second, receivedAt: new Date(Date.parse(first.receivedAt) - 60_000).toISOString() };
  const store = files.store();
  fold(store, KOTIM, [first, setBack]);
  const at = (time: number) => store.incidents({ change: store.change(), at: time }, {}, 10).length;
  assert.equal(at(Date.parse(setBack.receivedAt)), 0);
  assert.equal(at(Date.parse(first.receivedAt)), 2);
});

const reported = () => ({
  hazard: 'flood',
  occurredAt: '2026-08-17T00:00:00.000Z',
  place: '62.02.06',
  chronology: 'Air naik',
  source: 'radio',
  touches: [KOTIM],
  figures: [],
  details: {},
});
const verified = { occurredAt: '2026-08-17T00:10:00.000Z' };
const ID = '01910000-0000-7000-8000-0000000000ff';
const reasons = (store: Store) =>
  store
    .parked(100)
    .map(({ regency, sequence, reason }) => [regency, sequence, reason])
    .reverse();

test('what can’t be folded is parked with its reason, and the rest goes on', () => {
  const log = journal(KOTIM);
  log.append('01910000-0000-7000-8000-0000000000aa', 'siaga.incident.verified.v1', verified);
  log.append(ID, 'siaga.incident.reported.v1', reported());
  log.append(ID, 'siaga.incident.teleported.v1', {});
  log.append(ID, 'siaga.incident.dismissed.v1', { occurredAt: 'yesterday' });
  log.append(ID, 'siaga.incident.reported.v1', reported());
  log.append(ID, 'siaga.incident.verified.v1', verified);
  const other = journal(SERUYAN);
  other.append(ID, 'siaga.incident.contained.v1', verified);
  const store = files.store();
  const [first, ...rest] = log.deliveries;
  assert.ok(first);
  fold(store, KOTIM, [malformed(1), first, malformed(3, 'x'), ...rest, malformed(8, '{"half":')], [3]);
  fold(store, SERUYAN, other.deliveries);
  assert.deepEqual(reasons(store), [
    [KOTIM, undefined, 'malformed'],
    [KOTIM, 1, 'report_unknown'],
    [KOTIM, undefined, 'malformed'],
    [KOTIM, 3, 'unknown_type'],
    [KOTIM, 4, 'invalid_data'],
    [KOTIM, 5, 'reported_twice'],
    [KOTIM, undefined, 'malformed'],
    [SERUYAN, 1, 'not_the_owner'],
  ]);
  assert.equal(store.incident({ change: store.change() }, ID)?.status, 'verified');
  assert.equal(store.checkpoint(sourceFor(KOTIM)).sequence, 6);
  assert.equal(store.checkpoint(sourceFor(SERUYAN)).sequence, 1);
  const { change } = { change: store.change() };
  fold(store, KOTIM, [malformed(1), ...log.deliveries, malformed(3, 'x')]);
  assert.equal(store.parkedView().total, 8);
  assert.equal(store.change(), change);
});

test('a fold that throws is tried again, then its event is parked', () => {
  const log = journal(KOTIM);
  log.append(ID, 'siaga.incident.reported.v1', reported());
  log.append(ID, 'siaga.incident.verified.v1', verified);
  log.append(ID, 'siaga.incident.contained.v1', verified);
  const tries = { IncidentVerified: 0, IncidentContained: 0 };
  const store = files.store({
    folds: {
      ...domainFolds,
      incident(view, event, place) {
        if (event.type === 'IncidentVerified') {
          tries.IncidentVerified += 1;
          throw new Error('it can’t be');
        }
        if (event.type === 'IncidentContained' && (tries.IncidentContained += 1) === 1)
          throw new RangeError('memory');
        return domainFolds.incident(view, event, place);
      },
    },
  });
  fold(store, KOTIM, log.deliveries);
  assert.deepEqual(reasons(store), [[KOTIM, 2, 'fold_failed']]);
  assert.equal(store.parked(1)[0]?.detail, 'it can’t be');
  assert.deepEqual(tries, { IncidentVerified: 2, IncidentContained: 2 });
  assert.equal(store.incident({ change: store.change() }, ID)?.status, 'contained');
});

test('a batch with a missing event leaves nothing of itself', () => {
  const { kotim } = histories(60, 9);
  const store = files.store();
  fold(store, KOTIM, kotim.slice(0, 5));
  const before = dumpPicture(store);
  const change = store.change();
  const holed = [...kotim.slice(5, 9), ...kotim.slice(10)];
  assert.throws(
    () => store.applyBatch(sourceFor(KOTIM), holed),
    /event 10 of SHARED-6202 is missing before 11/,
  );
  assert.deepEqual(dumpPicture(store), before);
  assert.equal(store.change(), change);
  fold(store, KOTIM, kotim.slice(5));
  const whole = files.store();
  fold(whole, KOTIM, kotim);
  assert.deepEqual(dumpPicture(store), dumpPicture(whole));
});

test('a client’s missing changes are each change after its own, once', () => {
  const { kotim, seruyan } = histories(300, 11);
  const store = files.store();
  fold(store, KOTIM, kotim, [17]);
  fold(store, SERUYAN, seruyan, [19]);
  const seen: number[] = [];
  for (let after = 20; ; ) {
    const page = store.changesAfter(after, 5_000);
    if (page.length === 0) break;
    seen.push(...page.map(({ change }) => change));
    after = page.at(-1)?.change ?? 0;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: store.change() - 20 }, (_, index) => index + 21),
  );
  const kinds = new Set(store.changesAfter(0, 10_000_000).map(({ name }) => name));
  assert.deepEqual([...kinds].sort(), ['hotspots', 'hotspots-removed', 'incident']);
});
