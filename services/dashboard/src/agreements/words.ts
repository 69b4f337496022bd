import { diffWordsWithSpace } from 'diff';

/** A piece of a text that changed: in both, only in the older, or only in the newer. */
export interface Piece {
  is: 'same' | 'removed' | 'added';
  text: string;
}

/** What makes `is` another text than `was`, word by word. The pieces not added are `was`, those not removed `is`. */
export const wordDifference = (was: string, is: string): Piece[] =>
  diffWordsWithSpace(was, is).map(({ value, added, removed }) => ({
    is: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
