import Flatbush from 'flatbush';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import type { Point } from './data.ts';
import { type Box, nearest, toPlane, toSegment } from './plane.ts';

/** A polygon ready for many questions: its edges stand in a tree, so each costs O(log n) instead of O(n). */
export interface Area {
  /** West, south, east, north on the plane of `toPlane`, in km. */
  box: Box;
  /**
   * Whether a point is inside, strictly: holes are outside. A point on an edge that two areas share is in exactly
   * one of them.
   */
  contains(point: Point): boolean;
  /** Km to the area; 0 inside it. */
  distanceKm(point: Point): number;
}

/** All rings, outer ones and holes. */
export const ringsOf = (geometry: Polygon | MultiPolygon): Position[][] =>
  geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();

export function areaOf(geometry: Polygon | MultiPolygon): Area {
  // Each edge from its lower to its upper end, so that both neighbours compute the same crossing to the last bit.
  const edges: Box[] = [];
  for (const ring of ringsOf(geometry)) {
    const corners = ring.map(([longitude = 0, latitude = 0]) => toPlane([longitude, latitude]));
    let before = corners[0];
    for (const corner of corners.slice(1)) {
      if (before) {
        const upward = before[1] < corner[1] || (before[1] === corner[1] && before[0] < corner[0]);
        edges.push(upward ? [...before, ...corner] : [...corner, ...before]);
      }
      before = corner;
    }
  }
  const index = new Flatbush(edges.length);
  for (const [x1, y1, x2, y2] of edges) index.add(Math.min(x1, x2), y1, Math.max(x1, x2), y2);
  index.finish();
  const box: Box = [index.minX, index.minY, index.maxX, index.maxY];

  const edgeAt = (item: number): Box => {
    const edge = edges[item];
    if (!edge) throw new RangeError(`no edge ${item}`);
    return edge;
  };
  const boxOf = (item: number): Box => {
    const [x1, y1, x2, y2] = edgeAt(item);
    return [Math.min(x1, x2), y1, Math.max(x1, x2), y2];
  };

  const containsOnPlane = ([x, y]: Point): boolean => {
    if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
    let inside = false;
    // Even-odd rule on a ray to the east; an edge counts its lower end and not its upper one.
    index.search(x, y, Number.POSITIVE_INFINITY, y, (item) => {
      const [x1, y1, x2, y2] = edgeAt(item);
      if (y1 <= y && y < y2 && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
      return false;
    });
    return inside;
  };

  return {
    box,
    contains: (point) => containsOnPlane(toPlane(point)),
    distanceKm(point) {
      const at = toPlane(point);
      if (containsOnPlane(at)) return 0;
      return nearest(index, boxOf, at, 1, (item) => toSegment(at, ...edgeAt(item)))[0]?.km ?? 0;
    },
  };
}
