import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { LedgerUnavailable } from '../errors.ts';
import type { RecordedEvent } from '../port.ts';
import { bytesToUuid } from './uuid.ts';

/** A page is short, so that reading and parsing it never holds the event loop for long: whichever comes first. */
export const PAGE_ROWS = 256;
const PAGE_CHARACTERS = 262_144;

// CROSS JOIN keeps the order of the loops: events in their order, the name looked up for each.
const EVENTS = `SELECT position, name, revision, events.id, type, recorded_at, data, metadata
  FROM events CROSS JOIN streams ON streams.id = events.stream`;
const OF_STREAM = 'WHERE events.stream = (SELECT id FROM streams WHERE name = ?)';

/** The read connection of a ledger file. Sees what is committed and fsynced, nothing else. Pages are synchronous. */
export class ReadLog {
  readonly #db: DatabaseSync;
  readonly #forward: StatementSync;
  readonly #backward: StatementSync;
  readonly #all: StatementSync;
  readonly #head: StatementSync;

  /** The file must be a ledger already. Throws `LedgerUnavailable`. */
  constructor(file: string) {
    try {
      this.#db = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
      const prepare = (rest: string) => {
        const statement = this.#db.prepare(`${EVENTS} ${rest} LIMIT ?`);
        statement.setReturnArrays(true);
        return statement;
      };
      this.#forward = prepare(`${OF_STREAM} AND revision >= ? ORDER BY revision`);
      this.#backward = prepare(`${OF_STREAM} AND revision <= ? ORDER BY revision DESC`);
      this.#all = prepare('WHERE position > ? ORDER BY position');
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
    return this.#page(statement, [stream, from], limit);
  }

  /** A page of the ledger after a position, exclusive. Empty only when there is nothing more. */
  pageOfAll(after: number, limit: number): RecordedEvent[] {
    return this.#page(this.#all, [after], limit);
  }

  head(): number {
    return this.#reading(() => Number(this.#head.get()?.['position'] ?? 0));
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #page(statement: StatementSync, where: (string | number)[], limit: number): RecordedEvent[] {
    return this.#reading(() => {
      const page: RecordedEvent[] = [];
      let characters = 0;
      const rows = statement.iterate(...where, Math.min(limit, PAGE_ROWS));
      for (const row of rows as Iterable<unknown> as Iterable<SQLOutputValue[]>) {
        const [position, stream, revision, id, type, recordedAt, data, metadata] = row;
        const dataJson = String(data);
        const metadataJson = String(metadata);
        page.push({
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
        if (characters > PAGE_CHARACTERS) break;
      }
      return page;
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
