/**
 * Events of a regency's emergency status for one hazard (PP 21/2008, Peraturan BNPB 4/2020). The decrees are the
 * regent's; here they are recorded.
 */
import { z } from 'zod';
import { Hazard, PlaceCode, type RegencyCode, StoredInstant } from '../codes.ts';
import { Day } from '../shared/days.ts';

/** *Siaga darurat*, *tanggap darurat*, *transisi darurat ke pemulihan*. */
export const EmergencyLevel = z.enum(['siaga', 'tanggap', 'transisi']);
export type EmergencyLevel = z.infer<typeof EmergencyLevel>;

const occurredAt = StoredInstant;
/** Number of a decree (SK) or letter. */
const decree = z.string();

export const EmergencyStatusDeclared = z.strictObject({
  occurredAt,
  hazard: Hazard,
  level: EmergencyLevel,
  decree,
  /** Districts and villages of the own regency. */
  area: z.array(PlaceCode).min(1),
  /** First and last day. */
  from: Day,
  to: Day,
  /** The decree whose status this one ends before its time. */
  supersedes: z.string().optional(),
});
export const EmergencyStatusExtended = z.strictObject({
  occurredAt,
  decree,
  /** The decree that declared the status. */
  extends: z.string(),
  to: Day,
});
export const EmergencyStatusEnded = z.strictObject({
  occurredAt,
  /** The decree that declared the status. */
  ends: z.string(),
  decree: z.string().optional(),
  reason: z.string(),
});
/** The regency says that it is beyond its means. */
export const InabilityStated = z.strictObject({
  occurredAt,
  /** The decree of the status in which it says so. */
  decree,
  letter: z.string(),
  to: z.literal('governor'),
  text: z.string(),
});

export type EmergencyStatusEvent =
  | { type: 'EmergencyStatusDeclared'; data: z.infer<typeof EmergencyStatusDeclared> }
  | { type: 'EmergencyStatusExtended'; data: z.infer<typeof EmergencyStatusExtended> }
  | { type: 'EmergencyStatusEnded'; data: z.infer<typeof EmergencyStatusEnded> }
  | { type: 'InabilityStated'; data: z.infer<typeof InabilityStated> };

/** The aggregate's id: one for each regency and hazard. */
export const emergencyStatusId = (regency: RegencyCode, hazard: Hazard): string => `${regency}-${hazard}`;
/** Its ledger stream. */
export const emergencyStatusStream = (regency: RegencyCode, hazard: Hazard): string =>
  `emergency-status-${emergencyStatusId(regency, hazard)}`;
