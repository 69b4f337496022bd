/** The map that every installation has before official boundaries are imported: see data/README.md. */
import type { FeatureCollection, LineString, Point as PointGeometry, Polygon } from 'geojson';
import { z } from 'zod';
import { pointSchema, readData } from './data.ts';

/** What stands beside a layer wherever it is shown. */
export interface Label {
  id: string;
  en: string;
}

export type Labelled<Collection> = Collection & { label: Label };

export interface Outline {
  /** Generalised regency polygons from turning points rounded to 0.05°: accurate to about 5 km. */
  regencies: Labelled<FeatureCollection<Polygon, { code: string; name: string }>>;
  /** Generalised, not for navigation. */
  rivers: Labelled<FeatureCollection<LineString, { name: string }>>;
  /** A point within each district. */
  districts: Labelled<FeatureCollection<PointGeometry, { code: string; name: string }>>;
  towns: Labelled<FeatureCollection<PointGeometry, { name: string }>>;
}

const layer = <P extends z.ZodType, G extends z.ZodType>(properties: P, geometry: G) =>
  z.object({
    type: z.literal('FeatureCollection'),
    label: z.object({ id: z.string(), en: z.string() }),
    features: z.array(z.object({ type: z.literal('Feature'), properties, geometry })),
  });
const point = z.object({ type: z.literal('Point'), coordinates: pointSchema });
const named = z.object({ name: z.string() });
const coded = z.object({ code: z.string(), name: z.string() });

/** The generalised map, GeoJSON (RFC 7946) with a `label` on each collection. */
export const outline: Outline = readData(
  'outline.json',
  z.object({
    regencies: layer(
      coded,
      z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(pointSchema).min(4)) }),
    ),
    rivers: layer(
      named,
      z.object({ type: z.literal('LineString'), coordinates: z.array(pointSchema).min(2) }),
    ),
    districts: layer(coded, point),
    towns: layer(named, point),
  }),
);
