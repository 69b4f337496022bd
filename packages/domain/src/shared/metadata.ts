/** What the ledger keeps beside an event's data; the envelope is made from it. */
import { z } from 'zod';
import { Actor, Id, StoredInstant } from '../codes.ts';

export const EventMetadata = z.object({
  actor: Actor,
  /** Subject token of the stream; `general` where no hazard applies. */
  hazard: z.string().regex(/^[a-z-]+$/),
  /** The aggregate's id: an envelope's `subject`. */
  aggregate: z.string().min(1),
  occurredAt: StoredInstant,
  correlationId: Id,
  causationId: Id,
  /** The HTTP command behind the event: its key makes a repetition find itself, its digest tells a reuse. */
  command: z.object({ key: z.string(), digest: z.string() }).optional(),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** Ledger stream of an incident. */
export const incidentStream = (id: string): string => `incident-${id}`;
/** Ledger stream of one regency's hotspots of one day (WIB). */
export const hotspotStream = (regency: string, day: string): string => `hotspots-${regency}-${day}`;
/** Ledger stream of the shared journal: what this regency has shared, in order. */
export const JOURNAL_STREAM = 'shared';
/** Ledger stream of the journal of what stays within the site. */
export const INTERNAL_STREAM = 'internal';
