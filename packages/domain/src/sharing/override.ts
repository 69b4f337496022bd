/**
 * The emergency override: the head of BPBD shares classes of data without an agreement, for a reason and at most 14
 * days. One aggregate holds all overrides of a regency, so that two can't overlap.
 */
import { z } from 'zod';
import { Id, Instant, type RegencyCode, StoredInstant } from '../codes.ts';
import { type Decision, accept, reject } from '../decision.ts';
import { commonRefusal } from '../resource/checks.ts';
import { daysLater } from '../shared/days.ts';
import { GrantedClass } from '../shared/envelope.ts';

/** What an override may last at most. */
export const LONGEST_OVERRIDE_DAYS = 14;

// Events

export const SharingOverridden = z.strictObject({
  occurredAt: StoredInstant,
  override: Id,
  classes: z.array(GrantedClass).min(1),
  reason: z.string(),
  /** In force from this instant on, and before `until`. */
  from: StoredInstant,
  until: StoredInstant,
});
export const SharingOverrideEnded = z.strictObject({
  occurredAt: StoredInstant,
  override: Id,
  reason: z.string(),
});
export type OverrideEvent =
  | { type: 'SharingOverridden'; data: z.infer<typeof SharingOverridden> }
  | { type: 'SharingOverrideEnded'; data: z.infer<typeof SharingOverrideEnded> };

/** Ledger stream of all of a site's overrides; the aggregate's id is the regency's code. */
export const OVERRIDE_STREAM = 'sharing-override';

// State

export interface Override {
  override: string;
  classes: readonly GrantedClass[];
  from: string;
  /** As declared, or as ended early. */
  until: string;
  ended: boolean;
}
export type Overrides = readonly Override[];
export const initialOverrides: Overrides = [];

/** Folds one event. An override that is known or ended already stays as it is. */
export const evolveOverrides = (state: Overrides, event: OverrideEvent): Overrides => {
  if (event.type === 'SharingOverridden') {
    const { override, classes, from, until } = event.data;
    return state.some((one) => one.override === override)
      ? state
      : [...state, { override, classes, from, until, ended: false }];
  }
  const { override, occurredAt } = event.data;
  return state.map((one) =>
    one.override === override && !one.ended
      ? { ...one, ended: true, until: earlier(one.until, occurredAt) }
      : one,
  );
};

const earlier = (a: string, b: string): string => (a < b ? a : b);

/** The override in force at `at`. */
export const overrideInForce = (state: Overrides, at: string): Override | undefined =>
  state.find(({ from, until }) => from <= at && at < until);

// Commands

const reason = z.string().trim().min(3).max(1000);
/** `from`: the time of the command where it is left out. */
export const DeclareOverride = z.strictObject({
  classes: z
    .array(GrantedClass)
    .min(1)
    .max(10)
    .transform((classes) => [...new Set(classes)].sort()),
  reason,
  from: Instant.optional(),
  until: Instant,
});
export const EndOverride = z.strictObject({ reason });

export type OverrideCommand = { by: RegencyCode; at: string; override: string } & (
  | { type: 'declare'; body: z.infer<typeof DeclareOverride> }
  | { type: 'end'; body: z.infer<typeof EndOverride> }
);

// Decisions

export type OverrideRejection =
  | 'time_in_future'
  | 'personal_data_in_text'
  | 'ends_before_it_begins'
  | 'period_in_past'
  | 'override_too_long'
  | 'override_stands'
  | 'override_unknown'
  | 'override_over';
export type OverrideDecision = Decision<OverrideEvent, OverrideRejection>;

/** Clocks differ a little; what begins "now" must not fail for it. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Decides `command` against `state`. Returns the events to append, none when it is already so, or a rejection: an
 * override begins now or later, lasts at most 14 days, and overlaps no other that is declared.
 */
export const decideOverride = (command: OverrideCommand, state: Overrides): OverrideDecision => {
  const { at, override, body } = command;
  const personal = commonRefusal(at, at, { reason: body.reason });
  if (personal) return personal;
  const known = state.find((one) => one.override === override);

  if (command.type === 'end') {
    if (!known) return reject('override_unknown', { override });
    if (known.ended) return accept();
    if (known.until <= at) return reject('override_over', { override, until: known.until, now: at });
    return accept({
      type: 'SharingOverrideEnded',
      data: { occurredAt: at, override, reason: command.body.reason },
    });
  }

  if (known) return accept();
  const { classes, from = at, until } = command.body;
  if (until <= from) return reject('ends_before_it_begins', { start: from, until });
  if (Date.parse(from) < Date.parse(at) - CLOCK_TOLERANCE_MS) {
    return reject('period_in_past', { start: from, now: at });
  }
  const longest = daysLater(from, LONGEST_OVERRIDE_DAYS);
  if (until > longest) return reject('override_too_long', { until, longest, days: LONGEST_OVERRIDE_DAYS });
  const standing = state.find((one) => one.from < one.until && one.from < until && from < one.until);
  if (standing) {
    return reject('override_stands', {
      override: standing.override,
      from: standing.from,
      until: standing.until,
    });
  }
  return accept({
    type: 'SharingOverridden',
    data: { occurredAt: at, override, classes, reason: command.body.reason, from, until },
  });
};
