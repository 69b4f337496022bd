/**
 * What to do with the next event of a stream, so that a regency's events are delivered in sequence, each once
 * and none past a hole, in whatever order, how often, and with whatever gaps the stream holds them. Pure.
 *
 * A *sequence* is the regency's number of an event. A *position* is JetStream's number of a message, which says
 * where to read and nothing else: a restored or refilled stream gives an old number to another message.
 */
export interface Continuity {
  /** The last sequence that was delivered. */
  readonly last: number;
  /** Whether reading began at the stream's beginning, so that what is missing can't lie before that. */
  readonly readAll: boolean;
  /** Events after a hole, which were passed over: the first's position, and the lowest sequence of them all. */
  readonly skipped?: { readonly position: number; readonly lowest: number };
}

export interface Step {
  continuity: Continuity;
  deliver: boolean;
  /** Read on from this position, after delivering what is to be delivered. */
  rewindTo?: number;
}

/** Begins at a position, having delivered everything up to sequence `last`. */
export const beginAt = (position: number, last: number): Continuity => ({ last, readAll: position <= 1 });

/**
 * The step for the event with this sequence at this position.
 *
 * - At or below `last`: a duplicate, passed over.
 * - The next in sequence: delivered. When the one after it is among those passed over, reading goes back to the
 *   first of these. Not earlier than that: a hole is most often closed by an owner that publishes everything
 *   again from there on, and going back after each of these would read the stream once per event.
 * - Beyond a hole: passed over. Where reading began in mid stream, the missing one may lie before that: whoever reads
 *   begins anew from the beginning when a hole stays.
 */
export function step(continuity: Continuity, sequence: number, position: number): Step {
  const { last, readAll, skipped } = continuity;
  if (sequence <= last) return { continuity, deliver: false };
  if (sequence > last + 1) {
    const lowest = Math.min(sequence, skipped?.lowest ?? sequence);
    return {
      continuity: { last, readAll, skipped: { position: skipped?.position ?? position, lowest } },
      deliver: false,
    };
  }
  if (skipped && skipped.lowest === sequence + 1) {
    return {
      continuity: { last: sequence, readAll },
      deliver: true,
      rewindTo: skipped.position,
    };
  }
  return { continuity: { ...continuity, last: sequence }, deliver: true };
}
