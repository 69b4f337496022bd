/** Reads single messages of a stream by position. */
import type { JetStreamManager, NatsConnection } from 'nats';
import { ASKING, isNotFound } from './errors.ts';

/** The header of a message that was published out of its order, because the stream had lost it. */
export const AGAIN = 'Siaga-Again';

export interface StoredStream {
  /** When the stream was made, as the server writes it. Another time means another stream. */
  readonly created: string;
  /** The last message's position; 0 for an empty stream. */
  readonly lastPosition: number;
  /** How many positions have no message, as far as the server knows. */
  readonly lost: number;
  /** The message at a position; undefined where it was lost or never was, or is a filling. */
  at(position: number): Promise<Stored | undefined>;
  /** Whether the server can read the last message, whatever it is; so for an empty stream. */
  endsReadable(): Promise<boolean>;
  /**
   * The nearest position at or before one that can be read and is no filling, 0 for none, where all others lie together,
   * as after a damaged block: 2 × log2 of their number looks, each of which costs the server some 2 ms there. Where they do
   * not, it may be an earlier one.
   */
  readableAtOrBefore(position: number): Promise<number>;
  /** As `readableAtOrBefore`, and was not published again out of its order. */
  originalAtOrBefore(position: number): Promise<number>;
}

/** On which subject a stream is filled where its last block is damaged; see `damage.ts`. */
export const fillingOf = (stream: string): string => `filling.${stream}`;
/** Whether it is a message that says nothing, and is passed over. */
export const isFilling = (subject: string): boolean => subject.startsWith('filling.');

interface Stored {
  subject: string;
  bytes: Uint8Array;
  /** It was published out of its order. */
  again: boolean;
  /** What the server says of where a source got it, at its stream's origin; undefined for what was published here. */
  source: string | undefined;
}

/** The server's own header of what a source brought. */
export const SOURCE = 'Nats-Stream-Source';

/** The stream as it is now, or undefined where there is none of that name. */
export async function openStored(nc: NatsConnection, stream: string): Promise<StoredStream | undefined> {
  const jsm = await nc.jetstreamManager(ASKING);
  const info = await orUndefined(jsm.streams.info(stream));
  if (!info) return undefined;
  const read = (position: number): Promise<StoredMessage | undefined> =>
    orUndefined(jsm.streams.getMessage(stream, { seq: position }));
  const at = async (position: number): Promise<Stored | undefined> => {
    const message = position < 1 ? undefined : await read(position);
    if (!message || isFilling(message.subject)) return undefined;
    const { subject, data: bytes, header } = message;
    return { subject, bytes, again: header.has(AGAIN), source: header.get(SOURCE) || undefined };
  };
  return {
    created: info.created,
    lastPosition: info.state.last_seq,
    lost: info.state.last_seq - info.state.messages,
    at,
    endsReadable: async () => info.state.last_seq === 0 || (await read(info.state.last_seq)) !== undefined,
    readableAtOrBefore: (position) => lastBefore(position, async (one) => (await at(one)) !== undefined),
    originalAtOrBefore: (position) => lastBefore(position, async (one) => (await at(one))?.again === false),
  };
}

/** The nearest position at or before one that is good, 0 for none, where all others lie together. */
async function lastBefore(position: number, isGood: (position: number) => Promise<boolean>): Promise<number> {
  let bad = position + 1;
  let good = position;
  for (let step = 1; good > 0 && !(await isGood(good)); step *= 2) {
    bad = good;
    good = Math.max(0, position - step);
  }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (await isGood(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

type StoredMessage = Awaited<ReturnType<JetStreamManager['streams']['getMessage']>>;

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
