/** What can go wrong, one kind a file or function: how it is done, and how it ends. */
import type { ChaosWorld } from '../world.ts';
import type { Random } from '../random.ts';

export interface FaultKind {
  /** As in docs/reliability.md. */
  readonly name: string;
  readonly what: string;
  /** What Siaga promises when it happens. */
  readonly promised: string;
  /** How often it is drawn against the others; 1 where it is left out. */
  readonly weight?: number;
  /** Chooses where it happens. */
  draw(random: Random, world: ChaosWorld): Fault;
}

export interface Fault {
  /** For people: `kill -9 of the site 62.07`. */
  readonly says: string;
  /** What it touches: two faults that touch the same are not done at once. */
  readonly touches: readonly string[];
  /**
   * Does it, and lasts until it is to end. Answers what ends it, which is called at once; healing is measured from the
   * moment of that call. Where it ends by itself, nothing.
   */
  begin(run: FaultRun): Promise<(() => Promise<void> | void) | undefined>;
}

/** What was forged so far. */
export interface Forgeries {
  /** As published. */
  readonly texts: Set<string>;
}

interface FaultRun {
  world: ChaosWorld;
  forgeries: Forgeries;
  /** Resolves after so long. */
  wait: (ms: number) => Promise<void>;
}

export const siteName = (regency: string): string => `site ${regency}`;
export const leafName = (regency: string): string => `leaf ${regency}`;
export const linkName = (regency: string): string => `link ${regency}`;
export const HUB = 'hub';
