import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { findPlace, places, searchPlaces } from '../src/index.ts';

const test = suite('search');
const first = (text: string) => searchPlaces(text)[0]?.code;

test('finds Tumbang Manjul in Seruyan Hulu', () => {
  const [found] = searchPlaces('tumbang manjul');
  assert.equal(found?.name, 'Tumbang Manjul');
  assert.equal(findPlace(found?.parent ?? '')?.name, 'Seruyan Hulu');
});

test('finds by beginnings of words, without spaces, with diacritics, titles and hyphens', () => {
  for (const text of [
    'tumb manj',
    'TUMBANGMANJUL',
    'Túmbang Mànjul',
    'Desa Tumbang Manjul',
    'tumbang-manjul',
    'manjul',
  ]) {
    assert.equal(first(text), '62.07.05.2025', text);
  }
});

test('the regency comes before the districts that bear its name', () => {
  assert.equal(first('seruyan'), '62.07');
  assert.equal(first('Kab. Seruyan'), '62.07');
});

test('the place around tells namesakes apart', () => {
  assert.equal(first('batu ampar'), '62.07.09');
  const namesakes = Map.groupBy(
    places().filter(({ kind }) => kind === 'village'),
    ({ name }) => name,
  );
  const twins = [...namesakes.values()].filter((group) => group.length > 1);
  assert.ok(twins.length > 0);
  for (const { code, name, parent } of twins.flat()) {
    const district = findPlace(parent ?? '')?.name;
    assert.ok(
      searchPlaces(`${name} ${district}`, 5).some((found) => found.code === code),
      `${name} ${district}`,
    );
  }
});

test('nothing is found for nothing', () => {
  assert.deepEqual(searchPlaces(''), []);
  assert.deepEqual(searchPlaces(' -.,'), []);
  assert.deepEqual(searchPlaces('jakarta'), []);
});

test('property: a place is found by its name however it is typed', () => {
  const typed = fc.tuple(
    fc.constantFrom(...places()),
    fc.infiniteStream(fc.boolean()),
    fc.constantFrom(' ', '-', ''),
  );
  fc.assert(
    fc.property(typed, ([place, upper, gap]) => {
      const text = Array.from(place.name.replaceAll(' ', gap))
        .map((letter) => (upper.next().value ? letter.toUpperCase() : letter.toLowerCase()))
        .join('');
      return searchPlaces(text, 10).some(({ code }) => code === place.code);
    }),
    { numRuns: 500 },
  );
});

test('property: any text gives at most the limit, each once', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), fc.nat(20), (text, limit) => {
      const found = searchPlaces(text, limit);
      return found.length <= limit && new Set(found).size === found.length;
    }),
  );
});
