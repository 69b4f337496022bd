/** Signing in and out, and the accounts that an admin keeps. */
import { Role } from '@siaga/domain';
import { Problem, type ProblemCode } from '@siaga/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  AccountError,
  type Accounts,
  csrfTokenOf,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  type Session,
  USERNAME,
} from './accounts.ts';
import { Attempts } from './attempts.ts';
import { SESSION_COOKIE, sessionTokenOf } from './authenticator.ts';
import { passwordsWaiting } from './password.ts';

/** Each takes about a third of a second; who would wait longer than ten is told to come again. */
const MAX_PASSWORDS_WAITING = 30;
const SIGN_IN_BYTES = 4096;

export interface AccountRoutesDeps {
  regency: string;
  accounts: Accounts;
  clock: () => number;
  /** Whether the session cookie is sent over HTTPS only. */
  secureCookies: boolean;
}

const SessionAnswer = z.object({
  csrf: z.string(),
  account: z.object({ id: z.uuid(), username: z.string(), role: Role, regency: z.string() }),
  expiresAt: z.iso.datetime(),
});
const AccountAnswer = z.object({
  id: z.uuid(),
  username: z.string(),
  role: Role,
  demo: z.boolean(),
  createdAt: z.iso.datetime(),
});

export function accountRoutes(
  app: FastifyInstance,
  { regency, accounts, clock, secureCookies }: AccountRoutesDeps,
): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const attempts = new Attempts(clock);
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: secureCookies } as const;

  const answerOf = (token: string, { account, expiresAt }: Session) => ({
    csrf: csrfTokenOf(token),
    account: { ...account, regency },
    expiresAt: new Date(expiresAt).toISOString(),
  });

  routes.post(
    '/api/v1/sessions',
    {
      // The one body that anybody may send.
      bodyLimit: SIGN_IN_BYTES,
      config: { signsIn: true },
      schema: {
        tags: ['sessions'],
        summary: 'Sign in',
        description:
          'Opens a session of 12 hours. Programs send the token as `Authorization: Bearer`; browsers keep the ' +
          'cookie and send `csrf` as `x-csrf-token` with everything that changes something.',
        body: z.strictObject({
          username: z.string().min(1).max(100),
          password: z.string().min(1).max(MAX_PASSWORD_LENGTH),
        }),
        response: { 201: SessionAnswer.extend({ token: z.string() }) },
      },
    },
    async (request, reply) => {
      const { username, password } = request.body;
      const waitMs = attempts.begin(username, request.ip);
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1000);
        throw new Problem(
          'too_many_attempts',
          `Try again in ${seconds} s.`,
          { retryAfterSeconds: seconds },
          { 'retry-after': String(seconds) },
        );
      }
      if (passwordsWaiting() >= MAX_PASSWORDS_WAITING) {
        throw new Problem('overloaded', 'Too many sign in at once.', {}, { 'retry-after': '5' });
      }
      const account = await accounts.check(username, password);
      if (!account) throw new Problem('wrong_credentials');
      attempts.succeeded(username, request.ip);
      const { token, session } = accounts.openSession(account);
      reply.setCookie(SESSION_COOKIE, token, { ...cookie, expires: new Date(session.expiresAt) });
      return reply.code(201).send({ token, ...answerOf(token, session) });
    },
  );

  routes.get(
    '/api/v1/sessions/current',
    {
      schema: {
        tags: ['sessions'],
        summary: 'Who is signed in',
        response: { 200: SessionAnswer },
      },
    },
    async (request, reply) => {
      const token = sessionTokenOf(request)?.token;
      const session = token === undefined ? undefined : accounts.session(token);
      if (token === undefined || !session) throw new Problem('not_signed_in');
      reply.header('cache-control', 'no-store');
      return answerOf(token, session);
    },
  );

  routes.delete(
    '/api/v1/sessions/current',
    { schema: { tags: ['sessions'], summary: 'Sign out', response: { 204: z.undefined() } } },
    async (request, reply) => {
      const carried = sessionTokenOf(request);
      if (!carried || !request.principal) throw new Problem('not_signed_in');
      accounts.closeSession(carried.token);
      reply.clearCookie(SESSION_COOKIE, cookie);
      return nothing(reply);
    },
  );

  routes.post(
    '/api/v1/accounts',
    {
      config: { permission: 'accounts.manage' },
      schema: {
        tags: ['accounts'],
        summary: 'Make an account',
        body: z.strictObject({
          username: z.string().regex(USERNAME),
          password: z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH),
          role: Role,
        }),
        response: { 201: AccountAnswer },
      },
    },
    async (request, reply) => {
      const account = await orProblem(() => accounts.add(request.body));
      return reply.code(201).send(account);
    },
  );

  routes.get(
    '/api/v1/accounts',
    {
      config: { permission: 'accounts.manage' },
      schema: {
        tags: ['accounts'],
        summary: 'All accounts',
        response: { 200: z.object({ items: z.array(AccountAnswer) }) },
      },
    },
    async () => ({ items: accounts.list() }),
  );

  routes.delete(
    '/api/v1/accounts/:id',
    {
      config: { permission: 'accounts.manage' },
      schema: {
        tags: ['accounts'],
        summary: 'Remove an account and end its sessions',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await orProblem(async () => accounts.remove(request.params.id));
      return nothing(reply);
    },
  );
}

const nothing = (reply: FastifyReply) => reply.code(204).send();

const problemOf: Record<AccountError['code'], ProblemCode> = {
  account_exists: 'account_exists',
  account_unknown: 'account_unknown',
  username_invalid: 'invalid_request',
  password_length: 'invalid_request',
};

async function orProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AccountError) throw new Problem(problemOf[error.code], error.message);
    throw error;
  }
}
