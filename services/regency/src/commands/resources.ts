/** Takes commands of resources, of what is deployed, and of stocks. */
import {
  type DeploymentVerb,
  type deploymentVerbs,
  decideResource,
  decideStock,
  evolveResource,
  evolveStock,
  initialResource,
  initialStock,
  type RegisterResource,
  type RegisterStock,
  type ResourceCommand,
  type ResourceEvent,
  type ResourceVerb,
  resourceStream,
  type resourceVerbs,
  type StockCommand,
  type StockEvent,
  type StockVerb,
  stockStream,
  type stockVerbs,
} from '@siaga/domain';
import { Problem } from '@siaga/web';
import type { z } from 'zod';
import type { Register } from '../register/register.ts';
import { foldOf, turnOfResource, turnOfStock } from './aggregates.ts';
import { carryOut, type CommandDeps, type Done, digestOf, guarded, idFor, type Sent } from './carry-out.ts';
import { findIncident } from './incidents.ts';
import { type Area, checkHome } from './places.ts';
import { problemOfRejection } from './refusals.ts';
import type { Turns } from './turns.ts';

export interface ResourcesDeps extends CommandDeps, Area {
  register: Register;
  /** Shared with whatever else moves resources. */
  turns: Turns;
}

interface Answer {
  id: string;
  revision: number;
}

export type ResourceAction = {
  [Verb in ResourceVerb]: { verb: Verb; body: z.output<(typeof resourceVerbs)[Verb]> };
}[ResourceVerb];
export type DeploymentAction = {
  [Verb in DeploymentVerb]: {
    verb: Verb;
    body: Omit<z.output<(typeof deploymentVerbs)[Verb]>, 'deployment'>;
  };
}[DeploymentVerb];
export type StockAction = {
  [Verb in StockVerb]: { verb: Verb; body: z.output<(typeof stockVerbs)[Verb]> };
}[StockVerb];

/** Each carries a command out as `carryOut` says, and answers with the revision of the resource or stock. */
export interface Resources {
  register(sent: Sent, body: z.output<typeof RegisterResource>): Promise<Answer>;
  /** `deployment`: the one that a dispatch began. */
  act(sent: Sent, id: string, action: ResourceAction): Promise<Answer & { deployment?: string }>;
  /** Rejects also with `deployment_unknown`: no resource of this site is, or was, deployed under that id. */
  actOnDeployment(
    sent: Sent,
    deployment: string,
    action: DeploymentAction,
  ): Promise<Answer & { resource: string }>;
  registerStock(sent: Sent, body: z.output<typeof RegisterStock>): Promise<Answer>;
  /** `commitment`: the one that an allotment made. */
  actOnStock(sent: Sent, id: string, action: StockAction): Promise<Answer & { commitment?: string }>;
  /** Within another command: a promise to the neighbour, in the turn of the resource or stock. */
  promise(
    sent: Sent,
    id: string,
    command: (at: string) => Extract<ResourceCommand | StockCommand, { type: 'commit' }>,
    hazard: string,
  ): Promise<Done>;
}

const GENERAL = 'general';

export function openResources(deps: ResourcesDeps): Resources {
  const { ledger, regency, register, turns, newId } = deps;

  /** The hazard of an own incident that something is sent to. */
  const hazardOfIncident = async (incident: string): Promise<string> => {
    const { status, hazard } = await findIncident(ledger, incident);
    if (status === 'none') throw problemOfRejection({ code: 'incident_unknown', facts: { id: incident } });
    return hazard;
  };
  /** Of what its present task is for. */
  const hazardOfTask = async (id: string): Promise<string> => {
    const resource = register.known.resources.get(id);
    if (!resource || !('deployment' in resource)) return GENERAL;
    const { task } = resource.deployment;
    if (task.for === 'own') return (await findIncident(ledger, task.incident)).hazard;
    return register.known.conversations.get(task.conversation)?.hazard ?? GENERAL;
  };

  const onResource = async (
    sent: Sent,
    id: string,
    { route, body, hazard, isNew }: { route: string; body: unknown; hazard: string; isNew?: boolean },
    commandAt: (at: string) => ResourceCommand,
  ): Promise<Done> => {
    const done = await carryOut<ResourceEvent>(deps, {
      ...sent,
      stream: resourceStream(id),
      aggregate: id,
      digest: digestOf(route, body),
      isNew: isNew ?? false,
      decide: (own, at) =>
        decideResource(commandAt(at), foldOf(own, 'resource', initialResource, evolveResource)),
      hazard: () => hazard,
    });
    if (done.position !== undefined) await register.reached(done.position);
    return done;
  };
  const onStock = async (
    sent: Sent,
    id: string,
    { route, body, hazard, isNew }: { route: string; body: unknown; hazard: string; isNew?: boolean },
    commandAt: (at: string) => StockCommand,
  ): Promise<Done> => {
    const done = await carryOut<StockEvent>(deps, {
      ...sent,
      stream: stockStream(id),
      aggregate: id,
      digest: digestOf(route, body),
      isNew: isNew ?? false,
      decide: (own, at) => decideStock(commandAt(at), foldOf(own, 'stock', initialStock, evolveStock)),
      hazard: () => hazard,
    });
    if (done.position !== undefined) await register.reached(done.position);
    return done;
  };
  const inTurn = <T>(turn: string, work: () => Promise<T>) => turns.take(turn, () => guarded(work));

  return {
    async register(sent, body) {
      checkHome(body.home, deps);
      const id = idFor(sent, newId, 'resource');
      const facts = { route: '/api/v1/resources', body, hazard: GENERAL, isNew: sent.key === undefined };
      return inTurn(turnOfResource(id), async () => {
        const { revision } = await onResource(sent, id, facts, (at) => ({
          type: 'register',
          by: regency,
          at,
          body,
        }));
        return { id, revision };
      });
    },
    act(sent, id, action) {
      return inTurn(turnOfResource(id), async () => {
        await register.current();
        const deployment = idFor(sent, newId, `deployment ${id}`);
        const { verb, body } = action;
        const hazard =
          action.verb === 'dispatch' ? await hazardOfIncident(action.body.incident) : await hazardOfTask(id);
        const route = `/api/v1/resources/${id}/${verb}`;
        const { revision } = await onResource(sent, id, { route, body, hazard }, (at): ResourceCommand => {
          const envelope = { by: regency, at };
          switch (action.verb) {
            case 'move':
              return { ...envelope, type: 'move', body: action.body };
            case 'take-out-of-service':
              return { ...envelope, type: 'takeOutOfService', body: action.body };
            case 'back-in-service':
              return { ...envelope, type: 'backInService', body: action.body };
            case 'dispatch':
              return { ...envelope, type: 'dispatch', deployment, body: action.body };
          }
        });
        return { id, revision, ...(action.verb === 'dispatch' ? { deployment } : {}) };
      });
    },
    async actOnDeployment(sent, deployment, action) {
      await guarded(() => register.current());
      const resource = register.known.resourceOfDeployment.get(deployment);
      if (resource === undefined) {
        throw new Problem('deployment_unknown', `This site knows no deployment ${deployment} of its own.`, {
          deployment,
        });
      }
      const { verb, body } = action;
      return inTurn(turnOfResource(resource), async () => {
        const hazard = await hazardOfTask(resource);
        const route = `/api/v1/deployments/${deployment}/${verb}`;
        const { revision } = await onResource(
          sent,
          resource,
          { route, body, hazard },
          (at): ResourceCommand => {
            const type = commandNames[action.verb];
            // A verb and its body belong together; the pair stays one through the change of name.
            return { by: regency, at, type, body: { ...action.body, deployment } } as ResourceCommand;
          },
        );
        return { id: deployment, resource, revision };
      });
    },
    async registerStock(sent, body) {
      checkHome(body.home, deps);
      const id = idFor(sent, newId, 'stock');
      const facts = { route: '/api/v1/stocks', body, hazard: GENERAL, isNew: sent.key === undefined };
      return inTurn(turnOfStock(id), async () => {
        const { revision } = await onStock(sent, id, facts, (at) => ({
          type: 'register',
          by: regency,
          at,
          body,
        }));
        return { id, revision };
      });
    },
    actOnStock(sent, id, action) {
      return inTurn(turnOfStock(id), async () => {
        const commitment = idFor(sent, newId, `commitment ${id}`);
        const { verb, body } = action;
        const hazard = action.verb === 'allot' ? await hazardOfIncident(action.body.incident) : GENERAL;
        const route = `/api/v1/stocks/${id}/${verb}`;
        const { revision } = await onStock(sent, id, { route, body, hazard }, (at): StockCommand => {
          const envelope = { by: regency, at };
          // As with deployments; only an allotment carries an id beside its body.
          if (action.verb === 'allot') return { ...envelope, type: 'allot', commitment, body: action.body };
          return { ...envelope, type: action.verb, body: action.body } as StockCommand;
        });
        return { id, revision, ...(action.verb === 'allot' ? { commitment } : {}) };
      });
    },
    promise(sent, id, command, hazard) {
      const isStock = register.known.stocks.has(id);
      const route = `promise of ${id}`;
      // The key is the offer's: a stream that has the promise answers that it is so, whoever asks again.
      const inner = { principal: sent.principal };
      if (isStock) {
        return turns.take(turnOfStock(id), () =>
          onStock(
            inner,
            id,
            { route, body: {}, hazard },
            (at) => command(at) as Extract<StockCommand, { type: 'commit' }>,
          ),
        );
      }
      return turns.take(turnOfResource(id), () =>
        onResource(
          inner,
          id,
          { route, body: {}, hazard },
          (at) => command(at) as Extract<ResourceCommand, { type: 'commit' }>,
        ),
      );
    },
  };
}

const commandNames: Record<DeploymentVerb, ResourceCommand['type']> = {
  mobilise: 'mobilise',
  depart: 'depart',
  arrive: 'arrive',
  'report-position': 'reportPosition',
  extend: 'extend',
  cancel: 'cancel',
  release: 'release',
  'start-return': 'startReturn',
  'end-return': 'endReturn',
};
