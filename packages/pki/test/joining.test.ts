import { join } from 'node:path';
import {
  connectNats,
  domainOf,
  ensureHub,
  ensureSite,
  openPublisher,
  readSeed,
  sharedStream,
} from '@siaga/stream';
import { freePort, startNatsServer } from '@siaga/stream/server';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import { ensureHubFolder, ensureSiteFolder, seedsOf } from '../src/index.ts';

const test = suite('pki: a site joins');
const KOTIM = '62.02';
const SERUYAN = '62.07';
const LAMANDAU = '62.09';
type Connection = Awaited<ReturnType<typeof connectNats>>;

let topology: Topology;
const closers: (() => Promise<unknown>)[] = [];
test.before(async () => {
  topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
});
test.after(async () => {
  for (const close of closers.reverse()) await close();
  await topology.stop();
});

const count = async (nc: Connection, stream: string): Promise<number> => {
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  return jsm.streams.info(stream).then(
    ({ state }) => state.messages,
    () => -1,
  );
};

const publish = (nc: Connection, regency: string, sequence: number) =>
  openPublisher(nc, regency).publish([
    {
      sequence,
      subject: `disaster.${regency.replace('.', '')}.flood.incident.reported`,
      bytes: new TextEncoder().encode(`event ${sequence} of ${regency}`),
    },
  ]);

test('a third site joins by a restart of the hub, and the others go on', async () => {
  const steward = await topology.hub.connect('steward', 'steward');
  const [kotim, seruyan] = await Promise.all([KOTIM, SERUYAN].map((code) => topology.site(code).connect()));
  assert.ok(kotim && seruyan);
  await ensureHub(steward, [KOTIM, SERUYAN]);
  await ensureSite(kotim, { regency: KOTIM, neighbours: [SERUYAN] });
  await ensureSite(seruyan, { regency: SERUYAN, neighbours: [KOTIM] });
  await publish(kotim, KOTIM, 1);
  await publish(seruyan, SERUYAN, 1);
  await until('each has the other’s', async () => {
    const counts = await Promise.all([
      count(kotim, sharedStream(SERUYAN)),
      count(seruyan, sharedStream(KOTIM)),
    ]);
    return counts.every((held) => held === 1);
  });

  // Seruyan lies between the two others.
  const sites = [
    { regency: KOTIM, neighbours: [SERUYAN] },
    { regency: SERUYAN, neighbours: [KOTIM, LAMANDAU] },
    { regency: LAMANDAU, neighbours: [SERUYAN] },
  ];
  const common = { authority: topology.authority, now: Date.now() };
  await ensureHubFolder({
    ...common,
    folder: join(topology.folder, 'hub'),
    nodes: [{ name: 'hub', hosts: ['127.0.0.1'] }],
    sites,
  });
  // A reload (SIGHUP) does not do: on 2.9.10 the new site is sent nothing after it (docs/decisions/0016).
  await topology.hub.restart();
  await until('the hub answers', () =>
    steward.flush().then(
      () => true,
      () => false,
    ),
  );
  await ensureHub(steward, [KOTIM, SERUYAN, LAMANDAU]);

  const folder = join(topology.folder, 'r6209');
  const { config } = await ensureSiteFolder({
    ...common,
    ...sites[2],
    regency: LAMANDAU,
    neighbours: [SERUYAN],
    folder,
  });
  const server = await startNatsServer({
    config,
    env: {
      SIAGA_SERVER_NAME: domainOf(LAMANDAU),
      SIAGA_STORE_DIR: join(folder, 'streams'),
      SIAGA_CLIENT_PORT: await freePort(),
      SIAGA_HUB_URLS: [`tls://127.0.0.1:${topology.leafPort}`],
    },
  });
  closers.push(() => server.stop());
  const lamandau = await connectNats({
    servers: server.url,
    name: 'test',
    seed: readSeed(join(seedsOf(folder), 'operator.seed')),
  });
  closers.push(() => lamandau.close());
  await ensureSite(lamandau, { regency: LAMANDAU, neighbours: [SERUYAN] });
  await ensureSite(seruyan, { regency: SERUYAN, neighbours: [KOTIM, LAMANDAU] });
  await publish(lamandau, LAMANDAU, 1);
  await publish(kotim, KOTIM, 2);
  await publish(seruyan, SERUYAN, 2);
  const wanted: [string, Connection, string, number][] = [
    ['Kotim', kotim, SERUYAN, 2],
    ['Seruyan', seruyan, KOTIM, 2],
    ['Lamandau', lamandau, SERUYAN, 2],
    ['Seruyan', seruyan, LAMANDAU, 1],
  ];
  for (const [name, nc, of, held] of wanted)
    await until(`${name} has all of ${of}`, async () => (await count(nc, sharedStream(of))) === held);
  const heard: string[] = [];
  seruyan.subscribe('heartbeat.*', { callback: (_, message) => heard.push(message.subject) });
  await seruyan.flush();
  await until('Seruyan hears both', () => {
    kotim.publish('heartbeat.6202', 'beat');
    lamandau.publish('heartbeat.6209', 'beat');
    return heard.includes('heartbeat.6202') && heard.includes('heartbeat.6209');
  });
});
