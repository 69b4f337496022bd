/** The HTTP side of agreements, sharing overrides and emergency statuses. */
import {
  type AgreementVerb,
  agreementVerbs,
  DeclareEmergency,
  DeclareOverride,
  DraftAgreement,
  type EmergencyVerb,
  emergencyVerbs,
  EndOverride,
  type Permission,
} from '@siaga/domain';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AgreementAction, Agreements, EmergencyAction } from './agreements.ts';
import { commandRoute } from './command-route.ts';

const verbs: Record<AgreementVerb, { permission: Permission; summary: string }> = {
  revise: {
    permission: 'agreement.draft',
    summary: 'Make a new version: a revision, an addendum or an extension',
  },
  propose: { permission: 'agreement.propose', summary: 'Propose to reword, add or remove a clause' },
  comment: { permission: 'agreement.comment', summary: 'Comment on a clause or on the terms' },
  decline: { permission: 'agreement.draft', summary: 'Decline a proposal, with the reason' },
  finalise: { permission: 'agreement.finalise', summary: 'Say that this very text is final' },
  'approve-dprd': { permission: 'agreement.approve-dprd', summary: 'Record the approval of the own DPRD' },
  sign: { permission: 'agreement.sign', summary: 'Sign this very text' },
  terminate: { permission: 'agreement.terminate', summary: 'End the agreement, or the talks about it' },
};
const statusVerbs: Record<EmergencyVerb, { permission: Permission; summary: string }> = {
  extend: { permission: 'emergency.extend', summary: 'Record the decree that extends a status' },
  end: { permission: 'emergency.end', summary: 'Record that a status ends before its time' },
  'state-inability': {
    permission: 'emergency.state-inability',
    summary: 'Record the statement of inability to the governor',
  },
};
/** A status has the id of its regency and hazard. */
const statusId = z.string().regex(/^\d{2}\.\d{2}-[a-z-]+$/, 'a status is like 62.07-flood');
const StatusAnswer = z.object({ id: statusId, revision: z.int().positive() });

export function agreementRoutes(app: FastifyInstance, agreements: Agreements): void {
  commandRoute(app, {
    url: '/api/v1/agreements',
    permission: 'agreement.draft',
    tag: 'agreements',
    summary: 'Draft an agreement with a neighbour',
    body: DraftAgreement,
    handle: (sent, body) => agreements.draft(sent, body),
  });
  for (const verb of Object.keys(agreementVerbs) as AgreementVerb[]) {
    commandRoute(app, {
      url: `/api/v1/agreements/:id/${verb}`,
      ...verbs[verb],
      tag: 'agreements',
      body: agreementVerbs[verb],
      // A verb and its body belong together, which the type of a route in a loop can't say.
      handle: (sent, body, id) => agreements.act(sent, id, { verb, body } as AgreementAction),
    });
  }
  commandRoute(app, {
    url: '/api/v1/sharing-overrides',
    permission: 'override.declare',
    tag: 'agreements',
    summary: 'Share classes of data without an agreement, for a reason and at most 14 days',
    body: DeclareOverride,
    handle: (sent, body) => agreements.declareOverride(sent, body),
  });
  commandRoute(app, {
    url: '/api/v1/sharing-overrides/:id/end',
    permission: 'override.end',
    tag: 'agreements',
    summary: 'End an override before its time',
    body: EndOverride,
    handle: (sent, body, id) => agreements.endOverride(sent, id, body),
  });
  commandRoute(app, {
    url: '/api/v1/emergency-statuses',
    permission: 'emergency.declare',
    tag: 'emergency statuses',
    summary: 'Record the decree that declares a status (siaga, tanggap, transisi)',
    body: DeclareEmergency,
    answer: StatusAnswer,
    handle: (sent, body) => agreements.declareEmergency(sent, body),
  });
  for (const verb of Object.keys(emergencyVerbs) as EmergencyVerb[]) {
    commandRoute(app, {
      url: `/api/v1/emergency-statuses/:id/${verb}`,
      ...statusVerbs[verb],
      tag: 'emergency statuses',
      params: z.object({ id: statusId }),
      body: emergencyVerbs[verb],
      answer: StatusAnswer,
      handle: (sent, body, id) => agreements.actOnEmergency(sent, id, { verb, body } as EmergencyAction),
    });
  }
}
