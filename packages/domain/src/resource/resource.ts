/**
 * One resource and its deployments, owned by the regency that registered it:
 * available → committed → mobilising → en route → on scene → released → returning → available; out of service.
 *
 * Both regencies, or two incidents, may want it at once. The first commitment in its owner's ledger wins,
 * because it stands in the same stream at the expected revision; who comes later finds it promised.
 */
import { type Decision, accept, reject } from '../decision.ts';
import { type BasisRejection, basisRefusal, latestEnd } from './basis.ts';
import { type CommonRejection, commonRefusal, placeRefusal } from './checks.ts';
import type { ResourceCommand } from './commands.ts';
import type { ResourceEvent, Task } from './events.ts';
import type { ResourceKind } from './kinds.ts';

// State: what decide needs to know, nothing more

/** The states of a deployment, in their order. */
export const deployedStates = [
  'committed',
  'mobilising',
  'en-route',
  'on-scene',
  'released',
  'returning',
] as const;
export type DeployedState = (typeof deployedStates)[number];
export type ResourceState = 'available' | 'out-of-service' | DeployedState;

export interface Deployment {
  id: string;
  task: Task;
  until: string;
}

interface Known {
  kind: ResourceKind;
  /** When the last step happened in the world: no step happens before the one that it follows. */
  since: string;
  /** Deployments that are over: what comes again for one of them has no effect. */
  ended: ReadonlySet<string>;
}

export type Resource =
  | { state: 'none' }
  | (Known & { state: 'available' | 'out-of-service' })
  | (Known & { state: DeployedState; deployment: Deployment });

export const initialResource: Resource = { state: 'none' };

/** Folds one event. Total over every order of events; an event that does not apply leaves the state as it is. */
export const evolveResource = (resource: Resource, event: ResourceEvent): Resource => {
  if (resource.state === 'none') {
    if (event.type !== 'ResourceRegistered') return resource;
    const { kind, occurredAt } = event.data;
    return { state: 'available', kind, since: occurredAt, ended: new Set() };
  }
  if (event.type === 'ResourceRegistered' || event.type === 'ResourceMoved') return resource;
  const since = event.data.occurredAt;
  const known: Known = { kind: resource.kind, ended: resource.ended, since };
  if (event.type === 'ResourceTakenOutOfService') {
    return isDeployed(resource) ? resource : { ...known, state: 'out-of-service' };
  }
  if (event.type === 'ResourceBackInService') {
    return isDeployed(resource) ? resource : { ...known, state: 'available' };
  }
  if (event.type === 'ResourceCommitted') {
    const { deployment: id, task, until } = event.data;
    if (resource.state !== 'available' || resource.ended.has(id)) return resource;
    return { ...known, state: 'committed', deployment: { id, task, until } };
  }
  if (!isDeployed(resource) || resource.deployment.id !== event.data.deployment) return resource;
  const { deployment } = resource;
  const to = (state: DeployedState): Resource => ({ ...known, state, deployment });
  switch (event.type) {
    case 'ResourceMobilised':
      return to('mobilising');
    case 'ResourceDeparted':
      return to('en-route');
    case 'ResourceArrived':
      return to('on-scene');
    case 'ResourcePositionReported':
      return resource;
    case 'DeploymentExtended':
      return { ...resource, deployment: { ...deployment, until: event.data.until } };
    case 'ResourceReleased':
      return to('released');
    case 'ResourceReturning':
      return to('returning');
    case 'DeploymentCancelled':
    case 'ResourceReturned':
      return { ...known, state: 'available', ended: new Set([...resource.ended, deployment.id]) };
  }
};

const isDeployed = (
  resource: Resource,
): resource is Known & { state: DeployedState; deployment: Deployment } =>
  resource.state !== 'none' && resource.state !== 'available' && resource.state !== 'out-of-service';

// Decisions

export type ResourceRejection =
  | CommonRejection
  | BasisRejection
  | 'already_registered'
  | 'resource_unknown'
  | 'place_not_ours'
  | 'quantity_below_one'
  | 'not_allowed_in_state'
  | 'resource_not_available'
  | 'deployment_unknown'
  | 'deployment_over'
  | 'already_departed'
  | 'before_previous_step'
  | 'ends_before_it_begins'
  | 'not_later_than_before';
export type ResourceDecision = Decision<ResourceEvent, ResourceRejection>;

type Verb = ResourceCommand['type'];
/** Verbs on a deployment that is under way. */
type StepVerb = Exclude<
  Verb,
  'register' | 'move' | 'takeOutOfService' | 'backInService' | 'dispatch' | 'commit'
>;

/** In which states a step is taken, and in which it has been taken already. */
const steps: Record<StepVerb, { acts: readonly DeployedState[]; alreadySo: readonly DeployedState[] }> = {
  mobilise: { acts: ['committed'], alreadySo: ['mobilising'] },
  depart: { acts: ['committed', 'mobilising'], alreadySo: ['en-route'] },
  arrive: { acts: ['en-route'], alreadySo: ['on-scene'] },
  reportPosition: { acts: deployedStates, alreadySo: [] },
  extend: { acts: ['committed', 'mobilising', 'en-route', 'on-scene'], alreadySo: [] },
  cancel: { acts: ['committed', 'mobilising'], alreadySo: [] },
  release: { acts: ['en-route', 'on-scene'], alreadySo: ['released', 'returning'] },
  startReturn: { acts: ['released'], alreadySo: ['returning'] },
  endReturn: { acts: ['released', 'returning'], alreadySo: [] },
};

/**
 * Decides `command` against `resource`. Returns the events to append, none when it is already so, or a rejection.
 *
 * 1. Only an available resource is committed; a second commitment is `resource_not_available`, whoever asks.
 * 2. A commitment to the neighbour needs a basis in force that covers the kind and the time. A deployment that
 *    has begun goes on without one: the resource comes home under the old terms, and is extended at most to the
 *    end that those allow.
 * 3. A deployment is called off before it departs; after that it is released and returns.
 * 4. What comes for a deployment that is over is `deployment_over`, but for its end itself, which is already so.
 */
export const decideResource = (command: ResourceCommand, resource: Resource): ResourceDecision => {
  const occurredAt = 'body' in command ? (command.body.occurredAt ?? command.at) : command.at;
  const common = commonRefusal(command.at, occurredAt, textsOf(command));
  if (common) return common;
  if (command.type === 'register') return decideRegister(command, resource, occurredAt);
  if (resource.state === 'none') return reject('resource_unknown');
  switch (command.type) {
    case 'move': {
      if (isDeployed(resource)) return notIn(command.type, resource, ['available', 'out-of-service']);
      const { point, note } = command.body;
      return accept({ type: 'ResourceMoved', data: { occurredAt, point, ...given({ note }) } });
    }
    case 'takeOutOfService':
      if (resource.state === 'out-of-service') return accept();
      if (isDeployed(resource)) return notIn(command.type, resource, ['available']);
      return (
        early(resource, occurredAt) ??
        accept({ type: 'ResourceTakenOutOfService', data: { occurredAt, reason: command.body.reason } })
      );
    case 'backInService':
      if (resource.state !== 'out-of-service') return accept();
      return (
        early(resource, occurredAt) ??
        accept({ type: 'ResourceBackInService', data: { occurredAt, ...given({ note: command.body.note }) } })
      );
    case 'dispatch':
    case 'commit':
      return decideCommitment(command, resource, occurredAt);
    default:
      return decideStep(command, resource, occurredAt);
  }
};

type Only<Type extends Verb> = Extract<ResourceCommand, { type: Type }>;
type Registered = Exclude<Resource, { state: 'none' }>;

/** The members of `members` that have a value. */
const given = <Members extends Record<string, unknown>>(members: Members) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Members]?: Exclude<Members[Key], undefined>;
  };

const textsOf = (command: ResourceCommand): Record<string, string | undefined> => {
  if (!('body' in command)) return {};
  const { body } = command;
  return {
    ...('name' in body ? { name: body.name } : {}),
    ...('home' in body ? { home: body.home.name } : {}),
    ...('note' in body ? { note: body.note } : {}),
    ...('reason' in body ? { reason: body.reason } : {}),
    ...('condition' in body ? { condition: body.condition } : {}),
  };
};

const notIn = (command: string, { state }: Resource, allowedIn: readonly ResourceState[]) =>
  reject('not_allowed_in_state', { command, state, allowedIn });

const early = ({ since }: Registered, occurredAt: string) =>
  occurredAt < since ? reject('before_previous_step', { occurredAt, previous: since }) : undefined;

const decideRegister = (
  { body, by }: Only<'register'>,
  resource: Resource,
  occurredAt: string,
): ResourceDecision => {
  if (resource.state !== 'none') return reject('already_registered');
  const { kind, name, capacity, crew, home } = body;
  const refused = placeRefusal(home.place, by);
  if (refused) return refused;
  if (capacity !== undefined && capacity <= 0)
    return reject('quantity_below_one', { field: 'capacity', quantity: capacity });
  if (crew !== undefined && crew < 0) return reject('quantity_below_one', { field: 'crew', quantity: crew });
  return accept({
    type: 'ResourceRegistered',
    data: {
      occurredAt,
      kind,
      name,
      ...given({ capacity, crew }),
      home: { place: home.place, ...given({ point: home.point, name: home.name }) },
    },
  });
};

const decideCommitment = (
  command: Only<'dispatch'> | Only<'commit'>,
  resource: Registered,
  occurredAt: string,
): ResourceDecision => {
  const { deployment } = command;
  if (resource.ended.has(deployment)) return reject('deployment_over', { deployment });
  if (isDeployed(resource) && resource.deployment.id === deployment) return accept();
  if (resource.state !== 'available') {
    return reject('resource_not_available', {
      state: resource.state,
      ...(isDeployed(resource)
        ? { deployment: resource.deployment.id, until: resource.deployment.until }
        : {}),
    });
  }
  const terms = command.type === 'dispatch' ? command.body : command;
  const { start = occurredAt, until } = terms;
  if (until <= start) return reject('ends_before_it_begins', { start, until });
  if (command.type === 'dispatch') {
    const task: Task = { for: 'own', incident: command.body.incident };
    return (
      early(resource, occurredAt) ??
      accept({ type: 'ResourceCommitted', data: { occurredAt, deployment, task, start, until } })
    );
  }
  const { regency, conversation, request, offer, basis, at } = command;
  const refused = basisRefusal(basis, {
    neighbour: regency,
    at,
    kinds: [resource.kind],
    term: { start, end: until },
  });
  if (refused || !basis) return refused ?? reject('agreement_not_in_force', { neighbour: regency, at });
  const task: Task = {
    for: 'neighbour',
    regency,
    conversation,
    ...given({ request }),
    offer,
    basis: basis.reference,
    latest: latestEnd(basis, start),
  };
  return (
    early(resource, occurredAt) ??
    accept({ type: 'ResourceCommitted', data: { occurredAt, deployment, conversation, task, start, until } })
  );
};

const decideStep = (command: Only<StepVerb>, resource: Registered, occurredAt: string): ResourceDecision => {
  const { deployment: id } = command.body;
  if (resource.ended.has(id)) {
    return command.type === 'endReturn' || command.type === 'cancel'
      ? accept()
      : reject('deployment_over', { deployment: id });
  }
  if (!isDeployed(resource) || resource.deployment.id !== id) {
    return reject('deployment_unknown', { deployment: id });
  }
  const { state, deployment } = resource;
  const { acts, alreadySo } = steps[command.type];
  if (alreadySo.includes(state)) return accept();
  if (command.type === 'cancel' && !acts.includes(state))
    return reject('already_departed', { deployment: id, state });
  if (!acts.includes(state)) return notIn(command.type, resource, acts);
  const isReport = command.type === 'reportPosition' || command.type === 'extend';
  const refused = isReport ? undefined : early(resource, occurredAt);
  if (refused) return refused;

  const { task } = deployment;
  const step = {
    occurredAt,
    deployment: id,
    ...(task.for === 'neighbour' ? { conversation: task.conversation } : {}),
  };
  switch (command.type) {
    case 'mobilise': {
      const { estimatedDeparture, estimatedArrival } = command.body;
      if (estimatedDeparture && estimatedArrival && estimatedArrival < estimatedDeparture) {
        return reject('ends_before_it_begins', { start: estimatedDeparture, until: estimatedArrival });
      }
      return accept({
        type: 'ResourceMobilised',
        data: { ...step, ...given({ estimatedDeparture, estimatedArrival }) },
      });
    }
    case 'depart':
    case 'startReturn': {
      const { estimatedArrival } = command.body;
      if (estimatedArrival && estimatedArrival < occurredAt) {
        return reject('ends_before_it_begins', { start: occurredAt, until: estimatedArrival });
      }
      const type = command.type === 'depart' ? 'ResourceDeparted' : 'ResourceReturning';
      return accept({ type, data: { ...step, ...given({ estimatedArrival }) } });
    }
    case 'arrive':
      return accept({ type: 'ResourceArrived', data: step });
    case 'reportPosition': {
      const { point, note } = command.body;
      return accept({ type: 'ResourcePositionReported', data: { ...step, point, ...given({ note }) } });
    }
    case 'extend': {
      const { until } = command.body;
      if (until === deployment.until) return accept();
      if (until < deployment.until) {
        return reject('not_later_than_before', { until, before: deployment.until });
      }
      if (task.for === 'neighbour' && until > task.latest) {
        return reject('longer_than_agreed', { until, latest: task.latest });
      }
      return accept({ type: 'DeploymentExtended', data: { ...step, until } });
    }
    case 'cancel':
      return accept({ type: 'DeploymentCancelled', data: { ...step, reason: command.body.reason } });
    case 'release':
      return accept({
        type: 'ResourceReleased',
        data: { ...step, ...given({ reason: command.body.reason }) },
      });
    case 'endReturn':
      return accept({
        type: 'ResourceReturned',
        data: { ...step, ...given({ condition: command.body.condition }) },
      });
  }
};
