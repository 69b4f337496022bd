/** The two servers that `commands.ts` measures: `bare`, a Fastify route with the same zod body, and `site`. */
import { randomUUIDv7 } from 'node:crypto';
import { join } from 'node:path';
import { ReportIncident } from '@siaga/domain';
import { createAtlas } from '@siaga/geo';
import { openSqliteLedger } from '@siaga/ledger';
import { createServer } from '@siaga/web';
import fastify, { type FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { authenticator, openAccounts, openCooperation, regencyService } from '../src/index.ts';
import { keysOf } from '../test/keys.ts';

const [kind, folder = '.'] = process.argv.slice(2);
const { app, token } = kind === 'bare' ? bareServer() : await siteServer();
const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
process.send?.({ port: Number(port), token });

function bareServer(): { app: FastifyInstance; token: string } {
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.post('/api/v1/incidents', { schema: { body: ReportIncident } }, async (_request, reply) =>
    reply.code(201).send({ id: randomUUIDv7(), revision: 1 }),
  );
  return { app, token: 'none' };
}

async function siteServer(): Promise<{ app: FastifyInstance; token: string }> {
  const accounts = openAccounts({ file: join(folder, 'accounts.db') });
  const account = await accounts.add({
    username: 'bench',
    password: 'a long bench password',
    role: 'pusdalops',
  });
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  const app = await createServer({
    title: 'bench',
    version: '0',
    authenticate: authenticator(accounts),
    // The check is a part of what is measured; its limit is not.
    rates: { program: 1_000_000, person: 1_000_000, address: 1_000_000 },
  });
  await app.register(
    regencyService({
      regency: '62.07',
      neighbours: ['62.02'],
      ledger,
      accounts,
      cooperation: openCooperation({
        regency: '62.07',
        ledger,
        keys: keysOf(folder, '62.07'),
        clock: Date.now,
      }),
      atlas: createAtlas(),
      clock: Date.now,
      newId: () => randomUUIDv7(),
      version: '0',
      demo: false,
      secureCookies: false,
    }),
  );
  return { app, token: accounts.openSession(account).token };
}
