/** Memory of a site at rest: the process of one that holds the recorded scenario and is asked nothing. */
import { readFileSync } from 'node:fs';
import type { BenchRow } from '@siaga/testkit';
import { play, recordedScenario } from '@siaga/infra/launcher/scenario/index.ts';
import { KOTIM, SERUYAN, startWorld } from '../support/world.ts';

const GOAL_MB = 150;
const SETTLE_MS = 20_000;

export const benchMemory = async (): Promise<BenchRow[]> => {
  const world = await startWorld();
  try {
    await play(recordedScenario(new Date()), {
      sites: new Map([
        [SERUYAN, world.seruyan.base],
        [KOTIM, world.kotim.base],
      ]),
      password: 'siaga-demo',
      pauseMs: 0,
      signal: new AbortController().signal,
    });
    await new Promise((done) => setTimeout(done, SETTLE_MS));
    const value = residentMb(world.seruyan.pid);
    return [
      {
        name: 'memory of a site at rest, resident MB, against the 150 MB allowed, less is better',
        value,
        baseline: GOAL_MB,
        ratio: value / GOAL_MB,
        goal: 1,
        met: value < GOAL_MB,
      },
    ];
  } finally {
    await world.stop();
  }
};

const residentMb = (pid: number): number => {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
};
