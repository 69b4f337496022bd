import type { AskingRejection, BasisRejection, LendingRejection, ResourceRejection } from '@siaga/domain';
import { type Facts, list, text } from './words.ts';

type Elsewhere = 'time_in_future' | 'personal_data_in_text' | BasisRejection | ResourceRejection;
type Code = Exclude<AskingRejection | LendingRejection, Elsewhere>;

export const aidSentences: Record<Code, (facts: Facts) => string> = {
  already_requested: () => 'This was asked for before; update the request, or ask anew without its id.',
  request_unknown: () => 'No request of this id has reached this site.',
  request_cancelled: () => 'The request was cancelled; ask anew if help is still needed.',
  request_declined: () => 'This site has declined the request; an unsolicited offer can still be made.',
  conversation_of_neighbour: ({ owner, ours }) =>
    `That is for ${text(owner)} to say; this is the site of ${text(ours)}.`,
  aid_from_oneself: ({ to }) => `${text(to)} is this site; name a neighbour.`,
  item_twice: ({ item }) => `Item ${text(item)} stands twice; number each item once.`,
  item_unknown: ({ item, items }) => `The request has no item ${text(item)}; it has ${list(items)}.`,
  kind_not_asked: ({ item, asked, offered }) =>
    `Item ${text(item)} asks for ${text(asked)}, not ${text(offered)}; offer that under no item, or the kind that is asked for.`,
  kind_mismatch: ({ resource, kind, offeredAs }) =>
    `${text(resource)} is registered as ${text(kind)}, not ${text(offeredAs)}.`,
  resource_not_ours: ({ resource }) =>
    `${text(resource)} is not registered at this site; offer what is its own.`,
  resource_twice: ({ resource }) => `${text(resource)} stands twice; name each resource once.`,
  duration_below_one: ({ durationHours }) => `${text(durationHours)} hours is too short; give 1 or more.`,
  answer_by_passed: ({ answerBy, now }) =>
    `The time to answer ended at ${text(answerBy)}; it is ${text(now)} here. An unsolicited offer can still be made.`,
  less_than_accepted: ({ item, accepted }) =>
    `${text(accepted)} of item ${text(item)} were accepted already; ask for at least as many, or release them.`,
  more_than_asked: ({ item, asked, accepted, quantity }) =>
    `${text(asked)} of item ${text(item)} were asked for and ${text(accepted)} accepted; ${text(quantity)} more are too many.`,
  not_offered: () => 'Accept resources and quantities that stand in this offer, under its items.',
  conditions_missing: () => 'A provisional offer names its conditions.',
  until_missing: () => 'No request says how long it is for; give until.',
  offer_unknown: () => 'No offer of this id is known at this site.',
  offer_withdrawn: ({ reason }) => `The offer was withdrawn: ${text(reason)}.`,
  offer_expired: ({ validUntil, now }) =>
    `The offer was good until ${text(validUntil)}; it is ${text(now)} here.`,
  offer_accepted: ({ status }) =>
    `The offer is ${text(status)}; an accepted offer is committed or refused, not withdrawn.`,
  offer_not_accepted: ({ status }) =>
    `The offer is ${text(status)}; only an accepted one is committed or refused.`,
  offer_answered: ({ status }) => `The offer is ${text(status)} already.`,
  already_offered: ({ offer }) => `Offer ${text(offer)} stands; withdraw it first.`,
  extension_unknown: () => 'No such extension was asked for this deployment.',
  extension_answered: () => 'The extension was answered otherwise before.',
  return_asked: () => 'Its owner has called it home; it is not extended.',
  recall_unknown: () => 'Nobody asked for the return that this answers.',
};
