/**
 * The picture's view of one agreement's conversation. Pure: used by server and browser. Rows are folded from both
 * regencies' events, which come in any order between the two; the view is made from a row.
 */
import type { z } from 'zod';
import type { RegencyCode } from '../codes.ts';
import { changedTerms } from '../agreement/agreement.ts';
import {
  type AgreementDocument,
  type AgreementEvent,
  type Clause,
  type ClauseCommented,
  type ClauseProposed,
  TERMS,
  type Terms,
} from '../agreement/events.ts';
import {
  type Agreement,
  type AgreementHalf,
  type AgreementVersion,
  type InForcePeriod,
  type VersionKind,
  agreementParties,
  evolveMarked,
  inForcePeriods,
} from '../agreement/halves.ts';
import { endOfDay } from '../shared/days.ts';
import type { SaidIn } from './emergency-view.ts';
import type { EventPlace } from './incident-view.ts';

/** What the picture keeps of one conversation: both halves and the comments, each entry with its way back. */
export interface AgreementRow {
  id: string;
  halves: Agreement<SaidIn>;
  comments: readonly (Comment & SaidIn)[];
  /** The last sequence number folded in, by regency. */
  sequences: Readonly<Record<RegencyCode, number>>;
  updatedAt: string;
}
type Comment = z.infer<typeof ClauseCommented> & { regency: RegencyCode };

/** Folds one event of either half, `place.regency` its owner. An event that comes again changes nothing. */
export const foldAgreement = (
  row: AgreementRow | undefined,
  event: AgreementEvent,
  { id, regency, sequence, recordedAt }: EventPlace,
): AgreementRow => {
  if (row && sequence <= (row.sequences[regency] ?? 0)) return row;
  const said = { sequence, recordedAt };
  const comments = row?.comments ?? [];
  return {
    id,
    halves: evolveMarked(row?.halves ?? {}, regency, event, said),
    comments:
      event.type === 'ClauseCommented' ? [...comments, { ...event.data, regency, ...said }] : comments,
    sequences: { ...row?.sequences, [regency]: sequence },
    updatedAt: row && row.updatedAt > recordedAt ? row.updatedAt : recordedAt,
  };
};

/** Who said so of a version. `same`: of exactly this text, so that it counts. */
export interface VersionMark extends SaidIn {
  regency: RegencyCode;
  same: boolean;
  occurredAt: string;
  /** The day of the signature or of the council's decision. */
  on?: string;
  /** Number of the council's decision. */
  decision?: string;
}
export interface AgreementVersionView extends SaidIn {
  version: number;
  kind: VersionKind;
  document: AgreementDocument;
  hash: string;
  adopts: readonly string[];
  occurredAt: string;
  finalised: VersionMark[];
  approved: VersionMark[];
  signed: VersionMark[];
}

/** What became of a proposal: adopted in a version, declined with a reason, or open. */
export type ProposalAnswer =
  | { state: 'open' }
  | ({ state: 'adopted'; version: number } & SaidIn)
  | ({ state: 'declined'; reason: string } & SaidIn);
export type ProposalView = z.infer<typeof ClauseProposed> &
  SaidIn & { regency: RegencyCode; answer: ProposalAnswer };

/** One clause through all versions, or the terms (`terms`), with all that was said about it. */
export interface ClauseView {
  id: string;
  /** The versions in which it came, changed or went (`clause` absent), rising. Empty for the terms. */
  history: ({ version: number; clause?: Clause } & SaidIn)[];
  proposals: ProposalView[];
  comments: (Comment & SaidIn)[];
}

export interface AgreementView {
  id: string;
  owner: RegencyCode;
  counterpart: RegencyCode;
  /** Of the newest version. */
  title: string;
  versions: AgreementVersionView[];
  /** In the order in which they first appear; the terms last where something was said about them. */
  clauses: ClauseView[];
  /** Which version is in force when. */
  inForce: InForcePeriod[];
  terminations: ({ regency: RegencyCode; reason: string; effectiveAt: string } & SaidIn)[];
  updatedAt: string;
}

/**
 * The view of a row. Undefined while the draft is not known (the other's half can come in first), and where several
 * regencies have drafted under one id.
 */
export const agreementView = (row: AgreementRow): AgreementView | undefined => {
  const parties = agreementParties(row.halves);
  const newest = parties?.ownerHalf.versions.at(-1);
  if (!parties || !newest) return undefined;
  const { owner, counterpart } = parties;
  const sides: Side[] = [
    { regency: owner, half: parties.ownerHalf },
    { regency: counterpart, half: parties.counterpartHalf },
  ];
  return {
    id: row.id,
    owner,
    counterpart,
    title: newest.document.title,
    versions: parties.ownerHalf.versions.map((version) => versionView(version, sides)),
    clauses: clauseViews(row, parties.ownerHalf, sides),
    inForce: inForcePeriods(row.halves),
    terminations: sides
      .flatMap(({ regency, half }) => half.terminations.map((one) => ({ regency, ...one })))
      .sort(byTime),
    updatedAt: row.updatedAt,
  };
};

type Half = AgreementHalf<SaidIn>;
interface Side {
  regency: RegencyCode;
  half: Half;
}

/** By when it was said, the same order at both sites. */
const byTime = (a: Said, b: Said): number =>
  a.occurredAt.localeCompare(b.occurredAt) || a.regency.localeCompare(b.regency) || a.sequence - b.sequence;
interface Said {
  occurredAt: string;
  regency: RegencyCode;
  sequence: number;
}

const versionView = (version: AgreementVersion & SaidIn, sides: Side[]): AgreementVersionView => {
  const marks = <One extends Marked>(
    of: (half: Half) => readonly One[],
    more: (one: One) => More = () => ({}),
  ) =>
    sides
      .flatMap(({ regency, half }) =>
        of(half)
          .filter((one) => one.version === version.version)
          .map((one): VersionMark => {
            const { hash, occurredAt, sequence, recordedAt } = one;
            return { regency, same: hash === version.hash, occurredAt, sequence, recordedAt, ...more(one) };
          }),
      )
      .sort(byTime);
  return {
    ...version,
    finalised: marks(({ finalised }) => finalised),
    approved: marks(
      ({ approved }) => approved,
      ({ decidedOn: on, decision }) => ({ on, decision }),
    ),
    signed: marks(
      ({ signed }) => signed,
      ({ signedOn: on }) => ({ on }),
    ),
  };
};
interface Marked extends SaidIn {
  version: number;
  hash: string;
  occurredAt: string;
}
type More = Pick<VersionMark, 'on' | 'decision'>;

const clauseViews = ({ comments }: AgreementRow, ownerHalf: Half, sides: Side[]): ClauseView[] => {
  const { versions } = ownerHalf;
  const proposals = sides
    .flatMap(({ regency, half }) =>
      half.proposals.map((one) => ({ ...one, regency, answer: answerTo(one.proposal, ownerHalf) })),
    )
    .sort(byTime);
  const parties = sides.map(({ regency }) => regency);
  const said = comments.filter(({ regency }) => parties.includes(regency)).sort(byTime);
  const named = [...proposals, ...said].map(({ clause }) => clause);
  const ids = new Set([
    ...versions.flatMap(({ document }) => document.clauses.map(({ id }) => id)),
    ...named.filter((clause) => clause !== TERMS),
    ...(named.includes(TERMS) ? [TERMS] : []),
  ]);
  return [...ids].map((id) => ({
    id,
    history: historyOf(id, versions),
    proposals: proposals.filter(({ clause }) => clause === id),
    comments: said.filter(({ clause }) => clause === id),
  }));
};

/** The owner's first word on it stands. */
const answerTo = (proposal: string, { versions, declined }: Half): ProposalAnswer => {
  const adopted = versions.find(({ adopts }) => adopts.includes(proposal));
  const refused = declined.find((one) => one.proposal === proposal);
  if (adopted && (!refused || adopted.sequence < refused.sequence)) {
    const { version, sequence, recordedAt } = adopted;
    return { state: 'adopted', version, sequence, recordedAt };
  }
  if (!refused) return { state: 'open' };
  const { reason, sequence, recordedAt } = refused;
  return { state: 'declined', reason, sequence, recordedAt };
};

const historyOf = (id: string, versions: Half['versions']): ClauseView['history'] => {
  const history: ClauseView['history'] = [];
  let before: Clause | undefined;
  for (const { version, document, sequence, recordedAt } of versions) {
    const clause = document.clauses.find((one) => one.id === id);
    if (clause?.text !== before?.text || clause?.heading !== before?.heading) {
      history.push({ version, sequence, recordedAt, ...(clause ? { clause } : {}) });
    }
    before = clause;
  }
  return history;
};

// Where it stands

/**
 * `talks`: about the first text. `finalised`: both hold the newest as final. `half-signed`: one has signed it.
 * `signed`: both have, and it begins later. `terminated`, `expired`: it was in force, or talked about, and is over.
 */
export type AgreementStatus =
  | 'talks'
  | 'finalised'
  | 'half-signed'
  | 'signed'
  | 'in-force'
  | 'expired'
  | 'terminated';

/** The word for the agreement at `at`, with the version in force. A change under way has a word of its own: `versionStatus`. */
export const agreementStatusAt = (
  view: AgreementView,
  at: string,
): { status: AgreementStatus; inForce?: InForcePeriod } => {
  const inForce = view.inForce.find(({ from, until }) => from <= at && at < until);
  if (inForce) return { status: 'in-force', inForce };
  if (view.terminations.some(({ effectiveAt }) => effectiveAt <= at)) return { status: 'terminated' };
  if (view.inForce.some(({ from }) => at < from)) return { status: 'signed' };
  if (view.inForce.length > 0) return { status: 'expired' };
  const newest = view.versions.at(-1);
  const status = newest ? versionStatus(view, newest) : 'talks';
  return {
    status: status === 'signed' && newest && endOfDay(newest.document.terms.to) <= at ? 'expired' : status,
  };
};

/** How far one version has come. */
export const versionStatus = (
  { owner, counterpart }: Pick<AgreementView, 'owner' | 'counterpart'>,
  { finalised, signed }: Pick<AgreementVersionView, 'finalised' | 'signed'>,
): 'talks' | 'finalised' | 'half-signed' | 'signed' => {
  const count = (marks: VersionMark[]) =>
    [owner, counterpart].filter((party) => marks.some(({ regency, same }) => same && regency === party))
      .length;
  if (count(signed) === 2) return 'signed';
  if (count(signed) === 1) return 'half-signed';
  return count(finalised) === 2 ? 'finalised' : 'talks';
};

// The difference between any two texts

export type ClauseDifference =
  | { id: string; change: 'added'; is: Clause }
  | { id: string; change: 'removed'; was: Clause }
  | { id: string; change: 'changed'; was: Clause; is: Clause };

export interface DocumentDifference {
  title?: { was: string; is: string };
  /** In the order of the newer text, removed ones last. */
  clauses: ClauseDifference[];
  /** Where clauses that both have stand in another order. */
  order?: { was: string[]; is: string[] };
  terms: { [Term in keyof Terms]-?: { term: Term; was: Terms[Term]; is: Terms[Term] } }[keyof Terms][];
}

/** What makes `is` another text than `was`. Nothing is in it exactly when the two are the same. */
export const differenceBetween = (was: AgreementDocument, is: AgreementDocument): DocumentDifference => {
  const before = new Map(was.clauses.map((clause) => [clause.id, clause]));
  const after = new Map(is.clauses.map((clause) => [clause.id, clause]));
  const changed = is.clauses.flatMap((clause): ClauseDifference[] => {
    const old = before.get(clause.id);
    if (!old) return [{ id: clause.id, change: 'added', is: clause }];
    return old.text === clause.text && old.heading === clause.heading
      ? []
      : [{ id: clause.id, change: 'changed', was: old, is: clause }];
  });
  const removed = was.clauses
    .filter(({ id }) => !after.has(id))
    .map((clause): ClauseDifference => ({ id: clause.id, change: 'removed', was: clause }));
  const order = {
    was: was.clauses.map(({ id }) => id).filter((id) => after.has(id)),
    is: is.clauses.map(({ id }) => id).filter((id) => before.has(id)),
  };
  return {
    ...(was.title === is.title ? {} : { title: { was: was.title, is: is.title } }),
    clauses: [...changed, ...removed],
    ...(order.was.join() === order.is.join() ? {} : { order }),
    terms: changedTerms(was.terms, is.terms).map((term) => termDifference(term, was.terms, is.terms)),
  };
};

type TermDifference = DocumentDifference['terms'][number];
// Each member of the union pairs a term with its own two values, which indexing by a union can't say.
const termDifference = (term: keyof Terms, was: Terms, is: Terms): TermDifference =>
  ({ term, was: was[term], is: is[term] }) as TermDifference;
