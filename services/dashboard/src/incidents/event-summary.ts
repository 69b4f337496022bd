/** What an event of the history changed, as lines to read. The data came from another place: read with care. */
import type { Count, Measure } from '@siaga/domain';

export type SummaryLine =
  | { is: 'text'; text: string }
  | { is: 'count'; place: string; measure: Measure; count: Count; was?: Count };

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);
const isCount = (value: unknown): value is Count => typeof value === 'number' || value === 'pending';

/** Texts first, then counts; a field that this version does not know is left to the original. */
export const summaryOf = (data: unknown): SummaryLine[] => {
  const { chronology, reason, note, details, figures, corrections } = record(data);
  const texts = [chronology, reason, note, ...Object.values(record(details))]
    .filter((text) => (typeof text === 'string' && text !== '') || typeof text === 'number')
    .map((text): SummaryLine => ({ is: 'text', text: String(text) }));
  const counts = list(figures).flatMap(({ place, counts: row }) =>
    Object.entries(record(row)).flatMap(([measure, count]): SummaryLine[] =>
      isCount(count) ? [{ is: 'count', place: String(place), measure: measure as Measure, count }] : [],
    ),
  );
  const corrected = list(corrections).flatMap(({ place, measure, was, is }): SummaryLine[] =>
    isCount(is) && isCount(was)
      ? [{ is: 'count', place: String(place), measure: measure as Measure, count: is, was }]
      : [],
  );
  return [...texts, ...counts, ...corrected];
};
