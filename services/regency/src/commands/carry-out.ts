/** How every command is carried out: read the aggregate's stream, decide, append at the revision read. */
import { createHash } from 'node:crypto';
import { type Decision, type DomainEvent, type EventMetadata, wireType } from '@siaga/domain';
import { EventTooLarge, type Ledger, LedgerUnavailable, WrongExpectedRevision } from '@siaga/ledger';
import { type Principal, Problem } from '@siaga/web';
import { v5 as uuidv5 } from 'uuid';
import { NEW_STREAM, type Own, readOwn } from './own-stream.ts';
import { problemOfRejection, type Refusal } from './refusals.ts';

export interface CommandDeps {
  regency: string;
  ledger: Ledger;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** A UUIDv7. */
  newId: () => string;
}

/** What comes with every command over HTTP. */
export interface Sent {
  principal: Principal;
  /** Idempotency-Key: the same key of the same account with the same command has one effect and one answer. */
  key?: string | undefined;
  /** If-Match: the revision that the sender has seen. */
  ifMatch?: number | undefined;
}

/** One command on one stream. */
export interface Task<Event extends DomainEvent> extends Sent {
  stream: string;
  aggregate: string;
  /** Of the command as sent, to tell a repetition from another command with the same key. */
  digest: string;
  /** The stream can't exist yet, for its id was made a moment ago: it is not read before the first attempt. */
  isNew?: boolean;
  decide(own: Own, at: string): Decision<Event, Refusal> | Promise<Decision<Event, Refusal>>;
  /** The subject token, once the events are decided: of the incident, `general` where none applies. */
  hazard(own: Own, events: readonly Event[]): string;
}

export interface Done {
  /** Of the stream after the command's last event; as it stood where it was so already. */
  revision: number;
  /** In the ledger; absent where nothing was appended. */
  position?: number;
}

/** Conflicts with writers of other processes in a row; in this process commands on an aggregate wait their turn. */
const MAX_CONFLICTS = 10;
/** Of UUIDv5s that stand for an account's key. */
const KEY_NAMESPACE = '6cc7cd6f-5d4a-4b2c-9fbb-0f1f3f6dbb0c';

/** An id for what a command makes: always the same for a key of an account, so that a repetition finds it; else new. */
export const idFor = ({ principal, key }: Sent, newId: () => string, what = ''): string =>
  key === undefined ? newId() : uuidv5(`${principal.id} ${key}${what && ` ${what}`}`, KEY_NAMESPACE);

/** Of route and body as parsed, so that blanks and the order of members make no difference. */
export const digestOf = (route: string, body: unknown): string =>
  createHash('sha256')
    .update(`POST ${route}\n${JSON.stringify(body)}`)
    .digest('hex');

/**
 * Carries a command out.
 *
 * 1. An accepted command's events are in the ledger, fsynced, before the promise resolves.
 * 2. With a key that this account used before on the stream, the first answer comes again and nothing is appended,
 *    also after a restart. Only what appended something is remembered: a refusal, or a command that found its work
 *    done, is decided anew.
 * 3. Without `ifMatch` a conflict with another writer is decided again on the new state.
 *
 * Rejects with a Problem: the domain's refusals, `stale_revision`, `idempotency_key_reused`, `event_too_large`,
 * `ledger_unavailable`, `overloaded`.
 */
export async function carryOut<Event extends DomainEvent>(
  { ledger, clock, newId }: CommandDeps,
  task: Task<Event>,
): Promise<Done> {
  const { stream, aggregate, principal, key, digest, isNew = false } = task;
  const commandId = newId();
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const own = isNew && conflicts === 0 ? NEW_STREAM : await readOwn(ledger, stream, senderOf(task));
    const answered = answeredBefore(own, task);
    if (answered !== undefined) return { revision: answered };
    const at = new Date(clock()).toISOString();
    const decision = await task.decide(own, at);
    if (!decision.accepted) throw problemOfRejection(decision.rejection);
    const { events } = decision;
    if (events.length === 0) return { revision: own.revision };
    const hazard = task.hazard(own, events);
    const recorded = events.map((event) => ({
      id: newId(),
      type: wireType(event),
      data: event.data,
      metadata: {
        actor: `${principal.role}:${principal.id}`,
        hazard,
        aggregate,
        occurredAt: event.data.occurredAt,
        correlationId: commandId,
        causationId: commandId,
        ...(key === undefined ? {} : { command: { key, digest } }),
      } satisfies EventMetadata,
    }));
    try {
      const { revision, position } = await ledger.append(stream, own.revision, recorded);
      return { revision, position };
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
  throw new Problem('overloaded', 'Others kept changing this; send the command again.', undefined, {
    'retry-after': '1',
  });
}

type Before = Pick<Task<DomainEvent>, 'stream' | 'principal' | 'key' | 'ifMatch' | 'digest'>;

/**
 * For a command that does something else before it is carried out: the revision that the same command has answered
 * before, undefined where it is new. Rejects as `carryOut` does before it decides: `idempotency_key_reused`,
 * `stale_revision`.
 */
export async function findAnswer(
  { ledger }: Pick<CommandDeps, 'ledger'>,
  task: Before,
): Promise<number | undefined> {
  return answeredBefore(await readOwn(ledger, task.stream, senderOf(task)), task);
}

const senderOf = ({ principal, key }: Before) =>
  key === undefined ? undefined : { account: principal.id, key };

function answeredBefore(
  { earlier, revision }: Own,
  { digest, ifMatch }: Pick<Before, 'digest' | 'ifMatch'>,
): number | undefined {
  if (earlier?.digest === digest) return earlier.revision;
  if (earlier) {
    throw new Problem(
      'idempotency_key_reused',
      'This key came with another command before; a new command needs a new key.',
    );
  }
  if (ifMatch === undefined || ifMatch === revision || revision === 0) return undefined;
  throw new Problem(
    'stale_revision',
    `You have seen revision ${ifMatch}, it is at ${revision}; look at it again before you change it.`,
    { currentRevision: revision },
  );
}

/** What the ledger can't do, as problems. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerUnavailable) {
      throw new Problem(
        'ledger_unavailable',
        'Nothing was acknowledged. Send the command again with the same Idempotency-Key.',
        undefined,
        { 'retry-after': '2' },
      );
    }
    if (error instanceof EventTooLarge) {
      const { bytes, limit } = error;
      throw new Problem('event_too_large', `It takes ${bytes} bytes of ${limit}.`, { bytes, limit });
    }
    throw error;
  }
}
