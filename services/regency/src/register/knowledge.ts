/**
 * What a site knows of agreements, resources and mutual aid, folded from its own ledger: its own events, and the
 * neighbours' as they stand in its inbox. Pure but for the maps that it keeps.
 */
import {
  type AgreementEvent,
  type AidEvent,
  type AidThreadEvent,
  type AidThreadView,
  conversationOf,
  decodeEvent,
  type DomainEvent,
  EventMetadata,
  evolveAgreement,
  evolveOverrides,
  evolveResource,
  evolveStock,
  foldAid,
  type Agreement,
  type GrantedClass,
  initialAgreement,
  initialOverrides,
  initialResource,
  initialStock,
  isAidEvent,
  isAidOver,
  JOURNAL_STREAM,
  type Overrides,
  type OverrideEvent,
  type RegencyCode,
  regencyFromToken,
  type Resource,
  type ResourceEvent,
  type SigningKeyEvent,
  type Stock,
  type StockEvent,
  wireType,
} from '@siaga/domain';
import type { RecordedEvent } from '@siaga/ledger';
import { inboxEventOf, isInboxStream } from '../reactions/inbox-events.ts';
import { evolveRestore, neverRestored, RESTORES_STREAM } from '../restore/marks.ts';
import { ENTRY, GRANTED_ENTRY, grantedPositionOf } from '../sharing/entries.ts';

/** An event with what stands around it, own or the neighbour's. */
export interface Heard {
  id: string;
  by: RegencyCode;
  event: DomainEvent;
  /** The aggregate's id: an envelope's `subject`. */
  aggregate: string;
  hazard: string;
  correlationId: string;
  /** When this site's ledger had it. */
  recordedAt: string;
  /** In this site's ledger. */
  position: number;
  /** The position behind which the shared journal goes on after it: its own, but where it was recovered. */
  countsBehind: number;
}

/** One conversation of mutual aid. */
export interface KnownConversation {
  view: AidThreadView;
  /** The subject token of its events: the hazard of the incident that aid is asked for. */
  hazard: string;
  /** Its messages, own and the neighbour's, as this ledger had them. */
  heard: (Heard & { event: AidEvent })[];
}

/** An own event of a class that is shared by agreement only. */
export interface Withheld {
  position: number;
  stream: string;
  revision: number;
  dataClass: GrantedClass;
  conversations: readonly string[];
  /** Its conversation was begun and not over before this event. */
  openBefore: boolean;
}

/** What the types of events begin with that tell nothing of this: the many. */
export const UNHEARD = ['siaga.incident.', 'siaga.hotspots.', ENTRY] as const;

export class Knowledge {
  readonly regency: RegencyCode;
  readonly agreements = new Map<string, Agreement>();
  /** The own ones. */
  overrides: Overrides = initialOverrides;
  readonly resources = new Map<string, Resource>();
  readonly stocks = new Map<string, Stock>();
  readonly conversations = new Map<string, KnownConversation>();
  readonly conversationOfOffer = new Map<string, string>();
  readonly resourceOfDeployment = new Map<string, string>();
  /** The messages that own commands said, by the commands' keys. */
  readonly messageOfKey = new Map<string, string>();
  /** Whether the ledger was restored, and it is not settled what it has forgotten. */
  restore = neverRestored;
  /** Own events that no agreement or override has let out so far, by their ledger position, in its order. */
  readonly withheld = new Map<number, Withheld>();

  /** What regencies, this one too, said of the keys that they sign with, in the order of this ledger. */
  readonly keysSaid: { by: RegencyCode; event: SigningKeyEvent; position: number }[] = [];

  /** Ids of what the neighbours said. */
  readonly #taken = new Set<string>();

  constructor(regency: RegencyCode) {
    this.regency = regency;
  }

  /**
   * Folds one event of the ledger. Answers it where it is one of agreements, resources or mutual aid; `unreadable`
   * is told of one that this version can't read, which then changes nothing here.
   */
  fold(recorded: RecordedEvent, unreadable: (reason: string) => void): Heard | undefined {
    const { type, stream } = recorded;
    if (UNHEARD.some((beginning) => type.startsWith(beginning))) return undefined;
    if (stream === JOURNAL_STREAM) {
      if (type === GRANTED_ENTRY) this.withheld.delete(grantedPositionOf(recorded));
      return undefined;
    }
    if (stream === RESTORES_STREAM) {
      this.restore = evolveRestore(this.restore, recorded);
      return undefined;
    }
    const heard = isInboxStream(stream)
      ? this.#received(recorded, unreadable)
      : this.#own(recorded, unreadable);
    if (heard) this.#learn(heard);
    return heard;
  }

  #received(recorded: RecordedEvent, unreadable: (reason: string) => void): Heard | undefined {
    const envelope = inboxEventOf(recorded);
    // An id that comes again under another number: what was said first stands.
    if (!envelope || this.#taken.has(envelope.id)) return undefined;
    this.#taken.add(envelope.id);
    const decoded = decodeEvent(envelope.type, envelope.data);
    if (!decoded.ok) {
      unreadable(`${decoded.reason}: ${decoded.detail}`);
      return undefined;
    }
    return {
      id: envelope.id,
      by: regencyFromToken(envelope.regency),
      event: decoded.event,
      aggregate: envelope.subject,
      hazard: envelope.hazard,
      correlationId: envelope.correlationid,
      recordedAt: recorded.recordedAt,
      position: recorded.position,
      countsBehind: recorded.position,
    };
  }

  #own(recorded: RecordedEvent, unreadable: (reason: string) => void): Heard | undefined {
    const decoded = decodeEvent(recorded.type, recorded.data);
    if (!decoded.ok) {
      // Types that are in no catalogue are the site's own affairs, such as the journals' entries.
      if (decoded.reason === 'invalid_data') unreadable(decoded.detail);
      return undefined;
    }
    const metadata = EventMetadata.safeParse(recorded.metadata);
    if (!metadata.success) {
      unreadable('its metadata are not those of an event');
      return undefined;
    }
    const { aggregate, hazard, correlationId, command, recovered } = metadata.data;
    if (command && isAidEvent(decoded.event)) this.messageOfKey.set(command.key, recorded.id);
    const { id, position, stream, revision } = recorded;
    const heard: Heard = {
      id,
      by: this.regency,
      event: decoded.event,
      aggregate,
      hazard,
      correlationId,
      recordedAt: recovered?.recordedAt ?? recorded.recordedAt,
      position,
      countsBehind: recovered?.behind ?? position,
    };
    const { dataClass } = decoded;
    if (dataClass === 'resources' || dataClass === 'mutual-aid') {
      const conversation = inConversation(decoded.event) ? conversationOf(decoded.event) : undefined;
      const before = conversation === undefined ? undefined : this.conversations.get(conversation);
      this.withheld.set(position, {
        position,
        stream,
        revision,
        dataClass,
        conversations: conversation === undefined ? [] : [conversation],
        openBefore: before !== undefined && isOpen(before.view),
      });
    }
    return heard;
  }

  #learn(heard: Heard): void {
    const { event, by, aggregate } = heard;
    const own = by === this.regency;
    if (isAgreement(event)) {
      this.agreements.set(
        aggregate,
        evolveAgreement(this.agreements.get(aggregate) ?? initialAgreement, by, event),
      );
      return;
    }
    if (isSigningKey(event)) this.keysSaid.push({ by, event, position: heard.countsBehind });
    if (own && isOverride(event)) this.overrides = evolveOverrides(this.overrides, event);
    if (own && isResource(event)) this.#learnResource(aggregate, event);
    if (own && isStock(event)) {
      this.stocks.set(aggregate, evolveStock(this.stocks.get(aggregate) ?? initialStock, event));
    }
    if (inConversation(event)) this.#learnConversation(heard, event);
  }

  #learnResource(id: string, event: ResourceEvent): void {
    if (event.type === 'ResourceCommitted') this.resourceOfDeployment.set(event.data.deployment, id);
    this.resources.set(id, evolveResource(this.resources.get(id) ?? initialResource, event));
  }

  #learnConversation(heard: Heard, event: ConversationEvent): void {
    const id = conversationOf(event);
    if (id === undefined) return;
    const known = this.conversations.get(id);
    const { by: regency, position: sequence, recordedAt, hazard } = heard;
    if (!isInThread(event)) return;
    // Positions of one ledger grow, for the neighbour's events too: they stand in the order of its journal.
    const view = foldAid(known?.view, event, { regency, sequence, recordedAt }, heard.id);
    if (!view) return;
    const messages = known?.heard ?? [];
    if (isAidEvent(event)) messages.push({ ...heard, event });
    this.conversations.set(id, { view, hazard: known?.hazard ?? hazard, heard: messages });
    if (event.type === 'OfferMade') this.conversationOfOffer.set(event.data.offer, id);
  }
}

/** Whether more follows: something is to be said, or what was promised is not home, handed out or called off. */
const isOpen = ({ status, deliveries }: AidThreadView): boolean =>
  !isAidOver(status) ||
  Object.values(deliveries).some(({ state }) => !['returned', 'cancelled', 'issued'].includes(state));

type ConversationEvent = AidEvent | ResourceEvent | StockEvent;

/** The wire names of an aggregate's events begin with it. */
const isOf = (event: DomainEvent, aggregate: string): boolean =>
  wireType(event).startsWith(`siaga.${aggregate}.`);
const isAgreement = (event: DomainEvent): event is AgreementEvent => isOf(event, 'agreement');
const isSigningKey = (event: DomainEvent): event is SigningKeyEvent => isOf(event, 'signing-key');
const isOverride = (event: DomainEvent): event is OverrideEvent => isOf(event, 'sharing-override');
const isResource = (event: DomainEvent): event is ResourceEvent => isOf(event, 'resource');
const isStock = (event: DomainEvent): event is StockEvent => isOf(event, 'stock');
/** Messages, and the steps of what is deployed or handed out. */
const isInThread = (event: ConversationEvent): event is AidThreadEvent =>
  isAidEvent(event) || 'deployment' in event.data || 'commitment' in event.data;
const inConversation = (event: DomainEvent): event is ConversationEvent =>
  isAidEvent(event) || isResource(event) || isStock(event);
