/** What only the gazetteer and the map can tell of a command: that its places are real and its point is near. */
import type { AssessIncident, HomeBody, Point, ReportIncident } from '@siaga/domain';
import { type Atlas, findPlace, type Place } from '@siaga/geo';
import { Problem } from '@siaga/web';
import type { z } from 'zod';

export interface Area {
  /** The regency whose site this is. */
  regency: string;
  neighbours: readonly string[];
  atlas: Atlas;
}

type Report = z.output<typeof ReportIncident>;

/** Throws a Problem: `place_unknown`, `point_outside`. Whose the place is, is the domain's to decide. */
export function checkReportPlaces({ place, touches, figures }: Report, area: Area): void {
  if (place.village !== undefined) known(place.village, 'village');
  if (place.district !== undefined) known(place.district, 'district');
  for (const regency of touches) known(regency, 'regency');
  checkFigurePlaces({ figures });
  checkPoint(place.point, area);
}

/** Throws a Problem: `place_unknown`, `point_outside`. */
export function checkHome({ place, point }: z.output<typeof HomeBody>, area: Area): void {
  checkPlace(place);
  checkPoint(point, area);
}

/** Throws a Problem: `place_unknown`, for what is neither a district nor a village here. */
export function checkPlace(code: string): void {
  known(code);
}

function checkPoint(point: Point | undefined, { atlas, regency, neighbours }: Area): void {
  if (!point || [regency, ...neighbours].some((code) => atlas.contains(code, point))) return;
  throw new Problem(
    'point_outside',
    `${point[0]}, ${point[1]} (longitude, latitude) lies outside ${[regency, ...neighbours].join(' and ')}; ` +
      'correct the point or leave it out, for the village or district decides.',
    { point },
  );
}

/** Throws a Problem: `place_unknown`. */
export function checkFigurePlaces({ figures }: Pick<z.output<typeof AssessIncident>, 'figures'>): void {
  for (const { place } of figures) known(place);
}

/**
 * Throws a Problem of that code for a regency that no event can come from. One's own is the domain's to refuse, which
 * knows what would be done instead.
 */
export function checkNeighbour(
  { regency }: { regency: string },
  area: Area,
  code: 'same_needs_neighbour' | 'agreement_needs_neighbour' | 'aid_from_stranger' = 'same_needs_neighbour',
): void {
  if (regency === area.regency || area.neighbours.includes(regency)) return;
  throw new Problem(code, `${regency} is no neighbour of this site; it has ${area.neighbours.join(', ')}.`, {
    regency,
    neighbours: area.neighbours,
  });
}

function known(code: string, kind?: Place['kind']): void {
  const place = findPlace(code);
  if (place && (kind === undefined || place.kind === kind)) return;
  throw new Problem('place_unknown', `${code} is no ${kind ?? 'village or district'} that this site knows.`, {
    place: code,
  });
}
