import { addTotals, groupSame, totalsOf } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import type { Outline, Place } from '@siaga/geo';
import type { IncidentListItem } from '../src/index.ts';
import type {
  EventAnswer,
  HistoryItem,
  HotspotList,
  IncidentDetail,
  IncidentList,
  ParkedItem,
  Timeline,
  TotalsAnswer,
} from '../src/queries/queries.ts';

import { histories, journal, KOTIM, malformed, SERUYAN } from './histories.ts';
import { scratch } from './scratch.ts';
import { startSite, type TestSite } from './site.ts';

const test = suite<{ site: TestSite }>('the picture over HTTP');
const files = scratch();
const { kotim, seruyan } = histories(600, 77);
const ids = (items: IncidentListItem[]) => items.map(({ id }) => id);

test.before(async (context) => {
  context.site = await startSite(files.file());
  context.site.apply(KOTIM, kotim);
  context.site.apply(SERUYAN, seruyan);
});
test.after(async ({ site }) => {
  await site.close();
  files.remove();
});

const all = async (site: TestSite): Promise<IncidentListItem[]> =>
  (await site.get<IncidentList>('/api/v1/picture/incidents?limit=500')).body.items;

test('the list is newest update first, in pages that together are the whole', async ({ site }) => {
  const whole = await all(site);
  assert.ok(whole.length > 60);
  assert.deepEqual(
    whole.map(({ updatedAt }) => updatedAt),
    whole
      .map(({ updatedAt }) => updatedAt)
      .toSorted()
      .toReversed(),
  );
  const paged: string[] = [];
  let next = '';
  do {
    const { status, body } = await site.get<IncidentList>(
      `/api/v1/picture/incidents?limit=7${next && `&cursor=${next}`}`,
    );
    assert.equal(status, 200);
    paged.push(...ids(body.items));
    next = body.next ?? '';
  } while (next);
  assert.deepEqual(paged, ids(whole));
});

test('pages stay those of one picture while events come in', async () => {
  const site = await startSite(files.file());
  site.apply(KOTIM, kotim.slice(0, 200));
  const whole = ids(await all(site));
  const first = await site.get<IncidentList>('/api/v1/picture/incidents?limit=5');
  const past = await site.get<IncidentList>(
    `/api/v1/picture/incidents?limit=5&asOf=${kotim[150]?.receivedAt}`,
  );
  site.apply(KOTIM, kotim.slice(200));
  const second = await site.get<IncidentList>(
    `/api/v1/picture/incidents?limit=500&cursor=${first.body.next}`,
  );
  assert.deepEqual([...ids(first.body.items), ...ids(second.body.items)], whole);
  const pastRest = await site.get<IncidentList>(
    `/api/v1/picture/incidents?limit=500&cursor=${past.body.next}`,
  );
  const pastWhole = await site.get<IncidentList>(
    `/api/v1/picture/incidents?limit=500&asOf=${kotim[150]?.receivedAt}`,
  );
  assert.deepEqual([...ids(past.body.items), ...ids(pastRest.body.items)], ids(pastWhole.body.items));
  await site.close();
});

test('filters by regency, status, hazard and bbox, each as a filter over the whole would', async ({
  site,
}) => {
  const whole = await all(site);
  const expect = async (query: string, keep: (item: IncidentListItem) => boolean) => {
    const { body } = await site.get<IncidentList>(`/api/v1/picture/incidents?limit=500&${query}`);
    assert.deepEqual(ids(body.items), ids(whole.filter(keep)), query);
    assert.ok(body.items.length > 0 && body.items.length < whole.length, query);
  };
  await expect('regency=62.07', ({ regency }) => regency === SERUYAN);
  await expect('status=active,contained', ({ status }) => status === 'active' || status === 'contained');
  await expect('hazard=fire', ({ hazard }) => hazard === 'fire');
  const inside = ({ position }: IncidentListItem) =>
    position !== undefined &&
    position[0] >= 112.2 &&
    position[0] <= 113 &&
    position[1] >= -3 &&
    position[1] <= -2;
  await expect('bbox=112.2,-3,113,-2', inside);
  await expect(
    'bbox=112.2,-3,113,-2&regency=62.02&hazard=flood',
    (item) => inside(item) && item.regency === KOTIM && item.hazard === 'flood',
  );
});

test('an incident without a point has its district’s', async ({ site }) => {
  const item = (await all(site)).find(({ point }) => point === undefined);
  assert.ok(item?.position);
  assert.notEqual(item.placeName, item.place);
  assert.notEqual(item.districtName, item.place.slice(0, 8));
});

test('detail has the incident, its disaster and both totals', async ({ site }) => {
  const whole = await all(site);
  const groups = groupSame(whole).filter(({ incidents }) => incidents.length > 1);
  const [group] = groups;
  assert.ok(group);
  const [member] = group.incidents;
  assert.ok(member);
  const { body } = await site.get<IncidentDetail>(`/api/v1/picture/incidents/${member.id}`);
  assert.equal(body.item.group, group.id);
  assert.equal(body.group?.id, group.id);
  assert.deepEqual(
    ids(body.group?.incidents ?? []),
    group.incidents.map(({ id }) => id),
  );
  assert.deepEqual(body.group?.totals, JSON.parse(JSON.stringify(totalsOf(group))));
  assert.deepEqual(body.totals, JSON.parse(JSON.stringify(totalsOf({ id: member.id, incidents: [member] }))));
  const grouped = new Map(
    groups.flatMap(({ id, incidents }) => incidents.map((one) => [one.id, id] as const)),
  );
  for (const { id, group: shown } of whole) assert.equal(shown, grouped.get(id));
});

test('totals are the domain’s over all groups, by regency and by hazard', async ({ site }) => {
  const whole = await all(site);
  const groups = groupSame(whole.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const { body } = await site.get<TotalsAnswer>('/api/v1/picture/totals');
  assert.equal(
    body.totals.displacedPersons?.counted,
    addTotals(groups.map((group) => totalsOf(group))).displacedPersons?.counted,
  );
  const kotimOnly = addTotals(groups.map((group) => totalsOf(group, KOTIM)));
  assert.equal(body.byRegency[KOTIM]?.displacedPersons?.counted, kotimOnly.displacedPersons?.counted);
  const one = await site.get<TotalsAnswer>('/api/v1/picture/totals?regency=62.02&hazard=flood');
  assert.deepEqual(Object.keys(one.body.byRegency), [KOTIM]);
  assert.deepEqual(Object.keys(one.body.byHazard), ['flood']);
  assert.deepEqual(one.body.totals, one.body.byRegency[KOTIM]);
  const flooded = whole.filter(({ hazard, regency }) => hazard === 'flood' && regency === KOTIM);
  assert.equal(
    Object.values<number>(one.body.incidents).reduce((sum, count) => sum + count, 0),
    flooded.length,
  );
  // Every part leads to its event.
  const part = one.body.totals.displacedPersons?.parts[0];
  assert.ok(part);
  const { status, body: event } = await site.get<EventAnswer>(
    `/api/v1/picture/events/${part.regency}/${part.figure.sequence}`,
  );
  assert.equal(status, 200);
  assert.equal(event.subject, part.incident);
});

test('history and single events are the events as received', async ({ site }) => {
  const [first] = kotim;
  assert.ok(first);
  const events = kotim.filter(({ event }) => event.subject === first.event.subject);
  const { body } = await site.get<{ items: HistoryItem[] }>(
    `/api/v1/picture/incidents/${first.event.subject}/history`,
  );
  assert.deepEqual(
    body.items,
    events.map(({ event, receivedAt }) => ({
      regency: KOTIM,
      sequence: event.sequence,
      revision: event.revision,
      type: event.type,
      occurredAt: event.time,
      recordedAt: event.recordedat,
      receivedAt,
      actor: event.actor,
      data: JSON.parse(JSON.stringify(event.data)),
    })),
  );
  const past = await site.get<{ items: HistoryItem[] }>(
    `/api/v1/picture/incidents/${first.event.subject}/history?asOf=${first.receivedAt}`,
  );
  assert.equal(past.body.items.length, 1);
  const single = await site.get<EventAnswer>('/api/v1/picture/events/62.02/1');
  assert.deepEqual(single.body, { ...JSON.parse(first.raw), receivedAt: first.receivedAt });
});

test('hotspots by regency, day and bbox', async ({ site }) => {
  const { body } = await site.get<HotspotList>('/api/v1/picture/hotspots');
  assert.ok(body.items.length > 3);
  const [group] = body.items;
  assert.ok(group);
  const { day, centre, regency } = group;
  const [lon, lat] = centre;
  const near = await site.get<HotspotList>(
    `/api/v1/picture/hotspots?from=${day}&to=${day}&regency=${regency}&bbox=${lon - 0.01},${lat - 0.01},${lon + 0.01},${lat + 0.01}`,
  );
  assert.ok(near.body.items.length > 0);
  assert.ok(near.body.items.every((group) => group.day === day));
  assert.equal(
    (await site.get<HotspotList>('/api/v1/picture/hotspots?from=2030-01-01')).body.items.length,
    0,
  );
});

test('the timeline counts every change', async ({ site }) => {
  const { body } = await site.get<Timeline>('/api/v1/picture/timeline');
  const count = body.changes.reduce((sum, bucket) => sum + bucket.count, 0);
  assert.equal(count, site.picture.current.store.change());
  assert.equal(body.first, body.changes[0]?.at);
  assert.equal(body.last, body.changes.at(-1)?.at);
  assert.ok(body.changes.length <= 400);
});

test('parked messages are listed, their content only for who looks after them', async () => {
  const site = await startSite(files.file());
  const log = journal(KOTIM);
  log.append('01910000-0000-7000-8000-0000000000aa', 'siaga.incident.teleported.v1', { secret: 'yes' });
  site.apply(KOTIM, [malformed(1, 'secret'), ...log.deliveries]);
  const { body } = await site.get<{ total: number; items: ParkedItem[] }>('/api/v1/picture/parked');
  assert.equal(body.total, 2);
  assert.deepEqual(
    body.items.map(({ reason, sequence, bytes, raw }) => [reason, sequence, bytes, raw]),
    [
      ['unknown_type', 1, log.deliveries[0]?.raw.length, undefined],
      ['malformed', undefined, 6, undefined],
    ],
  );
  const page = await site.get<{ total: number; items: ParkedItem[] }>(
    `/api/v1/picture/parked?limit=1&before=${body.items[0]?.id}`,
    'admin',
  );
  assert.deepEqual(
    page.body.items.map(({ raw }) => raw),
    ['secret'],
  );
  assert.equal(
    (await site.get<{ total: number; items: ParkedItem[] }>('/api/v1/picture/parked', 'trc')).body.items[0]
      ?.raw,
    undefined,
  );
  // What no event is may be quoted in what is said of it.
  const details = (items: ParkedItem[]) => items.map(({ detail }) => detail);
  assert.deepEqual(details(body.items), ['siaga.incident.teleported.v1', 'no event of its stream']);
  assert.deepEqual(details(page.body.items), ['not JSON']);
  const open = await site.get<EventAnswer>('/api/v1/picture/events/62.02/1');
  assert.deepEqual([open.body.parked, open.body.data], ['unknown_type', undefined]);
  const closed = await site.get<EventAnswer>('/api/v1/picture/events/62.02/1', 'kalaksa');
  assert.deepEqual(closed.body.data, { secret: 'yes' });
  await site.close();
});

test('what is asked wrongly is invalid_request and names it', async ({ site }) => {
  for (const query of [
    'incidents?asOf=yesterday',
    'incidents?bbox=1,2,3',
    'incidents?bbox=113,-3,112,-2',
    'incidents?bbox=a,b,c,d',
    'incidents?status=burning',
    'incidents?hazard=volcano',
    'incidents?regency=6207',
    'incidents?limit=0',
    'incidents?limit=501',
    'incidents?cursor=x',
    `incidents?cursor=${Buffer.from('["00000000",1,null,1,1]').toString('base64url')}`,
    'incidents?colour=red',
    'incidents/not-an-id',
    'totals?regency=Seruyan',
    'hotspots?from=17-08-2026',
    'events/62.07/0',
    'events/6207/1',
    'parked?limit=x',
    'events/62.07/1?journal=secret',
    'agreements?regency=62.07',
    'emergency-statuses?hazard=volcano',
    'emergency-statuses/flood',
  ]) {
    const { status, body } = await site.get(`/api/v1/picture/${query}`);
    assert.deepEqual([status, body.code], [400, 'invalid_request'], query);
  }
});

test('what is not known says so', async ({ site }) => {
  const nobody = '01910000-0000-7000-8000-00000000dead';
  const code = async (path: string) => {
    const { status, body } = await site.get(`/api/v1/${path}`);
    return [status, body.code];
  };
  assert.deepEqual(await code(`picture/incidents/${nobody}`), [404, 'incident_unknown']);
  assert.deepEqual(await code(`picture/incidents/${nobody}/history`), [404, 'incident_unknown']);
  assert.deepEqual(await code(`picture/incidents/${kotim[0]?.event.subject}?asOf=2020-01-01T00:00:00Z`), [
    404,
    'incident_unknown',
  ]);
  assert.deepEqual(await code('picture/events/62.07/999999'), [404, 'event_unknown']);
  assert.deepEqual(await code('geo/places/62.07.99'), [404, 'place_not_found']);
  assert.deepEqual(await code('geo/boundaries'), [404, 'boundaries_not_imported']);
});

test('places and the generalised map', async ({ site }) => {
  const regencies = await site.get<{ items: Place[] }>('/api/v1/geo/regencies');
  assert.deepEqual(regencies.body.items.map(({ code }) => code).sort(), [KOTIM, SERUYAN]);
  const found = await site.get<{ items: Place[] }>('/api/v1/geo/places?search=kuala%20pembuang&limit=3');
  assert.match(found.body.items[0]?.name ?? '', /Kuala Pembuang/);
  assert.equal((await site.get<Place>('/api/v1/geo/places/62.07')).body.kind, 'regency');
  const outline = await site.get<Outline>('/api/v1/geo/outline');
  assert.deepEqual(Object.keys(outline.body), ['regencies', 'rivers', 'districts', 'towns', 'label']);
});

test('the OpenAPI document has every route', async ({ site }) => {
  const { body } = await site.get<{ paths: object }>('/docs/json');
  const paths = Object.keys(body.paths).filter((path) => /picture|geo/.test(path));
  assert.equal(paths.length, 34);
});
