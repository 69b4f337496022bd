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
    return {
      id: place.id,
      regency: place.regency,
      status: 'reported',
      reportedAt: recordedAt,
      updatedAt: recordedAt,
      ...rest,
      ...(point ? { point } : {}),
      figures: withCounts({}, figures, rest.occurredAt, sequence),
      ...withDetails({ details: {}, detailsFrom: {} }, details, rest.occurredAt, sequence),
      same: [],
      revision,
      sequence,
    };
  }
  if (!view) return undefined;
  // Taken into each copy of the view with what else the event changes: a rebuild makes one copy an event.
  const said: Said = { updatedAt: recordedAt, revision, sequence };
  switch (event.type) {
    case 'IncidentVerified':
      return moved(view, said, 'verified');
    case 'IncidentDismissed':
      return moved(view, said, 'dismissed', event.data.reason);
    case 'IncidentAssessed': {
      const { figures, details, occurredAt } = event.data;
      return {
        ...view,
        ...said,
        status: view.status === 'verified' ? 'active' : view.status,
        figures: withCounts(view.figures, figures, occurredAt, sequence),
        ...withDetails(view, details, occurredAt, sequence),
        touches: united(
          view.touches,
          figures.map((row) => regencyOf(row.place)),
        ),
      };
    }
    case 'IncidentCorrected': {
      const figures = { ...view.figures };
      for (const { place: code, measure, was, is } of event.data.corrections) {
        const now = figures[code]?.[measure];
        if (!now) continue;
        const corrected = { was, reason: event.data.reason, sequence };
        figures[code] = { ...figures[code], [measure]: { ...now, count: is, sequence, corrected } };
      }
      return { ...view, ...said, figures };
    }
    case 'IncidentContained':
      return moved(view, said, 'contained');
    case 'IncidentClosed':
      return moved(view, said, 'closed');
    case 'IncidentReopened':
      return moved(view, said, view.status === 'dismissed' ? 'reported' : 'active', event.data.reason);
    case 'IncidentMerged':
      if (view.status === 'merged') return { ...view, ...said };
      return {
        ...view,
        ...said,
        status: 'merged',
        statusBeforeMerge: view.status,
        mergedInto: event.data.into,
        statusReason: event.data.reason,
      };
    case 'IncidentMergeUndone': {
      const { mergedInto: _, statusBeforeMerge, ...rest } = view;
      if (!statusBeforeMerge) return { ...view, ...said };
      return { ...rest, ...said, status: statusBeforeMerge, statusReason: event.data.reason };
    }
    case 'IncidentSameDeclared': {
      const { regency, incident } = event.data;
      const others = view.same.filter((link) => link.incident !== incident || link.regency !== regency);
      return {
        ...view,
        ...said,
        same: [...others, { regency, incident }],
        touches: united(view.touches, [regency]),
      };
    }
    case 'IncidentSameWithdrawn': {
      const { regency, incident } = event.data;
      return {
        ...view,
        ...said,
        same: view.same.filter((link) => link.incident !== incident || link.regency !== regency),
      };
    }
  }
};

/** What every event says of the view. */
type Said = Pick<IncidentView, 'updatedAt' | 'revision' | 'sequence'>;

/** Both, each once, in order; the same list where there is nothing new. */
const united = (touches: RegencyCode[], more: RegencyCode[]): RegencyCode[] =>
  more.every((code) => touches.includes(code)) ? touches : [...new Set([...touches, ...more])].sort();

/** To another status; a merged incident stays merged until that is undone, as in `evolveIncident`. */
const moved = (view: IncidentView, said: Said, status: IncidentStatus, reason?: string): IncidentView => {
  if (view.status === 'merged') return { ...view, ...said };
  const { statusReason: _, ...rest } = view;
  return { ...rest, ...said, status, ...(reason === undefined ? {} : { statusReason: reason }) };
};

/** As with figures: an older observation that arrives late does not undo a newer. */
const withDetails = (
  view: Pick<IncidentView, 'details' | 'detailsFrom'>,
  details: Details,
  observedAt: string,
  sequence: number,
): Pick<IncidentView, 'details' | 'detailsFrom'> => {
  const detailsFrom = { ...view.detailsFrom };
  const fresh = Object.entries(details).filter(([detail, value]) => {
    const now = detailsFrom[detail as Detail];
    if (value === undefined || (now && now.observedAt > observedAt)) return false;
    detailsFrom[detail as Detail] = { observedAt, sequence };
    return true;
  });
  return { details: { ...view.details, ...Object.fromEntries(fresh) }, detailsFrom };
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
