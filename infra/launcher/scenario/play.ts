/** Plays a scenario against running sites as people would: signed in, over HTTP, one request after another. */
import type { RegencyCode, Role } from '@siaga/domain';
import { keyOf, type Step } from './steps.ts';

export interface PlayOptions {
  /** Base address of each site, `http://localhost:6207`. */
  sites: ReadonlyMap<RegencyCode, string>;
  password: string;
  /** Milliseconds between two steps. */
  pauseMs: number;
  signal: AbortSignal;
  onStep?: (says: string, number: number, of: number) => void;
}

/**
 * Plays `steps`. Safe to repeat: each step carries its Idempotency-Key. Stops without an error when the signal aborts;
 * throws with the problem's sentence where a site refuses a step.
 */
export const play = async (steps: readonly Step[], options: PlayOptions): Promise<void> => {
  const { signal, sites, pauseMs } = options;
  const tokens = new Map<string, string>();
  const ids = new Map<string, string>();
  const known = (name: string) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`no earlier step kept "${name}"`);
    return id;
  };
  const baseOf = (site: RegencyCode) => {
    const base = sites.get(site);
    if (base === undefined) throw new Error(`the scenario names site ${site}, which is not running`);
    return base;
  };
  const tokenFor = async (site: RegencyCode, role: Role): Promise<string> => {
    const name = `${site} ${role}`;
    const kept = tokens.get(name);
    if (kept) return kept;
    const answer = await send(`${baseOf(site)}/api/v1/sessions`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: role, password: options.password }),
      signal,
    });
    const { token } = answer as { token: string };
    tokens.set(name, token);
    return token;
  };

  const keep = (keeps: Step['keeps'], answer: Answer) => {
    if (keeps === undefined) return;
    const members = typeof keeps === 'string' ? { id: keeps } : keeps;
    for (const [member, name] of Object.entries(members)) {
      const found = answer[member];
      if (typeof name === 'string') {
        if (typeof found !== 'string') throw new Error(`the answer has no ${member}`);
        ids.set(name, found);
        continue;
      }
      for (const [of, under] of Object.entries(name)) {
        const id = typeof found === 'object' ? found[known(of)] : undefined;
        if (id === undefined) throw new Error(`the answer has no ${member} of ${of}`);
        ids.set(under, id);
      }
    }
  };

  for (const [regency, base] of sites) {
    const answer = await fetch(`${base}/api/v1/signing-keys`, { signal });
    const { items } = (await answer.json()) as { items: { regency: RegencyCode; key: string }[] };
    // The first one, so that a scenario that is played again says the same.
    const own = items.find((one) => one.regency === regency);
    if (own) ids.set(keyOf(regency), own.key);
  }
  for (const [index, step] of steps.entries()) {
    if (signal.aborted) return;
    try {
      const request = step.request(known);
      const headers = {
        authorization: `Bearer ${await tokenFor(step.site, step.as)}`,
        'idempotency-key': step.key,
        'content-type': 'csv' in request ? 'text/csv' : 'application/json',
      };
      const body = 'csv' in request ? request.csv : JSON.stringify(request.body);
      const answer = await whenArrived(step.after ?? [], signal, () =>
        send(`${baseOf(step.site)}${request.path}`, { headers, body, signal }),
      );
      keep(step.keeps, answer as Answer);
      options.onStep?.(step.says, index + 1, steps.length);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused) || !step.unless?.includes(error.code)) throw error;
    }
    await pause(pauseMs, signal);
  }
};

type Answer = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** How long a step waits for what the neighbour did. */
const ARRIVES_WITHIN_MS = 30_000;
const AGAIN_MS = 200;

const whenArrived = async <T>(
  codes: readonly string[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> => {
  const deadline = performance.now() + ARRIVES_WITHIN_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const waits = error instanceof Refused && codes.includes(error.code);
      if (!waits || signal.aborted || performance.now() > deadline) throw error;
      await pause(AGAIN_MS, signal);
    }
  }
};

class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const send = async (
  url: string,
  request: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<unknown> => {
  const response = await fetch(url, { method: 'POST', ...request });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { code, detail } = answer as { code?: string; detail?: string };
  throw new Refused(
    code ?? '',
    `${url} answered ${response.status} ${code ?? ''}: ${detail ?? 'no reason given'}`,
  );
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish() {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    }
    signal.addEventListener('abort', finish);
  });
