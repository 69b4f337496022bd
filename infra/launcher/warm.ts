/**
 * Starts a site on an empty folder and ends it again, so that Node's compile cache holds every module of a site, those
 * of its worker too. A site that finds one module missing there loads the TypeScript stripper and keeps its 30 MB.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivateKey, newSeed, trustKey } from '@siaga/stream';
import { SiteEnvironment } from '@siaga/web';
import { pino } from 'pino';
import { startSite } from '../site/site.ts';

const folder = mkdtempSync(join(tmpdir(), 'siaga-warm-'));
for (const service of ['regency', 'picture'])
  writeFileSync(join(folder, `${service}.seed`), newSeed(), { mode: 0o600 });
const signing = join(folder, 'signing');
trustKey(signing, '62.07', makePrivateKey(signing).key);
const site = await startSite(
  SiteEnvironment.parse({
    SIAGA_REGENCY: '62.07',
    SIAGA_NEIGHBOURS: '',
    SIAGA_DATA_DIR: folder,
    SIAGA_PORT: '0',
    // Nothing listens there: a site starts without its NATS server.
    SIAGA_NATS_SERVERS: '127.0.0.1:1',
    SIAGA_NATS_SEEDS: folder,
    SIAGA_SIGNING_KEYS: signing,
  }),
  pino({ level: 'silent' }),
);
await site.stop();
rmSync(folder, { recursive: true, force: true });
process.exit();
