/**
 * How fast appends are, against raw node:sqlite in the same run: one INSERT a transaction, one at a time, on
 * this thread, with the same schema and settings (WAL, synchronous FULL) and the same row of 600 bytes of data.
 *
 *   node packages/ledger/bench/append.ts [folder]
 *
 * Prints a JSON line for each figure. Baseline and ledger take turns; the figures are medians of the rounds.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BenchRow } from '@siaga/testkit';
import { type Ledger, openSqliteLedger } from '../src/index.ts';
import { prepareForWriting } from '../src/sqlite/schema.ts';
import { uuidToBytes } from '../src/sqlite/uuid.ts';

const ROUNDS = 7;
const RAW_EVENTS = 2_000;
const ONE_WRITER_EVENTS = 1_500;
const WRITERS = 64;
const MANY_WRITERS_EVENTS = 32_000;
/** A stream is one incident, request or deployment: some tens of events, then the next. */
const STREAM_LENGTH = 20;

const TYPE = 'siaga.incident.reported.v1';
const DATA = { chronology: 'a'.repeat(600 - '{"chronology":""}'.length) };
const METADATA = { actor: 'pusdalops' };

/** `value` and `baseline` are events a second. Measures in a new folder below `dir`, which is removed again. Takes some ten seconds. */
export async function benchLedger(dir: string): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(dir, 'bench-ledger-'));
  const raw = openRaw(join(folder, 'raw.db'));
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  try {
    const rates = { raw: [] as number[], one: [] as number[], many: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const rawBefore = await rate(RAW_EVENTS, async () => raw.insert(RAW_EVENTS));
      const many = await rate(MANY_WRITERS_EVENTS, () => closedLoop(ledger, WRITERS, MANY_WRITERS_EVENTS));
      const rawAfter = await rate(RAW_EVENTS, async () => raw.insert(RAW_EVENTS));
      const one = await rate(ONE_WRITER_EVENTS, () => closedLoop(ledger, 1, ONE_WRITER_EVENTS));
      if (round === 0) continue; // warms up
      rates.raw.push(rawBefore, rawAfter);
      rates.many.push(many);
      rates.one.push(one);
    }
    const baseline = median(rates.raw);
    return [
      row(`ledger append, ${WRITERS} writers, events/s`, median(rates.many), baseline, 10),
      row('ledger append, 1 writer, events/s', median(rates.one), baseline, 0.6),
    ];
  } finally {
    raw.close();
    await ledger.close();
    rmSync(folder, { recursive: true });
  }
}

function openRaw(file: string) {
  const db = new DatabaseSync(file);
  prepareForWriting(db, file);
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  let position = 0;
  return {
    insert(count: number) {
      for (let i = 0; i < count; i += 1) {
        const stream = Math.floor(position / STREAM_LENGTH) + 1;
        const revision = (position % STREAM_LENGTH) + 1;
        position += 1;
        const id = uuidToBytes(uuidV7());
        insert.run(
          position,
          stream,
          revision,
          id,
          TYPE,
          Date.now(),
          JSON.stringify(DATA),
          JSON.stringify(METADATA),
        );
      }
    },
    close: () => db.close(),
  };
}

/** Each writer appends one event at a time at the expected revision, and the next when it has the answer. */
async function closedLoop(ledger: Ledger, writers: number, events: number): Promise<void> {
  const writer = async () => {
    let stream = '';
    for (let i = 0; i < events / writers; i += 1) {
      const revision = i % STREAM_LENGTH;
      if (revision === 0) stream = `incident-${uuidV7()}`;
      await ledger.append(stream, revision, [{ id: uuidV7(), type: TYPE, data: DATA, metadata: METADATA }]);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
}

/** Ids as the services make them; by hand, so that the measure needs no dependency. */
function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

async function rate(events: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (events * 1000) / (performance.now() - startedAt);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function row(name: string, value: number, baseline: number, goal: number): BenchRow {
  const ratio = Number((value / baseline).toFixed(2));
  return { name, value: Math.round(value), baseline: Math.round(baseline), ratio, goal, met: ratio >= goal };
}

if (import.meta.main) {
  for (const figure of await benchLedger(process.argv[2] ?? tmpdir())) console.log(JSON.stringify(figure));
}
