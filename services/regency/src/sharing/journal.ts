/**
 * A journal: what this regency publishes into one stream, in order, as published, in a ledger stream of its own. An
 * entry is written before it is published, so that publishing again gives the same bytes whatever the policy
 * says by then. Entry n is revision n of the stream and has sequence n.
 *
 * There are two. `shared` is what leaves the site. `internal` is what the site's own picture shows before any
 * agreement lets it out: all own events of the classes that are shared by agreement only.
 */
import { createHash } from 'node:crypto';
import {
  type DataClass,
  dataClassOf,
  EventMetadata,
  GENESIS_HASH,
  INTERNAL_STREAM,
  JOURNAL_STREAM,
  regencyToken,
  type SharedEvent,
  sourceOf,
  subjectOf,
} from '@siaga/domain';
import { type Ledger, type NewEvent, type RecordedEvent, readLast } from '@siaga/ledger';
import type { JournalEntry } from '@siaga/stream';
import { isInboxStream } from '../reactions/inbox-events.ts';
import { isOfRestore } from '../restore/marks.ts';
import type { Signing } from './signing.ts';
import { ENTRY, GRANTED_ENTRY, type GrantedEntry, readEntry } from './entries.ts';

/** The ledger streams of the journals. */
export type JournalName = typeof JOURNAL_STREAM | typeof INTERNAL_STREAM;

/** The journal's last entry. */
export interface JournalHead {
  sequence: number;
  /** Up to where the ledger is journalled or withheld; 0 for a journal without entries. */
  position: number;
  hash: string;
}

/** Chooses what a journal takes. */
export interface SharingPolicy {
  /** Resolves when the policy knows the ledger up to a position. */
  reached(position: number): Promise<void>;
  /** Whether the event goes into the journal now, when it is come to. */
  mayShare(event: Pick<RecordedEvent, 'position'>, dataClass: DataClass): boolean;
  /**
   * Events up to `through`, in the ledger's order, that were withheld when they were come to and may go now. What is
   * in the journal, up to what the policy has reached, is not among them.
   */
  released(through: number): readonly Pick<RecordedEvent, 'stream' | 'revision'>[];
  /** Milliseconds since 1970 at which time alone may change what it answers; undefined for none. */
  changesAt(): number | undefined;
}

export interface JournalDeps {
  regency: string;
  ledger: Ledger;
  journal: JournalName;
  policy: SharingPolicy;
  /** Signs an envelope with the key that counts after a ledger position; absent where the journal is not signed. */
  sign?: Signing['sign'] | undefined;
  /** A UUIDv7, for the ledger's own event ids; envelopes keep the id of the event that they share. */
  newId: () => string;
  /** Told of an event that is withheld because it can't be shared: its type or metadata are unknown here. */
  onUnknown: (event: RecordedEvent, reason: string) => void;
}

/** The last entry as the ledger has it. Throws `LedgerUnavailable`. */
export async function readHead(ledger: Pick<Ledger, 'read'>, journal: JournalName): Promise<JournalHead> {
  const last = await readLast(ledger, journal);
  if (!last) return { sequence: 0, position: 0, hash: GENESIS_HASH };
  const { through, text } = readEntry(last);
  return { sequence: last.revision, position: through, hash: hashOf(text) };
}

/** Up to `limit` entries after a sequence, in order, as they are to be published. Throws `LedgerUnavailable`. */
export async function readEntries(
  ledger: Pick<Ledger, 'read'>,
  journal: JournalName,
  after: number,
  limit: number,
): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const recorded of ledger.read(journal, { from: after + 1, limit })) {
    entries.push(entryOf(recorded.revision, readEntry(recorded)));
  }
  return entries;
}

/**
 * Journals what had been withheld and may go now, then what the policy takes of `events`, which follow
 * `head.position` in the ledger: many entries, one append. Answers the new head and the entries. The same events,
 * head and policy always make the same bytes. Rejects as the ledger's `append` does: `WrongExpectedRevision` when
 * another relay was quicker.
 */
export async function extendJournal(
  deps: JournalDeps,
  head: JournalHead,
  events: readonly RecordedEvent[],
): Promise<{ head: JournalHead; entries: JournalEntry[] }> {
  const { ledger, journal, policy } = deps;
  const pages = new Pages(deps, head);
  if (events.length === 0 || events.some(changesPolicy)) {
    await policy.reached(events.at(-1)?.position ?? head.position);
    for (const { stream, revision } of policy.released(head.position)) {
      for await (const event of ledger.read(stream, { from: revision, limit: 1 }))
        pages.add(event, head.position);
    }
  }
  for (const event of events) {
    if (isOwnAffair(event) || (journal === JOURNAL_STREAM && (await isJournalled(ledger, event)))) continue;
    pages.add(event, event.position, (dataClass) => policy.mayShare(event, dataClass));
  }
  const { written } = pages;
  if (written.length > 0) {
    const { position } = await ledger.append(journal, head.sequence, written);
    // Before it is asked again, the policy must know that these are no longer withheld.
    if (written.some(({ type }) => type === GRANTED_ENTRY)) await policy.reached(position);
  }
  // What was withheld up to here is not come to again: from now on it is released, or never goes.
  const position = events.at(-1)?.position ?? head.position;
  return { head: { ...pages.head, position }, entries: pages.entries };
}

/**
 * The entries of events that all may know and that change nothing of the policy, as `extendJournal` makes them: without
 * asking anybody. Undefined where it would ask.
 */
export function entriesOfPublic(
  deps: JournalDeps,
  head: JournalHead,
  events: readonly RecordedEvent[],
): { head: JournalHead; entries: JournalEntry[]; written: NewEvent[] } | undefined {
  const pages = new Pages(deps, head);
  for (const event of events) {
    if (changesPolicy(event) || isOwnAffair(event)) return undefined;
    const facts = factsOf(event);
    if (typeof facts === 'string' || facts.dataClass !== 'public' || facts.metadata.recovered)
      return undefined;
    pages.add(event, event.position);
  }
  return pages;
}

/** What no journal takes: the journals themselves, what the neighbours said, and what the ledger knows of restores. */
const isOwnAffair = ({ stream, type }: RecordedEvent): boolean =>
  stream === JOURNAL_STREAM || stream === INTERNAL_STREAM || isInboxStream(stream) || isOfRestore(type);

/** Of an event that was recovered together with its entry, and stands where the journal is still to look. */
async function isJournalled(
  ledger: Pick<Ledger, 'read'>,
  { position, metadata }: RecordedEvent,
): Promise<boolean> {
  if (typeof metadata !== 'object' || metadata === null || !('recovered' in metadata)) return false;
  const { recovered } = EventMetadata.parse(metadata);
  if (!recovered) return false;
  for await (const entry of ledger.read(JOURNAL_STREAM, { from: recovered.sequence, limit: 1 }))
    return readEntry(entry).position === position;
  return false;
}

/** Whether the policy may answer otherwise after such an event; incidents and hotspots, the many, change nothing. */
const changesPolicy = ({ type }: RecordedEvent): boolean =>
  !type.startsWith('siaga.incident.') &&
  !type.startsWith('siaga.hotspots.') &&
  !type.startsWith('siaga.journal.');

/** Entries that are being made, one linked to the other. */
class Pages {
  readonly written: NewEvent[] = [];
  readonly entries: JournalEntry[] = [];
  head: JournalHead;
  readonly #deps: JournalDeps;

  constructor(deps: JournalDeps, head: JournalHead) {
    this.#deps = deps;
    this.head = head;
  }

  add(event: RecordedEvent, through: number, may: (dataClass: DataClass) => boolean = () => true): void {
    const { regency, journal, sign, newId, onUnknown } = this.#deps;
    const facts = factsOf(event);
    if (typeof facts === 'string') {
      onUnknown(event, facts);
      return;
    }
    if (!may(facts.dataClass)) return;
    const sequence = this.head.sequence + 1;
    const unsigned = envelopeOf(event, facts, { regency, sequence, previoushash: this.head.hash });
    // An announced key signs what comes after its announcement in the journal.
    const envelope = sign ? sign(unsigned, this.head.position) : unsigned;
    const text = JSON.stringify(envelope);
    const subject = subjectOf(envelope, journal === INTERNAL_STREAM ? 'internal' : 'disaster');
    const entry = { position: event.position, subject, text };
    const granted = facts.dataClass !== 'public' && journal === JOURNAL_STREAM;
    this.written.push({
      id: newId(),
      type: granted ? GRANTED_ENTRY : ENTRY,
      data: granted ? { ...entry, through } : entry,
      metadata: {},
    });
    this.entries.push(entryOf(sequence, entry));
    this.head = { sequence, position: through, hash: hashOf(text) };
  }
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
    recordedat: metadata.recovered?.recordedAt ?? recordedAt,
    hazard: metadata.hazard,
    dataclass: dataClass,
    actor: metadata.actor,
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    // The catalogue's schemas are all objects; whoever wrote the event was held to them.
    data: data as SharedEvent['data'],
  };
}

const entryOf = (
  sequence: number,
  { subject, text }: Pick<GrantedEntry, 'subject' | 'text'>,
): JournalEntry => ({ sequence, subject, bytes: Buffer.from(text) });

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
