/** Keeps the hub's streams for as long as it runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegencyCode } from '@siaga/domain';
import type { NatsConnection } from 'nats';
import { reasonOf } from './errors.ts';
import { ensureHub } from './streams.ts';

export interface Steward {
  stop(): Promise<void>;
}

export interface StewardOptions {
  regencies: readonly RegencyCode[];
  replicas?: 1 | 3;
  /** Told of each problem once, and of `undefined` when there is none any more. */
  onProblem?: (problem: string | undefined) => void;
}

const LOOK_AGAIN_MS = 1_000;

/**
 * Does what `ensureHub` does, once a second: that a server can't read the end of a stream shows only when it has written
 * there after its start. A problem passes or stays, it never ends this.
 */
export function keepHub(nc: NatsConnection, options: StewardOptions): Steward {
  const { regencies, replicas = 1, onProblem } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    let problem: string | undefined;
    while (!signal.aborted) {
      const found = await ensureHub(nc, regencies, { replicas }).then(() => undefined, reasonOf);
      if (found !== problem && !signal.aborted) onProblem?.(found);
      problem = found;
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
