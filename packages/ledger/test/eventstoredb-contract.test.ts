/** Verified against a protocol double; against a real server where `SIAGA_EVENTSTORE_URL` names one. */
import { startEventStoreDouble } from '@siaga/testkit/eventstore-double';
import { ledgerContract } from '../src/contract.ts';
import { openEventStoreLedger } from '../src/eventstoredb/ledger.ts';

const real = process.env['SIAGA_EVENTSTORE_URL'];

/** The double takes as much in one append as a server that is set up as docs/operations.md says. */
const openStore = async () => {
  if (real !== undefined) return { url: real, stop: () => Promise.resolve() };
  return startEventStoreDouble({ maxAppendBytes: 16 * 1024 * 1024 });
};

ledgerContract(
  `EventStoreDB ledger (${real === undefined ? 'protocol double' : 'real server'})`,
  async () => {
    const store = await openStore();
    const ledger = await openEventStoreLedger({ url: store.url });
    let current = ledger;
    return {
      ledger,
      reopen: async () => {
        await current.close();
        current = await openEventStoreLedger({ url: store.url });
        return current;
      },
      dispose: async () => {
        await current.close();
        await store.stop();
      },
    };
  },
);
