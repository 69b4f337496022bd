import { connect } from 'node:net';
import { assert, suite } from '@siaga/testkit';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  ConfigurationError,
  createServer,
  Problem,
  problemTable,
  readConfiguration,
  SiteEnvironment,
} from '../src/index.ts';

interface Context {
  app: FastifyInstance;
  ready: { missing?: string };
}
const test = suite<Context>('what HTTP services share', {} as Context);
test.before.each(async (context) => {
  context.ready = {};
  const app = await createServer({
    title: 'test',
    version: '0',
    authenticate: async ({ headers }) =>
      headers.authorization === 'trc' ? { id: '1', role: 'trc' } : undefined,
    readiness: [{ name: 'part', check: () => context.ready.missing }],
  });
  app
    .withTypeProvider<ZodTypeProvider>()
    .post('/count', { schema: { body: z.strictObject({ count: z.int() }) } }, async ({ body }) => body);
  app.post('/verify', { config: { permission: 'incident.verify' } }, async () => ({}));
  app.get('/broken', async () => {
    throw new Error('a secret of the inside');
  });
  app.get('/refused', async () => {
    throw new Problem('stale_revision', 'It is at 3.', { currentRevision: 3 });
  });
  await app.ready();
  context.app = app;
});
test.after.each(async ({ app }) => app.close());

const refusals: [string, object, number, string][] = [
  [
    'malformed JSON',
    { method: 'POST', url: '/count', headers: { 'content-type': 'application/json' }, payload: '{' },
    400,
    'malformed_json',
  ],
  ['a wrong type', { method: 'POST', url: '/count', payload: { count: 'three' } }, 400, 'invalid_request'],
  [
    'an unknown member',
    { method: 'POST', url: '/count', payload: { count: 3, more: 1 } },
    400,
    'invalid_request',
  ],
  [
    'another media type',
    { method: 'POST', url: '/count', headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
    415,
    'unsupported_media_type',
  ],
  [
    'ten megabytes',
    {
      method: 'POST',
      url: '/count',
      headers: { 'content-type': 'application/json' },
      payload: 'x'.repeat(10_000_000),
    },
    413,
    'body_too_large',
  ],
  ['an unknown address', { method: 'GET', url: '/nowhere' }, 404, 'route_unknown'],
  ['nobody signed in', { method: 'POST', url: '/verify', payload: {} }, 401, 'not_signed_in'],
  [
    'another role',
    { method: 'POST', url: '/verify', headers: { authorization: 'trc' }, payload: {} },
    403,
    'role_not_permitted',
  ],
  ['what nobody foresaw', { method: 'GET', url: '/broken' }, 500, 'internal'],
  ['a refusal of the domain', { method: 'GET', url: '/refused' }, 409, 'stale_revision'],
];
for (const [name, request, status, code] of refusals) {
  test(`${name}: ${status} ${code} as a problem document`, async ({ app }) => {
    const response = await app.inject(request);
    assert.equal(response.statusCode, status);
    assert.match(String(response.headers['content-type']), /^application\/problem\+json/);
    const document = response.json<Record<string, unknown>>();
    assert.equal(document['code'], code);
    assert.equal(document['status'], status);
    assert.ok(!response.body.includes('secret of the inside'));
  });
}

test('a refusal’s facts stand in the document', async ({ app }) => {
  const response = await app.inject({ url: '/refused' });
  assert.equal(response.json<{ currentRevision: number }>().currentRevision, 3);
});

test('bytes that are no HTTP get a problem document too', async ({ app }) => {
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const text = await new Promise<string>((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('NOT HTTP AT ALL\r\n\r\n'));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('close', () => done(received));
    socket.on('error', fail);
  });
  assert.match(text, /^HTTP\/1\.1 400 /);
  assert.match(text, /"code":"invalid_request"/);
});

test('readiness names what is missing', async ({ app, ready }) => {
  assert.equal((await app.inject({ url: '/readyz' })).statusCode, 200);
  ready.missing = 'not there yet';
  const response = await app.inject({ url: '/readyz' });
  assert.equal(response.statusCode, 503);
  assert.match(response.body, /part: not there yet/);
});

test('no script or style from elsewhere may run, and metrics count by route', async ({ app }) => {
  const response = await app.inject({ url: '/healthz' });
  const policy = String(response.headers['content-security-policy']);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  const metrics = await app.inject({ url: '/metrics' });
  assert.match(
    metrics.body,
    /siaga_http_request_seconds_count\{method="GET",route="\/healthz",status="200"\} 1/,
  );
});

test('every code has a status of its kind and a title', () => {
  for (const [code, { status, title }] of Object.entries(problemTable)) {
    assert.ok(status >= 400 && status < 600, code);
    assert.ok(title.length > 5, code);
  }
});

test('a wrong environment stops the start with a sentence that names each variable', () => {
  const start = () => readConfiguration(SiteEnvironment, { SIAGA_REGENCY: 'Seruyan', SIAGA_PORT: 'high' });
  assert.throws(start, (error: unknown) => {
    assert.ok(error instanceof ConfigurationError);
    for (const name of [
      'SIAGA_REGENCY',
      'SIAGA_PORT',
      'SIAGA_DATA_DIR',
      'SIAGA_NATS_SERVERS',
      'SIAGA_NATS_SEEDS',
    ]) {
      assert.ok(error.message.includes(name), name);
    }
    return true;
  });
});

test('a request that takes too long to arrive is told so', async () => {
  const app = await createServer({ title: 'test', version: '0' });
  // Node looks for late requests every 30 s: its event is sent here, on a real connection, without the wait.
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const timeout = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  const text = await new Promise<string>((done, fail) => {
    app.server.once('connection', (socket) => app.server.emit('clientError', timeout, socket));
    const socket = connect(port, '127.0.0.1', () => socket.write('POST /count HTTP/1.1\r\nContent-Le'));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('close', () => done(received));
    socket.on('error', fail);
  });
  await app.close();
  assert.match(text, /^HTTP\/1\.1 408 /);
  assert.match(text, /"code":"request_timeout"/);
});
