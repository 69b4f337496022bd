/**
 * A relay: journals what the site publishes into one stream, then publishes the journal. Two loops that meet at the journal. Each
 * can be cut at any point and begins again from what is written: the journal's last entry, the stream's last
 * message. So there is no state of its own to lose, and no order of failures that changes a byte.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOURNAL_STREAM } from '@siaga/domain';
import { type Companion, type Ledger, type RecordedEvent, WrongExpectedRevision } from '@siaga/ledger';
import type { ClientLink, JournalEntry, Publisher } from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import {
  entriesOfPublic,
  extendJournal,
  type JournalDeps,
  type JournalHead,
  readEntries,
  type JournalName,
  readHead,
  type SharingPolicy,
} from './journal.ts';
import type { Standing } from './standing.ts';
import { Wake } from './wake.ts';

export interface RelayDeps {
  regency: string;
  ledger: Ledger;
  publisher: Publisher;
  /** The connection that the publisher uses: after it comes back, the stream is looked at again. */
  link: Pick<ClientLink, 'onStatus'>;
  journal: JournalName;
  policy: SharingPolicy;
  /** As the journal takes it. */
  sign?: JournalDeps['sign'];
  /** Whether new numbers may be given; absent for a journal that nobody else can know. */
  standing?: Pick<Standing, 'held' | 'mayJournal' | 'mayPublish'>;
  /** A UUIDv7. */
  newId: () => string;
  /** Milliseconds since 1970. */
  clock: () => number;
  log?: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'> | undefined;
}

export interface RelayState {
  /** The journal's last sequence that this relay knows. */
  journalSequence: number;
  /** Up to where the stream is known to hold everything: what heartbeats announce. */
  publishedSequence: number;
  /** Whether the stream has said so since the start: before that `publishedSequence` is 0 and means nothing. */
  asked: boolean;
  /** Why sharing stands still, for people; absent when it runs. */
  failing?: string;
}

export interface Relay {
  state(): RelayState;
  /** Asks the stream at once how far it is: something has happened to it. */
  look(): void;
  /** Ends both loops, after the step that each is in. What is left is done after the next start. */
  stop(): Promise<void>;
}

const PUBLISH_BATCH = 512;
/** Entries kept in memory on their way to the stream; beyond it they are read from the journal. */
const RECENT_ENTRIES = 2048;
/** How often the stream is asked whether it still has what it had. */
const STREAM_CHECK_MS = 10_000;
/** Long enough for the winner's entry to be readable on any adapter. */
const CONFLICT_PAUSE_MS = 5;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** How long a relay waits at most for an instant at which the policy changes; a clock may be set meanwhile. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Starts sharing and never gives up: what fails is tried again with growing waits, and stands in `failing`.
 *
 * - Nothing is journalled before the stream has once said how far it is. A stream that is ahead of the journal
 *   means that the ledger was restored from an older copy: journalling on would give old numbers to new events,
 *   so the relay then journals and publishes nothing and says so. Whether others know more than both, `standing` says.
 * - A stream that lost messages gets the same bytes again from the journal: looked at when the connection comes
 *   back and every 10 s.
 * - Of two relays on one ledger, one loses each append and goes on behind the winner's.
 */
export function startRelay(deps: RelayDeps): Relay {
  return new RunningRelay(deps);
}

class RunningRelay implements Relay {
  readonly #deps: RelayDeps;
  readonly #journalDeps: JournalDeps;
  readonly #stopping = new AbortController();
  /** Resolves when the stream was first seen not to be ahead. */
  readonly #mayJournal = Promise.withResolvers<void>();
  readonly #published = new Wake();
  readonly #unwatch: () => void;
  readonly #leave: (() => void) | undefined;
  /** Everything that was read of the ledger is journalled, and more is waited for. */
  #rests = false;
  readonly #loops: Promise<unknown>;
  #head: JournalHead = { sequence: 0, position: 0, hash: '' };
  /** The journal's newest entries, without holes, the last one at the head; none after a restart. */
  #recent: JournalEntry[] = [];
  #publishedSequence = 0;
  #asked = false;
  /** When the stream is to be asked again, by `performance.now()`. */
  #checkAt = 0;
  /** When time alone would change what the policy answers, as it said before it was asked last. */
  #changesAt: number | undefined;
  #failing: { journal?: string; stream?: string } = {};

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    const { regency, ledger, journal, policy, sign, newId, log } = deps;
    this.#journalDeps = {
      regency,
      ledger,
      journal,
      policy,
      sign,
      newId,
      onUnknown: ({ id, position }, reason) =>
        log?.warn({ event: id, position }, `an event is withheld: ${reason}`),
    };
    this.#unwatch = deps.link.onStatus(({ type }) => {
      if (type === 'reconnect') this.look();
    });
    if (journal === JOURNAL_STREAM) this.#leave = ledger.accompany?.((events) => this.#companionOf(events));
    this.#loops = Promise.all([
      this.#keepOn('journal', () => this.#journal()),
      this.#keepOn('stream', () => this.#publish()),
    ]);
  }

  state(): RelayState {
    const held = this.#deps.standing?.held();
    const holding = held && held.by !== 'starting' ? held.sentence : undefined;
    const failing = holding ?? this.#failing.stream ?? this.#failing.journal;
    return {
      journalSequence: this.#head.sequence,
      publishedSequence: this.#publishedSequence,
      asked: this.#asked,
      ...(failing === undefined ? {} : { failing }),
    };
  }

  look(): void {
    this.#checkAt = 0;
    this.#published.call();
  }

  async stop(): Promise<void> {
    this.#unwatch();
    this.#leave?.();
    this.#stopping.abort();
    this.#mayJournal.resolve();
    this.#published.call();
    await this.#loops;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Runs a loop again whenever it fails, until the relay stops. */
  async #keepOn(which: 'journal' | 'stream', loop: () => Promise<void>): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      const before = this.#progress(which);
      try {
        await loop();
      } catch (error) {
        if (error instanceof WrongExpectedRevision) {
          this.#deps.log?.warn('somebody else wrote into the journal: going on behind that');
          await this.#pause(CONFLICT_PAUSE_MS);
          continue;
        }
        failures = this.#progress(which) > before ? 1 : failures + 1;
        const reason = error instanceof Error ? error.message : String(error);
        // Once per reason, not per attempt: a link may be away for a month.
        if (this.#failing[which] !== reason) this.#deps.log?.warn({ err: error }, `sharing waits: ${reason}`);
        this.#failing[which] = reason;
        await this.#pause(Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS));
      }
    }
  }

  #progress(which: 'journal' | 'stream'): number {
    return which === 'journal' ? this.#head.sequence : this.#publishedSequence;
  }

  #worksAgain(which: 'journal' | 'stream'): void {
    if (this.#failing[which] === undefined) return;
    delete this.#failing[which];
    this.#deps.log?.info(`sharing goes on (${which})`);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  /** Journals the ledger from the last entry on, until the relay stops or something fails. */
  async #journal(): Promise<void> {
    await this.#mayJournal.promise;
    if (this.#stopped) return;
    const { ledger, journal, policy, standing } = this.#deps;
    this.#recent = [];
    this.#head = await readHead(ledger, journal);
    this.#published.call();
    if (standing) {
      // What is in the journal is published meanwhile; it may grow, by what is given back to it.
      await standing.mayJournal(this.#stopping.signal);
      if (this.#stopped) return;
      this.#head = await readHead(ledger, journal);
      this.#published.call();
    }
    // What is journalled already must not seem withheld.
    await policy.reached(await ledger.head());
    const { signal } = this.#stopping;
    const batches = ledger.subscribeAll({ after: this.#head.position, signal })[Symbol.asyncIterator]();
    this.#worksAgain('journal');
    this.#changesAt = policy.changesAt();
    await this.#extend([]);
    let next = batches.next();
    while (!this.#stopped) {
      this.#rests = true;
      const batch = await this.#orChange(next).finally(() => (this.#rests = false));
      if (batch === 'changed') await this.#extend([]);
      else if (batch.done) return;
      else {
        await this.#extend(batch.value);
        next = batches.next();
      }
    }
  }

  /** What comes first: the next batch, or the instant at which the policy changes by itself. */
  async #orChange<Batch>(next: Promise<Batch>): Promise<Batch | 'changed'> {
    const { policy, clock } = this.#deps;
    // It may have passed while a batch was written: by now the policy would name a later one.
    const passed = this.#changesAt !== undefined && this.#changesAt <= clock();
    const at = policy.changesAt();
    this.#changesAt = at;
    if (passed) return 'changed';
    if (at === undefined) return next;
    const wait = Math.max(0, Math.min(at - clock(), LONGEST_WAIT_MS));
    const giveUp = new AbortController();
    try {
      return await Promise.race([next, sleep(wait, 'changed' as const, { signal: giveUp.signal })]);
    } finally {
      giveUp.abort();
    }
  }

  async #extend(batch: readonly RecordedEvent[]): Promise<void> {
    await this.#lifted();
    if (this.#stopped) return;
    // Some may be journalled already, together with what was appended.
    const events = batch.filter(({ position }) => position > this.#head.position);
    if (events.length === 0 && batch.length > 0) return;
    this.#take(await extendJournal(this.#journalDeps, this.#head, events));
  }

  /** The entries of what is being appended, where nothing else is to be journalled before. */
  #companionOf(events: readonly RecordedEvent[]): Companion | undefined {
    const { journal, standing } = this.#deps;
    const before = this.#head;
    if (!this.#rests || events[0]?.position !== before.position + 1 || standing?.held()) return undefined;
    const made = entriesOfPublic(this.#journalDeps, before, events);
    return (
      made && {
        stream: journal,
        expected: before.sequence,
        events: made.written,
        kept: () => {
          if (this.#head === before) this.#take(made);
        },
      }
    );
  }

  #take({ head, entries }: { head: JournalHead; entries: JournalEntry[] }): void {
    this.#worksAgain('journal');
    this.#head = head;
    if (entries.length === 0) return;
    this.#recent.push(...entries);
    if (this.#recent.length > RECENT_ENTRIES) this.#recent.splice(0, this.#recent.length - RECENT_ENTRIES);
    this.#published.call();
  }

  /** Waits while sharing is held. Throws `WrongExpectedRevision` where the journal was given back entries meanwhile. */
  async #lifted(): Promise<void> {
    const { standing, ledger, journal } = this.#deps;
    if (standing?.held() === undefined) return;
    await standing.mayJournal(this.#stopping.signal);
    const { sequence } = await readHead(ledger, journal);
    if (sequence !== this.#head.sequence) {
      throw new WrongExpectedRevision(journal, this.#head.sequence, sequence);
    }
  }

  /** Publishes the journal from the stream's end on, until the relay stops or something fails. */
  async #publish(): Promise<void> {
    await this.#askStream();
    while (!this.#stopped) {
      await this.#deps.standing?.mayPublish(this.#stopping.signal);
      if (this.#stopped) return;
      if (performance.now() >= this.#checkAt) await this.#askStream();
      const entries = await this.#entriesAfter(this.#publishedSequence);
      const last = entries.at(-1);
      if (last) {
        await this.#deps.publisher.publish(entries);
        this.#publishedSequence = last.sequence;
      } else {
        await this.#published.wait(Math.max(0, this.#checkAt - performance.now()));
      }
    }
  }

  /** Where the stream stands. Throws when it is ahead of the journal. */
  async #askStream(): Promise<void> {
    // Before it answers: who says meanwhile that something has happened to it is heard.
    this.#checkAt = performance.now() + STREAM_CHECK_MS;
    const published = await this.#deps.publisher.lastPublished();
    if (published > this.#head.sequence) {
      const { sequence } = await readHead(this.#deps.ledger, this.#deps.journal);
      if (published > sequence) {
        throw new Error(
          `the stream holds ${published} events, but the journal only ${sequence}: the ledger was restored from ` +
            'an older copy, and publishing on would give old numbers to new events. See “Restoring a site” in ' +
            'docs/operations.md',
        );
      }
    }
    if (published < this.#publishedSequence) {
      this.#deps.log?.warn(`the stream went back from ${this.#publishedSequence} to ${published}`);
    }
    this.#publishedSequence = published;
    this.#asked = true;
    this.#worksAgain('stream');
    this.#mayJournal.resolve();
  }

  async #entriesAfter(sequence: number): Promise<JournalEntry[]> {
    if (sequence >= this.#head.sequence) return [];
    const first = this.#recent[0]?.sequence;
    if (first === undefined || first > sequence + 1) {
      return readEntries(this.#deps.ledger, this.#deps.journal, sequence, PUBLISH_BATCH);
    }
    return this.#recent.slice(sequence + 1 - first, sequence + 1 - first + PUBLISH_BATCH);
  }
}
