/** The thread that folds a rebuild into its file, so that reading the stream and the live picture go on beside it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Delivery } from '@siaga/stream';
import { openStore } from '../store/store.ts';
import { RefusedEvent } from '../store/writer.ts';
import type { Crossing, FolderStart, FromFolder, ToFolder } from './messages.ts';

const { file }: FolderStart = workerData;
let mayPark = new Set<number>();
const store = openStore({
  file,
  durability: 'rebuild',
  mayPark: (_regency, sequence) => mayPark.has(sequence),
  tellsChanges: false,
});

const say = (message: FromFolder) => parentPort?.postMessage(message);

const handle = (message: ToFolder) => {
  if (message.kind === 'finish') {
    store.close();
    say({ kind: 'finished' });
    return;
  }
  mayPark = new Set(message.mayPark);
  store.applyBatch(message.source, deliveriesOf(message.deliveries));
  const { sequence } = store.checkpoint(message.source);
  say({ kind: 'folded', source: message.source, sequence });
};

/** One by one, so that each is forgotten when it is folded. The follower has validated the very same texts. */
function* deliveriesOf(crossings: readonly Crossing[]): Generator<Delivery> {
  for (const crossing of crossings) {
    if ('kind' in crossing) yield crossing;
    else yield { kind: 'event', event: JSON.parse(crossing.raw), ...crossing };
  }
}

parentPort?.on('message', (message: ToFolder) => {
  if (!store.sql.isOpen) return;
  try {
    handle(message);
  } catch (error) {
    if (store.sql.isOpen) store.sql.close();
    const reason = error instanceof Error ? error.message : String(error);
    say({
      kind: 'failed',
      reason: error instanceof RefusedEvent ? reason : `the rebuild can’t be written: ${reason}`,
    });
  }
});
