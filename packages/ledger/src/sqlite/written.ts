import type { EncodedEvent } from '../encode.ts';
import type { AppendResult, RecordedEvent } from '../port.ts';

/** An append as it stands in the ledger. */
export interface Written extends AppendResult {
  stream: string;
  events: readonly EncodedEvent[];
}

/** Its events as reading gives them. */
export const recordedOf = ({ stream, revision, position, recordedAt, events }: Written): RecordedEvent[] =>
  events.map(({ id, type, data, metadata }, index) => {
    const before = events.length - 1 - index;
    return {
      id,
      type,
      stream,
      revision: revision - before,
      position: position - before,
      recordedAt,
      data: JSON.parse(data),
      metadata: JSON.parse(metadata),
    };
  });
