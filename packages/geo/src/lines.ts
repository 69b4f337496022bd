import type { Feature, FeatureCollection, MultiLineString } from 'geojson';
import { mesh } from 'topojson-client';
import { topology } from 'topojson-server';
import { presimplify, quantile, simplify } from 'topojson-simplify';
import type { GeometryObject, Objects, Topology } from 'topojson-specification';
import type { Boundaries, Layer } from './boundaries.ts';

/**
 * `border`: between two regencies of this installation; `edge`: a regency's line to the sea or to anyone else;
 * `district`: between two districts of one regency.
 */
export type LineKind = 'border' | 'edge' | 'district';

export type BoundaryLines = FeatureCollection<MultiLineString, { kind: LineKind }>;

type Lined = Topology<Objects<{ code: string }>>;

/** About 11 m: finer than a pixel at any scale the dashboard shows. */
const round = (degrees: number): number => Number(degrees.toFixed(4));

/** Shares of the points that are kept, the most important ones, tried in turn until they fit. */
const SHARES = [0.7, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.04, 0.02, 0.01, 0];

/**
 * The regency and district lines of imported boundaries, each drawn once, simplified (Visvalingam) only as far as
 * its JSON needs to be at most `maxBytes` long. Neighbours keep one common line, as it is simplified before it is
 * drawn. What still does not fit when
 * only the points where lines meet are left is returned longer than that.
 */
export function boundaryLines(
  { regencies, districts }: Pick<Boundaries, 'regencies' | 'districts'>,
  maxBytes = 150_000,
): BoundaryLines {
  // The types of topojson-server allow features without properties; these have theirs.
  const map = topology({ regencies: withIds(regencies), districts: withIds(districts) }) as Lined;
  const whole = presimplify(map);
  let lines = draw(whole);
  for (const share of SHARES) {
    if (JSON.stringify(lines).length <= maxBytes) break;
    lines = draw(simplify(whole, quantile(whole, share)));
  }
  return lines;
}

/** TopoJSON keeps a feature's id, by which the mesh tells whose line it is. */
const withIds = (layer: Layer): Layer => ({
  ...layer,
  features: layer.features.map((feature) => ({ ...feature, id: feature.properties.code })),
});

const regencyOf = ({ id }: GeometryObject): string => String(id).slice(0, 5);

function draw(map: Lined): BoundaryLines {
  const line = (
    kind: LineKind,
    layer: string,
    filter: (a: GeometryObject, b: GeometryObject) => boolean,
  ): Feature<MultiLineString, { kind: LineKind }>[] => {
    const { coordinates } = mesh(map, map.objects[layer], filter);
    const rounded = coordinates.map((points) => points.map(([x = 0, y = 0]) => [round(x), round(y)]));
    if (rounded.length === 0) return [];
    return [
      { type: 'Feature', properties: { kind }, geometry: { type: 'MultiLineString', coordinates: rounded } },
    ];
  };
  return {
    type: 'FeatureCollection',
    features: [
      ...line('district', 'districts', (a, b) => a !== b && regencyOf(a) === regencyOf(b)),
      ...line('edge', 'regencies', (a, b) => a === b),
      ...line('border', 'regencies', (a, b) => a !== b),
    ],
  };
}
