/** Finds which of a regency's events a stream of this site has lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { asStreamError } from './errors.ts';
import { type Range, Sequences, without } from './ranges.ts';
import { openReader } from './reader.ts';
import { openStored } from './stored.ts';

export interface Inventory {
  /**
   * What the stream lacks below its highest sequence; nothing for a stream that does not exist. Throws
   * `StreamUnavailable`.
   *
   * The stream is read whole the first time, at every sign of a loss, once an hour without any, and once a minute while
   * something is missing: about 40,000 events a second. Else it costs one request. The signs: messages fewer than its
   * positions, a shorter stream, one that was made again, and a `suspect()`. nats-server 2.9.10 shows a lost block
   * and a stream rolled back in its counts; of a flipped byte it shows nothing, not even after a restart: it passes
   * over the message in silence. Only reading finds that.
   */
  missing(): Promise<readonly Range[]>;
  /** Something may have happened to it: it is read whole the next time. */
  suspect(): void;
  /** What was missing was put there. When nothing is left, the next `missing()` reads whether it is so. */
  filled(range: Range): void;
}

const READ = 1_000;
/** Between so many messages: who follows the stream, and what waits for its turn, come first. */
const PAUSE_MS = 10;
const AGAIN_MS = 3_600_000;
const AGAIN_WHILE_MISSING_MS = 60_000;

export function openInventory(nc: NatsConnection, stream: string): Inventory {
  let known: { created: string; lost: number; last: number; readAt: number } | undefined;
  let missing: readonly Range[] = [];
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
        ({ missing } = await readHoldings(nc, { stream, last }));
        known = { created, lost, last, readAt };
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
      if (missing.length === 0) known = undefined;
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
 * Reads a stream of one regency's events whole, up to the position `last`. Looks at the numbers alone: what a server
 * hands out is as it was published, and whether that was an event is for followers to tell.
 */
export async function readHoldings(
  nc: NatsConnection,
  { stream, last }: { stream: string; last: number },
): Promise<Holdings> {
  const reader = await openReader(nc, stream, 1);
  try {
    const seen = new Sequences();
    while (!reader.past(last)) {
      await reader.arrival();
      for (const { bytes } of reader.take(READ)) {
        const sequence = sequenceIn(bytes);
        if (sequence !== undefined) seen.add(sequence);
      }
      await sleep(PAUSE_MS);
    }
    return { highest: seen.highest, missing: seen.missing() };
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
