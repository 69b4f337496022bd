import { useLanguage } from './text.ts';
import { troubleEn } from './trouble-en.ts';
import { type TroubleText, troubleId } from './trouble-id.ts';

/** The words of what is not as it should be, in the language chosen. */
export const useTroubleText = (): TroubleText => (useLanguage() === 'id' ? troubleId : troubleEn);
