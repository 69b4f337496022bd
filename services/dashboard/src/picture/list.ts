/** Which incidents the list shows, and in which order. Pure. */
import type { Hazard, IncidentStatus, RegencyCode } from '@siaga/domain';
import type { IncidentItem } from '../api/contract.ts';

export type StatusFilter = 'open' | 'all' | IncidentStatus;
export interface Filter {
  /** Empty for all. */
  regency: RegencyCode;
  status: StatusFilter;
  hazard: Hazard | '';
  text: string;
}
export const noFilter: Filter = { regency: '', status: 'open', hazard: '', text: '' };

/** In the order in which they ask for attention. */
export const statusOrder: readonly IncidentStatus[] = [
  'active',
  'reported',
  'verified',
  'contained',
  'closed',
  'merged',
  'dismissed',
];
export const openStatuses: readonly IncidentStatus[] = ['active', 'reported', 'verified', 'contained'];

/** Compares as people type: no case, no diacritics. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const matches = (item: IncidentItem, filter: Filter): boolean => {
  const { regency, status, hazard, text } = filter;
  if (regency !== '' && item.regency !== regency) return false;
  if (status === 'open' ? !openStatuses.includes(item.status) : status !== 'all' && item.status !== status)
    return false;
  if (hazard !== '' && item.hazard !== hazard) return false;
  const words = plain(text).split(/\s+/).filter(Boolean);
  const names = plain(`${item.placeName ?? ''} ${item.districtName ?? ''} ${item.place}`);
  return words.every((word) => names.includes(word));
};

/** The incidents that match, by status and, within a status, newest change first. */
export const listed = (incidents: Iterable<IncidentItem>, filter: Filter): IncidentItem[] =>
  [...incidents]
    .filter((item) => matches(item, filter))
    .sort(
      (a, b) =>
        statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) ||
        (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : a.id < b.id ? -1 : 1),
    );
