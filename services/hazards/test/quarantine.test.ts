import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@siaga/testkit';
import { openQuarantine } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'siaga-quarantine-'));
const file = join(folder, 'quarantine.db');
const sha = 'ab'.repeat(32);
const at = '2026-08-17T06:00:00.000Z';
const row = (line: number) => ({
  line,
  reason: 'latitude "95" is not between -90 and 90',
  raw: `95,112,${line}`,
});

const test = suite('quarantine');
test.after(() => rmSync(folder, { recursive: true }));

test('keeps rows over a restart, the newest first', () => {
  const first = openQuarantine(file);
  first.keep(sha, [row(2), row(5)], at);
  first.close();
  const again = openQuarantine(file);
  assert.deepEqual(again.list({ limit: 10 }), {
    total: 2,
    items: [
      { id: 2, file: sha, ...row(5), at },
      { id: 1, file: sha, ...row(2), at },
    ],
  });
  again.close();
});
test('the same file again does not double, another file with the same lines does', () => {
  const quarantine = openQuarantine(file);
  quarantine.keep(sha, [row(2), row(5), row(9)], '2026-08-18T00:00:00.000Z');
  assert.equal(quarantine.list({ limit: 10 }).total, 3);
  assert.equal(quarantine.list({ limit: 10 }).items.at(-1)?.at, at);
  quarantine.keep('cd'.repeat(32), [row(2)], at);
  assert.equal(quarantine.list({ limit: 10 }).total, 4);
  quarantine.close();
});
test('pages without a hole or a double', () => {
  const quarantine = openQuarantine(file);
  quarantine.keep(
    'ef'.repeat(32),
    Array.from({ length: 25 }, (_, line) => row(line + 2)),
    at,
  );
  const ids: number[] = [];
  for (let before: number | undefined; ; ) {
    const { items } = quarantine.list({ limit: 7, before });
    if (items.length === 0) break;
    ids.push(...items.map(({ id }) => id));
    before = ids.at(-1);
  }
  assert.equal(ids.length, 29);
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => b - a),
  );
  quarantine.close();
});
test('two processes’ connections to one file see each other’s rows', () => {
  const [one, two] = [openQuarantine(file), openQuarantine(file)];
  one.keep('11'.repeat(32), [row(2)], at);
  two.keep('22'.repeat(32), [row(2)], at);
  assert.equal(one.list({ limit: 1 }).total, two.list({ limit: 1 }).total);
  one.close();
  two.close();
});
test('a file that is no database is refused', () => {
  const other = join(folder, 'notes.txt');
  writeFileSync(other, 'catatan '.repeat(100));
  assert.throws(() => openQuarantine(other), /not a database/);
});
