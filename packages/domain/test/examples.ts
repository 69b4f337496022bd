/** Places, people's words and command makers that several tests of this folder use. */
import type { IncidentCommand, IncidentEvent, IncidentStatus } from '../src/index.ts';

export const OURS = '62.07';
export const THEIRS = '62.02';
export const village = '62.07.05.2001';
export const village2 = '62.07.05.2002';
export const district = '62.07.05';
export const theirVillage = '62.02.06.1001';
export const self = '01990000-0000-7000-8000-000000000001';
export const other = '01990000-0000-7000-8000-000000000002';
export const theirs = '01990000-0000-7000-8000-0000000000aa';

export const t0 = '2026-09-07T00:00:00.000Z';
export const t1 = '2026-09-07T01:00:00.000Z';
export const t2 = '2026-09-07T02:00:00.000Z';
export const t3 = '2026-09-07T03:00:00.000Z';
export const now = '2026-09-07T12:00:00.000Z';

export type Verb = IncidentCommand['type'];
export type Command<Type extends Verb> = Extract<IncidentCommand, { type: Type }>;
type Body<Type extends Verb> = Command<Type>['body'];

export const report = (body: Partial<Body<'report'>> = {}, by = OURS): Command<'report'> => ({
  type: 'report',
  by,
  at: now,
  body: {
    hazard: 'flood',
    occurredAt: t0,
    place: { village },
    chronology: 'Sungai Seruyan meluap',
    source: 'Kepala desa',
    touches: [],
    figures: [],
    details: {},
    ...body,
  },
});
export const verify = (body: Body<'verify'> = {}): Command<'verify'> => ({
  type: 'verify',
  by: OURS,
  at: now,
  body,
});
export const update = (
  observedAt: string,
  figures: Extract<Body<'assess'>, { kind: 'update' }>['figures'],
  details: Extract<Body<'assess'>, { kind: 'update' }>['details'] = {},
): Command<'assess'> => ({
  type: 'assess',
  by: OURS,
  at: now,
  body: { kind: 'update', observedAt, figures, details },
});
export const correct = (
  figures: Extract<Body<'assess'>, { kind: 'correction' }>['figures'],
  reason = 'salah hitung',
): Command<'assess'> => ({
  type: 'assess',
  by: OURS,
  at: now,
  body: { kind: 'correction', reason, figures },
});
export const merge = (
  into = other,
  target: Command<'merge'>['target'] = { id: into, status: 'active' },
): Command<'merge'> => ({
  type: 'merge',
  by: OURS,
  at: now,
  self,
  target,
  body: { into, reason: 'laporan ganda' },
});
export const unmerge = (): Command<'unmerge'> => ({
  type: 'unmerge',
  by: OURS,
  at: now,
  body: { reason: 'bukan laporan ganda' },
});
export const declareSame = (regency = THEIRS, incident = theirs): Command<'declareSame'> => ({
  type: 'declareSame',
  by: OURS,
  at: now,
  body: { regency, incident },
});
export const withdrawSame = (regency = THEIRS, incident = theirs): Command<'withdrawSame'> => ({
  type: 'withdrawSame',
  by: OURS,
  at: now,
  body: { regency, incident, reason: 'kejadian lain' },
});

/** One command of every verb but `report`, in their plainest form. */
export const plain: { [Type in Exclude<Verb, 'report'>]: Command<Type> } = {
  verify: verify(),
  dismiss: { type: 'dismiss', by: OURS, at: now, body: { reason: 'tidak benar' } },
  assess: update(t1, [{ place: village, counts: { displacedPersons: 40 } }]),
  contain: { type: 'contain', by: OURS, at: now, body: {} },
  close: { type: 'close', by: OURS, at: now, body: {} },
  reopen: { type: 'reopen', by: OURS, at: now, body: { reason: 'air naik lagi' } },
  merge: merge(),
  unmerge: unmerge(),
  declareSame: declareSame(),
  withdrawSame: withdrawSame(),
};

export const reported = (
  data: Partial<Extract<IncidentEvent, { type: 'IncidentReported' }>['data']> = {},
): IncidentEvent => ({
  type: 'IncidentReported',
  data: {
    hazard: 'flood',
    occurredAt: t0,
    place: village,
    chronology: 'Sungai Seruyan meluap',
    source: 'Kepala desa',
    touches: [OURS],
    figures: [],
    details: {},
    ...data,
  },
});
export const verified: IncidentEvent = { type: 'IncidentVerified', data: { occurredAt: now } };
export const dismissed: IncidentEvent = {
  type: 'IncidentDismissed',
  data: { occurredAt: now, reason: 'tidak benar' },
};
export const assessed = (
  occurredAt: string,
  figures: Extract<IncidentEvent, { type: 'IncidentAssessed' }>['data']['figures'],
  details: Extract<IncidentEvent, { type: 'IncidentAssessed' }>['data']['details'] = {},
): IncidentEvent => ({ type: 'IncidentAssessed', data: { occurredAt, figures, details } });
export const contained: IncidentEvent = { type: 'IncidentContained', data: { occurredAt: now } };
export const closed: IncidentEvent = { type: 'IncidentClosed', data: { occurredAt: now } };
export const reopened: IncidentEvent = {
  type: 'IncidentReopened',
  data: { occurredAt: now, reason: 'air naik lagi' },
};
export const merged: IncidentEvent = {
  type: 'IncidentMerged',
  data: { occurredAt: now, into: other, reason: 'laporan ganda' },
};
export const mergeUndone: IncidentEvent = {
  type: 'IncidentMergeUndone',
  data: { occurredAt: now, from: other, reason: 'bukan laporan ganda' },
};
export const sameDeclared: IncidentEvent = {
  type: 'IncidentSameDeclared',
  data: { occurredAt: now, regency: THEIRS, incident: theirs },
};
export const sameWithdrawn: IncidentEvent = {
  type: 'IncidentSameWithdrawn',
  data: { occurredAt: now, regency: THEIRS, incident: theirs, reason: 'kejadian lain' },
};

const active = assessed(t0, [{ place: village, counts: { displacedPersons: 'pending' } }]);
/** The shortest history that ends in each status. */
export const historyOf: Record<IncidentStatus, IncidentEvent[]> = {
  reported: [reported()],
  verified: [reported(), verified],
  dismissed: [reported(), dismissed],
  active: [reported(), verified, active],
  contained: [reported(), verified, active, contained],
  closed: [reported(), verified, active, contained, closed],
  merged: [reported(), merged],
};
