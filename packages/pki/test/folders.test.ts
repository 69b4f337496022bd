import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { publicKeyOf, readSeed } from '@siaga/stream';
import { assert, suite } from '@siaga/testkit';
import {
  certifySite,
  ensureAuthority,
  ensureHubFolder,
  ensureSiteFolder,
  linkName,
  siteLink,
  spanOf,
} from '../src/index.ts';

interface Context {
  folder: string;
}
const test = suite<Context>('pki: folders', {} as Context);
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-pki-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const SITE = { regency: '62.07', neighbours: ['62.02'] };

const filesOf = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

test('a site’s and a hub’s folder are made, private where they are to be, and the same when made again', async ({
  folder,
}) => {
  const make = async (now: number) => {
    const authority = await ensureAuthority(join(folder, 'authority'), now);
    await ensureSiteFolder({ ...SITE, folder: join(folder, 'site'), authority, now });
    await ensureHubFolder({
      folder: join(folder, 'hub'),
      nodes: [{ name: 'hub', hosts: ['hub.example.id', '10.0.0.1'] }],
      sites: [SITE],
      authority,
      now,
    });
  };
  await make(START);
  const made = filesOf(folder);
  await make(START + DAY_MS);
  assert.deepEqual(filesOf(folder), made);
  for (const [name, text] of made) {
    const secret = /\.(key|seed)$/.test(name);
    assert.equal(statSync(join(folder, name)).mode & 0o777, secret ? 0o600 : 0o644, name);
    if (!secret) assert.doesNotMatch(text, /PRIVATE KEY|\bSU[A-Z2-7]{56}/, name);
  }
  assert.ok(
    ['site/seeds/regency.seed', 'site/leaf/server.key', 'hub/hub/server.key'].every((name) => made.has(name)),
  );
});

test('certificates say what they are good for, and no more, to another reader of X.509', async ({
  folder,
}) => {
  const authority = await ensureAuthority(join(folder, 'authority'), START);
  const common = { authority, now: START };
  await ensureSiteFolder({ ...SITE, ...common, folder: join(folder, 'site') });
  await ensureHubFolder({
    ...common,
    folder: join(folder, 'hub'),
    nodes: [{ name: 'hub', hosts: ['hub.example.id', '10.0.0.1'] }],
    sites: [],
  });
  const read = (name: string) => new X509Certificate(readFileSync(join(folder, name)));
  const root = read('authority/authority-1.pem');
  const site = read('site/leaf/server.pem');
  const hub = read('hub/hub/server.pem');
  assert.ok(root.ca && !site.ca && !hub.ca);
  assert.ok(root.verify(root.publicKey) && site.verify(root.publicKey) && hub.verify(root.publicKey));
  assert.equal(site.subjectAltName, `email:${linkName('62.07')}`);
  assert.equal(hub.subjectAltName, 'DNS:hub.example.id, IP Address:10.0.0.1, email:nodes@hub.siaga');
  assert.deepEqual(site.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.deepEqual(hub.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  assert.equal(hub.checkHost('hub.example.id'), 'hub.example.id');
  assert.equal(hub.checkHost('other.example.id'), undefined);
});

test('a certificate is renewed in its last third; the key stays, and the old one counts until its end', async ({
  folder,
}) => {
  const certificate = async (day: number) => {
    const now = START + day * DAY_MS;
    const authority = await ensureAuthority(join(folder, 'authority'), now);
    await ensureSiteFolder({ ...SITE, folder: join(folder, 'site'), authority, now });
    return readFileSync(join(folder, 'site/leaf/server.pem'), 'utf8');
  };
  const first = await certificate(0);
  const key = readFileSync(join(folder, 'site/leaf/server.key'), 'utf8');
  assert.equal(await certificate(240), first);
  const second = await certificate(250);
  assert.notEqual(second, first);
  assert.ok(spanOf(first).notAfter > START + 250 * DAY_MS);
  assert.equal(readFileSync(join(folder, 'site/leaf/server.key'), 'utf8'), key);
});

test('the next authority is trusted before it signs, and the last for as long as it counts', async ({
  folder,
}) => {
  const at = (day: number) => ensureAuthority(join(folder, 'authority'), START + day * DAY_MS);
  const count = ({ trusted }: { trusted: string }) => trusted.split('BEGIN CERTIFICATE').length - 1;
  assert.equal(count(await at(0)), 1);
  assert.equal(count(await at(2_500)), 1);
  assert.equal(count(await at(2_600)), 2);
  const issuer = async (day: number) => {
    const authority = await at(day);
    const now = START + day * DAY_MS;
    rmSync(join(folder, 'site'), { recursive: true, force: true });
    await ensureSiteFolder({ ...SITE, folder: join(folder, 'site'), authority, now });
    return new X509Certificate(readFileSync(join(folder, 'site/leaf/server.pem'))).issuer;
  };
  assert.equal(await issuer(2_900), 'CN=Siaga authority 1');
  assert.equal(await issuer(3_010), 'CN=Siaga authority 2');
  assert.equal(count(await at(3_700)), 1);
});

test('a key that is replaced counts for a week beside the new one', async ({ folder }) => {
  const make = (day: number, replace: string[] = []) =>
    ensureSiteFolder({ ...SITE, folder, now: START + day * DAY_MS, replace });
  const key = () => publicKeyOf(readSeed(join(folder, 'seeds/regency.seed')));
  const users = () => readFileSync(join(folder, 'leaf/users.conf'), 'utf8');
  await make(0);
  const old = key();
  await make(1, ['regency']);
  const fresh = key();
  assert.notEqual(fresh, old);
  assert.ok(users().includes(old) && users().includes(fresh));
  await make(7);
  assert.ok(users().includes(old));
  await make(9);
  assert.ok(!users().includes(old) && users().includes(fresh));
});

test('without the authority on the machine a request is made, certified elsewhere, and carried back', async ({
  folder,
}) => {
  const make = () => ensureSiteFolder({ ...SITE, folder: join(folder, 'site'), now: START });
  const { certified, request } = await make();
  assert.equal(certified, false);
  const authority = await ensureAuthority(join(folder, 'authority'), START);
  const text = readFileSync(request, 'utf8');
  await certifySite({ authority, regency: '62.07', request: text, folder: join(folder, 'site/leaf') });
  assert.equal((await make()).certified, true);
  await assert.rejects(
    certifySite({
      authority,
      regency: '62.07',
      request: text.replace(/[b-y]/, 'a'),
      folder: join(folder, 'out'),
    }),
  );
  assert.equal(existsSync(join(folder, 'out/server.pem')), false);

  // A certificate of another key is none.
  unlinkSync(join(folder, 'site/leaf/server.key'));
  assert.equal((await make()).certified, false);
});

test('no site’s link has a subject of another’s own', () => {
  const of = (regency: string, other: string) => siteLink({ regency, neighbours: [other] }).publish;
  const [seruyan, kotim] = [of('62.07', '62.02'), of('62.02', '62.07')];
  const own = (token: string) => (subject: string) =>
    subject.startsWith(`sync.${token}`) || subject === `heartbeat.${token}`;
  assert.ok(seruyan.some(own('6207')) && !seruyan.some(own('6202')));
  assert.ok(kotim.some(own('6202')) && !kotim.some(own('6207')));
});
