/** Coordinates as people type them. Pure. */
import type { Point } from '@siaga/domain';

/**
 * Reads latitude and longitude in degrees, in this order, with a point or a comma for the fraction: `-2.72, 112.29` or
 * `-2,72 112,29` or `-2,72; 112,29`. Undefined for anything else, or outside the earth.
 */
export const readPoint = (typed: string): Point | undefined => {
  const number = String.raw`([+-]?\d{1,3}(?:[.,]\d+)?)`;
  const [, first, second] = new RegExp(`^\\s*${number}\\s*(?:[;,]\\s*|\\s+)${number}\\s*$`).exec(typed) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const latitude = Number(first.replace(',', '.'));
  const longitude = Number(second.replace(',', '.'));
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return [longitude, latitude];
};

export const writePoint = ([longitude, latitude]: Readonly<Point>): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
