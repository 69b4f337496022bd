/** A demonstration has accounts whose password is published. They must never stand in a site that is in use. */
import { ConfigurationError } from '@siaga/web';
import type { Accounts } from './accounts.ts';

/**
 * Stops a site in production that has an account with the demonstration's password. Throws a ConfigurationError
 * that names them and says what to do, or that production was asked for a demonstration. Production is `NODE_ENV=production` or `SIAGA_MODE=production`.
 */
export function refuseDemoInProduction(
  accounts: Accounts,
  environment: Record<string, string | undefined> = process.env,
): void {
  if (environment['NODE_ENV'] !== 'production' && environment['SIAGA_MODE'] !== 'production') return;
  if (environment['SIAGA_MODE'] === 'demo') {
    throw new ConfigurationError(
      'SIAGA_MODE: demo makes accounts with a published password, and NODE_ENV is production.',
    );
  }
  const names = accounts
    .list()
    .filter(({ demo }) => demo)
    .map(({ username }) => username);
  if (names.length === 0) return;
  throw new ConfigurationError(
    `This site is in production, but these accounts have the published demonstration password: ${names.join(', ')}. ` +
      'Remove them or give them passwords with services/regency/src/account-command.ts.',
  );
}
