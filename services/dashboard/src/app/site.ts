/** Whose site this is and who has signed in. */
import type { RegencyCode } from '@siaga/domain';
import type { Place, SessionAnswer, SiteAnswer } from '../api/contract.ts';
import { Refused, request } from '../api/http.ts';
import { live } from '../picture/picture.ts';
import { createStore } from '../store.ts';

export const site = createStore<SiteAnswer | undefined>(undefined);

/** Undefined while it is not known yet, null for nobody. */
export const session = createStore<SessionAnswer | null | undefined>(undefined);

const RETRY_MS = 5000;

/** Asks for site and session until both are known. */
export const startSite = async (): Promise<void> => {
  try {
    site.set(await request<SiteAnswer>('/api/v1/site'));
    session.set(await currentSession());
  } catch {
    setTimeout(() => void startSite(), RETRY_MS);
  }
};

const currentSession = async (): Promise<SessionAnswer | null> => {
  try {
    return await request<SessionAnswer>('/api/v1/sessions/current');
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
};

export const signIn = async (username: string, password: string): Promise<void> => {
  session.set(
    await request<SessionAnswer>('/api/v1/sessions', { method: 'POST', body: { username, password } }),
  );
};

export const signOut = async (): Promise<void> => {
  const csrf = session.get()?.csrf ?? '';
  await request('/api/v1/sessions/current', { method: 'DELETE', headers: { 'x-csrf-token': csrf } });
  session.set(null);
};

/** A regency's name without its kind (`Seruyan`), or its code while no name is known. */
export const regencyName = (code: RegencyCode): string => {
  const here = site.get();
  const named = here && [here.regency, ...here.neighbours].find((regency) => regency.code === code)?.name;
  const name = named ?? live.get().sources.find((source) => source.regency === code)?.name ?? code;
  return name.replace(/^(Kabupaten|Kab\.|Kota)\s+/, '');
};

/** Names of places by code, asked for when they are first needed. Null for a place that is not known. */
export const places = createStore<ReadonlyMap<string, Place | null>>(new Map());
const asked = new Set<string>();

export const askPlace = (code: string): void => {
  if (asked.has(code)) return;
  asked.add(code);
  void (async () => {
    try {
      const place = await request<Place>(`/api/v1/geo/places/${code}`);
      places.update((known) => new Map(known).set(code, place));
    } catch (error) {
      if (error instanceof Refused) places.update((known) => new Map(known).set(code, null));
      else setTimeout(() => asked.delete(code), RETRY_MS);
    }
  })();
};
