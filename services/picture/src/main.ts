/**
 * The picture of one regency as a process of its own:
 *
 *   SIAGA_REGENCY=62.07 SIAGA_NEIGHBOURS=62.02 SIAGA_DATA_DIR=var/6207 SIAGA_PORT=6308 \
 *   SIAGA_NATS_SERVERS=127.0.0.1:4207 SIAGA_NATS_SEEDS=var/6207/seeds \
 *   node services/picture/src/main.ts
 *
 * With SIAGA_PICTURE_REBUILD=true it begins with a rebuild beside the picture that it has.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAtlas, readBoundaries } from '@siaga/geo';
import { readSeed, readTrustedKeys, UnusableKey } from '@siaga/stream';
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
import { openPicture, pictureService, startFollowing } from './index.ts';

async function main(): Promise<void> {
  const environment = readConfiguration(SiteEnvironment, process.env);
  const { SIAGA_REGENCY: regency, SIAGA_NEIGHBOURS: neighbours, SIAGA_DATA_DIR: folder } = environment;
  const logger = createLogger(`picture-${regency}`, environment.SIAGA_LOG);
  mkdirSync(folder, { recursive: true });
  const boundaries = environment.SIAGA_BOUNDARIES
    ? await readBoundaries(environment.SIAGA_BOUNDARIES)
    : undefined;
  const picture = openPicture({ file: join(folder, 'picture.db'), regency, neighbours });
  const { discarded } = picture.current.store;
  if (discarded !== undefined) logger.warn({ discarded }, 'the picture is folded anew from the streams');
  const following = startFollowing({
    picture,
    nats: {
      servers: environment.SIAGA_NATS_SERVERS.split(','),
      seed: readSeed(join(environment.SIAGA_NATS_SEEDS, 'picture.seed')),
    },
    trusted: readTrustedKeys(environment.SIAGA_SIGNING_KEYS),
    rebuild: environment.SIAGA_PICTURE_REBUILD,
    logger,
  });
  const app = await createServer({
    title: `Siaga: picture of ${regency}`,
    version: packageJson.version,
    logger,
    ...webLimitsOf(environment),
    readiness: [{ name: 'picture', check: () => following.missing() }],
  });
  await app.register(pictureService({ picture, atlas: createAtlas({ boundaries }) }));
  await app.listen({ host: environment.SIAGA_HOST, port: environment.SIAGA_PORT });
  closeWithGrace({ logger }, async () => {
    await app.close();
    await following.stop();
    picture.close();
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof UnusableKey)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
