import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLedger } from '@siaga/ledger';
import { ensureSite, sharedStream } from '@siaga/stream';
import { assert, startTopology, suite, until } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { inboxEventOf, inboxStream, receivedOf, sequenceOf } from '../src/reactions/inbox-events.ts';
import { startInbox } from '../src/reactions/inbox.ts';
import { Knowledge } from '../src/register/knowledge.ts';
import { openCooperation } from '../src/cooperation.ts';
import { keysOf } from './keys.ts';
import { openNeighbour } from './neighbour.ts';
import { KOTIM, SERUYAN } from './site.ts';

const test = suite('what a neighbour said');

test('an event id that comes again under another number blocks nothing that follows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'siaga-inbox-'));
  const topology = await startTopology({ regencies: [KOTIM] });
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  const cooperation = openCooperation({
    regency: KOTIM,
    ledger,
    keys: keysOf(folder, KOTIM),
    clock: Date.now,
  });
  const nc = await topology.site(KOTIM).connect();
  await ensureSite(nc, { regency: KOTIM, neighbours: [SERUYAN] });
  // A copy that the hub would fill: made to take messages here.
  const jsm = await nc.jetstreamManager();
  const { config } = await jsm.streams.info(sharedStream(SERUYAN));
  await jsm.streams.delete(sharedStream(SERUYAN));
  const { sources: _, ...rest } = config;
  await jsm.streams.add({ ...rest, subjects: ['disaster.6207.>'] });
  const occurredAt = new Date().toISOString();
  const neighbour = openNeighbour(SERUYAN, { now: Date.now() });
  const agreement = uuidv7();
  const end = (reason: string, changes = {}) =>
    neighbour.say(
      { type: 'AgreementTerminated', data: { occurredAt, reason, effectiveAt: occurredAt } },
      agreement,
      changes,
    );
  const first = end('pertama');
  end('dengan nomor lain', { id: first.id });
  const last = end('terakhir');
  try {
    const inbox = await startInbox({ nc, neighbour: SERUYAN, ledger, cooperation, newId: () => uuidv7() });
    const js = nc.jetstream();
    await js.publish(neighbour.entries[0]?.subject ?? '', neighbour.entries[0]?.bytes);
    await until('the first is taken in', async () => (await ledger.head()) === 1);
    for (const { subject, bytes } of neighbour.entries.slice(1)) await js.publish(subject, bytes);
    const heard: { sequence: number; id: string | undefined }[] = [];
    await until('the last is taken in', async () => {
      heard.length = 0;
      for await (const recorded of ledger.read(inboxStream(SERUYAN))) {
        heard.push({ sequence: sequenceOf(recorded), id: inboxEventOf(recorded)?.id });
      }
      return heard.at(-1)?.sequence === 3;
    });
    assert.deepEqual(heard, [
      { sequence: 1, id: first.id },
      { sequence: 2, id: first.id },
      { sequence: 3, id: last.id },
    ]);
    await inbox.stop();
    await cooperation.stop();
  } finally {
    await ledger.close();
    await topology.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('of an event id that comes twice, what was said first stands', () => {
  const neighbour = openNeighbour(SERUYAN, { now: Date.now() });
  const occurredAt = new Date().toISOString();
  const agreement = uuidv7();
  const end = (reason: string, changes = {}) =>
    neighbour.say(
      { type: 'AgreementTerminated', data: { occurredAt, reason, effectiveAt: occurredAt } },
      agreement,
      changes,
    );
  const first = end('pertama');
  const said = [first, end('dengan nomor lain', { id: first.id }), end('terakhir')];
  const knowledge = new Knowledge(KOTIM);
  const heard = said.map((envelope, index) => {
    const at = {
      stream: inboxStream(SERUYAN),
      revision: index + 1,
      position: index + 1,
      recordedAt: occurredAt,
    };
    return knowledge.fold({ ...receivedOf(envelope), ...at }, assert.fail)?.position;
  });
  assert.deepEqual(heard, [1, undefined, 3]);
});
