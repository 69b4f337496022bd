/** The picture as this page holds it, and the one fold by which it changes. Pure. */
import {
  type HotspotGroupView,
  type LiveEvents,
  type ParkedView,
  type SourceView,
  groupSame,
} from '@siaga/domain';
import type { IncidentItem } from '../api/contract.ts';

export interface Picture {
  /** Whether the list has been loaded at least once. */
  loaded: boolean;
  incidents: ReadonlyMap<string, IncidentItem>;
  /** Only the newest closed ones were loaded; older ones are reached by search on another page. */
  truncated: boolean;
  hotspots: ReadonlyMap<string, HotspotGroupView>;
  sources: readonly SourceView[];
  parked: ParkedView;
}

export const emptyPicture: Picture = {
  loaded: false,
  incidents: new Map(),
  truncated: false,
  hotspots: new Map(),
  sources: [],
  parked: { total: 0, forged: 0 },
};

/** `reset` and `changed` are not among them: what they ask for is a load, not a change of what is held here. */
type Held = Exclude<keyof LiveEvents, 'reset' | 'changed'>;
export type PictureMessage =
  | { [Name in Held]: { name: Name; data: LiveEvents[Name] } }[Held]
  | { name: 'incidents-loaded'; data: { items: readonly IncidentItem[]; truncated: boolean; anew: boolean } }
  | { name: 'hotspots-loaded'; data: { items: readonly HotspotGroupView[] } };

/**
 * Folds one message. A view older than the one held (by its owner's sequence) changes nothing, so a list and the
 * stream may come in any order. After a rebuild (`anew`) the list replaces what was held.
 */
export const foldPicture = (picture: Picture, message: PictureMessage): Picture => {
  switch (message.name) {
    case 'sources':
      // The own half first, wherever the server puts it.
      return { ...picture, sources: message.data.items.toSorted((a, b) => Number(b.own) - Number(a.own)) };
    case 'incident':
      return { ...picture, incidents: withIncidents(picture.incidents, [message.data]) };
    case 'incidents-loaded': {
      const { items, truncated, anew } = message.data;
      const held = anew ? new Map<string, IncidentItem>() : picture.incidents;
      return { ...picture, loaded: true, truncated, incidents: withIncidents(held, items) };
    }
    case 'hotspots': {
      const held = picture.hotspots.get(message.data.id);
      if (held && held.sequence > message.data.sequence) return picture;
      return { ...picture, hotspots: new Map(picture.hotspots).set(message.data.id, message.data) };
    }
    case 'hotspots-removed': {
      const hotspots = new Map(picture.hotspots);
      return hotspots.delete(message.data.id) ? { ...picture, hotspots } : picture;
    }
    case 'hotspots-loaded':
      return { ...picture, hotspots: new Map(message.data.items.map((group) => [group.id, group])) };
    case 'parked':
      return { ...picture, parked: message.data };
  }
};

const withIncidents = (
  held: ReadonlyMap<string, IncidentItem>,
  items: readonly IncidentItem[],
): ReadonlyMap<string, IncidentItem> => {
  const next = new Map(held);
  for (const item of items) {
    const before = next.get(item.id);
    // The stream's views have no names; the place of an incident never changes, so those of the list stay.
    if (!before) next.set(item.id, item);
    else if (before.sequence <= item.sequence) next.set(item.id, { ...namesOf(before), ...item });
  }
  return next;
};

const namesOf = ({ placeName, districtName, position }: IncidentItem) => ({
  ...(placeName === undefined ? {} : { placeName }),
  ...(districtName === undefined ? {} : { districtName }),
  ...(position === undefined ? {} : { position }),
});

/** For each incident that is one event with others, those others. */
export const partnersOf = (
  incidents: ReadonlyMap<string, IncidentItem>,
): ReadonlyMap<string, readonly IncidentItem[]> => {
  const partners = new Map<string, readonly IncidentItem[]>();
  for (const group of groupSame([...incidents.values()])) {
    if (group.incidents.length < 2) continue;
    for (const { id } of group.incidents) {
      partners.set(
        id,
        group.incidents.filter((other) => other.id !== id),
      );
    }
  }
  return partners;
};
