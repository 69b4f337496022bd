/** Times as the operations centre says them: WIB (UTC+7), whatever zone the machine is set to. */

export type Language = 'id' | 'en';

const WIB_OFFSET_MS = 7 * 3600_000;

const locales: Record<Language, string> = { id: 'id-ID', en: 'en-GB' };
const made = new Map<string, Intl.DateTimeFormat>();
const format = (language: Language, options: Intl.DateTimeFormatOptions, at: number): string => {
  const key = language + JSON.stringify(options);
  const formatter =
    made.get(key) ?? new Intl.DateTimeFormat(locales[language], { timeZone: 'Asia/Jakarta', ...options });
  made.set(key, formatter);
  return formatter.format(at);
};

/** `14.03.05`. */
export const clockTime = (language: Language, at: number): string =>
  format(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }, at);

/** `14.03` today, `7 Sep 14.03` on another day of WIB than `now`'s. */
export const shortTime = (language: Language, at: number, now: number): string =>
  dayOf(at) === dayOf(now)
    ? format(language, { hour: '2-digit', minute: '2-digit', hour12: false }, at)
    : `${format(language, { day: 'numeric', month: 'short', ...(sameYear(at, now) ? {} : { year: 'numeric' }) }, at)} ${format(language, { hour: '2-digit', minute: '2-digit', hour12: false }, at)}`;

/** `Sen, 7 Sep 2020 14.03 WIB`. */
export const fullTime = (language: Language, at: number): string =>
  `${format(language, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, at)} ${format(language, { hour: '2-digit', minute: '2-digit', hour12: false }, at)} WIB`;

/** `Sen, 7 Sep 2020`. */
export const longDay = (language: Language, at: number): string =>
  format(language, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }, at);

/** `7 September 2020`, for a day as decrees and agreements name it (`2020-09-07`). */
export const dayText = (language: Language, day: string): string =>
  format(language, { day: 'numeric', month: 'long', year: 'numeric' }, Date.parse(`${day}T12:00:00+07:00`));

/** The day by WIB, `2020-09-07`. */
export const dayOf = (at: number): string => new Date(at + WIB_OFFSET_MS).toISOString().slice(0, 10);
const sameYear = (a: number, b: number) => dayOf(a).slice(0, 4) === dayOf(b).slice(0, 4);

/** What a `datetime-local` field holds for a moment, read as WIB. */
export const toWibField = (at: number): string => new Date(at + WIB_OFFSET_MS).toISOString().slice(0, 16);
/** The moment that a `datetime-local` field means, read as WIB; undefined while it is empty or unfinished. */
export const fromWibField = (text: string): number | undefined => {
  const at = Date.parse(`${text}:00+07:00`);
  return Number.isNaN(at) ? undefined : at;
};

export interface Span {
  unit: 'second' | 'minute' | 'hour' | 'day';
  count: number;
}
/** A length of time in the largest unit that it fills, rounded down; never negative. */
export const spanOf = (ms: number): Span => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { unit: 'second', count: seconds };
  if (seconds < 3600) return { unit: 'minute', count: Math.floor(seconds / 60) };
  if (seconds < 86_400) return { unit: 'hour', count: Math.floor(seconds / 3600) };
  return { unit: 'day', count: Math.floor(seconds / 86_400) };
};

const sizes: Record<Span['unit'], number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const below = { day: 'hour', hour: 'minute', minute: 'second' } as const;

/** The time to something in its two largest units, rounded down. Never negative. */
export const countdownSpans = (ms: number): Span[] => {
  const first = spanOf(ms);
  if (first.unit === 'second') return [first];
  const rest = Math.max(0, ms) - first.count * sizes[first.unit];
  const unit = below[first.unit];
  return [first, { unit, count: Math.floor(rest / sizes[unit]) }];
};

export const formatNumber = (language: Language, value: number): string =>
  new Intl.NumberFormat(locales[language], { maximumFractionDigits: 2 }).format(value);
