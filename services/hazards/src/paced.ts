/** Long work on the one thread that answers everybody: done in steps, with others let in between. */
import { setImmediate as turn } from 'node:timers/promises';

/** So long others wait at most, plus the longest step. */
const AT_A_TIME_MS = 8;

/** Runs `steps` to their end and answers what they return. Rejects with what they throw. */
export const paced = async <Result>(steps: Generator<undefined, Result, void>): Promise<Result> => {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < AT_A_TIME_MS) continue;
    await turn();
    since = performance.now();
  }
};

/** Runs `steps` to their end at once. */
export const atOnce = <Result>(steps: Generator<undefined, Result, void>): Result => {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};
