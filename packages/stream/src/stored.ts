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
  at(position: number): Promise<{ subject: string; bytes: Uint8Array; again: boolean } | undefined>;
}

/** The stream as it is now, or undefined where there is none of that name. */
export async function openStored(nc: NatsConnection, stream: string): Promise<StoredStream | undefined> {
  const jsm = await nc.jetstreamManager(ASKING);
  const info = await orUndefined(jsm.streams.info(stream));
  if (!info) return undefined;
  return {
    created: info.created,
    lastPosition: info.state.last_seq,
    lost: info.state.last_seq - info.state.messages,
    at: async (position) => {
      const message: StoredMessage | undefined = await orUndefined(
        jsm.streams.getMessage(stream, { seq: position }),
      );
      if (!message) return undefined;
      return { subject: message.subject, bytes: message.data, again: message.header.has(AGAIN) };
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
