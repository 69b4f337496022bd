/**
 * Asking a regency for events of its shared journal that were missed. A request and its answer cross the hub as plain
 * messages. Both sides are in either subject, so that the hub can hold each site to its own.
 */
import { randomUUID } from 'node:crypto';
import { type RegencyCode, regencyToken } from '@siaga/domain';
import { ErrorCode, type Msg, type NatsConnection, NatsError } from 'nats';
import { z } from 'zod';
import { reasonOf } from './errors.ts';
import type { JournalEntry } from './publish.ts';
import type { Range } from './ranges.ts';

/** The subject on which one site asks another for what it has published: `ask.<owner>.<who asks>`. */
export const askOf = (owner: RegencyCode, asker: RegencyCode): string =>
  `ask.${regencyToken(owner)}.${regencyToken(asker)}`;

const answerPrefix = (asker: RegencyCode, owner: RegencyCode): string =>
  `answer.${regencyToken(asker)}.${regencyToken(owner)}`;
/** Every subject on which an owner answers who asked: `answer.<who asked>.<owner>.<number>`. */
export const answersTo = (asker: RegencyCode, owner: RegencyCode): string =>
  `${answerPrefix(asker, owner)}.*`;

/** The bytes of the entries of one page; the first one is in it whatever its size. Base for the server's 1 MB. */
const PAGE_BYTES = 262_144;
/** The entries of one page at most. */
export const PAGE_ENTRIES = 512;

export const Ask = z
  .strictObject({ from: z.int().positive(), to: z.int().positive() })
  .refine(({ from, to }) => from <= to, 'to is not before from');

/** An entry on its way as JSON: `text` is the envelope as published. */
export const SentEntry = z.strictObject({
  sequence: z.int().positive(),
  subject: z.string().min(1).max(255),
  text: z.string().min(1),
});
export type SentEntry = z.infer<typeof SentEntry>;

export const SentPage = z.strictObject({
  /** The last sequence of the owner's journal. */
  head: z.int().nonnegative(),
  /** In order, without holes, from the first that was asked for on; fewer than asked for where they are many. */
  entries: z.array(SentEntry).max(PAGE_ENTRIES),
});
export type SentPage = z.infer<typeof SentPage>;

const Answer = z.union([SentPage, z.strictObject({ error: z.string() })]);

/** Some of a regency's journal. */
export interface Page {
  /** The last sequence of the owner's journal. */
  head: number;
  entries: JournalEntry[];
}

/** Reads a page, of at most `PAGE_ENTRIES` and `PAGE_BYTES`. */
export type ReadPage = (range: Range) => Promise<Page>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const sentOf = ({ sequence, subject, bytes }: JournalEntry): SentEntry => ({
  sequence,
  subject,
  text: decoder.decode(bytes),
});
export const receivedOf = ({ sequence, subject, text }: SentEntry): JournalEntry => ({
  sequence,
  subject,
  bytes: Buffer.from(text),
});

/** As many entries from the first on as go into one page. */
export const pageOf = (entries: readonly JournalEntry[]): JournalEntry[] => {
  let bytes = 0;
  const end = entries.findIndex((entry, index) => {
    bytes += entry.bytes.length;
    return index > 0 && (bytes > PAGE_BYTES || index >= PAGE_ENTRIES);
  });
  return entries.slice(0, end === -1 ? entries.length : end);
};

/**
 * Answers the neighbours' asks, one of each at a time; who asks again before it has its answer gets none. `onAsk` is
 * told of every ask.
 */
export function answerAsks(
  nc: NatsConnection,
  { regency, neighbours }: { regency: RegencyCode; neighbours: readonly RegencyCode[] },
  read: ReadPage,
  onAsk: (neighbour: RegencyCode, range: Range) => void,
): { stop(): void } {
  const answer = async (neighbour: RegencyCode, message: Msg) => {
    try {
      const range = Ask.parse(message.json());
      onAsk(neighbour, range);
      const { head, entries } = await read(range);
      const page: SentPage = { head, entries: entries.map(sentOf) };
      message.respond(JSON.stringify(page));
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
      message.respond(JSON.stringify({ error: reason }));
    }
  };
  const subscriptions = neighbours.map((neighbour) => {
    let answering = false;
    return nc.subscribe(askOf(regency, neighbour), {
      callback: (error, message) => {
        if (error || answering) return;
        // An answer anywhere else would be refused, and a service that is refused is not ready; or it would be a heartbeat
        // that is none.
        if (message.reply?.startsWith(`${answerPrefix(neighbour, regency)}.`) !== true) return;
        answering = true;
        answer(neighbour, message)
          // The connection went away: who asked will ask again.
          .catch(() => undefined)
          .finally(() => {
            answering = false;
          });
      },
    });
  });
  return {
    stop() {
      if (nc.isClosed()) return;
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

const ANSWER_MS = 3_000;

/**
 * Asks a neighbour for some of its journal. Rejects with a sentence: nobody hears it there, no answer in 3 s, or what
 * the owner said against it. What comes has the right form and is else unchecked.
 */
export async function askOwner(
  nc: NatsConnection,
  { owner, asker }: { owner: RegencyCode; asker: RegencyCode },
  range: Range,
): Promise<Page> {
  let message: Msg;
  try {
    message = await nc.request(askOf(owner, asker), JSON.stringify(range), {
      timeout: ANSWER_MS,
      noMux: true,
      reply: `${answerPrefix(asker, owner)}.${randomUUID()}`,
    });
  } catch (error) {
    const code = error instanceof NatsError ? error.code : undefined;
    if (code === ErrorCode.NoResponders) throw new Error(`nobody at ${owner} hears it`, { cause: error });
    if (code === ErrorCode.Timeout) throw new Error(`${owner} did not answer`, { cause: error });
    throw error;
  }
  const answer = Answer.parse(message.json());
  if ('error' in answer) throw new Error(`${owner} answered: ${answer.error}`);
  return { head: answer.head, entries: answer.entries.map(receivedOf) };
}
