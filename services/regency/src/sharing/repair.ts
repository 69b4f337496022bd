/**
 * Gets from a neighbour what this site's copy of its events lacks, checks it, and puts it into the copy, from where the
 * picture, the inbox and a rebuild read it like everything else.
 */
import type { RegencyCode, SigningKey, SourceRepair } from '@siaga/domain';
import {
  type ClientLink,
  type FollowState,
  type JournalEntry,
  openInventory,
  openMender,
  type Page,
  PAGE_ENTRIES,
  type Range,
  sharedStream,
  without,
} from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import { openReceiver } from './received.ts';
import { Wake } from './wake.ts';

/** One way to ask the owner. */
export interface Way {
  /** `NATS`, `HTTP`: for people. */
  name: string;
  /** Rejects with a sentence where the owner is not reached or says no. */
  ask(range: Range): Promise<Page>;
}

export interface RepairDeps {
  /** To the site's own server. */
  nc: Parameters<typeof openMender>[0];
  link: Pick<ClientLink, 'onStatus' | 'isUp'>;
  neighbour: RegencyCode;
  /** Through the hub. */
  nats: Way;
  /** At the neighbour's address, where that is configured. */
  http?: Way | undefined;
  /** How far the own rules are in the copy. */
  followed: () => FollowState;
  /** All keys that are or were the neighbour's, as far as this site knows. */
  keys: () => readonly SigningKey[];
  log?: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'> | undefined;
}

export interface Repair {
  /** Undefined while nothing is known to be missing. */
  state(): SourceRepair | undefined;
  /** The neighbour says that it is there and has published up to `sequence`. */
  heard(beat: { sequence: number }): void;
  /** Resolves when nothing more is put into the copy than what was on its way. */
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
/** How often the copy is asked for signs of losses. */
const LOOK_MS = 10_000;
/** How long a hole is left to close by itself, as where the owner publishes again what did not arrive. */
const GRACE_MS = 1_000;
/**
 * How long the copy may stand still behind what the neighbour says it has published. A source of nats-server 2.9.10 goes on 5 s
 * after a leaf or the hub was away, or 10, or does not for what is damaged: some events that come twice are a small price.
 */
const STALLED_MS = 2_000;
/** Three beats of 2 s. */
const SILENCE_MS = 6_000;
/** Without beats the hub may be away, and the neighbour's address not: how often that is asked for what is new. */
const POLL_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;

/**
 * Looks for three kinds of losses, until `stop`:
 * - holes at which the follower of the copy stands;
 * - what the copy lost behind the follower's back, which a rebuild would miss (`openInventory`);
 * - a tail that does not come: the neighbour says that it has published more, and the copy stands still for 2 s. Then
 *   each further beat is enough, until something comes by itself.
 *
 * Each is asked for in pages, by NATS, else by HTTP; after a failure again in 1 s, then twice as long each time up to
 * 10 s, and at once when the neighbour is heard again. What comes twice is passed over by all who follow.
 */
export function startRepair(deps: RepairDeps): Repair {
  return new RunningRepair(deps);
}

class Refused extends Error {}

class RunningRepair implements Repair {
  readonly #deps: RepairDeps;
  readonly #inventory;
  readonly #mender;
  readonly #wake = new Wake();
  readonly #unwatch: () => void;
  readonly #running: Promise<void>;
  readonly #stopping = Promise.withResolvers<void>();
  #stopped = false;
  #state: SourceRepair | undefined;
  #told: string | undefined;
  #heard: { sequence: number; at: number } | undefined;
  /** How far the follower was, and since when it has not moved though more was announced. */
  #progress = { last: -1, since: 0 };
  /** Up to where a tail was asked for: while nothing later has come by itself, the next is asked for as soon as it is known. */
  #askedTo: number | undefined;
  /** The hole at which the follower stands, and from when on it is asked for. */
  #hole: { expected: number; askAt: number } | undefined;
  #lookAt = 0;
  #looking = false;
  /** Whoever has just begun to listen has not missed a beat. */
  #pollAt = performance.now() + SILENCE_MS;
  #lost: readonly Range[] = [];
  #retry = { at: 0, waited: 0, unreachable: false };

  constructor(deps: RepairDeps) {
    this.#deps = deps;
    const { nc, neighbour } = deps;
    this.#inventory = openInventory(nc, sharedStream(neighbour));
    this.#mender = openMender(nc, neighbour, sharedStream(neighbour));
    this.#unwatch = deps.link.onStatus(({ type }) => {
      if (type !== 'reconnect') return;
      // The server may have been killed, or its files.
      this.#inventory.suspect();
      this.#lookAt = 0;
    });
    this.#running = this.#run();
  }

  state(): SourceRepair | undefined {
    return this.#state;
  }

  heard({ sequence }: { sequence: number }): void {
    const now = performance.now();
    this.#heard = { sequence, at: now };
    if (!this.#retry.unreachable) return;
    // It is there after all: as one that was killed, and did not hear what it was asked.
    this.#retry.at = 0;
    this.#wake.call();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unwatch();
    this.#wake.call();
    this.#stopping.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#wake.wait(TICK_MS);
      if (this.#stopped || !this.#deps.link.isUp() || performance.now() < this.#retry.at) continue;
      try {
        // Nobody waits for a neighbour to answer before the site ends; what comes then is put nowhere.
        await Promise.race([this.#round(), this.#stopping.promise]);
        this.#retry = { at: 0, waited: 0, unreachable: false };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const unreachable = !(error instanceof Refused);
        if (this.#state) this.#state = { ...this.#state, answer: unreachable ? 'unreachable' : 'refused' };
        if (reason !== this.#told) this.#deps.log?.warn({ neighbour: this.#deps.neighbour }, reason);
        this.#told = reason;
        const wait = Math.min(Math.max(this.#retry.waited * 2, FIRST_RETRY_MS), LAST_RETRY_MS);
        this.#retry = { at: performance.now() + wait, waited: wait, unreachable };
      }
    }
  }

  async #round(): Promise<void> {
    const begunAt = performance.now();
    const tail = this.#stalledTail();
    // What the picture waits for comes first; of what was lost behind it there may be much.
    const urgent = [...this.#openHole(), ...(tail ? [tail] : [])];
    const all = [...urgent, ...this.#losses()];
    const [first] = all;
    if (!first) {
      this.#state = undefined;
      await this.#pollHttp();
      return;
    }
    this.#state = { ...first, answer: this.#state?.answer ?? 'asked' };
    let taken = 0;
    for (const [index, range] of all.entries()) {
      if (this.#stopped) return;
      if (index > urgent.length && performance.now() - begunAt > TICK_MS) return;
      this.#state = { ...range, answer: this.#state.answer };
      taken += await this.#fill(range, range === tail);
    }
    const { log, neighbour } = this.#deps;
    log?.info({ neighbour, taken }, `what was missing of ${neighbour} has come`);
    this.#told = undefined;
    this.#state = undefined;
  }

  /** The hole at which the follower stands, once it has stood there for a second. */
  #openHole(): Range[] {
    const { hole } = this.#deps.followed();
    const now = performance.now();
    if (!hole) {
      this.#hole = undefined;
      return [];
    }
    if (this.#hole?.expected !== hole.expected) {
      this.#hole = { expected: hole.expected, askAt: now + GRACE_MS };
    }
    if (now < this.#hole.askAt) return [];
    return [{ from: hole.expected, to: hole.found - 1 }];
  }

  /** What the copy lost, as far as that is known, the hole apart. Nobody waits for a copy that is being read whole. */
  #losses(): Range[] {
    if (!this.#looking && performance.now() >= this.#lookAt) void this.#look();
    const { hole } = this.#deps.followed();
    return hole ? without(this.#lost, { from: hole.expected, to: hole.found - 1 }) : [...this.#lost];
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#lookAt = performance.now() + LOOK_MS;
    try {
      this.#lost = await this.#inventory.missing();
    } catch {
      // The copy can't be read now, which its follower says; it is looked at again.
    }
    this.#looking = false;
  }

  #stalledTail(): Range | undefined {
    const { lastSequence, hole, failing } = this.#deps.followed();
    const now = performance.now();
    const announced = this.#heard?.sequence ?? 0;
    if (lastSequence !== this.#progress.last || announced <= lastSequence) {
      this.#progress = { last: lastSequence, since: now };
    }
    if (this.#askedTo !== undefined && lastSequence > this.#askedTo) this.#askedTo = undefined;
    if (hole || failing !== undefined || !this.#isHeard || announced <= lastSequence) return undefined;
    if (this.#askedTo === undefined && now - this.#progress.since < STALLED_MS) return undefined;
    return { from: lastSequence + 1, to: announced };
  }

  get #isHeard(): boolean {
    return this.#heard !== undefined && performance.now() - this.#heard.at < SILENCE_MS;
  }

  /** Answers how many were put into the copy. */
  async #fill({ from, to }: Range, isTail: boolean): Promise<number> {
    let next = from;
    let count = 0;
    while (next <= to && !this.#stopped) {
      // A tail may have come by itself meanwhile.
      if (isTail) next = Math.max(next, this.#deps.followed().lastSequence + 1);
      if (next > to) break;
      const range = { from: next, to: Math.min(to, next + PAGE_ENTRIES - 1) };
      const { entries, head } = await this.#ask(range);
      if (isTail) this.#askedTo = to;
      if (entries.length === 0) {
        throw new Refused(`${this.#deps.neighbour} has no event ${next}: its journal ends at ${head}`);
      }
      next = (await this.#take(range, entries)) + 1;
      count += entries.length;
    }
    if (this.#hole?.expected === from) this.#hole.askAt = performance.now() + STALLED_MS;
    return count;
  }

  /** Puts a page that was asked for into the copy, and answers the last sequence of it. */
  async #take(range: Range, entries: readonly JournalEntry[]): Promise<number> {
    const { neighbour, keys } = this.#deps;
    const inOrder = entries.every(({ sequence }, index) => sequence === range.from + index);
    const last = range.from + entries.length - 1;
    if (!inOrder || last > range.to) {
      throw new Refused(`${neighbour} sent other events than ${range.from} to ${range.to}`);
    }
    if (this.#stopped) return last;
    const { refused } = openReceiver(neighbour, keys()).check(entries);
    const [first] = refused;
    if (first) throw new Refused(`event ${first.sequence} as ${neighbour} sent it: ${first.reason}`);
    await this.#mender.put(entries);
    this.#inventory.filled({ from: range.from, to: last });
    this.#lost = without(this.#lost, { from: range.from, to: last });
    return last;
  }

  async #ask(range: Range): Promise<Page> {
    const reasons: string[] = [];
    for (const way of [this.#deps.nats, this.#deps.http]) {
      if (!way) continue;
      try {
        return await way.ask(range);
      } catch (error) {
        reasons.push(`${way.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new Error(`${this.#deps.neighbour} can’t be asked for what is missing (${reasons.join('; ')})`);
  }

  /** Without beats, what is new is looked for at the neighbour's own address. */
  async #pollHttp(): Promise<void> {
    const { http, followed } = this.#deps;
    const { lastSequence, hole, failing } = followed();
    if (!http || this.#isHeard || hole || failing !== undefined || performance.now() < this.#pollAt) return;
    this.#pollAt = performance.now() + POLL_MS;
    const range = { from: lastSequence + 1, to: lastSequence + PAGE_ENTRIES };
    const { entries, head } = await http.ask(range);
    if (entries.length === 0) return;
    // Where there is more, the next round goes on.
    if ((await this.#take(range, entries)) < head) this.#pollAt = 0;
  }
}
