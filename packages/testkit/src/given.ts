/**
 * Given/when/then for deciders. What is expected is the exact list of events in the exact order: a subset, another
 * order or one event more is a failure, and so is a rejection that has other facts.
 */
import assert from 'node:assert/strict';

/** What a decider answers, as far as a scenario looks at it. */
type Decided<Event> =
  | { accepted: true; events: readonly Event[] }
  | { accepted: false; rejection: { code: string; facts: Record<string, unknown> } };

/** The pure parts of an aggregate. */
export interface Decider<State, Event, Command> {
  initial: State;
  evolve: (state: State, event: Event) => State;
  decide: (command: Command, state: State) => Decided<Event>;
}

/** What is expected of a command. Every check throws an AssertionError that shows both sides. */
export interface Outcome<Event> {
  /** Accepted, with exactly these events in this order. Without events it is the same as `thenNothing`. */
  then(...events: Event[]): void;
  /** Accepted, and already so. */
  thenNothing(): void;
  /** Rejected with this code; with `facts`, with exactly these. */
  thenRejected(code: string, facts?: Record<string, unknown>): void;
}

export interface Given<Event, Command> {
  /** Decides `command` against the state that the given events make. Throws what `decide` or `evolve` throws. */
  when(command: Command): Outcome<Event>;
}

/** Makes the `given` of one decider: `given(...events).when(command).then(...events)`. */
export const scenario = <State, Event, Command>({
  initial,
  evolve,
  decide,
}: Decider<State, Event, Command>): { given: (...events: Event[]) => Given<Event, Command> } => ({
  given: (...history) => ({
    when: (command) =>
      outcomeOf(
        decide(
          command,
          history.reduce((state, event) => evolve(state, event), initial),
        ),
      ),
  }),
});

const outcomeOf = <Event>(decision: Decided<Event>): Outcome<Event> => {
  const exactly = (...events: Event[]) =>
    assert.deepStrictEqual(decision, { accepted: true, events }, 'the command should give these events');
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- the third word of given/when/then; nobody awaits an outcome
    then: exactly,
    thenNothing: () => exactly(),
    thenRejected(code, facts) {
      if (decision.accepted) {
        assert.fail(
          `expected the rejection ${code}, but it was accepted: ${JSON.stringify(decision.events)}`,
        );
      }
      const { rejection } = decision;
      assert.equal(rejection.code, code, `rejected for another reason: ${JSON.stringify(rejection)}`);
      if (facts) assert.deepStrictEqual(rejection.facts, facts);
    },
  };
};
