/** `GET /api/v1/picture/live`: the raw answer is the hub's, written by hand. */
import { networkOf, Problem } from '@siaga/web';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { LiveHub } from '../live/hub.ts';
import { LiveHeaders, LiveQuery } from './schemas.ts';

export function liveRoute(app: FastifyInstance, live: LiveHub): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/picture/live',
    {
      // A HEAD would wait for the end of a stream that has none.
      exposeHeadRoute: false,
      config: { endless: true },
      schema: {
        tags: ['picture'],
        summary: 'Every change as it comes, as server-sent events',
        description:
          'Events: `incident`, `hotspots`, `hotspots-removed`, and `changed` for all else, which names what has ' +
          'changed and is to be asked for (with ids; continue with `Last-Event-ID` or `?lastEventId=`), `sources` (at once, every 2 s and at each change of state), `parked`, and `reset` ' +
          'when what the client has can’t be continued and is to be loaded anew.',
        produces: ['text/event-stream'],
        querystring: LiveQuery,
        headers: LiveHeaders,
      },
    },
    (request, reply) => {
      const lastEventId = request.headers['last-event-id'] ?? request.query.lastEventId;
      const address = networkOf(request.ip);
      if (!live.hasRoomFor(address)) {
        throw new Problem('overloaded', 'Too many watch already.', {}, { 'retry-after': '10' });
      }
      reply.hijack();
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value);
      }
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        // nginx and its like would hold events back to fill a buffer.
        'x-accel-buffering': 'no',
      });
      live.connect(raw, lastEventId, address);
    },
  );
  app.addHook('preClose', async () => live.close());
}
