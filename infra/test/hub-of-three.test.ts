import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAuthority, ensureHubFolder, ensureSiteFolder, seedsOf } from '@siaga/pki';
import {
  connectNats,
  domainOf,
  ensureHub,
  ensureSite,
  EVENTS,
  hubStream,
  keepStreams,
  openPublisher,
  readSeed,
  sharedStream,
} from '@siaga/stream';
import { freePort, type NatsProcess, startNatsServer } from '@siaga/stream/server';
import { assert, suite, until } from '@siaga/testkit';

type Connection = Awaited<ReturnType<typeof connectNats>>;

const KOTIM = '62.02';
const SERUYAN = '62.07';
const SITES = [
  { regency: KOTIM, neighbours: [SERUYAN] },
  { regency: SERUYAN, neighbours: [KOTIM] },
];
const NODES = ['hub-1', 'hub-2', 'hub-3'];
/** Events of each regency. */
const COUNT = 3_000;
const BATCH = 100;

let folder = '';
let hub: Awaited<ReturnType<typeof startHub>>;
const sites: Site[] = [];
const closers: (() => Promise<unknown>)[] = [];
const test = suite('a hub of three');
test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'siaga-hub-'));
  hub = await startHub();
});
test.after(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Node {
  server: NatsProcess;
  log: string[];
  start(): Promise<void>;
}

const startHub = async () => {
  const now = Date.now();
  const authority = await ensureAuthority(join(folder, 'authority'), now);
  const servers = await ensureHubFolder({
    folder: join(folder, 'hub'),
    nodes: NODES.map((name) => ({ name, hosts: ['127.0.0.1'] })),
    sites: SITES,
    authority,
    now,
  });
  const ports = await Promise.all(
    NODES.map(async () => ({ leaf: await freePort(), cluster: await freePort(), client: await freePort() })),
  );
  const routes = ports.map(({ cluster }) => `tls://127.0.0.1:${cluster}`);
  const optionsOf = (index: number, config: string) => ({
    config,
    env: {
      SIAGA_SERVER_NAME: NODES[index] ?? '',
      SIAGA_STORE_DIR: join(folder, 'streams', NODES[index] ?? ''),
      SIAGA_CLIENT_PORT: ports[index]?.client ?? 0,
      SIAGA_LEAF_HOST: '127.0.0.1',
      SIAGA_LEAF_PORT: ports[index]?.leaf ?? 0,
      SIAGA_LEAF_ADVERTISE: `127.0.0.1:${ports[index]?.leaf}`,
      SIAGA_CLUSTER_HOST: '127.0.0.1',
      SIAGA_CLUSTER_PORT: ports[index]?.cluster ?? 0,
      SIAGA_CLUSTER_ADVERTISE: `127.0.0.1:${ports[index]?.cluster}`,
      SIAGA_CLUSTER_ROUTES: routes,
    },
  });
  const nodes = new Map<string, Node>();
  for (const [index, { config }] of servers.entries()) {
    const log: string[] = [];
    const options = { ...optionsOf(index, config), log: (line: string) => log.push(line) };
    const node: Node = {
      server: await startNatsServer(options),
      log,
      async start() {
        node.server = await startNatsServer(options);
      },
    };
    closers.push(() => node.server.stop());
    nodes.set(NODES[index] ?? '', node);
  }
  const connectAs = (name: string, user: string) =>
    connect(
      ports.map(({ client }) => `127.0.0.1:${client}`),
      name,
      join(folder, 'hub'),
      user,
    );
  return {
    authority,
    nodes,
    environment: optionsOf(0, '').env,
    dialled: ports.map(({ leaf }) => `tls://127.0.0.1:${leaf}`),
    steward: await connectAs('steward', 'steward'),
    operator: await connectAs('operator', 'operator'),
  };
};

const connect = async (servers: string[], name: string, of: string, user: string): Promise<Connection> => {
  const nc = await connectNats({ servers, name, seed: readSeed(join(seedsOf(of), `${user}.seed`)) });
  closers.push(() => nc.close());
  return nc;
};

const startSite = async (
  site: (typeof SITES)[number],
  { authority, dialled }: Pick<Awaited<ReturnType<typeof startHub>>, 'authority' | 'dialled'>,
) => {
  const name = domainOf(site.regency);
  const { config } = await ensureSiteFolder({
    ...site,
    folder: join(folder, name),
    authority,
    now: Date.now(),
  });
  const server = await startNatsServer({
    config,
    env: {
      SIAGA_SERVER_NAME: name,
      SIAGA_STORE_DIR: join(folder, 'streams', name),
      SIAGA_CLIENT_PORT: await freePort(),
      SIAGA_HUB_URLS: dialled,
    },
  });
  closers.push(() => server.stop());
  const nc = await connect([server.url], 'regency', join(folder, name), 'regency');
  await ensureSite(nc, site);
  return { ...site, nc, publisher: openPublisher(nc, site.regency) };
};
type Site = Awaited<ReturnType<typeof startSite>>;

const entriesOf = (regency: string, first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    sequence: first + index,
    subject: `disaster.${regency.replace('.', '')}.flood.incident.reported`,
    bytes: new TextEncoder().encode(
      JSON.stringify({ sequence: first + index, note: 'Air naik di jalan desa' }),
    ),
  }));

const infoOf = async (nc: Connection, stream: string) => {
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  return jsm.streams.info(stream).catch(() => undefined);
};

/** The sequences of a stream's messages on these subjects, in its order. */
const sequencesIn = async (nc: Connection, stream: string, subject: string): Promise<number[]> => {
  const sequences: number[] = [];
  const consumer = await nc.jetstream().consumers.get(stream, { filterSubjects: subject });
  const { num_pending: pending } = await consumer.info();
  if (pending === 0) return sequences;
  const messages = await consumer.fetch({ max_messages: pending, expires: 10_000 });
  for await (const message of messages) sequences.push(message.json<{ sequence: number }>().sequence);
  return sequences;
};

const STREAMS = [KOTIM, SERUYAN].map(hubStream);

const untilAllCurrent = () =>
  until('all three are up to date', async () => {
    const infos = await Promise.all(STREAMS.map((stream) => infoOf(hub.operator, stream)));
    return infos.every((info) => {
      const replicas = info?.cluster?.replicas ?? [];
      return replicas.length === 2 && replicas.every(({ current, offline }) => current && offline !== true);
    });
  });

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('a stream’s leader is killed under load, each stream’s in turn: every acknowledged event is there, in order, at the hub and at the other site', async () => {
  const steward = keepStreams(() => ensureHub(hub.steward, [KOTIM, SERUYAN], { replicas: 3 }));
  closers.push(() => steward.stop());
  await until('the hub has made its streams on three', async () => {
    const infos = await Promise.all(STREAMS.map((stream) => infoOf(hub.operator, stream)));
    return infos.every((info) => info?.config.num_replicas === 3);
  });
  // Kotim dials the first alone, and learns of the others from what that one advertises.
  for (const site of SITES)
    sites.push(
      await startSite(site, { ...hub, dialled: hub.dialled.slice(0, site.regency === KOTIM ? 1 : 3) }),
    );

  let acknowledged = 0;
  const load = Promise.all(
    sites.map(async ({ regency, publisher }) => {
      for (let first = 1; first <= COUNT; first += BATCH) {
        await publisher.publish(entriesOf(regency, first, BATCH));
        acknowledged += BATCH;
        // A little slower than the sites can: the load is to last through both kills.
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
  for (const [share, regency] of [
    [0.25, KOTIM],
    [0.6, SERUYAN],
  ] as const) {
    const stream = hubStream(regency);
    await until(`${share} of the load is acknowledged`, () => acknowledged >= 2 * COUNT * share);
    const leader = (await infoOf(hub.operator, stream))?.cluster?.leader ?? '';
    const node = hub.nodes.get(leader);
    assert.ok(node, `the leader is one of the three, not "${leader}"`);
    await node.server.kill();
    await until('another leads', async () => {
      const next = (await infoOf(hub.operator, stream))?.cluster?.leader;
      return next !== undefined && next !== '' && next !== leader;
    });
    await node.start();
    await untilAllCurrent();
  }
  await load;
  assert.equal(acknowledged, 2 * COUNT);

  for (const { regency, nc, neighbours } of sites) {
    assert.equal((await infoOf(nc, EVENTS))?.state.messages, COUNT);
    for (const neighbour of neighbours)
      await until(`${regency} holds all of ${neighbour}`, async () => {
        const held = (await infoOf(nc, sharedStream(neighbour)))?.state.messages ?? 0;
        return held >= COUNT;
      });
    const site = await connect(
      nc.getServer().split(','),
      'operator',
      join(folder, domainOf(regency)),
      'operator',
    );
    for (const neighbour of neighbours) {
      const subject = `disaster.${neighbour.replace('.', '')}.>`;
      for (const [where, stream] of [
        [hub.operator, hubStream(neighbour)],
        [site, sharedStream(neighbour)],
      ] as const) {
        const sequences = await sequencesIn(where, stream, subject);
        // Twice would be once to whoever follows; lost or out of order would not.
        assert.deepEqual([...new Set(sequences)], upTo(COUNT), `${stream} has all of ${neighbour} in order`);
      }
    }
  }
});

test('whichever of the three is lost, both sites go on by way of another', async () => {
  let published = COUNT;
  for (const node of hub.nodes.values()) {
    await node.server.kill();
    for (const { regency, publisher } of sites)
      await publisher.publish(entriesOf(regency, published + 1, BATCH));
    published += BATCH;
    for (const { nc, regency, neighbours } of sites)
      for (const neighbour of neighbours)
        await until(`${regency} hears ${neighbour} by way of another`, async () => {
          const held = (await infoOf(nc, sharedStream(neighbour)))?.state.messages ?? 0;
          return held >= published;
        });
    await node.start();
    await untilAllCurrent();
  }
});

test('a site’s certificate does not make a server one of the hub', async () => {
  const copy = join(folder, 'false-node');
  cpSync(join(folder, 'hub', 'hub-1'), copy, { recursive: true });
  for (const file of ['server.key', 'server.pem'])
    cpSync(join(folder, domainOf(SERUYAN), 'leaf', file), join(copy, file));
  const log: string[] = [];
  const port = await freePort();
  const server = await startNatsServer({
    config: join(copy, 'nats.conf'),
    env: {
      ...hub.environment,
      SIAGA_SERVER_NAME: 'hub-4',
      SIAGA_STORE_DIR: join(folder, 'streams', 'false-node'),
      SIAGA_CLIENT_PORT: await freePort(),
      SIAGA_LEAF_PORT: await freePort(),
      SIAGA_CLUSTER_PORT: port,
      SIAGA_CLUSTER_ADVERTISE: `127.0.0.1:${port}`,
    },
    log: (line) => log.push(line),
  });
  closers.push(() => server.stop());
  // It dials with a certificate that is good for clients, and is refused for the name in it.
  await until('the hub refuses it', () =>
    [...hub.nodes.values()].some((node) => node.log.some((line) => /rid:.*authentication error/i.test(line))),
  );
  const peers = (await infoOf(hub.operator, hubStream(KOTIM)))?.cluster;
  assert.equal(peers?.replicas?.length, 2);
  assert.ok(![...hub.nodes.values()].some((node) => node.log.some((line) => line.includes('hub-4'))));
});
