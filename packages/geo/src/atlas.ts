/**
 * Where a point lies. Which regency a report belongs to is decided by the chosen village or district; the point only
 * proposes one. So nothing here is asked to decide, only to propose and to catch gross mistakes.
 */
import Flatbush from 'flatbush';
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { type Area, areaOf } from './area.ts';
import type { Boundaries } from './boundaries.ts';
import { inProvince, type Point } from './data.ts';
import { findPlace, type Place, places, regencies } from './gazetteer.ts';
import { outline } from './outline.ts';
import { distanceKm, nearest, toPlane } from './plane.ts';

/** `official`: imported from an agency. `generalised`: the project's own outline, accurate to about 5 km. */
export type BoundarySource = 'official' | 'generalised';

/**
 * How far outside the boundary a regency still accepts a point, km. Against real village boundaries the outline was
 * measured to fall short by 5.2 km at most, hence 6: it refuses no point of the regency. An official line is exact
 * to the scale of its map, but a phone's fix, a boat off the coast and a river that moved are not, hence 1.
 */
export const toleranceKm: Record<BoundarySource, number> = { generalised: 6, official: 1 };

/** A place that a point may lie in. */
export interface Candidate {
  place: Place;
  /** 0 inside the place's polygon, else km to it; where only a district's point is known, km to that point. */
  km: number;
}

export interface Proposals {
  districts: Candidate[];
  /** Empty unless official village boundaries are imported. */
  villages: Candidate[];
}

export interface Atlas {
  source: BoundarySource;
  /** The text that stands beside the map: the imported file's source, or that the outline is no legal reference. */
  label: { id: string; en: string };
  /** Regency polygons: official or generalised. */
  regencies: FeatureCollection<Polygon | MultiPolygon, { code: string; name: string }>;
  /** What was imported, if anything. */
  boundaries: Boundaries | undefined;
  /** The regency that a point lies in, strictly, and by which boundary; undefined when it lies in none. */
  regencyAt(point: Point): { regency: string; source: BoundarySource } | undefined;
  /**
   * The districts and villages nearest to a point, nearest first, at most `limit` of each (3 unless told); none
   * outside the province's box. By district points alone, a district is proposed only when its regency `contains`
   * the point, unless no regency does.
   */
  proposals(point: Point, limit?: number): Proposals;
  /**
   * Whether a report at this point may belong to the regency: inside its boundary or at most `toleranceKm` away.
   * Throws RangeError for a regency that is not of this installation.
   */
  contains(regency: string, point: Point): boolean;
}

type AreaFeature = Feature<Polygon | MultiPolygon, { code: string; name: string }>;
type Finder = (point: Point, limit: number) => Candidate[];

function placeOf(code: string): Place {
  const place = findPlace(code);
  if (!place) throw new Error(`the boundaries have ${code}, which the gazetteer lacks: import them again`);
  return place;
}

/** Finds the polygons nearest to a point. */
function byPolygon(features: readonly AreaFeature[]): Finder {
  const items = features.map((feature) => ({
    place: placeOf(feature.properties.code),
    area: areaOf(feature.geometry),
  }));
  const at = (item: number): { place: Place; area: Area } => {
    const found = items[item];
    if (!found) throw new RangeError(`no polygon ${item}`);
    return found;
  };
  const index = new Flatbush(items.length);
  for (const { area } of items) index.add(...area.box);
  index.finish();
  return (point, limit) =>
    nearest(
      index,
      (item) => at(item).area.box,
      toPlane(point),
      limit,
      (item) => at(item).area.distanceKm(point),
    ).map(({ item, km }) => ({ place: at(item).place, km }));
}

/** Finds the districts whose known point is nearest, those of the regencies that may hold the point first. */
function byDistrictPoint(contains: (regency: string, point: Point) => boolean): Finder {
  const known = places().flatMap((place) =>
    place.kind === 'district' && place.point && place.parent
      ? [{ place, regency: place.parent, point: place.point }]
      : [],
  );
  const theirRegencies = [...new Set(known.map(({ regency }) => regency))];
  return (point, limit) => {
    const holding = theirRegencies.filter((regency) => contains(regency, point));
    return known
      .filter(({ regency }) => holding.length === 0 || holding.includes(regency))
      .map((district) => ({ place: district.place, km: distanceKm(point, district.point) }))
      .sort((a, b) => a.km - b.km)
      .slice(0, limit);
  };
}

/**
 * Makes the atlas from imported official boundaries when given, from the generalised outline otherwise. Throws when
 * the boundaries lack a regency or have a code that the gazetteer lacks: they were imported for other data.
 */
export function createAtlas({ boundaries }: { boundaries?: Boundaries | undefined } = {}): Atlas {
  const source: BoundarySource = boundaries ? 'official' : 'generalised';
  const layer = boundaries?.regencies ?? outline.regencies;
  const areas = new Map(layer.features.map((one) => [one.properties.code, areaOf(one.geometry)]));
  for (const { code, name } of regencies()) {
    if (!areas.has(code)) throw new Error(`the boundaries lack ${code} ${name}: import them again`);
  }

  const contains = (regency: string, point: Point): boolean => {
    const area = areas.get(regency);
    if (!area) throw new RangeError(`regency ${regency} is not of this installation`);
    return area.distanceKm(point) <= toleranceKm[source];
  };
  const districts = boundaries?.districts.features.length
    ? byPolygon(boundaries.districts.features)
    : byDistrictPoint(contains);
  const villages = boundaries?.villages.features.length ? byPolygon(boundaries.villages.features) : undefined;

  return {
    source,
    label: boundaries ? { id: boundaries.source, en: boundaries.source } : outline.regencies.label,
    regencies: layer,
    boundaries,
    regencyAt(point) {
      for (const [regency, area] of areas) if (area.contains(point)) return { regency, source };
      return undefined;
    },
    proposals(point, limit = 3) {
      if (!inProvince(point)) return { districts: [], villages: [] };
      return { districts: districts(point, limit), villages: villages?.(point, limit) ?? [] };
    },
    contains,
  };
}
