/** The write sides of both regencies in this process, with real NATS servers between them, and words for aid. */
import type { AidThreadView, Resource, Role } from '@siaga/domain';
import { ensureHub } from '@siaga/stream';
import { startTopology, type Topology, until } from '@siaga/testkit';
import { hashOfDocument, type Sharing, startSharing, type Way } from '../src/index.ts';
import { KOTIM, openSite, SERUYAN, type Site } from './site.ts';

export interface TwoSites {
  topology: Topology;
  seruyan: Site;
  kotim: Site;
  /** What a site shares. */
  sharing(regency: string): Sharing;
  close(): Promise<void>;
}

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** `http` says how a site asks its neighbours where the hub does not connect them. */
export async function openTwoSites({
  http = () => ({}),
}: {
  http?: (regency: string) => Record<string, Way>;
} = {}): Promise<TwoSites> {
  const topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
  await ensureHub(await topology.hub.connect(), [KOTIM, SERUYAN]);
  const open = async (regency: string, neighbour: string) => {
    const site = await openSite({ regency });
    const sharing = startSharing({
      regency,
      neighbours: [neighbour],
      ledger: site.ledger,
      nats: topology.site(regency).as('regency'),
      cooperation: site.cooperation,
      http: http(regency),
      clock: () => site.time.now,
      logger: QUIET,
    });
    return { site, sharing };
  };
  const halves = [await open(SERUYAN, KOTIM), await open(KOTIM, SERUYAN)] as const;
  await until('both share', () => halves.every(({ sharing }) => sharing.missing() === undefined));
  return {
    topology,
    seruyan: halves[0].site,
    kotim: halves[1].site,
    sharing: (regency) => halves[regency === SERUYAN ? 0 : 1].sharing,
    async close() {
      for (const { site, sharing } of halves) {
        await sharing.stop();
        await site.close();
      }
      await topology.stop();
    },
  };
}

/** Sends a command that must be accepted, and answers its body. */
export async function did(
  site: Site,
  as: Role,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const answer = await site.send('POST', `/api/v1${path}`, { as, body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
export const made = async (site: Site, as: Role, path: string, body: unknown): Promise<string> =>
  String((await did(site, as, path, body))['id']);

/** What a site's register has of a conversation and a resource. */
export const threadAt = ({ cooperation }: Site, id: string): AidThreadView | undefined =>
  cooperation.register.known.conversations.get(id)?.view;
export const resourceAt = ({ cooperation }: Site, id: string): Resource =>
  cooperation.register.known.resources.get(id) ?? { state: 'none' };
export const heardAt = (site: Site, conversation: string): string[] =>
  (threadAt(site, conversation)?.messages ?? []).map(({ event }) => event.type);
export const untilHeard = (site: Site, conversation: string, type: string): Promise<void> =>
  until(`a site heard ${type}`, () => heardAt(site, conversation).includes(type));

const DAY_MS = 86_400_000;
export const at = (site: Pick<Site, 'time'>, plusMs = 0): string =>
  new Date(site.time.now + plusMs).toISOString();
export const hours = (count: number): number => count * 3_600_000;

export const documentOf = (site: Pick<Site, 'time'>, terms: object = {}) => ({
  title: 'Kesepakatan bantuan bencana Seruyan dan Kotawaringin Timur',
  clauses: [
    { id: 'maksud', heading: 'Maksud', text: 'Para pihak saling membantu dalam bencana.' },
    { id: 'biaya', heading: 'Biaya', text: 'Biaya ditanggung peminta.' },
  ],
  terms: {
    dataClasses: ['mutual-aid', 'resources'],
    resourceKinds: ['field-kitchen', 'rice', 'rubber-boat', 'water-pump'],
    longestDeploymentDays: 14,
    whoPays: 'asking',
    contacts: [{ regency: SERUYAN, office: 'Pusdalops', channel: 'Radio 143.000' }],
    responseMinutes: 60,
    from: at(site, -2 * DAY_MS).slice(0, 10),
    to: at(site, 300 * DAY_MS).slice(0, 10),
    burdensBudget: false,
    ...terms,
  },
});

/** Drafted by Seruyan, finalised and signed by both; known at both sites when it resolves. */
export async function signAgreement(sites: TwoSites, terms: object = {}): Promise<string> {
  const { seruyan, kotim } = sites;
  const document = documentOf(seruyan, terms);
  const id = await made(seruyan, 'kalaksa', '/agreements', { counterpart: KOTIM, document });
  const text = { version: 1, hash: hashOfDocument(document) };
  const known = (site: Site) => site.cooperation.register.known.agreements.get(id);
  await until('Kotim has the draft', () => known(kotim) !== undefined);
  await did(seruyan, 'kalaksa', `/agreements/${id}/finalise`, text);
  await did(kotim, 'kalaksa', `/agreements/${id}/finalise`, text);
  await until('both know it is final', () =>
    [seruyan, kotim].every((site) =>
      [SERUYAN, KOTIM].every((party) => known(site)?.[party]?.finalised.length === 1),
    ),
  );
  await did(seruyan, 'kalaksa', `/agreements/${id}/sign`, text);
  await did(kotim, 'kalaksa', `/agreements/${id}/sign`, text);
  await until('it is in force at both', () =>
    [seruyan, kotim].every((site) => site.cooperation.register.grants(at(site)).grants.length === 2),
  );
  return id;
}

export const boatOf = (site: Site, name: string, kind = 'rubber-boat'): Promise<string> =>
  made(site, 'logistik', '/resources', { kind, name, home: { place: '62.02.06' } });

/** Seruyan asks Kotim for aid in an incident of its own. */
export async function ask(
  { seruyan, kotim }: TwoSites,
  items: object[] = [{ item: '1', kind: 'rubber-boat', quantity: 2 }],
  changes: object = {},
): Promise<string> {
  const incident = await seruyan.reported();
  const id = await made(seruyan, 'pusdalops', '/mutual-aid/requests', {
    to: KOTIM,
    incident,
    items,
    where: { place: '62.07.05' },
    from: at(seruyan, hours(1)),
    durationHours: 72,
    answerBy: at(seruyan, hours(12)),
    ...changes,
  });
  await untilHeard(kotim, id, 'AidRequested');
  return id;
}

/** Kotim offers for a request, and Seruyan knows it. */
export async function offer(
  { seruyan, kotim }: TwoSites,
  request: string,
  resources: string[],
  changes: object = {},
): Promise<string> {
  const id = await made(kotim, 'logistik', '/mutual-aid/offers', {
    to: SERUYAN,
    request,
    response: 'accept',
    lines: [{ item: '1', kind: 'rubber-boat', resources }],
    validUntil: at(kotim, hours(6)),
    ...changes,
  });
  await until(
    'Seruyan has the offer',
    () => threadAt(seruyan, request)?.offers.some((one) => one.id === id) === true,
  );
  return id;
}
