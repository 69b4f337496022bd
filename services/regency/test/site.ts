/** A whole site for a test: real files, the real server, and words for what tests do over and over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@siaga/domain';
import { type Atlas, createAtlas } from '@siaga/geo';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import { createServer } from '@siaga/web';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import {
  type Account,
  type Accounts,
  authenticator,
  type Cooperation,
  openAccounts,
  openCooperation,
  regencyService,
} from '../src/index.ts';
import { hashPassword, type PasswordHash } from '../src/accounts/password.ts';
import { keysOf } from './keys.ts';

export const SERUYAN = '62.07';
export const KOTIM = '62.02';
/** Kuala Pembuang I in Seruyan Hilir. */
export const VILLAGE = '62.07.01.1001';
export const PASSWORD = 'correct horse battery';
/** One for all accounts of a process: hashing takes a third of a second. */
let hashOfPassword: Promise<PasswordHash> | undefined;

const atlas: Atlas = createAtlas();

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Record<string, unknown>;
}

export interface Site {
  app: FastifyInstance;
  ledger: Ledger;
  accounts: Accounts;
  cooperation: Cooperation;
  dir: string;
  /** The site's time, which a test may move. */
  time: { now: number };
  account(role: Role): Promise<Account>;
  /** A bearer token of the role's account. */
  token(role: Role): Promise<string>;
  send(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    options?: { as?: Role; body?: unknown; headers?: Record<string, string>; raw?: string | Buffer },
  ): Promise<Answer>;
  /** Reports an incident and answers its id. */
  reported(body?: object): Promise<string>;
  /** Closes everything; `keep` leaves the files for a next start. */
  close(options?: { keep: boolean }): Promise<void>;
}

export async function openSite({
  dir,
  regency = SERUYAN,
  ledgerOf = (ledger) => ledger,
}: {
  dir?: string;
  regency?: string;
  /** What the site uses of the ledger that was opened. */
  ledgerOf?: (ledger: Ledger) => Ledger;
} = {}): Promise<Site> {
  const folder = dir ?? mkdtempSync(join(tmpdir(), 'siaga-regency-'));
  const time = { now: Date.parse('2026-02-03T04:05:06.789Z') };
  const clock = () => time.now;
  const accounts = openAccounts({ file: join(folder, 'accounts.db'), clock });
  const tokens = new Map<Role, string>();
  const ledger = ledgerOf(await openSqliteLedger({ file: join(folder, 'ledger.db'), clock }));
  const cooperation = openCooperation({ regency, ledger, keys: keysOf(folder, regency), clock });
  const app = await createServer({ title: 'test', version: '0', authenticate: authenticator(accounts) });
  await app.register(
    regencyService({
      regency,
      neighbours: [regency === SERUYAN ? KOTIM : SERUYAN],
      ledger,
      accounts,
      cooperation,
      atlas,
      clock,
      newId: () => uuidv7(),
      version: '0',
      demo: false,
      secureCookies: false,
    }),
  );
  await app.ready();

  const account = async (role: Role) => {
    const known = accounts.find(role);
    if (known) return known;
    hashOfPassword ??= hashPassword(PASSWORD);
    return accounts.add({ username: role, password: PASSWORD, role }, await hashOfPassword);
  };
  const token = async (role: Role) => {
    const kept = tokens.get(role);
    // A test that moves the time outlasts a session.
    const known =
      kept !== undefined && accounts.session(kept) ? kept : accounts.openSession(await account(role)).token;
    tokens.set(role, known);
    return known;
  };
  const send: Site['send'] = async (method, url, { as, body, headers = {}, raw } = {}) => {
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(as ? { authorization: `Bearer ${await token(as)}` } : {}),
        ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(raw === undefined
        ? body === undefined
          ? {}
          : { payload: body as Record<string, unknown> }
        : { payload: raw }),
    });
    const parsed: unknown = response.body === '' ? {} : JSON.parse(response.body);
    return {
      status: response.statusCode,
      body: parsed as Record<string, unknown>,
      headers: response.headers,
    };
  };
  return {
    app,
    ledger,
    accounts,
    cooperation,
    dir: folder,
    time,
    account,
    token,
    send,
    async reported(body = {}) {
      const answer = await send('POST', '/api/v1/incidents', { as: 'pusdalops', body: report(body) });
      if (answer.status !== 201) throw new Error(`not reported: ${JSON.stringify(answer.body)}`);
      return String(answer.body['id']);
    },
    async close({ keep } = { keep: false }) {
      await app.close();
      await cooperation.stop();
      await ledger.close();
      accounts.close();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const report = (changes: object = {}) => ({
  hazard: 'flood',
  occurredAt: '2026-02-03T01:00:00.000Z',
  place: { village: VILLAGE },
  chronology: 'The river rose in the night.',
  source: 'TRC',
  ...changes,
});
