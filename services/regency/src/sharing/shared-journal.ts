/** The shared journal as a neighbour that missed some of it gets it: by NATS, by HTTP, in a file. */
import { JOURNAL_STREAM } from '@siaga/domain';
import type { Ledger } from '@siaga/ledger';
import { type Page, PAGE_ENTRIES, pageOf, type Range } from '@siaga/stream';
import { Problem } from '@siaga/web';
import { readRestore } from '../restore/marks.ts';
import { readEntries, readHead } from './journal.ts';

/** Throws a Problem where others have what this ledger has forgotten: what it says may be a number given twice. */
export async function mustRemember(ledger: Pick<Ledger, 'read'>): Promise<void> {
  const { claims } = await readRestore(ledger);
  if (claims.size > 0)
    throw new Problem('not_ready', 'The ledger was restored, and others have more than it.');
}

/**
 * A page of the journal, as published, to the byte. Only what is journalled is told, so whoever asks learns nothing
 * that is not on the shared stream or about to be. Throws `LedgerUnavailable`, and as `mustRemember` does.
 */
export async function readJournalPage(ledger: Pick<Ledger, 'read'>, { from, to }: Range): Promise<Page> {
  await mustRemember(ledger);
  const limit = Math.min(to - from + 1, PAGE_ENTRIES);
  const entries = pageOf(await readEntries(ledger, JOURNAL_STREAM, from - 1, limit));
  const { sequence } = await readHead(ledger, JOURNAL_STREAM);
  return { head: sequence, entries };
}
