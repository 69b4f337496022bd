/** Somebody else appended first, or the stream isn't there: read it again and decide again. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  readonly stream: string;
  readonly expected: number;
  /** The stream's last revision, `0` when it doesn't exist. */
  readonly actual: number;

  constructor(stream: string, expected: number, actual: number) {
    super(`stream ${stream} is at revision ${actual}, not at ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** An event id of this append is in the ledger already, and the append is not a repetition of that one. */
export class EventIdReused extends Error {
  override readonly name = 'EventIdReused';
  readonly stream: string;
  /** The first id that is known already. */
  readonly id: string;

  constructor(stream: string, id: string) {
    super(`append to ${stream} is no repetition, but event id ${id} is in the ledger already`);
    this.stream = stream;
    this.id = id;
  }
}

/** The store can't be reached, written or read now. `cause` says why. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';

  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
  }
}

export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
  readonly id: string;
  readonly bytes: number;
  readonly limit: number;

  constructor(id: string, bytes: number, limit: number) {
    super(`event ${id} has ${bytes} bytes of data and metadata, the limit is ${limit}`);
    this.id = id;
    this.bytes = bytes;
    this.limit = limit;
  }
}
