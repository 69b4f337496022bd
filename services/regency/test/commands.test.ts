import { incidentVerbs, type Permission, permissions, Role } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import { KOTIM, openSite, report, SERUYAN, type Site, VILLAGE } from './site.ts';

const test = suite('commands over HTTP');
let site: Site;
test.before(async () => {
  site = await openSite();
});
test.after(async () => site.close());

const verbBodies: Record<keyof typeof incidentVerbs, object> = {
  verify: {},
  dismiss: { reason: 'no water there' },
  assess: {
    kind: 'update',
    observedAt: '2026-02-03T02:00:00.000Z',
    figures: [{ place: VILLAGE, counts: { affectedPersons: 12, dead: 0, missing: 'pending' } }],
  },
  contain: {},
  close: {},
  reopen: { reason: 'it rose again' },
  merge: { into: '01890000-0000-7000-8000-000000000001', reason: 'a duplicate' },
  unmerge: { reason: 'no duplicate' },
  'declare-same': { regency: KOTIM, incident: '01890000-0000-7000-8000-000000000001' },
  'withdraw-same': {
    regency: KOTIM,
    incident: '01890000-0000-7000-8000-000000000001',
    reason: 'another river',
  },
};

test('the whole life of an incident, each answer with its revision', async () => {
  const made = await site.send('POST', '/api/v1/incidents', { as: 'trc', body: report() });
  assert.equal(made.status, 201);
  const id = String(made.body['id']);
  assert.deepEqual(made.body, { id, revision: 1 });
  assert.equal(made.headers['location'], `/api/v1/incidents/${id}`);
  assert.equal(made.headers['etag'], '"1"');
  const steps = [
    ['verify', 2, 'verified'],
    ['assess', 3, 'active'],
    ['contain', 4, 'contained'],
    ['close', 5, 'closed'],
    ['reopen', 6, 'active'],
    ['declare-same', 7, 'active'],
    ['withdraw-same', 8, 'active'],
  ] as const;
  for (const [verb, revision, status] of steps) {
    const url = `/api/v1/incidents/${id}/${verb}`;
    const answer = await site.send('POST', url, { as: 'pusdalops', body: verbBodies[verb] });
    assert.deepEqual([verb, answer.status, answer.body], [verb, 200, { id, revision }]);
    assert.equal(answer.headers['etag'], `"${revision}"`);
    const { body } = await site.send('GET', `/api/v1/incidents/${id}`);
    assert.deepEqual(body, { id, revision, status });
  }
});

test('events carry actor, both times, hazard, and what caused them', async () => {
  const key = 'metadata-1';
  const { body } = await site.send('POST', '/api/v1/incidents', {
    as: 'trc',
    body: report(),
    headers: { 'idempotency-key': key },
  });
  const id = String(body['id']);
  const account = await site.account('trc');
  for await (const event of site.ledger.read(`incident-${id}`)) {
    assert.equal(event.type, 'siaga.incident.reported.v1');
    const { correlationId, causationId, command, ...rest } = event.metadata as Record<string, unknown>;
    assert.deepEqual(rest, {
      actor: `trc:${account.id}`,
      hazard: 'flood',
      aggregate: id,
      occurredAt: '2026-02-03T01:00:00.000Z',
    });
    assert.equal(correlationId, causationId);
    assert.match(String(correlationId), /^[0-9a-f-]{14}7/);
    assert.equal((command as { key: string }).key, key);
  }
});

test('every role with every command: who may is let through, who may not gets 403 and nothing is appended', async () => {
  const id = await site.reported();
  const routes: [Permission, string, object][] = [
    ['incident.report', '/api/v1/incidents', report()],
    ...Object.entries(verbBodies).map(([verb, body]): [Permission, string, object] => [
      `incident.${verb}` as Permission,
      `/api/v1/incidents/${id}/${verb}`,
      body,
    ]),
    ['accounts.manage', '/api/v1/accounts', { username: 'x', password: 'too short', role: 'trc' }],
  ];
  const covered = routes.map(([permission]) => permission).sort();
  const here = Object.keys(permissions).filter((permission) => /^(incident|accounts)\./.test(permission));
  assert.deepEqual(covered, here.sort(), 'a permission is not walked here');
  for (const [permission, url, body] of routes) {
    for (const role of Role.options) {
      const before = await site.ledger.head();
      const answer = await site.send('POST', url, { as: role, body });
      const may = (permissions[permission] as readonly Role[]).includes(role);
      if (may) assert.notEqual(answer.status, 403, `${role} may ${permission}`);
      else {
        assert.deepEqual([role, permission, answer.status], [role, permission, 403]);
        assert.equal(answer.body['code'], 'role_not_permitted');
        assert.deepEqual(answer.body['allowed'], permissions[permission]);
        assert.equal(await site.ledger.head(), before);
      }
    }
    const nobody = await site.send('POST', url, { body });
    assert.deepEqual([permission, nobody.status, nobody.body['code']], [permission, 401, 'not_signed_in']);
  }
  for (const [method, url] of [
    ['GET', '/api/v1/accounts'],
    ['DELETE', '/api/v1/accounts/01890000-0000-7000-8000-000000000001'],
  ] as const) {
    for (const role of Role.options) {
      const { status } = await site.send(method, url, { as: role });
      assert.equal(status === 403, role !== 'admin', `${role} ${method} ${url}`);
    }
  }
});

const incident = '01890000-0000-7000-8000-00000000dead';
const bad: {
  name: string;
  url?: string;
  body?: unknown;
  raw?: string | Buffer;
  headers?: Record<string, string>;
  status: number;
  code: string;
}[] = [
  { name: 'malformed JSON', raw: '{"hazard": "flood",', status: 400, code: 'malformed_json' },
  { name: 'no body', raw: '', status: 400, code: 'malformed_json' },
  { name: 'a prototype in the body', raw: '{"__proto__": {"a": 1}}', status: 400, code: 'malformed_json' },
  {
    name: 'another content type',
    raw: '<a/>',
    headers: { 'content-type': 'text/xml' },
    status: 415,
    code: 'unsupported_media_type',
  },
  { name: 'a body of 10 MB', raw: Buffer.alloc(10_000_000, 32), status: 413, code: 'body_too_large' },
  { name: 'a list', body: [], status: 400, code: 'invalid_request' },
  { name: 'a wrong type', body: report({ chronology: 7 }), status: 400, code: 'invalid_request' },
  { name: 'an unknown member', body: report({ colour: 'red' }), status: 400, code: 'invalid_request' },
  { name: 'an unknown hazard', body: report({ hazard: 'dragon' }), status: 400, code: 'invalid_request' },
  {
    name: 'a time without offset',
    body: report({ occurredAt: '2026-02-03T01:00:00' }),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'no such day',
    body: report({ occurredAt: '2026-02-30T01:00:00Z' }),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'village and district',
    body: report({ place: { village: VILLAGE, district: '62.07.01' } }),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a latitude of 91',
    body: report({ place: { village: VILLAGE, point: [112, 91] } }),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a key of 101 characters',
    body: report(),
    headers: { 'idempotency-key': 'k'.repeat(101) },
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an unknown village',
    body: report({ place: { village: '62.07.01.2999' } }),
    status: 422,
    code: 'place_unknown',
  },
  {
    name: 'an unknown district',
    body: report({ place: { district: '62.07.99' } }),
    status: 422,
    code: 'place_unknown',
  },
  {
    name: 'a figure of an unknown village',
    body: report({ figures: [{ place: '62.07.01.2999', counts: { dead: 0 } }] }),
    status: 422,
    code: 'place_unknown',
  },
  {
    name: 'it touches an unknown regency',
    body: report({ touches: ['62.99'] }),
    status: 422,
    code: 'place_unknown',
  },
  {
    name: "the neighbour's village",
    body: report({ place: { village: '62.02.11.2001' } }),
    status: 422,
    code: 'place_not_ours',
  },
  {
    name: 'a point in Java',
    body: report({ place: { village: VILLAGE, point: [110.4, -7] } }),
    status: 422,
    code: 'point_outside',
  },
  {
    name: 'longitude and latitude swapped',
    body: report({ place: { village: VILLAGE, point: [-3.4, 89] } }),
    status: 422,
    code: 'point_outside',
  },
  {
    name: 'a time in the future',
    body: report({ occurredAt: '2026-02-03T05:00:00Z' }),
    status: 422,
    code: 'time_in_future',
  },
  {
    name: 'a NIK in the text',
    body: report({ chronology: 'Ibu 6207014107900001 selamat' }),
    status: 422,
    code: 'personal_data_in_text',
  },
  {
    name: 'an unknown incident',
    url: `/api/v1/incidents/${incident}/verify`,
    body: {},
    status: 404,
    code: 'incident_unknown',
  },
  {
    name: 'an id that is none',
    url: '/api/v1/incidents/7/verify',
    body: {},
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an unknown verb',
    url: `/api/v1/incidents/${incident}/explode`,
    body: {},
    status: 404,
    code: 'route_unknown',
  },
  {
    name: 'an If-Match of words',
    url: `/api/v1/incidents/${incident}/verify`,
    body: {},
    headers: { 'if-match': 'latest' },
    status: 400,
    code: 'invalid_request',
  },
];
for (const { name, url = '/api/v1/incidents', status, code, ...request } of bad) {
  test(`${name}: ${status} ${code}, and the ledger as before`, async () => {
    const before = await site.ledger.head();
    const answer = await site.send('POST', url, { as: 'pusdalops', ...request });
    assert.deepEqual([answer.status, answer.body['code']], [status, code]);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.ok(String(answer.body['detail']).length > 5);
    assert.equal(await site.ledger.head(), before);
  });
}

test('refusals of an incident say what would be allowed, and append nothing', async () => {
  const id = await site.reported();
  const other = await site.reported();
  const send = (verb: string, body: object, on = id) =>
    site.send('POST', `/api/v1/incidents/${on}/${verb}`, { as: 'pusdalops', body });
  const before = await site.ledger.head();
  const close = await send('close', {});
  assert.deepEqual([close.status, close.body['code']], [409, 'not_allowed_in_status']);
  assert.match(String(close.body['detail']), /contained.*reported/);
  const correction = {
    kind: 'correction',
    reason: 'mistyped',
    figures: [{ place: VILLAGE, counts: { dead: 1 } }],
  };
  assert.equal((await send('assess', correction)).body['code'], 'nothing_to_correct');
  assert.equal((await send('merge', { into: id, reason: 'itself' })).body['code'], 'merge_into_itself');
  const nowhere = await send('merge', { into: incident, reason: 'unknown' });
  assert.deepEqual([nowhere.status, nowhere.body['code']], [409, 'merge_target_unfit']);
  const ours = { regency: SERUYAN, incident: other };
  assert.equal((await send('declare-same', ours)).body['code'], 'same_needs_neighbour');
  const strangers = { regency: '31.71', incident: other };
  assert.equal((await send('declare-same', strangers)).body['code'], 'same_needs_neighbour');
  assert.equal(await site.ledger.head(), before);
});

test('an id in capitals is the same incident', async () => {
  const id = await site.reported();
  const url = `/api/v1/incidents/${id.toUpperCase()}/verify`;
  assert.deepEqual((await site.send('POST', url, { as: 'pusdalops', body: {} })).body, { id, revision: 2 });
});

test('what is already so answers the revision as it is and appends nothing', async () => {
  const id = await site.reported();
  const verify = () => site.send('POST', `/api/v1/incidents/${id}/verify`, { as: 'kalaksa', body: {} });
  assert.deepEqual((await verify()).body, { id, revision: 2 });
  const before = await site.ledger.head();
  assert.deepEqual((await verify()).body, { id, revision: 2 });
  assert.equal(await site.ledger.head(), before);
});

test('If-Match: the seen revision goes through, another is 409 stale_revision with the current one', async () => {
  const id = await site.reported();
  const send = (verb: string, ifMatch: string) =>
    site.send('POST', `/api/v1/incidents/${id}/${verb}`, {
      as: 'pusdalops',
      body: {},
      headers: { 'if-match': ifMatch },
    });
  assert.equal((await send('verify', '"1"')).status, 200);
  const before = await site.ledger.head();
  const stale = await send('contain', '1');
  assert.deepEqual(
    [stale.status, stale.body['code'], stale.body['currentRevision']],
    [409, 'stale_revision', 2],
  );
  assert.equal(await site.ledger.head(), before);
  assert.deepEqual((await send('contain', '2')).body, { id, revision: 3 });
});

test('of two who saw the same revision one gets through', async () => {
  const id = await site.reported();
  const send = (verb: string, body: object) =>
    site.send('POST', `/api/v1/incidents/${id}/${verb}`, {
      as: 'pusdalops',
      body,
      headers: { 'if-match': '"1"' },
    });
  const answers = await Promise.all([send('verify', {}), send('dismiss', { reason: 'no water' })]);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 409]));
});

test('forty at once on one incident all get through, in forty revisions', async () => {
  const id = await site.reported();
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      site.send('POST', `/api/v1/incidents/${id}/assess`, {
        as: 'trc',
        body: { ...verbBodies.assess, figures: [{ place: VILLAGE, counts: { affectedPersons: 100 + n } }] },
      }),
    ),
  );
  assert.ok(answers.every(({ status }) => status === 200));
  const revisions = answers.map(({ body }) => Number(body['revision'])).sort((a, b) => a - b);
  assert.deepEqual(
    revisions,
    Array.from({ length: 40 }, (_, n) => n + 2),
  );
});

test('a into b and b into a at once: one merge succeeds', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [a, b] = [await site.reported(), await site.reported()];
    const merge = (from: string, into: string) =>
      site.send('POST', `/api/v1/incidents/${from}/merge`, {
        as: 'pusdalops',
        body: { into, reason: 'a duplicate' },
      });
    const answers = await Promise.all([merge(a, b), merge(b, a)]);
    const codes = answers.map(({ status, body }) => body['code'] ?? status);
    assert.deepEqual(codes.map(String).sort(), ['200', 'merge_target_unfit']);
  }
});

test('GET /api/v1/site tells which site this is to whoever asks', async () => {
  const { status, body } = await site.send('GET', '/api/v1/site');
  assert.equal(status, 200);
  assert.deepEqual(body, {
    regency: { code: '62.07', name: 'Kabupaten Seruyan' },
    neighbours: [{ code: '62.02', name: 'Kabupaten Kotawaringin Timur' }],
    now: '2026-02-03T04:05:06.789Z',
    version: '0',
    demo: false,
  });
});

test('the OpenAPI document has every command with its tag and summary', async () => {
  const { body } = await site.send('GET', '/docs/json');
  const paths = body['paths'] as Record<string, Record<string, { tags: string[]; summary: string }>>;
  for (const verb of Object.keys(incidentVerbs)) {
    const operation = paths[`/api/v1/incidents/{id}/${verb}`]?.['post'];
    assert.deepEqual(operation?.tags, ['incidents'], verb);
    assert.ok(operation?.summary);
  }
  for (const path of ['/api/v1/sessions', '/api/v1/sessions/current', '/api/v1/accounts', '/api/v1/site']) {
    assert.ok(paths[path], path);
  }
});

test('a closed ledger is 503 ledger_unavailable with Retry-After', async () => {
  const broken = await openSite();
  try {
    await broken.token('pusdalops');
    await broken.ledger.close();
    const answer = await broken.send('POST', '/api/v1/incidents', { as: 'pusdalops', body: report() });
    assert.deepEqual([answer.status, answer.body['code']], [503, 'ledger_unavailable']);
    assert.ok(Number(answer.headers['retry-after']) > 0);
  } finally {
    await broken.close();
  }
});
