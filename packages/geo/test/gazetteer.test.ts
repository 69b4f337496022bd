import { readFileSync } from 'node:fs';
import { assert, suite } from '@siaga/testkit';
import { extractGazetteer } from '../scripts/extract.ts';
import { districtsOf, findPlace, type Place, places, regencies, villagesOf } from '../src/index.ts';

const test = suite('gazetteer');

test('data/gazetteer.json is what the script extracts', async () => {
  const stored = readFileSync(new URL('../data/gazetteer.json', import.meta.url), 'utf8');
  assert.equal(stored, await extractGazetteer());
});

test('holds the districts, desa and kelurahan that the regencies count', () => {
  const count = (regency: string) => {
    const villages = districtsOf(regency).flatMap(({ code }) => villagesOf(code));
    const with_ = (status: Place['status']) => villages.filter((village) => village.status === status).length;
    return [districtsOf(regency).length, with_('desa'), with_('kelurahan')];
  };
  assert.deepEqual(count('62.02'), [17, 168, 17]);
  assert.deepEqual(count('62.07'), [10, 97, 3]);
  assert.equal(places().length, 2 + 27 + 285);
});

test('every place has its parent, and every district a point', () => {
  for (const place of places()) {
    if (place.kind === 'regency') {
      assert.equal(place.parent, undefined);
      continue;
    }
    assert.equal(place.parent, place.code.slice(0, place.kind === 'district' ? 5 : 8));
    assert.ok(findPlace(place.parent ?? ''), `${place.code} has no parent in the gazetteer`);
    assert.equal(place.point !== undefined, place.kind === 'district');
  }
});

test('every place has one BPS code, in that of its parent, and is found by it', () => {
  const digits = { regency: 4, district: 7, village: 10 };
  for (const place of places()) {
    const { bps, kind, parent } = place;
    assert.ok(bps, `${place.code} has no BPS code`);
    assert.match(bps, new RegExp(`^\\d{${digits[kind]}}$`));
    if (parent) assert.ok(bps.startsWith(findPlace(parent)?.bps ?? 'none'), `${place.code} is ${bps}`);
    assert.equal(findPlace({ bps }), place);
  }
});

test('a number without dots is never taken for a Kemendagri code: 6207 is Lamandau to BPS', () => {
  assert.equal(findPlace('62.07')?.name, 'Kabupaten Seruyan');
  assert.equal(findPlace({ bps: '6208' })?.name, 'Kabupaten Seruyan');
  assert.equal(findPlace({ bps: '6207' }), undefined);
  assert.equal(findPlace('6207'), undefined);
  assert.equal(findPlace({ bps: '6208050010' })?.name, 'Tumbang Manjul');
});

test('regencies come in the order of the site, with their areas', () => {
  assert.deepEqual(
    regencies().map(({ code, bps, areaKm2 }) => [code, bps, areaKm2]),
    [
      ['62.02', '6202', 15542],
      ['62.07', '6208', 15212],
    ],
  );
});

test('what is unknown has no children', () => {
  assert.deepEqual(districtsOf('62.99'), []);
  assert.deepEqual(villagesOf('62.07'), []);
  assert.equal(findPlace('constructor'), undefined);
});
