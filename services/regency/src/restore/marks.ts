/**
 * What a ledger knows of having been restored, in a stream of its own: a restored ledger has forgotten what came after
 * its backup, and numbers that the neighbours know as other events must not be given again. Kept as events, so that it
 * lies in the ledger itself, on every adapter, and says later who went on and why. In no catalogue, never shared.
 */
import type { Ledger, NewEvent, RecordedEvent } from '@siaga/ledger';
import { z } from 'zod';

/** The ledger stream. */
export const RESTORES_STREAM = 'restores';

/** What somebody has of this regency's shared journal: up to where, and the hash of that entry where it is known. */
export const Word = z.object({
  sequence: z.int().nonnegative(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type Word = z.infer<typeof Word>;
/** Words by who said them: a regency's code, or `hub`. */
const Words = z.record(z.string(), Word);

const marks = {
  /** The ledger was restored: `through` is the last position that came from the backup. */
  'siaga.restore.restored.v1': z.object({ through: z.int().nonnegative(), note: z.string() }),
  /** Somebody was heard to have what this ledger has not. */
  'siaga.restore.contradicted.v1': z.object({ by: z.string(), has: Word }),
  /** Everybody was heard, and nobody has what this ledger has not. */
  'siaga.restore.confirmed.v1': z.object({ heard: Words }),
  /** A person decided to go on without having heard everybody. */
  'siaga.restore.accepted.v1': z.object({ because: z.string() }),
};
/** Whether an event type is one of a ledger's restores: a mark, or what stands in the place of a lost event. */
export const isOfRestore = (type: string): boolean => type.startsWith('siaga.restore.');

type Marks = typeof marks;
export type MarkType = keyof Marks;

export const markOf = <Type extends MarkType>(
  id: string,
  type: Type,
  data: z.input<Marks[Type]>,
): NewEvent => ({
  id,
  type,
  data,
  metadata: {},
});

export interface RestoreState {
  /** Nothing new is journalled until everybody is heard or a person accepts. */
  open: boolean;
  /** The highest that each was heard to have, as long as the ledger is open. */
  claims: ReadonlyMap<string, Word>;
  /** Of the stream. */
  revision: number;
}

export const neverRestored: RestoreState = { open: false, claims: new Map(), revision: 0 };

/** Folds a mark. Throws for one that this version can't read: to go on without it would be wrong. */
export function evolveRestore(state: RestoreState, { type, data, revision }: RecordedEvent): RestoreState {
  switch (type as MarkType) {
    case 'siaga.restore.restored.v1':
      return { open: true, claims: new Map(), revision };
    case 'siaga.restore.contradicted.v1': {
      const { by, has } = marks['siaga.restore.contradicted.v1'].parse(data);
      return { open: true, claims: new Map([...state.claims, [by, has]]), revision };
    }
    case 'siaga.restore.confirmed.v1':
    case 'siaga.restore.accepted.v1':
      return { open: false, claims: new Map(), revision };
    default:
      throw new Error(`the mark ${type} of the stream ${RESTORES_STREAM} can’t be read by this version`);
  }
}

/** Brings a state up to what the ledger has now. Throws `LedgerUnavailable`. */
export async function readRestore(
  ledger: Pick<Ledger, 'read'>,
  state: RestoreState = neverRestored,
): Promise<RestoreState> {
  let now = state;
  for await (const event of ledger.read(RESTORES_STREAM, { from: state.revision + 1 }))
    now = evolveRestore(now, event);
  return now;
}
