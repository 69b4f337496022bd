/** Why a message can't be read. */
export type EdxlErrorCode =
  | 'too_large'
  | 'not_well_formed'
  | 'dtd_not_allowed'
  | 'entity_not_allowed'
  | 'message_type_unknown'
  | 'content_type_mismatch'
  | 'element_unexpected'
  | 'element_missing'
  | 'element_repeated'
  | 'attribute_unexpected'
  | 'text_unexpected'
  | 'value_missing'
  | 'value_not_allowed'
  | 'time_without_zone'
  | 'message_not_supported'
  | 'reference_unknown';

/** The one error that reading gives: a code, the path of the element it is about, and what is wrong with it. */
export class EdxlError extends Error {
  readonly code: EdxlErrorCode;
  readonly element: string;
  readonly reason: string;
  constructor(code: EdxlErrorCode, element: string, reason: string) {
    super(`${element}: ${reason}`);
    this.name = 'EdxlError';
    this.code = code;
    this.element = element;
    this.reason = reason;
  }
}
