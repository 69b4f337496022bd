/** Which place a feature of a boundary file is: agencies name the same columns in many ways. */
import { findPlace, type Place } from './gazetteer.ts';

/** Kemendagri's codes, BPS's, or a column name that is used for both. */
type Scheme = 'kemendagri' | 'bps' | 'either';

interface CodeField {
  /** Lower case; a code is looked for in this order. */
  names: readonly string[];
  scheme: Scheme;
}

/**
 * Columns with a code, the most specific level first: a village's row also carries its district's and regency's
 * codes. KDEPUM, KDCPUM, KDPKAB, KDBPUM and the …BPS columns are of BIG's Rupabumi schema (KUGI), ID… of BPS's
 * maps, KODE_KD of Dukcapil's; the others are what people call them.
 */
const codeFields: readonly CodeField[] = [
  { names: ['kdepum'], scheme: 'kemendagri' },
  { names: ['kdebps', 'iddesa'], scheme: 'bps' },
  { names: ['kode_desa', 'kode_kelurahan', 'kode_kel', 'kode_kd'], scheme: 'either' },
  { names: ['kdcpum'], scheme: 'kemendagri' },
  { names: ['kdcbps', 'idkec'], scheme: 'bps' },
  { names: ['kode_kecamatan', 'kode_kec'], scheme: 'either' },
  { names: ['kdpkab', 'kdbpum'], scheme: 'kemendagri' },
  { names: ['kdbbps', 'idkab'], scheme: 'bps' },
  { names: ['kode_kabupaten', 'kode_kabkota', 'kode_kab'], scheme: 'either' },
  { names: ['kode_kemendagri', 'kode_dagri'], scheme: 'kemendagri' },
  { names: ['kode_bps', 'bps_code'], scheme: 'bps' },
  { names: ['kode', 'code', 'kode_wilayah'], scheme: 'either' },
];

/** BPS's maps also carry a code in parts: 62, 08, 010, 001. */
const bpsParts = ['kdprov', 'kdkab', 'kdkec', 'kddesa'];

const nameFields: Record<Place['kind'], readonly string[]> = {
  village: ['wadmkd', 'nmdesa', 'nama_desa', 'kel_desa', 'desa', 'kelurahan', 'namobj', 'nama', 'name'],
  district: ['wadmkc', 'nmkec', 'nama_kecamatan', 'nama_kec', 'kecamatan', 'namobj', 'nama', 'name'],
  regency: [
    'wadmkk',
    'nmkab',
    'nama_kabupaten',
    'nama_kab',
    'kab_kota',
    'kabupaten',
    'namobj',
    'nama',
    'name',
  ],
};

export interface RawCode {
  scheme: Scheme;
  text: string;
}

export type Columns = ReadonlyMap<string, unknown>;

/** A feature's properties by lower-case name. */
export const columnsOf = (properties: object): Columns =>
  new Map(Object.entries(properties).map(([name, value]) => [name.toLowerCase(), value]));

/** The text of a column when it holds digits (dots between them), else undefined. */
function digits(columns: Columns, name: string): string | undefined {
  const value = columns.get(name);
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return /^\d[\d.]*$/.test(text) ? text : undefined;
}

/** The code that a feature carries: from the column that was named, else from the first known one with digits. */
export function rawCode(columns: Columns, codeProperty: string | undefined): RawCode | undefined {
  if (codeProperty !== undefined) {
    const text = digits(columns, codeProperty.toLowerCase());
    return text === undefined ? undefined : { scheme: 'either', text };
  }
  for (const { names, scheme } of codeFields) {
    for (const name of names) {
      const text = digits(columns, name);
      if (text !== undefined) return { scheme, text };
    }
  }
  let parts = '';
  for (const name of bpsParts) {
    const part = digits(columns, name);
    if (part === undefined) break;
    parts += part;
  }
  return parts === '' ? undefined : { scheme: 'bps', text: parts };
}

/** Puts the dots into a Kemendagri code: 6207052001 → 62.07.05.2001. */
const dotted = (text: string): string =>
  text.replaceAll('.', '').replace(/^(\d\d)(\d\d)?(\d\d)?(\d{4})?$/, (_, ...groups: (string | undefined)[]) =>
    groups
      .slice(0, 4)
      .filter((group) => group !== undefined)
      .join('.'),
  );

const resolve = (text: string, scheme: 'kemendagri' | 'bps'): Place | undefined =>
  scheme === 'bps' ? findPlace({ bps: text }) : findPlace(dotted(text));

/**
 * Whether the bare numbers of a file are Kemendagri's or BPS's. 6207 is Seruyan to the one and Lamandau to the
 * other, so a single number does not tell: the reading under which more of the file's codes are known does.
 */
export function schemeOf(codes: readonly RawCode[]): 'kemendagri' | 'bps' {
  const bare = codes.filter(({ scheme, text }) => scheme === 'either' && !text.includes('.'));
  const known = (scheme: 'kemendagri' | 'bps') => bare.filter(({ text }) => resolve(text, scheme)).length;
  return known('bps') > known('kemendagri') ? 'bps' : 'kemendagri';
}

/** The place of a code, given how the file's bare numbers are to be read; undefined when it is not known. */
export function placeOfCode({ scheme, text }: RawCode, bare: 'kemendagri' | 'bps'): Place | undefined {
  if (text.includes('.')) return findPlace(text);
  return resolve(text, scheme === 'either' ? bare : scheme);
}

/** Whether an unknown code is that of a village in a known district: one that was founded after the gazetteer. */
export function isNewVillage({ scheme, text }: RawCode, bare: 'kemendagri' | 'bps'): boolean {
  const bps = !text.includes('.') && (scheme === 'either' ? bare : scheme) === 'bps';
  const code = bps ? text : dotted(text);
  const district = bps ? { bps: code.slice(0, 7) } : code.slice(0, 8);
  return code.length === (bps ? 10 : 13) && findPlace(district)?.kind === 'district';
}

/** The name that the file gives a place of this kind, if any. */
export function nameIn(columns: Columns, kind: Place['kind']): string | undefined {
  for (const field of nameFields[kind]) {
    const value = columns.get(field);
    if (typeof value === 'string' && /\p{L}/u.test(value)) return value.trim();
  }
  return undefined;
}
