/**
 * From a command at one site to the neighbour's live stream, against a bare publish of as many bytes over servers of its
 * own that are set up the same: into one leaf's stream, over the hub, out of the other leaf's copy. No site reads those, so
 * that nothing else is done there.
 */
import { once } from 'node:events';
import { get } from 'node:http';
import { ensureHub, ensureSite, EVENTS, sharedStream } from '@siaga/stream';
import { type BenchRow, startTopology, type Topology } from '@siaga/testkit';
import { AckPolicy, DeliverPolicy } from 'nats';
import { openClient } from '../support/client.ts';
import { floodAt, TUMBANG_MANJUL } from '../support/picture.ts';
import { KOTIM, SERUYAN, startWorld, type World } from '../support/world.ts';

/** Before anything counts: sites run for months, and their code is compiled for speed only after many calls. */
const WARM_UP = 1_000;
const ROUNDS = 20;
const PER_ROUND = 50;
/** Between two of them, so that each is alone on the way. */
const PAUSE_MS = 4;

export const benchLatency = async (): Promise<BenchRow[]> => {
  const world = await startWorld();
  const topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
  try {
    const bare: number[] = [];
    const whole: number[] = [];
    const publish = await barePublisher(topology);
    const command = await commandToLive(world);
    await measure(WARM_UP, publish);
    await measure(WARM_UP, command);
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
    await topology.stop();
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

/** Bytes of a report as it is published. */
const BYTES = 1_100;

/** Publishes into Seruyan's own stream and waits for it in Kotim's copy. */
const barePublisher = async (topology: Topology): Promise<() => Promise<number>> => {
  await ensureHub(await topology.hub.connect('steward', 'steward'), [KOTIM, SERUYAN]);
  const from = await topology.site(SERUYAN).connect('bench-from');
  const to = await topology.site(KOTIM).connect('bench-to');
  await ensureSite(from, { regency: SERUYAN, neighbours: [KOTIM] });
  await ensureSite(to, { regency: KOTIM, neighbours: [SERUYAN] });
  const arrived = new Map<string, () => void>();
  const jsm = await to.jetstreamManager();
  const { name } = await jsm.consumers.add(sharedStream(SERUYAN), {
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
    await Promise.all([js.publish('disaster.6207.flood.bench.bare', `${key}${'x'.repeat(BYTES)}`), arrival]);
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
