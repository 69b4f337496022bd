/** The picture's view of one incident, folded from its owner's shared events. Pure: used by server and browser. */
import { type Hazard, type Point, type RegencyCode, regencyOf } from '../codes.ts';
import type { IncidentEvent } from '../incident/events.ts';
import type { Count, Counts, Detail, Details, Measure } from '../incident/figures.ts';
import type { IncidentStatus } from '../incident/incident.ts';

/** A figure as shown, with the way back to the event that said so, and what it corrects. */
export interface FigureView {
  count: Count;
  observedAt: string;
  /** The owner's sequence number of the event that set it. */
  sequence: number;
  corrected?: { was: Count; reason: string; sequence: number };
}
type FigureRow = { [measure in Measure]?: FigureView };
export type FigureRows = Record<string, FigureRow>;

export interface IncidentView {
  id: string;
  regency: RegencyCode;
  hazard: Hazard;
  status: IncidentStatus;
  occurredAt: string;
  reportedAt: string;
  /** When the owner last recorded something about it. */
  updatedAt: string;
  place: string;
  point?: Point;
  chronology: string;
  source: string;
  touches: RegencyCode[];
  figures: FigureRows;
  details: Details;
  /** Where each detail comes from: when it was observed, and the owner's sequence number of the event that set it. */
  detailsFrom: { [detail in Detail]?: { observedAt: string; sequence: number } };
  /** Declared by this incident's owner only; groups join what either side declares. */
  same: { regency: RegencyCode; incident: string }[];
  mergedInto?: string;
  statusBeforeMerge?: IncidentStatus;
  statusReason?: string;
  revision: number;
  /** The owner's sequence number of the last event folded in. */
  sequence: number;
}

/** Where and when an event stands in its owner's journal. */
export interface EventPlace {
  id: string;
  regency: RegencyCode;
  revision: number;
  sequence: number;
  recordedAt: string;
}

/**
 * Folds one event into the view. An event for an incident whose report is not known gives no view, and so
 * does a second report.
 */
export const foldIncident = (
  view: IncidentView | undefined,
  event: IncidentEvent,
  place: EventPlace,
): IncidentView | undefined => {
  const { sequence, recordedAt, revision } = place;
  if (event.type === 'IncidentReported') {
    if (view) return view;
    const { figures, point, details, ...rest } = event.data;
    const reported: IncidentView = {
      id: place.id,
      regency: place.regency,
      status: 'reported',
      reportedAt: recordedAt,
      updatedAt: recordedAt,
      ...rest,
      ...(point ? { point } : {}),
      figures: withCounts({}, figures, rest.occurredAt, sequence),
      details: {},
      detailsFrom: {},
      same: [],
      revision,
      sequence,
    };
    return withDetails(reported, details, rest.occurredAt, sequence);
  }
  if (!view) return undefined;
  // One copy an event, which the event then changes: to spread further objects into it takes longer than the copy.
  const next: IncidentView = { ...view, updatedAt: recordedAt, revision, sequence };
  switch (event.type) {
    case 'IncidentVerified':
      return moved(next, 'verified');
    case 'IncidentDismissed':
      return moved(next, 'dismissed', event.data.reason);
    case 'IncidentAssessed': {
      const { figures, details, occurredAt } = event.data;
      if (view.status === 'verified') next.status = 'active';
      next.figures = withCounts(view.figures, figures, occurredAt, sequence);
      const places = figures.map((row) => regencyOf(row.place));
      next.touches = united(view.touches, places);
      return withDetails(next, details, occurredAt, sequence);
    }
    case 'IncidentCorrected': {
      const figures = { ...view.figures };
      for (const { place: code, measure, was, is } of event.data.corrections) {
        const now = figures[code]?.[measure];
        if (!now) continue;
        const corrected = { was, reason: event.data.reason, sequence };
        figures[code] = { ...figures[code], [measure]: { ...now, count: is, sequence, corrected } };
      }
      next.figures = figures;
      return next;
    }
    case 'IncidentContained':
      return moved(next, 'contained');
    case 'IncidentClosed':
      return moved(next, 'closed');
    case 'IncidentReopened':
      return moved(next, view.status === 'dismissed' ? 'reported' : 'active', event.data.reason);
    case 'IncidentMerged':
      if (view.status === 'merged') return next;
      next.statusBeforeMerge = view.status;
      next.status = 'merged';
      next.mergedInto = event.data.into;
      next.statusReason = event.data.reason;
      return next;
    case 'IncidentMergeUndone': {
      const { mergedInto: _, statusBeforeMerge, ...rest } = next;
      if (!statusBeforeMerge) return next;
      return { ...rest, status: statusBeforeMerge, statusReason: event.data.reason };
    }
    case 'IncidentSameDeclared': {
      const { regency, incident } = event.data;
      const others = view.same.filter((link) => link.incident !== incident || link.regency !== regency);
      next.same = [...others, { regency, incident }];
      next.touches = united(view.touches, [regency]);
      return next;
    }
    case 'IncidentSameWithdrawn': {
      const { regency, incident } = event.data;
      next.same = view.same.filter((link) => link.incident !== incident || link.regency !== regency);
      return next;
    }
  }
};

/** Both, each once, in order; the same list where there is nothing new. */
const united = (touches: RegencyCode[], more: RegencyCode[]): RegencyCode[] =>
  more.every((code) => touches.includes(code)) ? touches : [...new Set([...touches, ...more])].sort();

/**
 * Moves the fold's own copy of a view to another status; a merged incident stays merged until that is undone, as in
 * `evolveIncident`.
 */
const moved = (next: IncidentView, status: IncidentStatus, reason?: string): IncidentView => {
  if (next.status === 'merged') return next;
  const moving = next.statusReason === undefined ? next : withoutReason(next);
  moving.status = status;
  if (reason !== undefined) moving.statusReason = reason;
  return moving;
};

const withoutReason = (view: IncidentView): IncidentView => {
  const { statusReason: _, ...rest } = view;
  return rest;
};

/**
 * Takes details into the fold's own copy of a view. As with figures: an older observation that arrives late does not undo
 * a newer.
 */
const withDetails = (
  next: IncidentView,
  details: Details,
  observedAt: string,
  sequence: number,
): IncidentView => {
  const fresh = (Object.keys(details) as Detail[]).filter((detail) => {
    const now = next.detailsFrom[detail];
    return details[detail] !== undefined && !(now && now.observedAt > observedAt);
  });
  if (fresh.length === 0) return next;
  next.details = { ...next.details };
  next.detailsFrom = { ...next.detailsFrom };
  for (const detail of fresh) {
    take(detail, next.details, details);
    next.detailsFrom[detail] = { observedAt, sequence };
  }
  return next;
};
const take = <Name extends Detail>(name: Name, into: Details, from: Details): void => {
  into[name] = from[name];
};

const withCounts = (
  rows: FigureRows,
  figures: { place: string; counts: Counts }[],
  observedAt: string,
  sequence: number,
): FigureRows => {
  const next = { ...rows };
  for (const { place, counts } of figures) {
    const known = next[place];
    const row: FigureRow = known ? { ...known } : {};
    for (const measure of Object.keys(counts) as Measure[]) {
      const count = counts[measure];
      const now = row[measure];
      if (count !== undefined && (!now || now.observedAt <= observedAt))
        row[measure] = { count, observedAt, sequence };
    }
    next[place] = row;
  }
  return next;
};
