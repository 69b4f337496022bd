import { assert, suite, until } from '@siaga/testkit';
import { KOTIM } from './site.ts';
import {
  ask,
  at,
  boatOf,
  did,
  hours,
  made,
  offer,
  openTwoSites,
  resourceAt,
  signAgreement,
  threadAt,
  type TwoSites,
  untilHeard,
} from './two-sites.ts';

const test = suite<{ sites: TwoSites }>('mutual aid between two sites', {} as { sites: TwoSites });
test.before(async (context) => {
  context.sites = await openTwoSites();
});
test.after(({ sites }) => sites.close());

test('before an agreement: resources are registered, nothing of them leaves the site, and nothing can be asked', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  await boatOf(kotim, 'Perahu 0');
  const incident = await seruyan.reported();
  const refused = await seruyan.send('POST', '/api/v1/mutual-aid/requests', {
    as: 'pusdalops',
    body: {
      to: KOTIM,
      incident,
      items: [{ item: '1', kind: 'rubber-boat', quantity: 1 }],
      where: { place: '62.07.05' },
      from: at(seruyan, hours(1)),
      durationHours: 24,
      answerBy: at(seruyan, hours(2)),
    },
  });
  assert.equal(refused.body['code'], 'agreement_not_in_force');
  assert.equal(kotim.cooperation.register.known.withheld.size, 1);
});

test('signed by both, what had been withheld follows', async ({ sites }) => {
  await signAgreement(sites);
  await until('Kotim has shared its boat', () => sites.kotim.cooperation.register.known.withheld.size === 0);
});

test('ask, offer, accept, commit, send, arrive, extend, release, return', async ({ sites }) => {
  const { seruyan, kotim } = sites;
  const [first, second] = [await boatOf(kotim, 'Perahu 1'), await boatOf(kotim, 'Perahu 2')];
  const request = await ask(sites);
  const id = await offer(sites, request, [first, second]);
  await did(seruyan, 'pusdalops', `/mutual-aid/offers/${id}/accept`, {
    lines: [{ item: '1', resources: [first, second] }],
  });
  await untilHeard(kotim, request, 'OfferAccepted');
  await did(kotim, 'kalaksa', `/mutual-aid/offers/${id}/commit`, {});
  await untilHeard(seruyan, request, 'OfferCommitted');
  for (const boat of [first, second]) assert.equal(resourceAt(kotim, boat).state, 'committed');

  const deployments = Object.keys(threadAt(kotim, request)?.deliveries ?? {});
  assert.equal(deployments.length, 2);
  for (const deployment of deployments) {
    await did(kotim, 'trc', `/deployments/${deployment}/depart`, {});
    await did(kotim, 'trc', `/deployments/${deployment}/arrive`, {});
  }
  await until('Seruyan sees both at the scene', () => threadAt(seruyan, request)?.items[0]?.delivered === 2);
  const [one = ''] = deployments;
  await did(seruyan, 'pusdalops', `/mutual-aid/conversations/${request}/ask-extension`, {
    deployments: [one],
    until: at(seruyan, hours(24 * 5)),
    reason: 'Air belum surut',
  });
  await untilHeard(kotim, request, 'ExtensionAsked');
  const [extension = ''] = Object.keys(threadAt(kotim, request)?.conversation.asking.extensions ?? {});
  await did(kotim, 'kalaksa', `/mutual-aid/conversations/${request}/answer-extension`, {
    extension,
    deployment: one,
    granted: true,
  });
  await kotim.cooperation.reactor.settled();
  const extended = [first, second]
    .map((boat) => resourceAt(kotim, boat))
    .find((boat) => 'deployment' in boat && boat.deployment.id === one);
  assert.ok(extended && 'deployment' in extended);
  assert.equal(extended.deployment.until, at(kotim, hours(24 * 5)));

  await did(seruyan, 'pusdalops', `/mutual-aid/conversations/${request}/release-aid`, { deployments });
  await until('both are sent home', () =>
    [first, second].every((boat) => resourceAt(kotim, boat).state === 'released'),
  );
  for (const deployment of deployments) {
    await did(kotim, 'trc', `/deployments/${deployment}/start-return`, {});
    await did(kotim, 'trc', `/deployments/${deployment}/end-return`, { condition: 'Baik' });
  }
  for (const boat of [first, second]) assert.equal(resourceAt(kotim, boat).state, 'available');
  await until('Seruyan knows that it is over', () => threadAt(seruyan, request)?.status === 'ended');
  assert.equal(threadAt(kotim, request)?.status, 'ended');
  const types = (site: typeof kotim) => threadAt(site, request)?.messages.map(({ messageId }) => messageId);
  assert.deepEqual(types(seruyan), types(kotim));
});

test('stock is promised by quantity, handed out in parts, and never more than there is', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  const rice = await made(kotim, 'logistik', '/stocks', { kind: 'rice', home: { place: '62.02.06' } });
  await did(kotim, 'logistik', `/stocks/${rice}/receive`, { quantity: 500 });
  const request = await ask(sites, [{ item: 'beras', kind: 'rice', quantity: 400 }]);
  const id = await offer(sites, request, [], {
    lines: [{ item: 'beras', kind: 'rice', stock: rice, quantity: 400 }],
  });
  await did(seruyan, 'pusdalops', `/mutual-aid/offers/${id}/accept`, {
    lines: [{ item: 'beras', stock: rice, quantity: 300 }],
  });
  await untilHeard(kotim, request, 'OfferAccepted');
  await did(kotim, 'kalaksa', `/mutual-aid/offers/${id}/commit`, {});
  const [commitment = ''] = Object.keys(threadAt(kotim, request)?.deliveries ?? {});
  await did(kotim, 'logistik', `/stocks/${rice}/issue`, { commitment, quantity: 100 });
  await did(kotim, 'logistik', `/stocks/${rice}/issue`, { commitment, quantity: 200 });
  await until('Seruyan has it', () => threadAt(seruyan, request)?.items[0]?.delivered === 300);
  const stock = kotim.cooperation.register.known.stocks.get(rice);
  assert.ok(stock?.status === 'kept');
  assert.equal(stock.onHand, 200);
});
