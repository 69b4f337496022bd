/** How this person looks at the picture: language, theme, filter, what is open. Kept on the machine where useful. */
import type { IncidentVerb, Point } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import { createStore } from '../store.ts';
import type { Language } from '../time.ts';
import { type Filter, noFilter } from '../picture/list.ts';

type Theme = 'day' | 'night';
type Dialog =
  | { kind: 'report' }
  | { kind: 'sign-in' }
  | { kind: 'help' }
  | { kind: 'about' }
  | { kind: 'command'; verb: IncidentVerb; incident: string }
  /** Any page's own: what it draws, told how to close itself. */
  | { kind: 'form'; draw: (close: () => void) => ComponentChildren };

export interface View {
  language: Language;
  theme: Theme;
  /** Single-letter shortcuts can be switched off (WCAG 2.1.4). */
  shortcuts: boolean;
  filter: Filter;
  /** Phones show one of the two. */
  tab: 'list' | 'map';
  /** Phones fold the time slider away. */
  timelineOpen: boolean;
  /** Hotspots of how many days are drawn; 0 for all. */
  hotspotDays: number;
  dialog?: Dialog | undefined;
  /** The report form waits for a click on the map. */
  picking: boolean;
  /** What was clicked, until the form takes it. */
  picked?: Point | undefined;
}

const kept = (key: string): string | undefined => {
  try {
    return localStorage.getItem(`siaga.${key}`) ?? undefined;
  } catch {
    // Storage can be forbidden; the page works without it.
    return undefined;
  }
};
const keep = (key: string, value: string) => {
  try {
    localStorage.setItem(`siaga.${key}`, value);
  } catch {
    // See above.
  }
};

const prefersNight = () => matchMedia('(prefers-color-scheme: dark)').matches;

export const view = createStore<View>({
  language: kept('language') === 'en' ? 'en' : 'id',
  theme: (kept('theme') ?? (prefersNight() ? 'night' : 'day')) === 'night' ? 'night' : 'day',
  shortcuts: kept('shortcuts') !== 'off',
  filter: noFilter,
  tab: 'list',
  timelineOpen: false,
  hotspotDays: Number(kept('hotspotDays') ?? 3),
  picking: false,
});

export const setView = (change: Partial<View>): void => view.update((now) => ({ ...now, ...change }));
/** Opens a page's own dialog: `openForm((close) => <SignDialog … onClose={close} />)`. It is the one that is open. */
export const openForm = (draw: (close: () => void) => ComponentChildren): void =>
  setView({ dialog: { kind: 'form', draw } });
export const setFilter = (change: Partial<Filter>): void =>
  view.update((now) => ({ ...now, filter: { ...now.filter, ...change } }));

const show = () => {
  const { language, theme, shortcuts, hotspotDays } = view.get();
  document.documentElement.lang = language;
  document.documentElement.dataset.theme = theme;
  keep('language', language);
  keep('theme', theme);
  keep('shortcuts', shortcuts ? 'on' : 'off');
  keep('hotspotDays', String(hotspotDays));
};
show();
view.subscribe(show);
