import { assert, scenario, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  DeclareEmergency,
  type EmergencyStatus,
  type EmergencyStatusCommand,
  type EmergencyStatusEvent,
  type EmergencyStatusView,
  type Hazard,
  type StandingStatus,
  decideEmergencyStatus,
  decodeEvent,
  decreePeriods,
  emergencyStatusId,
  emergencyStatusStream,
  emergencyVerbs,
  evolveEmergencyStatus,
  foldEmergencyStatus,
  initialEmergencyStatus,
  slowOnset,
  statusAt,
  wireType,
} from '../src/index.ts';

const OURS = '62.02';
const now = '2023-08-01T03:00:00.000Z';
const today = '2023-08-01';
const area = ['62.02.01', '62.02.06.1001'];

type Only<Type extends EmergencyStatusCommand['type']> = Extract<EmergencyStatusCommand, { type: Type }>;
const declare = (body: Partial<Only<'declare'>['body']> = {}, at = now): Only<'declare'> => ({
  type: 'declare',
  by: OURS,
  at,
  body: {
    hazard: 'fire',
    level: 'siaga',
    decree: 'SK 1/2023',
    area,
    from: today,
    to: '2023-09-29',
    ...body,
  },
});
const extend = (to: string, decree = 'SK 2/2023', at = now, of = 'SK 1/2023'): Only<'extend'> => ({
  type: 'extend',
  by: OURS,
  at,
  body: { decree, extends: of, to },
});
const end = (body: Partial<Only<'end'>['body']> = {}, at = now): Only<'end'> => ({
  type: 'end',
  by: OURS,
  at,
  body: { reason: 'Hujan turun merata', ...body },
});
const inability = (at = now): Only<'stateInability'> => ({
  type: 'stateInability',
  by: OURS,
  at,
  body: { letter: '360/12/2023', text: 'Kemampuan daerah terlampaui' },
});

type Declared = Extract<EmergencyStatusEvent, { type: 'EmergencyStatusDeclared' }>['data'];
const declared = (data: Partial<Declared> = {}): EmergencyStatusEvent => ({
  type: 'EmergencyStatusDeclared',
  data: {
    occurredAt: now,
    hazard: 'fire',
    level: 'siaga',
    decree: 'SK 1/2023',
    area,
    from: today,
    to: '2023-09-29',
    ...data,
  },
});
const extended = (to: string, decree = 'SK 2/2023', of = 'SK 1/2023'): EmergencyStatusEvent => ({
  type: 'EmergencyStatusExtended',
  data: { occurredAt: now, decree, extends: of, to },
});
const ended = (ends = 'SK 1/2023', occurredAt = now): EmergencyStatusEvent => ({
  type: 'EmergencyStatusEnded',
  data: { occurredAt, ends, reason: 'Hujan turun merata' },
});
const tanggap = { level: 'tanggap', decree: 'SK 3/2023', from: '2023-08-20', to: '2023-09-18' } as const;
const transisi = { level: 'transisi', decree: 'SK 4/2023', from: '2023-09-01', to: '2023-10-30' } as const;

const { given } = scenario<EmergencyStatus, EmergencyStatusEvent, EmergencyStatusCommand>({
  initial: initialEmergencyStatus,
  evolve: evolveEmergencyStatus,
  decide: decideEmergencyStatus,
});
const stateOf = (...events: EmergencyStatusEvent[]) =>
  events.reduce(evolveEmergencyStatus, initialEmergencyStatus);

const declaring = suite('declare an emergency status');
declaring('siaga, by a decree, for an area, from one day to another', () =>
  given().when(declare()).then(declared()),
);
declaring('the same decree again is nothing new; another under its number is refused', () => {
  given(declared()).when(declare()).thenNothing();
  given(declared())
    .when(declare({ level: 'tanggap' }))
    .thenRejected('decree_exists', { decree: 'SK 1/2023' });
  given(declared(), extended('2023-12-08'))
    .when(declare({ level: 'tanggap', decree: 'SK 2/2023' }))
    .thenRejected('decree_exists', { decree: 'SK 2/2023' });
});
declaring('for a place of the neighbour is refused', () =>
  given()
    .when(declare({ area: ['62.02.01', '62.07.05'] }))
    .thenRejected('place_not_ours', { place: '62.07.05', owner: '62.07', ours: OURS }),
);
declaring('that ends before it begins, or is over, is refused', () => {
  given()
    .when(declare({ from: '2023-08-02', to: '2023-08-01' }))
    .thenRejected('ends_before_it_begins', { start: '2023-08-02', until: '2023-08-01' });
  given()
    .when(declare({ from: '2023-07-01', to: '2023-07-31' }))
    .thenRejected('period_in_past', { until: '2023-07-31', today });
});
for (const hazard of ['flood', 'tidal-surge', 'extreme-weather', 'drought', 'fire'] as const) {
  declaring(`siaga before ${hazard}`, () => given().when(declare({ hazard })).then(declared({ hazard })));
}
for (const hazard of ['earthquake', 'tsunami', 'landslide'] as const) {
  declaring(`no siaga before ${hazard}, which gives no time for it; tanggap at once`, () => {
    given()
      .when(declare({ hazard }))
      .thenRejected('siaga_needs_slow_onset', { hazard, slowOnset, allowed: ['tanggap'] });
    given()
      .when(declare({ hazard, level: 'tanggap' }))
      .then(declared({ hazard, level: 'tanggap' }));
  });
}
declaring('a personal number in a text is refused', () => {
  given()
    .when({ ...end(), body: { reason: 'NIK 6202051203850001' } })
    .thenRejected('personal_data_in_text', { field: 'reason', found: 'nik' });
});

const superseding = suite('a status takes another’s place');
superseding('a higher level in mid-period, and says whose place it takes', () =>
  given(declared())
    .when(declare(tanggap))
    .then(declared({ ...tanggap, supersedes: 'SK 1/2023' })),
);
superseding('not the same level, nor a lower one', () => {
  given(declared())
    .when(declare({ decree: 'SK 9/2023', from: '2023-08-20' }))
    .thenRejected('level_not_higher', {
      level: 'siaga',
      standing: 'siaga',
      decree: 'SK 1/2023',
      ends: '2023-09-29T17:00:00.000Z',
      allowed: ['tanggap', 'transisi'],
    });
  given(declared({ level: 'tanggap' }), declared({ ...transisi, supersedes: 'SK 1/2023' }))
    .when(declare({ level: 'tanggap', decree: 'SK 9/2023', from: '2023-09-10' }))
    .thenRejected('level_not_higher');
});
superseding('what follows after the end takes no place', () => {
  given(declared())
    .when(declare({ decree: 'SK 9/2023', from: '2023-09-30', to: '2023-10-10' }))
    .then(declared({ decree: 'SK 9/2023', from: '2023-09-30', to: '2023-10-10' }));
});
superseding('not from a day before the standing one’s first', () =>
  given(declared({ from: '2023-08-05' }))
    .when(declare({ ...tanggap, from: '2023-08-04' }))
    .thenRejected('begins_before_standing', {
      from: '2023-08-04',
      decree: 'SK 1/2023',
      standing: '2023-08-05',
      earliest: '2023-08-05',
    }),
);
superseding('tanggap on siaga’s first day, transisi not before the day after tanggap’s first', () => {
  given(declared())
    .when(declare({ ...tanggap, from: today }))
    .then(declared({ ...tanggap, from: today, supersedes: 'SK 1/2023' }));
  given(declared({ level: 'tanggap' }))
    .when(declare({ ...transisi, from: today }))
    .thenRejected('begins_before_standing', {
      from: today,
      decree: 'SK 1/2023',
      standing: today,
      earliest: '2023-08-02',
    });
});
superseding('transisi comes after tanggap only', () => {
  given().when(declare(transisi)).thenRejected('transisi_needs_tanggap', { before: null });
  given(declared()).when(declare(transisi)).thenRejected('transisi_needs_tanggap', { before: 'siaga' });
  given(declared(), declared({ ...tanggap, supersedes: 'SK 1/2023' }))
    .when(declare(transisi))
    .then(declared({ ...transisi, supersedes: 'SK 3/2023' }));
  given(declared({ level: 'tanggap', to: '2023-08-31' }))
    .when(declare(transisi))
    .then(declared(transisi));
});
superseding('what was called off before it began leaves the one before standing', () => {
  const state = stateOf(declared(), declared({ ...tanggap, supersedes: 'SK 1/2023' }), ended('SK 3/2023'));
  assert.equal(statusAt(state, '2023-08-25T00:00:00.000Z')?.level, 'siaga');
});

superseding('bug: what was ended at the instant at which it began does not bring the one before back', () => {
  const midnight = '2023-08-19T17:00:00.000Z';
  const state = stateOf(
    declared(),
    declared({ ...tanggap, supersedes: 'SK 1/2023' }),
    ended('SK 3/2023', midnight),
  );
  assert.equal(statusAt(state, midnight), undefined);
});
superseding('a second end changes nothing', () => {
  const state = stateOf(declared(), ended('SK 1/2023', '2023-08-10T02:00:00.000Z'));
  assert.deepEqual(evolveEmergencyStatus(state, ended('SK 1/2023', '2023-08-12T02:00:00.000Z')), state);
});
superseding('a second decree under a used number changes nothing', () => {
  const state = stateOf(declared(), declared({ level: 'tanggap', from: '2023-08-10' }));
  assert.deepEqual(state, stateOf(declared()));
});

const extending = suite('extend a status');
extending('to a later day, by a decree of its own', () =>
  given(declared()).when(extend('2023-12-08')).then(extended('2023-12-08')),
);
extending('the same extension again is nothing new; a used number is refused', () => {
  given(declared(), extended('2023-12-08')).when(extend('2023-12-08')).thenNothing();
  given(declared(), extended('2023-12-08'))
    .when(extend('2023-12-31'))
    .thenRejected('decree_exists', { decree: 'SK 2/2023' });
  given(declared())
    .when(extend('2023-12-31', 'SK 1/2023'))
    .thenRejected('decree_exists', { decree: 'SK 1/2023' });
});
extending('not to the same day or an earlier one', () =>
  given(declared(), extended('2023-12-08'))
    .when(extend('2023-12-08', 'SK 5/2023'))
    .thenRejected('extension_not_longer', { until: '2023-12-08', standing: '2023-12-08' }),
);
extending('not what is unknown, over, ended or superseded', () => {
  given().when(extend('2023-12-08')).thenRejected('decree_unknown', { decree: 'SK 1/2023', known: [] });
  const after = '2023-09-29T17:00:00.000Z';
  given(declared())
    .when(extend('2023-12-08', 'SK 2/2023', after))
    .thenRejected('status_over', { decree: 'SK 1/2023', ends: after, now: after });
  given(declared(), ended()).when(extend('2023-12-08')).thenRejected('status_over');
  given(declared(), declared({ ...tanggap, supersedes: 'SK 1/2023' }))
    .when(extend('2023-12-08'))
    .thenRejected('status_superseded', { decree: 'SK 1/2023', by: 'SK 3/2023' });
});

const ending = suite('end a status');
ending('the one that stands, or the one that is named, with the decree that ends it', () => {
  given(declared()).when(end()).then(ended());
  given(declared())
    .when(end({ ends: 'SK 1/2023', decree: 'SK 7/2023' }))
    .then({
      type: 'EmergencyStatusEnded',
      data: { occurredAt: now, ends: 'SK 1/2023', decree: 'SK 7/2023', reason: 'Hujan turun merata' },
    });
});
ending('what has ended already is nothing new', () =>
  given(declared(), ended())
    .when(end({ ends: 'SK 1/2023' }))
    .thenNothing(),
);
ending('bug: a tanggap that a transisi builds on is not called off before it began', () =>
  given(declared(tanggap), declared({ ...transisi, supersedes: 'SK 3/2023' }))
    .when(end({ ends: 'SK 3/2023' }))
    .thenRejected('status_superseded', { decree: 'SK 3/2023', by: 'SK 4/2023' }),
);
ending('nothing stands, unknown, run out', () => {
  given().when(end()).thenRejected('no_status_stands', { now });
  given(declared(), ended()).when(end()).thenRejected('no_status_stands', { now });
  given(declared())
    .when(end({ ends: 'SK 8/2023' }))
    .thenRejected('decree_unknown', { decree: 'SK 8/2023', known: ['SK 1/2023'] });
  const after = '2023-09-29T17:00:00.000Z';
  given(declared())
    .when(end({ ends: 'SK 1/2023' }, after))
    .thenRejected('status_over', { decree: 'SK 1/2023', ends: after, now: after });
});

const unable = suite('state inability to the governor');
unable('while tanggap stands, once for each letter', () => {
  const stated: EmergencyStatusEvent = {
    type: 'InabilityStated',
    data: {
      occurredAt: now,
      decree: 'SK 1/2023',
      letter: '360/12/2023',
      to: 'governor',
      text: 'Kemampuan daerah terlampaui',
    },
  };
  given(declared({ level: 'tanggap' }))
    .when(inability())
    .then(stated);
  given(declared({ level: 'tanggap' }), stated)
    .when(inability())
    .thenNothing();
});
unable('not before, nor after', () => {
  given().when(inability()).thenRejected('inability_needs_tanggap', { standing: null });
  given(declared()).when(inability()).thenRejected('inability_needs_tanggap', { standing: 'siaga' });
  given(declared({ level: 'tanggap' }))
    .when(inability('2023-09-29T17:00:00.000Z'))
    .thenRejected('inability_needs_tanggap', { standing: null });
});

const counting = suite('count down');
const one = stateOf(declared());
counting('the first and last instants, by WIB', () => {
  assert.equal(statusAt(one, '2023-07-31T16:59:59.999Z'), undefined);
  assert.equal(statusAt(one, '2023-07-31T17:00:00.000Z')?.daysLeft, 60);
  assert.equal(statusAt(one, '2023-09-29T16:59:59.999Z')?.daysLeft, 1);
  assert.equal(statusAt(one, '2023-09-29T17:00:00.000Z'), undefined);
});
counting('a warning from 3 days before the end on, and no longer once it is extended', () => {
  assert.equal(statusAt(one, '2023-09-26T16:59:59.999Z')?.warn, false);
  const last = statusAt(one, '2023-09-26T17:00:00.000Z');
  assert.equal(last?.warn, true);
  assert.equal(last?.daysLeft, 3);
  const longer = statusAt(stateOf(declared(), extended('2023-12-08')), '2023-09-26T17:00:00.000Z');
  assert.equal(longer?.warn, false);
  assert.equal(longer?.daysLeft, 73);
});
counting('Kotim 2023: siaga of 60 days, extended by 70, superseded in mid-period by tanggap', () => {
  const state = stateOf(
    declared(),
    extended('2023-12-08'),
    declared({
      level: 'tanggap',
      decree: 'SK 3/2023',
      from: '2023-10-02',
      to: '2023-10-15',
      supersedes: 'SK 1/2023',
    }),
  );
  const before = statusAt(state, '2023-09-30T03:00:00.000Z');
  assert.equal(before?.level, 'siaga');
  assert.equal(before?.supersededBy, 'SK 3/2023');
  assert.equal(before?.warn, false, 'tanggap follows on it');
  assert.equal(statusAt(state, '2023-10-01T17:00:00.000Z')?.level, 'tanggap');
  assert.equal(statusAt(state, '2023-10-16T00:00:00.000Z'), undefined, 'siaga does not come back');
});
counting('ended early, it is over from then on', () => {
  const state = stateOf(declared(), ended('SK 1/2023', '2023-08-10T02:00:00.000Z'));
  assert.equal(statusAt(state, '2023-08-10T01:59:59.999Z')?.daysLeft, 1);
  assert.equal(statusAt(state, '2023-08-10T02:00:00.000Z'), undefined);
});

const bodies = suite('bodies and names');
bodies('one aggregate for each regency and hazard', () => {
  assert.equal(emergencyStatusId(OURS, 'tidal-surge'), '62.02-tidal-surge');
  assert.equal(emergencyStatusStream(OURS, 'fire'), 'emergency-status-62.02-fire');
});
bodies('an area is a set of places; a decree has a number; days exist', () => {
  const body = declare().body;
  assert.deepEqual(DeclareEmergency.parse({ ...body, area: [...area].reverse().concat(area) }), body);
  const reads = (change: object) => DeclareEmergency.safeParse({ ...body, ...change }).success;
  assert.ok(reads({}) && !reads({ area: [] }) && !reads({ area: ['62.02'] }) && !reads({ decree: ' ' }));
  assert.ok(!reads({ from: '2023-02-29' }) && !reads({ to: '2023-9-1' }) && !reads({ level: 'awas' }));
  assert.ok(!emergencyVerbs.end.safeParse({}).success);
});

// Properties

const days = Array.from({ length: 12 }, (_, index) => `2023-08-${String(index + 1).padStart(2, '0')}`);
const day = fc.constantFrom(...days);
const number = fc.constantFrom('SK A', 'SK B', 'SK C', 'SK D', 'SK E');
const at = fc
  .tuple(day, fc.nat(23))
  .map(([date, hour]) => new Date(Date.parse(date) + hour * 3_600_000).toISOString());
const hazard: Hazard = 'fire';
const command: fc.Arbitrary<EmergencyStatusCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('declare' as const),
      by: fc.constant(OURS),
      at,
      body: fc.record({
        hazard: fc.constant(hazard),
        level: fc.constantFrom('siaga' as const, 'tanggap' as const, 'transisi' as const),
        decree: number,
        area: fc.constant(area),
        from: day,
        to: day,
      }),
    }),
  },
  fc.record({
    type: fc.constant('extend' as const),
    by: fc.constant(OURS),
    at,
    body: fc.record({ decree: number, extends: number, to: day }),
  }),
  fc.record({
    type: fc.constant('end' as const),
    by: fc.constant(OURS),
    at,
    body: fc.record({ reason: fc.constant('selesai'), ends: number }, { requiredKeys: ['reason'] }),
  }),
  fc.record({
    type: fc.constant('stateInability' as const),
    by: fc.constant(OURS),
    at,
    body: fc.record({ letter: number, text: fc.constant('terlampaui') }),
  }),
);
const commands = fc
  .array(command, { maxLength: 40, size: 'max' })
  .map((all) => all.toSorted((a, b) => a.at.localeCompare(b.at)));
const run = (all: EmergencyStatusCommand[]) => {
  let state = initialEmergencyStatus;
  const events: EmergencyStatusEvent[] = [];
  for (const each of all) {
    const decision = decideEmergencyStatus(each, state);
    if (!decision.accepted) continue;
    events.push(...decision.events);
    state = decision.events.reduce(evolveEmergencyStatus, state);
    const again = decideEmergencyStatus(each, state);
    if (decision.events.length > 0) assert.ok(!again.accepted || again.events.length === 0);
  }
  return { state, events };
};
const hours = days.flatMap((date) =>
  [0, 6, 17, 18].map((hour) => new Date(Date.parse(date) + hour * 3_600_000).toISOString()),
);
const viewOf = (events: EmergencyStatusEvent[], times: 1 | 2 = 1) =>
  events.reduce<EmergencyStatusView | undefined>((view, event, index) => {
    const sequence = index + 1;
    const place = { id: '62.02-fire', regency: OURS, revision: sequence, sequence, recordedAt: now };
    const once = foldEmergencyStatus(view, event, place);
    return times === 2 ? foldEmergencyStatus(once, event, place) : once;
  }, undefined);

/** What a page shows of a status. */
const essence = (status: StandingStatus | undefined) =>
  status && [status.decree.decree, status.daysLeft, status.warn, status.begins, status.ends];

const properties = suite('over any sequence of commands');
properties(
  'at most one status stands at once, transisi follows on tanggap, and a successor begins where it cuts',
  () =>
    fc.assert(
      fc.property(commands, (all) => {
        const { state } = run(all);
        const periods = decreePeriods(state).filter(({ calledOff }) => !calledOff);
        periods.forEach((period, index) => {
          const next = periods[index + 1];
          if (!next) return;
          assert.ok(period.ends <= next.begins);
          if (next.decree.level === 'transisi') assert.equal(period.decree.level, 'tanggap');
          const successor = periods.find(({ decree }) => decree.decree === period.supersededBy);
          assert.equal(successor?.begins, period.supersededBy === undefined ? undefined : period.ends);
        });
      }),
      { numRuns: 500 },
    ),
);
properties('the view agrees with the state at every hour, events said twice or once', () =>
  fc.assert(
    fc.property(commands, (all) => {
      const { state, events } = run(all);
      const view = viewOf(events);
      assert.deepEqual(viewOf(events, 2), view);
      assert.equal(view === undefined, events.length === 0);
      if (!view) return;
      for (const hour of hours) {
        const here = statusAt(state, hour);
        assert.deepEqual(essence(statusAt(view, hour)), essence(here));
        if (here) assert.ok(here.daysLeft >= 1 && here.begins <= hour && hour < here.ends);
      }
    }),
    { numRuns: 300 },
  ),
);
properties('every event fits its schema, survives JSON, and is public', () =>
  fc.assert(
    fc.property(commands, (all) => {
      for (const event of run(all).events) {
        const decoded = decodeEvent(wireType(event), JSON.parse(JSON.stringify(event.data)));
        assert.deepStrictEqual(decoded, { ok: true, event, dataClass: 'public' });
      }
    }),
    { numRuns: 200 },
  ),
);
properties('periods never overlap, and deciding never throws, on any order of events', () =>
  fc.assert(
    fc.property(
      fc.array(commands, { minLength: 1, maxLength: 4 }).chain((runs) => {
        const events = runs.flatMap((all) => run(all).events);
        return fc.tuple(fc.shuffledSubarray(events, { minLength: events.length }), commands);
      }),
      ([events, all]) => {
        const state = stateOf(...events);
        const periods = decreePeriods(state).filter(({ begins, ends }) => begins < ends);
        periods.forEach(({ ends }, index) => assert.ok(ends <= (periods[index + 1]?.begins ?? '3')));
        for (const each of all) decideEmergencyStatus(each, state);
      },
    ),
    { numRuns: 300 },
  ),
);
properties('the commands reach every event and most refusals', () => {
  const seen = new Set<string>();
  for (const all of fc.sample(commands, { numRuns: 400, seed: 5 })) {
    let state = initialEmergencyStatus;
    for (const each of all) {
      const decision = decideEmergencyStatus(each, state);
      if (!decision.accepted) seen.add(decision.rejection.code);
      else for (const event of decision.events) seen.add(event.type);
      if (decision.accepted) state = decision.events.reduce(evolveEmergencyStatus, state);
    }
    if (decreePeriods(state).some(({ supersededBy }) => supersededBy !== undefined)) seen.add('superseded');
  }
  const wanted = [
    'EmergencyStatusDeclared',
    'EmergencyStatusExtended',
    'EmergencyStatusEnded',
    'InabilityStated',
    'superseded',
    'level_not_higher',
    'transisi_needs_tanggap',
    'status_over',
    'status_superseded',
  ];
  assert.deepEqual(
    wanted.filter((code) => !seen.has(code)),
    [],
  );
});
