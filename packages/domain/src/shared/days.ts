/** Days as decrees and agreements name them: whole days by WIB (UTC+7), the time of both regencies. */
import { z } from 'zod';

const WIB_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** A day that exists, within the years 2000 to 2199, so that its ends are stored times too. */
export const Day = z.iso
  .date({ error: 'a day is like 2026-09-07' })
  .refine((day) => day >= '2000-01-01' && day < '2200-01-01', 'a day lies in the years 2000 to 2199');
export type Day = string;

/** The instant at which a day begins. */
export const startOfDay = (day: Day): string => new Date(Date.parse(day) - WIB_MS).toISOString();
/** The instant after a day: what lasts to a day includes all of it. */
export const endOfDay = (day: Day): string => new Date(Date.parse(day) + DAY_MS - WIB_MS).toISOString();
/** The day in which an instant lies. */
export const dayAt = (instant: string): Day =>
  new Date(Date.parse(instant) + WIB_MS).toISOString().slice(0, 10);
/** The instant `days` times 24 hours after another. */
export const daysLater = (instant: string, days: number): string =>
  new Date(Date.parse(instant) + days * DAY_MS).toISOString();
/** Days from one instant to a later one, a day that has begun counted whole; 0 when it is not later. */
export const daysUntil = (from: string, to: string): number =>
  Math.max(0, Math.ceil((Date.parse(to) - Date.parse(from)) / DAY_MS));
