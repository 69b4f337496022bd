/** What the driver sends: commands that are valid as far as it knows, and what each makes true once acknowledged. */
import type { Random } from '../random.ts';

/** What a picture has to say of one thing, as the acknowledged commands make it. */
export interface Expected {
  noun: 'incidents' | 'resources' | 'stocks' | 'conversations';
  /** Whose it is. */
  regency: string;
  id: string;
  /** In the form of `oracle/views.ts`; undefined where only the two pictures are compared with each other. */
  says: object | undefined;
}

export interface Command {
  /** Where it is sent. */
  regency: string;
  role: string;
  path: string;
  body: object;
  /** Problem codes that only say that what it needs has not arrived from the neighbour yet. */
  waits?: readonly string[];
  /** Takes the answer of the acknowledged command into the model. */
  done(answer: Readonly<Record<string, unknown>>): void;
  /** Called when the site refuses it for good. */
  refused(code: string): void;
}

/** Draws commands, one after the other: the next is drawn when the one before it has its answer. */
export interface Source {
  /** `key` is in what the command says, so that it can be found again. */
  next(key: string): Command;
  /** What has to be in both pictures. */
  expected(): Expected[];
}

export interface SourceOptions {
  random: Random;
  regency: string;
  neighbour: string;
  /** When things happen in the world, each call later than the one before. */
  now: () => string;
}

/** Districts of each regency, by number. */
const districts: Record<string, number> = { '62.07': 10, '62.02': 9 };

export const placeIn = (regency: string, random: Random): string =>
  `${regency}.${String(random.whole(1, districts[regency] ?? 1)).padStart(2, '0')}`;

/** Within both regencies' outlines or near them; nothing checks where a resource says that it is. */
export const pointNear = (random: Random): [number, number] => [
  Math.round((112 + random.next()) * 1e4) / 1e4,
  Math.round((-3 + random.next()) * 1e4) / 1e4,
];

/** How long before the present things happen here: more than any clock is shifted, so that none of it lies in the future. */
export const PAST_MS = 3 * 3_600_000;

/** A clock of the world that no fault shifts. */
export const worldClock = (): (() => string) => {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now() - PAST_MS);
    return new Date(last).toISOString();
  };
};

export const later = (instant: string, hours: number): string =>
  new Date(Date.parse(instant) + hours * 3_600_000).toISOString();

/** The members that have a value. */
export const given = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
