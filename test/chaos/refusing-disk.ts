/**
 * Preloaded into a site's process and its threads (`--import`), and nowhere else: an injected ENOSPC, for machines where no
 * disk can be mounted that is small enough to fill. While the file SIAGA_TEST_DISK_FULL exists, no SQLite database of the
 * process gets another page: SQLite itself then answers SQLITE_FULL, as where the disk has no space.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const file = process.env['SIAGA_TEST_DISK_FULL'];
if (file !== undefined) {
  const NO_LIMIT = 4_294_967_294;
  const refusing = new WeakSet<DatabaseSync>();
  // They are called with the database that they are methods of.
  // oxlint-disable-next-line typescript/unbound-method
  const { exec, prepare } = DatabaseSync.prototype;
  const beforeTransaction = (db: DatabaseSync, sql: string) => {
    if (!/^\s*BEGIN/i.test(sql) || existsSync(file) === refusing.has(db)) return;
    const isFull = !refusing.has(db);
    // It can't be less than what the database has: so that is what it stays at.
    exec.call(db, `PRAGMA max_page_count = ${isFull ? 1 : NO_LIMIT}`);
    if (isFull) refusing.add(db);
    else refusing.delete(db);
  };
  DatabaseSync.prototype.exec = function (sql) {
    beforeTransaction(this, sql);
    exec.call(this, sql);
  };
  DatabaseSync.prototype.prepare = function (sql, ...options) {
    const statement = prepare.call(this, sql, ...options);
    if (!/^\s*BEGIN/i.test(sql)) return statement;
    const run = statement.run.bind(statement);
    statement.run = (...values: never[]) => {
      beforeTransaction(this, sql);
      return run(...values);
    };
    return statement;
  };
}
