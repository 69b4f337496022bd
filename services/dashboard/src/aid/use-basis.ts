import type { RegencyCode } from '@siaga/domain';
import type { AgreementItem, ListAnswer, OverrideItem } from '../api/contract.ts';
import { useNoun } from '../app/nouns.ts';
import { type KnownBasis, basisWith } from './basis.ts';

export type BasisState = { loading: true } | { loading: false; basis: KnownBasis | undefined };

/** `basisWith` as of the screen's time, kept up to date. */
export const useBasis = (here: RegencyCode | undefined, neighbour: RegencyCode): BasisState => {
  const agreements = useNoun<ListAnswer<AgreementItem>>('/api/v1/picture/agreements', ['agreements']);
  const overrides = useNoun<ListAnswer<OverrideItem>>('/api/v1/picture/sharing-overrides', [
    'sharing-overrides',
  ]);
  if (!agreements.answer || !overrides.answer || here === undefined) return { loading: true };
  return {
    loading: false,
    basis: basisWith(agreements.answer.items, overrides.answer.items, here, neighbour),
  };
};
