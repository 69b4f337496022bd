/** What the picture keeps as versioned items besides incidents and hotspots, and which events each is folded from. */
import {
  type AgreementEvent,
  type AgreementRow,
  type AidThreadEvent,
  type AidThreadView,
  conversationOf,
  type DomainEvent,
  type EmergencyStatusEvent,
  type EmergencyStatusView,
  type EventPlace,
  foldAgreement,
  foldAid,
  foldEmergencyStatus,
  foldOverride,
  foldResource,
  foldSigningKeys,
  foldStock,
  isAidEvent,
  type OverrideEvent,
  type OverrideView,
  type PictureNoun,
  type RegencyCode,
  type ResourceEvent,
  type ResourceView,
  type SigningKeyEvent,
  type SigningKeysView,
  type StockEvent,
  type StockView,
  wireType,
} from '@siaga/domain';

/** What is kept of each: a view, or the row that a view is made from. */
export interface ItemBodies {
  agreements: AgreementRow;
  'emergency-statuses': EmergencyStatusView;
  'sharing-overrides': OverrideView;
  'signing-keys': SigningKeysView;
  resources: ResourceView;
  stocks: StockView;
  conversations: AidThreadView;
}

/** An event with what its envelope says of it. */
export interface SaidEvent {
  event: DomainEvent;
  place: EventPlace;
  /** The event's id, which in a conversation is the message's. */
  messageId: string;
}

/**
 * Whose events make an item. `owner`: one regency's, one stream of its ledger, so the revision says in which order.
 * `both`: two regencies', each folded in the order of its journal, whatever the order between the two.
 */
export const madeBy: Record<PictureNoun, 'owner' | 'both'> = {
  agreements: 'both',
  'emergency-statuses': 'owner',
  'sharing-overrides': 'owner',
  'signing-keys': 'owner',
  resources: 'owner',
  stocks: 'owner',
  conversations: 'both',
};

type ItemFolds = {
  [Noun in PictureNoun]: (
    body: ItemBodies[Noun] | undefined,
    said: SaidEvent,
  ) => ItemBodies[Noun] | undefined;
};

const folds: ItemFolds = {
  agreements: (row, { event, place }) => (isAgreement(event) ? foldAgreement(row, event, place) : row),
  'emergency-statuses': (view, { event, place }) =>
    isEmergency(event) ? foldEmergencyStatus(view, event, place) : view,
  'sharing-overrides': (view, { event, place }) =>
    isOverride(event) ? foldOverride(view, event, place) : view,
  'signing-keys': (view, { event, place }) =>
    isSigningKey(event) ? foldSigningKeys(view, event, place) : view,
  resources: (view, { event, place }) => (isResource(event) ? foldResource(view, event, place) : view),
  stocks: (view, { event, place }) => (isStock(event) ? foldStock(view, event, place) : view),
  conversations: (view, { event, place, messageId }) =>
    isOfThread(event) ? foldAid(view, event, place, messageId) : view,
};

/** Folds one event into an item; undefined while what has come gives no view. */
export const foldItem = <Noun extends PictureNoun>(
  noun: Noun,
  body: ItemBodies[Noun] | undefined,
  said: SaidEvent,
): ItemBodies[Noun] | undefined => folds[noun](body, said);

/** An item that an event is folded into. `owner`: where its id says whose it is. */
export interface ItemOfEvent {
  noun: PictureNoun;
  id: string;
  owner?: RegencyCode;
}

/** The items that an event is folded into, its own aggregate's first; `subject`: the aggregate's id. */
export const itemsOf = (event: DomainEvent, subject: string): ItemOfEvent[] => {
  if (isAgreement(event)) return [{ noun: 'agreements', id: subject }];
  // Their aggregates are named after the regency.
  if (isEmergency(event)) return [{ noun: 'emergency-statuses', id: subject, owner: subject.slice(0, 5) }];
  if (isOverride(event)) {
    return [{ noun: 'sharing-overrides', id: event.data.override, owner: subject.slice(0, 5) }];
  }
  if (isSigningKey(event)) return [{ noun: 'signing-keys', id: subject, owner: subject }];
  const items: ItemOfEvent[] = [];
  if (isResource(event)) items.push({ noun: 'resources', id: subject });
  if (isStock(event)) items.push({ noun: 'stocks', id: subject });
  const conversation = isOfThread(event) ? conversationOf(event) : undefined;
  if (conversation !== undefined) items.push({ noun: 'conversations', id: conversation });
  return items;
};

/** The wire names of an aggregate's events begin with it. */
const isOf = (event: DomainEvent, aggregate: string): boolean =>
  wireType(event).startsWith(`siaga.${aggregate}.`);
const isAgreement = (event: DomainEvent): event is AgreementEvent => isOf(event, 'agreement');
const isEmergency = (event: DomainEvent): event is EmergencyStatusEvent => isOf(event, 'emergency-status');
const isOverride = (event: DomainEvent): event is OverrideEvent => isOf(event, 'sharing-override');
const isSigningKey = (event: DomainEvent): event is SigningKeyEvent => isOf(event, 'signing-key');
const isResource = (event: DomainEvent): event is ResourceEvent => isOf(event, 'resource');
const isStock = (event: DomainEvent): event is StockEvent => isOf(event, 'stock');
const isOfThread = (event: DomainEvent): event is AidThreadEvent =>
  isAidEvent(event) || ((isResource(event) || isStock(event)) && conversationOf(event) !== undefined);
