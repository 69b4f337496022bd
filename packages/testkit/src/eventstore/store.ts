/** What the protocol double keeps, in memory: one log, and the streams in it, as EventStoreDB orders them. */

/** As proposed by a client. */
export interface ProposedRecord {
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}

export interface StoredRecord extends ProposedRecord {
  stream: string;
  /** In its stream: 0, 1, 2 … */
  revision: number;
  /** Byte offset in the log: grows by what a record takes, so there are holes. */
  position: number;
  /** Milliseconds since 1970. */
  created: number;
}

export type Expectation = number | 'any' | 'no_stream' | 'stream_exists';

export type Verdict =
  | { kind: 'taken'; revision: number; position: number }
  /** `current` is undefined where the stream doesn't exist. */
  | { kind: 'wrong-version'; current: number | undefined };

/** What a record takes beside its data, roughly: header, names, checksums. */
const RECORD_BYTES = 140;

export class DoubleStore {
  /** In order of position. */
  readonly log: StoredRecord[] = [];
  readonly #streams = new Map<string, StoredRecord[]>();
  readonly #listeners = new Set<() => void>();
  /** A real log begins with records that are no events. */
  #end = 2 * RECORD_BYTES;

  stream(name: string): readonly StoredRecord[] | undefined {
    return this.#streams.get(name);
  }

  /**
   * As EventStoreDB decides: at the expected version it writes, and looks at no ids. Where the expectation is stale and
   * the very same ids stand right behind it, it answers as at first. `any` compares with the stream's end only:
   * a real server remembers some more, which no client may count on.
   */
  append(name: string, expected: Expectation, proposed: readonly ProposedRecord[]): Verdict {
    const stream = this.#streams.get(name) ?? [];
    const current = stream.length - 1;
    const wrong: Verdict = { kind: 'wrong-version', current: current < 0 ? undefined : current };
    if (expected === 'stream_exists' && current < 0) return wrong;
    if (typeof expected === 'number' || expected === 'no_stream') {
      const at = expected === 'no_stream' ? -1 : expected;
      if (at > current) return wrong;
      if (at < current) {
        const there = stream.slice(at + 1, at + 1 + proposed.length);
        const same = there.length === proposed.length && there.every(({ id }, i) => id === proposed[i]?.id);
        const last = there.at(-1);
        return same && last ? { kind: 'taken', revision: last.revision, position: last.position } : wrong;
      }
    }
    const created = Date.now();
    this.#streams.set(name, stream);
    for (const record of proposed) {
      const stored = { ...record, stream: name, revision: stream.length, position: this.#end, created };
      this.#end += RECORD_BYTES + record.data.length + record.metadata.length + 2 * record.type.length;
      stream.push(stored);
      this.log.push(stored);
    }
    for (const listener of this.#listeners) listener();
    return { kind: 'taken', revision: stream.length - 1, position: this.log.at(-1)?.position ?? 0 };
  }

  /** What the server writes about itself, in between. */
  appendSystemEvent(): void {
    const text = Buffer.from('{"proc-mem":1}');
    this.append('$stats-127.0.0.1:2113', 'any', [
      {
        id: crypto.randomUUID(),
        type: '$statsCollected',
        contentType: 'application/json',
        data: text,
        metadata: new Uint8Array(),
      },
    ]);
  }

  /** Index in the log of the record at a position; undefined for a number that is none's. */
  indexOf(position: number): number | undefined {
    let [low, high] = [0, this.log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.log[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return this.log[low]?.position === position ? low : undefined;
  }

  /** Calls after each append, until what it answers is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
