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
  /** The message at a position; undefined where it was lost or never was. */
  at(position: number): Promise<Stored | undefined>;
  /**
   * The nearest position at or before one that can be read, 0 for none, where those that can't lie together, as after a
   * damaged block: 2 × log2 of their number looks, each of which costs the server some 2 ms there. Where they do not, it may
   * be an earlier one.
   */
  readableAtOrBefore(position: number): Promise<number>;
}

export interface Stored {
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
  const at = async (position: number): Promise<Stored | undefined> => {
    if (position < 1) return undefined;
    const message: StoredMessage | undefined = await orUndefined(
      jsm.streams.getMessage(stream, { seq: position }),
    );
    if (!message) return undefined;
    const { subject, data: bytes, header } = message;
    return { subject, bytes, again: header.has(AGAIN), source: header.get(SOURCE) || undefined };
  };
  return {
    created: info.created,
    lastPosition: info.state.last_seq,
    lost: info.state.last_seq - info.state.messages,
    at,
    async readableAtOrBefore(position) {
      let unreadable = position + 1;
      let readable = position;
      for (let step = 1; readable > 0 && !(await at(readable)); step *= 2) {
        unreadable = readable;
        readable = Math.max(0, position - step);
      }
      while (unreadable - readable > 1) {
        const middle = (readable + unreadable) >> 1;
        if (await at(middle)) readable = middle;
        else unreadable = middle;
      }
      return readable;
    },
  };
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
