/** Wakes everyone who waits. A ring with nobody waiting is not remembered: look first, then wait, in one turn. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next ring, when the signal aborts, or after `limitMs`, whichever comes first. */
  wait(signal: AbortSignal, limitMs: number): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}
