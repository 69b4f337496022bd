/**
 * Every event type that is stored or shared: its wire name (with version), the schema of its data, its data
 * class and which aggregate it belongs to. Golden files of every version ever stored are read by a test.
 */
import type { z } from 'zod';
import type { DataClass } from './shared/envelope.ts';
import * as incident from './incident/events.ts';
import { type HotspotsEvent, HotspotsDetected } from './hotspots/hotspots.ts';

interface Entry {
  type: string;
  dataClass: DataClass;
  schema: z.ZodType<Record<string, unknown>>;
}

export type DomainEvent = incident.IncidentEvent | HotspotsEvent;
export type EventName = DomainEvent['type'];

const entry = (type: string, schema: Entry['schema'], dataClass: DataClass): Entry => ({
  type,
  schema,
  dataClass,
});

/**
 * What the public may know anyway is `public`: incidents by place and counts, hotspots. Everything that only
 * an agreement shares is `operational`.
 */
export const catalogue: Record<EventName, Entry> = {
  IncidentReported: entry('siaga.incident.reported.v1', incident.IncidentReported, 'public'),
  IncidentVerified: entry('siaga.incident.verified.v1', incident.IncidentVerified, 'public'),
  IncidentDismissed: entry('siaga.incident.dismissed.v1', incident.IncidentDismissed, 'public'),
  IncidentAssessed: entry('siaga.incident.assessed.v1', incident.IncidentAssessed, 'public'),
  IncidentCorrected: entry('siaga.incident.corrected.v1', incident.IncidentCorrected, 'public'),
  IncidentContained: entry('siaga.incident.contained.v1', incident.IncidentContained, 'public'),
  IncidentClosed: entry('siaga.incident.closed.v1', incident.IncidentClosed, 'public'),
  IncidentReopened: entry('siaga.incident.reopened.v1', incident.IncidentReopened, 'public'),
  IncidentMerged: entry('siaga.incident.merged.v1', incident.IncidentMerged, 'public'),
  IncidentMergeUndone: entry('siaga.incident.merge-undone.v1', incident.IncidentMergeUndone, 'public'),
  IncidentSameDeclared: entry('siaga.incident.same-declared.v1', incident.IncidentSameDeclared, 'public'),
  IncidentSameWithdrawn: entry('siaga.incident.same-withdrawn.v1', incident.IncidentSameWithdrawn, 'public'),
  HotspotsDetected: entry('siaga.hotspots.detected.v1', HotspotsDetected, 'public'),
};

const byType = new Map(Object.entries(catalogue).map(([name, found]) => [found.type, { name, ...found }]));

export type Decoded =
  | { ok: true; event: DomainEvent; dataClass: DataClass }
  | { ok: false; reason: 'unknown_type' | 'invalid_data'; detail: string };

/** Reads a stored or received event. Never throws: an unknown type or data that does not fit says so. */
export const decodeEvent = (type: string, data: unknown): Decoded => {
  const found = byType.get(type);
  if (!found) return { ok: false, reason: 'unknown_type', detail: type };
  const parsed = found.schema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, reason: 'invalid_data', detail: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  // The entry's name and its schema stand together in the catalogue, which is what makes this pair an event.
  return {
    ok: true,
    event: { type: found.name, data: parsed.data } as DomainEvent,
    dataClass: found.dataClass,
  };
};

/** The wire name of an event, `siaga.incident.reported.v1`. */
export const wireType = (event: DomainEvent): string => catalogue[event.type].type;

/** The data class of a wire name; undefined for a type that this version does not know. */
export const dataClassOf = (type: string): DataClass | undefined => byType.get(type)?.dataClass;
