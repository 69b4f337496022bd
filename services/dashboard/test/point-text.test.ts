import type { Point } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { readPoint, writePoint } from '../src/forms/point-text.ts';

const test = suite('coordinates as they are typed');

test('a typed point is read as it was written, in either notation of the fraction', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -18_000_000, max: 18_000_000 }),
      fc.integer({ min: -9_000_000, max: 9_000_000 }),
      (longitude, latitude) => {
        const made: Point = [longitude / 100_000, latitude / 100_000];
        assert.deepEqual(readPoint(writePoint(made)), made);
      },
    ),
  );
  assert.deepEqual(readPoint('-2,72; 112,29'), [112.29, -2.72]);
  assert.deepEqual(readPoint(' -2,72 112,29 '), [112.29, -2.72]);
  for (const bad of ['', '112.29', '-95, 112', '-2.7, 190', 'a, b', '-2.7, 112, 3']) {
    assert.equal(readPoint(bad), undefined, bad);
  }
});

test('so is one in degrees, minutes and seconds with the names of the hemispheres, as it comes over the radio', () => {
  const arc = fc.record({
    degrees: fc.nat(89),
    minutes: fc.nat(59),
    seconds: fc.nat(599).map((tenths) => tenths / 10),
  });
  fc.assert(
    fc.property(
      arc,
      arc,
      fc.constantFrom('LS', 'LU', 'S', 'n'),
      fc.constantFrom('BT', 'BB', 'e', 'W'),
      (a, b, y, x) => {
        const text = ({ degrees, minutes, seconds }: typeof a, mark: string) =>
          `${degrees}°${minutes}'${String(seconds).replace('.', mark)}" `;
        const size = ({ degrees, minutes, seconds }: typeof a) => degrees + minutes / 60 + seconds / 3600;
        for (const mark of ['.', ',']) {
          const read = readPoint(`${text(a, mark)}${y}, ${text(b, mark)}${x}`);
          assert.ok(read);
          const [longitude, latitude] = read;
          assert.ok(Math.abs(latitude - (/^(LS|S)$/i.test(y) ? -size(a) : size(a))) < 1e-6);
          assert.ok(Math.abs(longitude - (/^(BB|W)$/i.test(x) ? -size(b) : size(b))) < 1e-6);
        }
      },
    ),
  );
  assert.deepEqual(readPoint('2°43′12″ LS 112°17′24″ BT'), [112.29, -2.72]);
  assert.deepEqual(readPoint("2º 43.2' S; 112º 17.4' E"), [112.29, -2.72]);
  assert.deepEqual(readPoint('2,72 ls 112,29 bt'), [112.29, -2.72]);
  for (const bad of [
    "2°60' LS 112° BT",
    '2°1\'60" LS 112° BT',
    '2° BT 112° LS',
    '2° LS',
    '91° LS 1° BT',
    '-2° LS 1° BT',
  ]) {
    assert.equal(readPoint(bad), undefined, bad);
  }
});
