/** Agreements, sharing overrides and emergency statuses over HTTP, the neighbour heard through the inbox. */
import { type AgreementDocument, agreementStream } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { hashOfDocument } from '../src/index.ts';
import { drafted, type Neighbour, openNeighbour, takeIn } from './neighbour.ts';
import { refused } from './refused.ts';
import { KOTIM, openSite, SERUYAN, type Site } from './site.ts';
import { at, did, documentOf, hours, made } from './two-sites.ts';

interface Context {
  /** Seruyan's. */
  site: Site;
  kotim: Neighbour;
}
const test = suite<Context>('agreements over HTTP', {} as Context);
test.before(async (context) => {
  context.site = await openSite();
  context.kotim = openNeighbour(KOTIM, context.site.time);
});
test.after(({ site }) => site.close());

const NOWHERE = '01900000-0000-7000-8000-000000000000';
const OTHER_HASH = 'f'.repeat(64);

/** A draft of Seruyan's, Kotim's answers heard through the inbox. */
async function talks({ site, kotim }: Context, terms: object = {}) {
  const document = documentOf(site, terms);
  const id = await made(site, 'pusdalops', '/agreements', { counterpart: KOTIM, document });
  const occurredAt = at(site);
  const text = { version: 1, hash: hashOfDocument(document) };
  const says = (...events: Parameters<Neighbour['say']>[0][]) =>
    takeIn(site, kotim, ...events.map((event) => kotim.say(event, id)));
  const act = (verb: string, body: object) => did(site, 'kalaksa', `/agreements/${id}/${verb}`, body);
  return {
    id,
    document,
    text,
    act,
    says,
    /** Both finalise and sign a text, Kotim first. */
    conclude: async (what = text) => {
      await says({ type: 'AgreementFinalised', data: { occurredAt, ...what } });
      await act('finalise', what);
      await says({ type: 'AgreementSigned', data: { occurredAt, ...what, signedOn: '2026-02-03' } });
      await act('sign', what);
    },
    state: () => site.cooperation.register.known.agreements.get(id) ?? {},
  };
}

test('drafted, proposed on by both, revised, made final, approved, signed, and in force', async (context) => {
  const { site } = context;
  const { id, document, act, says, state } = await talks(context, { burdensBudget: true });
  const reworded = 'Biaya ditanggung masing-masing.';
  const proposed = await act('propose', {
    change: 'reword',
    version: 1,
    clause: 'biaya',
    text: reworded,
    reason: 'Anggaran terbatas',
  });
  assert.deepEqual(proposed, { id, revision: 2 });
  const theirs = uuidv7();
  await says({
    type: 'ClauseProposed',
    data: {
      occurredAt: at(site),
      proposal: theirs,
      change: 'add',
      version: 1,
      clause: 'waktu',
      heading: 'Waktu',
      text: 'Dua minggu.',
      reason: 'Belum ada batas waktu',
    },
  });
  await did(site, 'logistik', `/agreements/${id}/comment`, {
    version: 1,
    clause: 'waktu',
    text: 'Terlalu singkat',
  });
  const ours = state()[SERUYAN]?.proposals[0]?.proposal;
  assert.ok(ours);
  await act('decline', { proposal: theirs, reason: 'Sudah ada di ketentuan' });
  const [maksud] = document.clauses;
  const second = {
    ...document,
    clauses: [maksud, { id: 'biaya', heading: 'Biaya', text: reworded }],
  };
  await act('revise', { kind: 'revision', document: second, adopts: [ours] });
  const text = { version: 2, hash: hashOfDocument(second) };
  await act('finalise', text);
  await says({ type: 'AgreementFinalised', data: { occurredAt: at(site), ...text } });
  await act('approve-dprd', { ...text, decision: 'DPRD 12/2026', decidedOn: '2026-02-02' });
  await act('sign', text);
  assert.equal(site.cooperation.register.grants(at(site)).classes.size, 0, 'Kotim has not signed');
  await says({ type: 'AgreementSigned', data: { occurredAt: at(site), ...text, signedOn: '2026-02-03' } });
  const { grants } = site.cooperation.register.grants(at(site));
  assert.deepEqual(
    grants.map((grant) => [grant.class, grant.reference]),
    [
      ['mutual-aid', { agreement: id }],
      ['resources', { agreement: id }],
    ],
  );
  const types: string[] = [];
  for await (const { type } of site.ledger.read(agreementStream(id))) types.push(type.split('.')[2] ?? '');
  assert.deepEqual(types, [
    'drafted',
    'clause-proposed',
    'clause-commented',
    'proposal-declined',
    'revised',
    'finalised',
    'dprd-approved',
    'signed',
  ]);
  await act('terminate', { reason: 'Selesai' });
  assert.equal(site.cooperation.register.grants(at(site)).classes.size, 0);
});

test('what both have signed is changed by an addendum, and lasts longer by an extension', async (context) => {
  const { site } = context;
  const { id, document, act, conclude } = await talks(context);
  await conclude();
  const wider = {
    ...document,
    terms: { ...document.terms, resourceKinds: ['drone', ...document.terms.resourceKinds] },
  };
  await act('revise', { kind: 'addendum', document: wider });
  await conclude({ version: 2, hash: hashOfDocument(wider) });
  const longer = { ...wider, terms: { ...wider.terms, to: '2027-06-30' } };
  await act('revise', { kind: 'extension', document: longer });
  const basis = () => site.cooperation.register.basisWith(KOTIM, at(site), ['drone']);
  assert.deepEqual(basis()?.kinds, wider.terms.resourceKinds);
  const before = basis()?.until;
  await conclude({ version: 3, hash: hashOfDocument(longer) });
  assert.equal(basis()?.until, '2027-06-30T17:00:00.000Z');
  assert.ok(before !== undefined && before < '2027-06-30');
  await act('terminate', { reason: 'Selesai', effectiveAt: at(site, hours(1)) });
  assert.equal(basis()?.until, at(site, hours(1)));
  assert.deepEqual(basis()?.reference, { agreement: id });
  await act('terminate', { reason: 'Selesai sekarang' });
  assert.equal(basis(), undefined);
});

test('a document that the neighbour sends under the hash of another is found out when it is made final', async ({
  site,
  kotim,
}) => {
  const document = documentOf(site) as AgreementDocument;
  const honest = hashOfDocument(document);
  const occurredAt = at(site);
  const id = uuidv7();
  const changed = { ...document, terms: { ...document.terms, whoPays: 'lending' as const } };
  await takeIn(
    site,
    kotim,
    kotim.say(
      {
        type: 'AgreementDrafted',
        data: { occurredAt, counterpart: SERUYAN, version: 1, document: changed, hash: honest },
      },
      id,
    ),
  );
  const before = await site.ledger.head();
  for (const hash of [honest, hashOfDocument(changed)]) {
    for (const verb of ['finalise', 'sign']) {
      const { status, body } = await site.send('POST', `/api/v1/agreements/${id}/${verb}`, {
        as: 'kalaksa',
        body: { version: 1, hash },
      });
      assert.deepEqual([status, body['code']], [409, 'hash_differs']);
      assert.deepEqual([body['owners'], body['computed']], [honest, hashOfDocument(changed)]);
      for (const one of [hash, honest, hashOfDocument(changed)])
        assert.ok(String(body['detail']).includes(one));
    }
  }
  assert.equal(await site.ledger.head(), before);
});

test('overrides: declared for a reason, seen in what is shared, and ended', async ({ site }) => {
  const body = { classes: ['resources'], reason: 'Banjir besar', until: at(site, hours(48)) };
  const first = await site.send('POST', '/api/v1/sharing-overrides', { as: 'kalaksa', body });
  assert.equal(first.status, 201);
  const id = String(first.body['id']);
  assert.deepEqual([...site.cooperation.register.grants(at(site)).classes], ['resources']);
  const ended = await did(site, 'kalaksa', `/sharing-overrides/${id}/end`, { reason: 'Surut' });
  assert.deepEqual(ended, { id, revision: 2 });
  assert.deepEqual(await did(site, 'kalaksa', `/sharing-overrides/${id}/end`, { reason: 'Surut' }), ended);
  assert.equal(site.cooperation.register.grants(at(site)).classes.size, 0);
});

test('emergency statuses: siaga, tanggap in its middle, extended, inability, transisi, ended', async ({
  site,
}) => {
  const declare = (level: string, decree: string, from: string, to: string) =>
    did(site, 'kalaksa', '/emergency-statuses', {
      hazard: 'flood',
      level,
      decree,
      area: ['62.07.01', '62.07.05'],
      from,
      to,
    });
  const id = `${SERUYAN}-flood`;
  assert.deepEqual(await declare('siaga', 'SK 1/2026', '2026-02-01', '2026-02-20'), { id, revision: 1 });
  await declare('tanggap', 'SK 2/2026', '2026-02-03', '2026-02-10');
  await did(site, 'kalaksa', `/emergency-statuses/${id}/extend`, {
    decree: 'SK 3/2026',
    extends: 'SK 2/2026',
    to: '2026-02-17',
  });
  await did(site, 'kalaksa', `/emergency-statuses/${id}/state-inability`, {
    letter: '360/1/2026',
    text: 'Melampaui kemampuan kami.',
  });
  await declare('transisi', 'SK 4/2026', '2026-02-04', '2026-03-10');
  const ended = await did(site, 'kalaksa', `/emergency-statuses/${id}/end`, { reason: 'Pulih' });
  assert.deepEqual(ended, { id, revision: 6 });
});

test('each refusal of an agreement has its code and a sentence, and appends nothing', async (context) => {
  const { site, kotim } = context;
  const document = documentOf(site);
  const draft = (changes: object, counterpart = KOTIM) => ({
    counterpart,
    document: { ...document, ...changes },
  });
  const terms = (changes: object) => ({ terms: { ...document.terms, ...changes } });
  const onDraft: [number, string, unknown][] = [
    [422, 'agreement_needs_neighbour', draft({}, SERUYAN)],
    [422, 'agreement_needs_neighbour', draft({}, '31.71')],
    [422, 'personal_data_in_text', draft({ title: 'Hubungi 081234567890' })],
    [422, 'ends_before_it_begins', draft(terms({ from: '2026-03-01', to: '2026-02-28' }))],
    [422, 'period_in_past', draft(terms({ from: '2025-03-01', to: '2026-02-02' }))],
    [
      422,
      'contact_not_a_party',
      draft(terms({ contacts: [{ regency: '31.71', office: 'Pusdalops', channel: 'Radio' }] })),
    ],
    [400, 'invalid_request', draft({ clauses: [] })],
    [400, 'invalid_request', draft(terms({ dataClasses: ['public'] }))],
    [400, 'invalid_request', draft(terms({ from: '2026-02-30' }))],
  ];
  for (const [status, code, body] of onDraft) await refused(context, '/agreements', body, [status, code]);

  const open = await talks(context, { burdensBudget: true });
  const { text } = open;
  const clause = { version: 1, clause: 'biaya' };
  const reason = 'Karena perlu';
  await open.act('propose', { ...clause, change: 'reword', text: 'Lain.', reason });
  const settled = uuidv7();
  await open.says({
    type: 'ClauseProposed',
    data: { occurredAt: at(site), proposal: settled, change: 'remove', version: 1, clause: 'maksud', reason },
  });
  await open.act('decline', { proposal: settled, reason });
  const at1 = `/agreements/${open.id}`;
  const decided = { decision: 'DPRD 1/2026', decidedOn: '2026-02-02' };
  const whileOpen: [number, string, string, unknown][] = [
    [409, 'nothing_to_amend', 'revise', { kind: 'addendum', document }],
    [404, 'proposal_unknown', 'revise', { kind: 'revision', document, adopts: [NOWHERE] }],
    [409, 'proposal_settled', 'revise', { kind: 'revision', document, adopts: [settled] }],
    [404, 'proposal_unknown', 'decline', { proposal: NOWHERE, reason }],
    [404, 'version_unknown', 'finalise', { ...text, version: 2 }],
    [409, 'hash_differs', 'finalise', { ...text, hash: OTHER_HASH }],
    [404, 'clause_unknown', 'propose', { version: 1, clause: 'lain', change: 'remove', reason }],
    [409, 'clause_exists', 'propose', { ...clause, change: 'add', heading: 'Biaya', text: 'Biaya.', reason }],
    [
      422,
      'proposal_changes_nothing',
      'propose',
      { ...clause, change: 'reword', text: 'Biaya ditanggung peminta.', reason },
    ],
    [404, 'clause_unknown', 'comment', { version: 1, clause: 'lain', text: 'Apa ini?' }],
    [422, 'personal_data_in_text', 'comment', { ...clause, text: 'NIK 6207014107900001' }],
    [409, 'not_finalised', 'sign', text],
    [409, 'not_finalised', 'approve-dprd', { ...text, ...decided }],
    [422, 'termination_in_past', 'terminate', { reason, effectiveAt: at(site, -hours(1)) }],
    [400, 'invalid_request', 'terminate', { reason: 'x' }],
    [400, 'invalid_request', 'sign', { version: 1 }],
  ];
  for (const [status, code, verb, body] of whileOpen) {
    await refused(context, `${at1}/${verb}`, body, [status, code]);
  }
  await open.says({ type: 'AgreementFinalised', data: { occurredAt: at(site), ...text } });
  await open.act('finalise', text);
  await refused(context, `${at1}/sign`, text, [409, 'dprd_approval_missing']);
  const tomorrow = { ...text, ...decided, decidedOn: '2026-02-04' };
  await refused(context, `${at1}/approve-dprd`, tomorrow, [422, 'time_in_future']);
  await open.act('revise', { kind: 'revision', document: { ...document, title: 'Judul baru' } });
  await refused(context, `${at1}/finalise`, text, [409, 'version_outdated']);

  const signed = await talks(context);
  await signed.conclude();
  const at2 = `/agreements/${signed.id}`;
  const to = signed.document.terms.to;
  const whenSigned: [number, string, string, unknown][] = [
    [409, 'amend_by_addendum', 'revise', { kind: 'revision', document }],
    [422, 'extension_not_longer', 'revise', { kind: 'extension', document: signed.document }],
    [
      422,
      'extension_changes_terms',
      'revise',
      { kind: 'extension', document: { ...document, ...terms({ to: '2028-01-01', whoPays: 'each-own' }) } },
    ],
    [422, 'dprd_not_needed', 'approve-dprd', { ...signed.text, ...decided }],
  ];
  for (const [status, code, verb, body] of whenSigned) {
    await refused(context, `${at2}/${verb}`, body, [status, code]);
  }
  await signed.act('terminate', { reason });
  for (const [verb, body] of [
    ['comment', { ...clause, text: 'Masih perlu?' }],
    ['revise', { kind: 'addendum', document }],
  ] as const) {
    await refused(context, `${at2}/${verb}`, body, [409, 'agreement_terminated']);
  }

  const { agreement: theirs, sign } = await drafted(site, kotim, SERUYAN);
  await takeIn(site, kotim, sign());
  await refused(context, `/agreements/${theirs}/revise`, { kind: 'revision', document }, [403, 'owner_only']);
  await refused(context, `/agreements/${theirs}/decline`, { proposal: settled, reason }, [403, 'owner_only']);
  const { agreement: others } = await drafted(site, kotim, '31.71');
  await refused(context, `/agreements/${others}/finalise`, text, [403, 'not_a_party']);
  await refused(context, `/agreements/${NOWHERE}/finalise`, text, [404, 'agreement_unknown']);
  await refused(context, '/agreements/7/finalise', text, [400, 'invalid_request']);
  await refused(context, `${at1}/explode`, {}, [404, 'route_unknown']);

  const ending = await talks(context, { to: '2026-02-03' });
  await ending.conclude();
  const { now } = site.time;
  site.time.now = Date.parse('2026-02-03T17:00:00.000Z');
  await refused(context, `/agreements/${ending.id}/comment`, { ...clause, text: 'Masih?' }, [
    409,
    'agreement_expired',
  ]);
  site.time.now = now;
  assert.ok(to > '2026-02-03');
});

test('each refusal of an override has its code and a sentence, and appends nothing', async (context) => {
  const { site } = context;
  const path = '/sharing-overrides';
  const body = (changes: object) => ({
    classes: ['mutual-aid'],
    reason: 'Banjir besar',
    from: at(site, hours(100)),
    until: at(site, hours(124)),
    ...changes,
  });
  const id = await made(site, 'kalaksa', path, body({}));
  const declared: [number, string, object][] = [
    [422, 'override_too_long', body({ until: at(site, hours(100 + 14 * 24 + 1)) })],
    [422, 'ends_before_it_begins', body({ until: at(site, hours(99)) })],
    [422, 'period_in_past', body({ from: at(site, -hours(1)) })],
    [409, 'override_stands', body({ until: at(site, hours(130)) })],
    [422, 'personal_data_in_text', body({ reason: 'Hubungi 081234567890' })],
    [400, 'invalid_request', body({ classes: ['local'] })],
    [400, 'invalid_request', body({ reason: '  ' })],
  ];
  for (const [status, code, sent] of declared) await refused(context, path, sent, [status, code]);
  const reason = { reason: 'Surut lagi' };
  await refused(context, `${path}/${NOWHERE}/end`, reason, [404, 'override_unknown']);
  await refused(context, `${path}/x/end`, reason, [400, 'invalid_request']);
  const { now } = site.time;
  site.time.now += hours(125);
  await refused(context, `${path}/${id}/end`, reason, [409, 'override_over']);
  site.time.now = now;
});

test('each refusal of an emergency status has its code and a sentence, and appends nothing', async (context) => {
  const { site } = context;
  const path = '/emergency-statuses';
  const body = (changes: object = {}) => ({
    hazard: 'drought',
    level: 'tanggap',
    decree: 'SK 10/2026',
    area: ['62.07.01'],
    from: '2026-02-03',
    to: '2026-02-10',
    ...changes,
  });
  const drought = `${path}/${SERUYAN}-drought`;
  await refused(context, `${drought}/end`, { reason: 'Hujan' }, [409, 'no_status_stands']);
  await refused(context, path, body({ level: 'transisi' }), [409, 'transisi_needs_tanggap']);
  await made(site, 'kalaksa', path, body());
  const later = { decree: 'SK 11/2026' };
  const declared: [number, string, object][] = [
    [422, 'siaga_needs_slow_onset', body({ ...later, hazard: 'earthquake', level: 'siaga' })],
    [409, 'decree_exists', body({ from: '2026-02-05' })],
    [422, 'place_unknown', body({ ...later, area: ['62.07.99'] })],
    [422, 'place_not_ours', body({ ...later, area: ['62.02.06'] })],
    [422, 'ends_before_it_begins', body({ ...later, from: '2026-02-12', to: '2026-02-11' })],
    [422, 'period_in_past', body({ ...later, from: '2026-01-12', to: '2026-01-13' })],
    [409, 'level_not_higher', body({ ...later, level: 'siaga' })],
    [409, 'level_not_higher', body({ ...later, from: '2026-02-05', to: '2026-03-11' })],
    [422, 'begins_before_standing', body({ ...later, level: 'transisi', from: '2026-02-01' })],
    [422, 'personal_data_in_text', body({ decree: 'NIK 6207014107900001' })],
    [400, 'invalid_request', body({ level: 'awas' })],
  ];
  for (const [status, code, sent] of declared) await refused(context, path, sent, [status, code]);
  const extend = { decree: 'SK 12/2026', extends: 'SK 10/2026', to: '2026-02-20' };
  const inability = { letter: '360/2/2026', text: 'Melampaui kemampuan.' };
  const verbs: [number, string, string, object][] = [
    [404, 'decree_unknown', 'extend', { ...extend, extends: 'SK 99/2026' }],
    [409, 'decree_exists', 'extend', { ...extend, decree: 'SK 10/2026' }],
    [422, 'extension_not_longer', 'extend', { ...extend, to: '2026-02-10' }],
    [404, 'decree_unknown', 'end', { ends: 'SK 99/2026', reason: 'Hujan' }],
  ];
  for (const [status, code, verb, sent] of verbs) {
    await refused(context, `${drought}/${verb}`, sent, [status, code]);
  }
  const transisi = { ...later, level: 'transisi', from: '2026-02-04', to: '2026-03-10' };
  await made(site, 'kalaksa', path, body(transisi));
  await refused(context, `${drought}/extend`, extend, [409, 'status_superseded']);
  const { now } = site.time;
  site.time.now += hours(24);
  await refused(context, `${drought}/extend`, extend, [409, 'status_over']);
  await refused(context, `${drought}/state-inability`, inability, [409, 'inability_needs_tanggap']);
  site.time.now = now;
  for (const id of [`${KOTIM}-flood`, `${SERUYAN}-dragon`]) {
    await refused(context, `${path}/${id}/end`, { reason: 'Hujan' }, [404, 'emergency_status_unknown']);
  }
  await refused(context, `${path}/7/end`, { reason: 'Hujan' }, [400, 'invalid_request']);
});

test('keys and If-Match: a repetition has its answer, another command under the key is refused, what is stale too', async (context) => {
  const { site } = context;
  const keyed = (url: string, key: string, body: unknown, more: object = {}) =>
    site.send('POST', `/api/v1${url}`, {
      as: 'kalaksa',
      body,
      headers: { 'idempotency-key': key, ...more },
    });
  const document = documentOf(site);
  const until = { reason: 'Banjir', from: at(site, hours(300)), until: at(site, hours(310)) };
  const decree = { hazard: 'tidal-surge', level: 'siaga', decree: 'SK 20/2026', area: ['62.07.01'] };
  const nouns: [string, object, object][] = [
    ['/agreements', { counterpart: KOTIM, document }, { document: { ...document, title: 'Yang lain' } }],
    ['/sharing-overrides', { classes: ['resources'], ...until }, { classes: ['mutual-aid'] }],
    ['/emergency-statuses', { ...decree, from: '2026-02-03', to: '2026-02-09' }, { to: '2026-02-08' }],
  ];
  for (const [url, body, changes] of nouns) {
    const first = await keyed(url, 'noun', body);
    assert.equal(first.status, 201, JSON.stringify(first.body));
    const head = await site.ledger.head();
    const again = await keyed(url, 'noun', body);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal(again.headers['etag'], first.headers['etag']);
    const reused = await keyed(url, 'noun', { ...body, ...changes });
    assert.deepEqual([reused.status, reused.body['code']], [422, 'idempotency_key_reused'], url);
    assert.equal(await site.ledger.head(), head);
  }
  const { id } = await talks(context);
  const comment = { version: 1, clause: 'biaya', text: 'Siapa yang membayar?' };
  const first = await keyed(`/agreements/${id}/comment`, 'verb', comment, { 'if-match': '"1"' });
  assert.deepEqual(first.body, { id, revision: 2 });
  const again = await keyed(`/agreements/${id}/comment`, 'verb', comment, { 'if-match': '"1"' });
  assert.deepEqual(again.body, { id, revision: 2 });
  const head = await site.ledger.head();
  const stale = await keyed(`/agreements/${id}/comment`, 'later', comment, { 'if-match': '1' });
  assert.deepEqual(
    [stale.status, stale.body['code'], stale.body['currentRevision']],
    [409, 'stale_revision', 2],
  );
  const other = { ...comment, text: 'Berapa?' };
  const reused = await keyed(`/agreements/${id}/comment`, 'verb', other);
  assert.equal(reused.body['code'], 'idempotency_key_reused');
  assert.equal(await site.ledger.head(), head);
});

test('who may not is refused before anything is read, and nothing is appended', async ({ site }) => {
  const before = await site.ledger.head();
  const paths: [string, 'trc' | 'logistik' | 'pusdalops' | 'admin'][] = [
    ['/agreements', 'logistik'],
    [`/agreements/${NOWHERE}/sign`, 'pusdalops'],
    [`/agreements/${NOWHERE}/comment`, 'trc'],
    ['/sharing-overrides', 'pusdalops'],
    [`/sharing-overrides/${NOWHERE}/end`, 'admin'],
    ['/emergency-statuses', 'logistik'],
    [`/emergency-statuses/${SERUYAN}-flood/end`, 'pusdalops'],
  ];
  for (const [path, as] of paths) {
    const { status, body } = await site.send('POST', `/api/v1${path}`, { as, body: {} });
    assert.ok(status === 403 && body['code'] === 'role_not_permitted', `${path}: ${JSON.stringify(body)}`);
    const nobody = await site.send('POST', `/api/v1${path}`, { body: {} });
    assert.deepEqual([nobody.status, nobody.body['code']], [401, 'not_signed_in']);
  }
  assert.equal(await site.ledger.head(), before);
});
