/**
 * A regency's shared events in a file, for a USB stick: JSON Lines. The first line says what the file is, padded with
 * blanks because it is written last; each further line is an event as published, with its number and subject.
 *
 *   {"format":"siaga-journal/1","regency":"62.07","from":1,"to":500,"head":"<SHA-256 of event 500 as published>"}
 *   {"sequence":1,"subject":"disaster.6207.flood.incident.reported","text":"{\"specversion\":\"1.0\", …}"}
 *
 * Events are written in order; read, they may stand in any.
 */
import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { GENESIS_HASH, RegencyCode } from '@siaga/domain';
import { type JournalEntry, receivedOf, SentEntry, sentOf } from '@siaga/stream';
import { z } from 'zod';

const FORMAT = 'siaga-journal/1';
const HEADER_BYTES = 256;
/** An event is at most what a NATS server takes, 1 MB; as JSON in JSON it grows by its quotation marks. */
const LONGEST_LINE = 4_000_000;
const BATCH = 512;

const Header = z.strictObject({
  format: z.literal(FORMAT),
  regency: RegencyCode,
  /** The first and the last number in the file; `to` is `from - 1` in an empty one. */
  from: z.int().positive(),
  to: z.int().nonnegative(),
  /** The hash of the last event as published, 64 zeros for none. */
  head: z.string().regex(/^[0-9a-f]{64}$/),
});
export type JournalFileHeader = z.infer<typeof Header>;

/** A file that can't be used at all. The message says why. */
export class UnusableJournalFile extends Error {
  override name = 'UnusableJournalFile';
}

/**
 * Writes entries, which come in order and without holes from `from` on, and answers the header. The file is there only
 * when it is whole and on the disk: until then it is `<file>.part`.
 */
export async function writeJournalFile(
  file: string,
  { regency, from }: { regency: RegencyCode; from: number },
  batches: AsyncIterable<readonly JournalEntry[]>,
  onProgress: (sequence: number) => void,
): Promise<JournalFileHeader> {
  const part = `${file}.part`;
  const handle = await open(part, 'w');
  try {
    const header: JournalFileHeader = { format: FORMAT, regency, from, to: from - 1, head: GENESIS_HASH };
    await handle.write(headerLine(header));
    for await (const entries of batches) {
      const last = entries.at(-1);
      if (!last) continue;
      await handle.write(entries.map((entry) => `${JSON.stringify(sentOf(entry))}\n`).join(''));
      header.to = last.sequence;
      header.head = hash('sha256', last.bytes);
      onProgress(last.sequence);
    }
    await handle.write(headerLine(header), 0);
    await handle.sync();
    await handle.close();
    await rename(part, file);
    return header;
  } catch (error) {
    await handle.close();
    await rm(part, { force: true });
    throw error;
  }
}

const headerLine = (header: JournalFileHeader): string =>
  `${JSON.stringify(header).padEnd(HEADER_BYTES - 1)}\n`;

/** A line that holds no entry. */
interface UnreadableLine {
  line: number;
  reason: string;
}

export interface JournalFile {
  readonly header: JournalFileHeader;
  /** How many different events it holds. */
  readonly count: number;
  readonly unreadable: readonly UnreadableLine[];
  /** The events in the regency's order, each number once, some at a time. They are unchecked. */
  batches(): AsyncGenerator<JournalEntry[]>;
  close(): Promise<void>;
}

/**
 * Opens a file and reads it once, keeping where each event stands: some 100 bytes of memory an event, whatever its size.
 * Rejects with `UnusableJournalFile` where the first line is none of such a file.
 */
export async function openJournalFile(file: string): Promise<JournalFile> {
  const places = new Map<number, Place>();
  const unreadable: UnreadableLine[] = [];
  let header: JournalFileHeader | undefined;
  let line = 0;
  for await (const { text, ...place } of linesOf(file)) {
    line += 1;
    if (line === 1) header = headerOf(file, text);
    else if (text !== '') {
      const entry = entryIn(text);
      if (typeof entry === 'string') unreadable.push({ line, reason: entry });
      else if (!places.has(entry.sequence)) places.set(entry.sequence, place);
    }
  }
  if (!header) throw new UnusableJournalFile(`${file} is empty`);
  const inOrder = [...places].sort(([a], [b]) => a - b).map(([, place]) => place);
  const handle = await open(file, 'r');
  return {
    header,
    count: inOrder.length,
    unreadable,
    async *batches() {
      for (let begin = 0; begin < inOrder.length; begin += BATCH) {
        const entries: JournalEntry[] = [];
        for (const place of inOrder.slice(begin, begin + BATCH)) {
          const entry = entryIn(await textAt(handle, place));
          if (typeof entry === 'string') throw new UnusableJournalFile(`${file} changes while it is read`);
          entries.push(entry);
        }
        yield entries;
      }
    },
    close: () => handle.close(),
  };
}

interface Place {
  offset: number;
  length: number;
}

const headerOf = (file: string, text: string): JournalFileHeader => {
  const header = Header.safeParse(jsonOf(text)).data;
  if (header) return header;
  throw new UnusableJournalFile(
    `${file} is no file of shared events: its first line does not say ${FORMAT}, a regency, from, to and head`,
  );
};

const entryIn = (text: string): JournalEntry | string => {
  const parsed = SentEntry.safeParse(jsonOf(text));
  return parsed.success ? receivedOf(parsed.data) : 'it is no line of an event';
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const textAt = async (handle: FileHandle, { offset, length }: Place): Promise<string> => {
  const bytes = Buffer.alloc(length);
  await handle.read(bytes, 0, length, offset);
  return bytes.toString();
};

/** The lines of a file with where they stand. What is longer than any event is given as if it were empty JSON. */
async function* linesOf(file: string): AsyncGenerator<Place & { text: string }> {
  let kept: Buffer[] = [];
  let offset = 0;
  let length = 0;
  const lineOf = () => ({
    offset,
    length,
    text: length > LONGEST_LINE ? '{}' : Buffer.concat(kept).toString(),
  });
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      kept.push(chunk.subarray(begin, end));
      length += end - begin;
      yield lineOf();
      offset += length + 1;
      kept = [];
      length = 0;
      begin = end + 1;
    }
    length += chunk.length - begin;
    if (length <= LONGEST_LINE) kept.push(chunk.subarray(begin));
    else kept = [];
  }
  if (length > 0) yield lineOf();
}
