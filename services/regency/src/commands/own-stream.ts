/** One stream of the own ledger, read as events. */
import { decodeEvent, type DomainEvent, EventMetadata, LOST_EVENT } from '@siaga/domain';
import type { Ledger, RecordedEvent } from '@siaga/ledger';

export interface Own {
  events: DomainEvent[];
  /** Its last; 0 for a stream that does not exist. */
  revision: number;
  /** What a command of the same account with the same key did here before. */
  earlier?: { digest: string; revision: number };
}

/** Whose command is looked for. */
export interface Sender {
  account: string;
  key: string;
}

export const NEW_STREAM: Own = { events: [], revision: 0 };

/**
 * Reads a stream from its beginning. Throws for an event that this version can't read: to decide without it would be
 * wrong. Throws `LedgerUnavailable`.
 */
export async function readOwn(ledger: Pick<Ledger, 'read'>, stream: string, sender?: Sender): Promise<Own> {
  const own: Own = { events: [], revision: 0 };
  for await (const recorded of ledger.read(stream)) {
    own.revision = recorded.revision;
    if (recorded.type === LOST_EVENT) continue;
    own.events.push(eventOf(recorded));
    const digest = sender && digestUnder(recorded, sender);
    if (digest !== undefined) own.earlier = { digest, revision: recorded.revision };
  }
  return own;
}

function eventOf({ id, type, stream, data }: RecordedEvent): DomainEvent {
  const decoded = decodeEvent(type, data);
  if (!decoded.ok) throw new Error(`event ${id} of ${stream} can't be read: ${decoded.detail}`);
  return decoded.event;
}

/** The digest of the command behind an event, when that carried this key of this account. */
function digestUnder({ metadata }: RecordedEvent, { account, key }: Sender): string | undefined {
  const { actor, command } = EventMetadata.parse(metadata);
  return command?.key === key && actor.split(':')[1] === account ? command.digest : undefined;
}
