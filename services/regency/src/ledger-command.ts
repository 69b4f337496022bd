/**
 * Backups of a site, and what follows when one is needed; see “Backups” in docs/operations.md. Reads the site's own
 * environment (`SIAGA_DATA_DIR`, `SIAGA_REGENCY`, `SIAGA_LEDGER`, `SIAGA_NATS_SERVERS`, `SIAGA_NATS_SEEDS`,
 * `SIAGA_SIGNING_KEYS`).
 *
 *   backup --to FOLDER                          while the site runs
 *   restore --from FOLDER [--until POSITION|TIME] [--replace]
 *   mark-restored --because TEXT                for a ledger that a database's own means restored
 *   recover --from FILE …                       gives the ledger back what it has forgotten, from what the neighbour
 *                                               exported (journal-command.ts export --since 1 --regency 62.07)
 *   recover --from-own-stream                   the same from EVENTS of the own NATS server, where that survived
 *   accept-restore --because TEXT               goes on without having heard everybody
 *
 * Exit code 0: done; 1: not now, run it again; 2: refused, with the reason.
 */
import { randomUUIDv7 } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { JOURNAL_STREAM, type Keyring, RegencyCode } from '@siaga/domain';
import { type Ledger, openLedger } from '@siaga/ledger';
import {
  BackupRefused,
  checkLedgerFile,
  copyDatabase,
  moveAside,
  restoreLedgerFile,
  type Until,
} from '@siaga/ledger/backup';
import { connectNats, EVENTS, readSeed, UnusableKey } from '@siaga/stream';
import { ConfigurationError, ledgerAddress, readConfiguration } from '@siaga/web';
import { z } from 'zod';
import { openRegister } from './register/register.ts';
import { readEntriesOfStream } from './restore/entries-stream.ts';
import { checkSignatures, readOwnEntries } from './restore/known-entries.ts';
import { markOf, type MarkType, readRestore, RESTORES_STREAM } from './restore/marks.ts';
import { type KnownEntry, recover, RecoverRefused } from './restore/recover.ts';
import { readHead } from './sharing/journal.ts';
import { UnusableJournalFile } from './sharing/journal-file.ts';
import { openSigning } from './sharing/signing.ts';

const Environment = z.object({
  SIAGA_REGENCY: RegencyCode,
  SIAGA_DATA_DIR: z.string().min(1),
  SIAGA_LEDGER: ledgerAddress.optional(),
  SIAGA_NATS_SERVERS: z.string().min(1).optional(),
  SIAGA_NATS_SEEDS: z.string().min(1).optional(),
  SIAGA_SIGNING_KEYS: z.string().min(1).optional(),
});
type Environment = z.output<typeof Environment>;

const USAGE =
  'usage: ledger-command.ts backup --to FOLDER | restore --from FOLDER [--until POSITION|TIME] [--replace] | ' +
  'mark-restored --because TEXT | recover --from FILE … | ' +
  'recover --from-own-stream | accept-restore --because TEXT';

/** How the command was called is wrong. */
class UsageError extends Error {}

/** Of a site's files, those that nothing else could make again. */
const LEDGER = 'ledger.db';
const OTHERS = ['accounts.db', 'quarantine.db'];
/** Derived from streams that may hold what a restored ledger has not. */
const PICTURE = 'picture.db';
/** What a backup says of itself. */
const FACTS = 'backup.json';
const Facts = z.object({ regency: RegencyCode, position: z.int(), events: z.int(), hash: z.string() });

interface Options {
  to?: string | undefined;
  from?: string[] | undefined;
  until?: string | undefined;
  replace?: boolean | undefined;
  because?: string | undefined;
  'from-own-stream'?: boolean | undefined;
}

const given = (value: string | undefined, option: string): string => {
  if (value === undefined || value.trim() === '') throw new UsageError(`Give ${option}.`);
  return value;
};

function backUp(site: Environment, options: Options): string {
  const to = given(options.to, '--to, a folder that is not there yet');
  if (existsSync(to)) throw new BackupRefused(`${to} is there already`);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const at = (file: string) => join(site.SIAGA_DATA_DIR, file);
  const others = OTHERS.filter((file) => existsSync(at(file)));
  for (const file of others) copyDatabase(at(file), join(to, file));
  if (site.SIAGA_LEDGER !== undefined)
    return `Backed up ${others.join(', ')} into ${to}. The ledger is in EventStoreDB: back that up by its own means.`;
  copyDatabase(at(LEDGER), join(to, LEDGER));
  const facts = checkLedgerFile(join(to, LEDGER));
  const source = checkLedgerFile(at(LEDGER), facts.position);
  if (source.hash !== facts.hash) throw new BackupRefused(`the copy in ${to} is not what the ledger is`);
  writeFileSync(join(to, FACTS), `${JSON.stringify({ regency: site.SIAGA_REGENCY, ...facts }, null, 2)}\n`, {
    mode: 0o600,
  });
  return (
    `Backed up ${[LEDGER, ...others].join(', ')} into ${to}: ${facts.events} events, the last at ${facts.recordedAt ?? '–'}, ` +
    `position ${facts.position}. Verified against the ledger. SHA-256 over everything: ${facts.hash}`
  );
}

async function restore(site: Environment, options: Options): Promise<string> {
  const [from = ''] = options.from ?? [];
  given(from, '--from, the folder of a backup');
  if (site.SIAGA_LEDGER !== undefined)
    throw new BackupRefused(
      'the ledger of this site is in EventStoreDB: restore that by its own means, then say mark-restored',
    );
  const facts = factsOf(from);
  if (facts.regency !== site.SIAGA_REGENCY)
    throw new BackupRefused(`${from} is the backup of ${facts.regency}, not of ${site.SIAGA_REGENCY}`);
  const whole = checkLedgerFile(join(from, LEDGER));
  if (whole.hash !== facts.hash)
    throw new BackupRefused(`${from} is not what was backed up: its hash is ${whole.hash}`);
  const to = options.to ?? site.SIAGA_DATA_DIR;
  mkdirSync(to, { recursive: true });
  const there = [LEDGER, ...OTHERS, PICTURE];
  if (existsSync(join(to, LEDGER)) && options.replace !== true)
    throw new BackupRefused(`${to} has a ledger: with --replace it is moved aside`);
  const aside = moveAside(to, there, new Date());
  const restored = restoreLedgerFile(join(from, LEDGER), join(to, LEDGER), untilOf(options.until));
  for (const file of OTHERS) if (existsSync(join(from, file))) copyDatabase(join(from, file), join(to, file));
  await withLedger({ ...site, SIAGA_DATA_DIR: to }, (ledger) =>
    mark(ledger, 'siaga.restore.restored.v1', {
      through: restored.position,
      note: `from a backup of ${whole.events} events`,
    }),
  );
  return (
    `Restored ${restored.events} of ${whole.events} events, the last at ${restored.recordedAt ?? '–'}, position ` +
    `${restored.position}. SHA-256 over them: ${restored.hash}. ${aside === undefined ? '' : `What was there is in ${aside}. `}` +
    'The ledger is marked as restored: start the site, and see what /readyz says.'
  );
}

function factsOf(folder: string): z.output<typeof Facts> {
  try {
    return Facts.parse(JSON.parse(readFileSync(join(folder, FACTS), 'utf8')));
  } catch (error) {
    throw new BackupRefused(`${folder} is no whole backup, for its ${FACTS} can’t be read: ${String(error)}`);
  }
}

function untilOf(text: string | undefined): Until | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return { position: Number(text) };
  const time = new Date(text);
  // A time without its zone would mean another moment on another machine.
  if (Number.isNaN(time.getTime()) || !/(?:Z|[+-]\d\d:\d\d)$/.test(text))
    throw new UsageError(
      'Give --until as a position, or as a time with its zone: 2026-09-07T14:00:00+07:00.',
    );
  return { time };
}

async function withLedger<T>(site: Environment, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  if (site.SIAGA_LEDGER === undefined && !existsSync(join(site.SIAGA_DATA_DIR, LEDGER)))
    throw new BackupRefused(`there is no ledger in ${site.SIAGA_DATA_DIR}`);
  const ledger = await openLedger(site);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

async function mark<Type extends MarkType>(
  ledger: Ledger,
  type: Type,
  data: Parameters<typeof markOf<Type>>[2],
): Promise<void> {
  const { revision } = await readRestore(ledger);
  await ledger.append(RESTORES_STREAM, revision, [markOf(randomUUIDv7(), type, data)]);
}

const natsOf = ({ SIAGA_NATS_SERVERS: servers, SIAGA_NATS_SEEDS: seeds }: Environment) => ({
  servers: given(servers, 'SIAGA_NATS_SERVERS').split(','),
  seed: readSeed(join(given(seeds, 'SIAGA_NATS_SEEDS'), 'regency.seed')),
});

/** The keys of a regency that count after a position of this site's ledger. */
async function keysOf(site: Environment, ledger: Ledger, of: string, through: number): Promise<Keyring> {
  const folder =
    site.SIAGA_SIGNING_KEYS ?? join(dirname(given(site.SIAGA_NATS_SEEDS, 'SIAGA_NATS_SEEDS')), 'signing');
  const register = openRegister({ regency: site.SIAGA_REGENCY, ledger });
  try {
    await register.current();
    return openSigning({ regency: site.SIAGA_REGENCY, folder, register }).keyring(of, through);
  } finally {
    await register.stop();
  }
}

async function entriesOf(
  site: Environment,
  ledger: Ledger,
  stream: string,
  regency: string,
): Promise<KnownEntry[]> {
  const keys = await keysOf(site, ledger, regency, 0);
  const nc = await connectNats({ ...natsOf(site), name: 'regency' });
  try {
    return await readEntriesOfStream(nc, { stream, regency, keys });
  } finally {
    await nc.close();
  }
}

async function takeBack(site: Environment, options: Options): Promise<string> {
  const regency = site.SIAGA_REGENCY;
  return withLedger(site, async (ledger) => {
    const entries: KnownEntry[] = [];
    if (options['from-own-stream'] === true)
      entries.push(...(await entriesOf(site, ledger, EVENTS, regency)));
    for (const file of options.from ?? []) entries.push(...(await readOwnEntries(file, regency)));
    if (entries.length === 0) throw new UsageError('Give --from FILE, or --from-own-stream.');
    const { sequence, position } = await readHead(ledger, JOURNAL_STREAM);
    checkSignatures(entries, await keysOf(site, ledger, regency, position), sequence);
    const report = await recover(
      { ledger, regency, newId: randomUUIDv7, onProgress: (taken) => console.error(`${taken} events`) },
      entries,
    );
    const lost = report.lost.map((one) => `${one.stream} revision ${one.revision}`);
    return (
      `${report.taken} events came back, ${report.known} were there. The journal goes on behind ${report.sequence}.` +
      (lost.length > 0 ? ` Never shared, and lost: ${lost.join(', ')}.` : '')
    );
  });
}

async function run(command: string | undefined, site: Environment, options: Options): Promise<string> {
  switch (command) {
    case 'backup':
      return backUp(site, options);
    case 'restore':
      return restore(site, options);
    case 'mark-restored': {
      const note = given(options.because, '--because, what was done');
      return withLedger(site, async (ledger) => {
        await mark(ledger, 'siaga.restore.restored.v1', { through: await ledger.head(), note });
        return 'The ledger is marked as restored. Do it before the site is started.';
      });
    }
    case 'accept-restore': {
      const because = given(options.because, '--because, why nobody need be waited for');
      return withLedger(site, async (ledger) => {
        if (!(await readRestore(ledger)).open)
          throw new BackupRefused('the ledger is not marked as restored: nothing to accept');
        await mark(ledger, 'siaga.restore.accepted.v1', { because });
        return 'Accepted. Whoever is heard to know more all the same holds sharing again.';
      });
    }
    case 'recover':
      return takeBack(site, options);
    default:
      throw new UsageError('Say what to do.');
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      from: { type: 'string', multiple: true },
      until: { type: 'string' },
      replace: { type: 'boolean' },
      because: { type: 'string' },
      'from-own-stream': { type: 'boolean' },
    },
  });
  if (positionals.length !== 1) throw new UsageError('Say what to do.');
  console.log(await run(positionals[0], readConfiguration(Environment, process.env), values));
} catch (error) {
  const usage =
    error instanceof UsageError || (error instanceof TypeError && 'code' in error); /* parseArgs */
  const refused = [BackupRefused, RecoverRefused, ConfigurationError, UnusableJournalFile, UnusableKey].some(
    (kind) => error instanceof kind,
  );
  console.error(error instanceof Error ? error.message : error);
  if (usage) console.error(USAGE);
  process.exitCode = usage || refused ? 2 : 1;
}
