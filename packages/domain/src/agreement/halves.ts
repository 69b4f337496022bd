/**
 * What is known of one agreement's conversation: the two halves, each folded from its own regency's events alone. So
 * both sites come to the same state once both know everything, in whatever order the other's events came in. All that
 * follows from both halves together (who owns, what is final, signed, in force) is derived, never kept.
 *
 * The state is plain JSON, so that a picture can keep it as it is. `Mark` is what a fold adds to each entry: the
 * picture the way back to the event, the write side nothing.
 */
import type { z } from 'zod';
import type { RegencyCode } from '../codes.ts';
import { endOfDay, startOfDay } from '../shared/days.ts';
import type {
  AgreementDocument,
  AgreementDprdApproved,
  AgreementEvent,
  AgreementFinalised,
  AgreementRevised,
  AgreementSigned,
  AgreementTerminated,
  ClauseProposed,
  ProposalDeclined,
} from './events.ts';

// State

export type VersionKind = 'draft' | z.infer<typeof AgreementRevised>['kind'];
export interface AgreementVersion {
  version: number;
  kind: VersionKind;
  document: AgreementDocument;
  hash: string;
  adopts: readonly string[];
  occurredAt: string;
}
export interface AgreementHalf<Mark = unknown> {
  /** Stands where this regency has drafted: its half is the owner's. */
  counterpart?: RegencyCode;
  /** In rising order. */
  versions: readonly (AgreementVersion & Mark)[];
  proposals: readonly (z.infer<typeof ClauseProposed> & Mark)[];
  declined: readonly (z.infer<typeof ProposalDeclined> & Mark)[];
  finalised: readonly (z.infer<typeof AgreementFinalised> & Mark)[];
  approved: readonly (z.infer<typeof AgreementDprdApproved> & Mark)[];
  signed: readonly (z.infer<typeof AgreementSigned> & Mark)[];
  terminations: readonly (z.infer<typeof AgreementTerminated> & Mark)[];
}
/** By regency. */
export type Agreement<Mark = unknown> = Readonly<Record<RegencyCode, AgreementHalf<Mark>>>;

export const initialAgreement: Agreement = {};
const emptyHalf = {
  versions: [],
  proposals: [],
  declined: [],
  finalised: [],
  approved: [],
  signed: [],
  terminations: [],
};

/**
 * Folds one event, said by regency `by`. Total over every order of events: a second draft, and a version that is not
 * above the ones before, leave the state as it is.
 */
export const evolveAgreement = (state: Agreement, by: RegencyCode, event: AgreementEvent): Agreement =>
  evolveMarked(state, by, event, {});

/** As `evolveAgreement`, with `mark` on each entry. */
export const evolveMarked = <Mark>(
  state: Agreement<Mark>,
  by: RegencyCode,
  event: AgreementEvent,
  mark: Mark,
): Agreement<Mark> => ({ ...state, [by]: evolveHalf(state[by] ?? emptyHalf, event, mark) });

const evolveHalf = <Mark>(
  half: AgreementHalf<Mark>,
  event: AgreementEvent,
  mark: Mark,
): AgreementHalf<Mark> => {
  switch (event.type) {
    case 'AgreementDrafted': {
      if (half.counterpart !== undefined) return half;
      const { counterpart, ...text } = event.data;
      const drafted = withVersion(half, { ...text, kind: 'draft', adopts: [], ...mark });
      return { ...drafted, counterpart };
    }
    case 'AgreementRevised':
      return withVersion(half, { ...event.data, ...mark });
    case 'ClauseProposed':
      return { ...half, proposals: [...half.proposals, { ...event.data, ...mark }] };
    case 'ClauseCommented':
      return half;
    case 'ProposalDeclined':
      return { ...half, declined: [...half.declined, { ...event.data, ...mark }] };
    case 'AgreementFinalised':
      return { ...half, finalised: [...half.finalised, { ...event.data, ...mark }] };
    case 'AgreementDprdApproved':
      return { ...half, approved: [...half.approved, { ...event.data, ...mark }] };
    case 'AgreementSigned':
      return { ...half, signed: [...half.signed, { ...event.data, ...mark }] };
    case 'AgreementTerminated':
      return { ...half, terminations: [...half.terminations, { ...event.data, ...mark }] };
  }
};

const withVersion = <Mark>(
  half: AgreementHalf<Mark>,
  version: AgreementVersion & Mark,
): AgreementHalf<Mark> =>
  version.version > (half.versions.at(-1)?.version ?? 0)
    ? { ...half, versions: [...half.versions, version] }
    : half;

// What follows from both halves

export interface AgreementParties<Mark = unknown> {
  owner: RegencyCode;
  counterpart: RegencyCode;
  ownerHalf: AgreementHalf<Mark>;
  counterpartHalf: AgreementHalf<Mark>;
}

/**
 * Whose agreement it is. Undefined while nobody has drafted, and where several have under one id: then nothing says
 * which text a signature is for, and nothing is in force.
 */
export const agreementParties = <Mark>(state: Agreement<Mark>): AgreementParties<Mark> | undefined => {
  const drafts = Object.entries(state).flatMap(([owner, half]) =>
    half.counterpart === undefined ? [] : [{ owner, counterpart: half.counterpart, ownerHalf: half }],
  );
  const [draft] = drafts;
  if (!draft || drafts.length > 1) return undefined;
  return { ...draft, counterpartHalf: state[draft.counterpart] ?? emptyHalf };
};

/** Whether both have said `what` of exactly this text. */
export const bothHave = (
  what: 'finalised' | 'signed',
  { ownerHalf, counterpartHalf }: AgreementParties,
  text: Text,
): boolean => has(ownerHalf[what], text) && has(counterpartHalf[what], text);

interface Text {
  version: number;
  hash: string;
}
/** Whether exactly this text is among those. */
export const has = (texts: readonly Text[], { version, hash }: Text): boolean =>
  texts.some((text) => text.version === version && text.hash === hash);

/** From when the agreement, or the talks about it, are ended by either; undefined while nobody has. */
export const terminationOf = ({
  ownerHalf,
  counterpartHalf,
}: Pick<AgreementParties, 'ownerHalf' | 'counterpartHalf'>): string | undefined =>
  [...ownerHalf.terminations, ...counterpartHalf.terminations]
    .map(({ effectiveAt }) => effectiveAt)
    .sort()[0];

/** The newest version that both have signed with the same hash, in force or not. */
export const newestSigned = <Mark>(parties: AgreementParties<Mark>): (AgreementVersion & Mark) | undefined =>
  parties.ownerHalf.versions.findLast((version) => bothHave('signed', parties, version));

/** A time in which one version is in force: from `from` on, before `until`. */
export interface InForcePeriod {
  version: number;
  hash: string;
  from: string;
  until: string;
}

/**
 * When which version is in force, in order of time. A version counts when both have signed it with the owner's hash.
 * It runs from the first to the last day of its own terms, before any termination, and gives way for good to a
 * later version when that begins: a shorter addendum shortens.
 */
export const inForcePeriods = (state: Agreement): InForcePeriod[] => {
  const parties = agreementParties(state);
  if (!parties) return [];
  let limit = terminationOf(parties);
  const periods: InForcePeriod[] = [];
  for (const version of parties.ownerHalf.versions.toReversed()) {
    if (!bothHave('signed', parties, version)) continue;
    const from = startOfDay(version.document.terms.from);
    const end = endOfDay(version.document.terms.to);
    const until = limit !== undefined && limit < end ? limit : end;
    if (from < until) periods.unshift({ version: version.version, hash: version.hash, from, until });
    if (limit === undefined || from < limit) limit = from;
  }
  return periods;
};

export interface AgreementInForce extends InForcePeriod {
  owner: RegencyCode;
  counterpart: RegencyCode;
  document: AgreementDocument;
}

/** What is in force at `at`: at most one version. */
export const agreementInForce = (state: Agreement, at: string): AgreementInForce | undefined => {
  const parties = agreementParties(state);
  const period = inForcePeriods(state).find(({ from, until }) => from <= at && at < until);
  const version = parties?.ownerHalf.versions.find((one) => one.version === period?.version);
  if (!parties || !period || !version) return undefined;
  const { owner, counterpart } = parties;
  return { owner, counterpart, document: version.document, ...period };
};
