/**
 * Whether this regency may give new numbers. A ledger that was restored, or was lost and begun anew, has forgotten events that
 * others have; a number that is then given again would be another event here than there. So the others are listened to:
 * every neighbour says in its heartbeats what it has of this regency, and the hub is asked at the start.
 *
 * Three states hold sharing:
 * - `restored`: the ledger is marked so (see `restore/marks.ts`). Nothing new is journalled until every neighbour and
 *   the hub were heard and have nothing that is missing here, or a person accepts. What is in the journal is published.
 * - `forgotten`: somebody has more than the journal. Nothing is journalled or published. It is noted in the ledger, and
 *   so outlives a restart; it ends when the journal has what was heard of, or a person accepts and nobody says it again.
 * - `forked`: somebody has another event under a number of the journal. As `forgotten`, and it does not end by itself.
 *
 * Commands are taken in all of them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOURNAL_STREAM, type RegencyCode } from '@siaga/domain';
import { type Ledger, readLast, WrongExpectedRevision } from '@siaga/ledger';
import { hashOfEntry } from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import { markOf, neverRestored, readRestore, RESTORES_STREAM, type Word } from '../restore/marks.ts';
import { readEntries } from './journal.ts';

export type HeldBy = 'starting' | 'restored' | 'forgotten' | 'forked';
interface Held {
  by: HeldBy;
  /** What it means and what to do, for people. */
  sentence: string;
}

export interface StandingDeps {
  ledger: Ledger;
  neighbours: readonly RegencyCode[];
  /** What the hub has of this regency. Rejects where it does not answer. */
  askHub: () => Promise<Word>;
  /** A UUIDv7. */
  newId: () => string;
  log?: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'> | undefined;
}

export interface Standing {
  /** Undefined while new numbers may be given. */
  held(): Held | undefined;
  /** Takes what a neighbour has. */
  heard(neighbour: RegencyCode, has: Word): void;
  /** Resolves once nothing new need be held back, or the signal aborts. */
  mayJournal(signal: AbortSignal): Promise<void>;
  /** Resolves once what the journal has may be published, or the signal aborts. */
  mayPublish(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Who is asked beside the neighbours: what it has, they will have. */
const HUB = 'hub';
const LOOK_MS = { starting: 250, held: 1_000, free: 10_000 };
/**
 * How long a start without a mark waits for everybody's word. A ledger that was put back by hand, or with its whole
 * machine, has no mark; but a site that is cut off must see its own new events soon.
 */
const PATIENCE_MS = 3_000;

/** Looks at the ledger's marks and at what was heard, again at every word and every now and then, until `stop`. */
export function openStanding({ ledger, neighbours, askHub, newId, log }: StandingDeps): Standing {
  const stopping = new AbortController();
  const { signal } = stopping;
  const everybody = [...neighbours, HUB];
  /** What was said since this process began, the highest of each. */
  const words = new Map<string, Word>();
  const until = performance.now() + PATIENCE_MS;
  let marks = neverRestored;
  let held: Held | undefined = { by: 'starting', sentence: 'the ledger was not looked at yet' };
  let judged = false;
  const waiting = new Set<{ free: () => boolean; go: () => void }>();
  let look = Promise.withResolvers<void>();

  const set = (next: Held | undefined) => {
    if (held?.sentence !== next?.sentence) {
      if (next && next.by !== 'starting') log?.error(`sharing is held: ${next.sentence}`);
      else if (!next && held?.by !== 'starting') log?.info('sharing is held no longer');
    }
    held = next;
    judged = true;
    for (const { free, go } of waiting) if (free()) go();
  };

  const mark = async (...what: Parameters<typeof markOf>) => {
    await ledger.append(RESTORES_STREAM, marks.revision, [markOf(...what)]);
    marks = await readRestore(ledger, marks);
  };

  /** What `by` has and the journal has not, or has otherwise. */
  const objectionTo = async (by: string, has: Word, head: number): Promise<Held | undefined> => {
    if (has.sequence > head) return { by: 'forgotten', sentence: forgotten(by, has.sequence, head) };
    if (has.hash === undefined || has.sequence === 0) return undefined;
    const [entry] = await readEntries(ledger, JOURNAL_STREAM, has.sequence - 1, 1);
    if (entry && hashOfEntry(entry.bytes) === has.hash) return undefined;
    return { by: 'forked', sentence: forked(by, has.sequence) };
  };

  const judge = async (): Promise<Held | undefined> => {
    marks = await readRestore(ledger, marks);
    // Read after what was heard: what was published before somebody had it is in the journal.
    const known = [...marks.claims, ...words];
    const head = (await readLast(ledger, JOURNAL_STREAM))?.revision ?? 0;
    const objections = new Map<string, Held>();
    for (const [by, has] of known) {
      const objection = await objectionTo(by, has, head);
      if (!objection) continue;
      objections.set(by, objection);
      if ((marks.claims.get(by)?.sequence ?? 0) < has.sequence)
        await mark(newId(), 'siaga.restore.contradicted.v1', { by, has });
    }
    if (objections.size > 0) {
      const named = everybody.flatMap((by) => objections.get(by) ?? []);
      return named.find(({ by }) => by === 'forked') ?? named[0] ?? [...objections.values()][0];
    }
    const silent = everybody.filter((one) => !words.has(one));
    if (silent.length === 0 && marks.open)
      await mark(newId(), 'siaga.restore.confirmed.v1', { heard: Object.fromEntries(words) });
    if (silent.length === 0) return undefined;
    if (marks.open) return { by: 'restored', sentence: restored(silent) };
    if (performance.now() < until) return { by: 'starting', sentence: `not heard yet: ${silent.join(', ')}` };
    return undefined;
  };

  const run = async () => {
    while (!signal.aborted) {
      look = Promise.withResolvers();
      try {
        set(await judge());
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision))
          log?.warn({ err: error }, 'what others have of this regency can’t be compared with the ledger now');
      }
      const ms = LOOK_MS[held ? (held.by === 'starting' ? 'starting' : 'held') : 'free'];
      await Promise.race([look.promise, sleep(ms, undefined, { signal }).catch(() => undefined)]);
    }
  };
  const ask = async () => {
    while (!signal.aborted) {
      const wanted = marks.open || performance.now() < until;
      const word = wanted && !words.has(HUB) ? await askHub().catch(() => undefined) : undefined;
      if (word) {
        words.set(HUB, word);
        look.resolve();
      }
      await sleep(LOOK_MS.starting, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = Promise.all([run(), ask()]);

  const when = (free: () => boolean, giveUp: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const go = () => {
        waiting.delete(one);
        giveUp.removeEventListener('abort', go);
        resolve();
      };
      const one = { free, go };
      waiting.add(one);
      giveUp.addEventListener('abort', go);
      if (free() || giveUp.aborted) go();
    });

  return {
    held: () => held,
    heard(neighbour, has) {
      // A copy may have lost its end; what was once seen was published.
      const before = words.get(neighbour);
      if (before && before.sequence > has.sequence) return;
      words.set(neighbour, has);
      if (before?.sequence !== has.sequence || before.hash !== has.hash) look.resolve();
    },
    mayJournal: (giveUp) => when(() => held === undefined, giveUp),
    mayPublish: (giveUp) => when(() => judged && held?.by !== 'forgotten' && held?.by !== 'forked', giveUp),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const WHAT_TO_DO = 'see “Restoring a site” in docs/operations.md';
const named = (by: string) => (by === HUB ? 'the hub' : by);

const forgotten = (by: string, theirs: number, ours: number) =>
  `${named(by)} has events of this regency up to ${theirs}, this ledger only up to ${ours}: it was restored from an older ` +
  `copy or begun anew. Nothing is published until they are back: fetch them with “recover”, ${WHAT_TO_DO}`;
const forked = (by: string, sequence: number) =>
  `${named(by)} has another event ${sequence} of this regency than this ledger: numbers were given twice after a ` +
  `restore. Nothing is published any more, ${WHAT_TO_DO}`;
const restored = (silent: readonly string[]) =>
  `this ledger was restored from a backup, and ${silent.map(named).join(', ')} was not heard since: whether it has ` +
  `events that this ledger has forgotten is not known. Nothing new is published until then; to go on without, ${WHAT_TO_DO}`;
