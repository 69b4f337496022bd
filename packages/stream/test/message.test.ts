import { SharedEvent, subjectOf } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { readMessage } from '../src/message.ts';
import { eventOf } from './support.ts';

const SERUYAN = '62.07';
const test = suite('reading a message');
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const read = (json: unknown, subject = subjectOf(eventOf(SERUYAN, 1))) =>
  readMessage(SERUYAN, subject, encode(json));

/** Values that are nearly right for some member or other. */
const nearly = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '1.0',
    '2020-09-07T06:00:00.000Z',
    '2020-02-30T06:00:00.000Z',
    '2020-09-07T06:00:00Z',
    '2020-09-07T06:00:00.000Z\n',
    '00000000-0000-0000-0000-000000000000',
    '00000000-0000-7000-8000-00000000000g',
    '00000000-0000-7000-8000-000000000001 ',
    'siaga.incident.reported.v1',
    'siaga.incident.reported.v',
    'siaga..reported.v1',
    '6207',
    '62.07',
    'AB'.repeat(32),
    'ab'.repeat(32),
    'local',
    'public',
    'pusdalops:1',
    'pusdalops:',
    0,
    1,
    -1,
    1.5,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
    null,
    true,
    [],
    {},
    { nested: { deeply: [1, 'two', null] } },
  ),
  fc.string(),
  fc.jsonValue(),
);
/** An event in which some members became others, some are gone, and some are new. */
const changed = fc
  .record({
    sequence: fc.integer({ min: 1, max: 1_000_000 }),
    others: fc.dictionary(fc.constantFrom(...Object.keys(eventOf(SERUYAN, 1))), nearly, { maxKeys: 2 }),
    gone: fc.subarray(Object.keys(eventOf(SERUYAN, 1)), { maxLength: 1 }),
    more: fc.dictionary(
      fc.oneof(fc.constantFrom('__proto__', 'traceparent', 'toString'), fc.string()),
      nearly,
      {
        maxKeys: 1,
      },
    ),
  })
  .map(({ sequence, others, gone, more }) => {
    const members = Object.entries({ ...eventOf(SERUYAN, sequence), ...others, ...more });
    return Object.fromEntries(members.filter(([name]) => !gone.includes(name)));
  });

test('takes exactly what the envelope’s schema takes, and says what it says of the rest', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: fc.jsonValue() }),
      (json) => {
        const text = JSON.parse(JSON.stringify(json)) as unknown;
        const parsed = SharedEvent.safeParse(text);
        const subject = parsed.success ? subjectOf(parsed.data) : 'disaster.6207.flood.incident.reported';
        const reading = read(text, subject);
        if (!parsed.success) {
          const said = parsed.error.issues.map(
            ({ path, message }) => `${path.join('.') || 'event'}: ${message}`,
          );
          assert.ok(reading.kind === 'malformed');
          assert.equal(reading.reason, said.join('; '));
        } else if (parsed.data.regency === '6207') {
          taken += 1;
          assert.ok(reading.kind === 'event', JSON.stringify(reading));
          assert.deepStrictEqual(reading.event, parsed.data);
          assert.equal(JSON.stringify(reading.event), JSON.stringify(parsed.data));
        } else assert.equal(reading.kind, 'malformed');
      },
    ),
    { numRuns: 1_500 },
  );
  assert.ok(taken > 100, `only ${taken} were events`);
});

test('of an event no member but the envelope’s is handed on', () => {
  const reading = read({ ...eventOf(SERUYAN, 1), traceparent: '00-1' });
  assert.ok(reading.kind === 'event');
  assert.deepStrictEqual(reading.event, eventOf(SERUYAN, 1));
});

test('an event of another regency, or on another subject, is malformed and says so', () => {
  const foreign = read({ ...eventOf(SERUYAN, 1), regency: '6202' });
  assert.ok(foreign.kind === 'malformed' && foreign.reason.startsWith('regency: '));
  const elsewhere = read(eventOf(SERUYAN, 1), 'disaster.6207.fire.incident.reported');
  assert.ok(elsewhere.kind === 'malformed' && elsewhere.reason.startsWith('subject: '));
});

test('what is no UTF-8 or no JSON is malformed, and its text is kept', () => {
  const bytes = readMessage(
    SERUYAN,
    'disaster.6207.flood.incident.reported',
    new Uint8Array([0x22, 0xff, 0x22]),
  );
  assert.deepEqual(bytes, { kind: 'malformed', raw: '"\ufffd"', reason: 'not UTF-8' });
  const text = readMessage(
    SERUYAN,
    'disaster.6207.flood.incident.reported',
    new TextEncoder().encode('\ufeff{}'),
  );
  assert.ok(text.kind === 'malformed' && text.raw === '\ufeff{}' && text.reason.startsWith('not JSON'));
});
