/**
 * A day of hotspots in both regencies, made up for exercise: no satellite saw these pixels, and their satellite is
 * named LATIHAN (exercise) so that nobody takes them for a reading. The day is yesterday by WIB, since the map shows
 * the last days; the pixels are the same every day. The form is FIRMS's CSV for VIIRS; places
 * are around the peat and the districts of both regencies, passes at the hours at which VIIRS flies over.
 */
import type { Step } from './steps.ts';

const HEADER =
  'latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight';

/** Seats of heat: longitude, latitude, pixels. */
const seats = [
  { lon: 112.62, lat: -3.18, pixels: 9 },
  { lon: 112.48, lat: -3.05, pixels: 5 },
  { lon: 112.33, lat: -2.83, pixels: 7 },
  { lon: 112.21, lat: -2.58, pixels: 3 },
  { lon: 112.12, lat: -1.94, pixels: 2 },
  { lon: 111.95, lat: -1.22, pixels: 2 },
  { lon: 112.95, lat: -2.92, pixels: 8 },
  { lon: 113.05, lat: -2.81, pixels: 6 },
  { lon: 112.86, lat: -2.6, pixels: 4 },
  { lon: 112.93, lat: -2.3, pixels: 3 },
  { lon: 112.58, lat: -1.98, pixels: 4 },
  { lon: 112.45, lat: -1.58, pixels: 2 },
];
/** UTC, without leading zeros as FIRMS writes it: 00:48, 12:54 and 13:30 WIB of one day. */
const passesOf = (day: Date) => {
  const dateBefore = (hours: number) =>
    new Date(day.getTime() - hours * 3_600_000).toISOString().slice(0, 10);
  return [
    { date: dateBefore(24), time: '1748', daynight: 'N' },
    { date: dateBefore(0), time: '554', daynight: 'D' },
    { date: dateBefore(0), time: '630', daynight: 'D' },
  ];
};
type Pass = ReturnType<typeof passesOf>[number];

/** Numbers in [0, 1) that are the same on every run (Park and Miller's minimal standard generator). */
const repeatable = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};

const csvOf = (pass: Pass, seed: number): string => {
  const random = repeatable(seed);
  const rows = seats.flatMap(({ lon, lat, pixels }) =>
    Array.from({ length: pixels }, (_, index) => {
      const step = 0.0035; // a VIIRS pixel, in degrees
      const latitude = lat + Math.floor(index / 3) * step + random() * 0.001;
      const longitude = lon + (index % 3) * step + random() * 0.001;
      const confidence = 'lnnnhn'[Math.floor(random() * 6)];
      const frp = (1 + random() * 24).toFixed(2);
      const kelvin = (331 + random() * 30).toFixed(2);
      const { date, time, daynight } = pass;
      return `${latitude.toFixed(5)},${longitude.toFixed(5)},${kelvin},0.39,0.37,${date},${time},LATIHAN,VIIRS,${confidence},2.0NRT,295.1,${frp},${daynight}`;
    }),
  );
  return `${[HEADER, ...rows].join('\n')}\n`;
};

/** Every pass is taken in at both sites: each publishes the pixels that lie in its own regency. */
export const hotspotDay = (now: Date): Step[] => {
  const yesterday = new Date(now.getTime() + (7 - 24) * 3_600_000);
  return passesOf(yesterday).flatMap((pass, index) =>
    ['62.02', '62.07'].map(
      (site): Step => ({
        site,
        as: 'pusdalops',
        key: `hotspots-${pass.date}-${pass.time}`,
        says: `Titik panas latihan, lintasan ${index + 1}, dibaca di ${site}`,
        request: () => ({ path: '/api/v1/hazards/hotspots', csv: csvOf(pass, 1000 + index) }),
      }),
    ),
  );
};
