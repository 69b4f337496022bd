import {
  type Incident,
  type IncidentStatus,
  type IncidentView,
  type IncidentVerb,
  Role,
  decideIncident,
  mayRole,
} from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { uuidV7 } from '../src/api/uuid.ts';
import { type FigureRow, readCount, readRows } from '../src/forms/figure-rows.ts';
import { commandsFor, statusesFor } from '../src/incidents/command-rules.ts';
import { summaryOf } from '../src/incidents/event-summary.ts';
import { listed, noFilter } from '../src/picture/list.ts';
import {
  type Picture,
  type PictureMessage,
  emptyPicture,
  foldPicture,
  partnersOf,
} from '../src/picture/model.ts';
import { dayOf, fromWibField, spanOf, toWibField } from '../src/time.ts';

const view = (id: string, sequence: number, more: Partial<IncidentView> = {}): IncidentView => ({
  id,
  regency: '62.07',
  hazard: 'flood',
  status: 'active',
  occurredAt: '2026-11-24T01:00:00.000Z',
  reportedAt: '2026-11-24T01:10:00.000Z',
  updatedAt: `2026-11-24T02:00:${String(sequence).padStart(2, '0')}.000Z`,
  place: '62.07.03.2001',
  chronology: '',
  source: '',
  touches: [],
  figures: {},
  details: {},
  detailsFrom: {},
  same: [],
  revision: sequence,
  sequence,
  ...more,
});
const fold = (messages: PictureMessage[], from: Picture = emptyPicture) => messages.reduce(foldPicture, from);

const picture = suite('the picture’s fold');

picture('gives the same in whatever order list and stream come, and however often', () => {
  const views = fc.array(
    fc.record({ id: fc.constantFrom('a', 'b', 'c'), sequence: fc.integer({ min: 1, max: 50 }) }),
  );
  fc.assert(
    fc.property(views, fc.nat(), (list, seed) => {
      const messages = list.map(
        ({ id, sequence }): PictureMessage => ({ name: 'incident', data: view(id, sequence) }),
      );
      const shuffled = [...messages, ...messages].sort((a, b) =>
        (JSON.stringify(a).length * 7 + seed) % 5 < (JSON.stringify(b).length * 3 + seed) % 5 ? -1 : 1,
      );
      const held = (one: Picture) =>
        [...one.incidents.values()].map(({ id, sequence }) => `${id}${sequence}`).sort();
      assert.deepEqual(held(fold(shuffled)), held(fold(messages)));
      for (const { id, sequence } of fold(messages).incidents.values()) {
        assert.equal(sequence, Math.max(...list.filter((one) => one.id === id).map((one) => one.sequence)));
      }
    }),
  );
});

picture('keeps the names that the list brought when the stream’s view has none', () => {
  const listedItem = { ...view('a', 1), placeName: 'Telaga Pulang', districtName: 'Danau Sembuluh' };
  const after = fold([
    { name: 'incidents-loaded', data: { items: [listedItem], truncated: false, anew: true } },
    { name: 'incident', data: view('a', 2) },
  ]);
  assert.equal(after.incidents.get('a')?.placeName, 'Telaga Pulang');
  assert.equal(after.incidents.get('a')?.sequence, 2);
});

picture('forgets what it held when the picture was rebuilt', () => {
  const before = fold([{ name: 'incident', data: view('old', 9) }]);
  const after = fold(
    [{ name: 'incidents-loaded', data: { items: [view('new', 1)], truncated: false, anew: true } }],
    before,
  );
  assert.deepEqual([...after.incidents.keys()], ['new']);
});

picture('joins what either side declares, and leaves merged ones out', () => {
  const ours = view('a', 1, { same: [{ regency: '62.02', incident: 'b' }] });
  const theirs = view('b', 1, { regency: '62.02' });
  const incidents = new Map([ours, theirs].map((one) => [one.id, one]));
  assert.deepEqual(
    partnersOf(incidents)
      .get('b')
      ?.map(({ id }) => id),
    ['a'],
  );
  incidents.set('a', { ...ours, status: 'merged' });
  assert.equal(partnersOf(incidents).get('b'), undefined);
});

picture('lists active ones first, the newest change first among equals', () => {
  const items = [
    view('closed', 9, { status: 'closed' }),
    view('reported', 8, { status: 'reported' }),
    view('older', 1),
    view('newer', 2),
  ];
  const ids = (filter: typeof noFilter) => listed(items, filter).map(({ id }) => id);
  assert.deepEqual(ids(noFilter), ['newer', 'older', 'reported']);
  assert.deepEqual(ids({ ...noFilter, status: 'all' }), ['newer', 'older', 'reported', 'closed']);
  assert.deepEqual(ids({ ...noFilter, regency: '62.02' }), []);
  assert.deepEqual(ids({ ...noFilter, text: '62.07.03' }), ['newer', 'older', 'reported']);
});

const rules = suite('which buttons an incident has');

const statuses: IncidentStatus[] = [
  'reported',
  'verified',
  'dismissed',
  'active',
  'contained',
  'closed',
  'merged',
];
const known = { hazard: 'flood' as const, figures: new Map(), details: new Map(), same: new Set<string>() };
const stateOf = (status: IncidentStatus): Incident =>
  status === 'merged' ? { ...known, status, into: 'other', before: 'active' } : { ...known, status };
const at = '2026-11-24T02:00:00.000Z';
const by = '62.07';

/** Whether the domain lets the verb change an incident in this status. */
const changes = (verb: IncidentVerb, status: IncidentStatus): boolean => {
  const state = stateOf(status);
  const reason = 'sebab';
  const other = '019aa000-0000-7000-8000-000000000001';
  const decide = () => {
    switch (verb) {
      case 'verify':
      case 'contain':
      case 'close':
        return decideIncident({ type: verb, body: {}, by, at }, state);
      case 'dismiss':
      case 'reopen':
      case 'unmerge':
        return decideIncident({ type: verb, body: { reason }, by, at }, state);
      case 'assess': {
        const place = '62.07.03.2001';
        if (status !== 'closed') {
          const figures = [{ place, counts: { dead: 1 } }];
          const body = { kind: 'update' as const, observedAt: at, figures, details: {} };
          return decideIncident({ type: verb, body, by, at }, state);
        }
        // Of a closed incident only a correction.
        const figures = [{ place, counts: { dead: 1 } }];
        const row = new Map([['dead' as const, { count: 2, observedAt: at }]]);
        const closed: Incident = { ...known, status, figures: new Map([[place, row]]) };
        return decideIncident({ type: verb, body: { kind: 'correction', reason, figures }, by, at }, closed);
      }
      case 'merge': {
        const target = { id: other, status: 'active' };
        return decideIncident(
          { type: verb, body: { into: other, reason }, self: 'self', target, by, at },
          state,
        );
      }
      case 'declare-same':
        return decideIncident(
          { type: 'declareSame', body: { regency: '62.02', incident: other }, by, at },
          state,
        );
      case 'withdraw-same': {
        const linked = { ...state, same: new Set([`62.02/${other}`]) } as Incident;
        const body = { regency: '62.02', incident: other, reason };
        return decideIncident({ type: 'withdrawSame', body, by, at }, linked);
      }
    }
  };
  const decision = decide();
  return decision.accepted && decision.events.length > 0;
};

for (const verb of Object.keys(statusesFor) as IncidentVerb[]) {
  rules(`${verb} stands where the domain lets it change something, and nowhere else`, () => {
    assert.deepEqual(
      statuses.filter((status) => statusesFor[verb].includes(status)),
      statuses.filter((status) => changes(verb, status)),
    );
  });
}

rules('only for roles that may, and a withdrawal only where something was declared', () => {
  for (const role of Role.options) {
    for (const verb of commandsFor({ status: 'active', same: [] }, role))
      assert.ok(mayRole(role, `incident.${verb}`));
  }
  assert.deepEqual(commandsFor({ status: 'active', same: [] }, 'admin'), []);
  assert.deepEqual(commandsFor({ status: 'active', same: [] }, 'trc'), ['assess']);
  const declared = [{ regency: '62.02', incident: 'b' }];
  assert.ok(commandsFor({ status: 'active', same: declared }, 'pusdalops').includes('withdraw-same'));
  assert.ok(!commandsFor({ status: 'active', same: [] }, 'pusdalops').includes('withdraw-same'));
});

const forms = suite('what is typed');

forms('numbers as people write them', () => {
  assert.equal(readCount('1.250', 'affectedPersons'), 1250);
  assert.equal(readCount(' 1 250 ', 'affectedPersons'), 1250);
  assert.equal(readCount('12,5', 'fieldsHa'), 12.5);
  assert.equal(readCount('12,5', 'dead'), undefined);
  assert.equal(readCount('', 'dead'), undefined);
  assert.equal(readCount('-3', 'dead'), undefined);
  assert.equal(readCount('dua', 'dead'), undefined);
});

forms('counted, nil and pending stay apart', () => {
  const row = (part: Partial<FigureRow>): FigureRow => ({
    place: '62.07.03.2001',
    measure: 'dead',
    state: 'counted',
    count: '',
    ...part,
  });
  assert.deepEqual(
    readRows([
      row({ state: 'nil' }),
      row({ measure: 'missing', state: 'pending' }),
      row({ measure: 'injured', count: '3' }),
    ]),
    { ok: true, figures: [{ place: '62.07.03.2001', counts: { dead: 0, missing: 'pending', injured: 3 } }] },
  );
  assert.deepEqual(readRows([row({ measure: '' })]), { ok: true, figures: [] });
  assert.equal(readRows([row({})]).ok, false, 'a counted figure needs its number');
  assert.equal(readRows([row({ state: 'nil' }), row({ count: '4' })]).ok, false, 'twice the same figure');
});

forms('times are WIB whatever the machine’s zone', () => {
  assert.equal(toWibField(Date.parse('2026-11-23T18:30:00Z')), '2026-11-24T01:30');
  assert.equal(fromWibField('2026-11-24T01:30'), Date.parse('2026-11-23T18:30:00Z'));
  assert.equal(fromWibField(''), undefined);
  assert.equal(dayOf(Date.parse('2026-11-23T17:00:00Z')), '2026-11-24');
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      (date) => {
        const minute = Math.floor(date.getTime() / 60_000) * 60_000;
        assert.equal(fromWibField(toWibField(minute)), minute);
      },
    ),
  );
});

forms('spans are never negative and never rounded up', () => {
  assert.deepEqual(spanOf(-5), { unit: 'second', count: 0 });
  assert.deepEqual(spanOf(119_999), { unit: 'minute', count: 1 });
  assert.deepEqual(spanOf(86_399_999), { unit: 'hour', count: 23 });
});

forms('keys are UUIDs of version 7, in the order of their time', () => {
  const keys = [1, 2 ** 32, 1_800_000_000_000].map(uuidV7);
  for (const key of keys)
    assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(keys.toSorted(), keys);
  assert.equal(Number.parseInt((keys[2] ?? '').replace('-', '').slice(0, 12), 16), 1_800_000_000_000);
});

forms('a history entry of any form is read without a fault', () => {
  fc.assert(fc.property(fc.anything(), (data) => Array.isArray(summaryOf(data))));
  assert.deepEqual(
    summaryOf({
      reason: 'salah hitung',
      corrections: [{ place: 'p', measure: 'dead', was: 2, is: 'pending' }],
    }),
    [
      { is: 'text', text: 'salah hitung' },
      { is: 'count', place: 'p', measure: 'dead', count: 'pending', was: 2 },
    ],
  );
});
