/** One file of a picture: what writes it and what reads it. */
import type { RegencyCode } from '@siaga/domain';
import { type Database, type Durability, openDatabase, row } from './database.ts';
import { openReader, type Reader } from './reader.ts';
import type { DeliverySource } from './delivery-source.ts';
import { domainFolds, openWriter, type Writer, type WriterOptions } from './writer.ts';

/** What was heard of a regency; times in milliseconds since 1970 by this server's clock. */
export interface HeardOf {
  announcedSequence?: number;
  heardAt?: number;
  completeAt?: number;
}

export interface Store extends Writer, Reader {
  readonly file: string;
  readonly epoch: string;
  /** Why the file that was there was thrown away, if one was. */
  readonly discarded: string | undefined;
  heardOf(regency: RegencyCode): HeardOf;
  saveHeardOf(regency: RegencyCode, heard: HeardOf): void;
  /**
   * Takes over from another picture what is not folded from events, which is what was heard and the malformed
   * messages, and the events that this one lacks.
   */
  takeOver(from: Store, sources: readonly DeliverySource[]): void;
  /** The database, for what compares two pictures. */
  readonly sql: Database['sql'];
  /** See `Database`. */
  shortenLog(): Promise<void>;
  close(): void;
}

export interface StoreOptions extends Partial<WriterOptions> {
  file: string;
  durability?: Durability;
}

/** Opens a picture's file, made where missing; see `openDatabase` for what becomes of one that does not fit. */
export function openStore({
  file,
  durability = 'live',
  folds = domainFolds,
  mayPark = () => true,
  tellsChanges = true,
}: StoreOptions): Store {
  const database = openDatabase(file, durability);
  const { sql, epoch, discarded } = database;
  const writer = openWriter(database, { folds, mayPark, tellsChanges });
  const reader = openReader(database, {
    currentChange: () => writer.change(),
    foldIncident: folds.incident,
  });
  const readSource = sql.prepare(
    'SELECT announced_sequence, heard_at, complete_at FROM sources WHERE regency = ?',
  );
  const saveSource = sql.prepare('INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)');
  return {
    ...writer,
    ...reader,
    file,
    epoch,
    discarded,
    sql,
    heardOf(regency) {
      type Row = { announced_sequence: number | null; heard_at: number | null; complete_at: number | null };
      const found = row<Row>(readSource, regency);
      return {
        ...(found?.announced_sequence == null ? {} : { announcedSequence: found.announced_sequence }),
        ...(found?.heard_at == null ? {} : { heardAt: found.heard_at }),
        ...(found?.complete_at == null ? {} : { completeAt: found.complete_at }),
      };
    },
    saveHeardOf(regency, { announcedSequence, heardAt, completeAt }) {
      saveSource.run(regency, announcedSequence ?? null, heardAt ?? null, completeAt ?? null);
    },
    takeOver(from, sources) {
      const copy = (query: string, insert: string) => {
        const into = sql.prepare(insert);
        for (const line of from.sql.prepare(query).iterate()) into.run(line);
      };
      copy(
        'SELECT regency, announced_sequence, heard_at, complete_at FROM sources',
        'INSERT OR REPLACE INTO sources VALUES (:regency, :announced_sequence, :heard_at, :complete_at)',
      );
      copy(
        `SELECT stream, stream_sequence, subject, regency, journal, reason, detail, received_at, raw, digest FROM parked
         WHERE sequence IS NULL ORDER BY id`,
        `INSERT OR IGNORE INTO parked
           (stream, stream_sequence, subject, regency, journal, reason, detail, received_at, raw, digest)
         VALUES (:stream, :stream_sequence, :subject, :regency, :journal, :reason, :detail, :received_at, :raw, :digest)`,
      );
      for (const source of sources) {
        const missing = from.deliveriesAfter(source, writer.checkpoint(source).sequence);
        if (missing.length > 0) writer.applyBatch(source, missing);
      }
    },
    shortenLog: () => database.shortenLog(),
    close: () => database.close(),
  };
}
