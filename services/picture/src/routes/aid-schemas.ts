/** What the routes of agreements, emergency statuses, overrides, resources and mutual aid take and give. */
import {
  AcceptedLine,
  AgreementDocument,
  AidKind,
  type AidStatus,
  BasisReference,
  Clause,
  CommitRefusal,
  CommittedLine,
  Day,
  EmergencyLevel,
  GrantedClass,
  Hazard,
  Home,
  Id,
  InabilityStated,
  OfferLine,
  PlaceCode,
  Point,
  RegencyCode,
  SigningKey,
  ResourceKind,
  type ResourceState,
  StockKind,
  StockTask,
  Task,
} from '@siaga/domain';
import { z } from 'zod';
import { asOf, instant } from './schemas.ts';

/** Several values, separated by commas. */
const several = <Value extends string>(value: z.ZodEnum<Record<Value, Value>>) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().pipe(value)).min(1));

const states = [
  'available',
  'committed',
  'mobilising',
  'en-route',
  'on-scene',
  'released',
  'returning',
  'out-of-service',
] as const satisfies readonly ResourceState[];
const deploymentStates = [
  'committed',
  'mobilising',
  'en-route',
  'on-scene',
  'released',
  'returning',
  'returned',
  'cancelled',
] as const;
const aidStatuses = [
  'requested',
  'cancelled',
  'declined',
  'offered',
  'accepted',
  'committed',
  'under-way',
  'ended',
  'refused',
  'withdrawn',
] as const satisfies readonly AidStatus[];
const ThreadKind = z.enum(['request', 'unsolicited-offer']);

export const IdParams = z.object({ id: Id });
export const EmergencyParams = z.object({
  id: z.string().regex(/^\d{2}\.\d{2}-[a-z-]+$/, 'an emergency status’ id looks like 62.07-flood'),
});
export const MessageParams = z.object({ id: Id, messageId: Id });
export const EmergencyQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  hazard: Hazard.optional(),
});
export const ResourcesQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  kind: several(ResourceKind).optional(),
  state: several(z.enum(states)).optional(),
});
export const StocksQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  kind: several(StockKind).optional(),
});
export const DeploymentsQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  state: z.enum(['open', 'all']).default('open'),
});
export const ConversationsQuery = z.strictObject({
  asOf,
  status: several(z.enum(aidStatuses)).optional(),
  kind: ThreadKind.optional(),
});
export const RequestsQuery = ConversationsQuery.omit({ kind: true });

// Answers

/** The views' lists are not to be changed. */
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const said = { sequence: z.int(), recordedAt: instant };
const Period = z.object({ version: z.int(), hash: z.string(), from: instant, until: instant });
const Mark = z.object({
  ...said,
  regency: RegencyCode,
  same: z.boolean(),
  occurredAt: instant,
  on: z.string().optional(),
  decision: z.string().optional(),
});
const Version = z.object({
  ...said,
  version: z.int(),
  kind: z.enum(['draft', 'revision', 'addendum', 'extension']),
  document: AgreementDocument,
  hash: z.string(),
  adopts: list(Id),
  occurredAt: instant,
  finalised: z.array(Mark),
  approved: z.array(Mark),
  signed: z.array(Mark),
});
/** What was said about a clause of a version. */
const remark = {
  ...said,
  regency: RegencyCode,
  occurredAt: instant,
  version: z.int(),
  clause: z.string(),
};
const ClauseHistory = z.object({
  id: z.string(),
  history: z.array(z.object({ ...said, version: z.int(), clause: Clause.optional() })),
  proposals: z.array(
    z.object({
      ...remark,
      proposal: Id,
      change: z.enum(['reword', 'add', 'remove']),
      heading: z.string().optional(),
      text: z.string().optional(),
      reason: z.string(),
      answer: z.discriminatedUnion('state', [
        z.object({ state: z.literal('open') }),
        z.object({ ...said, state: z.literal('adopted'), version: z.int() }),
        z.object({ ...said, state: z.literal('declined'), reason: z.string() }),
      ]),
    }),
  ),
  comments: z.array(z.object({ ...remark, text: z.string() })),
});
const Agreement = z.object({
  id: Id,
  owner: RegencyCode,
  counterpart: RegencyCode,
  title: z.string(),
  status: z.enum(['talks', 'finalised', 'half-signed', 'signed', 'in-force', 'expired', 'terminated']),
  inForce: Period.optional(),
  periods: z.array(Period),
  versions: z.array(Version),
  clauses: z.array(ClauseHistory),
  terminations: z.array(
    z.object({ ...said, regency: RegencyCode, reason: z.string(), effectiveAt: instant }),
  ),
  updatedAt: instant,
});
const Emergency = z.object({
  id: z.string(),
  regency: RegencyCode,
  hazard: Hazard,
  decrees: list(
    z.object({
      ...said,
      decree: z.string(),
      level: EmergencyLevel,
      area: list(PlaceCode),
      from: Day,
      to: Day,
      extensions: list(z.object({ ...said, decree: z.string(), to: Day })),
      ended: z.object({ ...said, at: instant, decree: z.string().optional(), reason: z.string() }).optional(),
    }),
  ),
  inability: list(InabilityStated.extend(said)),
  standing: z
    .object({
      level: EmergencyLevel,
      decree: z.string(),
      begins: instant,
      ends: instant,
      daysLeft: z.int(),
      warn: z.boolean(),
    })
    .optional(),
  updatedAt: instant,
  revision: z.int(),
  sequence: z.int(),
});
const Override = z.object({
  ...said,
  id: Id,
  regency: RegencyCode,
  classes: list(GrantedClass),
  reason: z.string(),
  from: instant,
  until: instant,
  ended: z.object({ ...said, reason: z.string(), at: instant }).optional(),
  inForce: z.boolean(),
});

const SigningKeys = z.object({
  id: RegencyCode,
  regency: RegencyCode,
  keys: list(
    z.object({
      key: SigningKey,
      announced: z.object(said).optional(),
      revoked: z.object({ ...said, reason: z.enum(['superseded', 'compromised']) }).optional(),
    }),
  ),
  updatedAt: instant,
  sequence: z.int(),
});

const Sharing = z.discriminatedUnion('state', [
  z.object({ state: z.literal('own') }),
  z.object({ state: z.literal('current'), under: BasisReference, until: instant }),
  z.object({ state: z.literal('ended'), under: BasisReference, since: instant }),
  z.object({ state: z.literal('winding-down'), under: BasisReference, since: instant }),
  z.object({ state: z.literal('unknown') }),
]);
const Reported = z.object({ point: Point, at: instant, note: z.string().optional(), sequence: z.int() });
const Leg = z.object({
  requested: instant.optional(),
  estimated: instant.optional(),
  actual: instant.optional(),
});
const Deployment = z.object({
  id: Id,
  task: Task,
  state: z.enum(deploymentStates),
  departure: Leg,
  arrival: Leg,
  returnDeparture: Leg,
  returnArrival: Leg,
  committedAt: instant,
  until: instant,
  firstUntil: instant,
  releasedAt: instant.optional(),
  remark: z.string().optional(),
  path: z.array(Reported),
});
const kept = {
  id: Id,
  regency: RegencyCode,
  home: Home,
  placeName: z.string(),
  updatedAt: instant,
  revision: z.int(),
  sequence: z.int(),
  sharing: Sharing,
};
const Resource = z.object({
  ...kept,
  kind: ResourceKind,
  name: z.string(),
  capacity: z.number().optional(),
  crew: z.int().optional(),
  state: z.enum(states),
  position: Reported.optional(),
  stateReason: z.string().optional(),
  deployment: Deployment.optional(),
  past: z.array(Deployment),
  registeredAt: instant,
});
const Stock = z.object({
  ...kept,
  kind: StockKind,
  onHand: z.int(),
  promised: z.int(),
  free: z.int(),
  commitments: z.array(
    z.object({
      id: Id,
      task: StockTask,
      quantity: z.int(),
      issued: z.int(),
      status: z.enum(['open', 'issued', 'cancelled']),
    }),
  ),
  counted: z.object({ at: instant, sequence: z.int() }).optional(),
});
const DeploymentItem = Deployment.extend({
  resource: Id,
  regency: RegencyCode,
  kind: ResourceKind,
  name: z.string(),
  sharing: Sharing,
});
const Offer = z.object({
  id: Id,
  to: RegencyCode,
  request: Id.optional(),
  requestVersion: z.int().optional(),
  incident: Id.optional(),
  response: z.enum(['accept', 'provisional']),
  conditions: z.string().optional(),
  lines: list(OfferLine),
  validUntil: instant,
  basis: BasisReference,
  withdrawn: z.string().optional(),
  committed: z
    .object({
      lines: list(CommittedLine),
      start: instant,
      until: instant,
      latest: instant,
      basis: BasisReference,
    })
    .optional(),
  refused: z.object({ reason: CommitRefusal, note: z.string().optional() }).optional(),
  status: z.enum(['open', 'declined', 'withdrawn', 'accepted', 'committed', 'refused', 'lapsed']),
  accepted: list(AcceptedLine).optional(),
});
const Conversation = z.object({
  id: Id,
  kind: ThreadKind,
  asker: RegencyCode.optional(),
  lender: RegencyCode.optional(),
  incident: Id.optional(),
  status: z.enum(aidStatuses),
  items: z.array(
    z.object({
      item: z.string(),
      kind: AidKind.optional(),
      asked: z.int(),
      offered: z.int(),
      accepted: z.int(),
      committed: z.int(),
      delivered: z.int(),
    }),
  ),
  offers: z.array(Offer),
  deliveries: z.record(z.string(), z.object({ state: z.string(), delivered: z.int() })),
  updatedAt: instant,
  sequences: z.record(z.string(), z.int()),
  sharing: Sharing,
});
const Message = z.object({
  messageId: Id,
  originating: Id.optional(),
  preceding: Id.optional(),
  type: z.string().optional(),
  recall: z.enum(['update', 'cancel']).optional(),
  by: RegencyCode,
  sequence: z.int(),
  occurredAt: instant,
  recordedAt: instant,
  event: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
});

const listOf = <Item extends z.ZodType>(item: Item) => z.object({ asOf: instant, items: z.array(item) });
const oneOf = <Item extends z.ZodType>(item: Item) => z.object({ asOf: instant, item });
const ConversationDetail = Conversation.extend({ messages: z.array(Message) });
const OfferItem = Offer.extend({ conversation: Id, by: RegencyCode.optional(), sharing: Sharing });

export const AgreementsAnswer = listOf(Agreement);
export const AgreementAnswer = oneOf(Agreement);
export const EmergenciesAnswer = listOf(Emergency);
export const EmergencyAnswer = oneOf(Emergency);
export const OverridesAnswer = listOf(Override);
export const SigningKeysAnswer = listOf(SigningKeys);
export const ResourcesAnswer = listOf(Resource);
export const ResourceAnswer = oneOf(Resource);
export const StocksAnswer = listOf(Stock);
export const StockAnswer = oneOf(Stock);
export const DeploymentsAnswer = listOf(DeploymentItem);
export const DeploymentAnswer = oneOf(DeploymentItem);
export const ConversationsAnswer = listOf(Conversation);
export const ConversationAnswer = oneOf(ConversationDetail);
export const OffersAnswer = listOf(OfferItem);
export const OfferAnswer = oneOf(OfferItem);
export const XmlAnswer = z.string();
