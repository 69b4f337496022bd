/** Publishes a regency's journal into its stream. Only the regency's service does, so there is one writer. */
import type { RegencyCode } from '@siaga/domain';
import { Events, headers, type MsgHdrs, type NatsConnection } from 'nats';
import { ackedPublishing } from './acks.ts';
import { linkOf } from './connect.ts';
import { asStreamError, StreamUnavailable } from './errors.ts';
import { readMessage } from './message.ts';
import { AGAIN, openStored, type StoredStream } from './stored.ts';
import { EVENTS, type INTERNAL, repairSubjectOf, sharedStream } from './streams.ts';

export interface JournalEntry {
  /** The regency's number of the event. */
  sequence: number;
  subject: string;
  /** The event as published: the envelope's JSON in UTF-8. */
  bytes: Uint8Array;
}

export interface Publisher {
  /**
   * The sequence up to which the stream holds everything; 0 for an empty or missing stream. Publish on from the
   * next one. Messages that are no valid events of this regency are passed over. Most often it is the last
   * message's; it is less where a connection broke in a way that let later messages through and not earlier
   * ones. Throws `StreamUnavailable`.
   */
  lastPublished(): Promise<number>;
  /**
   * Publishes the entries in order, none before the 64th before it is stored. Resolves when all are stored.
   * On the first error sends no more, and rejects when everything in flight is settled (up to 5 s; at once where the connection is lost): ask
   * `lastPublished()` and go on from there. An entry that is not known to be stored may be, and is then stored
   * twice, which followers pass over. Rejects with `StreamUnavailable` when it can be tried again, else with the
   * client's error (a refused permission, a message too large).
   *
   * Sends neither `Nats-Msg-Id` nor expected sequences: each can stall the sources of nats-server 2.9 for good.
   */
  publish(entries: readonly JournalEntry[]): Promise<void>;
}

/** So many have to be read at each start: in a damaged block nats-server 2.9.10 takes milliseconds for each. */
const IN_FLIGHT = 64;
/** Messages read at once when walking back. */
const STRIDE = 64;

/**
 * The publisher of a regency's events into a stream of its own site, which need not exist yet. `isOurs` says whether the
 * regency has signed a message's text: what somebody else has put into the stream must not count as published, or the
 * true event of its number never would be. Without it, as for what is not signed, every valid event counts.
 */
export function openPublisher(
  nc: NatsConnection,
  regency: RegencyCode,
  stream: typeof EVENTS | typeof INTERNAL = EVENTS,
  isOurs: (raw: string) => boolean = () => true,
): Publisher {
  let known: Known | undefined;
  // What a server has lost it shows after its start.
  linkOf(nc).onStatus(({ type }) => {
    if (type === Events.Disconnect) known = undefined;
  });
  return {
    async lastPublished() {
      try {
        mustBeUp(nc);
        const stored = await openStored(nc, stream);
        if (!stored) return 0;
        const from = known && (await isStillSo(stored, known)) ? known : NOTHING;
        const { sequence, isAll } = await lastComplete(stored, { regency, isOurs, from });
        const { created, lastPosition: position } = stored;
        const end = await stored.at(position);
        known = end && isAll ? { created, position, bytes: end.bytes, sequence } : undefined;
        return sequence;
      } catch (error) {
        throw asStreamError(error, `reading the end of ${stream}`);
      }
    },
    async publish(entries) {
      const before = known;
      // Until all is stored, and where something was not, the stream is to be read.
      known = undefined;
      const position = await sendAll(nc, stream, entries);
      const [first, last] = [entries[0], entries.at(-1)];
      // Elsewhere than behind what was known: the stream went back, or somebody else writes into it.
      if (before && position !== before.position + entries.length) return;
      if (before && first?.sequence === before.sequence + 1 && last)
        known = { ...before, position, bytes: last.bytes, sequence: last.sequence };
    },
  };
}

/**
 * What the stream was seen to hold. As long as the message at the position is the same, only those after it are read: a
 * look at a stream in good order costs some requests, and not 64 signatures.
 */
interface Known {
  /** When the stream was made: another one counts anew. */
  created: string;
  position: number;
  bytes: Uint8Array;
  /** All up to there lies at the position or before, and nothing later. */
  sequence: number;
}

const NOTHING = { position: 0, sequence: 0 };

async function isStillSo(stored: StoredStream, { created, position, bytes }: Known): Promise<boolean> {
  if (stored.created !== created || stored.lastPosition < position) return false;
  const message = await stored.at(position);
  return message !== undefined && Buffer.compare(message.bytes, bytes) === 0;
}

/** What is sent while the connection is down is waited for in vain, 5 s long, also when it is up again by then. */
const mustBeUp = (nc: NatsConnection): void => {
  if (!linkOf(nc).isUp()) throw new StreamUnavailable('the connection to the site’s NATS server is down');
};

/** Puts into a stream of this site what that lost from its middle, or missed. */
export interface Mender {
  /** Resolves when all are stored, and rejects as a `Publisher` does. Whoever calls it has checked the entries. */
  put(entries: readonly JournalEntry[]): Promise<void>;
}

/**
 * The mender of a regency's events in a stream of its own site, or in another site's copy of them. The messages carry a
 * header that says what they are, so that `lastPublished` does not take them for the stream's end.
 */
export function openMender(nc: NatsConnection, regency: RegencyCode, stream: string): Mender {
  const header = headers();
  header.set(AGAIN, '1');
  const isCopy = stream === sharedStream(regency);
  return {
    async put(entries) {
      const repairs = entries.map((entry) => ({ ...entry, subject: repairSubjectOf(entry.subject) }));
      await sendAll(nc, stream, isCopy ? repairs : entries, header);
    },
  };
}

/** Answers where the last of them was stored; 0 for none. */
async function sendAll(
  nc: NatsConnection,
  stream: string,
  entries: readonly JournalEntry[],
  header?: MsgHdrs,
): Promise<number> {
  mustBeUp(nc);
  const publishing = ackedPublishing(nc);
  const send = async ({ sequence, subject, bytes }: JournalEntry) => {
    const ack = await publishing.publish(subject, bytes, header);
    if (ack.stream !== stream)
      throw new Error(`event ${sequence} went into stream ${ack.stream}, not ${stream}`);
    lastPosition = Math.max(lastPosition, ack.position);
  };
  let lastPosition = 0;
  const sent: Promise<void>[] = [];
  let failure: { error: unknown; sequence: number } | undefined;
  for (const [index, entry] of entries.entries()) {
    await sent[index - IN_FLIGHT];
    if (failure) break;
    sent.push(
      send(entry).catch((error: unknown) => {
        failure ??= { error, sequence: entry.sequence };
      }),
    );
  }
  await Promise.all(sent);
  if (failure) throw asStreamError(failure.error, `publishing event ${failure.sequence}`);
  return lastPosition;
}

/**
 * Walks back from the end of the stream until what is known, or a run of `IN_FLIGHT` events one after the other, or the
 * stream's beginning: what comes before such a run is complete, because fewer than `IN_FLIGHT` are sent after one that is
 * not stored; what was lost from there later is not looked for here (see `openInventory`). Then the answer is the end of
 * the unbroken sequence from there, and whether that is all that was seen.
 */
async function lastComplete(
  stored: StoredStream,
  {
    regency,
    isOurs,
    from,
  }: { regency: RegencyCode; isOurs: (raw: string) => boolean; from: Pick<Known, 'position' | 'sequence'> },
): Promise<{ sequence: number; isAll: boolean }> {
  const seen = new Set<number>();
  let run = { first: 0, length: 0 };
  for (let end = stored.lastPosition; run.length < IN_FLIGHT; end -= STRIDE) {
    if (end > from.position) end = await stored.readableAtOrBefore(end);
    if (end <= from.position) break;
    const positions = Array.from(
      { length: Math.min(STRIDE, end - from.position) },
      (_, index) => end - index,
    );
    const messages = await Promise.all(positions.map((position) => stored.at(position)));
    for (const message of messages) {
      const reading = message && readMessage(regency, message.subject, message.bytes);
      if (reading?.kind !== 'event' || !isOurs(reading.raw)) continue;
      const { sequence } = reading.event;
      seen.add(sequence);
      if (message?.again) continue;
      run = { first: sequence, length: sequence === run.first - 1 ? run.length + 1 : 1 };
      if (run.length === IN_FLIGHT) break;
    }
  }
  let sequence = run.length === IN_FLIGHT ? run.first : from.sequence;
  while (seen.has(sequence + 1)) sequence += 1;
  return { sequence, isAll: [...seen].every((one) => one <= sequence) };
}
