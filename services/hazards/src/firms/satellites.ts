/** The satellites whose hot pixels FIRMS lists, by all names that its files and those made from them use. */
import type { Pixel } from '@siaga/domain';

export interface Satellite {
  name: string;
  /** Undefined for a satellite that is not in the table: the file has to say. */
  instrument?: Pixel['instrument'];
}

const table: { name: string; instrument: Pixel['instrument']; written: string[] }[] = [
  { name: 'SNPP', instrument: 'VIIRS', written: ['n', 'npp', 's-npp', 'suomi npp', 'suomi-npp'] },
  { name: 'NOAA-20', instrument: 'VIIRS', written: ['n20', '1', 'noaa20', 'noaa 20', 'jpss-1'] },
  { name: 'NOAA-21', instrument: 'VIIRS', written: ['n21', 'noaa21', 'noaa 21', 'jpss-2'] },
  { name: 'Terra', instrument: 'MODIS', written: ['t'] },
  { name: 'Aqua', instrument: 'MODIS', written: ['a'] },
];
const byName = new Map(
  table.flatMap(({ name, instrument, written }) =>
    [name.toLowerCase(), ...written].map((text) => [text, { name, instrument }] as const),
  ),
);

/**
 * One name for each satellite, so that a pixel keeps its identity whichever file it stands in. A name that is not
 * in the table is kept as it is, in capitals.
 */
export const satelliteNamed = (text: string): Satellite =>
  byName.get(text.toLowerCase()) ?? { name: text.toUpperCase() };
