/** What a neighbour says, without its site: envelopes of its journal, each linked to the one before. */
import { createHash } from 'node:crypto';
import {
  type AgreementDocument,
  type DomainEvent,
  dataClassOf,
  type EventMetadata,
  GENESIS_HASH,
  regencyToken,
  type SharedEvent,
  sourceOf,
  subjectOf,
  wireType,
} from '@siaga/domain';
import type { NewEvent } from '@siaga/ledger';
import { type JournalEntry, signed } from '@siaga/stream';
import { v7 as uuidv7 } from 'uuid';
import { hashOfDocument } from '../src/index.ts';
import { inboxStream, receivedOf } from '../src/reactions/inbox-events.ts';
import { keyOf } from './keys.ts';
import type { Site } from './site.ts';
import { at, did, documentOf } from './two-sites.ts';

export interface Neighbour {
  readonly regency: string;
  /** All that it has said, as its stream has it. */
  readonly entries: readonly JournalEntry[];
  /** The next event of its journal. */
  say(event: DomainEvent, aggregate: string, changes?: Partial<SharedEvent>): SharedEvent;
}

/** `time`: of the site that hears it. */
export function openNeighbour(regency: string, time: Site['time']): Neighbour {
  const entries: JournalEntry[] = [];
  let previoushash = GENESIS_HASH;
  return {
    regency,
    entries,
    say(event, aggregate, changes = {}) {
      const id = uuidv7();
      const type = wireType(event);
      const unsigned: SharedEvent = {
        specversion: '1.0',
        id,
        source: sourceOf(regency),
        type,
        subject: aggregate,
        time: event.data.occurredAt,
        datacontenttype: 'application/json',
        regency: regencyToken(regency),
        sequence: entries.length + 1,
        previoushash,
        revision: 1,
        recordedat: new Date(time.now).toISOString(),
        hazard: 'flood',
        dataclass: dataClassOf(type) ?? 'local',
        actor: `kalaksa:${id}`,
        correlationid: id,
        causationid: id,
        data: event.data,
        ...changes,
      };
      const envelope = signed(unsigned, keyOf(regency));
      const bytes = Buffer.from(JSON.stringify(envelope));
      previoushash = createHash('sha256').update(bytes).digest('hex');
      entries.push({ sequence: envelope.sequence, subject: subjectOf(envelope), bytes });
      return envelope;
    },
  };
}

/** Of a site, what hears and reacts. */
export type Hearing = Pick<Site, 'ledger' | 'cooperation' | 'time'>;

/** As the inbox takes them in; resolves when the site knows them and has reacted. */
export async function takeIn(
  { ledger, cooperation }: Pick<Hearing, 'ledger' | 'cooperation'>,
  { regency }: Pick<Neighbour, 'regency'>,
  ...envelopes: SharedEvent[]
): Promise<void> {
  await ledger.append(inboxStream(regency), 'any', envelopes.map(receivedOf));
  await cooperation.reactor.settled();
}

/** An event of the own ledger, as a command writes it. */
export const ownEvent = (event: DomainEvent, aggregate: string, actor = `kalaksa:${uuidv7()}`): NewEvent => {
  const id = uuidv7();
  return {
    id,
    type: wireType(event),
    data: event.data,
    metadata: {
      actor,
      hazard: 'flood',
      aggregate,
      occurredAt: event.data.occurredAt,
      correlationId: id,
      causationId: id,
    } satisfies EventMetadata,
  };
};

/**
 * An agreement that the neighbour has drafted and finalised; the site has heard it. `sign` says the neighbour's
 * signature, which nobody has heard yet.
 */
export async function drafted(
  site: Hearing,
  neighbour: Neighbour,
  counterpart: string,
  terms: object = {},
): Promise<{
  agreement: string;
  text: { version: number; hash: string };
  sign: () => SharedEvent;
}> {
  // The terms are of the words that the domain has for them.
  const document = documentOf(site, terms) as AgreementDocument;
  const agreement = uuidv7();
  const occurredAt = at(site);
  const text = { version: 1, hash: hashOfDocument(document) };
  await takeIn(
    site,
    neighbour,
    neighbour.say(
      { type: 'AgreementDrafted', data: { occurredAt, counterpart, document, hash: text.hash, version: 1 } },
      agreement,
    ),
    neighbour.say({ type: 'AgreementFinalised', data: { occurredAt, ...text } }, agreement),
  );
  const data = { occurredAt, ...text, signedOn: occurredAt.slice(0, 10) };
  return { agreement, text, sign: () => neighbour.say({ type: 'AgreementSigned', data }, agreement) };
}

/** As `drafted`, and signed by the site and then the neighbour: in force, where its time has come. */
export async function agreed(
  site: Site,
  neighbour: Neighbour,
  counterpart: string,
  terms: object = {},
): Promise<string> {
  const { agreement, text, sign } = await drafted(site, neighbour, counterpart, terms);
  await did(site, 'kalaksa', `/agreements/${agreement}/finalise`, text);
  await did(site, 'kalaksa', `/agreements/${agreement}/sign`, text);
  await takeIn(site, neighbour, sign());
  return agreement;
}
