/**
 * Writes data/outline.json, the generalised map, from data/turning-points.json.
 *
 *   node packages/geo/scripts/draw-outline.ts
 */
import { writeFileSync } from 'node:fs';
import type { Feature, Geometry } from 'geojson';
import type { Point } from '../src/data.ts';
import { findPlace } from '../src/gazetteer.ts';
import { type TurningPoints, turningPoints } from './turning-points.ts';

const boundaryLabel = {
  id: 'garis batas digeneralisasi, bukan rujukan hukum',
  en: 'generalised boundaries, not a legal reference',
};
const riverLabel = {
  id: 'sungai digeneralisasi, bukan untuk navigasi',
  en: 'generalised rivers, not for navigation',
};
const pointLabel = {
  id: 'titik perkiraan, dibulatkan ke 0,01°',
  en: 'approximate points, rounded to 0.01°',
};

/** Joins the lines of a ring, in which each begins where the one before ends, and turns it counterclockwise. */
function ringOf(code: string, { lines, rings }: TurningPoints): Point[] {
  const ring: Point[] = [];
  for (const { line: name, reversed } of rings[code] ?? []) {
    const line = lines[name];
    if (!line) throw new Error(`the ring of ${code} names the line "${name}", which is not there`);
    const next = reversed ? line.toReversed() : line;
    const end = ring.at(-1);
    if (end && String(end) !== String(next[0]))
      throw new Error(`"${name}" does not begin where ${code} has got to`);
    ring.push(...(end ? next.slice(1) : next));
  }
  if (String(ring[0]) !== String(ring.at(-1))) throw new Error(`the ring of ${code} is not closed`);
  const twiceArea = ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  // RFC 7946, section 3.1.6: exterior rings are counterclockwise.
  return twiceArea < 0 ? ring.toReversed() : ring;
}

function nameOf(code: string): string {
  const place = findPlace(code);
  if (!place) throw new Error(`data/turning-points.json has ${code}, which the gazetteer lacks`);
  return place.name;
}

const feature = (properties: Record<string, string>, geometry: Geometry): Feature => ({
  type: 'Feature',
  properties,
  geometry,
});

/** The text of data/outline.json: GeoJSON feature collections, one feature a line. */
export function drawOutline(points: TurningPoints): string {
  const layers = {
    regencies: {
      label: boundaryLabel,
      features: Object.keys(points.rings).map((code) =>
        feature({ code, name: nameOf(code) }, { type: 'Polygon', coordinates: [ringOf(code, points)] }),
      ),
    },
    rivers: {
      label: riverLabel,
      features: Object.entries(points.rivers).map(([name, coordinates]) =>
        feature({ name }, { type: 'LineString', coordinates }),
      ),
    },
    districts: {
      label: pointLabel,
      features: Object.entries(points.districts).map(([code, coordinates]) =>
        feature({ code, name: nameOf(code) }, { type: 'Point', coordinates }),
      ),
    },
    towns: {
      label: pointLabel,
      features: Object.entries(points.towns).map(([name, coordinates]) =>
        feature({ name }, { type: 'Point', coordinates }),
      ),
    },
  };
  const texts = Object.entries(layers).map(
    ([name, { label, features }]) => `  "${name}": {
    "type": "FeatureCollection",
    "label": ${JSON.stringify(label)},
    "features": [
${features.map((one) => `      ${JSON.stringify(one)}`).join(',\n')}
    ]
  }`,
  );
  return `{\n${texts.join(',\n')}\n}\n`;
}

if (import.meta.main) {
  writeFileSync(new URL('../data/outline.json', import.meta.url), drawOutline(turningPoints));
}
