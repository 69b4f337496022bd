import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { beginAt, type Continuity, step } from '../src/continuity.ts';
import { range } from './support.ts';

const test = suite('stream: continuity');

/** Reads a growing stream as the follower does: `arrivals[k]` messages are there when the k-th reading begins. */
function read({ stream, after, from, arrivals }: Script): {
  delivered: number[];
  state: Continuity;
  steps: number;
} {
  const delivered: number[] = [];
  let state = beginAt(from, after);
  let position = from;
  let steps = 0;
  for (const there of [...arrivals, stream.length]) {
    while (position <= there) {
      const sequence = stream[position - 1];
      if (sequence === undefined) throw new Error('read past the end');
      const next = step(state, sequence, position);
      state = next.continuity;
      if (next.deliver) delivered.push(sequence);
      position = next.rewindTo ?? position + 1;
      steps += 1;
      if (steps > 100_000) throw new Error('reads without end');
    }
  }
  return { delivered, state, steps };
}

interface Script {
  stream: number[];
  after: number;
  from: number;
  arrivals: number[];
}

/** Any order of any events, some missing, some several times. */
const anyStream = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 });
const script = anyStream.chain((stream) =>
  fc.record({
    stream: fc.constant(stream),
    after: fc.integer({ min: 0, max: 12 }),
    from: fc.integer({ min: 1, max: stream.length + 1 }),
    arrivals: fc
      .array(fc.integer({ min: 0, max: stream.length }), { maxLength: 4 })
      .map((points) => points.sort((a, b) => a - b)),
  }),
);

/** What must come out: everything from `after + 1` up to the first that the stream lacks. */
function prefix(stream: number[], after: number): number[] {
  let last = after;
  while (stream.includes(last + 1)) last += 1;
  return range(after + 1, last);
}

test('read from the beginning, delivers exactly the unbroken sequence, in order', () => {
  fc.assert(
    fc.property(script, (given) => {
      const { delivered, state } = read({ ...given, from: 1 });
      assert.deepEqual(delivered, prefix(given.stream, given.after));
      const later = given.stream.filter((sequence) => sequence > state.last);
      assert.deepEqual(state.skipped?.lowest, later.length > 0 ? Math.min(...later) : undefined);
    }),
    { numRuns: 2_000 },
  );
});

test('read from any position, delivers in order, and all of it when a hole that stays is read for from the beginning', () => {
  fc.assert(
    fc.property(script, (given) => {
      const { delivered, state } = read(given);
      const whole = prefix(given.stream, given.after);
      assert.deepEqual(delivered, whole.slice(0, delivered.length));
      const later = given.stream.slice(given.from - 1).filter((sequence) => sequence > state.last);
      assert.equal(state.skipped?.lowest, later.length > 0 ? Math.min(...later) : undefined);
      if (!state.skipped) return;
      const again = read({ ...given, after: state.last, from: 1 });
      assert.deepEqual([...delivered, ...again.delivered], whole);
    }),
    { numRuns: 2_000 },
  );
});

test('a hole that is closed by publishing everything again reads the stream at most three times', () => {
  const stream = [...range(1, 1_000), ...range(2_001, 5_000), ...range(1_001, 5_000)];
  const { delivered, steps } = read({ stream, after: 0, from: 1, arrivals: [] });
  assert.deepEqual(delivered, range(1, 5_000));
  assert.ok(steps <= 3 * stream.length, `${steps} steps`);
});
