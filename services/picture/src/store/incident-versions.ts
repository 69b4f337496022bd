/**
 * What an incident's versions say. Of the versions that one batch makes of an incident, as a rebuild makes most of
 * them, the last keeps its body, and of a long row of them some between. The others are folded again when somebody asks
 * for them, from the last body before and the events since. That is seldom: only as of a moment within the batch. To
 * keep every body would make the file half as large again and the rebuild a sixth slower.
 */
import {
  decodeEvent,
  type foldIncident,
  type IncidentEvent,
  type IncidentView,
  type SharedEvent,
} from '@siaga/domain';
import { type Database, row, rows } from './database.ts';
import { positionOf } from './positions.ts';

/** Of so many versions in a row at least one has a body. */
const VERSIONS_A_BODY = 16;

/** Whether a version has a body though another of its batch follows. */
export const keepsBody = ({ revision }: IncidentView): boolean => revision % VERSIONS_A_BODY === 0;

/** A version as it stands in its table. */
export interface StoredVersion {
  change: number;
  body: string | null;
}

/** Prepares to read what versions say. */
export function openIncidentVersions({ sql }: Pick<Database, 'sql'>, fold: typeof foldIncident) {
  const owner = sql.prepare(
    'SELECT i.key, i.id, i.regency FROM incident_versions v JOIN incidents i ON i.key = v.incident WHERE v.change = ?',
  );
  const lastBody = sql.prepare(
    `SELECT change, body FROM incident_versions
     WHERE incident = ? AND change < ? AND body IS NOT NULL ORDER BY change DESC LIMIT 1`,
  );
  const eventsSince = sql.prepare(
    `SELECT e.raw FROM incident_versions v JOIN events e ON e.position = v.sequence + ?
     WHERE v.incident = ? AND v.change > ? AND v.change <= ? ORDER BY v.change`,
  );

  const foldAgain = (change: number): IncidentView => {
    const incident = row<{ key: number; id: string; regency: string }>(owner, change);
    if (!incident) throw new Error(`there is no version ${change} of an incident`);
    const { key, id, regency } = incident;
    const last = row<{ change: number; body: string }>(lastBody, key, change);
    let view: IncidentView | undefined = last && JSON.parse(last.body);
    const before = positionOf({ regency, journal: 'shared' }, 0);
    for (const { raw } of rows<{ raw: string }>(eventsSince, before, key, last?.change ?? 0, change)) {
      const { type, data, sequence, revision, recordedat: recordedAt }: SharedEvent = JSON.parse(raw);
      const decoded = decodeEvent(type, data);
      if (!decoded.ok)
        throw new Error(`event ${sequence} of ${regency} can’t be read again: ${decoded.detail}`);
      // Only an incident's events make versions of it.
      const event = decoded.event as IncidentEvent;
      view = fold(view, event, { id, regency, revision, sequence, recordedAt });
    }
    if (!view) throw new Error(`the events of incident ${id} give no view`);
    return view;
  };

  return (version: StoredVersion): IncidentView =>
    version.body === null ? foldAgain(version.change) : JSON.parse(version.body);
}
