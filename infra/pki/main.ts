#!/usr/bin/env node
/**
 * Makes and renews the keys and certificates between sites and hub; safe to repeat. See docs/operations.md.
 *
 *   hub      --folder DIR --authority DIR --node NAME=HOST,HOST … --site 62.07:62.02 …
 *   site     --folder DIR --regency 62.07 --neighbours 62.02 [--authority DIR]
 *   certify  --authority DIR --regency 62.07 --request FILE --folder DIR
 *   trust    --folder DIR --regency 62.02 --key KEY
 *   check    --folder DIR [--days 30]
 *
 * `hub` and `site` take `--replace NAME,NAME` for new nkeys of these services. `certify` prints the request's
 * fingerprint, and certifies where it is given with `--fingerprint`. Exit codes: 0 done, 1 something is to be done
 * (which is said), 2 a wrong option.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RegencyCode, SigningKey } from '@siaga/domain';
import {
  certifySite,
  ensureAuthority,
  ensureHubFolder,
  ensureSiteFolder,
  fingerprintOf,
  type HubNode,
  signingKeysOf,
  type SiteOf,
  spanOf,
} from '@siaga/pki';
import { trustKey } from '@siaga/stream';

class WrongOption extends Error {}

const DAY_MS = 24 * 3_600_000;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string' },
    authority: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    site: { type: 'string', multiple: true, default: [] },
    regency: { type: 'string' },
    neighbours: { type: 'string', default: '' },
    request: { type: 'string' },
    key: { type: 'string' },
    fingerprint: { type: 'string' },
    replace: { type: 'string', default: '' },
    days: { type: 'string', default: '30' },
  },
});

const needed = (name: 'folder' | 'authority' | 'regency' | 'request' | 'key'): string => {
  const value = values[name];
  if (value === undefined) throw new WrongOption(`--${name} is missing`);
  return value;
};
const codeOf = (text: string): RegencyCode => {
  const parsed = RegencyCode.safeParse(text);
  if (!parsed.success) throw new WrongOption(`"${text}" is no regency's code`);
  return parsed.data;
};
const listOf = (text: string): string[] => text.split(',').filter((part) => part !== '');

const nodeOf = (text: string): HubNode => {
  const [name = '', hosts = ''] = text.split('=');
  if (!/^[A-Za-z][\w-]*$/.test(name) || hosts === '')
    throw new WrongOption(`--node is NAME=HOST,HOST, not "${text}"`);
  return { name, hosts: listOf(hosts) };
};
const siteOf = (text: string): SiteOf => {
  const [regency = '', neighbours = ''] = text.split(':');
  return { regency: codeOf(regency), neighbours: listOf(neighbours).map(codeOf) };
};

const now = Date.now();
const common = async () => ({
  folder: needed('folder'),
  now,
  replace: listOf(values.replace),
  authority: values.authority === undefined ? undefined : await ensureAuthority(values.authority, now),
});

const commands: Record<string, () => Promise<number>> = {
  async hub() {
    needed('authority');
    const nodes = values.node.map(nodeOf);
    if (nodes.length === 0) throw new WrongOption('--node is missing');
    const servers = await ensureHubFolder({ ...(await common()), nodes, sites: values.site.map(siteOf) });
    for (const { config } of servers) console.log(config);
    return 0;
  },
  async site() {
    const server = await ensureSiteFolder({
      ...(await common()),
      regency: codeOf(needed('regency')),
      neighbours: listOf(values.neighbours).map(codeOf),
    });
    console.log(server.config);
    console.log(`It signs with ${server.signingKey}: have each neighbour trust that (pki trust).`);
    if (server.certified) return 0;
    console.log(`Have this certified, and put server.pem and trusted.pem beside it: ${server.request}`);
    console.log(`Its fingerprint: ${await fingerprintOf(readFileSync(server.request, 'utf8'))}`);
    return 1;
  },
  async certify() {
    const request = readFileSync(needed('request'), 'utf8');
    const fingerprint = await fingerprintOf(request);
    const plain = (text: string) => text.replaceAll(' ', '');
    if (plain(values.fingerprint ?? '') !== plain(fingerprint)) {
      console.log(`The request's fingerprint is ${fingerprint}`);
      console.log('Ask the site for its own, and give that with --fingerprint.');
      return 1;
    }
    const authority = await ensureAuthority(needed('authority'), now);
    const regency = codeOf(needed('regency'));
    for (const file of await certifySite({ authority, regency, request, folder: needed('folder') }))
      console.log(file);
    return 0;
  },
  trust() {
    const key = SigningKey.safeParse(needed('key'));
    if (!key.success) throw new WrongOption(`--key is 43 characters of base64url`);
    trustKey(signingKeysOf(needed('folder')), codeOf(needed('regency')), key.data);
    return Promise.resolve(0);
  },
  check() {
    const folder = needed('folder');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(server|authority-\d+)\.pem$/.test(name),
    );
    let due = 0;
    for (const file of files) {
      const left = Math.floor((spanOf(readFileSync(join(folder, file), 'utf8')).notAfter - now) / DAY_MS);
      if (left < Number(values.days)) due += 1;
      console.log(`${String(left).padStart(5)} days  ${file}`);
    }
    return Promise.resolve(due === 0 ? 0 : 1);
  },
};

try {
  const command = commands[positionals[0] ?? ''];
  if (!command) throw new WrongOption('say hub, site, certify, trust or check');
  if (values.request !== undefined && !existsSync(values.request))
    throw new WrongOption(`there is no ${values.request}`);
  process.exitCode = await command();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof WrongOption ? 2 : 1;
}
