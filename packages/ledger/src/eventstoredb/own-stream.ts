/**
 * What the adapter remembers about the database itself, in a stream of its own: that a ledger was begun to be copied
 * into it, and that the copy is complete. Between the two it is no ledger.
 */
import { LedgerUnavailable } from '../errors.ts';
import type { Connection } from './connection.ts';
import { OWN_STREAM } from './records.ts';

const COPY_BEGUN = 'siaga.ledger.copy-begun.v1';
const COPY_COMPLETED = 'siaga.ledger.copy-completed.v1';

/** What a complete copy was when it was verified. */
export interface CopyFacts {
  /** The position of the last event that was copied; 0 for an empty ledger. */
  through: number;
  events: number;
  /** SHA-256 over everything, see `digest.ts`. */
  hash: string;
}

export type CopyState = { kind: 'none' } | { kind: 'begun' } | ({ kind: 'completed' } & CopyFacts);

/** Rejects with `LedgerUnavailable`. */
export async function copyState(connection: Connection): Promise<CopyState> {
  const [last] = await connection.pageOfStream(OWN_STREAM, { direction: 'backwards', from: 'end', count: 1 });
  if (!last) return { kind: 'none' };
  if (last.type === COPY_BEGUN) return { kind: 'begun' };
  if (last.type !== COPY_COMPLETED || !isFacts(last.data))
    throw new LedgerUnavailable(`this version can't read what stands in stream ${OWN_STREAM}`);
  return { kind: 'completed', ...last.data };
}

/** Up to which position the events have those of another ledger; rejects with `LedgerUnavailable`. */
export async function originsThrough(connection: Connection): Promise<number> {
  const state = await copyState(connection);
  if (state.kind === 'begun')
    throw new LedgerUnavailable(
      'a ledger is being copied into this database and the copy is not complete: run the copy again',
    );
  return state.kind === 'completed' ? state.through : 0;
}

/** Rejects with `WrongExpectedRevision` when somebody else was quicker. */
export const noteCopyBegun = (connection: Connection): Promise<void> =>
  connection.append(OWN_STREAM, 0, [note(COPY_BEGUN, {})]);

/** As `noteCopyBegun`. */
export const noteCopyCompleted = (connection: Connection, facts: CopyFacts): Promise<void> =>
  connection.append(OWN_STREAM, 1, [note(COPY_COMPLETED, { ...facts })]);

const note = (type: string, data: object) => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json' as const,
  data: data as never,
  metadata: new TextEncoder().encode('{}'),
});

function isFacts(data: unknown): data is CopyFacts {
  return (
    typeof data === 'object' &&
    data !== null &&
    'through' in data &&
    Number.isSafeInteger(data.through) &&
    'events' in data &&
    Number.isSafeInteger(data.events) &&
    'hash' in data &&
    typeof data.hash === 'string'
  );
}
