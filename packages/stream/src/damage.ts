/**
 * Gets a stream past a damaged end. After a flipped byte in its last block nats-server 2.9.10 cuts the block off there at its
 * next start, goes on writing behind that, and can read nothing that it writes there, also after further starts, until the
 * block is full: what is published is acknowledged and never delivered. From the next block on everything is as ever.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { headers, type NatsConnection } from 'nats';
import { AGAIN, openStored, SOURCE, type Stored } from './stored.ts';

const LOOK_AGAIN_MS = 200;
/** A block takes 8 MiB. */
const MOST_BYTES = 16 * 2 ** 20;
const BYTES_IN_FLIGHT = 2 ** 20;
const MOST_IN_FLIGHT = 256;
const NEAR = 64;

/** What a block is filled with. */
export interface Filling {
  subject: string;
  bytes: Uint8Array;
  /**
   * Where the stream's source was, as the last message says that it brought. A server that takes up a source again looks for
   * such a message from the stream's end: it should not have to go back through all that it can't read, milliseconds each.
   */
  source: string | undefined;
}

/** Whether a stream's last message can be read, after a second look: one that is being written may not be readable yet. */
export async function isSoundAtEnd(nc: NatsConnection, stream: string): Promise<boolean> {
  if (await canBeRead(nc, stream)) return true;
  await sleep(LOOK_AGAIN_MS);
  return canBeRead(nc, stream);
}

/**
 * Fills a last block that can't be read any more, until what is written can be read again: about a second for messages of
 * 700 bytes, less for larger ones. Answers whether that came about. Throws the client's errors.
 */
export async function fillLastBlock(nc: NatsConnection, stream: string, filling: Filling): Promise<boolean> {
  const { subject, bytes, source } = filling;
  const js = nc.jetstream();
  const header = headers();
  header.set(AGAIN, '1');
  if (source !== undefined) header.set(SOURCE, source);
  const inFlight = Math.min(MOST_IN_FLIGHT, Math.ceil(BYTES_IN_FLIGHT / bytes.length));
  for (let written = 0; written < MOST_BYTES; written += inFlight * bytes.length) {
    await Promise.all(
      Array.from({ length: inFlight }, () => js.publish(subject, bytes, { headers: header })),
    );
    if (await canBeRead(nc, stream)) return true;
  }
  return false;
}

/**
 * The last message that can be read; in a copy the last that its source brought, if that is near. Undefined for a stream of
 * which nothing near its end can be read.
 */
export async function lastReadable(nc: NatsConnection, stream: string): Promise<Stored | undefined> {
  const stored = await openStored(nc, stream);
  if (!stored) return undefined;
  const position = await stored.readableAtOrBefore(stored.lastPosition);
  const last = await Promise.all(Array.from({ length: NEAR }, (_, back) => stored.at(position - back)));
  return last.find((message) => message?.source !== undefined) ?? last[0];
}

async function canBeRead(nc: NatsConnection, stream: string): Promise<boolean> {
  const stored = await openStored(nc, stream);
  if (!stored || stored.lastPosition === 0) return true;
  return (await stored.at(stored.lastPosition)) !== undefined;
}
