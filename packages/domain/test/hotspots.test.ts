import { assert, scenario, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type HotspotDay,
  type HotspotGroupView,
  type HotspotsEvent,
  type Pixel,
  decideHotspots,
  decodeEvent,
  evolveHotspotDay,
  foldHotspots,
  initialHotspotDay,
  pixelIdentity,
  wireType,
} from '../src/index.ts';
import { pixel, pixels } from './arbitraries.ts';

const DAY = '2026-08-17';
const at = (lon: number, lat: number, more: Partial<Pixel> = {}): Pixel => ({
  at: [lon, lat],
  acquiredOn: DAY,
  acquiredAt: '2026-08-17T05:33:00.000Z',
  satellite: 'SNPP',
  instrument: 'VIIRS',
  confidence: 'nominal',
  ...more,
});
const { given } = scenario({ initial: initialHotspotDay, evolve: evolveHotspotDay, decide: decideHotspots });
const take = (...taken: Pixel[]) => ({ day: DAY, pixels: taken });
const groupId = (first: Pixel) => `${DAY} ${pixelIdentity(first)}`;
const detected = (
  data: Pick<HotspotsEvent['data'], 'pixels'> & Partial<HotspotsEvent['data']>,
): HotspotsEvent => ({
  type: 'HotspotsDetected',
  data: {
    occurredAt: '2026-08-17T05:33:00.000Z',
    day: DAY,
    group: groupId(data.pixels[0] ?? at(0, 0)),
    absorbs: [],
    ...data,
  },
});

const test = suite('hotspots of a day');
const west = at(112, -2);
const middle = at(112.007, -2);
const east = at(112.014, -2);
const far = at(112.5, -2);

test('pixels within reach are one group, others each their own', () =>
  given()
    .when(take(far, middle, west))
    .then(detected({ pixels: [west, middle] }), detected({ pixels: [far] })));
test('reading twice adds nothing', () =>
  given(detected({ pixels: [west, middle] }))
    .when(take(middle, west))
    .thenNothing());
test('nothing read is nothing new', () => given().when(take()).thenNothing());
test('a new pixel joins the group that it touches', () =>
  given(detected({ pixels: [west] }))
    .when(take(west, middle))
    .then(detected({ group: groupId(west), pixels: [middle] })));
test('a pixel between two groups makes them one: the other ends', () =>
  given(detected({ pixels: [west] }), detected({ pixels: [east] }))
    .when(take(middle))
    .then(detected({ group: groupId(west), absorbs: [groupId(east)], pixels: [middle] })));
test('VIIRS pixels reach 0.8 km, a MODIS pixel 1.5 km', () => {
  const [near, beyond] = [at(112.0071, -2), at(112.0073, -2)]; // 0.789 km and 0.811 km
  given()
    .when(take(west, near))
    .then(detected({ pixels: [west, near] }));
  given()
    .when(take(west, beyond))
    .then(detected({ pixels: [west] }), detected({ pixels: [beyond] }));
  const modis = at(112.0134, -2, { satellite: 'Terra', instrument: 'MODIS' }); // 1.489 km
  given()
    .when(take(west, modis))
    .then(detected({ pixels: [west, modis] }));
});
test('reach is the same across the edges of the grid, in every direction', () => {
  const edge = at(112.005, -2.01); // on a corner of cells of 0.015°
  for (const [dx, dy] of [
    [0.005, 0],
    [-0.005, 0],
    [0, 0.005],
    [0, -0.005],
    [0.004, 0.004],
    [-0.004, -0.004],
    [0.004, -0.004],
    [-0.004, 0.004],
  ] as const) {
    const { events } = decideHotspots(take(edge, at(112.005 + dx, -2.01 + dy)), initialHotspotDay);
    assert.equal(events.length, 1, `${dx} ${dy}`);
  }
});
test('it happened when the newest pixel was acquired, or at the start of its date', () => {
  const later = at(112.001, -2, { acquiredAt: '2026-08-17T06:24:00.000Z' });
  const [event] = decideHotspots(take(west, later), initialHotspotDay).events;
  assert.equal(event?.data.occurredAt, '2026-08-17T06:24:00.000Z');
  const { acquiredAt: _, ...timeless } = west;
  given()
    .when(take(timeless))
    .then(detected({ occurredAt: '2026-08-17T00:00:00.000Z', pixels: [timeless] }));
});
test('bug: of two rows of one pixel the same is kept whichever comes first', () => {
  const twin = at(112, -2, { confidence: 'high', frp: 9 });
  assert.deepEqual(
    decideHotspots(take(west, twin), initialHotspotDay),
    decideHotspots(take(twin, west), initialHotspotDay),
  );
});
test('a large group is written in parts that stay under the ledger’s limit, and only the first absorbs', () => {
  const chain = Array.from({ length: 2500 }, (_, index) => at(112 + index * 0.004, -2));
  const before = [detected({ pixels: [at(112, -2.006)] }), detected({ pixels: [at(113, -2.006)] })];
  const state = before.reduce(evolveHotspotDay, initialHotspotDay);
  const { events } = decideHotspots(take(...chain), state);
  assert.deepEqual(
    events.map(({ data }) => [data.pixels.length, data.absorbs.length]),
    [
      [1000, 1],
      [1000, 0],
      [500, 0],
    ],
  );
  for (const event of events) assert.ok(Buffer.byteLength(JSON.stringify(event)) < 512 * 1024);
  assert.equal(events.reduce(evolveHotspotDay, state).groups.size, 1);
});

const partitionOf = ({ groups }: HotspotDay) =>
  [...groups.values()].map((group) => group.map(pixelIdentity).sort().join('\n')).sort();
const after = (state: HotspotDay, taken: readonly Pixel[]) =>
  decideHotspots({ day: DAY, pixels: taken }, state).events.reduce(evolveHotspotDay, state);
const viewsAfter = (events: HotspotsEvent[]) => {
  const views = new Map<string, HotspotGroupView>();
  for (const [index, event] of events.entries()) {
    const absorbed = event.data.absorbs.flatMap((id) => views.get(id) ?? []);
    for (const { id } of absorbed) views.delete(id);
    const view = foldHotspots(views.get(event.data.group), absorbed, event, {
      regency: '62.07',
      sequence: index + 1,
    });
    views.set(view.id, view);
  }
  return views;
};

const properties = suite('hotspots of arbitrary pixels');
properties('the order of the pixels does not matter', () =>
  fc.assert(
    fc.property(
      pixels.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) =>
        assert.deepEqual(
          decideHotspots({ day: DAY, pixels: shuffled }, initialHotspotDay),
          decideHotspots({ day: DAY, pixels: list }, initialHotspotDay),
        ),
    ),
    { numRuns: 200 },
  ),
);
properties('every pixel is in one group, and reading it again adds nothing', () =>
  fc.assert(
    fc.property(pixels, (list) => {
      const state = after(initialHotspotDay, list);
      const identities = new Set(list.map(pixelIdentity));
      assert.deepEqual(new Set(state.groupOf.keys()), identities);
      const grouped = [...state.groups.values()].flat();
      assert.equal(grouped.length, identities.size);
      for (const [id, group] of state.groups) {
        for (const one of group) assert.equal(state.groupOf.get(pixelIdentity(one)), id);
      }
      assert.deepEqual(decideHotspots({ day: DAY, pixels: list }, state), { accepted: true, events: [] });
    }),
    { numRuns: 200 },
  ),
);
properties('read in several portions, the groups are those of reading all at once', () =>
  fc.assert(
    fc.property(fc.array(pixels, { maxLength: 4 }), (portions) => {
      const atOnce = after(initialHotspotDay, portions.flat());
      assert.deepEqual(partitionOf(portions.reduce(after, initialHotspotDay)), partitionOf(atOnce));
    }),
    { numRuns: 300 },
  ),
);
properties('groups are the connected components of "within reach", found the slow way', () =>
  fc.assert(
    fc.property(pixels, (list) => {
      const state = after(initialHotspotDay, list);
      const all = [...state.groups.values()].flat();
      for (const a of all) {
        for (const b of all) {
          const reach = a.instrument === 'MODIS' || b.instrument === 'MODIS' ? 1.5 : 0.8;
          const km =
            Math.hypot((a.at[0] - b.at[0]) * Math.cos((a.at[1] * Math.PI) / 180), a.at[1] - b.at[1]) *
            111.195;
          if (km < reach - 0.001) {
            assert.equal(state.groupOf.get(pixelIdentity(a)), state.groupOf.get(pixelIdentity(b)));
          }
        }
      }
    }),
    { numRuns: 100 },
  ),
);
properties('absorbed groups vanish, and no id comes back', () =>
  fc.assert(
    fc.property(fc.array(pixels, { maxLength: 5 }), (portions) => {
      const gone = new Set<string>();
      let state = initialHotspotDay;
      for (const portion of portions) {
        for (const event of decideHotspots({ day: DAY, pixels: portion }, state).events) {
          assert.ok(!gone.has(event.data.group), 'an absorbed group is not written to');
          for (const id of event.data.absorbs) {
            assert.ok(state.groups.has(id), 'only a group that exists is absorbed');
            gone.add(id);
          }
          state = evolveHotspotDay(state, event);
        }
        for (const id of gone) assert.ok(!state.groups.has(id));
      }
    }),
    { numRuns: 200 },
  ),
);
properties('the picture’s groups hold the pixels of the writer’s', () =>
  fc.assert(
    fc.property(fc.array(pixels, { maxLength: 4 }), (portions) => {
      const events: HotspotsEvent[] = [];
      let state = initialHotspotDay;
      for (const portion of portions) {
        const { events: fresh } = decideHotspots({ day: DAY, pixels: portion }, state);
        state = fresh.reduce(evolveHotspotDay, state);
        events.push(...fresh);
      }
      const views = viewsAfter(events);
      assert.deepEqual(new Map([...views].map(([id, { pixels: shown }]) => [id, shown])), state.groups);
      for (const view of views.values()) {
        const found = new Set(view.pixels.map(({ confidence }) => confidence));
        const highest = (['high', 'nominal', 'low', 'unknown'] as const).find((level) => found.has(level));
        assert.equal(view.confidence, highest);
        assert.ok(view.firstAcquired <= view.lastAcquired);
      }
    }),
    { numRuns: 150 },
  ),
);
properties('every event fits its schema in the catalogue and survives JSON', () =>
  fc.assert(
    fc.property(pixels, (list) => {
      for (const event of decideHotspots({ day: DAY, pixels: list }, initialHotspotDay).events) {
        const decoded = decodeEvent(wireType(event), JSON.parse(JSON.stringify(event.data)));
        assert.deepStrictEqual(decoded, { ok: true, event, dataClass: 'public' });
      }
    }),
  ),
);
properties('a pixel’s identity knows satellite, time and place, and nothing else', () =>
  fc.assert(
    fc.property(pixel, pixel, (a, b) => {
      const same =
        a.satellite === b.satellite &&
        a.acquiredAt === b.acquiredAt &&
        a.at[0] === b.at[0] &&
        a.at[1] === b.at[1];
      assert.equal(pixelIdentity(a) === pixelIdentity(b), same);
    }),
  ),
);
