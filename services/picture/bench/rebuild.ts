/**
 * How fast a picture is rebuilt from its stream, against a bare JetStream ordered consumer that reads the same
 * events in the same run and does nothing with them.
 *
 *   node services/picture/bench/rebuild.ts [folder]
 *
 * Prints a JSON line for each figure. Baseline and rebuild take turns; the figures are medians of the rounds. The
 * rebuild's thread finds its modules in a compile cache, as it does on a site; the first round, which warms up, fills it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectOf } from '@siaga/domain';
import { ensureSite, EVENTS, type JournalEntry, openPublisher } from '@siaga/stream';
import { type BenchRow, startTopology } from '@siaga/testkit';
import { openPicture, startPicture } from '../src/index.ts';
import { journal, KOTIM, live, SERUYAN, sourceFor, trusted } from '../test/histories.ts';

const EVENT_COUNT = 200_000;
const ROUNDS = 3;

type Connection = Parameters<typeof openPublisher>[0];

/** `value` and `baseline` are events a second. Measures in a new folder below `dir`, which is removed again. Takes about two minutes. */
export async function benchRebuild(dir: string): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(dir, 'bench-picture-'));
  const { NODE_COMPILE_CACHE: given } = process.env;
  process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compile-cache');
  // Before anything connects: it takes the event loop for so long that a server would give the client up.
  const entries = realisticEvents();
  const topology = await startTopology({ regencies: [SERUYAN] });
  const picture = openPicture({ file: join(folder, 'picture.db'), regency: SERUYAN, neighbours: [] });
  try {
    const nc = await topology.site(SERUYAN).connect('bench');
    await ensureSite(nc, { regency: SERUYAN, neighbours: [] });
    await openPublisher(nc, SERUYAN).publish(entries.splice(0));
    const running = startPicture({ picture, nc, trusted });
    while (picture.current.store.checkpoint(sourceFor(SERUYAN)).sequence < EVENT_COUNT) await passTime();

    const rates = { bare: [] as number[], rebuild: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bare = await rate(() => readBare(nc));
      const rebuild = await rate(() => running.rebuild());
      if (round === 0) continue; // warms up
      rates.bare.push(bare);
      rates.rebuild.push(rebuild);
    }
    await running.stop();
    return [row('picture rebuild, events/s', median(rates.rebuild), median(rates.bare), 0.3)];
  } finally {
    picture.close();
    await topology.stop();
    if (given === undefined) delete process.env['NODE_COMPILE_CACHE'];
    rmSync(folder, { recursive: true, force: true });
  }
}

function realisticEvents(): JournalEntry[] {
  const kotim = journal(KOTIM);
  const seruyan = journal(SERUYAN);
  live([kotim, seruyan], 50, 1);
  live([kotim, seruyan], kotim.deliveries.length + EVENT_COUNT, 2, 1);
  return seruyan.deliveries.slice(0, EVENT_COUNT).map(({ event, raw }) => ({
    sequence: event.sequence,
    subject: subjectOf(event),
    bytes: Buffer.from(raw),
  }));
}

async function readBare(nc: Connection): Promise<void> {
  const consumer = await nc.jetstream().consumers.get(EVENTS);
  const messages = await consumer.consume();
  let read = 0;
  for await (const _ of messages) {
    read += 1;
    if (read === EVENT_COUNT) break;
  }
  messages.stop();
}

const passTime = () => new Promise((resolve) => setTimeout(resolve, 20));

async function rate(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return EVENT_COUNT / ((performance.now() - start) / 1_000);
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const row = (name: string, value: number, baseline: number, goal: number): BenchRow => {
  const ratio = value / baseline;
  return { name, value: Math.round(value), baseline: Math.round(baseline), ratio, goal, met: ratio >= goal };
};

if (import.meta.main) {
  for (const line of await benchRebuild(process.argv[2] ?? tmpdir())) console.log(JSON.stringify(line));
  console.log(`peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  // A NATS connection that was closed sometimes keeps its socket, and with it the process.
  process.exit();
}
