/** What a page or a program asks first: which site this is. */
import { RegencyCode } from '@siaga/domain';
import { findPlace } from '@siaga/geo';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

export interface SiteDeps {
  regency: string;
  neighbours: readonly string[];
  version: string;
  /** Whether this is a demonstration, whose passwords the sign-in page may show. */
  demo: boolean;
  clock: () => number;
}

const Regency = z.object({ code: RegencyCode, name: z.string() });
const Site = z.object({
  regency: Regency,
  neighbours: z.array(Regency),
  now: z.iso.datetime(),
  version: z.string(),
  demo: z.boolean(),
});

export function siteRoutes(
  app: FastifyInstance,
  { regency, neighbours, version, demo, clock }: SiteDeps,
): void {
  const named = (code: string) => ({ code, name: findPlace(code)?.name ?? code });
  app
    .withTypeProvider<ZodTypeProvider>()
    .get(
      '/api/v1/site',
      { schema: { tags: ['site'], summary: 'Which site this is, and its clock', response: { 200: Site } } },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        return {
          regency: named(regency),
          neighbours: neighbours.map(named),
          now: new Date(clock()).toISOString(),
          version,
          demo,
        };
      },
    );
}
