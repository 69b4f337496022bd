/** Two real sites as processes, with real NATS servers between them and links that can be cut. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siteNodeEnvironment, siteNodeOptions } from '@siaga/infra/site/process.ts';
import { ensureHub, type Keeper, keepStreams } from '@siaga/stream';
import { freePort } from '@siaga/stream/server';
import { startTopology, type Topology, until } from '@siaga/testkit';

const SITE_MAIN = fileURLToPath(new URL('../../infra/site/main.ts', import.meta.url));
const COMPILE_CACHE = fileURLToPath(new URL('../../.setup/compile-cache', import.meta.url));
export const SERUYAN = '62.07';
export const KOTIM = '62.02';

export interface WorldSite {
  readonly regency: string;
  /** `http://localhost:…` */
  readonly base: string;
  /** The process that runs now. */
  readonly pid: number;
  /** Whether it runs now. */
  readonly running: boolean;
  /** Folder of its files. */
  readonly folder: string;
  /** All that it has printed since it was first started: its log. */
  readonly printed: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** The environment in which it runs, for commands of its own. */
  environment(): Record<string, string>;
  /**
   * Starts it again on the same files, and waits until it is ready, or only answers; `more` is in its environment from
   * now on.
   */
  start(more?: Record<string, string>, until?: 'ready' | 'answering'): Promise<void>;
  /** Ends it as an operator does. */
  end(): Promise<void>;
  /** Starts its process again on the same files, and does not wait for it. */
  launch: () => void;
  /** Sends JSON as `role`, and gives the answer whatever it is. */
  post(role: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Signed in as `role` where that is named. Throws for what is no success. */
  get<Body = Record<string, unknown>>(path: string, role?: string): Promise<Body>;
  /** A bearer token of the role's demonstration account. */
  token(role: string): Promise<string>;
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface World {
  topology: Topology;
  seruyan: WorldSite;
  kotim: WorldSite;
  stop(): Promise<void>;
}

interface WorldOptions {
  /** In the environment of Seruyan's site. */
  more?: Record<string, string>;
  /** Where a site's files are to be, and what is in its environment; a folder of its own where it is left out. */
  placeOf?: (regency: string) => { folder: string; environment: Record<string, string> };
  /** Called with the servers before the sites start. */
  prepare?: (topology: Topology) => Promise<void>;
}

/** Starts hub, two leaves and two sites in demonstration mode, and waits until both are ready. */
export const startWorld = async ({ more = {}, placeOf, prepare }: WorldOptions = {}): Promise<World> => {
  const folder = await mkdtemp(join(tmpdir(), 'siaga-world-'));
  const topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
  const running: { end(): Promise<void> }[] = [];
  let steward: Keeper | undefined;
  const stop = async () => {
    for (const site of running) await site.end();
    await steward?.stop();
    await topology.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const hub = await topology.hub.connect('steward', 'steward');
    steward = keepStreams(() => ensureHub(hub, [KOTIM, SERUYAN]));
    await prepare?.(topology);
    const open = async (regency: string, neighbour: string) => {
      const place = placeOf?.(regency) ?? { folder: join(folder, regency), environment: {} };
      const site = await openSite(topology, { regency, neighbour, folder: place.folder });
      running.push(site);
      await site.start({ ...place.environment, ...(regency === SERUYAN ? more : {}) });
      return site;
    };
    const [kotim, seruyan] = await Promise.all([open(KOTIM, SERUYAN), open(SERUYAN, KOTIM)]);
    return { topology, kotim, seruyan, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const openSite = async (
  topology: Topology,
  { regency, neighbour, folder }: { regency: string; neighbour: string; folder: string },
): Promise<WorldSite> => {
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const tokens = new Map<string, Promise<string>>();
  const { url, seeds } = topology.site(regency);
  let child: ChildProcess | undefined;
  let printed = '';

  const kill = async (signal: NodeJS.Signals) => {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((done) => ending.once('exit', done));
    ending.kill(signal);
    await ended;
  };
  const environment: Record<string, string> = {};
  const wholeEnvironment = (): Record<string, string> => ({
    ...(process.env as Record<string, string>),
    ...siteNodeEnvironment(COMPILE_CACHE),
    SIAGA_REGENCY: regency,
    SIAGA_NEIGHBOURS: neighbour,
    SIAGA_DATA_DIR: folder,
    SIAGA_PORT: String(port),
    SIAGA_NATS_SERVERS: url,
    SIAGA_NATS_SEEDS: seeds,
    SIAGA_MODE: 'demo',
    SIAGA_LOG: 'warn',
    ...environment,
  });
  const launch = () => {
    const started = spawn(process.execPath, [...siteNodeOptions, SITE_MAIN], {
      env: wholeEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    return started;
  };
  const start = async (more: Record<string, string> = {}, wanted: 'ready' | 'answering' = 'ready') => {
    Object.assign(environment, more);
    const started = launch();
    const path = wanted === 'ready' ? '/readyz' : '/healthz';
    await until(`site ${regency} is ${wanted}`, async () => {
      if (started.exitCode !== null) throw new Error(`site ${regency} ended:\n${printed}`);
      return (await fetch(`${base}${path}`).catch(() => undefined))?.ok === true;
    });
  };
  const tokenFor = (role: string): Promise<string> => {
    const kept = tokens.get(role) ?? signIn(role);
    tokens.set(role, kept);
    return kept;
  };
  const signIn = async (role: string): Promise<string> => {
    const response = await fetch(`${base}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: role, password: 'siaga-demo' }),
    });
    if (!response.ok) throw new Error(`${role} can’t sign in: ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  };

  return {
    regency,
    base,
    folder,
    get pid() {
      return child?.pid ?? 0;
    },
    environment: wholeEnvironment,
    get running() {
      return child !== undefined && child.exitCode === null && child.signalCode === null;
    },
    get printed() {
      return printed;
    },
    kill: () => kill('SIGKILL'),
    start,
    launch: () => void launch(),
    end: () => kill('SIGTERM'),
    token: tokenFor,
    async post(role, path, body, headers = {}) {
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await tokenFor(role)}`,
          ...headers,
        },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async get<Body>(path: string, role?: string) {
      const headers = role === undefined ? {} : { authorization: `Bearer ${await tokenFor(role)}` };
      const response = await fetch(`${base}${path}`, { headers });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Body;
    },
  };
};
