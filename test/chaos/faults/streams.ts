/** What a machine without power or a bad disk does to the streams of a NATS server, and what is delivered twice. */
import { cp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EVENTS, hubStream, INTERNAL, sharedStream } from '@siaga/stream';
import type { ServerHandle } from '@siaga/testkit';
import { type FaultKind, HUB, leafName } from './fault.ts';

/** Copies the streams of a running server as they are at one moment. */
const copyStreams = async (server: ServerHandle, from: string, to: string): Promise<void> => {
  process.kill(server.server.pid, 'SIGSTOP');
  try {
    await cp(from, to, { recursive: true });
  } finally {
    process.kill(server.server.pid, 'SIGCONT');
  }
};

/** What a folder holds, moved to another; the folders themselves stay, as the places where disks are mounted do. */
const replaceContent = async (folder: string, content: string): Promise<void> => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  for (const name of await readdir(content)) await rename(join(content, name), join(folder, name));
  await rm(content, { recursive: true, force: true });
};

export const rollback: FaultKind = {
  name: 'rollback',
  what: 'a site’s NATS server is killed and comes back with its streams as they were seconds before, as after a power cut',
  promised: 'the relay publishes what is missing again, the same bytes; no number is used for another event',
  draw(random, world) {
    const { regency } = random.pick(world.sites);
    const lastsMs = random.whole(500, 3_000);
    return {
      says: `the leaf of ${regency} rolled back by ${lastsMs} ms`,
      touches: [leafName(regency)],
      async begin({ wait }) {
        const server = world.topology.site(regency);
        const streams = world.streamsOf(regency);
        const copy = `${streams}-before`;
        await rm(copy, { recursive: true, force: true });
        await copyStreams(server, streams, copy);
        await wait(lastsMs);
        await server.kill();
        await replaceContent(streams, copy);
        return () => server.restart();
      },
    };
  },
};

/** The stored blocks of a stream, wherever the server keeps its account's. */
const blocksOf = async (streams: string, stream: string): Promise<string[]> => {
  const files = await readdir(streams, { recursive: true });
  // They are numbered: `2.blk` comes before `10.blk`.
  const numberIn = (file: string) => Number(/(\d+)\.blk$/.exec(file)?.[1]);
  return files
    .filter((file) => file.includes(`/streams/${stream}/msgs/`) && file.endsWith('.blk'))
    .sort((a, b) => numberIn(a) - numberIn(b));
};

/** Flips some of a block's bits, at these parts of its length. */
const flipIn = async (path: string, parts: readonly number[]): Promise<void> => {
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  try {
    for (const part of parts) {
      const position = Math.min(size - 1, Math.floor(part * size));
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, position);
      byte[0] = (byte[0] ?? 0) ^ 0x5a;
      await file.write(byte, 0, 1, position);
    }
  } finally {
    await file.close();
  }
};

const flip = (
  { name, what, promised }: Pick<FaultKind, 'name' | 'what' | 'promised'>,
  atHub: boolean,
): FaultKind => ({
  name,
  what,
  promised,
  draw(random, world) {
    const { regency, neighbour } = world.siteOf(random.pick(world.sites).regency);
    const stream = atHub
      ? hubStream(regency)
      : random.pick([EVENTS, EVENTS, sharedStream(neighbour), INTERNAL]);
    // Most often in the last block and near its end, where what is new is.
    const back = random.next() ** 2;
    const parts = Array.from({ length: random.whole(1, 3) }, () =>
      random.chance(0.7) ? 1 - random.next() ** 2 / 10 : random.next(),
    );
    return {
      says: `${parts.length} bytes flipped in ${stream} ${atHub ? 'at the hub' : `at the leaf of ${regency}`}`,
      touches: [atHub ? HUB : leafName(regency)],
      async begin() {
        const server = atHub ? world.topology.hub : world.topology.site(regency);
        const streams = world.streamsOf(atHub ? undefined : regency);
        await server.kill();
        const blocks = await blocksOf(streams, stream);
        const block = blocks.at(-1 - Math.floor(back * blocks.length));
        if (block !== undefined) await flipIn(join(streams, block), parts);
        return () => server.restart();
      },
    };
  },
});

export const flipAtLeaf = flip(
  {
    name: 'flipped-byte-at-leaf',
    what: 'bytes of a block of a site’s own stream, or of its copy of the neighbour’s, are flipped while its NATS server is down',
    promised:
      'what the stream lost comes again, from the own journal or by asking the owner; a half with a hole says so meanwhile',
  },
  false,
);

export const flipAtHub = flip(
  {
    name: 'flipped-byte-at-hub',
    what: 'bytes of a block of the hub’s stream are flipped while the hub is down',
    promised: 'whoever misses an event asks its owner for it',
  },
  true,
);

export const twice: FaultKind = {
  name: 'delivered-twice',
  what: 'messages that a site’s stream holds are published into it again, in another order',
  promised: 'each event has its effect once',
  draw(random, world) {
    const { regency } = random.pick(world.sites);
    const stream = random.pick([EVENTS, EVENTS, INTERNAL]);
    const back = Array.from({ length: random.whole(1, 20) }, () => random.whole(0, 100));
    return {
      says: `${back.length} messages of ${stream} at ${regency} published again`,
      touches: [leafName(regency)],
      async begin() {
        const nc = await world.topology.site(regency).connect('chaos');
        try {
          const jsm = await nc.jetstreamManager();
          const { state } = await jsm.streams.info(stream);
          for (const distance of back) {
            const seq = Math.max(1, state.last_seq - distance);
            const message = await jsm.streams.getMessage(stream, { seq }).catch(() => undefined);
            if (message) await nc.jetstream().publish(message.subject, message.data);
          }
        } finally {
          await nc.close();
        }
        return undefined;
      },
    };
  },
};
