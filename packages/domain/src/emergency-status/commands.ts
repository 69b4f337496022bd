/** Commands of emergency statuses as they come in over HTTP (bodies), before the edge adds who and when. */
import { z } from 'zod';
import { Hazard, PlaceCode, type RegencyCode } from '../codes.ts';
import { Day } from '../shared/days.ts';
import { EmergencyLevel } from './events.ts';

const decree = z.string().trim().min(3).max(200);
const reason = z.string().trim().min(3).max(1000);

export const DeclareEmergency = z.strictObject({
  hazard: Hazard,
  level: EmergencyLevel,
  decree,
  area: z
    .array(PlaceCode)
    .min(1)
    .max(500)
    .transform((places) => [...new Set(places)].sort()),
  from: Day,
  to: Day,
});
/** `extends`: the decree that declared the status. */
export const ExtendEmergency = z.strictObject({ decree, extends: decree, to: Day });
/** `ends`: the decree that declared the status; the one that stands where it is left out. */
export const EndEmergency = z.strictObject({ ends: decree.optional(), decree: decree.optional(), reason });
/** `letter`: the number of the letter to the governor. */
export const StateInability = z.strictObject({ letter: decree, text: z.string().trim().min(3).max(4000) });

export type EmergencyStatusCommand = { by: RegencyCode; at: string } & (
  | { type: 'declare'; body: z.infer<typeof DeclareEmergency> }
  | { type: 'extend'; body: z.infer<typeof ExtendEmergency> }
  | { type: 'end'; body: z.infer<typeof EndEmergency> }
  | { type: 'stateInability'; body: z.infer<typeof StateInability> }
);

/** Bodies by the verb that stands in the route: `POST /api/v1/emergency-statuses/{id}/{verb}`. */
export const emergencyVerbs = {
  extend: ExtendEmergency,
  end: EndEmergency,
  'state-inability': StateInability,
} as const;
export type EmergencyVerb = keyof typeof emergencyVerbs;
