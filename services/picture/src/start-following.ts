/** Following from a site's start to its end: the connection, then the streams. */
import { connectNats, linkOf, type TrustedKeys } from '@siaga/stream';
import type { Logger } from 'pino';
import { type RunningPicture, startPicture } from './following.ts';
import type { Picture } from './picture.ts';

export interface FollowingDeps {
  picture: Picture;
  /** The site's own NATS server. */
  nats: { servers: string[]; seed: string };
  /** Keys that are trusted before anything was read. */
  trusted: TrustedKeys;
  /** Whether to begin with a rebuild beside the picture that there is. */
  rebuild: boolean;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface Following {
  /** What was not read so far, for a readiness check; undefined when everything that this site holds was. */
  missing(): string | undefined;
  stop(): Promise<void>;
}

/** Follows as soon as the site's NATS server is there: the picture is served as it was whether it is or not. */
export function startFollowing({ picture, nats, trusted, rebuild, logger }: FollowingDeps): Following {
  let stopped = false;
  let running: RunningPicture | undefined;
  let refused: () => string | undefined = () => undefined;
  let close = () => Promise.resolve();
  const start = async () => {
    const nc = await connectNats({ ...nats, name: 'picture' });
    close = () => nc.close();
    if (stopped) return close();
    refused = () => linkOf(nc).refused();
    running = startPicture({ picture, nc, trusted, log: logger });
    if (rebuild) logger.info(await running.rebuild(), 'the picture was rebuilt');
  };
  start().catch((error: unknown) => {
    if (!stopped) logger.error({ err: error }, 'the picture does not follow the streams, or was not rebuilt');
  });
  return {
    missing() {
      if (!running) return 'the site’s NATS server was not reached yet';
      const refusal = refused();
      return refusal === undefined ? running.missing() : `the NATS server refused ${refusal}`;
    },
    async stop() {
      stopped = true;
      await running?.stop();
      await close();
    },
  };
}
