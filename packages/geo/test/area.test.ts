import { assert, suite } from '@siaga/testkit';
import inPolygon from '@turf/boolean-point-in-polygon';
import fc from 'fast-check';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { areaOf, distanceKm, outline, type Point } from '../src/index.ts';
import { square } from './fixture.ts';

const test = suite('area');

/** A star around a centre: simple whatever the radii, with as many corners. */
function star([x, y]: Point, radii: readonly number[]): Position[] {
  const ring = radii.map((radius, i): Position => {
    const angle = (2 * Math.PI * i) / radii.length;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return [...ring, ring[0] ?? []];
}

const radii = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 3, maxLength: 80 });
const anywhere: fc.Arbitrary<Point> = fc.tuple(
  fc.double({ min: 111.5, max: 113.5, noNaN: true }),
  fc.double({ min: -3, max: -1, noNaN: true }),
);
/** Stars with a star-shaped hole: no edge of the outer one comes nearer to the centre than 0.15°. */
const polygons: fc.Arbitrary<Polygon> = fc
  .tuple(radii(0.3, 0.9), radii(0.05, 0.14))
  .map((rings) => ({ type: 'Polygon', coordinates: rings.map((one) => star([112.5, -2], one)) }));

test('property: inside is what the slow reference says, holes and all', () => {
  fc.assert(
    fc.property(polygons, fc.array(anywhere, { minLength: 30, maxLength: 30 }), (polygon, points) => {
      const area = areaOf(polygon);
      for (const point of points)
        assert.equal(area.contains(point), inPolygon(point, polygon), String(point));
    }),
    { numRuns: 200 },
  );
});

test('property: the distance is the smallest over all edges, and 0 only inside', () => {
  fc.assert(
    fc.property(polygons, anywhere, (polygon, point) => {
      const found = areaOf(polygon).distanceKm(point);
      if (inPolygon(point, polygon)) return found === 0;
      let smallest = Number.POSITIVE_INFINITY;
      for (const ring of polygon.coordinates) {
        ring.slice(1).forEach(([x2 = 0, y2 = 0], i) => {
          const [x1 = 0, y1 = 0] = ring[i] ?? [];
          // Degrees of longitude and latitude differ by 0.03 % here: 400 steps of at most 0.5 km are near enough.
          for (let step = 0; step <= 400; step += 1) {
            const along = step / 400;
            smallest = Math.min(
              smallest,
              distanceKm(point, [x1 + along * (x2 - x1), y1 + along * (y2 - y1)]),
            );
          }
        });
      }
      return found <= smallest + 1e-9 && found > smallest - 0.3;
    }),
    { numRuns: 100 },
  );
});

test('property: a point on a common border is in exactly one of the two', () => {
  const [one, other] = outline.regencies.features.map(({ geometry }) => areaOf(geometry));
  assert.ok(one && other);
  const border = outline.regencies.features[0]?.geometry.coordinates[0]?.slice(1, 19) ?? [];
  fc.assert(
    fc.property(fc.nat(border.length - 2), fc.constantFrom(0, 0.25, 0.5, 0.75), (i, along) => {
      const [x1 = 0, y1 = 0] = border[i] ?? [];
      const [x2 = 0, y2 = 0] = border[i + 1] ?? [];
      const point: Point = [x1 + along * (x2 - x1), y1 + along * (y2 - y1)];
      return one.contains(point) !== other.contains(point);
    }),
  );
});

test('all parts of a multipolygon count', () => {
  const parts: MultiPolygon = {
    type: 'MultiPolygon',
    coordinates: [square(112, -2, 112.1, -1.9).coordinates, square(113, -2, 113.1, -1.9).coordinates],
  };
  const area = areaOf(parts);
  assert.ok(area.contains([112.05, -1.95]));
  assert.ok(area.contains([113.05, -1.95]));
  assert.ok(!area.contains([112.5, -1.95]));
  const km = area.distanceKm([112.2, -1.95]);
  assert.ok(Math.abs(km - 11.12) < 0.03, String(km));
});

test('the nearest edge is found among many whose boxes all hold the point', () => {
  const strips = Array.from({ length: 40 }, (_, i): Position[][] => {
    const x = 112 + i * 0.01;
    return [
      [
        [x, -2],
        [x + 0.001, -2],
        [x + 1.001, -1],
        [x + 1, -1],
        [x, -2],
      ],
    ];
  });
  const all = areaOf({ type: 'MultiPolygon', coordinates: strips });
  for (const point of [[112.99, -1.98] as Point, [112.02, -1.02] as Point, [112.9, -1.6] as Point]) {
    // Four edges each: few enough that every one is looked at.
    const each = strips.map((coordinates) => areaOf({ type: 'Polygon', coordinates }).distanceKm(point));
    assert.equal(all.distanceKm(point), Math.min(...each));
  }
});
