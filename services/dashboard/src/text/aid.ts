import { aidEn } from './aid-en.ts';
import { type AidText, aidId } from './aid-id.ts';
import { useLanguage } from './text.ts';

/** The words of the resource board and of mutual aid in the language chosen. */
export const useAidText = (): AidText => (useLanguage() === 'id' ? aidId : aidEn);
