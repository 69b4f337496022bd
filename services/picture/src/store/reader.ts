/** Reads the picture as it is or was: every query at one moment. */
import {
  type EventGroup,
  groupSame,
  type HotspotGroupView,
  type IncidentView,
  type ParkedView,
  type PictureNoun,
  type RegencyCode,
  type SharedEvent,
} from '@siaga/domain';
import type { Delivery } from '@siaga/stream';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { type Database, row, rows } from './database.ts';
import { recent } from './recent.ts';
import type { JournalKey } from './delivery-source.ts';
import { openIncidentVersions, type StoredVersion } from './incident-versions.ts';
import type { ItemBodies } from './items.ts';
import { openParkedView } from './parked-view.ts';
import { POSITIONS_PER_JOURNAL, positionOf } from './positions.ts';
import type { Change, Folds, ParkReason } from './writer.ts';

/**
 * What is asked about: what this site knew at a time, as far as the picture had come by a change. The second
 * keeps the pages of one list together while events come in.
 */
export interface Moment {
  /** Milliseconds since 1970; absent for all that is known. */
  at?: number;
  change: number;
}

interface Box {
  minLon: number;
  minLat: number;
  maxLon: number;
  maxLat: number;
}

export interface IncidentFilter {
  regency?: RegencyCode | undefined;
  status?: readonly string[] | undefined;
  hazard?: string | undefined;
  box?: Box | undefined;
}

/** Where an incident stands in a list, newest update first. */
export interface ListPlace {
  updatedAt: number;
  key: number;
}

export interface HotspotFilter {
  regency?: RegencyCode | undefined;
  box?: Box | undefined;
  /** First and last day by WIB. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface StoredEvent {
  event: SharedEvent;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

interface ParkedMessage {
  id: number;
  stream: string;
  subject: string;
  regency: RegencyCode;
  sequence: number | undefined;
  reason: ParkReason;
  detail: string;
  receivedAt: number;
  raw: string;
}

interface TimelineBucket {
  /** Begin, milliseconds since 1970. */
  at: number;
  count: number;
}

export interface Reader {
  /** Incidents, newest update first, at most `limit`, those after a place in that order. */
  incidents(
    moment: Moment,
    filter: IncidentFilter,
    limit: number,
    after?: ListPlace,
  ): { view: IncidentView; place: ListPlace }[];
  incident(moment: Moment, id: string): IncidentView | undefined;
  /** Every incident, by id. */
  allIncidents(moment: Moment): IncidentView[];
  /** How many incidents there are of each status. */
  statuses(moment: Moment, filter: Pick<IncidentFilter, 'regency' | 'hazard'>): Record<string, number>;
  /** The group of an incident with another; undefined for an incident alone. */
  groupOf(moment: Moment, id: string): EventGroup | undefined;
  /** The events of an incident that were known, in their owner's order. */
  history(moment: Moment, id: string): StoredEvent[];
  /** Groups of hotspots, newest day first, then by id. */
  hotspots(moment: Moment, filter: HotspotFilter): HotspotGroupView[];
  /** Every item of a noun that there is a view of, by id. */
  items<Noun extends PictureNoun>(moment: Moment, noun: Noun): ItemBodies[Noun][];
  item<Noun extends PictureNoun>(moment: Moment, noun: Noun, id: string): ItemBodies[Noun] | undefined;
  event(journal: JournalKey, sequence: number): StoredEvent | undefined;
  /** A journal's events after one, as they were delivered. */
  deliveriesAfter(journal: JournalKey, sequence: number): Delivery[];
  /** Why an event is parked; undefined where it is not. */
  parkedEvent(journal: JournalKey, sequence: number): ParkReason | undefined;
  /** Those of a journal's events between two that are parked, both included. */
  parkedSequences(journal: JournalKey, first: number, last: number): number[];
  parkedView(): ParkedView;
  /** Parked messages, newest first, those with an id below `before`. */
  parked(limit: number, before?: number): ParkedMessage[];
  /** How many changes became known, in buckets of equal width, at most `most` of them; empty ones left out. */
  timeline(most: number): TimelineBucket[];
  /** Changes after a number, in order, until their JSON is longer than `bytes`; at least one where there is one. */
  changesAfter(change: number, bytes: number): Change[];
}

const MINUTE_MS = 60_000;
/** No version begins later. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;
const STATEMENTS_KEPT = 100;

type Named = Record<string, SQLInputValue>;

interface ReaderOptions {
  /** The number of the last change. */
  currentChange: () => number;
  foldIncident: Folds['incident'];
}

export function openReader(database: Database, { currentChange, foldIncident }: ReaderOptions): Reader {
  const { sql } = database;
  const incidentOf = openIncidentVersions(database, foldIncident);
  // Filters make a few dozen different statements; each is prepared once.
  const prepared = recent<string, StatementSync>(STATEMENTS_KEPT);
  const prepare = (text: string): StatementSync => {
    const known = prepared.get(text);
    if (known) return known;
    const statement = sql.prepare(text);
    statement.setAllowUnknownNamedParameters(true);
    prepared.set(text, statement);
    return statement;
  };

  const isCurrent = ({ at, change }: Moment) => at === undefined && change === currentChange();
  /** The version in force: the newest where the present is asked for, else the last that was known. */
  const inForce = (moment: Moment, versions: string, owner: string, alias: string) =>
    isCurrent(moment)
      ? `${alias}.change`
      : `(SELECT change FROM ${versions} WHERE ${owner} = ${alias}.key AND known_from <= :at AND change <= :change
          ORDER BY known_from DESC, change DESC LIMIT 1)`;
  const incidentsInForce = (moment: Moment) =>
    `incidents i JOIN incident_versions v ON v.change = ${inForce(moment, 'incident_versions', 'incident', 'i')}`;
  const groupsInForce = (moment: Moment) =>
    `hotspot_groups g JOIN hotspot_versions v ON v.change = ${inForce(moment, 'hotspot_versions', 'hotspot_group', 'g')}`;
  const itemsInForce = (moment: Moment) =>
    `items i JOIN item_versions v ON v.change = ${inForce(moment, 'item_versions', 'item', 'i')}`;
  const named = ({ at = END_OF_TIME, change }: Moment, more: Named = {}): Named => ({ at, change, ...more });

  const within = ({ minLon, minLat, maxLon, maxLat }: Box, alias: string) => ({
    condition: `${alias}.lon BETWEEN :minLon AND :maxLon AND ${alias}.lat BETWEEN :minLat AND :maxLat`,
    parameters: { minLon, minLat, maxLon, maxLat },
  });

  const incidentConditions = ({ regency, status, hazard, box }: IncidentFilter) => {
    const conditions = ['TRUE'];
    const parameters: Named = {};
    if (regency !== undefined) {
      conditions.push('i.regency = :regency');
      parameters['regency'] = regency;
    }
    if (hazard !== undefined) {
      conditions.push('i.hazard = :hazard');
      parameters['hazard'] = hazard;
    }
    if (status !== undefined) {
      conditions.push('v.status IN (SELECT value FROM json_each(:status))');
      parameters['status'] = JSON.stringify(status);
    }
    if (box) {
      const inside = within(box, 'i');
      conditions.push(inside.condition);
      Object.assign(parameters, inside.parameters);
    }
    return { conditions, parameters };
  };

  const viewsOf = <View>(found: { body: string }[]): View[] =>
    found.map(({ body }): View => JSON.parse(body));

  const incident = (moment: Moment, id: string): IncidentView | undefined => {
    const found = row<StoredVersion>(
      prepare(`SELECT v.change, v.body FROM ${incidentsInForce(moment)} WHERE i.id = :id`),
      named(moment, { id }),
    );
    return found && incidentOf(found);
  };

  /** Every incident that was ever linked with this one, directly or over others, and itself. */
  const everLinked = (id: string): string[] => {
    const neighbours = prepare(
      'SELECT other AS id FROM links WHERE one = :id UNION SELECT one AS id FROM links WHERE other = :id',
    );
    const found = new Set([id]);
    // A Set's iteration comes to what is added meanwhile.
    for (const next of found) {
      for (const linked of rows<{ id: string }>(neighbours, { id: next })) found.add(linked.id);
    }
    return [...found];
  };

  const storedEvents = (found: { raw: string; received_at: number }[]): StoredEvent[] =>
    found.map(({ raw, received_at: receivedAt }) => ({ event: JSON.parse(raw), receivedAt }));

  return {
    incidents(moment, filter, limit, after) {
      const { conditions, parameters } = incidentConditions(filter);
      const updatedAt = isCurrent(moment) ? 'i.updated_at' : 'v.updated_at';
      if (after) {
        conditions.push(`(${updatedAt}, i.key) < (:afterUpdated, :afterKey)`);
        Object.assign(parameters, { afterUpdated: after.updatedAt, afterKey: after.key });
      }
      // Bodies are read for the page only, not for all that is sorted.
      const found = rows<StoredVersion & { updated_at: number; key: number }>(
        prepare(
          `SELECT v.change, v.body, page.updated_at, page.key FROM (
             SELECT v.change, ${updatedAt} AS updated_at, i.key FROM ${incidentsInForce(moment)}
             WHERE ${conditions.join(' AND ')} ORDER BY ${updatedAt} DESC, i.key DESC LIMIT :limit
           ) page JOIN incident_versions v ON v.change = page.change
           ORDER BY page.updated_at DESC, page.key DESC`,
        ),
        named(moment, { ...parameters, limit }),
      );
      return found.map((version) => ({
        view: incidentOf(version),
        place: { updatedAt: version.updated_at, key: version.key },
      }));
    },
    incident,
    allIncidents: (moment) =>
      rows<StoredVersion>(
        prepare(`SELECT v.change, v.body FROM ${incidentsInForce(moment)} ORDER BY i.id`),
        named(moment),
      ).map(incidentOf),
    statuses(moment, filter) {
      const { conditions, parameters } = incidentConditions(filter);
      const found = rows<{ status: string; count: number }>(
        prepare(
          `SELECT v.status, count(*) AS count FROM ${incidentsInForce(moment)}
           WHERE ${conditions.join(' AND ')} GROUP BY v.status ORDER BY v.status`,
        ),
        named(moment, parameters),
      );
      return Object.fromEntries(found.map(({ status, count }) => [status, count]));
    },
    groupOf(moment, id) {
      const ids = everLinked(id);
      if (ids.length === 1) return undefined;
      const views = ids.flatMap((linked) => incident(moment, linked) ?? []);
      const group = groupSame(views).find(({ incidents }) => incidents.some((one) => one.id === id));
      return group && group.incidents.length > 1 ? group : undefined;
    },
    history(moment, id) {
      return storedEvents(
        rows(
          prepare(
            `SELECT e.raw, e.received_at FROM incidents i
             JOIN incident_versions v ON v.incident = i.key
             JOIN events e
               ON e.position = CAST(replace(i.regency, '.', '') AS INTEGER) * :perRegency + v.sequence
             WHERE i.id = :id AND v.known_from <= :at ORDER BY v.change`,
          ),
          named(moment, { id, perRegency: POSITIONS_PER_JOURNAL }),
        ),
      );
    },
    hotspots(moment, { regency, box, from, to }) {
      const conditions = ['v.body IS NOT NULL'];
      const parameters: Named = {};
      const add = (condition: string, more: Named) => {
        conditions.push(condition);
        Object.assign(parameters, more);
      };
      if (regency !== undefined) add('g.regency = :regency', { regency });
      if (from !== undefined) add('g.day >= :from', { from });
      if (to !== undefined) add('g.day <= :to', { to });
      if (box) {
        const inside = within(box, 'v');
        add(inside.condition, inside.parameters);
      }
      return viewsOf(
        rows(
          prepare(
            `SELECT v.body FROM ${groupsInForce(moment)} WHERE ${conditions.join(' AND ')} ORDER BY g.day DESC, g.id`,
          ),
          named(moment, parameters),
        ),
      );
    },
    items: (moment, noun) =>
      viewsOf(
        rows(
          prepare(
            `SELECT v.body FROM ${itemsInForce(moment)} WHERE i.noun = :noun AND v.body IS NOT NULL ORDER BY i.id`,
          ),
          named(moment, { noun }),
        ),
      ),
    item(moment, noun, id) {
      const found = row<{ body: string | null }>(
        prepare(`SELECT v.body FROM ${itemsInForce(moment)} WHERE i.noun = :noun AND i.id = :id`),
        named(moment, { noun, id }),
      );
      return found?.body ? JSON.parse(found.body) : undefined;
    },
    event(journal, sequence) {
      const [found] = storedEvents(
        rows(prepare('SELECT raw, received_at FROM events WHERE position = :position'), {
          position: positionOf(journal, sequence),
        }),
      );
      return found;
    },
    deliveriesAfter({ regency, journal }, sequence) {
      const found = rows<{ raw: string; received_at: number; stream_sequence: number | null }>(
        prepare(
          `SELECT e.raw, e.received_at, p.stream_sequence FROM events e
           LEFT JOIN parked p
             ON p.regency = :regency AND p.journal = :journal AND p.sequence = e.position - :before
           WHERE e.position > :after AND e.position <= :last ORDER BY e.position`,
        ),
        {
          regency,
          journal,
          before: positionOf({ regency, journal }, 0),
          after: positionOf({ regency, journal }, sequence),
          last: positionOf({ regency, journal }, POSITIONS_PER_JOURNAL - 1),
        },
      );
      return found.map(({ raw, received_at: receivedAt, stream_sequence: streamSequence }) => ({
        kind: 'event',
        event: JSON.parse(raw),
        raw,
        receivedAt: new Date(receivedAt).toISOString(),
        // Kept for parked events only, and needed for no other.
        streamSequence: streamSequence ?? 0,
      }));
    },
    parkedSequences: ({ regency, journal }, first, last) =>
      rows<{ sequence: number }>(
        prepare(
          `SELECT sequence FROM parked
           WHERE regency = :regency AND journal = :journal AND sequence BETWEEN :first AND :last`,
        ),
        { regency, journal, first, last },
      ).map(({ sequence }) => sequence),
    parkedEvent: ({ regency, journal }, sequence) =>
      row<{ reason: ParkReason }>(
        prepare(
          `SELECT reason FROM parked
           WHERE regency = :regency AND journal = :journal AND sequence = :sequence LIMIT 1`,
        ),
        { regency, journal, sequence },
      )?.reason,
    parkedView: openParkedView(database),
    parked(limit, before = END_OF_TIME) {
      type Row = Omit<ParkedMessage, 'sequence'> & { sequence: number | null };
      return rows<Row>(
        prepare(
          `SELECT id, stream, subject, regency, sequence, reason, detail, received_at AS receivedAt, raw FROM parked
           WHERE id < :before ORDER BY id DESC LIMIT :limit`,
        ),
        { before, limit },
      ).map(({ sequence, ...message }) => ({ ...message, sequence: sequence ?? undefined }));
    },
    timeline(most) {
      const ends = row<{ first: number | null; last: number | null }>(
        prepare('SELECT min(minute) AS first, max(minute) AS last FROM timeline'),
        {},
      );
      if (ends?.first == null || ends.last == null) return [];
      // One more than needed, since a bucket begins at a multiple of its width and not at the first minute.
      const width = Math.ceil((ends.last - ends.first + 1) / Math.max(1, most - 1));
      return rows<{ bucket: number; count: number }>(
        prepare(
          'SELECT minute / :width AS bucket, sum(changes) AS count FROM timeline GROUP BY bucket ORDER BY bucket',
        ),
        { width },
      ).map(({ bucket, count }) => ({ at: bucket * width * MINUTE_MS, count }));
    },
    changesAfter(change, bytes) {
      const found = prepare(
        `SELECT change, 'incident' AS kind, body, '' AS id FROM incident_versions WHERE change > :change
         UNION ALL
         SELECT v.change, 'hotspots', v.body, g.id FROM hotspot_versions v
         JOIN hotspot_groups g ON g.key = v.hotspot_group WHERE v.change > :change
         UNION ALL
         SELECT v.change, i.noun, NULL, i.id FROM item_versions v
         JOIN items i ON i.key = v.item WHERE v.change > :change
         ORDER BY change`,
      ).iterate({ change });
      const changes: Change[] = [];
      let length = 0;
      for (const read of found) {
        const { kind, body, id, ...numbered } = read as {
          change: number;
          kind: 'incident' | 'hotspots' | PictureNoun;
          body: string | null;
          id: string;
        };
        if (kind === 'incident') {
          const view = incidentOf({ ...numbered, body });
          changes.push({ ...numbered, name: kind, view });
          length += body?.length ?? JSON.stringify(view).length;
        } else {
          if (kind !== 'hotspots') changes.push({ ...numbered, name: 'changed', noun: kind, id });
          else if (body === null) changes.push({ ...numbered, name: 'hotspots-removed', id });
          else changes.push({ ...numbered, name: kind, view: JSON.parse(body) });
          length += body?.length ?? id.length;
        }
        if (length > bytes) break;
      }
      return changes;
    },
  };
}
