/** Runs work on the same key one after another, in the order asked; work on different keys at once. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Whether no work on `key` is under way. */
  isFree(key: string): boolean {
    return !this.#last.has(key);
  }

  /** Runs `work` when all earlier work on `key` has ended, well or not, and answers what it answers. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = before ? before.then(work, work) : work();
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
