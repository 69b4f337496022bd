/**
 * Folds deliveries into the tables. The checkpoint commits with what was folded, so that a crash at any point
 * leaves a picture that is exactly the fold of the events up to its checkpoints.
 */
import { createHash } from 'node:crypto';
import {
  decodeEvent,
  type DomainEvent,
  foldHotspots,
  foldIncident,
  type HotspotGroupView,
  type HotspotsEvent,
  type IncidentEvent,
  type IncidentView,
  type RegencyCode,
  subjectOf,
} from '@siaga/domain';
import type { Delivery } from '@siaga/stream';
import { type Database, row, rows } from './database.ts';
import { pointOfPlace } from './places.ts';
import { recent } from './recent.ts';

/**
 * Why a message is not in the picture. `malformed`: no valid event of its stream's regency. `unknown_type`,
 * `invalid_data`: this version can't read it. `report_unknown`: about an incident whose report is not here.
 * `reported_twice`: a second report of an incident. `not_the_owner`: another regency's incident or hotspots.
 * `fold_failed`: folding it threw, twice.
 */
export type ParkReason =
  | 'malformed'
  | 'unknown_type'
  | 'invalid_data'
  | 'report_unknown'
  | 'reported_twice'
  | 'not_the_owner'
  | 'fold_failed';

/** One change of the picture. Its number is the epoch's next; see schema.ts. */
export type Change = { change: number } & (
  | { name: 'incident'; view: IncidentView }
  | { name: 'hotspots'; view: HotspotGroupView }
  | { name: 'hotspots-removed'; id: string }
);

/** What a batch did. */
export interface Applied {
  changes: Change[];
  /** How many messages are parked in all, where this batch parked any. */
  parkedTotal?: number;
}

/** Where deliveries come from. */
export interface DeliverySource {
  stream: string;
  regency: RegencyCode;
}

interface Checkpoint {
  /** The last event of the regency that is folded in or parked; 0 for none. */
  sequence: number;
  recordedAt?: string;
  /** When this site knew it, milliseconds since 1970; 0 for none. */
  knownAt: number;
}

/** The pure folds of the picture. */
export interface Folds {
  incident: typeof foldIncident;
  hotspots: typeof foldHotspots;
}
export const domainFolds: Folds = { incident: foldIncident, hotspots: foldHotspots };

/** An event that would have to be parked where that is not allowed: see `mayPark`. */
export class RefusedEvent extends Error {
  override name = 'RefusedEvent';
}

export interface WriterOptions {
  folds: Folds;
  /** Whether this event may be parked; where not, `applyBatch` throws `RefusedEvent` and the batch is undone. */
  mayPark: (regency: RegencyCode, sequence: number) => boolean;
  /** Whether `applyBatch` answers with the changes; where nobody watches, each can be forgotten at once. */
  tellsChanges: boolean;
}

export interface Writer {
  /**
   * Folds a batch in one transaction with its checkpoint. An event at or below the checkpoint changes nothing,
   * so batches may overlap and come again. Throws when an event is missing before one of the batch, on the
   * database's errors, and `RefusedEvent`: then nothing of the batch is in the tables.
   */
  applyBatch(source: DeliverySource, deliveries: Iterable<Delivery>): Applied;
  checkpoint(regency: RegencyCode): Checkpoint;
  /** The number of the last change. */
  change(): number;
}

interface Known<View> {
  key: number;
  change: number;
  view: View;
}
type Event = Extract<Delivery, { kind: 'event' }>;

const MINUTE_MS = 60_000;
/** Views kept in memory, so that folding the next event does not read and parse the last version: about 25 MB. */
const VIEWS_KEPT = 5_000;

/** See the table of events in schema.ts. */
export const POSITIONS_PER_REGENCY = 10 ** 10;

const isIncident = (event: DomainEvent): event is IncidentEvent => event.type.startsWith('Incident');

/** Where an event stands in the table of events. */
export const positionOf = (regencyDigits: string, sequence: number): number =>
  Number(regencyDigits) * POSITIONS_PER_REGENCY + sequence;

export function openWriter({ sql }: Database, { folds, mayPark, tellsChanges }: WriterOptions): Writer {
  const begin = sql.prepare('BEGIN IMMEDIATE');
  const commit = sql.prepare('COMMIT');
  const rollback = sql.prepare('ROLLBACK');
  const addEvent = sql.prepare('INSERT INTO events VALUES (?, ?, ?)');
  const saveCheckpoint = sql.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)');
  const addIncident = sql.prepare('INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const addVersion = sql.prepare('INSERT INTO incident_versions VALUES (?, ?, ?, ?, ?, ?, ?)');
  const pointIncident = sql.prepare('UPDATE incidents SET change = ?, updated_at = ? WHERE key = ?');
  const incidentById = sql.prepare(
    'SELECT i.key, i.change, v.body FROM incidents i JOIN incident_versions v ON v.change = i.change WHERE i.id = ?',
  );
  const addLink = sql.prepare('INSERT OR IGNORE INTO links VALUES (?, ?)');
  const addGroup = sql.prepare('INSERT INTO hotspot_groups VALUES (?, ?, ?, ?, ?)');
  const addGroupVersion = sql.prepare('INSERT INTO hotspot_versions VALUES (?, ?, ?, ?, ?, ?, ?)');
  const pointGroup = sql.prepare('UPDATE hotspot_groups SET change = ? WHERE key = ?');
  const groupById = sql.prepare(
    `SELECT g.key, g.regency, g.change, v.body
     FROM hotspot_groups g JOIN hotspot_versions v ON v.change = g.change WHERE g.id = ?`,
  );
  const addParked = sql.prepare(
    `INSERT OR IGNORE INTO parked
       (stream, stream_sequence, subject, regency, sequence, reason, detail, received_at, raw, digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const countParked = sql.prepare('SELECT count(*) AS total FROM parked');
  const addToTimeline = sql.prepare(
    'INSERT INTO timeline VALUES (?, ?) ON CONFLICT DO UPDATE SET changes = changes + excluded.changes',
  );

  const maximum = (column: string, table: string) =>
    row<{ most: number }>(sql.prepare(`SELECT ifnull(max(${column}), 0) AS most FROM ${table}`))?.most ?? 0;
  const readCounters = () => ({
    change: Math.max(maximum('change', 'incident_versions'), maximum('change', 'hotspot_versions')),
    incidents: maximum('key', 'incidents'),
    groups: maximum('key', 'hotspot_groups'),
  });
  const readCheckpoints = () =>
    new Map(
      rows<{ regency: string; sequence: number; recorded_at: string; known_at: number }>(
        sql.prepare('SELECT * FROM checkpoints'),
      ).map(({ regency, sequence, recorded_at: recordedAt, known_at: knownAt }): [string, Checkpoint] => [
        regency,
        { sequence, recordedAt, knownAt },
      ]),
    );

  // What is kept in memory of the tables. After a batch that failed it is read anew.
  let last = readCounters();
  let checkpoints = readCheckpoints();
  const incidents = recent<string, Known<IncidentView>>(VIEWS_KEPT);

  const checkpointOf = (regency: RegencyCode): Checkpoint =>
    checkpoints.get(regency) ?? { sequence: 0, knownAt: 0 };

  const readIncident = (id: string): Known<IncidentView> | undefined => {
    const found = row<{ key: number; change: number; body: string }>(incidentById, id);
    return found && { key: found.key, change: found.change, view: JSON.parse(found.body) };
  };
  const readGroup = (id: string) => {
    const found = row<{ key: number; regency: string; change: number; body: string | null }>(groupById, id);
    const view: HotspotGroupView | undefined = found?.body ? JSON.parse(found.body) : undefined;
    return found && { key: found.key, regency: found.regency, view };
  };

  /** Folding is pure, so what threw once for want of memory may pass, and all else throws again. */
  const twice = <View>(fold: () => View): { view: View } | { failure: string } => {
    try {
      return { view: fold() };
    } catch {
      try {
        return { view: fold() };
      } catch (error) {
        return { failure: error instanceof Error ? error.message : String(error) };
      }
    }
  };

  /** One batch under way. */
  const batchOf = ({ stream, regency }: DeliverySource) => {
    const changes: Change[] = [];
    const minutes = new Map<number, number>();
    // Incidents that have new versions: which is their newest is written once for the batch.
    const touched = new Map<string, Known<IncidentView>>();
    let parked = false;

    const tell = (change: Change) => {
      if (tellsChanges) changes.push(change);
    };
    const nextChange = (knownFrom: number) => {
      const minute = Math.floor(knownFrom / MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      last.change += 1;
      return last.change;
    };

    const park = (
      { raw, receivedAt, streamSequence }: Delivery,
      reason: ParkReason,
      detail: string,
      { subject, sequence }: { subject: string; sequence: number | null },
    ) => {
      if (sequence !== null && !mayPark(regency, sequence)) {
        throw new RefusedEvent(`event ${sequence} of ${regency} can't be folded: ${reason}: ${detail}`);
      }
      const digest = createHash('sha256').update(raw).digest('base64');
      const { changes: added } = addParked.run(
        stream,
        streamSequence,
        subject,
        regency,
        sequence,
        reason,
        detail,
        Date.parse(receivedAt),
        raw,
        digest,
      );
      if (added > 0) parked = true;
    };
    const parkEvent = (delivery: Event, reason: ParkReason, detail: string) =>
      park(delivery, reason, detail, {
        subject: subjectOf(delivery.event),
        sequence: delivery.event.sequence,
      });

    const applyIncident = (delivery: Event, event: IncidentEvent, knownFrom: number) => {
      const { subject: id, sequence, recordedat: recordedAt, revision } = delivery.event;
      const known = touched.get(id) ?? incidents.get(id) ?? readIncident(id);
      if (known && known.view.regency !== regency) {
        parkEvent(delivery, 'not_the_owner', `incident ${id} is ${known.view.regency}'s`);
        return;
      }
      if (!known && event.type !== 'IncidentReported') {
        parkEvent(delivery, 'report_unknown', `incident ${id} was never reported here`);
        return;
      }
      if (known && event.type === 'IncidentReported') {
        parkEvent(delivery, 'reported_twice', `incident ${id} is known already`);
        return;
      }
      const place = { id, regency, revision, sequence, recordedAt };
      const folded = twice(() => folds.incident(known?.view, event, place));
      if ('failure' in folded || !folded.view) {
        parkEvent(delivery, 'fold_failed', 'failure' in folded ? folded.failure : 'the fold gives no view');
        return;
      }
      const { view } = folded;
      const change = nextChange(knownFrom);
      const updatedAt = Date.parse(view.updatedAt);
      const key = known?.key ?? (last.incidents += 1);
      addVersion.run(change, key, sequence, knownFrom, updatedAt, view.status, JSON.stringify(view));
      if (!known) {
        const [lon, lat] = view.point ?? pointOfPlace(view.place) ?? [null, null];
        addIncident.run(key, id, regency, view.hazard, lon, lat, change, updatedAt);
      }
      if (event.type === 'IncidentSameDeclared') addLink.run(id, event.data.incident);
      if (event.type === 'IncidentMerged') addLink.run(id, event.data.into);
      const now = { key, change, view };
      incidents.set(id, now);
      touched.set(id, now);
      tell({ change, name: 'incident', view });
    };

    const applyHotspots = (delivery: Event, event: HotspotsEvent, knownFrom: number) => {
      const { sequence } = delivery.event;
      const { group: id, absorbs, day } = event.data;
      const known = readGroup(id);
      const absorbed = absorbs.flatMap((other) => {
        const found = readGroup(other);
        return found?.view ? [{ ...found, view: found.view }] : [];
      });
      const foreign = [known, ...absorbed].find((group) => group && group.regency !== regency);
      if (foreign) {
        parkEvent(delivery, 'not_the_owner', `a group of hotspots is ${foreign.regency}'s`);
        return;
      }
      const views = absorbed.map(({ view }) => view);
      const folded = twice(() => folds.hotspots(known?.view, views, event, { regency, sequence }));
      if ('failure' in folded) {
        parkEvent(delivery, 'fold_failed', folded.failure);
        return;
      }
      for (const { key, view } of absorbed) {
        const change = nextChange(knownFrom);
        addGroupVersion.run(change, key, sequence, knownFrom, null, null, null);
        pointGroup.run(change, key);
        tell({ change, name: 'hotspots-removed', id: view.id });
      }
      const { view } = folded;
      const change = nextChange(knownFrom);
      const key = known?.key ?? (last.groups += 1);
      const [lon, lat] = view.centre;
      addGroupVersion.run(change, key, sequence, knownFrom, lon, lat, JSON.stringify(view));
      if (known) pointGroup.run(change, key);
      else addGroup.run(key, id, regency, day, change);
      tell({ change, name: 'hotspots', view });
    };

    const applyEvent = (delivery: Event) => {
      const { event, raw, receivedAt } = delivery;
      const before = checkpointOf(regency);
      if (event.sequence <= before.sequence) return;
      if (event.sequence !== before.sequence + 1) {
        throw new Error(`event ${before.sequence + 1} of ${regency} is missing before ${event.sequence}`);
      }
      // A clock that was set back does not make an event known before the one that it follows: of a regency,
      // what was known at any time is then a beginning of its events, the same after every rebuild.
      const received = Date.parse(receivedAt);
      const knownAt = Math.max(received, before.knownAt);
      addEvent.run(positionOf(event.regency, event.sequence), received, raw);
      checkpoints.set(regency, { sequence: event.sequence, recordedAt: event.recordedat, knownAt });

      const decoded = decodeEvent(event.type, event.data);
      if (!decoded.ok) parkEvent(delivery, decoded.reason, decoded.detail);
      else if (decoded.event.type === 'HotspotsDetected') applyHotspots(delivery, decoded.event, knownAt);
      else if (isIncident(decoded.event)) applyIncident(delivery, decoded.event, knownAt);
      // Events of what the picture has no view of are kept, and that is all.
    };

    return {
      apply(delivery: Delivery) {
        if (delivery.kind === 'event') applyEvent(delivery);
        else park(delivery, 'malformed', delivery.reason, { subject: delivery.subject, sequence: null });
      },
      finish(): Applied {
        for (const { key, change, view } of touched.values()) {
          pointIncident.run(change, Date.parse(view.updatedAt), key);
        }
        for (const [minute, count] of minutes) addToTimeline.run(minute, count);
        const { sequence, recordedAt, knownAt } = checkpointOf(regency);
        if (recordedAt !== undefined) saveCheckpoint.run(regency, sequence, recordedAt, knownAt);
        if (!parked) return { changes };
        return { changes, parkedTotal: row<{ total: number }>(countParked)?.total ?? 0 };
      },
    };
  };

  return {
    applyBatch(source, deliveries) {
      begin.run();
      try {
        const batch = batchOf(source);
        for (const delivery of deliveries) batch.apply(delivery);
        const applied = batch.finish();
        commit.run();
        return applied;
      } catch (error) {
        // SQLite itself has rolled back after some errors, such as a full disk.
        if (sql.isTransaction) rollback.run();
        incidents.clear();
        last = readCounters();
        checkpoints = readCheckpoints();
        throw error;
      }
    },
    checkpoint: checkpointOf,
    change: () => last.change,
  };
}
