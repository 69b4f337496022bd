/**
 * Takes commands of incidents. Knows nothing of HTTP but the Problem that it throws.
 */
import {
  decideIncident,
  type DomainEvent,
  evolveIncident,
  type Incident,
  type IncidentCommand,
  type IncidentEvent,
  type IncidentStatus,
  type IncidentVerb,
  incidentStream,
  type incidentVerbs,
  initialIncident,
  type MergeTarget,
  type ReportIncident,
  wireType,
} from '@siaga/domain';
import type { Ledger } from '@siaga/ledger';
import type { z } from 'zod';
import { carryOut, type CommandDeps, digestOf, guarded, idFor, type Sent } from './carry-out.ts';
import { type Own, readOwn } from './own-stream.ts';
import { type Area, checkFigurePlaces, checkNeighbour, checkReportPlaces } from './places.ts';
import { problemOfRejection } from './refusals.ts';
import { Turns } from './turns.ts';

export type IncidentsDeps = CommandDeps & Area;

/** What is to be done: a report, or a verb on an incident. */
export type IncidentAction =
  | { verb: 'report'; body: z.output<typeof ReportIncident> }
  | {
      [Verb in IncidentVerb]: {
        verb: Verb;
        incident: string;
        body: z.output<(typeof incidentVerbs)[Verb]>;
      };
    }[IncidentVerb];

export interface IncidentRequest extends Sent {
  action: IncidentAction;
}

/** The incident, and its revision after the command's last event; as it stood where it was so already. */
export interface IncidentAnswer {
  id: string;
  revision: number;
}

export interface Incidents {
  /**
   * Carries a command out, as `carryOut` says; a report's key stands for one incident, wherever it comes again.
   * Rejects with a Problem also for `place_unknown`, `point_outside`.
   */
  handle(request: IncidentRequest): Promise<IncidentAnswer>;
  /** Where an incident stands. Rejects with a Problem: `incident_unknown`, `ledger_unavailable`. */
  find(id: string): Promise<IncidentAnswer & { status: IncidentStatus }>;
}

/** Where all merges take turns: of a into b and b into a at once only one may succeed. */
const MERGES = 'merges';

export function openIncidents(deps: IncidentsDeps): Incidents {
  const { ledger, newId, regency } = deps;
  const turns = new Turns();

  const handle = (request: IncidentRequest): Promise<IncidentAnswer> => {
    checkPlaces(request.action, deps);
    const id = request.action.verb === 'report' ? idFor(request, newId) : request.action.incident;
    const work = () => guarded(() => carryOutOn(id, request));
    // An id that was made a moment ago has nobody to wait for.
    if (isNew(request)) return work();
    const inTurn = () => turns.take(id, work);
    return request.action.verb === 'merge' ? turns.take(MERGES, inTurn) : inTurn();
  };

  const carryOutOn = async (id: string, request: IncidentRequest): Promise<IncidentAnswer> => {
    const { action, principal, key, ifMatch } = request;
    const { revision } = await carryOut<IncidentEvent>(deps, {
      principal,
      key,
      ifMatch,
      stream: incidentStream(id),
      aggregate: id,
      digest: key === undefined ? '' : digestOf(routeOf(action), action.body),
      isNew: isNew(request),
      async decide(own, at) {
        const target = action.verb === 'merge' ? await targetOf(action.body.into) : undefined;
        return decideIncident(commandOf(action, id, { by: regency, at }, target), stateOf(own));
      },
      hazard: (own, [first]) =>
        first?.type === 'IncidentReported' ? first.data.hazard : hazardOf(stateOf(own)),
    });
    return { id, revision };
  };

  const targetOf = async (id: string): Promise<MergeTarget> => ({
    id,
    status: (await findIncident(ledger, id)).status,
  });

  const find = (id: string) =>
    guarded(async () => {
      const { status, revision } = await findIncident(ledger, id);
      if (status === 'none') throw problemOfRejection({ code: 'incident_unknown', facts: { id } });
      return { id, revision, status };
    });

  return { handle, find };
}

/** An own incident as its stream has it: `none` where it was never reported here. */
export async function findIncident(
  ledger: Pick<Ledger, 'read'>,
  id: string,
): Promise<{ status: IncidentStatus | 'none'; hazard: string; revision: number }> {
  const own = await readOwn(ledger, incidentStream(id));
  const state = stateOf(own);
  return { status: state.status, hazard: hazardOf(state), revision: own.revision };
}

const stateOf = ({ events }: Own): Incident =>
  events.reduce((state: Incident, event) => {
    if (!isIncidentEvent(event)) throw new Error(`${event.type} is of no incident`);
    return evolveIncident(state, event);
  }, initialIncident);

/** The wire names of an aggregate's events begin with it. */
const isIncidentEvent = (event: DomainEvent): event is IncidentEvent =>
  wireType(event).startsWith('siaga.incident.');

/** Its id is made for it, and so is new. */
const isNew = ({ action, key }: IncidentRequest): boolean => action.verb === 'report' && key === undefined;

const routeOf = (action: IncidentAction): string =>
  action.verb === 'report' ? '/api/v1/incidents' : `/api/v1/incidents/${action.incident}/${action.verb}`;

function checkPlaces(action: IncidentAction, area: Area): void {
  if (action.verb === 'report') checkReportPlaces(action.body, area);
  if (action.verb === 'assess') checkFigurePlaces(action.body);
  if (action.verb === 'declare-same' || action.verb === 'withdraw-same') checkNeighbour(action.body, area);
}

function commandOf(
  action: IncidentAction,
  self: string,
  envelope: { by: string; at: string },
  target: MergeTarget | undefined,
): IncidentCommand {
  switch (action.verb) {
    case 'declare-same':
      return { ...envelope, type: 'declareSame', body: action.body };
    case 'withdraw-same':
      return { ...envelope, type: 'withdrawSame', body: action.body };
    case 'merge':
      return {
        ...envelope,
        type: 'merge',
        body: action.body,
        self,
        target: target ?? { id: action.body.into, status: 'none' },
      };
    default:
      // The verbs that are left are named as the domain's commands are; a pair of both stays one.
      return { ...envelope, type: action.verb, body: action.body } as IncidentCommand;
  }
}

function hazardOf(state: Incident): string {
  return state.status === 'none' ? 'general' : state.hazard;
}
