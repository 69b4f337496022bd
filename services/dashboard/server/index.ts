/** Serves the built dashboard. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';

/** Where `pnpm --filter @siaga/dashboard build` puts the built page. */
export const builtDashboard: string = fileURLToPath(new URL('../dist', import.meta.url));

export interface DashboardDeps {
  /** The folder that the build made. */
  dist: string;
}

/**
 * The page at `/` and its files beside it. Files under `/assets/` carry a hash of their content in the name and are
 * cached for good; everything else is asked for anew each time. Without a built page `/` answers 503 and says how to
 * build one, so that the API works all the same.
 */
export const dashboardService =
  ({ dist }: DashboardDeps): FastifyPluginAsync =>
  async (app) => {
    if (!existsSync(join(dist, 'index.html'))) {
      app.get('/', async (_request, reply) =>
        reply
          .code(503)
          .type('text/plain; charset=utf-8')
          .send(
            `The dashboard is not built: run "pnpm --filter @siaga/dashboard build" (looked in ${dist}).\n`,
          ),
      );
      return;
    }
    await app.register(fastifyStatic, {
      root: dist,
      wildcard: false,
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.startsWith(join(dist, 'assets'));
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  };
