/**
 * The real topology for tests: a hub and one leaf per regency, as processes, with the files of `infra/nats`, and keys,
 * certificates and permissions as `infra/pki` makes them for a real site.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Authority,
  ensureAuthority,
  ensureHubFolder,
  ensureSiteFolder,
  seedsOf,
  signingKeysOf,
} from '@siaga/pki';
import { connectNats, domainOf, readSeed, trustKey } from '@siaga/stream';
import { freePort, type NatsProcess, startNatsServer } from '@siaga/stream/server';
import { type Link, startLink } from './link.ts';

type Connection = Awaited<ReturnType<typeof connectNats>>;

/** A server of the topology. */
export interface ServerHandle {
  /** Where clients connect, the same after a restart. */
  readonly url: string;
  /** Folder of the users' seeds, for a process of its own. */
  readonly seeds: string;
  /** How a user connects: a site's `regency` and `picture`, the hub's `steward`, `operator` of each. */
  as(user: string): { servers: string[]; seed: string };
  /** The process that runs now, or ran last. */
  readonly server: NatsProcess;
  /** The lines that the server logged, this process's and those before it. */
  readonly log: readonly string[];
  /**
   * A client connection, closed by the topology's `stop` at the latest. As `operator`, the person who may do
   * everything at this server, where no other user is named; a service connects under its own name.
   */
  connect(name?: string, user?: string): Promise<Connection>;
  /** Ends the process as a crash does. The streams stay on disk. */
  kill(): Promise<void>;
  /** Starts the process again with the same streams, after stopping it where it runs. */
  restart(): Promise<void>;
}

export interface SiteHandle extends ServerHandle {
  /** Between this site and the hub. */
  readonly link: Link;
  /** Folder of its signing keys; it trusts those of its neighbours. */
  readonly keys: string;
}

export interface Topology {
  /** Where everything is, one folder a server: `streams`, `leaf` or `hub`, `seeds`. */
  readonly folder: string;
  /** That certified the servers. */
  readonly authority: Authority;
  /** Where the hub's leaf listener is, past all links. */
  readonly leafPort: number;
  hub: ServerHandle;
  sites: Record<string, SiteHandle>;
  /** The site of a regency; throws where the topology has none. */
  site(regency: string): SiteHandle;
  /** Ends every process, link and connection, and removes the streams. */
  stop(): Promise<void>;
}

/** One for all topologies of a process. */
let authorityOfProcess: Promise<Authority> | undefined;
const authority = (): Promise<Authority> => {
  authorityOfProcess ??= makeAuthority();
  return authorityOfProcess;
};
const makeAuthority = async (): Promise<Authority> => {
  const folder = await mkdtemp(join(tmpdir(), 'siaga-authority-'));
  try {
    // What it signs with stays in memory.
    return await ensureAuthority(folder, Date.now());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Starts a hub and a leaf for each regency code (`62.07`), each the others' neighbour, on free ports. Makes no streams. */
export async function startTopology({ regencies }: { regencies: readonly string[] }): Promise<Topology> {
  const folder = await mkdtemp(join(tmpdir(), 'siaga-nats-'));
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  };

  const start = async (
    name: string,
    config: string,
    env: Record<string, string | number | string[]>,
  ): Promise<ServerHandle> => {
    const log: string[] = [];
    const options = {
      config,
      env: {
        ...env,
        SIAGA_STORE_DIR: join(folder, name, 'streams'),
        SIAGA_CLIENT_PORT: await freePort(),
      },
      log: (line: string) => log.push(line),
    };
    let server = await startNatsServer(options);
    closers.push(() => server.stop());
    const seeds = seedsOf(join(folder, name));
    const as = (user: string) => ({ servers: [server.url], seed: readSeed(join(seeds, `${user}.seed`)) });
    return {
      url: server.url,
      seeds,
      as,
      log,
      get server() {
        return server;
      },
      async connect(clientName = 'test', user = 'operator') {
        const nc = await connectNats({ name: clientName, ...as(user) });
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
    const common = { authority: await authority(), now: Date.now() };
    const all = regencies.map((regency) => ({
      regency,
      neighbours: regencies.filter((other) => other !== regency),
    }));
    const leafPort = await freePort();
    const [hubServer] = await ensureHubFolder({
      ...common,
      folder: join(folder, 'hub'),
      nodes: [{ name: 'hub', hosts: ['127.0.0.1'] }],
      sites: all,
    });
    const hub = await start('hub', hubServer?.config ?? '', {
      SIAGA_LEAF_HOST: '127.0.0.1',
      SIAGA_LEAF_PORT: leafPort,
      // Nothing listens there. A leaf reconnects to what the hub advertises in turn with what it dialled first,
      // and past its link it must not get.
      SIAGA_LEAF_ADVERTISE: '127.0.0.1:1',
    });
    const sites: Record<string, SiteHandle> = {};
    const signs = new Map<string, string>();
    for (const site of all) {
      const link = await startLink({ target: { port: leafPort } });
      closers.push(() => link.stop());
      const name = domainOf(site.regency);
      const { config, signingKey } = await ensureSiteFolder({
        ...common,
        ...site,
        folder: join(folder, name),
      });
      signs.set(site.regency, signingKey);
      const handle = await start(name, config, {
        SIAGA_SERVER_NAME: name,
        SIAGA_HUB_URLS: [`tls://${link.url}`],
      });
      sites[site.regency] = Object.defineProperties(
        { link, keys: signingKeysOf(join(folder, name)) },
        Object.getOwnPropertyDescriptors(handle),
      ) as SiteHandle;
    }
    for (const [regency, { keys }] of Object.entries(sites))
      for (const [other, key] of signs) if (other !== regency) trustKey(keys, other, key);
    return {
      folder,
      authority: common.authority,
      leafPort,
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
