/**
 * Reads a stream in order from a position, with bounded memory: a pull consumer of the server, without
 * acknowledgements, whose next messages are asked for only as those that came are taken.
 *
 * The client's ordered consumer is not used, for three reasons (nats.js 2.29.3): `consume()` asks for more when
 * messages arrive and not when they are processed, so that a slow reader's memory grows by the whole stream;
 * after a server's restart it makes its consumer anew after up to 30 s; and it reads 1.3 times slower than this.
 */
import { AckPolicy, createInbox, DeliverPolicy, type Msg, type NatsConnection, nanos } from 'nats';
import { linkOf } from './connect.ts';
import { ASKING } from './errors.ts';
import { AGAIN } from './stored.ts';

export interface StreamMessage {
  subject: string;
  bytes: Uint8Array;
  /** JetStream's number of the message. */
  position: number;
  /** When this stream stored it, milliseconds since 1970. */
  storedAt: number;
  /** It was published out of its order, because the stream had lost it. */
  again(): boolean;
}

export interface Reader {
  /**
   * Whether everything that can be read up to a position was taken. Where the last messages can't be read any more, it
   * is so when the server has had nothing to give for 5 s.
   */
  past(position: number): boolean;
  /** Takes what has arrived, at most `limit`, in order. Throws once reading ended; what had arrived is lost then. */
  take(limit: number): StreamMessage[];
  /** Resolves when `take` has something to give or to throw, or the server says that it has nothing now. */
  arrival(): Promise<void>;
  /** Frees what the reader holds here and on the server. */
  close(): void;
}

/** Messages that are asked for ahead of being taken: about 1.5 MB of events. */
const AHEAD = 2_000;
const PULL_MS = 60_000;
const HEARTBEAT_MS = 5_000;
/** So many heartbeat times without a word, and the consumer or the connection is taken for dead. */
const SILENCES = 3;
/** The server drops a consumer that nobody has asked for so long. */
const INACTIVE_MS = 300_000;

/**
 * Opens a reader that asks for so many messages ahead of being taken. Rejects when there is no such stream or no JetStream. Ends (see `take`) on a connection loss,
 * when the consumer is gone, when a message went missing on the way, or when the server is silent for 15 s.
 */
export async function openReader(
  nc: NatsConnection,
  stream: string,
  position: number,
  ahead = AHEAD,
): Promise<Reader> {
  const jsm = await nc.jetstreamManager(ASKING);
  const consumer = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: position,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(INACTIVE_MS),
  });

  const link = linkOf(nc);
  const inbox = createInbox(link.inboxPrefix);
  const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer.name}`;
  let arrived: StreamMessage[] = [];
  /** Messages that were asked for and have not come. */
  let awaited = 0;
  let delivered = 0;
  let heard = true;
  let takenTo = position - 1;
  let quiet = false;
  let silences = 0;
  let ended: Error | undefined;
  let wake: (() => void) | undefined;

  const end = (reason: string) => {
    ended ??= new Error(`reading ${stream} was interrupted: ${reason}`);
    arrived = [];
    wake?.();
  };
  const ask = () => {
    const room = ahead - awaited - arrived.length;
    if (room < ahead / 2 || ended) return;
    awaited += room;
    const request = { batch: room, expires: nanos(PULL_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    nc.publish(next, JSON.stringify(request), { reply: inbox });
  };
  const onStatus = (message: Msg) => {
    const code = message.headers?.code ?? 0;
    if (code === 100) {
      quiet = arrived.length === 0;
      if (quiet) wake?.();
      return;
    }
    const left = Number(message.headers?.get('Nats-Pending-Messages') || Number.NaN);
    if (code !== 408 || Number.isNaN(left)) {
      end(`the server says ${code} ${message.headers?.description ?? ''}`);
      return;
    }
    awaited -= left;
    ask();
  };
  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (ended) return;
      heard = true;
      if (error) {
        end(error.message);
      } else if (message.subject === inbox) {
        onStatus(message);
      } else {
        const info = deliveryOf(message.reply ?? '');
        awaited -= 1;
        quiet = false;
        delivered += 1;
        if (info.delivery !== delivered) {
          end(`message ${delivered} of the consumer went missing`);
          return;
        }
        arrived.push({
          subject: message.subject,
          bytes: message.data,
          position: info.position,
          storedAt: info.storedAt,
          // Headers are read only where somebody asks.
          again: () => message.headers?.has(AGAIN) ?? false,
        });
        wake?.();
      }
    },
  });
  const unwatch = link.onStatus(({ type }) => {
    if (type === 'disconnect' || type === 'reconnect') end('the connection to the server was lost');
  });
  const watch = setInterval(() => {
    // Where nothing is awaited, the reader is the slow one and the server has nothing to say.
    silences = heard || awaited === 0 ? 0 : silences + 1;
    heard = false;
    if (silences >= SILENCES) end('the server is silent');
  }, HEARTBEAT_MS);
  ask();

  return {
    past: (end) => takenTo >= end || (quiet && arrived.length === 0),
    take(limit) {
      if (ended) throw ended;
      const taken = arrived.length <= limit ? arrived : arrived.slice(0, limit);
      arrived = arrived.length <= limit ? [] : arrived.slice(limit);
      takenTo = taken.at(-1)?.position ?? takenTo;
      ask();
      return taken;
    },
    arrival() {
      if (arrived.length > 0 || ended) return Promise.resolve();
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    close() {
      end('closed');
      clearInterval(watch);
      unwatch();
      if (nc.isClosed()) return;
      subscription.unsubscribe();
      // Only a courtesy: the server drops it by itself when nobody asks for its messages.
      jsm.consumers.delete(stream, consumer.name).catch(() => undefined);
    },
  };
}

/**
 * What the server says of a message in its reply subject (NATS ADR-15), which is `$JS.ACK.<stream>.<consumer>.
 * <times>.<position>.<delivery>.<nanoseconds>.<pending>`, or has a domain and an account before the stream and a
 * random token at the end.
 */
function deliveryOf(reply: string): { position: number; delivery: number; storedAt: number } {
  // Tokens are looked for where they stand: to split all of them takes twice as long, for every message.
  const dots: number[] = [];
  for (let at = reply.indexOf('.'); at >= 0; at = reply.indexOf('.', at + 1)) dots.push(at);
  const times = dots.length === 8 ? 4 : 6;
  const numberAfter = (token: number) => Number(reply.slice((dots[token] ?? 0) + 1, dots[token + 1]));
  return {
    position: numberAfter(times),
    delivery: numberAfter(times + 1),
    storedAt: Math.floor(numberAfter(times + 2) / 1e6),
  };
}
