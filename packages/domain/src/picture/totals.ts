/**
 * Totals over incidents of several regencies, each place counted once. Newspapers have counted one regency's
 * districts as the other's damage; here a place's figure comes from its own regency wherever that has one.
 */
import { type RegencyCode, districtOf, regencyOf } from '../codes.ts';
import { type Measure, measures } from '../incident/figures.ts';
import type { FigureView, IncidentView } from './incident-view.ts';

/** Where a part of a total comes from: a figure of an incident, findable by regency and sequence. */
export interface TotalPart {
  place: string;
  incident: string;
  /** Whose figure it is; not the place's own regency only where that has none. */
  regency: RegencyCode;
  figure: FigureView;
}
export interface Total {
  counted: number;
  /** Places counted and found nil. */
  nil: number;
  /** Places that nobody has counted yet: the total is at least `counted`. */
  pending: number;
  parts: TotalPart[];
}
export type Totals = { [measure in Measure]?: Total };

/** One disaster as both sides see it: incidents that either owner declared to be the same event. */
export interface EventGroup {
  /** The smallest incident id of the group: stable while its members are. */
  id: string;
  incidents: IncidentView[];
}

const counts = (incident: IncidentView) => incident.status !== 'merged' && incident.status !== 'dismissed';

/**
 * Groups incidents by what either side declared. Merged and dismissed incidents are in no group, but what was
 * declared of or by a merged one holds for the incident that it was merged into. The order given does not matter.
 */
export const groupSame = (incidents: readonly IncidentView[]): EventGroup[] => {
  const all = new Map(incidents.map((incident) => [incident.id, incident]));
  const live = new Map(incidents.filter(counts).map((incident) => [incident.id, incident]));
  /** The live incident that `id` counts as, if any: itself, or what it ended up merged into. */
  const standsFor = (id: string): string | undefined => {
    const seen = new Set<string>();
    let at = all.get(id);
    while (at?.status === 'merged' && at.mergedInto !== undefined && !seen.has(at.id)) {
      seen.add(at.id);
      at = all.get(at.mergedInto);
    }
    return at && live.has(at.id) ? at.id : undefined;
  };
  const groupOf = new Map<string, string[]>([...live.keys()].map((id) => [id, [id]]));
  for (const incident of all.values()) {
    for (const link of incident.same) {
      if (all.get(link.incident)?.regency !== link.regency) continue;
      const mine = groupOf.get(standsFor(incident.id) ?? '');
      const theirs = groupOf.get(standsFor(link.incident) ?? '');
      if (!mine || !theirs || mine === theirs) continue;
      mine.push(...theirs);
      for (const id of theirs) groupOf.set(id, mine);
    }
  }
  return [...new Set(groupOf.values())]
    .map((ids) => ids.sort())
    .map((ids) => ({
      id: ids[0] ?? '',
      incidents: ids.flatMap((id) => live.get(id) ?? []),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Totals of one group; `only` keeps the places of one regency. */
export const totalsOf = (group: EventGroup, only?: RegencyCode): Totals => {
  const totals: Totals = {};
  for (const measure of measures) {
    const parts = onceEach(placeParts(group, measure)).filter(
      (part) => only === undefined || regencyOf(part.place) === only,
    );
    if (parts.length > 0) totals[measure] = summed(parts);
  }
  return totals;
};

/** Adds totals of different disasters: the same village hurt twice counts twice. */
export const addTotals = (all: readonly Totals[]): Totals => {
  const sum: Totals = {};
  for (const measure of measures) {
    const parts = all.flatMap((totals) => totals[measure]?.parts ?? []);
    if (parts.length > 0) sum[measure] = summed(parts);
  }
  return sum;
};

const summed = (parts: TotalPart[]): Total => ({
  counted: parts.reduce((sum, { figure }) => sum + (figure.count === 'pending' ? 0 : figure.count), 0),
  nil: parts.filter(({ figure }) => figure.count === 0).length,
  pending: parts.filter(({ figure }) => figure.count === 'pending').length,
  parts,
});

/** For each place its own regency's figure, else the neighbour's; the newest observation where one side has several. */
const placeParts = ({ incidents }: EventGroup, measure: Measure): Map<string, TotalPart> => {
  const best = new Map<string, TotalPart>();
  for (const { id, regency, figures } of incidents) {
    for (const [place, row] of Object.entries(figures)) {
      const figure = row[measure];
      if (!figure) continue;
      const part = { place, incident: id, regency, figure };
      const now = best.get(place);
      if (!now || outranks(part, now)) best.set(place, part);
    }
  }
  return best;
};

const own = (part: TotalPart) => part.regency === regencyOf(part.place);

/** Own before the neighbour's, then the newer; the ids settle a tie, so that the order of incidents never does. */
const outranks = (a: TotalPart, b: TotalPart) => {
  if (own(a) !== own(b)) return own(a);
  if (a.figure.observedAt !== b.figure.observedAt) return a.figure.observedAt > b.figure.observedAt;
  return a.incident > b.incident;
};

/**
 * A district's figure covers its villages, so the two are never added. The district's stands, unless the villages
 * counted so far already make more (the district's is then the older), or it is the neighbour's and the district's
 * own regency has figures of villages. A district not yet counted covers nothing, but says that there may be more.
 */
const onceEach = (best: ReadonlyMap<string, TotalPart>): TotalPart[] => {
  const byDistrict = new Map<string, TotalPart[]>();
  for (const part of [...best.values()].sort((a, b) => (a.place < b.place ? -1 : 1))) {
    const district = districtOf(part.place);
    byDistrict.set(district, [...(byDistrict.get(district) ?? []), part]);
  }
  return [...byDistrict.entries()].flatMap(([district, parts]) => {
    const whole = parts.find(({ place }) => place === district);
    if (!whole || whole.figure.count === 'pending' || parts.length === 1) return parts;
    const villages = parts.filter((part) => part !== whole);
    if (!own(whole) && villages.some(own)) return villages;
    const owners = own(whole) ? villages.filter(own) : villages;
    return whole.figure.count >= summed(owners).counted ? [whole] : villages;
  });
};
