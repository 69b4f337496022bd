/**
 * Writes versions of items. Each event of an item makes one version: the fold of all that was known when it came. So
 * the versions are also the index of the item's events, and what came too early to give a view waits in one that has
 * no body.
 *
 * Two things can come late. Of an item that one regency makes, an event can follow that stands before others in its
 * stream: it was withheld until an agreement let it out. Then the new version is folded from all of them in the order
 * of their revisions; the versions before it stay, being what was known. Of an item that two regencies make, one's
 * events can be read after later ones of the other, as in a rebuild. Then the later versions are made anew, so that
 * each again has all that was known by its time.
 */
import {
  decodeEvent,
  type PictureNoun,
  type RegencyCode,
  regencyFromToken,
  type SharedEvent,
} from '@siaga/domain';
import type { Delivery } from '@siaga/stream';
import { type Database, row, rows } from './database.ts';
import { type ItemBodies, itemsOf, type foldItem, madeBy, type SaidEvent } from './items.ts';

type EventDelivery = Extract<Delivery, { kind: 'event' }>;

/** What the batch that is under way does for its items. */
export interface ItemBatchTools {
  regency: RegencyCode;
  /** The number of a change that became known at a time; `again`: of a version that is only made anew. */
  change(knownFrom: number, again: boolean): number;
  tell(change: { change: number; noun: PictureNoun; id: string }): void;
  park(delivery: EventDelivery, reason: 'not_the_owner' | 'fold_failed', detail: string): void;
}

export interface ItemBatch {
  /** Takes an event; it is parked where its item is another regency's. */
  add(delivery: EventDelivery, event: SaidEvent['event'], at: { position: number; knownFrom: number }): void;
  /** Writes the versions of all that was added. */
  finish(): void;
}

/** One event of an item, at its place in the order of receipt. */
interface Step {
  knownFrom: number;
  position: number;
  said: SaidEvent;
  delivery: EventDelivery;
  /** Has no version yet. */
  fresh: boolean;
}

interface OpenItem<Noun extends PictureNoun = PictureNoun> {
  noun: Noun;
  id: string;
  owner: RegencyCode | undefined;
  /** Absent for an item that has no version yet. */
  stored?: { key: number; newest: Pick<Step, 'knownFrom' | 'position'> };
  body: ItemBodies[Noun] | undefined;
  /** The highest revision that was folded. */
  revision: number;
  fresh: Step[];
}

interface Found {
  key: number;
  regency: string | null;
  revision: number;
  position: number;
  known_from: number;
  body: string | null;
}
interface FoundEvent {
  position: number;
  known_from: number;
  received_at: number;
  raw: string;
}

const byReceipt = (a: Pick<Step, 'knownFrom' | 'position'>, b: Pick<Step, 'knownFrom' | 'position'>) =>
  a.knownFrom - b.knownFrom || a.position - b.position;

/** Prepares to write; `fold` tries a fold as often as it may and throws where it fails. */
export function openItemWriter({ sql }: Database, fold: typeof foldItem) {
  const findItem = sql.prepare(
    `SELECT i.key, i.regency, i.revision, v.position, v.known_from, v.body
     FROM items i JOIN item_versions v ON v.change = i.change WHERE i.noun = ? AND i.id = ?`,
  );
  const addItem = sql.prepare(
    'INSERT INTO items (noun, id, regency, change, revision) VALUES (?, ?, ?, ?, ?)',
  );
  const pointItem = sql.prepare('UPDATE items SET change = ?, revision = ? WHERE key = ?');
  const addVersion = sql.prepare('INSERT INTO item_versions VALUES (?, ?, ?, ?, ?)');
  const bodyBefore = sql.prepare(
    `SELECT body FROM item_versions WHERE item = ? AND (known_from, position) < (?, ?)
     ORDER BY known_from DESC, position DESC LIMIT 1`,
  );
  const eventsFrom = sql.prepare(
    `SELECT v.position, v.known_from, e.received_at, e.raw
     FROM item_versions v JOIN events e ON e.position = v.position
     WHERE v.item = ? AND (v.known_from, v.position) >= (?, ?)`,
  );
  const dropFrom = sql.prepare(
    'DELETE FROM item_versions WHERE item = ? AND (known_from, position) >= (?, ?)',
  );

  const parsed = <Noun extends PictureNoun>(_: Noun, body: string | null | undefined) => {
    const found: ItemBodies[Noun] | undefined = body ? JSON.parse(body) : undefined;
    return found;
  };

  const open = <Noun extends PictureNoun>(noun: Noun, id: string): OpenItem<Noun> => {
    const found = row<Found>(findItem, noun, id);
    return {
      noun,
      id,
      owner: found?.regency ?? undefined,
      ...(found
        ? { stored: { key: found.key, newest: { knownFrom: found.known_from, position: found.position } } }
        : {}),
      body: parsed(noun, found?.body),
      revision: found?.revision ?? 0,
      fresh: [],
    };
  };

  /** The steps of an item from one on that have versions; all of them without one. */
  const stepsFrom = (
    key: number,
    noun: PictureNoun,
    id: string,
    from: Pick<Step, 'knownFrom' | 'position'> = { knownFrom: 0, position: 0 },
  ): Step[] =>
    rows<FoundEvent>(eventsFrom, key, from.knownFrom, from.position).map((found) => {
      const shared: SharedEvent = JSON.parse(found.raw);
      const decoded = decodeEvent(shared.type, shared.data);
      if (!decoded.ok) throw new Error(`an event of ${noun} ${id} can’t be read again: ${decoded.detail}`);
      return {
        knownFrom: found.known_from,
        position: found.position,
        said: saidOf(shared, decoded.event, id),
        delivery: {
          kind: 'event',
          event: shared,
          raw: found.raw,
          receivedAt: new Date(found.received_at).toISOString(),
          // Not kept for events that are folded, and needed for no other.
          streamSequence: 0,
        },
        fresh: false,
      };
    });

  const write = <Noun extends PictureNoun>(item: OpenItem<Noun>, tools: ItemBatchTools) => {
    const { noun, id, fresh, stored } = item;
    const [first] = fresh;
    if (!first) return;
    let { body, revision } = item;
    let key = stored?.key;
    let steps = fresh;
    if (stored && byReceipt(first, stored.newest) < 0) {
      const { knownFrom, position } = first;
      steps = [...stepsFrom(stored.key, noun, id, first), ...fresh].sort(byReceipt);
      body = parsed(noun, row<{ body: string | null }>(bodyBefore, stored.key, knownFrom, position)?.body);
      dropFrom.run(stored.key, knownFrom, position);
    }
    // All steps in force so far, read only where one comes that stands before others in its stream.
    let all: Step[] | undefined;
    const inStreamOrder = (step: Step) => {
      all ??= key === undefined ? [] : stepsFrom(key, noun, id);
      return [...all, step].sort((a, b) => a.said.place.revision - b.said.place.revision);
    };
    let change: number | undefined;
    for (const step of steps) {
      const isLate = madeBy[noun] === 'owner' && step.said.place.revision <= revision;
      try {
        body = isLate
          ? inStreamOrder(step).reduce(
              (before: ItemBodies[Noun] | undefined, { said }) => fold(noun, before, said),
              undefined,
            )
          : fold(noun, body, step.said);
      } catch (error) {
        tools.park(step.delivery, 'fold_failed', error instanceof Error ? error.message : String(error));
        continue;
      }
      revision = Math.max(revision, step.said.place.revision);
      change = tools.change(step.knownFrom, !step.fresh);
      if (key === undefined) {
        const owner = madeBy[noun] === 'owner' ? (item.owner ?? null) : null;
        key = Number(addItem.run(noun, id, owner, change, revision).lastInsertRowid);
      }
      addVersion.run(change, key, step.position, step.knownFrom, body ? JSON.stringify(body) : null);
      all?.push(step);
      tools.tell({ change, noun, id });
    }
    if (change !== undefined && key !== undefined) {
      pointItem.run(change, madeBy[noun] === 'owner' ? revision : 0, key);
    }
  };

  return {
    begin(tools: ItemBatchTools): ItemBatch {
      const opened = new Map<string, OpenItem>();
      return {
        add(delivery, event, { position, knownFrom }) {
          const { regency } = tools;
          for (const { noun, id, owner } of itemsOf(event, delivery.event.subject)) {
            const name = `${noun} ${id}`;
            const item = opened.get(name) ?? open(noun, id);
            if (madeBy[noun] === 'owner') {
              item.owner ??= owner ?? regency;
              const theirs = [owner ?? regency, item.owner].find((code) => code !== regency);
              if (theirs !== undefined) {
                tools.park(delivery, 'not_the_owner', `${id} is ${theirs}'s`);
                return;
              }
            }
            item.fresh.push({
              knownFrom,
              position,
              said: saidOf(delivery.event, event, id),
              delivery,
              fresh: true,
            });
            opened.set(name, item);
          }
        },
        finish() {
          for (const item of opened.values()) write(item, tools);
        },
      };
    },
  };
}

const saidOf = (shared: SharedEvent, event: SaidEvent['event'], id: string): SaidEvent => ({
  event,
  place: {
    id,
    regency: regencyFromToken(shared.regency),
    revision: shared.revision,
    sequence: shared.sequence,
    recordedAt: shared.recordedat,
  },
  messageId: shared.id,
});
