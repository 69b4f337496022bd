/** The HTTP side that all commands share: who may, what came with it, and the answer's revision. */
import { Id, type Permission } from '@siaga/domain';
import { permit } from '@siaga/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sent } from './carry-out.ts';

const KeyHeader = {
  /** Printable ASCII: a header carries nothing else reliably. */
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,100}$/, 'an Idempotency-Key has 1 to 100 printable characters')
    .optional(),
};
// The others stay as they came: Fastify lays what is parsed over them.
const NewHeaders = z.object(KeyHeader);
const VerbHeaders = z.object({
  ...KeyHeader,
  /** An ETag of one of our answers, `"3"`, or the bare revision. */
  'if-match': z
    .string()
    .regex(/^(?:"\d{1,15}"|\d{1,15})$/, 'If-Match is a revision like "3"')
    .optional(),
});
/** In lower case, as ids are stored: RFC 9562 lets people send either. */
export const IdParams = z.object({ id: Id.toLowerCase() });
export const Answer = z.object({ id: Id, revision: z.int().positive() });

interface Route<Body extends z.ZodType> {
  /** With `:id` for a verb on something; without for what makes something. */
  url: string;
  permission: Permission;
  tag: string;
  summary: string;
  body: Body;
  /** Of `:id`; an Id where it is left out. */
  params?: z.ZodType<{ id: string }>;
  answer?: z.ZodType;
  handle: (sent: Sent, body: z.output<Body>, id: string) => Promise<{ id: string; revision: number }>;
}

/**
 * Adds the route of one command: `Idempotency-Key`, on a verb also `If-Match`, the role, the body; 201 with `location`
 * for what was made, 200 for a verb; the revision as ETag too.
 */
export function commandRoute<Body extends z.ZodType>(app: FastifyInstance, route: Route<Body>): void {
  const { url, permission, tag, summary, body, params = IdParams, answer = Answer, handle } = route;
  const makes = !url.includes(':id');
  app.post(
    url,
    {
      config: { permission },
      schema: {
        tags: [tag],
        summary,
        headers: makes ? NewHeaders : VerbHeaders,
        body,
        response: { [makes ? 201 : 200]: answer },
        ...(makes ? {} : { params }),
      },
    },
    async (request, reply) => {
      // Parsed by this route's schemas, which the type of a route made here can't say.
      const { id = '' } = request.params as { id?: string };
      const done = await handle(sentOf(request, permission), request.body as z.output<Body>, id);
      if (makes) reply.code(201).header('location', `${url}/${done.id}`);
      return withTag(reply, done);
    },
  );
}

function sentOf(request: FastifyRequest, permission: Permission): Sent {
  const headers = request.headers as Record<string, string | undefined>;
  const ifMatch = headers['if-match'];
  return {
    principal: permit(request, permission),
    key: headers['idempotency-key'],
    ifMatch: ifMatch === undefined ? undefined : Number(ifMatch.replaceAll('"', '')),
  };
}

/** The answer, its revision as ETag. */
export function withTag<Body extends { revision: number }>(reply: FastifyReply, answer: Body): Body {
  reply.header('etag', `"${answer.revision}"`);
  return answer;
}
