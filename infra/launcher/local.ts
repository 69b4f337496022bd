/** Everything on one machine: the hub, and for each regency its NATS server and its site. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RegencyCode, regencyToken } from '@siaga/domain';
import {
  ensureAuthority,
  ensureHubFolder,
  ensureSiteFolder,
  seedsOf,
  signingKeysOf,
  type SiteFolder,
} from '@siaga/pki';
import { connectNats, domainOf, ensureHub, keepStreams, readSeed, trustKey } from '@siaga/stream';
import { freePort, type NatsProcess, startNatsServer } from '@siaga/stream/server';
import { siteNodeEnvironment, siteNodeOptions } from '../site/process.ts';
import { type RunningChild, keepRunning } from './child.ts';

export interface LocalOptions {
  regencies: readonly RegencyCode[];
  /** Folder of everything that is kept. */
  data: string;
  ports: LocalPorts;
  /** Gives up starting. */
  signal: AbortSignal;
  say: (line: string) => void;
  onGivenUp: (reason: string) => void;
}

export interface LocalPorts {
  hubClients: number;
  hubLeaves: number;
  /** By regency: the port of its site, and of its NATS server. */
  site: (regency: RegencyCode) => number;
  nats: (regency: RegencyCode) => number;
}

export interface Local {
  /** `http://localhost:6207` of each regency. */
  sites: ReadonlyMap<RegencyCode, string>;
  stop(): Promise<void>;
}

/** Ports that nothing listens on at the moment, for tests. */
export const anyPorts = async (regencies: readonly RegencyCode[]): Promise<LocalPorts> => {
  const take = async () =>
    new Map(await Promise.all(regencies.map(async (code) => [code, await freePort()] as const)));
  const [site, nats] = [await take(), await take()];
  return {
    hubClients: await freePort(),
    hubLeaves: await freePort(),
    site: (regency) => site.get(regency) ?? 0,
    nats: (regency) => nats.get(regency) ?? 0,
  };
};

/** The regency's code is its site's port: 6207; its NATS server's is 4207. */
export const customaryPorts: LocalPorts = {
  hubClients: 4222,
  hubLeaves: 7422,
  site: (regency) => Number(regencyToken(regency)),
  nats: (regency) => Number(regencyToken(regency)) - 2000,
};

/** Lines of nats-server that tell of someone who tried what is not allowed. */
const REFUSALS = /Violation|authentication error|TLS \w* ?handshake error/;
const READY_LIMIT_MS = 60_000;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** In the data folder, where the environment names no other. */
const compileCacheOf = (data: string) => process.env['NODE_COMPILE_CACHE'] ?? join(data, 'compile-cache');

/** Fills the compile cache, so that already the first start of a site finds it; a second or two. */
const warmCompileCache = (data: string): void => {
  spawnSync(process.execPath, [...siteNodeOptions, here('warm.ts')], {
    env: { ...process.env, ...siteNodeEnvironment(compileCacheOf(data)) },
    stdio: 'ignore',
  });
};

/**
 * Starts hub, leaves and sites, and resolves when every site is ready. Rejects with a sentence that helps, after
 * stopping what it had started. Keys and certificates are in `pki` in the data folder, made where missing.
 */
export const startLocal = async (options: LocalOptions): Promise<Local> => {
  const { regencies, ports, signal, say, onGivenUp } = options;
  const data = resolve(options.data);
  const started: { stop(): Promise<void> }[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    // Sites first, so that nothing complains about a server that went before it.
    for (const part of started.splice(0).reverse()) await part.stop();
  };

  const pkiOf = (name: string) => join(data, 'pki', name);

  const startNats = async (
    name: string,
    config: string,
    env: Record<string, string | number | string[]>,
  ): Promise<NatsProcess> => {
    const store = join(data, 'nats', name);
    mkdirSync(store, { recursive: true });
    const server = await startNatsServer({
      config,
      env: { SIAGA_STORE_DIR: store, ...env },
      log(line) {
        if (REFUSALS.test(line)) say(`${name} ${line}`);
      },
    });
    started.push(server);
    void server.ended.then((how) => {
      if (!stopping) onGivenUp(`the NATS server ${name} ended (${how})`);
    });
    return server;
  };

  const startSite = (regency: RegencyCode, nats: NatsProcess): RunningChild => {
    const site = keepRunning(
      {
        name: `site ${regency}`,
        args: [...siteNodeOptions, here('../site/main.ts')],
        env: {
          SIAGA_REGENCY: regency,
          SIAGA_NEIGHBOURS: regencies.filter((other) => other !== regency).join(','),
          SIAGA_DATA_DIR: join(data, `site-${regencyToken(regency)}`),
          SIAGA_PORT: String(ports.site(regency)),
          SIAGA_NATS_SERVERS: nats.url,
          SIAGA_NATS_SEEDS: seedsOf(pkiOf(domainOf(regency))),
          SIAGA_MODE: 'demo',
          ...siteNodeEnvironment(compileCacheOf(data)),
          SIAGA_LOG: process.env['SIAGA_LOG'] ?? 'warn',
        },
        onLine: (line) => say(`${regency} ${line}`),
      },
      onGivenUp,
    );
    started.push(site);
    return site;
  };

  try {
    const leavesAt = `127.0.0.1:${ports.hubLeaves}`;
    const all = regencies.map((regency) => ({
      regency,
      neighbours: regencies.filter((other) => other !== regency),
    }));
    const common = { authority: await ensureAuthority(pkiOf('authority'), Date.now()), now: Date.now() };
    const [hubServer] = await ensureHubFolder({
      ...common,
      folder: pkiOf('hub'),
      nodes: [{ name: 'hub', hosts: ['127.0.0.1'] }],
      sites: all,
    });
    const hub = await startNats('hub', hubServer?.config ?? '', {
      SIAGA_LEAF_HOST: '127.0.0.1',
      SIAGA_CLIENT_PORT: ports.hubClients,
      SIAGA_LEAF_PORT: ports.hubLeaves,
      SIAGA_LEAF_ADVERTISE: leavesAt,
    });
    say(`hub: NATS on ${hub.url}, sites dial ${leavesAt}`);
    const nc = await connectNats({
      servers: hub.url,
      name: 'steward',
      seed: readSeed(join(seedsOf(pkiOf('hub')), 'steward.seed')),
    });
    started.push({ stop: () => nc.close() });
    await ensureHub(nc, regencies);
    started.push(
      keepStreams(() => ensureHub(nc, regencies), {
        onProblem: (problem) => say(`hub: ${problem ?? 'looked after again'}`),
      }),
    );

    warmCompileCache(data);
    const folders = new Map<RegencyCode, SiteFolder>();
    for (const site of all) {
      const folder = pkiOf(domainOf(site.regency));
      folders.set(site.regency, await ensureSiteFolder({ ...common, ...site, folder }));
    }
    const sites = new Map<RegencyCode, string>();
    for (const { regency, neighbours } of all) {
      const { config = '' } = folders.get(regency) ?? {};
      for (const neighbour of neighbours) {
        const { signingKey = '' } = folders.get(neighbour) ?? {};
        trustKey(signingKeysOf(pkiOf(domainOf(regency))), neighbour, signingKey);
      }
      const nats = await startNats(domainOf(regency), config, {
        SIAGA_SERVER_NAME: domainOf(regency),
        SIAGA_CLIENT_PORT: ports.nats(regency),
        SIAGA_HUB_URLS: [`tls://${leavesAt}`],
      });
      startSite(regency, nats);
      sites.set(regency, `http://localhost:${ports.site(regency)}`);
    }
    for (const [regency, base] of sites) {
      await untilReady(base, signal);
      say(`site ${regency} is ready`);
    }
    return { sites, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const untilReady = async (base: string, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + READY_LIMIT_MS;
  let last = 'no answer';
  while (Date.now() < deadline && !signal.aborted) {
    try {
      const response = await fetch(`${base}/readyz`);
      if (response.ok) return;
      last = ((await response.json()) as { detail?: string }).detail ?? String(response.status);
    } catch {
      // Not listening yet.
    }
    await sleep(100);
  }
  if (signal.aborted) throw new Error('given up while starting');
  throw new Error(`${base} did not become ready within ${READY_LIMIT_MS / 1000} s: ${last}`);
};
