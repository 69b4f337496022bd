/** What tests ask of a site's picture. */
import type { IncidentView, SourceView } from '@siaga/domain';
import { until } from '@siaga/testkit';
import type { WorldSite } from './world.ts';

export const TUMBANG_MANJUL = '62.07.05.2025';
export const SAMUDA = '62.02.08';

/** A report of a flood as the body of `POST /api/v1/incidents`. */
export const floodAt = (place: string, chronology: string) => ({
  hazard: 'flood',
  occurredAt: new Date(Date.now() - 60_000).toISOString(),
  place: place.length > 8 ? { village: place } : { district: place },
  chronology,
  source: 'Uji',
});

export const incidentsAt = async (site: WorldSite, query = ''): Promise<IncidentView[]> =>
  (await site.get<{ items: IncidentView[] }>(`/api/v1/picture/incidents?limit=500${query}`)).items;

export const sourceAt = async (site: WorldSite, regency: string): Promise<SourceView> => {
  const { items } = await site.get<{ items: SourceView[] }>('/api/v1/picture/sources');
  const source = items.find((item) => item.regency === regency);
  if (!source) throw new Error(`site ${site.regency} names no source ${regency}`);
  return source;
};

/** Waits until the site has the regency's events up to `sequence`. */
export const untilApplied = (site: WorldSite, regency: string, sequence: number): Promise<void> =>
  until(`site ${site.regency} has ${regency} up to ${sequence}`, async () => {
    return (await sourceAt(site, regency)).lastSequence >= sequence;
  });

/** Everything that the picture says of incidents, without what is this site's own doing. */
export const comparable = async (site: WorldSite): Promise<string> => {
  const items = await incidentsAt(site);
  return JSON.stringify(items.sort((a, b) => (a.id < b.id ? -1 : 1)));
};
