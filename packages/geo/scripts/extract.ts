/**
 * Writes data/gazetteer.json: the regencies of data/site.json with their districts and villages from idn-area-data,
 * their BPS codes from data/bps-codes.csv and the district points from data/turning-points.json.
 *
 *   node packages/geo/scripts/extract.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { getDistricts, getRegencies, getVillages } from 'idn-area-data';
import { site } from '../src/data.ts';
import type { Place } from '../src/gazetteer.ts';
import { turningPoints } from './turning-points.ts';

const data = new URL('../data/', import.meta.url);

function bpsCodes(): Map<string, string> {
  const lines = readFileSync(new URL('bps-codes.csv', data), 'utf8').trim().split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [code, bps] = line.split(',');
      if (!code || !bps) throw new Error(`data/bps-codes.csv has a line that is not "code,bps": ${line}`);
      return [code, bps];
    }),
  );
}

/** The text of data/gazetteer.json: one place a line, by code. */
export async function extractGazetteer(): Promise<string> {
  const wanted = new Set(site.regencies.map(({ code }) => code));
  const bps = bpsCodes();
  const { districts: points } = turningPoints;
  const complete = (place: Place): Place => {
    const code = bps.get(place.code);
    const point = points[place.code];
    return { ...place, ...(code ? { bps: code } : {}), ...(point ? { point } : {}) };
  };
  const found: Place[] = [];
  for (const { code, name } of await getRegencies()) {
    if (wanted.has(code)) found.push({ code, name, kind: 'regency' });
  }
  for (const { code, name, regency_code } of await getDistricts()) {
    if (wanted.has(regency_code)) found.push({ code, name, kind: 'district', parent: regency_code });
  }
  for (const { code, name, district_code } of await getVillages()) {
    if (!wanted.has(district_code.slice(0, 5))) continue;
    // The village part of a code begins with 1 for a kelurahan and 2 for a desa (Permendagri 72/2019).
    const status = code.slice(9).startsWith('1') ? 'kelurahan' : 'desa';
    found.push({ code, name, kind: 'village', status, parent: district_code });
  }
  const regencyBps = new Map(site.regencies.map((regency) => [regency.code, regency.bps]));
  const lines = found
    .map((place) => ({
      ...complete(place),
      ...(place.kind === 'regency' ? { bps: regencyBps.get(place.code) } : {}),
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((place) => `    ${JSON.stringify(place)}`);
  return `{
  "licence": "Open Database License (ODbL) 1.0",
  "credit": "Names and codes: idn-area-data by fityannugroho, from Kemendagri's lists; BPS codes: bridge of codes of Badan Pusat Statistik. See README.md.",
  "places": [
${lines.join(',\n')}
  ]
}
`;
}

if (import.meta.main) {
  writeFileSync(new URL('gazetteer.json', data), await extractGazetteer());
}
