import { combine } from '../store.ts';
import { partnersOf } from './model.ts';
import { shown } from './picture.ts';

/** For each incident shown that is one event with others, those others; made anew only when the picture changed. */
export const partners = combine(shown, shown, (picture) => partnersOf(picture.incidents));
