/** The ids of streams that are appended to without an expectation: which revision each has. */
export interface StreamIds {
  /** The last revision that is known; all up to it are. */
  last: number;
  readonly revisions: Map<string, number>;
}

/** About 10 MB. */
const MOST_IDS = 100_000;

/** Keeps those that were used last. What was dropped is read again from the store. */
export class KnownIds {
  readonly #streams = new Map<string, StreamIds>();

  /** Those of a stream, as far as they are known: `last` is 0 for one that has to be read from its beginning. */
  of(stream: string): StreamIds {
    const known = this.#streams.get(stream) ?? { last: 0, revisions: new Map() };
    this.#streams.delete(stream);
    this.#streams.set(stream, known);
    let kept = 0;
    for (const { revisions } of this.#streams.values()) kept += revisions.size;
    for (const [name, { revisions }] of this.#streams) {
      if (kept <= MOST_IDS || name === stream) break;
      kept -= revisions.size;
      this.#streams.delete(name);
    }
    return known;
  }
}
