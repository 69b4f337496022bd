/**
 * The picture's view of one conversation of mutual aid, folded from both regencies' shared events. Pure: used by
 * server and browser. Both sites come to the same view once everything has arrived, whatever the order in which the
 * two regencies' events came in, and an event that comes twice changes nothing.
 */
import type { RegencyCode } from '../codes.ts';
import {
  type Conversation,
  type OfferState,
  type OfferStatus,
  type Tally,
  deploymentsOf,
  evolveConversation,
  initialConversation,
  isAidEvent,
  offerStatus,
  partiesOf,
  talliesOf,
} from '../mutual-aid/conversation.ts';
import type { AcceptedLine, AidEvent } from '../mutual-aid/events.ts';
import { type ThreadMessage, threadOf } from '../mutual-aid/thread.ts';
import type { AidKind } from '../resource/kinds.ts';
import type { ResourceEvent } from '../resource/events.ts';
import type { StockEvent } from '../resource/stock.ts';
import type { EventPlace } from './incident-view.ts';

/** One message of the thread, with the way back to the event that it is. */
export interface AidMessageView extends ThreadMessage {
  by: RegencyCode;
  sequence: number;
  occurredAt: string;
  recordedAt: string;
  event: AidEvent;
}

export interface AidItemView extends Tally {
  /** `''` for what no request named. */
  item: string;
  kind?: AidKind;
  /** Of what was committed: arrived at the scene, or handed out. */
  delivered: number;
}

export interface AidOfferView extends OfferState {
  id: string;
  status: OfferStatus;
  accepted?: readonly AcceptedLine[];
}

export type AidStatus =
  | 'requested'
  | 'cancelled'
  | 'declined'
  | 'offered'
  | 'accepted'
  | 'committed'
  | 'under-way'
  | 'ended'
  | 'refused'
  | 'withdrawn';

/** Where each deployment or commitment of the conversation stands, from its owner's resource and stock events. */
export interface DeliveryView {
  state:
    | 'committed'
    | 'mobilising'
    | 'en-route'
    | 'on-scene'
    | 'released'
    | 'returning'
    | 'returned'
    | 'cancelled'
    | 'issued';
  /** How much of it reached the asker at any time: 1 for a resource that arrived, the quantity handed out of a stock. */
  delivered: number;
}

export interface AidThreadView {
  /** The request's id, or the unsolicited offer's. */
  id: string;
  kind: 'request' | 'unsolicited-offer';
  asker?: RegencyCode;
  lender?: RegencyCode;
  /** For which of the asker's incidents. */
  incident?: string;
  status: AidStatus;
  items: AidItemView[];
  offers: AidOfferView[];
  deliveries: Record<string, DeliveryView>;
  /** By when they were recorded, none before the one that it answers. */
  messages: AidMessageView[];
  updatedAt: string;
  /** The last sequence number of each regency that was folded in. */
  sequences: Record<RegencyCode, number>;
  conversation: Conversation;
}

type DeploymentEvent = Extract<ResourceEvent, { data: { deployment: string } }>;
type CommitmentEvent = Extract<StockEvent, { data: { commitment: string } }>;
/** What a thread is folded from: its messages, and the steps of what is deployed or handed out for it. */
export type AidThreadEvent = AidEvent | DeploymentEvent | CommitmentEvent;

/** The conversation that an event belongs to; undefined for what has none. */
export const conversationOf = (event: AidEvent | ResourceEvent | StockEvent): string | undefined => {
  if ('conversation' in event.data && event.data.conversation !== undefined) return event.data.conversation;
  if ('task' in event.data && event.data.task.for === 'neighbour') return event.data.task.conversation;
  return undefined;
};

/**
 * Folds one event into the view of its conversation (`conversationOf`). `messageId` is the event's id, which is the
 * message's in EDXL-RM. A regency's events come in its own order, as its journal has them.
 */
export const foldAid = (
  view: AidThreadView | undefined,
  event: AidThreadEvent,
  place: Pick<EventPlace, 'regency' | 'sequence' | 'recordedAt'>,
  messageId: string,
): AidThreadView | undefined => {
  const id = conversationOf(event);
  if (id === undefined) return view;
  const { regency, sequence, recordedAt } = place;
  const before = view ?? emptyThread(id);
  if ((before.sequences[regency] ?? 0) >= sequence) return view;
  const next: AidThreadView = {
    ...before,
    updatedAt: before.updatedAt > recordedAt ? before.updatedAt : recordedAt,
    sequences: { ...before.sequences, [regency]: sequence },
  };
  if (!isAidEvent(event)) return derived({ ...next, deliveries: delivered(next.deliveries, event) });
  const said = {
    messageId,
    by: regency,
    sequence,
    occurredAt: event.data.occurredAt,
    recordedAt,
    event,
  };
  const conversation = evolveConversation(next.conversation, regency, event);
  return derived({ ...next, conversation, messages: [...next.messages, said] });
};

const emptyThread = (id: string): AidThreadView => ({
  id,
  kind: 'request',
  status: 'requested',
  items: [],
  offers: [],
  deliveries: {},
  messages: [],
  updatedAt: '',
  sequences: {},
  conversation: initialConversation,
});

/**
 * A total order that both sites come to, though their clocks differ: by when a message was recorded, but none before
 * the one that it answers, nor before what its own regency had said.
 */
const inOrder = (messages: readonly AidMessageView[]): AidMessageView[] => {
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  const before = new Map<string, AidMessageView>();
  const last = new Map<RegencyCode, AidMessageView>();
  for (const message of messages.toSorted((a, b) => a.sequence - b.sequence)) {
    const earlier = last.get(message.by);
    if (earlier) before.set(message.messageId, earlier);
    last.set(message.by, message);
  }
  const ranks = new Map<string, { at: string; depth: number }>();
  const rank = (message: AidMessageView): { at: string; depth: number } => {
    const known = ranks.get(message.messageId);
    if (known) return known;
    let found = { at: message.recordedAt, depth: 0 };
    ranks.set(message.messageId, found); // ends a circle, which only events that are not ours could make
    for (const cause of [before.get(message.messageId), byId.get(message.preceding ?? '')]) {
      if (!cause) continue;
      const { at, depth } = rank(cause);
      found = { at: at > found.at ? at : found.at, depth: Math.max(found.depth, depth + 1) };
    }
    ranks.set(message.messageId, found);
    return found;
  };
  return messages
    .map((message) => ({ message, ...rank(message) }))
    .sort((a, b) => compare(a.at, b.at) || a.depth - b.depth || compare(a.message.by, b.message.by))
    .map(({ message }) => message);
};
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const states: Partial<Record<DeploymentEvent['type'], DeliveryView['state']>> = {
  ResourceCommitted: 'committed',
  ResourceMobilised: 'mobilising',
  ResourceDeparted: 'en-route',
  ResourceArrived: 'on-scene',
  ResourceReleased: 'released',
  ResourceReturning: 'returning',
  ResourceReturned: 'returned',
  DeploymentCancelled: 'cancelled',
};

const delivered = (
  deliveries: AidThreadView['deliveries'],
  event: DeploymentEvent | CommitmentEvent,
): AidThreadView['deliveries'] => {
  const id = 'deployment' in event.data ? event.data.deployment : event.data.commitment;
  const now: DeliveryView = deliveries[id] ?? { state: 'committed', delivered: 0 };
  const to = (changed: Partial<DeliveryView>) => ({ ...deliveries, [id]: { ...now, ...changed } });
  switch (event.type) {
    case 'ResourceArrived':
      return to({ state: 'on-scene', delivered: 1 });
    case 'StockIssued':
      return to({ state: 'issued', delivered: now.delivered + event.data.quantity });
    case 'StockCommitmentCancelled':
      return to({ state: now.delivered > 0 ? 'issued' : 'cancelled' });
    case 'StockCommitted':
      return to({});
    default:
      return to({ state: states[event.type] ?? now.state });
  }
};

/** What follows from the conversation and the deliveries. */
const derived = (view: AidThreadView): AidThreadView => {
  const { conversation, deliveries } = view;
  const { asking, lending } = conversation;
  const kinds = new Map(asking.request?.items.map(({ item, kind }) => [item, kind]));
  const offers = Object.entries(lending.offers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, offer]): AidOfferView => {
      const accepted = asking.accepted[id];
      return {
        ...offer,
        id,
        status: offerStatus(conversation, id) ?? 'open',
        ...(accepted ? { accepted } : {}),
      };
    });
  const reached = deliveredByItem(conversation, deliveries);
  const items = Object.entries(talliesOf(conversation))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([item, tally]): AidItemView => {
      const kind = kinds.get(item);
      return { item, ...(kind ? { kind } : {}), ...tally, delivered: reached.get(item) ?? 0 };
    });
  const threads = threadOf(view.messages.map(({ messageId: id, by, event }) => ({ id, by, event })));
  const messages = inOrder(
    view.messages.map(
      ({ by, sequence, occurredAt, recordedAt, event, messageId }, index): AidMessageView => ({
        ...(threads[index] ?? { messageId }),
        by,
        sequence,
        occurredAt,
        recordedAt,
        event,
      }),
    ),
  );
  const incident = asking.request?.incident ?? offers.find((offer) => offer.incident !== undefined)?.incident;
  return {
    ...view,
    ...partiesOf(conversation),
    ...(incident === undefined ? {} : { incident }),
    kind:
      offers.some(({ request }) => request === undefined) && !asking.request
        ? 'unsolicited-offer'
        : 'request',
    status: statusOf(conversation, offers, deliveries),
    items,
    offers,
    messages,
  };
};

const deliveredByItem = (conversation: Conversation, deliveries: AidThreadView['deliveries']) => {
  const reached = new Map<string, number>();
  const add = (item = '', id: string) =>
    reached.set(item, (reached.get(item) ?? 0) + (deliveries[id]?.delivered ?? 0));
  for (const { item, deployment } of deploymentsOf(conversation)) add(item, deployment);
  for (const { committed } of Object.values(conversation.lending.offers)) {
    for (const line of committed?.lines ?? []) if ('commitment' in line) add(line.item, line.commitment);
  }
  return reached;
};

/**
 * Where the conversation stands: what is out and not yet home counts before what is said, so that a cancelled request
 * shows as under way until its boat is home.
 */
const statusOf = (
  { asking, lending }: Conversation,
  offers: readonly AidOfferView[],
  deliveries: AidThreadView['deliveries'],
): AidStatus => {
  const has = (status: OfferStatus) => offers.some((offer) => offer.status === status);
  const out = Object.values(deliveries).map(({ state }) => state);
  if (out.some((state) => ['mobilising', 'en-route', 'on-scene', 'released', 'returning'].includes(state))) {
    return 'under-way';
  }
  if (has('committed') && out.some((state) => state === 'committed')) return 'committed';
  if (asking.request?.cancelled !== undefined) return 'cancelled';
  if (has('accepted')) return 'accepted';
  if (has('open')) return 'offered';
  if (has('committed')) {
    return out.length > 0 && out.every((state) => ['returned', 'cancelled', 'issued'].includes(state))
      ? 'ended'
      : 'committed';
  }
  if (lending.declined !== undefined) return 'declined';
  if (asking.request) return 'requested';
  return has('refused') ? 'refused' : 'withdrawn';
};
