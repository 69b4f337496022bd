/**
 * Carries shared events from site to site by hand, as on a USB stick, when nothing else connects them for long:
 *
 *   node services/regency/src/journal-command.ts export --since N --out FILE [--regency 62.02]
 *   node services/regency/src/journal-command.ts import FILE
 *
 * Both may run beside the site, with its environment (SIAGA_REGENCY, SIAGA_NEIGHBOURS, SIAGA_DATA_DIR, …). `export` writes this
 * regency's own events from number N on; with --regency, what this site has of a neighbour's. `import` puts a
 * neighbour's into this site's copy. Both can be repeated.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keyringOf } from '@siaga/domain';
import { openLedger } from '@siaga/ledger';
import { connectNats, type Range, readSeed, readTrustedKeys, UnusableKey } from '@siaga/stream';
import { ConfigurationError, Problem, readConfiguration, SiteEnvironment } from '@siaga/web';
import { openRegister } from './register/register.ts';
import { exportCopy, exportOwn, importFile } from './sharing/carry.ts';
import { type JournalFileHeader, openJournalFile, UnusableJournalFile } from './sharing/journal-file.ts';
import { openSigning } from './sharing/signing.ts';

const USAGE = `Usage: journal-command.ts export --since N --out FILE [--regency CODE]
       journal-command.ts import FILE
With the environment of the site.`;
const PROGRESS_EVERY = 10_000;
const TOLD = 20;

/** What is wrong with how the command was called. */
class UsageError extends Error {}
/** What the command does not do, and why. */
class Refusal extends Error {}

const progress = (verb: string) => {
  let told = 0;
  return (sequence: number) => {
    if (sequence - told < PROGRESS_EVERY) return;
    told = sequence;
    console.error(`${verb} up to event ${sequence} …`);
  };
};

const connect = (environment: SiteEnvironment) =>
  connectNats({
    servers: environment.SIAGA_NATS_SERVERS.split(','),
    seed: readSeed(join(environment.SIAGA_NATS_SEEDS, 'regency.seed')),
    name: 'regency',
  });

/** All keys that are or were a neighbour's, as far as this site knows. */
const keysOf = async (environment: SiteEnvironment, neighbour: string) => {
  const { SIAGA_REGENCY: regency, SIAGA_SIGNING_KEYS: folder } = environment;
  const ledger = await openLedger(environment);
  const register = openRegister({ regency, ledger });
  try {
    await register.current();
    return Object.keys(openSigning({ regency, folder, register }).keyring(neighbour));
  } finally {
    await register.stop();
    await ledger.close();
  }
};

async function exportTo(environment: SiteEnvironment, options: Options): Promise<string> {
  const { SIAGA_REGENCY: own, SIAGA_NEIGHBOURS: neighbours } = environment;
  const { since = '', out: file, regency = own } = options;
  const from = Number(since);
  if (!/^\d+$/.test(since) || from < 1) throw new UsageError('Give --since, the number of the first event.');
  if (file === undefined) throw new UsageError('Give --out, the file to write.');
  const told = progress('Written');
  let header: JournalFileHeader;
  if (regency === own) {
    const ledger = await openLedger(environment);
    try {
      header = await exportOwn(ledger, { regency, from, file }, told);
    } finally {
      await ledger.close();
    }
  } else {
    if (!neighbours.includes(regency)) throw new Refusal(`${regency} is no neighbour of ${own}.`);
    const keys = keyringOf(readTrustedKeys(environment.SIAGA_SIGNING_KEYS)[regency] ?? []);
    const nc = await connect(environment);
    try {
      header = await exportCopy(nc, { neighbour: regency, keys, from, file }, told);
    } finally {
      await nc.close();
    }
  }
  const count = header.to - header.from + 1;
  return count > 0
    ? `${file}: ${count} events of ${regency}, ${header.from} to ${header.to}.`
    : `${file}: ${regency} has no event ${from} yet, the file holds none.`;
}

async function importFrom(environment: SiteEnvironment, path: string): Promise<string> {
  const { SIAGA_REGENCY: own, SIAGA_NEIGHBOURS: neighbours } = environment;
  const file = await openJournalFile(path);
  try {
    const { regency: neighbour } = file.header;
    if (neighbour === own) {
      throw new Refusal(
        `${path} holds events of ${own}, this site's own: they come from its ledger alone. ` +
          'A ledger that has lost events is mended with its own command (docs/operations.md).',
      );
    }
    if (!neighbours.includes(neighbour)) {
      throw new Refusal(`${path} holds events of ${neighbour}, which is no neighbour of ${own}.`);
    }
    const keys = await keysOf(environment, neighbour);
    const nc = await connect(environment);
    try {
      const { taken, known, refused, missing } = await importFile(nc, file, keys, progress('Read'));
      const wrong = refused.length + file.unreadable.length;
      process.exitCode = wrong > 0 ? 1 : 0;
      return [
        `${file.count} events of ${neighbour}: ${taken} taken, ${known} were here, ${refused.length} refused.`,
        ...file.unreadable.slice(0, TOLD).map(({ line, reason }) => `Line ${line} refused: ${reason}.`),
        ...refused.slice(0, TOLD).map(({ sequence, reason }) => `Event ${sequence} refused: ${reason}.`),
        ...(wrong > TOLD ? [`${wrong} refused in all.`] : []),
        ...(missing.length > 0
          ? [`Still missing: ${missing.slice(0, TOLD).map(rangeText).join(', ')}.`]
          : []),
      ].join('\n');
    } finally {
      await nc.close();
    }
  } finally {
    await file.close();
  }
}

const rangeText = ({ from, to }: Range): string => (from === to ? String(from) : `${from} to ${to}`);

interface Options {
  since?: string | undefined;
  out?: string | undefined;
  regency?: string | undefined;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { since: { type: 'string' }, out: { type: 'string' }, regency: { type: 'string' } },
  });
  const [command, file] = positionals;
  // It listens on no port.
  const environment = () => readConfiguration(SiteEnvironment, { SIAGA_PORT: '0', ...process.env });
  if (command === 'export' && positionals.length === 1) console.log(await exportTo(environment(), values));
  else if (command === 'import' && file !== undefined && positionals.length === 2)
    console.log(await importFrom(environment(), file));
  else throw new UsageError('Say what to do.');
}

try {
  await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error instanceof TypeError && 'code' in error); /* parseArgs */
  const known = [UsageError, Refusal, ConfigurationError, UnusableKey, UnusableJournalFile, Problem];
  const isKnown = isUsage || known.some((kind) => error instanceof kind);
  console.error(isKnown && error instanceof Error ? error.message : error);
  if (isUsage) console.error(USAGE);
  process.exitCode = isUsage ? 2 : 1;
}
