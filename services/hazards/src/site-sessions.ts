/**
 * Authentication for this service as a process of its own: sessions are the site's, so the site is asked over
 * HTTP who a token belongs to.
 */
import { Role } from '@siaga/domain';
import { type Authenticate, Problem } from '@siaga/web';
import { z } from 'zod';

const Session = z.object({ csrf: z.string(), account: z.object({ id: z.uuid(), role: Role }) });
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const ANSWER_MS = 5_000;

/**
 * Authenticates by the sessions of the site at `site`. Nobody for a request without a token or with one that the
 * site doesn't know. A request that changes something by cookie needs the session's CSRF token, as at the site. Rejects with a
 * Problem: `csrf_token_missing`, and `not_ready` while the site gives no answer.
 */
export const siteSessions =
  (site: URL): Authenticate =>
  async ({ headers, method }) => {
    const { authorization, cookie } = headers;
    if (authorization === undefined && cookie === undefined) return undefined;
    const byBearer = authorization?.startsWith('Bearer ') === true;
    const carried = byBearer ? { authorization } : { cookie: cookie ?? '' };
    const session = await sessionAt(new URL('/api/v1/sessions/current', site), carried);
    if (!session) return undefined;
    if (!byBearer && !SAFE_METHODS.has(method) && headers['x-csrf-token'] !== session.csrf) {
      throw new Problem('csrf_token_missing', "Send the session's CSRF token in x-csrf-token.");
    }
    const { id, role } = session.account;
    return { id, role };
  };

const sessionAt = async (url: URL, headers: Record<string, string>) => {
  let answer: Response;
  try {
    answer = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    throw new Problem('not_ready', `Who you are can't be checked: ${url.origin} does not answer.`);
  }
  if (answer.status === 401) return undefined;
  const session = answer.ok ? Session.safeParse(await answer.json().catch(() => undefined)) : undefined;
  if (!session?.success) {
    throw new Problem(
      'not_ready',
      `Who you are can't be checked: ${url.origin} answers with ${answer.status}.`,
    );
  }
  return session.data;
};
