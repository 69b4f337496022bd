import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@siaga/testkit';

const MAIN = fileURLToPath(new URL('../pki/main.ts', import.meta.url));

interface Context {
  folder: string;
}
const test = suite<Context>('the pki command', {} as Context);
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-pki-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** Runs it with the words of the texts. */
const pki = (...texts: string[]) => {
  const args = texts.flatMap((text) => text.split(' '));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, ...args],
    { encoding: 'utf8' },
  );
  return { status, said: `${stdout}${stderr}` };
};

test('a site joins: request, fingerprint by telephone, certificate, and what is left of it', ({ folder }) => {
  const at = (path: string) => join(folder, path);
  const site = () => pki('site', '--folder', at('site'), '--regency', '62.07', '--neighbours', '62.02');
  const asked = site();
  assert.equal(asked.status, 1);
  const [, fingerprint = ''] = /Its fingerprint: ([0-9a-f ]+)/.exec(asked.said) ?? [];
  const plain = fingerprint.replaceAll(' ', '');
  assert.equal(plain.length, 64);

  const certify = (...given: string[]) =>
    pki(
      `certify --regency 62.07 --authority ${at('authority')}`,
      `--request ${at('site/leaf/server.csr')} --folder ${at('carried')}`,
      ...given,
    );
  assert.equal(certify().status, 1);
  assert.equal(certify(`--fingerprint ${plain.replace(/^./, 'x')}`).status, 1);
  assert.equal(certify(`--fingerprint ${plain}`).status, 0);
  for (const file of ['server.pem', 'trusted.pem'])
    copyFileSync(at(`carried/${file}`), at(`site/leaf/${file}`));
  assert.equal(site().status, 0);

  assert.equal(pki('check', '--folder', folder).status, 0);
  const soon = pki('check', '--folder', folder, '--days', '400');
  assert.equal(soon.status, 1);
  assert.match(soon.said, /36[45] days {2}site\/leaf\/server\.pem/);
});

test('a hub lists its sites; replacing a key keeps the one before it', ({ folder }) => {
  const hub = (...more: string[]) =>
    pki(
      `hub --folder ${join(folder, 'hub')} --authority ${join(folder, 'authority')}`,
      '--node hub=hub.example.id,10.0.0.1 --site 62.07:62.02 --site 62.02:62.07',
      ...more,
    );
  const users = () => readFileSync(join(folder, 'hub/hub/users.conf'), 'utf8');
  assert.equal(hub().status, 0);
  const steward = /# steward\n\s+\{\n\s+nkey: (U\w+)/;
  const [, before = ''] = steward.exec(users()) ?? [];
  assert.match(users(), /user: "r6202@sites\.siaga"[\s\S]*user: "r6207@sites\.siaga"|r6207[\s\S]*r6202/);
  assert.equal(hub('--replace', 'steward').status, 0);
  const [, after = ''] = steward.exec(users()) ?? [];
  assert.notEqual(after, before);
  assert.ok(users().includes(before));
});

test('a wrong option is named and nothing is made', ({ folder }) => {
  for (const [args, says] of [
    [['site', '--folder', join(folder, 'a'), '--regency', 'Seruyan'], /"Seruyan"/],
    [['hub', '--folder', join(folder, 'a'), '--authority', join(folder, 'b')], /--node/],
    [['certify', '--authority', join(folder, 'b'), '--request', join(folder, 'none')], /none/],
    [['other'], /hub, site, certify, trust or check/],
  ] as const) {
    const { status, said } = pki(...args);
    assert.equal(status, 2, said);
    assert.match(said, says);
  }
});
