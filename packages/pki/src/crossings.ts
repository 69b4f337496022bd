/**
 * The hub's accounts: one for each site that may dial in, and the one that holds the streams. Nothing passes from one
 * account to another but what is listed here, and the hub's own server sees to it. That counts whatever a site sends:
 * of the rights of a link (permissions.ts), nats-server before 2.11.16 leaves it to the site's server to keep to what it
 * may send.
 *
 * Heartbeats and questions pass from site to site directly. In the account of the streams a site can have the hub's
 * server say something: a consumer's events, on a subject of the site's choice.
 */
import { type RegencyCode, regencyToken } from '@siaga/domain';
import {
  answersTo,
  askOf,
  domainOf,
  EVENTS,
  heartbeatOf,
  HUB_DOMAIN,
  hubStream,
  subjectsOf,
  syncPrefix,
} from '@siaga/stream';
import type { SiteOf } from './permissions.ts';

/** The account that holds the streams, at the hub and at every site. */
export const STREAMS_ACCOUNT = 'SIAGA';

/** The account of a site at the hub: `r6207`. */
export const siteAccount = domainOf;

/** What passes between accounts: messages of a `stream` from its owner, requests of a `service` to its owner. */
export interface Crossing {
  kind: 'stream' | 'service';
  subject: string;
  /** The account that gives it. */
  owner: string;
  /** The accounts that have it; no others do. */
  users: readonly string[];
}

/**
 * Everything that passes between the accounts of a hub with these sites. A neighbour that is none of the sites is left
 * out.
 *
 * A server that has a consumer made for its source does not need to remove it: one whose deliveries nobody hears is
 * gone after 5 s.
 */
export const crossings = (sites: readonly SiteOf[]): Crossing[] =>
  [
    ...sites.flatMap((site) => ofSite(site.regency, sites)),
    // How far the hub has got with a site's events. The stream's name is in it, the site's is not.
    {
      kind: 'stream',
      subject: `$JS.FC.${EVENTS}.>`,
      owner: STREAMS_ACCOUNT,
      users: sites.map(accountOf),
    } as const,
  ].filter(({ users }) => users.length > 0);

const accountOf = ({ regency }: SiteOf): string => siteAccount(regency);

const ofSite = (regency: RegencyCode, sites: readonly SiteOf[]): Crossing[] => {
  const own = siteAccount(regency);
  const token = regencyToken(regency);
  const siteApi = `$JS.${domainOf(regency)}.API.CONSUMER.CREATE.${EVENTS}`;
  const stream = hubStream(regency);
  const readers = sites.filter(({ neighbours }) => neighbours.includes(regency));
  const byReaders = readers.map(accountOf);
  return [
    // The hub's source on the site's events.
    { kind: 'service', subject: siteApi, owner: own, users: [STREAMS_ACCOUNT] },
    { kind: 'service', subject: `${siteApi}.*`, owner: own, users: [STREAMS_ACCOUNT] },
    { kind: 'stream', subject: `${syncPrefix(token, HUB_DOMAIN)}.>`, owner: own, users: [STREAMS_ACCOUNT] },
    // The readers' sources on the hub's copy, and the owner's look at its end. The server has replaced the
    // `$JS.hub.API` in a site's request by then.
    {
      kind: 'service',
      subject: `$JS.API.CONSUMER.CREATE.${stream}.*.${subjectsOf(regency)}`,
      owner: STREAMS_ACCOUNT,
      users: [own, ...byReaders],
    },
    { kind: 'service', subject: `$JS.FC.${stream}.>`, owner: STREAMS_ACCOUNT, users: byReaders },
    // What the site's own sources are sent.
    { kind: 'stream', subject: `${syncPrefix(HUB_DOMAIN, token)}.>`, owner: STREAMS_ACCOUNT, users: [own] },
    { kind: 'stream', subject: heartbeatOf(regency), owner: own, users: byReaders },
    ...readers.flatMap((reader): Crossing[] => [
      { kind: 'stream', subject: askOf(regency, reader.regency), owner: accountOf(reader), users: [own] },
      { kind: 'stream', subject: answersTo(reader.regency, regency), owner: own, users: [accountOf(reader)] },
    ]),
  ];
};
