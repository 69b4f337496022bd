import type { Ledger } from '@siaga/ledger';

/** The same ledger with another append. */
export const ledgerWith = (ledger: Ledger, append: Ledger['append']): Ledger => ({
  append,
  read: (...args) => ledger.read(...args),
  readAll: (...args) => ledger.readAll(...args),
  subscribeAll: (...args) => ledger.subscribeAll(...args),
  head: () => ledger.head(),
  close: () => ledger.close(),
});
