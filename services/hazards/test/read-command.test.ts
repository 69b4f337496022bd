import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '@siaga/testkit';
import { viirs } from './firms-files.ts';
import { run } from './process.ts';
import { PASSWORD, startSite, type TestSite } from './site.ts';

let site: TestSite;
let good: string;
let bad: string;
const test = suite('the command that sends files');
test.before(async () => {
  site = await startSite();
  good = join(site.folder, 'baik.csv');
  bad = join(site.folder, 'rusak.csv');
  writeFileSync(
    good,
    viirs({ latitude: '-2.5', longitude: '112.2' }, { latitude: '-2.5', longitude: '112.95' }),
  );
  writeFileSync(bad, viirs({ latitude: '95' }));
});
test.after(() => site.stop());

const send = (args: string[], input?: string) => {
  const environment: Record<string, string> = input === undefined ? { SIAGA_PASSWORD: PASSWORD } : {};
  return run('read-command.ts', args, environment, input);
};
const to = (username = 'pusdalops') => ['--site', site.url, '--username', username];

test('prints what came of each file and exits 0 when every row was read', async () => {
  assert.deepEqual(await send([good, ...to()]), {
    code: 0,
    out: `${good}: 2 rows read: 1 added in 1 groups, 0 known, 1 outside the regency; 0 rejected\n`,
    err: '',
  });
});
test('prints rejected lines with their reasons and exits 1', async () => {
  const { code, out } = await send([bad, good, ...to()]);
  assert.equal(code, 1);
  const lines = out.split('\n');
  assert.match(lines[0] ?? '', /; 1 rejected$/);
  assert.equal(lines[1], '  line 2: latitude "95" is not between -90 and 90');
  assert.match(lines[2] ?? '', /^ {4}95,112\.2,/);
  assert.match(lines[3] ?? '', /baik\.csv: 2 rows read: 0 added in 0 groups, 1 known/);
});
test('takes the password from the standard input', async () => {
  assert.equal((await send([good, ...to()], `${PASSWORD}\n`)).code, 0);
  const { code, err } = await send([good, ...to()], '');
  assert.deepEqual([code, err], [2, 'Give the password in SIAGA_PASSWORD or on the standard input.\n']);
});
test('a wrong password, and a role that may not, are said in sentences', async () => {
  const wrong = await run('read-command.ts', [good, ...to()], { SIAGA_PASSWORD: 'salah' });
  assert.deepEqual([wrong.code, wrong.err], [2, 'Name or password is wrong.\n']);
  const { code, err } = await send([good, ...to('trc')]);
  assert.equal(code, 2);
  assert.match(
    err,
    /This role may not send this command: hotspots\.take-in is for pusdalops, admin; you are trc\./,
  );
});
test('a file that is not there or is none of FIRMS does not keep the others from being sent', async () => {
  const other = join(site.folder, 'lain.csv');
  writeFileSync(other, 'a,b\n1,2\n');
  const { code, out, err } = await send([join(site.folder, 'tiada.csv'), other, good, ...to()]);
  assert.equal(code, 2);
  assert.match(err, /tiada\.csv can't be read: ENOENT/);
  assert.match(err, /lain\.csv: The columns are not those of a FIRMS file: The first line lacks latitude, /);
  assert.match(out, /baik\.csv: 2 rows read/);
});
test('a site that can’t be reached is said in a sentence', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => free.once('listening', ready));
  const { port } = free.address() as AddressInfo;
  await new Promise((closed) => free.close(closed));
  const { code, err } = await send([good, '--site', `http://127.0.0.1:${port}`, '--username', 'pusdalops']);
  assert.equal(code, 2);
  assert.match(
    err,
    /^The site http:\/\/127\.0\.0\.1:\d+ can't be reached \(.*ECONNREFUSED.*\)\. Is it running/,
  );
  assert.equal(err.trim().split('\n').length, 1, 'no stack');
});
test('something else that answers is not taken for a site', async () => {
  const other = createServer((_request, answer) => answer.end('<h1>hello</h1>')).listen(0, '127.0.0.1');
  await new Promise((ready) => other.once('listening', ready));
  const { port } = other.address() as AddressInfo;
  try {
    const { code, err } = await send([good, '--site', `http://127.0.0.1:${port}`, '--username', 'x']);
    assert.deepEqual([code, err], [2, `http://127.0.0.1:${port} answers, but not as a Siaga site does.\n`]);
  } finally {
    other.close();
  }
});
test('called wrongly it says how to', async () => {
  for (const args of [[], [good], [good, '--site', site.url], to(), [good, ...to(), '--password', 'x']]) {
    const { code, err } = await send(args);
    assert.equal(code, 2);
    assert.match(err, /Usage: read-command\.ts FILE\.csv … --site URL --username U/);
  }
  assert.match(
    (await send([good, '--site', 'localhost 6207', '--username', 'x'])).err,
    /is no address like http/,
  );
});
