/**
 * From a command at one site to the neighbour's live stream, against a bare publish through the same servers: into
 * one leaf's stream, over the hub, out of the other leaf's copy.
 */
import { once } from 'node:events';
import { get } from 'node:http';
import type { BenchRow } from '@siaga/testkit';
import { EVENTS, sharedStream } from '@siaga/stream';
import { AckPolicy, DeliverPolicy } from 'nats';
import { openClient } from '../support/client.ts';
import { floodAt, TUMBANG_MANJUL } from '../support/picture.ts';
import { KOTIM, SERUYAN, startWorld, type World } from '../support/world.ts';

const ROUNDS = 20;
const PER_ROUND = 50;
/** Between two of them, so that each is alone on the way. */
const PAUSE_MS = 4;

export const benchLatency = async (): Promise<BenchRow[]> => {
  const world = await startWorld();
  try {
    const bare: number[] = [];
    const whole: number[] = [];
    const publish = await barePublisher(world);
    const command = await commandToLive(world);
    await measure(50, publish);
    await measure(50, command);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(...(await measure(PER_ROUND, publish)));
      whole.push(...(await measure(PER_ROUND, command)));
    }
    return [
      row(
        'command to neighbour’s live stream, p50, ms, less is better',
        percentile(whole, 0.5),
        percentile(bare, 0.5),
        3,
      ),
      row(
        'command to neighbour’s live stream, p99, ms, less is better',
        percentile(whole, 0.99),
        percentile(bare, 0.99),
        5,
      ),
    ];
  } finally {
    await world.stop();
  }
};

const row = (name: string, value: number, baseline: number, most: number): BenchRow => {
  const ratio = value / baseline;
  return { name, value, baseline, ratio, goal: most, met: ratio <= most };
};

const measure = async (count: number, once: () => Promise<number>): Promise<number[]> => {
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    times.push(await once());
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  return times;
};

const percentile = (times: number[], part: number): number => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};

/**
 * Publishes into Kotim's own stream and waits for it in Seruyan's copy: the direction that the other measurement
 * does not use. What it publishes is no event of Kotim's, so the sites park it; the text is as long as one.
 */
const barePublisher = async ({ topology }: World): Promise<() => Promise<number>> => {
  const from = await topology.site(KOTIM).connect('bench-from');
  const to = await topology.site(SERUYAN).connect('bench-to');
  const arrived = new Map<string, () => void>();
  const jsm = await to.jetstreamManager();
  const { name } = await jsm.consumers.add(sharedStream(KOTIM), {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.New,
    deliver_subject: 'bench.arrived',
  });
  if (!name) throw new Error(`no consumer on ${EVENTS}`);
  to.subscribe('bench.arrived', {
    callback: (_error, message) => arrived.get(message.string().slice(0, 12))?.(),
  });
  await to.flush();
  const js = from.jetstream();
  let number = 0;
  return async () => {
    number += 1;
    const key = String(number).padStart(12, '0');
    const arrival = new Promise<void>((done) => arrived.set(key, done));
    const startedAt = performance.now();
    await Promise.all([js.publish('disaster.6202.flood.bench.bare', `${key}${'x'.repeat(900)}`), arrival]);
    arrived.delete(key);
    return performance.now() - startedAt;
  };
};

/**
 * Reports at Seruyan and waits for the incident in Kotim's server-sent events. Neither the client nor the waiting may
 * take more than they must: they share the machine with what is measured.
 */
const commandToLive = async ({ seruyan, kotim }: World): Promise<() => Promise<number>> => {
  const seen = new Map<string, (at: number) => void>();
  const live = get(`${kotim.base}/api/v1/picture/live`, (response) => {
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const at = performance.now();
      for (const [, key] of text.matchAll(/bench-(\d+)"/g)) if (key) seen.get(key)?.(at);
    });
  });
  await once(live, 'response');
  const client = openClient(seruyan.base);
  const headers = { authorization: `Bearer ${await seruyan.token('trc')}` };
  let number = 0;
  return async () => {
    number += 1;
    const key = String(number);
    const arrival = new Promise<number>((done) => seen.set(key, done));
    const startedAt = performance.now();
    const report = floodAt(TUMBANG_MANJUL, `bench-${key}`);
    const { status } = await client.post('/api/v1/incidents', report, headers);
    if (status !== 201) throw new Error(`the report was answered ${status}`);
    const at = await arrival;
    seen.delete(key);
    return at - startedAt;
  };
};
