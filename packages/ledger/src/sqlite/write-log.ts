import { DatabaseSync } from 'node:sqlite';
import { ANY_REVISION, type AppendAnswers, type AppendBatch, emptyAnswers } from './messages.ts';
import { type KnownStream, RecentStreams } from './recent-streams.ts';
import { prepareForWriting } from './schema.ts';
import { uuidToBytes } from './uuid.ts';

const CACHED_STREAMS = 10_000;
/** How long a write waits for another process's transaction, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
/** SQLITE_CONSTRAINT_UNIQUE */
const UNIQUE_VIOLATED = 2067;

interface Head {
  position: number;
  recordedAt: number;
  /** The number of the newest stream. */
  newestStream: number;
}

type Outcome =
  | { kind: 'appended' | 'repeated'; revision: number; position: number; recordedAt: number }
  | { kind: 'wrongRevision'; actual: number }
  | { kind: 'idReused'; id: string }
  | { kind: 'leftBehind' };

/** One append, as a slice of a batch: its events are `first` to `first + count - 1`. */
interface Append {
  stream: string;
  expected: number;
  askedAt: number;
  first: number;
  count: number;
}

/**
 * The write connection of a ledger file. Synchronous, so it lives in the writer thread. Other processes may
 * write to the same file: whatever is cached here is dropped when one did.
 */
export class WriteLog {
  readonly #db: DatabaseSync;
  readonly #sql;
  readonly #streams = new RecentStreams(CACHED_STREAMS);
  #head: Head | undefined;
  #dataVersion: unknown;

  /** Opens or creates the file. Throws when it can't be a ledger (see `prepareForWriting`). */
  constructor(file: string) {
    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      prepareForWriting(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
    this.#db = db;
    this.#sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      savepoint: db.prepare('SAVEPOINT one_append'),
      release: db.prepare('RELEASE one_append'),
      undo: db.prepare('ROLLBACK TO one_append'),
      dataVersion: db.prepare('PRAGMA data_version'),
      head: db.prepare(
        `SELECT position, recorded_at, newest_stream FROM (SELECT max(id) AS newest_stream FROM streams)
         LEFT JOIN (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1)`,
      ),
      stream: db.prepare(
        'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS revision FROM streams WHERE name = ?',
      ),
      newStream: db.prepare('INSERT INTO streams (id, name) VALUES (?, ?)'),
      byId: db.prepare(
        'SELECT name, revision, position, recorded_at FROM events JOIN streams ON streams.id = stream WHERE events.id = ?',
      ),
      insert: db.prepare(
        `INSERT INTO events (position, stream, revision, id, type, recorded_at, data, metadata)
         VALUES (?, ?, ?, unhex(?, '-'), ?, ?, ?, ?)`,
      ),
    };
  }

  /**
   * Writes all batches that `nextBatch` gives, until it gives none, in one transaction with one fsync. A refused
   * append leaves the others alone. When the transaction fails (disk full, I/O error, locked for too long) none
   * is written and the answer has a fault.
   */
  append(nextBatch: () => AppendBatch | undefined): AppendAnswers {
    const answers = emptyAnswers();
    try {
      this.#sql.begin.run();
      this.#dropStaleCaches();
      for (let batch = nextBatch(); batch; batch = nextBatch()) {
        answers.appends += batch.streams.length;
        this.#appendBatch(batch, answers);
      }
      this.#sql.commit.run();
      return answers;
    } catch (error) {
      this.#rollback();
      const fault = error instanceof Error ? error : new Error(String(error));
      return { ...emptyAnswers(), appends: answers.appends, fault };
    }
  }

  close(): void {
    this.#db.close();
  }

  #dropStaleCaches(): void {
    // Read inside the transaction: it changes exactly when another connection has committed since.
    const version = this.#sql.dataVersion.get()?.['data_version'];
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#forget();
  }

  #forget(): void {
    this.#streams.clear();
    this.#head = undefined;
  }

  #rollback(): void {
    this.#forget();
    // Some faults (disk full) have already rolled the transaction back.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }

  #appendBatch(batch: AppendBatch, answers: AppendAnswers): void {
    let first = 0;
    let before: Outcome | undefined;
    for (const [i, stream] of batch.streams.entries()) {
      const count = batch.counts[i] ?? 0;
      const append = {
        stream,
        expected: batch.expected[i] ?? ANY_REVISION,
        askedAt: batch.askedAt[i] ?? 0,
        first,
        count,
      };
      const outcome: Outcome =
        before && batch.foreseen && !isAs(batch.foreseen, before)
          ? { kind: 'leftBehind' }
          : this.#appendOne(batch, append);
      before = outcome;
      const index = answers.revisions.length;
      const done = 'recordedAt' in outcome ? outcome : { revision: 0, position: 0, recordedAt: 0 };
      answers.revisions.push(done.revision);
      answers.positions.push(done.position);
      answers.recordedAt.push(done.recordedAt);
      if (!('recordedAt' in outcome)) answers.refusals.push({ index, ...outcome });
      else if (outcome.kind === 'repeated') answers.repetitions.push(index);
      first += count;
    }
  }

  #appendOne(batch: AppendBatch, append: Append): Outcome {
    const stream = this.#find(append.stream);
    const actual = stream?.revision ?? 0;
    if (append.expected !== ANY_REVISION && append.expected !== actual)
      return this.#repetition(batch, append) ?? { kind: 'wrongRevision', actual };
    // What may be refused is the insertion of an event, for its id. Of one event that is one statement, and atomic by itself.
    const several = append.count > 1;
    if (several) this.#sql.savepoint.run();
    try {
      const outcome = this.#insert(batch, append, stream);
      if (several) this.#sql.release.run();
      return outcome;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      if (several) {
        this.#sql.undo.run();
        this.#sql.release.run();
      }
      const outcome = this.#repetition(batch, append);
      if (!outcome) throw error;
      return outcome;
    }
  }

  #insert(batch: AppendBatch, append: Append, stream: KnownStream | undefined): Outcome {
    const { first, count } = append;
    const head = this.#readHead();
    const id = stream?.id ?? head.newestStream + 1;
    const actual = stream?.revision ?? 0;
    // The clock may go back, the ledger doesn't.
    const recordedAt = Math.max(append.askedAt, head.recordedAt);
    for (let i = 0; i < count; i += 1) {
      this.#sql.insert.run(
        head.position + 1 + i,
        id,
        actual + 1 + i,
        batch.ids[first + i] ?? '',
        batch.types[first + i] ?? '',
        recordedAt,
        batch.data[first + i] ?? '',
        batch.metadata[first + i] ?? '',
      );
    }
    // Only now, when every event is in: what failed half way must neither be named nor remembered.
    if (!stream) this.#sql.newStream.run(id, append.stream);
    const position = head.position + count;
    const revision = actual + count;
    this.#head = { position, recordedAt, newestStream: Math.max(id, head.newestStream) };
    this.#streams.set(append.stream, { id, revision });
    return { kind: 'appended', revision, position, recordedAt };
  }

  /**
   * Looks for the ids of an append in the ledger. `undefined` when none is there; the first answer when all
   * stand in its stream, in its order, next to each other, right behind the expected revision; else a refusal.
   */
  #repetition(batch: AppendBatch, append: Append): Outcome | undefined {
    const ids = batch.ids.slice(append.first, append.first + append.count);
    const found = ids.map((id) => ({ id, row: this.#sql.byId.get(uuidToBytes(id)) }));
    const known = found.find(({ row }) => row !== undefined);
    if (!known) return undefined;
    const firstRevision =
      append.expected === ANY_REVISION ? Number(found[0]?.row?.['revision']) : append.expected + 1;
    const repeated = found.every(
      ({ row }, i) => row?.['name'] === append.stream && row['revision'] === firstRevision + i,
    );
    const last = found.at(-1)?.row;
    if (!repeated || !last) return { kind: 'idReused', id: known.id };
    return {
      kind: 'repeated',
      revision: Number(last['revision']),
      position: Number(last['position']),
      recordedAt: Number(last['recorded_at']),
    };
  }

  #find(name: string): KnownStream | undefined {
    const recent = this.#streams.get(name);
    if (recent) return recent;
    const row = this.#sql.stream.get(name);
    if (!row) return undefined;
    const stream = { id: Number(row['id']), revision: Number(row['revision']) };
    this.#streams.set(name, stream);
    return stream;
  }

  #readHead(): Head {
    if (this.#head) return this.#head;
    const row = this.#sql.head.get();
    this.#head = {
      position: Number(row?.['position'] ?? 0),
      recordedAt: Number(row?.['recorded_at'] ?? 0),
      newestStream: Number(row?.['newest_stream'] ?? 0),
    };
    return this.#head;
  }
}

const isAs = (foreseen: NonNullable<AppendBatch['foreseen']>, outcome: Outcome): boolean =>
  outcome.kind === 'appended' &&
  outcome.position === foreseen.position &&
  outcome.recordedAt === foreseen.recordedAt;

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === UNIQUE_VIOLATED;
