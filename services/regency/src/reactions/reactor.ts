/**
 * What this site answers by itself, and what a conversation of mutual aid does to its own resources and stocks.
 *
 * Every reaction is derived from the state as it is: once it is in the ledger, the same cause gives nothing. So all
 * causes are gone through again after every start, and whatever the process was killed at, each has its one effect.
 */
import {
  type AcceptedLine,
  aidAnswerStream,
  aidOfferStream,
  type AidEvent,
  type DomainEvent,
  deploymentsOf,
  type EventMetadata,
  evolveResource,
  evolveStock,
  freeOf,
  freesStocks,
  initialResource,
  initialStock,
  isAidEvent,
  isAnsweredByItself,
  type LendingEvent,
  movesResources,
  offerStatus,
  reactLending,
  reactResource,
  reactStock,
  resourceStream,
  stockStream,
  wireType,
} from '@siaga/domain';
import { type Ledger, LedgerUnavailable, WrongExpectedRevision } from '@siaga/ledger';
import type { FastifyBaseLogger } from 'fastify';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { v5 as uuidv5 } from 'uuid';
import { foldOf, turnOfConversation, turnOfResource, turnOfStock } from '../commands/aggregates.ts';
import { readOwn } from '../commands/own-stream.ts';
import type { Turns } from '../commands/turns.ts';
import type { Heard, Knowledge } from '../register/knowledge.ts';
import type { Register } from '../register/register.ts';

export interface ReactorDeps {
  regency: string;
  ledger: Ledger;
  register: Register;
  /** Shared with the commands: of what is done to one conversation or resource, one thing at a time. */
  turns: Turns;
  /** Milliseconds since 1970. */
  clock: () => number;
  log?: Pick<FastifyBaseLogger, 'warn' | 'error'> | undefined;
}

export interface Reactor {
  /** Resolves when everything that was heard so far has had its effect. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

type Cause = Heard & { event: AidEvent };

/** Of UUIDv5s of reactions: the same cause gives events of the same ids. */
const REACTION_NAMESPACE = '2c1f7c54-0a2b-4d4e-9f6b-54f1a6b3a9d1';
/** Who acts where nobody did. */
const ACTOR = 'system:reaction';
const AGAIN_MS = 250;

/** Begins with all that the register has heard. Call it before the register's first event: it listens from then on. */
export function startReactor({ regency, ledger, register, turns, clock, log }: ReactorDeps): Reactor {
  const stopping = new AbortController();
  const { signal } = stopping;
  const causes: Cause[] = [];
  /** Whether something was promised elsewhere since the acceptances that wait were looked at. */
  let takenAway = false;
  let working: Promise<void> | undefined;

  const append = async (
    cause: Cause,
    { stream, aggregate, hazard }: { stream: string; aggregate: string; hazard: string },
    revision: number,
    events: readonly DomainEvent[],
  ) => {
    if (events.length === 0) return;
    const recorded = events.map((event) => ({
      id: uuidv5(`${cause.id} ${stream} ${aboutOf(event)}`, REACTION_NAMESPACE),
      type: wireType(event),
      data: event.data,
      metadata: {
        actor: ACTOR,
        hazard,
        aggregate,
        occurredAt: event.data.occurredAt,
        correlationId: cause.correlationId,
        causationId: cause.id,
      } satisfies EventMetadata,
    }));
    const { position } = await ledger.append(stream, revision, recorded);
    await register.reached(position);
  };

  const answer = async (cause: Cause, known: Knowledge) => {
    if (!isAnsweredByItself(cause.event)) return;
    const { conversation: id } = cause.event.data;
    await turns.take(turnOfConversation(id), async () => {
      const conversation = known.conversations.get(id);
      if (!conversation) return;
      const state = conversation.view.conversation;
      const facts = {
        at: cause.recordedAt,
        basis: register.basisWith(cause.by, cause.recordedAt, kindsAccepted(known, cause.event)),
        taken: takenFrom(known, cause.event),
      };
      for (const event of reactLending(state, regency, cause.event, facts)) {
        const { stream, aggregate } = lendingPlaceOf(event, known);
        const { revision } = await readOwn(ledger, stream);
        await append(cause, { stream, aggregate, hazard: conversation.hazard }, revision, [event]);
      }
    });
  };

  const moveResources = async (cause: Cause, known: Knowledge) => {
    if (!movesResources(cause.event) && !freesStocks(cause.event)) return;
    const { conversation: id } = cause.event.data;
    const conversation = known.conversations.get(id);
    if (!conversation) return;
    const at = new Date(clock()).toISOString();
    const { hazard, view } = conversation;
    const resources = Object.keys(view.deliveries).flatMap(
      (deployment) => known.resourceOfDeployment.get(deployment) ?? [],
    );
    for (const resource of new Set(resources)) {
      await turns.take(turnOfResource(resource), async () => {
        const stream = resourceStream(resource);
        const own = await readOwn(ledger, stream);
        const state = foldOf(own, 'resource', initialResource, evolveResource);
        const events = reactResource(state, cause.event, { us: regency, at });
        await append(cause, { stream, aggregate: resource, hazard }, own.revision, events);
      });
    }
    for (const stock of known.stocks.keys()) {
      // Most stocks have nothing to do with it, which is known without reading.
      const concerned = () =>
        reactStock(known.stocks.get(stock) ?? initialStock, cause.event, { us: regency, at }).length > 0;
      if (turns.isFree(turnOfStock(stock)) && !concerned()) continue;
      await turns.take(turnOfStock(stock), async () => {
        if (!concerned()) return;
        const stream = stockStream(stock);
        const own = await readOwn(ledger, stream);
        const state = foldOf(own, 'stock', initialStock, evolveStock);
        const events = reactStock(state, cause.event, { us: regency, at });
        await append(cause, { stream, aggregate: stock, hazard }, own.revision, events);
      });
    }
  };

  /** Until it is done, or can't be done, which a person must see to. */
  const react = async (cause: Cause) => {
    for (;;) {
      try {
        // What this process was killed after may be in the ledger and not in the register yet.
        const known = await register.current();
        // What the ledger has forgotten may hold the effect: nothing is promised anew before that is settled.
        if (known.restore.open) {
          await sleep(AGAIN_MS, undefined, { signal });
          continue;
        }
        await answer(cause, known);
        await moveResources(cause, known);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof WrongExpectedRevision) && !(error instanceof LedgerUnavailable)) {
          log?.error({ err: error, event: cause.id }, 'an event of the neighbour had no effect');
          return;
        }
        log?.warn({ err: error, event: cause.id }, 'a reaction is tried again');
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  };

  const waits = () => (causes.length > 0 || takenAway) && !signal.aborted;
  const work = async () => {
    while (waits()) {
      if (causes.length === 0) {
        takenAway = false;
        causes.push(...acceptancesWaiting(register.known, regency));
      }
      const cause = causes.shift();
      if (cause) await react(cause);
      // After a start there are many, and each alone may wait for nothing: others want their turn.
      await turn();
    }
  };
  const begin = () => {
    working ??= work().finally(() => {
      working = undefined;
      // What was heard while the last of it ended.
      if (waits()) begin();
    });
  };
  register.onHeard((heard) => {
    const { event, by } = heard;
    if (isAidEvent(event)) {
      if (isAnsweredByItself(event) || movesResources(event) || freesStocks(event))
        causes.push({ ...heard, event });
    } else if (by === regency && takesAway(event)) takenAway = true;
    else return;
    begin();
  });

  return {
    async settled() {
      await register.current();
      while (working) await working;
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

/** What an event is about within its stream: one cause may touch several deployments or commitments there. */
const aboutOf = ({ data }: DomainEvent): string => {
  if ('deployment' in data) return data.deployment;
  return 'commitment' in data ? data.commitment : '';
};

/** Whether what was accepted from us may now be gone. */
const takesAway = ({ type }: DomainEvent): boolean =>
  type === 'ResourceCommitted' ||
  type === 'StockCommitted' ||
  type === 'StockIssued' ||
  type === 'StockCounted';

/**
 * The acceptances that wait for the head of BPBD. They are looked at again when something is promised elsewhere: what
 * is now certain to be refused is refused now, and not only after the next start.
 */
const acceptancesWaiting = ({ conversations }: Knowledge, us: string): Cause[] =>
  [...conversations.values()].flatMap(({ view, heard }) =>
    view.lender === us && view.offers.some(({ status }) => status === 'accepted')
      ? heard.filter(
          ({ event }) =>
            event.type === 'OfferAccepted' && offerStatus(view.conversation, event.data.offer) === 'accepted',
        )
      : [],
  );

/** Where the lender's word stands: in the stream of the offer that it is about, or of the request as a whole. */
function lendingPlaceOf(event: LendingEvent, known: Knowledge): { stream: string; aggregate: string } {
  const { conversation } = event.data;
  if ('offer' in event.data) {
    const { offer } = event.data;
    return { stream: aidOfferStream(offer), aggregate: offer };
  }
  if ('deployment' in event.data) {
    const { deployment } = event.data;
    const state = known.conversations.get(conversation)?.view.conversation;
    const offer = state && deploymentsOf(state).find((one) => one.deployment === deployment)?.offer;
    if (offer !== undefined) return { stream: aidOfferStream(offer), aggregate: offer };
  }
  return { stream: aidAnswerStream(conversation), aggregate: conversation };
}

const acceptedLines = (event: AidEvent): readonly AcceptedLine[] =>
  event.type === 'OfferAccepted' ? event.data.lines : [];

const kindsAccepted = (known: Knowledge, event: AidEvent) =>
  acceptedLines(event).flatMap((line) => {
    if ('stock' in line) {
      const stock = known.stocks.get(line.stock);
      return stock?.status === 'kept' ? [stock.kind] : [];
    }
    return line.resources.flatMap((id) => {
      const resource = known.resources.get(id);
      return resource && resource.state !== 'none' ? [resource.kind] : [];
    });
  });

/**
 * Which of the accepted is promised elsewhere. What is out of service may be mended before the head of BPBD answers,
 * so it is left to him.
 */
function takenFrom(known: Knowledge, event: AidEvent): ReadonlySet<string> {
  const taken = new Set<string>();
  if (event.type !== 'OfferAccepted') return taken;
  const { offer } = event.data;
  for (const line of event.data.lines) {
    if ('stock' in line) {
      const stock = known.stocks.get(line.stock);
      const reserved =
        stock?.status === 'kept' &&
        [...stock.commitments.values()].some(({ task }) => task.for === 'neighbour' && task.offer === offer);
      if (stock?.status !== 'kept' || (!reserved && freeOf(stock) < line.quantity)) taken.add(line.stock);
      continue;
    }
    for (const id of line.resources) {
      const resource = known.resources.get(id);
      if (!resource || !('deployment' in resource)) continue;
      const { task } = resource.deployment;
      if (task.for === 'own' || task.offer !== offer) taken.add(id);
    }
  }
  return taken;
}
