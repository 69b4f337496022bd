/**
 * Distances on a plane around the province: x and y in km, equirectangular about the middle latitude of its box.
 * Within 5° of the equator and of that middle this is wrong by less than 0.5 %.
 */
import type Flatbush from 'flatbush';
import { type Point, site } from './data.ts';

const KM_PER_DEGREE = (6371.0088 * Math.PI) / 180;
const [, south, , north] = site.province.box;
const KM_PER_DEGREE_EAST = KM_PER_DEGREE * Math.cos((((south + north) / 2) * Math.PI) / 180);

/** A point's place on the plane, in km. */
export const toPlane = ([longitude, latitude]: Point): Point => [
  longitude * KM_PER_DEGREE_EAST,
  latitude * KM_PER_DEGREE,
];

/** Distance between two points in km. */
export function distanceKm(a: Point, b: Point): number {
  const [ax, ay] = toPlane(a);
  const [bx, by] = toPlane(b);
  return Math.hypot(ax - bx, ay - by);
}

/** Distance on the plane from a point to the segment between two others. */
export function toSegment([x, y]: Point, x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / squared));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** West, south, east, north. */
export type Box = [number, number, number, number];

const toBox = ([x, y]: Point, [west, south, east, north]: Box): number =>
  Math.hypot(Math.max(west - x, 0, x - east), Math.max(south - y, 0, y - north));

/**
 * The `count` items nearest to a point on the plane, nearest first. The index holds their boxes; `distance` is the
 * exact distance of one, never smaller than the distance to its box.
 */
export function nearest(
  index: Flatbush,
  boxOf: (item: number) => Box,
  point: Point,
  count: number,
  distance: (item: number) => number,
): { item: number; km: number }[] {
  // Takes boxes in order of distance until what is left can't be nearer than what is found.
  for (let asked = 4 + 2 * count; ; asked *= 4) {
    const items = index.neighbors(point[0], point[1], asked);
    const found = items
      .map((item) => ({ item, km: distance(item) }))
      .sort((a, b) => a.km - b.km || a.item - b.item)
      .slice(0, count);
    const last = items.at(-1);
    const farthest = found.at(-1);
    if (items.length < asked || last === undefined || farthest === undefined) return found;
    if (toBox(point, boxOf(last)) > farthest.km) return found;
  }
}
