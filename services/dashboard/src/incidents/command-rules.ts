/** Which commands an incident in a status takes. The site decides; this only keeps useless buttons away. */
import { type IncidentStatus, type IncidentVerb, type Role, mayRole } from '@siaga/domain';
import type { IncidentItem } from '../api/contract.ts';

const unmerged: readonly IncidentStatus[] = ['reported', 'verified', 'active', 'contained', 'closed'];

/** In the order of the buttons. A test holds this table against the domain's own decisions. */
export const statusesFor: Record<IncidentVerb, readonly IncidentStatus[]> = {
  verify: ['reported'],
  assess: unmerged,
  contain: ['verified', 'active'],
  close: ['contained'],
  reopen: ['contained', 'closed', 'dismissed'],
  'declare-same': unmerged,
  'withdraw-same': unmerged,
  merge: unmerged,
  unmerge: ['merged'],
  dismiss: ['reported', 'verified'],
};

/** The commands that `role` can send to this incident as it is. */
export const commandsFor = (item: Pick<IncidentItem, 'status' | 'same'>, role: Role): IncidentVerb[] =>
  (Object.keys(statusesFor) as IncidentVerb[]).filter(
    (verb) =>
      statusesFor[verb].includes(item.status) &&
      mayRole(role, `incident.${verb}`) &&
      (verb !== 'withdraw-same' || item.same.length > 0),
  );
