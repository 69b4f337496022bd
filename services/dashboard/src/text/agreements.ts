import { agreementsEn } from './agreements-en.ts';
import { type AgreementsText, agreementsId } from './agreements-id.ts';
import { useLanguage } from './text.ts';

/** The words of the page of agreements in the language chosen. */
export const useAgreementsText = (): AgreementsText => (useLanguage() === 'id' ? agreementsId : agreementsEn);
