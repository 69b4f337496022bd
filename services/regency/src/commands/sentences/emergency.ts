import type { AgreementRejection, EmergencyStatusRejection, ResourceRejection } from '@siaga/domain';
import { type Facts, list, text } from './words.ts';

type Elsewhere = 'time_in_future' | 'personal_data_in_text' | ResourceRejection | AgreementRejection;
type Code = Exclude<EmergencyStatusRejection, Elsewhere>;

export const emergencySentences: Record<Code, (facts: Facts) => string> = {
  siaga_needs_slow_onset: ({ hazard, slowOnset, allowed }) =>
    `${text(hazard)} comes without warning; siaga is for ${list(slowOnset)}. Declare ${list(allowed)}.`,
  decree_exists: ({ decree }) => `Decree ${text(decree)} stands already; give the number of another.`,
  decree_unknown: ({ decree, known }) => `No decree ${text(decree)} is known here; there are ${list(known)}.`,
  begins_before_standing: ({ from, earliest }) =>
    `${text(from)} is too early; it can begin on ${text(earliest)}.`,
  level_not_higher: ({ level, standing, decree, allowed }) =>
    `${text(standing)} stands by ${text(decree)}, and ${text(level)} is not above it; extend it${
      Array.isArray(allowed) && allowed.length > 0 ? `, or declare ${list(allowed)}` : ''
    }.`,
  transisi_needs_tanggap: ({ before }) =>
    `Transisi follows on tanggap; before it stands ${text(before ?? 'nothing')}.`,
  status_over: ({ decree, ends }) => `The status of ${text(decree)} ended at ${text(ends)}; declare it anew.`,
  status_superseded: ({ decree, by }) =>
    `${text(by)} takes the place of ${text(decree)}; extend or end that.`,
  no_status_stands: () => 'No status stands now; name the decree that is to be ended.',
  inability_needs_tanggap: ({ standing }) =>
    `Inability is stated while tanggap stands; now it is ${text(standing ?? 'nothing')}.`,
};
