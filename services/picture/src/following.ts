/** Makes a picture follow the streams and hear the neighbours. */
import { type Follower, follow, listenHeartbeats, type TrustedKeys } from '@siaga/stream';
import type { Picture } from './picture.ts';
import { type Rebuilt, rebuildPicture } from './rebuild/rebuild.ts';
import { keysOf } from './sources/keys.ts';
import { type DeliverySource, sourcesOf } from './store/delivery-source.ts';

type Connection = Parameters<typeof follow>[0]['nc'];

export interface PictureStart {
  picture: Picture;
  /** To the site's own server. */
  nc: Connection;
  /** Keys that are trusted before anything was read. */
  trusted: TrustedKeys;
  /** Told of what no client sees. */
  log?: { warn(facts: object, sentence: string): void };
}

export interface RunningPicture {
  /** Makes the picture anew beside the live one; see `rebuildPicture`. A call while one runs joins it. */
  rebuild(): Promise<Rebuilt>;
  /** Undefined once every event that this site holds was read; else what was not, for a readiness check. */
  missing(): string | undefined;
  /** Stops following and gives up a rebuild, which then rejects. The picture stays open. */
  stop(): Promise<void>;
}

/**
 * A site's own events wait so long before they are folded. Whoever reported has the answer, and is seen by the neighbour
 * sooner where this machine has nothing else to do meanwhile; and what comes close together is folded at once.
 */
const OWN_GATHER_MS = 2;

/** Starts to follow the own regency's journals and each neighbour's. Needs none of the streams to exist yet. */
export function startPicture({ picture, nc, trusted, log }: PictureStart): RunningPicture {
  const { current, sources } = picture;
  const streams = sourcesOf(picture.regency, picture.neighbours);

  const keysNow = (source: DeliverySource) =>
    keysOf(source, { store: current.store, own: picture.regency, trusted });
  const unread = new Set(streams.map(({ stream }) => stream));
  const followers = streams.map((source): Follower => {
    const follower = follow({
      nc,
      ...source,
      after: current.store.checkpoint(source).sequence,
      gatherMs: source.regency === picture.regency ? OWN_GATHER_MS : 0,
      keys: keysNow(source),
      async deliver(batch) {
        for (const delivery of batch) {
          if (delivery.kind !== 'forged') continue;
          log?.warn({ stream: source.stream, subject: delivery.subject }, 'a forged event is refused');
        }
        current.apply(source, batch);
      },
      onState(state) {
        sources.followed(source, state);
        picture.look();
      },
      onCaughtUp: () => unread.delete(source.stream),
    });
    sources.followed(source, follower.state());
    return follower;
  });
  current.onApplied((_source, { changes }) => {
    if (!changes.some((change) => change.name === 'changed' && change.noun === 'agreements')) return;
    for (const [index, source] of streams.entries())
      followers[index]?.trust(Object.keys(keysNow(source) ?? {}));
  });
  const heartbeats = listenHeartbeats(
    nc,
    [picture.regency, ...picture.neighbours],
    (beat) => {
      sources.heard(beat);
      picture.look();
    },
    (problem) => log?.warn(problem, 'a heartbeat can’t be read'),
  );

  const stopping = new AbortController();
  let rebuilding: Promise<Rebuilt> | undefined;

  return {
    rebuild() {
      rebuilding ??= rebuildPicture({
        current,
        nc,
        sources: streams,
        keysOf: (source) =>
          keysOf(source, { store: current.store, own: picture.regency, trusted, anew: true }),
        signal: stopping.signal,
      }).finally(() => {
        rebuilding = undefined;
      });
      return rebuilding;
    },
    missing: () => (unread.size === 0 ? undefined : `still reading ${[...unread].join(', ')}`),
    async stop() {
      heartbeats.stop();
      stopping.abort();
      await Promise.all(followers.map((follower) => follower.stop()));
      // Whoever started it learns that it failed.
      await rebuilding?.catch(() => undefined);
    },
  };
}
