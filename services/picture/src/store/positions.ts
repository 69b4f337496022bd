/** Where an event stands in the table of events. */
import { regencyToken } from '@siaga/domain';
import type { JournalKey } from './delivery-source.ts';

/** See the table of events in schema.ts. */
export const POSITIONS_PER_JOURNAL = 10 ** 10;

export const positionOf = ({ regency, journal }: JournalKey, sequence: number): number =>
  Number(`${journal === 'internal' ? '1' : ''}${regencyToken(regency)}`) * POSITIONS_PER_JOURNAL + sequence;
