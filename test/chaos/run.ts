/** One run: load, faults one round after the other, and the evidence that is left when all is quiet again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DriverState, startDriver } from './driver.ts';
import type { DiskKind } from './disk.ts';
import type { FaultKind, Forgeries } from './faults/fault.ts';
import { gather } from './oracle/gather.ts';
import type { Evidence } from './oracle/evidence.ts';
import { openProbe } from './probe.ts';
import { randomOf } from './random.ts';
import { openSchedule, type Planned } from './schedule.ts';
import { startChaosWorld } from './world.ts';

export interface ChaosOptions {
  seed: number;
  /** How long faults are done; starting, healing at the end and checking come on top. */
  durationMs: number;
  kinds: readonly FaultKind[];
  /** Commands a second that are aimed at. */
  rate: number;
  /** The kinds of each round, in place of rounds that are drawn for as long as there is time. */
  rounds?: readonly (readonly FaultKind[])[];
  /** The kinds of disks of which the first that can be made is taken; all kinds where it is left out. */
  disks?: readonly DiskKind[] | undefined;
  say: (line: string) => void;
}

/** What became of the faults of one kind. */
interface KindCount {
  kind: FaultKind;
  done: number;
  longestHealMs: number;
}

export interface ChaosRun {
  driver: DriverState;
  faults: number;
  kinds: readonly KindCount[];
  /** From the end of the last fault of a round until both halves of both pictures were complete again. */
  longestHealMs: number;
  /** Rounds after which that did not come about within `HEAL_LIMIT_MS`, and what was missing. */
  neverHealed: readonly string[];
  /** Sites' processes that ended though nobody had killed them, with the last that they printed. */
  crashes: readonly string[];
  disk: DiskKind;
  /** Seconds from the first command to the last. */
  seconds: number;
  evidence: Evidence;
}

const HEAL_LIMIT_MS = 60_000;
const WATCH_MS = 200;

export const runChaos = async (options: ChaosOptions): Promise<ChaosRun> => {
  const { seed, durationMs, rate, rounds, disks, say } = options;
  const random = randomOf(seed);
  const world = await startChaosWorld(disks);
  const counts = new Map<string, KindCount>();
  const neverHealed: string[] = [];
  const crashes: string[] = [];
  const forgeries: Forgeries = { texts: new Set() };
  const watching = new AbortController();
  /** Starts again what ended by itself, as a service manager does. */
  const watch = async () => {
    while (!watching.signal.aborted) {
      for (const { regency, site, isHeld, launch } of world.sites) {
        if (site.running || isHeld) continue;
        crashes.push(`site ${regency}: ${site.printed.slice(-2_000)}`);
        say(`the process of site ${regency} has ended by itself, and is started again`);
        launch();
      }
      await sleep(WATCH_MS, undefined, { signal: watching.signal }).catch(() => undefined);
    }
  };
  const watched = watch();
  try {
    const probe = await openProbe(world, random.fork('probe'));
    const driver = await startDriver({
      random: random.fork('driver'),
      sites: [world.seruyan, world.kotim],
      rate,
    });
    const begunAt = performance.now();
    const schedule = openSchedule(options.kinds, random.fork('faults'), world);

    const doOne = async ({ kind, fault, afterMs }: Planned): Promise<number> => {
      await sleep(afterMs);
      const end = await fault.begin({ world, forgeries, wait: sleep });
      const endedAt = performance.now();
      await end?.();
      const count = counts.get(kind.name) ?? { kind, done: 0, longestHealMs: 0 };
      counts.set(kind.name, { ...count, done: count.done + 1 });
      return endedAt;
    };
    let longestHealMs = 0;
    let faults = 0;
    const more = (round: number) =>
      rounds ? round <= rounds.length : performance.now() - begunAt < durationMs;
    for (let round = 1; more(round); round += 1) {
      const planned = rounds ? schedule.of(rounds[round - 1] ?? []) : schedule.round();
      const ended = await Promise.all(planned.map(doOne));
      const lastEnd = Math.max(...ended);
      const { missing, waitedFor } = await probe.complete(HEAL_LIMIT_MS);
      const healMs = Math.round(performance.now() - lastEnd);
      faults += planned.length;
      longestHealMs = Math.max(longestHealMs, healMs);
      for (const { kind } of planned) {
        const count = counts.get(kind.name);
        if (count) counts.set(kind.name, { ...count, longestHealMs: Math.max(count.longestHealMs, healMs) });
      }
      const what = planned.map(({ fault }) => fault.says).join('; ');
      if (missing !== undefined) neverHealed.push(`${what}: ${missing}`);
      const { acknowledged } = driver.state();
      say(
        `round ${round}, ${faults} faults, ${acknowledged.length} acknowledged: ${what}: ` +
          (missing === undefined ? `healed in ${healMs} ms` : `NOT HEALED: ${missing}`) +
          (waitedFor === '' ? '' : `; it took ${waitedFor} ms`),
      );
    }
    await driver.stop(HEAL_LIMIT_MS);
    const seconds = (performance.now() - begunAt) / 1_000;
    const { missing } = await probe.complete(HEAL_LIMIT_MS);
    if (missing !== undefined) neverHealed.push(`at the end: ${missing}`);
    probe.close();
    say('reading ledgers, pictures and streams');
    const state = driver.state();
    const evidence = await gather(
      world,
      {
        acknowledged: [...state.acknowledged, ...probe.acknowledged],
        expected: [...driver.expected(), ...probe.expected()],
        forged: forgeries.texts,
      },
      () => {
        watching.abort();
        return watched;
      },
    );
    return {
      driver: state,
      faults,
      kinds: [...counts.values()],
      longestHealMs,
      neverHealed,
      crashes,
      disk: world.sites[0].disk.kind,
      seconds,
      evidence,
    };
  } finally {
    watching.abort();
    await watched;
    await world.stop();
  }
};
