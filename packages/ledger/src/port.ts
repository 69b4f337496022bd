/**
 * The event store port. The ledger is the truth of a site: what an append has answered is on the disk, stays
 * as it is, and is read back in the same order for ever. Every adapter passes the suite in `contract.ts`.
 */

/** An event to append. `id` is a UUID (any case, read back in lower case); `data` and `metadata` are JSON values. */
export interface NewEvent {
  id: string;
  type: string;
  data: unknown;
  metadata: unknown;
}

export interface RecordedEvent {
  id: string;
  type: string;
  stream: string;
  /** Number in its stream: 1, 2, 3 … without holes. */
  revision: number;
  /**
   * Place in the order of the whole ledger, strictly growing, first one above 0. The sqlite adapter has no
   * holes; others may have, so a consumer compares positions and never counts with them: `from` and `after` below
   * are 0 or a position that this ledger has given. A ledger that was copied gives what the one before gave.
   */
  position: number;
  /**
   * When the ledger took it: ISO 8601, UTC, milliseconds. Never goes back as positions grow, but where an adapter
   * takes the time from a server whose clock goes back.
   */
  recordedAt: string;
  data: unknown;
  metadata: unknown;
}

/** What a writer has seen of a stream: `0` that it doesn't exist, `n` that `n` is its last revision, `'any'` no claim. */
export type ExpectedRevision = number | 'any';

/** Where the last event of an append stands. */
export interface AppendResult {
  revision: number;
  position: number;
  recordedAt: string;
}

/** What follows from an append, and is to be durable with it. */
export interface Companion {
  stream: string;
  expected: number;
  events: readonly NewEvent[];
  /** Called when it is durable, in the turn in which the append is answered. Not called where it was left behind. */
  kept(): void;
}

export interface ReadOptions {
  /** First revision to read, inclusive. Default: the stream's first, or its last when reading backward. */
  from?: number;
  /** Default `forward`. */
  direction?: 'forward' | 'backward';
  /** At most this many events. Default: no limit. */
  limit?: number;
}

export interface ReadAllOptions {
  /** Reads what stands after this position (exclusive). `0` is the beginning. */
  from: number;
  /** At most this many events. Default: no limit. */
  limit?: number;
  /** Passes over events whose type begins with one of these: much cheaper than looking at each. */
  except?: readonly string[];
}

export interface SubscribeOptions {
  /** The subscription begins after this position (exclusive). `0` is the beginning. */
  after: number;
  /** Ends the subscription. */
  signal: AbortSignal;
}

export interface Ledger {
  /**
   * Appends one or more events to `stream`.
   *
   * 1. All of the events are appended, next to each other in revisions, or none.
   * 2. They are durable (fsynced) before the promise resolves.
   * 3. Repeatable: when the same ids stand, in this order, right behind the expected revision (for `'any'`:
   *    anywhere in the stream, next to each other), nothing is appended and the answer is the first one
   *    again, also after a restart. `data` and `metadata` are not compared.
   *
   * Rejects with:
   * - `WrongExpectedRevision` when the stream's last revision is another one;
   * - `EventIdReused` when an id has been used and point 3 doesn't hold: other stream, other expectation, or
   *   only some of the ids known. An adapter that sees ids only within a stream, and there only where the
   *   expectation is stale, may answer a part of these with `WrongExpectedRevision` and not notice the rest;
   * - `EventTooLarge` when `data` and `metadata` of one event take more than `MAX_EVENT_BYTES`, or all of them
   *   together more than a server takes in one append;
   * - `LedgerUnavailable` when nothing was acknowledged. Whether the events were written is then unknown:
   *   repeat with the same ids;
   * - `TypeError` for what is never valid: no events, an id that is no UUID or stands twice, a stream or type
   *   that is empty, begins with `$` or has control characters, a value that JSON can't hold.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;

  /**
   * Lets somebody send along with an append what follows from it, so that both are durable with one fsync, or neither
   * is. `companionOf` is shown an append's events as they will stand, unless somebody else writes meanwhile: then the companion
   * is left behind, as where it expects another revision, and the append is not. Only a kindness to the disk: an adapter
   * need not have it, and asks only where an append comes alone. One at a time: while there is one, others are not asked.
   * Answers what ends it.
   */
  accompany?(companionOf: (events: readonly RecordedEvent[]) => Companion | undefined): () => void;

  /**
   * Reads one stream in order of revision. A stream that doesn't exist is empty. Backward with limit 1 costs
   * one look-up. Throws `LedgerUnavailable`.
   */
  read(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent>;

  /** Reads the whole ledger in order of position. Throws `LedgerUnavailable`. */
  readAll(options: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * All events after a position: history, then live, in order of position without a gap or a double at the
   * seam. Batches are never empty; their events are for reading only, since several subscriptions may share them.
   * An append through this ledger wakes it at once. Ends without an error when the signal aborts or the ledger
   * closes; throws `LedgerUnavailable`, to resume after the last position seen.
   */
  subscribeAll(options: SubscribeOptions): AsyncIterable<RecordedEvent[]>;

  /** The last position; `0` for an empty ledger. Rejects with `LedgerUnavailable`. */
  head(): Promise<number>;

  /** Waits for the appends under way, ends subscriptions and releases the store. Later calls fail with `LedgerUnavailable`. */
  close(): Promise<void>;
}

/** The last event of a stream, `undefined` when the stream doesn't exist. */
export async function readLast(
  ledger: Pick<Ledger, 'read'>,
  stream: string,
): Promise<RecordedEvent | undefined> {
  for await (const event of ledger.read(stream, { direction: 'backward', limit: 1 })) return event;
  return undefined;
}
