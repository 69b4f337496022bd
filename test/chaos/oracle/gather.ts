/** Reads what a run left behind: pictures over HTTP, streams as their operators, ledgers and pictures from their files. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedEvent } from '@siaga/domain';
import { EVENTS, hubStream, INTERNAL, sharedStream } from '@siaga/stream';
import type { ServerHandle } from '@siaga/testkit';
import { consumerOpts } from 'nats';
import type { ChaosSite, ChaosWorld } from '../world.ts';
import {
  digestOf,
  type Entry,
  type Evidence,
  type Held,
  type LedgerEvent,
  type Noun,
  type Published,
  type SiteEvidence,
} from './evidence.ts';

interface Asked {
  acknowledged: Evidence['acknowledged'];
  expected: Evidence['expected'];
  /** Texts. */
  forged: ReadonlySet<string>;
}

/** How long the streams have to become whole again by themselves, and how often that is looked at. */
const STREAMS_WHOLE_MS = 45_000;
const VIEWS_SETTLED_MS = 30_000;
const LOOK_MS = 2_000;
const SILENCE_MS = 3_000;

/** `unwatch` ends what would start the sites again. Ends the sites; their NATS servers run on. */
export const gather = async (
  world: ChaosWorld,
  asked: Asked,
  unwatch: () => Promise<void>,
): Promise<Evidence> => {
  const shown = await settledViews(world);
  const streams = await wholeStreams(world);
  await unwatch();
  for (const { site } of world.sites) await site.end();
  const sites = world.sites.map((site, index): SiteEvidence => {
    const views = shown[index];
    if (!views) throw new Error(`nothing was read of ${site.regency}`);
    return { regency: site.regency, ...readLedger(site), shown: views };
  });
  const [one, other] = sites;
  if (!one || !other) throw new Error('there are two sites');
  return {
    sites: [one, other],
    held: [...streams, ...world.sites.flatMap(readPicture)],
    acknowledged: asked.acknowledged,
    expected: asked.expected,
    forged: new Set([...asked.forged].map(digestOf)),
  };
};

// Over HTTP

/** What both sites show, once it stands still: a site reacts to what it hears, and the other to that. */
const settledViews = async (world: ChaosWorld): Promise<SiteEvidence['shown'][]> => {
  const look = () => Promise.all(world.sites.map(({ site }) => shownBy(site)));
  const digest = (shown: SiteEvidence['shown'][]) =>
    digestOf(JSON.stringify(shown.map((nouns) => Object.values(nouns).map((views) => [...views]))));
  const deadline = performance.now() + VIEWS_SETTLED_MS;
  let before = '';
  for (;;) {
    const shown = await look();
    const now = digest(shown);
    if (now === before || performance.now() > deadline) return shown;
    before = now;
    await sleep(LOOK_MS);
  }
};

type Views = Map<string, Readonly<Record<string, unknown>>>;
interface Page {
  items: { id: string }[];
  next?: string;
}

const shownBy = async (site: ChaosSite['site']): Promise<SiteEvidence['shown']> => {
  const list = async (noun: string): Promise<Views> => {
    const views: Views = new Map();
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: Page = await site.get<Page>(`/api/v1/picture/${noun}${next}`, 'pusdalops');
      for (const { id, ...view } of page.items) views.set(id, { id, ...view });
      next = page.next === undefined ? undefined : `?limit=500&cursor=${encodeURIComponent(page.next)}`;
    }
    return views;
  };
  const paths: Record<Noun, string> = {
    incidents: 'incidents',
    resources: 'resources',
    stocks: 'stocks',
    conversations: 'mutual-aid/conversations',
    agreements: 'agreements',
  };
  const read = await Promise.all(
    Object.entries(paths).map(async ([noun, path]) => [noun, await list(path)] as const),
  );
  return Object.fromEntries(read) as Record<Noun, Views>;
};

// Streams

interface Where {
  server: ServerHandle;
  stream: string;
  at: string;
  owner: string;
  journal: Held['journal'];
  whole: boolean;
}

/** Reads the streams again until they hold their journals, for a time: what is missing is being repaired. */
const wholeStreams = async (world: ChaosWorld): Promise<Held[]> => {
  const { topology, sites } = world;
  const places = sites.flatMap(({ regency, neighbour }): Where[] => {
    const server = topology.site(regency);
    const at = `at the leaf of ${regency}`;
    const own = { server, at, owner: regency, whole: true };
    return [
      { ...own, stream: EVENTS, journal: 'shared' },
      { ...own, stream: INTERNAL, journal: 'internal' },
      { ...own, stream: sharedStream(neighbour), owner: neighbour, journal: 'shared' },
      {
        server: topology.hub,
        stream: hubStream(regency),
        at: 'at the hub',
        owner: regency,
        journal: 'shared',
        whole: false,
      },
    ];
  });
  const journals = new Map(sites.map((site) => [site.regency, readLedger(site).journals]));
  const isWhole = ({ owner, journal, whole, events }: Held) => {
    if (!whole) return true;
    const digests = new Set(events.map(({ digest }) => digest));
    return (journals.get(owner)?.[journal] ?? []).every(({ digest }) => digests.has(digest));
  };
  const read = async (place: Where): Promise<Held> => {
    const { stream, at, owner, journal, whole } = place;
    const events = await messagesOf(place);
    return { owner, journal, whole, where: `${stream} ${at}`, kind: 'stream', events };
  };
  const deadline = performance.now() + STREAMS_WHOLE_MS;
  const wholeOf = async (place: Where): Promise<Held> => {
    for (;;) {
      const inTime = performance.now() < deadline;
      try {
        const now = await read(place);
        if (isWhole(now) || !inTime) return now;
      } catch (error) {
        // A server that is being mended may let a request go unanswered.
        if (!inTime) throw error;
      }
      await sleep(LOOK_MS);
    }
  };
  const held: Held[] = [];
  for (const place of places) held.push(await wholeOf(place));
  return held;
};

/** The events in a stream, whether anybody has said them or not; what is no event at all is left out. */
const messagesOf = async ({ server, stream }: Where): Promise<Published[]> => {
  const nc = await server.connect('chaos');
  try {
    const jsm = await nc.jetstreamManager();
    const { state } = await jsm.streams.info(stream);
    const events: Published[] = [];
    if (state.messages === 0) return events;
    const options = consumerOpts().orderedConsumer().bindStream(stream);
    const messages = await nc.jetstream().subscribe('>', options);
    // What a block has lost is counted as pending for good: the stream is read when nothing comes any more.
    const silence = setTimeout(() => messages.unsubscribe(), SILENCE_MS);
    for await (const message of messages) {
      silence.refresh();
      const event = eventIn(message.string());
      if (event) events.push(event);
      if (message.info.pending === 0) break;
    }
    clearTimeout(silence);
    return events;
  } finally {
    await nc.close();
  }
};

const eventIn = (text: string): Published | undefined => {
  try {
    const { sequence, id } = SharedEvent.pick({ sequence: true, id: true }).parse(JSON.parse(text));
    return { sequence, id, digest: digestOf(text) };
  } catch {
    return undefined;
  }
};

// Files

const rowsOf = (file: string, sql: string): Record<string, unknown>[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

/** The ledger by its file, without a line of the ledger's own code. */
const readLedger = ({ site }: ChaosSite): Pick<SiteEvidence, 'ledger' | 'journals' | 'inbox'> => {
  const ledger: LedgerEvent[] = [];
  const journals = { shared: [] as Entry[], internal: [] as Entry[] };
  const inbox: { owner: string; sequence: number; id: string }[] = [];
  const rows = rowsOf(
    join(site.folder, 'ledger.db'),
    `SELECT position, name AS stream, revision, lower(hex(events.id)) AS id, type, data, metadata
     FROM events JOIN streams ON streams.id = stream ORDER BY position`,
  );
  for (const { position, stream, revision, id, type, data, metadata } of rows) {
    const name = String(stream);
    if (name === 'shared' || name === 'internal') {
      const entry = JSON.parse(String(data)) as { position: number; text: string };
      const { previoushash, ...envelope } = SharedEvent.parse(JSON.parse(entry.text));
      journals[name].push({
        // The place in the stream is the number that it was given.
        sequence: envelope.sequence === Number(revision) ? envelope.sequence : Number.NaN,
        id: envelope.id,
        digest: digestOf(entry.text),
        position: entry.position,
        previoushash,
        hash: hash('sha256', entry.text),
      });
    } else if (name.startsWith('inbox-')) {
      if (type !== 'siaga.inbox.received.v1') continue;
      const { sequence, id: received } = SharedEvent.parse(JSON.parse(String(data)));
      inbox.push({ owner: name.slice('inbox-'.length), sequence, id: received });
    } else {
      const said = JSON.parse(String(metadata)) as { command?: { key: string } };
      ledger.push({
        position: Number(position),
        stream: name,
        revision: Number(revision),
        id: String(id).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
        type: String(type),
        ...(said.command ? { key: said.command.key } : {}),
      });
    }
  }
  return { ledger, journals, inbox };
};

/** What a picture has taken in, by its file. */
const readPicture = ({ site, regency, neighbour }: ChaosSite): Held[] => {
  const rows = rowsOf(join(site.folder, 'picture.db'), 'SELECT position, raw FROM events ORDER BY position');
  const journals = new Map<string, Published[]>();
  for (const { position, raw } of rows) {
    const text = String(raw);
    const event = eventIn(text);
    // A regency's digits, with a 1 before them for what is internal, stand before the ten digits of the number.
    const prefix = String(Math.floor(Number(position) / 1e10));
    const list = journals.get(prefix) ?? [];
    list.push({ sequence: Number(position) % 1e10, id: event?.id ?? '', digest: digestOf(text) });
    journals.set(prefix, list);
  }
  const held = (owner: string, journal: Held['journal']): Held => ({
    owner,
    journal,
    where: `the picture of ${regency} (${journal})`,
    kind: 'picture',
    whole: true,
    events: journals.get(`${journal === 'internal' ? '1' : ''}${owner.replace('.', '')}`) ?? [],
  });
  return [held(regency, 'shared'), held(regency, 'internal'), held(neighbour, 'shared')];
};
