/**
 * Makes the picture anew from the streams, beside the live one, and puts it in its place. For after an upgrade
 * that reads more than the one before, or where the picture is doubted. Readers and the live fold go on.
 *
 * A rebuild is strict: an event that the live picture has folded, and that can't be folded now, fails it with the
 * reason, and the live picture stays. So a rebuild never loses what the live picture shows. What is parked there
 * is folded where that goes now, else parked again. A message that is no event of its regency was never in a
 * picture, and is parked as ever.
 */
import { Worker } from 'node:worker_threads';
import type { Keyring } from '@siaga/domain';
import { type Delivery, type Follower, follow } from '@siaga/stream';
import { type CurrentStore, rebuildFile } from '../store/current.ts';
import { removeDatabase } from '../store/database.ts';
import type { DeliverySource } from '../store/delivery-source.ts';
import { crossingOf, type FolderStart, type FromFolder, type ToFolder } from './messages.ts';

type Connection = Parameters<typeof follow>[0]['nc'];

export interface RebuildOptions {
  current: CurrentStore;
  nc: Connection;
  sources: readonly DeliverySource[];
  /** The keys that count before a journal's first event. */
  keysOf: (source: DeliverySource) => Keyring | undefined;
  /** Gives up; the live picture stays. */
  signal?: AbortSignal;
}

/** The rebuild can't be finished; the live picture is as it was. */
export class RebuildFailed extends Error {
  override name = 'RebuildFailed';
}

export interface Rebuilt {
  /** Events in the new picture, of all journals. */
  events: number;
  epoch: string;
}

/** Batches that wait for the thread at most, 1 MB each: so many are read while the thread starts. */
const BATCHES_WAITING = 8;

/**
 * Rebuilds. Resolves when the new picture is in place, which it is once it has every event that the live one
 * has. Rejects with `RebuildFailed` for an event that can't be folded, a stream that no longer has every event,
 * a file that can't be written, or when it is told to give up.
 */
export async function rebuildPicture({
  current,
  nc,
  sources,
  keysOf,
  signal,
}: RebuildOptions): Promise<Rebuilt> {
  const file = rebuildFile(current.store.file);
  removeDatabase(file);
  const workerData: FolderStart = { file };
  const folder = new Worker(new URL('./folder.ts', import.meta.url), { workerData });
  const followers: Follower[] = [];
  try {
    await fold(folder);
    current.exchange(file, sources);
  } catch (error) {
    await folder.terminate();
    removeDatabase(file);
    throw error;
  } finally {
    await Promise.all(followers.map((follower) => follower.stop()));
    await folder.terminate();
  }
  const events = sources.reduce((sum, source) => sum + current.store.checkpoint(source).sequence, 0);
  return { events, epoch: current.store.epoch };

  /** Resolves when the file is complete and closed. */
  function fold(thread: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      const foldedTo = new Map<string, number>();
      let waiting = 0;
      let over = false;
      let wake = () => {};

      const say = (message: ToFolder) => thread.postMessage(message);
      const fail = (reason: string, cause?: unknown) => {
        over = true;
        wake();
        reject(new RebuildFailed(reason, { cause }));
      };
      const isReached = (source: DeliverySource) =>
        (foldedTo.get(source.stream) ?? 0) >= current.store.checkpoint(source).sequence;
      const finishWhenReached = () => {
        if (over || !sources.every(isReached)) return;
        over = true;
        wake();
        say({ kind: 'finish' });
      };

      thread.on('message', (message: FromFolder) => {
        switch (message.kind) {
          case 'folded':
            waiting -= 1;
            foldedTo.set(message.source.stream, message.sequence);
            wake();
            finishWhenReached();
            break;
          case 'finished':
            resolve();
            break;
          case 'failed':
            fail(message.reason);
            break;
        }
      });
      thread.on('error', (error) => fail('the rebuild’s thread failed', error));
      const giveUp = () => fail('it was told to stop');
      if (signal?.aborted) giveUp();
      signal?.addEventListener('abort', giveUp);

      const deliver = async (source: DeliverySource, batch: Delivery[]) => {
        while (waiting >= BATCHES_WAITING && !over) {
          await new Promise<void>((woken) => {
            wake = woken;
          });
        }
        if (over) return;
        waiting += 1;
        const { store } = current;
        const sequences = batch.flatMap((delivery) =>
          delivery.kind === 'event' ? [delivery.event.sequence] : [],
        );
        const folded = store.checkpoint(source).sequence;
        const parked = store.parkedSequences(source, sequences[0] ?? 0, sequences.at(-1) ?? 0);
        say({
          kind: 'batch',
          source,
          deliveries: crossingOf(batch),
          mayPark: [...parked, ...sequences.filter((sequence) => sequence > folded)],
        });
      };
      for (const source of sources) {
        followers.push(
          follow({
            nc,
            ...source,
            after: 0,
            keys: keysOf(source),
            deliver: (batch) => deliver(source, batch),
            onState({ hole }) {
              // A hole after what the live picture has stops that one too, and is no matter of the rebuild.
              if (hole && hole.expected <= current.store.checkpoint(source).sequence) {
                fail(`${source.stream} lacks event ${hole.expected} of ${source.regency}`);
              }
            },
          }),
        );
      }
      finishWhenReached();
    });
  }
}
