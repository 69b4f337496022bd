/** The one table of error codes. A code is stable: clients may rely on it, sentences may change. */
export const problemTable = {
  // The request itself
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_request: { status: 400, title: 'The request does not have the form asked for' },
  unsupported_media_type: { status: 415, title: 'This route does not take that content type' },
  body_too_complex: { status: 400, title: 'The body is nested too deeply, or has too many parts' },
  body_too_large: { status: 413, title: 'The body is too large' },
  route_unknown: { status: 404, title: 'There is nothing at this address' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used for another command' },

  // Who asks
  not_signed_in: { status: 401, title: 'Sign in first' },
  wrong_credentials: { status: 401, title: 'Name or password is wrong' },
  too_many_attempts: { status: 429, title: 'Too many wrong passwords' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  csrf_token_missing: { status: 403, title: 'The CSRF token is missing or wrong' },
  role_not_permitted: { status: 403, title: 'This role may not send this command' },
  account_exists: { status: 409, title: 'An account of this name exists' },
  account_unknown: { status: 404, title: 'There is no such account' },

  // Incidents
  incident_unknown: { status: 404, title: 'There is no such incident at this site' },
  incident_of_neighbour: {
    status: 403,
    title: 'The incident belongs to the neighbour; only its owner changes it',
  },
  already_reported: { status: 409, title: 'The incident was reported before' },
  place_unknown: { status: 422, title: 'There is no such village or district' },
  place_not_ours: { status: 422, title: 'The place lies in another regency' },
  point_outside: { status: 422, title: 'The point lies outside the regencies' },
  time_in_future: { status: 422, title: 'The time lies in the future' },
  personal_data_in_text: { status: 422, title: 'The text carries a personal number' },
  not_allowed_in_status: { status: 409, title: 'The incident is not in a status for this' },
  nothing_to_correct: { status: 422, title: 'There is no figure to correct' },
  merge_into_itself: { status: 422, title: 'An incident is not merged into itself' },
  merge_target_unfit: { status: 409, title: 'The incident to merge into is not fit for it' },
  merged_elsewhere: { status: 409, title: 'The incident was merged into another' },
  same_needs_neighbour: { status: 422, title: 'The same event is declared with a neighbour’s incident' },
  stale_revision: { status: 409, title: 'Somebody changed it in the meantime' },

  // Resources and stock
  already_registered: { status: 409, title: 'It was registered before' },
  resource_unknown: { status: 404, title: 'There is no such resource at this site' },
  stock_unknown: { status: 404, title: 'There is no such stock at this site' },
  resource_not_ours: { status: 422, title: 'The resource is not registered at this site' },
  not_allowed_in_state: { status: 409, title: 'The resource is not in a state for this' },
  resource_not_available: { status: 409, title: 'The resource is promised elsewhere or out of service' },
  deployment_unknown: { status: 404, title: 'There is no such deployment here' },
  deployment_over: { status: 409, title: 'The deployment is over' },
  already_departed: { status: 409, title: 'It has departed; release it instead' },
  before_previous_step: { status: 422, title: 'The step lies before the one that it follows' },
  ends_before_it_begins: { status: 422, title: 'The end lies before the beginning' },
  not_later_than_before: { status: 422, title: 'The new end is not later than the present one' },
  quantity_below_one: { status: 422, title: 'A quantity is at least one' },
  quantity_below_zero: { status: 422, title: 'A count is at least zero' },
  not_enough_stock: { status: 409, title: 'There is not enough in stock' },
  more_than_committed: { status: 409, title: 'More than was promised' },
  commitment_unknown: { status: 404, title: 'There is no such commitment of this stock' },
  commitment_over: { status: 409, title: 'The commitment is closed' },

  // Mutual aid
  agreement_not_in_force: { status: 409, title: 'No agreement or override is in force for this' },
  kind_not_covered: { status: 422, title: 'The agreement does not cover this kind' },
  longer_than_agreed: { status: 422, title: 'Longer than the agreement allows' },
  already_requested: { status: 409, title: 'The request was made before' },
  already_offered: { status: 409, title: 'There is an offer already' },
  request_unknown: { status: 404, title: 'There is no such request here' },
  request_cancelled: { status: 409, title: 'The request was cancelled' },
  request_declined: { status: 409, title: 'The request was declined' },
  conversation_of_neighbour: { status: 403, title: 'That is the neighbour’s to say' },
  aid_from_stranger: { status: 422, title: 'Aid is asked of a neighbour, and offered to one' },
  aid_from_oneself: { status: 422, title: 'Aid is asked of a neighbour' },
  item_twice: { status: 422, title: 'An item stands twice' },
  item_unknown: { status: 422, title: 'The request has no such item' },
  kind_not_asked: { status: 422, title: 'The item is of another kind' },
  kind_mismatch: { status: 422, title: 'The resource is of another kind' },
  resource_twice: { status: 422, title: 'A resource stands twice' },
  duration_below_one: { status: 422, title: 'A duration is at least one hour' },
  answer_by_passed: { status: 422, title: 'The time to answer has passed' },
  less_than_accepted: { status: 409, title: 'Less than was accepted already' },
  more_than_asked: { status: 422, title: 'More than was asked for' },
  not_offered: { status: 422, title: 'That was not offered' },
  conditions_missing: { status: 422, title: 'A provisional offer names its conditions' },
  until_missing: { status: 422, title: 'The end of the deployment is missing' },
  offer_unknown: { status: 404, title: 'There is no such offer here' },
  offer_withdrawn: { status: 409, title: 'The offer was withdrawn' },
  offer_expired: { status: 409, title: 'The offer has expired' },
  offer_accepted: { status: 409, title: 'The offer was accepted' },
  offer_not_accepted: { status: 409, title: 'The offer was not accepted' },
  offer_answered: { status: 409, title: 'The offer was answered before' },
  extension_unknown: { status: 404, title: 'No such extension was asked for' },
  extension_answered: { status: 409, title: 'The extension was answered before' },
  return_asked: { status: 409, title: 'The owner has called it home' },
  recall_unknown: { status: 404, title: 'No such return was asked for' },
  edxl_invalid: { status: 422, title: 'The EDXL-RM message can’t be taken in' },

  // Agreements and overrides
  agreement_exists: { status: 409, title: 'The agreement was drafted before' },
  agreement_unknown: { status: 404, title: 'There is no such agreement here' },
  agreement_needs_neighbour: { status: 422, title: 'An agreement is made with a neighbour' },
  not_a_party: { status: 403, title: 'This regency is no party of the agreement' },
  owner_only: { status: 403, title: 'Only the regency that drafts does that' },
  agreement_terminated: { status: 409, title: 'The agreement was ended' },
  agreement_expired: { status: 409, title: 'The agreement has expired' },
  period_in_past: { status: 422, title: 'The time is past' },
  contact_not_a_party: { status: 422, title: 'A contact is of no party' },
  amend_by_addendum: { status: 409, title: 'Both have signed; it is changed by addendum or extension' },
  nothing_to_amend: { status: 409, title: 'Nothing was signed by both yet' },
  extension_not_longer: { status: 422, title: 'The new end is not later' },
  extension_changes_terms: { status: 422, title: 'An extension changes only the end' },
  version_unknown: { status: 404, title: 'There is no such version here' },
  version_outdated: { status: 409, title: 'The version was replaced' },
  hash_differs: { status: 409, title: 'It is not the same text' },
  own_key_differs: { status: 409, title: 'The text names another key than this regency’s' },
  clause_unknown: { status: 404, title: 'There is no such clause' },
  clause_exists: { status: 409, title: 'There is such a clause already' },
  proposal_changes_nothing: { status: 422, title: 'The proposal changes nothing' },
  proposal_unknown: { status: 404, title: 'There is no such proposal here' },
  proposal_settled: { status: 409, title: 'The proposal was answered before' },
  not_finalised: { status: 409, title: 'It is not final for both' },
  dprd_not_needed: { status: 422, title: 'No approval by the DPRD is needed' },
  dprd_approval_missing: { status: 409, title: 'The approval by the DPRD is missing' },
  termination_in_past: { status: 422, title: 'The end lies in the past' },
  override_too_long: { status: 422, title: 'An override lasts at most 14 days' },
  override_stands: { status: 409, title: 'An override stands in that time' },
  override_unknown: { status: 404, title: 'There is no such override at this site' },
  override_over: { status: 409, title: 'The override is over' },

  // Signing keys
  signing_key_known: { status: 409, title: 'The key was announced before' },
  signing_key_unknown: { status: 404, title: 'This regency has no such key' },
  signing_key_in_use: { status: 409, title: 'The key is in use' },

  // Emergency statuses
  emergency_status_unknown: { status: 404, title: 'There is no such emergency status at this site' },
  siaga_needs_slow_onset: { status: 422, title: 'Siaga is for what comes slowly' },
  decree_exists: { status: 409, title: 'The decree stands already' },
  decree_unknown: { status: 404, title: 'There is no such decree here' },
  begins_before_standing: { status: 422, title: 'It would begin before the status that stands' },
  level_not_higher: { status: 409, title: 'A status stands that is as high' },
  transisi_needs_tanggap: { status: 409, title: 'Transisi follows on tanggap' },
  status_over: { status: 409, title: 'The status is over' },
  status_superseded: { status: 409, title: 'Another decree has taken its place' },
  no_status_stands: { status: 409, title: 'No status stands' },
  inability_needs_tanggap: { status: 409, title: 'Inability is stated while tanggap stands' },

  // Hazards
  hotspots_columns_unknown: { status: 422, title: 'The columns are not those of a FIRMS file' },

  // Picture
  event_unknown: { status: 404, title: 'This site knows no such event' },
  place_not_found: { status: 404, title: 'There is no place of this code' },
  boundaries_not_imported: { status: 404, title: 'No official boundaries were imported here' },

  // The site
  ledger_unavailable: { status: 503, title: 'The ledger can’t be written' },
  event_too_large: { status: 413, title: 'The event is too large for the ledger' },
  not_ready: { status: 503, title: 'The site is not ready' },
  overloaded: { status: 503, title: 'The site has too much to do' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemTable;

/** RFC 9457. `code` is the stable word; further members are the facts behind `detail`. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  [fact: string]: unknown;
}

/** An answer that is not what was asked for. Throw it anywhere in a handler. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly facts: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    code: ProblemCode,
    detail?: string,
    facts: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(detail ?? problemTable[code].title);
    this.name = 'Problem';
    this.code = code;
    this.facts = facts;
    this.headers = headers;
  }

  get status(): number {
    return problemTable[this.code].status;
  }

  document(): ProblemDocument {
    const { status, title } = problemTable[this.code];
    return {
      ...this.facts,
      type: `/docs/problems#${this.code}`,
      title,
      status,
      code: this.code,
      detail: this.message,
    };
  }
}

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemTable, code);
