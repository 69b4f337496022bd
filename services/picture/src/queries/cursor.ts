/** The place in a list from which the next page goes on, as a text that clients pass back unread. */
import { Problem } from '@siaga/web';
import { z } from 'zod';
import type { ListPlace } from '../store/reader.ts';

/** `at`: the time asked about; absent where the list is of all that is known. */
const Cursor = z.tuple([
  z.string(),
  z.int().nonnegative(),
  z.int().nonnegative().nullable(),
  z.int(),
  z.int().positive(),
]);

export interface Cursor {
  epoch: string;
  /** The change up to which the first page looked; every page does. */
  change: number;
  at: number | undefined;
  after: ListPlace;
}

export const cursorText = ({ epoch, change, at, after }: Cursor): string =>
  Buffer.from(JSON.stringify([epoch, change, at ?? null, after.updatedAt, after.key])).toString('base64url');

/** Reads a cursor of this epoch. Throws `invalid_request` for anything else. */
export function parseCursor(text: string, currentEpoch: string): Cursor {
  const [epoch, change, at, updatedAt, key] = readTuple(text);
  if (epoch !== currentEpoch) {
    throw new Problem(
      'invalid_request',
      'cursor: the picture was rebuilt since; begin at the first page again',
    );
  }
  return { epoch, change, at: at ?? undefined, after: { updatedAt, key } };
}

function readTuple(text: string): z.output<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('invalid_request', 'cursor: this is not a cursor of this list');
  }
}
