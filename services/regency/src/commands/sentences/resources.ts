import type { BasisRejection, ResourceRejection, StockRejection } from '@siaga/domain';
import { type Facts, list, text, verb } from './words.ts';

type Common = 'time_in_future' | 'personal_data_in_text' | 'place_not_ours';
type Code = Exclude<ResourceRejection | StockRejection | BasisRejection, Common>;

export const resourceSentences: Record<Code, (facts: Facts) => string> = {
  already_registered: () => 'Something of this id was registered before; register a new one without it.',
  resource_unknown: () => 'No resource of this id is registered at this site; only its owner moves it.',
  stock_unknown: () => 'No stock of this id is registered at this site.',
  quantity_below_one: ({ quantity }) => `${text(quantity)} is too little; give 1 or more.`,
  quantity_below_zero: ({ quantity }) => `${text(quantity)} can't be counted; give 0 or more.`,
  not_allowed_in_state: ({ command, state, allowedIn }) =>
    `${verb(command)} is for a resource that is ${list(allowedIn)}; this one is ${text(state)}.`,
  resource_not_available: ({ state, until }) =>
    `It is ${text(state)}${until === undefined ? '' : ` until ${text(until)}`}; choose one that is available.`,
  deployment_unknown: ({ deployment }) => `This site knows no deployment ${text(deployment)}.`,
  deployment_over: ({ deployment }) =>
    `Deployment ${text(deployment)} is over; the resource is sent out anew.`,
  already_departed: ({ state }) => `It is ${text(state)}; what has departed is released, and returns.`,
  before_previous_step: ({ occurredAt, previous }) =>
    `${text(occurredAt)} lies before the step that it follows, at ${text(previous)}; give a later time.`,
  ends_before_it_begins: ({ start, until }) =>
    `It would end at ${text(until)}, not after its beginning at ${text(start)}; give a later end.`,
  not_later_than_before: ({ until, before }) =>
    `${text(until)} is not later than ${text(before)}, when it ends now; give a later end.`,
  not_enough_stock: ({ quantity, free, onHand }) =>
    `${text(quantity)} is more than the ${text(free ?? onHand)} that ${free === undefined ? 'are there' : 'are free'}.`,
  more_than_committed: ({ quantity, open }) =>
    `${text(quantity)} is more than the ${text(open)} that are promised and not handed out yet.`,
  commitment_unknown: ({ commitment }) => `This stock has no commitment ${text(commitment)}.`,
  commitment_over: ({ commitment }) => `Commitment ${text(commitment)} was handed out or called off.`,
  agreement_not_in_force: ({ neighbour, from, until }) =>
    from === undefined
      ? `No agreement with ${text(neighbour)} is in force that shares mutual aid, and no override of this site's; sign one, or have the head of BPBD declare an override.`
      : `What stands with ${text(neighbour)} is in force from ${text(from)}, before ${text(until)}.`,
  kind_not_covered: ({ kind, covered }) =>
    `The agreement does not name ${text(kind)}; it covers ${list(covered)}.`,
  longer_than_agreed: ({ until, latest, longestDays }) =>
    `${text(until)} is later than ${text(latest)}, the end of the longest deployment${
      longestDays === undefined ? '' : ` of ${text(longestDays)} days`
    } that was agreed.`,
};
