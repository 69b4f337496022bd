/**
 * One regency's site as a process. Configuration: see `SiteEnvironment` in packages/web/src/config.ts.
 *
 *   SIAGA_REGENCY=62.07 SIAGA_NEIGHBOURS=62.02 SIAGA_PORT=6207 SIAGA_DATA_DIR=/var/lib/siaga \
 *   SIAGA_NATS_SERVERS=127.0.0.1:4207 SIAGA_NATS_SEEDS=/etc/siaga/seeds node infra/site/main.ts
 */
import { UnusableKey } from '@siaga/stream';
import { ConfigurationError, createLogger, readConfiguration, SiteEnvironment } from '@siaga/web';
import closeWithGrace from 'close-with-grace';
import { startSite } from './site.ts';

const launched = process.connected === true;
try {
  const environment = readConfiguration(SiteEnvironment, process.env);
  const logger = createLogger(`site-${environment.SIAGA_REGENCY}`, environment.SIAGA_LOG);
  const site = await startSite(environment, logger);
  logger.info(`answers on ${site.address}`);
  const closing = closeWithGrace({ logger, delay: 9_000 }, () => site.stop());
  // A launcher that was killed can't stop its sites: they end with the channel to it, which may have gone while they started.
  if (launched && !process.connected) closing.close();
  else if (launched) process.once('disconnect', () => closing.close());
} catch (error) {
  const known = error instanceof ConfigurationError || error instanceof UnusableKey || isInUse(error);
  console.error(known ? (error as Error).message : error);
  // What a person has to mend first is not mended by a restart: whoever restarts sites goes by the code.
  process.exit(known ? 2 : 1);
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
