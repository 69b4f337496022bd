/**
 * A regency's emergency status for one hazard: siaga, tanggap, transisi, each by a decree from one day to another;
 * extended, ended early, or superseded by a higher level before its time. Statuses end by themselves: time is not an
 * event here, so what stands is always asked with an instant.
 */
import type { z } from 'zod';
import { type Hazard, type PlaceCode, regencyOf } from '../codes.ts';
import { type Decision, type Rejection, accept, reject } from '../decision.ts';
import { commonRefusal } from '../resource/checks.ts';
import { dayAt, daysLater, daysUntil, endOfDay, startOfDay } from '../shared/days.ts';
import type { EmergencyStatusCommand } from './commands.ts';
import type { EmergencyLevel, EmergencyStatusEvent, InabilityStated } from './events.ts';

// State

/** A status as one decree declared it, with what later decrees made of it. `Mark`: what a fold adds to each entry. */
export interface EmergencyDecree<Mark = unknown> {
  decree: string;
  level: EmergencyLevel;
  area: readonly PlaceCode[];
  from: string;
  /** The last day, extensions counted. */
  to: string;
  extensions: readonly ({ decree: string; to: string } & Mark)[];
  /** Ended early, or called off before it began. */
  ended?: { at: string; decree?: string; reason: string } & Mark;
}
export interface EmergencyStatus<Mark = unknown> {
  hazard?: Hazard;
  /** In the order in which they were declared. */
  decrees: readonly (EmergencyDecree<Mark> & Mark)[];
  inability: readonly (z.infer<typeof InabilityStated> & Mark)[];
}
export const initialEmergencyStatus: EmergencyStatus = { decrees: [], inability: [] };

/** Folds one event. Total over every order of events; what names a decree that is not known changes nothing. */
export const evolveEmergencyStatus = (state: EmergencyStatus, event: EmergencyStatusEvent): EmergencyStatus =>
  evolveEmergencyMarked(state, event, {});

/** As `evolveEmergencyStatus`, with `mark` on each entry. */
export const evolveEmergencyMarked = <Mark>(
  state: EmergencyStatus<Mark>,
  event: EmergencyStatusEvent,
  mark: Mark,
): EmergencyStatus<Mark> => {
  switch (event.type) {
    case 'EmergencyStatusDeclared': {
      const { hazard, level, decree, area, from, to } = event.data;
      if (numbersOf(state).includes(decree)) return state;
      const declared = { decree, level, area, from, to, extensions: [], ...mark };
      return { ...state, hazard, decrees: [...state.decrees, declared] };
    }
    case 'EmergencyStatusExtended': {
      const { decree, extends: of, to } = event.data;
      return withDecree(state, of, (known) => ({
        ...known,
        to,
        extensions: [...known.extensions, { decree, to, ...mark }],
      }));
    }
    case 'EmergencyStatusEnded': {
      const { ends, occurredAt: at, decree, reason } = event.data;
      const ended = { at, reason, ...(decree === undefined ? {} : { decree }), ...mark };
      return withDecree(state, ends, (known) => (known.ended ? known : { ...known, ended }));
    }
    case 'InabilityStated':
      return { ...state, inability: [...state.inability, { ...event.data, ...mark }] };
  }
};

const withDecree = <Mark>(
  state: EmergencyStatus<Mark>,
  number: string,
  change: (decree: EmergencyDecree<Mark> & Mark) => EmergencyDecree<Mark> & Mark,
): EmergencyStatus<Mark> => ({
  ...state,
  decrees: state.decrees.map((known) => (known.decree === number ? change(known) : known)),
});

/** The numbers of all decrees that declared or extended. */
const numbersOf = ({ decrees }: Pick<EmergencyStatus, 'decrees'>): string[] =>
  decrees.flatMap(({ decree, extensions }) => [decree, ...extensions.map((extension) => extension.decree)]);

// What stands when

/** The time in which a decree's status stands: from `begins` on, before `ends`; none where `ends` is not later. */
export interface DecreePeriod<Mark = unknown> {
  decree: EmergencyDecree<Mark> & Mark;
  begins: string;
  ends: string;
  /** Ended before it began: it takes no other's place. */
  calledOff: boolean;
  /** The decree that takes its place before its time. */
  supersededBy?: string;
}

/** When each decree's status stands, in the order in which they were declared. No two stand at once. */
export const decreePeriods = <Mark>({
  decrees,
}: Pick<EmergencyStatus<Mark>, 'decrees'>): DecreePeriod<Mark>[] => {
  const periods: DecreePeriod<Mark>[] = [];
  let next: DecreePeriod<Mark> | undefined;
  for (const decree of decrees.toReversed()) {
    const begins = startOfDay(decree.from);
    const own = earlier(endOfDay(decree.to), decree.ended?.at);
    const calledOff = decree.ended !== undefined && decree.ended.at < begins;
    const superseded = next !== undefined && next.begins < own;
    const ends = superseded ? earlier(own, next?.begins) : own;
    const period: DecreePeriod<Mark> = {
      decree,
      begins,
      ends,
      calledOff,
      ...(superseded && next ? { supersededBy: next.decree.decree } : {}),
    };
    periods.unshift(period);
    if (!calledOff && (next === undefined || begins < next.begins)) next = period;
  }
  return periods;
};

const earlier = (a: string, b: string | undefined): string => (b !== undefined && b < a ? b : a);

/** From this many days before the end on, there is a warning. */
const WARNING_DAYS = 3;

export interface StandingStatus<Mark = unknown> extends DecreePeriod<Mark> {
  level: EmergencyLevel;
  /** Days to the end, today counted: 1 on the last day. */
  daysLeft: number;
  /** Whether the end is 3 days or less away and nothing follows on it. */
  warn: boolean;
}

/** The status that stands at `at`, undefined for none. The view of the picture is asked the same way. */
export const statusAt = <Mark>(
  status: Pick<EmergencyStatus<Mark>, 'decrees'>,
  at: string,
): StandingStatus<Mark> | undefined => {
  const period = decreePeriods(status).find(({ begins, ends }) => begins <= at && at < ends);
  if (!period) return undefined;
  const { decree, ends, supersededBy } = period;
  return {
    ...period,
    level: decree.level,
    daysLeft: daysUntil(at, ends),
    warn: supersededBy === undefined && ends <= daysLater(at, WARNING_DAYS),
  };
};

// Decisions

export type EmergencyStatusRejection =
  | 'time_in_future'
  | 'personal_data_in_text'
  | 'place_not_ours'
  | 'ends_before_it_begins'
  | 'period_in_past'
  | 'siaga_needs_slow_onset'
  | 'decree_exists'
  | 'decree_unknown'
  | 'begins_before_standing'
  | 'level_not_higher'
  | 'transisi_needs_tanggap'
  | 'extension_not_longer'
  | 'status_over'
  | 'status_superseded'
  | 'no_status_stands'
  | 'inability_needs_tanggap';
export type EmergencyStatusDecision = Decision<EmergencyStatusEvent, EmergencyStatusRejection>;
type Refusal = { accepted: false; rejection: Rejection<EmergencyStatusRejection> };

/** Hazards that come slowly enough to be on alert before them (PP 21/2008 article 17 and Peraturan BNPB 4/2020). */
export const slowOnset: readonly Hazard[] = ['flood', 'tidal-surge', 'extreme-weather', 'drought', 'fire'];
const levels: readonly EmergencyLevel[] = ['siaga', 'tanggap', 'transisi'];

/**
 * Decides `command` against `state`. Returns the events to append, none when it is already so, or a rejection.
 *
 * 1. Siaga only before what comes slowly; transisi only after tanggap.
 * 2. While a status stands, only a higher level takes its place; the same level is extended.
 * 3. What is over is not extended: it is declared anew.
 * 4. Inability is stated while tanggap stands.
 */
export const decideEmergencyStatus = (
  command: EmergencyStatusCommand,
  state: EmergencyStatus,
): EmergencyStatusDecision => {
  const personal = commonRefusal(command.at, command.at, textsOf(command));
  if (personal) return personal;
  switch (command.type) {
    case 'declare':
      return decideDeclare(command, state);
    case 'extend':
      return decideExtend(command, state);
    case 'end':
      return decideEnd(command, state);
    case 'stateInability':
      return decideInability(command, state);
  }
};

type Only<Type extends EmergencyStatusCommand['type']> = Extract<EmergencyStatusCommand, { type: Type }>;

const textsOf = ({ type, body }: EmergencyStatusCommand): Record<string, string | undefined> => {
  switch (type) {
    case 'declare':
    case 'extend':
      return { decree: body.decree };
    case 'end':
      return { decree: body.decree, reason: body.reason };
    case 'stateInability':
      return { letter: body.letter, text: body.text };
  }
};

const decideDeclare = (
  { body, by, at }: Only<'declare'>,
  state: EmergencyStatus,
): EmergencyStatusDecision => {
  const { hazard, level, decree, area, from, to } = body;
  const known = state.decrees.find((one) => one.decree === decree);
  if (known?.level === level && known.from === from) return accept();
  if (numbersOf(state).includes(decree)) return reject('decree_exists', { decree });
  const foreign = area.find((place) => regencyOf(place) !== by);
  if (foreign) return reject('place_not_ours', { place: foreign, owner: regencyOf(foreign), ours: by });
  if (to < from) return reject('ends_before_it_begins', { start: from, until: to });
  if (to < dayAt(at)) return reject('period_in_past', { until: to, today: dayAt(at) });
  if (level === 'siaga' && !slowOnset.includes(hazard)) {
    return reject('siaga_needs_slow_onset', { hazard, slowOnset, allowed: ['tanggap'] });
  }
  const last = lastOf(state);
  if (level === 'transisi' && last?.decree.level !== 'tanggap') {
    return reject('transisi_needs_tanggap', { before: last?.decree.level ?? null });
  }
  const superseding = last && startOfDay(from) < last.ends ? last : undefined;
  const refusal = superseding && supersessionRefusal(superseding, { level, from });
  if (refusal) return refusal;
  return accept({
    type: 'EmergencyStatusDeclared',
    data: {
      occurredAt: at,
      hazard,
      level,
      decree,
      area,
      from,
      to,
      ...(superseding ? { supersedes: superseding.decree.decree } : {}),
    },
  });
};

/** The last decree that was not called off. */
const lastOf = (state: EmergencyStatus): DecreePeriod | undefined =>
  decreePeriods(state).findLast(({ calledOff }) => !calledOff);

const supersessionRefusal = (
  { decree: standing, ends }: DecreePeriod,
  { level, from }: { level: EmergencyLevel; from: string },
): Refusal | undefined => {
  if (levels.indexOf(level) <= levels.indexOf(standing.level)) {
    return reject('level_not_higher', {
      level,
      standing: standing.level,
      decree: standing.decree,
      ends,
      allowed: levels.slice(levels.indexOf(standing.level) + 1),
    });
  }
  // Tanggap can take siaga's place on its first day; a transisi needs a day of tanggap before it.
  const earliest = level === 'transisi' ? dayAt(endOfDay(standing.from)) : standing.from;
  return from < earliest
    ? reject('begins_before_standing', { from, decree: standing.decree, standing: standing.from, earliest })
    : undefined;
};

const decideExtend = ({ body, at }: Only<'extend'>, state: EmergencyStatus): EmergencyStatusDecision => {
  const { decree, extends: of, to } = body;
  const found = periodOf(state, of);
  if (!found) return reject('decree_unknown', { decree: of, known: state.decrees.map((one) => one.decree) });
  if (found.decree.extensions.some((one) => one.decree === decree && one.to === to)) return accept();
  if (numbersOf(state).includes(decree)) return reject('decree_exists', { decree });
  if (found.ends <= at || found.calledOff) return overRefusal(found, at);
  if (found.supersededBy !== undefined) {
    return reject('status_superseded', { decree: of, by: found.supersededBy });
  }
  if (to <= found.decree.to) return reject('extension_not_longer', { until: to, standing: found.decree.to });
  return accept({ type: 'EmergencyStatusExtended', data: { occurredAt: at, decree, extends: of, to } });
};

const periodOf = (state: EmergencyStatus, number: string): DecreePeriod | undefined =>
  decreePeriods(state).find(({ decree }) => decree.decree === number);
const overRefusal = ({ decree, ends }: DecreePeriod, at: string): Refusal =>
  reject('status_over', { decree: decree.decree, ends, now: at });

const decideEnd = ({ body, at }: Only<'end'>, state: EmergencyStatus): EmergencyStatusDecision => {
  const { ends: number, decree, reason } = body;
  const found = number === undefined ? statusAt(state, at) : periodOf(state, number);
  if (!found) {
    return number === undefined
      ? reject('no_status_stands', { now: at })
      : reject('decree_unknown', { decree: number, known: state.decrees.map((one) => one.decree) });
  }
  if (found.decree.ended) return accept();
  if (found.ends <= at) return overRefusal(found, at);
  const last = lastOf(state);
  if (at < found.begins && last && last.decree !== found.decree) {
    // Called off, it would never have been, though the later decree builds on it.
    return reject('status_superseded', { decree: found.decree.decree, by: last.decree.decree });
  }
  return accept({
    type: 'EmergencyStatusEnded',
    data: { occurredAt: at, ends: found.decree.decree, ...(decree === undefined ? {} : { decree }), reason },
  });
};

const decideInability = (
  { body, at }: Only<'stateInability'>,
  state: EmergencyStatus,
): EmergencyStatusDecision => {
  const { letter, text } = body;
  if (state.inability.some((one) => one.letter === letter)) return accept();
  const standing = statusAt(state, at);
  if (standing?.level !== 'tanggap') {
    return reject('inability_needs_tanggap', { standing: standing?.level ?? null });
  }
  return accept({
    type: 'InabilityStated',
    data: { occurredAt: at, decree: standing.decree.decree, letter, to: 'governor', text },
  });
};
