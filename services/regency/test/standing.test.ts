/** Whether this regency may give new numbers: a real ledger, and words as the neighbours and the hub would say them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOURNAL_STREAM } from '@siaga/domain';
import { type Ledger, openLedger, openSqliteLedger, readLast } from '@siaga/ledger';
import { hashOfEntry } from '@siaga/stream';
import { assert, suite, until } from '@siaga/testkit';
import { startEventStoreDouble } from '@siaga/testkit/eventstore-double';
import { v7 as uuidv7 } from 'uuid';
import { ENTRY } from '../src/sharing/entries.ts';
import { type MarkType, markOf, readRestore, RESTORES_STREAM, type Word } from '../src/restore/marks.ts';
import { openStanding, type Standing } from '../src/sharing/standing.ts';

const [KOTIM, KATINGAN] = ['62.02', '62.06'];
const newId = () => uuidv7();
const textOf = (sequence: number, which = 'ours') => JSON.stringify({ sequence, which });
const wordOf = (sequence: number, which?: string): Word => ({
  sequence,
  hash: hashOfEntry(textOf(sequence, which)),
});

interface Context {
  folder: string;
  ledger: Ledger;
  /** What the hub answers; undefined for no answer. */
  hub: Word | undefined;
  opened: Standing[];
  open: () => Standing;
}
const test = suite<Context>('the standing of a ledger', {} as Context);
test.before.each(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-standing-'));
  context.ledger = await openSqliteLedger({ file: join(context.folder, 'ledger.db') });
  context.hub = undefined;
  context.opened = [];
  context.open = () => {
    const standing = openStanding({
      ledger: context.ledger,
      neighbours: [KOTIM, KATINGAN],
      askHub: async () => context.hub ?? Promise.reject(new Error('no answer')),
      newId,
    });
    context.opened.push(standing);
    return standing;
  };
  await journal(context.ledger, 1, 10);
});
test.after.each(async ({ opened, ledger, folder }) => {
  for (const standing of opened) await standing.stop();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const journal = (ledger: Ledger, from: number, to: number) =>
  ledger.append(
    JOURNAL_STREAM,
    from - 1,
    Array.from({ length: to - from + 1 }, (_, index) => ({
      id: newId(),
      type: ENTRY,
      data: { position: 1, subject: 'disaster.6207.flood.incident.reported', text: textOf(from + index) },
      metadata: {},
    })),
  );
const mark = async (ledger: Ledger, ...what: [MarkType, Parameters<typeof markOf>[2]]) => {
  const { revision } = await readRestore(ledger);
  await ledger.append(RESTORES_STREAM, revision, [markOf(newId(), ...what)]);
};
const restored = ({ ledger }: Context) =>
  mark(ledger, 'siaga.restore.restored.v1', { through: 10, note: 'Uji' });
const isBy = (standing: Standing, by: string | undefined) =>
  until(`it is held by ${by}`, () => standing.held()?.by === by);
const lastMark = async ({ ledger }: Context) => (await readLast(ledger, RESTORES_STREAM))?.type;
const never = new AbortController().signal;

test('free at once where everybody has no more than it', async (context) => {
  context.hub = wordOf(10);
  const standing = context.open();
  standing.heard(KOTIM, wordOf(7));
  standing.heard(KATINGAN, { sequence: 0 });
  await standing.mayJournal(never);
  assert.equal(await lastMark(context), undefined, 'and nothing is noted');
});

test('without a mark nobody is waited for longer than some seconds', async (context) => {
  const standing = context.open();
  await standing.mayPublish(never);
  assert.equal(standing.held()?.by, 'starting');
  await standing.mayJournal(never);
});

test('restored: held until the last of the neighbours and the hub is heard, which is noted', async (context) => {
  await restored(context);
  const standing = context.open();
  await standing.mayPublish(never);
  await isBy(standing, 'restored');
  standing.heard(KOTIM, wordOf(10));
  standing.heard(KATINGAN, wordOf(3));
  await until('the hub is waited for', () => /\bthe hub was not heard/.test(standing.held()?.sentence ?? ''));
  context.hub = wordOf(10);
  await standing.mayJournal(never);
  assert.equal(await lastMark(context), 'siaga.restore.confirmed.v1');
  await standing.stop();
  context.hub = undefined;
  const again = context.open();
  await until('a later start is free', () => again.held() === undefined);
});

test('a person goes on without them; who knows more all the same holds it again', async (context) => {
  await restored(context);
  const standing = context.open();
  await isBy(standing, 'restored');
  await mark(context.ledger, 'siaga.restore.accepted.v1', { because: 'Kotim tidak terhubung sebulan' });
  await isBy(standing, undefined);
  standing.heard(KOTIM, wordOf(11));
  await isBy(standing, 'forgotten');
});

test('forgotten: noted, so that a restart goes on with it; over when the journal has it', async (context) => {
  const standing = context.open();
  standing.heard(KOTIM, wordOf(12));
  await isBy(standing, 'forgotten');
  assert.match(
    standing.held()?.sentence ?? '',
    /62\.02 has events of this regency up to 12, this ledger only up to 10/,
  );
  await standing.stop();
  const again = context.open();
  await isBy(again, 'forgotten');
  let published = false;
  void again.mayPublish(never).then(() => (published = true));
  await journal(context.ledger, 11, 12);
  await isBy(again, 'restored');
  await until('the journal is published', () => published);
  context.hub = wordOf(12);
  again.heard(KATINGAN, wordOf(12));
  again.heard(KOTIM, wordOf(12));
  await again.mayJournal(never);
});

test('who has lost the end of its copy has said before what it had', async (context) => {
  const standing = context.open();
  standing.heard(KOTIM, wordOf(12));
  standing.heard(KOTIM, wordOf(9));
  await isBy(standing, 'forgotten');
  standing.heard(KOTIM, wordOf(9));
  await isBy(standing, 'forgotten');
});

for (const [name, word] of [
  ['the last', wordOf(10, 'theirs')],
  ['an earlier', wordOf(4, 'theirs')],
] as const) {
  test(`forked: another event under ${name} number stops it for good`, async (context) => {
    const standing = context.open();
    standing.heard(KATINGAN, word);
    await isBy(standing, 'forked');
    standing.heard(KOTIM, wordOf(12));
    await journal(context.ledger, 11, 12);
    standing.heard(KOTIM, wordOf(11));
    assert.equal(standing.held()?.by, 'forked');
  });
}

test('a ledger begun anew, without any backup, is noticed from the hub alone', async (context) => {
  const fresh = await openSqliteLedger({ file: join(context.folder, 'fresh.db') });
  const standing = openStanding({
    ledger: fresh,
    neighbours: [KOTIM],
    askHub: async () => wordOf(10),
    newId,
  });
  await isBy(standing, 'forgotten');
  assert.match(
    standing.held()?.sentence ?? '',
    /the hub has events of this regency up to 10, this ledger only up to 0/,
  );
  await standing.stop();
  await fresh.close();
});

test('the same on EventStoreDB', async ({ folder }) => {
  const double = await startEventStoreDouble();
  const ledger = await openLedger({
    SIAGA_LEDGER: double.url,
    SIAGA_DATA_DIR: folder,
    SIAGA_REGENCY: '62.07',
  });
  try {
    await journal(ledger, 1, 3);
    const standing = openStanding({ ledger, neighbours: [KOTIM], askHub: async () => wordOf(3), newId });
    standing.heard(KOTIM, wordOf(5));
    await isBy(standing, 'forgotten');
    await journal(ledger, 4, 5);
    await standing.mayJournal(never);
    assert.equal((await readLast(ledger, RESTORES_STREAM))?.type, 'siaga.restore.confirmed.v1');
    await standing.stop();
  } finally {
    await ledger.close();
    await double.stop();
  }
});
