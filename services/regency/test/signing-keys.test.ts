import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keyCounts, SharedEvent } from '@siaga/domain';
import { isSignedWith, EVENTS, newPrivateKey, sharedStream, signed } from '@siaga/stream';
import { assert, suite, until } from '@siaga/testkit';
import { hashOfDocument } from '../src/index.ts';
import { inboxEventOf, inboxStream } from '../src/reactions/inbox-events.ts';
import { keyOf, keysOf } from './keys.ts';
import { KOTIM, SERUYAN, type Site } from './site.ts';
import { did, documentOf, made, openTwoSites, type TwoSites } from './two-sites.ts';

const test = suite<{ sites: TwoSites }>('signing keys at two sites', {} as { sites: TwoSites });
test.before(async (context) => {
  context.sites = await openTwoSites();
});
test.after(({ sites }) => sites.close());

interface Keys {
  items: { regency: string; key: string; counts: boolean }[];
}
const keysAt = async (site: Site, regency: string) => {
  const { body } = await site.send('GET', '/api/v1/signing-keys');
  return (body as unknown as Keys).items.filter((one) => one.regency === regency);
};

/** What the regency has published, as its stream has it. */
const published = async (sites: TwoSites, regency: string, stream = EVENTS, at = regency) => {
  const nc = await sites.topology.site(at).connect();
  const jsm = await nc.jetstreamManager();
  const { state } = await jsm.streams.info(stream);
  const texts: string[] = [];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    const { data, subject } = await jsm.streams.getMessage(stream, { seq });
    if (subject.startsWith(`disaster.${regency.replace('.', '')}.`))
      texts.push(new TextDecoder().decode(data));
  }
  await nc.close();
  return texts;
};
const count = async (sites: TwoSites, regency: string) => (await published(sites, regency)).length;
/** Something said that the neighbour's inbox takes in. */
const draft = (site: Site, counterpart: string, terms: object = {}) =>
  made(site, 'pusdalops', '/agreements', { counterpart, document: documentOf(site, terms) });
const heard = async (site: Site, by: string): Promise<string[]> => {
  const subjects: string[] = [];
  for await (const recorded of site.ledger.read(inboxStream(by))) {
    const envelope = inboxEventOf(recorded);
    if (envelope) subjects.push(envelope.subject);
  }
  return subjects;
};

test('a key is rotated with overlap and the old one revoked, while the neighbour hears everything', async ({
  sites,
}) => {
  const { seruyan, kotim } = sites;
  const first = keyOf(SERUYAN).key;
  assert.deepEqual(await keysAt(seruyan, SERUYAN), [{ regency: SERUYAN, key: first, counts: true }]);
  const before = await draft(seruyan, KOTIM);
  await until('it is published', async () => (await count(sites, SERUYAN)) === 1);

  const send = (url: string, body: object, headers = {}) =>
    seruyan.send('POST', `/api/v1/signing-keys${url}`, { as: 'admin', body, headers });
  const rotate = { 'idempotency-key': 'rotate-1' };
  const rotated = await send('', {}, rotate);
  assert.equal(rotated.status, 201);
  const second = String(rotated.body['id']);
  const again = await send('', {}, rotate);
  assert.deepEqual([again.status, again.body['id']], [201, second]);
  assert.equal(readdirSync(join(seruyan.dir, 'signing')).length, 3, 'one key more, and the trusted ones');
  const between = await draft(seruyan, KOTIM);
  assert.equal(
    (await send(`/${second}/revoke`, { reason: 'superseded' })).body['code'],
    'signing_key_in_use',
  );
  assert.equal((await send(`/${first}/revoke`, { reason: 'compromised' })).status, 200);
  const after = await draft(seruyan, KOTIM);
  assert.deepEqual(
    (await keysAt(seruyan, SERUYAN)).map(({ key, counts }) => [key, counts]),
    [
      [first, false],
      [second, true],
    ],
  );

  await until('all is published', async () => (await count(sites, SERUYAN)) === 5);
  const texts = await published(sites, SERUYAN);
  assert.deepEqual(
    texts.map((text) => [first, second].find((key) => isSignedWith(key, text))),
    [first, first, second, second, second],
  );
  await until('Kotim has heard all', async () => (await heard(kotim, SERUYAN)).includes(after));
  assert.deepEqual(await heard(kotim, SERUYAN), [before, SERUYAN, between, SERUYAN, after]);
  assert.deepEqual(
    (await keysAt(kotim, SERUYAN)).map(({ key, counts }) => [key, counts]),
    [
      [first, false],
      [second, true],
    ],
  );
  // As after a start: what counts is known from what was heard.
  assert.ok(!keyCounts(kotim.cooperation.signing.keyring(SERUYAN), first));
});

test('what the neighbour has not signed is not heard, whoever put it into the copy', async ({ sites }) => {
  const { seruyan, kotim } = sites;
  const genuine = await draft(seruyan, KOTIM);
  await until('Kotim has heard it', async () => (await heard(kotim, SERUYAN)).includes(genuine));
  const before = await heard(kotim, SERUYAN);
  const last = (await published(sites, SERUYAN)).at(-1) ?? '';
  const event = SharedEvent.parse(JSON.parse(last));
  const nc = await sites.topology.site(SERUYAN).connect();
  const forged = signed({ ...event, sequence: event.sequence + 1, subject: 'forged' }, newPrivateKey());
  await nc.jetstream().publish('disaster.6207.general.agreement.drafted', JSON.stringify(forged));
  await until('it stands in Kotim’s copy', async () =>
    (await published(sites, SERUYAN, sharedStream(SERUYAN), KOTIM)).some((text) => text.includes('"forged"')),
  );
  const next = await draft(seruyan, KOTIM);
  await until('Kotim has heard what follows', async () => (await heard(kotim, SERUYAN)).includes(next));
  assert.deepEqual(await heard(kotim, SERUYAN), [...before, next]);
  await nc.close();
});

test('an agreement carries the keys: one that names another as this regency’s is not signed', async ({
  sites,
}) => {
  const { seruyan } = sites;
  const [own] = (await keysAt(seruyan, SERUYAN)).filter(({ counts }) => counts);
  const named = (key: string) => ({
    signingKeys: [
      { regency: SERUYAN, key },
      { regency: KOTIM, key: newPrivateKey().key },
    ],
  });
  const foreign = documentOf(seruyan, named(newPrivateKey().key));
  const wrong = await made(seruyan, 'pusdalops', '/agreements', { counterpart: KOTIM, document: foreign });
  const text = (document: object) => ({ version: 1, hash: hashOfDocument(document) });
  const refused = await seruyan.send('POST', `/api/v1/agreements/${wrong}/finalise`, {
    as: 'kalaksa',
    body: text(foreign),
  });
  assert.deepEqual([refused.status, refused.body['code']], [409, 'own_key_differs']);
  const ours = documentOf(seruyan, named(own?.key ?? ''));
  const right = await made(seruyan, 'pusdalops', '/agreements', { counterpart: KOTIM, document: ours });
  await did(seruyan, 'kalaksa', `/agreements/${right}/finalise`, text(ours));
  assert.equal((await keysAt(seruyan, KOTIM)).length, 1, 'trusted by a signature alone');
});

test('a site without the private key that counts shares nothing, and says so', async ({ sites }) => {
  const { kotim } = sites;
  const folder = keysOf(kotim.dir, KOTIM);
  const away = join(kotim.dir, 'away');
  mkdirSync(away);
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.key'));
  renameSync(join(folder, name), join(away, name));
  const at = await count(sites, KOTIM);
  await draft(kotim, SERUYAN);
  await until('it says why', () => /private key/.test(sites.sharing(KOTIM).missing() ?? ''));
  assert.equal(await count(sites, KOTIM), at);
  renameSync(join(away, name), join(folder, name));
  await until('it is shared after all', async () => (await count(sites, KOTIM)) === at + 1);
  rmSync(away, { recursive: true });
});
