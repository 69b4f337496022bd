import { ledgerContract } from '../src/contract.ts';
import { openSqliteLedger } from '../src/index.ts';
import { newFolder } from './folder.ts';

ledgerContract('sqlite ledger', async () => {
  const folder = newFolder();
  const file = folder.path('ledger.db');
  const ledger = await openSqliteLedger({ file });
  let current = ledger;
  return {
    ledger,
    reopen: async () => {
      await current.close();
      current = await openSqliteLedger({ file });
      return current;
    },
    dispose: async () => {
      await current.close();
      folder.remove();
    },
  };
});
