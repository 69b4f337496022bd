/**
 * How much a server has to do, and when that is too much: then the next request is refused at once, while it costs
 * nothing, and what is under way ends in good time.
 */

export interface LoadLimits {
  /** Commands under way: with a ledger that stands still they are what piles up. */
  commands: number;
  /** Reads under way. Apart from commands, so that the picture is served while the ledger stands still. */
  reads: number;
  /** Bytes of bodies of all requests under way. */
  bodyBytes: number;
  /** How late the event loop may be, on average, before whoever has not signed in is refused. */
  lagMs: number;
  /** And before everybody is: dispatching a boat goes before showing the map to passers-by. */
  lagForAllMs: number;
}

export const LOAD_LIMITS: LoadLimits = {
  commands: 500,
  reads: 1000,
  bodyBytes: 64 * 1024 * 1024,
  lagMs: 1_000,
  lagForAllMs: 3_000,
};

const SAMPLE_MS = 250;
/** Weight of the newest sample: a single pause of a second or two refuses nobody, a lasting one does. */
const NEWEST = 0.3;

/** What a request is counted as; the same is handed back when it has ended. */
export interface Claim {
  kind: 'commands' | 'reads';
  bodyBytes: number;
  signedIn: boolean;
}

export class Load {
  readonly #limits: LoadLimits;
  readonly #sampler: NodeJS.Timeout;
  readonly #underWay = { commands: 0, reads: 0 };
  #bodyBytes = 0;
  #lagMs = 0;

  constructor(limits: LoadLimits = LOAD_LIMITS) {
    this.#limits = limits;
    let due = performance.now() + SAMPLE_MS;
    this.#sampler = setInterval(() => {
      const now = performance.now();
      this.#lagMs += NEWEST * (Math.max(0, now - due) - this.#lagMs);
      due = now + SAMPLE_MS;
    }, SAMPLE_MS).unref();
  }

  /** Counts a request in and answers undefined, or a sentence why there is no room for it. */
  enter({ kind, bodyBytes, signedIn }: Claim): string | undefined {
    const limits = this.#limits;
    const lagLimit = signedIn ? limits.lagForAllMs : limits.lagMs;
    if (this.#lagMs > lagLimit) return `Answers take ${Math.round(this.#lagMs)} ms longer than they should.`;
    if (this.#underWay[kind] >= limits[kind]) return `${this.#underWay[kind]} ${kind} are under way.`;
    if (this.#bodyBytes + bodyBytes > limits.bodyBytes) return 'Too many large bodies are under way.';
    this.#underWay[kind] += 1;
    this.#bodyBytes += bodyBytes;
    return undefined;
  }

  /** Counts a request out that was let in. */
  leave({ kind, bodyBytes }: Claim): void {
    this.#underWay[kind] -= 1;
    this.#bodyBytes -= bodyBytes;
  }

  get underWay(): Readonly<Record<Claim['kind'], number>> {
    return this.#underWay;
  }

  /** Milliseconds that the event loop has been late lately, on average. */
  get lagMs(): number {
    return this.#lagMs;
  }

  stop(): void {
    clearInterval(this.#sampler);
  }
}
