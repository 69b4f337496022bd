/** How a ledger's events stand in EventStoreDB. */
import type { RecordedEvent as ClientEvent, JSONEventData, JSONEventType } from '@eventstore/db-client';
import type { EncodedEvent } from '../encode.ts';
import { LedgerUnavailable } from '../errors.ts';
import type { RecordedEvent } from '../port.ts';

/** The adapter's own stream in the database: what it has to remember about itself. No ledger's stream is called so. */
export const OWN_STREAM = 'siaga-ledger';

/** What one append sends: JSON data, metadata as bytes, so that the client passes on any value. */
export type OutgoingEvent = JSONEventData<JSONEventType<string, never, Uint8Array>>;

/** Where an event stood, and since when, in the ledger that it was copied from. */
export interface Origin {
  position: number;
  recordedAt: string;
}

/** An event of the database. */
export interface StoredEvent {
  /** Its place in the server's log. */
  commit: number;
  stream: string;
  type: string;
  data: unknown;
  /** For a ledger: its event; undefined for what the server or this adapter wrote for itself. */
  recorded: RecordedEvent | undefined;
}

/**
 * As it is sent. The event's metadata stand inside the database's, where they have room for a copied event's
 * origin, and where `null`, which the client would not send, is a value like others.
 */
export const outgoingOf = (event: EncodedEvent, origin?: Origin): OutgoingEvent => ({
  id: event.id,
  type: event.type,
  contentType: 'application/json',
  // As it was when the append was asked for, whatever the caller does with it now.
  data: JSON.parse(event.data) as never,
  metadata: new TextEncoder().encode(
    `{"metadata":${event.metadata}${origin ? `,"origin":${JSON.stringify(origin)}` : ''}}`,
  ),
});

/** An event that no ledger wrote. */
export class ForeignEvent extends LedgerUnavailable {
  constructor(id: string, stream: string) {
    super(`event ${id} of stream ${stream} is no ledger’s: a ledger needs a database of its own`);
  }
}

/** Throws `ForeignEvent`, and `LedgerUnavailable` for a server that gives no positions. */
export function storedOf(event: ClientEvent): StoredEvent {
  const { id, streamId, type, data } = event;
  const commit = Number(event.position?.commit ?? Number.NaN);
  if (!Number.isSafeInteger(commit))
    throw new LedgerUnavailable('the server gives no positions: it must be EventStoreDB 22.10 or newer');
  const own = streamId.startsWith('$') || type.startsWith('$') || streamId === OWN_STREAM;
  const stored = { commit, stream: streamId, type, data };
  if (own) return { ...stored, recorded: undefined };
  if (!event.isJson || !isWrapped(event.metadata)) throw new ForeignEvent(id, streamId);
  const { metadata, origin } = event.metadata;
  return {
    ...stored,
    recorded: {
      id,
      type,
      stream: streamId,
      revision: Number(event.revision) + 1,
      position: origin?.position ?? commit,
      recordedAt: origin?.recordedAt ?? event.created.toISOString(),
      data,
      metadata,
    },
  };
}

interface Wrapped {
  metadata: unknown;
  origin?: Origin;
}

function isWrapped(value: unknown): value is Wrapped {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return false;
  if (!('origin' in value)) return true;
  const { origin } = value;
  return (
    typeof origin === 'object' &&
    origin !== null &&
    'position' in origin &&
    Number.isSafeInteger(origin.position) &&
    'recordedAt' in origin &&
    typeof origin.recordedAt === 'string'
  );
}
