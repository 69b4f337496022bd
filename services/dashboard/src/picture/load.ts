/** Loads the picture of a moment, or of now. */
import type { HotspotGroupView } from '@siaga/domain';
import type { HotspotAnswer, IncidentItem, IncidentPage } from '../api/contract.ts';
import { request, withQuery } from '../api/http.ts';
import { dayOf } from '../time.ts';
import { openStatuses, statusOrder } from './list.ts';

const PAGE = '500';
/** Enough for any two regencies' open incidents; a stop against a server that never ends. */
const MOST_PAGES = 20;

export interface LoadedIncidents {
  asOf: string;
  items: IncidentItem[];
  /** There are older closed, merged or dismissed incidents that were not loaded. */
  truncated: boolean;
}

/** Every open incident, and the 500 newest of the others. `asOf` RFC 3339; now when it is left out. */
export const loadIncidents = async (asOf?: string, signal?: AbortSignal): Promise<LoadedIncidents> => {
  const path = '/api/v1/picture/incidents';
  const others = statusOrder.filter((status) => !openStatuses.includes(status));
  const page = (statuses: readonly string[], cursor?: string) =>
    request<IncidentPage>(
      withQuery(path, { asOf, status: statuses.join(','), limit: PAGE, cursor }),
      signal ? { signal } : {},
    );
  const [first, rest] = await Promise.all([page(openStatuses), page(others)]);
  const items = [...first.items, ...rest.items];
  let { next } = first;
  for (let pages = 1; next !== undefined && pages < MOST_PAGES; pages += 1) {
    const more = await page(openStatuses, next);
    items.push(...more.items);
    next = more.next;
  }
  return { asOf: first.asOf, items, truncated: rest.next !== undefined };
};

/** The first of the last `days` days by WIB; undefined for all days (0). */
export const hotspotsFrom = (at: number, days: number): string | undefined =>
  days === 0 ? undefined : dayOf(at - (days - 1) * 86_400_000);

/** Groups of hotspots of the last `days` days by WIB before `at`; of all days for 0. */
export const loadHotspots = async (
  at: number,
  days: number,
  asOf?: string,
  signal?: AbortSignal,
): Promise<HotspotGroupView[]> => {
  const path = withQuery('/api/v1/picture/hotspots', { asOf, from: hotspotsFrom(at, days) });
  return (await request<HotspotAnswer>(path, signal ? { signal } : {})).items;
};
