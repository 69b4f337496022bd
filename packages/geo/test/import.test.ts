import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { topology } from 'topojson-server';
import { findPlace, type ImportProblem, importBoundaries, regencies } from '../src/index.ts';
import {
  geojson,
  type Properties,
  SIDE,
  SOUTH,
  type Squares,
  square,
  squares,
  topojson,
  WEST,
} from './fixture.ts';

const test = suite('import');
const options = { source: 'BIG, test edition' };

function accepted(text: Parameters<typeof importBoundaries>[0], more = {}) {
  const result = importBoundaries(text, { ...options, ...more });
  assert.ok('boundaries' in result, JSON.stringify(result));
  return result;
}

function refused(text: Parameters<typeof importBoundaries>[0], more = {}): ImportProblem[] {
  const result = importBoundaries(text, { ...options, ...more });
  assert.ok('problems' in result, 'the file was taken');
  return result.problems;
}

/** Refused for one reason only, about one feature. */
function refusedFor(text: string, feature: RegExp, reason: RegExp): void {
  const problems = refused(text);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  assert.match(problems[0]?.feature ?? '', feature);
  assert.match(problems[0]?.reason ?? '', reason);
}

const codes = ({ features }: { features: { properties: { code: string } }[] }) =>
  features.map(({ properties }) => properties.code);

/** The fixture with its properties renamed. */
const renamed = (rename: (code: string, name: string) => Properties): string =>
  geojson((layers) => {
    for (const { features } of Object.values(layers)) {
      for (const one of features)
        one.properties = rename(String(one.properties.code), String(one.properties.name));
    }
  });

const firstOf = ({ features }: Squares) => {
  const [feature] = features;
  assert.ok(feature);
  return feature;
};

test('takes GeoJSON with all layers, and TopoJSON to the same boundaries', () => {
  const { boundaries, notes } = accepted(geojson());
  assert.equal(boundaries.source, 'BIG, test edition');
  assert.deepEqual(codes(boundaries.regencies), ['62.02', '62.07']);
  assert.deepEqual(codes(boundaries.districts), ['62.02.01', '62.02.02', '62.07.01', '62.07.02']);
  assert.equal(boundaries.villages.features.length, 8);
  assert.equal(notes.length, 2);
  assert.match(notes[0] ?? '', /^23 of 27 missing in the kecamatan layer: 62\.02\.03 Mentaya Hulu; /);
  assert.match(notes[1] ?? '', /^277 of 285 missing in the desa layer: /);
  assert.deepEqual(codes(accepted(topojson()).boundaries.villages), codes(boundaries.villages));
});

test('takes a delivery of one GeoJSON file per layer', () => {
  const layers = squares();
  const files = Object.entries(layers).map(([name, layer]) => ({
    name: `${name}.geojson`,
    text: JSON.stringify(layer),
  }));
  const { boundaries } = accepted(files);
  assert.deepEqual(boundaries, accepted(geojson()).boundaries);
  const [kabupaten, kecamatan] = files;
  assert.ok(kabupaten && kecamatan);
  const problems = refused([kabupaten, { ...kecamatan, text: 'oops' }]);
  assert.equal(problems[0]?.feature, 'kecamatan.geojson');
});

test('the regency layer alone is enough, and the notes say what is not there', () => {
  const { boundaries, notes } = accepted(
    geojson((layers) => {
      layers.kecamatan.features = [];
      layers.desa.features = [];
    }),
  );
  assert.deepEqual(codes(boundaries.villages), []);
  assert.deepEqual(notes, ['the kecamatan layer is not in the file', 'the desa layer is not in the file']);
});

test('knows the columns of BIG, BPS and Kemendagri, with dots and without', () => {
  const expected = codes(accepted(geojson()).boundaries.villages);
  const bps = (code: string) => findPlace(code)?.bps ?? '';
  const forms: Record<string, (code: string, name: string) => Properties> = {
    'BIG Rupabumi': (code, name) => ({
      KDPPUM: '62',
      KDPKAB: code.slice(0, 5),
      KDCPUM: code.length > 5 ? code.slice(0, 8) : null,
      KDEPUM: code.length > 8 ? code : ' ',
      NAMOBJ: name,
    }),
    'BPS in one': (code) => ({ kode_bps: bps(code) }),
    'BPS in parts': (code) => ({
      KDPROV: bps(code).slice(0, 2),
      KDKAB: bps(code).slice(2, 4),
      KDKEC: bps(code).slice(4, 7),
      KDDESA: bps(code).slice(7),
    }),
    'bare Kemendagri': (code) => ({ KODE: code.replaceAll('.', '') }),
    'bare Kemendagri, numbers': (code) => ({ kode: Number(code.replaceAll('.', '')) }),
    'bare BPS in a column of no scheme': (code) => ({ KODE: bps(code) }),
    'names of levels': (code) => ({
      [code.length > 8 ? 'KODE_DESA' : code.length > 5 ? 'kode_kec' : 'kode_kab']: code,
    }),
  };
  for (const [form, rename] of Object.entries(forms)) {
    const { boundaries } = accepted(renamed(rename));
    assert.deepEqual(codes(boundaries.villages), expected, form);
    assert.deepEqual(codes(boundaries.regencies), ['62.02', '62.07'], form);
  }
});

test('a column with a name of its own is named', () => {
  const text = renamed((code) => ({ ref: code }));
  assert.match(refused(text)[0]?.reason ?? '', /it has no code/);
  assert.equal(accepted(text, { codeProperty: 'REF' }).boundaries.villages.features.length, 8);
});

test('BPS 6207 is not taken for Seruyan', () => {
  const text = renamed((code) => ({ kode_bps: code === '62.07' ? '6207' : (findPlace(code)?.bps ?? '') }));
  const problems = refused(text);
  assert.match(problems[0]?.reason ?? '', /code 6207 is of no regency/);
  const lamandau = geojson((layers) => {
    for (const one of layers.kabupaten.features)
      if (one.properties.code === '62.07') one.properties.name = 'LAMANDAU';
  });
  refusedFor(lamandau, /62\.07/, /the file calls it LAMANDAU, but the code is that of Kabupaten Seruyan/);
});

test('names in capitals or other spellings do not hinder', () => {
  const { boundaries, notes } = accepted(
    geojson((layers) => {
      for (const one of layers.kabupaten.features)
        one.properties.name = String(one.properties.name).toUpperCase();
      firstOf(layers.desa).properties.name = 'Kota Besi Ulu';
    }),
  );
  assert.equal(boundaries.villages.features[0]?.properties.name, 'Kota Besi Hulu');
  assert.equal(notes[0], '1 spelt otherwise in the file: 62.02.01.1009 Kota Besi Hulu is Kota Besi Ulu');
});

test('a village that the gazetteer does not know is left out with a note', () => {
  const { boundaries, notes } = accepted(
    geojson((layers) => {
      firstOf(layers.desa).properties = { code: '62.02.01.2099', name: 'Desa Baru' };
    }),
  );
  assert.equal(boundaries.villages.features.length, 7);
  assert.equal(notes[0], '1 left out, as the gazetteer does not know their codes: 62.02.01.2099 Desa Baru');
});

test('what is no boundary file is refused', () => {
  refusedFor('{"type":', /the file/, /it is not JSON/);
  refusedFor('[]', /the file/, /neither a GeoJSON/);
  refusedFor('{"type":"Polygon","coordinates":[]}', /the file/, /neither a GeoJSON/);
  refusedFor('{"type":"FeatureCollection","features":[1]}', /the file/, /not right GeoJSON: features\.0/);
  refusedFor('{"type":"Topology","arcs":[],"objects":1}', /the file/, /not right TopoJSON: objects/);
});

test('a missing regency refuses the file', () => {
  const text = geojson((layers) => layers.kabupaten.features.pop());
  refusedFor(
    text,
    /^62\.07 Kabupaten Seruyan$/,
    /it is missing: the kabupaten layer must have every regency/,
  );
});

test('an unknown and a doubled code refuse the file', () => {
  const unknown = geojson((layers) => {
    firstOf(layers.kecamatan).properties.code = '62.09.01';
  });
  refusedFor(unknown, /features\[2\] 62\.09\.01/, /is of no regency, district or village/);
  const doubled = geojson((layers) => layers.desa.features.push(firstOf(layers.desa)));
  refusedFor(doubled, /features\[14\] 62\.02\.01\.1009 Kota Besi Hulu/, /twice, first as features\[6\]/);
});

test('each fault of a geometry is named', () => {
  const faults: [unknown, RegExp][] = [
    [null, /it has no geometry/],
    [undefined, /it has no geometry/],
    [{ type: 'LineString', coordinates: [] }, /its geometry is "LineString"/],
    [{ type: 'Polygon', coordinates: [] }, /a polygon has no ring/],
    [{ type: 'MultiPolygon', coordinates: [] }, /it has no polygon/],
    [{ type: 'Polygon', coordinates: [[[112, -2]]] }, /a ring has 1 positions: it needs 4/],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [112, -2],
            [112.1, -2],
            [112.1, -2.1],
            [112, -2.1],
          ],
        ],
      },
      /a ring is not closed/,
    ],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [112, -2],
            [112, -2],
            [112.1, -2],
            [112, -2],
          ],
        ],
      },
      /fewer than 3 different/,
    ],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [112, null],
            [112, -2],
            [112.1, -2],
            [112, -2],
          ],
        ],
      },
      /a position is \[112,null\]/,
    ],
    [square(-2.6, 111.9, -2.5, 112), /longitude and latitude look swapped/],
    [square(500000, 9700000, 500100, 9700100), /these look like metres/],
    [square(181, -2, 182, -1), /out of the range of longitude and latitude/],
    [square(106, -6, 107, -5), /outside Kalimantan Tengah/],
  ];
  for (const [geometry, reason] of faults) {
    const text = geojson((layers) => Object.assign(firstOf(layers.desa), { geometry }));
    refusedFor(text, /features\[6\] 62\.02\.01\.1009 Kota Besi Hulu/, reason);
  }
});

/** A square's half with another half that is turned over, joined where they cross. */
const eight = (west: number, south: number, side: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [west, south],
      [west + side, south + side],
      [west + side, south],
      [west, south + side],
      [west, south],
    ],
  ],
});

test('a boundary that crosses itself refuses the file, in GeoJSON and TopoJSON, in a hole and in a part', () => {
  const crossed = eight(WEST, SOUTH, SIDE / 2);
  const [ring = []] = crossed.coordinates;
  const whole = square(WEST, SOUTH, WEST + SIDE / 2, SOUTH + SIDE / 2);
  for (const geometry of [
    crossed,
    { type: 'Polygon', coordinates: [...whole.coordinates, ring] },
    { type: 'MultiPolygon', coordinates: [whole.coordinates, [ring]] },
  ]) {
    refusedFor(
      geojson((layers) => Object.assign(firstOf(layers.desa), { geometry })),
      /features\[6\] 62\.02\.01\.1009 Kota Besi Hulu/,
      /a ring crosses itself at 112\.050000, -2\.450000, as a figure of eight does/,
    );
  }
  const layers = squares();
  firstOf(layers.kabupaten).geometry = eight(WEST, SOUTH, SIDE);
  refusedFor(
    JSON.stringify(topology({ ...layers }, 1e5)),
    /objects\.kabupaten\[0\] 62\.02 Kabupaten Kotawaringin Timur/,
    /a ring crosses itself at 112\.2\d+, -2\.3\d+/,
  );
});

test('a spike that crosses itself with a loop of less than a hectare is taken with a note', () => {
  const [tip, side] = [SOUTH + SIDE / 4, WEST + SIDE / 2];
  const spike = square(WEST, SOUTH, side, SOUTH + SIDE / 2);
  spike.coordinates[0]?.splice(
    2,
    0,
    [side, tip - 0.00001],
    [side + 0.001, tip + 0.00001],
    [side + 0.001, tip - 0.00001],
    [side, tip + 0.00001],
  );
  const { boundaries, notes } = accepted(
    geojson((layers) => {
      firstOf(layers.desa).geometry = spike;
    }),
  );
  assert.equal(boundaries.villages.features.length, 8);
  assert.match(
    notes[0] ?? '',
    /^1 crossing themselves with a loop .* as they are: 62\.02\.01\.1009 Kota Besi Hulu at 112\.200500, -2\.450000$/,
  );
});

test('each fault of a topology is named', () => {
  const broken = (change: (village: { type: unknown; arcs: unknown }, file: { arcs: unknown[] }) => void) => {
    const file = JSON.parse(topojson());
    change(file.objects.desa.geometries[0], file);
    return JSON.stringify(file);
  };
  const village = /objects\.desa\[0\] 62\.02\.01\.1009 Kota Besi Hulu/;
  refusedFor(
    broken((one) => Object.assign(one, { arcs: [[999]] })),
    village,
    /it uses arc 999, but the file has \d+ arcs/,
  );
  refusedFor(
    broken((one) => Object.assign(one, { arcs: [[0, 0, 0]] })),
    village,
    /does not begin where the one before ends/,
  );
  refusedFor(
    broken((one) => Object.assign(one, { arcs: 'all' })),
    village,
    /not lists of arc numbers/,
  );
  refusedFor(
    broken((one) => Object.assign(one, { type: null, arcs: undefined })),
    village,
    /it has no geometry/,
  );
});

test('a village far out of its regency refuses the file; 1 km over is an older edition', () => {
  const shifted = (degrees: number) =>
    geojson((layers) => {
      firstOf(layers.desa).geometry = square(WEST - degrees, SOUTH, WEST + SIDE / 2, SOUTH + SIDE / 2);
    });
  accepted(shifted(0.009));
  refusedFor(
    shifted(0.1),
    /62\.02\.01\.1009/,
    /it reaches 11\.1 km out of its regency 62\.02, more than 2 km/,
  );
});

test('at most 20 problems are listed, the rest counted', () => {
  const text = JSON.stringify({
    type: 'FeatureCollection',
    features: Array.from({ length: 30 }, () => ({ type: 'Feature', properties: {}, geometry: null })),
  });
  const result = importBoundaries(text, options);
  assert.ok('problems' in result);
  assert.equal(result.problems.length, 20);
  assert.equal(result.more, 30 + regencies().length - 20);
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Every place in a JSON value, as a list of keys. */
function pathsOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((one, i) => pathsOf(one, [...path, i]))
    : Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]));
  return [path, ...inner];
}

/** A copy with the value at the path replaced; `undefined` takes it away. */
function replaced(
  value: Json,
  [key, ...rest]: readonly (string | number)[],
  by: Json | undefined,
): Json | undefined {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.flatMap((one, i) => {
      const next = i === key ? replaced(one, rest, by) : one;
      return next === undefined ? [] : [next];
    });
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const next = name === key ? replaced(one, rest, by) : one;
      return next === undefined ? [] : [[name, next]];
    }),
  );
}

for (const [kind, text] of [
  ['GeoJSON', geojson()],
  ['TopoJSON', topojson()],
] as const) {
  test(`property: a damaged ${kind} file is taken whole or refused with reasons, and nothing is thrown`, () => {
    const valid: Json = JSON.parse(text);
    const paths = pathsOf(valid);
    const junk: fc.Arbitrary<Json | undefined> = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value))),
      fc.constantFrom<Json>(-1, 1e300, '62.02', '6207', 'Polygon', [], {}, [[]], [[[]]]),
    );
    const damage = fc.array(fc.tuple(fc.constantFrom(...paths), junk), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, (changes) => {
        let json: Json | undefined = valid;
        for (const [path, by] of changes) json = json === undefined ? json : replaced(json, path, by);
        const result = importBoundaries(JSON.stringify(json ?? null), options);
        if ('problems' in result)
          return result.problems.length > 0 && result.problems.every(({ reason }) => reason !== '');
        return codes(result.boundaries.regencies).length === regencies().length;
      }),
      { numRuns: 400 },
    );
  });
}

test('property: any text at all is answered', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => 'problems' in importBoundaries(text, options)),
    { numRuns: 300 },
  );
});
