/** The picture's views of emergency statuses and sharing overrides. Pure: used by server and browser. */
import type { Hazard, RegencyCode } from '../codes.ts';
import type { EmergencyStatusEvent } from '../emergency-status/events.ts';
import { type EmergencyStatus, evolveEmergencyMarked } from '../emergency-status/emergency-status.ts';
import type { GrantedClass } from '../shared/envelope.ts';
import type { OverrideEvent } from '../sharing/override.ts';
import type { EventPlace } from './incident-view.ts';

/** The way back to the owner's event that said so. */
export interface SaidIn {
  sequence: number;
  recordedAt: string;
}

/**
 * One regency's status for one hazard, with its history of decrees. What stands at an instant, how many days are left
 * and whether to warn: `statusAt(view, at)`; when each decree's status stands: `decreePeriods(view)`.
 */
export interface EmergencyStatusView extends EmergencyStatus<SaidIn> {
  /** As `emergencyStatusId` makes it. */
  id: string;
  regency: RegencyCode;
  hazard: Hazard;
  updatedAt: string;
  revision: number;
  /** The owner's sequence number of the last event folded in. */
  sequence: number;
}

/** Folds one event into the view. Before the first decree there is no view, and an event that comes again changes nothing. */
export const foldEmergencyStatus = (
  view: EmergencyStatusView | undefined,
  event: EmergencyStatusEvent,
  { id, regency, revision, sequence, recordedAt }: EventPlace,
): EmergencyStatusView | undefined => {
  if (view && sequence <= view.sequence) return view;
  const status: EmergencyStatus<SaidIn> = view ?? { decrees: [], inability: [] };
  const { hazard, decrees, inability } = evolveEmergencyMarked(status, event, { sequence, recordedAt });
  if (hazard === undefined) return undefined;
  return { id, regency, hazard, decrees, inability, updatedAt: recordedAt, revision, sequence };
};

/** An emergency override, by its own id. In force at `at` when `from` ≤ `at` < `until`. */
export interface OverrideView extends SaidIn {
  id: string;
  regency: RegencyCode;
  classes: readonly GrantedClass[];
  reason: string;
  from: string;
  /** As declared, or as ended early. */
  until: string;
  ended?: { reason: string; at: string } & SaidIn;
}

/** Folds one event into the override that it names (`event.data.override`). Without its declaration there is no view. */
export const foldOverride = (
  view: OverrideView | undefined,
  event: OverrideEvent,
  { regency, sequence, recordedAt }: Omit<EventPlace, 'id' | 'revision'>,
): OverrideView | undefined => {
  if (event.type === 'SharingOverridden') {
    const { override, classes, reason, from, until } = event.data;
    return view ?? { id: override, regency, classes, reason, from, until, sequence, recordedAt };
  }
  if (!view || view.ended) return view;
  const { occurredAt: at, reason } = event.data;
  return {
    ...view,
    until: at < view.until ? at : view.until,
    ended: { reason, at, sequence, recordedAt },
  };
};
