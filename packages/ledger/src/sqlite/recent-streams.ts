/** What the writer knows of a stream: its number in the table of streams, and its last revision. */
export interface KnownStream {
  id: number;
  revision: number;
}

/**
 * The streams used most recently. Bounded: those used longest ago are forgotten first, half of the limit at once. Forgetting
 * them one by one costs more than writing an event: a Map that loses its oldest with each that it gains has to look for it.
 */
export class RecentStreams {
  readonly #half: number;
  #young = new Map<string, KnownStream>();
  /** Those that were young before as many others were; one that is used again is in both. */
  #old = new Map<string, KnownStream>();

  /** Keeps at most `limit`, and the last half of as many whatever comes between. */
  constructor(limit: number) {
    this.#half = Math.ceil(limit / 2);
  }

  get size(): number {
    return new Set([...this.#young.keys(), ...this.#old.keys()]).size;
  }

  get(name: string): KnownStream | undefined {
    return this.#young.get(name) ?? this.#old.get(name);
  }

  /** Remembers a stream as the one used last. */
  set(name: string, stream: KnownStream): void {
    if (this.#young.size >= this.#half && !this.#young.has(name)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(name, stream);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
