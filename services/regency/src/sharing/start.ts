/** Sharing from a site's start to its end: connection, streams, relays, inboxes, heartbeats. */
import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '@siaga/ledger';
import {
  answerAsks,
  askOwner,
  connectNats,
  ensureSite,
  keepStreams,
  EVENTS,
  linkOf,
  INTERNAL,
  listenHeartbeats,
  newestAtHub,
  openPublisher,
  type Publisher,
  sendHeartbeats,
  StreamUnavailable,
} from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import { INTERNAL_STREAM, JOURNAL_STREAM, type SourceRepair } from '@siaga/domain';
import type { Cooperation } from '../cooperation.ts';
import { type Inbox, startInbox } from '../reactions/inbox.ts';
import { startMending } from './mend.ts';
import { internalPolicy } from './policies.ts';
import { type Relay, startRelay } from './relay.ts';
import { type Repair, startRepair, type Way } from './repair.ts';
import { readJournalPage } from './shared-journal.ts';
import { type HeldBy, openStanding, type Standing } from './standing.ts';

export interface SharingDeps {
  regency: string;
  neighbours: readonly string[];
  ledger: Ledger;
  /** The site's own NATS server. */
  nats: { servers: string[]; seed: string };
  cooperation: Pick<Cooperation, 'policy' | 'signing' | 'register'>;
  /** How to ask neighbours over HTTP, by code, where the hub does not connect them. */
  http?: Readonly<Record<string, Way>>;
  /** Milliseconds since 1970. */
  clock: () => number;
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

export interface Sharing {
  /** The journal's last sequence; 0 before the relay runs. */
  journalSequence(): number;
  /** Up to where the stream holds everything; undefined before the relay runs. */
  publishedSequence(): number | undefined;
  /** Why nothing new is published whatever is recorded, where it is so; see `Standing`. */
  held(): HeldBy | undefined;
  /** Why nothing is shared at the moment, for a readiness check; undefined when it is. */
  missing(): string | undefined;
  /** What is missing of a neighbour's events and is being asked for; undefined for nothing. */
  repair(neighbour: string): SourceRepair | undefined;
  stop(): Promise<void>;
}

/** Three missed ones make a neighbour say that the link is lost. */
const HEARTBEAT_MS = 2_000;
/** Who was silent for so long, or says that it starts, is answered at once: it waits to hear what we have of it. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
/** But not more often than this. */
const ANSWER_MS = 500;
const ENSURE_AGAIN_MS = 1_000;

/** Shares as soon as the site's NATS server is there: the site takes commands whether it is or not. */
export function startSharing(deps: SharingDeps): Sharing {
  const { regency, neighbours, ledger, nats, cooperation, http = {}, clock, logger } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let relay: Relay | undefined;
  let internal: Relay | undefined;
  let standing: Standing | undefined;
  const heldBy = (): HeldBy | undefined => standing?.held()?.by;
  let failure: string | undefined;
  let refused: () => string | undefined = () => undefined;
  const closers: (() => unknown)[] = [];
  const repairs = new Map<string, Repair>();

  const start = async () => {
    const nc = await connectNats({ ...nats, name: 'regency' });
    if (signal.aborted) {
      await nc.close();
      return;
    }
    closers.push(() => nc.close());
    refused = () => linkOf(nc).refused();
    while (!signal.aborted) {
      try {
        await ensureSite(nc, { regency, neighbours });
        break;
      } catch (error) {
        if (!(error instanceof StreamUnavailable)) throw error;
        logger.warn(error.message);
        await sleep(ENSURE_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    if (signal.aborted) return;
    const newId = () => randomUUIDv7();
    const link = linkOf(nc);
    const common = { regency, ledger, link, newId, clock, log: logger };
    const keeper = keepStreams(() => ensureSite(nc, { regency, neighbours }), {
      onChanged(streams) {
        logger.warn({ streams }, 'streams were made, or filled past damage');
        for (const one of [relay, internal]) one?.look();
      },
    });
    closers.push(() => keeper.stop());
    /** Makes the site's streams where they are gone, before it looks how far one is. */
    const publisherOf = (publisher: Publisher): Publisher => ({
      ...publisher,
      async lastPublished() {
        await keeper.look();
        return publisher.lastPublished();
      },
    });
    const opened = openStanding({
      ledger,
      neighbours,
      askHub: () => newestAtHub(nc, regency, cooperation.signing.keyring(regency)),
      newId,
      log: logger,
    });
    standing = opened;
    closers.push(() => opened.stop());
    const started = startRelay({
      ...common,
      publisher: publisherOf(openPublisher(nc, regency, EVENTS, (raw) => cooperation.signing.isOwn(raw))),
      journal: JOURNAL_STREAM,
      policy: cooperation.policy,
      sign: (envelope, through) => cooperation.signing.sign(envelope, through),
      standing: opened,
    });
    relay = started;
    closers.push(() => started.stop());
    const within = startRelay({
      ...common,
      publisher: publisherOf(openPublisher(nc, regency, INTERNAL)),
      journal: INTERNAL_STREAM,
      policy: internalPolicy,
    });
    internal = within;
    closers.push(() => within.stop());
    const own = { nc, link, regency, ledger, log: logger };
    const mending = startMending({ ...own, stream: EVENTS, journal: JOURNAL_STREAM, relay: started });
    const mendingWithin = startMending({
      ...own,
      stream: INTERNAL,
      journal: INTERNAL_STREAM,
      relay: within,
    });
    closers.push(() => Promise.all([mending.stop(), mendingWithin.stop()]));
    const answers = answerAsks(
      nc,
      { regency, neighbours },
      (range) => readJournalPage(ledger, range),
      (neighbour, range) => {
        // Its copy of ours may lack what our stream lost. Who missed much asks many times.
        if (mending.suspect())
          logger.info({ neighbour, ...range }, 'a neighbour asks for events that it missed');
      },
    );
    closers.push(() => answers.stop());
    const inboxes = new Map<string, Inbox>();
    const heartbeats = sendHeartbeats(nc, regency, {
      sequence: () => started.state().publishedSequence,
      more() {
        const held = heldBy() ?? (started.state().asked ? undefined : 'starting');
        const has = held === undefined ? {} : { held };
        // What is not known yet must not be taken for nothing.
        if (inboxes.size < neighbours.length) return has;
        const seen = Object.fromEntries([...inboxes].map(([neighbour, inbox]) => [neighbour, inbox.seen()]));
        return { ...has, seen };
      },
      everyMs: HEARTBEAT_MS,
    });
    const heardAt = new Map<string, number>();
    const answeredAt = new Map<string, number>();
    const since = (times: Map<string, number>, neighbour: string): number =>
      performance.now() - (times.get(neighbour) ?? Number.NEGATIVE_INFINITY);
    const listening = listenHeartbeats(
      nc,
      neighbours,
      ({ regency: neighbour, sequence, seen, held }) => {
        repairs.get(neighbour)?.heard({ sequence });
        if (seen) opened.heard(neighbour, seen[regency] ?? { sequence: 0 });
        const waits = held === 'starting' || since(heardAt, neighbour) > SILENCE_MS;
        heardAt.set(neighbour, performance.now());
        if (!waits || since(answeredAt, neighbour) < ANSWER_MS) return;
        answeredAt.set(neighbour, performance.now());
        heartbeats.beat();
      },
      (problem) => logger.warn(problem, 'a heartbeat can’t be read'),
    );
    closers.push(() => listening.stop());
    closers.push(() => heartbeats.stop());
    // The register must have read the ledger for that, which takes its time.
    await Promise.all(
      neighbours.map(async (neighbour) => {
        const inbox = await startInbox({ nc, neighbour, ledger, cooperation, newId, log: logger });
        inboxes.set(neighbour, inbox);
        closers.push(() => inbox.stop());
        const repair = startRepair({
          nc,
          link,
          neighbour,
          nats: {
            name: 'NATS',
            ask: (range) => askOwner(nc, { owner: neighbour, asker: regency }, range),
          },
          http: http[neighbour],
          followed: () => inbox.state(),
          keys: () => Object.keys(cooperation.signing.keyring(neighbour)),
          log: logger,
        });
        repairs.set(neighbour, repair);
        closers.push(() => repair.stop());
      }),
    );
  };
  const starting = start().catch((error: unknown) => {
    failure = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) logger.error({ err: error }, 'sharing could not start');
  });

  return {
    journalSequence: () => relay?.state().journalSequence ?? 0,
    publishedSequence() {
      const state = relay?.state();
      return state?.asked === true ? state.publishedSequence : undefined;
    },
    held: heldBy,
    repair: (neighbour) => repairs.get(neighbour)?.state(),
    missing() {
      if (failure !== undefined) return failure;
      const refusal = refused();
      if (refusal !== undefined) return `the NATS server refused ${refusal}`;
      if (!relay) return 'the site’s NATS server was not reached yet';
      return relay.state().failing ?? internal?.state().failing;
    },
    async stop() {
      stopping.abort();
      // A connection that was never made has nothing to close; the process ends without it.
      if (relay) await starting;
      for (const close of closers.reverse()) await close();
    },
  };
}
