import type { DatabaseSync } from 'node:sqlite';

export const SCHEMA_VERSION = 1;

const SQLITE_BUSY = 5;
/** How long, and in what steps, opening waits for others who open the same new file, in milliseconds. */
const SWITCH_LIMIT_MS = 5_000;
const SWITCH_PAUSE_MS = 2;

// The whole schema of version 1. `position` is the rowid, so the ledger's order is the table's. Streams have
// small numbers in order of birth: the index entries of the streams in use lie together then, and a
// transaction of many appends writes few pages. `recorded_at` is in milliseconds since 1970, `id` is the UUID's
// 16 bytes (UUIDv7 keeps that index together, too), `data` and `metadata` are JSON texts.
const VERSION_1 = `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE UNIQUE INDEX events_by_id ON events (id);
`;

/**
 * Makes the connection a writer of a ledger file: WAL, every commit fsynced, the schema there. Throws when the
 * file was written by a newer version of this software, or is the database of something else; nothing is changed then.
 */
export function prepareForWriting(db: DatabaseSync, file: string): void {
  checkVersion(db, file);
  const mode = switchToWal(db);
  if (mode !== 'wal') throw new Error(`${file} can't have a write-ahead log (journal mode is ${mode})`);
  db.exec('PRAGMA synchronous = FULL');
  db.exec('BEGIN IMMEDIATE');
  // Asked again under the write lock: another process may have made the schema in the meantime.
  if (checkVersion(db, file) === 0) db.exec(`${VERSION_1} PRAGMA user_version = ${SCHEMA_VERSION}`);
  db.exec('COMMIT');
  layOutLog(db);
  db.exec(`PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
}

/** Pages of the log between two checkpoints, which a commit makes: some milliseconds each. */
const LOG_PAGES = 1_000;

/**
 * Makes the log as long as it will be. A commit that makes a file longer waits for the file system's own journal, too, and
 * takes half as long again; once at its full length, the log is written over. What is written here is taken back, so that nobody reads it.
 */
function layOutLog(db: DatabaseSync): void {
  try {
    // So few pages are kept in memory that all go into the log at once.
    db.exec(`PRAGMA cache_size = 10; BEGIN IMMEDIATE; CREATE TABLE filling (pages BLOB) STRICT;
      INSERT INTO filling SELECT zeroblob(${LOG_PAGES} * page_size) FROM pragma_page_size`);
  } catch {
    // On a full disk or where somebody else writes: only a kindness to those who wait for commits.
  }
  if (db.isTransaction) db.exec('ROLLBACK');
}

// Two connections that switch a new file at the same moment: SQLite tells one of them at once that it is locked,
// without the busy timeout, for waiting could be a deadlock. So it is asked again, from the start of the statement.
function switchToWal(db: DatabaseSync): string {
  const deadline = performance.now() + SWITCH_LIMIT_MS;
  for (;;) {
    try {
      return String(db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']);
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_PAUSE_MS);
    }
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

function checkVersion(db: DatabaseSync, file: string): number {
  // One statement, one snapshot: between two, another process may make the schema, and its ledger would then
  // look like the database of something else.
  const row = db
    .prepare('SELECT user_version, (SELECT count(*) FROM sqlite_schema) AS tables FROM pragma_user_version')
    .get();
  const version = Number(row?.['user_version']);
  const tables = Number(row?.['tables']);
  if (version > SCHEMA_VERSION)
    throw new Error(
      `${file} has ledger schema version ${version}; this software knows versions up to ${SCHEMA_VERSION}`,
    );
  if (version === 0 && tables > 0) throw new Error(`${file} is a database, but no ledger`);
  return version;
}
