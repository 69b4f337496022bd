/**
 * What the address names: a page (`#/agreements`), one thing on it (`#/agreements/<id>`), and what follows. The first
 * page is the situation: `#/`, or `#/incidents/<id>`, with `/<regency>/<sequence>` for one event of its history.
 */
import { createStore } from '../store.ts';

/** In the order of the navigation. */
export const pages = ['situation', 'agreements', 'emergency', 'resources', 'aid'] as const;
export type PageName = (typeof pages)[number];

/** The letter that goes to each page. */
export const pageKeys: Record<PageName, string> = {
  situation: 's',
  agreements: 'p',
  emergency: 'd',
  resources: 'u',
  aid: 'b',
};

export interface Route {
  page: PageName;
  /** On the situation: the incident that is open. */
  incident?: string;
  event?: { regency: string; sequence: number };
  /** On the other pages: the id of what is open, decoded. */
  item?: string;
}

const read = (): Route => {
  const [, name, id, regency, sequence] = location.hash.split('/').map(decoded);
  const page = pages.find((one) => one === name) ?? 'situation';
  if (page !== 'situation') return id ? { page, item: id } : { page };
  if (name !== 'incidents' || !id) return { page };
  if (!regency || !sequence) return { page, incident: id };
  return { page, incident: id, event: { regency, sequence: Number(sequence) } };
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

export const route = createStore<Route>(read());
window.addEventListener('hashchange', () => route.set(read()));

export const incidentHref = (incident: string, event?: { regency: string; sequence: number }): string =>
  `#/incidents/${incident}${event ? `/${event.regency}/${event.sequence}` : ''}`;

/** The address of a page, or of one thing on it. */
export const pageHref = (page: PageName, item?: string): string => {
  if (page === 'situation') return '#/';
  return item === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(item)}`;
};

export const openIncident = (incident: string): void => {
  location.hash = incidentHref(incident);
};
export const closeIncident = (): void => {
  location.hash = '#/';
};
export const openPage = (page: PageName, item?: string): void => {
  location.hash = pageHref(page, item);
};
