/**
 * A whole site, abused over HTTP: every operation of its OpenAPI document with input made to break it, as everybody.
 * `SIAGA_FUZZ_SEED` and `SIAGA_FUZZ_RUNS` (requests of each operation, 12) make it another or a longer one.
 */
import { Agent, request } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Role } from '@siaga/domain';
import { assert, suite, until } from '@siaga/testkit';
import { isProblemCode, problemTable } from '@siaga/web';
import fc from 'fast-check';
import { type FuzzRequest, type OpenApi, requestsOf } from './support/fuzz.ts';
import { floodAt, TUMBANG_MANJUL } from './support/picture.ts';
import { SERUYAN, startWorld, type World } from './support/world.ts';

const SEED = Number(process.env['SIAGA_FUZZ_SEED'] ?? 20_260_209);
const RUNS = Number(process.env['SIAGA_FUZZ_RUNS'] ?? 12);
const AT_ONCE = 8;
const COLLECTS_GARBAGE = new URL('support/collect-garbage.mjs', import.meta.url).href;
const PASSWORD = 'rahasia-yang-panjang-sekali';

interface Answer {
  status: number;
  type: string;
  headers: Record<string, unknown>;
  body: string;
}

interface Context {
  world: World;
  document: OpenApi;
  tokens: Map<string, string>;
}
const test = suite<Context>('abuse', {} as Context);
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

test.before(async (context) => {
  const fast = '1000000';
  context.world = await startWorld({
    more: {
      SIAGA_LOG: 'trace',
      SIAGA_RATE_PROGRAM: fast,
      SIAGA_RATE_PERSON: fast,
      SIAGA_RATE_ADDRESS: fast,
      NODE_OPTIONS: `--import=${COLLECTS_GARBAGE}`,
    },
  });
  const { seruyan } = context.world;
  context.document = await seruyan.get<OpenApi>('/docs/json');
  context.tokens = new Map();
  for (const role of Role.options) context.tokens.set(role, await seruyan.token(role));
});
test.after(async ({ world }) => {
  agent.destroy();
  await world.stop();
});

const ask = (base: string, { method, path, headers, body }: FuzzRequest): Promise<Answer> =>
  new Promise((done, fail) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(
      `${base}/`,
      { agent, method, path, headers: { ...headers, ...length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', fail);
        response.on('end', () =>
          done({
            status: response.statusCode ?? 0,
            type: String(response.headers['content-type'] ?? ''),
            headers: response.headers,
            body: text,
          }),
        );
      },
    );
    sent.on('error', fail);
    sent.end(body);
  });

const samples = {
  'text/csv': `latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight
-2.4,112.2,341.15,0.39,0.59,2026-01-17,533,N,VIIRS,n,2.0NRT,288.31,5.65,D
-2.41,112.2,341.15,0.39,0.59,2026-01-17,533,N,VIIRS,n,2.0NRT,288.31,5.65,D
`,
  'application/xml': `<m:RequestResource xmlns:m="urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg" xmlns:c="urn:oasis:names:tc:emergency:EDXL:RM:1.0">
<m:MessageID>RequestResource.1</m:MessageID><m:SentDateTime>2026-06-09T13:00:00-04:00</m:SentDateTime>
<m:MessageContentType>RequestResource</m:MessageContentType><m:OriginatingMessageID>RequestResource.1</m:OriginatingMessageID>
<m:ContactInformation><c:ContactDescription>Pusdalops</c:ContactDescription><c:ContactRole>Requester</c:ContactRole></m:ContactInformation>
<m:ResourceInformation><m:ResourceInfoElementID>R.1</m:ResourceInfoElementID>
<m:Resource><m:TypeStructure><c:ValueListURN>urn:kinds</c:ValueListURN><c:Value>rubber-boat</c:Value></m:TypeStructure></m:Resource>
<m:AssignmentInformation><m:Quantity><c:QuantityText>4</c:QuantityText></m:Quantity></m:AssignmentInformation>
<m:ScheduleInformation><m:ScheduleType>RequestedArrival</m:ScheduleType></m:ScheduleInformation></m:ResourceInformation></m:RequestResource>`,
};

/** What a request shows of the site that should not be; undefined for an answer as it should be. */
const wrongWith = ({ status, type, body }: Answer): string | undefined => {
  if (status < 400) return undefined;
  if (!type.startsWith('application/problem+json')) return `${status} ${type}: ${body.slice(0, 300)}`;
  const { code, status: said } = JSON.parse(body) as { code: string; status: number };
  if (!isProblemCode(code) || problemTable[code].status !== status || said !== status)
    return `${status} with code ${code}`;
  if (status === 500 || (status > 500 && code !== 'not_ready'))
    return `${status} ${code}: ${body.slice(0, 300)}`;
  return body.length > 70_000 ? `${code} in ${body.length} characters` : undefined;
};

/** These end the session that the test asks with, remove its accounts, or have no end. */
const leftOut = (method: string, path: string): boolean =>
  path === '/api/v1/picture/live' || (method === 'delete' && path.startsWith('/api/v1/accounts'));
/** A password takes a third of a second to hash. */
const hashes = (method: string, path: string): boolean =>
  method === 'post' && (path === '/api/v1/sessions' || path === '/api/v1/accounts');

/** Sends requests a few at a time, and answers what was wrong with which. */
const sendAll = async (
  base: string,
  requests: FuzzRequest[],
  seen: (answer: Answer) => void,
): Promise<string[]> => {
  const wrong: string[] = [];
  const queue = requests.values();
  const lane = async () => {
    for (const sent of queue) {
      const answer = await ask(base, sent).catch((error: unknown) => String(error));
      const problem = typeof answer === 'string' ? answer : wrongWith(answer);
      if (typeof answer !== 'string') seen(answer);
      if (problem === undefined) continue;
      const { authorization: _, ...headers } = sent.headers;
      wrong.push(
        `${sent.method} ${sent.path.slice(0, 300)} ${JSON.stringify(headers)} ${sent.body?.slice(0, 500)}\n  ${problem}`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return wrong;
};

/** Random choices that are the same for the same seed. */
const dice = (seed: number) => {
  let state = seed;
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
};

test('every operation, as everybody, with input made to break it: no 500, and every refusal is a problem document', async ({
  world: { seruyan },
  document,
  tokens,
}) => {
  const roll = dice(SEED);
  const known: string[] = [];
  const statuses = new Map<number, number>();
  const wrong: string[] = [];
  const everybody = [undefined, ...Role.options];
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method, path })),
  );
  assert.ok(operations.length > 80, `${operations.length} operations`);
  const count = ({ status, body }: Answer, makes: boolean) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    // Later requests then name what earlier ones have made.
    if (status === 201 && makes) known.push(String((JSON.parse(body) as { id?: string }).id));
  };
  for (const operation of operations) {
    const { method, path } = operation;
    if (leftOut(method, path)) continue;
    const as = (who: Role | undefined, sent: FuzzRequest): FuzzRequest =>
      who === undefined
        ? sent
        : { ...sent, headers: { ...sent.headers, authorization: `Bearer ${tokens.get(who)}` } };
    const [first, ...more] = fc.sample(requestsOf(document, operation, { known, samples }), {
      numRuns: hashes(method, path) ? 4 : RUNS,
      seed: SEED + operations.indexOf(operation),
    });
    if (!first) continue;
    // Everybody once; then those who are not told at the door that they may not.
    const may: (Role | undefined)[] = [];
    for (const who of method === 'delete' ? [undefined] : everybody) {
      const seen = (answer: Answer) => {
        if (answer.status !== 401 && answer.status !== 403) may.push(who);
        count(answer, false);
      };
      wrong.push(...(await sendAll(seruyan.base, [as(who, first)], seen)));
    }
    const rest = more.map((sent) => as(may[roll(may.length)], sent));
    wrong.push(...(await sendAll(seruyan.base, rest, (answer) => count(answer, !hashes(method, path)))));
  }
  console.log(
    [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', '),
  );
  assert.equal(wrong.length, 0, `seed ${SEED}:\n${wrong.slice(0, 20).join('\n')}`);
  for (const status of [200, 201, 400, 401, 403, 404]) assert.ok(statuses.has(status), `no ${status} at all`);
  // It goes on as if nothing had been.
  assert.equal(
    (await seruyan.post('pusdalops', '/api/v1/incidents', floodAt(TUMBANG_MANJUL, 'x'))).status,
    201,
  );
});

test('requests that are refused leave nothing behind in memory', async ({
  world: { seruyan },
  document,
  tokens,
}) => {
  const round = (seed: number) =>
    Object.keys(document.paths).flatMap((path, index) => {
      const methods = Object.keys(document.paths[path] ?? {}).filter(
        (method) => method === 'post' && !hashes(method, path),
      );
      return methods.flatMap((method) =>
        fc
          .sample(requestsOf(document, { method, path }, { known: [], samples }), {
            numRuns: 8,
            seed: seed + index,
          })
          // Nobody may send these; half of them are refused for that, half for what they are.
          .map((sent, n) => ({
            ...sent,
            body: '{"wrong":[1,2,3]}',
            headers: {
              ...sent.headers,
              ...(n % 2 === 0 ? { authorization: `Bearer ${tokens.get('pusdalops')}` } : {}),
            },
          })),
      );
    });
  const inUse = async (): Promise<number> => {
    const collected = async () => {
      process.kill(seruyan.pid, 'SIGCONT');
      const { body } = await ask(seruyan.base, {
        method: 'GET',
        path: '/metrics',
        headers: {},
        body: undefined,
      });
      return Number(/^nodejs_heap_size_used_bytes (\d+)/m.exec(body)?.[1]);
    };
    const readings = [await collected(), await collected(), await collected()];
    return Math.min(...readings);
  };
  const none = () => undefined;
  await sendAll(seruyan.base, round(SEED), none);
  const before = await inUse();
  let count = 0;
  for (let n = 1; n <= 2; n += 1) {
    const requests = round(SEED + n * 1000);
    count += requests.length;
    await sendAll(seruyan.base, requests, none);
  }
  const grown = (await inUse()) - before;
  console.log(`${count} refused requests: ${Math.round(grown / 1024)} KiB more in use`);
  assert.ok(grown < 1024 * 1024 + count * 500, `${grown} bytes more after ${count} requests`);
});

test('every kind of answer carries the security headers, and no script but the site’s own may run', async ({
  world: { seruyan },
}) => {
  const get = (path: string, headers = {}, method = 'GET', body?: string) =>
    ask(seruyan.base, { method, path, headers, body });
  const answers: [string, Answer][] = [
    ['the page', await get('/')],
    ['an answer', await get('/api/v1/site')],
    ['nothing there', await get('/nowhere')],
    ['a refusal', await get('/api/v1/accounts')],
    ['a bad address', await get('/api/v1/%ff')],
    [
      'a broken body',
      await get(
        '/api/v1/incidents',
        { 'content-type': 'application/json', authorization: `Bearer ${await seruyan.token('trc')}` },
        'POST',
        '{',
      ),
    ],
    ['the documentation', await get('/docs/')],
    ['metrics', await get('/metrics')],
  ];
  for (const [name, { headers }] of answers) {
    const policy = String(headers['content-security-policy']);
    const script = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
    assert.ok(script.startsWith("'self'"), `${name}: ${policy}`);
    assert.doesNotMatch(script, /unsafe|https?:|\*|data:/, `${name}: ${policy}`);
    assert.match(policy, /frame-ancestors '(none|self)'/, name);
    assert.match(policy, /object-src 'none'/, name);
    assert.equal(headers['x-content-type-options'], 'nosniff', name);
    assert.equal(headers['referrer-policy'], 'no-referrer', name);
    assert.equal(headers['x-powered-by'], undefined, name);
    assert.match(String(headers['permissions-policy']), /camera=\(\)/, name);
    assert.ok(headers['cache-control'], `${name} says whether it may be kept`);
  }
  assert.equal((await get('/api/v1/site')).headers['cache-control'], 'no-store');
});

test('no secret is in the log, not at trace level either', async ({
  world: { seruyan, topology },
  tokens,
}) => {
  const send = (method: string, path: string, headers: Record<string, string>, body?: object) =>
    ask(seruyan.base, {
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: body && JSON.stringify(body),
    });
  const admin = { authorization: `Bearer ${tokens.get('admin')}` };
  const account = { username: 'rahasia', password: PASSWORD, role: 'trc' };
  assert.equal((await send('POST', '/api/v1/accounts', admin, account)).status, 201);
  const { headers, body } = await send(
    'POST',
    '/api/v1/sessions',
    {},
    { username: 'rahasia', password: PASSWORD },
  );
  const session = JSON.parse(body) as { token: string; csrf: string };
  const cookie = String([headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
  // Right, wrong and broken, in every place where a secret may stand.
  await send('POST', '/api/v1/sessions', {}, { username: 'rahasia', password: `${PASSWORD}?`, more: 1 });
  await send('POST', '/api/v1/sessions', {}, { username: PASSWORD, password: 'x' });
  await ask(seruyan.base, {
    method: 'POST',
    path: '/api/v1/sessions',
    headers: { 'content-type': 'application/json' },
    body: `{"password":"${PASSWORD}`,
  });
  await send('POST', '/api/v1/incidents', { cookie, 'x-csrf-token': session.csrf }, { password: PASSWORD });
  await send('POST', '/api/v1/incidents', { cookie }, { password: PASSWORD });
  await send('GET', `/api/v1/picture/incidents?token=${session.token}`, { cookie });
  await send('GET', '/api/v1/accounts', { authorization: `Bearer ${session.token}` });
  await send('DELETE', '/api/v1/sessions/current', { cookie, 'x-csrf-token': session.csrf });
  // What it does at a lost connection and at the end goes through other lines of the log.
  await topology.site(SERUYAN).kill();
  await topology.site(SERUYAN).restart();
  await until('it is ready again', async () => (await fetch(`${seruyan.base}/readyz`)).ok);

  const { seeds, keys: signing } = topology.site(SERUYAN);
  const secrets = new Map<string, string>([
    ['password', PASSWORD],
    ['token', session.token],
    ['CSRF token', session.csrf],
    ['demonstration password', 'siaga-demo'],
  ]);
  for (const [role, token] of tokens) secrets.set(`token of ${role}`, token);
  for (const file of readdirSync(seeds)) secrets.set(file, readFileSync(join(seeds, file), 'utf8').trim());
  for (const file of readdirSync(signing).filter((name) => name.endsWith('.key')))
    secrets.set('signing key', readFileSync(join(signing, file), 'utf8').split('\n')[1] ?? '');
  assert.ok(secrets.size >= 4 + tokens.size + 3, [...secrets.keys()].join());
  const log = seruyan.printed;
  assert.ok(log.includes('"name":"site-62.07"'), 'there is a log');
  for (const [name, secret] of secrets) {
    assert.ok(secret.length >= 8, name);
    assert.ok(!log.includes(secret), `the ${name} is in the log`);
  }
});
