import { AssertionError } from 'node:assert';
import { scenario } from '../src/given.ts';
import { assert, suite } from '../src/index.ts';

/** A boat that is lent and given back: the smallest decider with every kind of answer. */
type Event = { type: 'Lent'; to: string } | { type: 'Fuelled' } | { type: 'Returned' };
type Command = { type: 'lend'; to: string } | { type: 'return' };
type State = { lentTo?: string };

const boat = scenario<State, Event, Command>({
  initial: {},
  evolve(state, event) {
    if (event.type === 'Lent') return { lentTo: event.to };
    return event.type === 'Returned' ? {} : state;
  },
  decide(command, { lentTo }) {
    if (command.type === 'return') {
      return {
        accepted: true,
        events: lentTo === undefined ? [] : [{ type: 'Fuelled' }, { type: 'Returned' }],
      };
    }
    return lentTo === undefined
      ? { accepted: true, events: [{ type: 'Lent', to: command.to }] }
      : { accepted: false, rejection: { code: 'already_lent', facts: { to: lentTo } } };
  },
});
const lent: Event = { type: 'Lent', to: '62.02' };
const fuelled: Event = { type: 'Fuelled' };
const returned: Event = { type: 'Returned' };

const test = suite('given, when, then');
const fails = (check: () => void) => assert.throws(check, AssertionError);

test('passes on exactly the events that the command gives', () => {
  boat.given().when({ type: 'lend', to: '62.02' }).then(lent);
  boat.given(lent).when({ type: 'return' }).then(fuelled, returned);
});

test('the state is what all given events make, in their order', () => {
  boat.given(lent, returned).when({ type: 'return' }).thenNothing();
  boat.given(lent, returned, lent).when({ type: 'return' }).then(fuelled, returned);
});

test('fails on a subset of the events', () => {
  const outcome = boat.given(lent).when({ type: 'return' });
  fails(() => outcome.then(fuelled));
  fails(() => outcome.then(returned));
  fails(() => outcome.thenNothing());
});

test('fails on the wrong order', () =>
  fails(() => boat.given(lent).when({ type: 'return' }).then(returned, fuelled)));

test('fails on an event that was expected and did not come', () => {
  const expected = [fuelled, returned, returned];
  fails(() =>
    boat
      .given(lent)
      .when({ type: 'return' })
      .then(...expected),
  );
});

test('fails on other data of an event', () => {
  const outcome = boat.given().when({ type: 'lend', to: '62.02' });
  fails(() => outcome.then({ type: 'Lent', to: '62.07' }));
});

test('thenNothing fails when there are events, and when it was rejected', () => {
  boat.given().when({ type: 'return' }).thenNothing();
  fails(() => boat.given(lent).when({ type: 'return' }).thenNothing());
  fails(() => boat.given(lent).when({ type: 'lend', to: '62.07' }).thenNothing());
});

test('then fails when it was rejected', () =>
  fails(() => boat.given(lent).when({ type: 'lend', to: '62.07' }).then(lent)));

test('thenRejected passes on the code and exactly the facts', () => {
  const outcome = boat.given(lent).when({ type: 'lend', to: '62.07' });
  outcome.thenRejected('already_lent');
  outcome.thenRejected('already_lent', { to: '62.02' });
});

test('thenRejected fails on another code, other facts, fewer facts, and on what was accepted', () => {
  const outcome = boat.given(lent).when({ type: 'lend', to: '62.07' });
  fails(() => outcome.thenRejected('sunk'));
  fails(() => outcome.thenRejected('already_lent', { to: '62.07' }));
  fails(() => outcome.thenRejected('already_lent', {}));
  fails(() => boat.given().when({ type: 'return' }).thenRejected('already_lent'));
  fails(() => boat.given().when({ type: 'lend', to: '62.07' }).thenRejected('already_lent'));
});
