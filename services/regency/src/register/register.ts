/** What a site knows of agreements, resources and mutual aid, kept up with its ledger. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  agreementBasis,
  type AidKind,
  type Basis,
  grantsAt,
  overrideBasis,
  overrideInForce,
  type RegencyCode,
  type SharingGrants,
} from '@siaga/domain';
import type { Ledger, RecordedEvent } from '@siaga/ledger';
import type { FastifyBaseLogger } from 'fastify';
import { type Heard, Knowledge, UNHEARD } from './knowledge.ts';

export interface RegisterDeps {
  regency: RegencyCode;
  ledger: Ledger;
  log?: Pick<FastifyBaseLogger, 'warn'> | undefined;
}

export interface Register {
  /** Read it after `reached`; nobody else changes it. */
  readonly known: Knowledge;
  /** Resolves once all that the ledger holds up to `position` is known; rejects when the register stops before. */
  reached(position: number): Promise<void>;
  /** As `reached` of all that the ledger holds now. */
  current(): Promise<Knowledge>;
  /**
   * What stands behind a promise to, or a request of, a neighbour at `at`; undefined for nothing. Of several
   * agreements in force, one that covers the kinds; an override only where there is none.
   */
  basisWith(neighbour: RegencyCode, at: string, kinds: readonly AidKind[]): Basis | undefined;
  grants(at: string): SharingGrants;
  /** The kinds of those of the resources and stocks that are registered here. */
  holdings(ids: readonly string[]): Record<string, AidKind>;
  /** Called with each event of agreements, resources and mutual aid when it is known, in the ledger's order. */
  onHeard(listener: (heard: Heard) => void): void;
  stop(): Promise<void>;
}

const AGAIN_MS = 500;

/** Begins to read the ledger from its start. What fails is tried again from where it was. */
export function openRegister({ regency, ledger, log }: RegisterDeps): Register {
  const known = new Knowledge(regency);
  const stopping = new AbortController();
  const { signal } = stopping;
  let position = 0;
  const listeners: ((heard: Heard) => void)[] = [];
  let waiting: { position: number; resolve: () => void; reject: (error: Error) => void }[] = [];

  const take = (recorded: RecordedEvent) => {
    const heard = known.fold(recorded, (reason) =>
      log?.warn({ event: recorded.id, stream: recorded.stream }, `an event can't be read: ${reason}`),
    );
    position = recorded.position;
    if (heard) for (const listener of listeners) listener(heard);
  };
  const told = () => {
    const reached = waiting.filter((one) => one.position <= position);
    if (reached.length === 0) return;
    waiting = waiting.filter((one) => one.position > position);
    for (const { resolve } of reached) resolve();
  };
  const read = async () => {
    // Most of a ledger is of no use here.
    const head = await ledger.head();
    for await (const recorded of ledger.readAll({ from: position, except: UNHEARD })) {
      if (signal.aborted) return;
      take(recorded);
    }
    position = Math.max(position, head);
    told();
    for await (const batch of ledger.subscribeAll({ after: position, signal })) {
      for (const recorded of batch) take(recorded);
      told();
    }
  };
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await read();
        // The ledger was closed, or the register stops.
        break;
      } catch (error) {
        log?.warn({ err: error }, 'the register waits for the ledger');
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    for (const { reject } of waiting) reject(new Error('the site is stopping'));
    waiting = [];
  })();

  const reached = (wanted: number): Promise<void> => {
    if (wanted <= position) return Promise.resolve();
    if (signal.aborted) return Promise.reject(new Error('the site is stopping'));
    return new Promise((resolve, reject) => waiting.push({ position: wanted, resolve, reject }));
  };

  return {
    known,
    reached,
    async current() {
      await reached(await ledger.head());
      return known;
    },
    basisWith(neighbour, at, kinds) {
      const agreed = [...known.agreements].flatMap(([id, agreement]) => {
        const basis = agreementBasis(id, agreement, regency, at);
        return basis?.neighbour === neighbour ? [basis] : [];
      });
      const override = overrideInForce(known.overrides, at);
      return (
        agreed.find((basis) => kinds.every((kind) => basis.kinds.includes(kind))) ??
        agreed[0] ??
        (override && overrideBasis(override, neighbour))
      );
    },
    grants: (at) => grantsAt(regency, known.agreements, known.overrides, at),
    holdings(ids) {
      const kinds: Record<string, AidKind> = {};
      for (const id of ids) {
        const resource = known.resources.get(id);
        const stock = known.stocks.get(id);
        if (resource && resource.state !== 'none') kinds[id] = resource.kind;
        else if (stock?.status === 'kept') kinds[id] = stock.kind;
      }
      return kinds;
    },
    onHeard: (listener) => void listeners.push(listener),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
