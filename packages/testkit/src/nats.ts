/** The real topology for tests: a hub and one leaf per regency, as processes, with the files of `infra/nats`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectNats, domainOf } from '@siaga/stream';
import { freePort, type NatsProcess, startNatsServer } from '@siaga/stream/server';
import { type Link, startLink } from './link.ts';

type Connection = Awaited<ReturnType<typeof connectNats>>;

/** A server of the topology. */
export interface ServerHandle {
  /** Where clients connect, the same after a restart. */
  readonly url: string;
  /** Of user `service`, as whom services connect. */
  readonly user: string;
  readonly pass: string;
  /** The process that runs now, or ran last. */
  readonly server: NatsProcess;
  /** A client connection as user `service`, closed by the topology's `stop` at the latest. */
  connect(name?: string): Promise<Connection>;
  /** Ends the process as a crash does. The streams stay on disk. */
  kill(): Promise<void>;
  /** Starts the process again with the same streams, after stopping it where it runs. */
  restart(): Promise<void>;
}

export interface SiteHandle extends ServerHandle {
  /** Between this site and the hub. */
  readonly link: Link;
}

export interface Topology {
  /** Where the streams are, one folder a server. */
  readonly folder: string;
  hub: ServerHandle;
  sites: Record<string, SiteHandle>;
  /** The site of a regency; throws where the topology has none. */
  site(regency: string): SiteHandle;
  /** Ends every process, link and connection, and removes the streams. */
  stop(): Promise<void>;
}

const configOf = (name: string) =>
  fileURLToPath(new URL(`../../../infra/nats/${name}.conf`, import.meta.url));
const SERVICE_USER = 'service';
const SERVICE_PASSWORD = 'service of a test';
const ADMIN_PASSWORD = 'admin of a test';

/** Starts a hub and a leaf for each regency code (`62.07`), on free ports. Makes no streams. */
export async function startTopology({ regencies }: { regencies: readonly string[] }): Promise<Topology> {
  const folder = await mkdtemp(join(tmpdir(), 'siaga-nats-'));
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  };

  const start = async (name: string, env: Record<string, string | number>): Promise<ServerHandle> => {
    const options = {
      config: configOf(name === 'hub' ? 'hub' : 'leaf'),
      env: {
        ...env,
        SIAGA_STORE_DIR: join(folder, name),
        SIAGA_CLIENT_PORT: await freePort(),
        SIAGA_SERVICE_PASSWORD: SERVICE_PASSWORD,
        SIAGA_ADMIN_PASSWORD: ADMIN_PASSWORD,
      },
    };
    let server = await startNatsServer(options);
    closers.push(() => server.stop());
    return {
      url: server.url,
      user: SERVICE_USER,
      pass: SERVICE_PASSWORD,
      get server() {
        return server;
      },
      async connect(clientName = 'test') {
        const nc = await connectNats({
          servers: server.url,
          name: clientName,
          user: SERVICE_USER,
          pass: SERVICE_PASSWORD,
        });
        closers.push(() => nc.close());
        return nc;
      },
      kill: () => server.kill(),
      async restart() {
        await server.stop();
        server = await startNatsServer(options);
      },
    };
  };

  try {
    const leafPort = await freePort();
    const hub = await start('hub', {
      SIAGA_LEAF_PORT: leafPort,
      // Nothing listens there. A leaf reconnects to what the hub advertises in turn with what it dialled first,
      // and past its link it must not get.
      SIAGA_LEAF_ADVERTISE: '127.0.0.1:1',
      SIAGA_SITE_PASSWORD: 'site',
    });
    const sites: Record<string, SiteHandle> = {};
    for (const regency of regencies) {
      const link = await startLink({ target: { port: leafPort } });
      closers.push(() => link.stop());
      const name = domainOf(regency);
      const handle = await start(name, {
        SIAGA_SERVER_NAME: name,
        SIAGA_HUB_URL: `nats-leaf://site:site@${link.url}`,
      });
      sites[regency] = Object.defineProperties(
        { link },
        Object.getOwnPropertyDescriptors(handle),
      ) as SiteHandle;
    }
    return {
      folder,
      hub,
      sites,
      site(regency) {
        const site = sites[regency];
        if (!site) throw new Error(`the topology has no site ${regency}`);
        return site;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
