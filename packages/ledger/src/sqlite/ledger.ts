import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bell } from '../bell.ts';
import { encodeAppend } from '../encode.ts';
import type {
  AppendResult,
  Companion,
  ExpectedRevision,
  Ledger,
  NewEvent,
  ReadAllOptions,
  ReadOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../port.ts';
import { AppendQueue } from './append-queue.ts';
import { Newest } from './newest.ts';
import { PAGE_ROWS, ReadLog } from './read-log.ts';

/** How soon a subscription sees what another process appended to the same file, in milliseconds. */
const FOREIGN_APPENDS_MS = 250;

export interface SqliteLedgerOptions {
  /** Path of the ledger file; made when it isn't there, its folder must be. On a local disk: WAL needs shared memory. */
  file: string;
  /** Milliseconds since 1970, for `recordedAt`. Default: the system's clock. */
  clock?: () => number;
}

/**
 * Opens a ledger in one SQLite file. Appends are made by a thread of its own and share fsyncs (group commit);
 * reads run on this thread, in short pages. Several processes may open the same file. Keeps the process alive
 * until closed. Rejects with `LedgerUnavailable`, also for a file of a newer schema version or of something else.
 */
export async function openSqliteLedger({ file, clock = Date.now }: SqliteLedgerOptions): Promise<Ledger> {
  const bell = new Bell();
  const newest = new Newest();
  const queue = await AppendQueue.open(file, (written) => {
    newest.keep(written);
    bell.ring();
  });
  try {
    return new SqliteLedger({ queue, log: new ReadLog(file), newest, bell, clock });
  } catch (error) {
    await queue.close();
    throw error;
  }
}

interface Parts {
  queue: AppendQueue;
  log: ReadLog;
  newest: Newest;
  bell: Bell;
  clock: () => number;
}

class SqliteLedger implements Ledger {
  readonly #queue: AppendQueue;
  readonly #log: ReadLog;
  readonly #newest: Newest;
  readonly #bell: Bell;
  readonly #clock: () => number;
  #closing = false;
  /** The last page that a subscription read: the others come to the same place at the same moment. */
  #tail: { after: number; page: readonly RecordedEvent[] } | undefined;

  constructor({ queue, log, newest, bell, clock }: Parts) {
    this.#queue = queue;
    this.#log = log;
    this.#newest = newest;
    this.#bell = bell;
    this.#clock = clock;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const encoded = encodeAppend(stream, expected, events);
    return this.#queue.append(stream, expected, encoded, Math.floor(this.#clock()));
  }

  accompany(companionOf: (events: readonly RecordedEvent[]) => Companion | undefined): () => void {
    return this.#queue.accompany(companionOf);
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncGenerator<RecordedEvent, void> {
    const { direction = 'forward', limit = Number.POSITIVE_INFINITY } = options;
    const step = direction === 'forward' ? 1 : -1;
    let from = options.from ?? (direction === 'forward' ? 1 : Number.MAX_SAFE_INTEGER);
    let left = limit;
    while (left > 0) {
      const page = this.#log.pageOfStream(stream, from, direction, left);
      yield* page;
      const last = page.at(-1);
      left -= page.length;
      if (!last || left <= 0) return;
      from = last.revision + step;
      if (from < 1) return;
      await nextTurn();
    }
  }

  async *readAll({
    from,
    limit = Number.POSITIVE_INFINITY,
    except = [],
  }: ReadAllOptions): AsyncGenerator<RecordedEvent, void> {
    let after = from;
    let left = limit;
    while (left > 0 && after < this.#log.head()) {
      const { events, readTo } = this.#log.pageOfAll(after, left, except);
      yield* events;
      left -= events.length;
      after = readTo;
      await nextTurn();
    }
  }

  async *subscribeAll({ after, signal }: SubscribeOptions): AsyncGenerator<RecordedEvent[], void> {
    let position = after;
    while (!signal.aborted && !this.#closing) {
      const page = this.#pageAfter(position);
      const last = page.at(-1);
      if (last) {
        position = last.position;
        yield [...page];
        await nextTurn();
      }
      // No append can slip in between: what was found was found in this same turn, and an append's answer takes another.
      if (!last || position === this.#newest.end) await this.#bell.wait(signal, FOREIGN_APPENDS_MS);
    }
  }

  #pageAfter(after: number): readonly RecordedEvent[] {
    if (this.#tail?.after === after) return this.#tail.page;
    const page = this.#newest.pageAfter(after) ?? this.#log.pageOfAll(after, PAGE_ROWS).events;
    if (page.length > 0) this.#tail = { after, page };
    return page;
  }

  async head(): Promise<number> {
    return this.#log.head();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#queue.close();
    this.#bell.ring();
    this.#log.close();
  }
}
