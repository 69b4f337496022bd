/** Following from a site's start to its end: the connection, then the streams. */
import { connectNats } from '@siaga/stream';
import type { Logger } from 'pino';
import { type RunningPicture, startPicture } from './following.ts';
import type { Picture } from './picture.ts';

export interface FollowingDeps {
  picture: Picture;
  /** The site's own NATS server. */
  nats: { servers: string[]; user?: string | undefined; pass?: string | undefined };
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
export function startFollowing({ picture, nats, rebuild, logger }: FollowingDeps): Following {
  let stopped = false;
  let running: RunningPicture | undefined;
  let close = () => Promise.resolve();
  const start = async () => {
    const { servers, user, pass } = nats;
    const nc = await connectNats({
      servers,
      name: 'picture',
      ...(user === undefined ? {} : { user }),
      ...(pass === undefined ? {} : { pass }),
    });
    close = () => nc.close();
    if (stopped) return close();
    running = startPicture({ picture, nc, log: logger });
    if (rebuild) logger.info(await running.rebuild(), 'the picture was rebuilt');
  };
  start().catch((error: unknown) => {
    if (!stopped) logger.error({ err: error }, 'the picture does not follow the streams, or was not rebuilt');
  });
  return {
    missing: () => (running ? running.missing() : 'the site’s NATS server was not reached yet'),
    async stop() {
      stopped = true;
      await running?.stop();
      await close();
    },
  };
}
