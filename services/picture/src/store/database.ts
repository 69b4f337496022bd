/** The SQLite file of a picture: opened, made where missing, and its epoch. */
import { randomUUID } from 'node:crypto';
import { close, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { INDEXES, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/**
 * `live`: WAL, and no fsync for a commit. A killed process loses nothing; a power cut may lose the last commits,
 * which are then folded again, since the checkpoint is lost with them. `rebuild`: no journal at all; a file
 * that was not finished is thrown away.
 */
export type Durability = 'live' | 'rebuild';

export interface Database {
  readonly sql: DatabaseSync;
  /** Marks a run of change numbers: those of another epoch mean something else. */
  readonly epoch: string;
  /** Why the file that was there was thrown away, if one was. */
  readonly discarded: string | undefined;
  /**
   * Moves what the log holds into the file, as a commit does where the log is long. Waiting for the disk to take the log
   * is most of that, and is not done on this thread. Never rejects: a log that stays long costs nothing but room.
   */
  shortenLog(): Promise<void>;
  /** Closes the file, so that the next to open it knows that nothing is missing. */
  close(): void;
}

const BUSY_MS = 5_000;

/** What the log keeps of its length, in bytes, when it begins anew: twice what a commit lets it grow to. */
export const LOG_LIMIT = 64 * 2 ** 20;

/** Large pages: a version's body is 1 to 3 kB, and a batch touches few of them (folds 1.5 times faster than 4 kB). */
const pragmas: Record<Durability, string> = {
  live: `PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = ${LOG_LIMIT};
    PRAGMA cache_size = -32000;`,
  rebuild: `PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -64000;`,
};

/**
 * Opens the picture in `file`. A picture of another schema version is thrown away, and a damaged one put aside as
 * `<file>.damaged`: what it held is derived. Throws when the file is a database of something else, and the
 * system's error when it can't be opened.
 *
 * The epoch stays the same over restarts and crashes of the process. It changes when the machine itself went
 * down without the file being closed: the last commits may be gone then, and their numbers given to others.
 */
export function openDatabase(file: string, durability: Durability): Database {
  const discarded = existsSync(file) ? discardUnfit(file) : undefined;
  const sql = new DatabaseSync(file, { timeout: BUSY_MS });
  sql.exec(pragmas[durability]);
  const isNew = sql.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`).get() === undefined;
  if (isNew) sql.exec(`BEGIN; ${SCHEMA} ${durability === 'live' ? INDEXES : ''} COMMIT;`);

  const meta = metaOf(sql);
  const boot = bootId();
  const nothingLost = meta.get('state') === 'closed' || (boot !== undefined && meta.get('boot') === boot);
  const known = meta.get('epoch');
  const epoch = known !== undefined && nothingLost ? known : randomUUID().slice(0, 8);
  meta.set('schema', SCHEMA_VERSION);
  meta.set('epoch', epoch);
  meta.set('boot', boot ?? '');
  meta.set('state', 'open');
  const checkpoint = sql.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  return {
    sql,
    epoch,
    discarded,
    async shortenLog() {
      try {
        const log = await open(`${file}-wal`, 'r');
        try {
          await log.datasync();
        } finally {
          await log.close();
        }
        if (sql.isOpen) checkpoint.get();
      } catch {
        // What is wrong with the disk, the next commit says.
      }
    },
    close() {
      if (durability === 'rebuild') sql.exec(INDEXES);
      meta.set('state', 'closed');
      sql.close();
    },
  };
}

/** Removes a database and what SQLite keeps beside it. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
}

/**
 * Puts the closed database `from` in the place of the closed database `to`. A crash leaves either the old or
 * the new one. What the old one took on the disk is freed a little later.
 */
export function replaceDatabase(from: string, to: string): void {
  fsyncFile(from);
  // A log left beside the new file would be read as its own.
  rmSync(`${to}-wal`, { force: true });
  rmSync(`${to}-shm`, { force: true });
  // Freeing a large file takes some tenths of a second: it is done when the last handle of it is closed, and that
  // by another thread than the event loop's.
  const old = openSync(to, 'r');
  try {
    renameSync(from, to);
  } finally {
    close(old);
  }
  fsyncFile(dirname(to));
}

function fsyncFile(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Clears the way for a new picture where the file is none of this version, and says why. */
function discardUnfit(file: string): string | undefined {
  const unfit = whyUnfit(file);
  if (unfit?.damaged) renameSync(file, `${file}.damaged`);
  if (unfit) removeDatabase(file);
  return unfit?.reason;
}

function whyUnfit(file: string): { reason: string; damaged: boolean } | undefined {
  const sql = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    if (sql.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) return undefined;
    if (sql.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'incident_versions'`).get() === undefined) {
      throw new Error(`${file} is a database of something else than a picture`);
    }
    const version = metaOf(sql).get('schema');
    if (version === SCHEMA_VERSION) return undefined;
    return { reason: `its schema version is ${version}, this is ${SCHEMA_VERSION}`, damaged: false };
  } catch (error) {
    if (isBroken(error)) return { reason: error.message, damaged: true };
    throw error;
  } finally {
    sql.close();
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const isBroken = (error: unknown): error is Error =>
  error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);

const metaOf = (sql: DatabaseSync) => {
  const read = sql.prepare('SELECT value FROM meta WHERE name = ?');
  const write = sql.prepare(
    'INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  return {
    get: (name: string) => row<{ value: string }>(read, name)?.value,
    set: (name: string, value: string) => void write.run(name, value),
  };
};

/** Names this run of the machine, where the system tells (Linux). */
function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

type Parameters = SQLInputValue[] | [Record<string, SQLInputValue>, ...SQLInputValue[]];

/** One row of our own tables, whose columns the statement names. */
export const row = <Row>(statement: StatementSync, ...parameters: Parameters): Row | undefined =>
  // node:sqlite can't know what a statement selects; STRICT tables keep the types that their schema says.
  statement.get(...(parameters as SQLInputValue[])) as Row | undefined;

/** All rows of our own tables, whose columns the statement names. */
export const rows = <Row>(statement: StatementSync, ...parameters: Parameters): Row[] =>
  statement.all(...(parameters as SQLInputValue[])) as Row[];
