/**
 * The write side of one regency as a process of its own:
 *
 *   SIAGA_REGENCY=62.07 SIAGA_NEIGHBOURS=62.02 SIAGA_DATA_DIR=var/6207 node services/regency/src/main.ts
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegencyCode } from '@siaga/domain';
import { createAtlas, readBoundaries } from '@siaga/geo';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import {
  connectNats,
  ensureSite,
  linkOf,
  openPublisher,
  sendHeartbeats,
  StreamUnavailable,
} from '@siaga/stream';
import { ConfigurationError, createServer, readConfiguration } from '@siaga/web';
import closeWithGrace from 'close-with-grace';
import { type Logger, pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import {
  authenticator,
  ensureDemoAccounts,
  openAccounts,
  refuseDemoInProduction,
  regencyService,
  sharePublicOnly,
  startRelay,
} from './index.ts';

const Configuration = z.object({
  SIAGA_REGENCY: RegencyCode,
  /** Codes with commas between. */
  SIAGA_NEIGHBOURS: z
    .string()
    .transform((list) => list.split(',').filter((code) => code !== ''))
    .pipe(z.array(RegencyCode)),
  /** Folder of the ledger and the accounts, made where missing. */
  SIAGA_DATA_DIR: z.string().min(1),
  SIAGA_HOST: z.string().default('127.0.0.1'),
  SIAGA_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  SIAGA_MODE: z.enum(['demo', 'production']).default('production'),
  /** `true` where a reverse proxy serves the site over HTTPS. */
  SIAGA_SECURE_COOKIES: z.stringbool().default(false),
  /** An agency's boundaries, imported; without them the generalised outline is used. */
  SIAGA_BOUNDARIES: z.string().min(1).optional(),
  SIAGA_NATS_SERVERS: z.string().min(1),
  SIAGA_NATS_USER: z.string().min(1).optional(),
  SIAGA_NATS_PASSWORD: z.string().min(1).optional(),
});

type Configuration = z.output<typeof Configuration>;

const HEARTBEAT_MS = 2_000;
const ENSURE_AGAIN_MS = 1_000;

async function main(): Promise<void> {
  const configuration = readConfiguration(Configuration, process.env);
  const { SIAGA_REGENCY: regency, SIAGA_NEIGHBOURS: neighbours } = configuration;
  const logger = pino({ name: `regency-${regency}` });
  const demo = configuration.SIAGA_MODE === 'demo';
  mkdirSync(configuration.SIAGA_DATA_DIR, { recursive: true });

  const accounts = openAccounts({ file: join(configuration.SIAGA_DATA_DIR, 'accounts.db') });
  refuseDemoInProduction(accounts, { ...process.env, SIAGA_MODE: configuration.SIAGA_MODE });
  if (demo) await ensureDemoAccounts(accounts);
  const ledger = await openSqliteLedger({ file: join(configuration.SIAGA_DATA_DIR, 'ledger.db') });
  const boundaries = configuration.SIAGA_BOUNDARIES
    ? await readBoundaries(configuration.SIAGA_BOUNDARIES)
    : undefined;

  const app = await createServer({
    title: `Siaga: commands of ${regency}`,
    version: packageJson.version,
    logger,
    authenticate: authenticator(accounts),
    readiness: [
      {
        name: 'ledger',
        check: async () => {
          try {
            await ledger.head();
            return undefined;
          } catch (error) {
            return String(error);
          }
        },
      },
    ],
  });
  await app.register(
    regencyService({
      regency,
      neighbours,
      ledger,
      accounts,
      atlas: createAtlas({ boundaries }),
      clock: Date.now,
      newId: () => uuidv7(),
      version: packageJson.version,
      demo,
      secureCookies: configuration.SIAGA_SECURE_COOKIES,
    }),
  );

  const sharing = startSharing(configuration, ledger, logger);
  await app.listen({
    host: configuration.SIAGA_HOST,
    port: configuration.SIAGA_PORT ?? Number(regency.replace('.', '')),
  });
  closeWithGrace({ logger }, async () => {
    await app.close();
    await sharing.stop();
    await ledger.close();
    accounts.close();
  });
}

/** Shares as soon as the site's NATS server is there: the site takes commands whether it is or not. */
function startSharing(
  configuration: Configuration,
  ledger: Ledger,
  logger: Logger,
): { stop(): Promise<void> } {
  const { SIAGA_REGENCY: regency, SIAGA_NEIGHBOURS: neighbours } = configuration;
  let stopped = false;
  let stop = () => Promise.resolve();
  const start = async () => {
    const nc = await connectNats({
      servers: configuration.SIAGA_NATS_SERVERS.split(','),
      name: 'regency',
      ...(configuration.SIAGA_NATS_USER === undefined ? {} : { user: configuration.SIAGA_NATS_USER }),
      ...(configuration.SIAGA_NATS_PASSWORD === undefined ? {} : { pass: configuration.SIAGA_NATS_PASSWORD }),
    });
    stop = () => nc.close();
    while (!stopped) {
      try {
        await ensureSite(nc, { regency, neighbours });
        break;
      } catch (error) {
        if (!(error instanceof StreamUnavailable)) throw error;
        logger.warn(error.message);
        await sleep(ENSURE_AGAIN_MS);
      }
    }
    if (stopped) return;
    const relay = startRelay({
      regency,
      ledger,
      publisher: openPublisher(nc, regency),
      link: linkOf(nc),
      mayShare: sharePublicOnly,
      newId: () => uuidv7(),
      log: logger,
    });
    const heartbeats = sendHeartbeats(nc, regency, {
      sequence: () => relay.state().publishedSequence,
      everyMs: HEARTBEAT_MS,
    });
    stop = async () => {
      heartbeats.stop();
      await relay.stop();
      await nc.close();
    };
  };
  start().catch((error: unknown) => {
    if (!stopped) logger.error({ err: error }, 'sharing could not start');
  });
  return {
    stop() {
      stopped = true;
      return stop();
    },
  };
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
