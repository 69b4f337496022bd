/** Takes commands of agreements, sharing overrides and emergency statuses. */
import { createHash } from 'node:crypto';
import {
  type AgreementCommand,
  type AgreementEvent,
  agreementParties,
  agreementStream,
  type AgreementVerb,
  type agreementVerbs,
  type DeclareEmergency,
  type DeclareOverride,
  decideAgreement,
  decideEmergencyStatus,
  decideOverride,
  type DraftAgreement,
  type EmergencyStatusEvent,
  emergencyStatusId,
  emergencyStatusStream,
  type EmergencyVerb,
  type emergencyVerbs,
  type EndOverride,
  evolveEmergencyStatus,
  evolveOverrides,
  Hazard,
  initialAgreement,
  initialEmergencyStatus,
  initialOverrides,
  keyCounts,
  type OverrideEvent,
  OVERRIDE_STREAM,
  type SigningKey,
} from '@siaga/domain';
import { Problem } from '@siaga/web';
import canonicalize from 'canonicalize';
import type { z } from 'zod';
import type { Register } from '../register/register.ts';
import type { Signing } from '../sharing/signing.ts';
import { foldOf } from './aggregates.ts';
import { carryOut, type CommandDeps, digestOf, guarded, idFor, type Sent } from './carry-out.ts';
import { type Area, checkNeighbour, checkPlace } from './places.ts';
import { Turns } from './turns.ts';

export interface AgreementsDeps extends CommandDeps, Area {
  register: Register;
  signing: Signing;
}

interface Answer {
  id: string;
  revision: number;
}

export type AgreementAction = {
  [Verb in AgreementVerb]: { verb: Verb; body: z.output<(typeof agreementVerbs)[Verb]> };
}[AgreementVerb];
export type EmergencyAction = {
  [Verb in EmergencyVerb]: { verb: Verb; body: z.output<(typeof emergencyVerbs)[Verb]> };
}[EmergencyVerb];

/** Each carries a command out as `carryOut` says, and answers with the revision of the own stream. */
export interface Agreements {
  draft(sent: Sent, body: z.output<typeof DraftAgreement>): Promise<Answer>;
  act(sent: Sent, id: string, action: AgreementAction): Promise<Answer>;
  declareOverride(sent: Sent, body: z.output<typeof DeclareOverride>): Promise<Answer>;
  endOverride(sent: Sent, id: string, body: z.output<typeof EndOverride>): Promise<Answer>;
  declareEmergency(sent: Sent, body: z.output<typeof DeclareEmergency>): Promise<Answer>;
  actOnEmergency(sent: Sent, id: string, action: EmergencyAction): Promise<Answer>;
}

/** SHA-256, in hex, of the canonical JSON (RFC 8785): what two texts that are the same have in common. */
export const hashOfDocument = (document: unknown): string =>
  createHash('sha256')
    .update(canonicalize(document) ?? '')
    .digest('hex');

const GENERAL = 'general';

export function openAgreements(deps: AgreementsDeps): Agreements {
  const { regency, register, signing, newId } = deps;
  const turns = new Turns();

  const onAgreement = (
    sent: Sent,
    id: string,
    { route, body, isNew }: { route: string; body: unknown; isNew: boolean },
    commandAt: (at: string) => AgreementCommand,
  ): Promise<Answer> =>
    turns.take(`agreement ${id}`, () =>
      guarded(async () => {
        const { revision, position } = await carryOut<AgreementEvent>(deps, {
          ...sent,
          stream: agreementStream(id),
          aggregate: id,
          digest: digestOf(route, body),
          isNew,
          async decide(_, at) {
            // Read after the own stream: it knows what that holds, and what the other party said.
            const { agreements } = await register.current();
            return decideAgreement(commandAt(at), agreements.get(id) ?? initialAgreement);
          },
          hazard: () => GENERAL,
        });
        if (position !== undefined) await register.reached(position);
        return { id, revision };
      }),
    );

  const onEmergency = (
    sent: Sent,
    hazard: Hazard,
    { route, body }: { route: string; body: unknown },
    decide: (
      at: string,
      state: ReturnType<typeof stateOfEmergency>,
    ) => ReturnType<typeof decideEmergencyStatus>,
  ): Promise<Answer> => {
    const id = emergencyStatusId(regency, hazard);
    return turns.take(`emergency ${id}`, () =>
      guarded(async () => {
        const { revision } = await carryOut<EmergencyStatusEvent>(deps, {
          ...sent,
          stream: emergencyStatusStream(regency, hazard),
          aggregate: id,
          digest: digestOf(route, body),
          decide: (own, at) => decide(at, stateOfEmergency(own)),
          hazard: () => hazard,
        });
        return { id, revision };
      }),
    );
  };

  const onOverrides = (
    sent: Sent,
    override: string,
    { route, body }: { route: string; body: unknown },
    decide: (at: string, state: ReturnType<typeof stateOfOverrides>) => ReturnType<typeof decideOverride>,
  ): Promise<Answer> =>
    turns.take('overrides', () =>
      guarded(async () => {
        const { revision, position } = await carryOut<OverrideEvent>(deps, {
          ...sent,
          stream: OVERRIDE_STREAM,
          aggregate: regency,
          digest: digestOf(route, body),
          decide: (own, at) => decide(at, stateOfOverrides(own)),
          hazard: () => GENERAL,
        });
        if (position !== undefined) await register.reached(position);
        return { id: override, revision };
      }),
    );

  return {
    async draft(sent, body) {
      checkNeighbour({ regency: body.counterpart }, deps, 'agreement_needs_neighbour');
      const id = idFor(sent, newId, 'agreement');
      const hash = hashOfDocument(body.document);
      const route = '/api/v1/agreements';
      return onAgreement(sent, id, { route, body, isNew: sent.key === undefined }, (at) => ({
        type: 'draft',
        by: regency,
        at,
        body,
        hash,
      }));
    },
    async act(sent, id, action) {
      const { verb, body } = action;
      const proposal = idFor(sent, newId, `proposal ${id}`);
      return onAgreement(
        sent,
        id,
        { route: `/api/v1/agreements/${id}/${verb}`, body, isNew: false },
        (at) => {
          const envelope = { by: regency, at };
          switch (action.verb) {
            case 'revise':
              return {
                ...envelope,
                type: 'revise',
                body: action.body,
                hash: hashOfDocument(action.body.document),
              };
            case 'propose':
              return { ...envelope, type: 'propose', body: action.body, proposal };
            case 'finalise':
              return { ...envelope, type: 'finalise', body: action.body, ...computed(id, action.body) };
            case 'approve-dprd':
              return { ...envelope, type: 'approveDprd', body: action.body, ...computed(id, action.body) };
            case 'sign':
              return { ...envelope, type: 'sign', body: action.body, ...computed(id, action.body) };
            case 'comment':
              return { ...envelope, type: 'comment', body: action.body };
            case 'decline':
              return { ...envelope, type: 'decline', body: action.body };
            case 'terminate':
              return { ...envelope, type: 'terminate', body: action.body };
          }
        },
      );
    },
    declareOverride(sent, body) {
      const override = idFor(sent, newId, 'override');
      const route = '/api/v1/sharing-overrides';
      return onOverrides(sent, override, { route, body }, (at, state) =>
        decideOverride({ type: 'declare', by: regency, at, override, body }, state),
      );
    },
    endOverride(sent, override, body) {
      const route = `/api/v1/sharing-overrides/${override}/end`;
      return onOverrides(sent, override, { route, body }, (at, state) =>
        decideOverride({ type: 'end', by: regency, at, override, body }, state),
      );
    },
    async declareEmergency(sent, body) {
      for (const place of body.area) checkPlace(place);
      const route = '/api/v1/emergency-statuses';
      return onEmergency(sent, body.hazard, { route, body }, (at, state) =>
        decideEmergencyStatus({ type: 'declare', by: regency, at, body }, state),
      );
    },
    async actOnEmergency(sent, id, action) {
      const hazard = Hazard.options.find((one) => emergencyStatusId(regency, one) === id);
      if (!hazard) {
        throw new Problem(
          'emergency_status_unknown',
          `Statuses of this site have ids like ${emergencyStatusId(regency, 'flood')}.`,
          { id },
        );
      }
      const { verb, body } = action;
      return onEmergency(
        sent,
        hazard,
        { route: `/api/v1/emergency-statuses/${id}/${verb}`, body },
        (at, state) => {
          const envelope = { by: regency, at };
          switch (action.verb) {
            case 'extend':
              return decideEmergencyStatus({ ...envelope, type: 'extend', body: action.body }, state);
            case 'end':
              return decideEmergencyStatus({ ...envelope, type: 'end', body: action.body }, state);
            case 'state-inability':
              return decideEmergencyStatus({ ...envelope, type: 'stateInability', body: action.body }, state);
          }
        },
      );
    },
  };

  /** The hash of the version named, as this site has it: what the owner sent, whatever hash it gave it. */
  function computed(
    id: string,
    { version }: { version: number },
  ): { computed: string | undefined; foreignKeys: SigningKey[] } {
    const agreement = register.known.agreements.get(id);
    const parties = agreement && agreementParties(agreement);
    const document = parties?.ownerHalf.versions.find((one) => one.version === version)?.document;
    const ring = signing.keyring(regency);
    const foreignKeys = (document?.terms.signingKeys ?? [])
      .filter((named) => named.regency === regency && !keyCounts(ring, named.key))
      .map(({ key }) => key);
    return { computed: document && hashOfDocument(document), foreignKeys };
  }
}

const stateOfEmergency = (own: Parameters<typeof foldOf>[0]) =>
  foldOf(own, 'emergency-status', initialEmergencyStatus, evolveEmergencyStatus);
const stateOfOverrides = (own: Parameters<typeof foldOf>[0]) =>
  foldOf(own, 'sharing-override', initialOverrides, evolveOverrides);
