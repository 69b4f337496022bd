/** A process that opens the ledger `argv[2]` and appends `argv[3]` events to a stream of its own. */
import { randomUUID } from 'node:crypto';
import { openSqliteLedger } from '../src/index.ts';

const [, , file, count] = process.argv;
if (!file || !count) throw new Error('open-and-append.ts needs a ledger file and a number of events');
const ledger = await openSqliteLedger({ file });
const stream = `process-${process.pid}`;
for (let revision = 0; revision < Number(count); revision += 1) {
  await ledger.append(stream, revision, [
    { id: randomUUID(), type: 'siaga.test.appended.v1', data: {}, metadata: {} },
  ]);
}
await ledger.close();
