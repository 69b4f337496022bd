import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import type { Point } from '../src/index.ts';
import { crossingOf } from '../src/crossing.ts';

const test = suite('rings that cross themselves');

/** A closed ring through corners on a grid of 0.01° near Sampit. */
const ring = (...corners: Point[]): Point[] =>
  [...corners, ...corners.slice(0, 1)].map(([x, y]): Point => [112 + x / 100, -2 + y / 100]);
const cell = 1.11 ** 2;

test('a figure of eight is found where its lines cross, with its smaller loop', () => {
  const found = crossingOf(ring([0, 0], [2, 2], [2, 0], [0, 2]), 0);
  assert.ok(found);
  assert.deepEqual(
    found.at.map((degrees) => degrees.toFixed(6)),
    ['112.010000', '-1.990000'],
  );
  assert.ok(Math.abs(found.km2 / cell - 1) < 0.02, String(found.km2));
  const uneven = crossingOf(ring([0, 0], [6, 6], [6, 0], [4, 0], [0, 4]), 0);
  assert.ok(uneven && Math.abs(uneven.km2 / (4 * cell) - 1) < 0.02, String(uneven?.km2));
});

test('a figure of eight through one corner twice, or through a corner on a line, is found', () => {
  assert.ok(crossingOf(ring([0, 0], [1, 1], [2, 2], [2, 0], [1, 1], [0, 2]), 0));
  assert.ok(crossingOf(ring([0, 0], [2, 2], [2, 0], [1, 1], [0, 2]), 0));
  assert.ok(crossingOf(ring([1, 1], [0, 2], [0, 0], [2, 2], [2, 0]), 0));
});

test('touching itself at a corner or on a line, and running back along its own line, is no crossing', () => {
  for (const corners of [
    [
      [0, 0],
      [1, 1],
      [2, 0],
      [2, 2],
      [1, 1],
      [0, 2],
    ],
    [
      [0, 0],
      [2, 0],
      [2, 2],
      [1, 0],
      [0, 2],
    ],
    [
      [0, 0],
      [2, 0],
      [2, 2],
      [3, 3],
      [2, 2],
      [0, 2],
    ],
    [
      [0, 0],
      [2, 0],
      [2, 2],
      [1, 2],
      [1, 1],
      [1, 3],
      [1, 2],
      [0, 2],
    ],
  ] satisfies Point[][]) {
    const there = ring(...corners);
    assert.equal(crossingOf(there, 0), undefined, JSON.stringify(corners));
    assert.equal(crossingOf(there.toReversed(), 0), undefined, JSON.stringify(corners));
  }
});

/** How often a ring goes round a point, against the clock. */
const winding = (corners: readonly Point[], [x, y]: Point): number => {
  let turns = 0;
  for (const [k, [x2, y2]] of corners.slice(1).entries()) {
    const [x1, y1] = corners[k] ?? [x2, y2];
    if (y1 > y === y2 > y) continue;
    const isRight = x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) > x;
    if (isRight) turns += y2 > y1 ? 1 : -1;
  }
  return turns;
};

test('property: it crosses itself exactly where it goes round its sides in three ways', () => {
  const corner = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }));
  const corners = fc.array(corner, { minLength: 3, maxLength: 8 });
  const directions = Array.from({ length: 720 }, (_, k) => ((k + 0.123) * Math.PI) / 360);
  const seen = { crossing: 0, none: 0 };
  fc.assert(
    fc.property(corners, (drawn) => {
      const kept = drawn.filter(([x, y], k) => {
        const [lastX, lastY] = drawn.at(k - 1) ?? [];
        return x !== lastX || y !== lastY;
      });
      fc.pre(kept.length >= 3 && !sharesLine(kept));
      const there = ring(...kept);
      const found = crossingOf(there, 0);
      if (found) {
        // Where three ways meet in one place, they can cross and still part it in two.
        fc.pre(waysThrough(there, found.at) === 2);
        seen.crossing += 1;
        const [x, y] = found.at;
        const around = directions.map((angle) =>
          winding(there, [x + Math.cos(angle) * 1e-5, y + Math.sin(angle) * 1e-5]),
        );
        return new Set(around).size >= 3;
      }
      seen.none += 1;
      const sides = new Set([0]);
      for (let x = 0.031; x < 4; x += 0.1) {
        for (let y = 0.017; y < 4; y += 0.1) sides.add(winding(there, [112 + x / 100, -2 + y / 100]));
      }
      return sides.size <= 2;
    }),
    { numRuns: 1500 },
  );
  assert.ok(seen.crossing > 100 && seen.none > 100, JSON.stringify(seen));
});

/** How many ways of a ring go through a point: each corner there ends one line and begins another. */
const waysThrough = (corners: readonly Point[], [x, y]: Point): number => {
  const apart = ([x1, y1]: Point, [x2, y2]: Point) => Math.hypot(x2 - x1, y2 - y1);
  const near = (distance: number) => Math.abs(distance) < 1e-9;
  const lines = corners.slice(1).filter((to, k) => {
    const from = corners[k] ?? to;
    return near(apart(from, [x, y]) + apart([x, y], to) - apart(from, to));
  });
  return lines.length - corners.slice(1).filter((corner) => near(apart(corner, [x, y]))).length;
};

/** Whether two lines of the ring lie on each other for a while. */
function sharesLine(corners: readonly Point[]): boolean {
  const lines = corners.map((from, k) => [from, corners[(k + 1) % corners.length] ?? from] as const);
  return lines.some(([a, b], k) =>
    lines.slice(k + 1).some(([c, d]) => {
      const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
      const across = ([x, y]: Point) => ux * (y - a[1]) - uy * (x - a[0]);
      const along = ([x, y]: Point) => (ux * (x - a[0]) + uy * (y - a[1])) / (ux * ux + uy * uy);
      if (across(c) !== 0 || across(d) !== 0) return false;
      return Math.min(along(c), along(d)) < 1 && Math.max(along(c), along(d)) > 0;
    }),
  );
}

test('a coast of 10,000 corners is looked through in a moment', () => {
  const coast = Array.from({ length: 10_000 }, (_, k): Point => {
    const [angle, radius] = [(k * 2 * Math.PI) / 10_000, 30 + (k % 7) * 0.05 + (k % 3) * 0.02];
    return [50 + radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  const begun = process.cpuUsage();
  assert.equal(crossingOf(ring(...coast), 0), undefined);
  const { user, system } = process.cpuUsage(begun);
  assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
  const [first, second] = [coast[2000], coast[2001]];
  assert.ok(first && second);
  assert.ok(crossingOf(ring(...coast.with(2000, second).with(2001, first)), 0));
  console.log(`10,000 corners: ${Math.round((user + system) / 1000)} ms of processor time`);
});
