/**
 * Backups of the SQLite files of a site, taken while it runs, and what a ledger's file must be to be taken for one.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Digest } from '../digest.ts';
import { LedgerUnavailable } from '../errors.ts';
import type { RecordedEvent } from '../port.ts';
import { ReadLog } from '../sqlite/read-log.ts';
import { SCHEMA_VERSION } from '../sqlite/schema.ts';

/** What a person must look at: a file is damaged, is no ledger, or stands where nothing may stand. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

export interface LedgerFacts {
  events: number;
  /** Of the last event; 0 for an empty ledger. */
  position: number;
  /** When the last event was taken; absent for an empty ledger. */
  recordedAt?: string;
  /** SHA-256 over everything that the ledger says. */
  hash: string;
}

/** How long a copy waits for a writer that holds the file, milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Copies a SQLite file as it is at one moment to a new file, for its owner only, on the disk when this returns. Whoever writes to
 * the file meanwhile neither waits nor is waited for. Throws `BackupRefused` where the target exists, the source is
 * not there, or what was copied is damaged.
 */
export function copyDatabase(from: string, to: string): void {
  if (!existsSync(from)) throw new BackupRefused(`there is no ${from}`);
  if (existsSync(to)) throw new BackupRefused(`${to} is there already`);
  const part = `${to}.part`;
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  snapshot(from, part);
  const copy = new DatabaseSync(part, { readOnly: true });
  try {
    const problem = copy.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (problem !== 'ok')
      throw new BackupRefused(`${from} was copied and the copy is damaged: ${String(problem)}`);
  } finally {
    copy.close();
  }
  sync(part);
  renameSync(part, to);
  sync(dirname(to));
}

/**
 * Writes `from` as it is at one moment, with what is in its write-ahead log, to `part`, one file for its owner only.
 * `VACUUM INTO` reads in one transaction; the backup API would begin again whenever the site commits.
 */
export function snapshot(from: string, part: string): void {
  rmSync(part, { force: true });
  // SQLite fills an empty file, and leaves it the rights that it has.
  closeSync(openSync(part, 'wx', 0o600));
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    source.prepare('VACUUM INTO ?').run(part);
  } finally {
    source.close();
  }
}

/**
 * Reads a ledger's file from its beginning to its end, or up to a position: whole pages, positions and the revisions
 * of each stream without a hole, every event JSON. Throws `BackupRefused` with the first thing that is wrong.
 */
export function checkLedgerFile(file: string, until = Number.POSITIVE_INFINITY): LedgerFacts {
  checkPages(file);
  const log = new ReadLog(file);
  try {
    const digest = new Digest();
    const revisions = new Map<string, number>();
    let last: RecordedEvent | undefined;
    for (;;) {
      const { events } = log.pageOfAll(last?.position ?? 0, Number.MAX_SAFE_INTEGER);
      const page = events.filter(({ position }) => position <= until);
      if (page.length === 0) break;
      for (const event of page) {
        const { position, stream, revision } = event;
        if (position !== (last?.position ?? 0) + 1 || revision !== (revisions.get(stream) ?? 0) + 1)
          throw new BackupRefused(
            `${file} has a hole before position ${position}, revision ${revision} of ${stream}`,
          );
        revisions.set(stream, revision);
        digest.add(event);
        last = event;
      }
    }
    const facts = { events: digest.events, position: last?.position ?? 0, hash: digest.hash() };
    return last ? { ...facts, recordedAt: last.recordedAt } : facts;
  } catch (error) {
    if (error instanceof LedgerUnavailable)
      throw new BackupRefused(`${file} is damaged: ${String(error.cause)}`);
    throw error;
  } finally {
    log.close();
  }
}

function checkPages(file: string): void {
  if (!existsSync(file)) throw new BackupRefused(`there is no ${file}`);
  try {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      const problem = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
      if (problem !== 'ok') throw new BackupRefused(`${file} is damaged: ${String(problem)}`);
      const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
      if (version < 1 || version > SCHEMA_VERSION)
        throw new BackupRefused(`${file} is no ledger of a version that is known here`);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    throw new BackupRefused(`${file} can’t be read as a ledger: ${String(error)}`);
  }
}

/** Makes sure that a file, or what a folder lists, is on the disk. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
