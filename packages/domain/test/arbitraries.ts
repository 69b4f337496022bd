/** Arbitrary commands as they come in over HTTP: raw bodies, read by the schemas, in a world small enough to collide. */
import fc from 'fast-check';
import {
  AssessIncident,
  type Count,
  type IncidentCommand,
  type Pixel,
  ReportIncident,
  incidentVerbs,
} from '../src/index.ts';
import { OURS, THEIRS, district, other, self, theirVillage, theirs, village, village2 } from './examples.ts';

const pick = <const Value>(...values: Value[]) => fc.constantFrom(...values);
const ids = pick(self, other, theirs, other.toUpperCase());
const regencies = pick(OURS, THEIRS, '62.06');
/** With offsets, at the edges of what a text of time can say, and now and then in the future. */
const times = fc.oneof(
  {
    weight: 30,
    arbitrary: pick(
      '2026-09-07T00:00:00Z',
      '2026-09-07T07:00:00+07:00',
      '2026-09-07T01:00:00.5Z',
      '2026-09-07T02:00:00.000+00:00',
      '2026-09-06T23:59:59.999999-01:00',
      '0001-01-01T00:00:00Z',
    ),
  },
  { weight: 1, arbitrary: fc.constant('2027-01-01T00:00:00Z') },
);
const words = fc.oneof(
  { weight: 20, arbitrary: pick('Sungai meluap', 'air surut', '   tiga   ') },
  { weight: 1, arbitrary: pick('NIK 6207051203850001', '+62 812 3456 7890') },
  { weight: 5, arbitrary: fc.string({ minLength: 3, maxLength: 40 }).map((text) => `kata ${text}`) },
);
const count: fc.Arbitrary<Count> = fc.oneof(pick<Count>(0, 1, 5, 'pending'), fc.nat(10_000_000));
const counts = fc
  .record({ displacedPersons: count, dead: count, fieldsHa: count }, { requiredKeys: [] })
  .filter((row) => Object.keys(row).length > 0);
const place = pick(village, village2, district, theirVillage);
export const figures = fc.uniqueArray(fc.record({ place, counts }), {
  minLength: 1,
  maxLength: 3,
  selector: (row) => row.place,
});
const details = fc.record(
  { cause: words, waterLevelCm: pick(0, 80, 120.5), needs: words },
  { requiredKeys: [] },
);
const noted = fc.record({ occurredAt: times, note: words }, { requiredKeys: [] });
const reasoned = fc.record({ occurredAt: times, reason: words }, { requiredKeys: ['reason'] });
const linked = fc.record(
  { occurredAt: times, regency: regencies, incident: ids },
  { requiredKeys: ['regency', 'incident'] },
);

const at = pick('2026-09-07T12:00:00.000Z', '2026-09-07T13:00:00.000Z');
const by = fc.constant(OURS);

const report = fc.record({
  type: fc.constant('report' as const),
  by: pick(OURS, OURS, OURS, THEIRS),
  at,
  body: fc
    .record(
      {
        hazard: pick('flood', 'fire'),
        occurredAt: times,
        place: fc.oneof(
          place.filter((code) => code !== district).map((code) => ({ village: code })),
          fc.constant({ district }),
          fc.constant({ village, point: [112.1, -2.4] }),
        ),
        chronology: words,
        source: words,
        touches: fc.array(regencies, { maxLength: 3 }),
        figures: fc.oneof(fc.constant([]), figures),
        details,
      },
      { requiredKeys: ['hazard', 'occurredAt', 'place', 'chronology', 'source'] },
    )
    .map((body) => ReportIncident.parse(body)),
});
const assess = fc.record({
  type: fc.constant('assess' as const),
  by,
  at,
  body: fc
    .oneof(
      fc.record({ kind: fc.constant('update'), observedAt: times, figures, details }),
      fc.record({ kind: fc.constant('update'), observedAt: times, details: fc.record({ cause: words }) }),
      fc.record({ kind: fc.constant('correction'), reason: words, figures }),
    )
    .map((body) => AssessIncident.parse(body)),
});
const simple = fc.oneof(
  noted.map((body) => ({ type: 'verify' as const, body: incidentVerbs.verify.parse(body) })),
  reasoned.map((body) => ({ type: 'dismiss' as const, body: incidentVerbs.dismiss.parse(body) })),
  noted.map((body) => ({ type: 'contain' as const, body: incidentVerbs.contain.parse(body) })),
  noted.map((body) => ({ type: 'close' as const, body: incidentVerbs.close.parse(body) })),
  reasoned.map((body) => ({ type: 'reopen' as const, body: incidentVerbs.reopen.parse(body) })),
  reasoned.map((body) => ({ type: 'unmerge' as const, body: incidentVerbs.unmerge.parse(body) })),
  linked.map((body) => ({ type: 'declareSame' as const, body: incidentVerbs['declare-same'].parse(body) })),
  fc.tuple(linked, words).map(([link, reason]) => ({
    type: 'withdrawSame' as const,
    body: incidentVerbs['withdraw-same'].parse({ ...link, reason }),
  })),
  fc
    .record({
      base: reasoned,
      into: ids,
      target: ids,
      status: pick('active', 'none', 'merged', 'dismissed', 'closed'),
    })
    .map((one) => ({
      type: 'merge' as const,
      body: incidentVerbs.merge.parse({ ...one.base, into: one.into }),
      self,
      target: { id: one.target.toLowerCase(), status: one.status },
    })),
);

export const incidentCommand: fc.Arbitrary<IncidentCommand> = fc.oneof(
  { weight: 1, arbitrary: report },
  { weight: 4, arbitrary: assess },
  {
    weight: 9,
    arbitrary: fc.tuple(simple, by, at).map(([command, who, when]) => ({ ...command, by: who, at: when })),
  },
);
/** Sequences that mostly begin with a report that is taken, so that they go somewhere. */
export const incidentCommands: fc.Arbitrary<IncidentCommand[]> = fc
  .tuple(fc.oneof(report, report, incidentCommand), fc.array(incidentCommand, { maxLength: 40, size: 'max' }))
  .map(([first, rest]) => [first, ...rest]);

/** Pixels close enough together to touch, to lie a cell apart, and to be the same; some rows say more of one pixel. */
export const pixel: fc.Arbitrary<Pixel> = fc
  .record(
    {
      at: fc
        .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }))
        .map(([x, y]): [number, number] => [
          Number((112 + x * 0.004).toFixed(5)),
          Number((-2 - y * 0.004).toFixed(5)),
        ]),
      acquiredOn: fc.constant('2026-08-17'),
      acquiredAt: pick('2026-08-17T05:33:00.000Z', '2026-08-17T06:24:00.000Z'),
      satellite: pick('SNPP', 'NOAA-20', 'Terra'),
      confidence: pick('low', 'nominal', 'high', 'unknown'),
      frp: fc.double({ min: 0, max: 900, noNaN: true, noDefaultInfinity: true }),
      brightness: fc.integer({ min: 300, max: 367 }),
    },
    { requiredKeys: ['at', 'acquiredOn', 'satellite', 'confidence'] },
  )
  .map((row) => ({ ...row, instrument: row.satellite === 'Terra' ? 'MODIS' : 'VIIRS' }));
export const pixels = fc.array(pixel, { maxLength: 60, size: 'max' });
