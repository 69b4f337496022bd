/** What is checked of entries that were asked for or brought, and the file that they are brought in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SharedEvent } from '@siaga/domain';
import { type JournalEntry, newPrivateKey } from '@siaga/stream';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { openJournalFile, UnusableJournalFile, writeJournalFile } from '../src/sharing/journal-file.ts';
import { openReceiver } from '../src/sharing/received.ts';
import { keyOf } from './keys.ts';
import { openNeighbour } from './neighbour.ts';
import { KOTIM, SERUYAN } from './site.ts';

const test = suite('entries that were missed');
const folder = mkdtempSync(join(tmpdir(), 'siaga-carry-'));
const file = join(folder, 'stick.jsonl');
test.after(() => rmSync(folder, { recursive: true, force: true }));

const said = (count: number, regency = SERUYAN, changes: Partial<SharedEvent> = {}): JournalEntry[] => {
  const neighbour = openNeighbour(regency, { now: Date.now() });
  const occurredAt = new Date().toISOString();
  for (let number = 0; number < count; number += 1) {
    const data = { occurredAt, reason: `alasan ${number}`, effectiveAt: occurredAt };
    neighbour.say({ type: 'AgreementTerminated', data }, uuidv7(), changes);
  }
  return [...neighbour.entries];
};
const check = (entries: readonly JournalEntry[], keys = [keyOf(SERUYAN).key]) => {
  const { taken, refused } = openReceiver(SERUYAN, keys).check(entries);
  return { taken: taken.map(({ sequence }) => sequence), refused };
};
const reasonsOf = (entries: readonly JournalEntry[], keys?: string[]) =>
  check(entries, keys).refused.map(({ reason }) => reason);
/** Of an array that is known to be long enough. */
const at = <T>(all: readonly T[], index: number): T => {
  const one = all[index];
  assert.ok(one !== undefined);
  return one;
};

test('what the neighbour signed is taken, whole or in parts', () => {
  const entries = said(5);
  assert.deepEqual(check(entries), { taken: [1, 2, 3, 4, 5], refused: [] });
  assert.deepEqual(check([at(entries, 1), at(entries, 3)]), { taken: [2, 4], refused: [] });
});

test('what it has not signed, numbered, addressed or linked so is refused, and the rest taken', () => {
  const entries = said(3);
  const [first, second, third] = [at(entries, 0), at(entries, 1), at(entries, 2)];
  const text = Buffer.from(second.bytes).toString();
  const altered = { ...second, bytes: Buffer.from(text.replace('alasan 1', 'alasan 7')) };
  const { taken, refused } = check([first, altered, third]);
  assert.deepEqual(taken, [1, 3]);
  assert.deepEqual(
    refused.map(({ sequence }) => sequence),
    [2],
  );
  assert.match(refused[0]?.reason ?? '', /^signature: it is not the one/);

  assert.match(reasonsOf([{ ...first, sequence: 2 }])[0] ?? '', /^sequence: it says 1/);
  assert.match(
    reasonsOf([{ ...first, subject: first.subject.replace('disaster', 'internal') }])[0] ?? '',
    /^subject: /,
  );
  assert.match(reasonsOf([{ ...first, subject: 'disaster.6207.fire.x.y' }])[0] ?? '', /^subject: /);
  assert.match(reasonsOf([{ ...first, bytes: Buffer.from('{}') }])[0] ?? '', /specversion/);
  assert.match(reasonsOf(said(1, KOTIM))[0] ?? '', /^regency: /);
  assert.match(reasonsOf([first], [newPrivateKey().key])[0] ?? '', /^signature: key .* is not known/);
  // Two journals of one regency, as after a restore: only one of them goes on here.
  assert.match(reasonsOf([first, at(said(2), 1)])[0] ?? '', /^previoushash: /);
});

test('a file gives back what was written, in the regency’s order, however its lines stand', async () => {
  const entries = said(12);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...entries.keys()], { minLength: 0 }),
      fc.boolean(),
      async (order, twice) => {
        const all = async function* () {
          yield entries.slice(0, 5);
          yield entries.slice(5);
        };
        const header = await writeJournalFile(file, { regency: SERUYAN, from: 1 }, all(), () => undefined);
        const [first = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
        assert.deepEqual(JSON.parse(first), header);
        const kept = order.map((index) => at(lines, index));
        writeFileSync(file, [first, ...kept, ...(twice ? kept : [])].join('\n'));
        const opened = await openJournalFile(file);
        const read: JournalEntry[] = [];
        for await (const batch of opened.batches()) read.push(...batch);
        await opened.close();
        assert.deepEqual(opened.unreadable, []);
        assert.deepEqual(
          read,
          order.toSorted((one, other) => one - other).map((index) => at(entries, index)),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('a line that is longer than any event is one unreadable line, and nothing of it is kept', async () => {
  const none = async function* (): AsyncGenerator<JournalEntry[]> {};
  await writeJournalFile(file, { regency: SERUYAN, from: 7 }, none(), () => undefined);
  const header = readFileSync(file, 'utf8');
  const line = JSON.stringify({ sequence: 7, subject: 'x', text: 'y' });
  writeFileSync(file, `${header}${'z'.repeat(5_000_000)}\n${line}\n`);
  const opened = await openJournalFile(file);
  assert.deepEqual(opened.unreadable, [{ line: 2, reason: 'it is no line of an event' }]);
  assert.equal(opened.count, 1);
  await opened.close();
});

test('what has no such first line is no such file', async () => {
  for (const text of ['', '\n', 'x', '{"format":"siaga-journal/2"}', '\u0000'.repeat(100)]) {
    writeFileSync(file, text);
    await assert.rejects(openJournalFile(file), UnusableJournalFile);
  }
});
