/** The answers of the picture's routes, each at one moment. */
import {
  type ParkedView,
  addTotals,
  dataClassOf,
  type EventGroup,
  groupSame,
  type HotspotGroupView,
  type RegencyCode,
  regencyFromToken,
  regencyOf,
  type SharedEvent,
  type SourceView,
  type Totals,
  totalsOf,
} from '@siaga/domain';
import { Problem } from '@siaga/web';
import type { CurrentStore } from '../store/current.ts';
import { idText } from '../live/frames.ts';
import { type IncidentListItem, listItemOf } from '../store/places.ts';
import type { HotspotFilter, IncidentFilter, Moment, StoredEvent } from '../store/reader.ts';
import type { JournalKey } from '../store/delivery-source.ts';
import type { ParkReason } from '../store/writer.ts';
import { cursorText, parseCursor } from './cursor.ts';

export interface IncidentList {
  asOf: string;
  /** Where a live stream goes on from this list; absent when the list is of the past. */
  lastEventId?: string;
  items: IncidentListItem[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export interface IncidentDetail {
  asOf: string;
  item: IncidentListItem;
  /** The incidents that either side declared to be this event; absent for an incident alone. */
  group?: { id: string; incidents: IncidentListItem[]; totals: Totals };
  /** Of this incident alone. */
  totals: Totals;
}

export interface HistoryItem {
  regency: RegencyCode;
  sequence: number;
  revision: number;
  type: string;
  occurredAt: string;
  recordedAt: string;
  receivedAt: string;
  actor: string;
  data: Record<string, unknown>;
}

export interface TotalsAnswer {
  asOf: string;
  totals: Totals;
  byRegency: Record<RegencyCode, Totals>;
  /** A group's hazard is that of the incident whose id the group has. */
  byHazard: Record<string, Totals>;
  incidents: Record<string, number>;
}

export interface HotspotList {
  asOf: string;
  lastEventId?: string;
  items: HotspotGroupView[];
}

/** `parked`: its data may be anything. `restricted`: it is for the agreement's parties. */
export type EventKind = 'public' | 'restricted' | 'parked';

export type EventAnswer = Omit<SharedEvent, 'data'> & {
  data?: SharedEvent['data'];
  receivedAt: string;
  /** Why it is not in the picture. */
  parked?: ParkReason;
};

export interface ParkedItem {
  id: number;
  stream: string;
  subject: string;
  regency: RegencyCode;
  sequence?: number;
  reason: ParkReason;
  detail: string;
  receivedAt: string;
  bytes: number;
  raw?: string;
}

export interface Timeline {
  first?: string;
  last?: string;
  changes: { at: string; count: number }[];
}

interface ListQuery extends IncidentFilter {
  asOf?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface Queries {
  /** Throws `invalid_request` for a cursor that is none. */
  incidents(query: ListQuery): IncidentList;
  /** Throws `incident_unknown`; so does `history`. */
  incident(id: string, asOf?: string): IncidentDetail;
  history(id: string, asOf?: string): { items: HistoryItem[] };
  /** Over all incidents but merged and dismissed ones, each disaster's places once. */
  totals(query: {
    asOf?: string | undefined;
    regency?: RegencyCode | undefined;
    hazard?: string | undefined;
  }): TotalsAnswer;
  hotspots(query: HotspotFilter & { asOf?: string | undefined }): HotspotList;
  sources(): { now: string; items: SourceView[] };
  /**
   * The event as received; without its data where `mayRead` says no to what kind it is. Throws `event_unknown`.
   */
  event(journal: JournalKey, sequence: number, mayRead: (kind: EventKind) => boolean): EventAnswer;
  parked(query: { limit: number; before?: number | undefined; withRaw: boolean }): ParkedView & {
    items: ParkedItem[];
  };
  timeline(): Timeline;
}

const TIMELINE_BUCKETS = 400;
const ANSWERS_KEPT = 50;

export function openQueries(current: CurrentStore, sources: () => SourceView[], now = Date.now): Queries {
  const momentOf = (asOf: string | undefined): Moment => ({
    change: current.store.change(),
    ...(asOf === undefined ? {} : { at: Date.parse(asOf) }),
  });
  const asOfText = ({ at }: Moment) => new Date(at ?? now()).toISOString();
  const resumable = ({ at, change }: Moment) =>
    at === undefined ? { lastEventId: idText({ epoch: current.store.epoch, change }) } : {};

  // Totals read every incident, and many screens ask for the same: kept until something changes.
  let kept = { of: '', answers: new Map<string, Omit<TotalsAnswer, 'asOf'>>() };
  const totalsOnce = (moment: Moment, key: string, make: () => Omit<TotalsAnswer, 'asOf'>) => {
    const of = idText({ epoch: current.store.epoch, change: moment.change });
    if (kept.of !== of || kept.answers.size >= ANSWERS_KEPT) kept = { of, answers: new Map() };
    const known = kept.answers.get(key);
    if (known) return known;
    const answer = make();
    kept.answers.set(key, answer);
    return answer;
  };

  const groupIds = (moment: Moment) => {
    const known = new Map<string, string>();
    return (id: string): string | undefined => {
      const found = known.get(id);
      if (found !== undefined) return found;
      const group = current.store.groupOf(moment, id);
      for (const member of group?.incidents ?? []) known.set(member.id, group?.id ?? '');
      return group?.id;
    };
  };

  return {
    incidents({ asOf, limit, cursor, ...filter }) {
      const from = cursor === undefined ? undefined : parseCursor(cursor, current.store.epoch);
      const moment: Moment = from
        ? { change: from.change, ...(from.at === undefined ? {} : { at: from.at }) }
        : momentOf(asOf);
      const found = current.store.incidents(moment, filter, limit + 1, from?.after);
      const page = found.slice(0, limit);
      const groupIdOf = groupIds(moment);
      const last = page.at(-1);
      return {
        asOf: asOfText(moment),
        ...resumable(moment),
        items: page.map(({ view }) => listItemOf(view, groupIdOf(view.id))),
        ...(found.length > limit && last
          ? {
              next: cursorText({
                epoch: current.store.epoch,
                change: moment.change,
                at: moment.at,
                after: last.place,
              }),
            }
          : {}),
      };
    },
    incident(id, asOf) {
      const moment = momentOf(asOf);
      const view = current.store.incident(moment, id);
      if (!view) throw unknownIncident(id, asOf);
      const group = current.store.groupOf(moment, id);
      return {
        asOf: asOfText(moment),
        item: listItemOf(view, group?.id),
        ...(group
          ? {
              group: {
                id: group.id,
                incidents: group.incidents.map((member) => listItemOf(member, group.id)),
                totals: totalsOf(group),
              },
            }
          : {}),
        totals: totalsOf({ id, incidents: [view] }),
      };
    },
    history(id, asOf) {
      const items = current.store.history(momentOf(asOf), id).map(historyItemOf);
      if (items.length === 0) throw unknownIncident(id, asOf);
      return { items };
    },
    totals({ asOf, regency, hazard }) {
      const moment = momentOf(asOf);
      const key = JSON.stringify([moment.at, regency, hazard]);
      const answer = totalsOnce(moment, key, () => {
        const groups = groupSame(current.store.allIncidents(moment)).filter(
          (group) => hazard === undefined || hazardOf(group) === hazard,
        );
        return {
          ...sumsOf(groups, regency),
          incidents: current.store.statuses(moment, { regency, hazard }),
        };
      });
      return { asOf: asOfText(moment), ...answer };
    },
    hotspots({ asOf, ...filter }) {
      const moment = momentOf(asOf);
      return {
        asOf: asOfText(moment),
        ...resumable(moment),
        items: current.store.hotspots(moment, filter),
      };
    },
    sources: () => ({ now: new Date(now()).toISOString(), items: sources() }),
    event(journal, sequence, mayRead) {
      const found = current.store.event(journal, sequence);
      if (!found) {
        const which = journal.journal === 'internal' ? 'internal event' : 'event';
        throw new Problem('event_unknown', `This site has no ${which} ${sequence} of ${journal.regency}.`, {
          ...journal,
          sequence,
        });
      }
      const receivedAt = new Date(found.receivedAt).toISOString();
      const parked = current.store.parkedEvent(journal, sequence);
      const { data, ...envelope } = found.event;
      const isPublic = envelope.dataclass === 'public' && dataClassOf(envelope.type) === 'public';
      const open = isPublic ? 'public' : 'restricted';
      return {
        ...envelope,
        ...(mayRead(parked === undefined ? open : 'parked') ? { data } : {}),
        receivedAt,
        ...(parked === undefined ? {} : { parked }),
      };
    },
    parked({ limit, before, withRaw }) {
      const items = current.store.parked(limit, before).map(({ receivedAt, sequence, raw, ...message }) => ({
        ...message,
        ...(sequence === undefined ? {} : { sequence }),
        receivedAt: new Date(receivedAt).toISOString(),
        bytes: Buffer.byteLength(raw),
        ...(withRaw ? { raw } : {}),
      }));
      return { ...current.store.parkedView(), items };
    },
    timeline() {
      const changes = current.store
        .timeline(TIMELINE_BUCKETS)
        .map(({ at, count }) => ({ at: new Date(at).toISOString(), count }));
      const first = changes[0]?.at;
      const last = changes.at(-1)?.at;
      return { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }), changes };
    },
  };
}

const unknownIncident = (id: string, asOf: string | undefined) =>
  new Problem(
    'incident_unknown',
    asOf === undefined
      ? `This site knows no incident ${id}.`
      : `This site knew no incident ${id} at ${asOf}.`,
    { id, ...(asOf === undefined ? {} : { asOf }) },
  );

const historyItemOf = ({ event, receivedAt }: StoredEvent): HistoryItem => ({
  regency: regencyFromToken(event.regency),
  sequence: event.sequence,
  revision: event.revision,
  type: event.type,
  occurredAt: event.time,
  recordedAt: event.recordedat,
  receivedAt: new Date(receivedAt).toISOString(),
  actor: event.actor,
  data: event.data,
});

const hazardOf = ({ incidents }: EventGroup): string => incidents[0]?.hazard ?? '';

/** Sums over groups, in all, by the regency of the place, and by hazard; `only` keeps one regency's places. */
function sumsOf(groups: readonly EventGroup[], only: RegencyCode | undefined) {
  const each = groups.map((group) => {
    const totals = totalsOf(group, only);
    const regencies = new Set(
      Object.values(totals).flatMap(({ parts }) => parts.map(({ place }) => regencyOf(place))),
    );
    return { group, totals, regencies: [...regencies] };
  });
  const codes = [...new Set(each.flatMap(({ regencies }) => regencies))].sort();
  const hazards = [...new Set(groups.map(hazardOf))].sort();
  return {
    totals: addTotals(each.map(({ totals }) => totals)),
    byRegency: Object.fromEntries(
      codes.map((code) => [
        code,
        addTotals(
          each.flatMap(({ group, regencies }) => (regencies.includes(code) ? [totalsOf(group, code)] : [])),
        ),
      ]),
    ),
    byHazard: Object.fromEntries(
      hazards.map((hazard) => [
        hazard,
        addTotals(each.flatMap(({ group, totals }) => (hazardOf(group) === hazard ? [totals] : []))),
      ]),
    ),
  };
}
