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
  /**
   * Keeps the id that the answer carries under this name, for later steps; or another text of the answer, or a table
   * of ids (by the id of what each is of, as kept) under names of their own.
   */
  keeps?: string | Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Problem codes that only say that what the neighbour did has not arrived yet: the step waits and is sent again. */
  after?: readonly string[];
  /** Problem codes that say that it stands already, from another day: the step is passed over. */
  unless?: readonly string[];
}
/** Ids kept by earlier steps, and the sites' keys (`keyOf`). Throws for a name that nobody kept. */
export type Known = (name: string) => string;

export const SERUYAN = '62.07';
export const KOTIM = '62.02';
/** Under which a site's signing key is known. */
export const keyOf = (regency: RegencyCode): string => `key of ${regency}`;
