/**
 * Copies a ledger from its SQLite file into EventStoreDB: every event as it is, with the position and the time that
 * it has. What a journal says about positions stays true so, and nothing in any event has to be rewritten.
 */
import { existsSync } from 'node:fs';
import { AppendTooLarge, Connection } from '../eventstoredb/connection.ts';
import { type CopyFacts, noteCopyBegun, noteCopyCompleted, ownState } from '../eventstoredb/own-stream.ts';
import { PAGE_EVENTS, storedFrom } from '../eventstoredb/pages.ts';
import { ForeignEvent, outgoingOf } from '../eventstoredb/records.ts';
import { WrongExpectedRevision } from '../errors.ts';
import type { Ledger, RecordedEvent } from '../port.ts';
import { openSqliteLedger } from '../sqlite/ledger.ts';
import { chained, Digest, lineOf } from '../digest.ts';

export interface CopyOptions {
  /** The SQLite file of a site that is stopped. */
  file: string;
  /** `eventstoredb://…`: a database of its own, empty or with a part of this copy. */
  url: string;
  /** Called now and then with how many events stand in the target. */
  onProgress?: (events: number) => void;
}

export interface CopyReport extends CopyFacts {
  streams: number;
  /** How many of the events were there before this run. */
  found: number;
}

/** The target is not this copy's, or the source is not what was copied: a person has to look. It is not noted as complete. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

const LIMITS = { patienceMs: 30_000, attemptMs: 5_000 };
/** Of one append: under what a server takes that is not set up for more, but for a single event that is larger. */
const RUN_EVENTS = 100;
const RUN_CHARACTERS = 262_144;
const PROGRESS_EVERY = 1_000;

/**
 * 1. Compares what the target holds with the source, event by event: it must be its beginning and nothing else.
 * 2. Appends the rest in the ledger's order, one append after the other, each at its expected revision.
 * 3. Reads all of the target again, in the order of the whole and each stream by itself, and compares both with the
 *    source; then notes that the copy is complete. Until that a site does not start on it.
 *
 * Whenever it is killed, running it again goes on. Rejects with `CopyRefused`, `LedgerUnavailable`, or a TypeError
 * for a wrong address.
 */
export async function copyLedger(options: CopyOptions): Promise<CopyReport> {
  const { file, url, onProgress = () => undefined } = options;
  if (!existsSync(file)) throw new CopyRefused(`there is no ledger ${file}`);
  const target = new Connection(url, LIMITS);
  try {
    const source = await openSqliteLedger({ file });
    try {
      return await copy(source, target, onProgress);
    } catch (error) {
      if (error instanceof WrongExpectedRevision)
        throw new CopyRefused(`somebody else writes into the target: ${error.message}`);
      if (error instanceof ForeignEvent) throw new CopyRefused(error.message);
      throw error;
    } finally {
      await source.close();
    }
  } finally {
    await target.close();
  }
}

async function copy(
  source: Ledger,
  target: Connection,
  onProgress: (events: number) => void,
): Promise<CopyReport> {
  const state = await ownState(target);
  const found = await compared(source, target);
  const completed = typeof state.copy === 'object' ? state.copy : undefined;
  if (completed) {
    if (found.digest.events < completed.events || (await source.head()) > completed.through)
      throw new CopyRefused('the copy was completed, and the source is another now: a site ran on it since');
  } else {
    if (state.copy === 'none') {
      if (state.revision > 0)
        throw new CopyRefused('a site was started on the target: take an empty database');
      if (found.digest.events > 0) throw new CopyRefused('there is a ledger in the target already');
      await noteCopyBegun(target);
    }
    let events = found.digest.events;
    for await (const run of runsOf(source.readAll({ from: found.through }))) {
      await append(target, run);
      if (Math.floor((events + run.length) / PROGRESS_EVERY) > Math.floor(events / PROGRESS_EVERY))
        onProgress(events + run.length);
      events += run.length;
    }
  }
  const { digest, through, commit } = await compared(source, target);
  if (through !== (await source.head())) throw new CopyRefused('the source grows: stop its site first');
  // What is appended from now on has a position in the server's log, and must stand behind all that was copied.
  if (commit < through)
    throw new CopyRefused(`the target's log ends at ${commit}, before position ${through}`);
  await compareStreams(target, digest.streams);
  const facts = { through, events: digest.events, hash: digest.hash() };
  if (!completed) await noteCopyCompleted(target, facts);
  return { ...facts, streams: digest.streams.size, found: found.digest.events };
}

interface Compared {
  digest: Digest;
  /** Position of the last event that the target holds; 0 for none. */
  through: number;
  /** Where it stands in the server's log. */
  commit: number;
}

/** Reads the target from its beginning beside the source. Rejects with `CopyRefused` at the first difference. */
async function compared(source: Ledger, target: Connection): Promise<Compared> {
  const digest = new Digest();
  let [through, commit] = [0, 0];
  const expected = source.readAll({ from: 0 })[Symbol.asyncIterator]();
  for await (const stored of storedFrom(target, 'start')) {
    const { recorded } = stored;
    if (!recorded) continue;
    const next = await expected.next();
    if (next.done) throw new CopyRefused(`the target has more: event ${recorded.id} of ${recorded.stream}`);
    if (lineOf(next.value) !== lineOf(recorded))
      throw new CopyRefused(
        `the target has event ${recorded.id} of ${recorded.stream} where the source has ${next.value.id} of ${next.value.stream}`,
      );
    digest.add(recorded);
    [through, commit] = [recorded.position, stored.commit];
  }
  return { digest, through, commit };
}

/** The streams as the target gives them one by one, against what the whole was made of. */
async function compareStreams(target: Connection, streams: ReadonlyMap<string, string>): Promise<void> {
  for (const [stream, expected] of streams) {
    let hash = '';
    for (let from = 1; ; from += PAGE_EVENTS) {
      const page = await target.pageOfStream(stream, { direction: 'forwards', from, count: PAGE_EVENTS });
      for (const { recorded } of page) if (recorded) hash = chained(hash, lineOf(recorded));
      if (page.length < PAGE_EVENTS) break;
    }
    if (hash !== expected) throw new CopyRefused(`stream ${stream} of the target is not that of the source`);
  }
}

/** Events next to each other in the ledger and in one stream. */
async function* runsOf(events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent[], void> {
  let run: RecordedEvent[] = [];
  let characters = 0;
  for await (const event of events) {
    const size = JSON.stringify(event.data).length + JSON.stringify(event.metadata).length;
    const full = run.length >= RUN_EVENTS || characters + size > RUN_CHARACTERS;
    if (run.length > 0 && (full || run[0]?.stream !== event.stream)) {
      yield run;
      run = [];
      characters = 0;
    }
    run.push(event);
    characters += size;
  }
  if (run.length > 0) yield run;
}

async function append(target: Connection, run: readonly RecordedEvent[]): Promise<void> {
  const [first] = run;
  if (!first) return;
  const outgoing = run.map(({ id, type, data, metadata, position, recordedAt }) =>
    outgoingOf(
      { id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) },
      { position, recordedAt },
    ),
  );
  try {
    await target.append(first.stream, first.revision - 1, outgoing);
  } catch (error) {
    if (!(error instanceof AppendTooLarge)) throw error;
    throw new CopyRefused(
      `the server takes ${error.limit} bytes in one append, event ${first.id} has more: raise its MaxAppendSize`,
    );
  }
}
