/** The write side of one regency: accounts, commands, and sharing with the neighbours. */
import type { FastifyPluginAsync } from 'fastify';
import type { Accounts } from './accounts/accounts.ts';
import { accountRoutes } from './accounts/routes.ts';
import { asyncApiRoute } from './asyncapi.ts';
import { openAid } from './commands/aid.ts';
import { aidRoutes } from './commands/aid-routes.ts';
import { agreementRoutes } from './commands/agreement-routes.ts';
import { openAgreements } from './commands/agreements.ts';
import { openEdxlIntake } from './commands/edxl.ts';
import { incidentRoutes } from './commands/incident-routes.ts';
import { type IncidentsDeps, openIncidents } from './commands/incidents.ts';
import { signingKeyRoutes } from './commands/signing-key-routes.ts';
import { openSigningKeys } from './commands/signing-keys.ts';
import { resourceRoutes } from './commands/resource-routes.ts';
import { openResources } from './commands/resources.ts';
import type { Cooperation } from './cooperation.ts';
import { journalRoutes } from './sharing/journal-routes.ts';
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
export { hashOfDocument } from './commands/agreements.ts';
export { type Cooperation, type CooperationDeps, openCooperation } from './cooperation.ts';
export type { JournalName, SharingPolicy } from './sharing/journal.ts';
export { httpWays } from './sharing/neighbour-http.ts';
export { internalPolicy } from './sharing/policies.ts';
export { type Relay, type RelayDeps, type RelayState, startRelay } from './sharing/relay.ts';
export type { Way } from './sharing/repair.ts';
export { type Sharing, type SharingDeps, startSharing } from './sharing/start.ts';

export interface RegencyDeps extends IncidentsDeps {
  accounts: Accounts;
  cooperation: Pick<Cooperation, 'register' | 'turns' | 'signing'>;
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
    journalRoutes(app, deps);
    incidentRoutes(app, openIncidents(deps));
    const { register, turns, signing } = deps.cooperation;
    const known = { ...deps, register, turns, signing };
    agreementRoutes(app, openAgreements(known));
    signingKeyRoutes(app, openSigningKeys(known), known);
    const resources = openResources(known);
    resourceRoutes(app, resources);
    const aid = openAid({ ...known, resources });
    aidRoutes(app, aid, openEdxlIntake({ ...known, aid }));
  };
