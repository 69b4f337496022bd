/** The newest event of a regency that a stream holds: how far that regency is known there. */
import { createHash, randomUUID } from 'node:crypto';
import { type Keyring, type RegencyCode, regencyToken, type SharedEvent } from '@siaga/domain';
import { AckPolicy, DeliverPolicy, type Msg, type NatsConnection, nanos, ReplayPolicy } from 'nats';
import { asStreamError, StreamUnavailable } from './errors.ts';
import { readMessage } from './message.ts';
import { isSignedWith } from './signing/signature.ts';
import { openStored } from './stored.ts';
import { HUB_DOMAIN, hubStream, subjectsOf, syncPrefix } from './streams.ts';

/** An entry of a shared journal by its number and the SHA-256 (hex) of its bytes as published; number 0 for no entry. */
export interface Newest {
  sequence: number;
  hash?: string;
}

export const hashOfEntry = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** A copy may end with what was published again: so many messages from its end on are looked at. */
const FROM_THE_END = 64;

/**
 * The highest number among the last messages of a stream of this site, wherever holes are; what none of `keys` has
 * signed, revoked or not, is passed over. Number 0 for an empty or missing stream. Throws `StreamUnavailable`.
 */
export async function newestIn(
  nc: NatsConnection,
  stream: string,
  regency: RegencyCode,
  keys: Keyring,
): Promise<Newest> {
  try {
    const stored = await openStored(nc, stream);
    if (!stored) return { sequence: 0 };
    const last = await stored.readableAtOrBefore(stored.lastPosition);
    const positions = Array.from({ length: Math.min(FROM_THE_END, last) }, (_, index) => last - index);
    const messages = await Promise.all(positions.map((position) => stored.at(position)));
    return messages.reduce<Newest>(
      (newest, message) => {
        const reading = message && readMessage(regency, message.subject, message.bytes);
        if (!message || reading?.kind !== 'event' || reading.event.sequence <= newest.sequence) return newest;
        if (!isGenuine(reading, keys)) return newest;
        return { sequence: reading.event.sequence, hash: hashOfEntry(message.bytes) };
      },
      { sequence: 0 },
    );
  } catch (error) {
    throw asStreamError(error, `reading the end of ${stream}`);
  }
}

const isGenuine = (
  { event: { signingkey }, raw }: { event: SharedEvent; raw: string },
  keys: Keyring,
): boolean => signingkey !== undefined && Object.hasOwn(keys, signingkey) && isSignedWith(signingkey, raw);

const ANSWER_MS = 2_000;
const CONSUMER_LIVES_MS = 5_000;

/** Every subject on which the hub answers a regency that asks for the newest of its own: `sync.hub.6207.own.>`. */
export const ownAtHub = (regency: RegencyCode): string =>
  `${syncPrefix(HUB_DOMAIN, regencyToken(regency))}.own.>`;
/** The request that makes a consumer at the hub for one regency's events. */
export const hubConsumerOf = (regency: RegencyCode): string =>
  `$JS.${HUB_DOMAIN}.API.CONSUMER.CREATE.${hubStream(regency)}.*.${subjectsOf(regency)}`;

/**
 * The last of this regency's own events in the hub's stream, asked at the hub itself, past all copies. Throws
 * `StreamUnavailable` when it does not answer within 2 s, or with what none of `keys` has signed.
 */
export async function newestAtHub(nc: NatsConnection, regency: RegencyCode, keys: Keyring): Promise<Newest> {
  const id = randomUUID();
  const at = ownAtHub(regency).replace('>', id);
  const created = Promise.withResolvers<Msg>();
  const delivered = Promise.withResolvers<Msg>();
  const answers = nc.subscribe(`${at}.created`, {
    callback: (error, message) => (error ? created.reject(error) : created.resolve(message)),
  });
  const events = nc.subscribe(`${at}.event`, {
    callback: (error, message) => (error ? delivered.reject(error) : delivered.resolve(message)),
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new StreamUnavailable('the hub does not answer')), ANSWER_MS);
  for (const { promise } of [created, delivered, late]) promise.catch(() => undefined);
  try {
    const config = {
      name: id,
      deliver_subject: `${at}.event`,
      deliver_policy: DeliverPolicy.Last,
      ack_policy: AckPolicy.None,
      replay_policy: ReplayPolicy.Instant,
      filter_subject: subjectsOf(regency),
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(CONSUMER_LIVES_MS),
    };
    nc.publish(
      hubConsumerOf(regency).replace('*', id),
      JSON.stringify({ stream_name: hubStream(regency), config }),
      {
        reply: `${at}.created`,
      },
    );
    const answer = (await Promise.race([created.promise, late.promise])).json<ConsumerAnswer>();
    if (answer.error?.code === 404) return { sequence: 0 };
    if (answer.error) throw new StreamUnavailable(`the hub refuses: ${answer.error.description}`);
    if ((answer.num_pending ?? 0) + (answer.delivered?.consumer_seq ?? 0) === 0) return { sequence: 0 };
    const { subject, data } = await Promise.race([delivered.promise, late.promise]);
    const reading = readMessage(regency, subject, data);
    if (reading.kind !== 'event' || !isGenuine(reading, keys))
      throw new StreamUnavailable('the hub’s last event of this regency can’t be read');
    return { sequence: reading.event.sequence, hash: hashOfEntry(data) };
  } catch (error) {
    throw asStreamError(error, 'asking the hub');
  } finally {
    clearTimeout(timer);
    if (!nc.isClosed()) for (const subscription of [answers, events]) subscription.unsubscribe();
  }
}

interface ConsumerAnswer {
  num_pending?: number;
  delivered?: { consumer_seq: number };
  error?: { code: number; description: string };
}
