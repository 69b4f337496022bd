/** Sharing from a site's start to its end: connection, streams, relays, inboxes, heartbeats. */
import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '@siaga/ledger';
import {
  connectNats,
  ensureSite,
  linkOf,
  INTERNAL,
  openPublisher,
  sendHeartbeats,
  StreamUnavailable,
} from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import { INTERNAL_STREAM, JOURNAL_STREAM } from '@siaga/domain';
import type { Cooperation } from '../cooperation.ts';
import { startInbox } from '../reactions/inbox.ts';
import { internalPolicy } from './policies.ts';
import { type Relay, startRelay } from './relay.ts';

export interface SharingDeps {
  regency: string;
  neighbours: readonly string[];
  ledger: Ledger;
  /** The site's own NATS server. */
  nats: { servers: string[]; seed: string };
  cooperation: Pick<Cooperation, 'policy' | 'signing' | 'register'>;
  /** Milliseconds since 1970. */
  clock: () => number;
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

export interface Sharing {
  /** The journal's last sequence; 0 before the relay runs. */
  journalSequence(): number;
  /** Up to where the stream holds everything; undefined before the relay runs. */
  publishedSequence(): number | undefined;
  /** Why nothing is shared at the moment, for a readiness check; undefined when it is. */
  missing(): string | undefined;
  stop(): Promise<void>;
}

/** Three missed ones make a neighbour say that the link is lost. */
const HEARTBEAT_MS = 2_000;
const ENSURE_AGAIN_MS = 1_000;

/** Shares as soon as the site's NATS server is there: the site takes commands whether it is or not. */
export function startSharing(deps: SharingDeps): Sharing {
  const { regency, neighbours, ledger, nats, cooperation, clock, logger } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let relay: Relay | undefined;
  let internal: Relay | undefined;
  let failure: string | undefined;
  let refused: () => string | undefined = () => undefined;
  const closers: (() => unknown)[] = [];

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
    const common = { regency, ledger, link: linkOf(nc), newId, clock, log: logger };
    const started = startRelay({
      ...common,
      publisher: openPublisher(nc, regency),
      journal: JOURNAL_STREAM,
      policy: cooperation.policy,
      sign: (envelope, through) => cooperation.signing.sign(envelope, through),
    });
    relay = started;
    closers.push(() => started.stop());
    const within = startRelay({
      ...common,
      publisher: openPublisher(nc, regency, INTERNAL),
      journal: INTERNAL_STREAM,
      policy: internalPolicy,
    });
    internal = within;
    closers.push(() => within.stop());
    for (const neighbour of neighbours) {
      const inbox = await startInbox({ nc, neighbour, ledger, cooperation, newId, log: logger });
      closers.push(() => inbox.stop());
    }
    const heartbeats = sendHeartbeats(nc, regency, {
      sequence: () => started.state().publishedSequence,
      everyMs: HEARTBEAT_MS,
    });
    closers.push(() => heartbeats.stop());
  };
  const starting = start().catch((error: unknown) => {
    failure = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) logger.error({ err: error }, 'sharing could not start');
  });

  return {
    journalSequence: () => relay?.state().journalSequence ?? 0,
    publishedSequence: () => relay?.state().publishedSequence,
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
