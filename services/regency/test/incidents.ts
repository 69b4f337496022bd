/** Incidents as the command handler writes them, without their commands. */
import { type EventMetadata, incidentStream } from '@siaga/domain';
import type { NewEvent } from '@siaga/ledger';
import { v7 as uuidv7 } from 'uuid';
import { SERUYAN, VILLAGE } from './site.ts';

/** A new incident of Seruyan: its stream, and events of it. */
export const newIncident = (number: number) => {
  const id = uuidv7();
  const occurredAt = '2026-02-03T04:05:06.789Z';
  const metadata: EventMetadata = {
    actor: `trc:${uuidv7()}`,
    hazard: 'flood',
    aggregate: id,
    occurredAt,
    correlationId: uuidv7(),
    causationId: uuidv7(),
  };
  const event = (name: string, data: object = {}): NewEvent => ({
    id: uuidv7(),
    type: `siaga.incident.${name}.v1`,
    data: { occurredAt, ...data },
    metadata,
  });
  const reported = event('reported', {
    hazard: 'flood',
    place: VILLAGE,
    chronology: `banjir ${number}`,
    source: 'Uji',
    touches: [SERUYAN],
    figures: [],
    details: {},
  });
  return { stream: incidentStream(id), reported, event };
};
