import type { Sharing } from '@siaga/domain';
import { fromEdxl } from '@siaga/edxl';
import { assert, suite } from '@siaga/testkit';
import type {
  AgreementItem,
  ConversationDetail,
  ConversationItem,
  DeploymentItem,
  EmergencyItem,
  OfferItem,
  OverrideItem,
  ResourceItem,
  StockItem,
} from '../src/index.ts';
import type { EventAnswer, HistoryItem, IncidentList } from '../src/queries/queries.ts';
import { agreementEnd, bringHome, conclude, emergencyEvents, lend, TwoSides, x } from './aid-histories.ts';
import { journal, KOTIM, SERUYAN } from './histories.ts';
import { scratch } from './scratch.ts';
import { startSite, type TestSite } from './site.ts';

const test = suite<{ site: TestSite; world: TwoSides }>('agreements, resources and mutual aid over HTTP');
const files = scratch();

interface List<Item> {
  asOf: string;
  items: Item[];
}
interface One<Item> {
  asOf: string;
  item: Item;
}

const applyAll = (site: TestSite, world: TwoSides) => {
  const { own, internal, theirs } = world.forSeruyan();
  site.apply(SERUYAN, own);
  site.apply(SERUYAN, internal, 'internal');
  site.apply(KOTIM, theirs);
};

test.before(async (context) => {
  const world = new TwoSides('2026-09-07T12:00:00.000Z');
  conclude(world);
  lend(world);
  for (const event of emergencyEvents(x.place).slice(0, 2)) world.seruyan.say('62.07-flood', event);
  world.kotim.say('62.02-flood', emergencyEvents(x.theirPlace)[0] ?? assert.fail());
  world.kotim.say(KOTIM, {
    type: 'SharingOverridden',
    data: {
      occurredAt: x.now,
      override: x.recall,
      classes: ['resources'],
      reason: 'Banjir',
      from: x.day(8),
      until: x.day(10),
    },
  });
  world.seruyan.say(x.boats[4], x.resourceEvents.registered);
  context.world = world;
  context.site = await startSite(files.file());
  applyAll(context.site, world);
});
test.after(async ({ site }) => {
  await site.close();
  files.remove();
});

const picture = '/api/v1/picture';
const list = async <Item>(site: TestSite, path: string) => {
  const { status, body } = await site.get<List<Item>>(`${picture}/${path}`, 'trc');
  assert.equal(status, 200, JSON.stringify(body));
  return body.items;
};
const one = async <Item>(site: TestSite, path: string) => {
  const { status, body } = await site.get<One<Item>>(`${picture}/${path}`, 'trc');
  assert.equal(status, 200, JSON.stringify(body));
  return body.item;
};

const open = [
  'agreements',
  `agreements/${x.agreement}`,
  'emergency-statuses',
  'emergency-statuses/62.07-flood',
  'sharing-overrides',
];
const guarded = [
  'resources',
  `resources/${x.boat}`,
  'stocks',
  `stocks/${x.rice}`,
  'deployments',
  `deployments/${x.deployment}`,
  'mutual-aid/conversations',
  `mutual-aid/conversations/${x.conversation}`,
  'mutual-aid/requests',
  `mutual-aid/requests/${x.conversation}`,
  'mutual-aid/offers',
  `mutual-aid/offers/${x.offer}`,
  'events/62.07/1?journal=internal',
];

test('what the public may know is open; resources and mutual aid are for who has signed in', async ({
  site,
}) => {
  for (const path of open) assert.equal((await site.get(`${picture}/${path}`)).status, 200, path);
  for (const path of guarded) {
    const { status, body } = await site.get(`${picture}/${path}`);
    assert.deepEqual([status, body.code], [401, 'not_signed_in'], path);
    for (const role of ['trc', 'pusdalops', 'logistik', 'kalaksa', 'admin'] as const) {
      assert.equal((await site.get(`${picture}/${path}`, role)).status, 200, `${path} for ${role}`);
    }
  }
});

test('nothing that an agreement keeps among its parties is given to who has not signed in', async ({
  site,
  world,
}) => {
  // Words that stand in granted events alone.
  const secrets = ['Perahu karet', 'Warga terjebak', 'Dermaga', 'rubber-boat', 'Dari provinsi'];
  const restricted = [...world.kotim.shared, ...world.seruyan.shared].filter(
    ({ event }) => event.dataclass !== 'public',
  );
  assert.ok(restricted.length > 8);
  const paths = [
    'incidents?limit=500',
    'totals',
    'hotspots',
    'parked',
    'sources',
    'timeline',
    ...restricted.map(
      ({ event }) => `events/${event.regency === '6202' ? KOTIM : SERUYAN}/${event.sequence}`,
    ),
  ];
  for (const path of paths) {
    const { status, body } = await site.get(`${picture}/${path}`);
    assert.equal(status, 200, path);
    const text = JSON.stringify(body);
    assert.deepEqual(
      secrets.filter((secret) => text.includes(secret)),
      [],
      path,
    );
  }
  const { event } = restricted[0] ?? assert.fail();
  const { body } = await site.get<EventAnswer>(`${picture}/events/${KOTIM}/${event.sequence}`, 'trc');
  assert.deepEqual(body.data, event.data);
});

test('an incident’s event that claims another class is in no list and no history', async () => {
  const site = await startSite(files.file());
  const log = journal(KOTIM);
  const id = '01910000-0000-7000-8000-0000000000ac';
  const data = {
    hazard: 'flood',
    occurredAt: '2026-08-17T00:00:00.000Z',
    place: '62.02.06',
    chronology: 'Rahasia',
    source: 'radio',
    touches: [],
    figures: [],
    details: {},
  };
  log.append(id, 'siaga.incident.reported.v1', data);
  log.append(id, 'siaga.incident.verified.v1', { occurredAt: data.occurredAt, note: 'Rahasia' });
  const claiming = (index: number) => {
    const delivery = log.deliveries[index] ?? assert.fail();
    const event = { ...delivery.event, dataclass: 'mutual-aid' as const };
    return { ...delivery, event, raw: JSON.stringify(event) };
  };
  site.apply(KOTIM, [...log.deliveries.slice(0, 1), claiming(1)]);
  const { body } = await site.get<{ items: HistoryItem[] }>(`${picture}/incidents/${id}/history`);
  assert.deepEqual(
    body.items.map(({ sequence }) => sequence),
    [1],
  );
  assert.equal((await site.get<EventAnswer>(`${picture}/events/62.02/2`, 'trc')).body.data, undefined);
  await site.close();

  const other = await startSite(files.file());
  other.apply(KOTIM, [claiming(0)]);
  assert.deepEqual((await other.get<IncidentList>(`${picture}/incidents`)).body.items, []);
  await other.close();
});

test('an agreement: where it stands, its versions, who signed', async ({ site }) => {
  const [item] = await list<AgreementItem>(site, 'agreements?asOf=2026-09-15T00:00:00Z');
  assert.ok(item);
  assert.deepEqual(
    [item.id, item.status, item.inForce?.version, item.inForce?.until, item.periods.length],
    [x.agreement, 'in-force', 1, agreementEnd, 1],
  );
  assert.deepEqual(
    item.versions[0]?.signed.map(({ regency, same }) => [regency, same]),
    [
      [KOTIM, true],
      [SERUYAN, true],
    ],
  );
  assert.deepEqual(await one(site, `agreements/${x.agreement}?asOf=2026-09-15T00:00:00Z`), item);
  const over = await one<AgreementItem>(site, `agreements/${x.agreement}?asOf=2026-10-15T00:00:00Z`);
  assert.deepEqual([over.status, over.inForce], ['expired', undefined]);
  // When only the draft was known.
  const early = await one<AgreementItem>(site, `agreements/${x.agreement}?asOf=2026-09-07T12:00:01.500Z`);
  assert.deepEqual([early.status, early.periods], ['talks', []]);
  // The way back to each event: of public things, the shared journal's number.
  const { sequence } = item.versions[0] ?? assert.fail();
  const { body } = await site.get<EventAnswer>(`${picture}/events/62.07/${sequence}`);
  assert.equal(body.type, 'siaga.agreement.drafted.v1');
});

test('emergency statuses: what stands, and how many days are left', async ({ site }) => {
  const items = await list<EmergencyItem>(site, 'emergency-statuses?asOf=2026-09-13T00:00:00Z');
  assert.deepEqual(
    items.map(({ id, standing }) => [
      id,
      standing?.level,
      standing?.decree,
      standing?.daysLeft,
      standing?.warn,
    ]),
    [
      ['62.02-flood', 'tanggap', 'SK 1/2026', 2, true],
      ['62.07-flood', 'tanggap', 'SK 1/2026', 8, false],
    ],
  );
  const late = await one<EmergencyItem>(site, 'emergency-statuses/62.07-flood?asOf=2026-10-01T00:00:00Z');
  assert.equal(late.standing, undefined);
  assert.deepEqual(
    (await list<EmergencyItem>(site, 'emergency-statuses?regency=62.02&hazard=flood')).map(({ id }) => id),
    ['62.02-flood'],
  );
  assert.deepEqual(await list(site, 'emergency-statuses?hazard=fire'), []);
});

test('overrides say whether they are in force', async ({ site }) => {
  const at = async (asOf: string) =>
    (await list<OverrideItem>(site, `sharing-overrides?asOf=${asOf}`)).map(({ id, regency, inForce }) => [
      id,
      regency,
      inForce,
    ]);
  assert.deepEqual(await at('2026-09-09T00:00:00Z'), [[x.recall, KOTIM, true]]);
  assert.deepEqual(await at('2026-09-10T00:00:00Z'), [[x.recall, KOTIM, false]]);
  assert.deepEqual(await at('2026-09-01T00:00:00Z'), []);
});

test('resources and stocks, own and the neighbour’s, with names of places and filters', async ({ site }) => {
  const ids = async (query: string) =>
    (await list<ResourceItem>(site, `resources?${query}`)).map(({ id }) => id);
  assert.deepEqual(await ids(''), [x.boat, x.boat2, x.boats[4]]);
  assert.deepEqual(await ids('regency=62.07'), [x.boats[4]]);
  assert.deepEqual(await ids('state=en-route,returning'), [x.boat]);
  assert.deepEqual(await ids('kind=chainsaw'), []);
  const boat = await one<ResourceItem>(site, `resources/${x.boat}?asOf=2026-09-08T00:00:00Z`);
  assert.deepEqual(
    [boat.regency, boat.state, boat.placeName === x.theirPlace, boat.sharing],
    [KOTIM, 'en-route', false, { state: 'current', under: { agreement: x.agreement }, until: agreementEnd }],
  );
  const own = await one<ResourceItem>(site, `resources/${x.boats[4]}`);
  assert.deepEqual(own.sharing, { state: 'own' });
  const traced = await site.get<EventAnswer>(
    `${picture}/events/62.07/${own.sequence}?journal=internal`,
    'logistik',
  );
  assert.equal(traced.body.subject, x.boats[4]);
  const [rice] = await list<StockItem>(site, 'stocks?kind=rice');
  assert.deepEqual([rice?.id, rice?.free, rice?.placeName === x.theirPlace], [x.rice, 700, false]);
  assert.equal((await one<StockItem>(site, `stocks/${x.rice}`)).promised, 300);
  assert.deepEqual(await list(site, 'stocks?regency=62.07'), []);
});

test('deployments with their resource, open ones or all', async ({ site }) => {
  const [item, ...others] = await list<DeploymentItem>(site, 'deployments');
  assert.deepEqual(others, []);
  assert.deepEqual(
    [item?.id, item?.resource, item?.regency, item?.kind, item?.name, item?.state],
    [x.deployment, x.boat, KOTIM, 'rubber-boat', 'Perahu karet 03', 'en-route'],
  );
  assert.equal((await one<DeploymentItem>(site, `deployments/${x.deployment}`)).resource, x.boat);
  assert.deepEqual(await list(site, 'deployments?regency=62.07'), []);
});

test('conversations as list and as thread; requests and offers are parts of them', async ({ site }) => {
  const [item, ...others] = await list<ConversationItem>(site, 'mutual-aid/conversations');
  assert.ok(item && others.length === 0);
  assert.equal('messages' in item || 'conversation' in item, false);
  assert.deepEqual(
    [item.kind, item.asker, item.lender, item.status],
    ['request', SERUYAN, KOTIM, 'under-way'],
  );
  const detail = await one<ConversationDetail>(site, `mutual-aid/conversations/${x.conversation}`);
  assert.deepEqual(
    detail.messages.map(({ event, by }) => [event.type, by]),
    [
      ['AidRequested', SERUYAN],
      ['OfferMade', KOTIM],
      ['OfferAccepted', SERUYAN],
      ['OfferCommitted', KOTIM],
    ],
  );
  assert.deepEqual(await list(site, 'mutual-aid/requests'), [item]);
  assert.deepEqual(await list(site, 'mutual-aid/conversations?status=ended'), []);
  assert.deepEqual(await list(site, 'mutual-aid/conversations?kind=unsolicited-offer'), []);
  const [offer] = await list<OfferItem>(site, 'mutual-aid/offers');
  assert.deepEqual(
    [offer?.id, offer?.conversation, offer?.by, offer?.status],
    [x.offer, x.conversation, KOTIM, 'committed'],
  );
  assert.deepEqual(await one(site, `mutual-aid/offers/${x.offer}`), offer);
});

test('a message of a conversation as EDXL-RM', async ({ site, world }) => {
  const { messages } = await one<ConversationDetail>(site, `mutual-aid/conversations/${x.conversation}`);
  const base = `${picture}/mutual-aid/conversations/${x.conversation}/messages`;
  const answer = await site.app.inject({
    url: `${base}/${messages[0]?.messageId}/edxl-rm`,
    headers: { 'x-role': 'pusdalops' },
  });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/xml; charset=utf-8');
  const { message } = fromEdxl(answer.body);
  assert.deepEqual(
    [message.type, message.messageId, message.contacts[0]?.description],
    ['RequestResource', messages[0]?.messageId, 'Pusdalops BPBD Seruyan, (0538) 21113'],
  );
  assert.equal((await site.get(`${base}/${messages[0]?.messageId}/edxl-rm`)).status, 401);
  const code = async (path: string) => (await site.get(path, 'trc')).body.code;
  assert.equal(await code(`${base}/${x.boat}/edxl-rm`), 'event_unknown');
  const nobody = `${picture}/mutual-aid/conversations/${x.boat}/messages/${x.boat}/edxl-rm`;
  assert.equal(await code(nobody), 'request_unknown');

  const declining = new TwoSides(world.now());
  conclude(declining);
  for (const [side, subject, event] of [
    ['seruyan', x.conversation, x.requested],
    ['kotim', x.offer, x.made],
    ['seruyan', x.conversation, x.offerDeclined],
  ] as const) {
    declining[side].say(subject, event);
  }
  const other = await startSite(files.file());
  applyAll(other, declining);
  const thread = await one<ConversationDetail>(other, `mutual-aid/conversations/${x.conversation}`);
  const refused = await other.get(`${base}/${thread.messages.at(-1)?.messageId}/edxl-rm`, 'trc');
  assert.deepEqual(
    [refused.status, refused.body.code, refused.body.detail],
    [404, 'event_unknown', 'EDXL-RM 1.0 has no message for OfferDeclined.'],
  );
  await other.close();
});

test('after the agreement’s end what was shared is marked, and a conversation winds down', async () => {
  const world = new TwoSides('2026-09-29T12:00:00.000Z');
  conclude(world);
  lend(world);
  const site = await startSite(files.file());
  applyAll(site, world);
  const marks = async (asOf: string): Promise<(Sharing | undefined)[]> => [
    (await one<ResourceItem>(site, `resources/${x.boat}?asOf=${asOf}`)).sharing,
    (await one<ResourceItem>(site, `resources/${x.boat2}?asOf=${asOf}`)).sharing,
    (await one<StockItem>(site, `stocks/${x.rice}?asOf=${asOf}`)).sharing,
    (await list<DeploymentItem>(site, `deployments?state=all&asOf=${asOf}`))[0]?.sharing,
    (await one<ConversationDetail>(site, `mutual-aid/conversations/${x.conversation}?asOf=${asOf}`)).sharing,
    (await one<OfferItem>(site, `mutual-aid/offers/${x.offer}?asOf=${asOf}`)).sharing,
  ];
  const under = { agreement: x.agreement };
  const current = { state: 'current', under, until: agreementEnd };
  const ended = { state: 'ended', under, since: agreementEnd };
  const windingDown = { state: 'winding-down', under, since: agreementEnd };
  assert.deepEqual(await marks('2026-09-30T00:00:00Z'), Array(6).fill(current));
  const after = '2026-09-30T17:00:00Z';
  assert.deepEqual(await marks(after), [windingDown, ended, ended, windingDown, windingDown, windingDown]);

  const known = world.kotim.shared.length;
  world.pass(86_400_000 * 2);
  bringHome(world);
  site.apply(KOTIM, world.kotim.shared.slice(known));
  assert.deepEqual(await marks('2026-10-05T00:00:00Z'), Array(6).fill(ended));
  // As it was seen before it was home.
  assert.deepEqual(await marks(after), [windingDown, ended, ended, windingDown, windingDown, windingDown]);
  await site.close();
});

test('what is not known says so, and so does what was not known then', async ({ site }) => {
  const nobody = '01910000-0000-7000-8000-00000000dead';
  for (const [path, code] of [
    [`agreements/${nobody}`, 'agreement_unknown'],
    ['emergency-statuses/62.07-fire', 'emergency_status_unknown'],
    [`resources/${nobody}`, 'resource_unknown'],
    [`resources/${x.boat}?asOf=2026-09-01T00:00:00Z`, 'resource_unknown'],
    [`stocks/${nobody}`, 'stock_unknown'],
    [`deployments/${nobody}`, 'deployment_unknown'],
    [`mutual-aid/conversations/${nobody}`, 'request_unknown'],
    [`mutual-aid/requests/${nobody}`, 'request_unknown'],
    [`mutual-aid/offers/${nobody}`, 'offer_unknown'],
    ['events/62.07/99999?journal=internal', 'event_unknown'],
    ['events/62.02/1?journal=internal', 'event_unknown'],
  ] as const) {
    const { status, body } = await site.get(`${picture}/${path}`, 'trc');
    assert.deepEqual([status, body.code], [404, code], path);
  }
});

test('what is asked wrongly is invalid_request', async ({ site }) => {
  for (const path of [
    'resources?kind=rice',
    'resources?state=lost',
    'stocks?kind=rubber-boat',
    'deployments?state=closed',
    'mutual-aid/conversations?kind=quarrel',
    'mutual-aid/conversations?status=fine',
    'mutual-aid/requests?kind=request',
    'resources/boat',
    'agreements?asOf=then',
  ]) {
    const { status, body } = await site.get(`${picture}/${path}`, 'trc');
    assert.deepEqual([status, body.code], [400, 'invalid_request'], path);
  }
});
