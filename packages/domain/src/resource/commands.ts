/** Commands of resources as they come in over HTTP (bodies), before the edge adds who, when and the facts. */
import { z } from 'zod';
import { Id, Instant, PlaceCode, Point, RegencyCode } from '../codes.ts';
import type { Basis } from './basis.ts';
import { ResourceKind } from './kinds.ts';

const reason = z.string().trim().min(3).max(1000);
const text = z.string().trim().min(1).max(1000).optional();
const id = Id.toLowerCase();
const occurredAt = Instant.optional();
/** A step of one deployment: by its id, so that a late word about an earlier one does not touch this one. */
const step = { occurredAt, deployment: id };

export const HomeBody = z.strictObject({
  place: PlaceCode,
  point: Point.optional(),
  name: z.string().trim().min(1).max(200).optional(),
});

export const RegisterResource = z.strictObject({
  occurredAt,
  kind: ResourceKind,
  name: z.string().trim().min(1).max(200),
  capacity: z.number().optional(),
  crew: z.int().optional(),
  home: HomeBody,
});
export const MoveResource = z.strictObject({ occurredAt, point: Point, note: text });
export const TakeOutOfService = z.strictObject({ occurredAt, reason });
export const BackInService = z.strictObject({ occurredAt, note: text });
/**
 * Sends it to an incident of one's own. A commitment to the neighbour has no body of its own: it follows from
 * the commit of an accepted offer.
 */
export const DispatchResource = z.strictObject({
  occurredAt,
  incident: id,
  start: Instant.optional(),
  until: Instant,
});
export const MobiliseResource = z.strictObject({
  ...step,
  estimatedDeparture: Instant.optional(),
  estimatedArrival: Instant.optional(),
});
export const DepartResource = z.strictObject({ ...step, estimatedArrival: Instant.optional() });
export const ArriveResource = z.strictObject(step);
export const ReportPosition = z.strictObject({ ...step, point: Point, note: text });
export const ExtendDeployment = z.strictObject({ ...step, until: Instant });
export const CancelDeployment = z.strictObject({ ...step, reason });
export const ReleaseResource = z.strictObject({ ...step, reason: text });
export const StartReturn = z.strictObject({ ...step, estimatedArrival: Instant.optional() });
export const EndReturn = z.strictObject({ ...step, condition: text });

interface Envelope {
  by: RegencyCode;
  at: string;
}

export type ResourceCommand = Envelope &
  (
    | { type: 'register'; body: z.infer<typeof RegisterResource> }
    | { type: 'move'; body: z.infer<typeof MoveResource> }
    | { type: 'takeOutOfService'; body: z.infer<typeof TakeOutOfService> }
    | { type: 'backInService'; body: z.infer<typeof BackInService> }
    | { type: 'dispatch'; deployment: string; body: z.infer<typeof DispatchResource> }
    | {
        /** The lender's side of a committed offer; the edge sends it for each accepted resource, before the offer's commit. */
        type: 'commit';
        deployment: string;
        regency: RegencyCode;
        conversation: string;
        request?: string;
        offer: string;
        start: string;
        until: string;
        basis: Basis | undefined;
      }
    | { type: 'mobilise'; body: z.infer<typeof MobiliseResource> }
    | { type: 'depart'; body: z.infer<typeof DepartResource> }
    | { type: 'arrive'; body: z.infer<typeof ArriveResource> }
    | { type: 'reportPosition'; body: z.infer<typeof ReportPosition> }
    | { type: 'extend'; body: z.infer<typeof ExtendDeployment> }
    | { type: 'cancel'; body: z.infer<typeof CancelDeployment> }
    | { type: 'release'; body: z.infer<typeof ReleaseResource> }
    | { type: 'startReturn'; body: z.infer<typeof StartReturn> }
    | { type: 'endReturn'; body: z.infer<typeof EndReturn> }
  );

/** Bodies by the verb in the route: `POST /api/v1/resources/{id}/{verb}`. */
export const resourceVerbs = {
  move: MoveResource,
  'take-out-of-service': TakeOutOfService,
  'back-in-service': BackInService,
  dispatch: DispatchResource,
} as const;
export type ResourceVerb = keyof typeof resourceVerbs;

/** Bodies by the verb in the route `POST /api/v1/deployments/{id}/{verb}`; the id of the route is the body's `deployment`. */
export const deploymentVerbs = {
  mobilise: MobiliseResource,
  depart: DepartResource,
  arrive: ArriveResource,
  'report-position': ReportPosition,
  extend: ExtendDeployment,
  cancel: CancelDeployment,
  release: ReleaseResource,
  'start-return': StartReturn,
  'end-return': EndReturn,
} as const;
export type DeploymentVerb = keyof typeof deploymentVerbs;
