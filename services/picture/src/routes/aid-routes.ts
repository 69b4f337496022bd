/** Agreements and emergency statuses, open to read; resources and mutual aid, for who has signed in. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AidQueries } from '../queries/aid-queries.ts';
import * as schemas from './aid-schemas.ts';
import { AsOfQuery } from './schemas.ts';

const tags = ['picture'];

/** What the public may know of agreements between governments, and of decrees. */
export function agreementRoutes(app: FastifyInstance, queries: AidQueries): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/api/v1/picture/agreements',
    {
      schema: {
        tags,
        summary: 'Agreements with all their versions, newest update first',
        querystring: AsOfQuery,
        response: { 200: schemas.AgreementsAnswer },
      },
    },
    async ({ query }) => queries.agreements(query),
  );
  routes.get(
    '/api/v1/picture/agreements/:id',
    {
      schema: {
        tags,
        summary: 'One agreement: its text through all versions, and what each regency said of it',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.AgreementAnswer },
      },
    },
    async ({ params, query }) => queries.agreement(params.id, query),
  );
  routes.get(
    '/api/v1/picture/emergency-statuses',
    {
      schema: {
        tags,
        summary: 'Emergency statuses of each regency and hazard, with their decrees and what stands',
        querystring: schemas.EmergencyQuery,
        response: { 200: schemas.EmergenciesAnswer },
      },
    },
    async ({ query }) => queries.emergencyStatuses(query),
  );
  routes.get(
    '/api/v1/picture/emergency-statuses/:id',
    {
      schema: {
        tags,
        summary: 'One regency’s emergency status for one hazard, as 62.07-flood',
        params: schemas.EmergencyParams,
        querystring: AsOfQuery,
        response: { 200: schemas.EmergencyAnswer },
      },
    },
    async ({ params, query }) => queries.emergencyStatus(params.id, query),
  );
  routes.get(
    '/api/v1/picture/sharing-overrides',
    {
      schema: {
        tags,
        summary: 'Emergency overrides of sharing, the latest declared first',
        querystring: AsOfQuery,
        response: { 200: schemas.OverridesAnswer },
      },
    },
    async ({ query }) => queries.overrides(query),
  );
  routes.get(
    '/api/v1/picture/signing-keys',
    {
      schema: {
        tags,
        summary: 'What each regency has announced and revoked of the keys that it signs with',
        querystring: AsOfQuery,
        response: { 200: schemas.SigningKeysAnswer },
      },
    },
    async ({ query }) => queries.signingKeys(query),
  );
}

/** What regencies tell each other under an agreement. */
export function aidRoutes(app: FastifyInstance, queries: AidQueries): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const config = { permission: 'picture.read-aid' } as const;
  routes.get(
    '/api/v1/picture/resources',
    {
      config,
      schema: {
        tags,
        summary: 'Resources of all regencies that share them; several kinds or states with commas',
        querystring: schemas.ResourcesQuery,
        response: { 200: schemas.ResourcesAnswer },
      },
    },
    async ({ query }) => queries.resources(query),
  );
  routes.get(
    '/api/v1/picture/resources/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One resource with its deployments',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.ResourceAnswer },
      },
    },
    async ({ params, query }) => queries.resource(params.id, query),
  );
  routes.get(
    '/api/v1/picture/stocks',
    {
      config,
      schema: {
        tags,
        summary: 'Stocks of consumables of all regencies that share them',
        querystring: schemas.StocksQuery,
        response: { 200: schemas.StocksAnswer },
      },
    },
    async ({ query }) => queries.stocks(query),
  );
  routes.get(
    '/api/v1/picture/stocks/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One stock with what is promised of it',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.StockAnswer },
      },
    },
    async ({ params, query }) => queries.stock(params.id, query),
  );
  routes.get(
    '/api/v1/picture/deployments',
    {
      config,
      schema: {
        tags,
        summary: 'Deployments of resources, the latest committed first; those that are open, or all',
        querystring: schemas.DeploymentsQuery,
        response: { 200: schemas.DeploymentsAnswer },
      },
    },
    async ({ query }) => queries.deployments(query),
  );
  routes.get(
    '/api/v1/picture/deployments/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One deployment with its times and its path',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.DeploymentAnswer },
      },
    },
    async ({ params, query }) => queries.deployment(params.id, query),
  );
  routes.get(
    '/api/v1/picture/mutual-aid/conversations',
    {
      config,
      schema: {
        tags,
        summary: 'Conversations of mutual aid without their messages, newest update first',
        querystring: schemas.ConversationsQuery,
        response: { 200: schemas.ConversationsAnswer },
      },
    },
    async ({ query }) => queries.conversations(query),
  );
  routes.get(
    '/api/v1/picture/mutual-aid/conversations/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One conversation with its thread of messages',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.ConversationAnswer },
      },
    },
    async ({ params, query }) => queries.conversation(params.id, query),
  );
  routes.get(
    '/api/v1/picture/mutual-aid/conversations/:id/messages/:messageId/edxl-rm',
    {
      config,
      schema: {
        tags,
        summary: 'One message as EDXL-RM 1.0 XML',
        produces: ['application/xml'],
        params: schemas.MessageParams,
        querystring: AsOfQuery,
        response: { 200: schemas.XmlAnswer },
      },
    },
    async ({ params, query }, reply) => {
      const xml = queries.edxl(params.id, params.messageId, query);
      return reply
        .type('application/xml; charset=utf-8')
        .header('content-disposition', `attachment; filename="${params.messageId}.xml"`)
        .send(xml);
    },
  );
  routes.get(
    '/api/v1/picture/mutual-aid/requests',
    {
      config,
      schema: {
        tags,
        summary: 'Conversations that a request began, newest update first',
        querystring: schemas.RequestsQuery,
        response: { 200: schemas.ConversationsAnswer },
      },
    },
    async ({ query }) => queries.conversations({ ...query, kind: 'request' }),
  );
  routes.get(
    '/api/v1/picture/mutual-aid/requests/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One request with its thread of messages',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.ConversationAnswer },
      },
    },
    async ({ params, query }) => queries.conversation(params.id, { ...query, kind: 'request' }),
  );
  routes.get(
    '/api/v1/picture/mutual-aid/offers',
    {
      config,
      schema: {
        tags,
        summary: 'Offers of all conversations',
        querystring: AsOfQuery,
        response: { 200: schemas.OffersAnswer },
      },
    },
    async ({ query }) => queries.offers(query),
  );
  routes.get(
    '/api/v1/picture/mutual-aid/offers/:id',
    {
      config,
      schema: {
        tags,
        summary: 'One offer',
        params: schemas.IdParams,
        querystring: AsOfQuery,
        response: { 200: schemas.OfferAnswer },
      },
    },
    async ({ params, query }) => queries.offer(params.id, query),
  );
}
