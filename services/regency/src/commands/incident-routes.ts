/** The HTTP side of incidents' commands. */
import { type IncidentVerb, incidentVerbs, ReportIncident } from '@siaga/domain';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Answer, commandRoute, IdParams, withTag } from './command-route.ts';
import type { IncidentAction, Incidents } from './incidents.ts';

const summaries: Record<IncidentVerb, string> = {
  verify: 'Say that the incident is real',
  dismiss: 'Say that it is none, with the reason',
  assess: 'Bring figures and facts: an update (the world changed) or a correction (we were wrong)',
  contain: 'Say that it spreads no further',
  close: 'Say that it is over',
  reopen: 'Take it up again, with the reason',
  merge: 'Merge a duplicate into another incident of this site',
  unmerge: 'Undo a merge',
  'declare-same': 'Say that it and an incident of a neighbour are one event',
  'withdraw-same': 'Take that back',
};

const State = Answer.extend({ status: z.string() });

export function incidentRoutes(app: FastifyInstance, incidents: Incidents): void {
  commandRoute(app, {
    url: '/api/v1/incidents',
    permission: 'incident.report',
    tag: 'incidents',
    summary: 'Report an incident',
    body: ReportIncident,
    handle: (sent, body) => incidents.handle({ ...sent, action: { verb: 'report', body } }),
  });
  for (const verb of Object.keys(incidentVerbs) as IncidentVerb[]) {
    commandRoute(app, {
      url: `/api/v1/incidents/:id/${verb}`,
      permission: `incident.${verb}`,
      tag: 'incidents',
      summary: summaries[verb],
      body: incidentVerbs[verb],
      // A verb and its body belong together, which the type of a route in a loop can't say.
      handle: (sent, body, incident) =>
        incidents.handle({ ...sent, action: { verb, incident, body } as IncidentAction }),
    });
  }
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/incidents/:id',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Where an incident stands, as this site’s ledger has it',
        params: IdParams,
        response: { 200: State },
      },
    },
    async (request, reply) => withTag(reply, await incidents.find(request.params.id)),
  );
}
