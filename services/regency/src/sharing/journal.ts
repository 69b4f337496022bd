/**
 * The shared journal: what this regency has shared, in order, as published, in a ledger stream of its own. An
 * entry is written before it is published, so that publishing again gives the same bytes whatever the policy
 * says by then. Entry n is revision n of the stream and has sequence n.
 */
import { createHash } from 'node:crypto';
import {
  type DataClass,
  dataClassOf,
  EventMetadata,
  GENESIS_HASH,
  JOURNAL_STREAM,
  regencyToken,
  type SharedEvent,
  sourceOf,
  subjectOf,
} from '@siaga/domain';
import { type Ledger, type RecordedEvent, readLast } from '@siaga/ledger';
import type { JournalEntry } from '@siaga/stream';
import { z } from 'zod';

/** The type of the journal's entries in the ledger. It is in no catalogue: entries are not shared themselves. */
const ENTRY_TYPE = 'siaga.journal.entry.v1';

const EntryData = z.strictObject({
  /** The ledger position of the event that is shared. */
  position: z.int().positive(),
  subject: z.string().min(1),
  /** The envelope as published, to the byte. */
  text: z.string().min(1),
});
type EntryData = z.infer<typeof EntryData>;

/** The journal's last entry. */
export interface JournalHead {
  sequence: number;
  /** Up to where the ledger is shared or withheld; 0 for a journal without entries. */
  position: number;
  hash: string;
}

/** Whether an event of this class leaves the site. */
export type SharingPolicy = (dataClass: DataClass) => boolean;

export interface JournalDeps {
  regency: string;
  ledger: Ledger;
  mayShare: SharingPolicy;
  /** A UUIDv7, for the ledger's own event ids; envelopes keep the id of the event that they share. */
  newId: () => string;
  /** Told of an event that is withheld because it can't be shared: its type or metadata are unknown here. */
  onUnknown: (event: RecordedEvent, reason: string) => void;
}

/** The last entry as the ledger has it. Throws `LedgerUnavailable`. */
export async function readHead(ledger: Pick<Ledger, 'read'>): Promise<JournalHead> {
  const last = await readLast(ledger, JOURNAL_STREAM);
  if (!last) return { sequence: 0, position: 0, hash: GENESIS_HASH };
  const { position, text } = EntryData.parse(last.data);
  return { sequence: last.revision, position, hash: hashOf(text) };
}

/** Up to `limit` entries after a sequence, in order, as they are to be published. Throws `LedgerUnavailable`. */
export async function readEntries(
  ledger: Pick<Ledger, 'read'>,
  after: number,
  limit: number,
): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const { revision, data } of ledger.read(JOURNAL_STREAM, { from: after + 1, limit })) {
    entries.push(entryOf(revision, EntryData.parse(data)));
  }
  return entries;
}

/**
 * Journals what the policy shares of `events`, which follow `head.position` in the ledger: many entries, one
 * append. Answers the new head and the entries. The same events and head always make the same bytes. Rejects as
 * the ledger's `append` does: `WrongExpectedRevision` when another relay was quicker.
 */
export async function extendJournal(
  { regency, ledger, mayShare, newId, onUnknown }: JournalDeps,
  head: JournalHead,
  events: readonly RecordedEvent[],
): Promise<{ head: JournalHead; entries: JournalEntry[] }> {
  let next = head;
  const written: { id: string; type: string; data: EntryData; metadata: object }[] = [];
  const entries: JournalEntry[] = [];
  for (const event of events) {
    if (event.stream === JOURNAL_STREAM) continue;
    const facts = factsOf(event);
    if (typeof facts === 'string') onUnknown(event, facts);
    else if (mayShare(facts.dataClass)) {
      const sequence = next.sequence + 1;
      const envelope = envelopeOf(event, facts, { regency, sequence, previoushash: next.hash });
      const text = JSON.stringify(envelope);
      const data = { position: event.position, subject: subjectOf(envelope), text };
      written.push({ id: newId(), type: ENTRY_TYPE, data, metadata: {} });
      entries.push(entryOf(sequence, data));
      next = { sequence, position: event.position, hash: hashOf(text) };
    }
  }
  if (written.length > 0) await ledger.append(JOURNAL_STREAM, head.sequence, written);
  return { head: next, entries };
}

interface Facts {
  dataClass: DataClass;
  metadata: EventMetadata;
}

/** What an envelope needs beyond the event, or why there can be none. */
function factsOf({ type, metadata }: RecordedEvent): Facts | string {
  const dataClass = dataClassOf(type);
  if (!dataClass) return `its type ${type} is not in the catalogue`;
  const parsed = EventMetadata.safeParse(metadata);
  if (parsed.success) return { dataClass, metadata: parsed.data };
  return `its metadata has no ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`;
}

function envelopeOf(
  { id, type, revision, recordedAt, data }: RecordedEvent,
  { dataClass, metadata }: Facts,
  link: { regency: string; sequence: number; previoushash: string },
): SharedEvent {
  return {
    specversion: '1.0',
    id,
    source: sourceOf(link.regency),
    type,
    subject: metadata.aggregate,
    time: metadata.occurredAt,
    datacontenttype: 'application/json',
    regency: regencyToken(link.regency),
    sequence: link.sequence,
    previoushash: link.previoushash,
    revision,
    recordedat: recordedAt,
    hazard: metadata.hazard,
    dataclass: dataClass,
    actor: metadata.actor,
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    // The catalogue's schemas are all objects; whoever wrote the event was held to them.
    data: data as SharedEvent['data'],
  };
}

const entryOf = (sequence: number, { subject, text }: EntryData): JournalEntry => ({
  sequence,
  subject,
  bytes: Buffer.from(text),
});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
