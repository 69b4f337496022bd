/**
 * A day's hotspots in one regency: pixels that a satellite saw hot, grouped where they touch. A hotspot is a
 * hot pixel, not a fire; nothing here counts fires.
 *
 * One aggregate is one regency and one day by WIB (UTC+7), so that what is read again finds itself.
 */
import { z } from 'zod';
import { Point, StoredInstant } from '../codes.ts';
import { accept } from '../decision.ts';

/** FIRMS confidence brought to one scale; `unknown` where a variant's value has no documented meaning. */
export const Confidence = z.enum(['low', 'nominal', 'high', 'unknown']);
export type Confidence = z.infer<typeof Confidence>;

/** One hot pixel as NASA FIRMS lists it; `at` its centre. */
export const Pixel = z.strictObject({
  at: Point,
  /** UTC date of acquisition (`acq_date`). */
  acquiredOn: z.iso.date(),
  /** `acq_date` and `acq_time` (UTC); absent where a variant has no time. */
  acquiredAt: StoredInstant.optional(),
  satellite: z.string().min(1).max(20),
  instrument: z.enum(['VIIRS', 'MODIS']),
  confidence: Confidence,
  /** Fire radiative power, MW. */
  frp: z.number().optional(),
  /** Brightness temperature, kelvin: VIIRS I-4, MODIS channel 21/22. */
  brightness: z.number().optional(),
  /** Pixel size along scan and track, km. */
  scan: z.number().optional(),
  track: z.number().optional(),
  daynight: z.enum(['D', 'N']).optional(),
});
export type Pixel = z.infer<typeof Pixel>;

// Events

export const HotspotsDetected = z.strictObject({
  /** When the newest of these pixels was acquired; midnight UTC of its date where the time is not known. */
  occurredAt: StoredInstant,
  /** The day by WIB, `2026-08-17`. */
  day: z.iso.date(),
  /** The group's id, made of its day and its first pixel. */
  group: z.string().min(1),
  /** Groups that these pixels connect with this one; they end, and their pixels belong here. */
  absorbs: z.array(z.string().min(1)),
  pixels: z.array(Pixel).min(1),
});
export type HotspotsEvent = { type: 'HotspotsDetected'; data: z.infer<typeof HotspotsDetected> };

// State

export interface HotspotDay {
  /** Identities of all pixels seen, with the group each is in. */
  groupOf: ReadonlyMap<string, string>;
  groups: ReadonlyMap<string, readonly Pixel[]>;
}
export const initialHotspotDay: HotspotDay = { groupOf: new Map(), groups: new Map() };

/**
 * What makes two rows the same pixel: satellite, time (or date) and centre to five decimals (about 1 m), the
 * precision that FIRMS gives. Near-real-time and standard rows of one pixel agree in these.
 */
export const pixelIdentity = ({ satellite, acquiredAt, acquiredOn, at: [lon, lat] }: Pixel): string =>
  `${satellite} ${acquiredAt ?? acquiredOn} ${lon.toFixed(5)},${lat.toFixed(5)}`;

/** Folds events in their order, with one copy of the state for all of them: a busy day has thousands. */
export const foldHotspotDay = (state: HotspotDay, events: readonly HotspotsEvent[]): HotspotDay => {
  const groups = new Map(state.groups);
  const groupOf = new Map(state.groupOf);
  for (const { data } of events) {
    const absorbed = data.absorbs.flatMap((group) => groups.get(group) ?? []);
    for (const group of data.absorbs) groups.delete(group);
    groups.set(data.group, [...(groups.get(data.group) ?? []), ...absorbed, ...data.pixels]);
    for (const pixel of [...absorbed, ...data.pixels]) groupOf.set(pixelIdentity(pixel), data.group);
  }
  return { groups, groupOf };
};

/** Folds one event. */
export const evolveHotspotDay = (state: HotspotDay, event: HotspotsEvent): HotspotDay =>
  foldHotspotDay(state, [event]);

// Decision

/** An event stays well under the ledger's 1 MiB: a pixel is about 250 bytes. */
const PIXELS_PER_EVENT = 1000;

/** Compared with their neighbours, in the densest fire, within a few milliseconds. */
const PIXELS_PER_STEP = 100;

/** Side of a grid cell: 1.67 km in latitude, at least 1.5 km in longitude up to 26° north or south. No reach is wider. */
const CELL_DEGREES = 0.015;

/** Pixels nearer than this belong to one group: two VIIRS pixels (0.375 km) apart, or a MODIS pixel (1 km) and a bit. */
const reachKm = (pixel: Pixel) => (pixel.instrument === 'MODIS' ? 1.5 : 0.8);

type TakenIn = ReturnType<typeof accept<HotspotsEvent>>;
interface TakeHotspotsIn {
  day: string;
  pixels: readonly Pixel[];
}

/**
 * Adds what is new among `pixels` (all of `day`, by WIB) to the day's groups. Pixels already known add nothing, so that
 * reading a file twice is the empty list. The result does not depend on the order of the pixels.
 */
export const decideHotspots = (command: TakeHotspotsIn, state: HotspotDay): TakenIn => {
  const steps = decideHotspotsInSteps(command, state);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};

/** The same in steps of a millisecond or so each, since a file of 50,000 pixels takes seconds. */
export function* decideHotspotsInSteps(
  command: TakeHotspotsIn,
  state: HotspotDay,
): Generator<undefined, TakenIn, void> {
  const fresh = new Map<string, Pixel>();
  for (const [index, pixel] of command.pixels.entries()) {
    if (index % PIXELS_PER_STEP === 0) yield;
    const identity = pixelIdentity(pixel);
    if (state.groupOf.has(identity)) continue;
    const twin = fresh.get(identity);
    if (!twin || canonical(pixel) < canonical(twin)) fresh.set(identity, pixel);
  }
  const ordered = [...fresh.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pixel]) => pixel);
  const events: HotspotsEvent[] = [];
  yield;
  for (const cluster of yield* clusters(ordered, state)) {
    const [first] = cluster.fresh;
    if (!first) continue;
    const [oldest, ...others] = [...cluster.known].sort();
    const group = oldest ?? `${command.day} ${pixelIdentity(first)}`;
    for (let from = 0; from < cluster.fresh.length; from += PIXELS_PER_EVENT) {
      const pixels = cluster.fresh.slice(from, from + PIXELS_PER_EVENT);
      const occurredAt = pixels.map(acquired).reduce((a, b) => (a > b ? a : b));
      events.push({
        type: 'HotspotsDetected',
        data: { occurredAt, day: command.day, group, absorbs: from === 0 ? others : [], pixels },
      });
    }
  }
  return accept(...events);
}

/** A text that orders two rows of the same pixel, so that the one kept does not depend on which came first. */
const canonical = (pixel: Pixel) =>
  JSON.stringify(Object.entries(pixel).sort(([a], [b]) => (a < b ? -1 : 1)));

const acquired = ({ acquiredAt, acquiredOn }: Pixel) => acquiredAt ?? `${acquiredOn}T00:00:00.000Z`;

/** The day by WIB on which a pixel was acquired; the date as given where the time is not known. */
export const dayOf = (pixel: Pixel): string =>
  pixel.acquiredAt
    ? new Date(Date.parse(pixel.acquiredAt) + 7 * 3_600_000).toISOString().slice(0, 10)
    : pixel.acquiredOn;

interface Cluster {
  fresh: Pixel[];
  known: Set<string>;
}

/**
 * Connected components over "within reach", on a grid of cells so that only neighbouring cells are compared. Pixels of
 * a known group belong together already, so only fresh ones are compared, and only with those of other components.
 */
function* clusters(fresh: readonly Pixel[], state: HotspotDay): Generator<undefined, Cluster[], void> {
  if (fresh.length === 0) return [];
  const known = [...state.groups].flatMap(([group, pixels]) => pixels.map((pixel) => ({ group, pixel })));
  const all = [...fresh, ...known.map(({ pixel }) => pixel)];
  const parent = all.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let at = index; at !== root; ) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const cells = new Map<string, number[]>();
  const cellOf = ([lon, lat]: Pixel['at']) =>
    [Math.floor(lon / CELL_DEGREES), Math.floor(lat / CELL_DEGREES)] as const;
  const place = (index: number, pixel: Pixel) => {
    const key = cellOf(pixel.at).join();
    const cell = cells.get(key);
    if (cell) cell.push(index);
    else cells.set(key, [index]);
  };

  const firstOf = new Map<string, number>();
  for (const [offset, { group, pixel }] of known.entries()) {
    if (offset % PIXELS_PER_STEP === 0) yield;
    const index = fresh.length + offset;
    const first = firstOf.get(group) ?? index;
    firstOf.set(group, first);
    parent[index] = first;
    place(index, pixel);
  }
  for (const [index, pixel] of fresh.entries()) {
    if (index % PIXELS_PER_STEP === 0) yield;
    const [x, y] = cellOf(pixel.at);
    let mine = index;
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const other of cells.get(`${x + dx},${y + dy}`) ?? []) {
          const theirs = rootOf(other);
          const neighbour = all[other];
          if (theirs === mine || !neighbour || !withinReach(pixel, neighbour)) continue;
          parent[mine] = theirs;
          mine = theirs;
        }
      }
    }
    place(index, pixel);
  }

  const byRoot = new Map<number, Cluster>();
  all.forEach((pixel, index) => {
    const root = rootOf(index);
    const cluster = byRoot.get(root) ?? { fresh: [], known: new Set() };
    byRoot.set(root, cluster);
    const group = known[index - fresh.length]?.group;
    if (group === undefined) cluster.fresh.push(pixel);
    else cluster.known.add(group);
  });
  return [...byRoot.values()].filter((cluster) => cluster.fresh.length > 0);
}

const withinReach = (a: Pixel, b: Pixel) => distanceKm(a.at, b.at) <= Math.max(reachKm(a), reachKm(b));

/** Kilometres on a sphere, by the equirectangular formula: exact to metres at these distances. */
const distanceKm = ([lonA, latA]: Pixel['at'], [lonB, latB]: Pixel['at']) => {
  const x = (lonB - lonA) * Math.cos((((latA + latB) / 2) * Math.PI) / 180);
  return Math.hypot(x, latB - latA) * 111.195;
};
