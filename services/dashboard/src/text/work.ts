import { workEn } from './work-en.ts';
import { type WorkText, workId } from './work-id.ts';
import { useLanguage } from './text.ts';

/** The words of detail, forms and dialogs in the language chosen. */
export const useWorkText = (): WorkText => (useLanguage() === 'id' ? workId : workEn);
