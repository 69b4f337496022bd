import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeEvent,
  EventMetadata,
  evolveHotspotDay,
  hotspotStream,
  initialHotspotDay,
  type Pixel,
} from '@siaga/domain';
import { createAtlas } from '@siaga/geo';
import { type Ledger, openSqliteLedger, type RecordedEvent } from '@siaga/ledger';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { takeIn } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'siaga-take-in-'));
const atlas = createAtlas();
const actor = 'pusdalops:01990000-0000-7000-8000-000000000001';
let ledger: Ledger;
let files = 0;
const fresh = () => {
  files += 1;
  return openSqliteLedger({ file: join(folder, `ledger-${files}.db`) });
};
const deps = (regency = '62.07', into: Pick<Ledger, 'append' | 'read'> = ledger) => ({
  regency,
  ledger: into,
  atlas,
  newId: () => uuidv7(),
});
const pixel = (lon: number, lat: number, acquiredAt = '2026-08-17T05:33:00.000Z'): Pixel => ({
  at: [lon, lat],
  acquiredOn: acquiredAt.slice(0, 10),
  acquiredAt,
  satellite: 'SNPP',
  instrument: 'VIIRS',
  confidence: 'nominal',
});
const seruyan = [pixel(112.2, -2.5), pixel(112.204, -2.5), pixel(112.3, -2.6)];
const kotim = [pixel(112.95, -2.5)];
const nowhere = [pixel(120, -2.5), pixel(106.8, -6.2)];
const streamOf = async (regency = '62.07', day = '2026-08-17', from = ledger) => {
  const events: RecordedEvent[] = [];
  for await (const event of from.read(hotspotStream(regency, day))) events.push(event);
  return events;
};

const test = suite('take hotspots in');
test.before.each(async () => {
  ledger = await fresh();
});
test.after.each(() => ledger.close());
test.after(() => rmSync(folder, { recursive: true }));

test('pixels of the own regency are added, the others counted', async () => {
  const pixels = [...seruyan, ...kotim, ...nowhere];
  assert.deepEqual(await takeIn(deps(), { pixels, actor }), { added: 3, known: 0, outside: 3, groups: 2 });
  assert.equal((await streamOf()).length, 2);
  assert.deepEqual(await streamOf('62.02'), []);
});
test('each site takes its own half of one file', async () => {
  const pixels = [...seruyan, ...kotim];
  await takeIn(deps(), { pixels, actor });
  assert.deepEqual(await takeIn(deps('62.02'), { pixels, actor }), {
    added: 1,
    known: 0,
    outside: 3,
    groups: 1,
  });
  assert.equal((await streamOf('62.02')).length, 1);
});
test('the same again adds nothing, and appends nothing', async () => {
  await takeIn(deps(), { pixels: seruyan, actor });
  const before = await ledger.head();
  assert.deepEqual(await takeIn(deps(), { pixels: seruyan, actor }), {
    added: 0,
    known: 3,
    outside: 0,
    groups: 0,
  });
  assert.equal(await ledger.head(), before);
});
test('a pixel that stands twice in one file is known the second time', async () => {
  const [first] = seruyan;
  assert.ok(first);
  assert.deepEqual(await takeIn(deps(), { pixels: [first, first], actor }), {
    added: 1,
    known: 1,
    outside: 0,
    groups: 1,
  });
});
test('days are by WIB: 17:00 UTC begins the next', async () => {
  const pixels = [
    pixel(112.2, -2.5, '2026-08-17T16:59:00.000Z'),
    pixel(112.2, -2.5, '2026-08-17T17:00:00.000Z'),
  ];
  assert.deepEqual(await takeIn(deps(), { pixels, actor }), { added: 2, known: 0, outside: 0, groups: 2 });
  assert.equal((await streamOf('62.07', '2026-08-17')).length, 1);
  assert.equal((await streamOf('62.07', '2026-08-18')).length, 1);
});
test('every event has what its envelope is made of, and decodes', async () => {
  await takeIn(deps(), { pixels: seruyan, actor });
  for (const { type, data, metadata } of await streamOf()) {
    const decoded = decodeEvent(type, data);
    assert.ok(decoded.ok && decoded.event.type === 'HotspotsDetected');
    const parsed = EventMetadata.parse(metadata);
    assert.deepEqual(parsed, {
      actor,
      hazard: 'fire',
      aggregate: decoded.event.data.group,
      occurredAt: decoded.event.data.occurredAt,
      correlationId: parsed.correlationId,
      causationId: parsed.correlationId,
    });
  }
});
test('several at once on one day: every pixel once, none lost', async () => {
  const portions = Array.from({ length: 8 }, (_, index) => [
    pixel(112.2 + index * 0.02, -2.5),
    pixel(112.2 + ((index + 1) % 8) * 0.02, -2.5),
  ]);
  const taken = await Promise.all(portions.map((pixels) => takeIn(deps(), { pixels, actor })));
  assert.equal(
    taken.reduce((sum, { added }) => sum + added, 0),
    8,
  );
  assert.equal((await groupsOf(ledger)).flat().length, 8);
});
test('gives up with what it is when others never stop', async () => {
  let others = 0;
  const busy: Pick<Ledger, 'append' | 'read'> = {
    read: (stream, options) => ledger.read(stream, options),
    // Somebody else is always there first.
    async append(stream, expected, events) {
      others += 1;
      await takeIn(deps(), { pixels: [pixel(112.2 + others / 100, -2.55)], actor });
      return ledger.append(stream, expected, events);
    },
  };
  await assert.rejects(takeIn(deps('62.07', busy), { pixels: seruyan, actor }), {
    message: 'others kept adding to the hotspots of 2026-08-17',
  });
  assert.equal(others, 20);
});
test('a stream with an event that can’t be read is not decided on', async () => {
  await ledger.append(hotspotStream('62.07', '2026-08-17'), 0, [
    { id: uuidv7(), type: 'siaga.hotspots.detected.v9', data: {}, metadata: {} },
  ]);
  await assert.rejects(
    takeIn(deps(), { pixels: seruyan, actor }),
    /can't be read: siaga\.hotspots\.detected\.v9/,
  );
});
test('in any portions and order the ledger ends with the groups of reading all at once', async () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 6 }));
  const portions = fc.array(
    fc.array(
      point.map(([x, y]) => pixel(112.2 + x * 0.005, -2.5 + y * 0.005)),
      { maxLength: 20 },
    ),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(portions, async (list) => {
      const [apart, atOnce] = [await fresh(), await fresh()];
      try {
        for (const pixels of list) await takeIn(deps('62.07', apart), { pixels, actor });
        await takeIn(deps('62.07', atOnce), { pixels: list.flat(), actor });
        assert.deepEqual(await groupsOf(apart), await groupsOf(atOnce));
      } finally {
        await apart.close();
        await atOnce.close();
      }
    }),
    { numRuns: 20 },
  );
});

/** The places of each group's pixels, in an order of their own. */
const groupsOf = async (from: Ledger) => {
  let state = initialHotspotDay;
  for (const { type, data } of await streamOf('62.07', '2026-08-17', from)) {
    const decoded = decodeEvent(type, data);
    assert.ok(decoded.ok && decoded.event.type === 'HotspotsDetected');
    state = evolveHotspotDay(state, decoded.event);
  }
  const places = [...state.groups.values()].map((group) => group.map(({ at }) => at.join()).sort());
  return places.sort((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1));
};
