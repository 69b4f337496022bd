/** A site for tests: real HTTP, a real ledger and quarantine in a folder of their own, and accounts by token. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Role } from '@siaga/domain';
import { createAtlas } from '@siaga/geo';
import { openSqliteLedger } from '@siaga/ledger';
import { createServer, Problem } from '@siaga/web';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { hazardsService, openQuarantine } from '../src/index.ts';

export const NOW = Date.parse('2026-08-17T12:00:00.000Z');
export const PASSWORD = 'air-sungai-seruyan';

/** Tokens are role names, so that a test says who it is. Sessions answer as the site's contract says. */
export const startSite = async (regency = '62.07') => {
  const folder = mkdtempSync(join(tmpdir(), 'siaga-hazards-'));
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  const quarantine = openQuarantine(join(folder, 'quarantine.db'));
  const ids = new Map<string, string>();
  const accountOf = (role: string | undefined) => {
    const known = Role.safeParse(role).data;
    if (known === undefined) return undefined;
    const id = ids.get(known) ?? uuidv7();
    ids.set(known, id);
    return { id, role: known };
  };
  const app = await createServer({
    title: 'test',
    version: '0',
    authenticate: async ({ headers }) => accountOf(headers.authorization?.replace('Bearer ', '')),
  });
  await app.register(
    hazardsService({
      regency,
      ledger,
      atlas: createAtlas(),
      quarantine,
      clock: () => NOW,
      newId: () => uuidv7(),
    }),
  );
  const SignIn = z.object({ username: z.string(), password: z.string() });
  app.post('/api/v1/sessions', async (request, reply) => {
    const { username, password } = SignIn.parse(request.body);
    if (password !== PASSWORD || !accountOf(username)) throw new Problem('wrong_credentials');
    return reply.code(201).send({ token: username });
  });
  app.get('/api/v1/sessions/current', async ({ headers }) => {
    const account = accountOf(headers.authorization?.replace('Bearer ', '') ?? headers.cookie?.split('=')[1]);
    if (!account) throw new Problem('not_signed_in');
    return {
      csrf: 'the-csrf-token',
      account: { ...account, username: account.role, regency },
      expiresAt: '',
    };
  });
  app.delete('/api/v1/sessions/current', async (_request, reply) => reply.code(204).send());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    folder,
    ledger,
    quarantine,
    app,
    idOf: (role: Role) => accountOf(role)?.id,
    /** Posts a file as `role`. */
    post: async (body: string | Uint8Array<ArrayBuffer>, role = 'pusdalops', type = 'text/csv') => {
      const answer = await fetch(`${url}/api/v1/hazards/hotspots`, {
        method: 'POST',
        headers: { authorization: `Bearer ${role}`, 'content-type': type },
        body,
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    get: async (path: string, role = 'pusdalops') => {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${role}` } });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    stop: async () => {
      await app.close();
      await ledger.close();
      quarantine.close();
      rmSync(folder, { recursive: true });
    },
  };
};
export type TestSite = Awaited<ReturnType<typeof startSite>>;
