/**
 * Keeps the rows that were rejected, where a person can see them: one SQLite file of this site. Nothing here is an
 * event and nothing leaves the site.
 */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { Rejected } from './firms/read-firms.ts';

export interface QuarantinedRow extends Rejected {
  /** Place in the list; later ones are higher. */
  id: number;
  /** SHA-256 of the file's bytes, hex. */
  file: string;
  /** When the row was rejected first: RFC 3339, UTC. */
  at: string;
}

export interface Quarantine {
  /** Keeps the rejected rows of a file, all or none. A line of the same bytes that is kept already stays as it is. */
  keep(file: string, rejected: readonly Rejected[], at: string): void;
  /** The newest first: at most `limit`, with an id below `before` where that is given; `total` counts all. */
  list(page: { limit: number; before?: number | undefined }): { total: number; items: QuarantinedRow[] };
  close(): void;
}

/** How long a write waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 5_000;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rejected (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (file, line)
  ) STRICT;
`;

/** Opens the quarantine in `file`, made where it isn't there; its folder must be. Throws what SQLite throws. */
export const openQuarantine = (file: string): Quarantine => {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`);
  const insert = db.prepare(
    'INSERT INTO rejected (file, line, reason, raw, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (file, line) DO NOTHING',
  );
  const page = db.prepare('SELECT * FROM rejected WHERE id < ? ORDER BY id DESC LIMIT ?');
  const count = db.prepare('SELECT count(*) AS total FROM rejected');
  return {
    keep(sha256, rejected, at) {
      if (rejected.length === 0) return;
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const { line, reason, raw } of rejected) insert.run(sha256, line, reason, raw, at);
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    list: ({ limit, before = Number.MAX_SAFE_INTEGER }) => ({
      total: Number(count.get()?.['total']),
      items: page.all(before, limit).map(rowOf),
    }),
    close: () => db.close(),
  };
};

const rowOf = (row: Record<string, SQLOutputValue>): QuarantinedRow => ({
  id: Number(row['id']),
  file: String(row['file']),
  line: Number(row['line']),
  reason: String(row['reason']),
  raw: String(row['raw']),
  at: String(row['at']),
});
