import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyringOf, subjectOf } from '@siaga/domain';
import { assert, damaged, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  Beat,
  isSignedWith,
  newPrivateKey,
  openJudge,
  readPrivateKey,
  readSeed,
  readTrustedKeys,
  signed,
  UnusableKey,
} from '../src/index.ts';
import { readMessage } from '../src/message.ts';
import { eventOf } from './support.ts';

const SERUYAN = '62.07';
const test = suite('messages and files that are broken');
const key = newPrivateKey();
const event = signed(eventOf(SERUYAN, 1), key);
const text = JSON.stringify(event);
const judge = () => openJudge(keyringOf([key.key]));

test('a damaged message is an event as it was, or is told apart; nothing is thrown', () => {
  let genuine = 0;
  fc.assert(
    fc.property(damaged([text]), (raw) => {
      const reading = readMessage(SERUYAN, subjectOf(event), Buffer.from(raw));
      if (reading.kind === 'malformed') {
        assert.ok(reading.reason.length > 0);
        return;
      }
      if (judge().of([reading])(0) === undefined) {
        genuine += 1;
        // Blanks and the order of members are no part of what is signed; all else is.
        assert.deepEqual(reading.event, event);
      }
      void isSignedWith(key.key, raw);
    }),
    { numRuns: 700 },
  );
  assert.ok(genuine < 300, `${genuine} of 700 were as they had been`);
});

test('bytes of any kind are no event, and are shown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(readMessage(SERUYAN, subjectOf(event), bytes).kind, 'malformed');
    }),
    { numRuns: 300 },
  );
});

test('a damaged heartbeat is one of the same form, or none', () => {
  const beat = JSON.stringify({ regency: SERUYAN, sequence: 3, sentAt: '2026-01-02T03:04:05.678Z' });
  fc.assert(
    fc.property(damaged([beat]), (raw) => {
      let json: unknown;
      try {
        json = JSON.parse(raw);
      } catch {
        return;
      }
      const { data, success } = Beat.safeParse(json);
      if (success) assert.ok(Number.isSafeInteger(data.sequence) && data.sequence >= 0);
    }),
    { numRuns: 500 },
  );
});

test('a damaged file of keys or seeds stops with UnusableKey, and what is in it is not in the sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'siaga-abuse-'));
  const pem = key.private.export({ format: 'pem', type: 'pkcs8' }).toString();
  const secret = pem.split('\n')[1] ?? '';
  const seed = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
  const files: [string, string, (file: string) => unknown][] = [
    [`${key.key}.key`, pem, () => readPrivateKey(folder, key.key)],
    ['trusted-keys.json', JSON.stringify({ [SERUYAN]: [key.key] }), () => readTrustedKeys(folder)],
    ['regency.seed', seed, readSeed],
  ];
  for (const [name, right, read] of files) {
    const file = join(folder, name);
    fc.assert(
      fc.property(damaged([right]), (content) => {
        writeFileSync(file, content, { mode: 0o600 });
        try {
          read(file);
        } catch (error) {
          assert.ok(error instanceof UnusableKey, String(error));
          assert.ok(
            !error.message.includes(secret.slice(4, 30)) && !error.message.includes(seed.slice(4, 30)),
          );
        }
      }),
      { numRuns: 150 },
    );
  }
  rmSync(folder, { recursive: true });
});
