/** Compares pictures: two that were folded from the same events are equal, however the events came. */
import { createHash, type Hash } from 'node:crypto';
import { foldIncident } from '@siaga/domain';
import { openIncidentVersions, type StoredVersion } from './incident-versions.ts';
import type { Store } from './store.ts';

/**
 * What a picture says, without what depends on how it came about: epochs, change numbers and the order in which
 * two regencies' events arrived. One line per row; the sections are the tables'.
 */
export type PictureDump = Record<string, string[]>;

const sections: Record<string, string> = {
  checkpoints: 'SELECT * FROM checkpoints ORDER BY regency, journal',
  events: 'SELECT * FROM events ORDER BY position',
  incidents: 'SELECT id, regency, hazard, lon, lat, updated_at FROM incidents ORDER BY id',
  incidentVersions: `SELECT i.id, v.sequence, v.known_from, v.updated_at, v.status, v.change = i.change AS current, v.change, v.body
    FROM incident_versions v JOIN incidents i ON i.key = v.incident ORDER BY i.id, v.sequence`,
  links: 'SELECT * FROM links ORDER BY one, other',
  hotspotGroups: 'SELECT id, regency, day FROM hotspot_groups ORDER BY id',
  hotspotVersions: `SELECT g.id, v.sequence, v.known_from, v.lon, v.lat, v.body, v.change = g.change AS current
    FROM hotspot_versions v JOIN hotspot_groups g ON g.key = v.hotspot_group ORDER BY g.id, v.sequence`,
  items: 'SELECT noun, id, regency, revision FROM items ORDER BY noun, id',
  itemVersions: `SELECT i.noun, i.id, v.position, v.known_from, v.body, v.change = i.change AS current
    FROM item_versions v JOIN items i ON i.key = v.item ORDER BY i.noun, i.id, v.known_from, v.position`,
  parked: `SELECT stream, stream_sequence, subject, regency, journal, sequence, reason, detail, received_at, raw
    FROM parked ORDER BY stream, stream_sequence, digest`,
  timeline: 'SELECT * FROM timeline ORDER BY minute',
};

/** A section, line by line. What a version says is in it whether or not the version keeps its body. */
function* linesOf({ sql }: Pick<Store, 'sql'>, name: string, query: string): Generator<string> {
  const incidentOf = openIncidentVersions({ sql }, foldIncident);
  for (const line of sql.prepare(query).iterate()) {
    if (name !== 'incidentVersions') yield JSON.stringify(line);
    else {
      const { change, body, ...rest } = line as unknown as StoredVersion;
      yield JSON.stringify({ ...rest, view: incidentOf({ change, body }) });
    }
  }
}

/** The whole picture as text: as large as the picture itself. */
export function dumpPicture(store: Pick<Store, 'sql'>): PictureDump {
  return Object.fromEntries(
    Object.entries(sections).map(([name, query]) => [name, [...linesOf(store, name, query)]]),
  );
}

/** The sections in which two pictures differ; none for equal ones. Takes no memory, whatever their size. */
export function comparePictures(a: Pick<Store, 'sql'>, b: Pick<Store, 'sql'>): string[] {
  const digest = (store: Pick<Store, 'sql'>, name: string, query: string): string => {
    const hash: Hash = createHash('sha256');
    for (const line of linesOf(store, name, query)) hash.update(`${line}\n`);
    return hash.digest('hex');
  };
  return Object.entries(sections).flatMap(([name, query]) =>
    digest(a, name, query) === digest(b, name, query) ? [] : [name],
  );
}
