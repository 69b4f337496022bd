/** The HTTP side of incidents' commands. */
import { Id, type IncidentVerb, incidentVerbs, ReportIncident } from '@siaga/domain';
import { permit } from '@siaga/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { IncidentAction, IncidentAnswer, Incidents } from './incidents.ts';

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

const KeyHeader = {
  /** Printable ASCII: a header carries nothing else reliably. */
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,100}$/, 'an Idempotency-Key has 1 to 100 printable characters')
    .optional(),
};
const ReportHeaders = z.looseObject(KeyHeader);
const VerbHeaders = z.looseObject({
  ...KeyHeader,
  /** An ETag of one of our answers, `"3"`, or the bare revision. */
  'if-match': z
    .string()
    .regex(/^(?:"\d{1,15}"|\d{1,15})$/, 'If-Match is a revision like "3"')
    .optional(),
});
/** In lower case, as ids are stored: RFC 9562 lets people send either. */
const Params = z.object({ id: Id.toLowerCase() });
const Answer = z.object({ id: Id, revision: z.int().positive() });
const State = Answer.extend({ status: z.string() });

export function incidentRoutes(app: FastifyInstance, incidents: Incidents): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post(
    '/api/v1/incidents',
    {
      config: { permission: 'incident.report' },
      schema: {
        tags: ['incidents'],
        summary: 'Report an incident',
        headers: ReportHeaders,
        body: ReportIncident,
        response: { 201: Answer },
      },
    },
    async (request, reply) => {
      const answer = await incidents.handle({
        principal: permit(request, 'incident.report'),
        action: { verb: 'report', body: request.body },
        key: request.headers['idempotency-key'],
      });
      reply.code(201).header('location', `/api/v1/incidents/${answer.id}`);
      return withTag(reply, answer);
    },
  );

  for (const verb of Object.keys(incidentVerbs) as IncidentVerb[]) verbRoute(app, incidents, verb);

  routes.get(
    '/api/v1/incidents/:id',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Where an incident stands, as this site’s ledger has it',
        params: Params,
        response: { 200: State },
      },
    },
    async (request, reply) => withTag(reply, await incidents.find(request.params.id)),
  );
}

function verbRoute(app: FastifyInstance, incidents: Incidents, verb: IncidentVerb): void {
  const permission = `incident.${verb}` as const;
  app.withTypeProvider<ZodTypeProvider>().post(
    `/api/v1/incidents/:id/${verb}`,
    {
      config: { permission },
      schema: {
        tags: ['incidents'],
        summary: summaries[verb],
        params: Params,
        headers: VerbHeaders,
        body: incidentVerbs[verb],
        response: { 200: Answer },
      },
    },
    async (request, reply) => {
      const ifMatch = request.headers['if-match'];
      const answer = await incidents.handle({
        principal: permit(request, permission),
        // The body was parsed by this verb's schema, which the type of a route in a loop can't say.
        action: { verb, incident: request.params.id, body: request.body } as IncidentAction,
        key: request.headers['idempotency-key'],
        ifMatch: ifMatch === undefined ? undefined : Number(ifMatch.replaceAll('"', '')),
      });
      return withTag(reply, answer);
    },
  );
}

function withTag<Body extends IncidentAnswer>(reply: FastifyReply, answer: Body): Body {
  reply.header('etag', `"${answer.revision}"`);
  return answer;
}
