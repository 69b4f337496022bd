/** What of an offer's dialog is chosen, as lines of the command. Pure. */
import type { AidKind, Point, RegencyCode } from '@siaga/domain';
import { isStock } from '../resources/kinds.ts';
import { type Near, type PointOf, nearestFree, nearestStock } from '../resources/near.ts';
import type { ConversationDetail, ResourceItem, StockItem } from './contract.ts';

/** One asked item, or one kind of an unsolicited offer, with what is free for it, the nearest first. */
export interface OfferGroup {
  /** The item's number in the request; absent where nobody asked. */
  item?: string;
  kind: AidKind;
  asked?: number;
  /** Asked and not yet offered. */
  left?: number;
  resources: Near<ResourceItem>[];
  stocks: Near<StockItem>[];
}
/** Quantities as typed, by item and stock; ticks by item and resource. */
export interface OfferChoice {
  ticked: readonly string[];
  typed: Readonly<Record<string, string>>;
}

export const choiceKey = (group: Pick<OfferGroup, 'item' | 'kind'>, id: string): string =>
  `${group.item ?? group.kind}/${id}`;

interface Holdings {
  resources: readonly ResourceItem[];
  stocks: readonly StockItem[];
  here: RegencyCode;
  pointOf: PointOf;
}

/** A group for each item of the request, in its order. */
export const groupsFor = (
  items: ConversationDetail['items'],
  wanted: Point | undefined,
  { resources, stocks, here, pointOf }: Holdings,
): OfferGroup[] =>
  items.flatMap(({ item, kind, asked, offered }) =>
    kind === undefined || item === ''
      ? []
      : [
          {
            item,
            kind,
            asked,
            left: Math.max(0, asked - offered),
            resources: isStock(kind) ? [] : nearestFree(resources, kind, here, wanted, pointOf),
            stocks: isStock(kind) ? nearestStock(stocks, kind, here, wanted, pointOf) : [],
          },
        ],
  );

/** A group for each kind of which something is free. */
export const groupsOfAll = (
  kinds: readonly AidKind[],
  wanted: Point | undefined,
  { resources, stocks, here, pointOf }: Holdings,
): OfferGroup[] =>
  kinds
    .map(
      (kind): OfferGroup => ({
        kind,
        resources: isStock(kind) ? [] : nearestFree(resources, kind, here, wanted, pointOf),
        stocks: isStock(kind) ? nearestStock(stocks, kind, here, wanted, pointOf) : [],
      }),
    )
    .filter((group) => group.resources.length + group.stocks.length > 0);

/** What is proposed before anybody has chosen: of each item as much as is still wanted, the nearest. */
export const proposed = (groups: readonly OfferGroup[]): OfferChoice => {
  const ticked: string[] = [];
  const typed: Record<string, string> = {};
  for (const group of groups) {
    let left = group.left ?? 0;
    for (const { item } of group.resources.slice(0, left)) ticked.push(choiceKey(group, item.id));
    for (const { item } of group.stocks) {
      const part = Math.min(left, item.free);
      if (part > 0) typed[choiceKey(group, item.id)] = String(part);
      left -= part;
    }
  }
  return { ticked, typed };
};

/** How much of a group is chosen; NaN where what was typed is no whole number, or more than is free. */
export const chosenOf = (
  group: OfferGroup,
  { ticked, typed }: OfferChoice,
  read: (typed: string) => number | undefined,
): number => {
  let sum = group.resources.filter(({ item }) => ticked.includes(choiceKey(group, item.id))).length;
  for (const { item } of group.stocks) {
    const text = typed[choiceKey(group, item.id)] ?? '';
    if (text.trim() === '') continue;
    const count = read(text) ?? Number.NaN;
    sum += count > item.free ? Number.NaN : count;
  }
  return sum;
};

/** The offer's lines, of everything that is chosen. */
export const offerLines = (
  groups: readonly OfferGroup[],
  { ticked, typed }: OfferChoice,
  read: (typed: string) => number | undefined,
): object[] =>
  groups.flatMap((group) => {
    const base = { ...(group.item === undefined ? {} : { item: group.item }), kind: group.kind };
    const resources = group.resources
      .map(({ item }) => item.id)
      .filter((id) => ticked.includes(choiceKey(group, id)));
    const stocks = group.stocks.flatMap(({ item }) => {
      const quantity = read(typed[choiceKey(group, item.id)] ?? '');
      return quantity ? [{ ...base, stock: item.id, quantity }] : [];
    });
    return [...(resources.length > 0 ? [{ ...base, resources }] : []), ...stocks];
  });
