/** FIRMS files made by hand, in every variant of columns. No satellite saw these pixels. */

export const VIIRS =
  'latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight';
export const MODIS =
  'latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_t31,frp,daynight';

/** One row of the VIIRS variant; cells by column to make it another. */
export const viirsRow = (change: Record<string, string> = {}): string => {
  const cells: Record<string, string> = {
    latitude: '-2.4',
    longitude: '112.2',
    bright_ti4: '341.15',
    scan: '0.39',
    track: '0.59',
    acq_date: '2026-08-17',
    acq_time: '533',
    satellite: 'N',
    instrument: 'VIIRS',
    confidence: 'n',
    version: '2.0NRT',
    bright_ti5: '288.31',
    frp: '5.65',
    daynight: 'D',
    ...change,
  };
  return Object.values(cells).join(',');
};
export const viirs = (...rows: Record<string, string>[]): string =>
  `${[VIIRS, ...rows.map(viirsRow)].join('\n')}\n`;
