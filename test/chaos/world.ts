/** Two sites, each on a disk of its own with its NATS server's streams, with a clock that can be shifted. */
import { rmSync } from 'node:fs';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aidAcrossTheBorder } from '@siaga/infra/launcher/scenario/aid-across-the-border.ts';
import { play } from '@siaga/infra/launcher/scenario/play.ts';
import { domainOf } from '@siaga/stream';
import { KOTIM, SERUYAN, startWorld, type World, type WorldSite } from '../support/world.ts';
import { type Disk, type DiskKind, openDisk } from './disk.ts';

const REGENCIES = [SERUYAN, KOTIM] as const;

export interface ChaosSite {
  readonly regency: string;
  readonly neighbour: string;
  readonly site: WorldSite;
  readonly disk: Disk;
  /** Ends its process as a crash does, and keeps whoever watches over it from starting it again before `launch`. */
  killAndHold(): Promise<void>;
  launch: () => void;
  /** Whether its process is held down. */
  readonly isHeld: boolean;
  /** Sets the clock of its process so many milliseconds forward, or back. */
  shiftClock(ms: number): Promise<void>;
}

export interface ChaosWorld extends World {
  readonly sites: readonly [ChaosSite, ChaosSite];
  siteOf(regency: string): ChaosSite;
  /** Where a NATS server keeps its streams; the hub's for undefined. */
  streamsOf(regency: string | undefined): string;
}

const PRELOADED = ['shifted-clock.ts', 'refusing-disk.ts']
  .map((name) => `--import ${fileURLToPath(new URL(name, import.meta.url))}`)
  .join(' ');

/**
 * Starts both sites, each on the first kind of disk that can be made, and has them sign an agreement, so that resources and
 * mutual aid are shared too.
 */
export const startChaosWorld = async (disksOf?: readonly DiskKind[]): Promise<ChaosWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'siaga-chaos-'));
  const disks = new Map(
    REGENCIES.map((regency) => [regency as string, openDisk(join(folder, regency), disksOf)]),
  );
  const diskOf = (regency: string): Disk => {
    const disk = disks.get(regency);
    if (!disk) throw new Error(`there is no disk of ${regency}`);
    return disk;
  };
  const clockOf = (regency: string) => join(folder, `clock-${regency}`);
  const removeAll = () => {
    process.off('exit', removeAll);
    for (const disk of disks.values()) disk.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // A run that is ended half way must leave nothing mounted.
  process.once('exit', removeAll);
  try {
    const world = await startWorld({
      placeOf: (regency) => ({
        folder: join(diskOf(regency).folder, 'site'),
        environment: {
          SIAGA_TEST_CLOCK: clockOf(regency),
          SIAGA_TEST_DISK_FULL: diskOf(regency).refusal,
          NODE_OPTIONS: `${PRELOADED} --disable-warning=ExperimentalWarning`,
        },
      }),
      async prepare(topology) {
        for (const regency of REGENCIES) {
          // As on one machine: what fills the site's disk fills its NATS server's.
          const server = topology.site(regency);
          const streams = join(topology.folder, domainOf(regency), 'streams');
          const moved = join(diskOf(regency).folder, 'streams');
          await server.kill();
          await rm(moved, { recursive: true, force: true });
          await rm(streams, { recursive: true, force: true });
          await rename(await mkdtemp(`${moved}-`), moved);
          await symlink(moved, streams);
          await server.restart();
        }
      },
    });
    const sites = [
      chaosSite(world.seruyan, KOTIM, diskOf(SERUYAN), clockOf(SERUYAN)),
      chaosSite(world.kotim, SERUYAN, diskOf(KOTIM), clockOf(KOTIM)),
    ] as const;
    await play(
      aidAcrossTheBorder(new Date()).filter(({ key }) => key.startsWith('pks-')),
      {
        sites: new Map(sites.map(({ regency, site }) => [regency, site.base])),
        password: 'siaga-demo',
        pauseMs: 0,
        signal: new AbortController().signal,
      },
    );
    return {
      ...world,
      sites,
      siteOf(regency) {
        const found = sites.find((site) => site.regency === regency);
        if (!found) throw new Error(`there is no site ${regency}`);
        return found;
      },
      streamsOf: (regency) =>
        regency === undefined
          ? join(world.topology.folder, 'hub', 'streams')
          : join(diskOf(regency).folder, 'streams'),
      async stop() {
        await world.stop();
        removeAll();
      },
    };
  } catch (error) {
    removeAll();
    throw error;
  }
};

const chaosSite = (site: WorldSite, neighbour: string, disk: Disk, clock: string): ChaosSite => {
  let held = false;
  return {
    regency: site.regency,
    neighbour,
    site,
    disk,
    async killAndHold() {
      held = true;
      await site.kill();
    },
    launch() {
      site.launch();
      held = false;
    },
    get isHeld() {
      return held;
    },
    shiftClock: (ms) => writeFile(clock, String(ms)),
  };
};
