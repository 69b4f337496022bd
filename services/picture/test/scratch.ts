/** Folders for the files of a test, and waiting for what must come. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '@siaga/stream';
import type { DeliverySource } from '../src/store/delivery-source.ts';
import { openStore, type Store, type StoreOptions } from '../src/store/store.ts';
import { sourceFor } from './histories.ts';

/** A folder that `remove` removes, and stores in it. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'siaga-picture-'));
  const stores: Store[] = [];
  let files = 0;
  return {
    file: () => join(folder, `picture-${(files += 1)}.db`),
    store(options: Partial<StoreOptions> = {}): Store {
      const store = openStore({ file: this.file(), ...options });
      stores.push(store);
      return store;
    },
    remove() {
      for (const store of stores) if (store.sql.isOpen) store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Applies a journal's deliveries in batches of these sizes, one after the other, again and again. */
export function fold(
  store: Store,
  regency: string,
  deliveries: readonly Delivery[],
  sizes: number[] = [1000],
  of: DeliverySource['journal'] = 'shared',
) {
  for (let from = 0, turn = 0; from < deliveries.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    store.applyBatch(sourceFor(regency, of), deliveries.slice(from, from + size));
    from += size;
  }
}

/** Waits until something is so; fails after 20 s, saying what was waited for. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited 20 s in vain until ${what}`);
    await sleep(10);
  }
}
