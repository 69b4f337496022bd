/** Incidents, hotspots and how the picture is, over HTTP. Open to read: what the public may know anyway. */
import { mayRole } from '@siaga/domain';
import { permit } from '@siaga/web';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { EventKind, Queries } from '../queries/queries.ts';
import * as schemas from './schemas.ts';

/** A parked message may hold anything at all, so its content is for those who look after such. */
const mayReadParked = ({ principal }: Pick<FastifyRequest, 'principal'>): boolean =>
  principal !== undefined && mayRole(principal.role, 'picture.read-parked-raw');

const mayRead = (request: Pick<FastifyRequest, 'principal'>, kind: EventKind): boolean => {
  if (kind === 'parked') return mayReadParked(request);
  return kind === 'public' || request.principal !== undefined;
};

export function pictureRoutes(app: FastifyInstance, queries: Queries): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const tags = ['picture'];

  routes.get(
    '/api/v1/picture/incidents',
    {
      schema: {
        tags,
        summary: 'Incidents of all regencies, newest update first, as known at a time',
        querystring: schemas.IncidentsQuery,
        response: { 200: schemas.IncidentsAnswer },
      },
    },
    async ({ query: { bbox, ...query } }) => queries.incidents({ ...query, box: bbox }),
  );
  routes.get(
    '/api/v1/picture/incidents/:id',
    {
      schema: {
        tags,
        summary: 'One incident, and the disaster that it is part of',
        params: schemas.IncidentParams,
        querystring: schemas.AsOfQuery,
        response: { 200: schemas.IncidentAnswer },
      },
    },
    async ({ params, query }) => queries.incident(params.id, query.asOf),
  );
  routes.get(
    '/api/v1/picture/incidents/:id/history',
    {
      schema: {
        tags,
        summary: 'The events behind an incident, oldest first',
        params: schemas.IncidentParams,
        querystring: schemas.AsOfQuery,
        response: { 200: schemas.HistoryAnswer },
      },
    },
    async ({ params, query }) => queries.history(params.id, query.asOf),
  );
  routes.get(
    '/api/v1/picture/totals',
    {
      schema: {
        tags,
        summary: 'Figures over all incidents, each place of a disaster once, with the events behind them',
        querystring: schemas.TotalsQuery,
        response: { 200: schemas.TotalsAnswer },
      },
    },
    async ({ query }) => queries.totals(query),
  );
  routes.get(
    '/api/v1/picture/events/:regency/:sequence',
    {
      schema: {
        tags,
        summary: 'One event as received',
        description:
          '`data` of an event that is not public is for who has signed in; of one that is parked, for who may read those. ' +
          'With `journal=internal` the number is that of the own regency’s internal journal, which is for who has signed in.',
        params: schemas.EventParams,
        querystring: schemas.EventQuery,
        response: { 200: schemas.EventAnswer },
      },
    },
    async (request) => {
      const { regency, sequence } = request.params;
      const { journal } = request.query;
      if (journal === 'internal') permit(request, 'picture.read-aid');
      return queries.event({ regency, journal }, sequence, (kind) => mayRead(request, kind));
    },
  );
  routes.get(
    '/api/v1/picture/hotspots',
    {
      schema: {
        tags,
        summary: 'Groups of hotspots by day (WIB). A hotspot is a hot pixel, not a fire',
        querystring: schemas.HotspotsQuery,
        response: { 200: schemas.HotspotsAnswer },
      },
    },
    async ({ query: { bbox, ...query } }) => queries.hotspots({ ...query, box: bbox }),
  );
  routes.get(
    '/api/v1/picture/sources',
    {
      schema: {
        tags,
        summary: 'How far and how old each regency’s half of the picture is',
        querystring: schemas.NoQuery,
        response: { 200: schemas.SourcesAnswer },
      },
    },
    async () => queries.sources(),
  );
  routes.get(
    '/api/v1/picture/parked',
    {
      schema: {
        tags,
        summary: 'Messages that are not in the picture, and why; newest first',
        description:
          '`raw` is only for who may read what is parked, and so is the `detail` of what is no event: it may quote it.',
        querystring: schemas.ParkedQuery,
        response: { 200: schemas.ParkedAnswer },
      },
    },
    async (request) => {
      const withRaw = mayReadParked(request);
      const { items, ...counts } = queries.parked({ ...request.query, withRaw });
      return {
        ...counts,
        items: items.map((item) =>
          withRaw || item.reason !== 'malformed' ? item : { ...item, detail: 'no event of its stream' },
        ),
      };
    },
  );
  routes.get(
    '/api/v1/picture/timeline',
    {
      schema: {
        tags,
        summary: 'When the picture changed, in buckets for a time slider',
        querystring: schemas.NoQuery,
        response: { 200: schemas.TimelineAnswer },
      },
    },
    async () => queries.timeline(),
  );
}
