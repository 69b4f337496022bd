/** The picture's views of one resource and one stock, folded from their owner's shared events. Pure: server and browser. */
import type { Point, RegencyCode } from '../codes.ts';
import type { Home, ResourceEvent, Task } from '../resource/events.ts';
import type { ResourceKind, StockKind } from '../resource/kinds.ts';
import type { DeployedState, ResourceState } from '../resource/resource.ts';
import type { StockEvent, StockTask } from '../resource/stock.ts';
import type { EventPlace } from './incident-view.ts';

/** A position as it was reported. */
export interface Reported {
  point: Point;
  at: string;
  note?: string;
  /** The owner's sequence number of the event that said so. */
  sequence: number;
}

/** Requested, estimated and actual times of one leg, as EDXL-RM has them. */
export interface LegTimes {
  requested?: string;
  estimated?: string;
  actual?: string;
}

export interface DeploymentView {
  id: string;
  task: Task;
  state: DeployedState | 'returned' | 'cancelled';
  departure: LegTimes;
  arrival: LegTimes;
  returnDeparture: LegTimes;
  returnArrival: LegTimes;
  committedAt: string;
  until: string;
  /** Before any extension. */
  firstUntil: string;
  releasedAt?: string;
  /** Why it was called off or released, or in what condition it came back. */
  remark?: string;
  /** Positions reported, the oldest first, by when they were seen. */
  path: Reported[];
}

export interface ResourceView {
  id: string;
  regency: RegencyCode;
  kind: ResourceKind;
  name: string;
  capacity?: number;
  crew?: number;
  home: Home;
  state: ResourceState;
  /** The last position known: reported, moved to, or its home's. */
  position?: Reported;
  /** Why it is out of service. */
  stateReason?: string;
  deployment?: DeploymentView;
  /** Deployments that are over, the oldest first. */
  past: DeploymentView[];
  registeredAt: string;
  updatedAt: string;
  revision: number;
  sequence: number;
}

/** Folds one event into the view. An event of a resource whose registration is not known gives no view. */
export const foldResource = (
  view: ResourceView | undefined,
  event: ResourceEvent,
  place: EventPlace,
): ResourceView | undefined => {
  const { sequence, recordedAt, revision } = place;
  if (event.type === 'ResourceRegistered') {
    if (view) return view;
    const { occurredAt, home, kind, name, capacity, crew } = event.data;
    return {
      id: place.id,
      regency: place.regency,
      kind,
      name,
      ...(capacity === undefined ? {} : { capacity }),
      ...(crew === undefined ? {} : { crew }),
      home,
      state: 'available',
      ...(home.point ? { position: { point: home.point, at: occurredAt, sequence } } : {}),
      past: [],
      registeredAt: occurredAt,
      updatedAt: recordedAt,
      revision,
      sequence,
    };
  }
  if (!view) return undefined;
  const { stateReason, ...bare } = view;
  const next: ResourceView = { ...bare, updatedAt: recordedAt, revision, sequence };
  const keep: ResourceView = stateReason === undefined ? next : { ...next, stateReason };
  switch (event.type) {
    case 'ResourceMoved':
      return { ...keep, position: reported(event.data, sequence) };
    case 'ResourceTakenOutOfService':
      return { ...next, state: 'out-of-service', stateReason: event.data.reason };
    case 'ResourceBackInService':
      return { ...next, state: 'available' };
    case 'ResourceCommitted': {
      const { deployment: id, task, start, until, occurredAt } = event.data;
      const deployment: DeploymentView = {
        id,
        task,
        state: 'committed',
        departure: {},
        arrival: { requested: start },
        returnDeparture: { requested: until },
        returnArrival: {},
        committedAt: occurredAt,
        until,
        firstUntil: until,
        path: [],
      };
      return { ...next, state: 'committed', deployment };
    }
    default: {
      const { deployment } = view;
      if (!deployment || deployment.id !== event.data.deployment) return keep;
      return stepped(keep, deployment, event, sequence);
    }
  }
};

const reported = (
  { point, occurredAt: at, note }: { point: Point; occurredAt: string; note?: string | undefined },
  sequence: number,
): Reported => ({ point, at, ...(note === undefined ? {} : { note }), sequence });

const estimate = (leg: LegTimes, estimated: string | undefined): LegTimes =>
  estimated === undefined ? leg : { ...leg, estimated };

const stepped = (
  view: ResourceView,
  deployment: DeploymentView,
  event: Exclude<
    ResourceEvent,
    {
      type:
        | 'ResourceRegistered'
        | 'ResourceMoved'
        | 'ResourceTakenOutOfService'
        | 'ResourceBackInService'
        | 'ResourceCommitted';
    }
  >,
  sequence: number,
): ResourceView => {
  const { occurredAt } = event.data;
  const to = (state: DeployedState, changed: Partial<DeploymentView>): ResourceView => ({
    ...view,
    state,
    deployment: { ...deployment, state, ...changed },
  });
  const over = (state: 'returned' | 'cancelled', changed: Partial<DeploymentView>): ResourceView => {
    const { deployment: _, ...rest } = view;
    return { ...rest, state: 'available', past: [...view.past, { ...deployment, state, ...changed }] };
  };
  switch (event.type) {
    case 'ResourceMobilised':
      return to('mobilising', {
        departure: estimate(deployment.departure, event.data.estimatedDeparture),
        arrival: estimate(deployment.arrival, event.data.estimatedArrival),
      });
    case 'ResourceDeparted':
      return to('en-route', {
        departure: { ...deployment.departure, actual: occurredAt },
        arrival: estimate(deployment.arrival, event.data.estimatedArrival),
      });
    case 'ResourceArrived':
      return to('on-scene', { arrival: { ...deployment.arrival, actual: occurredAt } });
    case 'ResourcePositionReported': {
      const seen = reported(event.data, sequence);
      const path = [...deployment.path, seen].sort((a, b) =>
        a.at < b.at ? -1 : a.at > b.at ? 1 : a.sequence - b.sequence,
      );
      const isNewest = !view.position || view.position.at <= seen.at;
      return { ...view, ...(isNewest ? { position: seen } : {}), deployment: { ...deployment, path } };
    }
    case 'DeploymentExtended': {
      const { until } = event.data;
      return {
        ...view,
        deployment: {
          ...deployment,
          until,
          returnDeparture: { ...deployment.returnDeparture, requested: until },
        },
      };
    }
    case 'DeploymentCancelled':
      return over('cancelled', { remark: event.data.reason });
    case 'ResourceReleased': {
      const { reason } = event.data;
      return to('released', { releasedAt: occurredAt, ...(reason === undefined ? {} : { remark: reason }) });
    }
    case 'ResourceReturning':
      return to('returning', {
        returnDeparture: { ...deployment.returnDeparture, actual: occurredAt },
        returnArrival: estimate(deployment.returnArrival, event.data.estimatedArrival),
      });
    case 'ResourceReturned': {
      const { condition } = event.data;
      const returned = over('returned', {
        returnArrival: { ...deployment.returnArrival, actual: occurredAt },
        ...(condition === undefined ? {} : { remark: condition }),
      });
      const { point } = view.home;
      return point ? { ...returned, position: { point, at: occurredAt, sequence } } : returned;
    }
  }
};

export interface StockCommitmentView {
  id: string;
  task: StockTask;
  quantity: number;
  issued: number;
  status: 'open' | 'issued' | 'cancelled';
}

export interface StockView {
  id: string;
  regency: RegencyCode;
  kind: StockKind;
  home: Home;
  onHand: number;
  /** Promised and not yet handed out. */
  promised: number;
  /** What can still be promised; none where less is there than is promised. */
  free: number;
  commitments: StockCommitmentView[];
  /** When it was last counted, and the owner's sequence number of the event that said so. */
  counted?: { at: string; sequence: number };
  updatedAt: string;
  revision: number;
  sequence: number;
}

/** Folds one event into the view. An event of a stock whose registration is not known gives no view. */
export const foldStock = (
  view: StockView | undefined,
  event: StockEvent,
  place: EventPlace,
): StockView | undefined => {
  const { sequence, recordedAt: updatedAt, revision } = place;
  if (event.type === 'StockRegistered') {
    if (view) return view;
    const { kind, home } = event.data;
    const { id, regency } = place;
    return {
      id,
      regency,
      kind,
      home,
      onHand: 0,
      promised: 0,
      free: 0,
      commitments: [],
      updatedAt,
      revision,
      sequence,
    };
  }
  if (!view) return undefined;
  const next = { ...view, updatedAt, revision, sequence };
  switch (event.type) {
    case 'StockReceived':
      return summed({ ...next, onHand: view.onHand + event.data.quantity });
    case 'StockCounted':
      return summed({
        ...next,
        onHand: event.data.quantity,
        counted: { at: event.data.occurredAt, sequence },
      });
    case 'StockCommitted': {
      const { commitment: id, quantity, task } = event.data;
      if (view.commitments.some((one) => one.id === id)) return next;
      return summed({
        ...next,
        commitments: [...view.commitments, { id, task, quantity, issued: 0, status: 'open' }],
      });
    }
    case 'StockIssued': {
      const { commitment, quantity } = event.data;
      const commitments = view.commitments.map((one): StockCommitmentView => {
        if (one.id !== commitment) return one;
        const issued = one.issued + quantity;
        return { ...one, issued, status: issued >= one.quantity ? 'issued' : one.status };
      });
      return summed({ ...next, onHand: Math.max(0, view.onHand - quantity), commitments });
    }
    case 'StockCommitmentCancelled': {
      const commitments = view.commitments.map(
        (one): StockCommitmentView =>
          one.id === event.data.commitment && one.status === 'open' ? { ...one, status: 'cancelled' } : one,
      );
      return summed({ ...next, commitments });
    }
  }
};

const summed = (view: StockView): StockView => {
  const promised = view.commitments
    .filter(({ status }) => status === 'open')
    .reduce((sum, { quantity, issued }) => sum + quantity - issued, 0);
  return { ...view, promised, free: Math.max(0, view.onHand - promised) };
};
