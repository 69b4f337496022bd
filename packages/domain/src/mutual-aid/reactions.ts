/**
 * What a conversation of mutual aid does to the lender's resources and stocks by itself. Pure, and repeatable: once
 * what it gives is folded, the same event gives nothing.
 *
 * A request is cancelled while the boat is on the way: the boat is told to turn (released) and comes home by its
 * owner's steps; one that has not departed is called off. The asker's word that it needs no more always stands; where
 * the boat is, its owner says.
 */
import { decideResource, type Resource } from '../resource/resource.ts';
import type { ResourceEvent } from '../resource/events.ts';
import { decideStock, type Stock, type StockEvent } from '../resource/stock.ts';
import type { RegencyCode } from '../codes.ts';
import type { AidEvent } from './events.ts';

/** Whose site reacts, and when. */
export interface Reacting {
  us: RegencyCode;
  at: string;
}

const fallback = 'Tidak dibutuhkan lagi';

type Of<Type extends AidEvent['type']> = Extract<AidEvent, { type: Type }>;

const MOVING = [
  'AidRequestCancelled',
  'AidReleased',
  'ReturnAnswered',
  'CommitRefused',
  'ExtensionAnswered',
] as const;
/** Whether it may do something to a resource. */
export const movesResources = (event: AidEvent): event is Of<(typeof MOVING)[number]> =>
  MOVING.some((type) => type === event.type);

const FREEING = ['AidRequestCancelled', 'CommitRefused'] as const;
/** Whether it may do something to a stock. */
export const freesStocks = (event: AidEvent): event is Of<(typeof FREEING)[number]> =>
  FREEING.some((type) => type === event.type);

/**
 * What `event`, the neighbour's or one's own, does to a resource that is deployed for the conversation: released,
 * cancelled and agreed returns send it home (or call it off before it departs); a refused commitment frees what was
 * reserved for it; a granted extension moves the deployment's end.
 */
export const reactResource = (resource: Resource, event: AidEvent, { us, at }: Reacting): ResourceEvent[] => {
  if (!movesResources(event) || !('deployment' in resource)) return [];
  const { deployment, state, since } = resource;
  const { task } = deployment;
  if (task.for !== 'neighbour' || task.conversation !== event.data.conversation) return [];
  // A clock that was set back must not keep a resource out.
  const envelope = { by: us, at: at < since ? since : at };
  const sendHome = (reason = fallback) => {
    const body = { deployment: deployment.id, reason };
    const type = state === 'committed' || state === 'mobilising' ? 'cancel' : 'release';
    return eventsOf(decideResource({ ...envelope, type, body }, resource));
  };
  switch (event.type) {
    case 'AidRequestCancelled':
      return task.request === undefined ? [] : sendHome(event.data.reason);
    case 'AidReleased':
      return event.data.deployments.includes(deployment.id) ? sendHome(event.data.reason) : [];
    case 'ReturnAnswered':
      return event.data.agreed && event.data.deployment === deployment.id ? sendHome(event.data.reason) : [];
    case 'CommitRefused':
      return event.data.offer === task.offer ? sendHome(event.data.note ?? event.data.reason) : [];
    case 'ExtensionAnswered': {
      const { granted, until } = event.data;
      if (!granted || until === undefined || event.data.deployment !== deployment.id) return [];
      return eventsOf(
        decideResource({ ...envelope, type: 'extend', body: { deployment: deployment.id, until } }, resource),
      );
    }
  }
};

/** What `event` does to the commitments of a stock: a cancelled request and a refused commitment free what is not handed out. */
export const reactStock = (stock: Stock, event: AidEvent, { us, at }: Reacting): StockEvent[] => {
  if (!freesStocks(event) || stock.status === 'none') return [];
  const { conversation, reason } = event.data;
  return [...stock.commitments].flatMap(([commitment, { task }]) => {
    if (task.for !== 'neighbour' || task.conversation !== conversation) return [];
    if (event.type === 'CommitRefused' ? event.data.offer !== task.offer : task.request === undefined)
      return [];
    return eventsOf(decideStock({ by: us, at, type: 'cancel', body: { commitment, reason } }, stock));
  });
};

/** Nothing where the resource is past that step. */
const eventsOf = <Event>(decision: { accepted: true; events: Event[] } | { accepted: false }): Event[] =>
  decision.accepted ? decision.events : [];
