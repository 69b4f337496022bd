/** Checks what was asked for or brought by hand before it goes into the copy of a neighbour's events. */
import { hash } from 'node:crypto';
import { keyringOf, type RegencyCode, type SigningKey } from '@siaga/domain';
import { type JournalEntry, openJudge, readMessage } from '@siaga/stream';

interface Received {
  taken: JournalEntry[];
  refused: { sequence: number; reason: string }[];
}

export interface Receiver {
  /**
   * Takes entries in order, as those before were. Each must be a valid event of the neighbour, on its subject, under the
   * number that it says, follow on the entry before where that is the one, and be signed with a key that is or was the
   * neighbour's. Whether the key counted at that event is for the followers of the copy to judge, who have read what
   * comes before: what they find forged they park.
   */
  check(entries: readonly JournalEntry[]): Received;
}

/** `keys` are all that are known to be or to have been the neighbour's. */
export function openReceiver(neighbour: RegencyCode, keys: readonly SigningKey[]): Receiver {
  const judge = openJudge(keyringOf(keys));
  let before: { sequence: number; hash: string } | undefined;
  return {
    check(entries) {
      const received: Received = { taken: [], refused: [] };
      const read = entries.map((entry) => readMessage(neighbour, entry.subject, entry.bytes));
      const events = read.map((reading) => (reading.kind === 'event' ? reading : undefined));
      const forgeryAt = judge.of(events);
      for (const [index, entry] of entries.entries()) {
        const reading = read[index];
        const refuse = (reason: string) => received.refused.push({ sequence: entry.sequence, reason });
        if (reading?.kind !== 'event') {
          refuse(reading?.reason ?? 'nothing came');
          continue;
        }
        const { event, raw } = reading;
        const forgery = forgeryAt(index);
        if (!entry.subject.startsWith('disaster.'))
          refuse(`subject: ${entry.subject} is none of shared events`);
        else if (event.sequence !== entry.sequence) refuse(`sequence: it says ${event.sequence}`);
        else if (before?.sequence === event.sequence - 1 && before.hash !== event.previoushash)
          refuse('previoushash: it does not follow on the entry before');
        else if (forgery) refuse(forgery.reason);
        else {
          if (event.type.startsWith('siaga.signing-key.announced.')) judge.learn(event);
          before = { sequence: event.sequence, hash: hash('sha256', raw) };
          received.taken.push(entry);
        }
      }
      return received;
    },
  };
}
