/** Takes commands of mutual aid: what the asking regency says, and what the lending one does. */
import {
  type AcceptedLine,
  type AidDeploymentVerb,
  type aidDeploymentVerbs,
  aidAnswerStream,
  type AidOfferVerb,
  type aidOfferVerbs,
  aidOfferStream,
  type AidKind,
  type AidRequestVerb,
  type aidRequestVerbs,
  aidRequestStream,
  type AskingCommand,
  type AskingEvent,
  type Basis,
  type CommitOffer,
  type Conversation,
  decideAsking,
  decideLending,
  initialConversation,
  type LendingCommand,
  type LendingEvent,
  type MakeOffer,
  type RequestAid,
  type ResourceCommand,
  type StockCommand,
} from '@siaga/domain';
import { Problem } from '@siaga/web';
import { v5 as uuidv5 } from 'uuid';
import type { z } from 'zod';
import type { Knowledge, KnownConversation } from '../register/knowledge.ts';
import type { Register } from '../register/register.ts';
import { turnOfConversation } from './aggregates.ts';
import { carryOut, type CommandDeps, digestOf, findAnswer, guarded, idFor, type Sent } from './carry-out.ts';
import { findIncident } from './incidents.ts';
import { type Area, checkHome, checkNeighbour } from './places.ts';
import { problemOfRejection } from './refusals.ts';
import type { Resources } from './resources.ts';
import type { Turns } from './turns.ts';

export interface AidDeps extends CommandDeps, Area {
  register: Register;
  resources: Pick<Resources, 'promise'>;
  turns: Turns;
}

interface Answer {
  id: string;
  revision: number;
}

export type RequestAction = {
  [Verb in AidRequestVerb]: { verb: Verb; body: z.output<(typeof aidRequestVerbs)[Verb]> };
}[AidRequestVerb];
export type OfferAction = {
  [Verb in AidOfferVerb]: { verb: Verb; body: z.output<(typeof aidOfferVerbs)[Verb]> };
}[AidOfferVerb];
export type ConversationAction = {
  [Verb in AidDeploymentVerb]: { verb: Verb; body: z.output<(typeof aidDeploymentVerbs)[Verb]> };
}[AidDeploymentVerb];

/**
 * Each carries a command out as `carryOut` says. `revision` is of the stream that it stands in: the own half of the
 * request's conversation, or the offer's.
 */
export interface Aid {
  request(sent: Sent, body: z.output<typeof RequestAid>): Promise<Answer>;
  actOnRequest(sent: Sent, id: string, action: RequestAction): Promise<Answer>;
  offer(sent: Sent, body: z.output<typeof MakeOffer>): Promise<Answer & { conversation: string }>;
  /** After a commit: what stands promised. Rejects also with `offer_unknown`. */
  actOnOffer(
    sent: Sent,
    offer: string,
    action: OfferAction,
  ): Promise<Answer & { conversation: string } & Partial<Standing>>;
  /** Names what it made: the extension, recall or enquiry that an answer will name. */
  actInConversation(
    sent: Sent,
    id: string,
    action: ConversationAction,
  ): Promise<Answer & { extension?: string; recall?: string; enquiry?: string }>;
}

/** Of UUIDv5s of what a commitment reserves: committing again finds it. */
const PROMISE_NAMESPACE = 'b0c2f1c4-2a57-4f0e-8d0f-7b9f5cf5a3c1';
const GENERAL = 'general';

export function openAid(deps: AidDeps): Aid {
  const { ledger, regency, register, resources, turns, newId } = deps;

  const found = (known: Knowledge, id: string): KnownConversation | undefined => known.conversations.get(id);
  const stateOf = (known: Knowledge, id: string): Conversation =>
    found(known, id)?.view.conversation ?? initialConversation;

  interface Say<Command> {
    conversation: string;
    stream: string;
    aggregate: string;
    route: string;
    body: unknown;
    isNew?: boolean;
    hazard: string;
    command: (known: Knowledge, at: string) => Command;
  }
  const say = async <Command, Event extends AskingEvent | LendingEvent>(
    sent: Sent,
    what: Say<Command>,
    decide: (command: Command, state: Conversation) => ReturnType<typeof decideAsking | typeof decideLending>,
  ): Promise<number> => {
    const { conversation, stream, aggregate, route, body, isNew = false, hazard, command } = what;
    const done = await carryOut<Event>(deps, {
      ...sent,
      stream,
      aggregate,
      digest: digestOf(route, body),
      isNew,
      async decide(_, at) {
        // Read after the own stream: it knows what that holds, and what the other party said.
        const known = await register.current();
        // Each decider gives events of its own half, which the caller names.
        return decide(command(known, at), stateOf(known, conversation)) as never;
      },
      hazard: () => hazard,
    });
    if (done.position !== undefined) await register.reached(done.position);
    return done.revision;
  };
  const ask = (sent: Sent, what: Omit<Say<AskingCommand>, 'stream' | 'aggregate'>) =>
    say<AskingCommand, AskingEvent>(
      sent,
      { ...what, stream: aidRequestStream(what.conversation), aggregate: what.conversation },
      decideAsking,
    );
  const lend = (sent: Sent, what: Say<LendingCommand>) =>
    say<LendingCommand, LendingEvent>(sent, what, decideLending);

  const inTurn = <T>(conversation: string, work: (known: Knowledge) => Promise<T>): Promise<T> =>
    turns.take(turnOfConversation(conversation), () => guarded(async () => work(await register.current())));
  const hazardOf = (known: Knowledge, id: string) => found(known, id)?.hazard ?? GENERAL;

  /** Where the lender's word on a deployment stands: with the offer that it came from. */
  const placeOf = (known: Knowledge, conversation: string, deployment: string) => {
    const view = found(known, conversation)?.view;
    const offer = view?.offers.find(({ committed }) =>
      committed?.lines.some(
        (line) => 'deployments' in line && line.deployments.some((one) => one.deployment === deployment),
      ),
    );
    return offer
      ? { stream: aidOfferStream(offer.id), aggregate: offer.id }
      : { stream: aidAnswerStream(conversation), aggregate: conversation };
  };

  const request: Aid['request'] = async (sent, body) => {
    checkNeighbour({ regency: body.to }, deps, 'aid_from_stranger');
    checkHome(body.where, deps);
    const id = idFor(sent, newId, 'request');
    return inTurn(id, async () => {
      const { status, hazard } = await findIncident(ledger, body.incident);
      if (status === 'none')
        throw problemOfRejection({ code: 'incident_unknown', facts: { id: body.incident } });
      const kinds = body.items.map(({ kind }) => kind);
      const revision = await ask(sent, {
        conversation: id,
        route: '/api/v1/mutual-aid/requests',
        body,
        isNew: sent.key === undefined,
        hazard,
        command: (_, at) => ({
          type: 'request',
          by: regency,
          at,
          conversation: id,
          body,
          basis: register.basisWith(body.to, at, kinds),
        }),
      });
      return { id, revision };
    });
  };

  const actOnRequest: Aid['actOnRequest'] = (sent, id, action) =>
    inTurn(id, async (known) => {
      const { verb, body } = action;
      const what = {
        conversation: id,
        route: `/api/v1/mutual-aid/requests/${id}/${verb}`,
        body,
        hazard: hazardOf(known, id),
      };
      if (action.verb === 'decline') {
        const revision = await lend(sent, {
          ...what,
          stream: aidAnswerStream(id),
          aggregate: id,
          command: (_, at) => ({ type: 'decline', by: regency, at, conversation: id, body: action.body }),
        });
        return { id, revision };
      }
      if (action.verb === 'update') checkHome(action.body.where, deps);
      const revision = await ask(sent, {
        ...what,
        command(now, at) {
          const envelope = { by: regency, at, conversation: id };
          if (action.verb === 'cancel') return { ...envelope, type: 'cancel', body: action.body };
          const to = stateOf(now, id).asking.request?.to ?? '';
          const kinds = action.body.items.map(({ kind }) => kind);
          return { ...envelope, type: 'update', body: action.body, basis: register.basisWith(to, at, kinds) };
        },
      });
      return { id, revision };
    });

  const offer: Aid['offer'] = async (sent, body) => {
    checkNeighbour({ regency: body.to }, deps, 'aid_from_stranger');
    const id = idFor(sent, newId, 'offer');
    const conversation = body.request ?? id;
    return inTurn(conversation, async (known) => {
      const kinds = body.lines.map(({ kind }) => kind);
      const revision = await lend(sent, {
        conversation,
        stream: aidOfferStream(id),
        aggregate: id,
        route: '/api/v1/mutual-aid/offers',
        body,
        isNew: sent.key === undefined,
        hazard: hazardOf(known, conversation),
        command: (_, at) => ({
          type: 'offer',
          by: regency,
          at,
          conversation,
          offer: id,
          body,
          basis: register.basisWith(body.to, at, kinds),
          holdings: register.holdings(
            body.lines.flatMap((line) => ('resources' in line ? line.resources : [line.stock])),
          ),
        }),
      });
      return { id, conversation, revision };
    });
  };

  const actOnOffer: Aid['actOnOffer'] = async (sent, id, action) => {
    const now = await guarded(() => register.current());
    const conversation = now.conversationOfOffer.get(id);
    if (conversation === undefined) throw problemOfRejection({ code: 'offer_unknown', facts: { offer: id } });
    const { verb, body } = action;
    return inTurn(conversation, async (known) => {
      const hazard = hazardOf(known, conversation);
      const what = { conversation, route: `/api/v1/mutual-aid/offers/${id}/${verb}`, body, hazard };
      const ours = { ...what, stream: aidOfferStream(id), aggregate: id };
      const envelope = (at: string) => ({ by: regency, at, conversation, offer: id });
      switch (action.verb) {
        case 'accept': {
          const command = (_: Knowledge, at: string): AskingCommand => ({
            ...envelope(at),
            type: 'accept',
            body: action.body,
          });
          return { id, conversation, revision: await ask(sent, { ...what, command }) };
        }
        case 'decline': {
          const command = (_: Knowledge, at: string): AskingCommand => ({
            ...envelope(at),
            type: 'declineOffer',
            body: action.body,
          });
          return { id, conversation, revision: await ask(sent, { ...what, command }) };
        }
        case 'withdraw': {
          const command = (_: Knowledge, at: string): LendingCommand => ({
            ...envelope(at),
            type: 'withdraw',
            body: action.body,
          });
          return { id, conversation, revision: await lend(sent, { ...ours, command }) };
        }
        case 'refuse': {
          const command = (_: Knowledge, at: string): LendingCommand => ({
            ...envelope(at),
            type: 'refuse',
            body: action.body,
          });
          return { id, conversation, revision: await lend(sent, { ...ours, command }) };
        }
        case 'commit': {
          const revision = await commit(sent, known, ours, action.body);
          return { id, conversation, revision, ...standing(stateOf(known, conversation), id) };
        }
      }
    });
  };

  /**
   * Reserves what was accepted, each in its own stream, then says so. Killed in between, the same command finds what
   * is reserved and goes on; a refusal of the offer frees it.
   */
  const commit = async (
    sent: Sent,
    before: Knowledge,
    what: Omit<Say<LendingCommand>, 'command'>,
    body: z.output<typeof CommitOffer>,
  ): Promise<number> => {
    const { conversation, stream, aggregate: offer, route, hazard } = what;
    // Nothing may be reserved for what is refused.
    const answered = await findAnswer(deps, { ...sent, stream, digest: digestOf(route, body) });
    if (answered !== undefined) return answered;
    const state = stateOf(before, conversation);
    const lines = state.asking.accepted[offer] ?? [];
    const promises = lines.flatMap((line) => promisesOf(line, offer));
    const at = new Date(deps.clock()).toISOString();
    const basisAt = (now: string): Basis | undefined => {
      const made = state.lending.offers[offer];
      if (!made) return undefined;
      return register.basisWith(made.to, now, kindsOf(made.lines));
    };
    const command = (now: string, reserved: Readonly<Record<string, string>>): LendingCommand => ({
      type: 'commit',
      by: regency,
      at: now,
      conversation,
      offer,
      body,
      basis: basisAt(now),
      reserved,
    });
    // As if all could be had: what speaks against the commitment itself is said before anything is reserved.
    const all = Object.fromEntries(promises.map(({ id, promise }) => [id, promise]));
    const trial = decideLending(command(at, all), state);
    if (!trial.accepted) throw problemOfRejection(trial.rejection);
    const [committed] = trial.events;
    const reserved: Record<string, string> = {};
    if (committed?.type === 'OfferCommitted') {
      const made = state.lending.offers[offer];
      const { start, until } = committed.data;
      for (const { id, promise, quantity } of promises) {
        const shared = {
          by: regency,
          regency: made?.to ?? '',
          conversation,
          ...(made?.request === undefined ? {} : { request: made.request }),
          offer,
        };
        const taken = await orElsewhere(
          resources.promise(
            sent,
            id,
            (now): Extract<ResourceCommand | StockCommand, { type: 'commit' }> =>
              quantity === undefined
                ? {
                    ...shared,
                    type: 'commit',
                    at: now,
                    deployment: promise,
                    start,
                    until,
                    basis: basisAt(now),
                  }
                : { ...shared, type: 'commit', at: now, commitment: promise, quantity, basis: basisAt(now) },
            hazard,
          ),
        );
        if (taken) reserved[id] = promise;
      }
    }
    return lend(sent, { ...what, command: (_, now) => command(now, reserved) });
  };

  const actInConversation: Aid['actInConversation'] = (sent, id, action) =>
    inTurn(id, async (known) => {
      const { verb, body } = action;
      const what = {
        conversation: id,
        route: `/api/v1/mutual-aid/conversations/${id}/${verb}`,
        body,
        hazard: hazardOf(known, id),
      };
      const envelope = (at: string) => ({ by: regency, at, conversation: id });
      const asking = async (command: (at: string) => AskingCommand) => ({
        id,
        revision: await ask(sent, { ...what, command: (_, at) => command(at) }),
      });
      const lending = async (deployment: string, command: (at: string) => LendingCommand) => ({
        id,
        revision: await lend(sent, {
          ...what,
          ...placeOf(known, id, deployment),
          command: (_, at) => command(at),
        }),
      });
      switch (action.verb) {
        case 'ask-extension': {
          const extension = idFor(sent, newId, `extension ${id}`);
          const done = await asking((at) => ({
            ...envelope(at),
            type: 'askExtension',
            extension,
            body: action.body,
          }));
          return { ...done, extension };
        }
        case 'release-aid':
          return asking((at) => ({ ...envelope(at), type: 'release', body: action.body }));
        case 'answer-return':
          return asking((at) => ({ ...envelope(at), type: 'answerReturn', body: action.body }));
        case 'ask-status': {
          const enquiry = idFor(sent, newId, `enquiry ${id}`);
          const done = await asking((at) => ({
            ...envelope(at),
            type: 'askStatus',
            enquiry,
            body: action.body,
          }));
          return { ...done, enquiry };
        }
        case 'answer-extension':
          return lending(action.body.deployment, (at) => ({
            ...envelope(at),
            type: 'answerExtension',
            body: action.body,
          }));
        case 'ask-return': {
          const recall = idFor(sent, newId, `recall ${id}`);
          const done = await lending(action.body.deployment, (at) => ({
            ...envelope(at),
            type: 'askReturn',
            recall,
            body: action.body,
          }));
          return { ...done, recall };
        }
        case 'report-status':
          return lending(action.body.deployment, (at) => ({
            ...envelope(at),
            type: 'reportStatus',
            body: action.body,
          }));
      }
    });

  return { request, actOnRequest, offer, actOnOffer, actInConversation };
}

/** Of an offer: the deployment of each resource, the commitment of each stock, by the resource's or stock's id. */
interface Standing {
  deployments: Record<string, string>;
  commitments: Record<string, string>;
}
const standing = ({ lending }: Conversation, offer: string): Standing => {
  const deployments: [string, string][] = [];
  const commitments: [string, string][] = [];
  for (const line of lending.offers[offer]?.committed?.lines ?? []) {
    if ('commitment' in line) commitments.push([line.stock, line.commitment]);
    else for (const { resource, deployment } of line.deployments) deployments.push([resource, deployment]);
  }
  return { deployments: Object.fromEntries(deployments), commitments: Object.fromEntries(commitments) };
};

interface Promised {
  /** Of the resource or stock. */
  id: string;
  /** The deployment's or commitment's id: always the same for an offer. */
  promise: string;
  /** Of a stock. */
  quantity?: number;
}

const promisesOf = (line: AcceptedLine, offer: string): Promised[] => {
  const promise = (id: string) => uuidv5(`${offer} ${id}`, PROMISE_NAMESPACE);
  if ('stock' in line) return [{ id: line.stock, promise: promise(line.stock), quantity: line.quantity }];
  return line.resources.map((id) => ({ id, promise: promise(id) }));
};

const kindsOf = (lines: readonly { kind: AidKind }[]): AidKind[] => lines.map(({ kind }) => kind);

/** False where it has gone elsewhere, which leaves it out of the commitment; every other refusal stays one. */
async function orElsewhere(promise: Promise<unknown>): Promise<boolean> {
  try {
    await promise;
    return true;
  } catch (error) {
    if (error instanceof Problem && GONE.has(error.code)) return false;
    throw error;
  }
}
const GONE: ReadonlySet<string> = new Set([
  'resource_not_available',
  'resource_unknown',
  'deployment_over',
  'not_enough_stock',
  'commitment_over',
  'stock_unknown',
]);
