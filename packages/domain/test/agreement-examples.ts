/** Two regencies, texts, and makers of events and commands that the tests of agreements use. */
import { createHash } from 'node:crypto';
import type { AgreementCommand, AgreementDocument, AgreementEvent, Terms } from '../src/index.ts';

export const OWNER = '62.07';
export const OTHER = '62.02';
export const STRANGER = '62.06';
export const proposal = '01990000-0000-7000-8000-0000000000b1';
export const proposal2 = '01990000-0000-7000-8000-0000000000b2';
/** Three in the afternoon of 1 September, WIB. */
export const now = '2026-09-01T08:00:00.000Z';
export const today = '2026-09-01';
/** The first and the last instant of the terms below. */
export const begin = '2026-09-09T17:00:00.000Z';
export const end = '2027-09-09T17:00:00.000Z';

export const terms: Terms = {
  dataClasses: ['mutual-aid', 'resources'],
  resourceKinds: ['field-kitchen', 'rubber-boat'],
  longestDeploymentDays: 14,
  whoPays: 'asking',
  contacts: [
    { regency: OWNER, office: 'Pusdalops BPBD Seruyan', channel: '(0538) 21113' },
    { regency: OTHER, office: 'Pusdalops BPBD Kotim', channel: 'radio 14.270 MHz' },
  ],
  responseMinutes: 60,
  from: '2026-09-10',
  to: '2027-09-09',
  burdensBudget: false,
};
export const document: AgreementDocument = {
  title: 'Kerja sama penanggulangan bencana Seruyan–Kotim',
  clauses: [
    { id: 'tujuan', heading: 'Pasal 1: Tujuan', text: 'Para pihak saling membantu.' },
    { id: 'biaya', heading: 'Pasal 2: Biaya', text: 'Biaya ditanggung peminta.' },
  ],
  terms,
};
export const withTerms = (change: Partial<Terms>, of = document): AgreementDocument => ({
  ...of,
  terms: { ...of.terms, ...change },
});
export const withText = (text: string, of = document): AgreementDocument => ({
  ...of,
  clauses: of.clauses.map((clause) => (clause.id === 'biaya' ? { ...clause, text } : clause)),
});

/** Canonical JSON as RFC 8785 has it, for the values that a document can hold. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`;
};
export const hashOf = (text: AgreementDocument): string =>
  createHash('sha256').update(canonical(text)).digest('hex');
export const hash = hashOf(document);

// Events: an event with who said it

export interface Said {
  by: string;
  event: AgreementEvent;
}
export const said = (by: string, event: AgreementEvent): Said => ({ by, event });

export const drafted = (text = document): Said =>
  said(OWNER, {
    type: 'AgreementDrafted',
    data: { occurredAt: now, counterpart: OTHER, version: 1, document: text, hash: hashOf(text) },
  });
export const revised = (
  version: number,
  text: AgreementDocument,
  kind: 'revision' | 'addendum' | 'extension' = 'revision',
  adopts: string[] = [],
): Said =>
  said(OWNER, {
    type: 'AgreementRevised',
    data: { occurredAt: now, version, kind, document: text, hash: hashOf(text), adopts },
  });
export const finalised = (by: string, version = 1, text = document): Said =>
  said(by, { type: 'AgreementFinalised', data: { occurredAt: now, version, hash: hashOf(text) } });
export const approved = (by: string, version = 1, text = document): Said =>
  said(by, {
    type: 'AgreementDprdApproved',
    data: {
      occurredAt: now,
      version,
      hash: hashOf(text),
      decision: 'Keputusan DPRD 12/2026',
      decidedOn: today,
    },
  });
export const signed = (by: string, version = 1, text = document): Said =>
  said(by, {
    type: 'AgreementSigned',
    data: { occurredAt: now, version, hash: hashOf(text), signedOn: today },
  });
export const proposed = (by = OTHER, id = proposal): Said =>
  said(by, {
    type: 'ClauseProposed',
    data: {
      occurredAt: now,
      proposal: id,
      version: 1,
      clause: 'biaya',
      change: 'reword',
      text: 'Biaya ditanggung masing-masing.',
      reason: 'APBD kami terbatas',
    },
  });
export const declined = (id = proposal): Said =>
  said(OWNER, {
    type: 'ProposalDeclined',
    data: { occurredAt: now, proposal: id, reason: 'Tidak sesuai aturan' },
  });
export const terminated = (by: string, effectiveAt = now): Said =>
  said(by, {
    type: 'AgreementTerminated',
    data: { occurredAt: now, reason: 'Tidak diperlukan lagi', effectiveAt },
  });
/** Finalised and signed by both. */
export const agreed = (version = 1, text = document): Said[] =>
  [OWNER, OTHER].flatMap((by) => [finalised(by, version, text), signed(by, version, text)]);

// Commands

type Only<Type extends AgreementCommand['type']> = Extract<AgreementCommand, { type: Type }>;
const text = { version: 1, hash };

export const draft = (body: Partial<Only<'draft'>['body']> = {}, by = OWNER): Only<'draft'> => {
  const full = { counterpart: OTHER, document, ...body };
  return { type: 'draft', by, at: now, hash: hashOf(full.document), body: full };
};
export const revise = (body: Partial<Only<'revise'>['body']>, by = OWNER, at = now): Only<'revise'> => {
  const full = { kind: 'revision' as const, document, adopts: [], ...body };
  return { type: 'revise', by, at, hash: hashOf(full.document), body: full };
};
export const propose = (body: Only<'propose'>['body'], by = OTHER): Only<'propose'> => ({
  type: 'propose',
  by,
  at: now,
  proposal,
  body,
});
export const comment = (clause: string, version = 1, by = OTHER): Only<'comment'> => ({
  type: 'comment',
  by,
  at: now,
  body: { version, clause, text: 'Mohon diperjelas' },
});
export const decline = (id = proposal, by = OWNER): Only<'decline'> => ({
  type: 'decline',
  by,
  at: now,
  body: { proposal: id, reason: 'Tidak sesuai aturan' },
});
export const finalise = (
  by = OWNER,
  body: Only<'finalise'>['body'] = text,
  computed: string | undefined = body.hash,
): Only<'finalise'> => ({ type: 'finalise', by, at: now, computed, body });
export const approve = (by = OWNER, body: Partial<Only<'approveDprd'>['body']> = {}): Only<'approveDprd'> => {
  const full = { ...text, decision: 'Keputusan DPRD 12/2026', decidedOn: today, ...body };
  return { type: 'approveDprd', by, at: now, computed: full.hash, body: full };
};
export const sign = (by = OWNER, body: Only<'sign'>['body'] = text, at = now): Only<'sign'> => ({
  type: 'sign',
  by,
  at,
  computed: body.hash,
  body,
});
export const terminate = (by = OWNER, effectiveAt?: string, at = now): Only<'terminate'> => ({
  type: 'terminate',
  by,
  at,
  body: { reason: 'Tidak diperlukan lagi', ...(effectiveAt === undefined ? {} : { effectiveAt }) },
});
