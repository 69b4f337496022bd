/** Codes and times that every event uses, with the standard or law each comes from. */
import { z } from 'zod';

/** Kemendagri regency code (Permendagri 72/2019 and its successors), `62.07` for Kabupaten Seruyan. */
export const RegencyCode = z.string().regex(/^\d{2}\.\d{2}$/, 'a regency code looks like 62.07');
export type RegencyCode = string;

/** Kemendagri district (kecamatan) code, `62.07.05`. */
export const DistrictCode = z.string().regex(/^\d{2}\.\d{2}\.\d{2}$/, 'a district code looks like 62.07.05');
/** Kemendagri village (desa 2xxx, kelurahan 1xxx) code, `62.07.05.2001`. */
export const VillageCode = z
  .string()
  .regex(/^\d{2}\.\d{2}\.\d{2}\.\d{4}$/, 'a village code looks like 62.07.05.2001');
/** A village's or a district's code: what a figure can be counted for. */
export const PlaceCode = z.union([VillageCode, DistrictCode], {
  error: 'a place is a district like 62.07.05 or a village like 62.07.05.2001',
});
export type PlaceCode = string;

/** The regency that a district or village lies in. */
export const regencyOf = (place: PlaceCode): RegencyCode => place.slice(0, 5);
/** The district of a village; a district is its own. */
export const districtOf = (place: PlaceCode): string => place.slice(0, 8);
/** A regency as a subject token of the stream and an envelope's `regency`: `62.07` → `6207`. */
export const regencyToken = (regency: RegencyCode): string => regency.replace('.', '');
/** The reverse of `regencyToken`. */
export const regencyFromToken = (token: string): RegencyCode => `${token.slice(0, 2)}.${token.slice(2)}`;

/** A stored point in time: always `YYYY-MM-DDTHH:mm:ss.sssZ`, a day that exists, so that texts sort as times do. */
export const StoredInstant = z.iso.datetime({
  precision: 3,
  error: 'a stored time is UTC with milliseconds, like 2020-09-06T23:00:00.000Z',
});
/** A point in time: RFC 3339 with `Z` or an offset; kept in UTC, milliseconds, within the years 0000 to 9999. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'a time is RFC 3339 with an offset, like 2020-09-07T06:00:00+07:00' })
  .transform((text) => new Date(text).toISOString())
  .pipe(StoredInstant);
export type Instant = string;

/** WGS 84 longitude and latitude in degrees, in GeoJSON's order (RFC 7946, section 3.1.1). */
export const Point = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
export type Point = [number, number];

/** Hazards by their BNPB code (the number stands in `hazardCodes`). */
export const Hazard = z.enum([
  'flood',
  'landslide',
  'tidal-surge',
  'extreme-weather',
  'drought',
  'fire',
  'earthquake',
  'tsunami',
]);
export type Hazard = z.infer<typeof Hazard>;

/** BNPB's codes of kinds of disaster (jenis bencana). */
export const hazardCodes: Record<Hazard, number> = {
  flood: 101,
  landslide: 102,
  'tidal-surge': 103,
  'extreme-weather': 104,
  drought: 105,
  fire: 106,
  earthquake: 107,
  tsunami: 108,
};

export const Id = z.uuid();
/** Who acted: a role and an opaque id, never a name (UU 27/2022: no personal data in shared events). */
export const Actor = z.string().regex(/^[a-z]+:[0-9a-zA-Z-]+$/, 'an actor is role:id');
