/** Waiting for a condition, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when `condition` holds, asked every 20 ms. After `withinMs` (a minute) it fails with what was waited for. A
 * condition that throws fails at once.
 */
export const until = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(20);
  }
};
