/**
 * Who may say and hear what on a NATS server. Every user has two lists of subjects, and what is in neither is
 * refused. The services' own answers come to inboxes of their own, `_INBOX.<service>.…`.
 *
 * A JetStream request names its stream in its subject, so "may read EVENTS" and "may not delete it" are lists of
 * subjects too. No service may delete a message, or purge or remove a stream.
 */
import { type RegencyCode, regencyToken } from '@siaga/domain';
import {
  answersTo,
  askOf,
  domainOf,
  EVENTS,
  fillingOf,
  heartbeatOf,
  HUB_DOMAIN,
  hubConsumerOf,
  hubStream,
  INTERNAL,
  internalSubjectsOf,
  ownAtHub,
  repairSubjectsOf,
  sharedStream,
  subjectsOf,
  syncPrefix,
} from '@siaga/stream';

export interface Permissions {
  publish: string[];
  subscribe: string[];
}

export interface SiteOf {
  regency: RegencyCode;
  /** Whose events it is to see. */
  neighbours: readonly RegencyCode[];
}

const manage = (stream: string): string[] =>
  ['INFO', 'CREATE', 'UPDATE'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`);

const look = (stream: string): string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
];

const consume = (stream: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
  `$JS.API.CONSUMER.DELETE.${stream}.*`,
];

const inboxOf = (service: string) => `_INBOX.${service}.>`;

/**
 * Relay, inboxes, heartbeat and repair: speaks for the regency, keeps its streams, reads what the neighbours said, asks
 * them for what was missed, puts that into their copies, answers when asked, and hears from the neighbours and the hub how
 * far its own events are known.
 */
export const regencyService = ({ regency, neighbours }: SiteOf): Permissions => {
  const copies = neighbours.map(sharedStream);
  const streams = [EVENTS, INTERNAL, ...copies];
  return {
    publish: [
      subjectsOf(regency),
      internalSubjectsOf(regency),
      heartbeatOf(regency),
      hubConsumerOf(regency),
      ...streams.flatMap((stream) => [
        ...manage(stream),
        `$JS.API.STREAM.MSG.GET.${stream}`,
        fillingOf(stream),
      ]),
      ...streams.flatMap(consume),
      ...neighbours.flatMap((neighbour) => [
        repairSubjectsOf(neighbour),
        askOf(neighbour, regency),
        answersTo(neighbour, regency),
      ]),
    ],
    subscribe: [
      inboxOf('regency'),
      ownAtHub(regency),
      ...neighbours.flatMap((neighbour) => [
        heartbeatOf(neighbour),
        askOf(regency, neighbour),
        answersTo(regency, neighbour),
      ]),
    ],
  };
};

/** Reads every stream of the site and hears the heartbeats; says nothing. */
export const pictureService = ({ regency, neighbours }: SiteOf): Permissions => ({
  publish: [EVENTS, INTERNAL, ...neighbours.map(sharedStream)].flatMap((stream) => [
    ...look(stream),
    ...consume(stream),
  ]),
  subscribe: [inboxOf('picture'), ...[regency, ...neighbours].map(heartbeatOf)],
});

/** Keeps the hub's streams: sees whether their ends can be read, and fills those that can't with what no site takes. */
export const hubSteward = (regencies: readonly RegencyCode[]): Permissions => ({
  publish: regencies.flatMap((regency) => [
    ...manage(hubStream(regency)),
    `$JS.API.STREAM.MSG.GET.${hubStream(regency)}`,
    fillingOf(hubStream(regency)),
  ]),
  subscribe: [inboxOf('steward')],
});

/**
 * What crosses a site's link to the hub: `publish` towards the hub, `subscribe` towards the site.
 *
 * - The hub's source on the site's `EVENTS`: made, its events, its flow control.
 * - The site's sources on the hub's copies of its neighbours' events, filtered by the neighbour: nats-server makes a
 *   filtered source's consumer on a subject that ends with the filter, and refuses one whose text says another.
 * - A look at the last of the site's own events there, by such a consumer.
 * - Heartbeats, the own one out and the neighbours' in.
 * - Asking the neighbours for what was missed and answering them, each under both names.
 *
 * The hub's requests want their answers on `_R_.>`, where the server has put them on the way between its accounts; the
 * site's own on `$JSC.R.>`. JetStream's own requests cross in no other form, so that no side manages the other's
 * streams. See crossings.ts for what holds whoever runs the site's server.
 */
export const siteLink = ({ regency, neighbours }: SiteOf): Permissions => {
  const siteApi = `$JS.${domainOf(regency)}.API.CONSUMER`;
  const token = regencyToken(regency);
  return {
    publish: [
      ...[regency, ...neighbours].map(hubConsumerOf),
      ...neighbours.map((neighbour) => `$JS.FC.${hubStream(neighbour)}.>`),
      `${syncPrefix(token, HUB_DOMAIN)}.>`,
      '_R_.>',
      heartbeatOf(regency),
      ...neighbours.flatMap((neighbour) => [askOf(neighbour, regency), answersTo(neighbour, regency)]),
    ],
    subscribe: [
      `${siteApi}.CREATE.${EVENTS}`,
      `${siteApi}.CREATE.${EVENTS}.*`,
      `$JS.FC.${EVENTS}.>`,
      `${syncPrefix(HUB_DOMAIN, token)}.>`,
      '$JSC.R.>',
      ...neighbours.map(heartbeatOf),
      ...neighbours.flatMap((neighbour) => [askOf(regency, neighbour), answersTo(regency, neighbour)]),
    ],
  };
};
