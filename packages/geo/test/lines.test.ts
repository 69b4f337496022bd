import { assert, suite } from '@siaga/testkit';
import { type Boundaries, boundaryLines, type Layer, type LineKind, type Point } from '../src/index.ts';

const test = suite('lines');

/** A line from a to b in steps that waver by up to 0.002°: the same points whichever end it begins at. */
function wavering(a: Point, b: Point, steps: number): Point[] {
  if (a[0] > b[0] || a[1] > b[1]) return wavering(b, a, steps).reverse();
  return Array.from({ length: steps + 1 }, (_, step): Point => {
    const along = step / steps;
    const x = a[0] + along * (b[0] - a[0]);
    const y = a[1] + along * (b[1] - a[1]);
    const off = step === 0 || step === steps ? 0 : 0.002 * Math.sin(900 * (x + y)) * Math.sin(77 * (x - y));
    return a[0] === b[0] ? [x + off, y] : [x, y + off];
  });
}

/** Two regencies side by side, each cut into a southern and a northern district. */
function made(steps: number): Boundaries {
  const [west, middle, east] = [111.9, 112.5, 113.1];
  const [south, halfway, north] = [-2.6, -2.3, -2];
  const layer = (polygons: Record<string, Point[]>): Layer => ({
    type: 'FeatureCollection',
    features: Object.entries(polygons).map(([code, corners]) => {
      const ring = corners.flatMap((corner, i) =>
        wavering(corner, corners[(i + 1) % corners.length] ?? corner, steps).slice(0, -1),
      );
      return {
        type: 'Feature',
        properties: { code, name: code },
        geometry: { type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] },
      };
    }),
  });
  const box = (x1: number, y1: number, x2: number, y2: number): Point[] => [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
  const halved = (x1: number, x2: number): Point[] => {
    const [southwest, southeast, northeast, northwest] = box(x1, south, x2, north);
    assert.ok(southwest && southeast && northeast && northwest);
    return [southwest, southeast, [x2, halfway], northeast, northwest, [x1, halfway]];
  };
  return {
    format: 'siaga-boundaries-1',
    source: 'made for a test',
    regencies: layer({ '62.02': halved(middle, east), '62.07': halved(west, middle) }),
    districts: layer({
      '62.02.01': box(middle, south, east, halfway),
      '62.02.02': box(middle, halfway, east, north),
      '62.07.01': box(west, south, middle, halfway),
      '62.07.02': box(west, halfway, middle, north),
    }),
    villages: layer({}),
  };
}

const linesOf = (boundaries: Boundaries, kind: LineKind, maxBytes?: number): Point[][] =>
  boundaryLines(boundaries, maxBytes)
    .features.filter(({ properties }) => properties.kind === kind)
    .flatMap(({ geometry }) =>
      geometry.coordinates.map((line) => line.map(([x = 0, y = 0]): Point => [x, y])),
    );

test('draws each line once: the border, the edges, and between districts of one regency', () => {
  const boundaries = made(1);
  const border = linesOf(boundaries, 'border');
  assert.equal(border.length, 1);
  assert.deepEqual(
    border.flat().map(([x]) => x),
    [112.5, 112.5, 112.5],
  );
  const district = linesOf(boundaries, 'district').flat();
  assert.ok(district.every(([, y]) => y === -2.3));
  const ends = district.map(([x]) => x);
  assert.deepEqual([Math.min(...ends), Math.max(...ends)], [111.9, 113.1]);
  const edge = linesOf(boundaries, 'edge').flat();
  assert.ok(edge.every(([x, y]) => x === 111.9 || x === 113.1 || y === -2.6 || y === -2));
});

test('is simplified until it fits, and the border stays one line from end to end', () => {
  const boundaries = made(1500);
  assert.ok(JSON.stringify(boundaries).length > 500_000);
  for (const maxBytes of [150_000, 20_000, 2000]) {
    const size = JSON.stringify(boundaryLines(boundaries, maxBytes)).length;
    assert.ok(size <= maxBytes, `${size} bytes`);
    assert.ok(size > maxBytes / 5, `${size} bytes: more was taken away than needed`);
    const border = linesOf(boundaries, 'border', maxBytes);
    assert.equal(border.length, 1);
    const ends = [border[0]?.at(0), border[0]?.at(-1)].map(String).toSorted();
    assert.deepEqual(ends, ['112.5,-2', '112.5,-2.6']);
  }
});

test('what fits is not simplified', () => {
  assert.equal(linesOf(made(50), 'border').flat().length, 101);
});

test('without districts there are regency lines only', () => {
  const { features } = boundaryLines({
    ...made(2),
    districts: { type: 'FeatureCollection', features: [] },
  });
  assert.deepEqual(
    features.map(({ properties }) => properties.kind),
    ['edge', 'border'],
  );
});
