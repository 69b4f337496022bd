/** Keeps a stream of this site's own events whole: what it lost from its middle is published again from the journal. */
import type { Ledger } from '@siaga/ledger';
import { type ClientLink, openInventory, openMender, type Range } from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import { type JournalName, readEntries } from './journal.ts';
import type { Relay } from './relay.ts';
import { Wake } from './wake.ts';

export interface MendingDeps {
  /** To the site's own server. */
  nc: Parameters<typeof openMender>[0];
  link: Pick<ClientLink, 'onStatus' | 'isUp'>;
  regency: string;
  stream: string;
  ledger: Pick<Ledger, 'read'>;
  journal: JournalName;
  /** The one that publishes into the stream. */
  relay: Pick<Relay, 'state'>;
  log?: Pick<FastifyBaseLogger, 'warn'> | undefined;
}

export interface Mending {
  /** Somebody missed something: the stream is read whole at once, where that was not done within a minute. Answers which. */
  suspect(): boolean;
  stop(): Promise<void>;
}

const CHECK_MS = 10_000;
/** Until the relay has asked the stream, which comes first: reading it all at once would only take longer. */
const START_MS = 500;
/** Who missed much asks many times, and each time the stream might be read whole. */
const SUSPECT_MS = 60_000;
const BATCH = 512;

/**
 * Looks for losses when the relay has first asked the stream, every 10 s, when the connection comes back and when it is
 * told to, and publishes the same events again, with the same bytes. They stand at the stream's end then; followers put them into their order. The
 * end itself is the relay's to publish again. While the relay stands still, for whatever reason, nothing is done.
 */
export function startMending({
  nc,
  link,
  regency,
  stream,
  ledger,
  journal,
  relay,
  log,
}: MendingDeps): Mending {
  const inventory = openInventory(nc, stream);
  const mender = openMender(nc, regency, stream);
  const wake = new Wake();
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  let suspectAgainAt = 0;
  let failure: string | undefined;

  const mend = async ({ from, to }: Range): Promise<void> => {
    let next = from;
    while (next <= to && !stopped) {
      const entries = await readEntries(ledger, journal, next - 1, Math.min(BATCH, to - next + 1));
      const last = entries.at(-1);
      if (!last) return;
      await mender.put(entries);
      inventory.filled({ from: next, to: last.sequence });
      next = last.sequence + 1;
    }
  };
  const look = async (): Promise<void> => {
    const { asked, failing, publishedSequence } = relay.state();
    if (!link.isUp() || !asked || failing !== undefined) return;
    const missing = (await inventory.missing()).filter(({ to }) => to <= publishedSequence);
    if (missing.length === 0) return;
    log?.warn({ missing: missing.slice(0, 10) }, `${stream} has lost events: they are published again`);
    for (const range of missing) await mend(range);
  };
  const run = async () => {
    while (!stopped) {
      try {
        // A server that is silent is not waited for when the site ends.
        await Promise.race([look(), stopping.promise]);
        failure = undefined;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== failure) log?.warn({ err: error }, `losses of ${stream} wait: ${reason}`);
        failure = reason;
      }
      await wake.wait(relay.state().asked ? CHECK_MS : START_MS);
    }
  };
  const unwatch = link.onStatus(({ type }) => {
    if (type !== 'reconnect') return;
    // The server may have been killed, or its files.
    inventory.suspect();
    wake.call();
  });
  const running = run();

  return {
    suspect() {
      if (performance.now() < suspectAgainAt) return false;
      suspectAgainAt = performance.now() + SUSPECT_MS;
      inventory.suspect();
      wake.call();
      return true;
    },
    async stop() {
      stopped = true;
      unwatch();
      wake.call();
      stopping.resolve();
      await running;
    },
  };
}
