import type { EmergencyItem, ListAnswer, OverrideItem } from '../api/contract.ts';
import { type NounState, useNoun } from '../app/nouns.ts';

/** All emergency statuses of both regencies, with their decrees. Shared by page, strip and banners. */
export const useEmergencyStatuses = (): NounState<ListAnswer<EmergencyItem>> =>
  useNoun('/api/v1/picture/emergency-statuses', ['emergency-statuses']);

/** All sharing overrides, newest first. */
export const useOverrides = (): NounState<ListAnswer<OverrideItem>> =>
  useNoun('/api/v1/picture/sharing-overrides', ['sharing-overrides']);
