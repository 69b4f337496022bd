/** Checks a polygon of a boundary file. */
import type { MultiPolygon, Polygon } from 'geojson';
import { inProvince, type Point, site } from './data.ts';

/** Why something of a file can't be taken. */
export interface Refusal {
  reason: string;
}

export const isRefusal = (value: object): value is Refusal => 'reason' in value;

/** 0.1 m, finer than any survey: keeps the file small and makes shared lines equal. */
const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;

function pointOf(value: unknown): Point | Refusal {
  if (!Array.isArray(value))
    return { reason: `a position is ${JSON.stringify(value)}, not [longitude, latitude]` };
  const [longitude, latitude]: unknown[] = value;
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) {
    return { reason: `a position is ${JSON.stringify(value)}, not [longitude, latitude]` };
  }
  const point: Point = [round(Number(longitude)), round(Number(latitude))];
  const [x, y] = point;
  if (inProvince(point)) return point;
  const at = `the position ${x}, ${y} is`;
  if (inProvince([y, x])) {
    return { reason: `${at} outside ${site.province.name}: longitude and latitude look swapped` };
  }
  if (Math.abs(x) > 1000) {
    return { reason: `${at} out of range: these look like metres, convert the file to EPSG:4326 first` };
  }
  if (Math.abs(x) > 180 || Math.abs(y) > 90) {
    return { reason: `${at} out of the range of longitude and latitude` };
  }
  return { reason: `${at} outside ${site.province.name}` };
}

const same = (a: Point | undefined, b: Point | undefined): boolean =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];

function ringOf(value: unknown): Point[] | Refusal {
  if (!Array.isArray(value)) return { reason: 'a ring is not a list of positions' };
  const ring: Point[] = [];
  for (const position of value) {
    const point = pointOf(position);
    if (isRefusal(point)) return point;
    if (!same(point, ring.at(-1))) ring.push(point);
  }
  if (value.length < 4) return { reason: `a ring has ${value.length} positions: it needs 4 or more` };
  if (!same(ring[0], ring.at(-1))) {
    return {
      reason: `a ring is not closed: it begins at ${ring[0]?.join(', ')} and ends at ${ring.at(-1)?.join(', ')}`,
    };
  }
  if (ring.length < 4) return { reason: 'a ring has fewer than 3 different positions' };
  return ring;
}

function polygonOf(value: unknown): Point[][] | Refusal {
  if (!Array.isArray(value) || value.length === 0) return { reason: 'a polygon has no ring' };
  const rings: Point[][] = [];
  for (const one of value) {
    const ring = ringOf(one);
    if (isRefusal(ring)) return ring;
    rings.push(ring);
  }
  return rings;
}

/**
 * The polygon, rounded to 0.000001°, or why it is refused: none at all, not an area, a ring that is open or has too
 * few points, a position out of range or outside the province.
 */
export function checkGeometry(geometry: unknown): Polygon | MultiPolygon | Refusal {
  if (typeof geometry !== 'object' || geometry === null) return { reason: 'it has no geometry' };
  const { type, coordinates }: { type?: unknown; coordinates?: unknown } = geometry;
  if (type === 'Polygon') {
    const polygon = polygonOf(coordinates);
    return isRefusal(polygon) ? polygon : { type, coordinates: polygon };
  }
  if (type !== 'MultiPolygon') {
    return { reason: `its geometry is ${JSON.stringify(type)}: a boundary is a Polygon or a MultiPolygon` };
  }
  if (!Array.isArray(coordinates) || coordinates.length === 0) return { reason: 'it has no polygon' };
  const polygons: Point[][][] = [];
  for (const one of coordinates) {
    const polygon = polygonOf(one);
    if (isRefusal(polygon)) return polygon;
    polygons.push(polygon);
  }
  return { type, coordinates: polygons };
}
