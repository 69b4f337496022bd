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
const IN_FLIGHT = 256;
const NEAR = 64;

/**
 * Fills a last block that can't be read any more with copies of the stream's last readable message, which followers pass
 * over: at most some 11,000 events, about a second. `subjectOf` says on which subject the stream takes a copy.
 * Answers `damaged` where that was of no use, as in a stream of which nothing can be read; `sound` for a stream that can
 * be read at its end, now or from the beginning. Throws the client's errors.
 */
export async function passDamagedEnd(
  nc: NatsConnection,
  stream: string,
  subjectOf: (subject: string) => string,
): Promise<'sound' | 'damaged'> {
  if (await canBeRead(nc, stream)) return 'sound';
  // A message that is being written may not be readable yet.
  await sleep(LOOK_AGAIN_MS);
  if (await canBeRead(nc, stream)) return 'sound';
  const copied = await lastReadable(nc, stream);
  if (!copied) return 'damaged';
  const js = nc.jetstream();
  const header = headers();
  header.set(AGAIN, '1');
  if (copied.source !== undefined) header.set(SOURCE, copied.source);
  const subject = subjectOf(copied.subject);
  const perRound = IN_FLIGHT * copied.bytes.length;
  for (let written = 0; written < MOST_BYTES; written += perRound) {
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, () => js.publish(subject, copied.bytes, { headers: header })),
    );
    if (await canBeRead(nc, stream)) return 'sound';
  }
  return 'damaged';
}

/**
 * The last message that can be read; in a copy the last that its source brought, if that is near. A server that takes up a
 * source again looks for such a message from the stream's end, to see where the source was: it should not have to go
 * back through all that it can't read, milliseconds each.
 */
async function lastReadable(nc: NatsConnection, stream: string): Promise<Stored | undefined> {
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
