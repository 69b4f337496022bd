/** Everything on one machine: the hub, and for each regency its NATS server and its site. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RegencyCode, regencyToken } from '@siaga/domain';
import { connectNats, domainOf, ensureHub } from '@siaga/stream';
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

const READY_LIMIT_MS = 60_000;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const compileCacheOf = (data: string) => join(data, 'compile-cache');

/** Fills the compile cache, so that already the first start of a site finds it; a second or two. */
const warmCompileCache = (data: string): void => {
  spawnSync(process.execPath, [...siteNodeOptions, here('warm.ts')], {
    env: { ...process.env, ...siteNodeEnvironment(compileCacheOf(data)) },
    stdio: 'ignore',
  });
};

/** The letter, because nats-server reads a text that begins with digits as a number. */
const newPassword = () => `p${randomBytes(16).toString('hex')}`;

/**
 * Starts hub, leaves and sites, and resolves when every site is ready. Rejects with a sentence that helps, after
 * stopping what it had started. Passwords between the parts are made anew each time and live in memory.
 */
export const startLocal = async (options: LocalOptions): Promise<Local> => {
  const { regencies, data, ports, signal, say, onGivenUp } = options;
  const started: { stop(): Promise<void> }[] = [];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    // Sites first, so that nothing complains about a server that went before it.
    for (const part of started.splice(0).reverse()) await part.stop();
  };
  const secrets = { service: newPassword(), site: newPassword(), admin: newPassword() };

  const startNats = async (
    name: string,
    config: string,
    env: Record<string, string | number>,
  ): Promise<NatsProcess> => {
    const store = join(data, 'nats', name);
    mkdirSync(store, { recursive: true });
    const server = await startNatsServer({
      config: here(`../nats/${config}`),
      env: {
        SIAGA_STORE_DIR: store,
        SIAGA_SERVICE_PASSWORD: secrets.service,
        SIAGA_ADMIN_PASSWORD: secrets.admin,
        ...env,
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
          SIAGA_NATS_USER: 'service',
          SIAGA_NATS_PASSWORD: secrets.service,
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
    const hub = await startNats('hub', 'hub.conf', {
      SIAGA_CLIENT_PORT: ports.hubClients,
      SIAGA_LEAF_PORT: ports.hubLeaves,
      SIAGA_LEAF_ADVERTISE: leavesAt,
      SIAGA_SITE_PASSWORD: secrets.site,
    });
    say(`hub: NATS on ${hub.url}, sites dial ${leavesAt}`);
    const nc = await connectNats({
      servers: hub.url,
      name: 'launcher',
      user: 'service',
      pass: secrets.service,
    });
    await ensureHub(nc, regencies);
    await nc.close();

    warmCompileCache(data);
    const sites = new Map<RegencyCode, string>();
    for (const regency of regencies) {
      const nats = await startNats(domainOf(regency), 'leaf.conf', {
        SIAGA_SERVER_NAME: domainOf(regency),
        SIAGA_CLIENT_PORT: ports.nats(regency),
        SIAGA_HUB_URL: `nats-leaf://site:${secrets.site}@${leavesAt}`,
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
