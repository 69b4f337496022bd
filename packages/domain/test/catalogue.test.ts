import { readFileSync, readdirSync } from 'node:fs';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  GENESIS_HASH,
  SharedEvent,
  catalogue,
  dataClassOf,
  decodeEvent,
  sourceOf,
  subjectOf,
  wireType,
} from '../src/index.ts';

const golden = new URL('golden/', import.meta.url);
const stored = readdirSync(golden).map((file) => ({
  type: file.replace(/\.json$/, ''),
  data: JSON.parse(readFileSync(new URL(file, golden), 'utf8')) as unknown,
}));
const types = Object.values(catalogue).map(({ type }) => type);

const goldenFiles = suite('golden files: every version ever stored');
goldenFiles('each type of the catalogue has one, and each file is of a type that it still knows', () =>
  assert.deepEqual(stored.map(({ type }) => type).sort(), [...types].sort()),
);
for (const { type, data } of stored) {
  goldenFiles(`${type} still decodes to what was stored`, () => {
    const decoded = decodeEvent(type, data);
    assert.ok(decoded.ok, JSON.stringify(decoded));
    assert.deepStrictEqual(decoded.event.data, data);
    assert.equal(wireType(decoded.event), type);
    assert.equal(dataClassOf(type), decoded.dataClass);
  });
}

const codec = suite('reading events');
codec('every type has a name and version of its own', () => {
  assert.equal(new Set(types).size, types.length);
  for (const type of types) assert.match(type, /^siaga\.[a-z-]+\.[a-z-]+\.v\d+$/);
});
codec('an unknown type says so', () => {
  assert.deepEqual(decodeEvent('siaga.boat.sunk.v1', {}), {
    ok: false,
    reason: 'unknown_type',
    detail: 'siaga.boat.sunk.v1',
  });
  assert.equal(dataClassOf('siaga.boat.sunk.v1'), undefined);
  for (const name of ['constructor', '__proto__', 'toString']) assert.ok(!decodeEvent(name, {}).ok);
});
codec('data that does not fit says where', () => {
  const decoded = decodeEvent('siaga.incident.merged.v1', {
    occurredAt: '2026-09-07T00:00:00.000Z',
    into: 'not an id',
    reason: 'ganda',
  });
  assert.ok(!decoded.ok && decoded.reason === 'invalid_data' && decoded.detail.startsWith('into: '));
});
codec('data with a member that the version does not have does not fit', () => {
  for (const { type, data } of stored) {
    const decoded = decodeEvent(type, { ...(data as object), extra: 1 });
    assert.ok(!decoded.ok && decoded.reason === 'invalid_data', type);
  }
});
codec('reading never throws, on any type and any JSON', () =>
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...types), fc.string()), fc.jsonValue(), (type, data) => {
      const decoded = decodeEvent(type, data);
      assert.equal(typeof decoded.ok, 'boolean');
    }),
    { numRuns: 1000 },
  ),
);
/** Nearly right for some member or other. */
const nearly = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    'pending',
    'flood',
    '62.07',
    '62.07.05',
    '62.07.05.2001',
    0,
    -1,
    1.5,
    10_000_001,
  ),
  fc.constantFrom<unknown>('2026-02-30T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '2026-02-28T00:00:00Z'),
  fc.constantFrom<unknown>([], [[]], {}, [112.5, -2.5], [112.5, -92.5], null, true),
  fc.jsonValue(),
);
/** Stored data in which the value at one place, however deep, became another or is gone. */
const damaged = fc
  .record({ from: fc.constantFrom(...stored), which: fc.nat(), value: fc.option(nearly, { nil: undefined }) })
  .map(({ from: { type, data }, which, value }) => {
    const copy = structuredClone(data);
    const places: [Record<string, unknown>, string][] = [];
    const walk = (part: unknown) => {
      if (typeof part !== 'object' || part === null) return;
      for (const [key, inner] of Object.entries(part)) {
        places.push([part as Record<string, unknown>, key]);
        walk(inner);
      }
    };
    walk(copy);
    const [part, key] = places[which % places.length] ?? [];
    if (part && key !== undefined) part[key] = value;
    return { type, data: JSON.parse(JSON.stringify(copy)) as unknown };
  });
codec('reading takes exactly what the type’s schema takes, and says what it says of the rest', () => {
  const schemas = new Map(Object.values(catalogue).map(({ type, schema }) => [type, schema]));
  let taken = 0;
  fc.assert(
    fc.property(damaged, ({ type, data }) => {
      const decoded = decodeEvent(type, data);
      const parsed = schemas.get(type)?.safeParse(data);
      if (parsed?.success) {
        taken += 1;
        assert.ok(decoded.ok, JSON.stringify(decoded));
        assert.equal(JSON.stringify(decoded.event.data), JSON.stringify(parsed.data));
      } else {
        const [issue] = parsed?.error.issues ?? [];
        assert.ok(!decoded.ok && decoded.detail === `${issue?.path.join('.')}: ${issue?.message}`);
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(taken > 100, `only ${taken} were taken`);
});

const envelope = suite('envelopes');
const token = (pattern: RegExp) => fc.stringMatching(pattern);
const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const shared = fc.constantFrom(...stored).chain(({ type, data }) =>
  fc.record({
    specversion: fc.constant('1.0' as const),
    id: fc.uuid(),
    source: fc.constant(sourceOf('62.07')),
    type: fc.constant(type),
    subject: fc.string({ minLength: 1 }),
    time: instant,
    datacontenttype: fc.constant('application/json' as const),
    regency: fc.constantFrom('6207', '6202'),
    sequence: fc.integer({ min: 1 }),
    previoushash: fc.constantFrom(GENESIS_HASH, 'ab'.repeat(32)),
    revision: fc.integer({ min: 1 }),
    recordedat: instant,
    hazard: fc.constantFrom('flood', 'fire', 'general', 'tidal-surge'),
    dataclass: fc.constantFrom('public' as const, 'resources' as const, 'mutual-aid' as const),
    actor: fc.constant('pusdalops:01990000-0000-7000-8000-000000000001'),
    correlationid: fc.uuid(),
    causationid: fc.uuid(),
    data: fc.constant(data as Record<string, unknown>),
  }),
);
envelope('survives JSON, member for member and in the same order', () =>
  fc.assert(
    fc.property(shared, (event) => {
      const text = JSON.stringify(event);
      assert.deepStrictEqual(SharedEvent.parse(JSON.parse(text)), JSON.parse(text));
      assert.equal(JSON.stringify(SharedEvent.parse(JSON.parse(text))), text);
    }),
    { numRuns: 300 },
  ),
);
envelope('any member missing or of another kind is refused', () =>
  fc.assert(
    fc.property(shared, fc.nat(), (event, which) => {
      const keys = Object.keys(event);
      const key = keys[which % keys.length] ?? '';
      const { [key as keyof typeof event]: _, ...rest } = event;
      assert.ok(!SharedEvent.safeParse(rest).success, key);
      assert.ok(!SharedEvent.safeParse({ ...event, [key]: null }).success, key);
    }),
  ),
);
envelope('bug: a time of a day that does not exist is refused', () => {
  const [event] = fc.sample(shared, 1);
  assert.ok(!SharedEvent.safeParse({ ...event, time: '2026-02-30T00:00:00.000Z' }).success);
});
envelope('subjects name regency, hazard, aggregate and event, in tokens that NATS takes', () => {
  assert.equal(
    subjectOf({ regency: '6207', hazard: 'flood', type: 'siaga.incident.reported.v1' }),
    'disaster.6207.flood.incident.reported',
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      token(/^\d{4}$/),
      token(/^[a-z-]{1,12}$/),
      (type, regency, hazard) => {
        const subject = subjectOf({ regency, hazard, type });
        assert.match(subject, /^disaster\.\d{4}\.[a-z-]+\.[a-z-]+\.[a-z-]+$/);
        assert.equal(subject.split('.').length, 5);
      },
    ),
  );
});
