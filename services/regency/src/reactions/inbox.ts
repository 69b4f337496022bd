/** Takes what a neighbour said into the own ledger, each event once, in the neighbour's order. */
import type { RegencyCode } from '@siaga/domain';
import { type Ledger, readLast, WrongExpectedRevision } from '@siaga/ledger';
import type { Cooperation } from '../cooperation.ts';
import {
  type Delivery,
  follow,
  type FollowOptions,
  type FollowState,
  hashOfEntry,
  type Newest,
  newestIn,
  sharedStream,
} from '@siaga/stream';
import type { FastifyBaseLogger } from 'fastify';
import { inboxStream, isOfUse, readTo, receivedOf, sequenceOf } from './inbox-events.ts';

export interface InboxDeps {
  /** To the site's own server. */
  nc: FollowOptions['nc'];
  neighbour: RegencyCode;
  ledger: Ledger;
  cooperation: Pick<Cooperation, 'register' | 'signing'>;
  /** A UUIDv7. */
  newId: () => string;
  log?: Pick<FastifyBaseLogger, 'warn'> | undefined;
}

export interface Inbox {
  /** How far the neighbour's events were read, of use or not, and what stands in the way. */
  state(): FollowState;
  /** The newest entry of the neighbour's journal that this site has: what it is told it has. */
  seen(): Newest;
  stop(): Promise<void>;
}

/** After so many events that are of no use here it is noted how far was read, so that a start need not read them again. */
const NOTE_EVERY = 5_000;
/** So that people see what the neighbour said, in the picture, before this site's answer to it is worked out. */
const GATHER_MS = 10;

/**
 * Begins behind what the inbox holds. An event is in it once, whenever the process is killed: it is appended at the
 * expected revision, and how far was read is what the inbox itself says. Of two processes on one ledger, one loses
 * the append and goes on behind the other's.
 */
export async function startInbox({
  nc,
  neighbour,
  ledger,
  cooperation: { register, signing },
  newId,
  log,
}: InboxDeps): Promise<Inbox> {
  const stream = inboxStream(neighbour);
  const readHead = async () => {
    const last = await readLast(ledger, stream);
    return last ? { revision: last.revision, sequence: sequenceOf(last) } : { revision: 0, sequence: 0 };
  };
  await register.current();
  let head = await readHead();
  // What the ledger took, and what lies in the copy, behind a hole too; whichever knows more.
  let seen: Newest = { sequence: head.sequence };
  const see = (newest: Newest) => {
    if (newest.sequence > seen.sequence || (newest.sequence === seen.sequence && seen.hash === undefined))
      seen = newest;
  };
  see(await newestIn(nc, sharedStream(neighbour), neighbour, signing.keyring(neighbour)).catch(() => seen));

  const take = async (batch: readonly Delivery[]) => {
    const events = batch.flatMap((delivery) =>
      delivery.kind === 'event' && delivery.event.sequence > head.sequence ? [delivery.event] : [],
    );
    const newest = batch.findLast((delivery) => delivery.kind === 'event');
    if (newest) see({ sequence: newest.event.sequence, hash: hashOfEntry(newest.raw) });
    const last = events.at(-1);
    if (!last) return;
    const written = events.filter(isOfUse).map(receivedOf);
    const ofUse = events.findLast(isOfUse)?.sequence ?? head.sequence;
    if (last.sequence - ofUse >= NOTE_EVERY) written.push(readTo(last.sequence, newId()));
    if (written.length === 0) return;
    try {
      const { revision } = await ledger.append(stream, head.revision, written);
      head = { revision, sequence: last.sequence - ofUse >= NOTE_EVERY ? last.sequence : ofUse };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) head = await readHead();
      throw error;
    }
  };

  const follower = follow({
    nc,
    stream: sharedStream(neighbour),
    regency: neighbour,
    after: head.sequence,
    keys: signing.keyring(neighbour),
    gatherMs: GATHER_MS,
    deliver: take,
    // The picture, which follows the same stream, says on the dashboard where it stands still.
    onState({ failing }) {
      if (failing !== undefined)
        log?.warn({ neighbour }, `what the neighbour says is not taken in: ${failing}`);
    },
  });
  register.onHeard(({ event }) => {
    if (event.type === 'AgreementSigned') follower.trust(Object.keys(signing.keyring(neighbour)));
  });
  return { state: () => follower.state(), seen: () => seen, stop: () => follower.stop() };
}
