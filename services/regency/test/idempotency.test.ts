import { assert, suite } from '@siaga/testkit';
import { openSite, report, type Site } from './site.ts';

const test = suite('idempotency');
let site: Site;
test.before(async () => {
  site = await openSite();
});
test.after(async () => site.close());

const keyed = (key: string) => ({ 'idempotency-key': key });
const reportWith = (key: string, body: object = report(), on = site) =>
  on.send('POST', '/api/v1/incidents', { as: 'pusdalops', body, headers: keyed(key) });

test('a report sent again is one incident and one answer', async () => {
  const first = await reportWith('once');
  const head = await site.ledger.head();
  const again = await reportWith('once');
  assert.deepEqual([again.status, again.body], [201, first.body]);
  assert.equal(await site.ledger.head(), head);
});

test('thirty at once with one key have one effect and one answer', async () => {
  const before = await site.ledger.head();
  const answers = await Promise.all(Array.from({ length: 30 }, () => reportWith('at once')));
  assert.deepEqual(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size, 1);
  assert.equal(answers[0]?.status, 201);
  assert.equal(await site.ledger.head(), before + 1);

  const url = `/api/v1/incidents/${String(answers[0]?.body['id'])}/verify`;
  const verify = () =>
    site.send('POST', url, { as: 'pusdalops', body: { note: 'seen' }, headers: keyed('verify at once') });
  const verified = await Promise.all(Array.from({ length: 30 }, verify));
  assert.ok(verified.every(({ status, body }) => status === 200 && body['revision'] === 2));
  assert.equal(await site.ledger.head(), before + 2);
});

test('a key with another command is 422 idempotency_key_reused', async () => {
  const { body } = await reportWith('reused');
  const head = await site.ledger.head();
  const other = await reportWith('reused', report({ chronology: 'Another river.' }));
  assert.deepEqual([other.status, other.body['code']], [422, 'idempotency_key_reused']);
  const url = `/api/v1/incidents/${String(body['id'])}`;
  const send = (verb: string, note: string) =>
    site.send('POST', `${url}/${verb}`, { as: 'pusdalops', body: { note }, headers: keyed('verb') });
  assert.equal((await send('verify', 'seen')).status, 200);
  assert.equal((await send('verify', 'seen again')).body['code'], 'idempotency_key_reused');
  assert.equal((await send('contain', 'seen')).body['code'], 'idempotency_key_reused');
  assert.equal(await site.ledger.head(), head + 1);
});

test('blanks and the order of members make no other command', async () => {
  const { chronology, hazard, ...rest } = report();
  const first = await reportWith('order', { chronology, hazard, ...rest });
  const raw = JSON.stringify({ ...rest, hazard, chronology }, undefined, 4);
  const again = await site.send('POST', '/api/v1/incidents', {
    as: 'pusdalops',
    raw,
    headers: keyed('order'),
  });
  assert.deepEqual(again.body, first.body);
});

test("a key is its account's own", async () => {
  const mine = await reportWith('own');
  const theirs = await site.send('POST', '/api/v1/incidents', {
    as: 'kalaksa',
    body: report(),
    headers: keyed('own'),
  });
  assert.equal(theirs.status, 201);
  assert.notEqual(theirs.body['id'], mine.body['id']);
  // On one incident, too: the second account's command is another one, not a key used again.
  const url = `/api/v1/incidents/${String(mine.body['id'])}/assess`;
  const assess = (as: 'pusdalops' | 'kalaksa', cause: string) =>
    site.send('POST', url, {
      as,
      body: { kind: 'update', observedAt: '2026-02-03T02:00:00Z', details: { cause } },
      headers: keyed('own assessment'),
    });
  assert.equal((await assess('pusdalops', 'rain')).body['revision'], 2);
  assert.equal((await assess('kalaksa', 'a broken dyke')).body['revision'], 3);
});

test('a repetition gets its answer though others changed the incident since, and whatever If-Match says', async () => {
  const { body } = await reportWith('since');
  const id = String(body['id']);
  const verify = () =>
    site.send('POST', `/api/v1/incidents/${id}/verify`, {
      as: 'pusdalops',
      body: {},
      headers: { ...keyed('since'), 'if-match': '"1"' },
    });
  // The report had the same key on the same stream, but was another command.
  assert.equal((await verify()).body['code'], 'idempotency_key_reused');
  const contain = () =>
    site.send('POST', `/api/v1/incidents/${id}/verify`, {
      as: 'pusdalops',
      body: {},
      headers: { ...keyed('since, verified'), 'if-match': '"1"' },
    });
  assert.deepEqual((await contain()).body, { id, revision: 2 });
  await site.send('POST', `/api/v1/incidents/${id}/contain`, { as: 'pusdalops', body: {} });
  assert.deepEqual((await contain()).body, { id, revision: 2 });
  assert.equal((await site.send('GET', `/api/v1/incidents/${id}`)).body['revision'], 3);
});

test('a refused command leaves no trace under its key', async () => {
  const future = report({ occurredAt: '2026-02-03T06:00:00Z' });
  assert.equal((await reportWith('refused', future)).body['code'], 'time_in_future');
  assert.equal((await reportWith('refused')).status, 201);
});

test('two sites processes on one ledger: one effect, one answer', async () => {
  const other = await openSite({ dir: site.dir });
  try {
    for (let round = 0; round < 10; round += 1) {
      const key = `both ${round}`;
      const before = await site.ledger.head();
      const answers = await Promise.all([reportWith(key), reportWith(key, report(), other)]);
      assert.deepEqual(answers[0].body, answers[1].body);
      assert.equal(answers[0].status, 201);
      assert.equal(await site.ledger.head(), before + 1);
    }
  } finally {
    await other.close({ keep: true });
  }
});

test('after a restart the answer is the same', async () => {
  const first = await reportWith('restart');
  const head = await site.ledger.head();
  await site.close({ keep: true });
  site = await openSite({ dir: site.dir });
  const again = await reportWith('restart');
  assert.deepEqual([again.status, again.body], [201, first.body]);
  assert.equal(await site.ledger.head(), head);
});
