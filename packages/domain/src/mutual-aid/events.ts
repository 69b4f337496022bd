/**
 * Events of mutual aid, in the words of EDXL-RM 1.0. Each is one message. Those of the asking regency stand in its
 * own ledger in the stream of the conversation, those of the lending one in its ledger in a stream per offer:
 * nobody writes what the other says.
 *
 * A conversation has the id of the request, or of the offer where that came unasked.
 */
import { z } from 'zod';
import { Id, PlaceCode, Point, RegencyCode, StoredInstant } from '../codes.ts';
import { BasisReference } from '../resource/basis.ts';
import { AidKind, ResourceKind, StockKind } from '../resource/kinds.ts';

/** The number of an item within its request. */
export const ItemId = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,20}$/, 'an item is 1 to 20 letters, digits or hyphens');

/** What is asked for: a quantity in pieces or teams, for consumables in the unit of the kind. */
export const RequestItem = z.strictObject({ item: ItemId, kind: AidKind, quantity: z.int().min(1) });
export type RequestItem = z.infer<typeof RequestItem>;

export const AidPlace = z.strictObject({
  place: PlaceCode,
  point: Point.optional(),
  name: z.string().optional(),
});
export type AidPlace = z.infer<typeof AidPlace>;

/** A line of an offer: certain resources, each counting one, or a quantity of a stock. */
export const OfferLine = z.union([
  z.strictObject({ item: ItemId.optional(), kind: ResourceKind, resources: z.array(Id).min(1) }),
  z.strictObject({ item: ItemId.optional(), kind: StockKind, stock: Id, quantity: z.int().min(1) }),
]);
export type OfferLine = z.infer<typeof OfferLine>;

/** What of an offer's line is taken up. */
export const AcceptedLine = z.union([
  z.strictObject({ item: ItemId.optional(), resources: z.array(Id).min(1) }),
  z.strictObject({ item: ItemId.optional(), stock: Id, quantity: z.int().min(1) }),
]);
export type AcceptedLine = z.infer<typeof AcceptedLine>;

/** What is promised: a deployment of each resource, a commitment of the stock. */
export const CommittedLine = z.union([
  z.strictObject({
    item: ItemId.optional(),
    kind: ResourceKind,
    deployments: z.array(z.strictObject({ deployment: Id, resource: Id })).min(1),
  }),
  z.strictObject({
    item: ItemId.optional(),
    kind: StockKind,
    stock: Id,
    commitment: Id,
    quantity: z.int().min(1),
  }),
]);
export type CommittedLine = z.infer<typeof CommittedLine>;

const message = { occurredAt: StoredInstant, conversation: Id };
const reason = z.string();

// The asking regency

export const AidRequested = z.strictObject({
  ...message,
  to: RegencyCode,
  incident: Id,
  items: z.array(RequestItem).min(1),
  where: AidPlace,
  from: StoredInstant,
  durationHours: z.int().min(1),
  /** Until when an offer is of use. */
  answerBy: StoredInstant,
  note: z.string().optional(),
  basis: BasisReference,
});
/** Says the whole request anew (recall type Update). `version` counts from 2. */
export const AidRequestUpdated = z.strictObject({
  ...message,
  version: z.int().min(2),
  items: z.array(RequestItem).min(1),
  where: AidPlace,
  from: StoredInstant,
  durationHours: z.int().min(1),
  answerBy: StoredInstant,
  note: z.string().optional(),
});
/** Takes the request back (recall type Cancel). */
export const AidRequestCancelled = z.strictObject({ ...message, reason });
/** RequisitionResource. */
export const OfferAccepted = z.strictObject({ ...message, offer: Id, lines: z.array(AcceptedLine).min(1) });
export const OfferDeclined = z.strictObject({ ...message, offer: Id, reason });
export const ExtensionAsked = z.strictObject({
  ...message,
  extension: Id,
  deployments: z.array(Id).min(1),
  until: StoredInstant,
  reason,
});
export const AidReleased = z.strictObject({
  ...message,
  deployments: z.array(Id).min(1),
  reason: z.string().optional(),
});
/** `recall`: which ReturnAsked is answered. */
export const ReturnAnswered = z.strictObject({
  ...message,
  recall: Id,
  deployment: Id,
  agreed: z.boolean(),
  reason: z.string().optional(),
});
export const StatusAsked = z.strictObject({ ...message, enquiry: Id, deployments: z.array(Id).min(1) });

// The lending regency

export const OfferMade = z.strictObject({
  ...message,
  offer: Id,
  to: RegencyCode,
  /** Left out where nobody asked: OfferUnsolicitedResource. */
  request: Id.optional(),
  /** Which version of the request is answered: 1 as it was asked first. */
  requestVersion: z.int().min(1).optional(),
  /** For an unsolicited offer: for which of the other's incidents. */
  incident: Id.optional(),
  response: z.enum(['accept', 'provisional']),
  conditions: z.string().optional(),
  lines: z.array(OfferLine).min(1),
  validUntil: StoredInstant,
  basis: BasisReference,
});
export const OfferWithdrawn = z.strictObject({ ...message, offer: Id, reason });
/** CommitResource, ResponseType Accept. */
export const OfferCommitted = z.strictObject({
  ...message,
  offer: Id,
  lines: z.array(CommittedLine).min(1),
  start: StoredInstant,
  until: StoredInstant,
  /** The end that the terms allow, also for what is extended after they have ended. */
  latest: StoredInstant,
  basis: BasisReference,
});
export const CommitRefusal = z.enum([
  'withdrawn',
  'too-late',
  'agreement-ended',
  'not-available',
  'cancelled',
]);
export type CommitRefusal = z.infer<typeof CommitRefusal>;
/** CommitResource, ResponseType Decline. */
export const CommitRefused = z.strictObject({
  ...message,
  offer: Id,
  reason: CommitRefusal,
  note: z.string().optional(),
});
/** ResponseToRequestResource, ResponseType Decline: nothing is to be had. */
export const AidRequestDeclined = z.strictObject({ ...message, requestVersion: z.int().min(1), reason });
export const ExtensionAnswered = z.strictObject({
  ...message,
  extension: Id,
  deployment: Id,
  granted: z.boolean(),
  until: StoredInstant.optional(),
  reason: z.string().optional(),
});
/** RequestReturn: the owner calls its resource home. */
export const ReturnAsked = z.strictObject({ ...message, recall: Id, deployment: Id, reason });
export const StatusReported = z.strictObject({
  ...message,
  deployment: Id,
  /** The StatusAsked that is answered; left out where nobody asked. */
  enquiry: Id.optional(),
  status: z.enum(['committed', 'mobilising', 'en-route', 'on-scene', 'released', 'returning', 'returned']),
  point: Point.optional(),
  note: z.string().optional(),
});

export type AskingEvent =
  | { type: 'AidRequested'; data: z.infer<typeof AidRequested> }
  | { type: 'AidRequestUpdated'; data: z.infer<typeof AidRequestUpdated> }
  | { type: 'AidRequestCancelled'; data: z.infer<typeof AidRequestCancelled> }
  | { type: 'OfferAccepted'; data: z.infer<typeof OfferAccepted> }
  | { type: 'OfferDeclined'; data: z.infer<typeof OfferDeclined> }
  | { type: 'ExtensionAsked'; data: z.infer<typeof ExtensionAsked> }
  | { type: 'AidReleased'; data: z.infer<typeof AidReleased> }
  | { type: 'ReturnAnswered'; data: z.infer<typeof ReturnAnswered> }
  | { type: 'StatusAsked'; data: z.infer<typeof StatusAsked> };
export type LendingEvent =
  | { type: 'OfferMade'; data: z.infer<typeof OfferMade> }
  | { type: 'OfferWithdrawn'; data: z.infer<typeof OfferWithdrawn> }
  | { type: 'OfferCommitted'; data: z.infer<typeof OfferCommitted> }
  | { type: 'CommitRefused'; data: z.infer<typeof CommitRefused> }
  | { type: 'AidRequestDeclined'; data: z.infer<typeof AidRequestDeclined> }
  | { type: 'ExtensionAnswered'; data: z.infer<typeof ExtensionAnswered> }
  | { type: 'ReturnAsked'; data: z.infer<typeof ReturnAsked> }
  | { type: 'StatusReported'; data: z.infer<typeof StatusReported> };
export type AidEvent = AskingEvent | LendingEvent;

/** Ledger stream of the asker's half of a conversation. */
export const aidRequestStream = (conversation: string): string => `aid-request-${conversation}`;
/** Ledger stream of one offer of the lender. */
export const aidOfferStream = (offer: string): string => `aid-offer-${offer}`;
/** Ledger stream of what the lender says of a request as a whole. */
export const aidAnswerStream = (request: string): string => `aid-answer-${request}`;
