/** How often somebody may ask: a bucket each that holds ten seconds' worth and refills evenly. */
import { isIPv6 } from 'node:net';

/** Requests a second that are let through for long; ten times as many at once after a pause. */
export interface RateLimits {
  /** For an account that signs in with a bearer token, as programs do. */
  program: number;
  /** For an account by its session cookie: one person's pages. */
  person: number;
  /** For an address, all of its requests that are signed in by nobody. */
  address: number;
}

const BURST_MS = 10_000;
/** Above it the longest untouched are forgotten, and begin anew with a full bucket. */
const MAX_BUCKETS = 20_000;

/**
 * Buckets by name. Each is one number, the time at which it is full again (the generic cell rate algorithm), so a
 * request costs a look-up and needs no timer.
 */
export class Buckets {
  readonly #eachMs: number;
  readonly #now: () => number;
  /** The longest untouched first. */
  readonly #fullAt = new Map<string, number>();

  /** `perSecond` is above 0. `now` is in milliseconds and never goes back. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#eachMs = 1000 / perSecond;
    this.#now = now;
  }

  /** Takes one out. Answers 0, or the milliseconds to wait where there is none; nothing is taken then. */
  take(name: string): number {
    const now = this.#now();
    const fullAt = Math.max(this.#fullAt.get(name) ?? now, now);
    const wait = fullAt + this.#eachMs - BURST_MS - now;
    this.#fullAt.delete(name);
    this.#fullAt.set(name, wait > 0 ? fullAt : fullAt + this.#eachMs);
    if (this.#fullAt.size > MAX_BUCKETS) this.#forgetOldest();
    return Math.max(0, wait);
  }

  get size(): number {
    return this.#fullAt.size;
  }

  #forgetOldest(): void {
    for (const oldest of this.#fullAt.keys()) {
      this.#fullAt.delete(oldest);
      return;
    }
  }
}

/**
 * Who an address stands for: an IPv4 address itself; of an IPv6 address the /64, which is what one customer gets, and
 * whose 2^64 addresses would be as many buckets.
 */
export const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};
