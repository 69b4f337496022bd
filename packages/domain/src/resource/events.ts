/**
 * Events of a resource: its register, and its deployments one after the other. The resource carries its
 * deployments, so that one append at one expected revision is the only way to promise it.
 */
import { z } from 'zod';
import { Id, PlaceCode, Point, RegencyCode, StoredInstant } from '../codes.ts';
import { BasisReference } from './basis.ts';
import { ResourceKind } from './kinds.ts';

/** Where something is kept. */
export const Home = z.strictObject({
  place: PlaceCode,
  point: Point.optional(),
  name: z.string().optional(),
});
export type Home = z.infer<typeof Home>;

/** What a resource is sent for. `latest`: the end that the terms of its basis allow, kept when they have ended. */
export const Task = z.discriminatedUnion('for', [
  z.strictObject({ for: z.literal('own'), incident: Id }),
  z.strictObject({
    for: z.literal('neighbour'),
    regency: RegencyCode,
    /** The conversation of mutual aid: the request's id, or the unsolicited offer's. */
    conversation: Id,
    request: Id.optional(),
    offer: Id,
    basis: BasisReference,
    latest: StoredInstant,
  }),
]);
export type Task = z.infer<typeof Task>;

const occurredAt = StoredInstant;
/** `conversation` stands where the deployment is for the neighbour: whose thread the step belongs to. */
const step = { occurredAt, deployment: Id, conversation: Id.optional() };

export const ResourceRegistered = z.strictObject({
  occurredAt,
  kind: ResourceKind,
  name: z.string(),
  /** In the unit of its kind (`kindFacts`). */
  capacity: z.number().positive().optional(),
  /** Persons who go with it. */
  crew: z.int().min(0).optional(),
  home: Home,
});
/** Found elsewhere while it is not deployed. */
export const ResourceMoved = z.strictObject({ occurredAt, point: Point, note: z.string().optional() });
export const ResourceTakenOutOfService = z.strictObject({ occurredAt, reason: z.string() });
export const ResourceBackInService = z.strictObject({ occurredAt, note: z.string().optional() });
/** Promised: from here on it is nobody else's. `start` to `until` is the time asked for. */
export const ResourceCommitted = z.strictObject({
  ...step,
  task: Task,
  start: StoredInstant,
  until: StoredInstant,
});
export const ResourceMobilised = z.strictObject({
  ...step,
  estimatedDeparture: StoredInstant.optional(),
  estimatedArrival: StoredInstant.optional(),
});
export const ResourceDeparted = z.strictObject({ ...step, estimatedArrival: StoredInstant.optional() });
export const ResourceArrived = z.strictObject(step);
export const ResourcePositionReported = z.strictObject({
  ...step,
  point: Point,
  note: z.string().optional(),
});
export const DeploymentExtended = z.strictObject({ ...step, until: StoredInstant });
/** Called off before it departed. */
export const DeploymentCancelled = z.strictObject({ ...step, reason: z.string() });
/** Its work is done, or it is called home, once it has departed. */
export const ResourceReleased = z.strictObject({ ...step, reason: z.string().optional() });
export const ResourceReturning = z.strictObject({ ...step, estimatedArrival: StoredInstant.optional() });
export const ResourceReturned = z.strictObject({ ...step, condition: z.string().optional() });

export type ResourceEvent =
  | { type: 'ResourceRegistered'; data: z.infer<typeof ResourceRegistered> }
  | { type: 'ResourceMoved'; data: z.infer<typeof ResourceMoved> }
  | { type: 'ResourceTakenOutOfService'; data: z.infer<typeof ResourceTakenOutOfService> }
  | { type: 'ResourceBackInService'; data: z.infer<typeof ResourceBackInService> }
  | { type: 'ResourceCommitted'; data: z.infer<typeof ResourceCommitted> }
  | { type: 'ResourceMobilised'; data: z.infer<typeof ResourceMobilised> }
  | { type: 'ResourceDeparted'; data: z.infer<typeof ResourceDeparted> }
  | { type: 'ResourceArrived'; data: z.infer<typeof ResourceArrived> }
  | { type: 'ResourcePositionReported'; data: z.infer<typeof ResourcePositionReported> }
  | { type: 'DeploymentExtended'; data: z.infer<typeof DeploymentExtended> }
  | { type: 'DeploymentCancelled'; data: z.infer<typeof DeploymentCancelled> }
  | { type: 'ResourceReleased'; data: z.infer<typeof ResourceReleased> }
  | { type: 'ResourceReturning'; data: z.infer<typeof ResourceReturning> }
  | { type: 'ResourceReturned'; data: z.infer<typeof ResourceReturned> };

/** Ledger stream of a resource. */
export const resourceStream = (id: string): string => `resource-${id}`;
