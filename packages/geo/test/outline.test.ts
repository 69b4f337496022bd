import { readFileSync } from 'node:fs';
import { assert, suite } from '@siaga/testkit';
import { drawOutline } from '../scripts/draw-outline.ts';
import { turningPoints } from '../scripts/turning-points.ts';
import { areaOf, compareAreas, type Layer, outline, type Point, regencies } from '../src/index.ts';

const test = suite('outline');

/** Three standard deviations of what rounding the turning points to 0.05° does to an area: data/README.md. */
const AREA_TOLERANCE = 0.03;

const ringOf = (code: string): Point[] => {
  const feature = outline.regencies.features.find(({ properties }) => properties.code === code);
  return (feature?.geometry.coordinates[0] ?? []).map(([x = 0, y = 0]): Point => [x, y]);
};
const rings = regencies().map(({ code }) => ringOf(code));
const edgesOf = (ring: Point[]): [Point, Point][] =>
  ring.slice(1).map((end, i): [Point, Point] => [ring[i] ?? end, end]);
const keyOf = (edge: [Point, Point]): string => edge.map(String).join(' ');

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  Math.sign(Number(((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)).toFixed(9)));
const between = ([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): boolean =>
  x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);

/** Whether two segments touch anywhere. */
function touch([a, b]: [Point, Point], [c, d]: [Point, Point]): boolean {
  if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) return true;
  return (
    (turn(a, b, c) === 0 && between(a, b, c)) ||
    (turn(a, b, d) === 0 && between(a, b, d)) ||
    (turn(c, d, a) === 0 && between(c, d, a)) ||
    (turn(c, d, b) === 0 && between(c, d, b))
  );
}

test('data/outline.json is what the script draws', () => {
  const stored = readFileSync(new URL('../data/outline.json', import.meta.url), 'utf8');
  assert.equal(stored, drawOutline(turningPoints));
});

test('has a closed ring for every regency that does not touch itself', () => {
  for (const ring of rings) {
    assert.ok(ring.length > 4);
    assert.deepEqual(ring[0], ring.at(-1));
    const edges = edgesOf(ring);
    edges.forEach((edge, i) => {
      for (let j = i + 2; j < edges.length; j += 1) {
        const other = edges[j];
        const meet = i === 0 && j === edges.length - 1;
        if (other && !meet) assert.ok(!touch(edge, other), `${keyOf(edge)} touches ${keyOf(other)}`);
      }
    });
  }
});

test('the two regencies share their border point by point and overlap nowhere', () => {
  const [one = [], other = []] = rings;
  const backwards = new Set(edgesOf(other.toReversed()).map(keyOf));
  const shared = edgesOf(one).filter((edge) => backwards.has(keyOf(edge)));
  assert.equal(shared.length, 19);
  for (const edge of edgesOf(one)) {
    for (const second of edgesOf(other)) {
      const corner = edge.some((end) => second.some((start) => String(end) === String(start)));
      if (!corner) assert.ok(!touch(edge, second), `${keyOf(edge)} crosses ${keyOf(second)}`);
    }
  }
});

test('its areas are the official ones within 3 %', () => {
  const layer: Layer = outline.regencies;
  const compared = compareAreas(layer);
  assert.equal(compared.length, regencies().length);
  for (const { regency, km2, officialKm2 } of compared) {
    const deviation = Math.abs(km2 - officialKm2) / officialKm2;
    assert.ok(deviation < AREA_TOLERANCE, `${regency.code}: ${km2.toFixed(0)} km², official ${officialKm2}`);
  }
});

test('every district point lies in its regency', () => {
  assert.equal(outline.districts.features.length, 27);
  for (const { properties, geometry } of outline.districts.features) {
    const regency = outline.regencies.features.find(({ properties: { code } }) =>
      properties.code.startsWith(code),
    );
    assert.ok(regency);
    const [x = 0, y = 0] = geometry.coordinates;
    assert.ok(areaOf(regency.geometry).contains([x, y]), properties.name);
  }
});

test('each layer says what it is not', () => {
  assert.equal(outline.regencies.label.id, 'garis batas digeneralisasi, bukan rujukan hukum');
  assert.match(outline.rivers.label.id, /bukan untuk navigasi/);
  assert.deepEqual(
    outline.rivers.features.map(({ properties }) => properties.name),
    ['Sungai Seruyan', 'Sungai Mentaya (hilir)'],
  );
  assert.equal(outline.towns.features.length, 6);
});
