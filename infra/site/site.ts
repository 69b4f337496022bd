/** A site: one regency's services in one process, on one port, with one ledger. */
import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { dashboardService } from '@siaga/dashboard';
import { createAtlas, readBoundaries } from '@siaga/geo';
import { hazardsService, openQuarantine } from '@siaga/hazards';
import { openLedger } from '@siaga/ledger';
import { openPicture, pictureService, startFollowing } from '@siaga/picture';
import {
  authenticator,
  ensureDemoAccounts,
  httpWays,
  openAccounts,
  openCooperation,
  refuseDemoInProduction,
  regencyService,
  startSharing,
} from '@siaga/regency';
import { readSeed, readTrustedKeys } from '@siaga/stream';
import { createServer, type SiteEnvironment, webLimitsOf } from '@siaga/web';
import type { Logger } from 'pino';
import packageJson from '../package.json' with { type: 'json' };
import { siteMetrics } from './metrics.ts';

export interface Site {
  /** `http://localhost:6207` */
  readonly address: string;
  /** Answers what is under way, then closes everything. */
  stop(): Promise<void>;
}

const DASHBOARD = fileURLToPath(new URL('../../services/dashboard/dist', import.meta.url));

/**
 * Starts a site and resolves when it answers. It needs no NATS server to start: commands and the picture as it was
 * are served at once, sharing and following begin when the server is reached. Rejects with a sentence for a wrong
 * configuration, a port in use, or files that can't be opened.
 */
export const startSite = async (environment: SiteEnvironment, logger: Logger): Promise<Site> => {
  const { SIAGA_REGENCY: regency, SIAGA_NEIGHBOURS: neighbours, SIAGA_DATA_DIR: folder } = environment;
  const demo = environment.SIAGA_MODE === 'demo';
  const natsAs = (service: string) => ({
    servers: environment.SIAGA_NATS_SERVERS.split(','),
    seed: readSeed(join(environment.SIAGA_NATS_SEEDS, `${service}.seed`)),
  });
  mkdirSync(folder, { recursive: true });
  /** What to close, the newest first. */
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const accounts = openAccounts({ file: join(folder, 'accounts.db') });
    closers.push(() => accounts.close());
    refuseDemoInProduction(accounts, { ...process.env, SIAGA_MODE: environment.SIAGA_MODE });
    if (demo) await ensureDemoAccounts(accounts);
    const boundaries = environment.SIAGA_BOUNDARIES
      ? await readBoundaries(environment.SIAGA_BOUNDARIES)
      : undefined;
    const atlas = createAtlas({ boundaries });
    const ledger = await openLedger(environment);
    closers.push(() => ledger.close());
    const quarantine = openQuarantine(join(folder, 'quarantine.db'));
    closers.push(() => quarantine.close());

    const clock = Date.now;
    const cooperation = openCooperation({
      regency,
      ledger,
      keys: environment.SIAGA_SIGNING_KEYS,
      clock,
      log: logger,
    });
    closers.push(() => cooperation.stop());
    const sharing = startSharing({
      regency,
      neighbours,
      ledger,
      nats: natsAs('regency'),
      cooperation,
      http: httpWays(environment.SIAGA_NEIGHBOUR_URLS, environment.SIAGA_NATS_SEEDS),
      clock,
      logger,
    });
    closers.push(() => sharing.stop());
    const picture = openPicture({
      file: join(folder, 'picture.db'),
      regency,
      neighbours,
      ownHead: () => sharing.publishedSequence(),
      repairOf: (neighbour) => sharing.repair(neighbour),
      ownHeld: () => sharing.held(),
      log: logger,
    });
    closers.push(() => picture.close());
    if (picture.current.store.discarded !== undefined) {
      logger.warn({ reason: picture.current.store.discarded }, 'the picture is folded anew from the streams');
    }
    const following = startFollowing({
      picture,
      nats: natsAs('picture'),
      trusted: readTrustedKeys(environment.SIAGA_SIGNING_KEYS),
      logger,
      rebuild: environment.SIAGA_PICTURE_REBUILD,
    });
    closers.push(() => following.stop());

    const app = await createServer({
      title: `Siaga ${regency}`,
      version: packageJson.version,
      logger,
      authenticate: authenticator(accounts),
      ...webLimitsOf(environment),
      metrics: siteMetrics({ picture, sharing, ledger }),
      readiness: [
        { name: 'ledger', check: () => ledger.head().then(() => undefined, String) },
        { name: 'sharing', check: () => sharing.missing() },
        { name: 'picture', check: () => following.missing() },
      ],
    });
    closers.push(() => app.close());
    const newId = () => randomUUIDv7();
    await app.register(
      regencyService({
        regency,
        neighbours,
        ledger,
        accounts,
        cooperation,
        atlas,
        clock,
        newId,
        version: packageJson.version,
        demo,
        secureCookies: environment.SIAGA_SECURE_COOKIES,
      }),
    );
    await app.register(hazardsService({ regency, ledger, atlas, quarantine, clock, newId }));
    await app.register(pictureService({ picture, atlas }));
    await app.register(dashboardService({ dist: DASHBOARD }));
    const address = await app.listen({ host: environment.SIAGA_HOST, port: environment.SIAGA_PORT });
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
