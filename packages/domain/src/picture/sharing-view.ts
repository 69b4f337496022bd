/**
 * How current what is shown of a neighbour's is: under which agreement or override it is shared, and since when no
 * longer. Pure: used by server and browser. Time is not an event here, so it is always asked with an instant.
 */
import type { RegencyCode } from '../codes.ts';
import type { BasisReference } from '../resource/basis.ts';
import type { GrantedClass } from '../shared/envelope.ts';
import type { AgreementView } from './agreement-view.ts';
import type { AidStatus, AidThreadView } from './aid-view.ts';
import type { OverrideView } from './emergency-view.ts';
import type { DeploymentView, ResourceView } from './resource-view.ts';

export type Sharing =
  | { state: 'own' }
  | { state: 'current'; under: BasisReference; until: string }
  /** What let it be shared has ended: it is no longer updated. */
  | { state: 'ended'; under: BasisReference; since: string }
  /** What let it be shared has ended, and it goes on under the old terms until it is over. */
  | { state: 'winding-down'; under: BasisReference; since: string }
  /** It came, but what lets it be shared is not known here. */
  | { state: 'unknown' };

/** The agreements and overrides that are known, of all regencies. */
export interface KnownGrants {
  agreements: readonly AgreementView[];
  overrides: readonly OverrideView[];
}

/** A time in which something is shared: from `from` on, before `until`. */
interface Period {
  under: BasisReference;
  from: string;
  until: string;
}

/**
 * How current at `at` is what regency `from` shares with `to` of a class: by the agreements between the two whose
 * terms name the class, and by overrides of `from` (nobody opens another's data). Of several in force the one that
 * lasts longest counts, of several ended the last.
 */
export const sharingOf = (
  { from, to, dataClass }: { from: RegencyCode; to: RegencyCode; dataClass: GrantedClass },
  { agreements, overrides }: KnownGrants,
  at: string,
): Sharing => {
  if (from === to) return { state: 'own' };
  const between = agreements.filter(
    ({ owner, counterpart }) =>
      (owner === from && counterpart === to) || (owner === to && counterpart === from),
  );
  return standing(
    [
      ...between.flatMap((agreement) => agreementPeriods(agreement, dataClass)),
      ...overrides
        .filter(({ regency }) => regency === from)
        .flatMap((override) => overridePeriods(override, dataClass)),
    ],
    at,
  );
};

/**
 * A resource of `regency` as `to` sees it. While it is out for the neighbour, its steps go on being shared under the
 * terms of that deployment, whatever else has ended.
 */
export const resourceSharing = (
  { regency, deployment }: Pick<ResourceView, 'regency' | 'deployment'>,
  to: RegencyCode,
  known: KnownGrants,
  at: string,
): Sharing => {
  const sharing = sharingOf({ from: regency, to, dataClass: 'resources' }, known, at);
  if (sharing.state !== 'ended' && sharing.state !== 'unknown') return sharing;
  const { task } = deployment ?? {};
  return task?.for === 'neighbour' ? sharingUnder(task.basis, false, known, at) : sharing;
};

/** A deployment of a resource of `regency`: under the terms of its task where it is for the neighbour. */
export const deploymentSharing = (
  regency: RegencyCode,
  { task, state }: Pick<DeploymentView, 'task' | 'state'>,
  to: RegencyCode,
  known: KnownGrants,
  at: string,
): Sharing => {
  if (regency === to || task.for === 'own') {
    return sharingOf({ from: regency, to, dataClass: 'resources' }, known, at);
  }
  return sharingUnder(task.basis, state === 'returned' || state === 'cancelled', known, at);
};

/** A conversation: under the request's terms, or the first offer's where nobody asked. */
export const conversationSharing = (
  { conversation: { asking, lending }, status }: Pick<AidThreadView, 'conversation' | 'status'>,
  known: KnownGrants,
  at: string,
): Sharing => {
  const basis = asking.request?.basis ?? Object.values(lending.offers)[0]?.basis;
  return basis ? sharingUnder(basis, isAidOver(status), known, at) : { state: 'unknown' };
};

/** What was begun under `basis`: current while that lasts, then winding down until it is over. */
export const sharingUnder = (
  basis: BasisReference,
  over: boolean,
  { agreements, overrides }: KnownGrants,
  at: string,
): Sharing => {
  const periods =
    'agreement' in basis
      ? agreements
          .filter(({ id }) => id === basis.agreement)
          .flatMap((agreement) => agreementPeriods(agreement, 'mutual-aid'))
      : overrides
          .filter(({ id }) => id === basis.override)
          .flatMap((override) => overridePeriods(override, 'mutual-aid'));
  const sharing = standing(periods, at);
  return sharing.state === 'ended' && !over ? { ...sharing, state: 'winding-down' } : sharing;
};

const over: ReadonlySet<AidStatus> = new Set(['cancelled', 'declined', 'ended', 'refused', 'withdrawn']);
/** Whether nothing more follows in a conversation of this status. */
export const isAidOver = (status: AidStatus): boolean => over.has(status);

const agreementPeriods = ({ id, inForce, versions }: AgreementView, dataClass: GrantedClass): Period[] => {
  const granting = versions
    .filter(({ document }) => document.terms.dataClasses.includes(dataClass))
    .map(({ version }) => version);
  return inForce
    .filter(({ version }) => granting.includes(version))
    .map(({ from, until }) => ({ under: { agreement: id }, from, until }));
};

const overridePeriods = ({ id, classes, from, until }: OverrideView, dataClass: GrantedClass): Period[] =>
  classes.includes(dataClass) && from < until ? [{ under: { override: id }, from, until }] : [];

const standing = (periods: readonly Period[], at: string): Sharing => {
  const last = (some: readonly Period[]) =>
    some.toSorted((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : 0)).at(-1);
  const current = last(periods.filter(({ from, until }) => from <= at && at < until));
  if (current) return { state: 'current', under: current.under, until: current.until };
  const ended = last(periods.filter(({ until }) => until <= at));
  return ended ? { state: 'ended', under: ended.under, since: ended.until } : { state: 'unknown' };
};
