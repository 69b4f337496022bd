/** Commands of mutual aid as they come in (bodies), before the edge adds who, when, new ids and the facts. */
import { z } from 'zod';
import { Id, Instant, PlaceCode, Point, RegencyCode } from '../codes.ts';
import type { Basis } from '../resource/basis.ts';
import { AidKind, ResourceKind, StockKind } from '../resource/kinds.ts';
import { ItemId } from './events.ts';

const reason = z.string().trim().min(3).max(1000);
const text = z.string().trim().min(1).max(1000).optional();
const id = Id.toLowerCase();
const occurredAt = Instant.optional();
const deployments = z.array(id).min(1).max(100);

/** Quantities are checked in `decide`: below one has a code of its own. */
const items = z
  .array(z.strictObject({ item: ItemId, kind: AidKind, quantity: z.int() }))
  .min(1)
  .max(50);
const where = z.strictObject({
  place: PlaceCode,
  point: Point.optional(),
  name: z.string().trim().min(1).max(200).optional(),
});
const wanted = {
  occurredAt,
  items,
  where,
  from: Instant,
  durationHours: z.int(),
  answerBy: Instant,
  note: text,
};

// The asking regency

export const RequestAid = z.strictObject({ ...wanted, to: RegencyCode, incident: id });
/** Says the whole request anew. */
export const UpdateRequest = z.strictObject(wanted);
export const CancelRequest = z.strictObject({ occurredAt, reason });
export const AcceptOffer = z.strictObject({
  occurredAt,
  lines: z
    .array(
      z.union([
        z.strictObject({ item: ItemId.optional(), resources: z.array(id).min(1).max(100) }),
        z.strictObject({ item: ItemId.optional(), stock: id, quantity: z.int() }),
      ]),
    )
    .min(1)
    .max(50),
});
export const DeclineOffer = z.strictObject({ occurredAt, reason });
export const AskExtension = z.strictObject({ occurredAt, deployments, until: Instant, reason });
export const ReleaseAid = z.strictObject({ occurredAt, deployments, reason: text });
export const AnswerReturn = z.strictObject({ occurredAt, recall: id, agreed: z.boolean(), reason: text });
export const AskStatus = z.strictObject({ occurredAt, deployments });

// The lending regency

export const MakeOffer = z.strictObject({
  occurredAt,
  to: RegencyCode,
  /** Left out for an unsolicited offer. */
  request: id.optional(),
  incident: id.optional(),
  response: z.enum(['accept', 'provisional']),
  conditions: text,
  lines: z
    .array(
      z.union([
        z.strictObject({
          item: ItemId.optional(),
          kind: ResourceKind,
          resources: z.array(id).min(1).max(100),
        }),
        z.strictObject({ item: ItemId.optional(), kind: StockKind, stock: id, quantity: z.int() }),
      ]),
    )
    .min(1)
    .max(50),
  validUntil: Instant,
});
export const WithdrawOffer = z.strictObject({ occurredAt, reason });
/** `start` and `until` may be left out where a request says them. */
export const CommitOffer = z.strictObject({
  occurredAt,
  start: Instant.optional(),
  until: Instant.optional(),
});
export const RefuseCommit = z.strictObject({ occurredAt, note: text });
export const DeclineRequest = z.strictObject({ occurredAt, reason });
export const AnswerExtension = z
  .strictObject({
    occurredAt,
    extension: id,
    deployment: id,
    granted: z.boolean(),
    until: Instant.optional(),
    reason: text,
  })
  .refine(({ granted, reason: why }) => granted || why !== undefined, {
    error: 'a refusal says why',
    path: ['reason'],
  });
export const AskReturn = z.strictObject({ occurredAt, deployment: id, reason });
export const ReportStatus = z.strictObject({
  occurredAt,
  deployment: id,
  enquiry: id.optional(),
  status: z.enum(['committed', 'mobilising', 'en-route', 'on-scene', 'released', 'returning', 'returned']),
  point: Point.optional(),
  note: text,
});

/** What every command carries: this site's regency, the time it came in, and the conversation's id. */
interface Envelope {
  by: RegencyCode;
  at: string;
  conversation: string;
}

export type AskingCommand = Envelope &
  (
    | { type: 'request'; body: z.infer<typeof RequestAid>; basis: Basis | undefined }
    | { type: 'update'; body: z.infer<typeof UpdateRequest>; basis: Basis | undefined }
    | { type: 'cancel'; body: z.infer<typeof CancelRequest> }
    | { type: 'accept'; offer: string; body: z.infer<typeof AcceptOffer> }
    | { type: 'declineOffer'; offer: string; body: z.infer<typeof DeclineOffer> }
    | { type: 'askExtension'; extension: string; body: z.infer<typeof AskExtension> }
    | { type: 'release'; body: z.infer<typeof ReleaseAid> }
    | { type: 'answerReturn'; body: z.infer<typeof AnswerReturn> }
    | { type: 'askStatus'; enquiry: string; body: z.infer<typeof AskStatus> }
  );

export type LendingCommand = Envelope &
  (
    | {
        type: 'offer';
        offer: string;
        body: z.infer<typeof MakeOffer>;
        basis: Basis | undefined;
        /** The kinds of the resources and stocks named, as far as they are registered here. */
        holdings: Readonly<Record<string, AidKind>>;
      }
    | { type: 'withdraw'; offer: string; body: z.infer<typeof WithdrawOffer> }
    | {
        type: 'commit';
        offer: string;
        body: z.infer<typeof CommitOffer>;
        basis: Basis | undefined;
        /**
         * What was reserved for this offer in the resources' and stocks' own streams, before this command: the
         * deployment of each resource, the commitment of each stock, by the resource's or stock's id. What was
         * accepted and is not in it has gone elsewhere.
         */
        reserved: Readonly<Record<string, string>>;
      }
    | { type: 'refuse'; offer: string; body: z.infer<typeof RefuseCommit> }
    | { type: 'decline'; body: z.infer<typeof DeclineRequest> }
    | { type: 'answerExtension'; body: z.infer<typeof AnswerExtension> }
    | { type: 'askReturn'; recall: string; body: z.infer<typeof AskReturn> }
    | { type: 'reportStatus'; body: z.infer<typeof ReportStatus> }
  );

/** Bodies by the verb in the route `POST /api/v1/mutual-aid/requests/{id}/{verb}`, at the asker's or the lender's site. */
export const aidRequestVerbs = {
  update: UpdateRequest,
  cancel: CancelRequest,
  decline: DeclineRequest,
} as const;
export type AidRequestVerb = keyof typeof aidRequestVerbs;

/** Bodies by the verb in the route `POST /api/v1/mutual-aid/offers/{id}/{verb}`. */
export const aidOfferVerbs = {
  accept: AcceptOffer,
  decline: DeclineOffer,
  withdraw: WithdrawOffer,
  commit: CommitOffer,
  refuse: RefuseCommit,
} as const;
export type AidOfferVerb = keyof typeof aidOfferVerbs;

/** Bodies of what is said about deployments in a conversation. */
export const aidDeploymentVerbs = {
  'ask-extension': AskExtension,
  'answer-extension': AnswerExtension,
  'release-aid': ReleaseAid,
  'ask-return': AskReturn,
  'answer-return': AnswerReturn,
  'ask-status': AskStatus,
  'report-status': ReportStatus,
} as const;
export type AidDeploymentVerb = keyof typeof aidDeploymentVerbs;
