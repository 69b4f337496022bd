/**
 * What may leave the site: the public class always; further classes where an agreement in force or an own override
 * grants them. Pure: the relay asks it for each event of the ledger.
 */
import type { RegencyCode } from '../codes.ts';
import { type Agreement, agreementInForce, agreementParties, inForcePeriods } from '../agreement/halves.ts';
import { type Basis, type BasisReference } from '../resource/basis.ts';
import { AidKind } from '../resource/kinds.ts';
import type { DataClass, GrantedClass } from '../shared/envelope.ts';
import { LONGEST_OVERRIDE_DAYS, type Override, type Overrides, overrideInForce } from './override.ts';

/** What a site knows of its agreements, by id. */
export type KnownAgreements = ReadonlyMap<string, Agreement>;

/** One class, what grants it, and until when. */
export interface Grant {
  class: GrantedClass;
  reference: BasisReference;
  until: string;
}
export interface SharingGrants {
  classes: ReadonlySet<GrantedClass>;
  grants: readonly Grant[];
  /** The next instant at which these may be others though no event says so; absent when there is none. */
  changesAt?: string;
}

/**
 * What regency `by` shares at `at`: the classes of all agreements in force that it is a party of, and of its own
 * override. `overrides` are `by`'s own: nobody opens another's data.
 */
export const grantsAt = (
  by: RegencyCode,
  agreements: KnownAgreements,
  overrides: Overrides,
  at: string,
): SharingGrants => {
  const ours = [...agreements].filter(([, state]) => isParty(state, by));
  const grants: Grant[] = ours.flatMap(([id, state]) => {
    const inForce = agreementInForce(state, at);
    if (!inForce) return [];
    const { document, until } = inForce;
    return document.terms.dataClasses.map((one) => ({ class: one, reference: { agreement: id }, until }));
  });
  const override = overrideInForce(overrides, at);
  for (const one of override?.classes ?? []) {
    grants.push({
      class: one,
      reference: { override: override?.override ?? '' },
      until: override?.until ?? at,
    });
  }
  const [changesAt] = [...ours.flatMap(([, state]) => inForcePeriods(state)), ...overrides]
    .flatMap(({ from, until }) => (from < until ? [from, until] : []))
    .filter((instant) => instant > at)
    .sort();
  return {
    classes: new Set(grants.map((grant) => grant.class)),
    grants,
    ...(changesAt === undefined ? {} : { changesAt }),
  };
};

const isParty = (state: Agreement, by: RegencyCode): boolean => {
  const parties = agreementParties(state);
  return parties?.owner === by || parties?.counterpart === by;
};

/** What the policy looks at of an event. */
export interface ShareableEvent {
  dataClass: DataClass;
  /** The conversations of mutual aid that it belongs to: of the request, the offer, the deployment. */
  conversations: readonly string[];
}

/**
 * Whether an event may leave the site. `windsDown` says whether a conversation was begun under an agreement or
 * override and was not over before this event: its events stay shared, also after that has ended, until it is over
 * (the boat comes home under the old terms). The last event, which ends it, is still one of them.
 */
export const mayShare = (
  { classes }: Pick<SharingGrants, 'classes'>,
  { dataClass, conversations }: ShareableEvent,
  windsDown: (conversation: string) => boolean,
): boolean => {
  switch (dataClass) {
    case 'public':
      return true;
    case 'local':
      return false;
    case 'resources':
    case 'mutual-aid':
      return classes.has(dataClass) || conversations.some(windsDown);
  }
};

/**
 * The agreement `id` as what stands behind a promise of regency `by` at `at`. Undefined where it is not in force, is
 * others', or does not share what mutual aid says: nobody could ask or answer.
 */
export const agreementBasis = (
  id: string,
  state: Agreement,
  by: RegencyCode,
  at: string,
): Basis | undefined => {
  const inForce = agreementInForce(state, at);
  if (!inForce || !isParty(state, by)) return undefined;
  const { owner, counterpart, document, from, until } = inForce;
  const { dataClasses, resourceKinds, longestDeploymentDays } = document.terms;
  if (!dataClasses.includes('mutual-aid')) return undefined;
  return {
    reference: { agreement: id },
    neighbour: owner === by ? counterpart : owner,
    from,
    until,
    kinds: resourceKinds,
    longestDays: longestDeploymentDays,
  };
};

/** An override as what stands behind a promise to `neighbour`; undefined where it does not share mutual aid. */
export const overrideBasis = (override: Override, neighbour: RegencyCode): Basis | undefined =>
  override.classes.includes('mutual-aid')
    ? {
        reference: { override: override.override },
        neighbour,
        from: override.from,
        until: override.until,
        kinds: AidKind.options,
        longestDays: LONGEST_OVERRIDE_DAYS,
      }
    : undefined;
