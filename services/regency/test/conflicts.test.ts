/** What both sites want at once, with the link cut and healed between them. */
import { assert, suite, until } from '@siaga/testkit';
import { openCooperation } from '../src/index.ts';
import { KOTIM, type Site } from './site.ts';
import { keysOf } from './keys.ts';
import {
  ask,
  at,
  boatOf,
  did,
  heardAt,
  hours,
  offer,
  openTwoSites,
  resourceAt,
  signAgreement,
  threadAt,
  type TwoSites,
  untilHeard,
} from './two-sites.ts';

const test = suite<{ sites: TwoSites; agreement: string }>(
  'conflicts over a cut link',
  {} as { sites: TwoSites; agreement: string },
);
test.before(async (context) => {
  context.sites = await openTwoSites();
  context.agreement = await signAgreement(context.sites);
});
test.after(({ sites }) => sites.close());

/** Both sides act while neither hears the other. */
const apart = async ({ topology }: TwoSites, work: () => Promise<unknown>) => {
  const { link } = topology.site(KOTIM);
  link.cut();
  await work();
  link.heal();
};
const accept = (site: Site, id: string, resources: string[]) =>
  did(site, 'pusdalops', `/mutual-aid/offers/${id}/accept`, { lines: [{ item: '1', resources }] });
const commit = (site: Site, id: string) => did(site, 'kalaksa', `/mutual-aid/offers/${id}/commit`, {});
const offered = (site: Site, request: string, id: string) =>
  threadAt(site, request)?.offers.find((one) => one.id === id);
const bothSay = async ({ seruyan, kotim }: TwoSites, request: string, id: string, status: string) => {
  await until(`both say ${status}`, () =>
    [seruyan, kotim].every((site) => offered(site, request, id)?.status === status),
  );
  const order = (site: Site) => threadAt(site, request)?.messages.map(({ messageId }) => messageId);
  assert.deepEqual(order(seruyan), order(kotim));
};
/** Deployed for Seruyan under an offer that is accepted and committed; answers the deployment. */
const lent = async (sites: TwoSites, boat: string): Promise<{ request: string; deployment: string }> => {
  const request = await ask(sites, [{ item: '1', kind: 'rubber-boat', quantity: 1 }]);
  const id = await offer(sites, request, [boat]);
  await accept(sites.seruyan, id, [boat]);
  await untilHeard(sites.kotim, request, 'OfferAccepted');
  const { deployments } = await commit(sites.kotim, id);
  await untilHeard(sites.seruyan, request, 'OfferCommitted');
  return { request, deployment: (deployments as Record<string, string>)[boat] ?? '' };
};

test('both want the same boat: the owner’s ledger decides, and the asker is told that it is not to be had', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  const boat = await boatOf(kotim, 'Diperebutkan');
  const request = await ask(sites, [{ item: '1', kind: 'rubber-boat', quantity: 1 }]);
  const id = await offer(sites, request, [boat]);
  await apart(sites, async () => {
    await accept(seruyan, id, [boat]);
    const incident = await kotim.reported({ place: { district: '62.02.06' } });
    await did(kotim, 'pusdalops', `/resources/${boat}/dispatch`, { incident, until: at(kotim, hours(10)) });
  });
  await bothSay(sites, request, id, 'refused');
  assert.equal(offered(seruyan, request, id)?.refused?.reason, 'not-available');
  const state = resourceAt(kotim, boat);
  assert.ok('deployment' in state && state.deployment.task.for === 'own');
});

test('a boat that is sent elsewhere after it was accepted: the asker is told at once, and a restart tells it no second time', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  const boat = await boatOf(kotim, 'Dipakai sendiri');
  const request = await ask(sites, [{ item: '1', kind: 'rubber-boat', quantity: 1 }]);
  const id = await offer(sites, request, [boat]);
  await accept(seruyan, id, [boat]);
  await untilHeard(kotim, request, 'OfferAccepted');
  await did(kotim, 'logistik', `/resources/${boat}/take-out-of-service`, { reason: 'Bocor' });
  await did(kotim, 'logistik', `/resources/${boat}/back-in-service`, {});
  assert.equal(offered(kotim, request, id)?.status, 'accepted', 'what may be mended is left to a person');
  const incident = await kotim.reported({ place: { district: '62.02.06' } });
  await did(kotim, 'pusdalops', `/resources/${boat}/dispatch`, { incident, until: at(kotim, hours(10)) });
  await bothSay(sites, request, id, 'refused');
  const { ledger, time } = kotim;
  const head = await ledger.head();
  const again = openCooperation({
    regency: KOTIM,
    ledger,
    keys: keysOf(kotim.dir, KOTIM),
    clock: () => time.now,
  });
  await again.reactor.settled();
  await again.stop();
  assert.equal(await ledger.head(), head);
});

test('an offer is withdrawn while it is being accepted: the withdrawal stands, and the acceptance is refused', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  const boat = await boatOf(kotim, 'Ditarik');
  const request = await ask(sites);
  const id = await offer(sites, request, [boat]);
  await apart(sites, async () => {
    await accept(seruyan, id, [boat]);
    await did(kotim, 'logistik', `/mutual-aid/offers/${id}/withdraw`, { reason: 'Dipakai sendiri' });
  });
  await bothSay(sites, request, id, 'refused');
  assert.equal(offered(seruyan, request, id)?.refused?.reason, 'withdrawn');
  assert.equal(resourceAt(kotim, boat).state, 'available');
});

test('a request is cancelled while the boat is on the way: it is told to turn, and comes home', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  const boat = await boatOf(kotim, 'Berbalik');
  const { request, deployment } = await lent(sites, boat);
  await apart(sites, async () => {
    await did(kotim, 'trc', `/deployments/${deployment}/depart`, {});
    await did(seruyan, 'pusdalops', `/mutual-aid/requests/${request}/cancel`, { reason: 'Air surut' });
  });
  await until('the boat is told to turn', () => resourceAt(kotim, boat).state === 'released');
  await did(kotim, 'trc', `/deployments/${deployment}/end-return`, {});
  await until('both say that it is over', () =>
    [seruyan, kotim].every((site) => threadAt(site, request)?.status === 'cancelled'),
  );
  assert.equal(threadAt(seruyan, request)?.deliveries[deployment]?.state, 'returned');
});

test('an extension and a recall cross: the owner’s recall wins', async ({ sites }) => {
  const { seruyan, kotim } = sites;
  const boat = await boatOf(kotim, 'Dipanggil pulang');
  const { request, deployment } = await lent(sites, boat);
  await did(kotim, 'trc', `/deployments/${deployment}/depart`, {});
  await apart(sites, async () => {
    await did(seruyan, 'pusdalops', `/mutual-aid/conversations/${request}/ask-extension`, {
      deployments: [deployment],
      until: at(seruyan, hours(24 * 6)),
      reason: 'Masih perlu',
    });
    await did(kotim, 'kalaksa', `/mutual-aid/conversations/${request}/ask-return`, {
      deployment,
      reason: 'Banjir di Sampit',
    });
  });
  await untilHeard(seruyan, request, 'ExtensionAnswered');
  const answers = Object.values(threadAt(seruyan, request)?.conversation.lending.extensionAnswers ?? {});
  assert.deepEqual(answers, [{ granted: false, reason: 'recalled' }]);
  const [recall = ''] = Object.keys(threadAt(seruyan, request)?.conversation.lending.recalls ?? {});
  await did(seruyan, 'pusdalops', `/mutual-aid/conversations/${request}/answer-return`, {
    recall,
    agreed: true,
  });
  await until('it is sent home', () => resourceAt(kotim, boat).state === 'released');
});

test('the same acceptance arrives twice: it has one effect', async ({ sites }) => {
  const { seruyan, kotim } = sites;
  const boat = await boatOf(kotim, 'Dua kali');
  const request = await ask(sites);
  const id = await offer(sites, request, [boat]);
  await apart(sites, async () => {
    const body = { lines: [{ item: '1', resources: [boat] }] };
    const headers = { 'idempotency-key': 'twice' };
    const path = `/api/v1/mutual-aid/offers/${id}/accept`;
    const first = await seruyan.send('POST', path, { as: 'pusdalops', body, headers });
    const again = await seruyan.send('POST', path, { as: 'pusdalops', body, headers });
    assert.deepEqual(again.body, first.body);
    // And without the key, from another who did not see that it was done.
    assert.equal((await seruyan.send('POST', path, { as: 'kalaksa', body })).status, 200);
  });
  await untilHeard(kotim, request, 'OfferAccepted');
  await commit(kotim, id);
  await commit(kotim, id);
  await bothSay(sites, request, id, 'committed');
  for (const type of ['OfferAccepted', 'OfferCommitted']) {
    assert.equal(heardAt(seruyan, request).filter((one) => one === type).length, 1);
  }
});

test('Kotim accepts after the answer-by time: the offer is refused, an unsolicited one is not', async ({
  sites,
}) => {
  const { kotim, seruyan } = sites;
  const boat = await boatOf(kotim, 'Terlambat');
  const request = await ask(sites, undefined, { answerBy: at(seruyan, hours(1)) });
  kotim.time.now += hours(2);
  const body = {
    to: '62.07',
    response: 'accept',
    lines: [{ item: '1', kind: 'rubber-boat', resources: [boat] }],
    validUntil: at(kotim, hours(6)),
  };
  const late = await kotim.send('POST', '/api/v1/mutual-aid/offers', {
    as: 'logistik',
    body: { ...body, request },
  });
  assert.equal(late.status, 422);
  assert.equal(late.body['code'], 'answer_by_passed');
  const [line] = body.lines;
  const { item: _, ...unasked } = line ?? {};
  const free = await kotim.send('POST', '/api/v1/mutual-aid/offers', {
    as: 'logistik',
    body: { ...body, lines: [unasked] },
  });
  assert.equal(free.status, 201);
  kotim.time.now -= hours(2);
});

test('an acceptance that arrives after the offer has expired is refused as too late', async ({ sites }) => {
  const { kotim, seruyan } = sites;
  const boat = await boatOf(kotim, 'Kedaluwarsa');
  const request = await ask(sites);
  const id = await offer(sites, request, [boat], { validUntil: at(kotim, hours(1)) });
  await apart(sites, async () => {
    await accept(seruyan, id, [boat]);
    kotim.time.now += hours(2);
    seruyan.time.now += hours(2);
  });
  await bothSay(sites, request, id, 'refused');
  assert.equal(offered(seruyan, request, id)?.refused?.reason, 'too-late');
});

test('3 of 5 pumps from two offers, and no sixth', async ({ sites }) => {
  const { kotim, seruyan } = sites;
  const pumps: string[] = [];
  for (let number = 1; number <= 6; number += 1)
    pumps.push(await boatOf(kotim, `Pompa ${number}`, 'water-pump'));
  const request = await ask(sites, [{ item: '1', kind: 'water-pump', quantity: 5 }]);
  const of = (resources: string[]) => ({ lines: [{ item: '1', kind: 'water-pump', resources }] });
  const first = await offer(sites, request, [], of(pumps.slice(0, 2)));
  const second = await offer(sites, request, [], of(pumps.slice(2, 6)));
  await apart(sites, async () => {
    await accept(seruyan, first, pumps.slice(0, 2));
    await accept(seruyan, second, pumps.slice(2, 3));
  });
  await until(
    'Kotim heard both',
    () => heardAt(kotim, request).filter((type) => type === 'OfferAccepted').length === 2,
  );
  await commit(kotim, first);
  await commit(kotim, second);
  await bothSay(sites, request, second, 'committed');
  assert.deepEqual(threadAt(seruyan, request)?.items[0], {
    item: '1',
    kind: 'water-pump',
    asked: 5,
    offered: 6,
    accepted: 3,
    committed: 3,
    delivered: 0,
  });
  const third = await offer(sites, request, [], of(pumps.slice(3, 6)));
  const more = await seruyan.send('POST', `/api/v1/mutual-aid/offers/${third}/accept`, {
    as: 'pusdalops',
    body: { lines: [{ item: '1', resources: pumps.slice(3, 6) }] },
  });
  assert.equal(more.body['code'], 'more_than_asked');
});

test('the agreement ends while a boat is out: it comes home under the old terms, and nothing new begins', async ({
  sites,
  agreement,
}) => {
  const { kotim, seruyan } = sites;
  const boat = await boatOf(kotim, 'Masih di luar');
  const { request, deployment } = await lent(sites, boat);
  const id = await (async () => {
    const other = await boatOf(kotim, 'Belum dijanjikan');
    const asked = await ask(sites);
    const made = await offer(sites, asked, [other]);
    return { asked, made, other };
  })();
  await did(kotim, 'trc', `/deployments/${deployment}/depart`, {});
  await apart(sites, async () => {
    await did(kotim, 'kalaksa', `/agreements/${agreement}/terminate`, { reason: 'Anggaran habis' });
    await accept(seruyan, id.made, [id.other]);
  });
  // Accepted before the end was heard of; the lender promises nothing more.
  await bothSay(sites, id.asked, id.made, 'refused');
  assert.equal(offered(seruyan, id.asked, id.made)?.refused?.reason, 'agreement-ended');
  await until(
    'Seruyan knows that it ended',
    () => seruyan.cooperation.register.grants(at(seruyan)).grants.length === 0,
  );
  for (const verb of ['arrive', 'release', 'start-return', 'end-return']) {
    await did(kotim, verb === 'release' ? 'kalaksa' : 'trc', `/deployments/${deployment}/${verb}`, {});
  }
  await until(
    'Seruyan saw it come home',
    () => threadAt(seruyan, request)?.deliveries[deployment]?.state === 'returned',
  );
  const refused = await kotim.send('POST', '/api/v1/mutual-aid/offers', {
    as: 'logistik',
    body: {
      to: '62.07',
      response: 'accept',
      lines: [{ kind: 'rubber-boat', resources: [boat] }],
      validUntil: at(kotim, hours(6)),
    },
  });
  assert.equal(refused.body['code'], 'agreement_not_in_force');
});
