/** The write side of one regency: accounts, commands, and sharing with the neighbours. */
import type { FastifyPluginAsync } from 'fastify';
import type { Accounts } from './accounts/accounts.ts';
import { accountRoutes } from './accounts/routes.ts';
import { asyncApiRoute } from './asyncapi.ts';
import { type IncidentsDeps, openIncidents } from './commands/incidents.ts';
import { incidentRoutes } from './commands/routes.ts';
import { siteRoutes } from './site-routes.ts';

export {
  type Account,
  AccountError,
  type Accounts,
  type AccountsOptions,
  DEMO_PASSWORD,
  ensureDemoAccounts,
  openAccounts,
  type Session,
} from './accounts/accounts.ts';
export { authenticator, SESSION_COOKIE } from './accounts/authenticator.ts';
export { refuseDemoInProduction } from './accounts/demo.ts';
export {
  type IncidentAction,
  type IncidentAnswer,
  type IncidentRequest,
  type Incidents,
  type IncidentsDeps,
  openIncidents,
} from './commands/incidents.ts';
export type { SharingPolicy } from './sharing/journal.ts';
export { type Relay, type RelayDeps, type RelayState, startRelay } from './sharing/relay.ts';
export { type Sharing, type SharingDeps, startSharing } from './sharing/start.ts';

export interface RegencyDeps extends IncidentsDeps {
  accounts: Accounts;
  /** Of the software, for `GET /api/v1/site`. */
  version: string;
  /** Whether this is a demonstration, whose passwords the sign-in page may show. */
  demo: boolean;
  /** Whether the session cookie is sent over HTTPS only. */
  secureCookies: boolean;
}

/** The regency's HTTP routes. The server needs `authenticator(deps.accounts)` as its `authenticate`. */
export const regencyService =
  (deps: RegencyDeps): FastifyPluginAsync =>
  async (app) => {
    siteRoutes(app, deps);
    asyncApiRoute(app, deps);
    accountRoutes(app, deps);
    incidentRoutes(app, openIncidents(deps));
  };

/** Before an agreement is in force: only what would be published to the public anyway. */
export const sharePublicOnly = (dataClass: string): boolean => dataClass === 'public';
