/**
 * Sends random valid commands to both sites over HTTP, as programs do: several in flight, each with an
 * Idempotency-Key, and again with the same key for as long as no answer says what became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorldSite } from '../support/world.ts';
import { type Answer, openClient } from '../support/client.ts';
import { aidSource } from './commands/aid.ts';
import { type Command, type Expected, type Source, worldClock } from './commands/command.ts';
import { type IncidentsSource, incidentsSource } from './commands/incidents.ts';
import { resourcesSource, stocksSource } from './commands/resources.ts';
import type { Random } from './random.ts';

/** A command that a site has answered with success: it must be in that site's ledger, once. */
export interface Acknowledged {
  regency: string;
  key: string;
  revision: number;
}

export interface DriverState {
  /** Commands, however often each was sent. */
  commands: number;
  acknowledged: readonly Acknowledged[];
  /** How often a command was sent again because no answer said what became of it, or the site could not take it. */
  repeated: number;
  /** How often a site refused a command, by the code of the refusal. */
  refused: ReadonlyMap<string, number>;
  /** Commands without an answer when the driver was made to end: they may be in the ledger, or not. */
  unanswered: number;
}

export interface Driver {
  state(): DriverState;
  expected(): Expected[];
  /** Draws no more commands, waits until those under way are answered, at most so long, and closes everything. */
  stop(withinMs: number): Promise<void>;
}

export interface DriverOptions {
  random: Random;
  sites: readonly [WorldSite, WorldSite];
  /** Commands a second that are aimed at, over both sites. */
  rate: number;
}

const INCIDENT_LANES = 6;
const AGAIN_MS = 100;
const LONGEST_WAIT_MS = 1_000;
/** Problem codes that ask to send again. */
const busy = new Set([429, 502, 503, 504]);
const roles = ['trc', 'pusdalops', 'logistik', 'kalaksa'];

export const startDriver = async ({ random, sites, rate }: DriverOptions): Promise<Driver> => {
  const acknowledged: Acknowledged[] = [];
  const refused = new Map<string, number>();
  const clients = new Map(sites.map((site) => [site.regency, openClient(site.base)]));
  const tokens = new Map<string, string>();
  for (const site of sites)
    for (const role of roles) tokens.set(`${site.regency} ${role}`, await site.token(role));
  const giveUp = new AbortController();
  let commands = 0;
  let repeated = 0;
  let unanswered = 0;
  let stopping = false;

  const pause = (ms: number) => sleep(ms, undefined, { signal: giveUp.signal }).catch(() => undefined);
  const send = ({ regency, role, path, body }: Command, key: string): Promise<Answer> => {
    const client = clients.get(regency);
    if (!client) throw new Error(`there is no site ${regency}`);
    return client.post(path, body, {
      authorization: `Bearer ${tokens.get(`${regency} ${role}`)}`,
      'idempotency-key': key,
    });
  };

  /** Sends until an answer says what became of it. */
  const carryOut = async (command: Command, key: string) => {
    while (!giveUp.signal.aborted) {
      const answer = await send(command, key).catch(() => undefined);
      if (!answer || busy.has(answer.status) || answer.status >= 500) {
        repeated += 1;
        if (answer && !busy.has(answer.status)) count(`${answer.status} ${String(answer.body['code'])}`);
        await pause(Math.min((answer?.retryAfter ?? 0) * 1_000 || AGAIN_MS, LONGEST_WAIT_MS));
        continue;
      }
      if (answer.status < 300) {
        const { revision } = answer.body;
        acknowledged.push({ regency: command.regency, key, revision: Number(revision) });
        command.done(answer.body);
        return;
      }
      const code = String(answer.body['code']);
      if (command.waits?.includes(code)) {
        await pause(2 * AGAIN_MS);
        continue;
      }
      count(`${code} (${command.path.replaceAll(/[0-9a-f-]{36}/g, ':id')})`);
      command.refused(code);
      return;
    }
    unanswered += 1;
  };
  const count = (what: string) => refused.set(what, (refused.get(what) ?? 0) + 1);

  const lane = async (name: string, source: Source, everyMs: number) => {
    let due = performance.now();
    for (let number = 1; !stopping; number += 1) {
      const key = `${name}-${number}`;
      commands += 1;
      await carryOut(source.next(key), key);
      // What an outage kept from being sent is caught up on, at most a few seconds of it.
      due = Math.max(due + everyMs, performance.now() - 5_000);
      const wait = due - performance.now();
      if (wait > 0 && !stopping) await pause(wait);
    }
  };

  const pairs = sites.map(({ regency }) => ({
    regency,
    neighbour: sites.find((other) => other.regency !== regency)?.regency ?? '',
  }));
  const incidents = new Map<string, IncidentsSource[]>();
  for (const { regency, neighbour } of pairs) {
    const lanes = Array.from({ length: INCIDENT_LANES }, (_, index) =>
      incidentsSource(
        { random: random.fork(`${regency} incidents ${index}`), regency, neighbour, now: worldClock() },
        () => incidents.get(neighbour)?.[index]?.anyOpen(),
      ),
    );
    incidents.set(regency, lanes);
  }
  const sources = pairs.flatMap(({ regency, neighbour }): { name: string; source: Source }[] => {
    const options = (what: string) => ({
      random: random.fork(`${regency} ${what}`),
      regency,
      neighbour,
      now: worldClock(),
    });
    const [first] = incidents.get(regency) ?? [];
    const ownIncident = () => first?.anyOpen();
    return [
      ...(incidents.get(regency) ?? []).map((source, index) => ({ name: `${regency}-i${index}`, source })),
      { name: `${regency}-r`, source: resourcesSource(options('resources'), ownIncident) },
      { name: `${regency}-s`, source: stocksSource(options('stocks'), ownIncident) },
      { name: `${regency}-a`, source: aidSource(options('aid')) },
    ];
  });
  const everyMs = (1_000 * sources.length) / rate;
  const running = Promise.all(sources.map(({ name, source }) => lane(name, source, everyMs)));

  return {
    state: () => ({ commands, acknowledged, repeated, refused, unanswered }),
    expected: () => sources.flatMap(({ source }) => source.expected()),
    async stop(withinMs) {
      stopping = true;
      const timer = setTimeout(() => giveUp.abort(), withinMs);
      await running;
      clearTimeout(timer);
      for (const client of clients.values()) client.close();
    },
  };
};
