import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { LedgerUnavailable } from '../errors.ts';
import type { RecordedEvent } from '../port.ts';
import { bytesToUuid } from './uuid.ts';

/** A page is short, so that reading and parsing it never holds the event loop for long: whichever comes first. */
export const PAGE_ROWS = 256;
export const PAGE_CHARACTERS = 262_144;
/** So many rows are looked at for a page at most, where most of them may be passed over. */
const PAGE_POSITIONS = 20_000;

// CROSS JOIN keeps the order of the loops: events in their order, the name looked up for each.
const EVENTS = `SELECT position, name, revision, events.id, type, recorded_at, data, metadata
  FROM events CROSS JOIN streams ON streams.id = events.stream`;
const OF_STREAM = 'WHERE events.stream = (SELECT id FROM streams WHERE name = ?)';

/** The read connection of a ledger file. Sees what is committed and fsynced, nothing else. Pages are synchronous. */
export class ReadLog {
  readonly #db: DatabaseSync;
  readonly #forward: StatementSync;
  readonly #backward: StatementSync;
  /** By how many beginnings of types are passed over. */
  readonly #all = new Map<number, StatementSync>();
  readonly #prepare: (rest: string) => StatementSync;
  readonly #head: StatementSync;

  /** The file must be a ledger already. Throws `LedgerUnavailable`. */
  constructor(file: string) {
    try {
      this.#db = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
      this.#prepare = (rest) => {
        const statement = this.#db.prepare(`${EVENTS} ${rest} LIMIT ?`);
        statement.setReturnArrays(true);
        return statement;
      };
      this.#forward = this.#prepare(`${OF_STREAM} AND revision >= ? ORDER BY revision`);
      this.#backward = this.#prepare(`${OF_STREAM} AND revision <= ? ORDER BY revision DESC`);
      this.#head = this.#db.prepare('SELECT max(position) AS position FROM events');
    } catch (cause) {
      throw new LedgerUnavailable(`can't open the ledger ${file} for reading`, { cause });
    }
  }

  /** A page of a stream from a revision on, inclusive. Empty only when there is nothing more. */
  pageOfStream(
    stream: string,
    from: number,
    direction: 'forward' | 'backward',
    limit: number,
  ): RecordedEvent[] {
    const statement = direction === 'forward' ? this.#forward : this.#backward;
    return this.#page(statement, [stream, from], limit).events;
  }

  /**
   * A page of the ledger after a position, exclusive, without the events whose type begins with one of these. `readTo` is
   * the position behind which the next page begins: that of the last event, or where all that follows is passed over.
   * Without `except` empty only when there is nothing more.
   */
  pageOfAll(
    after: number,
    limit: number,
    except: readonly string[] = [],
  ): { events: RecordedEvent[]; readTo: number } {
    const passing = except.length > 0;
    const through = passing ? Math.min(after + PAGE_POSITIONS, this.head()) : Number.MAX_SAFE_INTEGER;
    const where = [after, through, ...except];
    const { events, complete } = this.#page(this.#allWithout(except.length), where, limit);
    return { events, readTo: passing && complete ? through : (events.at(-1)?.position ?? after) };
  }

  #allWithout(count: number): StatementSync {
    const known = this.#all.get(count);
    if (known) return known;
    const passed = 'AND instr(type, ?) <> 1 '.repeat(count);
    const statement = this.#prepare(`WHERE position > ? AND position <= ? ${passed}ORDER BY position`);
    this.#all.set(count, statement);
    return statement;
  }

  head(): number {
    return this.#reading(() => Number(this.#head.get()?.['position'] ?? 0));
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** `complete` where there was nothing more to read. */
  #page(
    statement: StatementSync,
    where: (string | number)[],
    limit: number,
  ): { events: RecordedEvent[]; complete: boolean } {
    return this.#reading(() => {
      const events: RecordedEvent[] = [];
      let characters = 0;
      const most = Math.min(limit, PAGE_ROWS);
      const rows = statement.iterate(...where, most);
      for (const row of rows as Iterable<unknown> as Iterable<SQLOutputValue[]>) {
        const [position, stream, revision, id, type, recordedAt, data, metadata] = row;
        const dataJson = String(data);
        const metadataJson = String(metadata);
        events.push({
          id: bytesToUuid(id as Uint8Array),
          type: String(type),
          stream: String(stream),
          revision: Number(revision),
          position: Number(position),
          recordedAt: new Date(Number(recordedAt)).toISOString(),
          data: JSON.parse(dataJson),
          metadata: JSON.parse(metadataJson),
        });
        characters += dataJson.length + metadataJson.length;
        if (characters > PAGE_CHARACTERS) return { events, complete: false };
      }
      return { events, complete: events.length < most };
    });
  }

  #reading<T>(work: () => T): T {
    if (!this.#db.isOpen) throw new LedgerUnavailable('the ledger is closed');
    try {
      return work();
    } catch (cause) {
      throw new LedgerUnavailable('the ledger could not be read', { cause });
    }
  }
}
