/** The picture on the screen: live, or as it was known at a moment that the time slider chose. */
import { combine, createStore } from '../store.ts';
import { view } from '../app/view.ts';
import { missed, tellChanged } from './changes.ts';
import { clock, serverNow, setServerTime } from './clock.ts';
import { type ConnectionState, openStream } from './connection.ts';
import { hotspotsFrom, loadHotspots, loadIncidents } from './load.ts';
import { type Picture, type PictureMessage, emptyPicture, foldPicture } from './model.ts';

/** What is known now. */
export const live = createStore<Picture>(emptyPicture);
export const connection = createStore<ConnectionState>({ is: 'connecting' });
/** Set when a load failed; the screen says so and tries again. */
export const loadFailed = createStore(false);

/** The moment looked back at, and what was known then; `picture` is missing while it loads. */
export interface Replay {
  at: number;
  picture?: Picture;
  failed?: boolean;
}
export const replay = createStore<Replay | undefined>(undefined);

/** What the screen shows. While a moment loads, the one before stays, so that nothing flickers. */
export const shown = combine(
  live,
  replay,
  (now, back): Picture => (back ? (back.picture ?? emptyPicture) : now),
);
/** The time from which the ages of what is shown are told. */
export const shownNow = combine(clock, replay, (now, back) => back?.at ?? now);

const apply = (message: PictureMessage) => live.update((picture) => foldPicture(picture, message));

const RETRY_MS = 5000;
const OPEN_FIRST_MS = 1500;
let loading = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Loads list and hotspots; `anew` forgets what was held. Tries again every five seconds until it succeeds. */
const load = async (anew: boolean): Promise<void> => {
  loading += 1;
  const mine = loading;
  clearTimeout(retry);
  try {
    const { asOf, items, truncated } = await loadIncidents();
    if (mine !== loading) return;
    if (!live.get().loaded) setServerTime(asOf);
    apply({ name: 'incidents-loaded', data: { items, truncated, anew } });
    loadFailed.set(false);
    await reloadHotspots();
  } catch {
    if (mine !== loading) return;
    loadFailed.set(true);
    retry = setTimeout(() => void load(anew), RETRY_MS);
  }
};

/** The first day whose hotspots are drawn; what comes later on the stream may be of any day. */
const firstDay = (now: number) => hotspotsFrom(now, view.get().hotspotDays) ?? '';

const reloadHotspots = async () => {
  const items = await loadHotspots(serverNow(), view.get().hotspotDays);
  apply({ name: 'hotspots-loaded', data: { items } });
};

/** Begins to follow the site. Called once. */
export const startPicture = (): void => {
  // The stream first and the list as soon as it is open, so that nothing falls between the two; but a stream that
  // does not open must not keep the list away.
  const impatient = setTimeout(() => void load(true), OPEN_FIRST_MS);
  openStream('/api/v1/picture/live', {
    onState(state) {
      const back = state.is === 'live' && connection.get().is === 'lost';
      connection.set(state);
      if (back) missed.update((count) => count + 1);
    },
    onFreshStart() {
      clearTimeout(impatient);
      missed.update((count) => count + 1);
      void load(true);
    },
    onEvent(name, data) {
      if ('now' in data) setServerTime(data.now);
      if ('noun' in data) tellChanged(data);
      if (name === 'reset' || name === 'changed') return;
      const message = { name, data } as PictureMessage;
      const outOfRange = message.name === 'hotspots' && message.data.day < firstDay(serverNow());
      if (!outOfRange) apply(message);
    },
  });
  let days = view.get().hotspotDays;
  view.subscribe(() => {
    if (view.get().hotspotDays === days) return;
    days = view.get().hotspotDays;
    const back = replay.get();
    if (back) lookBack(back.at);
    else void reloadHotspots().catch(() => loadFailed.set(true));
  });
};

let looking: AbortController | undefined;

/** Shows what this site knew at `at` (ms); from then on no command can be sent until `backToLive`. */
export const lookBack = (at: number): void => {
  looking?.abort();
  looking = new AbortController();
  const { signal } = looking;
  const before = replay.get()?.picture;
  replay.set({ at, ...(before ? { picture: before } : {}) });
  const asOf = new Date(at).toISOString();
  const days = view.get().hotspotDays;
  void (async () => {
    try {
      const [{ items, truncated }, hotspots] = await Promise.all([
        loadIncidents(asOf, signal),
        loadHotspots(at, days, asOf, signal),
      ]);
      const listedThen = foldPicture(emptyPicture, {
        name: 'incidents-loaded',
        data: { items, truncated, anew: true },
      });
      const picture = foldPicture(listedThen, { name: 'hotspots-loaded', data: { items: hotspots } });
      if (!signal.aborted) replay.set({ at, picture });
    } catch {
      if (!signal.aborted) replay.set({ at, failed: true });
    }
  })();
};

export const backToLive = (): void => {
  looking?.abort();
  replay.set(undefined);
};
