/**
 * Reads a NASA FIRMS CSV file into pixels, line by line: a line that can't be read is rejected with its reason and
 * takes no other line with it.
 *
 * One pixel keeps its identity (satellite, time, place) across variants: satellites get one name, times one form,
 * coordinates are compared to five decimals. What can't be bridged: a variant without `acq_time` gives another
 * identity than one with it, and standard processing may move a pixel's centre by more than a metre.
 */
import type { Pixel } from '@siaga/domain';
import { parse } from 'csv-parse/sync';
import {
  confidenceOf,
  dateOf,
  daynightOf,
  Impossible,
  numberIn,
  optionalNumberIn,
  quoted,
  timeOf,
} from './fields.ts';
import { atOnce } from '../paced.ts';
import { satelliteNamed } from './satellites.ts';

export interface Row {
  /** Number of the line in the file; the first is 1. */
  line: number;
  pixel: Pixel;
}

export interface Rejected {
  line: number;
  /** A sentence for a person. */
  reason: string;
  /** The line as it stood there, cut after 2000 characters. */
  raw: string;
}

/** `reduced`: neither `bright_ti4` nor `brightness`, so the satellite tells the instrument. */
export type FirmsVariant = 'viirs' | 'modis' | 'reduced';

export type FirmsReading =
  | { ok: true; variant: FirmsVariant; rows: Row[]; rejected: Rejected[] }
  | {
      ok: false;
      /** A sentence for a person. */
      problem: string;
      /** Columns that are needed and not there. */
      missing: string[];
      found: string[];
    };

const NEEDED = ['latitude', 'longitude', 'acq_date', 'satellite', 'confidence'] as const;
const RAW_LENGTH = 2000;
const LINES_PER_STEP = 250;

/**
 * Reads the text of one file. Never throws. Columns may stand in any order, further ones are ignored; BOM, CRLF,
 * quotes and blanks around cells do no harm; blank lines are no data. Every other line behind the header is either
 * a row or rejected: `rows` and `rejected` together are all of them. A line with a line break inside quotes is not FIRMS and
 * is rejected, and so is a pixel acquired after `notAfter` (a stored instant), where that is given.
 */
export const readFirms = (text: string, options: { notAfter?: string } = {}): FirmsReading =>
  atOnce(readFirmsInSteps(text, options));

/** The same in steps of a few milliseconds each. */
export function* readFirmsInSteps(
  text: string,
  { notAfter }: { notAfter?: string } = {},
): Generator<undefined, FirmsReading, void> {
  const [header, ...lines] = linesOf(text);
  yield;
  if (!header) return { ok: false, problem: 'The file is empty.', missing: [...NEEDED], found: [] };
  const columns = cellsOf([header])[0];
  const found = (columns ?? []).map((name) => name.toLowerCase());
  const missing = NEEDED.filter((name) => !found.includes(name));
  if (missing.length > 0) {
    return { ok: false, problem: `The first line lacks ${missing.join(', ')}.`, missing, found };
  }
  const twice = found.filter((name, index) => name !== '' && found.indexOf(name) !== index);
  if (twice.length > 0) {
    return { ok: false, problem: `The first line has ${twice.join(', ')} twice.`, missing: [], found };
  }

  const rows: Row[] = [];
  const rejected: Rejected[] = [];
  for (let from = 0; from < lines.length; from += LINES_PER_STEP) {
    const some = lines.slice(from, from + LINES_PER_STEP);
    const cells = cellsOf(some);
    for (const [index, { line, raw }] of some.entries()) {
      try {
        const pixel = pixelOf(found, cells[index]);
        if (notAfter !== undefined) refuseAfter(notAfter, pixel);
        rows.push({ line, pixel });
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        rejected.push({ line, reason: error.message, raw: raw.slice(0, RAW_LENGTH) });
      }
    }
    yield;
  }
  return { ok: true, variant: variantOf(found), rows, rejected };
}

interface Line {
  line: number;
  raw: string;
}

/** The lines that are not blank, with their numbers. */
const linesOf = (text: string): Line[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((raw, index) => ({ line: index + 1, raw }))
    .filter(({ raw }) => raw.trim() !== '');

/** A cell is without any quote, or all of it stands in quotes (RFC 4180, section 2), with blanks around it. */
const CELL = '(?:[^",]*|[ \\t]*"(?:[^"]|"")*"[ \\t]*)';
const WELL_QUOTED = new RegExp(`^${CELL}(?:,${CELL})*$`);

/**
 * For each line its cells without blanks around them; undefined where the quotes are broken. Such lines are kept
 * from the parser, because a quote that stays open would swallow the lines behind it.
 */
const cellsOf = (lines: readonly Line[]): (string[] | undefined)[] => {
  const sound = lines.filter(({ raw }) => WELL_QUOTED.test(raw));
  const records: string[][] = parse(sound.map(({ raw }) => raw).join('\n'), {
    record_delimiter: '\n',
    relax_column_count: true,
    trim: true,
  });
  const byLine = new Map(sound.map(({ line }, index) => [line, records[index]]));
  return lines.map(({ line }) => byLine.get(line));
};

const variantOf = (columns: readonly string[]): FirmsVariant => {
  if (columns.includes('bright_ti4')) return 'viirs';
  return columns.includes('brightness') ? 'modis' : 'reduced';
};

const pixelOf = (columns: readonly string[], cells: string[] | undefined): Pixel => {
  if (!cells) throw new Impossible('a quote is not closed, or stands within a cell');
  if (cells.length !== columns.length) {
    throw new Impossible(`the line has ${cells.length} cells, the first line has ${columns.length}`);
  }
  const cell = (column: string) => {
    const at = columns.indexOf(column);
    return at < 0 ? undefined : (cells[at] ?? '');
  };
  const needed = (column: (typeof NEEDED)[number]) => cell(column) ?? '';

  const latitude = numberIn('latitude', needed('latitude'), [-90, 90]);
  const longitude = numberIn('longitude', needed('longitude'), [-180, 180]);
  const acquiredOn = dateOf(needed('acq_date'));
  const time = cell('acq_time');
  const { name: satellite, instrument } = satelliteAnd(
    needed('satellite'),
    cell('instrument'),
    variantOf(columns),
  );
  const confidence = confidenceOf(needed('confidence'), instrument);
  const brightness =
    optionalNumberIn('bright_ti4', cell('bright_ti4'), KELVIN) ??
    optionalNumberIn('brightness', cell('brightness'), KELVIN);
  return withoutAbsent({
    at: [longitude, latitude],
    acquiredOn,
    acquiredAt: time === undefined ? undefined : `${acquiredOn}T${timeOf(time)}:00.000Z`,
    satellite,
    instrument,
    confidence,
    frp: optionalNumberIn('frp', cell('frp'), [0, 100_000]),
    brightness,
    scan: optionalNumberIn('scan', cell('scan'), KILOMETRES),
    track: optionalNumberIn('track', cell('track'), KILOMETRES),
    daynight: daynightOf(cell('daynight')),
  });
};

const refuseAfter = (notAfter: string, { acquiredAt, acquiredOn }: Pixel) => {
  const acquired = acquiredAt ?? acquiredOn;
  if (acquired > notAfter.slice(0, acquired.length)) throw new Impossible(`${acquired} lies in the future`);
};

/** Above every sensor's saturation. */
const KELVIN = [1, 2000] as const;
/** A pixel at the edge of a MODIS swath is 4.8 km wide. */
const KILOMETRES = [0.01, 10] as const;

/** Which satellite and instrument saw it: what the row says must fit together. */
const satelliteAnd = (
  written: string,
  instrumentWritten: string | undefined,
  variant: FirmsVariant,
): { name: string; instrument: Pixel['instrument'] } => {
  if (written === '' || written.length > 20)
    throw new Impossible(`satellite ${quoted(written)} is no satellite's name`);
  const satellite = satelliteNamed(written);
  const said = instrumentWritten?.toUpperCase() || undefined;
  if (said !== undefined && said !== 'VIIRS' && said !== 'MODIS') {
    throw new Impossible(`instrument ${quoted(instrumentWritten ?? '')} is neither VIIRS nor MODIS`);
  }
  if (said && satellite.instrument && said !== satellite.instrument) {
    throw new Impossible(`${satellite.name} carries ${satellite.instrument}, the row says ${said}`);
  }
  const byColumns = { viirs: 'VIIRS', modis: 'MODIS', reduced: undefined } as const;
  const instrument = said ?? satellite.instrument ?? byColumns[variant];
  if (!instrument)
    throw new Impossible(`satellite ${quoted(written)} is not known and no column tells the instrument`);
  return { name: satellite.name, instrument };
};

type Maybe<T> = { [Key in keyof T]: T[Key] | undefined };

/** A pixel without the members that the file had nothing for. */
const withoutAbsent = (
  pixel: Pick<Pixel, 'at' | 'acquiredOn' | 'satellite' | 'instrument' | 'confidence'> & Maybe<Pixel>,
) => Object.fromEntries(Object.entries(pixel).filter(([, value]) => value !== undefined)) as Pixel;
