import { EventTooLarge } from './errors.ts';
import type { ExpectedRevision, NewEvent } from './port.ts';

/** Bytes (UTF-8) that `data` and `metadata` of one event may take together: 1 MiB, the default of EventStoreDB. */
export const MAX_EVENT_BYTES = 1_048_576;

/** An event whose JSON is written and checked. */
export interface EncodedEvent {
  id: string;
  type: string;
  data: string;
  metadata: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CONTROL = /\p{Cc}/u;

/**
 * Checks an append as the port demands and writes its JSON, once. Throws `TypeError` or `EventTooLarge`, and
 * then nothing of the append may be kept.
 */
export function encodeAppend(
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): EncodedEvent[] {
  checkName('stream', stream);
  if (expected !== 'any' && !(Number.isSafeInteger(expected) && expected >= 0))
    throw new TypeError(`expected revision ${expected} is neither 'any' nor 0, 1, 2 …`);
  if (events.length === 0) throw new TypeError(`append to ${stream} has no events`);
  const encoded = events.map(encodeEvent);
  if (encoded.length > 1 && new Set(encoded.map(({ id }) => id)).size < encoded.length)
    throw new TypeError(`append to ${stream} has an event id twice`);
  return encoded;
}

function encodeEvent(event: NewEvent): EncodedEvent {
  if (!UUID.test(event.id)) throw new TypeError(`event id ${JSON.stringify(event.id)} is no UUID`);
  checkName('event type', event.type);
  const id = event.id.toLowerCase();
  const data = toJson(event.data, id);
  const metadata = toJson(event.metadata, id);
  const bytes = utf8Bytes(data) + utf8Bytes(metadata);
  if (bytes > MAX_EVENT_BYTES) throw new EventTooLarge(id, bytes, MAX_EVENT_BYTES);
  return { id, type: event.type, data, metadata };
}

// `$` is what EventStoreDB keeps for its own streams and types; what is not well formed would be stored as
// U+FFFD, and two streams would become one.
function checkName(what: string, name: string): void {
  if (name === '' || name.startsWith('$') || CONTROL.test(name) || !name.isWellFormed())
    throw new TypeError(`${what} ${JSON.stringify(name)} is empty, begins with $ or has invalid characters`);
}

function toJson(value: unknown, id: string): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`event ${id} holds a value that JSON can't`);
  return json;
}

const utf8Bytes = (text: string) => Buffer.byteLength(text);
