/** The shared journal as a neighbour that missed some of it gets it: by NATS, by HTTP, in a file. */
import { JOURNAL_STREAM } from '@siaga/domain';
import type { Ledger } from '@siaga/ledger';
import { type Page, PAGE_ENTRIES, pageOf, type Range } from '@siaga/stream';
import { readEntries, readHead } from './journal.ts';

/**
 * A page of the journal, as published, to the byte. Only what is journalled is told, so whoever asks learns nothing
 * that is not on the shared stream or about to be. Throws `LedgerUnavailable`.
 */
export async function readJournalPage(ledger: Pick<Ledger, 'read'>, { from, to }: Range): Promise<Page> {
  const limit = Math.min(to - from + 1, PAGE_ENTRIES);
  const entries = pageOf(await readEntries(ledger, JOURNAL_STREAM, from - 1, limit));
  const { sequence } = await readHead(ledger, JOURNAL_STREAM);
  return { head: sequence, entries };
}
