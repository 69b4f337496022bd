/**
 * The write side of one regency as a process of its own. Configuration: `SiteEnvironment` of packages/web.
 *
 *   SIAGA_REGENCY=62.07 SIAGA_NEIGHBOURS=62.02 SIAGA_DATA_DIR=var/6207 SIAGA_PORT=6207 \
 *   SIAGA_NATS_SERVERS=127.0.0.1:4207 SIAGA_NATS_SEEDS=var/6207/seeds \
 *   node services/regency/src/main.ts
 */
import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAtlas, readBoundaries } from '@siaga/geo';
import { openLedger } from '@siaga/ledger';
import { readSeed, UnusableKey } from '@siaga/stream';
import {
  ConfigurationError,
  createLogger,
  createServer,
  readConfiguration,
  SiteEnvironment,
  webLimitsOf,
} from '@siaga/web';
import closeWithGrace from 'close-with-grace';
import packageJson from '../package.json' with { type: 'json' };
import {
  authenticator,
  ensureDemoAccounts,
  httpWays,
  openAccounts,
  openCooperation,
  refuseDemoInProduction,
  regencyService,
  startSharing,
} from './index.ts';

async function main(): Promise<void> {
  const environment = readConfiguration(SiteEnvironment, process.env);
  const { SIAGA_REGENCY: regency, SIAGA_NEIGHBOURS: neighbours, SIAGA_DATA_DIR: folder } = environment;
  const logger = createLogger(`regency-${regency}`, environment.SIAGA_LOG);
  const demo = environment.SIAGA_MODE === 'demo';
  mkdirSync(folder, { recursive: true });

  const accounts = openAccounts({ file: join(folder, 'accounts.db') });
  refuseDemoInProduction(accounts, { ...process.env, SIAGA_MODE: environment.SIAGA_MODE });
  if (demo) await ensureDemoAccounts(accounts);
  const ledger = await openLedger(environment);
  const boundaries = environment.SIAGA_BOUNDARIES
    ? await readBoundaries(environment.SIAGA_BOUNDARIES)
    : undefined;
  const clock = Date.now;
  const cooperation = openCooperation({
    regency,
    ledger,
    keys: environment.SIAGA_SIGNING_KEYS,
    clock,
    log: logger,
  });
  const sharing = startSharing({
    regency,
    neighbours,
    ledger,
    nats: {
      servers: environment.SIAGA_NATS_SERVERS.split(','),
      seed: readSeed(join(environment.SIAGA_NATS_SEEDS, 'regency.seed')),
    },
    cooperation,
    http: httpWays(environment.SIAGA_NEIGHBOUR_URLS, environment.SIAGA_NATS_SEEDS),
    clock,
    logger,
  });

  const app = await createServer({
    title: `Siaga: commands of ${regency}`,
    version: packageJson.version,
    logger,
    authenticate: authenticator(accounts),
    ...webLimitsOf(environment),
    readiness: [
      { name: 'ledger', check: () => ledger.head().then(() => undefined, String) },
      { name: 'sharing', check: () => sharing.missing() },
    ],
  });
  await app.register(
    regencyService({
      regency,
      neighbours,
      ledger,
      accounts,
      cooperation,
      atlas: createAtlas({ boundaries }),
      clock,
      newId: () => randomUUIDv7(),
      version: packageJson.version,
      demo,
      secureCookies: environment.SIAGA_SECURE_COOKIES,
    }),
  );
  await app.listen({ host: environment.SIAGA_HOST, port: environment.SIAGA_PORT });
  closeWithGrace({ logger }, async () => {
    await app.close();
    await sharing.stop();
    await cooperation.stop();
    await ledger.close();
    accounts.close();
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof UnusableKey)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
