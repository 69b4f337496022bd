/** Takes an agency's boundary files into the form this system keeps. */
import type { MultiPolygon, Polygon } from 'geojson';
import { type Area, areaOf, ringsOf } from './area.ts';
import type { Boundaries, Layer } from './boundaries.ts';
import { type Crossing, crossingOf } from './crossing.ts';
import type { Point } from './data.ts';
import { type Place, places, regencies } from './gazetteer.ts';
import {
  type Columns,
  columnsOf,
  isNewVillage,
  nameIn,
  placeOfCode,
  type RawCode,
  rawCode,
  schemeOf,
} from './import-fields.ts';
import { type RawFeature, readFeatures } from './import-file.ts';
import { checkGeometry, isRefusal } from './import-geometry.ts';
import { untitledName } from './search.ts';

export interface ImportOptions {
  /** Who made the boundaries and which edition; it stands beside the map. */
  source: string;
  /** The property that carries the code, when it has a name of its own. */
  codeProperty?: string | undefined;
}

/** One file of a delivery: agencies often put each layer into a GeoJSON file of its own. */
export interface BoundaryFile {
  name: string;
  text: string;
}

export interface ImportProblem {
  /** Its place in the file with code and name as far as known, or the file's name. */
  feature: string;
  reason: string;
}

export type ImportResult =
  | { boundaries: Boundaries; notes: string[] }
  /** `more` counts the problems beyond those listed. */
  | { problems: ImportProblem[]; more: number };

const LISTED_PROBLEMS = 20;
/** How far a district or village may reach out of its regency, km: layers of different editions never fit exactly. */
const OUTSIDE_KM = 2;
/** Rounding makes narrow spikes cross themselves; a loop of less than a hectare moves no boundary. */
const SLIGHT_KM2 = 0.01;

interface Accepted {
  place: Place;
  label: string;
  geometry: Polygon | MultiPolygon;
}

/**
 * Reads boundaries from GeoJSON or TopoJSON, one text or the several files of a delivery. Layers are told apart by
 * the codes, Kemendagri's or BPS's. Every regency of the installation must be there; districts and villages may be
 * missing. What is wrong refuses the whole, with up to 20 reasons: not JSON, a feature without code or geometry, an
 * unknown or doubled code, another regency's name, open or too short rings, rings that cross themselves, positions out
 * of range or outside the province, a district or village more than 2 km outside its regency. Villages that only the
 * file or only the gazetteer knows, other spellings, and crossings with a loop of less than a hectare are notes. Never
 * throws.
 */
export function importBoundaries(
  files: string | readonly BoundaryFile[],
  options: ImportOptions,
): ImportResult {
  const delivery = typeof files === 'string' ? [{ name: 'the file', text: files }] : files;
  const problems: ImportProblem[] = [];
  const features: Row[] = [];
  for (const { name, text } of delivery) {
    const read = readFeatures(text);
    if (isRefusal(read)) problems.push({ feature: name, reason: read.reason });
    else for (const raw of read) features.push(row(raw, delivery.length > 1 ? `${name} ` : '', options));
  }
  const allRead = problems.length === 0;
  const { accepted, seen, notes } = accept(features, problems);
  if (allRead) problems.push(...missingRegencies(seen));
  problems.push(...outsiders(accepted));
  if (problems.length > 0) {
    return {
      problems: problems.slice(0, LISTED_PROBLEMS),
      more: Math.max(0, problems.length - LISTED_PROBLEMS),
    };
  }
  return {
    boundaries: {
      format: 'siaga-boundaries-1',
      source: options.source,
      regencies: layerOf(accepted, 'regency'),
      districts: layerOf(accepted, 'district'),
      villages: layerOf(accepted, 'village'),
    },
    notes: [...notes, ...leftOut(accepted)],
  };
}

interface Row {
  label: string;
  columns: Columns;
  code: RawCode | undefined;
  geometry: RawFeature['geometry'];
}

function row({ where, properties, geometry }: RawFeature, prefix: string, options: ImportOptions): Row {
  const columns = columnsOf(properties);
  const code = rawCode(columns, options.codeProperty);
  return { label: `${prefix}${where}${code ? ` ${code.text}` : ''}`, columns, code, geometry };
}

/** Gives each feature its place and its checked polygon; why one has not gets into `problems`. */
function accept(rows: readonly Row[], problems: ImportProblem[]) {
  const bare = schemeOf(rows.flatMap(({ code }) => code ?? []));
  const accepted: Accepted[] = [];
  /** Where each code first stood. */
  const seen = new Map<string, string>();
  const newVillages: string[] = [];
  const spellings: string[] = [];
  const loops: string[] = [];
  for (const { label, columns, code, geometry } of rows) {
    const refuse = (reason: string, name?: string) =>
      problems.push({ feature: name === undefined ? label : `${label} ${name}`, reason });
    if (!code) {
      refuse('it has no code: no property that usually carries one has digits');
      continue;
    }
    const place = placeOfCode(code, bare);
    if (!place) {
      if (isNewVillage(code, bare))
        newVillages.push(`${code.text} ${nameIn(columns, 'village') ?? ''}`.trim());
      else refuse(`code ${code.text} is of no regency, district or village of this installation`);
      continue;
    }
    const name = nameIn(columns, place.kind);
    if (name !== undefined && untitledName(name) !== untitledName(place.name)) {
      if (place.kind === 'regency')
        refuse(`the file calls it ${name}, but the code is that of ${place.name}`);
      else spellings.push(`${place.code} ${place.name} is ${name}`);
    }
    const before = seen.get(place.code);
    if (before === undefined) seen.set(place.code, label);
    else refuse(`it is there twice, first as ${before}`, place.name);
    const checked = isRefusal(geometry) ? geometry : checkGeometry(geometry.geojson);
    if (isRefusal(checked)) {
      refuse(checked.reason, place.name);
      continue;
    }
    const crossing = worstCrossing(checked);
    if (crossing && crossing.km2 > SLIGHT_KM2) {
      refuse(`a ring crosses itself at ${positionText(crossing.at)}, as a figure of eight does`, place.name);
    } else {
      if (crossing) loops.push(`${place.code} ${place.name} at ${positionText(crossing.at)}`);
      if (before === undefined) accepted.push({ place, label, geometry: checked });
    }
  }
  const notes = [
    ...some(newVillages, 'left out, as the gazetteer does not know their codes'),
    ...some(spellings, 'spelt otherwise in the file'),
    ...some(loops, 'crossing themselves with a loop of less than a hectare, taken as they are'),
  ];
  return { accepted, seen, notes };
}

const positionText = ([longitude, latitude]: Point): string =>
  `${longitude.toFixed(6)}, ${latitude.toFixed(6)}`;

/** Of the crossings of its rings the one with the largest loop, or the first that is more than slight. */
function worstCrossing(geometry: Polygon | MultiPolygon): Crossing | undefined {
  let worst: Crossing | undefined;
  for (const ring of ringsOf(geometry)) {
    const crossing = crossingOf(ring, SLIGHT_KM2);
    if (crossing && crossing.km2 > (worst?.km2 ?? 0)) worst = crossing;
    if (worst && worst.km2 > SLIGHT_KM2) break;
  }
  return worst;
}

/** One note that counts and shows the first few; none for none. */
function some(items: readonly string[], what: string): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, 5).join('; ');
  return [`${items.length} ${what}: ${shown}${items.length > 5 ? '; …' : ''}`];
}

const missingRegencies = (seen: ReadonlyMap<string, string>): ImportProblem[] =>
  regencies()
    .filter(({ code }) => !seen.has(code))
    .map(({ code, name }) => ({
      feature: `${code} ${name}`,
      reason: 'it is missing: the kabupaten layer must have every regency',
    }));

/** Districts and villages that reach more than `OUTSIDE_KM` out of their regency. */
function outsiders(accepted: readonly Accepted[]): ImportProblem[] {
  const areas = new Map<string, Area>();
  for (const { place, geometry } of accepted) {
    if (place.kind === 'regency') areas.set(place.code, areaOf(geometry));
  }
  return accepted.flatMap(({ place, label, geometry }) => {
    const regency = place.code.slice(0, 5);
    const area = areas.get(regency);
    if (place.kind === 'regency' || !area) return [];
    let km = 0;
    for (const ring of ringsOf(geometry)) {
      for (const [longitude = 0, latitude = 0] of ring) {
        const corner: Point = [longitude, latitude];
        km = Math.max(km, area.distanceKm(corner));
      }
    }
    if (km <= OUTSIDE_KM) return [];
    const reason = `it reaches ${km.toFixed(1)} km out of its regency ${regency}, more than ${OUTSIDE_KM} km`;
    return [{ feature: `${label} ${place.name}`, reason }];
  });
}

const layerNames = { district: 'kecamatan', village: 'desa' } as const;

/** What the gazetteer has and the file has not. */
function leftOut(accepted: readonly Accepted[]): string[] {
  const there = new Set(accepted.map(({ place }) => place.code));
  return (['district', 'village'] as const).flatMap((kind) => {
    const known = places().filter((place) => place.kind === kind);
    const absent = known.filter(({ code }) => !there.has(code));
    if (absent.length === known.length) return [`the ${layerNames[kind]} layer is not in the file`];
    const names = absent.map(({ code, name }) => `${code} ${name}`);
    return some(names, `of ${known.length} missing in the ${layerNames[kind]} layer`);
  });
}

const layerOf = (accepted: readonly Accepted[], kind: Place['kind']): Layer => ({
  type: 'FeatureCollection',
  features: accepted
    .filter(({ place }) => place.kind === kind)
    .sort((a, b) => (a.place.code < b.place.code ? -1 : 1))
    .map(({ place: { code, name }, geometry }) => ({
      type: 'Feature',
      properties: { code, name },
      geometry,
    })),
});
