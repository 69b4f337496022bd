import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { assert, damaged, suite, until } from '@siaga/testkit';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { bombIn } from '../src/limits/json.ts';
import { Load, LOAD_LIMITS } from '../src/limits/load.ts';
import { proxiesIn } from '../src/limits/proxies.ts';
import { Buckets } from '../src/limits/rates.ts';
import {
  ConfigurationError,
  createServer,
  networkOf,
  SiteEnvironment,
  readConfiguration,
  webLimits,
  webLimitsOf,
} from '../src/index.ts';

const environment = (variables: Record<string, string>) =>
  webLimitsOf(readConfiguration(z.object(webLimits), variables));

/** A server whose callers say in headers who they are. */
const serve = async (variables?: Record<string, string>): Promise<FastifyInstance> => {
  const app = await createServer({
    title: 'test',
    version: '0',
    authenticate: async ({ headers }) => {
      const id = headers.authorization ?? headers.cookie;
      return id === undefined ? undefined : { id, role: 'trc' };
    },
    ...(variables ? environment(variables) : {}),
  });
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.post('/list', { schema: { body: z.array(z.string()) } }, async ({ body }) => body.length);
  routes.post('/strict', { schema: { body: z.strictObject({}) } }, async ({ body }) => body);
  app.get('/read', async ({ ip }) => ({ ip }));
  return app;
};
/** What the open servers of a test are closed by. */
const open: FastifyInstance[] = [];
const served = async (variables?: Record<string, string>) => {
  const app = await serve(variables);
  open.push(app);
  return app;
};
const listening = async (app: FastifyInstance): Promise<number> =>
  Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);

const test = suite('limits');
test.after.each(async () => {
  for (const app of open.splice(0)) await app.close();
});

const RATES = { SIAGA_RATE_PROGRAM: '5', SIAGA_RATE_PERSON: '2', SIAGA_RATE_ADDRESS: '1' };
const passed = async (
  app: FastifyInstance,
  times: number,
  headers: Record<string, string>,
  from = '10.0.0.1',
) => {
  let count = 0;
  let last = await app.inject({ url: '/read', headers, remoteAddress: from });
  for (let n = 0; n < times; n += 1) {
    if (last.statusCode === 200) count += 1;
    last = await app.inject({ url: '/read', headers, remoteAddress: from });
  }
  return { count, last };
};

test('programs, people and addresses have ten seconds’ worth each, and no one uses up another’s', async () => {
  const app = await served(RATES);
  const program = await passed(app, 100, { authorization: 'Bearer robot' });
  assert.ok(program.count >= 50 && program.count <= 55, String(program.count));
  assert.equal(program.last.statusCode, 429);
  assert.equal(program.last.json().code, 'too_many_requests');
  assert.equal(program.last.headers['retry-after'], '1');
  assert.match(String(program.last.headers['content-type']), /problem\+json/);
  // From another address it is the same account; another account at the same address is another.
  assert.ok((await passed(app, 10, { authorization: 'Bearer robot' }, '10.9.9.9')).count <= 5);
  const person = await passed(app, 50, { cookie: 'siti' });
  assert.ok(person.count >= 20 && person.count <= 22, String(person.count));
  const nobody = await passed(app, 50, {});
  assert.ok(nobody.count >= 10 && nobody.count <= 11, String(nobody.count));
  assert.ok((await passed(app, 10, {}, '10.0.0.2')).count >= 9);
});

test('an address that asks for what is not there is counted too', async () => {
  const app = await served(RATES);
  const codes: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const answer = await app.inject({ method: 'POST', url: `/nowhere/${n}`, payload: { n } });
    codes.push(answer.json().code);
  }
  assert.equal(codes[0], 'route_unknown');
  assert.equal(codes.at(-1), 'too_many_requests');
});

test('whatever comes when, no more pass in any span than its worth and ten seconds of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 100 }),
      (rate, pauses) => {
        let now = 0;
        const buckets = new Buckets(rate, () => now);
        const at: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const wait = buckets.take('one');
          if (wait === 0) at.push(now);
          else {
            // Who waits as long as told is let through.
            now += wait;
            assert.ok(buckets.take('one') < 0.001);
            at.push(now);
          }
        }
        for (const [first, from] of at.entries()) {
          for (const [last, to] of at.entries()) {
            if (last < first) continue;
            const most = ((to - from) / 1000 + 10) * rate + 1;
            assert.ok(last - first + 1 <= most + 0.001, `${last - first + 1} within ${to - from} ms`);
          }
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a million addresses take no more memory than twenty thousand', () => {
  const buckets = new Buckets(1);
  for (let n = 0; n < 100_000; n += 1) buckets.take(String(n));
  assert.equal(buckets.size, 20_000);
});

test('an IPv6 customer is one, however many addresses it uses', () => {
  const same = ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6', '2001:0DB8:1:2:ffff::', '2001:db8:1:2::1%eth0'];
  assert.deepEqual(new Set(same.map(networkOf)), new Set(['2001:db8:1:2::/64']));
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('::ffff:10.0.0.7'), '10.0.0.7');
  assert.equal(networkOf('10.0.0.7'), '10.0.0.7');
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      assert.match(networkOf(address), /^([0-9a-f]{1,4}:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/);
    }),
  );
});

test('a proxy is believed about whom it asks for, and nobody else is', async () => {
  const app = await served({ ...RATES, SIAGA_TRUSTED_PROXIES: '10.1.0.0/16, ::1' });
  const ip = async (remoteAddress: string, forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded };
    return (await app.inject({ url: '/read', remoteAddress, headers })).json().ip as string;
  };
  assert.equal(await ip('10.1.2.3', '36.1.1.1'), '36.1.1.1');
  assert.equal(await ip('::ffff:10.1.2.3', '36.1.1.1'), '36.1.1.1');
  assert.equal(await ip('::1', '1.1.1.1, 36.1.1.1, 10.1.0.9'), '36.1.1.1');
  assert.equal(await ip('10.2.0.1', '36.1.1.1'), '10.2.0.1');
  for (const wrong of ['localhost', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', ''])
    assert.throws(() => proxiesIn(wrong), /is no address or network/, wrong);
  assert.throws(
    () => environment({ SIAGA_TRUSTED_PROXIES: 'proxy' }),
    /SIAGA_TRUSTED_PROXIES: "proxy" is no/,
  );
  assert.throws(() => environment({ SIAGA_RATE_PERSON: '0' }), /SIAGA_RATE_PERSON/);
});

test('a broken configuration stops with a sentence, whatever is broken about it', () => {
  const right: Record<string, string> = {
    SIAGA_REGENCY: '62.07',
    SIAGA_NEIGHBOURS: '62.02',
    SIAGA_DATA_DIR: 'var',
    SIAGA_LEDGER: 'eventstoredb://user:rahasia-sekali@host:2113',
    SIAGA_PORT: '6207',
    SIAGA_NATS_SERVERS: '127.0.0.1:4207',
    SIAGA_NATS_SEEDS: 'seeds',
    SIAGA_RATE_PERSON: '20',
    SIAGA_TRUSTED_PROXIES: '10.0.0.0/8',
  };
  const change = fc.tuple(
    fc.constantFrom(...Object.keys(right)),
    fc.oneof(damaged(['62.07', '127.0.0.1:4207', '20']), fc.string()),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      try {
        readConfiguration(SiteEnvironment, { ...right, ...Object.fromEntries(changes) });
      } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        assert.ok(!error.message.includes('rahasia-sekali'));
      }
    }),
    { numRuns: 300 },
  );
});

test('commands that pile up behind a ledger that stands still are refused; reads and health go on', async () => {
  const app = await served();
  const ledger = Promise.withResolvers<void>();
  let waiting = 0;
  app.post('/command', async () => {
    waiting += 1;
    await ledger.promise;
    return {};
  });
  const under = Array.from({ length: LOAD_LIMITS.commands }, () =>
    app.inject({ method: 'POST', url: '/command' }),
  );
  await until('all wait', () => waiting === LOAD_LIMITS.commands);
  const refused = await app.inject({ method: 'POST', url: '/command' });
  assert.equal(refused.statusCode, 503);
  assert.equal(refused.json().code, 'overloaded');
  assert.equal(refused.headers['retry-after'], '2');
  for (const url of ['/read', '/healthz', '/readyz'])
    assert.equal((await app.inject(url)).statusCode, 200, url);
  const { body: metrics } = await app.inject('/metrics');
  assert.match(metrics, /siaga_http_under_way\{kind="commands"\} 500/);
  ledger.resolve();
  for (const answer of await Promise.all(under)) assert.equal(answer.statusCode, 200);
  assert.equal((await app.inject({ method: 'POST', url: '/command' })).statusCode, 200);
  assert.match((await app.inject('/metrics')).body, /siaga_http_under_way\{kind="commands"\} 0/);
});

test('who hangs up, within the body or while it waits, makes room', async () => {
  const app = await served();
  const ledger = Promise.withResolvers<void>();
  let waiting = 0;
  app.post('/command', async () => {
    waiting += 1;
    await ledger.promise;
    return {};
  });
  const port = await listening(app);
  const underWay = async () => {
    const { body } = await app.inject('/metrics');
    return Number(/siaga_http_under_way\{kind="commands"\} (\d+)/.exec(body)?.[1]);
  };
  const hangUp = async (body: string, underWayIs: () => boolean) => {
    const sockets = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets)
      socket.write(
        `POST /command HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n${body}`,
      );
    await until('all are under way', async () => (await underWay()) === 20 && underWayIs());
    for (const socket of sockets) socket.destroy();
  };
  await hangUp('{', () => waiting === 0);
  await until('those within the body are gone', async () => (await underWay()) === 0);
  await hangUp('{}', () => waiting === 20);
  // What they asked for is still being done: that is load, whoever waits for it.
  ledger.resolve();
  await until('those that waited are gone', async () => (await underWay()) === 0);
});

test('large bodies have a bound together, and what has ended counts no more', () => {
  const load = new Load({ ...LOAD_LIMITS, bodyBytes: 100 });
  const claim = { kind: 'commands', bodyBytes: 60, signedIn: true } as const;
  assert.equal(load.enter(claim), undefined);
  assert.match(load.enter(claim) ?? '', /large bodies/);
  assert.equal(load.enter({ ...claim, bodyBytes: 40 }), undefined);
  load.leave(claim);
  assert.equal(load.enter(claim), undefined);
  load.stop();
});

test('an event loop that is late for long refuses passers-by first; it goes on by itself', async () => {
  const load = new Load({ ...LOAD_LIMITS, lagMs: 30, lagForAllMs: 60_000 });
  const reads = { kind: 'reads', bodyBytes: 0, signedIn: false } as const;
  const block = () => {
    const end = performance.now() + 400;
    while (performance.now() < end);
  };
  await until('it is late', () => {
    block();
    return load.lagMs > 30;
  });
  assert.match(load.enter(reads) ?? '', /longer than they should/);
  assert.equal(load.enter({ ...reads, signedIn: true }), undefined);
  await until('it is in time again', () => load.enter(reads) === undefined);
  load.stop();
});

const bombs: [string, string][] = [
  ['depth', '['.repeat(500_000) + ']'.repeat(500_000)],
  ['depth of objects', '{"a":'.repeat(100_000)],
  ['members', `{${Array.from({ length: 60_000 }, (_, n) => `"${n}":0`).join()}}`],
  ['items', `[${'0,'.repeat(400_000)}0]`],
];
for (const [name, payload] of bombs) {
  test(`a JSON bomb of ${name} is refused before it is parsed`, async () => {
    const app = await served();
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/list', headers, payload });
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json().code, 'body_too_complex');
  });
}

test('brackets, commas and quotes in strings are no parts; any JSON in bounds goes through', () => {
  assert.equal(bombIn(JSON.stringify({ text: '[{,'.repeat(100_000), quote: '\\"[' })), undefined);
  assert.equal(bombIn(`"${'\\"['.repeat(50_000)}"`), undefined);
  fc.assert(fc.property(fc.json({ maxDepth: 8 }), (text) => assert.equal(bombIn(text), undefined)));
  // What is no JSON is the parser's to refuse, and ends here too.
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', '"', '\\') }),
      (text) => void bombIn(text),
    ),
  );
});

test('__proto__ and constructor.prototype are refused', async () => {
  const app = await served();
  for (const payload of [
    '{"__proto__":{"role":"admin"}}',
    '{"constructor":{"prototype":{"role":"admin"}}}',
  ]) {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/strict', headers, payload });
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'malformed_json']);
    assert.equal(Reflect.get({}, 'role'), undefined);
  }
});

test('bug: a body of many wrong items had an answer a hundred times as long', async () => {
  const app = await served();
  const items = Array.from({ length: 19_000 }, (_, n) => n);
  const unknown = Object.fromEntries(items.map((n) => [`member ${n}`, n]));
  for (const [url, payload] of [
    ['/list', items],
    ['/strict', unknown],
  ] as const) {
    const answer = await app.inject({ method: 'POST', url, payload });
    assert.equal(answer.statusCode, 400);
    assert.ok(answer.body.length < 5_000, `${answer.body.length} characters`);
  }
});

const received = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  if (!socket.closed) await once(socket, 'close');
  return text;
};

test('slow-loris: who sends its headers drop by drop is told so and cut off, and others are served', async () => {
  const app = await served();
  assert.equal(app.server.headersTimeout, 10_000);
  assert.equal(app.server.requestTimeout, 30_000);
  // As it is, but for the wait.
  app.server.headersTimeout = 300;
  const port = await listening(app);
  const slow = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  const answers = slow.map(received);
  for (const socket of slow) socket.write('GET /read HTTP/1.1\r\nHost: x\r\nX-A: ');
  const dripping = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('a')), 50);
  assert.equal((await fetch(`http://127.0.0.1:${port}/read`)).status, 200);
  for (const text of await Promise.all(answers)) {
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.match(text, /"code":"request_timeout"/);
  }
  clearInterval(dripping);
});

test('headers of 20 KB: 431 headers_too_large, with the security headers', async () => {
  const app = await served();
  const port = await listening(app);
  for (const header of [
    `X-A: ${'a'.repeat(20_000)}`,
    Array.from({ length: 5_000 }, (_, n) => `x${n}:1`).join('\r\n'),
  ]) {
    const socket = connect(port, '127.0.0.1');
    const answer = received(socket);
    socket.write(`GET /read HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    const text = await answer;
    assert.match(text, /^HTTP\/1\.1 431 /);
    assert.match(text, /"code":"headers_too_large"/);
    assert.match(text, /content-security-policy: default-src 'self'/);
    assert.match(text, /x-content-type-options: nosniff/i);
  }
});

test('one address holds 500 connections, and the next is closed; another address is served', async () => {
  const app = await served();
  const port = await listening(app);
  assert.equal(app.server.maxConnections, 2_000);
  const held = Array.from({ length: 500 }, () => connect(port, '127.0.0.1'));
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  // A connection is counted when the server took it, which the client does not see.
  held[0]?.write('GET /read HTTP/1.1\r\nHost: x\r\n\r\n');
  const [first] = (await once(held[0] as Socket, 'data')) as [Buffer];
  assert.match(first.toString(), /^HTTP\/1\.1 200/);
  await until('all are taken', () => countOf(app) === 500);
  assert.equal(await received(connect(port, '127.0.0.1')), '');
  const other = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  other.write('GET /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(await received(other), /^HTTP\/1\.1 200/);
  for (const socket of held) socket.destroy();
  await until('their place is free', () => countOf(app) === 0);
  assert.equal((await fetch(`http://127.0.0.1:${port}/read`)).status, 200);
});

/** Connections that the server has open. */
const countOf = (app: FastifyInstance): number => Number(Reflect.get(app.server, '_connections'));
