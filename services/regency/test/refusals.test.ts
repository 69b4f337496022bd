/** Each refusal of resources, stocks and mutual aid that can be had over HTTP: its code, a sentence, and nothing appended. */
import type { AcceptedLine, OfferLine } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { agreed, type Neighbour, openNeighbour, takeIn } from './neighbour.ts';
import { refused } from './refused.ts';
import { KOTIM, openSite, SERUYAN, type Site } from './site.ts';
import { at, boatOf, did, hours, made, resourceAt } from './two-sites.ts';

interface Context {
  /** Who asks, and what it hears of Kotim. */
  seruyan: Site;
  lender: Neighbour;
  /** Who lends, and what it hears of Seruyan. */
  kotim: Site;
  asker: Neighbour;
}
const test = suite<Context>('refusals', {} as Context);
test.before.each(async (context) => {
  const [seruyan, kotim] = [await openSite(), await openSite({ regency: KOTIM })];
  const [lender, asker] = [openNeighbour(KOTIM, seruyan.time), openNeighbour(SERUYAN, kotim.time)];
  Object.assign(context, { seruyan, kotim, lender, asker });
});
test.after.each(async ({ seruyan, kotim }) => {
  await seruyan.close();
  await kotim.close();
});

const NOWHERE = '01900000-0000-7000-8000-000000000000';
const reason = 'Karena perlu';
type Case = [status: number, code: string, path: string, body: unknown];
const walk = async (site: Site, cases: Case[]) => {
  for (const [status, code, path, body] of cases) await refused({ site }, path, body, [status, code]);
};

test('of resources and deployments', async ({ kotim: site }) => {
  const home = { place: '62.02.06' };
  const boat = { kind: 'rubber-boat', name: 'Perahu', home };
  const id = await boatOf(site, 'Perahu 1');
  const broken = await boatOf(site, 'Perahu 2');
  await did(site, 'logistik', `/resources/${broken}/take-out-of-service`, { reason });
  const incident = await site.reported({ place: { district: '62.02.06' } });
  const until = at(site, hours(5));
  const point = [112.9, -2.5];
  await walk(site, [
    [422, 'place_unknown', '/resources', { ...boat, home: { place: '62.02.99' } }],
    [422, 'place_not_ours', '/resources', { ...boat, home: { place: '62.07.05' } }],
    [422, 'point_outside', '/resources', { ...boat, home: { ...home, point: [110.4, -7] } }],
    [422, 'quantity_below_one', '/resources', { ...boat, capacity: 0 }],
    [422, 'quantity_below_one', '/resources', { ...boat, crew: -1 }],
    [422, 'time_in_future', '/resources', { ...boat, occurredAt: at(site, hours(1)) }],
    [422, 'personal_data_in_text', '/resources', { ...boat, name: 'Hubungi 081234567890' }],
    [400, 'invalid_request', '/resources', { ...boat, kind: 'submarine' }],
    [404, 'resource_unknown', `/resources/${NOWHERE}/move`, { point }],
    [400, 'invalid_request', '/resources/7/move', { point }],
    [404, 'incident_unknown', `/resources/${id}/dispatch`, { incident: NOWHERE, until }],
    [409, 'resource_not_available', `/resources/${broken}/dispatch`, { incident, until }],
    [422, 'ends_before_it_begins', `/resources/${id}/dispatch`, { incident, until: at(site, -hours(1)) }],
    [404, 'deployment_unknown', `/deployments/${NOWHERE}/depart`, {}],
    [400, 'invalid_request', '/deployments/7/depart', {}],
  ]);
  const dispatched = await did(site, 'pusdalops', `/resources/${id}/dispatch`, { incident, until });
  const step = `/deployments/${String(dispatched['deployment'])}`;
  await walk(site, [
    [409, 'not_allowed_in_state', `/resources/${id}/move`, { point }],
    [409, 'not_allowed_in_state', `/resources/${id}/take-out-of-service`, { reason }],
    [409, 'not_allowed_in_state', `${step}/arrive`, {}],
    [409, 'resource_not_available', `/resources/${id}/dispatch`, { incident, until: at(site, hours(6)) }],
    [422, 'not_later_than_before', `${step}/extend`, { until: at(site, hours(4)) }],
    [422, 'before_previous_step', `${step}/depart`, { occurredAt: at(site, -hours(1)) }],
    [422, 'ends_before_it_begins', `${step}/depart`, { estimatedArrival: at(site, -hours(1)) }],
  ]);
  await did(site, 'trc', `${step}/depart`, {});
  await walk(site, [[409, 'already_departed', `${step}/cancel`, { reason }]]);
  await did(site, 'kalaksa', `${step}/release`, {});
  await did(site, 'trc', `${step}/end-return`, {});
  await walk(site, [[409, 'deployment_over', `${step}/depart`, {}]]);
});

test('of stocks', async ({ kotim: site }) => {
  const id = await made(site, 'logistik', '/stocks', { kind: 'rice', home: { place: '62.02.06' } });
  await did(site, 'logistik', `/stocks/${id}/receive`, { quantity: 50 });
  const incident = await site.reported({ place: { district: '62.02.06' } });
  const allotted = await did(site, 'logistik', `/stocks/${id}/allot`, { incident, quantity: 30 });
  const commitment = String(allotted['commitment']);
  await walk(site, [
    [422, 'place_not_ours', '/stocks', { kind: 'rice', home: { place: '62.07.05' } }],
    [404, 'stock_unknown', `/stocks/${NOWHERE}/receive`, { quantity: 1 }],
    [400, 'invalid_request', '/stocks/7/receive', { quantity: 1 }],
    [422, 'quantity_below_one', `/stocks/${id}/receive`, { quantity: 0 }],
    [422, 'quantity_below_zero', `/stocks/${id}/count`, { quantity: -1 }],
    [400, 'invalid_request', `/stocks/${id}/count`, { quantity: 1.5 }],
    [409, 'not_enough_stock', `/stocks/${id}/allot`, { incident, quantity: 21 }],
    [404, 'incident_unknown', `/stocks/${id}/allot`, { incident: NOWHERE, quantity: 1 }],
    [409, 'more_than_committed', `/stocks/${id}/issue`, { commitment, quantity: 31 }],
    [404, 'commitment_unknown', `/stocks/${id}/issue`, { commitment: NOWHERE, quantity: 1 }],
  ]);
  await did(site, 'logistik', `/stocks/${id}/issue`, { commitment, quantity: 30 });
  await walk(site, [[409, 'commitment_over', `/stocks/${id}/issue`, { commitment, quantity: 1 }]]);
});

/** A request as Seruyan sends it. */
const asking = (site: Site, incident: string, changes: object = {}) => ({
  to: KOTIM,
  incident,
  items: [{ item: '1', kind: 'rubber-boat', quantity: 2 }],
  where: { place: '62.07.05' },
  from: at(site, hours(1)),
  durationHours: 48,
  answerBy: at(site, hours(12)),
  ...changes,
});

test('of the asking half', async ({ seruyan: site, lender }) => {
  const incident = await site.reported();
  const requests = '/mutual-aid/requests';
  const ask = (changes: object) => asking(site, incident, changes);
  await walk(site, [[409, 'agreement_not_in_force', requests, ask({})]]);
  const agreement = await agreed(site, lender, SERUYAN);
  const item = (quantity: number, name = '1', kind = 'rubber-boat') => ({ item: name, kind, quantity });
  await walk(site, [
    [422, 'aid_from_oneself', requests, ask({ to: SERUYAN })],
    [422, 'aid_from_stranger', requests, ask({ to: '31.71' })],
    [404, 'incident_unknown', requests, ask({ incident: NOWHERE })],
    [422, 'item_twice', requests, ask({ items: [item(1), item(2)] })],
    [422, 'quantity_below_one', requests, ask({ items: [item(0)] })],
    [422, 'kind_not_covered', requests, ask({ items: [item(1, '1', 'drone')] })],
    [422, 'longer_than_agreed', requests, ask({ durationHours: 24 * 15 })],
    [422, 'duration_below_one', requests, ask({ durationHours: 0 })],
    [422, 'answer_by_passed', requests, ask({ answerBy: at(site, -hours(1)) })],
    [422, 'ends_before_it_begins', requests, ask({ from: at(site, -hours(100)) })],
    [422, 'place_not_ours', requests, ask({ where: { place: '62.02.06' } })],
    [422, 'place_unknown', requests, ask({ where: { place: '62.07.99' } })],
    [422, 'personal_data_in_text', requests, ask({ note: 'NIK 6207014107900001' })],
    [400, 'invalid_request', requests, ask({ items: [] })],
    [404, 'request_unknown', `${requests}/${NOWHERE}/cancel`, { reason }],
    [404, 'offer_unknown', `/mutual-aid/offers/${NOWHERE}/accept`, { lines: [{ resources: [NOWHERE] }] }],
    [404, 'request_unknown', `/mutual-aid/conversations/${NOWHERE}/release-aid`, { deployments: [NOWHERE] }],
  ]);
  const request = await made(site, 'pusdalops', requests, ask({}));
  const common = { occurredAt: at(site), conversation: request };
  const heard = async (lines: OfferLine[], validUntil = at(site, hours(6))) => {
    const offer = uuidv7();
    const data = {
      ...common,
      offer,
      to: SERUYAN,
      request,
      requestVersion: 1,
      response: 'accept' as const,
      lines,
      validUntil,
      basis: { agreement },
    };
    await takeIn(site, lender, lender.say({ type: 'OfferMade', data }, offer));
    return offer;
  };
  const [boat, boat2, boat3] = [uuidv7(), uuidv7(), uuidv7()];
  const line = (...resources: string[]) => ({ item: '1', kind: 'rubber-boat' as const, resources });
  const [offer, late, gone] = [
    await heard([line(boat, boat2, boat3)]),
    await heard([line(uuidv7())], at(site, hours(1))),
    await heard([line(uuidv7())]),
  ];
  const withdrawn = { ...common, offer: gone, reason };
  await takeIn(site, lender, lender.say({ type: 'OfferWithdrawn', data: withdrawn }, gone));
  const accept = (...resources: string[]) => ({ lines: [{ item: '1', resources }] });
  const toOffer = `/mutual-aid/offers/${offer}`;
  const { durationHours, from, where, answerBy } = ask({});
  const update = (quantity: number) => ({
    items: [item(quantity)],
    where,
    from,
    durationHours,
    answerBy,
  });
  await walk(site, [
    [422, 'not_offered', `${toOffer}/accept`, accept(NOWHERE)],
    [422, 'resource_twice', `${toOffer}/accept`, accept(boat, boat)],
    [422, 'more_than_asked', `${toOffer}/accept`, accept(boat, boat2, boat3)],
    [409, 'offer_withdrawn', `/mutual-aid/offers/${gone}/accept`, accept(boat)],
    [403, 'conversation_of_neighbour', `${toOffer}/withdraw`, { reason }],
    [403, 'conversation_of_neighbour', `${toOffer}/commit`, {}],
    [403, 'conversation_of_neighbour', `${requests}/${request}/decline`, { reason }],
  ]);
  await did(site, 'pusdalops', `${toOffer}/accept`, accept(boat, boat2));
  await walk(site, [
    [409, 'offer_answered', `${toOffer}/accept`, accept(boat)],
    [409, 'offer_answered', `${toOffer}/decline`, { reason }],
    [409, 'less_than_accepted', `${requests}/${request}/update`, update(1)],
  ]);
  const { now } = site.time;
  site.time.now += hours(2);
  await walk(site, [[409, 'offer_expired', `/mutual-aid/offers/${late}/accept`, accept(boat3)]]);
  site.time.now = now;

  const [one, two, recall] = [uuidv7(), uuidv7(), uuidv7()];
  const deployments = [
    { deployment: one, resource: boat },
    { deployment: two, resource: boat2 },
  ];
  const term = { start: at(site, hours(1)), until: at(site, hours(49)), latest: at(site, hours(300)) };
  const lines = [{ item: '1', kind: 'rubber-boat' as const, deployments }];
  const called = { ...common, recall, deployment: two, reason };
  await takeIn(
    site,
    lender,
    lender.say(
      { type: 'OfferCommitted', data: { ...common, offer, lines, ...term, basis: { agreement } } },
      offer,
    ),
    lender.say({ type: 'ReturnAsked', data: called }, offer),
  );
  const to = `/mutual-aid/conversations/${request}`;
  const longer = (deployment: string, plus: number) => ({
    deployments: [deployment],
    until: at(site, hours(plus)),
    reason,
  });
  await walk(site, [
    [404, 'deployment_unknown', `${to}/ask-extension`, longer(NOWHERE, 80)],
    [422, 'not_later_than_before', `${to}/ask-extension`, longer(one, 20)],
    [422, 'longer_than_agreed', `${to}/ask-extension`, longer(one, 301)],
    [409, 'return_asked', `${to}/ask-extension`, longer(two, 80)],
    [404, 'recall_unknown', `${to}/answer-return`, { recall: NOWHERE, agreed: true }],
    [404, 'deployment_unknown', `${to}/ask-status`, { deployments: [NOWHERE] }],
    [403, 'conversation_of_neighbour', `${to}/ask-return`, { deployment: one, reason }],
  ]);
  await did(site, 'pusdalops', `${to}/release-aid`, { deployments: [one] });
  await walk(site, [[409, 'deployment_over', `${to}/ask-extension`, longer(one, 80)]]);
  await did(site, 'pusdalops', `${requests}/${request}/cancel`, { reason });
  await walk(site, [
    [409, 'request_cancelled', `${requests}/${request}/update`, update(3)],
    [409, 'request_cancelled', `/mutual-aid/offers/${late}/accept`, accept(boat3)],
  ]);
});

/** At Kotim, Seruyan heard: an agreement, a request, and words for what follows. */
async function lending(site: Site, asker: Neighbour) {
  const agreement = await agreed(site, asker, KOTIM);
  const heard = async () => {
    const request = uuidv7();
    const data = {
      ...asking(site, uuidv7()),
      occurredAt: at(site),
      conversation: request,
      basis: { agreement },
      items: [{ item: '1', kind: 'rubber-boat' as const, quantity: 2 }],
    };
    await takeIn(site, asker, asker.say({ type: 'AidRequested', data }, request));
    return request;
  };
  const offering = (request: string | undefined, resources: string[], changes: object = {}) => ({
    to: SERUYAN,
    ...(request === undefined ? {} : { request }),
    response: 'accept',
    lines: [{ ...(request === undefined ? {} : { item: '1' }), kind: 'rubber-boat', resources }],
    validUntil: at(site, hours(6)),
    ...changes,
  });
  const accepted = (conversation: string, offer: string, lines: AcceptedLine[]) =>
    takeIn(
      site,
      asker,
      asker.say(
        { type: 'OfferAccepted', data: { occurredAt: at(site), conversation, offer, lines } },
        conversation,
      ),
    );
  return { agreement, heard, offering, accepted };
}

test('of the lending half', async ({ kotim: site, asker }) => {
  const offers = '/mutual-aid/offers';
  const [boat, boat2] = [await boatOf(site, 'Perahu 1'), await boatOf(site, 'Perahu 2')];
  const pump = await boatOf(site, 'Pompa', 'water-pump');
  const drone = await boatOf(site, 'Drone', 'drone');
  const early = { to: SERUYAN, response: 'accept', validUntil: at(site, hours(1)) };
  const free = { ...early, lines: [{ kind: 'rubber-boat', resources: [boat] }] };
  await walk(site, [[409, 'agreement_not_in_force', offers, free]]);
  const { heard, offering, accepted } = await lending(site, asker);
  const request = await heard();
  const lines = (kind: string, resources: string[], item = '1') => ({ lines: [{ item, kind, resources }] });
  await walk(site, [
    [422, 'aid_from_oneself', offers, { ...free, to: KOTIM }],
    [422, 'aid_from_stranger', offers, { ...free, to: '31.71' }],
    [404, 'request_unknown', offers, offering(NOWHERE, [boat])],
    [422, 'item_unknown', offers, offering(request, [boat], lines('rubber-boat', [boat], '9'))],
    [422, 'kind_not_asked', offers, offering(request, [pump], lines('water-pump', [pump]))],
    [422, 'kind_mismatch', offers, offering(request, [pump])],
    [422, 'resource_not_ours', offers, offering(request, [NOWHERE])],
    [422, 'resource_twice', offers, offering(request, [boat, boat])],
    [422, 'conditions_missing', offers, offering(request, [boat], { response: 'provisional' })],
    [422, 'ends_before_it_begins', offers, offering(request, [boat], { validUntil: at(site, -hours(1)) })],
    [422, 'kind_not_covered', offers, { ...free, lines: [{ kind: 'drone', resources: [drone] }] }],
    [404, 'request_unknown', `/mutual-aid/requests/${NOWHERE}/decline`, { reason }],
    [404, 'offer_unknown', `${offers}/${NOWHERE}/commit`, {}],
    [400, 'invalid_request', `${offers}/7/commit`, {}],
    [403, 'conversation_of_neighbour', `/mutual-aid/requests/${request}/cancel`, { reason }],
  ]);
  const { now } = site.time;
  site.time.now += hours(13);
  await walk(site, [[422, 'answer_by_passed', offers, offering(request, [boat])]]);
  site.time.now = now;

  const offer = await made(site, 'logistik', offers, offering(request, [boat, boat2]));
  await walk(site, [
    [409, 'offer_not_accepted', `${offers}/${offer}/commit`, {}],
    [409, 'offer_not_accepted', `${offers}/${offer}/refuse`, {}],
    [409, 'already_offered', `/mutual-aid/requests/${request}/decline`, { reason }],
    [
      403,
      'conversation_of_neighbour',
      `${offers}/${offer}/accept`,
      { lines: [{ item: '1', resources: [boat] }] },
    ],
  ]);
  await accepted(request, offer, [{ item: '1', resources: [boat, boat2] }]);
  const term = (until: string) => ({ start: at(site, hours(1)), until });
  await walk(site, [
    [409, 'offer_accepted', `${offers}/${offer}/withdraw`, { reason }],
    [422, 'longer_than_agreed', `${offers}/${offer}/commit`, term(at(site, hours(24 * 15)))],
    [422, 'ends_before_it_begins', `${offers}/${offer}/commit`, term(at(site))],
    [422, 'time_in_future', `${offers}/${offer}/commit`, { occurredAt: at(site, hours(1)) }],
  ]);
  const committed = await did(site, 'kalaksa', `${offers}/${offer}/commit`, {});
  const deployment = (committed['deployments'] as Record<string, string>)[boat] ?? '';
  await walk(site, [[409, 'offer_answered', `${offers}/${offer}/refuse`, {}]]);

  const extension = uuidv7();
  const asked = { occurredAt: at(site), conversation: request, extension, reason };
  const until = at(site, hours(100));
  await takeIn(
    site,
    asker,
    asker.say({ type: 'ExtensionAsked', data: { ...asked, deployments: [deployment], until } }, request),
  );
  const to = `/mutual-aid/conversations/${request}`;
  const answer = (changes: object) => ({ extension, deployment, granted: true, ...changes });
  await walk(site, [
    [404, 'extension_unknown', `${to}/answer-extension`, answer({ extension: NOWHERE })],
    [422, 'longer_than_agreed', `${to}/answer-extension`, answer({ until: at(site, hours(24 * 16)) })],
    [422, 'not_later_than_before', `${to}/answer-extension`, answer({ until: at(site, hours(10)) })],
    [400, 'invalid_request', `${to}/answer-extension`, answer({ granted: false })],
    [404, 'deployment_unknown', `${to}/ask-return`, { deployment: NOWHERE, reason }],
    [404, 'deployment_unknown', `${to}/report-status`, { deployment: NOWHERE, status: 'on-scene' }],
    [422, 'longer_than_agreed', `/deployments/${deployment}/extend`, { until: at(site, hours(24 * 16)) }],
  ]);
  await did(site, 'kalaksa', `${to}/answer-extension`, answer({ granted: false, reason }));
  await walk(site, [[409, 'extension_answered', `${to}/answer-extension`, answer({})]]);

  const declined = await heard();
  await did(site, 'kalaksa', `/mutual-aid/requests/${declined}/decline`, { reason });
  await walk(site, [[409, 'request_declined', offers, offering(declined, [pump], {})]]);
  const cancelled = await heard();
  const data = { occurredAt: at(site), conversation: cancelled, reason };
  await takeIn(site, asker, asker.say({ type: 'AidRequestCancelled', data }, cancelled));
  await walk(site, [[409, 'request_cancelled', offers, offering(cancelled, [boat])]]);

  const spare = await boatOf(site, 'Perahu 3');
  const unasked = await made(site, 'logistik', offers, offering(undefined, [spare]));
  await accepted(unasked, unasked, [{ resources: [spare] }]);
  await walk(site, [[422, 'until_missing', `${offers}/${unasked}/commit`, {}]]);
});

test('a commitment that is refused for its key or its If-Match has reserved nothing', async ({
  kotim: site,
  asker,
}) => {
  const { heard, offering, accepted } = await lending(site, asker);
  const boat = await boatOf(site, 'Perahu 1');
  const request = await heard();
  const key = { 'idempotency-key': 'reused' };
  const offered = await site.send('POST', '/api/v1/mutual-aid/offers', {
    as: 'kalaksa',
    body: offering(request, [boat]),
    headers: key,
  });
  const offer = String(offered.body['id']);
  await accepted(request, offer, [{ item: '1', resources: [boat] }]);
  const path = `/mutual-aid/offers/${offer}/commit`;
  await refused({ site }, path, {}, [409, 'stale_revision'], { 'if-match': '7' });
  await refused({ site }, path, {}, [422, 'idempotency_key_reused'], key);
  assert.equal(resourceAt(site, boat).state, 'available');
  await did(site, 'kalaksa', path, {});
  assert.equal(resourceAt(site, boat).state, 'committed');
});

test('keys: a repetition has its answer on each noun, and another command under the key is refused', async ({
  kotim: site,
  asker,
}) => {
  const { heard, offering } = await lending(site, asker);
  const incident = await site.reported({ place: { district: '62.02.06' } });
  const home = { place: '62.02.06' };
  const [boat, boat2] = [await boatOf(site, 'Perahu 1'), await boatOf(site, 'Perahu 2')];
  const rice = await made(site, 'logistik', '/stocks', { kind: 'rice', home });
  await did(site, 'logistik', `/stocks/${rice}/receive`, { quantity: 100 });
  const until = at(site, hours(5));
  const dispatched = await did(site, 'kalaksa', `/resources/${boat2}/dispatch`, { incident, until });
  const request = await heard();
  const place = { place: '62.02.06' };
  const asked = { ...asking(site, incident), to: SERUYAN, where: place };
  const nouns: [string, object, object][] = [
    ['/resources', { kind: 'rubber-boat', name: 'Perahu', home }, { name: 'Lain' }],
    [`/resources/${boat}/dispatch`, { incident, until }, { until: at(site, hours(6)) }],
    [`/deployments/${String(dispatched['deployment'])}/depart`, {}, { estimatedArrival: until }],
    ['/stocks', { kind: 'rice', home }, { kind: 'blanket' }],
    [`/stocks/${rice}/allot`, { incident, quantity: 5 }, { quantity: 6 }],
    ['/mutual-aid/requests', asked, { durationHours: 24 }],
    ['/mutual-aid/offers', offering(request, [boat]), { validUntil: at(site, hours(3)) }],
    [`/mutual-aid/requests/${await heard()}/decline`, { reason }, { reason: 'Yang lain' }],
  ];
  for (const [path, body, changes] of nouns) {
    const headers = { 'idempotency-key': 'noun' };
    const send = () => site.send('POST', `/api/v1${path}`, { as: 'kalaksa', body, headers });
    const first = await send();
    assert.ok(first.status < 300, `${path}: ${JSON.stringify(first.body)}`);
    const head = await site.ledger.head();
    const again = await send();
    assert.deepEqual([again.status, again.body], [first.status, first.body], path);
    assert.equal(again.headers['etag'], first.headers['etag']);
    assert.equal(await site.ledger.head(), head, path);
    await refused({ site }, path, { ...body, ...changes }, [422, 'idempotency_key_reused'], headers);
  }
});
