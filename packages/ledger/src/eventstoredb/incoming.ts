/** Takes what a subscription brings, in batches, without ever being left half-read. */
import type { AllStreamSubscription } from '@eventstore/db-client';
import { Bell } from '../bell.ts';
import type { RecordedEvent } from '../port.ts';
import { storedOf } from './records.ts';

/** How many events the client keeps ready; the server waits while there are more. */
export const READY_EVENTS = 256;
/** A batch is short, so that what is made of it fits into one append. */
const BATCH_CHARACTERS = 262_144;
/** The bell rings for all that comes: this is for nothing but a ring that was missed. */
const LOOK_AGAIN_MS = 1_000;

export class Incoming {
  readonly #subscription: AllStreamSubscription;
  readonly #bell = new Bell();
  #failure: Error | undefined;
  /** Whether the server has confirmed the subscription. */
  confirmed = false;

  constructor(subscription: AllStreamSubscription) {
    this.#subscription = subscription;
    const failed = (error: Error) => {
      this.#failure ??= error;
      this.#bell.ring();
    };
    subscription.on('error', failed);
    for (const end of ['end', 'close'] as const)
      subscription.on(end, () => failed(new Error('the server ended the subscription')));
    subscription.on('confirmation', () => (this.confirmed = true));
    subscription.on('readable', () => this.#bell.ring());
  }

  /** What has come, at least one event, none where the signal aborts. Throws what ended the subscription, once all is taken. */
  async take(signal: AbortSignal): Promise<RecordedEvent[]> {
    while (!signal.aborted) {
      const batch = this.#ready();
      if (batch.length > 0) return batch;
      if (this.#failure) throw this.#failure;
      await this.#bell.wait(signal, LOOK_AGAIN_MS);
    }
    return [];
  }

  /** Ends the subscription. What is still on its way is read and dropped, or the client could not be disposed of. */
  end(): void {
    this.#subscription.resume();
    void this.#subscription.unsubscribe().catch(() => undefined);
  }

  #ready(): RecordedEvent[] {
    const batch: RecordedEvent[] = [];
    let characters = 0;
    while (batch.length < READY_EVENTS && characters < BATCH_CHARACTERS) {
      const next = this.#subscription.read();
      if (next === null) break;
      if (!next.event) continue;
      const { recorded } = storedOf(next.event);
      if (!recorded) continue;
      characters += JSON.stringify(recorded.data).length;
      batch.push(recorded);
    }
    return batch;
  }
}
