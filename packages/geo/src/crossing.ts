/** Finds where a ring crosses itself, as a figure of eight does. */
import Flatbush from 'flatbush';
import type { Position } from 'geojson';
import type { Point } from './data.ts';
import { toPlane } from './plane.ts';

/** Positions are rounded to a millionth of a degree. Counted in these all sides are told exactly. */
const MICRO = 1e-6;
const [KM_EAST, KM_NORTH] = toPlane([MICRO, MICRO]);

export interface Crossing {
  at: Point;
  /** Of the two loops that meet there, the smaller one's area. */
  km2: number;
}

/**
 * Where a closed ring crosses itself with a loop of more than `slightKm2`; where there is none such, its largest smaller
 * one, if any. A ring may touch itself and run back along a line of its own, as rounded coasts and river mouths do: what
 * is inside stays clear. Near O(n log n) for the lines of maps.
 */
export function crossingOf(ring: readonly Position[], slightKm2: number): Crossing | undefined {
  const [west = 0, south = 0] = ring[0] ?? [];
  const corners = ring.map(
    ([x = 0, y = 0]): Point => [Math.round((x - west) / MICRO), Math.round((y - south) / MICRO)],
  );
  const edges = edgesOf(corners);
  const index = new Flatbush(edges.length);
  for (const { start, end } of edges) {
    const [[x1, y1], [x2, y2]] = [start, end];
    index.add(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
  }
  index.finish();
  const loopKm2 = loopsOf(corners);
  let largest: Crossing | undefined;
  for (const [i, one] of edges.entries()) {
    const [[x1, y1], [x2, y2]] = [one.start, one.end];
    const near = index.search(
      Math.min(x1, x2),
      Math.min(y1, y2),
      Math.max(x1, x2),
      Math.max(y1, y2),
      (j) => j > i,
    );
    for (const j of near) {
      const other = edges[j];
      const at = other && meeting(one, other);
      if (!at) continue;
      const km2 = loopKm2(i, j, at);
      if (largest && largest.km2 >= km2) continue;
      largest = { at: [west + at[0] * MICRO, south + at[1] * MICRO], km2 };
      if (km2 > slightKm2) return largest;
    }
  }
  return largest;
}

/** A line of the ring, with the corner before its start. */
interface Edge {
  before: Point;
  start: Point;
  end: Point;
}

function edgesOf(corners: readonly Point[]): Edge[] {
  const edges: Edge[] = [];
  let before = corners.at(-2);
  let start = corners[0];
  for (const end of corners.slice(1)) {
    if (before && start) edges.push({ before, start, end });
    before = start;
    start = end;
  }
  return edges;
}

/** Where two lines of a ring cross: between their ends, or where the start of one lies on the other. */
function meeting(one: Edge, other: Edge): Point | undefined {
  const [a, b, c, d] = [one.start, one.end, other.start, other.end];
  const [toC, toD] = [side(a, b, c), side(a, b, d)];
  const [toA, toB] = [side(c, d, a), side(c, d, b)];
  if (toC * toD < 0 && toA * toB < 0) {
    const along = toA / (toA - toB);
    return [a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])];
  }
  if (isSame(a, c)) return crosses(one, b, other, d) ? c : undefined;
  // Each start is that of one line only, so nothing is looked at twice.
  if (toC === 0 && isBetween(a, b, c)) return crosses({ before: a, start: c }, b, other, d) ? c : undefined;
  if (toA === 0 && isBetween(c, d, a)) return crosses({ before: c, start: a }, d, one, b) ? a : undefined;
  return undefined;
}

type Way = Pick<Edge, 'before' | 'start'>;

/** Whether two ways through the same corner cross there. Such as share a line do not. */
function crosses({ before, start: at }: Way, after: Point, other: Way, otherAfter: Point): boolean {
  const ends = [other.before, otherAfter];
  if (ends.some((end) => isAlong(at, before, end) || isAlong(at, after, end))) return false;
  const [comes, goes] = ends.map((end) => {
    const [first, second] = [side(before, at, end) > 0, side(at, after, end) > 0];
    return side(before, at, after) > 0 ? first && second : first || second;
  });
  return comes !== goes;
}

/** Above 0 when `c` lies left of the line from `a` to `b`, below 0 right of it, 0 on it. */
const side = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

const isSame = (a: Point, b: Point): boolean => a[0] === b[0] && a[1] === b[1];

/** How far `c` goes the way from `a` to `b`; below 0 for the other way. */
const ahead = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  (bx - ax) * (cx - ax) + (by - ay) * (cy - ay);

const isBetween = (a: Point, b: Point, onLine: Point): boolean => ahead(onLine, a, b) < 0;

/** Whether `b` and `c` lie in the same direction from `at`. */
const isAlong = (at: Point, b: Point, c: Point): boolean => side(at, b, c) === 0 && ahead(at, b, c) > 0;

/** The smaller of the two loops into which a crossing on the lines `i` and `j` parts the ring, in km². */
function loopsOf(corners: readonly Point[]): (i: number, j: number, at: Point) => number {
  const cross = ([ax, ay]: Point, [bx, by]: Point) => ax * by - ay * bx;
  // Twice the area that the way from the first corner to each sweeps, seen from the first.
  const swept = [0];
  for (const [k, corner] of corners.slice(1).entries()) {
    swept.push((swept[k] ?? 0) + cross(corners[k] ?? corner, corner));
  }
  const whole = swept.at(-1) ?? 0;
  return (i, j, at) => {
    const [first, last] = [corners[i + 1] ?? at, corners[j] ?? at];
    const loop = cross(at, first) + (swept[j] ?? 0) - (swept[i + 1] ?? 0) + cross(last, at);
    return (Math.min(Math.abs(loop), Math.abs(whole - loop)) / 2) * KM_EAST * KM_NORTH;
  };
}
