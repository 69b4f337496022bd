/** How far each regency's half of the picture is, and how old it is. */
import type { RegencyCode, SourceLink, SourceRepair, SourceView } from '@siaga/domain';
import { findPlace } from '@siaga/geo';
import type { Beat, FollowState } from '@siaga/stream';
import type { CurrentStore } from '../store/current.ts';
import type { Journal, JournalKey } from '../store/delivery-source.ts';
import type { HeardOf } from '../store/store.ts';

export interface SourcesOptions {
  current: CurrentStore;
  regency: RegencyCode;
  neighbours: readonly RegencyCode[];
  /**
   * The last sequence that this site's relay has published: then the own half is complete whenever it is folded
   * up to there; undefined while that is not known. Without it, the own half is known by its heartbeats, as a
   * neighbour's is.
   */
  ownHead?: () => number | undefined;
  /** What is being asked for of a neighbour's events, where this process asks. */
  repairOf?: (neighbour: RegencyCode) => SourceRepair | undefined;
  /** Why this site's relay publishes nothing new; undefined while it does. Goes with `ownHead`. */
  ownHeld?: () => string | undefined;
  /** This server's clock, milliseconds since 1970. */
  now?: () => number;
}

export interface Sources {
  /** The own regency first, then the neighbours. */
  views(): SourceView[];
  /** Takes the state of a journal's follower. */
  followed(journal: JournalKey, state: FollowState): void;
  /**
   * Takes a beat. One of an unknown regency is passed over. One of a regency that is held says that it lives, and
   * vouches for nothing: what it has recorded is not published.
   */
  heard(beat: Beat): void;
  /** Keeps what was heard in the picture, where it changed. */
  save(): void;
  /** What a person would call another state: changes with a link, a hole or a failure, not with an age. */
  fingerprint(): string;
}

/** A site that starts knows in a moment, and nobody need act. */
const shownHeld = (held: string | undefined): string | undefined => (held === 'starting' ? undefined : held);

const sharedOf = (regency: RegencyCode): JournalKey => ({ regency, journal: 'shared' });

/** Three beats of 2 s that did not come. */
const SILENCE_MS = 6_000;
/** Announcements waited for at most; while a long backlog comes in, the oldest are forgotten first. */
const ANNOUNCEMENTS_KEPT = 1_000;

interface Announcement {
  sequence: number;
  heardAt: number;
}

interface Source extends HeardOf {
  code: RegencyCode;
  name: string;
  /** Those that the picture has not reached, in the order heard. */
  waiting: Announcement[];
  /** When a beat came last since the start, whatever it said; `heardAt` is of the last that vouched. */
  aliveAt?: number;
  /** What that beat said of being held. */
  held?: string | undefined;
  /** Its journals that this site follows. */
  follows: Map<Journal, Pick<FollowState, 'hole' | 'failing'>>;
}

/**
 * Keeps what is known of each regency.
 *
 * A half was complete at the time when the last announcement was heard whose sequence the picture has reached:
 * what the owner had published by then is in the picture. Whether it has published since is not known, so the
 * age goes on from there. What was never complete has no age. All of it is kept in the picture's file, so that
 * after a restart in mid cut the age goes on.
 */
export function openSources({
  current,
  regency: own,
  neighbours,
  ownHead,
  repairOf = () => undefined,
  ownHeld = () => undefined,
  now = Date.now,
}: SourcesOptions): Sources {
  const open = (code: RegencyCode) => {
    const known = current.store.heardOf(code);
    const waiting: Announcement[] =
      known.announcedSequence !== undefined && known.heardAt !== undefined
        ? [{ sequence: known.announcedSequence, heardAt: known.heardAt }]
        : [];
    const source: Source = {
      code,
      name: findPlace(code)?.name ?? code,
      ...known,
      waiting,
      follows: new Map([['shared', { failing: 'this site’s own NATS server was not reached yet' }]]),
    };
    return source;
  };
  const sources = new Map([own, ...neighbours].map((code) => [code, open(code)]));
  const saved = new Map<RegencyCode, string>();

  /**
   * What was known at a time that has not come yet was known before this server's clock was set back: it counts from
   * now on, or nothing would grow old until that time comes again.
   */
  const rewind = (source: Source) => {
    const most = now();
    for (const time of ['heardAt', 'aliveAt', 'completeAt'] as const)
      if ((source[time] ?? 0) > most) source[time] = most;
    for (const announcement of source.waiting) announcement.heardAt = Math.min(announcement.heardAt, most);
  };

  /** Brings `completeAt` up to now. */
  const settle = (source: Source) => {
    rewind(source);
    const { sequence } = current.store.checkpoint(sharedOf(source.code));
    if (source.code === own && ownHead) {
      const head = ownHead();
      if (head !== undefined && head <= sequence && ownHeld() === undefined) source.completeAt = now();
      return;
    }
    const reached = source.waiting.findLastIndex((announcement) => announcement.sequence <= sequence);
    const heardAt = source.waiting[reached]?.heardAt;
    if (heardAt === undefined) return;
    source.completeAt = Math.max(heardAt, source.completeAt ?? 0);
    source.waiting.splice(0, reached + 1);
  };

  /** The first hole and the first failure, of the shared journal before the internal one, and what is done about it. */
  const troubleOf = ({ code, follows }: Source): Pick<SourceView, 'hole' | 'failing' | 'repair'> => {
    const internal = follows.get('internal');
    const internalHole = internal?.hole && { ...internal.hole, journal: 'internal' as const };
    const hole = follows.get('shared')?.hole ?? internalHole;
    const failing = follows.get('shared')?.failing ?? internal?.failing;
    const repair = repairOf(code);
    return {
      ...(hole ? { hole } : {}),
      ...(failing === undefined ? {} : { failing }),
      ...(repair ? { repair } : {}),
    };
  };

  const isOwnRelay = ({ code }: Source): boolean => code === own && ownHead !== undefined;
  const heldOf = (source: Source): string | undefined =>
    isOwnRelay(source) ? shownHeld(ownHeld()) : source.held;

  const linkOf = (source: Source): SourceLink => {
    rewind(source);
    const aliveAt = source.aliveAt ?? source.heardAt;
    const { hole, failing } = troubleOf(source);
    if (hole) return 'hole';
    if (failing !== undefined) return 'failing';
    const heard = isOwnRelay(source) || (aliveAt !== undefined && now() - aliveAt < SILENCE_MS);
    if (!heard) return 'lost';
    return heldOf(source) === undefined ? 'live' : 'held';
  };

  const viewOf = (source: Source): SourceView => {
    settle(source);
    const { code, name, completeAt } = source;
    const held = heldOf(source);
    const { sequence, recordedAt } = current.store.checkpoint(sharedOf(code));
    const announced = code === own && ownHead ? ownHead() : source.announcedSequence;
    return {
      regency: code,
      name,
      own: code === own,
      link: linkOf(source),
      lastSequence: sequence,
      ...(recordedAt === undefined ? {} : { lastRecordedAt: recordedAt }),
      ...(announced === undefined ? {} : { announcedSequence: announced }),
      ...(completeAt === undefined
        ? {}
        : {
            completeAt: new Date(completeAt).toISOString(),
            ageSeconds: Math.max(0, Math.floor((now() - completeAt) / 1000)),
          }),
      ...troubleOf(source),
      ...(held === undefined ? {} : { held }),
    };
  };

  return {
    views: () => [...sources.values()].map(viewOf),
    followed({ regency, journal }, state) {
      sources.get(regency)?.follows.set(journal, state);
    },
    heard({ regency, sequence, held }) {
      const source = sources.get(regency);
      if (!source) return;
      source.aliveAt = now();
      source.held = shownHeld(held);
      if (held !== undefined) return;
      source.announcedSequence = sequence;
      source.heardAt = now();
      // Of several announcements of one sequence the last says the most.
      if (source.waiting.at(-1)?.sequence === sequence) source.waiting.pop();
      source.waiting.push({ sequence, heardAt: source.heardAt });
      if (source.waiting.length > ANNOUNCEMENTS_KEPT) source.waiting.shift();
      settle(source);
    },
    save() {
      for (const source of sources.values()) {
        settle(source);
        const { code, announcedSequence, heardAt, completeAt } = source;
        const heard = {
          ...(announcedSequence === undefined ? {} : { announcedSequence }),
          ...(heardAt === undefined ? {} : { heardAt }),
          ...(completeAt === undefined ? {} : { completeAt }),
        };
        const text = JSON.stringify(heard);
        if (saved.get(code) === text) continue;
        current.store.saveHeardOf(code, heard);
        saved.set(code, text);
      }
    },
    fingerprint: () =>
      JSON.stringify(
        [...sources.values()].map((source) => [linkOf(source), troubleOf(source), heldOf(source)]),
      ),
  };
}
