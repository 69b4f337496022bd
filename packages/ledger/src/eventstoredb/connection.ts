/**
 * The one place that talks to EventStoreDB's client, and goes round its traps: every call has an end, every failure
 * is one of the port's, and nothing that the client keeps open is left behind.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AccessDeniedError,
  type AllStreamSubscription,
  EventStoreDBClient,
  excludeSystemEvents,
  MaxAppendSizeExceededError,
  type ResolvedEvent,
  StreamDeletedError,
  StreamNotFoundError,
  type StreamingRead,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { LedgerUnavailable, WrongExpectedRevision } from '../errors.ts';
import { type OutgoingEvent, type StoredEvent, storedOf } from './records.ts';
import { Slots } from './slots.ts';

/** Where a page begins: at an end, or at a commit position or revision that the server has given. */
export type PageStart = 'start' | 'end' | number;

export interface PageOptions {
  direction: 'forwards' | 'backwards';
  from: PageStart;
  /** At most this many events. */
  count: number;
}

/** An append whose deadline the client did not keep, by so much, is given up all the same. */
const DEADLINE_GRACE_MS = 500;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const DISPOSE_MS = 1_000;
/** More calls at once break the session: some thousand do with this client, and a server may allow a hundred. */
const CALLS_AT_ONCE = 64;

const URL_SCHEME = /^eventstoredb(\+discover)?:\/\//;

export interface Limits {
  /** How long what fails is tried again before it is `LedgerUnavailable`, in milliseconds. */
  patienceMs: number;
  /** How long one attempt may take: an append's answer, or the next event of a read. In milliseconds. */
  attemptMs: number;
}

export class Connection {
  readonly #client: EventStoreDBClient;
  readonly limits: Limits;
  readonly #slots = new Slots(CALLS_AT_ONCE);
  #closed = false;

  /** `url` is EventStoreDB's connection string with our scheme. Connects with the first call. Throws a TypeError. */
  constructor(url: string, limits: Limits) {
    this.limits = limits;
    this.#client = clientOf(url);
    // The client's batches have no deadline, and keep what waits for an answer in one place for all clients of a
    // process, where one client's lost connection rejects the others' appends and an answer that comes late crashes
    // the process. Without this the client would use them with every server that offers them.
    Object.assign(this.#client, { supports: () => Promise.resolve(false) });
  }

  /**
   * Appends behind revision `expected` (0: the stream doesn't exist). Tried again with the same ids until it is
   * answered, which the server takes for one append. Rejects with `WrongExpectedRevision`, `AppendTooLarge` or
   * `LedgerUnavailable`.
   */
  async append(stream: string, expected: number, events: readonly OutgoingEvent[]): Promise<void> {
    await this.#persist(`could not append to ${stream}`, async () => {
      try {
        await this.#attempt(stream, expected, events);
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) {
          const { actualVersion } = error;
          const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) + 1 : 0;
          throw new WrongExpectedRevision(stream, expected, actual);
        }
        if (error instanceof MaxAppendSizeExceededError) throw new AppendTooLarge(error.maxAppendSize);
        throw error;
      }
    });
  }

  /** A page of a stream, from a revision on, inclusive; empty where the stream doesn't exist. */
  pageOfStream(stream: string, { direction, from, count }: PageOptions): Promise<StoredEvent[]> {
    // The server counts from 0.
    const fromRevision = typeof from === 'number' ? BigInt(from - 1) : from;
    return this.#persist(`could not read ${stream}`, () =>
      this.#drained(
        this.#client.readStream(stream, { ...FROM_LEADER, direction, fromRevision, maxCount: count }),
      ),
    );
  }

  /**
   * A page of everything, system events too: forward from a commit position, inclusive, backward from before it.
   * Only what the server has given is a position.
   */
  pageOfAll({ direction, from, count }: PageOptions): Promise<StoredEvent[]> {
    return this.#persist('could not read the log', () =>
      this.#drained(
        this.#client.readAll({ ...FROM_LEADER, direction, fromPosition: positionOf(from), maxCount: count }),
      ),
    );
  }

  /** What is appended behind a commit position, then what comes, without system events. It ends with any failure. */
  subscribe(from: 'start' | number, highWaterMark: number): AllStreamSubscription {
    this.#checkOpen();
    return this.#client.subscribeToAll(
      { ...FROM_LEADER, fromPosition: positionOf(from), filter: excludeSystemEvents() },
      { highWaterMark },
    );
  }

  /** For calls under way that is the end; who wants their answers waits before. */
  async close(): Promise<void> {
    this.#closed = true;
    // It waits for streams that nobody reads to their end, for ever.
    await Promise.race([this.#client.dispose(), sleep(DISPOSE_MS, undefined, { ref: false })]);
  }

  #checkOpen(): void {
    if (this.#closed) throw new LedgerUnavailable('the ledger is closed');
  }

  async #attempt(stream: string, expected: number, events: readonly OutgoingEvent[]): Promise<void> {
    const { attemptMs } = this.limits;
    const expectedRevision = expected === 0 ? 'no_stream' : BigInt(expected - 1);
    const options = { requiresLeader: true, deadline: attemptMs, expectedRevision } as const;
    const late = new AbortController();
    const giveUp = sleep(attemptMs + DEADLINE_GRACE_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error('no answer in time');
    });
    try {
      await Promise.race([this.#client.appendToStream(stream, [...events], options), giveUp]);
    } finally {
      giveUp.catch(() => undefined);
      late.abort();
    }
  }

  /** All that a read gives. It is always read to its end: what is abandoned half-way can't be disposed of. */
  #drained(reading: StreamingRead<ResolvedEvent>): Promise<StoredEvent[]> {
    return new Promise((resolve, reject) => {
      const events: StoredEvent[] = [];
      // Reads have no deadline of their own.
      const silence = setTimeout(() => {
        reject(new Error('no answer in time'));
        void reading.cancel().catch(() => undefined);
      }, this.limits.attemptMs);
      reading.on('data', ({ event }) => {
        silence.refresh();
        try {
          if (event) events.push(storedOf(event));
        } catch (error) {
          // The rest is read all the same, and what comes to an end after this changes nothing any more.
          reject(error);
        }
      });
      reading.on('end', () => {
        clearTimeout(silence);
        resolve(events);
      });
      reading.on('error', (error) => {
        clearTimeout(silence);
        if (error instanceof StreamNotFoundError) resolve([]);
        else reject(error);
      });
    });
  }

  async #persist<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.limits.patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      this.#checkOpen();
      try {
        return await this.#slots.take(attempt);
      } catch (cause) {
        if (ANSWERS.some((answer) => cause instanceof answer)) throw cause;
        const hopeless = cause instanceof AccessDeniedError || cause instanceof StreamDeletedError;
        if (hopeless || performance.now() + pause > deadline)
          throw new LedgerUnavailable(`EventStoreDB ${what}`, { cause });
        await sleep(pause);
      }
    }
  }
}

/** The server takes no append of this size. */
export class AppendTooLarge extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super(`EventStoreDB takes ${limit} bytes in one append`);
    this.limit = limit;
  }
}

/** What another attempt would not change. */
const ANSWERS = [WrongExpectedRevision, AppendTooLarge, LedgerUnavailable];

/** A follower may be behind: what was acknowledged is to be read at once. */
const FROM_LEADER = { requiresLeader: true } as const;

const positionOf = (from: PageStart) =>
  typeof from === 'number' ? { commit: BigInt(from), prepare: BigInt(from) } : from;

function clientOf(url: string): EventStoreDBClient {
  if (!URL_SCHEME.test(url)) throw new TypeError('the address of a ledger begins with eventstoredb://');
  try {
    // A conflict that does not throw has a wrong revision in it; only the leader is asked. Of an option given twice
    // the last holds.
    const ours = `${url.includes('?') ? '&' : '?'}throwOnAppendFailure=true&nodePreference=leader`;
    return EventStoreDBClient.connectionString(`${url.replace(URL_SCHEME, 'esdb$1://')}${ours}`);
  } catch {
    // The client's own error quotes the address, with its password.
    throw new TypeError('the address of the ledger is no connection string of EventStoreDB');
  }
}
