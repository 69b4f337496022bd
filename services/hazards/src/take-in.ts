/** Takes pixels into the ledger: those of this regency, by day, each once. Knows nothing of HTTP or files. */
import {
  dayOf,
  decideHotspotsInSteps,
  decodeEvent,
  type EventMetadata,
  foldHotspotDay,
  type HotspotDay,
  type HotspotsEvent,
  hotspotStream,
  initialHotspotDay,
  type Pixel,
  wireType,
} from '@siaga/domain';
import type { Atlas } from '@siaga/geo';
import { type Ledger, type NewEvent, WrongExpectedRevision } from '@siaga/ledger';
import { paced } from './paced.ts';

export interface TakeInDeps {
  /** Whose site this is: `62.07`. */
  regency: string;
  ledger: Pick<Ledger, 'append' | 'read'>;
  atlas: Pick<Atlas, 'regencyAt'>;
  /** A UUIDv7. */
  newId: () => string;
}

export interface TakenIn {
  /** Pixels that were new. */
  added: number;
  /** Pixels that the ledger had already, or that stood in the file more than once. */
  known: number;
  /** Pixels outside the own regency: its neighbours publish theirs themselves. */
  outside: number;
  /** Groups that the new pixels are in. */
  groups: number;
}

/** Appending lost against another writer of the day, again and again. Nothing of that day was added. */
export class TooManyConflicts extends Error {}

/** Conflicts in a row on one day's stream. */
const MAX_CONFLICTS = 20;
const PIXELS_PER_STEP = 250;

/**
 * Adds what is new among `pixels`. Each day (by WIB) is one append, all or none, durable before the promise
 * resolves; a failure between two days leaves the earlier ones added, and taking the same pixels in again adds the rest.
 * `actor` is who reads them in, `role:id`. Rejects with the ledger's errors and `TooManyConflicts`.
 */
export const takeIn = async (
  deps: TakeInDeps,
  { pixels, actor }: { pixels: readonly Pixel[]; actor: string },
): Promise<TakenIn> => {
  const own = await paced(ownOf(deps, pixels));
  const taken: TakenIn = { added: 0, known: 0, outside: pixels.length - own.length, groups: 0 };
  const days = Map.groupBy(own, dayOf);
  const correlationId = deps.newId();
  for (const [day, ofDay] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { added, groups } = await addDay(deps, { day, pixels: ofDay, actor, correlationId });
    taken.added += added;
    taken.known += ofDay.length - added;
    taken.groups += groups;
  }
  return taken;
};

/** Those in the own regency, in steps. */
function* ownOf(
  { atlas, regency }: TakeInDeps,
  pixels: readonly Pixel[],
): Generator<undefined, Pixel[], void> {
  const own: Pixel[] = [];
  for (const [index, pixel] of pixels.entries()) {
    if (index % PIXELS_PER_STEP === 0) yield;
    if (atlas.regencyAt(pixel.at)?.regency === regency) own.push(pixel);
  }
  return own;
}

interface DayOfPixels {
  day: string;
  pixels: readonly Pixel[];
  actor: string;
  correlationId: string;
}

const addDay = async (
  { regency, ledger, newId }: TakeInDeps,
  { day, pixels, actor, correlationId }: DayOfPixels,
): Promise<{ added: number; groups: number }> => {
  const stream = hotspotStream(regency, day);
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const { state, revision } = await load(ledger, stream);
    const { events } = await paced(decideHotspotsInSteps({ day, pixels }, state));
    if (events.length === 0) return { added: 0, groups: 0 };
    const recorded = events.map(
      (event): NewEvent => ({
        id: newId(),
        type: wireType(event),
        data: event.data,
        metadata: {
          actor,
          hazard: 'fire',
          aggregate: event.data.group,
          occurredAt: event.data.occurredAt,
          correlationId,
          causationId: correlationId,
        } satisfies EventMetadata,
      }),
    );
    try {
      await ledger.append(stream, revision, recorded);
      return {
        added: events.reduce((sum, { data }) => sum + data.pixels.length, 0),
        groups: new Set(events.map(({ data }) => data.group)).size,
      };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
  throw new TooManyConflicts(`others kept adding to the hotspots of ${day}`);
};

/** Folds a day. Throws for an event that this version can't read: to decide without it would be wrong. */
const load = async (
  ledger: TakeInDeps['ledger'],
  stream: string,
): Promise<{ state: HotspotDay; revision: number }> => {
  const events: HotspotsEvent[] = [];
  let revision = 0;
  for await (const recorded of ledger.read(stream)) {
    const decoded = decodeEvent(recorded.type, recorded.data);
    if (!decoded.ok) throw new Error(`event ${recorded.id} of ${stream} can't be read: ${decoded.detail}`);
    if (decoded.event.type !== 'HotspotsDetected') {
      throw new Error(`event ${recorded.id} of ${stream} is of no hotspots`);
    }
    events.push(decoded.event);
    revision = recorded.revision;
  }
  return { state: foldHotspotDay(initialHotspotDay, events), revision };
};
