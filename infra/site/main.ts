/**
 * One regency's site as a process. Configuration: see `SiteEnvironment` in packages/web/src/config.ts.
 *
 *   SIAGA_REGENCY=62.07 SIAGA_NEIGHBOURS=62.02 SIAGA_PORT=6207 SIAGA_DATA_DIR=/var/lib/siaga \
 *   SIAGA_NATS_SERVERS=127.0.0.1:4207 node infra/site/main.ts
 */
import { ConfigurationError, readConfiguration, SiteEnvironment } from '@siaga/web';
import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { startSite } from './site.ts';

try {
  const environment = readConfiguration(SiteEnvironment, process.env);
  const logger = pino({
    name: `site-${environment.SIAGA_REGENCY}`,
    level: environment.SIAGA_LOG,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'password', 'token'],
  });
  const site = await startSite(environment, logger);
  logger.info(`answers on ${site.address}`);
  const closing = closeWithGrace({ logger, delay: 9_000 }, () => site.stop());
  // A launcher that was killed can't stop its sites: they end with the channel to it.
  if (process.channel) process.once('disconnect', () => void closing.close());
} catch (error) {
  console.error(error instanceof ConfigurationError || isInUse(error) ? (error as Error).message : error);
  process.exitCode = 1;
  process.exit();
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
