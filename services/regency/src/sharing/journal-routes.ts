/** The shared journal over HTTP, for a neighbour whose own copy misses some of it and whom the hub does not connect. */
import type { Ledger } from '@siaga/ledger';
import { PAGE_ENTRIES, SentPage, sentOf } from '@siaga/stream';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readJournalPage } from './shared-journal.ts';

const Query = z
  .object({ from: z.coerce.number().int().positive(), to: z.coerce.number().int().positive() })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'to is not before from' });

export function journalRoutes(app: FastifyInstance, { ledger }: { ledger: Pick<Ledger, 'read'> }): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/shared-journal/entries',
    {
      config: { permission: 'journal.read' },
      schema: {
        tags: ['site'],
        summary: 'Shared events as published, by their number in the journal',
        description: `At most ${PAGE_ENTRIES} or 256 KB: ask on from behind the last. \`head\` is where the journal ends.`,
        querystring: Query,
        response: { 200: SentPage },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { head, entries } = await readJournalPage(ledger, request.query);
      return { head, entries: entries.map(sentOf) };
    },
  );
}
