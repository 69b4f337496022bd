import type { AgreementRejection, OverrideRejection, ResourceRejection } from '@siaga/domain';
import { type Facts, list, text } from './words.ts';

type Elsewhere = 'time_in_future' | 'personal_data_in_text' | ResourceRejection;
type Code = Exclude<AgreementRejection | OverrideRejection, Elsewhere>;

export const agreementSentences: Record<Code, (facts: Facts) => string> = {
  agreement_exists: () => 'An agreement of this id was drafted before; draft a new one without it.',
  agreement_unknown: () => 'No draft of this agreement has reached this site.',
  agreement_needs_neighbour: ({ ours }) => `An agreement is made with another regency than ${text(ours)}.`,
  not_a_party: ({ parties, ours }) => `The agreement is between ${list(parties)}; this is ${text(ours)}.`,
  owner_only: ({ owner, allowed }) =>
    `Only ${text(owner)}, who drafts, does that; here one may ${list(allowed)}.`,
  agreement_terminated: ({ effectiveAt }) => `It was ended from ${text(effectiveAt)} on; draft a new one.`,
  agreement_expired: ({ until }) => `Its last day was ${text(until)}; draft a new one.`,
  period_in_past: ({ start, until, today, now }) =>
    `${text(start ?? until)} is past; today is ${text(today ?? now)}. Give a time that is still to come.`,
  contact_not_a_party: ({ regency, parties }) =>
    `${text(regency)} is no party; contacts are of ${list(parties)}.`,
  amend_by_addendum: ({ allowed }) => `Both have signed; what they signed is changed by ${list(allowed)}.`,
  nothing_to_amend: ({ kind, allowed }) =>
    `Nothing is signed by both that ${text(kind)} could change; make it a ${list(allowed)}.`,
  extension_not_longer: ({ until, standing }) =>
    `${text(until)} is not later than ${text(standing)}, the end as it stands.`,
  extension_changes_terms: ({ changed }) =>
    `An extension moves the end and nothing else; for ${list(changed)} make it an addendum.`,
  version_unknown: ({ version, newest }) =>
    `There is no version ${text(version)}; the newest here is ${text(newest)}.`,
  version_outdated: ({ version, newest }) =>
    `Version ${text(version)} was replaced; the newest is ${text(newest)}.`,
  hash_differs: ({ version, named, owners, computed }) =>
    `${text(named)} was named; version ${text(version)} as this site has it is ${text(computed ?? 'missing')}, its owner's is ${text(owners)}. Name exactly the text that was read.`,
  own_key_differs: ({ keys }) =>
    `The text names ${list(keys)} as this regency’s; it does not sign with that. GET /api/v1/signing-keys lists its keys; have the text revised.`,
  clause_unknown: ({ clause, clauses }) => `There is no clause ${text(clause)}; there are ${list(clauses)}.`,
  clause_exists: ({ clause, version }) =>
    `Version ${text(version)} has a clause ${text(clause)}; propose another wording of it.`,
  proposal_changes_nothing: ({ clause }) => `Clause ${text(clause)} says this already.`,
  proposal_unknown: ({ proposal }) => `No proposal ${text(proposal)} is known at this site.`,
  proposal_settled: ({ adoptedIn, declined }) =>
    adoptedIn === undefined
      ? `It was declined: ${text(declined)}.`
      : `It was taken up in version ${text(adoptedIn)}.`,
  not_finalised: ({ version, missing }) => `Version ${text(version)} is not final for ${list(missing)} yet.`,
  dprd_not_needed: () => 'It does not burden the budget; it is signed without the DPRD’s approval.',
  dprd_approval_missing: ({ version }) =>
    `Version ${text(version)} burdens the budget; record the own DPRD’s approval before it is signed.`,
  termination_in_past: ({ effectiveAt, now }) =>
    `${text(effectiveAt)} is past; it is ${text(now)} here. End it now or later.`,
  override_too_long: ({ longest, days }) =>
    `An override lasts at most ${text(days)} days, here until ${text(longest)}.`,
  override_stands: ({ from, until }) =>
    `One stands from ${text(from)} until ${text(until)}; end it first, or begin after it.`,
  override_unknown: () => 'This site has declared no such override.',
  override_over: ({ until }) => `It ended at ${text(until)}.`,
};
