/** The report that is being typed: kept in the tab until it is sent, with the key that makes it one report. */
import { type Hazard, personalNumberIn } from '@siaga/domain';
import type { Place } from '../api/contract.ts';
import { uuidV7 } from '../api/uuid.ts';
import { fromWibField, toWibField } from '../time.ts';
import { type FigureRow, readRows } from './figure-rows.ts';
import { isBadPoint, readPoint } from './point-text.ts';

export interface Draft {
  /** Made once; every sending of this form carries it. */
  key: string;
  hazard: Hazard | '';
  /** WIB, as the field holds it. */
  occurredAt: string;
  place?: Place | undefined;
  /** Coordinates as typed, or as the map or the device gave them. */
  point: string;
  chronology: string;
  source: string;
  rows: FigureRow[];
}

/** With the form's version: what a tab kept before an upgrade has another shape. */
const STORED = 'siaga.report.2';

export const newDraft = (now: number): Draft => ({
  key: uuidV7(now),
  hazard: '',
  occurredAt: toWibField(now),
  point: '',
  chronology: '',
  source: '',
  rows: [],
});

export const storedDraft = (): Draft | undefined => {
  try {
    const text = sessionStorage.getItem(STORED);
    return text === null ? undefined : (JSON.parse(text) as Draft);
  } catch {
    return undefined;
  }
};
export const storeDraft = (draft: Draft | undefined): void => {
  try {
    if (draft) sessionStorage.setItem(STORED, JSON.stringify(draft));
    else sessionStorage.removeItem(STORED);
  } catch {
    // Without storage the form still works; it is only not kept over a reload.
  }
};

type Missing = 'hazard' | 'occurredAt' | 'place' | 'chronology' | 'source';
export type DraftBody =
  | { ok: true; body: object }
  | { ok: false; missing: Missing }
  /** What is typed as the point is none. */
  | { ok: false; point: string }
  | { ok: false; row: FigureRow; problem: 'twice' | 'missing' }
  | { ok: false; personal: 'nik' | 'phone' };

/** The command that the draft makes, or the first thing that is not in order. */
export const bodyOf = (draft: Draft): DraftBody => {
  const { hazard, place, rows } = draft;
  const point = readPoint(draft.point);
  const occurredAt = fromWibField(draft.occurredAt);
  const chronology = draft.chronology.trim();
  const source = draft.source.trim();
  if (hazard === '') return { ok: false, missing: 'hazard' };
  if (occurredAt === undefined) return { ok: false, missing: 'occurredAt' };
  if (!place) return { ok: false, missing: 'place' };
  if (isBadPoint(draft.point)) return { ok: false, point: draft.point };
  if (chronology === '') return { ok: false, missing: 'chronology' };
  if (source === '') return { ok: false, missing: 'source' };
  const personal = personalNumberIn(chronology) ?? personalNumberIn(source);
  if (personal) return { ok: false, personal };
  const read = readRows(rows);
  if (!read.ok) return read;
  return {
    ok: true,
    body: {
      hazard,
      occurredAt: new Date(occurredAt).toISOString(),
      place: { [place.kind === 'village' ? 'village' : 'district']: place.code, ...(point ? { point } : {}) },
      chronology,
      source,
      figures: read.figures,
    },
  };
};
