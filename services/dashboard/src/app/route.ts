/** What the address names: `#/incidents/<id>`, with `/<regency>/<sequence>` for one event of its history. */
import { createStore } from '../store.ts';

export interface Route {
  incident?: string;
  event?: { regency: string; sequence: number };
}

const read = (): Route => {
  const [, page, incident, regency, sequence] = location.hash.split('/');
  if (page !== 'incidents' || !incident) return {};
  if (!regency || !sequence) return { incident };
  return { incident, event: { regency, sequence: Number(sequence) } };
};

export const route = createStore<Route>(read());
window.addEventListener('hashchange', () => route.set(read()));

export const incidentHref = (incident: string, event?: { regency: string; sequence: number }): string =>
  `#/incidents/${incident}${event ? `/${event.regency}/${event.sequence}` : ''}`;

export const openIncident = (incident: string): void => {
  location.hash = incidentHref(incident);
};
export const closeIncident = (): void => {
  location.hash = '#/';
};
