/**
 * Which steps of an agreement are open to whom. The site decides; this keeps useless buttons away and says what is
 * waited for. Pure; a test holds it against the domain's own decisions.
 */
import {
  type AgreementVersionView,
  type AgreementView,
  type InForcePeriod,
  type Permission,
  type RegencyCode,
  type Role,
  type VersionMark,
  mayRole,
  versionStatus,
} from '@siaga/domain';

/** What the rules look at: the view, whatever the answer adds to it. */
export type AgreementLike = Omit<AgreementView, 'inForce'>;

export type Step =
  | 'revise'
  | 'addendum'
  | 'extension'
  | 'propose'
  | 'comment'
  | 'decline'
  | 'finalise'
  | 'approve-dprd'
  | 'sign'
  | 'terminate';

const permissionOf: Record<Step, Permission> = {
  revise: 'agreement.draft',
  addendum: 'agreement.draft',
  extension: 'agreement.draft',
  decline: 'agreement.draft',
  propose: 'agreement.propose',
  comment: 'agreement.comment',
  finalise: 'agreement.finalise',
  'approve-dprd': 'agreement.approve-dprd',
  sign: 'agreement.sign',
  terminate: 'agreement.terminate',
};

/** The first instant after a day by WIB (UTC+7). */
const endOf = (day: string) => Date.parse(`${day}T24:00:00+07:00`);

export const newestOf = ({ versions }: AgreementLike): AgreementVersionView | undefined => versions.at(-1);
/** The newest version that both have signed. */
export const signedOf = (item: AgreementLike): AgreementVersionView | undefined =>
  item.versions.findLast((version) => versionStatus(item, version) === 'signed');

/** Whether `party` has said so of exactly this text. */
const hasSaid = (marks: readonly VersionMark[], party: RegencyCode): boolean =>
  marks.some(({ regency, same }) => same && regency === party);

export const openProposals = ({ clauses }: AgreementLike) =>
  clauses.flatMap(({ proposals }) => proposals.filter(({ answer }) => answer.state === 'open'));

/** Whether there is nothing more to say: it was ended, or what both had signed has run out. */
const isOver = (item: AgreementLike, at: number): boolean => {
  if (item.terminations.length > 0) return true;
  const signed = signedOf(item);
  return signed !== undefined && endOf(signed.document.terms.to) <= at;
};

/** The steps that regency `here` could take now, whoever its people are. */
export const stepsOf = (item: AgreementLike, here: RegencyCode, at: number): Set<Step> => {
  const steps = new Set<Step>();
  const newest = newestOf(item);
  if (!newest || (here !== item.owner && here !== item.counterpart)) return steps;
  const signed = signedOf(item);
  const expired = signed !== undefined && endOf(signed.document.terms.to) <= at;
  if (!expired && !item.terminations.some(({ effectiveAt }) => Date.parse(effectiveAt) <= at)) {
    steps.add('terminate');
  }
  if (isOver(item, at)) return steps;

  steps.add('propose');
  steps.add('comment');
  if (here === item.owner) {
    if (signed) {
      steps.add('addendum');
      steps.add('extension');
    } else steps.add('revise');
    if (openProposals(item).length > 0) steps.add('decline');
  }
  const { burdensBudget, to } = newest.document.terms;
  const final = [item.owner, item.counterpart].every((party) => hasSaid(newest.finalised, party));
  if (!hasSaid(newest.finalised, here)) steps.add('finalise');
  if (final && burdensBudget && !hasSaid(newest.approved, here)) steps.add('approve-dprd');
  if (
    final &&
    !hasSaid(newest.signed, here) &&
    (!burdensBudget || hasSaid(newest.approved, here)) &&
    endOf(to) > at
  ) {
    steps.add('sign');
  }
  return steps;
};

/** Of those, the ones that a person of this role may send. */
export const stepsFor = (item: AgreementLike, here: RegencyCode, role: Role, at: number): ReadonlySet<Step> =>
  new Set([...stepsOf(item, here, at)].filter((step) => mayRole(role, permissionOf[step])));

export interface Awaited {
  stage: 'finalise' | 'approve-dprd' | 'sign';
  /** Who has still to do it. */
  by: RegencyCode[];
}
/** When time alone changes what an agreement is or what can be done about it. */
export const instantsOf = (item: AgreementLike & { periods: readonly InForcePeriod[] }): string[] => [
  ...item.periods.flatMap(({ from, until }) => [from, until]),
  ...item.terminations.map(({ effectiveAt }) => effectiveAt),
  ...item.versions.map(({ document: { terms } }) => new Date(endOf(terms.to)).toISOString()),
];

/** What the newest version waits for; undefined where it is signed by both, or over. */
export const awaitedOf = (item: AgreementLike, at: number): Awaited | undefined => {
  const newest = newestOf(item);
  if (!newest || isOver(item, at)) return undefined;
  const missing = (marks: readonly VersionMark[]) =>
    [item.owner, item.counterpart].filter((party) => !hasSaid(marks, party));
  const unfinalised = missing(newest.finalised);
  if (unfinalised.length > 0) return { stage: 'finalise', by: unfinalised };
  const unapproved = newest.document.terms.burdensBudget ? missing(newest.approved) : [];
  if (unapproved.length > 0) return { stage: 'approve-dprd', by: unapproved };
  const unsigned = missing(newest.signed);
  return unsigned.length > 0 ? { stage: 'sign', by: unsigned } : undefined;
};

/**
 * How many events `here` has in its own half: the revision that a command names, so that two people who revise at
 * the same time do not undo each other's work unseen. Every event of a half stands in the view once.
 */
export const ownRevision = (item: AgreementLike, here: RegencyCode): number => {
  const ours = (marks: readonly { regency: RegencyCode }[]) =>
    marks.filter(({ regency }) => regency === here).length;
  const inVersions = item.versions.map(
    ({ finalised, approved, signed }) => ours(finalised) + ours(approved) + ours(signed),
  );
  const inClauses = item.clauses.map(
    ({ proposals, comments }) =>
      ours(proposals) +
      ours(comments) +
      (here === item.owner ? proposals.filter(({ answer }) => answer.state === 'declined').length : 0),
  );
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  return (
    (here === item.owner ? item.versions.length : 0) +
    sum(inVersions) +
    sum(inClauses) +
    ours(item.terminations)
  );
};
