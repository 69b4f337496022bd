/** What the ledger command refuses, and what it says. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENESIS_HASH, keyringOf, type SharedEvent, subjectOf } from '@siaga/domain';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import { checkLedgerFile } from '@siaga/ledger/backup';
import { hashOfEntry, newPrivateKey, signed } from '@siaga/stream';
import { assert, suite } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { openAccounts } from '../src/index.ts';
import { checkSignatures, readOwnEntries } from '../src/restore/known-entries.ts';
import { readRestore } from '../src/restore/marks.ts';
import { RecoverRefused } from '../src/restore/recover.ts';
import { writeJournalFile } from '../src/sharing/journal-file.ts';

const COMMAND = fileURLToPath(new URL('../src/ledger-command.ts', import.meta.url));

interface Context {
  folder: string;
  path: (name: string) => string;
  /** Runs the command on a site's folder. */
  run: (dir: string, ...args: string[]) => Promise<{ code: number | null; said: string }>;
}
const test = suite<Context>('the ledger command', {} as Context);
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-command-'));
  context.path = (name) => join(context.folder, name);
  context.run = async (dir, ...args) => {
    const env = { ...process.env, SIAGA_REGENCY: '62.07', SIAGA_DATA_DIR: context.path(dir) };
    const child = spawn(process.execPath, [COMMAND, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, said };
  };
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const withLedger = async (file: string, work: (ledger: Ledger) => Promise<unknown>) => {
  const ledger = await openSqliteLedger({ file });
  await work(ledger);
  await ledger.close();
};
const append = (ledger: Ledger, stream: string) =>
  ledger.append(stream, 0, [{ id: uuidv7(), type: 'siaga.test.v1', data: {}, metadata: {} }]);

test('a backup is made, checked and restored, and the mark is accepted by whoever says why', async ({
  path,
  run,
}) => {
  mkdirSync(path('site'));
  await withLedger(path('site/ledger.db'), async (ledger) => {
    for (const stream of ['one', 'two', 'three']) await append(ledger, stream);
  });
  const accounts = openAccounts({ file: path('site/accounts.db') });
  await accounts.add({ username: 'ani', role: 'trc', password: 'correct horse battery' });
  accounts.close();
  const first = await run('site', 'backup', '--to', path('backup'));
  assert.equal(first.code, 0, first.said);
  assert.deepEqual(readdirSync(path('backup')).sort(), ['accounts.db', 'backup.json', 'ledger.db']);
  for (const file of readdirSync(path('backup')))
    assert.equal(statSync(path(`backup/${file}`)).mode & 0o077, 0);

  const [again, over, nobody, silent, early, zoneless] = await Promise.all([
    run('site', 'backup', '--to', path('backup')),
    run('site', 'restore', '--from', path('backup')),
    run('site', 'accept-restore', '--because', 'Uji'),
    run('site', 'accept-restore'),
    run('early', 'restore', '--from', path('backup'), '--until', '2'),
    run('zoneless', 'restore', '--from', path('backup'), '--until', '2026-09-07 14:00'),
  ]);
  assert.deepEqual([again.code, over.code, nobody.code, silent.code], [2, 2, 2, 2]);
  assert.match(again.said, /is there already/);
  assert.match(over.said, /has a ledger: with --replace it is moved aside/);
  assert.match(nobody.said, /not marked as restored/);
  assert.match(silent.said, /Give --because/);
  assert.match(zoneless.said, /with its zone/);
  assert.match(early.said, /Restored 2 of 3 events/);
  assert.equal(checkLedgerFile(path('early/ledger.db')).events, 3, 'two, and the mark');

  const [accepted, replaced] = await Promise.all([
    run('early', 'accept-restore', '--because', 'tidak ada sambungan'),
    run('site', 'restore', '--from', path('backup'), '--replace'),
  ]);
  assert.equal(accepted.code, 0, accepted.said);
  await withLedger(path('early/ledger.db'), async (ledger) =>
    assert.equal((await readRestore(ledger)).open, false),
  );
  assert.match(replaced.said, /What was there is in .*replaced-/);
  await withLedger(path('site/ledger.db'), async (ledger) =>
    assert.equal((await readRestore(ledger)).open, true),
  );
  const restored = openAccounts({ file: path('site/accounts.db') });
  assert.equal(restored.find('ani')?.role, 'trc');
  restored.close();
});

test('a backup that was altered, or is another regency’s, is refused', async ({ path, run }) => {
  mkdirSync(path('site'));
  await withLedger(path('site/ledger.db'), (ledger) => append(ledger, 'one'));
  await run('site', 'backup', '--to', path('backup'));
  const facts = readFileSync(path('backup/backup.json'), 'utf8');
  writeFileSync(path('backup/backup.json'), facts.replace('62.07', '62.02'));
  const other = await run('new', 'restore', '--from', path('backup'));
  assert.deepEqual([other.code, /backup of 62\.02, not of 62\.07/.test(other.said)], [2, true]);
  writeFileSync(path('backup/backup.json'), facts.replace(/"hash": "./, '"hash": "x'));
  const altered = await run('new', 'restore', '--from', path('backup'));
  assert.deepEqual([altered.code, /is not what was backed up/.test(altered.said)], [2, true]);
});

const key = newPrivateKey();
const entryOf = (sequence: number, previoushash: string, by = key) => {
  const envelope: SharedEvent = {
    specversion: '1.0',
    id: uuidv7(),
    source: '/regencies/62.07',
    type: 'siaga.incident.verified.v1',
    subject: uuidv7(),
    time: '2026-02-03T04:05:06.789Z',
    datacontenttype: 'application/json',
    regency: '6207',
    sequence,
    previoushash,
    revision: 1,
    recordedat: '2026-02-03T04:05:06.789Z',
    hazard: 'flood',
    dataclass: 'public',
    actor: `trc:${uuidv7()}`,
    correlationid: uuidv7(),
    causationid: uuidv7(),
    data: { occurredAt: '2026-02-03T04:05:06.789Z' },
  };
  const event = signed(envelope, by);
  return { event, raw: JSON.stringify(event) };
};
const refused = (pattern: RegExp) => (error: unknown) =>
  error instanceof RecoverRefused && pattern.test(error.message);

test('of a file, all must be this regency’s own', async ({ path }) => {
  const first = entryOf(1, GENESIS_HASH);
  const entries = [first, entryOf(2, hashOfEntry(first.raw))];
  const write = (regency: string) =>
    writeJournalFile(path('file'), { regency, from: 1 }, batches(), () => undefined);
  const batches = async function* () {
    yield entries.map(({ event, raw }) => ({
      sequence: event.sequence,
      subject: subjectOf(event),
      bytes: Buffer.from(raw),
    }));
  };
  await write('62.02');
  await assert.rejects(
    readOwnEntries(path('file'), '62.07'),
    refused(/holds events of 62\.02, not of 62\.07/),
  );
  await write('62.07');
  const read = await readOwnEntries(path('file'), '62.07');
  assert.deepEqual(
    read.map(({ event, raw }) => ({ event, raw })),
    entries,
  );
  const text = readFileSync(path('file'), 'utf8');
  writeFileSync(path('file'), text.replace('"sequence":2,', '"sequence":"zwei",'));
  await assert.rejects(readOwnEntries(path('file'), '62.07'), refused(/line 3/));
  writeFileSync(path('file'), text.replace('siaga.incident.verified.v1', 'gar nichts'));
  await assert.rejects(readOwnEntries(path('file'), '62.07'), refused(/event 1: type/));
});

test('what the regency has not signed is refused by its number', () => {
  const first = entryOf(1, GENESIS_HASH);
  const forged = entryOf(2, hashOfEntry(first.raw), newPrivateKey());
  const keys = keyringOf([key.key]);
  checkSignatures([first, entryOf(2, hashOfEntry(first.raw))], keys, 0);
  assert.throws(
    () => checkSignatures([forged, first], keys, 0),
    refused(/event 2: signature: key .* is not known/),
  );
  checkSignatures([first, forged], keys, 2);
});
