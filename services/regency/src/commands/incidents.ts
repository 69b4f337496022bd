/**
 * Takes commands of incidents: reads the incident's stream, decides, appends at the revision read. Knows nothing
 * of HTTP but the Problem that it throws.
 */
import { createHash } from 'node:crypto';
import {
  decideIncident,
  type DomainEvent,
  decodeEvent,
  EventMetadata,
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
import {
  EventTooLarge,
  type Ledger,
  LedgerUnavailable,
  type RecordedEvent,
  WrongExpectedRevision,
} from '@siaga/ledger';
import { type Principal, Problem } from '@siaga/web';
import { v5 as uuidv5 } from 'uuid';
import type { z } from 'zod';
import { type Area, checkFigurePlaces, checkNeighbour, checkReportPlaces } from './places.ts';
import { problemOfRejection } from './refusals.ts';
import { Turns } from './turns.ts';

export interface IncidentsDeps extends Area {
  ledger: Ledger;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** A UUIDv7. */
  newId: () => string;
}

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

export interface IncidentRequest {
  principal: Principal;
  action: IncidentAction;
  /** Idempotency-Key: the same key of the same account with the same action has one effect and one answer. */
  key?: string | undefined;
  /** If-Match: the revision that the sender has seen. */
  ifMatch?: number | undefined;
}

/** The incident, and its revision after the command's last event; as it stood where it was so already. */
export interface IncidentAnswer {
  id: string;
  revision: number;
}

export interface Incidents {
  /**
   * Carries a command out.
   *
   * 1. An accepted command's events are in the ledger, fsynced, before the promise resolves.
   * 2. With a key that this account used before on the incident (for a report: anywhere), the first answer comes
   *    again and nothing is appended, also after a restart. Only what appended something is remembered: a
   *    refusal, or a command that found its work done, is decided anew.
   * 3. Without `ifMatch` a conflict with another writer is decided again on the new state.
   *
   * Rejects with a Problem: the domain's refusals, `place_unknown`, `point_outside`, `stale_revision`,
   * `idempotency_key_reused`, `event_too_large`, `ledger_unavailable`, `overloaded`.
   */
  handle(request: IncidentRequest): Promise<IncidentAnswer>;
  /** Where an incident stands. Rejects with a Problem: `incident_unknown`, `ledger_unavailable`. */
  find(id: string): Promise<IncidentAnswer & { status: IncidentStatus }>;
}

/** Of UUIDv5s that stand for an account's key: a repeated report finds the stream of the first. */
const REPORT_NAMESPACE = '6cc7cd6f-5d4a-4b2c-9fbb-0f1f3f6dbb0c';
/** Conflicts with writers of other processes in a row; in this process commands on an incident wait their turn. */
const MAX_CONFLICTS = 10;
/** Where all merges take turns: of a into b and b into a at once only one may succeed. */
const MERGES = 'merges';

/** What the handler knows of a stream. */
interface Loaded {
  state: Incident;
  revision: number;
  /** What a command with the same account and key did. */
  earlier?: { digest: string; revision: number };
}

const UNREPORTED: Loaded = { state: initialIncident, revision: 0 };

interface Keyed {
  key: string;
  digest: string;
}

export function openIncidents(deps: IncidentsDeps): Incidents {
  const { ledger, clock, newId, regency } = deps;
  const turns = new Turns();

  const handle = (request: IncidentRequest): Promise<IncidentAnswer> => {
    checkPlaces(request.action, deps);
    const id = incidentOf(request, newId);
    const inTurn = () => turns.take(id, () => guarded(() => carryOut(id, request)));
    return request.action.verb === 'merge' ? turns.take(MERGES, inTurn) : inTurn();
  };

  const carryOut = async (id: string, request: IncidentRequest): Promise<IncidentAnswer> => {
    const { principal, action, key, ifMatch } = request;
    const keyed = key === undefined ? undefined : { key, digest: digestOf(action) };
    const commandId = newId();
    // Its id was made a moment ago, so there is nothing to read; the append would notice.
    const isNew = action.verb === 'report' && key === undefined;
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const { state, revision, earlier } =
        isNew && conflicts === 0 ? UNREPORTED : await load(ledger, id, principal, key);
      if (earlier) return { id, revision: sameAnswer(earlier, keyed) };
      checkSeen(ifMatch, revision, state);
      const at = new Date(clock()).toISOString();
      const target = action.verb === 'merge' ? await targetOf(action.body.into) : undefined;
      const decision = decideIncident(commandOf(action, id, { by: regency, at }, target), state);
      if (!decision.accepted) throw problemOfRejection(decision.rejection);
      const { events } = decision;
      if (events.length === 0) return { id, revision };
      const hazard = hazardOf(events.reduce(evolveIncident, state));
      const recorded = events.map((event) => ({
        id: newId(),
        type: wireType(event),
        data: event.data,
        metadata: {
          actor: `${principal.role}:${principal.id}`,
          hazard,
          aggregate: id,
          occurredAt: event.data.occurredAt,
          correlationId: commandId,
          causationId: commandId,
          ...(keyed ? { command: keyed } : {}),
        } satisfies EventMetadata,
      }));
      try {
        const appended = await ledger.append(incidentStream(id), revision, recorded);
        return { id, revision: appended.revision };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
    throw new Problem(
      'overloaded',
      'Others kept changing this incident; send the command again.',
      undefined,
      {
        'retry-after': '1',
      },
    );
  };

  const targetOf = async (id: string): Promise<MergeTarget> => {
    const { state } = await load(ledger, id);
    return { id, status: state.status };
  };

  const find = (id: string) =>
    guarded(async () => {
      const { state, revision } = await load(ledger, id);
      if (state.status === 'none') throw problemOfRejection({ code: 'incident_unknown', facts: { id } });
      return { id, revision, status: state.status };
    });

  return { handle, find };
}

/** Folds an incident's stream. Throws for an event that this version can't read: to decide without it would be wrong. */
async function load(ledger: Ledger, id: string, principal?: Principal, key?: string): Promise<Loaded> {
  const loaded: Loaded = { state: initialIncident, revision: 0 };
  for await (const recorded of ledger.read(incidentStream(id))) {
    loaded.state = evolveIncident(loaded.state, incidentEventOf(recorded));
    loaded.revision = recorded.revision;
    const digest = key === undefined ? undefined : digestUnder(recorded, key, principal);
    if (digest !== undefined) loaded.earlier = { digest, revision: recorded.revision };
  }
  return loaded;
}

function incidentEventOf({ id, type, stream, data }: RecordedEvent): IncidentEvent {
  const decoded = decodeEvent(type, data);
  if (!decoded.ok) throw new Error(`event ${id} of ${stream} can't be read: ${decoded.detail}`);
  if (!isIncidentEvent(decoded.event)) throw new Error(`event ${id} of ${stream} is of no incident`);
  return decoded.event;
}

/** The wire names of an aggregate's events begin with it. */
const isIncidentEvent = (event: DomainEvent): event is IncidentEvent =>
  wireType(event).startsWith('siaga.incident.');

/** The digest of the command behind an event, when that carried this key of this account. */
function digestUnder({ metadata }: RecordedEvent, key: string, principal?: Principal): string | undefined {
  const { actor, command } = EventMetadata.parse(metadata);
  return command?.key === key && actor.split(':')[1] === principal?.id ? command.digest : undefined;
}

function sameAnswer(earlier: { digest: string; revision: number }, keyed: Keyed | undefined): number {
  if (earlier.digest === keyed?.digest) return earlier.revision;
  throw new Problem(
    'idempotency_key_reused',
    'This key came with another command before; a new command needs a new key.',
  );
}

function checkSeen(ifMatch: number | undefined, revision: number, state: Incident): void {
  if (ifMatch === undefined || ifMatch === revision || state.status === 'none') return;
  throw new Problem(
    'stale_revision',
    `You have seen revision ${ifMatch}, it is at ${revision}; look at it again before you change it.`,
    { currentRevision: revision },
  );
}

/** A key's report always gets the same id; an id is otherwise new. */
function incidentOf({ action, principal, key }: IncidentRequest, newId: () => string): string {
  if (action.verb !== 'report') return action.incident;
  return key === undefined ? newId() : uuidv5(`${principal.id} ${key}`, REPORT_NAMESPACE);
}

/** Of method, route and body as parsed, so that blanks and the order of members make no difference. */
function digestOf(action: IncidentAction): string {
  const route =
    action.verb === 'report' ? '/api/v1/incidents' : `/api/v1/incidents/${action.incident}/${action.verb}`;
  return createHash('sha256')
    .update(`POST ${route}\n${JSON.stringify(action.body)}`)
    .digest('hex');
}

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

/** What the ledger can't do, as problems. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerUnavailable) {
      throw new Problem(
        'ledger_unavailable',
        'Nothing was acknowledged. Send the command again with the same Idempotency-Key.',
        undefined,
        { 'retry-after': '2' },
      );
    }
    if (error instanceof EventTooLarge) {
      const { bytes, limit } = error;
      throw new Problem('event_too_large', `It takes ${bytes} bytes of ${limit}.`, { bytes, limit });
    }
    throw error;
  }
}
