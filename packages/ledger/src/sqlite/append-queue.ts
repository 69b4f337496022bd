import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type EncodedEvent, encodeAppend } from '../encode.ts';
import { EventIdReused, LedgerUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { AppendResult, Companion, ExpectedRevision, RecordedEvent } from '../port.ts';
import {
  ANY_REVISION,
  type AppendAnswers,
  type AppendBatch,
  emptyBatch,
  type Refusal,
  type WriterRequest,
  type WriterStart,
} from './messages.ts';
import { recordedOf, type Written } from './written.ts';

/** A batch this long leaves at once: the writer inserts it while this thread still encodes what comes next. */
const FULL_BATCH = 32;

interface Waiting {
  stream: string;
  expected: ExpectedRevision;
  events: readonly EncodedEvent[];
  resolve(result: AppendResult): void;
  reject(error: Error): void;
  /** It goes along with the one before. */
  isCompanion?: true;
}

/**
 * The main thread's end of the writer thread. Appends that are made together leave together, in
 * messages of up to `FULL_BATCH`; answers come back in the order sent, one message for each transaction.
 */
export class AppendQueue {
  readonly #worker: Worker;
  readonly #sent: WriterStart['sent'];
  readonly #onCommit: (written: readonly Written[]) => void;
  /** Sent or about to be, oldest first. */
  #waiting: Waiting[] = [];
  #unsent: AppendBatch | undefined;
  /**
   * Whether the last answer was to one append alone. Then nobody else is likely to append in the same turn, and what follows
   * on that answer leaves ahead of all else that does, such as telling it over HTTP.
   */
  #isQuiet = true;
  #companionOf: ((events: readonly RecordedEvent[]) => Companion | undefined) | undefined;
  /** The last event that was written from here; where others write to the file, later ones may stand in it. */
  #end: { position: number; recordedAt: number } | undefined;
  #closed: LedgerUnavailable | undefined;
  #crash: unknown;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #exited: Promise<void>;

  private constructor(
    worker: Worker,
    sent: WriterStart['sent'],
    onCommit: (written: readonly Written[]) => void,
  ) {
    this.#worker = worker;
    this.#sent = sent;
    this.#onCommit = onCommit;
    const exited = Promise.withResolvers<void>();
    this.#exited = exited.promise;
    worker.on('message', (answers: AppendAnswers) => this.#settle(answers));
    worker.on('error', (error) => (this.#crash = error));
    worker.on('exit', () => {
      this.#lost();
      exited.resolve();
    });
  }

  /**
   * Starts the writer thread on a ledger file. `onCommit` is called after each transaction that was acknowledged, with what
   * it wrote, in the ledger's order. Rejects with `LedgerUnavailable`.
   */
  static async open(file: string, onCommit: (written: readonly Written[]) => void): Promise<AppendQueue> {
    const sent = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const workerData: WriterStart = { file, sent };
    const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData });
    try {
      await once(worker, 'message');
    } catch (cause) {
      throw new LedgerUnavailable(`can't open the ledger ${file}`, { cause });
    }
    return new AppendQueue(worker, sent, onCommit);
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly EncodedEvent[],
    askedAt: number,
  ): Promise<AppendResult> {
    if (this.#closed) return Promise.reject(this.#closed);
    const batch = this.#openBatch();
    const isAlone = this.#waiting.length === 0 && this.#isQuiet;
    put(batch, { stream, expected, events, askedAt });
    const { promise, resolve, reject } = Promise.withResolvers<AppendResult>();
    this.#waiting.push({ stream, expected, events, resolve, reject });
    if (isAlone && expected !== 'any') this.#putCompanion(batch, { stream, expected, events, askedAt });
    if (batch.streams.length >= FULL_BATCH || isAlone) this.#send();
    return promise;
  }

  /** See `Ledger.accompany`. */
  accompany(companionOf: (events: readonly RecordedEvent[]) => Companion | undefined): () => void {
    this.#companionOf ??= companionOf;
    return () => {
      if (this.#companionOf === companionOf) this.#companionOf = undefined;
    };
  }

  /** Waits for every append made so far to be answered, then for the file to be closed. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = new LedgerUnavailable('the ledger is closed');
      if (this.#waiting.length > 0) {
        this.#idle = Promise.withResolvers();
        await this.#idle.promise;
      }
      this.#post('close');
    }
    await this.#exited;
  }

  /** Adds what goes along with a batch's only append, made from that as it will most likely stand. */
  #putCompanion(
    batch: AppendBatch,
    { stream, expected, events, askedAt }: Asked & { expected: number },
  ): void {
    if (!this.#companionOf || !this.#end) return;
    const position = this.#end.position + events.length;
    const recordedAt = Math.max(askedAt, this.#end.recordedAt);
    const standing = { stream, revision: expected + events.length, position, recordedAt: timeOf(recordedAt) };
    try {
      const companion = this.#companionOf(recordedOf({ ...standing, events }));
      if (!companion) return;
      const encoded = encodeAppend(companion.stream, companion.expected, companion.events);
      const asked = { stream: companion.stream, expected: companion.expected, events: encoded };
      put(batch, { ...asked, askedAt });
      batch.foreseen = { position, recordedAt };
      this.#waiting.push({
        ...asked,
        resolve: () => companion.kept(),
        reject: () => undefined,
        isCompanion: true,
      });
    } catch {
      // Whoever made it meets the same again when the append is durable.
    }
  }

  #openBatch(): AppendBatch {
    if (!this.#unsent) {
      this.#unsent = emptyBatch();
      // When the writer waits and few append, those that became due together leave at once, ahead of the rest of the turn.
      if (this.#waiting.length === 0 && this.#isQuiet) queueMicrotask(() => this.#send());
      else this.#sendWhenStill(this.#unsent);
    }
    return this.#unsent;
  }

  /**
   * Sends a batch when a turn of the event loop has added nothing to it: where many append, more are on their way as long as
   * there is something to read, and a transaction costs this thread and the writer as much as ten more appends.
   */
  #sendWhenStill(batch: AppendBatch, before = 0): void {
    setImmediate(() => {
      if (batch !== this.#unsent) return;
      const now = batch.streams.length;
      if (now === before) this.#send();
      else this.#sendWhenStill(batch, now);
    });
  }

  #send(): void {
    if (!this.#unsent) return;
    this.#post(this.#unsent);
    this.#unsent = undefined;
  }

  #post(request: WriterRequest): void {
    this.#worker.postMessage(request);
    Atomics.add(this.#sent, 0, 1);
  }

  #settle(answers: AppendAnswers): void {
    const settled = this.#waiting.splice(0, answers.appends);
    this.#isQuiet = settled.filter(({ isCompanion }) => !isCompanion).length === 1;
    const refusals = new Map(answers.refusals.map((refusal) => [refusal.index, refusal]));
    const repetitions = new Set(answers.repetitions);
    const written: Written[] = [];
    for (const [i, append] of settled.entries()) {
      const refusal = refusals.get(i);
      if (answers.fault)
        append.reject(new LedgerUnavailable('the ledger could not be written', { cause: answers.fault }));
      else if (refusal) append.reject(refusalError(append, refusal));
      else {
        const result = {
          revision: answers.revisions[i] ?? 0,
          position: answers.positions[i] ?? 0,
          recordedAt: timeOf(answers.recordedAt[i] ?? 0),
        };
        if (!repetitions.has(i)) {
          written.push({ ...result, stream: append.stream, events: append.events });
          this.#end = { position: result.position, recordedAt: answers.recordedAt[i] ?? 0 };
        }
        append.resolve(result);
      }
    }
    if (!answers.fault) this.#onCommit(written);
    if (this.#waiting.length === 0) this.#idle?.resolve();
  }

  /** The thread is gone: by `close`, or because it died, and then what waits will get no answer. */
  #lost(): void {
    this.#closed ??= new LedgerUnavailable('the writer thread of the ledger died', { cause: this.#crash });
    for (const append of this.#waiting.splice(0)) append.reject(this.#closed);
    this.#idle?.resolve();
  }
}

/** Appends of one transaction mostly have one time, which is dearer to write than to remember. */
let lastTime = { ms: 0, text: new Date(0).toISOString() };
function timeOf(ms: number): string {
  if (lastTime.ms !== ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}

interface Asked extends Pick<Waiting, 'stream' | 'expected' | 'events'> {
  askedAt: number;
}

function put(batch: AppendBatch, { stream, expected, events, askedAt }: Asked): void {
  batch.streams.push(stream);
  batch.expected.push(expected === 'any' ? ANY_REVISION : expected);
  batch.askedAt.push(askedAt);
  batch.counts.push(events.length);
  for (const event of events) {
    batch.ids.push(event.id);
    batch.types.push(event.type);
    batch.data.push(event.data);
    batch.metadata.push(event.metadata);
  }
}

function refusalError({ stream, expected }: Waiting, refusal: Refusal): Error {
  if (refusal.kind === 'idReused') return new EventIdReused(stream, refusal.id);
  if (refusal.kind === 'leftBehind') return new Error('what it goes with stands elsewhere');
  return new WrongExpectedRevision(stream, expected === 'any' ? ANY_REVISION : expected, refusal.actual);
}
