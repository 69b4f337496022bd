/** The HTTP side of mutual aid. */
import {
  type AidDeploymentVerb,
  aidDeploymentVerbs,
  type AidOfferVerb,
  aidOfferVerbs,
  type AidRequestVerb,
  aidRequestVerbs,
  Id,
  MakeOffer,
  type Permission,
  RequestAid,
} from '@siaga/domain';
import { permit } from '@siaga/web';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Aid, ConversationAction, OfferAction, RequestAction } from './aid.ts';
import { Answer, commandRoute } from './command-route.ts';
import { type EdxlIntake, MAX_LENGTH } from './edxl.ts';

interface Route {
  permission: Permission;
  summary: string;
}
const onRequests: Record<AidRequestVerb, Route> = {
  update: { permission: 'aid.update', summary: 'Say the request anew (recall: update)' },
  cancel: { permission: 'aid.cancel', summary: 'Take the request back (recall: cancel)' },
  decline: { permission: 'aid.decline', summary: 'At the lender’s site: nothing is to be had' },
};
const onOffers: Record<AidOfferVerb, Route> = {
  accept: { permission: 'aid.accept', summary: 'At the asker’s site: take up the offer, whole or in part' },
  decline: { permission: 'aid.accept', summary: 'At the asker’s site: decline the offer' },
  withdraw: { permission: 'aid.withdraw', summary: 'At the lender’s site: withdraw the offer' },
  commit: { permission: 'aid.commit', summary: 'At the lender’s site: promise what was accepted' },
  refuse: { permission: 'aid.commit', summary: 'At the lender’s site: what was accepted can’t be had' },
};
const inConversations: Record<AidDeploymentVerb, Route> = {
  'ask-extension': { permission: 'aid.ask-extension', summary: 'Ask for more time' },
  'answer-extension': { permission: 'aid.answer-extension', summary: 'Grant more time, or refuse it' },
  'release-aid': { permission: 'aid.release', summary: 'Say that it is needed no more' },
  'ask-return': { permission: 'aid.ask-return', summary: 'Call one’s own home' },
  'answer-return': { permission: 'aid.answer-return', summary: 'Agree to the return, or object' },
  'ask-status': { permission: 'aid.ask-status', summary: 'Ask how things stand' },
  'report-status': { permission: 'aid.report-status', summary: 'Say how things stand' },
};

/** By the resource's or stock's id. */
const Committed = Answer.extend({
  conversation: Id,
  deployments: z.record(Id, Id),
  commitments: z.record(Id, Id),
});
/** The id of what an answer to it will name. */
const Said = Answer.extend({
  extension: Id.optional(),
  recall: Id.optional(),
  enquiry: Id.optional(),
});

const TakenIn = z.object({
  did: z.string(),
  id: Id,
  revision: z.int().positive(),
  unused: z.array(z.string()),
});

export function aidRoutes(app: FastifyInstance, aid: Aid, edxl: EdxlIntake): void {
  const tag = 'mutual aid';
  commandRoute(app, {
    url: '/api/v1/mutual-aid/requests',
    permission: 'aid.request',
    tag,
    summary: 'Ask a neighbour for resources (RequestResource)',
    body: RequestAid,
    handle: (sent, body) => aid.request(sent, body),
  });
  for (const verb of Object.keys(aidRequestVerbs) as AidRequestVerb[]) {
    commandRoute(app, {
      url: `/api/v1/mutual-aid/requests/:id/${verb}`,
      ...onRequests[verb],
      tag,
      body: aidRequestVerbs[verb],
      // A verb and its body belong together, which the type of a route in a loop can't say.
      handle: (sent, body, id) => aid.actOnRequest(sent, id, { verb, body } as RequestAction),
    });
  }
  commandRoute(app, {
    url: '/api/v1/mutual-aid/offers',
    permission: 'aid.offer',
    tag,
    summary: 'Offer resources, for a request or unsolicited',
    body: MakeOffer,
    answer: Answer.extend({ conversation: Id }),
    handle: (sent, body) => aid.offer(sent, body),
  });
  for (const verb of Object.keys(aidOfferVerbs) as AidOfferVerb[]) {
    commandRoute(app, {
      url: `/api/v1/mutual-aid/offers/:id/${verb}`,
      ...onOffers[verb],
      tag,
      body: aidOfferVerbs[verb],
      answer: verb === 'commit' ? Committed : Answer.extend({ conversation: Id }),
      handle: (sent, body, id) => aid.actOnOffer(sent, id, { verb, body } as OfferAction),
    });
  }
  for (const verb of Object.keys(aidDeploymentVerbs) as AidDeploymentVerb[]) {
    commandRoute(app, {
      url: `/api/v1/mutual-aid/conversations/:id/${verb}`,
      ...inConversations[verb],
      tag,
      body: aidDeploymentVerbs[verb],
      answer: Said,
      handle: (sent, body, id) => aid.actInConversation(sent, id, { verb, body } as ConversationAction),
    });
  }

  void app.register(async (xml) => {
    xml.removeAllContentTypeParsers();
    xml.addContentTypeParser(
      ['application/xml', 'text/xml'],
      { parseAs: 'string', bodyLimit: MAX_LENGTH },
      (_request, body, done) => done(null, body),
    );
    xml.post(
      '/api/v1/mutual-aid/edxl-rm',
      {
        // Which command a message is, and so who may send it, is known only when it is read.
        config: { permission: 'picture.read-aid' },
        schema: {
          tags: [tag],
          summary: 'Take in an EDXL-RM 1.0 message, as if it had come by its route',
          consumes: ['application/xml'],
          response: { 200: TakenIn },
        },
      },
      async (request) =>
        edxl.takeIn(
          { principal: permit(request, 'picture.read-aid') },
          String(request.body),
          (permission) => {
            permit(request, permission);
          },
        ),
    );
  });
}
