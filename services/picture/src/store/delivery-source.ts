/** Where the picture's events come from. */
import type { RegencyCode } from '@siaga/domain';
import { EVENTS, INTERNAL, sharedStream } from '@siaga/stream';

/** A regency has two journals, each numbered on its own: what it shares, and what its site keeps to itself. */
export type Journal = 'shared' | 'internal';

/** One journal of one regency. */
export interface JournalKey {
  regency: RegencyCode;
  journal: Journal;
}

export interface DeliverySource extends JournalKey {
  stream: string;
  /**
   * The events that the views are folded from: those of the public class, those of the classes that are shared by
   * agreement only, or all. The others are kept, to be found by their number.
   */
  folds: 'public' | 'granted' | 'all';
}

/**
 * The streams of a site's picture. Own events of the granted classes are folded from the internal journal, which has
 * them whether an agreement lets them out or not; the shared one has them a second time where it does.
 */
export const sourcesOf = (own: RegencyCode, neighbours: readonly RegencyCode[]): DeliverySource[] => [
  { stream: EVENTS, regency: own, journal: 'shared', folds: 'public' },
  { stream: INTERNAL, regency: own, journal: 'internal', folds: 'granted' },
  ...neighbours.map(
    (regency): DeliverySource => ({
      stream: sharedStream(regency),
      regency,
      journal: 'shared',
      folds: 'all',
    }),
  ),
];
