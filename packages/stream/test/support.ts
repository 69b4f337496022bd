import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RegencyCode, regencyToken, SharedEvent, subjectOf } from '@siaga/domain';
import type { NatsConnection } from 'nats';
import type { JournalEntry } from '../src/index.ts';
import { openReader } from '../src/reader.ts';
import { isFilling } from '../src/stored.ts';

/** The shared event of a regency with this sequence; the same one every time. */
export function eventOf(regency: RegencyCode, sequence: number): SharedEvent {
  const id = `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`;
  return SharedEvent.parse({
    specversion: '1.0',
    id,
    source: `/regencies/${regency}`,
    type: 'siaga.incident.reported.v1',
    subject: `incident/${id}`,
    time: '2020-09-07T06:00:00.000Z',
    datacontenttype: 'application/json',
    regency: regencyToken(regency),
    sequence,
    previoushash: '0'.repeat(64),
    revision: 1,
    recordedat: '2020-09-07T06:00:01.000Z',
    hazard: 'flood',
    dataclass: 'public',
    actor: 'officer:7f3a',
    correlationid: id,
    causationid: id,
    data: { village: `${regency}.05.2001`, note: 'Air naik di jalan desa', people: sequence },
  });
}

export function entryOf(regency: RegencyCode, sequence: number): JournalEntry {
  const event = eventOf(regency, sequence);
  return { sequence, subject: subjectOf(event), bytes: new TextEncoder().encode(JSON.stringify(event)) };
}

export const entriesOf = (regency: RegencyCode, first: number, last: number): JournalEntry[] =>
  range(first, last).map((sequence) => entryOf(regency, sequence));

export const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

/** Puts the events of these sequences into the stream, in this order, whatever the order is. */
export async function put(nc: NatsConnection, regency: RegencyCode, ...sequences: number[]): Promise<void> {
  for (const sequence of sequences) {
    const { subject, bytes } = entryOf(regency, sequence);
    await nc.jetstream().publish(subject, bytes);
  }
}

/** Flips a byte of the first block of a stream, whose server is down and has its files somewhere in `folder`. */
export function flipByte(folder: string, stream: string, at: (size: number) => number): void {
  const files = readdirSync(folder, { recursive: true }).map(String);
  const block = join(folder, files.find((file) => file.endsWith(`/${stream}/msgs/1.blk`)) ?? '');
  const bytes = readFileSync(block);
  const position = Math.floor(at(bytes.length));
  bytes[position] = (bytes[position] ?? 0) ^ 0x5a;
  writeFileSync(block, bytes);
}

/** The sequences that a stream holds, by position. Reads each message by itself: slow, and independent of `follow`. */
export async function sequencesIn(nc: NatsConnection, stream: string): Promise<number[]> {
  const jsm = await nc.jetstreamManager();
  const { state } = await jsm.streams.info(stream);
  const messages = await Promise.all(
    range(1, state.last_seq).map((seq) => jsm.streams.getMessage(stream, { seq })),
  );
  return messages.map((message) => SharedEvent.parse(message.json()).sequence);
}

/** The sequences that a reader gets from a stream, in order, each once: what can't be read is passed over. */
export async function sequencesRead(nc: NatsConnection, stream: string): Promise<number[]> {
  const jsm = await nc.jetstreamManager();
  const { state } = await jsm.streams.info(stream);
  const reader = await openReader(nc, stream, 1);
  const sequences = new Set<number>();
  while (!reader.past(state.last_seq)) {
    await reader.arrival();
    for (const { subject, bytes } of reader.take(1_000))
      if (!isFilling(subject))
        sequences.add(SharedEvent.parse(JSON.parse(new TextDecoder().decode(bytes))).sequence);
  }
  reader.close();
  return [...sequences].sort((a, b) => a - b);
}

/** How many messages a stream holds; 0 where it can't be asked now. */
export async function countIn(nc: NatsConnection, stream: string): Promise<number> {
  try {
    const jsm = await nc.jetstreamManager({ checkAPI: false });
    return (await jsm.streams.info(stream)).state.messages;
  } catch {
    return 0;
  }
}
