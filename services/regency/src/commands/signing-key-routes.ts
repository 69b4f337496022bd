/** The HTTP side of signing keys. */
import { keyCounts, RegencyCode, RevokeSigningKey, SigningKey } from '@siaga/domain';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Signing } from '../sharing/signing.ts';
import { commandRoute } from './command-route.ts';
import type { SigningKeys } from './signing-keys.ts';

const tag = 'signing keys';
const Answer = z.object({ id: SigningKey, revision: z.int().positive() });
const Keys = z.object({
  items: z.array(z.object({ regency: RegencyCode, key: SigningKey, counts: z.boolean() })),
});

export function signingKeyRoutes(
  app: FastifyInstance,
  keys: SigningKeys,
  { regency, neighbours, signing }: { regency: string; neighbours: readonly string[]; signing: Signing },
): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/v1/signing-keys',
    {
      schema: {
        tags: [tag],
        summary: 'The public keys that this site knows of itself and its neighbours, the newest last',
        response: { 200: Keys },
      },
    },
    async () => ({
      items: [regency, ...neighbours].flatMap((of) => {
        const ring = signing.keyring(of);
        return Object.keys(ring).map((key) => ({ regency: of, key, counts: keyCounts(ring, key) }));
      }),
    }),
  );
  commandRoute(app, {
    url: '/api/v1/signing-keys',
    permission: 'signing-key.rotate',
    tag,
    summary: 'Make a new key, which signs from the next shared event on',
    body: z.strictObject({}),
    answer: Answer,
    handle: (sent) => keys.rotate(sent),
  });
  commandRoute(app, {
    url: '/api/v1/signing-keys/:id/revoke',
    permission: 'signing-key.revoke',
    tag,
    summary: 'Revoke a key that no longer signs',
    params: z.object({ id: SigningKey }),
    body: RevokeSigningKey,
    answer: Answer,
    handle: (sent, body, id) => keys.revoke(sent, id, body),
  });
}
