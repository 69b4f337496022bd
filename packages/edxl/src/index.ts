/** EDXL-RM 1.0: the XML of resource messages, and how the conversation of mutual aid is said in it. */
export { type AidAction, actionOf } from './aid-action.ts';
export { edxlOf } from './aid-message.ts';
export { EdxlError, type EdxlErrorCode } from './error.ts';
export {
  type EdxlMessage,
  fromEdxl,
  type Location,
  type Quantity,
  type ReadMessage,
  type ResourceInformation,
  type Schedule,
  toEdxl,
  type ValueList,
} from './message.ts';
export {
  type ContactRole,
  type MessageType,
  messageTypes,
  RM,
  RMSG,
  type ScheduleType,
} from './structure.ts';
export { MAX_LENGTH } from './xml.ts';
