/** Waiting for a condition, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

const LEAST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 500;

/**
 * Resolves when `condition` holds, asked every 20 ms. What takes long to ask is asked less often, so that asking does not
 * take the machine from those who are waited for. After `withinMs` (a minute) it fails with what was waited for. A condition
 * that throws fails at once.
 */
export const until = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const askedAt = performance.now();
    if (await condition()) return;
    const now = performance.now();
    if (now > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(Math.min(Math.max(LEAST_PAUSE_MS, 3 * (now - askedAt)), MOST_PAUSE_MS));
  }
};
