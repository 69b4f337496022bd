/** EDXL-RM 1.0 messages taken in over HTTP, made as the neighbour's system and ours make them. */
import {
  type AidEvent,
  aidOfferStream,
  aidRequestStream,
  type AidThreadView,
  foldAid,
  type Role,
} from '@siaga/domain';
import { edxlOf, MAX_LENGTH, toEdxl } from '@siaga/edxl';
import { readLast } from '@siaga/ledger';
import { assert, suite } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { agreed, type Neighbour, openNeighbour, takeIn } from './neighbour.ts';
import { type Answer, KOTIM, openSite, SERUYAN, type Site } from './site.ts';
import { at, boatOf, did, hours, threadAt, resourceAt } from './two-sites.ts';

interface Context {
  /** Who asks, and what it hears of Kotim. */
  seruyan: Site;
  lender: Neighbour;
  /** Who lends, and what it hears of Seruyan. */
  kotim: Site;
  asker: Neighbour;
  agreement: string;
}
const test = suite<Context>('EDXL-RM messages taken in', {} as Context);
test.before(async (context) => {
  const [seruyan, kotim] = await Promise.all([openSite(), openSite({ regency: KOTIM })]);
  const [lender, asker] = [openNeighbour(KOTIM, seruyan.time), openNeighbour(SERUYAN, kotim.time)];
  const agreement = await agreed(seruyan, lender, SERUYAN);
  await agreed(kotim, asker, KOTIM);
  Object.assign(context, { seruyan, kotim, lender, asker, agreement });
});
test.after(async ({ seruyan, kotim }) => {
  await seruyan.close();
  await kotim.close();
});

const post = (site: Site, as: Role | undefined, raw: string, type = 'application/xml'): Promise<Answer> =>
  site.send('POST', '/api/v1/mutual-aid/edxl-rm', {
    ...(as ? { as } : {}),
    raw,
    headers: { 'content-type': type },
  });

/** What `by` would say next in a conversation, as a message of another system that has this site's thread. */
function messageOf(view: AidThreadView | undefined, by: string, event: AidEvent, id = uuidv7()): string {
  const place = { regency: by, sequence: 1_000_000, recordedAt: event.data.occurredAt };
  const after = foldAid(view, event, place, id);
  const said = after?.messages.find(({ messageId }) => messageId === id);
  assert.ok(after && said);
  const message = edxlOf(after, said, (regency) => `Pusdalops BPBD ${regency}`);
  assert.ok(message);
  return toEdxl(message);
}
/** Posts it twice: one effect, one answer. Answers how many events there are of it. */
async function twice(site: Site, as: Role, xml: string): Promise<{ body: Answer['body']; events: number }> {
  const before = await site.ledger.head();
  const first = await post(site, as, xml);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  await site.cooperation.reactor.settled();
  const head = await site.ledger.head();
  const again = await post(site, as, xml);
  await site.cooperation.reactor.settled();
  assert.deepEqual([again.status, again.body], [200, first.body]);
  assert.equal(await site.ledger.head(), head, 'the second time nothing');
  return { body: first.body, events: head - before };
}

const requestOf = (site: Site, agreement: string, conversation = uuidv7(), incident = uuidv7()) =>
  ({
    type: 'AidRequested',
    data: {
      occurredAt: at(site),
      conversation,
      to: KOTIM,
      incident,
      items: [{ item: '1', kind: 'rubber-boat', quantity: 2 }],
      where: { place: '62.07.05', name: 'Dermaga' },
      from: at(site, hours(1)),
      durationHours: 48,
      answerBy: at(site, hours(12)),
      note: 'Warga terjebak',
      basis: { agreement },
    },
  }) satisfies AidEvent;

test('the asker’s half: request, update, accept, ask for more time and for the status, release, agree to a return, cancel', async (context) => {
  const { seruyan: site, lender, agreement } = context;
  const incident = await site.reported();
  const asked = requestOf(site, agreement, undefined, incident);
  const sent = messageOf(undefined, SERUYAN, asked);
  const { body, events } = await twice(site, 'pusdalops', sent);
  assert.deepEqual([body['did'], body['revision'], body['unused'], events], ['request', 1, [], 1]);
  const id = String(body['id']);
  const last = await readLast(site.ledger, aidRequestStream(id));
  assert.deepEqual(last?.data, { ...asked.data, conversation: id });

  // Its sender knows it by its own id, and names that in what follows.
  const [first] = threadAt(site, id)?.messages ?? [];
  const [, named = ''] = /<(?:\w+:)?MessageID>([^<]+)</.exec(sent) ?? [];
  const say = (event: AidEvent) =>
    messageOf(threadAt(site, id), SERUYAN, event).replaceAll(first?.messageId ?? 'none', named);
  const common = { occurredAt: at(site), conversation: id };
  const hear = (event: AidEvent, aggregate: string) => takeIn(site, lender, lender.say(event, aggregate));
  const { items, where, from, answerBy } = asked.data;
  const update = { version: 2, items, where, from, durationHours: 72, answerBy };
  await twice(site, 'pusdalops', say({ type: 'AidRequestUpdated', data: { ...common, ...update } }));
  assert.equal(threadAt(site, id)?.conversation.asking.request?.durationHours, 72);

  const [offer, boat, deployment, recall] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
  await hear(
    {
      type: 'OfferMade',
      data: {
        ...common,
        offer,
        to: SERUYAN,
        request: id,
        requestVersion: 2,
        response: 'accept',
        lines: [{ item: '1', kind: 'rubber-boat', resources: [boat] }],
        validUntil: at(site, hours(6)),
        basis: { agreement },
      },
    },
    offer,
  );
  const lines = [{ item: '1', resources: [boat] }];
  await twice(site, 'kalaksa', say({ type: 'OfferAccepted', data: { ...common, offer, lines } }));
  assert.equal(threadAt(site, id)?.offers[0]?.status, 'accepted');
  await hear(
    {
      type: 'OfferCommitted',
      data: {
        ...common,
        offer,
        lines: [{ item: '1', kind: 'rubber-boat', deployments: [{ deployment, resource: boat }] }],
        start: from,
        until: at(site, hours(73)),
        latest: at(site, hours(24 * 14)),
        basis: { agreement },
      },
    },
    offer,
  );
  const deployments = [deployment];
  const until = at(site, hours(100));
  const verbs: [string, AidEvent][] = [
    [
      'askExtension',
      {
        type: 'ExtensionAsked',
        data: { ...common, extension: uuidv7(), deployments, until, reason: 'Belum surut' },
      },
    ],
    ['askStatus', { type: 'StatusAsked', data: { ...common, enquiry: uuidv7(), deployments } }],
    ['release', { type: 'AidReleased', data: { ...common, deployments, reason: 'Cukup' } }],
  ];
  for (const [verb, event] of verbs) {
    const taken = await twice(site, 'pusdalops', say(event));
    assert.deepEqual([taken.body['did'], taken.body['id'], taken.events], [verb, id, 1]);
  }
  await hear(
    { type: 'ReturnAsked', data: { ...common, recall, deployment, reason: 'Banjir di sini' } },
    offer,
  );
  const agrees: AidEvent = { type: 'ReturnAnswered', data: { ...common, recall, deployment, agreed: true } };
  assert.equal((await twice(site, 'pusdalops', say(agrees))).body['did'], 'answerReturn');
  const cancelled: AidEvent = { type: 'AidRequestCancelled', data: { ...common, reason: 'Sudah surut' } };
  assert.equal((await twice(site, 'pusdalops', say(cancelled))).body['did'], 'cancel');
  assert.equal(threadAt(site, id)?.conversation.asking.request?.cancelled, 'Sudah surut');
});

test('the lender’s half: offer, withdraw, decline, answer an extension, call home, report', async (context) => {
  const { kotim: site, asker, agreement } = context;
  const heardRequest = async () => {
    const event = requestOf(site, agreement);
    await takeIn(site, asker, asker.say(event, event.data.conversation));
    return event.data.conversation;
  };
  const boat = await boatOf(site, 'Perahu 1');
  const id = await heardRequest();
  const common = { occurredAt: at(site), conversation: id };
  const say = (event: AidEvent, conversation = id) => messageOf(threadAt(site, conversation), KOTIM, event);
  const offering = (offer: string, lines: [{ item?: string; kind: 'rubber-boat'; resources: string[] }]) =>
    ({
      type: 'OfferMade',
      data: {
        ...common,
        offer,
        to: SERUYAN,
        response: 'accept',
        lines,
        validUntil: at(site, hours(6)),
        basis: { agreement },
      },
    }) satisfies AidEvent;
  const answer = offering(uuidv7(), [{ item: '1', kind: 'rubber-boat', resources: [boat] }]);
  const made = await twice(
    site,
    'logistik',
    say({ ...answer, data: { ...answer.data, request: id, requestVersion: 1 } }),
  );
  const offer = String(made.body['id']);
  assert.deepEqual([made.body['did'], made.events], ['offer', 1]);
  assert.equal((await readLast(site.ledger, aidOfferStream(offer)))?.revision, 1);

  const lines = [{ item: '1', resources: [boat] }];
  await takeIn(site, asker, asker.say({ type: 'OfferAccepted', data: { ...common, offer, lines } }, id));
  // Ids of deployments are this site's to give, whatever the message calls them.
  const called = { deployment: uuidv7(), resource: boat };
  const committed = await twice(
    site,
    'kalaksa',
    say({
      type: 'OfferCommitted',
      data: {
        ...common,
        offer,
        lines: [{ item: '1', kind: 'rubber-boat', deployments: [called] }],
        start: at(site, hours(1)),
        until: at(site, hours(49)),
        latest: at(site, hours(300)),
        basis: { agreement },
      },
    }),
  );
  assert.deepEqual([committed.body['did'], committed.events], ['commit', 2], 'the boat, and the word of it');
  assert.equal(resourceAt(site, boat).state, 'committed');
  const [deployment = ''] = Object.keys(threadAt(site, id)?.deliveries ?? {});
  const [extension, enquiry] = [uuidv7(), uuidv7()];
  await takeIn(
    site,
    asker,
    asker.say(
      {
        type: 'ExtensionAsked',
        data: { ...common, extension, deployments: [deployment], until: at(site, hours(90)), reason: 'Lagi' },
      },
      id,
    ),
    asker.say({ type: 'StatusAsked', data: { ...common, enquiry, deployments: [deployment] } }, id),
  );
  const until = at(site, hours(90));
  const granted = await twice(
    site,
    'kalaksa',
    say({ type: 'ExtensionAnswered', data: { ...common, extension, deployment, granted: true, until } }),
  );
  assert.deepEqual(
    [granted.body['did'], granted.events],
    ['answerExtension', 2],
    'and the boat stays longer',
  );
  const report: AidEvent = {
    type: 'StatusReported',
    data: { ...common, deployment, enquiry, status: 'committed', note: 'Siap berangkat' },
  };
  assert.equal((await twice(site, 'trc', say(report))).body['did'], 'reportStatus');
  const recall: AidEvent = {
    type: 'ReturnAsked',
    data: { ...common, recall: uuidv7(), deployment, reason: 'Banjir di sini' },
  };
  assert.equal((await twice(site, 'kalaksa', say(recall))).body['did'], 'askReturn');

  const leaking = await boatOf(site, 'Perahu bocor');
  const asked = await heardRequest();
  const inAsked = { occurredAt: at(site), conversation: asked };
  const { id: promised } = await did(site, 'logistik', '/mutual-aid/offers', {
    to: SERUYAN,
    request: asked,
    response: 'accept',
    lines: [{ item: '1', kind: 'rubber-boat', resources: [leaking] }],
    validUntil: at(site, hours(6)),
  });
  const taken = { ...inAsked, offer: String(promised), lines: [{ item: '1', resources: [leaking] }] };
  await takeIn(site, asker, asker.say({ type: 'OfferAccepted', data: taken }, asked));
  const refusal: AidEvent = {
    type: 'CommitRefused',
    data: { ...inAsked, offer: String(promised), reason: 'not-available', note: 'Bocor' },
  };
  assert.equal((await twice(site, 'kalaksa', say(refusal, asked))).body['did'], 'refuse');
  assert.equal(threadAt(site, asked)?.offers[0]?.status, 'refused');

  const second = await heardRequest();
  const declined: AidEvent = {
    type: 'AidRequestDeclined',
    data: { ...common, conversation: second, requestVersion: 1, reason: 'Kami juga banjir' },
  };
  assert.equal((await twice(site, 'kalaksa', say(declined, second))).body['did'], 'decline');

  const spare = await boatOf(site, 'Perahu 2');
  const own = uuidv7();
  const unasked = offering(own, [{ kind: 'rubber-boat', resources: [spare] }]);
  const xml = messageOf(undefined, KOTIM, { ...unasked, data: { ...unasked.data, conversation: own } });
  const offered = await twice(site, 'logistik', xml);
  const conversation = String(offered.body['id']);
  assert.equal(offered.body['did'], 'offer');
  const withdrawn: AidEvent = {
    type: 'OfferWithdrawn',
    data: { ...common, conversation, offer: conversation, reason: 'Dipakai sendiri' },
  };
  assert.equal((await twice(site, 'logistik', say(withdrawn, conversation))).body['did'], 'withdraw');
  assert.equal(threadAt(site, conversation)?.status, 'withdrawn');
});

test('what can’t be taken in is a problem that names the element, and appends nothing', async (context) => {
  const { seruyan: site, agreement } = context;
  const incident = await site.reported();
  const good = messageOf(undefined, SERUYAN, requestOf(site, agreement, undefined, incident));
  const nobodys = requestOf(site, agreement, undefined, uuidv7());
  const view = threadOfStrangers(site, agreement);
  const accepted = messageOf(view, SERUYAN, {
    type: 'OfferAccepted',
    data: {
      occurredAt: at(site),
      conversation: view.id,
      offer: view.offers[0]?.id ?? '',
      lines: [{ item: '1', resources: [uuidv7()] }],
    },
  });
  const edited = (from: string | RegExp, to: string) => {
    const xml = good.replace(from, to);
    assert.notEqual(xml, good, String(from));
    return xml;
  };
  const bad: [string, number, string, string | undefined, string, string?][] = [
    ['JSON', 415, 'unsupported_media_type', undefined, '{}', 'application/json'],
    ['no XML', 422, 'edxl_invalid', 'not_well_formed', 'Please send boats'],
    ['nothing', 422, 'edxl_invalid', 'not_well_formed', ''],
    ['half a message', 422, 'edxl_invalid', 'not_well_formed', good.slice(0, good.length / 2)],
    [
      'a DTD',
      422,
      'edxl_invalid',
      'dtd_not_allowed',
      good.replace(/^(<\?xml[^>]*\?>)?/, '$1<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    ],
    ['an entity', 422, 'edxl_invalid', 'entity_not_allowed', edited('Warga', '&warga;')],
    ['too much', 413, 'body_too_large', undefined, good + ' '.repeat(MAX_LENGTH)],
    [
      'another document',
      422,
      'edxl_invalid',
      'message_type_unknown',
      '<feed xmlns="http://www.w3.org/2005/Atom"/>',
    ],
    ['another kind', 422, 'edxl_invalid', 'value_not_allowed', edited('rubber-boat', 'submarine')],
    ['no such item count', 422, 'edxl_invalid', 'value_not_allowed', edited(/>2</, '>a few<')],
    ['an unknown conversation', 422, 'edxl_invalid', 'reference_unknown', accepted],
    ['an unknown incident', 404, 'incident_unknown', undefined, messageOf(undefined, SERUYAN, nobodys)],
  ];
  for (const [name, status, code, reason, xml, type] of bad) {
    const before = await site.ledger.head();
    const answer = await post(site, 'pusdalops', xml, type);
    const said = JSON.stringify(answer.body);
    assert.deepEqual([name, answer.status, answer.body['code']], [name, status, code], said);
    assert.equal(answer.body['reason'], reason, said);
    if (code === 'edxl_invalid') assert.match(String(answer.body['element']), /^\//);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.ok(!said.includes('root:'));
    assert.equal(await site.ledger.head(), before, name);
  }
});

/** A conversation that this site has never heard of. */
function threadOfStrangers(site: Site, agreement: string): AidThreadView {
  const request = requestOf(site, agreement);
  const { conversation } = request.data;
  const place = (sequence: number, regency: string) => ({ regency, sequence, recordedAt: at(site) });
  const asked = foldAid(undefined, request, place(1, SERUYAN), uuidv7());
  const offer = uuidv7();
  const made: AidEvent = {
    type: 'OfferMade',
    data: {
      occurredAt: at(site),
      conversation,
      offer,
      to: SERUYAN,
      request: conversation,
      requestVersion: 1,
      response: 'accept',
      lines: [{ item: '1', kind: 'rubber-boat', resources: [uuidv7()] }],
      validUntil: at(site, hours(6)),
      basis: { agreement },
    },
  };
  const view = foldAid(asked, made, place(1, KOTIM), uuidv7());
  assert.ok(view);
  return view;
}

test('who may not send the command may not send its message; what the neighbour has to say is not taken for ours', async (context) => {
  const { seruyan, kotim, asker, agreement } = context;
  const incident = await seruyan.reported();
  const xml = messageOf(undefined, SERUYAN, requestOf(seruyan, agreement, undefined, incident));
  const before = await seruyan.ledger.head();
  for (const role of ['trc', 'logistik', 'admin'] as const) {
    const { status, body } = await post(seruyan, role, xml);
    assert.deepEqual([status, body['code']], [403, 'role_not_permitted'], role);
  }
  assert.equal((await post(seruyan, undefined, xml)).body['code'], 'not_signed_in');
  assert.equal(await seruyan.ledger.head(), before);

  const asked = requestOf(kotim, agreement);
  const id = asked.data.conversation;
  await takeIn(kotim, asker, asker.say(asked, id));
  const head = await kotim.ledger.head();
  const cancelled: AidEvent = {
    type: 'AidRequestCancelled',
    data: { occurredAt: at(kotim), conversation: id, reason: 'Surut' },
  };
  const theirs = await post(kotim, 'pusdalops', messageOf(threadAt(kotim, id), SERUYAN, cancelled));
  assert.deepEqual([theirs.status, theirs.body['code']], [403, 'conversation_of_neighbour']);
  assert.equal(await kotim.ledger.head(), head);
});
