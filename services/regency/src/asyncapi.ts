/** AsyncAPI 3.0 of what a regency publishes, made from the catalogue of events. */
import { catalogue, regencyToken, SharedEvent } from '@siaga/domain';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** The document for one regency: its subjects, each with the envelope whose `data` has the event's own schema. */
export function asyncApiOf(regency: string, version: string): Record<string, unknown> {
  const messages = Object.fromEntries(
    Object.entries(catalogue).map(([name, { type, schema, dataClass }]) => [
      name,
      {
        name: type,
        title: name,
        contentType: 'application/cloudevents+json',
        tags: [{ name: dataClass }],
        payload: z.toJSONSchema(SharedEvent.extend({ type: z.literal(type), data: schema })),
      },
    ]),
  );
  const channels = Object.fromEntries(
    Object.entries(catalogue).map(([name, { type }]) => {
      const [, aggregate, event] = type.split('.');
      return [
        name,
        {
          address: `disaster.${regencyToken(regency)}.{hazard}.${aggregate}.${event}`,
          parameters: { hazard: { description: 'the hazard, or general where none applies' } },
          messages: { [name]: { $ref: `#/components/messages/${name}` } },
        },
      ];
    }),
  );
  const operations = Object.fromEntries(
    Object.keys(catalogue).map((name) => [
      `publish${name}`,
      { action: 'send', channel: { $ref: `#/channels/${name}` } },
    ]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Siaga: shared events of ${regency}`,
      version,
      description:
        'CloudEvents 1.0 in structured mode on a NATS JetStream stream. `sequence` numbers a regency’s events 1, 2, 3 … without holes; `previoushash` is the SHA-256 of the entry before, as published.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels,
    operations,
    components: { messages },
  };
}

export function asyncApiRoute(
  app: FastifyInstance,
  { regency, version }: { regency: string; version: string },
): void {
  const document = JSON.stringify(asyncApiOf(regency, version));
  app.get(
    '/docs/asyncapi.json',
    { schema: { tags: ['site'], summary: 'AsyncAPI of the events that this regency shares' } },
    async (_request, reply) => reply.type('application/json').send(document),
  );
}
