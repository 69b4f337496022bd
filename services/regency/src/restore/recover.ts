/**
 * Gives a restored ledger back what it has forgotten of the shared journal, from what others have of it. Afterwards
 * the journal goes on with the number behind the last that anybody knows.
 */
import {
  LOST_EVENT,
  JOURNAL_STREAM,
  type EventMetadata,
  hotspotStream,
  OVERRIDE_STREAM,
  type RegencyCode,
  type SharedEvent,
  SIGNING_KEY_STREAM,
  subjectOf,
} from '@siaga/domain';
import { type Ledger, type NewEvent, readLast, type RecordedEvent } from '@siaga/ledger';
import { hashOfEntry } from '@siaga/stream';
import { GRANTED_ENTRY } from '../sharing/entries.ts';
import { readEntries, readHead } from '../sharing/journal.ts';

/** What others have is not what this ledger can go on with: a person must decide. Nothing was written. */
export class RecoverRefused extends Error {
  override readonly name = 'RecoverRefused';
}

/** An entry of this regency's journal as somebody else has it: genuine, by its signature. */
export interface KnownEntry {
  event: SharedEvent;
  /** As published, to the byte. */
  raw: string;
}

export interface Recovered {
  /** How many entries were there already. */
  known: number;
  /** How many came back now. */
  taken: number;
  /** The journal's last number now. */
  sequence: number;
  /** Events that stood between, had not left the site, and are gone. */
  lost: { stream: string; revision: number }[];
}

export interface RecoverDeps {
  ledger: Ledger;
  regency: RegencyCode;
  /** A UUIDv7. */
  newId: () => string;
  onProgress?: (taken: number) => void;
}

const COLLISIONS_NAMED = 20;
const PROGRESS_EVERY = 1_000;

/**
 * 1. Compares the entries, given in any order, with those that the journal has; the rest must follow on it without a
 *    hole, each linked to the one before.
 * 2. Looks whether each event can stand in its stream at its revision. What was taken since the restore may stand there.
 * 3. Appends, in the journal's order, each event with its id, and its entry with the same bytes.
 *
 * Killed at any point it goes on where it was. It may run beside the site. Rejects with `RecoverRefused` before
 * anything is written, or as the ledger's `append` does.
 */
export async function recover(deps: RecoverDeps, entries: readonly KnownEntry[]): Promise<Recovered> {
  const { ledger, onProgress = () => undefined } = deps;
  const head = await readHead(ledger, JOURNAL_STREAM);
  const missing = await beyond(deps, head, inOrder(entries));
  const places = await placesFor(ledger, missing);
  const lost: Recovered['lost'] = [];
  for (const [taken, { event, raw }] of missing.entries()) {
    const place = places.get(streamOf(event));
    if (place) lost.push(...(await append(deps, place, event, head.position)));
    const position = await positionOf(ledger, event);
    await ledger.append(JOURNAL_STREAM, event.sequence - 1, [
      {
        id: deps.newId(),
        type: GRANTED_ENTRY,
        // What was taken since the restore stands behind `head` and is still to be journalled.
        data: { position, subject: subjectOf(event), text: raw, through: head.position },
        metadata: {},
      },
    ]);
    if ((taken + 1) % PROGRESS_EVERY === 0) onProgress(taken + 1);
  }
  return {
    known: entries.length - missing.length,
    taken: missing.length,
    sequence: head.sequence + missing.length,
    lost,
  };
}

/** By number, each once. */
function inOrder(entries: readonly KnownEntry[]): KnownEntry[] {
  const byNumber = new Map<number, KnownEntry>();
  for (const entry of entries) {
    const { sequence } = entry.event;
    const before = byNumber.get(sequence);
    if (before && before.raw !== entry.raw)
      throw new RecoverRefused(`there are two different events ${sequence} among what was given`);
    byNumber.set(sequence, entry);
  }
  return [...byNumber.values()].sort((a, b) => a.event.sequence - b.event.sequence);
}

/** Those that the journal has not. */
async function beyond(
  { ledger }: RecoverDeps,
  head: { sequence: number; hash: string },
  entries: readonly KnownEntry[],
): Promise<KnownEntry[]> {
  let last = head;
  const missing: KnownEntry[] = [];
  for (const entry of entries) {
    const { sequence, previoushash } = entry.event;
    if (sequence <= head.sequence) {
      const [own] = await readEntries(ledger, JOURNAL_STREAM, sequence - 1, 1);
      if (!own || Buffer.from(own.bytes).toString() !== entry.raw)
        throw new RecoverRefused(await forkAt(ledger, entry));
      continue;
    }
    if (sequence !== last.sequence + 1)
      throw new RecoverRefused(
        `event ${last.sequence + 1} is not among what was given, and ${sequence} is: export more`,
      );
    if (previoushash !== last.hash) throw new RecoverRefused(await forkAt(ledger, entry));
    missing.push(entry);
    last = { sequence, hash: hashOfEntry(entry.raw) };
  }
  return missing;
}

async function forkAt(ledger: Ledger, { event }: KnownEntry): Promise<string> {
  const since: string[] = [];
  for await (const entry of ledger.read(JOURNAL_STREAM, { from: event.sequence, limit: COLLISIONS_NAMED })) {
    const { subject, text } = entry.data as { subject: string; text: string };
    since.push(`${entry.revision} (${subject}, ${(JSON.parse(text) as SharedEvent).recordedat})`);
  }
  const given = since.length > 0 ? ` Given here: ${since.join(', ')}.` : '';
  return (
    `event ${event.sequence} does not follow on this journal: since the restore numbers were given here that others ` +
    `know as other events.${given} Restore the backup again, recover before anything is shared, and enter what was taken since anew`
  );
}

/** Of a stream that events come back into. */
interface Place {
  stream: string;
  /** Its last revision now. */
  revision: number;
  /** What comes back, by revision. */
  coming: Map<number, SharedEvent>;
}

/** Where each event will stand. Rejects where something else stands there. */
async function placesFor(ledger: Ledger, missing: readonly KnownEntry[]): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for (const { event } of missing) {
    const stream = streamOf(event);
    const place = places.get(stream) ?? {
      stream,
      revision: (await readLast(ledger, stream))?.revision ?? 0,
      coming: new Map(),
    };
    places.set(stream, place);
    place.coming.set(event.revision, event);
  }
  const collisions: string[] = [];
  for (const { stream, coming } of places.values()) {
    const first = Math.min(...coming.keys());
    for await (const standing of ledger.read(stream, { from: first })) {
      if (standing.type === LOST_EVENT && !coming.has(standing.revision)) continue;
      if (!isSame(standing, coming.get(standing.revision))) collisions.push(named(standing));
    }
  }
  if (collisions.length > 0)
    throw new RecoverRefused(
      `${collisions.length} events were taken since the restore where others know what came before it: ` +
        `${collisions.slice(0, COLLISIONS_NAMED).join('; ')}. Restore the backup again, recover before it is worked on, ` +
        'and enter these anew',
    );
  return places;
}

/** What a run before this one gave back, or what came to be again by itself. */
const isSame = ({ id, type, data }: RecordedEvent, event: SharedEvent | undefined): boolean =>
  event !== undefined && event.id === id && event.type === type && equal(event.data, data);
const equal = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    one.length === other.size && one.every(([key, value]) => other.has(key) && equal(value, other.get(key)))
  );
};
const named = ({ type, stream, revision, recordedAt, metadata }: RecordedEvent): string => {
  const { actor } = metadata as Partial<EventMetadata>;
  return `${type} of ${stream}, revision ${revision}, ${recordedAt}, by ${actor ?? 'nobody named'}`;
};

/**
 * Appends an event at its revision. Those before it in its stream that come back under a later number are appended first;
 * in the place of those that do not come back stands that they are lost.
 */
async function append(
  { ledger, newId }: RecoverDeps,
  place: Place,
  event: SharedEvent,
  behind: number,
): Promise<Recovered['lost']> {
  const { stream, coming } = place;
  const events: NewEvent[] = [];
  const lost: Recovered['lost'] = [];
  for (let revision = place.revision + 1; revision <= event.revision; revision += 1) {
    const next = coming.get(revision);
    if (!next) lost.push({ stream, revision });
    events.push(next ? eventOf(next, behind) : { id: newId(), type: LOST_EVENT, data: {}, metadata: {} });
  }
  if (events.length > 0) place.revision = (await ledger.append(stream, place.revision, events)).revision;
  return lost;
}

/** As it was appended first, but for the command's key, which no envelope carries. */
const eventOf = (event: SharedEvent, behind: number): NewEvent => ({
  id: event.id,
  type: event.type,
  data: event.data,
  metadata: {
    actor: event.actor,
    hazard: event.hazard,
    aggregate: event.subject,
    occurredAt: event.time,
    correlationId: event.correlationid,
    causationId: event.causationid,
    recovered: { sequence: event.sequence, recordedAt: event.recordedat, behind },
  } satisfies EventMetadata,
});

async function positionOf(ledger: Ledger, { id, revision, ...event }: SharedEvent): Promise<number> {
  const stream = streamOf(event);
  for await (const standing of ledger.read(stream, { from: revision, limit: 1 }))
    if (standing.id === id) return standing.position;
  throw new Error(`event ${id} is not at revision ${revision} of ${stream}`);
}

/** The ledger stream in which an event stood: `siaga.incident.reported.v1` of `0198…` in `incident-0198…`. */
function streamOf({
  type,
  subject,
  data,
  regency,
}: Pick<SharedEvent, 'type' | 'subject' | 'data' | 'regency'>): string {
  const aggregate = type.split('.')[1] ?? '';
  switch (aggregate) {
    case 'hotspots':
      return hotspotStream(`${regency.slice(0, 2)}.${regency.slice(2)}`, String(data['day']));
    case 'sharing-override':
      return OVERRIDE_STREAM;
    case 'signing-key':
      return SIGNING_KEY_STREAM;
    default:
      return `${aggregate}-${subject}`;
  }
}
