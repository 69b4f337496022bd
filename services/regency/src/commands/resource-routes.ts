/** The HTTP side of resources, deployments and stocks. */
import {
  type DeploymentVerb,
  deploymentVerbs,
  Id,
  type Permission,
  RegisterResource,
  RegisterStock,
  type ResourceVerb,
  resourceVerbs,
  type StockVerb,
  stockVerbs,
} from '@siaga/domain';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { Answer, commandRoute } from './command-route.ts';
import type { DeploymentAction, ResourceAction, Resources, StockAction } from './resources.ts';

interface Said {
  permission: Permission;
  summary: string;
}
const onResources: Record<ResourceVerb, Said> = {
  move: { permission: 'resource.move', summary: 'Say where it is while it is not deployed' },
  'take-out-of-service': {
    permission: 'resource.service',
    summary: 'Take it out of service, with the reason',
  },
  'back-in-service': { permission: 'resource.service', summary: 'Put it back in service' },
  dispatch: { permission: 'resource.dispatch', summary: 'Send it to an own incident' },
};
const onDeployments: Record<DeploymentVerb, Said> = {
  mobilise: { permission: 'resource.report', summary: 'It is being made ready' },
  depart: { permission: 'resource.report', summary: 'It has departed' },
  arrive: { permission: 'resource.report', summary: 'It is at the scene' },
  'report-position': { permission: 'resource.report', summary: 'Say where it is' },
  extend: { permission: 'resource.dispatch', summary: 'Move the end of its deployment' },
  cancel: { permission: 'resource.dispatch', summary: 'Call it off before it departs' },
  release: { permission: 'resource.dispatch', summary: 'Send it home' },
  'start-return': { permission: 'resource.report', summary: 'It is on the way home' },
  'end-return': { permission: 'resource.report', summary: 'It is home' },
};
const onStocks: Record<StockVerb, Said> = {
  receive: { permission: 'stock.count', summary: 'Take a delivery in' },
  count: { permission: 'stock.count', summary: 'Say what was counted, whatever the books said' },
  allot: { permission: 'stock.issue', summary: 'Promise a quantity for an own incident' },
  issue: { permission: 'stock.issue', summary: 'Hand out of what was promised' },
  cancel: { permission: 'stock.issue', summary: 'Free what of a promise was not handed out' },
};

export function resourceRoutes(app: FastifyInstance, resources: Resources): void {
  commandRoute(app, {
    url: '/api/v1/resources',
    permission: 'resource.register',
    tag: 'resources',
    summary: 'Register a resource or a team',
    body: RegisterResource,
    handle: (sent, body) => resources.register(sent, body),
  });
  for (const verb of Object.keys(resourceVerbs) as ResourceVerb[]) {
    commandRoute(app, {
      url: `/api/v1/resources/:id/${verb}`,
      ...onResources[verb],
      tag: 'resources',
      body: resourceVerbs[verb],
      answer: Answer.extend({ deployment: Id.optional() }),
      // A verb and its body belong together, which the type of a route in a loop can't say.
      handle: (sent, body, id) => resources.act(sent, id, { verb, body } as ResourceAction),
    });
  }
  for (const verb of Object.keys(deploymentVerbs) as DeploymentVerb[]) {
    commandRoute(app, {
      url: `/api/v1/deployments/:id/${verb}`,
      ...onDeployments[verb],
      tag: 'deployments',
      // The route says which; of a union of schemas, only that they are objects can be said here.
      body: (deploymentVerbs[verb] as z.ZodObject).omit({ deployment: true }),
      answer: Answer.extend({ resource: Id }),
      handle: (sent, body, id) => resources.actOnDeployment(sent, id, { verb, body } as DeploymentAction),
    });
  }
  commandRoute(app, {
    url: '/api/v1/stocks',
    permission: 'stock.register',
    tag: 'stocks',
    summary: 'Register a stock of a consumable',
    body: RegisterStock,
    handle: (sent, body) => resources.registerStock(sent, body),
  });
  for (const verb of Object.keys(stockVerbs) as StockVerb[]) {
    commandRoute(app, {
      url: `/api/v1/stocks/:id/${verb}`,
      ...onStocks[verb],
      tag: 'stocks',
      body: stockVerbs[verb],
      answer: Answer.extend({ commitment: Id.optional() }),
      handle: (sent, body, id) => resources.actOnStock(sent, id, { verb, body } as StockAction),
    });
  }
}
