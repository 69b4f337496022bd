/**
 * What the adapter remembers about the database itself, in a stream of its own: whose ledger it is, that a ledger was
 * begun to be copied into it, and that the copy is complete. Between the two it is no ledger.
 */
import { LedgerUnavailable, WrongExpectedRevision } from '../errors.ts';
import type { Connection } from './connection.ts';
import { OWN_STREAM } from './records.ts';

const OWNED = 'siaga.ledger.owned.v1';
const COPY_BEGUN = 'siaga.ledger.copy-begun.v1';
const COPY_COMPLETED = 'siaga.ledger.copy-completed.v1';
/** More than it ever has. */
const MOST_NOTES = 100;

/** What a complete copy was when it was verified. */
export interface CopyFacts {
  /** The position of the last event that was copied; 0 for an empty ledger. */
  through: number;
  events: number;
  /** SHA-256 over everything, see `digest.ts`. */
  hash: string;
}

export interface OwnState {
  /** Of the stream; 0 for a database that nothing was noted about. */
  revision: number;
  /** Whose ledger it is: a regency's code. */
  owner?: string;
  copy: 'none' | 'begun' | CopyFacts;
}

/** Rejects with `LedgerUnavailable`, also for notes that this version can't read. */
export async function ownState(connection: Connection): Promise<OwnState> {
  const notes = await connection.pageOfStream(OWN_STREAM, {
    direction: 'forwards',
    from: 'start',
    count: MOST_NOTES,
  });
  const state: OwnState = { revision: notes.length, copy: 'none' };
  for (const { type, data } of notes) {
    if (type === COPY_BEGUN) state.copy = 'begun';
    else if (type === COPY_COMPLETED && isFacts(data)) state.copy = data;
    else if (type === OWNED && isOwned(data)) state.owner = data.owner;
    else throw new LedgerUnavailable(`this version can't read what stands in stream ${OWN_STREAM}`);
  }
  return state;
}

/**
 * Makes sure that the database is a whole ledger and the owner's, who becomes it where nobody is; answers up to which
 * position its events have those of another ledger. Rejects with `LedgerUnavailable`.
 */
export async function enter(connection: Connection, owner: string | undefined): Promise<number> {
  for (;;) {
    const state = await ownState(connection);
    if (state.copy === 'begun')
      throw new LedgerUnavailable(
        'a ledger is being copied into this database and the copy is not complete: run the copy again',
      );
    const through = state.copy === 'none' ? 0 : state.copy.through;
    if (owner === undefined || state.owner === owner) return through;
    if (state.owner !== undefined)
      throw new LedgerUnavailable(`this database is the ledger of ${state.owner}, not of ${owner}`);
    try {
      await connection.append(OWN_STREAM, state.revision, [note(OWNED, { owner })]);
    } catch (error) {
      // Somebody else was quicker: look again whose it is.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
}

/** Into a database that nothing was noted about. Rejects with `WrongExpectedRevision` when somebody else was quicker. */
export const noteCopyBegun = (connection: Connection): Promise<void> =>
  connection.append(OWN_STREAM, 0, [note(COPY_BEGUN, {})]);

/** As `noteCopyBegun`, into one where nothing but that stands. */
export const noteCopyCompleted = (connection: Connection, facts: CopyFacts): Promise<void> =>
  connection.append(OWN_STREAM, 1, [note(COPY_COMPLETED, { ...facts })]);

const note = (type: string, data: object) => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json' as const,
  data: data as never,
  metadata: new TextEncoder().encode('{}'),
});

const isOwned = (data: unknown): data is { owner: string } =>
  typeof data === 'object' && data !== null && 'owner' in data && typeof data.owner === 'string';

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
