/**
 * Moves a site's ledger from its file into EventStoreDB. The site must be stopped.
 *
 *   node packages/ledger/src/copy-command.ts --from sqlite:DIR/ledger.db --to eventstoredb://…
 *
 * Without `--to` the target is `SIAGA_LEDGER`, so that its password need not stand in a command line. Exit code 0: the
 * copy is complete and verified; 1: it was interrupted, run it again; 2: refused, for the reason that is printed.
 */
import { parseArgs } from 'node:util';
import { CopyRefused, copyLedger } from './copy/copy.ts';

const USAGE = 'usage: copy-command.ts --from sqlite:DIR/ledger.db --to eventstoredb://…';
const SQLITE = 'sqlite:';

try {
  const { from, to = process.env['SIAGA_LEDGER'] } = argumentsGiven();
  if (!from?.startsWith(SQLITE) || to === undefined) throw new TypeError(USAGE);
  const report = await copyLedger({
    file: from.slice(SQLITE.length),
    url: to,
    onProgress: (events) => console.error(`${events} events`),
  });
  const { events, streams, found, hash } = report;
  console.log(
    `${events} events in ${streams} streams, ${found} of them were there before. Verified: the same events in the ` +
      `same order, in the whole and in each stream. SHA-256 over everything: ${hash}`,
  );
  console.log(
    'Start the site with SIAGA_LEDGER, and move the file away, so that nothing starts on it any more.',
  );
} catch (error) {
  const refused = error instanceof CopyRefused || error instanceof TypeError;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = refused ? 2 : 1;
}

function argumentsGiven(): { from?: string; to?: string } {
  const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
  return values;
}
