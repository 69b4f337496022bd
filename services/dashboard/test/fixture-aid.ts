/**
 * Resources, stock and mutual aid of the fixture site: both regencies' halves decided, answered and folded by the
 * domain itself, without a network between them.
 */
import { randomUUID } from 'node:crypto';
import {
  type AidEvent,
  type AidThreadEvent,
  type AidThreadView,
  type AskingCommand,
  type Basis,
  type Conversation,
  type LendingCommand,
  type RegencyCode,
  type Resource,
  type ResourceCommand,
  type ResourceEvent,
  type ResourceView,
  type Role,
  type Sharing,
  type Stock,
  type StockCommand,
  type StockEvent,
  type StockView,
  MakeOffer,
  RegisterResource,
  RegisterStock,
  RequestAid,
  aidDeploymentVerbs,
  aidOfferVerbs,
  aidRequestVerbs,
  conversationOf,
  decideAsking,
  decideLending,
  decideResource,
  decideStock,
  deploymentVerbs,
  evolveConversation,
  evolveResource,
  evolveStock,
  foldAid,
  foldResource,
  foldStock,
  initialConversation,
  initialResource,
  initialStock,
  isAidEvent,
  mayRole,
  partiesOf,
  reactLending,
  reactResource,
  reactStock,
  resourceVerbs,
  stockVerbs,
} from '@siaga/domain';
import { findPlace } from '@siaga/geo';
import { Problem } from '@siaga/web';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConversationDetail, ResourceItem, StockItem } from '../src/aid/contract.ts';
import { permissionOf } from '../src/aid/conversation.ts';
import { permissionFor } from '../src/resources/board.ts';
import { type FixtureArea, Rejected } from './fixture-site.ts';

type Distributed<Command, Given extends PropertyKey> = Command extends unknown ? Omit<Command, Given> : never;
export type PlainResource = Distributed<ResourceCommand, 'by' | 'at'>;
export type PlainStock = Distributed<StockCommand, 'by' | 'at'>;
export type PlainAsking = Distributed<AskingCommand, 'by' | 'at' | 'basis' | 'conversation'>;
export type PlainLending = Distributed<
  LendingCommand,
  'by' | 'at' | 'basis' | 'conversation' | 'holdings' | 'reserved'
>;

export interface Aid {
  /** The part of the site to hand to `startFixtureSite`. */
  serve: (area: FixtureArea) => void;
  /** What stands behind new promises; none at first. */
  setBasis(basis: Omit<Basis, 'neighbour'> | undefined): void;
  /** What is said of the neighbour's sharing; `current` at first. */
  setSharing(sharing: Exclude<Sharing, { state: 'own' }>): void;
  resource(by: RegencyCode, command: PlainResource, at: string, id?: string): string;
  stock(by: RegencyCode, command: PlainStock, at: string, id?: string): string;
  ask(by: RegencyCode, command: PlainAsking, at: string, conversation?: string): string;
  lend(by: RegencyCode, command: PlainLending, at: string, conversation?: string): string;
  resourceNow(id: string): ResourceView;
  conversationNow(id: string): AidThreadView;
}

interface Logged {
  id: string;
  regency: RegencyCode;
  sequence: number;
  recordedAt: string;
  aggregate: string;
  revision: number;
  event: ResourceEvent | StockEvent | AidEvent;
}
interface Query {
  asOf?: string;
}

export const createAid = (): Aid => {
  const log: Logged[] = [];
  let area: FixtureArea | undefined;
  let terms: Omit<Basis, 'neighbour'> | undefined;
  let sharing: Exclude<Sharing, { state: 'own' }> = {
    state: 'current',
    under: { agreement: randomUUID() },
    until: '2099-01-01T00:00:00.000Z',
  };

  const served = (): FixtureArea => {
    if (!area) throw new Error('the aid of the fixture is not served');
    return area;
  };
  const other = (regency: RegencyCode) => (regency === served().own ? served().neighbour : served().own);
  const basisFor = (by: RegencyCode): Basis | undefined => terms && { ...terms, neighbour: other(by) };
  const said = <Event>(
    decision:
      | { accepted: true; events: readonly Event[] }
      | { accepted: false; rejection: { code: string; facts: Record<string, unknown> } },
  ): readonly Event[] => {
    if (!decision.accepted) throw new Rejected(decision.rejection.code, decision.rejection.facts);
    return decision.events;
  };

  const of = (aggregate: string) => log.filter((one) => one.aggregate === aggregate);
  const append = (by: RegencyCode, aggregate: string, events: readonly Logged['event'][], at: string) => {
    for (const event of events) {
      log.push({
        id: randomUUID(),
        regency: by,
        sequence: served().nextSequence(by, at),
        recordedAt: at,
        aggregate,
        revision: of(aggregate).length + 1,
        event,
      });
    }
  };

  const resourceState = (id: string): Resource =>
    of(id).reduce<Resource>(
      (state, { event }) => evolveResource(state, event as ResourceEvent),
      initialResource,
    );
  const stockState = (id: string): Stock =>
    of(id).reduce<Stock>((state, { event }) => evolveStock(state, event as StockEvent), initialStock);
  const conversationState = (id: string): Conversation =>
    log.reduce<Conversation>(
      (state, { regency, event }) =>
        isAidEvent(event) && event.data.conversation === id
          ? evolveConversation(state, regency, event)
          : state,
      initialConversation,
    );
  const idsOf = (type: 'ResourceRegistered' | 'StockRegistered') =>
    log.filter(({ event }) => event.type === type).map(({ aggregate }) => aggregate);
  const ownerOf = (aggregate: string) => of(aggregate)[0]?.regency;

  const resource: Aid['resource'] = (by, command, at, id = randomUUID()) => {
    append(by, id, said(decideResource({ ...command, by, at } as ResourceCommand, resourceState(id))), at);
    served().changed('resources', id);
    const deployment = log.findLast(({ aggregate }) => aggregate === id);
    const conversation = deployment && conversationOf(deployment.event);
    if (conversation) served().changed('conversations', conversation);
    return id;
  };
  const stock: Aid['stock'] = (by, command, at, id = randomUUID()) => {
    append(by, id, said(decideStock({ ...command, by, at } as StockCommand, stockState(id))), at);
    served().changed('stocks', id);
    return id;
  };

  /** What the other side answers by itself, and what the lender's resources do. */
  const react = (by: RegencyCode, conversation: string, events: readonly AidEvent[], at: string) => {
    for (const event of events) {
      const { lender } = partiesOf(conversationState(conversation));
      if (lender === undefined) continue;
      if (lender !== by) {
        const facts = { at, basis: basisFor(lender), taken: new Set<string>() };
        tell(lender, conversation, reactLending(conversationState(conversation), lender, event, facts), at);
      }
      for (const id of idsOf('ResourceRegistered').filter((one) => ownerOf(one) === lender)) {
        const moved = reactResource(resourceState(id), event, { us: lender, at });
        append(lender, id, moved, at);
        if (moved.length > 0) served().changed('resources', id);
      }
      for (const id of idsOf('StockRegistered').filter((one) => ownerOf(one) === lender)) {
        append(lender, id, reactStock(stockState(id), event, { us: lender, at }), at);
      }
    }
  };
  const tell = (by: RegencyCode, conversation: string, events: readonly AidEvent[], at: string) => {
    append(by, `${by}/${conversation}`, events, at);
    react(by, conversation, events, at);
    served().changed('conversations', conversation);
  };
  const ask: Aid['ask'] = (by, command, at, conversation = randomUUID()) => {
    const whole = { ...command, by, at, conversation, basis: basisFor(by) } as AskingCommand;
    tell(by, conversation, said(decideAsking(whole, conversationState(conversation))), at);
    return conversation;
  };
  const lend: Aid['lend'] = (by, command, at, conversation) => {
    const id = conversation ?? ('offer' in command ? command.offer : randomUUID());
    const holdings = Object.fromEntries([
      ...idsOf('ResourceRegistered').flatMap((one) => {
        const state = resourceState(one);
        return ownerOf(one) === by && state.state !== 'none' ? [[one, state.kind]] : [];
      }),
      ...idsOf('StockRegistered').flatMap((one) => {
        const state = stockState(one);
        return ownerOf(one) === by && state.status !== 'none' ? [[one, state.kind]] : [];
      }),
    ]);
    const basis = basisFor(by);
    const reserved = command.type === 'commit' ? reserve(by, command, at, id, basis) : {};
    const facts = { by, at, conversation: id, basis, holdings, reserved };
    const whole = { ...command, ...facts } as LendingCommand;
    tell(by, id, said(decideLending(whole, conversationState(id))), at);
    return id;
  };
  /** Promises everything that was accepted in its own stream first; what is not free any more is left out. */
  const reserve = (
    by: RegencyCode,
    command: Extract<PlainLending, { type: 'commit' }>,
    at: string,
    conversation: string,
    basis: Basis | undefined,
  ): Record<string, string> => {
    const state = conversationState(conversation);
    const { request } = state.asking;
    const start = command.body.start ?? request?.from ?? at;
    const hours = request?.durationHours ?? 24;
    const until = command.body.until ?? new Date(Date.parse(start) + hours * 3_600_000).toISOString();
    const common = {
      regency: other(by),
      conversation,
      ...(request ? { request: conversation } : {}),
      offer: command.offer,
      basis,
    };
    const reserved: Record<string, string> = {};
    for (const line of state.asking.accepted[command.offer] ?? []) {
      for (const id of 'resources' in line ? line.resources : [line.stock]) {
        const promise = randomUUID();
        try {
          if ('stock' in line)
            stock(by, { type: 'commit', commitment: promise, quantity: line.quantity, ...common }, at, id);
          else resource(by, { type: 'commit', deployment: promise, start, until, ...common }, at, id);
          reserved[id] = promise;
        } catch (error) {
          if (!(error instanceof Rejected)) throw error;
        }
      }
    }
    return reserved;
  };

  const until = (asOf: string | undefined) =>
    asOf === undefined ? log : log.filter(({ recordedAt }) => recordedAt <= new Date(asOf).toISOString());
  const sharingOf = (regency: RegencyCode): Sharing =>
    regency === served().own ? { state: 'own' } : sharing;
  const placeNameOf = (place: string) => findPlace(place)?.name ?? place;
  const resourceView = (id: string, asOf?: string): ResourceView | undefined =>
    until(asOf)
      .filter(({ aggregate }) => aggregate === id)
      .reduce<ResourceView | undefined>(
        (view, { event, ...place }) => foldResource(view, event as ResourceEvent, { ...place, id }),
        undefined,
      );
  const stockView = (id: string, asOf?: string): StockView | undefined =>
    until(asOf)
      .filter(({ aggregate }) => aggregate === id)
      .reduce<StockView | undefined>(
        (view, { event, ...place }) => foldStock(view, event as StockEvent, { ...place, id }),
        undefined,
      );
  const conversationView = (id: string, asOf?: string): AidThreadView | undefined =>
    until(asOf)
      .filter(({ event }) => conversationOf(event) === id)
      .reduce<AidThreadView | undefined>(
        (view, { event, ...place }) => foldAid(view, event as AidThreadEvent, place, place.id),
        undefined,
      );
  const resourceItem = (id: string, asOf?: string): ResourceItem | undefined => {
    const view = resourceView(id, asOf);
    return view && { ...view, placeName: placeNameOf(view.home.place), sharing: sharingOf(view.regency) };
  };
  const stockItem = (id: string, asOf?: string): StockItem | undefined => {
    const view = stockView(id, asOf);
    return view && { ...view, placeName: placeNameOf(view.home.place), sharing: sharingOf(view.regency) };
  };
  const conversationItem = (id: string, asOf?: string): ConversationDetail | undefined => {
    const view = conversationView(id, asOf);
    if (!view) return undefined;
    const { conversation: _, ...item } = view;
    return { ...item, sharing };
  };
  const conversationIds = () => [
    ...new Set(log.flatMap(({ event }) => (isAidEvent(event) ? [event.data.conversation] : []))),
  ];

  const serve = (made: FixtureArea) => {
    area = made;
    const { app, own } = made;
    const now = () => new Date().toISOString();
    const signedIn = (request: FastifyRequest) => {
      if (made.roleOf(request) === undefined) throw new Problem('not_signed_in');
    };
    const read = <Item>(path: string, ids: () => string[], itemOf: (id: string, asOf?: string) => Item) => {
      app.get<{ Querystring: Query }>(path, async (request) => {
        signedIn(request);
        const { asOf } = request.query;
        return { asOf: asOf ?? now(), items: ids().flatMap((id) => itemOf(id, asOf) ?? []) };
      });
      app.get<{ Params: { id: string }; Querystring: Query }>(`${path}/:id`, async (request) => {
        signedIn(request);
        const { asOf } = request.query;
        const item = itemOf(request.params.id, asOf);
        if (!item) throw new Problem('event_unknown');
        return { asOf: asOf ?? now(), item };
      });
    };
    read('/api/v1/picture/resources', () => idsOf('ResourceRegistered'), resourceItem);
    read('/api/v1/picture/stocks', () => idsOf('StockRegistered'), stockItem);
    read('/api/v1/picture/mutual-aid/conversations', conversationIds, conversationItem);
    app.get<{ Params: { id: string; message: string } }>(
      '/api/v1/picture/mutual-aid/conversations/:id/messages/:message/edxl-rm',
      async (request, reply) => {
        signedIn(request);
        return reply
          .type('application/xml')
          .send(`<?xml version="1.0"?><Message id="${request.params.message}"/>`);
      },
    );

    const allowed = (role: Role, permission: Parameters<typeof mayRole>[1]) => {
      if (!mayRole(role, permission)) throw new Problem('role_not_permitted');
    };
    const revisionOf = (id: string) => of(id).length;
    type Act = (role: Role) => object;
    const command = (request: FastifyRequest, reply: FastifyReply, act: Act) =>
      made.command(request, reply, act);
    const known = <Table extends object>(table: Table, verb: string): keyof Table => {
      if (!Object.hasOwn(table, verb)) throw new Problem('route_unknown');
      return verb as keyof Table;
    };

    app.post('/api/v1/resources', (request, reply) =>
      command(request, reply, (role) => {
        allowed(role, 'resource.register');
        const body = RegisterResource.parse(request.body);
        const id = resource(own, { type: 'register', body }, now());
        return { id, revision: revisionOf(id) };
      }),
    );
    app.post<{ Params: { id: string; verb: string } }>('/api/v1/resources/:id/:verb', (request, reply) =>
      command(request, reply, (role) => {
        const { id } = request.params;
        const verb = known(resourceVerbs, request.params.verb);
        allowed(role, permissionFor[verb]);
        made.matches(request, revisionOf(id));
        const body = resourceVerbs[verb].parse(request.body);
        const type = camel(verb);
        const deployment = verb === 'dispatch' ? { deployment: randomUUID() } : {};
        resource(own, { type, body, ...deployment } as PlainResource, now(), id);
        return { id, revision: revisionOf(id) };
      }),
    );
    app.post<{ Params: { id: string; verb: string } }>('/api/v1/deployments/:id/:verb', (request, reply) =>
      command(request, reply, (role) => {
        const { id: deployment } = request.params;
        const verb = known(deploymentVerbs, request.params.verb);
        allowed(role, permissionFor[verb]);
        const id = log.find(
          ({ event }) => event.type === 'ResourceCommitted' && event.data.deployment === deployment,
        )?.aggregate;
        if (id === undefined) throw new Problem('deployment_unknown');
        made.matches(request, revisionOf(id));
        const body = deploymentVerbs[verb].parse({ ...(request.body as object), deployment });
        resource(own, { type: camel(verb), body } as PlainResource, now(), id);
        return { id: deployment, resource: id, revision: revisionOf(id) };
      }),
    );
    app.post('/api/v1/stocks', (request, reply) =>
      command(request, reply, (role) => {
        allowed(role, 'stock.register');
        const body = RegisterStock.parse(request.body);
        const id = stock(own, { type: 'register', body }, now());
        return { id, revision: revisionOf(id) };
      }),
    );
    app.post<{ Params: { id: string; verb: string } }>('/api/v1/stocks/:id/:verb', (request, reply) =>
      command(request, reply, () => {
        const { id } = request.params;
        const verb = known(stockVerbs, request.params.verb);
        made.matches(request, revisionOf(id));
        const body = stockVerbs[verb].parse(request.body);
        const commitment = verb === 'allot' ? { commitment: randomUUID() } : {};
        stock(own, { type: verb, body, ...commitment } as PlainStock, now(), id);
        return { id, revision: revisionOf(id) };
      }),
    );

    app.post('/api/v1/mutual-aid/requests', (request, reply) =>
      command(request, reply, (role) => {
        allowed(role, 'aid.request');
        const body = RequestAid.parse(request.body);
        return { id: ask(own, { type: 'request', body }, now()), revision: 1 };
      }),
    );
    app.post<{ Params: { id: string; verb: string } }>(
      '/api/v1/mutual-aid/requests/:id/:verb',
      (request, reply) =>
        command(request, reply, (role) => {
          const { id } = request.params;
          const verb = known(aidRequestVerbs, request.params.verb);
          allowed(role, permissionOf[verb]);
          const body = aidRequestVerbs[verb].parse(request.body);
          if (verb === 'decline') lend(own, { type: verb, body } as PlainLending, now(), id);
          else ask(own, { type: verb, body } as PlainAsking, now(), id);
          return { id, revision: 1 };
        }),
    );
    app.post('/api/v1/mutual-aid/offers', (request, reply) =>
      command(request, reply, (role) => {
        allowed(role, 'aid.offer');
        const body = MakeOffer.parse(request.body);
        const offer = randomUUID();
        const conversation = lend(own, { type: 'offer', offer, body }, now(), body.request);
        return { id: offer, conversation, revision: 1 };
      }),
    );
    app.post<{ Params: { id: string; verb: string } }>(
      '/api/v1/mutual-aid/offers/:id/:verb',
      (request, reply) =>
        command(request, reply, (role) => {
          const { id: offer } = request.params;
          const verb = known(aidOfferVerbs, request.params.verb);
          allowed(role, permissionOf[verb === 'decline' ? 'decline-offer' : verb]);
          const conversation = conversationIds().find(
            (id) => conversationState(id).lending.offers[offer] !== undefined,
          );
          if (conversation === undefined) throw new Problem('offer_unknown');
          const body = aidOfferVerbs[verb].parse(request.body);
          if (verb === 'accept') ask(own, { type: verb, offer, body } as PlainAsking, now(), conversation);
          else if (verb === 'decline')
            ask(own, { type: 'declineOffer', offer, body } as PlainAsking, now(), conversation);
          else lend(own, { type: verb, offer, body } as PlainLending, now(), conversation);
          return { id: conversation, revision: 1 };
        }),
    );
    app.post<{ Params: { id: string; verb: string } }>(
      '/api/v1/mutual-aid/conversations/:id/:verb',
      (request, reply) =>
        command(request, reply, (role) => {
          const { id } = request.params;
          const verb = known(aidDeploymentVerbs, request.params.verb);
          allowed(role, permissionOf[verb]);
          const body = aidDeploymentVerbs[verb].parse(request.body);
          const fresh = randomUUID();
          switch (verb) {
            case 'ask-extension':
              ask(own, { type: 'askExtension', extension: fresh, body } as PlainAsking, now(), id);
              break;
            case 'ask-status':
              ask(own, { type: 'askStatus', enquiry: fresh, body } as PlainAsking, now(), id);
              break;
            case 'release-aid':
              ask(own, { type: 'release', body } as PlainAsking, now(), id);
              break;
            case 'answer-return':
              ask(own, { type: 'answerReturn', body } as PlainAsking, now(), id);
              break;
            case 'ask-return':
              lend(own, { type: 'askReturn', recall: fresh, body } as PlainLending, now(), id);
              break;
            default:
              lend(own, { type: camel(verb), body } as PlainLending, now(), id);
          }
          return { id, revision: 1 };
        }),
    );
  };

  return {
    serve,
    setBasis(next) {
      terms = next;
    },
    setSharing(next) {
      sharing = next;
      for (const id of idsOf('ResourceRegistered')) served().changed('resources', id);
    },
    resource,
    stock,
    ask,
    lend,
    resourceNow(id) {
      const view = resourceView(id);
      if (!view) throw new Error(`no resource ${id}`);
      return view;
    },
    conversationNow(id) {
      const view = conversationView(id);
      if (!view) throw new Error(`no conversation ${id}`);
      return view;
    },
  };
};

/** `take-out-of-service` → `takeOutOfService`. */
const camel = (verb: string): string =>
  verb.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
