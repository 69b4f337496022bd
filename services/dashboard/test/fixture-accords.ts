/** Agreements, sharing overrides and emergency statuses of the fixture site: decided and folded by the domain itself. */
import { createHash, randomUUID } from 'node:crypto';
import {
  type Agreement,
  type AgreementCommand,
  type AgreementEvent,
  type AgreementRow,
  type EmergencyStatus,
  type EmergencyStatusCommand,
  type EmergencyStatusEvent,
  type EmergencyStatusView,
  type OverrideCommand,
  type OverrideEvent,
  type OverrideView,
  type Overrides,
  type RegencyCode,
  DeclareEmergency,
  DeclareOverride,
  DraftAgreement,
  EndOverride,
  agreementStatusAt,
  agreementVerbs,
  agreementView,
  decideAgreement,
  decideEmergencyStatus,
  decideOverride,
  emergencyStatusId,
  emergencyVerbs,
  evolveAgreement,
  evolveEmergencyStatus,
  evolveOverrides,
  foldAgreement,
  foldEmergencyStatus,
  foldOverride,
  initialAgreement,
  initialEmergencyStatus,
  initialOverrides,
  statusAt,
} from '@siaga/domain';
import { Problem } from '@siaga/web';
import type { AgreementItem, EmergencyItem, OverrideItem } from '../src/api/contract.ts';
import { type FixtureArea, Rejected } from './fixture-area.ts';

type Distributed<Command, Given extends PropertyKey> = Command extends unknown ? Omit<Command, Given> : never;
export type PlainAgreement = Distributed<AgreementCommand, 'by' | 'at' | 'hash' | 'computed' | 'proposal'>;
export type PlainEmergency = Distributed<EmergencyStatusCommand, 'by' | 'at'>;
export type PlainOverride = Distributed<OverrideCommand, 'by' | 'at' | 'override'>;

export interface Accords {
  /** Decides a command in `by`'s half as of `at` and tells the streams. Returns the agreement's id. */
  agreement(by: RegencyCode, command: PlainAgreement, at: string, id?: string): string;
  /** The newest version's number and hash, as those who sign it name it. */
  newest(id: string): { version: number; hash: string };
  /** The ids of an agreement's proposals, in order. */
  proposals(id: string): string[];
  emergency(by: RegencyCode, command: PlainEmergency, at: string, id?: string): string;
  override(by: RegencyCode, command: PlainOverride, at: string, id?: string): string;
}

interface Logged<Event> {
  regency: RegencyCode;
  event: Event;
  place: { id: string; regency: RegencyCode; revision: number; sequence: number; recordedAt: string };
}
interface Query {
  asOf?: string;
  regency?: string;
  hazard?: string;
}

const hashOf = (document: unknown) => createHash('sha256').update(JSON.stringify(document)).digest('hex');

const said = <Event>(decision: { accepted: true; events: readonly Event[] } | Refused): readonly Event[] => {
  if (!decision.accepted) throw new Rejected(decision.rejection.code, decision.rejection.facts);
  return decision.events;
};
interface Refused {
  accepted: false;
  rejection: { code: string; facts: Record<string, unknown> };
}

/** Serves the routes of agreements, overrides and emergency statuses. */
export const serveAccords = (area: FixtureArea): Accords => {
  const agreements = new Map<string, Logged<AgreementEvent>[]>();
  const statuses = new Map<string, Logged<EmergencyStatusEvent>[]>();
  const overrides: Logged<OverrideEvent>[] = [];
  const { app, own } = area;

  const log = <Event>(
    to: Logged<Event>[],
    regency: RegencyCode,
    events: readonly Event[],
    at: string,
    id: string,
  ) => {
    for (const event of events) {
      const revision = to.filter((one) => one.regency === regency).length + 1;
      const sequence = area.nextSequence(regency, at);
      to.push({ regency, event, place: { id, regency, revision, sequence, recordedAt: at } });
    }
  };
  const until = <Event>(events: readonly Logged<Event>[], asOf: string | undefined) =>
    asOf === undefined
      ? events
      : events.filter(({ place }) => place.recordedAt <= new Date(asOf).toISOString());
  const now = () => new Date().toISOString();

  const viewOf = (id: string, asOf?: string) => {
    let row: AgreementRow | undefined;
    for (const { event, place } of until(agreements.get(id) ?? [], asOf))
      row = foldAgreement(row, event, place);
    return row && agreementView(row);
  };
  const itemOf = (id: string, asOf?: string): AgreementItem | undefined => {
    const view = viewOf(id, asOf);
    if (!view) return undefined;
    const { inForce: periods, ...rest } = view;
    return { ...rest, periods, ...agreementStatusAt(view, asOf ?? now()) };
  };
  const accords: Accords = {
    agreement(by, command, at, id = randomUUID()) {
      const events = agreements.get(id) ?? [];
      const state = events.reduce<Agreement>(
        (before, { regency, event }) => evolveAgreement(before, regency, event),
        initialAgreement,
      );
      const { body } = command;
      const whole = {
        ...command,
        by,
        at,
        ...('document' in body ? { hash: hashOf(body.document) } : {}),
        ...('hash' in body ? { computed: accords.newest(id).hash } : {}),
        ...(command.type === 'propose' ? { proposal: randomUUID() } : {}),
      } as AgreementCommand;
      log(events, by, said(decideAgreement(whole, state)), at, id);
      agreements.set(id, events);
      area.changed('agreements', id);
      return id;
    },
    newest(id) {
      const newest = viewOf(id)?.versions.at(-1);
      if (!newest) throw new Problem('internal', `no agreement ${id}`);
      return { version: newest.version, hash: newest.hash };
    },
    proposals: (id) =>
      viewOf(id)?.clauses.flatMap(({ proposals }) => proposals.map(({ proposal }) => proposal)) ?? [],
    emergency(by, command, at, id) {
      const aggregate = command.type === 'declare' ? emergencyStatusId(by, command.body.hazard) : (id ?? '');
      const events = statuses.get(aggregate) ?? [];
      const state = events.reduce<EmergencyStatus>(
        (before, { event }) => evolveEmergencyStatus(before, event),
        initialEmergencyStatus,
      );
      const whole = { ...command, by, at } as EmergencyStatusCommand;
      log(events, by, said(decideEmergencyStatus(whole, state)), at, aggregate);
      statuses.set(aggregate, events);
      area.changed('emergency-statuses', aggregate);
      return aggregate;
    },
    override(by, command, at, id = randomUUID()) {
      const state = overrides
        .filter(({ regency }) => regency === by)
        .reduce<Overrides>((before, { event }) => evolveOverrides(before, event), initialOverrides);
      const whole = { ...command, by, at, override: id } as OverrideCommand;
      log(overrides, by, said(decideOverride(whole, state)), at, by);
      area.changed('sharing-overrides', id);
      return id;
    },
  };

  app.get<{ Querystring: Query }>('/api/v1/picture/agreements', async ({ query }) => ({
    asOf: query.asOf ?? now(),
    items: [...agreements.keys()].flatMap((id) => itemOf(id, query.asOf) ?? []),
  }));
  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/api/v1/picture/agreements/:id',
    async ({ params, query }) => {
      const item = itemOf(params.id, query.asOf);
      if (!item) throw new Problem('agreement_unknown');
      return { asOf: query.asOf ?? now(), item };
    },
  );
  const statusOf = (id: string, asOf?: string): EmergencyItem | undefined => {
    let view: EmergencyStatusView | undefined;
    for (const { event, place } of until(statuses.get(id) ?? [], asOf))
      view = foldEmergencyStatus(view, event, place);
    if (!view) return undefined;
    const standing = statusAt(view, asOf ?? now());
    if (!standing) return view;
    const { level, decree, begins, ends, daysLeft, warn } = standing;
    return { ...view, standing: { level, decree: decree.decree, begins, ends, daysLeft, warn } };
  };
  app.get<{ Querystring: Query }>('/api/v1/picture/emergency-statuses', async ({ query }) => ({
    asOf: query.asOf ?? now(),
    items: [...statuses.keys()].flatMap((id) => statusOf(id, query.asOf) ?? []),
  }));
  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/api/v1/picture/emergency-statuses/:id',
    async ({ params, query }) => {
      const item = statusOf(params.id, query.asOf);
      if (!item) throw new Problem('emergency_status_unknown');
      return { asOf: query.asOf ?? now(), item };
    },
  );
  app.get<{ Querystring: Query }>('/api/v1/picture/sharing-overrides', async ({ query }) => {
    const views = new Map<string, OverrideView>();
    for (const { event, place } of until(overrides, query.asOf)) {
      const view = foldOverride(views.get(event.data.override), event, place);
      if (view) views.set(view.id, view);
    }
    const at = query.asOf ?? now();
    const items: OverrideItem[] = [...views.values()]
      .map((view) => ({ ...view, inForce: view.from <= at && at < view.until }))
      .reverse();
    return { asOf: at, items };
  });

  const revisionOf = (events: readonly Logged<unknown>[] | undefined) =>
    (events ?? []).filter(({ regency }) => regency === own).length;
  app.post('/api/v1/agreements', (request, reply) =>
    area.command(request, reply, () => {
      const body = DraftAgreement.parse(request.body);
      const id = accords.agreement(own, { type: 'draft', body }, now());
      return { id, revision: revisionOf(agreements.get(id)) };
    }),
  );
  app.post<{ Params: { id: string; verb: string } }>('/api/v1/agreements/:id/:verb', (request, reply) =>
    area.command(request, reply, () => {
      const { id, verb } = request.params;
      area.matches(request, revisionOf(agreements.get(id)));
      accords.agreement(own, agreementCommand(verb, request.body), now(), id);
      return { id, revision: revisionOf(agreements.get(id)) };
    }),
  );
  app.post('/api/v1/emergency-statuses', (request, reply) =>
    area.command(request, reply, () => {
      const body = DeclareEmergency.parse(request.body);
      const id = accords.emergency(own, { type: 'declare', body }, now());
      return { id, revision: revisionOf(statuses.get(id)) };
    }),
  );
  app.post<{ Params: { id: string; verb: string } }>(
    '/api/v1/emergency-statuses/:id/:verb',
    (request, reply) =>
      area.command(request, reply, () => {
        const { id, verb } = request.params;
        area.matches(request, revisionOf(statuses.get(id)));
        accords.emergency(own, emergencyCommand(verb, request.body), now(), id);
        return { id, revision: revisionOf(statuses.get(id)) };
      }),
  );
  app.post('/api/v1/sharing-overrides', (request, reply) =>
    area.command(request, reply, () => {
      const body = DeclareOverride.parse(request.body);
      return { id: accords.override(own, { type: 'declare', body }, now()), revision: overrides.length };
    }),
  );
  app.post<{ Params: { id: string } }>('/api/v1/sharing-overrides/:id/end', (request, reply) =>
    area.command(request, reply, () => {
      const body = EndOverride.parse(request.body);
      const id = accords.override(own, { type: 'end', body }, now(), request.params.id);
      return { id, revision: overrides.length };
    }),
  );
  return accords;
};

const agreementCommand = (verb: string, body: unknown): PlainAgreement => {
  switch (verb) {
    case 'revise':
      return { type: 'revise', body: agreementVerbs.revise.parse(body) };
    case 'propose':
      return { type: 'propose', body: agreementVerbs.propose.parse(body) };
    case 'comment':
      return { type: 'comment', body: agreementVerbs.comment.parse(body) };
    case 'decline':
      return { type: 'decline', body: agreementVerbs.decline.parse(body) };
    case 'finalise':
      return { type: 'finalise', body: agreementVerbs.finalise.parse(body) };
    case 'approve-dprd':
      return { type: 'approveDprd', body: agreementVerbs['approve-dprd'].parse(body) };
    case 'sign':
      return { type: 'sign', body: agreementVerbs.sign.parse(body) };
    case 'terminate':
      return { type: 'terminate', body: agreementVerbs.terminate.parse(body) };
    default:
      throw new Problem('route_unknown');
  }
};

const emergencyCommand = (verb: string, body: unknown): PlainEmergency => {
  switch (verb) {
    case 'extend':
      return { type: 'extend', body: emergencyVerbs.extend.parse(body) };
    case 'end':
      return { type: 'end', body: emergencyVerbs.end.parse(body) };
    case 'state-inability':
      return { type: 'stateInability', body: emergencyVerbs['state-inability'].parse(body) };
    default:
      throw new Problem('route_unknown');
  }
};
