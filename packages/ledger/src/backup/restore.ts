/** Puts a ledger's backup in place, whole or up to a point in time. */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BackupRefused, checkLedgerFile, type LedgerFacts, snapshot, sync } from './backup.ts';

/** Where to end: a position of the ledger, or a time up to which events are taken, that time included. */
export type Until = { position: number } | { time: Date };

/**
 * Makes `to` a ledger with all events of `from` up to `until`, and answers what it holds. The file stands there whole and checked, or
 * not at all. Throws `BackupRefused` where the backup is damaged or `to` exists.
 */
export function restoreLedgerFile(from: string, to: string, until?: Until): LedgerFacts {
  if (existsSync(to)) throw new BackupRefused(`${to} is there already`);
  const whole = checkLedgerFile(from);
  const part = `${to}.part`;
  snapshot(from, part);
  if (until !== undefined) cut(part, until);
  const facts = checkLedgerFile(part);
  const expected = until === undefined ? whole : checkLedgerFile(from, facts.position);
  if (facts.hash !== expected.hash) throw new BackupRefused(`${to} did not become what ${from} is`);
  sync(part);
  renameSync(part, to);
  return facts;
}

function cut(file: string, until: Until): void {
  const db = new DatabaseSync(file);
  try {
    db.exec('BEGIN');
    if ('position' in until) db.prepare('DELETE FROM events WHERE position > ?').run(until.position);
    else db.prepare('DELETE FROM events WHERE recorded_at > ?').run(until.time.getTime());
    db.exec('DELETE FROM streams WHERE id NOT IN (SELECT stream FROM events); COMMIT; VACUUM');
  } finally {
    db.close();
  }
}

/**
 * Moves files of a site's folder, with what SQLite keeps beside them, into a new folder inside it, and answers its name;
 * undefined where there was none of them. Throws `BackupRefused` when a process has one of them open.
 */
export function moveAside(folder: string, names: readonly string[], now: Date): string | undefined {
  const files = readdirSync(folder).filter((file) =>
    names.some((name) => file === name || file === `${name}-wal` || file === `${name}-shm`),
  );
  for (const name of names) if (files.includes(name)) refuseWhereOpen(join(folder, name));
  if (files.length === 0) return undefined;
  const aside = join(folder, `replaced-${now.toISOString().replaceAll(/[:.]/g, '-')}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const file of files)
    if (existsSync(join(folder, file))) renameSync(join(folder, file), join(aside, file));
  sync(folder);
  return aside;
}

const SQLITE_BUSY = 5;

/** Only who is alone with a file can end its write-ahead log. A file that is damaged may be moved all the same. */
function refuseWhereOpen(file: string): void {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = DELETE');
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)
      throw new BackupRefused(`${file} is in use: stop the site first`);
  } finally {
    db.close();
  }
}
