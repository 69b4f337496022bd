import type { Connection, PageStart } from './connection.ts';
import type { StoredEvent } from './records.ts';

/** Each page is read to its end before any of it is used, so that nothing is left half-read. */
export const PAGE_EVENTS = 256;

/** The database from a commit position on, inclusive, up to its end at the moment; system events too. */
export async function* storedFrom(
  connection: Connection,
  start: 'start' | number,
): AsyncGenerator<StoredEvent, void> {
  let from: PageStart = start;
  let seen = -1;
  for (;;) {
    const page: StoredEvent[] = await connection.pageOfAll({
      direction: 'forwards',
      from,
      count: PAGE_EVENTS,
    });
    for (const stored of page) {
      // A page begins with the event that the one before ended with.
      if (stored.commit > seen) yield stored;
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE_EVENTS) return;
    seen = last.commit;
    from = last.commit;
  }
}
