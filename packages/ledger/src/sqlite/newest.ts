import type { RecordedEvent } from '../port.ts';
import { PAGE_CHARACTERS, PAGE_ROWS } from './read-log.ts';
import { recordedOf, type Written } from './written.ts';

/**
 * What this process's last transaction wrote, for those who follow the ledger: they come for it at once, and reading it
 * back costs them five times what it costs here.
 */
export class Newest {
  #written: readonly Written[] = [];
  #end = 0;

  /** Takes the place of what was kept before. In the ledger's order. */
  keep(written: readonly Written[]): void {
    this.#written = written;
    this.#end = written.at(-1)?.position ?? this.#end;
  }

  /** The last position that was ever kept; 0 for none. */
  get end(): number {
    return this.#end;
  }

  /** A page of events right after a position, as reading gives it; undefined where what comes there is not kept. */
  pageAfter(after: number): RecordedEvent[] | undefined {
    const page: RecordedEvent[] = [];
    let characters = 0;
    for (const written of this.#written) {
      if (page.length >= PAGE_ROWS || characters > PAGE_CHARACTERS) break;
      // Between two of them may stand what another process wrote.
      if (written.position - written.events.length !== after + page.length) continue;
      page.push(...recordedOf(written));
      for (const { data, metadata } of written.events) characters += data.length + metadata.length;
    }
    return page.length > 0 ? page : undefined;
  }
}
