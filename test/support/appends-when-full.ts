/** Appends to a ledger before, while and after the disk is said to be full, and prints what became of each. */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { type LedgerUnavailable, openSqliteLedger } from '@siaga/ledger';
const [file = '', full = ''] = process.argv.slice(2);
const ledger = await openSqliteLedger({ file });
const append = () =>
  ledger.append('s', 'any', [{ id: randomUUID(), type: 't', data: 'x'.repeat(10_000), metadata: {} }]);
const outcome = () =>
  append().then(
    ({ revision }) => revision,
    (error: LedgerUnavailable) => `${error.name}: ${error.cause instanceof Error ? error.cause.message : ''}`,
  );
const outcomes = [await outcome(), await outcome()];
writeFileSync(full, '');
outcomes.push(await outcome(), await outcome());
rmSync(full);
outcomes.push(await outcome());
await ledger.close();
console.log(JSON.stringify(outcomes));
