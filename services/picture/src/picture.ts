/** The picture of a site: its store, how far each half is, and who watches. Works with no stream in reach. */
import type { RegencyCode, SourceRepair } from '@siaga/domain';
import { type LiveHub, openLiveHub } from './live/hub.ts';
import { type AidQueries, openAidQueries } from './queries/aid-queries.ts';
import { openQueries, type Queries } from './queries/queries.ts';
import { openSources, type Sources } from './sources/sources.ts';
import { type CurrentStore, openCurrentStore } from './store/current.ts';

export interface PictureOptions {
  /** The SQLite file, made where missing. All in it is derived: it may be deleted while no process has it open. */
  file: string;
  regency: RegencyCode;
  neighbours: readonly RegencyCode[];
  /**
   * The last sequence that this site's relay has published, where it runs in this process; undefined while that
   * is not known.
   */
  ownHead?: () => number | undefined;
  /** What is being asked for of a neighbour's events, where that is done in this process. */
  repairOf?: (neighbour: RegencyCode) => SourceRepair | undefined;
  /** Why this site's relay publishes nothing new, where it runs in this process and that is so. */
  ownHeld?: () => string | undefined;
  /** Told of what no client sees. */
  log?: { warn(facts: object, sentence: string): void };
}

export interface Picture {
  readonly regency: RegencyCode;
  readonly neighbours: readonly RegencyCode[];
  readonly current: CurrentStore;
  readonly sources: Sources;
  readonly live: LiveHub;
  readonly queries: Queries;
  readonly aid: AidQueries;
  /** Tells who watches of a source that has another state now; done several times a second by itself. */
  look(): void;
  /** Ends the live streams and closes the file; stop following before. */
  close(): void;
}

const SOURCES_EVERY_MS = 2_000;
/** How soon a silence, which is nothing but a time that has passed, is noticed. */
const LOOK_EVERY_MS = 250;

/** Opens a site's picture as it was left. `startPicture` makes it follow the streams. */
export function openPicture({
  file,
  regency,
  neighbours,
  ownHead,
  ownHeld,
  repairOf,
  log,
}: PictureOptions): Picture {
  const current = openCurrentStore({ file });
  const sources = openSources({
    current,
    regency,
    neighbours,
    ...(ownHead ? { ownHead } : {}),
    ...(repairOf ? { repairOf } : {}),
    ...(ownHeld ? { ownHeld } : {}),
  });
  const live = openLiveHub({ current, sources: () => sources.views() });
  let shown = sources.fingerprint();
  const look = () => {
    const fingerprint = sources.fingerprint();
    if (fingerprint === shown) return;
    shown = fingerprint;
    live.sendSources();
  };
  let unsaved = false;
  /** Where the disk is full, what was heard is kept in memory, and saved with what is heard next. */
  const save = () => {
    try {
      sources.save();
      unsaved = false;
    } catch (error) {
      if (!unsaved) log?.warn({ err: error }, 'what was heard of the regencies can’t be saved');
      unsaved = true;
    }
  };
  const looking = setInterval(look, LOOK_EVERY_MS);
  const telling = setInterval(() => {
    save();
    live.sendSources();
  }, SOURCES_EVERY_MS);

  return {
    regency,
    neighbours,
    current,
    sources,
    live,
    queries: openQueries(current, () => sources.views()),
    aid: openAidQueries(current, regency),
    look,
    close() {
      clearInterval(looking);
      clearInterval(telling);
      live.close();
      save();
      current.close();
    },
  };
}
