/** The thread that folds a rebuild into its file, so that reading the stream and the live picture go on beside it. */
import { closeSync, fsync, fsyncSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../store/store.ts';
import { RefusedEvent } from '../store/writer.ts';
import { deliveriesOf, type FolderStart, type FromFolder, type ToFolder } from './messages.ts';

const { file }: FolderStart = workerData;
let mayPark = new Set<number>();
const store = openStore({
  file,
  durability: 'rebuild',
  mayPark: (_regency, sequence) => mayPark.has(sequence),
  tellsChanges: false,
});

const say = (message: FromFolder) => parentPort?.postMessage(message);

// The file goes to the disk while folding goes on, so that what is left at the end is little: else who opens it
// next, which is the live site's event loop, waits until all of it is written.
const BATCHES_A_FLUSH = 8;
// Closed after the database only: a process that closes a file loses every lock that it has on it.
const handle = openSync(file, 'r');
let unflushed = 0;
let flushing = false;
const flush = () => {
  flushing = true;
  unflushed = 0;
  // An error comes again from the last flush.
  fsync(handle, () => (flushing = false));
};
const flushBeside = () => {
  unflushed += 1;
  if (!flushing && unflushed >= BATCHES_A_FLUSH) flush();
};

const take = (message: ToFolder) => {
  if (message.kind === 'finish') {
    // What is folded goes to the disk while the indexes are made.
    flush();
    store.close();
    fsyncSync(handle);
    closeSync(handle);
    say({ kind: 'finished' });
    return;
  }
  mayPark = new Set(message.mayPark);
  store.applyBatch(message.source, deliveriesOf(message.deliveries));
  flushBeside();
  const { sequence } = store.checkpoint(message.source);
  say({ kind: 'folded', source: message.source, sequence });
};

parentPort?.on('message', (message: ToFolder) => {
  if (!store.sql.isOpen) return;
  try {
    take(message);
  } catch (error) {
    if (store.sql.isOpen) store.sql.close();
    const reason = error instanceof Error ? error.message : String(error);
    say({
      kind: 'failed',
      reason: error instanceof RefusedEvent ? reason : `the rebuild can’t be written: ${reason}`,
    });
  }
});
