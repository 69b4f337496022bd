/** Giving a restored ledger back what it forgot: real ledgers, the relay that makes the journal, no stream. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentStream, INTERNAL_STREAM, JOURNAL_STREAM, resourceStream, SharedEvent } from '@siaga/domain';
import { type Ledger, LedgerUnavailable, type NewEvent, openSqliteLedger, readLast } from '@siaga/ledger';
import { restoreLedgerFile } from '@siaga/ledger/backup';
import type { Publisher } from '@siaga/stream';
import { assert, suite, until } from '@siaga/testkit';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { type SharingPolicy, startRelay } from '../src/index.ts';
import { readEntry } from '../src/sharing/entries.ts';
import { type KnownEntry, recover, RecoverRefused } from '../src/restore/recover.ts';
import { ledgerWith } from './ledger-with.ts';
import { SERUYAN, VILLAGE } from './site.ts';

interface Context {
  folder: string;
  opened: Ledger[];
  /** Opens a ledger's file in the folder. */
  open: (name: string) => Promise<Ledger>;
}
const test = suite<Context>('forgotten events', {} as Context);
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-recover-'));
  context.opened = [];
  context.open = async (name) => {
    const ledger = await openSqliteLedger({ file: join(context.folder, name) });
    context.opened.push(ledger);
    return ledger;
  };
});
test.after.each(async ({ folder, opened }) => {
  for (const ledger of opened) await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const occurredAt = '2026-02-03T04:05:06.789Z';
const eventOf = (aggregate: string, type: string, data: object): NewEvent => ({
  id: uuidv7(),
  type,
  data: { occurredAt, ...data },
  metadata: {
    actor: `trc:${uuidv7()}`,
    hazard: 'flood',
    aggregate,
    occurredAt,
    correlationId: uuidv7(),
    causationId: uuidv7(),
  },
});
const reported = (id: string, chronology: string): NewEvent =>
  eventOf(id, 'siaga.incident.reported.v1', {
    hazard: 'flood',
    place: VILLAGE,
    chronology,
    source: 'Uji',
    touches: [SERUYAN],
    figures: [],
    details: {},
  });
const verified = (id: string) => eventOf(id, 'siaga.incident.verified.v1', {});
const contained = (id: string) => eventOf(id, 'siaga.incident.contained.v1', {});

const publicOnly: SharingPolicy = {
  reached: () => Promise.resolve(),
  mayShare: (_, dataClass) => dataClass === 'public',
  released: () => [],
  changesAt: () => undefined,
};
const everything: SharingPolicy = { ...publicOnly, mayShare: () => true };
const nowhere: Publisher = { lastPublished: async () => 0, publish: async () => undefined };

/** Journals all that the ledger holds. */
const journalled = async (ledger: Ledger, policy = publicOnly) => {
  const deps = {
    regency: SERUYAN,
    ledger,
    publisher: nowhere,
    link: { onStatus: () => () => undefined },
    policy,
  };
  const relay = startRelay({ ...deps, journal: JOURNAL_STREAM, newId: () => uuidv7(), clock: Date.now });
  // Past the last event there is one that is journalled under every policy.
  const id = uuidv7();
  const { position } = await ledger.append(incidentStream(id), 0, [reported(id, 'terakhir')]);
  await until('all is journalled', async () => {
    const last = await readLast(ledger, JOURNAL_STREAM);
    return last !== undefined && readEntry(last).position === position;
  });
  await relay.stop();
};
const entriesIn = async (ledger: Ledger): Promise<KnownEntry[]> => {
  const entries: KnownEntry[] = [];
  for await (const recorded of ledger.read(JOURNAL_STREAM)) {
    const raw = readEntry(recorded).text;
    entries.push({ event: SharedEvent.parse(JSON.parse(raw)), raw });
  }
  return entries;
};
const recoverInto = (ledger: Ledger, entries: readonly KnownEntry[]) =>
  recover({ ledger, regency: SERUYAN, newId: () => uuidv7() }, entries);
const refused = (pattern: RegExp) => (error: unknown) =>
  error instanceof RecoverRefused && pattern.test(error.message);

/** Does things to incidents, as commands would: picks decide which, and what is possible is done. */
const work = async (ledger: Ledger, incidents: string[], picks: readonly number[]) => {
  for (const pick of picks) {
    const id = incidents[pick % (incidents.length + 1)];
    const revision = id === undefined ? 0 : ((await readLast(ledger, incidentStream(id)))?.revision ?? 0);
    if (id !== undefined && revision < 3)
      await ledger.append(incidentStream(id), revision, [revision === 1 ? verified(id) : contained(id)]);
    else {
      const made = uuidv7();
      incidents.push(made);
      await ledger.append(incidentStream(made), 0, [reported(made, `nomor ${pick}`)]);
    }
  }
};

test('whatever was forgotten and whatever was taken since: the same bytes, then each new event once', async (context) => {
  let attempt = 0;
  const picks = fc.array(fc.nat(9), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      picks,
      picks,
      picks,
      fc.nat(),
      fc.nat(12),
      async (old, forgotten, since, shuffle, killAt) => {
        attempt += 1;
        const original = await context.open(`original-${attempt}.db`);
        const incidents: string[] = [];
        await work(original, incidents, old);
        await journalled(original);
        const position = await original.head();
        await work(original, incidents, forgotten);
        await journalled(original);
        const known = await entriesIn(original);
        restoreLedgerFile(
          join(context.folder, `original-${attempt}.db`),
          join(context.folder, `restored-${attempt}.db`),
          { position },
        );
        const restored = await context.open(`restored-${attempt}.db`);
        const fresh: string[] = [];
        await work(restored, fresh, since);
        const given = [...known].sort(
          (a, b) => ((a.event.sequence * (shuffle + 7)) % 11) - ((b.event.sequence * (shuffle + 7)) % 11),
        );
        // Killed after some appends, and run again.
        let appends = 0;
        const dying = ledgerWith(restored, (...args) => {
          if ((appends += 1) > killAt) return Promise.reject(new LedgerUnavailable('killed'));
          return restored.append(...args);
        });
        await recoverInto(dying, given).catch((error: unknown) => {
          if (!(error instanceof LedgerUnavailable)) throw error;
        });
        const report = await recoverInto(restored, [...given, ...given]);
        assert.equal(report.sequence, known.length);
        assert.deepEqual(await entriesIn(restored), known);
        await journalled(restored);
        const after = await entriesIn(restored);
        assert.deepEqual(after.slice(0, known.length), known, 'what others know stays');
        const ids = after.map(({ event }) => event.id);
        assert.equal(new Set(ids).size, ids.length, 'no event twice');
        const wanted: string[] = [];
        for (const id of fresh)
          for await (const event of restored.read(incidentStream(id))) wanted.push(event.id);
        assert.deepEqual(
          ids.slice(known.length, -1).sort(),
          wanted.sort(),
          'and all that was taken since follows',
        );
        for (const id of incidents) {
          const streams = await Promise.all(
            [original, restored].map(async (ledger) => {
              const events: unknown[] = [];
              for await (const { revision, type, data } of ledger.read(incidentStream(id)))
                events.push({ revision, type, data });
              return events;
            }),
          );
          assert.deepEqual(streams[1], streams[0]);
        }
      },
    ),
    { numRuns: 15 },
  );
});

/** A ledger with one incident shared, and a copy of it that has forgotten its second event. */
const forgetful = async ({ open, folder }: Context) => {
  const original = await open('original.db');
  const id = uuidv7();
  await original.append(incidentStream(id), 0, [reported(id, 'Air naik')]);
  await journalled(original);
  const position = await original.head();
  await original.append(incidentStream(id), 1, [verified(id)]);
  await journalled(original);
  restoreLedgerFile(join(folder, 'original.db'), join(folder, 'restored.db'), { position });
  return { id, original, known: await entriesIn(original), restored: await open('restored.db') };
};

test('what was taken since the restore in the same place is named, and nothing is written', async (context) => {
  const { id, known, restored } = await forgetful(context);
  await restored.append(incidentStream(id), 1, [contained(id)]);
  const before = await restored.head();
  await assert.rejects(
    recoverInto(restored, known),
    refused(
      new RegExp(`siaga.incident.contained.v1 of incident-${id}, revision 2, .* by trc:.*enter these anew`),
    ),
  );
  assert.equal(await restored.head(), before);
});

test('a number that was given twice is named', async (context) => {
  const { known, restored } = await forgetful(context);
  await journalled(restored);
  await assert.rejects(
    recoverInto(restored, known),
    refused(/event 3 does not follow on this journal.*Given here: 3/),
  );
});

test('a hole in what is given is named', async (context) => {
  const { known, restored } = await forgetful(context);
  await assert.rejects(
    recoverInto(
      restored,
      known.filter(({ event }) => event.sequence !== 3),
    ),
    refused(/event 3 is not among what was given, and 4 is/),
  );
});

test('two that differ under one number are named', async (context) => {
  const { known, restored } = await forgetful(context);
  const other = known.map((one) => (one.event.sequence === 3 ? { ...one, raw: `${one.raw} ` } : one));
  await assert.rejects(recoverInto(restored, [...known, ...other]), refused(/two different events 3/));
});

test('what had not left the site is lost, and those after it keep their revisions', async (context) => {
  const { open, folder } = context;
  const original = await open('original.db');
  const id = uuidv7();
  const stream = resourceStream(id);
  const out = () => eventOf(id, 'siaga.resource.taken-out-of-service.v1', { reason: 'rusak' });
  const back = () => eventOf(id, 'siaga.resource.back-in-service.v1', {});
  await original.append(stream, 0, [
    eventOf(id, 'siaga.resource.registered.v1', {
      kind: 'rubber-boat',
      name: 'Perahu 1',
      home: { place: '62.07.01' },
    }),
  ]);
  await journalled(original, everything);
  const position = await original.head();
  // Withheld, then shared.
  await original.append(stream, 1, [out()]);
  await journalled(original);
  await original.append(stream, 2, [back()]);
  await journalled(original, everything);
  restoreLedgerFile(join(folder, 'original.db'), join(folder, 'restored.db'), { position });
  const restored = await open('restored.db');
  const report = await recoverInto(restored, await entriesIn(original));
  assert.deepEqual(report.lost, [{ stream, revision: 2 }]);
  const types: string[] = [];
  for await (const { type, revision } of restored.read(stream)) types.push(`${revision} ${type}`);
  assert.deepEqual(types, [
    '1 siaga.resource.registered.v1',
    '2 siaga.restore.lost.v1',
    '3 siaga.resource.back-in-service.v1',
  ]);
  await journalled(restored, everything);
  assert.deepEqual((await entriesIn(restored)).slice(0, -1), await entriesIn(original));
});

test('what stays within the site is journalled there anew, with the time that it had', async (context) => {
  const { open, folder } = context;
  const original = await open('original.db');
  await journalled(original, everything);
  const position = await original.head();
  const id = uuidv7();
  await original.append(resourceStream(id), 0, [
    eventOf(id, 'siaga.resource.registered.v1', {
      kind: 'rubber-boat',
      name: 'Perahu 1',
      home: { place: '62.07.01' },
    }),
  ]);
  await journalled(original, everything);
  const known = await entriesIn(original);
  restoreLedgerFile(join(folder, 'original.db'), join(folder, 'restored.db'), { position });
  const restored = await open('restored.db');
  await recoverInto(restored, known);
  const deps = {
    regency: SERUYAN,
    ledger: restored,
    publisher: nowhere,
    link: { onStatus: () => () => undefined },
  };
  const within: SharingPolicy = { ...publicOnly, mayShare: (_, dataClass) => dataClass === 'resources' };
  const relay = startRelay({
    ...deps,
    policy: within,
    journal: INTERNAL_STREAM,
    newId: () => uuidv7(),
    clock: Date.now,
  });
  await until('it is journalled', () => relay.state().journalSequence === 1);
  await relay.stop();
  const last = await readLast(restored, INTERNAL_STREAM);
  assert.ok(last);
  const envelope = SharedEvent.parse(JSON.parse(readEntry(last).text));
  const shared = known.find(({ event }) => event.subject === id)?.event;
  assert.deepEqual([envelope.id, envelope.recordedat], [shared?.id, shared?.recordedat]);
});
