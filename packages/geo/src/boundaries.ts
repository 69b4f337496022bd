/** Official boundaries as this system keeps them: one JSON file that the importer writes and services read. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import areaM2 from '@turf/area';
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { z } from 'zod';
import { type Regency, regencies } from './gazetteer.ts';

export type Layer = FeatureCollection<Polygon | MultiPolygon, { code: string; name: string }>;

export interface Boundaries {
  format: 'siaga-boundaries-1';
  /** Who made the original and which edition, as it stands beside the map. */
  source: string;
  /** Every regency of this installation. */
  regencies: Layer;
  /** Districts and villages that the file had; empty when it had no such layer. */
  districts: Layer;
  villages: Layer;
}

const position = z.tuple([z.number(), z.number()]);
const polygon = z.array(z.array(position).min(4)).min(1);
const layerSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.object({ code: z.string(), name: z.string() }),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: polygon }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon).min(1) }),
      ]),
    }),
  ),
});
const boundariesSchema: z.ZodType<Boundaries> = z.object({
  format: z.literal('siaga-boundaries-1'),
  source: z.string().min(1),
  regencies: layerSchema,
  districts: layerSchema,
  villages: layerSchema,
});

/**
 * Writes boundaries to `file` so that a reader sees the old file or the whole new one, also after a power cut: a
 * temporary file beside it, fsync, rename, fsync of the folder. Rejects with the system's error, leaving no trace.
 */
export async function writeBoundaries(file: string, boundaries: Boundaries): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(JSON.stringify(boundaries));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Reads what `writeBoundaries` wrote. Rejects when it can't be read or is something else, naming the file. */
export async function readBoundaries(file: string): Promise<Boundaries> {
  const text = await readFile(file, 'utf8');
  try {
    return boundariesSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `${file} is no boundary file of this system: import the official file with packages/geo/src/import-command.ts`,
      { cause: error },
    );
  }
}

/** A regency's area on the map beside its official one, km². */
export interface AreaComparison {
  regency: Regency;
  km2: number;
  officialKm2: number;
}

/** Compares each regency's mapped area, on the sphere, with the official figure. */
export function compareAreas(layer: Layer): AreaComparison[] {
  return regencies().flatMap((regency) => {
    const feature = layer.features.find(({ properties }) => properties.code === regency.code);
    if (!feature) return [];
    return [{ regency, km2: areaM2(feature) / 1e6, officialKm2: regency.areaKm2 }];
  });
}
