/** What the main thread and the writer thread say to each other. Columns, not rows: half the cost to clone. */

/** `expected` of an append that makes no claim. */
export const ANY_REVISION = -1;

/** Several appends: entry i of the first four columns is append i, and its events are the next `counts[i]` of the last four. */
export interface AppendBatch {
  streams: string[];
  expected: number[];
  /** When it was asked for, milliseconds since 1970. */
  askedAt: number[];
  counts: number[];
  ids: string[];
  types: string[];
  data: string[];
  metadata: string[];
  /**
   * The second append is a companion of the first, made before that was written: it goes only if that stands at this
   * position and time, in milliseconds since 1970.
   */
  foreseen?: { position: number; recordedAt: number };
}

export const emptyBatch = (): AppendBatch => ({
  streams: [],
  expected: [],
  askedAt: [],
  counts: [],
  ids: [],
  types: [],
  data: [],
  metadata: [],
});

/** What the writer thread is started with. `sent` has one number, which is raised after each request. */
export interface WriterStart {
  file: string;
  sent: Int32Array<SharedArrayBuffer>;
}

export type WriterRequest = AppendBatch | 'close';

/** Why one append of a batch was refused. `index` is its place in the answers. */
export type Refusal =
  | { index: number; kind: 'wrongRevision'; actual: number }
  | { index: number; kind: 'idReused'; id: string }
  /** A companion, where what it goes with stands otherwise than was foreseen. */
  | { index: number; kind: 'leftBehind' };

/** Answers to all appends of one transaction, in the order they were sent. A refused append has zeros in the columns. */
export interface AppendAnswers {
  appends: number;
  revisions: number[];
  positions: number[];
  recordedAt: number[];
  refusals: Refusal[];
  /** Places of appends that wrote nothing, since their events stood there already. */
  repetitions: number[];
  /** Set when the transaction failed: nothing of it was acknowledged, and the columns are empty. */
  fault?: Error;
}

export const emptyAnswers = (): AppendAnswers => ({
  appends: 0,
  revisions: [],
  positions: [],
  recordedAt: [],
  refusals: [],
  repetitions: [],
});
