import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type Count,
  type IncidentStatus,
  type IncidentView,
  type Totals,
  addTotals,
  districtOf,
  groupSame,
  regencyOf,
  totalsOf,
} from '../src/index.ts';
import { OURS, THEIRS, district, t0, t1, t2, theirVillage, village, village2 } from './examples.ts';

type Rows = Record<string, Count | { count: Count; observedAt: string }>;
interface Sketch {
  regency?: string;
  status?: IncidentStatus;
  into?: string;
  same?: string[];
  displaced?: Rows;
}

/** An incident as the picture shows it; figures are displaced persons. Links name incidents of the other regency. */
const incident = (
  id: string,
  { regency = OURS, status = 'active', into, same = [], displaced = {} }: Sketch = {},
) => {
  const figures = Object.entries(displaced).map(([place, figure]) => {
    const { count, observedAt } = typeof figure === 'object' ? figure : { count: figure, observedAt: t0 };
    return [place, { displacedPersons: { count, observedAt, sequence: 1 } }] as const;
  });
  const view: IncidentView = {
    id,
    regency,
    hazard: 'flood',
    status,
    occurredAt: t0,
    reportedAt: t0,
    updatedAt: t0,
    place: regency === OURS ? village : theirVillage,
    chronology: 'Sungai meluap',
    source: 'Kepala desa',
    touches: [],
    figures: Object.fromEntries(figures),
    details: {},
    detailsFrom: {},
    same: same.map((other) => ({ regency: regency === OURS ? THEIRS : OURS, incident: other })),
    revision: 1,
    sequence: 1,
  };
  return into === undefined ? view : { ...view, mergedInto: into };
};
const displacedOf = (incidents: IncidentView[], only?: string) => {
  const totals = groupSame(incidents).map((group) => totalsOf(group, only));
  return addTotals(totals).displacedPersons;
};
const figuresOf = (incidents: IncidentView[]) => {
  const total = displacedOf(incidents);
  return total && { counted: total.counted, nil: total.nil, pending: total.pending };
};
const groupsOf = (incidents: IncidentView[]) =>
  groupSame(incidents).map((group) => group.incidents.map(({ id }) => id));

const grouping = suite('the same event');
grouping('either side’s word joins two incidents', () => {
  assert.deepEqual(groupsOf([incident('a', { same: ['b'] }), incident('b', { regency: THEIRS })]), [
    ['a', 'b'],
  ]);
  assert.deepEqual(groupsOf([incident('a'), incident('b', { regency: THEIRS, same: ['a'] })]), [['a', 'b']]);
});
grouping('three are one group when each is tied to one of the others', () => {
  const three = [
    incident('a', { same: ['b'] }),
    incident('b', { regency: THEIRS }),
    incident('c', { same: ['b'] }),
  ];
  assert.deepEqual(groupsOf(three), [['a', 'b', 'c']]);
});
grouping('merged and dismissed incidents are in no group', () => {
  const incidents = [
    incident('a', { same: ['b', 'c'] }),
    incident('b', { regency: THEIRS, status: 'dismissed' }),
    incident('c', { regency: THEIRS, status: 'merged', into: 'gone' }),
  ];
  assert.deepEqual(groupsOf(incidents), [['a']]);
});
grouping('bug: what was declared of an incident holds for what it was merged into', () => {
  const incidents = [
    incident('a', { same: ['b'] }),
    incident('b', { regency: THEIRS, status: 'merged', into: 'c' }),
    incident('c', { regency: THEIRS }),
  ];
  assert.deepEqual(groupsOf(incidents), [['a', 'c']]);
});
grouping('what a merged incident’s owner declared of it holds too, over two merges', () => {
  const incidents = [
    incident('a'),
    incident('b', { regency: THEIRS, status: 'merged', into: 'c', same: ['a'] }),
    incident('c', { regency: THEIRS, status: 'merged', into: 'd' }),
    incident('d', { regency: THEIRS }),
  ];
  assert.deepEqual(groupsOf(incidents), [['a', 'd']]);
});
grouping('merges in a ring end in no group and do not hang', () => {
  const incidents = [
    incident('a', { same: ['b'] }),
    incident('b', { regency: THEIRS, status: 'merged', into: 'c' }),
    incident('c', { regency: THEIRS, status: 'merged', into: 'b' }),
  ];
  assert.deepEqual(groupsOf(incidents), [['a']]);
});
grouping('a link that names the wrong regency joins nothing', () => {
  const wrong = { ...incident('a'), same: [{ regency: '62.06', incident: 'b' }] };
  assert.deepEqual(groupsOf([wrong, incident('b', { regency: THEIRS })]), [['a'], ['b']]);
});

const totals = suite('totals');
totals('counted, nil and pending stand apart', () =>
  assert.deepEqual(
    figuresOf([incident('a', { displaced: { [village]: 40, [village2]: 0, '62.07.04.2001': 'pending' } })]),
    {
      counted: 40,
      nil: 1,
      pending: 1,
    },
  ),
);
totals('a place that both sides counted is its own regency’s figure, older or not', () => {
  const ours = incident('a', { displaced: { [village]: 40 }, same: ['b'] });
  const neighbours = incident('b', {
    regency: THEIRS,
    displaced: { [village]: { count: 90, observedAt: t2 }, [theirVillage]: 7 },
  });
  const total = displacedOf([ours, neighbours]);
  assert.equal(total?.counted, 47);
  assert.deepEqual(
    total?.parts.map(({ place, incident: id, regency }) => ({ place, id, regency })),
    [
      { place: theirVillage, id: 'b', regency: THEIRS },
      { place: village, id: 'a', regency: OURS },
    ],
  );
});
totals('a place that its own regency has not counted is the neighbour’s figure', () =>
  assert.equal(
    displacedOf([
      incident('a', { same: ['b'] }),
      incident('b', { regency: THEIRS, displaced: { [village]: 90 } }),
    ])?.counted,
    90,
  ),
);
totals('two incidents of one side: the newer observation, not the sum', () =>
  assert.equal(
    displacedOf([
      incident('a', { displaced: { [village]: { count: 40, observedAt: t1 } }, same: ['b'] }),
      incident('b', { regency: THEIRS }),
      incident('c', { displaced: { [village]: 30 }, same: ['b'] }),
    ])?.counted,
    40,
  ),
);
totals('incidents that nobody calls the same count one by one', () =>
  assert.equal(
    displacedOf([
      incident('a', { displaced: { [village]: 40 } }),
      incident('b', { displaced: { [village]: 5 } }),
    ])?.counted,
    45,
  ),
);
totals('merged and dismissed incidents are left out', () =>
  assert.deepEqual(
    figuresOf([
      incident('a', { displaced: { [village]: 40 } }),
      incident('b', { status: 'merged', into: 'a', displaced: { [village]: 41 } }),
      incident('c', { status: 'dismissed', displaced: { [village]: 1000 } }),
    ]),
    { counted: 40, nil: 0, pending: 0 },
  ),
);
totals('a district’s figure covers its villages', () =>
  assert.deepEqual(
    figuresOf([incident('a', { displaced: { [district]: 100, [village]: 40, [village2]: 'pending' } })]),
    {
      counted: 100,
      nil: 0,
      pending: 0,
    },
  ),
);
totals('villages that make more than their district stand instead of it', () =>
  assert.deepEqual(
    figuresOf([incident('a', { displaced: { [district]: 100, [village]: 90, [village2]: 20 } })]),
    {
      counted: 110,
      nil: 0,
      pending: 0,
    },
  ),
);
totals('bug: a district not yet counted says that its villages may not be all', () =>
  assert.deepEqual(figuresOf([incident('a', { displaced: { [district]: 'pending', [village]: 40 } })]), {
    counted: 40,
    nil: 0,
    pending: 1,
  }),
);
totals('bug: the neighbour’s figure for a whole district does not push out its own regency’s villages', () =>
  assert.equal(
    displacedOf([
      incident('a', { displaced: { [village]: 40 }, same: ['b'] }),
      incident('b', { regency: THEIRS, displaced: { [district]: 5000 } }),
    ])?.counted,
    40,
  ),
);
totals('a district’s own figure is not outdone by the neighbour’s villages', () =>
  assert.equal(
    displacedOf([
      incident('a', { displaced: { [district]: 40 }, same: ['b'] }),
      incident('b', { regency: THEIRS, displaced: { [village]: 500 } }),
    ])?.counted,
    40,
  ),
);
totals('of one regency only are the places in it, whoever counted', () => {
  const incidents = [
    incident('a', { displaced: { [village]: 40, [theirVillage]: 3 }, same: ['b'] }),
    incident('b', { regency: THEIRS, displaced: { [village2]: 2 } }),
  ];
  assert.equal(displacedOf(incidents, OURS)?.counted, 42);
  assert.equal(displacedOf(incidents, THEIRS)?.counted, 3);
});
totals('bug: two observations of one moment settle the same way in every order', () => {
  const a = incident('a', { displaced: { [village]: 40 }, same: ['b'] });
  const b = incident('b', { regency: THEIRS });
  const c = incident('c', { displaced: { [village]: 30 }, same: ['b'] });
  const group = { id: 'a', incidents: [a, b, c] };
  assert.deepEqual(totalsOf(group), totalsOf({ id: 'a', incidents: [c, b, a] }));
});

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const places = [village, village2, district, theirVillage, '62.02.06', '62.02.06.1002'];
const count = fc.oneof(fc.constant<Count>('pending'), fc.constant<Count>(0), fc.nat(1000));
const arbitraryIncidents = fc
  .tuple(
    ...ids.map((id, index) =>
      fc
        .record({
          status: fc.constantFrom<IncidentStatus>(
            'reported',
            'active',
            'active',
            'closed',
            'merged',
            'dismissed',
          ),
          into: fc.constantFrom(...ids),
          same: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 }),
          displaced: fc.dictionary(
            fc.constantFrom(...places),
            fc.record({ count, observedAt: fc.constantFrom(t0, t1) }),
          ),
        })
        .map(({ into, ...sketch }) =>
          incident(id, {
            ...sketch,
            regency: index % 2 === 0 ? OURS : THEIRS,
            ...(sketch.status === 'merged' ? { into } : {}),
          }),
        ),
    ),
  )
  .map((incidents): IncidentView[] => incidents);

const properties = suite('totals of arbitrary incidents');
properties('do not depend on the order of incidents', () =>
  fc.assert(
    fc.property(
      arbitraryIncidents.chain((incidents) =>
        fc.tuple(fc.constant(incidents), fc.shuffledSubarray(incidents, { minLength: incidents.length })),
      ),
      ([incidents, shuffled]) => {
        assert.deepEqual(groupSame(shuffled), groupSame(incidents));
        for (const [index, group] of groupSame(incidents).entries()) {
          const again = { ...group, incidents: [...group.incidents].reverse() };
          assert.deepEqual(totalsOf(again), totalsOf(group), `group ${index}`);
        }
      },
    ),
    { numRuns: 300 },
  ),
);
properties('put every live incident in one group, and no other', () =>
  fc.assert(
    fc.property(arbitraryIncidents, (incidents) => {
      const live = incidents.filter(({ status }) => status !== 'merged' && status !== 'dismissed');
      assert.deepEqual(groupsOf(incidents).flat().sort(), live.map(({ id }) => id).sort());
    }),
  ),
);
properties('never count a place twice, nor a district with its villages', () =>
  fc.assert(
    fc.property(arbitraryIncidents, (incidents) => {
      for (const group of groupSame(incidents)) {
        const parts = totalsOf(group).displacedPersons?.parts ?? [];
        const seen = parts.map(({ place }) => place);
        assert.equal(new Set(seen).size, seen.length);
        const districts = parts.filter(
          ({ place, figure }) => place === districtOf(place) && figure.count !== 'pending',
        );
        for (const { place } of districts) {
          assert.deepEqual(
            seen.filter((other) => districtOf(other) === place),
            [place],
          );
        }
      }
    }),
    { numRuns: 300 },
  ),
);
properties('every part is a figure of a live incident, its own regency’s wherever that has one', () =>
  fc.assert(
    fc.property(arbitraryIncidents, (incidents) => {
      for (const group of groupSame(incidents)) {
        for (const part of totalsOf(group).displacedPersons?.parts ?? []) {
          const from = group.incidents.find(({ id }) => id === part.incident);
          assert.strictEqual(from?.figures[part.place]?.displacedPersons, part.figure);
          const own = group.incidents.some(
            ({ regency, figures }) =>
              regency === regencyOf(part.place) && figures[part.place]?.displacedPersons,
          );
          assert.equal(part.regency === regencyOf(part.place), own);
        }
      }
    }),
    { numRuns: 300 },
  ),
);
properties('of the regencies make up the whole, and added up keep every part', () =>
  fc.assert(
    fc.property(arbitraryIncidents, (incidents) => {
      const groups = groupSame(incidents);
      const whole = addTotals(groups.map((group) => totalsOf(group))).displacedPersons;
      const halves = [OURS, THEIRS].map((only) => addTotals(groups.map((group) => totalsOf(group, only))));
      const sum = (pick: (total: NonNullable<Totals['displacedPersons']>) => number) =>
        halves.reduce((all, half) => all + (half.displacedPersons ? pick(half.displacedPersons) : 0), 0);
      assert.equal(
        whole?.counted ?? 0,
        sum(({ counted }) => counted),
      );
      assert.equal(
        whole?.pending ?? 0,
        sum(({ pending }) => pending),
      );
      assert.equal(
        whole?.parts.length ?? 0,
        sum(({ parts }) => parts.length),
      );
    }),
  ),
);
