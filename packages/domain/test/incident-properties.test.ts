import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type EventPlace,
  type Incident,
  type IncidentCommand,
  type IncidentEvent,
  type IncidentView,
  decideIncident,
  decodeEvent,
  evolveIncident,
  foldIncident,
  initialIncident,
  measures,
  wireType,
} from '../src/index.ts';
import { incidentCommand, incidentCommands } from './arbitraries.ts';
import { OURS, self } from './examples.ts';

interface Step {
  command: IncidentCommand;
  before: Incident;
  events: IncidentEvent[];
  after: Incident;
}

/** Sends the commands one after another, as the regency does, and keeps what each came to. */
const run = (commands: IncidentCommand[], state = initialIncident): Step[] =>
  commands.map((command) => {
    const before = state;
    const decision = decideIncident(command, before);
    const events = decision.accepted ? decision.events : [];
    state = events.reduce(evolveIncident, before);
    return { command, before, events, after: state };
  });
const eventsOf = (commands: IncidentCommand[]) => run(commands).flatMap((step) => step.events);
const lastOf = (commands: IncidentCommand[]) => run(commands).at(-1)?.after ?? initialIncident;

const placeOf = (index: number): EventPlace => ({
  id: self,
  regency: OURS,
  revision: index + 1,
  sequence: index + 1,
  recordedAt: new Date(Date.UTC(2026, 8, 8) + index * 1000).toISOString(),
});
const viewOf = (events: IncidentEvent[]) =>
  events.reduce<IncidentView | undefined>(
    (view, event, index) => foldIncident(view, event, placeOf(index)),
    undefined,
  );

/** Status, figures and details as both sides of the fold can say them. */
const essenceOfState = (state: Incident) =>
  state.status === 'none'
    ? undefined
    : {
        status: state.status,
        into: state.status === 'merged' ? state.into : undefined,
        before: state.status === 'merged' ? state.before : undefined,
        hazard: state.hazard,
        figures: [...state.figures]
          .flatMap(([place, row]) => [...row].map(([measure, figure]) => ({ place, measure, ...figure })))
          .sort(byText),
        details: [...state.details]
          .map(([detail, { value, observedAt }]) => ({ detail, value, observedAt }))
          .sort(byText),
        same: [...state.same].sort(),
      };
const essenceOfView = (view: IncidentView | undefined) =>
  view && {
    status: view.status,
    into: view.mergedInto,
    before: view.statusBeforeMerge,
    hazard: view.hazard,
    figures: Object.entries(view.figures)
      .flatMap(([place, row]) =>
        measures.flatMap((measure) => {
          const figure = row[measure];
          return figure ? [{ place, measure, count: figure.count, observedAt: figure.observedAt }] : [];
        }),
      )
      .sort(byText),
    details: Object.entries(view.details)
      .map(([detail, value]) => ({
        detail,
        value,
        observedAt: view.detailsFrom[detail as keyof IncidentView['details']]?.observedAt,
      }))
      .sort(byText),
    same: view.same.map(({ regency, incident }) => `${regency}/${incident}`).sort(),
  };
const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const test = suite('incidents under arbitrary commands');

test('deciding never throws, and what is accepted gives a defined state', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      for (const { events, after } of run(commands)) {
        assert.ok(after.status);
        if (events.length > 0) assert.notEqual(after.status, 'none');
      }
    }),
    { numRuns: 400 },
  ));

test('the arbitrary commands reach every status and every event', () => {
  const seen = new Set<string>();
  for (const commands of fc.sample(incidentCommands, { numRuns: 600, seed: 7 })) {
    for (const step of run(commands)) {
      seen.add(step.after.status);
      for (const event of step.events) seen.add(event.type);
    }
  }
  assert.equal(seen.size, 8 + 12, [...seen].sort().join(' '));
});

test('a command sent again right after it was taken gives nothing new, but for a late observation', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      for (const { command, after, events } of run(commands)) {
        if (events.length === 0) continue;
        const again = decideIncident(command, after);
        if (command.type === 'report') {
          assert.deepEqual(again, {
            accepted: false,
            rejection: { code: 'already_reported', facts: { status: after.status } },
          });
        } else {
          const repeated = again.accepted ? again.events.reduce(evolveIncident, after) : undefined;
          assert.deepEqual(repeated, after, 'no second effect');
          if (!isLate(events, after)) assert.deepEqual(again, { accepted: true, events: [] });
        }
      }
    }),
    { numRuns: 400 },
  ));
/** Whether an assessment says something of a time before what stands now. */
const isLate = (events: IncidentEvent[], state: Incident) =>
  events.some(
    (event) =>
      event.type === 'IncidentAssessed' &&
      state.status !== 'none' &&
      (event.data.figures.some(({ place }) =>
        [...(state.figures.get(place)?.values() ?? [])].some((now) => now.observedAt > event.data.occurredAt),
      ) ||
        [...state.details.values()].some((now) => now.observedAt > event.data.occurredAt)),
  );

test('what gave nothing gives nothing again', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      for (const { command, before, after, events } of run(commands)) {
        if (events.length > 0) continue;
        assert.strictEqual(after, before);
        assert.deepEqual(decideIncident(command, after), decideIncident(command, before));
      }
    }),
  ));

test('the picture’s view and the writer’s state agree on status, figures, details and links', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      const events = eventsOf(commands);
      assert.deepEqual(
        essenceOfView(viewOf(events)),
        essenceOfState(events.reduce(evolveIncident, initialIncident)),
      );
    }),
    { numRuns: 400 },
  ));

test('they agree on any order of events too, as a neighbour’s faulty site could send them', () =>
  fc.assert(
    fc.property(
      fc.array(incidentCommands, { minLength: 1, maxLength: 4 }).chain((runs) => {
        const events = runs.flatMap(eventsOf);
        return fc.shuffledSubarray(events, { minLength: events.length });
      }),
      (events) =>
        assert.deepEqual(
          essenceOfView(viewOf(events)),
          essenceOfState(events.reduce(evolveIncident, initialIncident)),
        ),
    ),
    { numRuns: 300 },
  ));

test('merged and undone, the state is the one before', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      const before = lastOf(commands);
      fc.pre(before.status !== 'none' && before.status !== 'merged' && before.status !== 'dismissed');
      const into = '01990000-0000-7000-8000-0000000000ff';
      const common = { by: OURS, at: '2026-09-07T14:00:00.000Z' };
      const after = run(
        [
          {
            ...common,
            type: 'merge',
            self,
            target: { id: into, status: 'active' },
            body: { into, reason: 'ganda' },
          },
          { ...common, type: 'unmerge', body: { reason: 'bukan' } },
        ],
        before,
      );
      assert.deepEqual(
        after.flatMap((step) => step.events).map((event) => event.type),
        ['IncidentMerged', 'IncidentMergeUndone'],
      );
      assert.deepEqual(after.at(-1)?.after, before);
    }),
    { numRuns: 300 },
  ));

test('every event fits its schema in the catalogue and survives JSON', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      for (const event of eventsOf(commands)) {
        const decoded = decodeEvent(wireType(event), JSON.parse(JSON.stringify(event.data)));
        assert.deepStrictEqual(decoded, { ok: true, event, dataClass: 'public' });
      }
    }),
    { numRuns: 400 },
  ));

test('a figure in force comes from the newest observation of it, corrected or not', () =>
  fc.assert(
    fc.property(incidentCommands, (commands) => {
      const events = eventsOf(commands);
      const state = events.reduce(evolveIncident, initialIncident);
      if (state.status === 'none') return;
      for (const [place, row] of state.figures) {
        for (const [measure, { observedAt }] of row) {
          const observed = events.flatMap((event) =>
            (event.type === 'IncidentReported' || event.type === 'IncidentAssessed') &&
            event.data.figures.some(
              (figures) => figures.place === place && figures.counts[measure] !== undefined,
            )
              ? [event.data.occurredAt]
              : [],
          );
          assert.equal(observedAt, observed.sort().at(-1));
        }
      }
    }),
  ));

test('no event carries a personal number in its text', () => {
  fc.assert(
    fc.property(incidentCommand, incidentCommands, (command, commands) => {
      for (const event of eventsOf([...commands, command])) {
        assert.ok(!/6207051203850001|812 3456/.test(JSON.stringify(event)));
      }
    }),
  );
});
