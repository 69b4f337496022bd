/** Finds which of a regency's events a stream of this site has lost. */
import type { RegencyCode } from '@siaga/domain';
import type { NatsConnection } from 'nats';
import { asStreamError } from './errors.ts';
import { readMessage } from './message.ts';
import { type Range, Sequences, without } from './ranges.ts';
import { openReader } from './reader.ts';
import { openStored } from './stored.ts';

export interface Inventory {
  /**
   * What the stream lacks below its highest sequence; nothing for a stream that does not exist. Messages that are no
   * valid events of the regency don't count. Throws `StreamUnavailable`.
   *
   * The stream is read whole the first time, at every sign of a loss, once an hour without any, and once a minute while
   * something is missing: about 60,000 events a second. Else it costs one request. The signs: messages fewer than its
   * positions, a shorter stream, one that was made again, and a `suspect()`. nats-server 2.9.10 shows a lost block
   * and a stream rolled back in its counts; of a flipped byte it shows nothing, not even after a restart: it passes
   * over the message in silence. Only reading finds that.
   */
  missing(): Promise<readonly Range[]>;
  /** Something was not found there: it is read whole the next time. */
  suspect(): void;
  /** What was missing was put there. When nothing is left, the next `missing()` reads whether it is so. */
  filled(range: Range): void;
}

const READ = 1_000;
const AGAIN_MS = 3_600_000;
const AGAIN_WHILE_MISSING_MS = 60_000;

export function openInventory(
  nc: NatsConnection,
  { stream, regency }: { stream: string; regency: RegencyCode },
): Inventory {
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
        missing = await missingUpTo(nc, { stream, regency, last });
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

const missingUpTo = async (
  nc: NatsConnection,
  { stream, regency, last }: { stream: string; regency: RegencyCode; last: number },
): Promise<Range[]> => {
  const reader = await openReader(nc, stream, 1);
  try {
    const seen = new Sequences();
    while (!reader.past(last)) {
      await reader.arrival();
      for (const { subject, bytes } of reader.take(READ)) {
        const reading = readMessage(regency, subject, bytes);
        if (reading.kind === 'event') seen.add(reading.event.sequence);
      }
      // Others of this process want their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return seen.missing();
  } finally {
    reader.close();
  }
};
