/** Keeps streams for as long as it runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './errors.ts';

export interface Keeper {
  /** Looks now, or joins the look that is under way. Rejects with what keeps it from its work. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface KeepOptions {
  /** Told of the streams that were made or filled. */
  onChanged?: (streams: readonly string[]) => void;
  /** Told of each problem once, and of `undefined` when there is none any more. */
  onProblem?: (problem: string | undefined) => void;
}

const LOOK_AGAIN_MS = 1_000;

/**
 * Does what `ensure` does, `ensureSite` or `ensureHub`, once a second: whatever a server stores in a stream whose end it can't
 * read is lost to others. Never twice at once: of two who make a stream at the same time, one is told
 * that it exists with other settings. A problem passes or stays, it never ends this.
 */
export function keepStreams(
  ensure: () => Promise<readonly string[]>,
  { onChanged, onProblem }: KeepOptions = {},
): Keeper {
  const stopping = new AbortController();
  const { signal } = stopping;
  let looking: Promise<void> | undefined;
  const lookOnce = async () => {
    const changed = await ensure();
    if (changed.length > 0) onChanged?.(changed);
  };
  const look = (): Promise<void> => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const run = async () => {
    let problem: string | undefined;
    while (!signal.aborted) {
      const found = await look().then(() => undefined, reasonOf);
      if (found !== problem && !signal.aborted) onProblem?.(found);
      problem = found;
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    look,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
