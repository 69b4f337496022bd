/** What the writer knows of a stream: its number in the table of streams, and its last revision. */
export interface KnownStream {
  id: number;
  revision: number;
}

/** The streams used most recently. Bounded: the one used longest ago is forgotten first. */
export class RecentStreams {
  readonly #limit: number;
  readonly #streams = new Map<string, KnownStream>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#streams.size;
  }

  get(name: string): KnownStream | undefined {
    return this.#streams.get(name);
  }

  /** Remembers a stream as the one used last. */
  set(name: string, stream: KnownStream): void {
    // A Map keeps the order of insertion, so deleting first moves the stream to the young end.
    this.#streams.delete(name);
    this.#streams.set(name, stream);
    if (this.#streams.size <= this.#limit) return;
    for (const oldest of this.#streams.keys()) {
      this.#streams.delete(oldest);
      return;
    }
  }

  clear(): void {
    this.#streams.clear();
  }
}
