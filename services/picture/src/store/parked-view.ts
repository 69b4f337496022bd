/** How many messages are parked. */
import type { ParkedView } from '@siaga/domain';
import { type Database, row } from './database.ts';

export const openParkedView = ({ sql }: Pick<Database, 'sql'>): (() => ParkedView) => {
  const count = sql.prepare(
    `SELECT count(*) AS total, count(*) FILTER (WHERE reason = 'forged') AS forged,
            max(received_at) FILTER (WHERE reason = 'forged') AS last
     FROM parked`,
  );
  return () => {
    const found = row<{ total: number; forged: number; last: number | null }>(count);
    if (!found) return { total: 0, forged: 0 };
    const { total, forged, last } = found;
    return { total, forged, ...(last === null ? {} : { lastForgedAt: new Date(last).toISOString() }) };
  };
};
