/** The store that readers see, which a rebuild can exchange for another in one step. */
import type { Delivery } from '@siaga/stream';
import { removeDatabase, replaceDatabase } from './database.ts';
import { openStore, type Store } from './store.ts';
import type { DeliverySource } from './delivery-source.ts';
import type { Applied, Folds } from './writer.ts';

export interface CurrentStore {
  /** The store as of now: ask for it anew each time, since a rebuild exchanges it. */
  readonly store: Store;
  /** Folds a batch and tells the listeners, after the commit. Throws as `Writer.applyBatch` does. */
  apply(source: DeliverySource, deliveries: readonly Delivery[]): void;
  /**
   * Puts the rebuilt file in the place of the live one, in one step: a reader sees the one or the other. What only
   * the live one has is taken over before: what was heard of the regencies, malformed messages, and the events
   * that were folded since the rebuild ended. On a failure the live one stays, or is opened again.
   */
  exchange(rebuilt: string, sources: readonly DeliverySource[]): void;
  /** Told of each batch, after its commit. */
  onApplied(listener: (source: DeliverySource, applied: Applied) => void): void;
  /** Told when the store was exchanged: what was read before is of another epoch. */
  onExchanged(listener: () => void): void;
  close(): void;
}

export interface CurrentStoreOptions {
  /** The SQLite file. Beside it, a rebuild makes another. */
  file: string;
  /** Instead of the domain's. */
  folds?: Folds;
}

/**
 * Batches between two shortenings of the log: of single events some 100 pages, 3 ms. SQLite itself does it at 2,000 within
 * a commit, which then takes 100 ms before anybody is told of what it holds. And so much for the disk to take at once
 * holds up the ledger's fsyncs.
 */
const BATCHES_IN_LOG = 8;

/** Opens the picture in `file`; see `openDatabase`. What an unfinished rebuild left is removed. */
export function openCurrentStore({ file, folds }: CurrentStoreOptions): CurrentStore {
  const options = folds ? { folds } : {};
  const open = () => openStore({ ...options, file });
  let store = open();
  removeDatabase(rebuildFile(file));
  let batchesInLog = 0;
  const appliedListeners: ((source: DeliverySource, applied: Applied) => void)[] = [];
  const exchangedListeners: (() => void)[] = [];
  return {
    get store() {
      return store;
    },
    apply(source, deliveries) {
      const applied = store.applyBatch(source, deliveries);
      for (const listener of appliedListeners) listener(source, applied);
      batchesInLog += 1;
      if (batchesInLog < BATCHES_IN_LOG) return;
      batchesInLog = 0;
      void store.shortenLog();
    },
    exchange(rebuilt, sources) {
      const next = openStore({ ...options, file: rebuilt });
      try {
        next.takeOver(store, sources);
      } finally {
        next.close();
      }
      store.close();
      try {
        replaceDatabase(rebuilt, file);
      } finally {
        store = open();
      }
      for (const listener of exchangedListeners) listener();
    },
    onApplied: (listener) => void appliedListeners.push(listener),
    onExchanged: (listener) => void exchangedListeners.push(listener),
    close: () => store.close(),
  };
}

/** Where a rebuild of the picture in `file` is made. */
export const rebuildFile = (file: string): string => `${file}.rebuild`;
