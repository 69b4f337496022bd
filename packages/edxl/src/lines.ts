/** The lines of an offer, one by one, as EDXL-RM counts them. */
import type { AidKind, OfferLine } from '@siaga/domain';

/** One ResourceInformation for each resource or stock that the lines name; `item` is what they answer. */
export interface OneOfLines {
  item?: string | undefined;
  kind: AidKind;
  id: string;
  quantity: number;
  order?: string;
}

export const oneByOne = (lines: readonly OfferLine[]): OneOfLines[] =>
  lines.flatMap((line): OneOfLines[] =>
    'resources' in line
      ? line.resources.map((id) => ({ item: line.item, kind: line.kind, id, quantity: 1 }))
      : [{ item: line.item, kind: line.kind, id: line.stock, quantity: line.quantity }],
  );
