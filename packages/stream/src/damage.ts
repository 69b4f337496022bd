/**
 * Gets a stream past a damaged end. After a flipped byte in its last block nats-server 2.9.10 cuts the block off there at its
 * next start, goes on writing behind that, and can read nothing that it writes there, also after further starts, until the
 * block is full: what is published is acknowledged and never delivered. From the next block on everything is as ever.
 *
 * So the block is filled up, with messages that say nothing: on a subject of their own, few and large, so that nobody who
 * reads the stream or takes it in has much to pass over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { headers, type NatsConnection } from 'nats';
import { ackedPublishing } from './acks.ts';
import { StreamUnavailable } from './errors.ts';
import { fillingOf, openStored, SOURCE } from './stored.ts';

const LOOK_AGAIN_MS = 200;
/** A block takes 8 MiB. */
const MOST_BYTES = 16 * 2 ** 20;
const FILLING = new Uint8Array(32 * 1024);
const IN_FLIGHT = 32;
const NEAR = 64;

/** Whether a stream's last message can be read, after a second look: one that is being written may not be readable yet. */
export async function isSoundAtEnd(nc: NatsConnection, stream: string): Promise<boolean> {
  if (await canBeRead(nc, stream)) return true;
  await sleep(LOOK_AGAIN_MS);
  return canBeRead(nc, stream);
}

/**
 * Fills a last block that can't be read any more; the stream must take messages on `fillingOf` it meanwhile. Resolves
 * when what is written can be read again. Throws the client's errors, and `StreamUnavailable` where it is of no use.
 */
export async function fillLastBlock(nc: NatsConnection, stream: string): Promise<void> {
  const publishing = ackedPublishing(nc);
  const header = headers();
  const source = await lastSource(nc, stream);
  if (source !== undefined) header.set(SOURCE, source);
  for (let written = 0; written < MOST_BYTES; written += IN_FLIGHT * FILLING.length) {
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, () => publishing.publish(fillingOf(stream), FILLING, header)),
    );
    if (await canBeRead(nc, stream)) return;
  }
  throw new StreamUnavailable(`its server can't read what it writes into stream ${stream}`);
}

/**
 * Where the stream's source was, as the last readable message says that it brought, if one near is. A server that takes up a
 * source again looks for such a message from the stream's end: it should not have to go back through all that it can't
 * read, milliseconds each.
 */
async function lastSource(nc: NatsConnection, stream: string): Promise<string | undefined> {
  const stored = await openStored(nc, stream);
  if (!stored) return undefined;
  const position = await stored.readableAtOrBefore(stored.lastPosition);
  const last = await Promise.all(Array.from({ length: NEAR }, (_, back) => stored.at(position - back)));
  return last.find((message) => message?.source !== undefined)?.source;
}

async function canBeRead(nc: NatsConnection, stream: string): Promise<boolean> {
  return (await (await openStored(nc, stream))?.endsReadable()) ?? true;
}
