/** Places and the map. */
import {
  type Atlas,
  boundaryLines,
  findPlace,
  outline,
  type Place,
  regencies,
  searchPlaces,
} from '@siaga/geo';
import { Problem } from '@siaga/web';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as schemas from './schemas.ts';

export function geoRoutes(app: FastifyInstance, atlas: Atlas): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const tags = ['geo'];
  // Both are the same for as long as the process runs.
  const { regencies: areas, rivers, districts, towns } = outline;
  const outlineAnswer = { regencies: areas, rivers, districts, towns, label: areas.label };
  const lines = atlas.boundaries
    ? { ...boundaryLines(atlas.boundaries), source: atlas.boundaries.source }
    : undefined;

  routes.get(
    '/api/v1/geo/regencies',
    {
      schema: {
        tags,
        summary: 'The regencies of this installation',
        querystring: schemas.NoQuery,
        response: { 200: schemas.PlacesAnswer },
      },
    },
    async () => ({ items: [...regencies()] }),
  );
  routes.get(
    '/api/v1/geo/places',
    {
      schema: {
        tags,
        summary: 'Regencies, districts and villages by the begin of their names',
        querystring: schemas.PlacesQuery,
        response: { 200: schemas.PlacesAnswer },
      },
    },
    async ({ query }) => ({ items: searchPlaces(query.search, query.limit) }),
  );
  routes.get(
    '/api/v1/geo/places/:code',
    {
      schema: {
        tags,
        summary: 'One regency, district or village by its Kemendagri code',
        params: schemas.PlaceParams,
        querystring: schemas.NoQuery,
        response: { 200: schemas.PlaceAnswer },
      },
    },
    async ({ params }): Promise<Place> => {
      const place = findPlace(params.code);
      if (!place) throw new Problem('place_not_found', `The gazetteer has no place ${params.code}.`);
      return place;
    },
  );
  routes.get(
    '/api/v1/geo/outline',
    {
      schema: {
        tags,
        summary: 'The generalised map as GeoJSON: no legal reference',
        querystring: schemas.NoQuery,
        response: { 200: schemas.GeoJsonAnswer },
      },
    },
    async () => outlineAnswer,
  );
  routes.get(
    '/api/v1/geo/boundaries',
    {
      schema: {
        tags,
        summary: 'Official boundaries as simplified lines, where they were imported',
        querystring: schemas.NoQuery,
        response: { 200: schemas.GeoJsonAnswer },
      },
    },
    async () => {
      if (!lines) throw new Problem('boundaries_not_imported', 'This site uses the generalised outline.');
      return lines;
    },
  );
}
