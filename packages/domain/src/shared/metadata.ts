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
  /**
   * Of an event that a restored ledger had forgotten and was given again: its number in the shared journal, when the
   * ledger had it first, and behind which position of the ledger the journal went on before it.
   */
  recovered: z
    .object({ sequence: z.int().positive(), recordedAt: StoredInstant, behind: z.int().nonnegative() })
    .optional(),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** Ledger stream of an incident. */
export const incidentStream = (id: string): string => `incident-${id}`;
/** Ledger stream of one regency's hotspots of one day (WIB). */
export const hotspotStream = (regency: string, day: string): string => `hotspots-${regency}-${day}`;
/**
 * In the place of an event that a restored ledger had forgotten and that had not left the site, so that those after it
 * keep their revisions. In no catalogue; who folds a stream passes it over.
 */
export const LOST_EVENT = 'siaga.restore.lost.v1';

/** Ledger stream of the shared journal: what this regency has shared, in order. */
export const JOURNAL_STREAM = 'shared';
/** Ledger stream of the journal of what stays within the site. */
export const INTERNAL_STREAM = 'internal';
