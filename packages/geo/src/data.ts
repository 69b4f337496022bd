import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** WGS 84 longitude and latitude in degrees, in GeoJSON's order (RFC 7946, section 3.1.1). */
export type Point = [number, number];

export const pointSchema = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);

/** Reads `data/<name>` of this package and checks it. Throws when the package's own data is broken. */
export function readData<T>(name: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8')));
}

const siteSchema = z.object({
  province: z.object({
    code: z.string(),
    name: z.string(),
    /** West, south, east, north in degrees, wide enough for the province with its coast. */
    box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  }),
  regencies: z
    .array(z.object({ code: z.string(), bps: z.string(), areaKm2: z.number().positive() }))
    .nonempty(),
});

/** Which regencies this installation is about: the only place that names them. */
export const site = readData('site.json', siteSchema);

/** Whether a point lies in the box around the province. */
export function inProvince([longitude, latitude]: Point): boolean {
  const [west, south, east, north] = site.province.box;
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}
