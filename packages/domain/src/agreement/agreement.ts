/**
 * How two regencies come to an agreement: one drafts and revises, both propose and comment, both finalise the same
 * text, have it approved where it burdens the budget, and sign; either may end it. Each decides in its own half, on
 * what it knows of the other's.
 */
import type { RegencyCode } from '../codes.ts';
import { type Decision, type Rejection, accept, reject } from '../decision.ts';
import { commonRefusal } from '../resource/checks.ts';
import { type Day, dayAt, endOfDay } from '../shared/days.ts';
import type { AgreementCommand } from './commands.ts';
import { type AgreementDocument, type AgreementEvent, TERMS, type Terms } from './events.ts';
import {
  type Agreement,
  type AgreementHalf,
  type AgreementParties,
  type AgreementVersion,
  agreementParties,
  bothHave,
  has,
  newestSigned,
  terminationOf,
} from './halves.ts';

export type AgreementRejection =
  | 'time_in_future'
  | 'personal_data_in_text'
  | 'agreement_exists'
  | 'agreement_unknown'
  | 'agreement_needs_neighbour'
  | 'not_a_party'
  | 'owner_only'
  | 'agreement_terminated'
  | 'agreement_expired'
  | 'ends_before_it_begins'
  | 'period_in_past'
  | 'contact_not_a_party'
  | 'amend_by_addendum'
  | 'nothing_to_amend'
  | 'extension_not_longer'
  | 'extension_changes_terms'
  | 'version_unknown'
  | 'version_outdated'
  | 'hash_differs'
  | 'own_key_differs'
  | 'clause_unknown'
  | 'clause_exists'
  | 'proposal_changes_nothing'
  | 'proposal_unknown'
  | 'proposal_settled'
  | 'not_finalised'
  | 'dprd_not_needed'
  | 'dprd_approval_missing'
  | 'termination_in_past';
export type AgreementDecision = Decision<AgreementEvent, AgreementRejection>;
type Refusal = { accepted: false; rejection: Rejection<AgreementRejection> };

/** Clocks differ a little; what ends "now" must not fail for it. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Decides `command` against what is known of both halves. Returns the events to append to the own half, none when
 * it is already so, or a rejection.
 *
 * 1. Only the owner drafts, revises and declines proposals.
 * 2. Proposals, comments, finalising, approval and signature are for the newest version that is known here; the last
 *    three for exactly the text whose hash is named, and which this site has.
 * 3. A signature needs the same text finalised by both, and the own DPRD's approval where it burdens the budget.
 * 4. Before both have signed, the owner revises freely, also what it has signed itself: if the other's signature
 *    crosses the revision, that version is in force and the revision is the draft of a change.
 * 5. What both have signed is changed by addendum or extension, never after it has ended.
 */
export const decideAgreement = (command: AgreementCommand, state: Agreement): AgreementDecision => {
  const personal = commonRefusal(command.at, command.at, textsOf(command));
  if (personal) return personal;
  if (command.type === 'draft') return decideDraft(command, state);

  const parties = agreementParties(state);
  if (!parties) return reject('agreement_unknown');
  const side = sideOf(parties, command.by);
  const newest = parties.ownerHalf.versions.at(-1);
  if (!side || !newest) {
    return reject('not_a_party', { parties: [parties.owner, parties.counterpart], ours: command.by });
  }
  const talks: Talks = { parties, ...side, newest };
  if (command.type === 'terminate') return decideTerminate(command, talks);
  const ended = endedRefusal(talks, command.at);
  if (ended) return ended;

  switch (command.type) {
    case 'revise':
      return decideRevise(command, talks);
    case 'propose':
      return decidePropose(command, talks);
    case 'comment':
      return decideComment(command, talks);
    case 'decline':
      return decideDecline(command, talks);
    case 'finalise':
      return decideFinalise(command, talks);
    case 'approveDprd':
      return decideApproval(command, talks);
    case 'sign':
      return decideSign(command, talks);
  }
};

type Only<Type extends AgreementCommand['type']> = Extract<AgreementCommand, { type: Type }>;
/** What a command on a known agreement is decided against. */
interface Talks {
  parties: AgreementParties;
  ours: AgreementHalf;
  owning: boolean;
  newest: AgreementVersion;
}

const sideOf = (parties: AgreementParties, by: RegencyCode): Pick<Talks, 'ours' | 'owning'> | undefined => {
  if (by === parties.owner) return { ours: parties.ownerHalf, owning: true };
  if (by === parties.counterpart) return { ours: parties.counterpartHalf, owning: false };
  return undefined;
};

/** The free texts of a command by their field. Hashes and ids are left alone: their digits can look like a number's. */
const textsOf = (command: AgreementCommand): Record<string, string | undefined> => {
  switch (command.type) {
    case 'draft':
    case 'revise':
      return documentTexts(command.body.document);
    case 'propose':
      return {
        reason: command.body.reason,
        text: command.body.change === 'remove' ? undefined : command.body.text,
        heading: command.body.change === 'add' ? command.body.heading : undefined,
      };
    case 'comment':
      return { text: command.body.text };
    case 'decline':
    case 'terminate':
      return { reason: command.body.reason };
    case 'approveDprd':
      return { decision: command.body.decision };
    case 'finalise':
    case 'sign':
      return {};
  }
};

const documentTexts = ({ title, clauses, terms }: AgreementDocument): Record<string, string> =>
  Object.fromEntries([
    ['document.title', title],
    ...clauses.flatMap(({ id, heading, text }) => [
      [`document.clauses.${id}.heading`, heading],
      [`document.clauses.${id}.text`, text],
    ]),
    ...terms.contacts.flatMap(({ office, channel }, index) => [
      [`document.terms.contacts.${index}.office`, office],
      [`document.terms.contacts.${index}.channel`, channel],
    ]),
  ]);

const decideDraft = ({ body, by, at, hash }: Only<'draft'>, state: Agreement): AgreementDecision => {
  const { counterpart, document } = body;
  if (Object.keys(state).length > 0) return reject('agreement_exists');
  if (counterpart === by) return reject('agreement_needs_neighbour', { ours: by });
  const unfit = documentRefusal(document, [by, counterpart], at);
  if (unfit) return unfit;
  return accept({
    type: 'AgreementDrafted',
    data: { occurredAt: at, counterpart, version: 1, document, hash },
  });
};

/** Why these terms can't be agreed on by those parties at `at`. */
const documentRefusal = (
  { terms }: AgreementDocument,
  parties: RegencyCode[],
  at: string,
): Refusal | undefined => {
  const { from, to, contacts } = terms;
  if (to < from) return reject('ends_before_it_begins', { start: from, until: to });
  if (to < dayAt(at)) return reject('period_in_past', { until: to, today: dayAt(at) });
  const stranger = contacts.find(({ regency }) => !parties.includes(regency));
  return stranger && reject('contact_not_a_party', { regency: stranger.regency, parties });
};

/** Why there is nothing more to say: it was ended, or what both had signed has run out. */
const endedRefusal = ({ parties }: Talks, at: string): Refusal | undefined => {
  const effectiveAt = terminationOf(parties);
  if (effectiveAt !== undefined) return reject('agreement_terminated', { effectiveAt });
  const to = newestSigned(parties)?.document.terms.to;
  return to !== undefined && endOfDay(to) <= at
    ? reject('agreement_expired', { until: to, today: dayAt(at) })
    : undefined;
};

const ownerOnly = ({ parties, owning }: Talks, by: RegencyCode): Refusal | undefined =>
  owning
    ? undefined
    : reject('owner_only', {
        owner: parties.owner,
        ours: by,
        allowed: ['propose', 'comment', 'finalise', 'approve-dprd', 'sign', 'terminate'],
      });

const decideRevise = ({ body, by, at, hash }: Only<'revise'>, talks: Talks): AgreementDecision => {
  const { parties, newest } = talks;
  const { kind, document, adopts } = body;
  const refusal =
    ownerOnly(talks, by) ??
    documentRefusal(document, [parties.owner, parties.counterpart], at) ??
    kindRefusal(body, parties) ??
    adoptionRefusal(adopts, talks);
  if (refusal) return refusal;
  if (hash === newest.hash && adopts.length === 0) return accept();
  return accept({
    type: 'AgreementRevised',
    data: { occurredAt: at, version: newest.version + 1, kind, document, hash, adopts: [...new Set(adopts)] },
  });
};

/** Before both have signed there are revisions only, after it addenda and extensions only. */
const kindRefusal = (
  { kind, document }: Only<'revise'>['body'],
  parties: AgreementParties,
): Refusal | undefined => {
  const standing = newestSigned(parties);
  if (!standing) {
    return kind === 'revision' ? undefined : reject('nothing_to_amend', { kind, allowed: ['revision'] });
  }
  const { version, document: signed } = standing;
  if (kind === 'revision') {
    return reject('amend_by_addendum', { signed: version, allowed: ['addendum', 'extension'] });
  }
  if (kind === 'addendum') return undefined;
  const { to } = document.terms;
  if (to <= signed.terms.to) return reject('extension_not_longer', { until: to, standing: signed.terms.to });
  const changed = changedTerms(signed.terms, document.terms).filter((term) => term !== 'to');
  return changed.length > 0 ? reject('extension_changes_terms', { changed }) : undefined;
};

/** The terms in which two texts differ. */
export const changedTerms = (was: Terms, is: Terms): (keyof Terms)[] =>
  termNames.filter((term) => JSON.stringify(was[term]) !== JSON.stringify(is[term]));
const termNames: (keyof Terms)[] = [
  'dataClasses',
  'resourceKinds',
  'longestDeploymentDays',
  'whoPays',
  'contacts',
  'responseMinutes',
  'from',
  'to',
  'burdensBudget',
  'signingKeys',
];

const adoptionRefusal = (adopts: readonly string[], talks: Talks): Refusal | undefined => {
  for (const proposal of adopts) {
    const settled = settledRefusal(proposal, talks);
    if (settled) return settled;
  }
  return undefined;
};

/** Why a proposal is no longer, or was never, to be answered. */
const settledRefusal = (proposal: string, { parties }: Talks): Refusal | undefined => {
  const { ownerHalf, counterpartHalf } = parties;
  const proposals = [...ownerHalf.proposals, ...counterpartHalf.proposals];
  if (!proposals.some((one) => one.proposal === proposal)) return reject('proposal_unknown', { proposal });
  const adopted = ownerHalf.versions.find(({ adopts }) => adopts.includes(proposal));
  if (adopted) return reject('proposal_settled', { proposal, adoptedIn: adopted.version });
  const declined = ownerHalf.declined.find((one) => one.proposal === proposal);
  return declined && reject('proposal_settled', { proposal, declined: declined.reason });
};

/** The version named must be the newest known. */
const versionRefusal = (version: number, { newest }: Talks): Refusal | undefined => {
  if (version === newest.version) return undefined;
  const facts = { version, newest: newest.version };
  return version > newest.version ? reject('version_unknown', facts) : reject('version_outdated', facts);
};

const decidePropose = ({ body, at, proposal }: Only<'propose'>, talks: Talks): AgreementDecision => {
  const { ours, newest } = talks;
  if (ours.proposals.some((one) => one.proposal === proposal)) return accept();
  const { clauses } = newest.document;
  const standing = clauses.find(({ id }) => id === body.clause);
  const refusal = versionRefusal(body.version, talks);
  if (refusal) return refusal;
  if (body.change === 'add') {
    if (standing) return reject('clause_exists', { clause: body.clause, version: newest.version });
  } else if (!standing && (body.change === 'remove' || body.clause !== TERMS)) {
    return reject('clause_unknown', { clause: body.clause, clauses: clauses.map(({ id }) => id) });
  } else if (body.change === 'reword' && standing?.text === body.text) {
    return reject('proposal_changes_nothing', { clause: body.clause, version: newest.version });
  }
  return accept({ type: 'ClauseProposed', data: { occurredAt: at, proposal, ...body } });
};

/** On a clause of the newest version, on the terms, or on a clause that somebody proposes to add. */
const decideComment = ({ body, at }: Only<'comment'>, talks: Talks): AgreementDecision => {
  const { parties, newest } = talks;
  const refusal = versionRefusal(body.version, talks);
  if (refusal) return refusal;
  const clauses = newest.document.clauses.map(({ id }) => id);
  const proposed = [...parties.ownerHalf.proposals, ...parties.counterpartHalf.proposals];
  const known = [TERMS, ...clauses, ...proposed.map(({ clause }) => clause)];
  if (!known.includes(body.clause)) return reject('clause_unknown', { clause: body.clause, clauses });
  return accept({ type: 'ClauseCommented', data: { occurredAt: at, ...body } });
};

const decideDecline = ({ body, by, at }: Only<'decline'>, talks: Talks): AgreementDecision => {
  const notOwner = ownerOnly(talks, by);
  if (notOwner) return notOwner;
  if (talks.ours.declined.some(({ proposal }) => proposal === body.proposal)) return accept();
  return (
    settledRefusal(body.proposal, talks) ??
    accept({ type: 'ProposalDeclined', data: { occurredAt: at, ...body } })
  );
};

/**
 * The text named must be the newest version, with the hash that the owner gave it and that this site computes, and the
 * keys that it names as this regency's must be.
 */
const textRefusal = (
  { body, computed, foreignKeys = [] }: Only<'finalise'> | Only<'approveDprd'> | Only<'sign'>,
  talks: Talks,
): Refusal | undefined => {
  const { version, hash } = talks.newest;
  return (
    versionRefusal(body.version, talks) ??
    (body.hash === hash && computed === hash
      ? undefined
      : reject('hash_differs', { version, named: body.hash, owners: hash, computed: computed ?? null })) ??
    (foreignKeys.length > 0 ? reject('own_key_differs', { version, keys: foreignKeys }) : undefined)
  );
};

/** Both must have finalised the newest version; `missing` are those who have not. */
const finalRefusal = ({ parties, newest }: Talks): Refusal | undefined => {
  if (bothHave('finalised', parties, newest)) return undefined;
  const missing = [
    ...(has(parties.ownerHalf.finalised, newest) ? [] : [parties.owner]),
    ...(has(parties.counterpartHalf.finalised, newest) ? [] : [parties.counterpart]),
  ];
  return reject('not_finalised', { version: newest.version, missing });
};

const futureRefusal = (day: Day, at: string): Refusal | undefined =>
  day > dayAt(at) ? reject('time_in_future', { occurredAt: day, now: at }) : undefined;

const decideFinalise = (command: Only<'finalise'>, talks: Talks): AgreementDecision => {
  const { body, at } = command;
  const refusal = textRefusal(command, talks);
  if (refusal) return refusal;
  if (has(talks.ours.finalised, talks.newest)) return accept();
  return accept({ type: 'AgreementFinalised', data: { occurredAt: at, ...body } });
};

const decideApproval = (command: Only<'approveDprd'>, talks: Talks): AgreementDecision => {
  const { body, at } = command;
  const refusal = textRefusal(command, talks);
  if (refusal) return refusal;
  if (!talks.newest.document.terms.burdensBudget) {
    return reject('dprd_not_needed', { version: talks.newest.version });
  }
  if (has(talks.ours.approved, talks.newest)) return accept();
  return (
    finalRefusal(talks) ??
    futureRefusal(body.decidedOn, at) ??
    accept({ type: 'AgreementDprdApproved', data: { occurredAt: at, ...body } })
  );
};

const decideSign = (command: Only<'sign'>, talks: Talks): AgreementDecision => {
  const { body, at } = command;
  const { ours, newest } = talks;
  const { terms } = newest.document;
  const { signedOn = dayAt(at) } = body;
  const refusal = textRefusal(command, talks);
  if (refusal) return refusal;
  if (has(ours.signed, newest)) return accept();
  const notReady = finalRefusal(talks) ?? futureRefusal(signedOn, at);
  if (notReady) return notReady;
  if (terms.burdensBudget && !has(ours.approved, newest)) {
    return reject('dprd_approval_missing', { version: newest.version });
  }
  if (endOfDay(terms.to) <= at) return reject('agreement_expired', { until: terms.to, today: dayAt(at) });
  return accept({ type: 'AgreementSigned', data: { occurredAt: at, ...body, signedOn } });
};

/** Nothing where it already ends by then; an end can only be brought forward. */
const decideTerminate = ({ body, at }: Only<'terminate'>, talks: Talks): AgreementDecision => {
  const { reason, effectiveAt = at } = body;
  if (Date.parse(effectiveAt) < Date.parse(at) - CLOCK_TOLERANCE_MS) {
    return reject('termination_in_past', { effectiveAt, now: at });
  }
  const ends = terminationOf(talks.parties);
  if (ends !== undefined && ends <= effectiveAt) return accept();
  const signed = newestSigned(talks.parties);
  if (signed && endOfDay(signed.document.terms.to) <= at) {
    return reject('agreement_expired', { until: signed.document.terms.to, today: dayAt(at) });
  }
  return accept({ type: 'AgreementTerminated', data: { occurredAt: at, reason, effectiveAt } });
};
