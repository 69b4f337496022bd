/**
 * The folders of a site and of a hub: everything that their NATS servers and services need to know each other.
 * Made where missing, renewed where due, left alone else: safe to repeat.
 *
 *   seeds/<service>.seed      a service's nkey, for that service alone; `operator` and `admin` are for people
 *   signing/                  a site's keys for what it shares, and those that it trusts; see packages/stream
 *   <server>/nats.conf        from infra/nats
 *   <server>/users.conf       who may connect, with the public nkeys
 *   <server>/server.key       stays on this machine
 *   <server>/server.csr       asks the authority to certify the key
 *   <server>/server.pem       the certificate
 *   <server>/trusted.pem      the authorities that are trusted
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { domainOf, makePrivateKey, readTrustedKeys, trustKey } from '@siaga/stream';
import type { RegencyCode, SigningKey } from '@siaga/domain';
import { existsSync } from 'node:fs';
import type { Authority } from './authority.ts';
import {
  belongs,
  certificatesIn,
  namesFor,
  namesOf,
  newKey,
  type Purpose,
  requestFor,
  spanOf,
} from './certificates.ts';
import { crossings, siteAccount } from './crossings.ts';
import { textOf, writePrivate, writePublic } from './files.ts';
import { ensureNkey } from './nkeys.ts';
import { hubSteward, pictureService, regencyService, siteLink, type SiteOf } from './permissions.ts';
import { type NkeyUser, usersConf } from './users-conf.ts';

interface Common {
  folder: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Where it is on this machine; else the request is carried there, and the certificate back. */
  authority?: Authority | undefined;
  /** Names whose nkeys are replaced: `regency`. The key before counts for 7 more days. */
  replace?: readonly string[];
}

export interface HubNode {
  /** Its server name and its folder's. */
  name: string;
  /** Host names and addresses under which sites and the other nodes reach it. */
  hosts: readonly string[];
}

export interface ServerFolder {
  /** The configuration, to be run with its folder as working directory. */
  config: string;
  /** Asks to certify the server's key. */
  request: string;
  /** Whether there is a certificate of its key that counts. */
  certified: boolean;
}

export interface SiteFolder extends ServerFolder {
  /** With which the site signs until it announces another; its neighbours are told, and trust it. */
  signingKey: SigningKey;
}

/** The name in a site's certificate, and so of its user at the hub: `r6207@sites.siaga`. */
export const linkName = (regency: RegencyCode): string => `${domainOf(regency)}@sites.siaga`;

/** Where a site's seeds are. */
export const seedsOf = (folder: string): string => join(folder, 'seeds');

/** Where a site's signing keys are. */
export const signingKeysOf = (folder: string): string => join(folder, 'signing');

/** A site's folder, its server's in `leaf`, with its first signing key. */
export const ensureSiteFolder = async (options: Common & SiteOf): Promise<SiteFolder> => {
  const user = userMaker(options);
  const signingKey = ensureSigningKey(signingKeysOf(options.folder), options.regency);
  const server = await ensureServer(options, {
    name: 'leaf',
    conf: 'leaf.conf',
    purpose: { kind: 'site', name: linkName(options.regency) },
    users: usersConf({
      services: [
        user('regency', regencyService(options)),
        user('picture', pictureService(options)),
        user('operator'),
      ],
      admin: user('admin'),
    }),
  });
  return { ...server, signingKey };
};

/** The first key that a site has pinned as its own. Made where there is none. */
const ensureSigningKey = (folder: string, regency: RegencyCode): SigningKey => {
  const known = existsSync(folder) ? readTrustedKeys(folder)[regency]?.[0] : undefined;
  if (known !== undefined) return known;
  const { key } = makePrivateKey(folder);
  trustKey(folder, regency, key);
  return key;
};

/** A hub's folder, one server's folder a node in it; the sites are those that may dial in. */
export const ensureHubFolder = async (
  options: Common & { nodes: readonly HubNode[]; sites: readonly SiteOf[] },
): Promise<ServerFolder[]> => {
  const user = userMaker(options);
  const users = usersConf({
    services: [user('steward', hubSteward(options.sites.map(({ regency }) => regency))), user('operator')],
    admin: user('admin'),
    hub: {
      links: options.sites.map((site) => ({
        account: siteAccount(site.regency),
        name: linkName(site.regency),
        permissions: siteLink(site),
      })),
      crossings: crossings(options.sites),
    },
  });
  const servers: ServerFolder[] = [];
  for (const { name, hosts } of options.nodes) {
    const conf = options.nodes.length > 1 ? 'hub-of-three.conf' : 'hub.conf';
    servers.push(await ensureServer(options, { name, conf, purpose: { kind: 'hub', hosts }, users }));
  }
  return servers;
};

/**
 * Certifies a site's request and writes what is carried back to it, `server.pem` and `trusted.pem`. Returns the paths.
 * Whoever calls this has asked the site whether the request is its own: nothing else here proves it.
 */
export const certifySite = async ({
  authority,
  regency,
  request,
  folder,
}: {
  authority: Authority;
  regency: RegencyCode;
  request: string;
  folder: string;
}): Promise<string[]> => {
  const certificate = join(folder, 'server.pem');
  const trusted = join(folder, 'trusted.pem');
  writePublic(certificate, await authority.certify(request, { kind: 'site', name: linkName(regency) }));
  writePublic(trusted, authority.trusted);
  return [certificate, trusted];
};

const userMaker = ({ folder, now, replace = [] }: Common) => {
  return (name: string, permissions?: NkeyUser['permissions']): NkeyUser => {
    const keys = ensureNkey({ folder: seedsOf(folder), now }, name, replace.includes(name));
    return permissions ? { name, keys, permissions } : { name, keys };
  };
};

const ensureServer = async (
  { folder, now, authority }: Common,
  { name, conf, purpose, users }: { name: string; conf: string; purpose: Purpose; users: string },
): Promise<ServerFolder> => {
  const at = (file: string) => join(folder, name, file);
  writePublic(at('nats.conf'), textOf(shipped(conf)) ?? '');
  writePublic(at('nats-common.conf'), textOf(shipped('common.conf')) ?? '');
  writePublic(at('users.conf'), users);
  let key = textOf(at('server.key'));
  if (key === undefined) {
    key = await newKey();
    writePrivate(at('server.key'), key);
    writePublic(at('server.csr'), await requestFor(key));
  }
  const request = textOf(at('server.csr')) ?? (await requestFor(key));
  writePublic(at('server.csr'), request);
  if (authority) writePublic(at('trusted.pem'), authority.trusted);
  const trusted = certificatesIn(textOf(at('trusted.pem')) ?? '');
  const present = textOf(at('server.pem'));
  const counts = present !== undefined && (await belongs(present, request, trusted));
  const asWanted = counts && String(namesOf(present)) === String(namesFor(purpose)) && !isDue(present, now);
  if (authority && !asWanted) writePublic(at('server.pem'), await authority.certify(request, purpose));
  return {
    config: at('nats.conf'),
    request: at('server.csr'),
    certified: authority !== undefined || (counts && spanOf(present).notAfter > now),
  };
};

/** Whether less than a third of a certificate's time is left. */
const isDue = (certificate: string, now: number): boolean => {
  const { notBefore, notAfter } = spanOf(certificate);
  return notAfter - now < (notAfter - notBefore) / 3;
};

const shipped = (name: string): string =>
  fileURLToPath(new URL(`../../../infra/nats/${name}`, import.meta.url));
