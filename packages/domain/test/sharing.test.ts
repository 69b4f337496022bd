import { assert, scenario, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type Agreement,
  AidKind,
  DeclareOverride,
  type GrantedClass,
  type OverrideCommand,
  type OverrideEvent,
  type OverrideView,
  type Overrides,
  agreementBasis,
  agreementInForce,
  decideOverride,
  decodeEvent,
  evolveAgreement,
  evolveOverrides,
  foldOverride,
  grantsAt,
  initialAgreement,
  initialOverrides,
  mayShare,
  overrideBasis,
  overrideInForce,
  wireType,
} from '../src/index.ts';
import * as x from './agreement-examples.ts';

const id = '01990000-0000-7000-8000-0000000000c1';
const id2 = '01990000-0000-7000-8000-0000000000c2';
const fortnight = '2026-09-15T08:00:00.000Z';

type Only<Type extends OverrideCommand['type']> = Extract<OverrideCommand, { type: Type }>;
const declare = (
  body: Partial<Only<'declare'>['body']> = {},
  override = id,
  at = x.now,
): Only<'declare'> => ({
  type: 'declare',
  by: x.OWNER,
  at,
  override,
  body: { classes: ['mutual-aid'], reason: 'Banjir besar, PKS belum ada', until: fortnight, ...body },
});
const end = (override = id, at = x.now): Only<'end'> => ({
  type: 'end',
  by: x.OWNER,
  at,
  override,
  body: { reason: 'Banjir surut' },
});
type Declared = Extract<OverrideEvent, { type: 'SharingOverridden' }>['data'];
const declared = (data: Partial<Declared> = {}): OverrideEvent => ({
  type: 'SharingOverridden',
  data: {
    occurredAt: x.now,
    override: id,
    classes: ['mutual-aid'],
    reason: 'Banjir besar, PKS belum ada',
    from: x.now,
    until: fortnight,
    ...data,
  },
});
const ended = (override = id, occurredAt = x.now): OverrideEvent => ({
  type: 'SharingOverrideEnded',
  data: { occurredAt, override, reason: 'Banjir surut' },
});
const { given } = scenario<Overrides, OverrideEvent, OverrideCommand>({
  initial: initialOverrides,
  evolve: evolveOverrides,
  decide: decideOverride,
});

const overrides = suite('override in an emergency');
overrides('classes, a reason, from now, at most 14 days', () => {
  given().when(declare()).then(declared());
  given()
    .when(declare({ until: '2026-09-15T08:00:00.001Z' }))
    .thenRejected('override_too_long', { until: '2026-09-15T08:00:00.001Z', longest: fortnight, days: 14 });
});
overrides('or from later on, and 14 days from then', () => {
  const later = { from: '2026-09-05T00:00:00.000Z', until: '2026-09-19T00:00:00.000Z' };
  given().when(declare(later)).then(declared(later));
});
overrides('not from before, beyond a minute of clocks that differ', () => {
  const from = '2026-09-01T07:58:59.999Z';
  given().when(declare({ from })).thenRejected('period_in_past', { start: from, now: x.now });
  const close = { from: '2026-09-01T07:59:00.000Z', until: '2026-09-10T00:00:00.000Z' };
  given().when(declare(close)).then(declared(close));
});
overrides('that ends before it begins is refused', () =>
  given()
    .when(declare({ until: x.now }))
    .thenRejected('ends_before_it_begins', { start: x.now, until: x.now }),
);
overrides('sent twice it stands once', () => given(declared()).when(declare()).thenNothing());
overrides('not while another stands, or is to stand', () => {
  const facts = { override: id, from: x.now, until: fortnight };
  given(declared())
    .when(declare({ until: '2026-09-10T00:00:00.000Z' }, id2))
    .thenRejected('override_stands', facts);
  given(declared())
    .when(declare({ from: '2026-09-15T07:59:59.999Z', until: '2026-09-20T00:00:00.000Z' }, id2))
    .thenRejected('override_stands', facts);
  const next = { from: fortnight, until: '2026-09-20T00:00:00.000Z' };
  given(declared())
    .when(declare(next, id2))
    .then(declared({ ...next, override: id2 }));
  given(declared(), ended())
    .when(declare({}, id2))
    .then(declared({ override: id2 }));
});
overrides('what was ended before it began stands in nobody’s way', () => {
  const later = declared({ from: '2026-09-01T09:00:00.000Z' });
  const next = { from: '2026-09-01T07:59:30.000Z', until: '2026-09-10T00:00:00.000Z' };
  given(later, ended())
    .when(declare(next, id2))
    .then(declared({ ...next, override: id2 }));
});
overrides('an end that comes after the end changes no time', () => {
  const [one] = [declared(), ended(id, '2026-10-01T00:00:00.000Z')].reduce(evolveOverrides, initialOverrides);
  assert.equal(one?.until, fortnight);
});
overrides('ended early, once; not when it is unknown or over', () => {
  given(declared()).when(end()).then(ended());
  given(declared(), ended()).when(end()).thenNothing();
  given().when(end()).thenRejected('override_unknown', { override: id });
  given(declared())
    .when(end(id, fortnight))
    .thenRejected('override_over', { override: id, until: fortnight, now: fortnight });
});
overrides('a personal number in the reason is refused', () =>
  given()
    .when(declare({ reason: 'kata 0812-3456-7890' }))
    .thenRejected('personal_data_in_text', { field: 'reason', found: 'phone' }),
);
overrides('only what can be granted, each class once, with a reason', () => {
  const body = {
    classes: ['resources', 'mutual-aid', 'resources'],
    reason: 'Banjir besar',
    until: fortnight,
  };
  assert.deepEqual(DeclareOverride.parse(body).classes, ['mutual-aid', 'resources']);
  const reads = (change: object) => DeclareOverride.safeParse({ ...body, ...change }).success;
  assert.ok(!reads({ classes: ['local'] }) && !reads({ classes: ['public'] }) && !reads({ classes: [] }));
  assert.ok(!reads({ reason: ' ' }) && !reads({ until: 'besok' }));
});
overrides('the view: as declared, and with its early end', () => {
  const place = { regency: x.OWNER, sequence: 4, recordedAt: x.now };
  const view = foldOverride(undefined, declared(), place);
  const base: OverrideView = {
    id,
    regency: x.OWNER,
    classes: ['mutual-aid'],
    reason: 'Banjir besar, PKS belum ada',
    from: x.now,
    until: fortnight,
    sequence: 4,
    recordedAt: x.now,
  };
  assert.deepEqual(view, base);
  const early = '2026-09-02T00:00:00.000Z';
  const over = foldOverride(view, ended(id, early), { ...place, sequence: 5 });
  assert.deepEqual(over, {
    ...base,
    until: early,
    ended: { reason: 'Banjir surut', at: early, sequence: 5, recordedAt: x.now },
  });
  assert.strictEqual(foldOverride(over, ended(id, fortnight), { ...place, sequence: 6 }), over);
  assert.strictEqual(foldOverride(over, declared(), { ...place, sequence: 7 }), over);
  assert.equal(foldOverride(undefined, ended(), place), undefined);
});

const policy = suite('what may leave the site');
const stateOf = (...events: x.Said[]): Agreement =>
  events.reduce((state, { by, event }) => evolveAgreement(state, by, event), initialAgreement);
const agreed = stateOf(x.drafted(), ...x.agreed());
const known = new Map([[x.proposal, agreed]]);
const override = [declared()].reduce(evolveOverrides, initialOverrides);
const classes = (by: string, at: string, own: Overrides = []) =>
  [...grantsAt(by, known, own, at).classes].sort();

policy('the classes of the agreement in force, for both parties and nobody else', () => {
  assert.deepEqual(classes(x.OWNER, x.begin), ['mutual-aid', 'resources']);
  assert.deepEqual(classes(x.OTHER, x.begin), ['mutual-aid', 'resources']);
  assert.deepEqual(classes(x.STRANGER, x.begin), []);
  assert.deepEqual(classes(x.OWNER, x.now), []);
  assert.deepEqual(classes(x.OWNER, x.end), []);
});
policy('and of the own override, with what grants each and until when', () => {
  assert.deepEqual(classes(x.OWNER, x.now, override), ['mutual-aid']);
  const { grants } = grantsAt(x.OWNER, known, override, x.begin);
  assert.deepEqual(grants, [
    { class: 'mutual-aid', reference: { agreement: x.proposal }, until: x.end },
    { class: 'resources', reference: { agreement: x.proposal }, until: x.end },
    { class: 'mutual-aid', reference: { override: id }, until: fortnight },
  ]);
});
policy('when it changes next without a word from anybody', () => {
  const next = (at: string, own: Overrides = []) => grantsAt(x.OWNER, known, own, at).changesAt;
  assert.equal(next(x.now), x.begin);
  assert.equal(next(x.begin), x.end);
  assert.equal(next(x.end), undefined);
  assert.equal(next(x.begin, override), fortnight);
  assert.equal(grantsAt(x.STRANGER, known, [], x.now).changesAt, undefined);
});
const nothing = { classes: new Set<GrantedClass>() };
const all = { classes: new Set<GrantedClass>(['resources', 'mutual-aid']) };
const never = () => false;
const event = (dataClass: 'public' | 'local' | 'resources' | 'mutual-aid', ...conversations: string[]) => ({
  dataClass,
  conversations,
});
policy('the public class always, the local never', () => {
  assert.ok(mayShare(nothing, event('public'), never));
  assert.ok(!mayShare(all, event('local', 'c'), () => true));
});
policy('the others where they are granted', () => {
  const aid = { classes: new Set<GrantedClass>(['mutual-aid']) };
  assert.ok(mayShare(aid, event('mutual-aid', 'c'), never));
  assert.ok(!mayShare(aid, event('resources'), never));
  assert.ok(!mayShare(nothing, event('mutual-aid', 'c'), never));
  assert.ok(mayShare(all, event('resources'), never));
});
policy('the boat comes home under the old terms: its conversation stays shared, another is not begun', () => {
  const windsDown = (conversation: string) => conversation === 'begun under it';
  assert.ok(mayShare(nothing, event('resources', 'begun under it'), windsDown));
  assert.ok(mayShare(nothing, event('mutual-aid', 'another', 'begun under it'), windsDown));
  assert.ok(!mayShare(nothing, event('mutual-aid', 'another'), windsDown));
  assert.ok(!mayShare(nothing, event('resources'), windsDown));
});

const basis = suite('what stands behind a promise');
basis('the agreement in force, seen by either party', () => {
  const terms = {
    reference: { agreement: x.proposal },
    from: x.begin,
    until: x.end,
    kinds: ['field-kitchen', 'rubber-boat'],
    longestDays: 14,
  };
  assert.deepEqual(agreementBasis(x.proposal, agreed, x.OWNER, x.begin), { ...terms, neighbour: x.OTHER });
  assert.deepEqual(agreementBasis(x.proposal, agreed, x.OTHER, x.begin), { ...terms, neighbour: x.OWNER });
  assert.equal(agreementBasis(x.proposal, agreed, x.STRANGER, x.begin), undefined);
  assert.equal(agreementBasis(x.proposal, agreed, x.OWNER, x.now), undefined);
});
basis('not an agreement or override that does not share what mutual aid says', () => {
  const quiet = x.withTerms({ dataClasses: ['resources'] });
  const state = stateOf(x.drafted(quiet), ...x.agreed(1, quiet));
  assert.ok(agreementInForce(state, x.begin));
  assert.equal(agreementBasis(x.proposal, state, x.OWNER, x.begin), undefined);
  const [only] = [declared({ classes: ['resources'] })].reduce(evolveOverrides, initialOverrides);
  assert.equal(only && overrideBasis(only, x.OTHER), undefined);
});
basis('an override, for every kind, for the 14 days that it may last', () => {
  const [one] = override;
  assert.deepEqual(one && overrideBasis(one, x.OTHER), {
    reference: { override: id },
    neighbour: x.OTHER,
    from: x.now,
    until: fortnight,
    kinds: AidKind.options,
    longestDays: 14,
  });
});

// Properties

const hour = fc.nat(40 * 24).map((hours) => new Date(Date.parse(x.now) + hours * 3_600_000).toISOString());
const classesOf = fc.constantFrom<GrantedClass[]>(['mutual-aid'], ['resources'], ['mutual-aid', 'resources']);
const command: fc.Arbitrary<OverrideCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('declare' as const),
      by: fc.constant(x.OWNER),
      at: hour,
      override: fc.constantFrom(id, id2, x.proposal, x.proposal2),
      body: fc.record(
        { classes: classesOf, reason: fc.constant('Banjir besar'), from: hour, until: hour },
        { requiredKeys: ['classes', 'reason', 'until'] },
      ),
    }),
  },
  fc.record({
    type: fc.constant('end' as const),
    by: fc.constant(x.OWNER),
    at: hour,
    override: fc.constantFrom(id, id2, x.proposal, x.proposal2),
    body: fc.constant({ reason: 'Banjir surut' }),
  }),
);
const commands = fc
  .array(command, { maxLength: 30, size: 'max' })
  .map((some) => some.toSorted((a, b) => a.at.localeCompare(b.at)));
const run = (some: OverrideCommand[]) => {
  let state = initialOverrides;
  const events: OverrideEvent[] = [];
  for (const one of some) {
    const decision = decideOverride(one, state);
    if (!decision.accepted) continue;
    events.push(...decision.events);
    state = decision.events.reduce(evolveOverrides, state);
    if (decision.events.length > 0) {
      assert.deepEqual(decideOverride(one, state), { accepted: true, events: [] }, 'sent again, nothing new');
    }
  }
  return { state, events };
};

const properties = suite('over any sequence of commands');
properties('no override is longer than 14 days, and no two overlap', () =>
  fc.assert(
    fc.property(commands, (some) => {
      const { state } = run(some);
      const lasting = state.filter(({ from, until }) => from < until);
      for (const one of lasting) {
        assert.ok(Date.parse(one.until) - Date.parse(one.from) <= 14 * 86_400_000);
        for (const two of lasting) {
          if (one !== two) assert.ok(one.until <= two.from || two.until <= one.from);
        }
      }
    }),
    { numRuns: 500 },
  ),
);
properties('what is granted is in force, what is in force is granted, and nothing changes in between', () =>
  fc.assert(
    fc.property(commands, hour, hour, (some, at, other) => {
      const { state } = run(some);
      const { grants, changesAt, classes: granted } = grantsAt(x.OWNER, known, state, at);
      const expected = [
        ...(agreementInForce(agreed, at)?.document.terms.dataClasses ?? []),
        ...(overrideInForce(state, at)?.classes ?? []),
      ];
      assert.deepEqual([...granted].sort(), [...new Set(expected)].sort());
      for (const { until } of grants) assert.ok(at < until);
      if (other >= at && (changesAt === undefined || other < changesAt)) {
        assert.deepEqual([...grantsAt(x.OWNER, known, state, other).classes], [...granted]);
      }
    }),
    { numRuns: 500 },
  ),
);
properties('views agree with the state; every event fits its schema, survives JSON, and is public', () =>
  fc.assert(
    fc.property(commands, (some) => {
      const { state, events } = run(some);
      const views = new Map<string, OverrideView | undefined>();
      events.forEach((one, index) => {
        const { override: of } = one.data;
        const place = { regency: x.OWNER, sequence: index + 1, recordedAt: x.now };
        views.set(of, foldOverride(views.get(of), one, place));
        const decoded = decodeEvent(wireType(one), JSON.parse(JSON.stringify(one.data)));
        assert.deepStrictEqual(decoded, { ok: true, event: one, dataClass: 'public' });
      });
      assert.deepEqual(
        [...views.values()].map(
          (view) => view && [view.id, view.classes, view.from, view.until, 'ended' in view],
        ),
        state.map((one) => [one.override, one.classes, one.from, one.until, one.ended]),
      );
    }),
    { numRuns: 200 },
  ),
);
