import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@siaga/testkit';
import { ConfigurationError } from '@siaga/web';
import { DEMO_PASSWORD, ensureDemoAccounts, refuseDemoInProduction } from '../src/index.ts';
import { type Answer, openSite, PASSWORD, report, type Site } from './site.ts';

const test = suite('sessions and accounts');
let site: Site;
test.before(async () => {
  site = await openSite();
  await site.account('pusdalops');
});
test.after(async () => site.close());

const signIn = (username: string, password: string, on = site) =>
  on.send('POST', '/api/v1/sessions', { body: { username, password } });
const cookieOf = ({ headers }: Answer) => String([headers['set-cookie']].flat()[0]);
const pairOf = (answer: Answer) => cookieOf(answer).split(';')[0] ?? '';
const HOUR = 3_600_000;

test('signing in answers token, CSRF token and account, and sets a strict cookie', async () => {
  const answer = await signIn('pusdalops', PASSWORD);
  assert.equal(answer.status, 201);
  const { token, csrf, account, expiresAt, ...rest } = answer.body;
  assert.deepEqual(rest, {});
  assert.equal(Buffer.from(String(token), 'base64url').length, 32);
  assert.ok(String(csrf).length >= 32);
  assert.deepEqual(account, {
    id: (await site.account('pusdalops')).id,
    username: 'pusdalops',
    role: 'pusdalops',
    regency: '62.07',
  });
  assert.equal(Date.parse(String(expiresAt)), site.time.now + 12 * HOUR);
  const cookie = cookieOf(answer);
  for (const part of [`siaga_session=${String(token)}`, 'HttpOnly', 'SameSite=Strict', 'Path=/']) {
    assert.ok(cookie.includes(part), `${part} in ${cookie}`);
  }
});

test('the file has neither a token nor a password, only digests', async () => {
  const { body } = await signIn('pusdalops', PASSWORD);
  const db = new DatabaseSync(join(site.dir, 'accounts.db'), { readOnly: true });
  const rows = [...db.prepare('SELECT * FROM sessions').all(), ...db.prepare('SELECT * FROM accounts').all()];
  db.close();
  const everything = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join(' ');
  for (const secret of [String(body['token']), PASSWORD, String(body['csrf'])]) {
    assert.ok(!everything.includes(secret));
  }
  assert.ok(!everything.includes(Buffer.from(String(body['token']), 'base64url').toString('latin1')));
});

test('a page changes something only with the CSRF token of its session; a program with a bearer needs none', async () => {
  const answer = await signIn('pusdalops', PASSWORD);
  const other = await signIn('pusdalops', PASSWORD);
  const cookie = pairOf(answer);
  const send = (headers: Record<string, string>) =>
    site.send('POST', '/api/v1/incidents', { body: report(), headers });
  const before = await site.ledger.head();
  for (const headers of [
    { cookie },
    { cookie, 'x-csrf-token': '' },
    { cookie, 'x-csrf-token': String(other.body['csrf']) },
  ]) {
    const refused = await send(headers);
    assert.deepEqual([refused.status, refused.body['code']], [403, 'csrf_token_missing']);
  }
  assert.equal(await site.ledger.head(), before);
  assert.equal((await send({ cookie, 'x-csrf-token': String(answer.body['csrf']) })).status, 201);
  assert.equal((await send({ authorization: `Bearer ${String(answer.body['token'])}` })).status, 201);
  // Reading needs no CSRF token, and signing in again is possible with an old cookie.
  const current = await site.send('GET', '/api/v1/sessions/current', { headers: { cookie } });
  const { token: _, ...withoutToken } = answer.body;
  assert.deepEqual(current.body, withoutToken);
  const again = await site.send('POST', '/api/v1/sessions', {
    body: { username: 'pusdalops', password: PASSWORD },
    headers: { cookie },
  });
  assert.equal(again.status, 201);
});

test('a token that is none is nobody', async () => {
  for (const authorization of [
    'Bearer nonsense',
    'Bearer ',
    'Basic cHVzZGFsb3BzOng=',
    `Bearer ${'x'.repeat(5000)}`,
  ]) {
    const answer = await site.send('GET', '/api/v1/sessions/current', { headers: { authorization } });
    assert.deepEqual(
      [answer.status, answer.body['code']],
      [401, 'not_signed_in'],
      authorization.slice(0, 20),
    );
  }
});

test('signing out ends the session, and only that one', async () => {
  const [one, two] = [await signIn('pusdalops', PASSWORD), await signIn('pusdalops', PASSWORD)];
  const bearer = ({ body }: Answer) => ({ authorization: `Bearer ${String(body['token'])}` });
  const out = await site.send('DELETE', '/api/v1/sessions/current', { headers: bearer(one) });
  assert.equal(out.status, 204);
  assert.match(cookieOf(out), /siaga_session=;/);
  const current = (answer: Answer) =>
    site.send('GET', '/api/v1/sessions/current', { headers: bearer(answer) });
  assert.equal((await current(one)).status, 401);
  assert.equal((await current(two)).status, 200);
  assert.equal((await site.send('DELETE', '/api/v1/sessions/current')).status, 401);
});

test('a session ends after 12 hours, used or not', async () => {
  const { body } = await signIn('pusdalops', PASSWORD);
  const headers = { authorization: `Bearer ${String(body['token'])}` };
  const status = async () => (await site.send('GET', '/api/v1/sessions/current', { headers })).status;
  const start = site.time.now;
  site.time.now = start + 12 * HOUR - 1;
  assert.equal(await status(), 200);
  site.time.now = start + 12 * HOUR;
  assert.equal(await status(), 401);
});

test('wrong passwords: 401, then 429 with Retry-After; a right one after the wait', async () => {
  const slow = await openSite();
  try {
    await slow.account('trc');
    const wrong = () => signIn('trc', 'not the password', slow);
    for (let n = 0; n < 5; n += 1) assert.equal((await wrong()).body['code'], 'wrong_credentials');
    const refused = await wrong();
    assert.deepEqual([refused.status, refused.body['code']], [429, 'too_many_attempts']);
    assert.equal(refused.headers['retry-after'], '1');
    // The right password must wait as well, else a guesser would learn from the difference.
    assert.equal((await signIn('trc', PASSWORD, slow)).status, 429);
    slow.time.now += 1_000;
    assert.equal((await signIn('trc', PASSWORD, slow)).status, 201);
  } finally {
    await slow.close();
  }
});

test('twenty at once gain nothing: five are tried', async () => {
  const slow = await openSite();
  try {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => signIn('trc', 'not the password', slow)),
    );
    const codes = Map.groupBy(answers, ({ body }) => body['code']);
    assert.equal(codes.get('wrong_credentials')?.length, 5);
    assert.equal(codes.get('too_many_attempts')?.length, 15);
  } finally {
    await slow.close();
  }
});

test('an unknown name costs the time of a wrong password', async () => {
  const median = async (username: string) => {
    const times: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const startedAt = performance.now();
      await site.accounts.check(username, 'not the password');
      times.push(performance.now() - startedAt);
    }
    return times.sort((a, b) => a - b)[1] ?? 0;
  };
  const [known, unknown] = [await median('pusdalops'), await median('nobody')];
  assert.ok(unknown > known / 3 && unknown < known * 3, `${known} ms known, ${unknown} ms unknown`);
});

test('an admin makes, lists and removes accounts; a removed one is signed out at once', async () => {
  const body = { username: 'siti.trc', password: 'rakit rotan biru', role: 'trc' };
  const made = await site.send('POST', '/api/v1/accounts', { as: 'admin', body });
  assert.equal(made.status, 201);
  assert.match(String(made.body['id']), /^[0-9a-f-]{14}7/);
  const twice = await site.send('POST', '/api/v1/accounts', { as: 'admin', body });
  assert.deepEqual([twice.status, twice.body['code']], [409, 'account_exists']);
  for (const wrong of [{ password: 'elevenchars' }, { username: 'Siti TRC' }, { role: 'bupati' }]) {
    const refused = await site.send('POST', '/api/v1/accounts', { as: 'admin', body: { ...body, ...wrong } });
    assert.deepEqual([refused.status, refused.body['code']], [400, 'invalid_request']);
  }
  const { body: list } = await site.send('GET', '/api/v1/accounts', { as: 'admin' });
  const items = list['items'] as { username: string }[];
  assert.ok(items.some(({ username }) => username === 'siti.trc'));
  assert.ok(!JSON.stringify(items).includes('hash'));

  const { body: session } = await signIn('siti.trc', 'rakit rotan biru');
  const headers = { authorization: `Bearer ${String(session['token'])}` };
  const url = `/api/v1/accounts/${String(made.body['id'])}`;
  assert.equal((await site.send('DELETE', url, { as: 'admin' })).status, 204);
  assert.equal((await site.send('GET', '/api/v1/sessions/current', { headers })).status, 401);
  const gone = await site.send('DELETE', url, { as: 'admin' });
  assert.deepEqual([gone.status, gone.body['code']], [404, 'account_unknown']);
});

const COMMAND = fileURLToPath(new URL('../src/account-command.ts', import.meta.url));
async function command(args: string[], { password, stdin = '' }: { password?: string; stdin?: string } = {}) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', COMMAND, ...args], {
    env: { ...process.env, ...(password === undefined ? {} : { SIAGA_PASSWORD: password }) },
  });
  child.stdin.end(stdin);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

test('the account command works beside a running site: what it removes is signed out at once', async () => {
  const database = ['--database', join(site.dir, 'accounts.db')];
  const added = await command(['add', ...database, '--username', 'budi', '--role', 'kalaksa'], {
    stdin: 'perahu karet merah\n',
  });
  assert.deepEqual([added.code, added.err], [0, '']);
  const { body } = await signIn('budi', 'perahu karet merah');
  const headers = { authorization: `Bearer ${String(body['token'])}` };
  const status = async () => (await site.send('GET', '/api/v1/sessions/current', { headers })).status;
  assert.equal(await status(), 200);
  const listed = await command(['list', ...database]);
  assert.match(listed.out, /^budi\tkalaksa\t/m);
  const changed = await command(['password', ...database, '--username', 'budi'], {
    password: 'perahu karet biru',
  });
  assert.equal(changed.code, 0);
  assert.equal(await status(), 401);
  assert.equal((await signIn('budi', 'perahu karet biru')).status, 201);
  assert.equal((await command(['remove', ...database, '--username', 'budi'])).code, 0);
  assert.equal((await signIn('budi', 'perahu karet biru')).status, 401);
});

test('the account command says what is wrong', async () => {
  const database = ['--database', join(site.dir, 'accounts.db')];
  const add = (name: string, role: string, password: string) =>
    command(['add', ...database, '--username', name, '--role', role], { password });
  assert.match((await add('ani', 'bupati', PASSWORD)).err, /--role: one of trc/);
  assert.match((await add('ani', 'trc', 'short')).err, /12 to 200/);
  assert.match((await add('Ani', 'trc', PASSWORD)).err, /2 to 32/);
  assert.equal((await command(['remove', ...database, '--username', 'nobody'])).code, 1);
  assert.equal((await command([])).code, 2);
  assert.equal((await command(['add', ...database, '--username', 'a', '--password', 'x'])).code, 2);
});

test('demo accounts are marked, and a site in production refuses to start with them', async () => {
  const demo = await openSite();
  try {
    await ensureDemoAccounts(demo.accounts);
    await ensureDemoAccounts(demo.accounts);
    const names = demo.accounts.list().map(({ username, role, demo: marked }) => [username, role, marked]);
    const all = ['admin', 'kalaksa', 'logistik', 'pusdalops', 'tetangga', 'trc'];
    assert.deepEqual(
      names,
      all.map((role) => [role, role, true]),
    );
    assert.equal((await signIn('kalaksa', DEMO_PASSWORD, demo)).status, 201);

    refuseDemoInProduction(demo.accounts, {});
    const both = { NODE_ENV: 'production', SIAGA_MODE: 'demo' };
    assert.throws(() => refuseDemoInProduction(demo.accounts, both), /SIAGA_MODE: demo/);
    for (const environment of [{ NODE_ENV: 'production' }, { SIAGA_MODE: 'production' }]) {
      assert.throws(() => refuseDemoInProduction(demo.accounts, environment), ConfigurationError);
    }
    for (const { id, username } of demo.accounts.list()) {
      if (username === 'kalaksa') await demo.accounts.setPassword(id, PASSWORD);
      else demo.accounts.remove(id);
    }
    refuseDemoInProduction(demo.accounts, { SIAGA_MODE: 'production' });
    // Whoever takes the published password later is refused, too.
    const [kalaksa] = demo.accounts.list();
    await demo.accounts.setPassword(kalaksa?.id ?? '', DEMO_PASSWORD);
    assert.throws(() => refuseDemoInProduction(demo.accounts, { SIAGA_MODE: 'production' }), /kalaksa/);
  } finally {
    await demo.close();
  }
});
