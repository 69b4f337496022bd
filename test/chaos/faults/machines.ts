/** Processes that die, links that fail, disks that fill and clocks that are set. */
import type { Link } from '@siaga/testkit';
import type { ChaosWorld } from '../world.ts';
import type { Random } from '../random.ts';
import { type FaultKind, HUB, leafName, linkName, siteName } from './fault.ts';

const anySite = (random: Random, world: ChaosWorld) => random.pick(world.sites);

export const killSite: FaultKind = {
  name: 'kill-site',
  what: 'kill -9 of a site’s process, started again after up to 2 s',
  promised: 'every acknowledged command is in its ledger once; it goes on where it was',
  weight: 2,
  draw(random, world) {
    const chosen = anySite(random, world);
    const { regency } = chosen;
    const downMs = random.whole(0, 2_000);
    return {
      says: `kill -9 of the site ${regency}, down for ${downMs} ms`,
      touches: [siteName(regency)],
      async begin({ wait }) {
        await chosen.killAndHold();
        await wait(downMs);
        return () => chosen.launch();
      },
    };
  },
};

export const killLeaf: FaultKind = {
  name: 'kill-leaf',
  what: 'kill -9 of a site’s NATS server, started again after up to 2 s',
  promised: 'the site takes commands meanwhile; then everything is published once more in order',
  draw(random, world) {
    const { regency } = anySite(random, world);
    const downMs = random.whole(0, 2_000);
    return {
      says: `kill -9 of the NATS server of ${regency}, down for ${downMs} ms`,
      touches: [leafName(regency)],
      async begin({ wait }) {
        const server = world.topology.site(regency);
        await server.kill();
        await wait(downMs);
        return () => server.restart();
      },
    };
  },
};

export const killHub: FaultKind = {
  name: 'kill-hub',
  what: 'kill -9 of the hub, started again after up to 3 s',
  promised: 'both sites work alone, and catch up',
  draw(random, world) {
    const downMs = random.whole(0, 3_000);
    return {
      says: `kill -9 of the hub, down for ${downMs} ms`,
      touches: [HUB],
      async begin({ wait }) {
        await world.topology.hub.kill();
        await wait(downMs);
        return () => world.topology.hub.restart();
      },
    };
  },
};

const onLink = (
  name: string,
  { what, promised }: Pick<FaultKind, 'what' | 'promised'>,
  [least, most]: readonly [number, number],
  act: (link: Link, random: Random) => void,
): FaultKind => ({
  name,
  what,
  promised,
  draw(random, world) {
    const { regency } = anySite(random, world);
    const lastsMs = random.whole(least, most);
    const part = random.fork(String(random.next()));
    return {
      says: `${name} of the link of ${regency} for ${lastsMs} ms`,
      touches: [linkName(regency)],
      async begin({ wait }) {
        const { link } = world.topology.site(regency);
        act(link, part);
        await wait(lastsMs);
        return () => link.heal();
      },
    };
  },
});
const WORKS_ALONE = 'each side works alone, says how old the other half is, and catches up';

export const cut = onLink(
  'cut',
  {
    what: 'the link between a site and the hub is reset, and refuses connections for up to 5 s',
    promised: WORKS_ALONE,
  },
  [500, 5_000],
  (link) => link.cut(),
);
export const blackhole = onLink(
  'black-hole',
  { what: 'the link swallows everything both ways for up to 5 s, and nobody is told', promised: WORKS_ALONE },
  [500, 5_000],
  (link) => link.blackhole(),
);
export const delay = onLink(
  'delay',
  { what: 'the link takes 50 to 500 ms longer each way for up to 5 s', promised: 'slower, and nothing else' },
  [1_000, 5_000],
  (link, random) => link.delay(random.whole(50, 500)),
);

export const fullDisk: FaultKind = {
  name: 'full-disk',
  what: 'the disk of a site, its ledger, picture and NATS streams, is full for up to 3 s',
  promised:
    'commands are refused with 503 and Retry-After, none acknowledged is lost; the site goes on by itself when there is space, its NATS server when it is started again',
  draw(random, world) {
    const { regency, disk } = anySite(random, world);
    const lastsMs = random.whole(500, 3_000);
    return {
      says: `the disk of ${regency} full for ${lastsMs} ms`,
      touches: [siteName(regency), leafName(regency)],
      async begin({ wait }) {
        disk.fill();
        await wait(lastsMs);
        return async () => {
          disk.free();
          // nats-server 2.9 switches JetStream off when its disk is full, and on again only at its next start.
          const server = world.topology.site(regency);
          await server.kill();
          await server.restart();
        };
      },
    };
  },
};

export const shiftedClock: FaultKind = {
  name: 'shifted-clock',
  what: 'a site’s clock is set up to 2 hours forward or back for up to 4 s, and then right again',
  promised: 'numbers, order and content are the same; no age is made up',
  draw(random, world) {
    const chosen = anySite(random, world);
    const minutes = random.whole(2, 119) * (random.chance(0.5) ? 1 : -1);
    const lastsMs = random.whole(1_000, 4_000);
    return {
      says: `the clock of ${chosen.regency} ${minutes} min off for ${lastsMs} ms`,
      touches: [siteName(chosen.regency)],
      async begin({ wait }) {
        await chosen.shiftClock(minutes * 60_000);
        await wait(lastsMs);
        return () => chosen.shiftClock(0);
      },
    };
  },
};
