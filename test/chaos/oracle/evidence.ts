/** What a run leaves behind, as it is found from outside: in files, in streams, over HTTP. */
import { hash } from 'node:crypto';
import type { Expected } from '../commands/command.ts';
import type { Acknowledged } from '../driver.ts';

export type Noun = Expected['noun'] | 'agreements';
type JournalName = 'shared' | 'internal';

/** An event that a site's ledger holds, other than entries of journals and inboxes. */
export interface LedgerEvent {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  /** Of the command behind it. */
  key?: string;
}

/** An event as published, received or stored: `digest` is of its very text. */
export interface Published {
  sequence: number;
  id: string;
  digest: string;
}

export interface Entry extends Published {
  /** In the ledger, of the event that it shares. */
  position: number;
  previoushash: string;
  /** SHA-256 (hex) of its text, to which the next links. */
  hash: string;
}

export interface Held {
  /** Whose events they are. */
  owner: string;
  journal: JournalName;
  /** For people: `the picture of 62.07`, `SHARED-6202 at the leaf of 62.07`. */
  where: string;
  /** A stream may hold an event more than once, and others that nobody said; a picture may not. */
  kind: 'picture' | 'stream';
  /** Whether it has to hold all of the journal. The hub's stream only hands on. */
  whole: boolean;
  events: readonly Published[];
}

export interface SiteEvidence {
  regency: string;
  ledger: readonly LedgerEvent[];
  journals: Readonly<Record<JournalName, readonly Entry[]>>;
  /** What its inbox has taken in of the neighbour. */
  inbox: readonly { owner: string; sequence: number; id: string }[];
  /** What its picture shows, over HTTP, by id. */
  shown: Readonly<Record<Noun, ReadonlyMap<string, Readonly<Record<string, unknown>>>>>;
}

export interface Evidence {
  sites: readonly [SiteEvidence, SiteEvidence];
  held: readonly Held[];
  acknowledged: readonly Acknowledged[];
  expected: readonly Expected[];
  /** Digests of what was forged. */
  forged: ReadonlySet<string>;
}

export const digestOf = (text: string): string => hash('sha256', text, 'base64url');
