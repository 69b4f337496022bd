/**
 * A process for tests to harm: 16 writers append to the ledger `argv[2]` until the standard input ends. Prints
 * `acknowledged <event id>` for each append that was answered, at once, and `unavailable` for each
 * `LedgerUnavailable`, after which the writer repeats the same append.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerUnavailable, openSqliteLedger } from '../src/index.ts';

const file = process.argv[2];
if (!file) throw new Error('append-under-load.ts needs the path of a ledger file');
const ledger = await openSqliteLedger({ file });
let ending = false;
process.stdin.on('end', () => (ending = true)).resume();

// Not fs.writeSync: a pipe that is full for a moment makes that throw. What is still buffered here when the process
// is killed was acknowledged too, but goes unchecked.
const say = (line: string) => process.stdout.write(`${line}\n`);

async function writer(number: number): Promise<void> {
  for (let revision = 0; !ending; ) {
    const id = randomUUID();
    const event = { id, type: 'siaga.test.appended.v1', data: { text: 'a'.repeat(600) }, metadata: {} };
    for (let answered = false; !answered && !ending; ) {
      try {
        ({ revision } = await ledger.append(`writer-${number}`, revision, [event]));
        answered = true;
        say(`acknowledged ${id}`);
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) throw error;
        say('unavailable');
        // Not to fill the pipe with complaints; nothing waits for this time.
        await sleep(5);
      }
    }
  }
}

await Promise.all(Array.from({ length: 16 }, (_, number) => writer(number)));
await ledger.close();
