/** This regency's own entries as somebody else has them, checked before the ledger takes them back. */
import type { Keyring, RegencyCode } from '@siaga/domain';
import { openJudge, readMessage } from '@siaga/stream';
import { openJournalFile } from '../sharing/journal-file.ts';
import { type KnownEntry, RecoverRefused } from './recover.ts';

/**
 * The entries of a file of shared events, which must be this regency's. Rejects with `RecoverRefused` for any that is
 * none, with `UnusableJournalFile` for another file.
 */
export async function readOwnEntries(path: string, regency: RegencyCode): Promise<KnownEntry[]> {
  const file = await openJournalFile(path);
  try {
    if (file.header.regency !== regency)
      throw new RecoverRefused(`${path} holds events of ${file.header.regency}, not of ${regency}`);
    const [unreadable] = file.unreadable;
    if (unreadable) throw new RecoverRefused(`${path}, line ${unreadable.line}: ${unreadable.reason}`);
    const entries: KnownEntry[] = [];
    for await (const batch of file.batches()) {
      for (const { sequence, subject, bytes } of batch) {
        const reading = readMessage(regency, subject, bytes);
        if (reading.kind !== 'event') throw new RecoverRefused(`event ${sequence}: ${reading.reason}`);
        entries.push(reading);
      }
    }
    return entries;
  } finally {
    await file.close();
  }
}

/**
 * Throws `RecoverRefused` where one is not signed by a key that counts at it. `keys` count before the first of them that
 * is beyond `after`; those up to it stand in the own journal and are compared with that.
 */
export function checkSignatures(entries: readonly KnownEntry[], keys: Keyring, after: number): void {
  const judge = openJudge(keys);
  const beyond = entries
    .filter(({ event }) => event.sequence > after)
    .sort((a, b) => a.event.sequence - b.event.sequence);
  const forgeryAt = judge.of(beyond);
  for (const [index, { event }] of beyond.entries()) {
    const forgery = forgeryAt(index);
    if (forgery) throw new RecoverRefused(`event ${event.sequence}: ${forgery.reason}`);
    judge.learn(event);
  }
}
