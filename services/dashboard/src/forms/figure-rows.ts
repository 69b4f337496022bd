/** Figures while they are typed, and what the command gets of them. Pure. */
import type { Count, Measure, PlaceFigures } from '@siaga/domain';

export interface FigureRow {
  place: string;
  measure: Measure | '';
  state: 'counted' | 'nil' | 'pending';
  /** As typed. */
  count: string;
}

export type ReadRows =
  | { ok: true; figures: PlaceFigures[] }
  | { ok: false; problem: 'twice' | 'missing'; row: FigureRow };

/** `1.250` and `1 250` are what people write; hectares may have a decimal comma. */
export const readCount = (text: string, measure: Measure): number | undefined => {
  const plain = text
    .trim()
    .replace(/[.\s](?=\d{3}(\D|$))/g, '')
    .replace(',', '.');
  if (!/^\d+(\.\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return measure === 'fieldsHa' || Number.isInteger(value) ? value : undefined;
};

const countOf = (row: FigureRow, measure: Measure): Count | undefined => {
  if (row.state === 'pending') return 'pending';
  return row.state === 'nil' ? 0 : readCount(row.count, measure);
};

/** Reads the rows; one without a measure is left out. The first that can't be read is named. */
export const readRows = (rows: readonly FigureRow[]): ReadRows => {
  const places = new Map<string, Partial<Record<Measure, Count>>>();
  for (const row of rows) {
    const { place, measure } = row;
    if (measure === '') continue;
    const counts = places.get(place) ?? {};
    const count = countOf(row, measure);
    if (count === undefined) return { ok: false, problem: 'missing', row };
    if (counts[measure] !== undefined) return { ok: false, problem: 'twice', row };
    counts[measure] = count;
    places.set(place, counts);
  }
  return { ok: true, figures: [...places].map(([place, counts]) => ({ place, counts })) };
};
