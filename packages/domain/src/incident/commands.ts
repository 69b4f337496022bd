/**
 * Commands as they come in over HTTP (bodies), before the edge adds who and when. Whether a place exists is
 * the edge's to check: the gazetteer is not the domain's.
 */
import { z } from 'zod';
import { DistrictCode, Hazard, Id, Instant, Point, RegencyCode, VillageCode } from '../codes.ts';
import { Details, Figures } from './figures.ts';

const reason = z.string().trim().min(3).max(1000);
const note = z.string().trim().min(1).max(1000).optional();
/** An id in lower case, as it is stored: RFC 9562 lets people send either. */
const id = Id.toLowerCase();
/** When it happened; the time of the command where it is left out. */
const occurredAt = Instant.optional();

export const ReportIncident = z.strictObject({
  hazard: Hazard,
  occurredAt: Instant,
  place: z
    .strictObject({
      village: VillageCode.optional(),
      district: DistrictCode.optional(),
      point: Point.optional(),
    })
    .refine((place) => (place.village === undefined) !== (place.district === undefined), {
      error: 'name a village or a district, not both',
    }),
  chronology: z.string().trim().min(1).max(4000),
  source: z.string().trim().min(1).max(200),
  touches: z.array(RegencyCode).max(10).default([]),
  figures: z.union([z.tuple([]), Figures]).default([]),
  details: Details.default({}),
});
export const VerifyIncident = z.strictObject({ occurredAt, note });
export const DismissIncident = z.strictObject({ occurredAt, reason });
export const AssessIncident = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('update'),
      observedAt: Instant,
      figures: z.union([z.tuple([]), Figures]).default([]),
      details: Details.default({}),
    })
    .refine((body) => body.figures.length > 0 || Object.keys(body.details).length > 0, 'nothing is assessed'),
  z.strictObject({ kind: z.literal('correction'), reason, figures: Figures }),
]);
export const ContainIncident = z.strictObject({ occurredAt, note });
export const CloseIncident = z.strictObject({ occurredAt, note });
export const ReopenIncident = z.strictObject({ occurredAt, reason });
export const MergeIncident = z.strictObject({ occurredAt, into: id, reason });
export const UnmergeIncident = z.strictObject({ occurredAt, reason });
export const DeclareSame = z.strictObject({ occurredAt, regency: RegencyCode, incident: id });
export const WithdrawSame = z.strictObject({ occurredAt, regency: RegencyCode, incident: id, reason });

/** What every command carries: the regency whose site this is, and the time it came in. */
interface Envelope {
  by: RegencyCode;
  at: string;
}
/** What a merge needs to know of its target, read by the handler. */
export interface MergeTarget {
  id: string;
  status: string;
}

export type IncidentCommand = Envelope &
  (
    | { type: 'report'; body: z.infer<typeof ReportIncident> }
    | { type: 'verify'; body: z.infer<typeof VerifyIncident> }
    | { type: 'dismiss'; body: z.infer<typeof DismissIncident> }
    | { type: 'assess'; body: z.infer<typeof AssessIncident> }
    | { type: 'contain'; body: z.infer<typeof ContainIncident> }
    | { type: 'close'; body: z.infer<typeof CloseIncident> }
    | { type: 'reopen'; body: z.infer<typeof ReopenIncident> }
    | { type: 'merge'; body: z.infer<typeof MergeIncident>; self: string; target: MergeTarget }
    | { type: 'unmerge'; body: z.infer<typeof UnmergeIncident> }
    | { type: 'declareSame'; body: z.infer<typeof DeclareSame> }
    | { type: 'withdrawSame'; body: z.infer<typeof WithdrawSame> }
  );

/** Bodies by the verb that stands in the route: `POST /api/v1/incidents/{id}/{verb}`. */
export const incidentVerbs = {
  verify: VerifyIncident,
  dismiss: DismissIncident,
  assess: AssessIncident,
  contain: ContainIncident,
  close: CloseIncident,
  reopen: ReopenIncident,
  merge: MergeIncident,
  unmerge: UnmergeIncident,
  'declare-same': DeclareSame,
  'withdraw-same': WithdrawSame,
} as const;
export type IncidentVerb = keyof typeof incidentVerbs;
