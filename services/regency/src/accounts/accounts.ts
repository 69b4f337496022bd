/** Accounts and sessions of one site, in an SQLite file of its own: they are no events and never leave the site. */
import { createHash, createHmac, randomBytes, randomUUIDv7 } from 'node:crypto';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { Role } from '@siaga/domain';
import { hashPassword, isPassword, type PasswordHash } from './password.ts';

export const USERNAME = /^[a-z][a-z0-9._-]{1,31}$/;
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 200;
/** The password of the demonstration's accounts. Too short to be taken for any other. */
export const DEMO_PASSWORD = 'siaga-demo';

/** A duty shift. A session ends then, however much it is used. */
const SESSION_MS = 12 * 3_600_000;
const CACHED_SESSIONS = 10_000;
/** How long a write waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 5_000;

const SCHEMA = `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    hash BLOB NOT NULL,
    salt BLOB NOT NULL,
    scrypt TEXT NOT NULL,
    demo INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_account ON sessions (account);
  PRAGMA user_version = 1;
`;

export interface Account {
  /** Opaque UUIDv7: what events carry as their actor. */
  id: string;
  username: string;
  role: Role;
  /** Made for a demonstration: its password is the published one. */
  demo: boolean;
  /** RFC 3339, UTC. */
  createdAt: string;
}

export interface Session {
  account: Pick<Account, 'id' | 'username' | 'role'>;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly code: 'account_exists' | 'account_unknown' | 'username_invalid' | 'password_length';

  constructor(code: AccountError['code'], sentence: string) {
    super(sentence);
    this.code = code;
  }
}

export interface Accounts {
  /**
   * Makes an account. Rejects with an AccountError: `account_exists`, `username_invalid`, `password_length`. `hash` is the
   * password's, where it is known already.
   */
  add(account: { username: string; password: string; role: Role }, hash?: PasswordHash): Promise<Account>;
  /** All accounts by name. */
  list(): Account[];
  find(username: string): Account | undefined;
  /** Removes an account and ends its sessions. Throws an AccountError (`account_unknown`). */
  remove(id: string): void;
  /** Sets a password and ends the account's sessions. Rejects with `account_unknown` or `password_length`. */
  setPassword(id: string, password: string): Promise<void>;
  /** The account of a name and its password, else undefined, after the same time whether the name exists or not. */
  check(username: string, password: string): Promise<Account | undefined>;
  /** Opens a session of 12 hours, not lengthened by use. The token is told here once; the file has only its SHA-256. */
  openSession(account: Account): { token: string; session: Session };
  /** The session of a token, while it lasts. Costs microseconds, and sees at once what another process changed. */
  session(token: string): Session | undefined;
  closeSession(token: string): void;
  close(): void;
}

export interface AccountsOptions {
  /** Path of the SQLite file; made where missing. */
  file: string;
  /** Milliseconds since 1970. Default: the system's clock. */
  clock?: () => number;
}

/** The token that a page must send back with what it changes. Derived from the session's, so nothing is stored. */
export const csrfTokenOf = (sessionToken: string): string =>
  createHmac('sha256', sessionToken).update('siaga csrf').digest('base64url');

/** Opens the accounts of a site. Throws when the file is no database of accounts or of a newer version. */
export function openAccounts({ file, clock = Date.now }: AccountsOptions): Accounts {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    prepare(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
  return new SqliteAccounts(db, clock);
}

/** Adds the demonstration's accounts where they are missing: one per role, named like it, all marked as demo. */
export async function ensureDemoAccounts(accounts: Accounts): Promise<void> {
  const missing = Role.options.filter((role) => !accounts.find(role));
  if (missing.length === 0) return;
  // That all have the published password is no secret: one salt will do, and the first start is a second shorter.
  const hash = await hashPassword(DEMO_PASSWORD);
  for (const role of missing) await accounts.add({ username: role, password: DEMO_PASSWORD, role }, hash);
}

class SqliteAccounts implements Accounts {
  readonly #db: DatabaseSync;
  readonly #clock: () => number;
  readonly #sql;
  /** By token, in memory only. */
  readonly #sessions = new Map<string, Session>();
  #dataVersion: unknown;
  #askedThisTurn = false;

  constructor(db: DatabaseSync, clock: () => number) {
    this.#db = db;
    this.#clock = clock;
    this.#sql = {
      dataVersion: db.prepare('PRAGMA data_version'),
      list: db.prepare('SELECT * FROM accounts ORDER BY username'),
      byName: db.prepare('SELECT * FROM accounts WHERE username = ?'),
      insert: db.prepare(
        `INSERT INTO accounts (id, username, role, hash, salt, scrypt, demo, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (username) DO NOTHING`,
      ),
      remove: db.prepare('DELETE FROM accounts WHERE id = ?'),
      setPassword: db.prepare('UPDATE accounts SET hash = ?, salt = ?, scrypt = ?, demo = ? WHERE id = ?'),
      openSession: db.prepare('INSERT INTO sessions (token_hash, account, expires_at) VALUES (?, ?, ?)'),
      session: db.prepare(
        `SELECT a.id, a.username, a.role, s.expires_at FROM sessions s JOIN accounts a ON a.id = s.account
         WHERE s.token_hash = ?`,
      ),
      closeSession: db.prepare('DELETE FROM sessions WHERE token_hash = ?'),
      closeSessions: db.prepare('DELETE FROM sessions WHERE account = ?'),
      forgetExpired: db.prepare('DELETE FROM sessions WHERE expires_at <= ?'),
    };
  }

  async add(
    { username, password, role }: { username: string; password: string; role: Role },
    known?: PasswordHash,
  ) {
    if (!USERNAME.test(username)) {
      throw new AccountError(
        'username_invalid',
        'A user name has 2 to 32 of a-z, 0-9, dot, underscore and hyphen, and begins with a letter.',
      );
    }
    checkLength(password);
    const { hash, salt, settings } = known ?? (await hashPassword(password));
    const account = { id: randomUUIDv7(), username, role, demo: password === DEMO_PASSWORD };
    const createdAt = this.#clock();
    const { changes } = this.#sql.insert.run(
      account.id,
      username,
      role,
      hash,
      salt,
      settings,
      Number(account.demo),
      createdAt,
    );
    if (changes === 0) throw new AccountError('account_exists', `There is an account ${username} already.`);
    return { ...account, createdAt: new Date(createdAt).toISOString() };
  }

  list() {
    return this.#sql.list.all().map(accountOf);
  }

  find(username: string) {
    const row = this.#sql.byName.get(username);
    return row && accountOf(row);
  }

  remove(id: string) {
    if (this.#sql.remove.run(id).changes === 0) throw unknownAccount(id);
    this.#sessions.clear();
  }

  async setPassword(id: string, password: string) {
    checkLength(password);
    const { hash, salt, settings } = await hashPassword(password);
    const demo = Number(password === DEMO_PASSWORD);
    if (this.#sql.setPassword.run(hash, salt, settings, demo, id).changes === 0) throw unknownAccount(id);
    this.#sql.closeSessions.run(id);
    this.#sessions.clear();
  }

  async check(username: string, password: string) {
    const row = this.#sql.byName.get(username);
    const right = await isPassword(password, row && passwordOf(row));
    return row && right ? accountOf(row) : undefined;
  }

  openSession({ id, username, role }: Account) {
    const token = randomBytes(32).toString('base64url');
    const session = { account: { id, username, role }, expiresAt: this.#clock() + SESSION_MS };
    this.#sql.forgetExpired.run(this.#clock());
    this.#sql.openSession.run(digestOf(token), id, session.expiresAt);
    return { token, session };
  }

  session(token: string) {
    this.#dropStaleSessions();
    let session = this.#sessions.get(token);
    if (!session) {
      const row = this.#sql.session.get(digestOf(token));
      if (!row) return undefined;
      const { id, username, role } = row;
      session = {
        account: { id: String(id), username: String(username), role: Role.parse(role) },
        expiresAt: Number(row['expires_at']),
      };
      this.#sessions.set(token, session);
    }
    return session.expiresAt > this.#clock() ? session : undefined;
  }

  closeSession(token: string) {
    this.#sql.closeSession.run(digestOf(token));
    this.#sessions.delete(token);
  }

  /** Asks, once a turn of the event loop, whether another process changed the file: an account removed there ends here. */
  #dropStaleSessions() {
    if (this.#askedThisTurn) return;
    this.#askedThisTurn = true;
    setImmediate(() => (this.#askedThisTurn = false));
    // Changes exactly when another connection has committed.
    const version = this.#sql.dataVersion.get()?.['data_version'];
    if (version !== this.#dataVersion || this.#sessions.size > CACHED_SESSIONS) this.#sessions.clear();
    this.#dataVersion = version;
  }

  close() {
    this.#db.close();
  }
}

function prepare(db: DatabaseSync, file: string): void {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  if (version > 1) throw new Error(`${file} is of version ${version}; this software knows version 1`);
  if (version === 0 && tables > 0) throw new Error(`${file} is a database, but not of accounts`);
  if (version === 0) db.exec(SCHEMA);
  db.exec('COMMIT');
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const unknownAccount = (id: string) => new AccountError('account_unknown', `There is no account ${id}.`);

function checkLength(password: string): void {
  if (password === DEMO_PASSWORD) return;
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
    throw new AccountError(
      'password_length',
      `A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`,
    );
  }
}

type Row = Record<string, SQLOutputValue>;

const accountOf = (row: Row): Account => ({
  id: String(row['id']),
  username: String(row['username']),
  role: Role.parse(row['role']),
  demo: row['demo'] === 1,
  createdAt: new Date(Number(row['created_at'])).toISOString(),
});

const passwordOf = (row: Row): PasswordHash => ({
  hash: bytesOf(row['hash']),
  salt: bytesOf(row['salt']),
  settings: String(row['scrypt']),
});

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('the accounts file holds a hash that is no bytes');
}
