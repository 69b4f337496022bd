/** One hash over everything that a ledger says, whatever it is kept in. */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from './port.ts';

/** All of an event, as one line of JSON. */
export const lineOf = (event: RecordedEvent): string => {
  const { position, stream, revision, id, type, recordedAt, data, metadata } = event;
  return JSON.stringify([position, stream, revision, id, type, recordedAt, data, metadata]);
};

/** Links a line to all that came before it. */
export const chained = (before: string, line: string): string =>
  createHash('sha256').update(before).update('\n').update(line).digest('hex');

/** Takes events in the ledger's order: the hash of the whole, and of each stream by itself. */
export class Digest {
  events = 0;
  readonly streams = new Map<string, string>();
  readonly #whole = createHash('sha256');

  add(event: RecordedEvent): void {
    const line = lineOf(event);
    this.events += 1;
    this.#whole.update(line).update('\n');
    this.streams.set(event.stream, chained(this.streams.get(event.stream) ?? '', line));
  }

  /** SHA-256 over the lines of all events in the ledger's order, each with its end of line. Ends the digest. */
  hash(): string {
    return this.#whole.digest('hex');
  }
}
