/** Reads the features of a GeoJSON or TopoJSON text, whatever they are. */
import { z } from 'zod';
import { isRefusal, type Refusal } from './import-geometry.ts';

export interface RawFeature {
  /** Where in the file it stands: `features[3]`, `objects.desa[3]`. */
  where: string;
  properties: object;
  /** GeoJSON, not checked yet, or why it could not be put together. */
  geometry: { geojson: unknown } | Refusal;
}

const properties = z.record(z.string(), z.unknown()).nullish();

const geojsonSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(z.object({ type: z.literal('Feature'), properties, geometry: z.unknown().optional() })),
});

const pair = z.tuple([z.number(), z.number()]);
const topojsonSchema = z.object({
  type: z.literal('Topology'),
  transform: z.object({ scale: pair, translate: pair }).optional(),
  arcs: z.array(z.array(z.tuple([z.number(), z.number()], z.unknown()))),
  objects: z.record(
    z.string(),
    z.object({
      type: z.literal('GeometryCollection'),
      geometries: z.array(
        z.looseObject({ type: z.string().nullish(), properties, arcs: z.unknown().optional() }),
      ),
    }),
  ),
});

type Arc = [number, number][];

/** TopoJSON, section 2.1.4: a quantised arc holds a start and steps, to be scaled and moved. */
function decodeArcs({ arcs, transform }: z.infer<typeof topojsonSchema>): Arc[] {
  if (!transform) return arcs.map((arc) => arc.map(([x, y]) => [x, y]));
  const [scaleX, scaleY] = transform.scale;
  const [moveX, moveY] = transform.translate;
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * scaleX + moveX, y * scaleY + moveY];
    });
  });
}

/** A ring is a chain of arcs, each beginning where the last ended; ~i is arc i backwards (section 2.1.4). */
function stitch(indexes: readonly number[], arcs: readonly Arc[]): Arc | Refusal {
  const ring: Arc = [];
  for (const index of indexes) {
    const arc = arcs[index < 0 ? ~index : index];
    if (!arc) return { reason: `it uses arc ${index}, but the file has ${arcs.length} arcs` };
    const next = index < 0 ? arc.toReversed() : arc;
    const end = ring.at(-1);
    const [start, ...rest] = next;
    if (!start) return { reason: `its arc ${index} is empty` };
    if (end && (end[0] !== start[0] || end[1] !== start[1])) {
      return { reason: `its arc ${index} does not begin where the one before ends` };
    }
    ring.push(...(end ? rest : next));
  }
  return ring;
}

const ringsSchema = z.array(z.array(z.number().int()));
const polygonsSchema = z.array(ringsSchema);

function stitchAll(rings: z.infer<typeof ringsSchema>, arcs: readonly Arc[]): Arc[] | Refusal {
  const done: Arc[] = [];
  for (const indexes of rings) {
    const ring = stitch(indexes, arcs);
    if (isRefusal(ring)) return ring;
    done.push(ring);
  }
  return done;
}

/** The GeoJSON geometry of a TopoJSON one, or why there is none. */
function geometryOf(
  type: string | null | undefined,
  refs: unknown,
  arcs: readonly Arc[],
): RawFeature['geometry'] {
  if (type === 'Polygon') {
    const rings = ringsSchema.safeParse(refs);
    if (!rings.success) return { reason: 'its arcs are not lists of arc numbers' };
    const coordinates = stitchAll(rings.data, arcs);
    return isRefusal(coordinates) ? coordinates : { geojson: { type, coordinates } };
  }
  if (type === 'MultiPolygon') {
    const polygons = polygonsSchema.safeParse(refs);
    if (!polygons.success) return { reason: 'its arcs are not lists of arc numbers' };
    const coordinates: Arc[][] = [];
    for (const rings of polygons.data) {
      const polygon = stitchAll(rings, arcs);
      if (isRefusal(polygon)) return polygon;
      coordinates.push(polygon);
    }
    return { geojson: { type, coordinates } };
  }
  return { geojson: type ? { type } : null };
}

const firstIssue = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'the top'}: ${issue.message}` : error.message;
};

/** The features of the text, in order, or why it is neither GeoJSON nor TopoJSON. */
export function readFeatures(text: string): RawFeature[] | Refusal {
  let json: unknown;
  try {
    // Windows tools begin UTF-8 files with a byte order mark.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { reason: `it is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const kind = z.object({ type: z.string() }).safeParse(json);
  if (kind.data?.type === 'Topology') {
    const topology = topojsonSchema.safeParse(json);
    if (!topology.success) return { reason: `it is not right TopoJSON: ${firstIssue(topology.error)}` };
    const arcs = decodeArcs(topology.data);
    return Object.entries(topology.data.objects).flatMap(([name, { geometries }]) =>
      geometries.map((one, i) => ({
        where: `objects.${name}[${i}]`,
        properties: one.properties ?? {},
        geometry: geometryOf(one.type, one.arcs, arcs),
      })),
    );
  }
  const collection = geojsonSchema.safeParse(json);
  if (collection.success) {
    return collection.data.features.map((one, i) => ({
      where: `features[${i}]`,
      properties: one.properties ?? {},
      geometry: { geojson: one.geometry },
    }));
  }
  if (kind.data?.type === 'FeatureCollection') {
    return { reason: `it is not right GeoJSON: ${firstIssue(collection.error)}` };
  }
  return { reason: 'it is neither a GeoJSON FeatureCollection nor a TopoJSON Topology' };
}
