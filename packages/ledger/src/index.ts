export { MAX_EVENT_BYTES } from './encode.ts';
export { EventIdReused, EventTooLarge, LedgerUnavailable, WrongExpectedRevision } from './errors.ts';
export {
  type AppendResult,
  type Companion,
  type ExpectedRevision,
  type Ledger,
  type NewEvent,
  type ReadAllOptions,
  type ReadOptions,
  type RecordedEvent,
  readLast,
  type SubscribeOptions,
} from './port.ts';
export { type LedgerEnvironment, openLedger } from './open.ts';
export { openSqliteLedger, type SqliteLedgerOptions } from './sqlite/ledger.ts';
