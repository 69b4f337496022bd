/** Coordinates as people type them, or hear them over the radio. Pure. */
import type { Point } from '@siaga/domain';

const NUMBER = String.raw`(\d{1,3}(?:[.,]\d+)?)`;
const SIGNED = String.raw`([+-]?\d{1,3}(?:[.,]\d+)?)`;
const plain = new RegExp(`^${SIGNED}\\s*(?:[;,]\\s*|\\s+)${SIGNED}$`);
const angle = String.raw`${NUMBER}\s*[°º]?\s*(?:${NUMBER}\s*['′’]\s*)?(?:${NUMBER}\s*(?:["″”]|['′’]{2})\s*)?`;
/** LS and LU, lintang selatan and utara; BT and BB, bujur timur and barat. */
const named = new RegExp(`^${angle}(LS|LU|S|N)\\s*[;,]?\\s*${angle}(BT|BB|E|W)$`, 'i');

/**
 * Reads latitude and longitude in degrees, in this order: signed, with a point or a comma for the fraction (`-2.72, 112.29`
 * or `-2,72 112,29` or `-2,72; 112,29`), or by the names of the hemispheres, in degrees, minutes and seconds where these
 * are given (`2°43'12" LS 112°17'25" BT`, `2.72 S, 112.29 E`). Undefined for anything else, or outside the earth.
 */
export const readPoint = (typed: string): Point | undefined => {
  const text = typed.trim();
  const [, first, second] = plain.exec(text) ?? [];
  if (first !== undefined && second !== undefined) return pointAt(numberIn(first), numberIn(second));
  const found = named.exec(text);
  if (!found) return undefined;
  const [, d1, m1, s1, latitudeIs = '', d2, m2, s2, longitudeIs = ''] = found;
  const latitude = degrees(d1, m1, s1);
  const longitude = degrees(d2, m2, s2);
  if (latitude === undefined || longitude === undefined) return undefined;
  return pointAt(
    /^(LS|S)$/i.test(latitudeIs) ? -latitude : latitude,
    /^(BB|W)$/i.test(longitudeIs) ? -longitude : longitude,
  );
};

const numberIn = (text = '0') => Number(text.replace(',', '.'));

/** To a millionth, 0.1 m, which a second of arc is far from. Undefined for sixty minutes or seconds, and more. */
const degrees = (whole?: string, minutes?: string, seconds?: string): number | undefined => {
  if (numberIn(minutes) >= 60 || numberIn(seconds) >= 60) return undefined;
  return Number((numberIn(whole) + numberIn(minutes) / 60 + numberIn(seconds) / 3600).toFixed(6));
};

const pointAt = (latitude: number, longitude: number): Point | undefined =>
  Math.abs(latitude) > 90 || Math.abs(longitude) > 180 ? undefined : [longitude, latitude];

/** Whether something was typed that is no point. */
export const isBadPoint = (typed: string): boolean => typed.trim() !== '' && !readPoint(typed);

export const writePoint = ([longitude, latitude]: Readonly<Point>): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
