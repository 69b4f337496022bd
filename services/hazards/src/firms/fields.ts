/** Reads the cells of a FIRMS row. What is no possible value throws `Impossible`, with a sentence for a person. */
import type { Confidence, Pixel } from '@siaga/domain';
import { z } from 'zod';

/** Why a row is rejected. Caught by `readFirms`, never seen outside. */
export class Impossible extends Error {}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A decimal number with a point, within limits, both included. */
export const numberIn = (column: string, text: string, [from, to]: readonly [number, number]): number => {
  if (text === '') throw new Impossible(`${column} is empty`);
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new Impossible(`${column} ${quoted(text)} is no number`);
  if (value < from || value > to)
    throw new Impossible(`${column} ${quoted(text)} is not between ${from} and ${to}`);
  return value;
};

/** As `numberIn`; undefined where the cell is empty or the file has no such column. */
export const optionalNumberIn = (
  column: string,
  text: string | undefined,
  limits: readonly [number, number],
): number | undefined => (text === undefined || text === '' ? undefined : numberIn(column, text, limits));

const IsoDate = z.iso.date();

/** `acq_date`: a UTC date that exists, `2026-08-17`. */
export const dateOf = (text: string): string => {
  if (!IsoDate.safeParse(text).success)
    throw new Impossible(`acq_date ${quoted(text)} is no date like 2026-08-17`);
  return text;
};

/** `acq_time`: UTC, as HHMM that may lack leading zeros (`533` is 05:33, `7` is 00:07), or `05:33`. Gives `05:33`. */
export const timeOf = (text: string): string => {
  const digits = /^\d{1,4}$/.test(text) ? text.padStart(4, '0') : undefined;
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [
    undefined,
    digits?.slice(0, 2),
    digits?.slice(2),
  ];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59) {
    throw new Impossible(`acq_time ${quoted(text)} is no time like 0533`);
  }
  return `${hour.padStart(2, '0')}:${minute}`;
};

const words: Record<string, Confidence> = {
  l: 'low',
  low: 'low',
  7: 'low',
  n: 'nominal',
  nominal: 'nominal',
  8: 'nominal',
  h: 'high',
  high: 'high',
  9: 'high',
};

/**
 * Confidence on one scale. VIIRS: l/n/h, low/nominal/high, or LAPAN's 7/8/9; MODIS: percent, low under 30 and high
 * from 80 (MODIS Collection 6 user's guide). A value that no one documents is `unknown`, never a guess.
 */
export const confidenceOf = (text: string, instrument: Pixel['instrument']): Confidence => {
  if (instrument === 'MODIS' && NUMBER.test(text)) {
    const percent = numberIn('confidence', text, [0, 100]);
    if (percent < 30) return 'low';
    return percent < 80 ? 'nominal' : 'high';
  }
  const word = text.toLowerCase();
  return Object.hasOwn(words, word) ? (words[word] ?? 'unknown') : 'unknown';
};

/** `daynight`: D or N; undefined where the cell is empty or the file has no such column. */
export const daynightOf = (text: string | undefined): Pixel['daynight'] => {
  if (text === undefined || text === '') return undefined;
  const letter = text.toUpperCase();
  if (letter !== 'D' && letter !== 'N') throw new Impossible(`daynight ${quoted(text)} is neither D nor N`);
  return letter;
};

/** A cell as a sentence shows it; long ones cut. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
