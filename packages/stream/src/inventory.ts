/** Finds which of a regency's events a stream of this site has lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { asStreamError } from './errors.ts';
import { type Range, Sequences, without } from './ranges.ts';
import { openReader } from './reader.ts';
import { openStored } from './stored.ts';

export interface Inventory {
  /**
   * What the stream is known to lack below its highest sequence; nothing for a stream that does not exist. Throws
   * `StreamUnavailable`.
   *
   * The newest 5,000 messages are read at once, at every sign of a loss, once an hour without any, and once a minute while
   * something is missing; all before them meanwhile, at leisure, and what is found there is answered later. Else it costs one
   * request. The signs: messages fewer than its positions, a shorter stream, one that was made again, and a `suspect()`.
   * nats-server 2.9.10 shows a lost block and a stream rolled back in its counts; of a flipped byte it shows nothing, not
   * even after a restart: it passes over the message in silence. Only reading finds that. And a block in which it can't find
   * its way any more it reads anew for each message: so where reading takes long, it is left alone in between.
   */
  missing(): Promise<readonly Range[]>;
  /** Something may have happened to it: it is read again the next time. */
  suspect(): void;
  /** What was missing was put there. When nothing is left, the next `missing()` reads whether it is so. */
  filled(range: Range): void;
}

const READ = 1_000;
const NEWEST = 5_000;
const AGAIN_MS = 3_600_000;
const AGAIN_WHILE_MISSING_MS = 60_000;
/** Messages that the server is asked for ahead. */
const AHEAD = 200;
/** How much longer it is left alone than it took, at leisure, and where it takes longer for a message than is usual. */
const REST = { factor: 2, usualMs: 0.5 };

export function openInventory(nc: NatsConnection, stream: string): Inventory {
  let known: { created: string; lost: number; last: number; readAt: number } | undefined;
  let missing: readonly Range[] = [];
  /** The reading of what is older, and what was put there while it goes on, which it may not come past. */
  let older: { filled: Range[]; stop: AbortController } | undefined;

  const readOlder = async (last: number) => {
    const reading = { filled: [] as Range[], stop: new AbortController() };
    older = reading;
    try {
      const holdings = await readHoldings(nc, { stream, last, atLeisure: reading.stop.signal });
      missing = reading.filled.reduce<readonly Range[]>(without, holdings.missing);
    } catch {
      // The connection was lost, or the stream: it is read again when somebody asks.
      if (!reading.stop.signal.aborted) known = undefined;
    }
    if (older === reading) older = undefined;
  };

  return {
    async missing() {
      try {
        const stored = await openStored(nc, stream);
        if (!stored) return [];
        const { created, lastPosition: last, lost } = stored;
        const readAt = performance.now();
        const dueAfter = missing.length > 0 ? AGAIN_WHILE_MISSING_MS : AGAIN_MS;
        const asBefore =
          known?.created === created &&
          lost <= known.lost &&
          last >= known.last &&
          readAt - known.readAt < dueAfter;
        if (known && asBefore) {
          known.last = last;
          return missing;
        }
        const first = Math.max(1, last - NEWEST + 1);
        ({ missing } = await readHoldings(nc, { stream, first, last }));
        known = { created, lost, last, readAt };
        older?.stop.abort();
        if (first > 1) void readOlder(last);
        return missing;
      } catch (error) {
        throw asStreamError(error, `looking for losses in ${stream}`);
      }
    },
    suspect() {
      known = undefined;
    },
    filled(range) {
      missing = without(missing, range);
      older?.filled.push(range);
      if (missing.length === 0 && !older) known = undefined;
    },
  };
}

/** What a stream holds of a regency's events. */
export interface Holdings {
  /** 0 for none. */
  highest: number;
  /** What is missing below that, in order. */
  missing: Range[];
}

/**
 * Reads a stream of one regency's events from position `first`, the stream's first where it is left out, up to the position
 * `last`. Looks at the numbers alone: what a server hands out is as it was published, and whether that was an event is for
 * followers to tell. Of a part, nothing is missing below the first event that was published in its order. With a signal it takes
 * its time, and rejects when that aborts.
 */
export async function readHoldings(
  nc: NatsConnection,
  {
    stream,
    first = 1,
    last,
    atLeisure,
  }: { stream: string; first?: number; last: number; atLeisure?: AbortSignal },
): Promise<Holdings> {
  const reader = await openReader(nc, stream, first, AHEAD);
  try {
    const seen = new Sequences();
    let from = first === 1 ? 1 : undefined;
    let begunAt = performance.now();
    while (!reader.past(last)) {
      await reader.arrival();
      atLeisure?.throwIfAborted();
      const messages = reader.take(READ);
      for (const message of messages) {
        const sequence = sequenceIn(message.bytes);
        if (sequence === undefined) continue;
        if (from === undefined && !message.again()) from = sequence;
        seen.add(sequence);
      }
      // Others of this process want their turn, and others of the server.
      const took = performance.now() - begunAt;
      await sleep(atLeisure || took > REST.usualMs * messages.length ? REST.factor * took : 0);
      begunAt = performance.now();
    }
    const below = { from: 1, to: (from ?? seen.highest) - 1 };
    return { highest: seen.highest, missing: below.to < 1 ? seen.missing() : without(seen.missing(), below) };
  } finally {
    reader.close();
  }
}

const SEQUENCE = Buffer.from('"sequence":');
const [ZERO, NINE] = [48, 57];

/** The number in an envelope, without reading the rest: the data, which may say anything, come last. */
function sequenceIn(bytes: Uint8Array): number | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(SEQUENCE);
  if (at < 0) return undefined;
  let sequence = 0;
  for (let index = at + SEQUENCE.length; index < bytes.length; index += 1) {
    const digit = bytes[index] ?? 0;
    if (digit < ZERO || digit > NINE) break;
    sequence = sequence * 10 + digit - ZERO;
  }
  return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : undefined;
}
