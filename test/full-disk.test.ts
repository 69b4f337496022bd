/** The injected ENOSPC of the fault bench refuses what a disk without space refuses, in the thread that writes too. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, suite } from '@siaga/testkit';

const test = suite('a disk that is said to be full');
const preloaded = fileURLToPath(new URL('chaos/refusing-disk.ts', import.meta.url));

const program = fileURLToPath(new URL('support/appends-when-full.ts', import.meta.url));

test('the ledger refuses while it is full, and goes on when it is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'siaga-full-'));
  try {
    const full = join(folder, 'full');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', preloaded, program, join(folder, 'ledger.db'), full],
      { env: { ...process.env, SIAGA_TEST_DISK_FULL: full } },
    );
    const refused = 'LedgerUnavailable: database or disk is full';
    assert.deepEqual(JSON.parse(stdout), [1, 2, refused, refused, 3]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
