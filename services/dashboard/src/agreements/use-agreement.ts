import type { AgreementItem, ItemAnswer } from '../api/contract.ts';
import { type NounState, useNoun } from '../app/nouns.ts';

/** One agreement as of the time that the screen shows. */
export const useAgreement = (id: string): NounState<ItemAnswer<AgreementItem>> =>
  useNoun(`/api/v1/picture/agreements/${encodeURIComponent(id)}`, ['agreements'], id);
