/** What the rebuild and its thread say to each other. */
import type { Delivery } from '@siaga/stream';
import type { DeliverySource } from '../store/delivery-source.ts';

/** What the thread is started with. */
export interface FolderStart {
  file: string;
}

type Refused = Exclude<Delivery, { kind: 'event' }>;

/**
 * Deliveries as they cross to the thread, in columns, which are copied in half the time that objects take. Only the
 * text of an event crosses, since that is copied faster than the event is, and read there again: the follower has
 * validated the very same text.
 */
interface Crossing {
  contents: (string | Refused)[];
  receivedAt: string[];
  streamSequences: number[];
}

export const crossingOf = (deliveries: readonly Delivery[]): Crossing => ({
  contents: deliveries.map((delivery) => (delivery.kind === 'event' ? delivery.raw : delivery)),
  receivedAt: deliveries.map(({ receivedAt }) => receivedAt),
  streamSequences: deliveries.map(({ streamSequence }) => streamSequence),
});

/** What crossed, one by one, so that each is forgotten when it is folded. */
export function* deliveriesOf({ contents, receivedAt, streamSequences }: Crossing): Generator<Delivery> {
  for (const [index, raw] of contents.entries()) {
    if (typeof raw !== 'string') yield raw;
    else {
      yield {
        kind: 'event',
        event: JSON.parse(raw),
        raw,
        receivedAt: receivedAt[index] ?? '',
        streamSequence: streamSequences[index] ?? 0,
      };
    }
  }
}

export type ToFolder =
  | {
      kind: 'batch';
      source: DeliverySource;
      deliveries: Crossing;
      /** The events of the batch that may be parked. */
      mayPark: number[];
    }
  | { kind: 'finish' };

export type FromFolder =
  /** A batch is folded, up to this sequence. */
  | { kind: 'folded'; source: DeliverySource; sequence: number }
  /** The file is complete and closed. */
  | { kind: 'finished' }
  /** Nothing more can be done with the file, which is closed. */
  | { kind: 'failed'; reason: string };
