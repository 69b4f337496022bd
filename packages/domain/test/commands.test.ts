import { assert, suite } from '@siaga/testkit';
import {
  AssessIncident,
  Instant,
  MergeIncident,
  ReportIncident,
  StoredInstant,
  dayOf,
  foldIncident,
  mayRole,
  permissions,
  regencyFromToken,
  regencyToken,
} from '../src/index.ts';
import * as x from './examples.ts';

const times = suite('times');
times('are brought to UTC and milliseconds', () => {
  assert.equal(Instant.parse('2020-09-07T06:00:00+07:00'), '2020-09-06T23:00:00.000Z');
  assert.equal(Instant.parse('2020-09-07T06:00:00.123456Z'), '2020-09-07T06:00:00.123Z');
});
times('without an offset are refused', () => assert.ok(!Instant.safeParse('2020-09-07T06:00:00').success));
times('bug: a day that does not exist is no stored time', () => {
  assert.ok(!StoredInstant.safeParse('2026-02-30T00:00:00.000Z').success);
  assert.ok(!StoredInstant.safeParse('2026-09-07T25:00:00.000Z').success);
  assert.ok(StoredInstant.safeParse('2028-02-29T00:00:00.000Z').success);
});
times('bug: a time that its offset takes out of the years 0000 to 9999 is refused', () => {
  assert.ok(!Instant.safeParse('0000-01-01T00:00:00+10:00').success);
  assert.ok(!Instant.safeParse('9999-12-31T23:59:59-01:00').success);
});
times('the day of a pixel is by WIB, or as given where the time is not known', () => {
  const pixel = {
    at: [112, -2] as [number, number],
    acquiredOn: '2026-08-17',
    satellite: 'SNPP',
    instrument: 'VIIRS' as const,
    confidence: 'low' as const,
  };
  assert.equal(dayOf(pixel), '2026-08-17');
  assert.equal(dayOf({ ...pixel, acquiredAt: '2026-08-17T16:59:00.000Z' }), '2026-08-17');
  assert.equal(dayOf({ ...pixel, acquiredAt: '2026-08-17T17:00:00.000Z' }), '2026-08-18');
});

const bodies = suite('command bodies');
const body = {
  hazard: 'flood',
  occurredAt: '2020-09-07T06:00:00+07:00',
  place: { village: x.village },
  chronology: 'Sungai meluap',
  source: 'Kepala desa',
};
const reads = (change: object) => ReportIncident.safeParse({ ...body, ...change }).success;
bodies('a report needs a village or a district, not both', () => {
  assert.ok(reads({}));
  assert.ok(reads({ place: { district: x.district } }));
  assert.ok(!reads({ place: {} }));
  assert.ok(!reads({ place: { village: x.village, district: x.district } }));
});
bodies('a count is a whole number from 0, or pending; hectares may be broken', () => {
  const counts = (row: object) => reads({ figures: [{ place: x.village, counts: row }] });
  assert.ok(counts({ dead: 0 }) && counts({ dead: 'pending' }) && counts({ fieldsHa: 1.5 }));
  assert.ok(!counts({ dead: -1 }) && !counts({ dead: 1.5 }) && !counts({ dead: 10_000_001 }));
  assert.ok(!counts({ dead: 'nil' }) && !counts({ wounded: 1 }) && !counts({}));
});
bodies('each place stands once', () => {
  const row = { place: x.village, counts: { dead: 0 } };
  assert.ok(!reads({ figures: [row, row] }));
});
bodies('an assessment that says nothing is refused', () => {
  const update = { kind: 'update', observedAt: '2020-09-07T06:00:00Z' };
  assert.ok(!AssessIncident.safeParse(update).success);
  assert.ok(AssessIncident.safeParse({ ...update, details: { waterLevelCm: 0 } }).success);
  assert.ok(!AssessIncident.safeParse({ kind: 'correction', reason: 'salah', figures: [] }).success);
});
bodies('bug: an id in capitals is the same id', () => {
  const { into } = MergeIncident.parse({ into: x.theirs.toUpperCase(), reason: 'ganda' });
  assert.equal(into, x.theirs);
});

const view = suite('the view of an incident');
const at = (sequence: number) => ({
  id: x.self,
  regency: x.OURS,
  revision: sequence,
  sequence,
  recordedAt: `2026-09-07T12:00:0${sequence}.000Z`,
});
view(
  'an event of an incident whose report is not known gives no view, a second report changes nothing',
  () => {
    assert.equal(foldIncident(undefined, x.verified, at(1)), undefined);
    const first = foldIncident(undefined, x.reported(), at(1));
    assert.strictEqual(foldIncident(first, x.reported({ hazard: 'fire' }), at(2)), first);
  },
);
view('bug: a detail of an older observation that arrives late does not undo a newer', () => {
  const events = [
    x.reported(),
    x.assessed(x.t2, [], { waterLevelCm: 150 }),
    x.assessed(x.t1, [], { waterLevelCm: 90, needs: 'perahu karet' }),
  ];
  const shown = events.reduce<ReturnType<typeof foldIncident>>(
    (now, event, index) => foldIncident(now, event, at(index + 1)),
    undefined,
  );
  assert.deepEqual(shown?.details, { waterLevelCm: 150, needs: 'perahu karet' });
  assert.deepEqual(shown?.detailsFrom, {
    waterLevelCm: { observedAt: x.t2, sequence: 2 },
    needs: { observedAt: x.t1, sequence: 3 },
  });
});
view('a corrected figure shows what it was, why, and the event that said so', () => {
  const events = [
    x.reported({ figures: [{ place: x.village, counts: { dead: 12 } }] }),
    {
      type: 'IncidentCorrected' as const,
      data: {
        occurredAt: x.now,
        reason: 'salah hitung',
        corrections: [{ place: x.village, measure: 'dead' as const, was: 12, is: 2 }],
      },
    },
  ];
  const shown = events.reduce<ReturnType<typeof foldIncident>>(
    (now, event, index) => foldIncident(now, event, at(index + 1)),
    undefined,
  );
  assert.deepEqual(shown?.figures[x.village]?.dead, {
    count: 2,
    observedAt: x.t0,
    sequence: 2,
    corrected: { was: 12, reason: 'salah hitung', sequence: 2 },
  });
});

const codes = suite('codes and roles');
codes('a regency’s code and its token are each other’s reverse', () => {
  assert.equal(regencyToken('62.07'), '6207');
  assert.equal(regencyFromToken('6207'), '62.07');
});
codes('an admin sends no operational command, and everybody’s permissions name known roles', () => {
  for (const permission of Object.keys(permissions) as (keyof typeof permissions)[]) {
    if (permission.startsWith('incident.')) {
      assert.ok(!mayRole('admin', permission), permission);
      assert.ok(!mayRole('logistik', permission), permission);
    }
  }
  assert.ok(mayRole('trc', 'incident.report') && !mayRole('trc', 'incident.verify'));
});
