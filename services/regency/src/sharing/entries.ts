/** The entries of a journal as they stand in the ledger. They are in no catalogue: entries are not shared themselves. */
import type { RecordedEvent } from '@siaga/ledger';
import { z } from 'zod';

/** An entry that was written when its event was come to. */
export const ENTRY = 'siaga.journal.entry.v1';
/** An entry whose event may stand elsewhere than where the journal was: it was withheld for a time, or recovered. */
export const GRANTED_ENTRY = 'siaga.journal.granted.v1';

const shape = {
  /** The ledger position of the event that is shared. */
  position: z.int().positive(),
  subject: z.string().min(1),
  /** The envelope as published, to the byte. */
  text: z.string().min(1),
};
const Entry = z.strictObject(shape);
const GrantedEntry = z.strictObject({
  ...shape,
  /**
   * Up to where the ledger had been looked through: later than `position` where the event had been withheld, earlier
   * where it was recovered.
   */
  through: z.int().nonnegative(),
});
export type GrantedEntry = z.infer<typeof GrantedEntry>;

/** An entry as it was written; `through` is its own position where it was never withheld. */
export const readEntry = ({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): GrantedEntry => {
  if (type === GRANTED_ENTRY) return GrantedEntry.parse(data);
  const entry = Entry.parse(data);
  return { ...entry, through: entry.position };
};

/** Which event a granted entry shares. */
export const grantedPositionOf = ({ data }: Pick<RecordedEvent, 'data'>): number =>
  GrantedEntry.parse(data).position;
