/** Events of an incident: stored forever, changed only by a new version with an upcaster. */
import { z } from 'zod';
import { Hazard, Id, PlaceCode, Point, RegencyCode, StoredInstant } from '../codes.ts';
import { Correction, Details, PlaceFigures } from './figures.ts';

export const IncidentReported = z.strictObject({
  hazard: Hazard,
  occurredAt: StoredInstant,
  place: PlaceCode,
  point: Point.optional(),
  chronology: z.string(),
  source: z.string(),
  touches: z.array(RegencyCode),
  figures: z.array(PlaceFigures),
  details: Details,
});
export const IncidentVerified = z.strictObject({ occurredAt: StoredInstant, note: z.string().optional() });
export const IncidentDismissed = z.strictObject({ occurredAt: StoredInstant, reason: z.string() });
/** The world changed: new figures as of `occurredAt`, the time of the observation. */
export const IncidentAssessed = z.strictObject({
  occurredAt: StoredInstant,
  figures: z.array(PlaceFigures),
  details: Details,
});
/** We were wrong: each entry keeps what it corrects. */
export const IncidentCorrected = z.strictObject({
  occurredAt: StoredInstant,
  reason: z.string(),
  corrections: z.array(Correction).min(1),
});
export const IncidentContained = z.strictObject({ occurredAt: StoredInstant, note: z.string().optional() });
export const IncidentClosed = z.strictObject({ occurredAt: StoredInstant, note: z.string().optional() });
export const IncidentReopened = z.strictObject({ occurredAt: StoredInstant, reason: z.string() });
export const IncidentMerged = z.strictObject({ occurredAt: StoredInstant, into: Id, reason: z.string() });
export const IncidentMergeUndone = z.strictObject({
  occurredAt: StoredInstant,
  from: Id,
  reason: z.string(),
});
/** This regency says that its incident and the neighbour's are one event. */
export const IncidentSameDeclared = z.strictObject({
  occurredAt: StoredInstant,
  regency: RegencyCode,
  incident: Id,
});
export const IncidentSameWithdrawn = z.strictObject({
  occurredAt: StoredInstant,
  regency: RegencyCode,
  incident: Id,
  reason: z.string(),
});

export type IncidentEvent =
  | { type: 'IncidentReported'; data: z.infer<typeof IncidentReported> }
  | { type: 'IncidentVerified'; data: z.infer<typeof IncidentVerified> }
  | { type: 'IncidentDismissed'; data: z.infer<typeof IncidentDismissed> }
  | { type: 'IncidentAssessed'; data: z.infer<typeof IncidentAssessed> }
  | { type: 'IncidentCorrected'; data: z.infer<typeof IncidentCorrected> }
  | { type: 'IncidentContained'; data: z.infer<typeof IncidentContained> }
  | { type: 'IncidentClosed'; data: z.infer<typeof IncidentClosed> }
  | { type: 'IncidentReopened'; data: z.infer<typeof IncidentReopened> }
  | { type: 'IncidentMerged'; data: z.infer<typeof IncidentMerged> }
  | { type: 'IncidentMergeUndone'; data: z.infer<typeof IncidentMergeUndone> }
  | { type: 'IncidentSameDeclared'; data: z.infer<typeof IncidentSameDeclared> }
  | { type: 'IncidentSameWithdrawn'; data: z.infer<typeof IncidentSameWithdrawn> };
