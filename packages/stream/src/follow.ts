/**
 * Follows one regency's events in a stream of this site, its own `EVENTS` or a neighbour's `SHARED-<code>`, and
 * hands them on in the regency's order. The place to go on from is the follower's last applied sequence, which
 * it keeps together with what it made of the events; nothing is kept here or on the server.
 */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { type Keyring, type RegencyCode, type SharedEvent, type SigningKey, subjectOf } from '@siaga/domain';
import { Events, type NatsConnection } from 'nats';
import { type ClientLink, linkOf } from './connect.ts';
import { beginAt, type Continuity, step } from './continuity.ts';
import { asStreamError, reasonOf, StreamUnavailable } from './errors.ts';
import { readMessage } from './message.ts';
import { openJudge } from './signing/judge.ts';
import { openReader, type Reader, type StreamMessage } from './reader.ts';
import { isFilling, openStored, type StoredStream } from './stored.ts';

/**
 * What a follower hands on. `raw` is the message's text. `receivedAt` is when this site's stream stored its copy
 * (RFC 3339, UTC, milliseconds), so that a rebuild gives the same.
 */
export type Delivery =
  | { kind: 'event'; event: SharedEvent; raw: string; receivedAt: string; streamSequence: number }
  | {
      /** `malformed`: no valid event of the regency. `forged`: the regency has not signed it. */
      kind: 'malformed' | 'forged';
      raw: string;
      subject: string;
      reason: string;
      receivedAt: string;
      streamSequence: number;
    };

export interface FollowState {
  /** The last sequence that `deliver` took. */
  lastSequence: number;
  /**
   * The stream, read to its end, has later events, the first of them `found`, but not the `expected` one: nothing goes
   * past it.
   */
  hole?: { expected: number; found: number };
  /** Why nothing moves now, and is tried again: `deliver` throws, or the stream can't be read. */
  failing?: string;
}

export interface FollowOptions {
  nc: NatsConnection;
  stream: string;
  regency: RegencyCode;
  /** The last sequence that is applied already; 0 for none. */
  after: number;
  /**
   * The regency's keys that count after event `after`; those that it announces and revokes later are heeded as they
   * come. Without them signatures are not looked at, as for what never leaves the site.
   */
  keys?: Keyring | undefined;
  /**
   * How long to wait for others when a message has come, in milliseconds; 0 where it is left out. For one who is in no
   * hurry: it lets others who read the same go first, and gets larger batches.
   */
  gatherMs?: number;
  /**
   * How long a hole may stay, or nothing come where the place to read on was searched for, before the stream is read from its
   * beginning, where what is missing may lie before that place; 30 s where it is left out. Nothing new is seen meanwhile.
   * The event's owner, who is asked, is quicker than a long stream; and where a block of it is damaged nats-server 2.9.10
   * takes milliseconds for each message of that, and does little else.
   */
  doubtMs?: number;
  deliver: (batch: Delivery[]) => Promise<void>;
  /** Called with the new state whenever it changed. */
  onState?: (state: FollowState) => void;
  /**
   * Called once everything that the stream held is read and delivered: at the start, and again after every
   * interruption (a connection or a server lost). A hole may be open then: see the state.
   */
  onCaughtUp?: () => void;
}

export interface Follower {
  state(): FollowState;
  /** Trusts more keys, as an agreement names them, and reads again what was refused for want of one. */
  trust(keys: readonly SigningKey[]): void;
  /** Stops reading. Resolves when a `deliver` that is under way has ended; none is called after. */
  stop(): Promise<void>;
}

/** The end of the stream as far as it is known: what lies up to there was seen once, or was there when reading began. */
interface Ending {
  position: number;
  /** Called whenever everything up to there is read and delivered. */
  reached(): void;
}

const BATCH = 1_000;
const DOUBT_MS = 30_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/**
 * Starts to follow, until `stop`.
 *
 * Events are delivered in sequence from `after + 1` on, each once, and none past a hole; a hole closes by itself
 * when what is missing arrives, in whatever order. A message that is no valid event of the regency is delivered
 * as `malformed`, one that it has not signed as `forged`, once per follower; neither takes the number that it claims. A
 * new follower may deliver it again, so tell them apart by `streamSequence` and text.
 *
 * A batch is what has arrived, at most 1,000; nothing waits for a batch to fill. The next batch is not made
 * before `deliver` resolved, and at most 2,000 messages wait in memory. When `deliver` rejects, the same batch
 * is given again after 250 ms, then twice as long each time up to 10 s.
 *
 * Waits for a stream that does not exist yet, and survives lost connections and servers killed and restored.
 */
export function follow({
  nc,
  stream,
  regency,
  after,
  keys,
  gatherMs = 0,
  doubtMs = DOUBT_MS,
  deliver,
  onState,
  onCaughtUp,
}: FollowOptions): Follower {
  const link = linkOf(nc);
  const stopping = new AbortController();
  const stopped = () => stopping.signal.aborted;
  let state: FollowState = { lastSequence: after };
  let reader: Reader | undefined;
  /** Up to which position such messages were delivered, and the stream's age: a new one counts anew. */
  let refused = { created: '', through: 0 };
  const judge = keys && openJudge(keys);
  /** Whether the place to read on was searched for in a stream where numbers prove nothing. */
  let doubtful = false;
  /** The first position at which an event was refused for a key that was not known. */
  let keyUnknownAt: number | undefined;

  const setState = (next: FollowState) => {
    if (sameState(state, next)) return;
    state = next;
    onState?.(next);
  };
  const setFailing = (failing: string | undefined) => {
    const { failing: _, ...rest } = state;
    setState(failing === undefined ? rest : { ...rest, failing });
  };
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  /** Delivers a batch, as often as it takes. Returns early, without having delivered it, only when stopped. */
  const deliverUntilTaken = async (batch: Delivery[]) => {
    for (let wait = FIRST_RETRY_MS; !stopped(); wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      try {
        await deliver(batch);
        return;
      } catch (error) {
        setFailing(`events are not taken: ${reasonOf(error)}`);
        await pause(wait);
      }
    }
  };

  const textOf = instantTexts();
  const toDelivery = ({ subject, bytes, position, storedAt }: StreamMessage): Delivery => {
    const reading = readMessage(regency, subject, bytes);
    const receivedAt = textOf(storedAt);
    if (reading.kind === 'event') return { ...reading, receivedAt, streamSequence: position };
    return { ...reading, subject, receivedAt, streamSequence: position };
  };

  /** What is to be delivered of these messages, and where reading stands after them. */
  const sort = (messages: StreamMessage[], before: Continuity) => {
    const batch: Delivery[] = [];
    let continuity = before;
    const read = messages.map(toDelivery);
    const events = read.map((delivery) => (delivery.kind === 'event' ? delivery : undefined));
    const forgeryAt = judge?.of(events);
    for (const [index, delivery] of read.entries()) {
      const { streamSequence: position } = delivery;
      const forgery = forgeryAt?.(index);
      if (delivery.kind !== 'event' || forgery !== undefined) {
        // It may be announced later, in an event that is missing so far.
        if (forgery?.keyUnknown) keyUnknownAt ??= position;
        if (position > refused.through) batch.push(forgedWhere(delivery, forgery?.reason));
        refused.through = Math.max(refused.through, position);
        continue;
      }
      const next = step(continuity, delivery.event.sequence, position);
      continuity = next.continuity;
      if (next.deliver) batch.push(delivery);
      if (next.deliver && judge?.learn(delivery.event) && keyUnknownAt !== undefined) {
        const rewindTo = Math.min(keyUnknownAt, continuity.skipped?.position ?? keyUnknownAt);
        keyUnknownAt = undefined;
        return { batch, continuity: { last: continuity.last, readAll: continuity.readAll }, rewindTo };
      }
      if (next.rewindTo !== undefined) return { batch, continuity, rewindTo: next.rewindTo };
    }
    return { batch, continuity, rewindTo: undefined };
  };

  /**
   * What is missing may lie further on in the stream, where a loss was made good: only where everything was read is it a
   * hole. While reading again, what was one before still is.
   */
  const holeAfter = ({ last, skipped }: Continuity, readAll: boolean): FollowState['hole'] => {
    if (!readAll) return state.hole?.expected === last + 1 ? state.hole : undefined;
    return skipped && { expected: last + 1, found: skipped.lowest };
  };

  /** Reads on until reading must go back, and says where to. Throws when it is interrupted. */
  const readFrom = async (position: number, begin: Continuity, end: Ending) => {
    const source = await openReader(nc, stream, position);
    reader = source;
    try {
      setFailing(undefined);
      let continuity = begin;
      let standing: { last: number; since: number } | undefined;
      let cameAt = performance.now();
      while (!stopped()) {
        if (source.past(end.position)) end.reached();
        await source.arrival();
        if (gatherMs > 0) await pause(gatherMs);
        const messages = await gather(source);
        const said = messages.filter(({ subject }) => !isFilling(subject));
        const { batch, rewindTo, ...sorted } = sort(said, continuity);
        continuity = sorted.continuity;
        if (batch.length > 0) await deliverUntilTaken(batch);
        if (stopped()) break;
        end.position = Math.max(end.position, messages.at(-1)?.position ?? 0);
        const hole = holeAfter(continuity, source.past(end.position));
        setState(hole ? { lastSequence: continuity.last, hole } : { lastSequence: continuity.last });
        if (rewindTo !== undefined) return { position: rewindTo, continuity };
        if (!continuity.skipped) standing = undefined;
        else if (standing?.last !== continuity.last)
          standing = { last: continuity.last, since: performance.now() };
        if (messages.length > 0) cameAt = performance.now();
        const isLongAgo = (at: number) => performance.now() - at > doubtMs;
        const stays = standing !== undefined && isLongAgo(standing.since);
        const rests = doubtful && isLongAgo(cameAt);
        if ((stays || rests) && !continuity.readAll)
          return { position: 1, continuity: beginAt(1, continuity.last) };
      }
      return undefined;
    } finally {
      source.close();
    }
  };

  /** Reads from where the follower stands, for as long as nothing interrupts it. */
  const read = async () => {
    const stored = await openStored(nc, stream);
    if (!stored) throw new StreamUnavailable(`there is no stream ${stream} yet`);
    if (stored.created !== refused.created) {
      refused = { created: stored.created, through: 0 };
      keyUnknownAt = undefined;
    }
    const position = await startPosition(stored, regency, state.lastSequence);
    doubtful = position !== Math.min(state.lastSequence, stored.lastPosition) + 1;
    let caughtUp = false;
    const end: Ending = {
      position: stored.lastPosition,
      reached() {
        if (!caughtUp) onCaughtUp?.();
        caughtUp = true;
      },
    };
    let next: { position: number; continuity: Continuity } | undefined = {
      position,
      continuity: beginAt(position, state.lastSequence),
    };
    while (next) next = await readFrom(next.position, next.continuity, end);
  };

  const run = async () => {
    let wait = FIRST_RETRY_MS;
    while (!stopped()) {
      try {
        await read();
      } catch (error) {
        if (stopped()) return;
        const before = reader;
        setFailing(reasonOf(asStreamError(error, `reading ${stream}`)));
        await untilUp(link, stopping.signal);
        await pause(wait);
        wait = reader === before ? Math.min(wait * 2, LAST_RETRY_MS) : FIRST_RETRY_MS;
      }
    }
  };
  const running = run();

  return {
    state: () => state,
    trust(more) {
      judge?.trust(more);
      if (keyUnknownAt === undefined) return;
      keyUnknownAt = undefined;
      // Reading begins again behind the last event taken.
      reader?.close();
    },
    async stop() {
      stopping.abort();
      reader?.close();
      await running;
    },
  };
}

/**
 * Writes times as `toISOString` does. Where a stream was filled at once many of its messages were stored in the same
 * second, whose text is then made once.
 */
function instantTexts(): (ms: number) => string {
  let begin = Number.NaN;
  let text = '';
  return (ms) => {
    if (!(ms >= begin && ms < begin + 1_000)) {
      begin = Math.floor(ms / 1_000) * 1_000;
      text = new Date(begin).toISOString().slice(0, -4);
    }
    return `${text}${String(ms - begin).padStart(3, '0')}Z`;
  };
}

const forgedWhere = (delivery: Delivery, reason: string | undefined): Delivery => {
  if (delivery.kind !== 'event' || reason === undefined) return delivery;
  const { event, raw, receivedAt, streamSequence } = delivery;
  return { kind: 'forged', raw, subject: subjectOf(event), reason, receivedAt, streamSequence };
};

/** How far before the place that was found reading begins, in a stream that lost or doubled messages. */
const MARGIN = 200;

/**
 * Where to read on after an event. In a stream that never lost or doubled a message the event has the very number of its
 * sequence. In any other its place is searched for by halves: numbers grow along a stream, but where something was
 * published again, which says that it was and is passed over. Nothing depends on what is found but how much is read: who
 * stands at a hole, or gets nothing more, for half a minute, reads the stream from its beginning.
 */
async function startPosition(stored: StoredStream, regency: RegencyCode, after: number): Promise<number> {
  if (after === 0) return 1;
  const sequenceAt = async (position: number): Promise<number> => {
    const message = await stored.at(await stored.originalAtOrBefore(position));
    const reading = message && readMessage(regency, message.subject, message.bytes);
    return reading?.kind === 'event' ? reading.event.sequence : 0;
  };
  const expected = Math.min(after, stored.lastPosition);
  if ((await sequenceAt(expected)) === expected) return expected + 1;
  let [low, high] = [0, stored.lastPosition];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((await sequenceAt(middle)) <= after) low = middle;
    else high = middle - 1;
  }
  return Math.max(1, low + 1 - MARGIN);
}

/**
 * Takes what is there, in the socket too: a message alone is not held up by looking for others, which come as a batch
 * while it is delivered. Throws when reading ended.
 */
async function gather(source: Reader): Promise<StreamMessage[]> {
  const messages = source.take(BATCH);
  while (messages.length > 1 && messages.length < BATCH) {
    // Two turns of the event loop, so that the socket is read in between.
    await turn();
    await turn();
    const more = source.take(BATCH - messages.length);
    if (more.length === 0) break;
    messages.push(...more);
  }
  return messages;
}

/** Resolves when the connection is up, or the signal aborted. */
function untilUp(link: ClientLink, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (link.isUp() || signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      unwatch();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unwatch = link.onStatus(({ type }) => {
      if (type === Events.Reconnect) done();
    });
    signal.addEventListener('abort', done);
  });
}

const sameState = (a: FollowState, b: FollowState): boolean =>
  a.lastSequence === b.lastSequence &&
  a.failing === b.failing &&
  a.hole?.expected === b.hole?.expected &&
  a.hole?.found === b.hole?.found;
