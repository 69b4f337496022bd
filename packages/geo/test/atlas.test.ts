import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  areaOf,
  type Boundaries,
  createAtlas,
  findPlace,
  importBoundaries,
  outline,
  type Point,
  toleranceKm,
} from '../src/index.ts';
import { geojson, SIDE, SOUTH, WEST } from './fixture.ts';

const test = suite('atlas');

const sampit: Point = [112.95, -2.53];
const kualaPembuang: Point = [112.57, -3.39];
const jakarta: Point = [106.83, -6.18];

function imported(change?: Parameters<typeof geojson>[0]): Boundaries {
  const result = importBoundaries(geojson(change), { source: 'made for a test' });
  assert.ok('boundaries' in result, JSON.stringify(result));
  return result.boundaries;
}

test('without an import the outline proposes, and says that it is generalised', () => {
  const atlas = createAtlas();
  assert.equal(atlas.source, 'generalised');
  assert.equal(atlas.label.id, 'garis batas digeneralisasi, bukan rujukan hukum');
  assert.deepEqual(atlas.regencyAt(sampit), { regency: '62.02', source: 'generalised' });
  assert.deepEqual(atlas.regencyAt(kualaPembuang), { regency: '62.07', source: 'generalised' });
  assert.equal(atlas.regencyAt(jakarta), undefined);
});

test('the outline accepts a point within its accuracy on both sides of the border, and none far off', () => {
  const atlas = createAtlas();
  assert.equal(toleranceKm.generalised, 6);
  const atBorder: Point = [112.3, -2.1];
  for (const point of [atBorder, [112.345, -2.1] as Point, [112.255, -2.1] as Point]) {
    assert.ok(atlas.contains('62.02', point) && atlas.contains('62.07', point), String(point));
  }
  assert.ok(!atlas.contains('62.07', sampit));
  assert.ok(!atlas.contains('62.02', kualaPembuang));
  assert.ok(!atlas.contains('62.02', jakarta));
});

test('every town and district point is accepted by its regency', () => {
  const atlas = createAtlas();
  for (const { properties, geometry } of outline.districts.features) {
    const [x = 0, y = 0] = geometry.coordinates;
    assert.ok(atlas.contains(properties.code.slice(0, 5), [x, y]), properties.name);
  }
});

test('an unknown regency is a mistake of the caller', () => {
  assert.throws(() => createAtlas().contains('62.09', sampit), RangeError);
});

test('the outline proposes the nearest districts of the regencies that may hold the point', () => {
  const atlas = createAtlas();
  const { districts, villages } = atlas.proposals(sampit);
  assert.deepEqual(
    districts.map(({ place }) => place.name),
    ['Baamang', 'Mentawa Baru Ketapang', 'Seranau'],
  );
  assert.deepEqual(villages, []);
  // Nearer to Telawang of Kotim (112.57, -2.36), but 10 km inside Seruyan.
  const inSeruyan: Point = [112.36, -2.41];
  for (const { place } of atlas.proposals(inSeruyan, 10).districts) assert.equal(place.parent, '62.07');
  assert.deepEqual(atlas.proposals(jakarta), { districts: [], villages: [] });
});

test('imported boundaries are used when given, strictly and with 1 km of tolerance', () => {
  const atlas = createAtlas({ boundaries: imported() });
  const edge = WEST + SIDE;
  assert.equal(atlas.source, 'official');
  assert.equal(atlas.label.id, 'made for a test');
  assert.deepEqual(atlas.regencyAt([edge - 0.001, -2.3]), { regency: '62.02', source: 'official' });
  assert.deepEqual(atlas.regencyAt([edge + 0.001, -2.3]), { regency: '62.07', source: 'official' });
  assert.ok(atlas.contains('62.02', [edge + 0.008, -2.3]));
  assert.ok(!atlas.contains('62.02', [edge + 0.01, -2.3]));
});

test('imported districts and villages are proposed by their polygons, the one around the point first', () => {
  const boundaries = imported();
  const atlas = createAtlas({ boundaries });
  const middle: Point = [WEST + 0.02, SOUTH + 0.02];
  const { districts, villages } = atlas.proposals(middle, 4);
  assert.deepEqual([districts[0]?.place.code, districts[0]?.km], ['62.02.01', 0]);
  assert.deepEqual([villages[0]?.place.code, villages[0]?.km], ['62.02.01.1009', 0]);
  assert.equal(villages.length, 4);
  const far = villages.map(({ km }) => km);
  assert.deepEqual(
    far,
    far.toSorted((a, b) => a - b),
  );
  assert.equal(findPlace(villages[0]?.place.parent ?? '')?.code, '62.02.01');
});

test('property: the villages proposed are the nearest of all', () => {
  const boundaries = imported();
  const atlas = createAtlas({ boundaries });
  const areas = boundaries.villages.features.map(({ geometry }) => areaOf(geometry));
  const place: fc.Arbitrary<Point> = fc.tuple(
    fc.double({ min: 111, max: 114, noNaN: true }),
    fc.double({ min: -3.5, max: -1, noNaN: true }),
  );
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 10 }), (point, limit) => {
      const all = areas.map((area) => area.distanceKm(point)).sort((a, b) => a - b);
      const found = atlas.proposals(point, limit).villages.map(({ km }) => km);
      assert.deepEqual(found, all.slice(0, limit));
    }),
    { numRuns: 500 },
  );
});

test('an import without districts falls back to their points', () => {
  const atlas = createAtlas({
    boundaries: imported((layers) => {
      layers.kecamatan.features = [];
      layers.desa.features = [];
    }),
  });
  const [first] = atlas.proposals([112.15, -2.54]).districts;
  // The made squares put 62.02 here, so only its districts are proposed, by the points the gazetteer knows.
  assert.equal(first?.place.parent, '62.02');
  assert.deepEqual(atlas.proposals([112.15, -2.54]).villages, []);
});

test('boundaries made for other data stop the atlas', () => {
  const boundaries = imported();
  const [one] = boundaries.regencies.features;
  assert.ok(one);
  const lacking = { ...boundaries, regencies: { ...boundaries.regencies, features: [one] } };
  assert.throws(() => createAtlas({ boundaries: lacking }), /lack 62\.07/);
  const [district] = boundaries.districts.features;
  assert.ok(district);
  const strange = { ...district, properties: { code: '62.99.01', name: 'Nowhere' } };
  const foreign = { ...boundaries, districts: { ...boundaries.districts, features: [strange] } };
  assert.throws(() => createAtlas({ boundaries: foreign }), /62\.99\.01/);
});
