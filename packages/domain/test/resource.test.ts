import { assert, scenario, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type ResourceCommand,
  type ResourceEvent,
  type ResourceState,
  decideResource,
  deployedStates,
  evolveResource,
  foldResource,
  initialResource,
  reactResource,
} from '../src/index.ts';
import * as x from './mutual-aid-examples.ts';

const { given } = scenario({ initial: initialResource, evolve: evolveResource, decide: decideResource });
type Only<Type extends ResourceCommand['type']> = Extract<ResourceCommand, { type: Type }>;
const e = x.resourceEvents;
const own = { by: x.LENDER, at: x.now };
const { occurredAt: registeredAt, ...registration } = e.registered.data;

const register = (body: Partial<Only<'register'>['body']> = {}): ResourceCommand => ({
  ...own,
  type: 'register',
  body: { occurredAt: registeredAt, ...registration, ...body },
});
const commit = (change: Partial<Only<'commit'>> = {}): ResourceCommand => ({
  ...own,
  type: 'commit',
  deployment: x.deployment,
  regency: x.ASKER,
  conversation: x.conversation,
  request: x.conversation,
  offer: x.offer,
  start: x.day(7, 18),
  until: x.day(10, 18),
  basis: x.lent,
  ...change,
});
const dispatch = (deployment: string = x.deployment2, until = x.day(9)): ResourceCommand => ({
  ...own,
  type: 'dispatch',
  deployment,
  body: { incident: x.incident, until },
});
const step = <Type extends Exclude<ResourceCommand['type'], 'commit'>>(
  type: Type,
  body: object = {},
  at: string = x.now,
): ResourceCommand =>
  ({ by: x.LENDER, at, type, body: { deployment: x.deployment, ...body } }) as unknown as ResourceCommand;

/** What brings a resource into each state. */
const until: Record<ResourceState, ResourceEvent[]> = {
  available: [e.registered],
  'out-of-service': [e.registered, e.outOfService],
  committed: [e.registered, e.committed],
  mobilising: [e.registered, e.committed, e.mobilised],
  'en-route': [e.registered, e.committed, e.mobilised, e.departed],
  'on-scene': [e.registered, e.committed, e.mobilised, e.departed, e.arrived],
  released: [e.registered, e.committed, e.departed, e.arrived, e.released],
  returning: [e.registered, e.committed, e.departed, e.arrived, e.released, e.returning],
};

const registering = suite('register a resource');
registering('with capacity, crew and home', () => given().when(register()).then(e.registered));
registering('twice is refused', () =>
  given(e.registered).when(register()).thenRejected('already_registered', {}),
);
registering('at the neighbour’s place is refused', () =>
  given()
    .when(register({ home: { place: x.place } }))
    .thenRejected('place_not_ours', { place: x.place, owner: x.ASKER, ours: x.LENDER }),
);
registering('with a capacity of nothing, or less than no crew, is refused', () => {
  given()
    .when(register({ capacity: 0 }))
    .thenRejected('quantity_below_one', { field: 'capacity', quantity: 0 });
  given()
    .when(register({ crew: -1 }))
    .thenRejected('quantity_below_one', { field: 'crew', quantity: -1 });
});
registering('with a personal number in its name is refused', () =>
  given()
    .when(register({ name: 'Perahu Pak Budi 081234567890' }))
    .thenRejected('personal_data_in_text', { field: 'name', found: 'phone' }),
);
registering('of the future is refused', () =>
  given()
    .when(register({ occurredAt: x.day(8) }))
    .thenRejected('time_in_future', { occurredAt: x.day(8), now: x.now }),
);
registering('nothing is done with a resource that nobody registered', () => {
  given().when(commit()).thenRejected('resource_unknown');
  given().when(step('arrive')).thenRejected('resource_unknown');
});

const promising = suite('promise a resource');
promising('to the neighbour, under the agreement in force, whose longest term is kept', () =>
  given(e.registered).when(commit()).then(e.committed),
);
promising('to an incident of one’s own, without an agreement', () =>
  given(e.registered)
    .when(dispatch())
    .then({
      type: 'ResourceCommitted',
      data: {
        occurredAt: x.now,
        deployment: x.deployment2,
        task: { for: 'own', incident: x.incident },
        start: x.now,
        until: x.day(9),
      },
    }),
);
promising('again for the same deployment is already so', () =>
  given(...until['on-scene'])
    .when(commit())
    .thenNothing(),
);
promising('conflict: both want the same boat: who comes first has it, in both orders', () => {
  given(e.registered, e.committed)
    .when(dispatch())
    .thenRejected('resource_not_available', {
      state: 'committed',
      deployment: x.deployment,
      until: x.day(10, 18),
    });
  const [ours] = eventsOf(decideResource(dispatch(), [e.registered].reduce(evolveResource, initialResource)));
  assert.ok(ours);
  given(e.registered, ours)
    .when(commit())
    .thenRejected('resource_not_available', {
      state: 'committed',
      deployment: x.deployment2,
      until: x.day(9),
    });
});
promising('out of service is refused', () =>
  given(...until['out-of-service'])
    .when(commit())
    .thenRejected('resource_not_available', { state: 'out-of-service' }),
);
promising('without a basis, before it, after it, or with another regency is refused', () => {
  const facts = { neighbour: x.ASKER, at: x.now };
  given(e.registered)
    .when(commit({ basis: undefined }))
    .thenRejected('agreement_not_in_force', facts);
  for (const basis of [
    { ...x.lent, from: x.day(7, 13) },
    { ...x.lent, until: x.now },
    { ...x.lent, neighbour: '62.01' },
  ]) {
    given(e.registered)
      .when(commit({ basis }))
      .thenRejected('agreement_not_in_force', {
        ...facts,
        with: basis.neighbour,
        from: basis.from,
        until: basis.until,
      });
  }
});
promising('of a kind that the agreement does not cover is refused', () =>
  given(e.registered)
    .when(commit({ basis: { ...x.lent, kinds: ['generator'] } }))
    .thenRejected('kind_not_covered', { kind: 'rubber-boat', covered: ['generator'] }),
);
promising('for longer than agreed is refused; to the last moment is not', () => {
  given(e.registered)
    .when(commit({ until: x.day(22) }))
    .thenRejected('longer_than_agreed', { until: x.day(22), latest: x.day(21, 18), longestDays: 14 });
  given(e.registered)
    .when(commit({ until: x.day(21, 18) }))
    .then({ ...e.committed, data: { ...e.committed.data, until: x.day(21, 18) } });
});
promising('to an end before its beginning is refused', () => {
  given(e.registered)
    .when(commit({ until: x.day(7, 18) }))
    .thenRejected('ends_before_it_begins', { start: x.day(7, 18), until: x.day(7, 18) });
  given(e.registered)
    .when(dispatch(x.deployment2, x.day(6)))
    .thenRejected('ends_before_it_begins');
});

const steps = suite('the steps of a deployment');
type Outcome = ResourceEvent | 'already so' | 'refused';
const [so, no] = ['already so', 'refused'] as const;
/** What each verb gives in each state; a verb of a deployment is unknown where there is none. */
const matrix: [ResourceCommand, Record<(typeof deployedStates)[number], Outcome>][] = [
  [
    step('mobilise', { estimatedDeparture: x.day(7, 17), estimatedArrival: x.day(7, 22) }),
    { committed: e.mobilised, mobilising: so, 'en-route': no, 'on-scene': no, released: no, returning: no },
  ],
  [
    step('depart', { estimatedArrival: x.day(7, 22) }),
    {
      committed: e.departed,
      mobilising: e.departed,
      'en-route': so,
      'on-scene': no,
      released: no,
      returning: no,
    },
  ],
  [
    step('arrive'),
    { committed: no, mobilising: no, 'en-route': e.arrived, 'on-scene': so, released: no, returning: no },
  ],
  [
    step('extend', { until: x.day(12) }),
    {
      committed: e.extended,
      mobilising: e.extended,
      'en-route': e.extended,
      'on-scene': e.extended,
      released: no,
      returning: no,
    },
  ],
  [
    step('cancel', { reason: 'Tidak jadi' }),
    {
      committed: e.cancelled,
      mobilising: e.cancelled,
      'en-route': no,
      'on-scene': no,
      released: no,
      returning: no,
    },
  ],
  [
    step('release', { reason: 'Selesai' }),
    {
      committed: no,
      mobilising: no,
      'en-route': e.released,
      'on-scene': e.released,
      released: so,
      returning: so,
    },
  ],
  [
    step('startReturn', { estimatedArrival: x.day(7, 23) }),
    { committed: no, mobilising: no, 'en-route': no, 'on-scene': no, released: e.returning, returning: so },
  ],
  [
    step('endReturn', { condition: 'Baik' }),
    {
      committed: no,
      mobilising: no,
      'en-route': no,
      'on-scene': no,
      released: e.returned,
      returning: e.returned,
    },
  ],
];
for (const [command, row] of matrix) {
  for (const state of deployedStates) {
    const outcome = row[state];
    steps(`${command.type} while ${state}: ${typeof outcome === 'string' ? outcome : outcome.type}`, () => {
      const decided = given(...until[state]).when(command);
      if (outcome === so) decided.thenNothing();
      else if (outcome !== no) decided.then(outcome);
      else if (command.type === 'cancel')
        decided.thenRejected('already_departed', { deployment: x.deployment, state });
      else decided.thenRejected('not_allowed_in_state');
    });
  }
  steps(`${command.type} of no deployment, or of another, is unknown`, () => {
    given(e.registered).when(command).thenRejected('deployment_unknown', { deployment: x.deployment });
    const other = {
      ...command,
      body: { ...('body' in command ? command.body : {}), deployment: x.deployment2 },
    } as ResourceCommand;
    given(...until['on-scene'])
      .when(other)
      .thenRejected('deployment_unknown', { deployment: x.deployment2 });
  });
}
steps('a position is reported in every state of a deployment', () => {
  for (const state of deployedStates) {
    given(...until[state])
      .when(step('reportPosition', { point: [112.5, -2], note: 'Terawan' }))
      .then(e.positionReported);
  }
});
steps('a refusal says where the step would be allowed', () =>
  given(...until.committed)
    .when(step('arrive'))
    .thenRejected('not_allowed_in_state', { command: 'arrive', state: 'committed', allowedIn: ['en-route'] }),
);
steps('no step happens before the one that it follows', () =>
  given(...until['en-route'])
    .when(step('arrive', { occurredAt: x.day(7, 11) }))
    .thenRejected('before_previous_step', { occurredAt: x.day(7, 11), previous: x.now }),
);
steps('nobody is expected before they have left', () => {
  given(...until.committed)
    .when(step('mobilise', { estimatedDeparture: x.day(8), estimatedArrival: x.day(7, 23) }))
    .thenRejected('ends_before_it_begins', { start: x.day(8), until: x.day(7, 23) });
  given(...until.committed)
    .when(step('depart', { estimatedArrival: x.day(7, 11) }))
    .thenRejected('ends_before_it_begins', { start: x.now, until: x.day(7, 11) });
});
steps('extended to the same end is already so, to an earlier one refused', () => {
  given(...until['on-scene'])
    .when(step('extend', { until: x.day(10, 18) }))
    .thenNothing();
  given(...until['on-scene'])
    .when(step('extend', { until: x.day(10) }))
    .thenRejected('not_later_than_before', { until: x.day(10), before: x.day(10, 18) });
});
steps(
  'conflict: the agreement ends while the boat is out: it goes on under the old terms, to their longest end',
  () => {
    const later = x.day(29); // a day after the agreement has ended
    given(...until['on-scene'])
      .when(step('release', { reason: 'Selesai' }, later))
      .then({ ...e.released, data: { ...e.released.data, occurredAt: later } });
    given(...until['on-scene'])
      .when(step('extend', { until: x.day(21, 18) }, later))
      .then({ ...e.extended, data: { ...e.extended.data, occurredAt: later, until: x.day(21, 18) } });
    given(...until['on-scene'])
      .when(step('extend', { until: x.day(21, 19) }, later))
      .thenRejected('longer_than_agreed', { until: x.day(21, 19), latest: x.day(21, 18) });
  },
);
steps('what comes for a deployment that is over has no effect', () => {
  const back = [...until.returning, e.returned];
  given(...back)
    .when(step('endReturn'))
    .thenNothing();
  given(...back)
    .when(step('cancel', { reason: 'Tidak jadi' }))
    .thenNothing();
  given(...back)
    .when(step('arrive'))
    .thenRejected('deployment_over', { deployment: x.deployment });
  given(...back)
    .when(commit())
    .thenRejected('deployment_over', { deployment: x.deployment });
  given(...back)
    .when(commit({ deployment: x.deployment2 }))
    .then({
      ...e.committed,
      data: { ...e.committed.data, deployment: x.deployment2 },
    });
});

const service = suite('in and out of service');
const leave: ResourceCommand = { ...own, type: 'takeOutOfService', body: { reason: 'Bocor' } };
const enter: ResourceCommand = { ...own, type: 'backInService', body: { note: 'Sudah ditambal' } };
const move: ResourceCommand = { ...own, type: 'move', body: { point: [112.9, -2.5], note: 'Dipindah' } };
service('out, back, and each of them again', () => {
  given(e.registered).when(leave).then(e.outOfService);
  given(e.registered, e.outOfService).when(leave).thenNothing();
  given(e.registered, e.outOfService).when(enter).then(e.backInService);
  given(e.registered).when(enter).thenNothing();
});
service('a deployed resource is neither taken out of service nor moved', () => {
  for (const state of deployedStates) {
    given(...until[state])
      .when(leave)
      .thenRejected('not_allowed_in_state', { command: leave.type, state, allowedIn: ['available'] });
    given(...until[state])
      .when(move)
      .thenRejected('not_allowed_in_state');
  }
});
service('moved to where it was found', () => given(e.registered).when(move).then(e.moved));

const reactions = suite('what a conversation does to a resource by itself');
const react = (state: ResourceState, event: Parameters<typeof reactResource>[1]) =>
  reactResource(until[state].reduce(evolveResource, initialResource), event, { us: x.LENDER, at: x.now });
reactions(
  'conflict: the request is cancelled while the boat is on the way: it is told to turn; before, it is called off',
  () => {
    const reason = x.cancelled.data.reason;
    for (const state of ['committed', 'mobilising'] as const) {
      assert.deepEqual(react(state, x.cancelled), [
        { ...e.cancelled, data: { ...e.cancelled.data, reason } },
      ]);
    }
    for (const state of ['en-route', 'on-scene'] as const) {
      assert.deepEqual(react(state, x.cancelled), [{ ...e.released, data: { ...e.released.data, reason } }]);
    }
    for (const state of ['released', 'returning', 'available', 'out-of-service'] as const) {
      assert.deepEqual(react(state, x.cancelled), []);
    }
  },
);
reactions('released by the asker, or its return agreed: home', () => {
  assert.deepEqual(react('on-scene', x.released), [e.released]);
  assert.deepEqual(
    react('on-scene', x.returnAnswered).map(({ type }) => type),
    ['ResourceReleased'],
  );
  assert.deepEqual(
    react('on-scene', { ...x.returnAnswered, data: { ...x.returnAnswered.data, agreed: false } }),
    [],
  );
  assert.deepEqual(
    react('on-scene', { ...x.released, data: { ...x.released.data, deployments: [x.deployment2] } }),
    [],
  );
});
reactions('what was reserved for a commitment that is refused is free again', () =>
  assert.deepEqual(react('committed', x.refused('cancelled')), [
    { ...e.cancelled, data: { ...e.cancelled.data, reason: 'cancelled' } },
  ]),
);
reactions('a granted extension moves the end, a refused one does not', () => {
  assert.deepEqual(react('on-scene', x.extensionGranted), [e.extended]);
  assert.deepEqual(react('on-scene', x.extensionRefused), []);
});
reactions('another conversation’s events, and own incidents, are left alone', () => {
  const other = { ...x.cancelled, data: { ...x.cancelled.data, conversation: x.offer2 } };
  assert.deepEqual(react('on-scene', other), []);
  const ours = [
    e.registered,
    ...eventsOf(decideResource(dispatch(), evolveResource(initialResource, e.registered))),
  ];
  assert.deepEqual(
    reactResource(ours.reduce(evolveResource, initialResource), x.cancelled, { us: x.LENDER, at: x.now }),
    [],
  );
});
reactions('a clock that was set back keeps no boat out', () => {
  const resource = until['on-scene'].reduce(evolveResource, initialResource);
  assert.deepEqual(reactResource(resource, x.released, { us: x.LENDER, at: x.day(6) }), [e.released]);
});
reactions('the same event again gives nothing', () => {
  for (const state of deployedStates) {
    for (const event of [
      x.cancelled,
      x.released,
      x.returnAnswered,
      x.refused('cancelled'),
      x.extensionGranted,
    ]) {
      const resource = until[state].reduce(evolveResource, initialResource);
      const facts = { us: x.LENDER, at: x.now };
      const after = reactResource(resource, event, facts).reduce(evolveResource, resource);
      assert.deepEqual(reactResource(after, event, facts), [], `${state} ${event.type}`);
    }
  }
});

const views = suite('the view of a resource');
const fold = (events: readonly ResourceEvent[]) =>
  events.reduce<ReturnType<typeof foldResource>>(
    (view, event, index) =>
      foldResource(view, event, {
        id: x.boat,
        regency: x.LENDER,
        revision: index + 1,
        sequence: index + 1,
        recordedAt: event.data.occurredAt,
      }),
    undefined,
  );
views('has requested, estimated and actual times of every leg, and the path', () => {
  const view = fold([
    e.registered,
    e.committed,
    e.mobilised,
    e.departed,
    e.positionReported,
    e.arrived,
    e.extended,
    e.released,
    e.returning,
  ]);
  assert.equal(view?.state, 'returning');
  assert.deepEqual(view?.position, { point: [112.5, -2], at: x.now, note: 'Terawan', sequence: 5 });
  assert.deepEqual(view?.deployment, {
    id: x.deployment,
    task: x.task,
    state: 'returning',
    departure: { estimated: x.day(7, 17), actual: x.now },
    arrival: { requested: x.day(7, 18), estimated: x.day(7, 22), actual: x.now },
    returnDeparture: { requested: x.day(12), actual: x.now },
    returnArrival: { estimated: x.day(7, 23) },
    committedAt: x.now,
    until: x.day(12),
    firstUntil: x.day(10, 18),
    releasedAt: x.now,
    remark: 'Selesai',
    path: [{ point: [112.5, -2], at: x.now, note: 'Terawan', sequence: 5 }],
  });
});
views('comes back to its home and keeps what is past', () => {
  const view = fold([...until.returning, e.returned]);
  assert.equal(view?.state, 'available');
  assert.equal(view?.deployment, undefined);
  assert.deepEqual(view?.position?.point, [112.95, -2.53]);
  assert.deepEqual(
    view?.past.map(({ id, state, remark }) => ({ id, state, remark })),
    [{ id: x.deployment, state: 'returned', remark: 'Baik' }],
  );
});
views('an older position that comes late joins the path, not the place', () => {
  const late = {
    ...e.positionReported,
    data: { ...e.positionReported.data, occurredAt: x.day(7, 11), point: [112.4, -2.2] as [number, number] },
  };
  const view = fold([...until['en-route'], e.positionReported, late]);
  assert.deepEqual(view?.position?.point, [112.5, -2]);
  assert.deepEqual(
    view?.deployment?.path.map(({ at }) => at),
    [x.day(7, 11), x.now],
  );
});
views('out of service says why, until it is back', () => {
  assert.equal(fold([e.registered, e.outOfService])?.stateReason, 'Bocor');
  assert.equal(fold([e.registered, e.outOfService, e.backInService])?.stateReason, undefined);
  assert.equal(fold([e.outOfService]), undefined);
});
views('agrees with the aggregate on the state, over any commands', () =>
  fc.assert(
    fc.property(fc.array(anyCommand(), { maxLength: 25 }), (commands) => {
      const events: ResourceEvent[] = [e.registered];
      let state = evolveResource(initialResource, e.registered);
      for (const command of commands) {
        const decided = eventsOf(decideResource(command, state));
        state = decided.reduce(evolveResource, state);
        events.push(...decided);
      }
      const view = fold(events);
      assert.equal(view?.state, state.state);
      assert.equal(view?.deployment?.id, 'deployment' in state ? state.deployment.id : undefined);
    }),
    { numRuns: 500 },
  ),
);

const properties = suite('over any commands');
properties(
  'a resource has one deployment at a time, and each deployment is committed once and ends once at most',
  () =>
    fc.assert(
      fc.property(fc.array(anyCommand(), { maxLength: 40 }), (commands) => {
        let state = evolveResource(initialResource, e.registered);
        const open = new Set<string>();
        const seen = new Set<string>();
        for (const command of commands) {
          for (const event of eventsOf(decideResource(command, state))) {
            state = evolveResource(state, event);
            if (event.type === 'ResourceCommitted') {
              assert.equal(open.size, 0);
              assert.ok(!seen.has(event.data.deployment));
              if (event.data.task.for === 'neighbour') assert.ok('agreement' in event.data.task.basis);
              open.add(event.data.deployment);
              seen.add(event.data.deployment);
            } else if ('deployment' in event.data) {
              assert.ok(open.has(event.data.deployment), event.type);
              if (event.type === 'ResourceReturned' || event.type === 'DeploymentCancelled') open.clear();
            }
          }
        }
      }),
      { numRuns: 500 },
    ),
);
properties('a second commitment in the stream does not move the first', () => {
  const second = { ...e.committed, data: { ...e.committed.data, deployment: x.deployment2 } };
  const states = [until.mobilising, [...until.mobilising, second]].map((events) =>
    events.reduce(evolveResource, initialResource),
  );
  assert.deepEqual(states[1], states[0]);
});
properties('the fold is total: any events in any order leave a state', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<ResourceEvent>(...Object.values(e)), { maxLength: 30 }),
      (events) => {
        const state = events.reduce(evolveResource, initialResource);
        assert.ok(typeof state.state === 'string');
        fold(events);
      },
    ),
  ),
);

function eventsOf(decision: ReturnType<typeof decideResource>): ResourceEvent[] {
  return decision.accepted ? decision.events : [];
}

function anyCommand(): fc.Arbitrary<ResourceCommand> {
  const which = fc.constantFrom(...x.deployments.slice(0, 3));
  const body = which.map((one) => ({ deployment: one }));
  const verb = (type: ResourceCommand['type'], more: object = {}) =>
    body.map((about) => step(type as 'arrive', { ...about, ...more }));
  return fc.oneof(
    which.map((one) => commit({ deployment: one })),
    which.map((one) => commit({ deployment: one, basis: undefined })),
    which.map((one) => dispatch(one)),
    verb('mobilise'),
    verb('depart'),
    verb('arrive'),
    verb('extend', { until: x.day(12) }),
    verb('cancel', { reason: 'Tidak jadi' }),
    verb('release'),
    verb('startReturn'),
    verb('endReturn'),
    verb('reportPosition', { point: [112, -2] }),
    fc.constantFrom(leave, enter),
  );
}
