/**
 * Slows guessing of passwords down (OWASP's authentication cheat sheet: throttle, don't lock out). Kept in
 * memory: a restart forgets, which is worth less to a guesser than a written file would cost.
 */

/** Attempts without a wait: a person mistypes, and an office sits behind one address. */
const FREE_FOR_ACCOUNT = 5;
const FREE_FOR_ADDRESS = 20;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 60 * 60_000;
/** Above it the longest untouched are forgotten. */
const MAX_COUNTERS = 20_000;

interface Counter {
  failures: number;
  /** Milliseconds since 1970. */
  lastAt: number;
}

export class Attempts {
  readonly #clock: () => number;
  /** The longest untouched first. */
  readonly #counters = new Map<string, Counter>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Asks to try a password of `username` from `address`. Answers the milliseconds to wait; 0 for go ahead, and
   * the attempt then counts as wrong until `succeeded` is told, so that many at once gain nothing. Beyond 5
   * wrong ones for the name from the address, or 20 from the address, waits double from 1 s to 15 minutes. An
   * hour without an attempt forgets them.
   */
  begin(username: string, address: string): number {
    const now = this.#clock();
    const counters = [
      { key: accountKey(username, address), free: FREE_FOR_ACCOUNT },
      { key: addressKey(address), free: FREE_FOR_ADDRESS },
    ];
    const wait = Math.max(...counters.map(({ key, free }) => this.#waitOf(key, free, now)));
    if (wait > 0) return wait;
    for (const { key } of counters) this.#set(key, { failures: this.#failures(key, now) + 1, lastAt: now });
    return 0;
  }

  /** The password was right: the name's attempts are forgotten, and this one no longer counts for the address. */
  succeeded(username: string, address: string): void {
    this.#counters.delete(accountKey(username, address));
    const counter = this.#counters.get(addressKey(address));
    if (counter) counter.failures -= 1;
  }

  #failures(key: string, now: number): number {
    const counter = this.#counters.get(key);
    return counter && now - counter.lastAt < FORGOTTEN_AFTER_MS ? counter.failures : 0;
  }

  #waitOf(key: string, free: number, now: number): number {
    const beyond = this.#failures(key, now) - free;
    if (beyond < 0) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** beyond, LONGEST_WAIT_MS);
    return Math.max(0, (this.#counters.get(key)?.lastAt ?? 0) + wait - now);
  }

  #set(key: string, counter: Counter): void {
    this.#counters.delete(key);
    this.#counters.set(key, counter);
    for (const oldest of this.#counters.keys()) {
      if (this.#counters.size <= MAX_COUNTERS) break;
      this.#counters.delete(oldest);
    }
  }
}

const accountKey = (username: string, address: string) => `${address} ${username}`;
const addressKey = (address: string) => address;
