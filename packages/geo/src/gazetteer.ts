/**
 * Regencies, districts and villages by their codes. Names and Kemendagri codes are from idn-area-data
 * (ODbL 1.0), BPS codes from BPS's own bridge of codes: see data/README.md.
 */
import { z } from 'zod';
import { type Point, pointSchema, readData, site } from './data.ts';

const placeSchema = z.object({
  /** Kemendagri code with dots: `62.07`, `62.07.05`, `62.07.05.2001`. */
  code: z.string(),
  /** BPS code: 4 digits for a regency, 7 for a district, 10 for a village. */
  bps: z.string().exactOptional(),
  name: z.string(),
  kind: z.enum(['regency', 'district', 'village']),
  /** Villages only. */
  status: z.enum(['desa', 'kelurahan']).exactOptional(),
  /** The district of a village, the regency of a district. */
  parent: z.string().exactOptional(),
  /** A point within the district, rounded to 0.01° (about 1 km); villages have none. */
  point: pointSchema.exactOptional(),
});

/** A regency, district (kecamatan) or village (desa, kelurahan). */
export interface Place {
  code: string;
  bps?: string;
  name: string;
  kind: 'regency' | 'district' | 'village';
  status?: 'desa' | 'kelurahan';
  parent?: string;
  point?: Point;
}

export interface Regency extends Place {
  kind: 'regency';
  bps: string;
  /** Official area (luas wilayah) in km². */
  areaKm2: number;
}

const all: readonly Place[] = readData('gazetteer.json', z.object({ places: z.array(placeSchema) })).places;
const byCode = new Map(all.map((place) => [place.code, place]));
const byBps = new Map(all.flatMap((place) => (place.bps ? [[place.bps, place] as const] : [])));
const byParent = Map.groupBy(all, (place) => place.parent);

const siteRegencies: readonly Regency[] = site.regencies.map(({ code, bps, areaKm2 }) => {
  const place = byCode.get(code);
  if (!place) throw new Error(`data/site.json names regency ${code}, which data/gazetteer.json lacks`);
  return { ...place, kind: 'regency', bps, areaKm2 };
});

/** The regencies of this installation, in the order of `data/site.json`. */
export const regencies = (): readonly Regency[] => siteRegencies;

/** Every regency, district and village, by code. */
export const places = (): readonly Place[] => all;

/**
 * The place with this code, or undefined. A text is a Kemendagri code with its dots (`62.07`); a BPS code must
 * say so (`{ bps: '6208' }`), for without dots the two cannot be told apart: 6207 is Seruyan to Kemendagri and
 * Lamandau, another regency, to BPS.
 */
export const findPlace = (code: string | { bps: string }): Place | undefined =>
  typeof code === 'string' ? byCode.get(code) : byBps.get(code.bps);

/** The districts of a regency by its Kemendagri code, in order of code; none when it is unknown. */
export const districtsOf = (regency: string): readonly Place[] => childrenOf(regency, 'district');

/** The villages of a district by its Kemendagri code, in order of code; none when it is unknown. */
export const villagesOf = (district: string): readonly Place[] => childrenOf(district, 'village');

const childrenOf = (code: string, kind: Place['kind']): readonly Place[] =>
  (byParent.get(code) ?? []).filter((place) => place.kind === kind);
