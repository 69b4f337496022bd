/** Shared events out into a file, and a neighbour's out of a file into this site's copy. */
import type { RegencyCode, SigningKey, Keyring } from '@siaga/domain';
import type { Ledger } from '@siaga/ledger';
import {
  follow,
  type JournalEntry,
  openMender,
  openStored,
  type Range,
  readHoldings,
  sharedStream,
} from '@siaga/stream';
import { JOURNAL_STREAM, subjectOf } from '@siaga/domain';
import { readEntries, readHead } from './journal.ts';
import { type JournalFile, type JournalFileHeader, writeJournalFile } from './journal-file.ts';
import { openReceiver } from './received.ts';
import { mustRemember } from './shared-journal.ts';

type Connection = Parameters<typeof openMender>[0];
type Progress = (sequence: number) => void;

const BATCH = 512;

/** Writes this regency's journal from a number on. Needs no NATS server. Rejects as `mustRemember` does. */
export async function exportOwn(
  ledger: Pick<Ledger, 'read'>,
  { regency, from, file }: { regency: RegencyCode; from: number; file: string },
  onProgress: Progress,
): Promise<JournalFileHeader> {
  await mustRemember(ledger);
  const { sequence: head } = await readHead(ledger, JOURNAL_STREAM);
  const batches = async function* () {
    for (let next = from; next <= head; ) {
      const entries = await readEntries(ledger, JOURNAL_STREAM, next - 1, Math.min(BATCH, head - next + 1));
      yield entries;
      next += entries.length;
      if (entries.length === 0) return;
    }
  };
  return writeJournalFile(file, { regency, from }, batches(), onProgress);
}

/**
 * Writes what this site's copy holds of a neighbour's events, in order, up to the end or the first hole: for the
 * neighbour itself when it has lost its ledger. `keys` are those that count before its first event; what they have
 * not signed is left out.
 */
export async function exportCopy(
  nc: Connection,
  { neighbour, keys, from, file }: { neighbour: RegencyCode; keys: Keyring; from: number; file: string },
  onProgress: Progress,
): Promise<JournalFileHeader> {
  const stream = sharedStream(neighbour);
  if (!(await openStored(nc, stream))) throw new Error(`this site has no copy of ${neighbour}'s events`);
  return writeJournalFile(
    file,
    { regency: neighbour, from },
    copied(nc, { neighbour, keys, from }),
    onProgress,
  );
}

/** Hands on one batch at a time: the follower makes the next when this one is written. */
async function* copied(
  nc: Connection,
  { neighbour, keys, from }: { neighbour: RegencyCode; keys: Keyring; from: number },
): AsyncGenerator<JournalEntry[]> {
  let offered = Promise.withResolvers<JournalEntry[] | 'end'>();
  let taken = Promise.withResolvers<void>();
  const follower = follow({
    nc,
    stream: sharedStream(neighbour),
    regency: neighbour,
    after: 0,
    keys,
    async deliver(batch) {
      const entries = batch.flatMap((delivery): JournalEntry[] => {
        if (delivery.kind !== 'event' || delivery.event.sequence < from) return [];
        const { event, raw } = delivery;
        return [{ sequence: event.sequence, subject: subjectOf(event), bytes: Buffer.from(raw) }];
      });
      offered.resolve(entries);
      await taken.promise;
    },
    onCaughtUp: () => offered.resolve('end'),
  });
  try {
    for (;;) {
      const entries = await offered.promise;
      if (entries === 'end') return;
      yield entries;
      offered = Promise.withResolvers();
      taken.resolve();
      taken = Promise.withResolvers();
    }
  } finally {
    taken.resolve();
    await follower.stop();
  }
}

export interface Imported {
  /** Put into the copy. */
  taken: number;
  /** Were in it before. */
  known: number;
  refused: { sequence: number; reason: string }[];
  /** What the copy lacks after it, below its highest number. */
  missing: readonly Range[];
}

/**
 * Puts what this site's copy lacks of a neighbour's events into it, after checking each (see `openReceiver`). Doing it
 * again does nothing more, and files may come in any order: what comes before they are whole waits in the copy.
 * Rejects with `StreamUnavailable`; what was put until then stays.
 */
export async function importFile(
  nc: Connection,
  file: JournalFile,
  keys: readonly SigningKey[],
  onProgress: Progress,
): Promise<Imported> {
  const neighbour = file.header.regency;
  const stream = sharedStream(neighbour);
  const holdings = async () => {
    const stored = await openStored(nc, stream);
    if (!stored) throw new Error(`there is no stream ${stream} yet: start the site once, it makes it`);
    return readHoldings(nc, { stream, last: stored.lastPosition });
  };
  const { highest, missing } = await holdings();
  const lacks = (sequence: number) =>
    sequence > highest || missing.some(({ from, to }) => sequence >= from && sequence <= to);
  const receiver = openReceiver(neighbour, keys);
  const mender = openMender(nc, neighbour, stream);
  const imported: Imported = { taken: 0, known: 0, refused: [], missing: [] };
  for await (const entries of file.batches()) {
    const { taken, refused } = receiver.check(entries);
    imported.refused.push(...refused);
    const lacking = taken.filter(({ sequence }) => lacks(sequence));
    await mender.put(lacking);
    imported.taken += lacking.length;
    imported.known += taken.length - lacking.length;
    onProgress(entries.at(-1)?.sequence ?? 0);
  }
  return { ...imported, missing: (await holdings()).missing };
}
