/** The kinds as lists, without the domain's schemas: those would bring zod to the browser. */
import type { AidKind, ResourceKind, StockKind } from '@siaga/domain';
import { kindFacts } from '@siaga/domain';

export const stockKinds: readonly StockKind[] = ['rice', 'blanket', 'sandbag'];
export const isStock = (kind: AidKind): kind is StockKind =>
  (stockKinds as readonly AidKind[]).includes(kind);

/** In the order of the domain. */
export const aidKinds = Object.keys(kindFacts) as AidKind[];
export const resourceKinds = aidKinds.filter((kind): kind is ResourceKind => !isStock(kind));
