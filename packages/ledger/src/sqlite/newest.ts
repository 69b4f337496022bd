import type { RecordedEvent } from '../port.ts';
import { PAGE_CHARACTERS, PAGE_ROWS } from './read-log.ts';
import { recordedOf, type Written } from './written.ts';

/** Of the transactions before the last so much is kept: those that a follower falls behind by while much is written. */
const KEPT_CHARACTERS = 65_536;

/**
 * What this process's last transactions wrote, for those who follow the ledger: they come for it soon, and reading it
 * back costs them five times what it costs here.
 */
export class Newest {
  /** In the ledger's order. Of what goes before the last transaction the oldest is let go first. */
  readonly #written: Written[] = [];
  #characters = 0;
  #end = 0;

  keep(written: readonly Written[]): void {
    this.#written.push(...written);
    for (const one of written) this.#characters += charactersOf(one);
    let spare = 0;
    for (const one of this.#written) {
      if (this.#characters <= KEPT_CHARACTERS || spare === this.#written.length - written.length) break;
      this.#characters -= charactersOf(one);
      spare += 1;
    }
    this.#written.splice(0, spare);
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
    const first = this.#written.findLastIndex((written) => before(written) <= after);
    for (const written of this.#written.slice(Math.max(first, 0))) {
      if (page.length >= PAGE_ROWS || characters > PAGE_CHARACTERS) break;
      // Between two of them may stand what another process wrote.
      if (before(written) !== after + page.length) break;
      page.push(...recordedOf(written));
      characters += charactersOf(written);
    }
    return page.length > 0 ? page : undefined;
  }
}

/** The position behind which its events stand. */
const before = ({ position, events }: Written): number => position - events.length;

const charactersOf = ({ events }: Written): number =>
  events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
