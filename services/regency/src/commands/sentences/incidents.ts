import type { IncidentRejection } from '@siaga/domain';
import { type Facts, list, text } from './words.ts';

export const incidentSentences: Record<IncidentRejection, (facts: Facts) => string> = {
  already_reported: () => 'An incident of this id was reported before; report a new one without it.',
  incident_unknown: () => 'No incident of this id was reported at this site.',
  time_in_future: ({ occurredAt, now }) =>
    `${text(occurredAt)} lies ahead of this site's clock, ${text(now)}; give a time that has passed.`,
  place_not_ours: ({ place, owner, ours }) =>
    `${text(place)} lies in ${text(owner)}, whose site takes what happens there; here it is ${text(ours)}.`,
  personal_data_in_text: ({ field, found }) =>
    `${text(field)} carries ${found === 'nik' ? 'a NIK' : 'a telephone number'}; leave it out, for the text is shared.`,
  not_allowed_in_status: ({ command, status, allowedIn }) =>
    `${text(command)} is for an incident that is ${list(allowedIn)}; this one is ${text(status)}.`,
  nothing_to_correct: ({ place, measure }) =>
    `${text(place)} has no figure of ${text(measure)}; give it as an update.`,
  merge_into_itself: () => 'Name another incident of this site to merge into.',
  merge_target_unfit: ({ into, status }) =>
    status === 'none'
      ? `No incident ${text(into)} was reported at this site; merge into one that was.`
      : `${text(into)} is ${text(status)}; merge into one that is neither merged nor dismissed.`,
  merged_elsewhere: ({ into }) => `It was merged into ${text(into)}; undo that first.`,
  same_needs_neighbour: ({ regency }) =>
    `${text(regency)} is no neighbour; incidents of one's own are merged instead.`,
};
