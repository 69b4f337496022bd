/** Requests to the site. What goes wrong is one of two: the site said why (`Refused`), or it did not answer. */

/** The site answered with a problem document; `code` is stable (docs: `/docs/problems`). */
export class Refused extends Error {
  readonly code: string;
  readonly status: number;
  readonly facts: Record<string, unknown>;

  constructor(code: string, status: number, detail: string, facts: Record<string, unknown> = {}) {
    super(detail);
    this.code = code;
    this.status = status;
    this.facts = facts;
  }
}

/** No answer came: the request may have been carried out or not. */
export class NoAnswer extends Error {}

const TIMEOUT_MS = 15_000;

interface Sent {
  method?: 'POST' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * Sends a request and reads the JSON that comes back. Rejects with `Refused`, with `NoAnswer` (also after 15 s), or
 * with the reason of `signal`. The site is the page's own server and validates what it sends; it is not checked anew.
 */
export const request = async <T>(path: string, sent: Sent = {}): Promise<T> => {
  const { method, body, headers, signal } = sent;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method: method ?? 'GET',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new NoAnswer(String(error));
  }
  const json = parsed(text);
  if (response.ok) return json as T;
  const { code, detail, ...facts } = (json ?? {}) as Record<string, unknown>;
  if (typeof code === 'string')
    throw new Refused(code, response.status, typeof detail === 'string' ? detail : code, facts);
  // A proxy's page or a broken answer: whether the site acted is not known.
  if (response.status >= 500) throw new NoAnswer(`HTTP ${response.status}`);
  throw new Refused('unknown', response.status, `HTTP ${response.status}`);
};

const parsed = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A path with its query; empty values are left out. */
export const withQuery = (path: string, query: Record<string, string | undefined>): string => {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
};
