import { EventMetadata, hotspotStream, type Role } from '@siaga/domain';
import { readLast } from '@siaga/ledger';
import { assert, suite } from '@siaga/testkit';
import { VIIRS, viirs, viirsRow } from './firms-files.ts';
import { startSite, type TestSite } from './site.ts';

let site: TestSite;
const test = suite('POST /api/v1/hazards/hotspots');
test.before.each(async () => {
  site = await startSite();
});
test.after.each(() => site.stop());

const mixed = viirs(
  { latitude: '-2.5', longitude: '112.2' },
  { latitude: '-2.5', longitude: '112.204' },
  { latitude: '95' },
  { latitude: '-2.5', longitude: '112.95' },
  { acq_time: '1201' },
  { acq_date: '2026-02-30' },
);

test('answers what was added, known, outside and rejected; the same file again adds nothing', async () => {
  const rejected = [
    { line: 4, reason: 'latitude "95" is not between -90 and 90', raw: viirsRow({ latitude: '95' }) },
    {
      line: 7,
      reason: 'acq_date "2026-02-30" is no date like 2026-08-17',
      raw: viirsRow({ acq_date: '2026-02-30' }),
    },
  ];
  assert.deepEqual(await site.post(mixed), {
    status: 200,
    body: { read: 4, added: 3, known: 0, outside: 1, rejected, groups: 2 },
  });
  const head = await site.ledger.head();
  assert.deepEqual(await site.post(mixed), {
    status: 200,
    body: { read: 4, added: 0, known: 3, outside: 1, rejected, groups: 0 },
  });
  assert.equal(await site.ledger.head(), head);
  assert.equal(site.quarantine.list({ limit: 10 }).total, 2);
});
test('a pixel of the future is rejected; a clock that is a minute ahead is not', async () => {
  const { body } = await site.post(viirs({ acq_time: '1201' }, { acq_time: '1202' }));
  assert.equal(body['read'], 1);
  assert.deepEqual(body['rejected'], [
    { line: 3, reason: '2026-08-17T12:02:00.000Z lies in the future', raw: viirsRow({ acq_time: '1202' }) },
  ]);
});
test('events say who took them in', async () => {
  await site.post(viirs({}), 'admin');
  const event = await readLast(site.ledger, hotspotStream('62.07', '2026-08-17'));
  assert.equal(EventMetadata.parse(event?.metadata).actor, `admin:${site.idOf('admin')}`);
});
test('takes application/octet-stream and a charset too', async () => {
  assert.equal((await site.post(viirs({}), 'pusdalops', 'application/octet-stream')).status, 200);
  assert.equal((await site.post(viirs({}), 'pusdalops', 'text/csv; charset=utf-8')).status, 200);
});
test('a file that is none of FIRMS is refused and says what is missing', async () => {
  const { status, body } = await site.post('latitude,longitude,when,satellite\n1,2,3,4\n');
  assert.equal(status, 422);
  assert.equal(body['code'], 'hotspots_columns_unknown');
  assert.equal(body['detail'], 'The first line lacks acq_date, confidence.');
  assert.deepEqual(body['missing'], ['acq_date', 'confidence']);
  assert.deepEqual(body['found'], ['latitude', 'longitude', 'when', 'satellite']);
});
test('an empty body is an empty file', async () => {
  const { status, body } = await site.post('');
  assert.deepEqual(
    [status, body['code'], body['detail']],
    [422, 'hotspots_columns_unknown', 'The file is empty.'],
  );
});
test('a file with only a header adds nothing', async () =>
  assert.deepEqual((await site.post(`${VIIRS}\n`)).body, {
    read: 0,
    added: 0,
    known: 0,
    outside: 0,
    rejected: [],
    groups: 0,
  }));
test('bytes that are no UTF-8 are read as far as they can be', async () => {
  const bytes = new Uint8Array([...Buffer.from(`${VIIRS},note\n${viirsRow()},caf`), 0xe9]);
  assert.equal((await site.post(bytes)).body['added'], 1);
});
test('JSON is not a file', async () => {
  const { status, body } = await site.post('{"rows":[]}', 'pusdalops', 'application/json');
  assert.deepEqual([status, body['code']], [415, 'unsupported_media_type']);
  const other = await site.post('x', 'pusdalops', 'application/xml');
  assert.deepEqual([other.status, other.body['code']], [415, 'unsupported_media_type']);
});
test('more than 1 MiB is fine, more than 8 MiB is refused with the limit', async () => {
  const padded = `${viirs({})}${' '.repeat(2 * 1024 * 1024)}\n`;
  assert.equal((await site.post(padded)).status, 200);
  const { status, body } = await site.post(`${viirs({})}${' '.repeat(8 * 1024 * 1024)}`);
  assert.deepEqual([status, body['code'], body['limitBytes']], [413, 'body_too_large', 8 * 1024 * 1024]);
});
test('only who may take hotspots in does, and only who may see rejected rows sees them', async () => {
  const may: Record<Role, [number, number]> = {
    trc: [403, 403],
    pusdalops: [200, 200],
    logistik: [403, 403],
    kalaksa: [403, 200],
    admin: [200, 200],
    tetangga: [403, 403],
  };
  for (const [role, expected] of Object.entries(may)) {
    const statuses = [
      (await site.post(viirs({}), role)).status,
      (await site.get('/api/v1/hazards/rejected', role)).status,
    ];
    assert.deepEqual(statuses, expected, role);
  }
  assert.equal((await site.post(viirs({}), 'nobody')).status, 401);
  assert.equal((await site.get('/api/v1/hazards/rejected', 'nobody')).status, 401);
});
test('rejected rows are listed page by page, the newest first', async () => {
  await site.post(viirs({ latitude: '91' }, { latitude: '92' }, { latitude: '93' }));
  const first = (await site.get('/api/v1/hazards/rejected?limit=2')).body;
  assert.equal(first['total'], 3);
  const lines = (body: Record<string, unknown>) =>
    (body['items'] as { line: number }[]).map(({ line }) => line);
  assert.deepEqual(lines(first), [4, 3]);
  const second = (await site.get(`/api/v1/hazards/rejected?limit=2&cursor=${String(first['next'])}`)).body;
  assert.deepEqual(lines(second), [2]);
  assert.ok(!('next' in second));
  assert.equal((await site.get('/api/v1/hazards/rejected?limit=0')).status, 400);
  assert.equal((await site.get('/api/v1/hazards/rejected?cursor=x')).status, 400);
});
test('what was rejected is kept even when the ledger is not there; the file may be sent again', async () => {
  await site.ledger.close();
  const { status, body } = await site.post(mixed);
  assert.deepEqual([status, body['code']], [503, 'ledger_unavailable']);
  assert.equal(site.quarantine.list({ limit: 10 }).total, 2);
});
test('two uploads at once add each pixel once', async () => {
  const [one, two] = await Promise.all([site.post(mixed), site.post(mixed)]);
  assert.equal(Number(one.body['added']) + Number(two.body['added']), 3);
});
test('many files at once: a few wait their turn, the others are told to come again', async () => {
  const rows = Array.from({ length: 4_000 }, (_, index) => ({
    longitude: (112.16 + index * 1e-5).toFixed(5),
  }));
  const answers = await Promise.all(Array.from({ length: 12 }, () => site.post(viirs(...rows))));
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(answers.some(({ status }) => status === 200));
  assert.ok(refused.length > 0);
  for (const { body } of refused) assert.equal(body['code'], 'overloaded');
  assert.equal((await site.post(mixed)).status, 200);
});
test('the routes stand in the OpenAPI document with their bodies and answers', async () => {
  const { body } = await site.get('/docs/json');
  const paths = body['paths'] as Record<string, Record<string, { responses: Record<string, unknown> }>>;
  assert.ok(paths['/api/v1/hazards/hotspots']?.['post']?.responses['200']);
  assert.ok(paths['/api/v1/hazards/rejected']?.['get']?.responses['200']);
});
