/** Whether both halves of both pictures are complete, asked from outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceView } from '@siaga/domain';
import type { Acknowledged } from './driver.ts';
import type { ChaosWorld } from './world.ts';
import { type Client, openClient } from '../support/client.ts';
import { type Expected, PAST_MS, placeIn } from './commands/command.ts';
import type { Random } from './random.ts';

export interface Probe {
  /**
   * Reports at each site, and waits until both pictures show both reports, no half has a hole or fails, and each is
   * heard of: events come in a regency's order, so all before these reports is there too. Resolves with what was still
   * missing after `withinMs`, and with what was the last to come and what each site lacked for how long before that.
   */
  complete(withinMs: number): Promise<{ missing?: string; waitedFor: string }>;
  readonly acknowledged: readonly Acknowledged[];
  expected(): Expected[];
  close(): void;
}

const PAUSE_MS = 25;

export const openProbe = async (world: ChaosWorld, random: Random): Promise<Probe> => {
  const clients = new Map<string, { client: Client; token: string }>();
  for (const { regency, site } of world.sites) {
    clients.set(regency, { client: openClient(site.base), token: await site.token('pusdalops') });
  }
  const of = (regency: string) => {
    const found = clients.get(regency);
    if (!found) throw new Error(`there is no site ${regency}`);
    return found;
  };
  const acknowledged: Acknowledged[] = [];
  const expected: Expected[] = [];
  let round = 0;

  /** Undefined until the site has taken it. */
  const report = async (regency: string, key: string, body: Body): Promise<string | undefined> => {
    const { client, token } = of(regency);
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
    const answer = await client.post('/api/v1/incidents', body, headers).catch(() => undefined);
    if (answer?.status !== 201) return undefined;
    const id = String(answer.body['id']);
    acknowledged.push({ regency, key, revision: 1 });
    const { place, source: _, ...rest } = body;
    const says = {
      ...rest,
      id,
      place: place.district,
      status: 'reported',
      figures: {},
      details: {},
      same: [],
      revision: 1,
    };
    expected.push({ noun: 'incidents', regency, id, says });
    return id;
  };

  /** What this site does not show yet. */
  const missingAt = async (regency: string, ids: readonly string[]): Promise<string | undefined> => {
    const { client, token } = of(regency);
    // As a program that has signed in: strangers may not ask so often.
    const headers = { authorization: `Bearer ${token}` };
    for (const id of ids) {
      const answer = await client.get(`/api/v1/picture/incidents/${id}`, headers).catch(() => undefined);
      if (answer?.status !== 200) return `${regency} does not show report ${[...ids].indexOf(id) + 1}`;
    }
    const answer = await client.get('/api/v1/picture/sources', headers).catch(() => undefined);
    const items = (answer?.body['items'] ?? []) as SourceView[];
    const trouble = items.find(({ link }) => link !== 'live');
    if (trouble) return `${regency} says of ${trouble.regency}: ${JSON.stringify(trouble)}`;
    return items.length === 0 ? `${regency} does not answer` : undefined;
  };

  /** What the sites say of themselves, for whoever looks for the reason. */
  const wordsOf = async (regencies: readonly string[]): Promise<string> => {
    const words = regencies.map(async (regency) => {
      const { client } = of(regency);
      const answers = await Promise.all(
        ['/readyz', '/api/v1/picture/sources'].map((path) => client.get(path).catch(String)),
      );
      return `${regency} says ${JSON.stringify(answers)}`;
    });
    return (await Promise.all(words)).join('; ');
  };

  return {
    acknowledged,
    expected: () => expected,
    async complete(withinMs) {
      round += 1;
      const deadline = performance.now() + withinMs;
      const regencies = world.sites.map(({ regency }) => regency);
      const markers = new Map(
        regencies.map((regency): [string, { body: Body; id?: string }] => [
          regency,
          {
            body: {
              hazard: 'flood',
              occurredAt: new Date(Date.now() - PAST_MS).toISOString(),
              place: { district: placeIn(regency, random) },
              chronology: `Penanda ${round}`,
              source: 'Uji',
            },
          },
        ]),
      );
      const look = async (regency: string): Promise<string | undefined> => {
        const own = markers.get(regency);
        if (own && own.id === undefined) {
          const id = await report(regency, `probe-${regency}-${round}`, own.body);
          if (id === undefined) return `${regency} takes no report`;
          own.id = id;
        }
        const ids = [...markers.values()].flatMap(({ id }) => id ?? []);
        if (ids.length < markers.size) return 'not every site has taken a report';
        return missingAt(regency, ids);
      };
      const begunAt = performance.now();
      const waits = new Map<string, number>();
      for (;;) {
        const lacks = (await Promise.all(regencies.map(look))).filter((one) => one !== undefined);
        const waitedFor = [...waits].map(([what, ms]) => `${what} until ${ms}`).join(', ');
        const [missing] = lacks;
        if (missing === undefined) return { waitedFor };
        for (const what of lacks)
          waits.set(what.replaceAll(/[{"].*/g, 'no complete half'), Math.round(performance.now() - begunAt));
        if (performance.now() > deadline)
          return { missing: `${missing}; ${await wordsOf(regencies)}`, waitedFor };
        await sleep(PAUSE_MS);
      }
    },
    close() {
      for (const { client } of clients.values()) client.close();
    },
  };
};

interface Body {
  hazard: string;
  occurredAt: string;
  place: { district: string };
  chronology: string;
  source: string;
}
