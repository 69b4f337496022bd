/** Finds out who sends a request: a bearer token (programs) or the session cookie with its CSRF token (pages). */
import { timingSafeEqual } from 'node:crypto';
import { type Authenticate, Problem } from '@siaga/web';
import type { FastifyRequest } from 'fastify';
import { type Accounts, csrfTokenOf } from './accounts.ts';

export const SESSION_COOKIE = 'siaga_session';
const CSRF_HEADER = 'x-csrf-token';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route signs in: whatever session comes along is not used, so its CSRF token is not asked for. */
    signsIn?: boolean;
  }
}

/** The session token that a request carries. A bearer token goes before a cookie. */
export const sessionTokenOf = (request: FastifyRequest): { token: string; byCookie: boolean } | undefined => {
  const { authorization } = request.headers;
  if (authorization?.startsWith('Bearer ')) return { token: authorization.slice(7), byCookie: false };
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie === undefined ? undefined : { token: cookie, byCookie: true };
};

/**
 * Authenticates against the site's accounts. Nobody for a token that is unknown or has ended. A request that
 * changes something by the cookie needs the session's CSRF token in `x-csrf-token`, else it is a Problem
 * (`csrf_token_missing`): a browser sends cookies by itself, but not that header.
 */
export const authenticator =
  (accounts: Accounts): Authenticate =>
  (request) => {
    const carried = sessionTokenOf(request);
    if (!carried || request.routeOptions.config.signsIn) return undefined;
    const session = accounts.session(carried.token);
    if (!session) return undefined;
    if (carried.byCookie && !SAFE_METHODS.has(request.method)) checkCsrf(request, carried.token);
    const { id, role } = session.account;
    return { id, role };
  };

const checkCsrf = (request: FastifyRequest, sessionToken: string): void => {
  const given = Buffer.from(String(request.headers[CSRF_HEADER] ?? ''));
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Problem(
      'csrf_token_missing',
      `Send the session's CSRF token in ${CSRF_HEADER}; GET /api/v1/sessions/current tells it.`,
    );
  }
};
