import { setTimeout as sleep } from 'node:timers/promises';
import { encodeAppend, type EncodedEvent } from '../encode.ts';
import { EventIdReused, EventTooLarge, LedgerUnavailable, WrongExpectedRevision } from '../errors.ts';
import type {
  AppendResult,
  ExpectedRevision,
  Ledger,
  NewEvent,
  ReadAllOptions,
  ReadOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../port.ts';
import { AppendTooLarge, Connection, type Limits, type PageStart } from './connection.ts';
import { Incoming, READY_EVENTS } from './incoming.ts';
import { KnownIds, type StreamIds } from './known-ids.ts';
import { enter } from './own-stream.ts';
import { PAGE_EVENTS, storedFrom } from './pages.ts';
import { outgoingOf, OWN_STREAM, type StoredEvent } from './records.ts';

export interface EventStoreLedgerOptions {
  /**
   * EventStoreDB's connection string with our scheme: `eventstoredb://user:password@host:2113?tls=true`, or
   * `eventstoredb+discover://…` for a cluster. The database is the ledger's alone.
   */
  url: string;
  /** The regency whose ledger it is. The database remembers the first, and is opened for no other. */
  owner?: string;
  /** Default: tried again for 5 s, 3 s for an attempt. */
  limits?: Limits;
}

const LIMITS: Limits = { patienceMs: 5_000, attemptMs: 3_000 };
const FIRST_BACKOFF_MS = 20;
const LONGEST_BACKOFF_MS = 1_000;

/**
 * Opens a ledger in EventStoreDB 22.10 or newer. Rejects with `LedgerUnavailable` when the server can't be reached,
 * for a database into which a ledger is still being copied, and for another owner's; with a TypeError for a wrong address.
 *
 * A position is the event's place in the server's log; of events that were copied from another ledger it is the
 * one that they had there. `recordedAt` is the server's time: it goes back where the server's clock does.
 */
export async function openEventStoreLedger(options: EventStoreLedgerOptions): Promise<Ledger> {
  const connection = new Connection(options.url, options.limits ?? LIMITS);
  try {
    return new EventStoreLedger(connection, await enter(connection, options.owner));
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class EventStoreLedger implements Ledger {
  readonly #connection: Connection;
  /** Up to this position events have those of the ledger that they were copied from. */
  readonly #originsThrough: number;
  readonly #known = new KnownIds();
  readonly #underWay = new Set<Promise<unknown>>();
  /** By stream: the last of the appends without an expectation, which wait for each other. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #closing = new AbortController();
  /** The newest event that was seen, so that what lies before it is not looked through again. */
  #newest = { commit: -1, position: 0 };

  constructor(connection: Connection, through: number) {
    this.#connection = connection;
    this.#originsThrough = through;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const encoded = encodeAppend(stream, expected, events);
    if (stream === OWN_STREAM) throw new TypeError(`stream ${OWN_STREAM} is the adapter's own`);
    this.#checkOpen();
    const appending =
      expected === 'any'
        ? this.#inTurn(stream, () => this.#appendAnywhere(stream, encoded))
        : this.#appendBehind(stream, expected, encoded);
    this.#underWay.add(appending);
    try {
      return await appending;
    } finally {
      this.#underWay.delete(appending);
    }
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncGenerator<RecordedEvent, void> {
    this.#checkOpen();
    yield* this.#pages(stream, options);
  }

  /** As `read`, also for what is under way while the ledger closes. */
  async *#pages(stream: string, options: ReadOptions): AsyncGenerator<RecordedEvent, void> {
    const { direction = 'forward', limit = Number.POSITIVE_INFINITY } = options;
    const [directed, step] =
      direction === 'forward' ? (['forwards', 1] as const) : (['backwards', -1] as const);
    let from: PageStart = options.from ?? (direction === 'forward' ? 'start' : 'end');
    for (let left = limit; left > 0; ) {
      const count = Math.min(left, PAGE_EVENTS);
      const page = await this.#connection.pageOfStream(stream, { direction: directed, from, count });
      for (const { recorded } of page) if (recorded) yield recorded;
      left -= page.length;
      const last = page.at(-1)?.recorded;
      if (!last || page.length < count) return;
      from = last.revision + step;
      if (from < 1) return;
    }
  }

  async *readAll({
    from,
    limit = Number.POSITIVE_INFINITY,
    except = [],
  }: ReadAllOptions): AsyncGenerator<RecordedEvent, void> {
    this.#checkOpen();
    let left = limit;
    if (left <= 0) return;
    for await (const { recorded } of storedFrom(this.#connection, this.#startBehind(from))) {
      if (!recorded || recorded.position <= from) continue;
      if (except.some((beginning) => recorded.type.startsWith(beginning))) continue;
      yield recorded;
      left -= 1;
      if (left <= 0) return;
    }
  }

  async *subscribeAll({ after, signal }: SubscribeOptions): AsyncGenerator<RecordedEvent[], void> {
    const ending = AbortSignal.any([signal, this.#closing.signal]);
    let position = after;
    let failingSince: number | undefined;
    let backoff = FIRST_BACKOFF_MS;
    while (!ending.aborted) {
      const incoming = new Incoming(this.#connection.subscribe(this.#startBehind(position), READY_EVENTS));
      try {
        for (;;) {
          const batch = (await incoming.take(ending)).filter((event) => event.position > position);
          if (ending.aborted) return;
          const last = batch.at(-1);
          if (!last) continue;
          position = last.position;
          failingSince = undefined;
          backoff = FIRST_BACKOFF_MS;
          yield batch;
          if (ending.aborted) return;
        }
      } catch (cause) {
        // It does not come back by itself, whatever ended it: a restart, a leader that lost its place, a slow reader.
        if (incoming.confirmed) failingSince = undefined;
        failingSince ??= performance.now();
        if (cause instanceof LedgerUnavailable) throw cause;
        if (performance.now() - failingSince > this.#connection.limits.patienceMs)
          throw new LedgerUnavailable('EventStoreDB could not be subscribed to', { cause });
        await sleep(backoff, undefined, { signal: ending }).catch(() => undefined);
        backoff = Math.min(2 * backoff, LONGEST_BACKOFF_MS);
      } finally {
        incoming.end();
      }
    }
  }

  async head(): Promise<number> {
    this.#checkOpen();
    let from: PageStart = 'end';
    // Mostly the last record is an event; behind it may be any number of what the server says about itself.
    for (let count = 1; ; count = PAGE_EVENTS) {
      const page: StoredEvent[] = await this.#connection.pageOfAll({ direction: 'backwards', from, count });
      for (const { commit, recorded } of page) {
        if (commit <= this.#newest.commit) return this.#newest.position;
        if (!recorded) continue;
        this.#saw(commit, recorded.position);
        return recorded.position;
      }
      const last = page.at(-1);
      if (!last || page.length < count) return this.#newest.position;
      from = last.commit;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    await this.#connection.close();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new LedgerUnavailable('the ledger is closed');
  }

  #saw(commit: number, position: number): void {
    if (commit > this.#newest.commit) this.#newest = { commit, position };
  }

  /** From where to read what stands behind a position, and perhaps some before it. */
  #startBehind(position: number): 'start' | number {
    return position <= this.#originsThrough ? 'start' : position;
  }

  async #appendBehind(
    stream: string,
    expected: number,
    events: readonly EncodedEvent[],
  ): Promise<AppendResult> {
    try {
      await this.#connection.append(
        stream,
        expected,
        events.map((event) => outgoingOf(event)),
      );
    } catch (error) {
      if (error instanceof AppendTooLarge) throw tooLarge(events, error.limit);
      throw error;
    }
    return this.#answer(stream, expected + events.length, events);
  }

  /** What stands at a revision, read back: the server's own answer has no time, and after a repetition no sure place. */
  async #answer(stream: string, revision: number, events: readonly EncodedEvent[]): Promise<AppendResult> {
    const [last] = await this.#connection.pageOfStream(stream, {
      direction: 'forwards',
      from: revision,
      count: 1,
    });
    if (last?.recorded?.id !== events.at(-1)?.id || !last?.recorded)
      throw new LedgerUnavailable(`EventStoreDB answered an append to ${stream} that is not in it`);
    const { position, recordedAt } = last.recorded;
    this.#saw(last.commit, position);
    return { revision, position, recordedAt };
  }

  /**
   * Without an expectation the server takes a repetition for what it is only as long as it happens to remember it. So
   * the ids of the stream are looked at here, and the append gets the revision at which they were complete.
   */
  async #appendAnywhere(stream: string, events: readonly EncodedEvent[]): Promise<AppendResult> {
    const known = this.#known.of(stream);
    if (known.last === 0) await this.#learn(stream, known);
    for (;;) {
      const there = known.revisions.get(events[0]?.id ?? '');
      if (there !== undefined && events.every(({ id }, i) => known.revisions.get(id) === there + i))
        return this.#answer(stream, there + events.length - 1, events);
      const reused = events.find(({ id }) => known.revisions.has(id));
      if (reused) throw new EventIdReused(stream, reused.id);
      try {
        const result = await this.#appendBehind(stream, known.last, events);
        for (const { id } of events) known.revisions.set(id, (known.last += 1));
        return result;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
        await this.#learn(stream, known);
      }
    }
  }

  async #learn(stream: string, known: StreamIds): Promise<void> {
    for await (const { id, revision } of this.#pages(stream, { from: known.last + 1 })) {
      known.revisions.set(id, revision);
      known.last = revision;
    }
  }

  async #inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(stream) ?? Promise.resolve()).then(work, work);
    this.#turns.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(stream) === turn) this.#turns.delete(stream);
    }
  }
}

/** Names the largest event of an append that is too large as a whole. */
function tooLarge(events: readonly EncodedEvent[], limit: number): EventTooLarge {
  const size = ({ data, metadata }: EncodedEvent) => Buffer.byteLength(data) + Buffer.byteLength(metadata);
  const [largest] = events.toSorted((a, b) => size(b) - size(a));
  const bytes = events.reduce((sum, event) => sum + size(event), 0);
  return new EventTooLarge(largest?.id ?? '', bytes, limit);
}
