/** What of an offer is accepted: never more of an item than was asked for, over all offers. Pure. */
import type { AcceptedLine, AidKind, OfferLine } from '@siaga/domain';
import type { ConversationItem } from './contract.ts';

export interface AcceptChoice {
  /** Ids of resources. */
  ticked: readonly string[];
  /** Quantities as typed, by stock. */
  typed: Readonly<Record<string, string>>;
}

type Items = ConversationItem['items'];
type Read = (typed: string) => number | undefined;

const itemOf = (items: Items, line: OfferLine) =>
  line.item === undefined ? undefined : items.find(({ item }) => item === line.item);

/** Everything offered, as far as it was asked for and is not accepted yet. */
export const wholeOffer = (lines: readonly OfferLine[], items: Items): AcceptChoice => {
  const ticked: string[] = [];
  const typed: Record<string, string> = {};
  const left = new Map(items.map(({ item, asked, accepted }) => [item, Math.max(0, asked - accepted)]));
  for (const line of lines) {
    const room = line.item === undefined ? Number.POSITIVE_INFINITY : (left.get(line.item) ?? 0);
    const taken = Math.min(room, 'resources' in line ? line.resources.length : line.quantity);
    if ('resources' in line) ticked.push(...line.resources.slice(0, taken));
    else if (taken > 0) typed[line.stock] = String(taken);
    if (line.item !== undefined) left.set(line.item, room - taken);
  }
  return { ticked, typed };
};

const sizeOf = (line: OfferLine, { ticked, typed }: AcceptChoice, read: Read): number => {
  if ('resources' in line) return line.resources.filter((one) => ticked.includes(one)).length;
  const text = typed[line.stock] ?? '';
  if (text.trim() === '') return 0;
  const count = read(text) ?? Number.NaN;
  return count > line.quantity ? Number.NaN : count;
};

/** The lines of one asked item, with its tally; `most` may still be accepted. */
export interface AcceptGroup {
  key: string;
  kind: AidKind;
  lines: OfferLine[];
  /** NaN where what was typed is no whole number, or more than is offered. */
  chosen: number;
  accepted: number;
  asked?: number;
  most?: number;
}

export const acceptGroups = (
  lines: readonly OfferLine[],
  items: Items,
  choice: AcceptChoice,
  read: Read,
): AcceptGroup[] => {
  const groups = new Map<string, AcceptGroup>();
  for (const line of lines) {
    const asked = itemOf(items, line);
    const key = line.item ?? line.kind;
    const group = groups.get(key) ?? {
      key,
      kind: line.kind,
      lines: [],
      chosen: 0,
      accepted: asked?.accepted ?? 0,
      ...(asked ? { asked: asked.asked, most: Math.max(0, asked.asked - asked.accepted) } : {}),
    };
    group.lines.push(line);
    group.chosen += sizeOf(line, choice, read);
    groups.set(key, group);
  }
  return [...groups.values()];
};

/** The lines of the command: what is chosen of each line of the offer. */
export const acceptedLines = (
  lines: readonly OfferLine[],
  choice: AcceptChoice,
  read: Read,
): AcceptedLine[] =>
  lines.flatMap((line): AcceptedLine[] => {
    const item = line.item === undefined ? {} : { item: line.item };
    if ('resources' in line) {
      const resources = line.resources.filter((one) => choice.ticked.includes(one));
      return resources.length > 0 ? [{ ...item, resources }] : [];
    }
    const quantity = sizeOf(line, choice, read);
    return quantity >= 1 ? [{ ...item, stock: line.stock, quantity }] : [];
  });
