/**
 * Hazard readings of one regency as a process of its own, beside the site that keeps the sessions:
 *
 *   SIAGA_REGENCY=62.07 SIAGA_DATA_DIR=var/6207 SIAGA_SITE=http://localhost:6207 SIAGA_PORT=6307 \
 *     node services/hazards/src/main.ts
 *
 * It appends to the site's ledger, which several processes of one machine may open.
 */
import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RegencyCode } from '@siaga/domain';
import { createAtlas, readBoundaries } from '@siaga/geo';
import { openLedger } from '@siaga/ledger';
import {
  ConfigurationError,
  createLogger,
  createServer,
  ledgerAddress,
  logLevel,
  readConfiguration,
  webLimits,
  webLimitsOf,
} from '@siaga/web';
import closeWithGrace from 'close-with-grace';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { hazardsService, openQuarantine } from './index.ts';
import { siteSessions } from './site-sessions.ts';

const Configuration = z.object({
  SIAGA_REGENCY: RegencyCode,
  /** Folder of the ledger and the quarantine, made where missing. */
  SIAGA_DATA_DIR: z.string().min(1),
  /** Where the site keeps its ledger, when that is not the folder. */
  SIAGA_LEDGER: ledgerAddress.optional(),
  /** Address of the site that keeps the sessions. */
  SIAGA_SITE: z.url({ protocol: /^https?$/ }),
  SIAGA_HOST: z.string().min(1).default('127.0.0.1'),
  SIAGA_PORT: z.coerce.number().int().min(0).max(65_535),
  /** An agency's boundaries, imported; without them the generalised outline is used. */
  SIAGA_BOUNDARIES: z.string().min(1).optional(),
  SIAGA_LOG: logLevel,
  ...webLimits,
});

async function main(): Promise<void> {
  const configuration = readConfiguration(Configuration, process.env);
  const { SIAGA_REGENCY: regency, SIAGA_DATA_DIR: folder, SIAGA_BOUNDARIES: imported } = configuration;
  const logger = createLogger(`hazards-${regency}`, configuration.SIAGA_LOG);
  mkdirSync(folder, { recursive: true });
  const boundaries = imported === undefined ? undefined : await readBoundaries(imported);
  const quarantine = openQuarantine(join(folder, 'quarantine.db'));
  const ledger = await openLedger(configuration);

  const app = await createServer({
    title: `Siaga: hazard readings of ${regency}`,
    version: packageJson.version,
    logger,
    authenticate: siteSessions(new URL(configuration.SIAGA_SITE)),
    ...webLimitsOf(configuration),
    readiness: [
      {
        name: 'ledger',
        check: () =>
          ledger.head().then(
            () => undefined,
            (error: unknown) => String(error),
          ),
      },
    ],
  });
  const atlas = createAtlas({ boundaries });
  await app.register(
    hazardsService({ regency, ledger, atlas, quarantine, clock: Date.now, newId: () => randomUUIDv7() }),
  );
  await app.listen({ host: configuration.SIAGA_HOST, port: configuration.SIAGA_PORT });
  closeWithGrace({ logger }, async () => {
    await app.close();
    await ledger.close();
    quarantine.close();
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
