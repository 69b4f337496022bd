/**
 * What stands behind a promise to the neighbour: an agreement in force, or the emergency override of the head of
 * BPBD. The edge looks it up and hands it in as a fact; the deciders here check that it covers what is promised.
 */
import { z } from 'zod';
import { Id, type RegencyCode } from '../codes.ts';
import { reject } from '../decision.ts';
import type { AidKind } from './kinds.ts';

/** As it stands in an event: whose terms apply, also after they have ended. */
export const BasisReference = z.union([z.strictObject({ agreement: Id }), z.strictObject({ override: Id })]);
export type BasisReference = z.infer<typeof BasisReference>;

/** An agreement or an override with its terms, as the edge found it. */
export interface Basis {
  reference: BasisReference;
  /** The other party. */
  neighbour: RegencyCode;
  /** In force from this time on … */
  from: string;
  /** … and before this one. */
  until: string;
  /** Kinds that may be asked for; under an override, all. */
  kinds: readonly AidKind[];
  /** The longest deployment in days; under an override, the 14 days that an override may last. */
  longestDays: number;
}

const DAY_MS = 86_400_000;

/** The end of the longest deployment that these terms allow for one that begins at `start`. */
export const latestEnd = (basis: Basis, start: string): string =>
  new Date(Date.parse(start) + basis.longestDays * DAY_MS).toISOString();

export type BasisRejection = 'agreement_not_in_force' | 'kind_not_covered' | 'longer_than_agreed';

/**
 * Why `basis` does not carry a promise of `kinds` between `ours` and `neighbour` at `at`; undefined when it does.
 * `term` is left out for consumables, which do not come back.
 */
export const basisRefusal = (
  basis: Basis | undefined,
  need: {
    neighbour: RegencyCode;
    at: string;
    kinds: readonly AidKind[];
    term?: { start: string; end: string };
  },
): ReturnType<typeof reject<BasisRejection>> | undefined => {
  const { neighbour, at, kinds, term } = need;
  if (!basis || basis.neighbour !== neighbour || at < basis.from || at >= basis.until) {
    return reject('agreement_not_in_force', {
      neighbour,
      at,
      ...(basis ? { with: basis.neighbour, from: basis.from, until: basis.until } : {}),
    });
  }
  const missing = kinds.find((kind) => !basis.kinds.includes(kind));
  if (missing) return reject('kind_not_covered', { kind: missing, covered: basis.kinds });
  if (term) {
    const latest = latestEnd(basis, term.start);
    if (term.end > latest) {
      return reject('longer_than_agreed', { until: term.end, latest, longestDays: basis.longestDays });
    }
  }
  return undefined;
};
