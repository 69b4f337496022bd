/** Small made boundaries: squares side by side with real codes. */
import type { Feature, FeatureCollection, Polygon } from 'geojson';
import { topology } from 'topojson-server';
import { districtsOf, regencies, villagesOf } from '../src/index.ts';

export type Properties = Record<string, unknown>;
export type Squares = FeatureCollection<Polygon, Properties>;

export const square = (west: number, south: number, east: number, north: number): Polygon => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

const feature = (
  { code, name }: { code: string; name: string },
  geometry: Polygon,
): Feature<Polygon, Properties> => ({
  type: 'Feature',
  properties: { code, name },
  geometry,
});

/** Latitude of the middle of the fixture, and where the first regency begins, degrees. */
export const SOUTH = -2.6;
export const WEST = 111.9;
export const SIDE = 0.6;

/**
 * Each regency a square of 0.6°, west to east; in it its first two districts, south and north; in each its first
 * two villages, west and east.
 */
export function squares(): Record<'kabupaten' | 'kecamatan' | 'desa', Squares> {
  const layers = {
    kabupaten: [] as Feature<Polygon, Properties>[],
    kecamatan: [] as Feature<Polygon, Properties>[],
    desa: [] as Feature<Polygon, Properties>[],
  };
  regencies().forEach((regency, i) => {
    const west = WEST + i * SIDE;
    layers.kabupaten.push(feature(regency, square(west, SOUTH, west + SIDE, SOUTH + SIDE)));
    districtsOf(regency.code)
      .slice(0, 2)
      .forEach((district, j) => {
        const south = SOUTH + (j * SIDE) / 2;
        layers.kecamatan.push(feature(district, square(west, south, west + SIDE, south + SIDE / 2)));
        villagesOf(district.code)
          .slice(0, 2)
          .forEach((village, k) => {
            const left = west + (k * SIDE) / 2;
            layers.desa.push(feature(village, square(left, south, left + SIDE / 2, south + SIDE / 2)));
          });
      });
  });
  const collection = (features: Feature<Polygon, Properties>[]): Squares => ({
    type: 'FeatureCollection',
    features,
  });
  return {
    kabupaten: collection(layers.kabupaten),
    kecamatan: collection(layers.kecamatan),
    desa: collection(layers.desa),
  };
}

/** All layers in one GeoJSON collection, as `change` leaves them. */
export function geojson(change: (layers: ReturnType<typeof squares>) => void = () => {}): string {
  const layers = squares();
  change(layers);
  const features = [...layers.kabupaten.features, ...layers.kecamatan.features, ...layers.desa.features];
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** The same as quantised TopoJSON with an object per layer. */
export const topojson = (): string => JSON.stringify(topology({ ...squares() }, 1e5));
