/** A night on both sides of the border, told as commands: what the page's tests and pictures show. */
import type { HotspotGroupView, Pixel } from '@siaga/domain';
import type { FixtureSite } from './fixture-site.ts';

const SERUYAN = '62.07';
const KOTIM = '62.02';

export interface Story {
  /** Ours, active, with a correction, and the same event as `theirFlood`. */
  flood: string;
  theirFlood: string;
  /** Ours, reported a few minutes ago. */
  fresh: string;
}

/** Tells the story as of `now` (ms). */
export const tellStory = (site: FixtureSite, now: number): Story => {
  const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  const report = (
    regency: string,
    minutes: number,
    hazard: 'flood' | 'fire' | 'extreme-weather' | 'landslide' | 'drought',
    place: { village: string } | { district: string },
    chronology: string,
    point?: [number, number],
  ) =>
    site.run(
      regency,
      {
        type: 'report',
        body: {
          hazard,
          occurredAt: ago(minutes + 20),
          place: point ? { ...place, point } : place,
          chronology,
          source: 'Kepala desa',
          touches: [],
          figures: [],
          details: {},
        },
      },
      ago(minutes),
      'trc',
    );
  const verify = (regency: string, id: string, minutes: number) =>
    site.run(regency, { type: 'verify', body: {} }, ago(minutes), 'pusdalops', id);

  const flood = report(
    SERUYAN,
    1440,
    'flood',
    { village: '62.07.03.2001' },
    'Air Sungai Seruyan meluap sejak pukul 02.00 setelah hujan lebat tiga hari. Jalan poros desa terputus di dua tempat.',
    [112.29, -2.72],
  );
  verify(SERUYAN, flood, 1410);
  const assess = (
    regency: string,
    id: string,
    minutes: number,
    figures: { place: string; counts: Record<string, number | 'pending'> }[],
    details: Record<string, string | number> = {},
  ) =>
    site.run(
      regency,
      { type: 'assess', body: { kind: 'update', observedAt: ago(minutes + 5), figures, details } },
      ago(minutes),
      'trc',
      id,
    );
  assess(
    SERUYAN,
    flood,
    1300,
    [
      {
        place: '62.07.03.2001',
        counts: {
          affectedPersons: 1250,
          displacedPersons: 120,
          dead: 0,
          missing: 'pending',
          housesSubmerged: 310,
        },
      },
      {
        place: '62.07.03.2002',
        counts: { affectedPersons: 'pending', displacedPersons: 'pending', dead: 0 },
      },
    ],
    {
      waterLevelCm: 140,
      cause: 'Hujan lebat di hulu',
      needs: 'Perahu karet 2, tenda keluarga 20, air bersih',
    },
  );
  site.run(
    SERUYAN,
    {
      type: 'assess',
      body: {
        kind: 'correction',
        reason: 'Satu RT terhitung dua kali',
        figures: [{ place: '62.07.03.2001', counts: { displacedPersons: 92 } }],
      },
    },
    ago(700),
    'pusdalops',
    flood,
  );
  const theirFlood = report(
    KOTIM,
    1200,
    'flood',
    { village: '62.02.03.2001' },
    'Luapan air di desa perbatasan, warga mengungsi ke balai desa.',
    [112.42, -2.1],
  );
  verify(KOTIM, theirFlood, 1190);
  assess(KOTIM, theirFlood, 1100, [
    { place: '62.02.03.2001', counts: { affectedPersons: 430, displacedPersons: 64, dead: 1 } },
  ]);
  site.run(
    SERUYAN,
    { type: 'declareSame', body: { regency: KOTIM, incident: theirFlood } },
    ago(640),
    'pusdalops',
    flood,
  );
  assess(SERUYAN, flood, 3, [{ place: '62.07.03.2001', counts: { affectedPersons: 1310 } }]);

  const fire = report(
    KOTIM,
    500,
    'fire',
    { village: '62.02.06.2005' },
    'Lahan gambut terbakar sekitar 4 ha.',
  );
  verify(KOTIM, fire, 480);
  assess(KOTIM, fire, 460, [{ place: '62.02.06.2005', counts: { fieldsHa: 4, dead: 0 } }]);
  const fresh = report(
    SERUYAN,
    6,
    'fire',
    { village: '62.07.01.2006' },
    'Asap tebal terlihat dari jalan, belum ada petugas di lokasi.',
    [112.5, -3.2],
  );
  const storm = report(
    SERUYAN,
    300,
    'extreme-weather',
    { district: '62.07.04' },
    'Angin kencang, atap tiga rumah lepas.',
  );
  verify(SERUYAN, storm, 280);
  const contained = report(KOTIM, 2000, 'fire', { district: '62.02.11' }, 'Kebakaran semak di tepi pantai.');
  verify(KOTIM, contained, 1980);
  site.run(KOTIM, { type: 'contain', body: {} }, ago(1500), 'pusdalops', contained);
  const closed = report(SERUYAN, 4000, 'landslide', { district: '62.07.05' }, 'Longsor menutup jalan desa.');
  verify(SERUYAN, closed, 3990);
  site.run(SERUYAN, { type: 'contain', body: {} }, ago(3500), 'pusdalops', closed);
  site.run(SERUYAN, { type: 'close', body: { note: 'Jalan sudah dibuka' } }, ago(3300), 'kalaksa', closed);
  const doubled = report(SERUYAN, 1380, 'flood', { village: '62.07.03.2001' }, 'Banjir di desa kami.');
  site.run(
    SERUYAN,
    {
      type: 'merge',
      body: { into: flood, reason: 'Laporan ganda' },
      self: doubled,
      target: { id: flood, status: 'active' },
    },
    ago(1370),
    'pusdalops',
    doubled,
  );
  const wrong = report(SERUYAN, 900, 'fire', { district: '62.07.07' }, 'Asap dari arah kebun.');
  site.run(
    SERUYAN,
    { type: 'dismiss', body: { reason: 'Pembakaran sampah, sudah padam' } },
    ago(880),
    'pusdalops',
    wrong,
  );
  return { flood, theirFlood, fresh };
};

/** Groups of hotspots spread over both regencies, the same each time. */
export const someHotspots = (count: number, now: number): HotspotGroupView[] =>
  Array.from({ length: count }, (_, index) => {
    const spread = (factor: number) => Math.abs(Math.sin(index * factor) * 10_000) % 1;
    const at: [number, number] = [112.05 + spread(12.9898) * 0.95, -3.1 + spread(78.233) * 1.7];
    const day = new Date(now + 7 * 3600_000).toISOString().slice(0, 10);
    const pixel: Pixel = {
      at,
      acquiredOn: day,
      satellite: 'N20',
      instrument: 'VIIRS',
      confidence: 'nominal',
    };
    return {
      id: `${day}-${index}`,
      regency: at[0] > 112.5 ? KOTIM : SERUYAN,
      day,
      centre: at,
      pixels: Array.from({ length: 1 + (index % 7) }, () => pixel),
      confidence: 'nominal',
      frp: 4,
      firstAcquired: new Date(now - 3 * 3600_000).toISOString(),
      lastAcquired: new Date(now - 3 * 3600_000).toISOString(),
      sequence: index + 1,
    };
  });
