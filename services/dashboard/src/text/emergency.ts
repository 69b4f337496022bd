import { emergencyEn } from './emergency-en.ts';
import { type EmergencyText, emergencyId } from './emergency-id.ts';
import { useLanguage } from './text.ts';

/** The words of emergency statuses in the language chosen. */
export const useEmergencyText = (): EmergencyText => (useLanguage() === 'id' ? emergencyId : emergencyEn);
