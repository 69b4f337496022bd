/**
 * The life of one incident, owned by the regency in which its place lies:
 * reported → verified (or dismissed) → active → contained → closed; reopened; merged and parted again.
 */
import { type Hazard, type PlaceCode, type RegencyCode, regencyOf } from '../codes.ts';
import { type Decision, accept, reject } from '../decision.ts';
import { personalNumberIn } from '../personal-data.ts';
import type { IncidentCommand } from './commands.ts';
import type { IncidentEvent } from './events.ts';
import type { Correction, Count, Counts, Detail, Details, Measure, PlaceFigures } from './figures.ts';

// State: what decide needs to know, nothing more

export type IncidentStatus =
  | 'reported'
  | 'verified'
  | 'dismissed'
  | 'active'
  | 'contained'
  | 'closed'
  | 'merged';

/** A figure in force, and since when (the time of its observation). */
export interface Figure {
  count: Count;
  observedAt: string;
}
export type FigureTable = ReadonlyMap<PlaceCode, ReadonlyMap<Measure, Figure>>;
/** A detail in force, and since when. */
export type DetailTable = ReadonlyMap<Detail, { value: string | number; observedAt: string }>;

export type Incident =
  | { status: 'none' }
  | (Known & { status: Exclude<IncidentStatus, 'merged'> })
  | (Known & { status: 'merged'; into: string; before: Exclude<IncidentStatus, 'merged'> });

interface Known {
  hazard: Hazard;
  figures: FigureTable;
  details: DetailTable;
  /** The neighbours' incidents that this regency calls the same event, as `regency/id`. */
  same: ReadonlySet<string>;
}

export const initialIncident: Incident = { status: 'none' };
const sameKey = (regency: RegencyCode, incident: string) => `${regency}/${incident}`;

/** Folds one event. Total over every order of events; an event that does not apply leaves the state as it is. */
export const evolveIncident = (state: Incident, event: IncidentEvent): Incident => {
  if (state.status === 'none') {
    if (event.type !== 'IncidentReported') return state;
    const { hazard, figures, details, occurredAt } = event.data;
    return {
      status: 'reported',
      hazard,
      figures: withFigures(new Map(), figures, occurredAt),
      details: withDetails(new Map(), details, occurredAt),
      same: new Set(),
    };
  }
  switch (event.type) {
    case 'IncidentReported':
      return state;
    case 'IncidentVerified':
      return moved(state, 'verified');
    case 'IncidentDismissed':
      return moved(state, 'dismissed');
    case 'IncidentAssessed': {
      const figures = withFigures(state.figures, event.data.figures, event.data.occurredAt);
      const details = withDetails(state.details, event.data.details, event.data.occurredAt);
      return state.status === 'verified'
        ? { ...state, figures, details, status: 'active' }
        : { ...state, figures, details };
    }
    case 'IncidentCorrected':
      return { ...state, figures: withCorrections(state.figures, event.data.corrections) };
    case 'IncidentContained':
      return moved(state, 'contained');
    case 'IncidentClosed':
      return moved(state, 'closed');
    case 'IncidentReopened':
      return moved(state, state.status === 'dismissed' ? 'reported' : 'active');
    case 'IncidentMerged':
      return state.status === 'merged'
        ? state
        : { ...state, status: 'merged', into: event.data.into, before: state.status };
    case 'IncidentMergeUndone':
      return state.status === 'merged' ? { ...known(state), status: state.before } : state;
    case 'IncidentSameDeclared':
      return { ...state, same: new Set([...state.same, sameKey(event.data.regency, event.data.incident)]) };
    case 'IncidentSameWithdrawn': {
      const same = new Set(state.same);
      same.delete(sameKey(event.data.regency, event.data.incident));
      return { ...state, same };
    }
  }
};

const known = ({ hazard, figures, details, same }: Known): Known => ({ hazard, figures, details, same });
const moved = (
  state: Exclude<Incident, { status: 'none' }>,
  status: Exclude<IncidentStatus, 'merged'>,
): Incident => (state.status === 'merged' ? state : { ...known(state), status });

/** Newer observations replace older ones; an older one that arrives late does not undo a newer. */
const withFigures = (table: FigureTable, figures: PlaceFigures[], observedAt: string): FigureTable => {
  const next = new Map(table);
  for (const { place, counts } of figures) {
    const row = new Map(next.get(place));
    for (const [measure, count] of entries(counts)) {
      const now = row.get(measure);
      if (!now || now.observedAt <= observedAt) row.set(measure, { count, observedAt });
    }
    next.set(place, row);
  }
  return next;
};

const withDetails = (table: DetailTable, details: Details, observedAt: string): DetailTable => {
  const next = new Map(table);
  for (const [detail, value] of detailEntries(details)) {
    const now = next.get(detail);
    if (!now || now.observedAt <= observedAt) next.set(detail, { value, observedAt });
  }
  return next;
};

/** A correction says that the figure never was so: it keeps the time of the observation. */
const withCorrections = (table: FigureTable, corrections: Correction[]): FigureTable => {
  const next = new Map(table);
  for (const { place, measure, is } of corrections) {
    const row = new Map(next.get(place));
    const observedAt = row.get(measure)?.observedAt;
    if (observedAt) next.set(place, row.set(measure, { count: is, observedAt }));
  }
  return next;
};

const entries = (counts: Counts): [Measure, Count][] =>
  Object.entries(counts).filter((entry): entry is [Measure, Count] => entry[1] !== undefined);

const detailEntries = (details: Details): [Detail, string | number][] =>
  Object.entries(details).filter((entry): entry is [Detail, string | number] => entry[1] !== undefined);

// Decisions

export type IncidentRejection =
  | 'already_reported'
  | 'incident_unknown'
  | 'time_in_future'
  | 'place_not_ours'
  | 'personal_data_in_text'
  | 'not_allowed_in_status'
  | 'nothing_to_correct'
  | 'merge_into_itself'
  | 'merge_target_unfit'
  | 'merged_elsewhere'
  | 'same_needs_neighbour';
export type IncidentDecision = Decision<IncidentEvent, IncidentRejection>;

/** In which statuses a verb acts, and in which it finds its work already done. */
const rules: Record<
  Exclude<IncidentCommand['type'], 'report'>,
  { acts: readonly IncidentStatus[]; alreadySo: readonly IncidentStatus[] }
> = {
  verify: { acts: ['reported'], alreadySo: ['verified', 'active', 'contained'] },
  dismiss: { acts: ['reported', 'verified'], alreadySo: ['dismissed'] },
  assess: { acts: ['reported', 'verified', 'active', 'contained'], alreadySo: [] },
  contain: { acts: ['verified', 'active'], alreadySo: ['contained'] },
  close: { acts: ['contained'], alreadySo: ['closed'] },
  reopen: { acts: ['contained', 'closed', 'dismissed'], alreadySo: ['reported', 'verified', 'active'] },
  merge: { acts: ['reported', 'verified', 'active', 'contained', 'closed'], alreadySo: [] },
  unmerge: {
    acts: ['merged'],
    alreadySo: ['reported', 'verified', 'active', 'contained', 'closed', 'dismissed'],
  },
  declareSame: { acts: ['reported', 'verified', 'active', 'contained', 'closed'], alreadySo: [] },
  withdrawSame: { acts: ['reported', 'verified', 'active', 'contained', 'closed'], alreadySo: [] },
};

/** Clocks of neighbouring machines differ a little; a report from "now" must not fail for it. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Decides `command` against `state`. Returns the events to append, none when it is already so, or a
 * rejection. Figures and details that change nothing are left out of an update; what an older observation that
 * arrives late says otherwise is kept in the history, though it does not undo a newer one. A correction needs a
 * figure to correct.
 */
export const decideIncident = (command: IncidentCommand, state: Incident): IncidentDecision => {
  const occurredAt = timeOf(command);
  if (Date.parse(occurredAt) > Date.parse(command.at) + CLOCK_TOLERANCE_MS) {
    return reject('time_in_future', { occurredAt, now: command.at });
  }
  const personal = personalTextIn(command);
  if (personal) return reject('personal_data_in_text', personal);

  if (command.type === 'report') return decideReport(command, state);
  if (state.status === 'none') return reject('incident_unknown');
  if (command.type === 'merge' && state.status === 'merged') {
    return state.into === command.body.into ? accept() : reject('merged_elsewhere', { into: state.into });
  }
  if (command.type === 'unmerge' && state.status === 'merged') {
    return accept({
      type: 'IncidentMergeUndone',
      data: { occurredAt, from: state.into, reason: command.body.reason },
    });
  }

  const { acts, alreadySo } = rules[command.type];
  if (alreadySo.includes(state.status)) return accept();
  const correctsClosed =
    command.type === 'assess' && command.body.kind === 'correction' && state.status === 'closed';
  if (!acts.includes(state.status) && !correctsClosed) {
    return reject('not_allowed_in_status', { command: command.type, status: state.status, allowedIn: acts });
  }

  switch (command.type) {
    case 'verify':
      return accept({ type: 'IncidentVerified', data: { occurredAt, ...noteOf(command.body) } });
    case 'dismiss':
      return accept({ type: 'IncidentDismissed', data: { occurredAt, reason: command.body.reason } });
    case 'assess':
      return decideAssessment(command, state);
    case 'contain':
      return accept({ type: 'IncidentContained', data: { occurredAt, ...noteOf(command.body) } });
    case 'close':
      return accept({ type: 'IncidentClosed', data: { occurredAt, ...noteOf(command.body) } });
    case 'reopen':
      return accept({ type: 'IncidentReopened', data: { occurredAt, reason: command.body.reason } });
    case 'merge':
      return decideMerge(command);
    case 'unmerge':
      return accept();
    case 'declareSame':
    case 'withdrawSame':
      return decideSame(command, state);
  }
};

type Only<Type extends IncidentCommand['type']> = Extract<IncidentCommand, { type: Type }>;

const timeOf = (command: IncidentCommand): string => {
  if (command.type === 'assess') return command.body.kind === 'update' ? command.body.observedAt : command.at;
  return command.body.occurredAt ?? command.at;
};

const noteOf = ({ note }: { note?: string | undefined }) => (note === undefined ? {} : { note });

/** The fields that carry free text. Ids and times are left alone: their digits can look like a phone number's. */
const textFields = [
  'chronology',
  'source',
  'reason',
  'note',
  'cause',
  'efforts',
  'needs',
  'obstacles',
  'recommendation',
] as const;

/** The first free text of the command that carries a personal number, by its field. */
const personalTextIn = ({ body }: IncidentCommand): { field: string; found: string } | undefined => {
  return personalTextAmong(body) ?? ('details' in body ? personalTextAmong(body.details) : undefined);
};

const personalTextAmong = (
  texts: Readonly<Record<string, unknown>>,
): { field: string; found: string } | undefined => {
  for (const field of textFields) {
    const text = texts[field];
    const found = typeof text === 'string' ? personalNumberIn(text) : undefined;
    if (found) return { field, found };
  }
  return undefined;
};

const decideReport = ({ body, by }: Only<'report'>, state: Incident): IncidentDecision => {
  if (state.status !== 'none') return reject('already_reported', { status: state.status });
  const place = body.place.village ?? body.place.district ?? '';
  if (regencyOf(place) !== by) return reject('place_not_ours', { place, owner: regencyOf(place), ours: by });
  const touches = [
    ...new Set([by, ...body.touches, ...body.figures.map((row) => regencyOf(row.place))]),
  ].sort();
  return accept({
    type: 'IncidentReported',
    data: {
      hazard: body.hazard,
      occurredAt: body.occurredAt,
      place,
      ...(body.place.point ? { point: body.place.point } : {}),
      chronology: body.chronology,
      source: body.source,
      touches,
      figures: body.figures,
      details: body.details,
    },
  });
};

const decideAssessment = ({ body, at }: Only<'assess'>, state: Known): IncidentDecision => {
  const figureOf = (place: PlaceCode, measure: Measure) => state.figures.get(place)?.get(measure);
  if (body.kind === 'update') {
    const figures = body.figures.flatMap(({ place, counts }) => {
      const changed = entries(counts).filter(([measure, count]) => {
        const now = figureOf(place, measure);
        return !now || now.count !== count || now.observedAt < body.observedAt;
      });
      return changed.length > 0 ? [{ place, counts: Object.fromEntries(changed) }] : [];
    });
    const details = Object.fromEntries(
      detailEntries(body.details).filter(([detail, value]) => {
        const now = state.details.get(detail);
        return !now || now.value !== value || now.observedAt < body.observedAt;
      }),
    );
    if (figures.length === 0 && Object.keys(details).length === 0) return accept();
    return accept({ type: 'IncidentAssessed', data: { occurredAt: body.observedAt, figures, details } });
  }
  const corrections: Correction[] = [];
  for (const { place, counts } of body.figures) {
    for (const [measure, is] of entries(counts)) {
      const now = figureOf(place, measure);
      if (!now) return reject('nothing_to_correct', { place, measure });
      if (now.count !== is) corrections.push({ place, measure, was: now.count, is });
    }
  }
  if (corrections.length === 0) return accept();
  return accept({ type: 'IncidentCorrected', data: { occurredAt: at, reason: body.reason, corrections } });
};

const decideMerge = ({ body, self, target, at }: Only<'merge'>): IncidentDecision => {
  if (body.into === self) return reject('merge_into_itself', { into: body.into });
  if (target.id !== body.into || ['none', 'merged', 'dismissed'].includes(target.status)) {
    return reject('merge_target_unfit', { into: body.into, status: target.status });
  }
  const { occurredAt = at, into, reason } = body;
  return accept({ type: 'IncidentMerged', data: { occurredAt, into, reason } });
};

const decideSame = (command: Only<'declareSame'> | Only<'withdrawSame'>, state: Known): IncidentDecision => {
  const { regency, incident, occurredAt = command.at } = command.body;
  if (regency === command.by) return reject('same_needs_neighbour', { regency });
  const isSo = state.same.has(sameKey(regency, incident));
  if (command.type === 'declareSame') {
    return isSo
      ? accept()
      : accept({ type: 'IncidentSameDeclared', data: { occurredAt, regency, incident } });
  }
  if (!isSo) return accept();
  return accept({
    type: 'IncidentSameWithdrawn',
    data: { occurredAt, regency, incident, reason: command.body.reason },
  });
};
