/** What a scenario is made of: requests that a person at one of the sites sends, in order. */
import type { RegencyCode, Role } from '@siaga/domain';

export interface Step {
  site: RegencyCode;
  as: Role;
  /** Makes a repetition find itself: the Idempotency-Key. */
  key: string;
  /** What to say while it is played. */
  says: string;
  request: (known: Known) => { path: string; body: unknown } | { path: string; csv: string };
  /** Keeps the id that the answer carries under this name, for later steps. */
  keeps?: string;
}
/** Ids kept by earlier steps. Throws for a name that no step kept. */
type Known = (name: string) => string;
