/** Asks a neighbour's site for its shared journal over HTTP, as a program with an account there. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type RegencyCode, regencyToken } from '@siaga/domain';
import { receivedOf, SentPage, UnusableKey } from '@siaga/stream';
import { z } from 'zod';
import type { Way } from './repair.ts';

/** An account of this site at a neighbour's. */
export interface Login {
  username: string;
  password: string;
}

/**
 * Reads `neighbour-6207.login`, two lines, name and password, which only its owner may read. Throws `UnusableKey`; what is in
 * the file is in no message.
 */
function readLogin(folder: string, neighbour: RegencyCode): Login {
  const file = join(folder, `neighbour-${regencyToken(neighbour)}.login`);
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new UnusableKey(`${file} may be read by others: say chmod 600 ${file}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UnusableKey) throw error;
    throw new UnusableKey(`the login at ${neighbour} ${file} can't be read: ${String(error)}`);
  }
  const [username, password] = text.split(/\r?\n/);
  if (!username || !password) throw new UnusableKey(`${file} is to hold a name and a password, a line each`);
  return { username, password };
}

const ANSWER_MS = 5_000;
/** A page is 256 KB of events, a single event up to 1 MB; as JSON in JSON it grows by its quotation marks. */
const LARGEST_ANSWER = 4_000_000;
const Session = z.object({ token: z.string().min(1) });

/** Asks with a session that is opened when it is needed, and anew when it has ended. */
export function httpWay(address: string, login: Login): Way {
  let token: string | undefined;

  const send = async (path: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(new URL(path, address), {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Error(`${address} does not answer: ${String(cause)}`, { cause: error });
    }
  };
  const signIn = async (): Promise<string> => {
    const response = await send('/api/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(login),
    });
    if (!response.ok) throw new Error(`${address} does not let ${login.username} in: ${response.status}`);
    return Session.parse(JSON.parse(await bodyOf(response))).token;
  };

  return {
    name: 'HTTP',
    async ask({ from, to }) {
      const path = `/api/v1/shared-journal/entries?from=${from}&to=${to}`;
      const get = async () => {
        token ??= await signIn();
        return send(path, { headers: { authorization: `Bearer ${token}` } });
      };
      let response = await get();
      if (response.status === 401) {
        token = undefined;
        response = await get();
      }
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
      const { head, entries } = SentPage.parse(JSON.parse(await bodyOf(response)));
      return { head, entries: entries.map(receivedOf) };
    },
  };
}

/** The text of an answer. Throws for one that is larger than any page. */
async function bodyOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error(`${response.url} answered with more than a page`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The ways to the neighbours whose addresses are configured, by code. Throws `UnusableKey` for a login. */
export const httpWays = (
  urls: Readonly<Record<RegencyCode, string>>,
  logins: string,
): Record<RegencyCode, Way> =>
  Object.fromEntries(
    Object.entries(urls).map(([neighbour, address]) => [
      neighbour,
      httpWay(address, readLogin(logins, neighbour)),
    ]),
  );
