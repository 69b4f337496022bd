/** What the rebuild and its thread say to each other. */
import type { Delivery } from '@siaga/stream';
import type { DeliverySource } from '../store/delivery-source.ts';

/** What the thread is started with. */
export interface FolderStart {
  file: string;
}

/**
 * A delivery as it crosses to the thread. Only the text of an event does, since that is copied faster than the
 * event is, and read there again.
 */
export type Crossing =
  | { raw: string; receivedAt: string; streamSequence: number }
  | Exclude<Delivery, { kind: 'event' }>;

export type ToFolder =
  | {
      kind: 'batch';
      source: DeliverySource;
      deliveries: Crossing[];
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
