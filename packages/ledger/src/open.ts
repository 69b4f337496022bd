import { join } from 'node:path';
import type { Ledger } from './port.ts';
import { openSqliteLedger } from './sqlite/ledger.ts';

/** What of a site's environment says where its ledger is. */
export interface LedgerEnvironment {
  /** `eventstoredb://…`; without it the ledger is a file in the site's folder. */
  SIAGA_LEDGER?: string | undefined;
  SIAGA_DATA_DIR: string;
  /** Whose ledger it is: two sites that are given one database by mistake must not become one. */
  SIAGA_REGENCY: string;
}

/** Opens the ledger of a site. Rejects as the adapters do: with `LedgerUnavailable`, a TypeError for a wrong address. */
export async function openLedger(environment: LedgerEnvironment): Promise<Ledger> {
  const { SIAGA_LEDGER, SIAGA_DATA_DIR, SIAGA_REGENCY } = environment;
  if (SIAGA_LEDGER === undefined) return openSqliteLedger({ file: join(SIAGA_DATA_DIR, 'ledger.db') });
  // The client takes memory, which a site on a file does not have to pay for.
  const { openEventStoreLedger } = await import('./eventstoredb/ledger.ts');
  return openEventStoreLedger({ url: SIAGA_LEDGER, owner: SIAGA_REGENCY });
}
