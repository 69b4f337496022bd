/**
 * Folds deliveries into the tables. The checkpoint commits with what was folded, so that a crash at any point
 * leaves a picture that is exactly the fold of the events up to its checkpoints.
 */
import { createHash } from 'node:crypto';
import {
  type DataClass,
  decodeEvent,
  type DomainEvent,
  foldHotspots,
  foldIncident,
  type HotspotGroupView,
  type HotspotsEvent,
  type IncidentEvent,
  type IncidentView,
  type ParkedView,
  type PictureNoun,
  type RegencyCode,
  subjectOf,
} from '@siaga/domain';
import type { Delivery } from '@siaga/stream';
import { type Database, row, rows } from './database.ts';
import type { DeliverySource, Journal, JournalKey } from './delivery-source.ts';
import { keepsBody } from './incident-versions.ts';
import { openItemWriter } from './item-writer.ts';
import { foldItem } from './items.ts';
import { openParkedView } from './parked-view.ts';
import { pointOfPlace } from './places.ts';
import { positionOf } from './positions.ts';
import { recent } from './recent.ts';

/**
 * Why a message is not in the picture. `malformed`: no valid event of its stream's regency. `forged`: not signed by it.
 * `unknown_type`,
 * `invalid_data`: this version can't read it, or it says another data class of itself than its type has.
 * `report_unknown`: about an incident whose report is not here. `reported_twice`: a second report of an incident.
 * `not_the_owner`: about what is another regency's.
 * `fold_failed`: folding it threw, twice.
 */
export type ParkReason =
  | 'malformed'
  | 'forged'
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
  | { name: 'changed'; noun: PictureNoun; id: string }
);

/** What a batch did. */
export interface Applied {
  changes: Change[];
  /** What is parked in all, where this batch parked any. */
  parked?: ParkedView;
}

interface Checkpoint {
  /** The last event of the journal that is folded in, kept or parked; 0 for none. */
  sequence: number;
  recordedAt?: string;
  /** When this site knew it, milliseconds since 1970; 0 for none. */
  knownAt: number;
}

/** The pure folds of the picture. */
export interface Folds {
  incident: typeof foldIncident;
  hotspots: typeof foldHotspots;
  item: typeof foldItem;
}
export const domainFolds: Folds = { incident: foldIncident, hotspots: foldHotspots, item: foldItem };

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
  checkpoint(journal: JournalKey): Checkpoint;
  /** The number of the last change. */
  change(): number;
}

interface Known<View> {
  key: number;
  change: number;
  view: View;
}
interface NewVersion extends Known<IncidentView> {
  knownFrom: number;
}
/** Without view: the group is part of another. */
interface KnownGroup {
  key: number;
  regency: RegencyCode;
  view: HotspotGroupView | undefined;
}
type Event = Extract<Delivery, { kind: 'event' }>;

const MINUTE_MS = 60_000;
/**
 * Views kept in memory, so that folding the next event does not read and parse the last version: about 5 MB. More
 * is slower: the garbage collector copies what is kept, and most is said about the incidents of the last days.
 */
const VIEWS_KEPT = 1_000;
/** As much for groups of hotspots, of which a fire season's day has some hundreds. */
const GROUPS_KEPT = 1_000;

const isIncident = (event: DomainEvent): event is IncidentEvent => event.type.startsWith('Incident');

const nameOf = ({ regency, journal }: JournalKey): string => `${regency} ${journal}`;

export function openWriter(database: Database, { folds, mayPark, tellsChanges }: WriterOptions): Writer {
  const { sql } = database;
  const begin = sql.prepare('BEGIN IMMEDIATE');
  const commit = sql.prepare('COMMIT');
  const rollback = sql.prepare('ROLLBACK');
  const addEvent = sql.prepare('INSERT INTO events VALUES (?, ?, ?)');
  const saveCheckpoint = sql.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?)');
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
       (stream, stream_sequence, subject, regency, journal, sequence, reason, detail, received_at, raw, digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const parkedView = openParkedView(database);
  const addToTimeline = sql.prepare(
    'INSERT INTO timeline VALUES (?, ?) ON CONFLICT DO UPDATE SET changes = changes + excluded.changes',
  );

  const maximum = (column: string, table: string) =>
    row<{ most: number }>(sql.prepare(`SELECT ifnull(max(${column}), 0) AS most FROM ${table}`))?.most ?? 0;
  const readCounters = () => ({
    change: Math.max(
      ...['incident_versions', 'hotspot_versions', 'item_versions'].map((table) => maximum('change', table)),
    ),
    incidents: maximum('key', 'incidents'),
    groups: maximum('key', 'hotspot_groups'),
  });
  const readCheckpoints = () =>
    new Map(
      rows<{
        regency: string;
        journal: Journal;
        sequence: number;
        recorded_at: string;
        known_at: number;
      }>(sql.prepare('SELECT * FROM checkpoints')).map((found): [string, Checkpoint] => [
        nameOf(found),
        { sequence: found.sequence, recordedAt: found.recorded_at, knownAt: found.known_at },
      ]),
    );

  // What is kept in memory of the tables. After a batch that failed it is read anew.
  let last = readCounters();
  let checkpoints = readCheckpoints();
  const incidents = recent<string, Known<IncidentView>>(VIEWS_KEPT);
  const groups = recent<string, KnownGroup>(GROUPS_KEPT);

  const checkpointOf = (journal: JournalKey): Checkpoint =>
    checkpoints.get(nameOf(journal)) ?? { sequence: 0, knownAt: 0 };

  const readIncident = (id: string): Known<IncidentView> | undefined => {
    const found = row<{ key: number; change: number; body: string }>(incidentById, id);
    return found && { key: found.key, change: found.change, view: JSON.parse(found.body) };
  };
  const groupOf = (id: string): KnownGroup | undefined => {
    const kept = groups.get(id);
    if (kept) return kept;
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

  const itemWriter = openItemWriter(database, (noun, body, said) => {
    const folded = twice(() => folds.item(noun, body, said));
    if ('failure' in folded) throw new Error(folded.failure);
    return folded.view;
  });

  /** One batch under way. */
  const batchOf = (source: DeliverySource) => {
    const { stream, regency, journal } = source;
    const journalName = nameOf(source);
    let checkpoint = checkpointOf(source);
    const changes: Change[] = [];
    const minutes = new Map<number, number>();
    // Versions of incidents are written when the batch ends: then it is known which are the newest.
    const touched = new Map<string, Known<IncidentView>>();
    const versions: NewVersion[] = [];
    const fresh = new Set<number>();
    let parked = false;

    const tell = (change: Change) => {
      if (tellsChanges) changes.push(change);
    };
    const renumber = () => (last.change += 1);
    const nextChange = (knownFrom: number) => {
      const minute = Math.floor(knownFrom / MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      return renumber();
    };

    const park = (
      { raw, receivedAt, streamSequence }: Delivery,
      reason: ParkReason,
      detail: string,
      { subject, sequence }: { subject: string; sequence: number | null },
    ) => {
      if (sequence !== null && !mayPark(regency, sequence)) {
        throw new RefusedEvent(`event ${sequence} of ${stream} can't be folded: ${reason}: ${detail}`);
      }
      const digest = createHash('sha256').update(raw).digest('base64');
      const { changes: added } = addParked.run(
        stream,
        streamSequence,
        subject,
        regency,
        journal,
        sequence,
        reason,
        detail,
        Date.parse(receivedAt),
        raw,
        digest,
      );
      if (added > 0) parked = true;
    };
    const root = journal === 'internal' ? 'internal' : 'disaster';
    const parkEvent = (delivery: Event, reason: ParkReason, detail: string) =>
      park(delivery, reason, detail, {
        subject: subjectOf(delivery.event, root),
        sequence: delivery.event.sequence,
      });
    const items = itemWriter.begin({
      regency,
      change: (knownFrom, again) => (again ? renumber() : nextChange(knownFrom)),
      tell: (change) => tell({ name: 'changed', ...change }),
      park: parkEvent,
    });
    const isFolded = (dataClass: DataClass) =>
      source.folds === 'all' || (source.folds === 'public') === (dataClass === 'public');

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
      const key = known?.key ?? (last.incidents += 1);
      if (!known) fresh.add(key);
      versions.push({ change, key, knownFrom, view });
      if (event.type === 'IncidentSameDeclared') addLink.run(id, event.data.incident);
      if (event.type === 'IncidentMerged') addLink.run(id, event.data.into);
      touched.set(id, { key, change, view });
      tell({ change, name: 'incident', view });
    };

    const writeVersion = ({ change, key, knownFrom, view }: NewVersion) => {
      const { id, sequence, status } = view;
      const updatedAt = Date.parse(view.updatedAt);
      const isNewest = touched.get(id)?.change === change;
      const body = isNewest || keepsBody(view) ? JSON.stringify(view) : null;
      addVersion.run(change, key, sequence, knownFrom, updatedAt, status, body);
      if (!isNewest) return;
      if (fresh.has(key)) {
        const [lon, lat] = view.point ?? pointOfPlace(view.place) ?? [null, null];
        addIncident.run(key, id, regency, view.hazard, lon, lat, change, updatedAt);
      } else pointIncident.run(change, updatedAt, key);
      incidents.set(id, { key, change, view });
    };

    const applyHotspots = (delivery: Event, event: HotspotsEvent, knownFrom: number) => {
      const { sequence } = delivery.event;
      const { group: id, absorbs, day } = event.data;
      const known = groupOf(id);
      const absorbed = absorbs.flatMap((other) => {
        const found = groupOf(other);
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
        groups.set(view.id, { key, regency, view: undefined });
        tell({ change, name: 'hotspots-removed', id: view.id });
      }
      const { view } = folded;
      const change = nextChange(knownFrom);
      const key = known?.key ?? (last.groups += 1);
      const [lon, lat] = view.centre;
      addGroupVersion.run(change, key, sequence, knownFrom, lon, lat, JSON.stringify(view));
      if (known) pointGroup.run(change, key);
      else addGroup.run(key, id, regency, day, change);
      groups.set(id, { key, regency, view });
      tell({ change, name: 'hotspots', view });
    };

    const applyEvent = (delivery: Event) => {
      const { event, raw, receivedAt } = delivery;
      const { sequence } = event;
      if (sequence <= checkpoint.sequence) return;
      if (sequence !== checkpoint.sequence + 1) {
        throw new Error(`event ${checkpoint.sequence + 1} of ${stream} is missing before ${sequence}`);
      }
      // A clock that was set back does not make an event known before the one that it follows: of a journal,
      // what was known at any time is then a beginning of its events, the same after every rebuild.
      const received = Date.parse(receivedAt);
      const knownFrom = Math.max(received, checkpoint.knownAt);
      const position = positionOf(source, sequence);
      addEvent.run(position, received, raw);
      checkpoint = { sequence, recordedAt: event.recordedat, knownAt: knownFrom };

      const decoded = decodeEvent(event.type, event.data);
      if (!decoded.ok) parkEvent(delivery, decoded.reason, decoded.detail);
      else if (decoded.dataClass !== event.dataclass) {
        // Else what it says of itself could open to all what an agreement keeps among its parties.
        const detail = `dataclass: it says ${event.dataclass}, its type is ${decoded.dataClass}`;
        parkEvent(delivery, 'invalid_data', detail);
      } else if (!isFolded(decoded.dataClass)) return;
      else if (decoded.event.type === 'HotspotsDetected') applyHotspots(delivery, decoded.event, knownFrom);
      else if (isIncident(decoded.event)) applyIncident(delivery, decoded.event, knownFrom);
      else items.add(delivery, decoded.event, { position, knownFrom });
    };

    return {
      apply(delivery: Delivery) {
        if (delivery.kind === 'event') applyEvent(delivery);
        else park(delivery, delivery.kind, delivery.reason, { subject: delivery.subject, sequence: null });
      },
      finish(): Applied {
        items.finish();
        for (const version of versions) writeVersion(version);
        for (const [minute, count] of minutes) addToTimeline.run(minute, count);
        const { sequence, recordedAt, knownAt } = checkpoint;
        if (recordedAt !== undefined) saveCheckpoint.run(regency, journal, sequence, recordedAt, knownAt);
        checkpoints.set(journalName, checkpoint);
        if (!parked) return { changes };
        return { changes, parked: parkedView() };
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
        groups.clear();
        last = readCounters();
        checkpoints = readCheckpoints();
        throw error;
      }
    },
    checkpoint: checkpointOf,
    change: () => last.change,
  };
}
