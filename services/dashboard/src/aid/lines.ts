/** Lines of offers and requests in words. */
import type { AidKind } from '@siaga/domain';
import { useQuantity, useResources } from '../resources/parts.tsx';
import { useAidText } from '../text/aid.ts';

/** A resource's name where it is shared with this site, else its number. */
export const useResourceNames = (): ((id: string) => string) => {
  const aid = useAidText();
  const items = useResources().answer?.items;
  return (id) => items?.find((one) => one.id === id)?.name ?? aid.resourceFallback(id.slice(0, 8));
};

export interface LineText {
  kind: AidKind;
  /** Certain resources, each counting one; else a quantity. */
  resources?: readonly string[];
  quantity?: number;
}
/** How much of what a line says, with names where they are known. */
export const useLineText = (): ((line: LineText) => string) => {
  const quantity = useQuantity();
  const nameOf = useResourceNames();
  return ({ kind, resources, quantity: count }) =>
    resources
      ? `${quantity(kind, resources.length)} (${resources.map(nameOf).join(', ')})`
      : quantity(kind, count ?? 0);
};
