import type { ChildProcess } from 'node:child_process';
import { assert, suite } from '@siaga/testkit';
import { viirs } from './firms-files.ts';
import { run, start } from './process.ts';
import { startSite, type TestSite } from './site.ts';

const DEADLINE_MS = 20_000;
const pixel = viirs({ latitude: '-2.5', longitude: '112.2', acq_date: '2024-08-17' });
let site: TestSite;
let child: ChildProcess;
let url: string;

/** The address that the process says it listens on. */
const listening = (of: ChildProcess): Promise<string> =>
  new Promise((found, fail) => {
    let log = '';
    const timer = setTimeout(() => fail(new Error(`not listening in time: ${log}`)), DEADLINE_MS);
    const look = (chunk: Buffer) => {
      log += chunk.toString();
      const address = /Server listening at (http:\/\/[\d.:]+)/.exec(log)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      found(address);
    };
    of.stdout?.on('data', look);
    of.stderr?.on('data', look);
    of.once('exit', (code) => fail(new Error(`ended with ${code}: ${log}`)));
  });
const post = async (headers: Record<string, string>) => {
  const answer = await fetch(`${url}/api/v1/hazards/hotspots`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...headers },
    body: pixel,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

const test = suite('hazards as a process of its own');
test.before(async () => {
  site = await startSite();
  child = start('main.ts', [], {
    SIAGA_REGENCY: '62.07',
    SIAGA_DATA_DIR: site.folder,
    SIAGA_SITE: site.url,
    SIAGA_PORT: '0',
  });
  url = await listening(child);
});
test.after(async () => {
  if (child.exitCode === null) {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }
  await site.stop();
});

test('is ready, and knows who asks from the site', async () => {
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  assert.equal((await post({})).status, 401);
  assert.equal((await post({ authorization: 'Bearer nobody' })).status, 401);
  assert.equal((await post({ authorization: 'Bearer trc' })).status, 403);
});
test('appends to the site’s ledger, beside the site', async () => {
  const before = await site.ledger.head();
  const { status, body } = await post({ authorization: 'Bearer pusdalops' });
  assert.deepEqual([status, body['added']], [200, 1]);
  assert.equal(await site.ledger.head(), before + 1);
});
test('a cookie alone does not change anything; with the CSRF token it does', async () => {
  const cookie = 'siaga_session=pusdalops';
  const { status, body } = await post({ cookie });
  assert.deepEqual([status, body['code']], [403, 'csrf_token_missing']);
  assert.equal((await post({ cookie, 'x-csrf-token': 'the-csrf-token' })).status, 200);
  const rejected = await fetch(`${url}/api/v1/hazards/rejected`, { headers: { cookie } });
  assert.equal(rejected.status, 200);
});
test('ends in order when told to', async () => {
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});
test('while the site does not answer nobody is let in', async () => {
  const { app } = site;
  const lonely = start('main.ts', [], {
    SIAGA_REGENCY: '62.07',
    SIAGA_DATA_DIR: site.folder,
    SIAGA_SITE: site.url,
    SIAGA_PORT: '0',
  });
  const ended = new Promise((done) => lonely.once('exit', done));
  try {
    url = await listening(lonely);
    await app.close();
    const { status, body } = await post({ authorization: 'Bearer pusdalops' });
    assert.deepEqual([status, body['code']], [503, 'not_ready']);
  } finally {
    lonely.kill('SIGTERM');
    await ended;
  }
});
test('a wrong configuration stops the start with a sentence that names it', async () => {
  const { code, err } = await run('main.ts', [], { SIAGA_REGENCY: '6207', SIAGA_PORT: 'x' });
  assert.equal(code, 1);
  assert.match(err, /SIAGA_REGENCY: a regency code looks like 62\.07/);
  assert.match(err, /SIAGA_DATA_DIR/);
  assert.match(err, /SIAGA_SITE/);
  assert.match(err, /SIAGA_PORT/);
});
