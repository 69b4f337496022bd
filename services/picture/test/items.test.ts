import {
  type AidThreadView,
  decodeEvent,
  type PictureNoun,
  type ResourceView,
  regencyFromToken,
} from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { comparePictures, dumpPicture } from '../src/store/dump.ts';
import { foldItem, itemsOf, madeBy, type SaidEvent } from '../src/store/items.ts';
import type { DeliverySource } from '../src/store/delivery-source.ts';
import type { Store } from '../src/store/store.ts';
import { positionOf } from '../src/store/positions.ts';
import { domainFolds } from '../src/store/writer.ts';
import { babble, conclude, lend, type TwoSides, TwoSides as World, x } from './aid-histories.ts';
import { type EventDelivery, KOTIM, SERUYAN, sourceFor } from './histories.ts';
import { fold, scratch } from './scratch.ts';

const test = suite('folding agreements, resources and mutual aid into the picture');
const files = scratch();
test.after(() => files.remove());

const nouns = Object.keys(madeBy) as PictureNoun[];
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const sizes = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 5 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

type Journals = ReturnType<TwoSides['forSeruyan']>;
const foldAll = (store: Store, { own, internal, theirs }: Journals, batches?: number[]) => {
  fold(store, SERUYAN, own, batches);
  fold(store, SERUYAN, internal, batches, 'internal');
  fold(store, KOTIM, theirs, batches);
};
const itemsIn = (store: Store, at?: number) => {
  const moment = { change: store.change(), ...(at === undefined ? {} : { at }) };
  return Object.fromEntries(nouns.map((noun) => [noun, store.items(moment, noun)]));
};

/** What the views must be, told apart from how they are kept: each item's events in order, folded. */
const expected = ({ own, internal, theirs }: Journals) => {
  const said: { noun: PictureNoun; id: string; said: SaidEvent; receivedAt: string; position: number }[] = [];
  const add = (
    deliveries: EventDelivery[],
    journal: DeliverySource['journal'],
    isFolded: (event: EventDelivery['event']) => boolean,
  ) => {
    for (const { event, receivedAt } of deliveries) {
      const decoded = decodeEvent(event.type, event.data);
      assert.ok(decoded.ok);
      if (!isFolded(event)) continue;
      for (const { noun, id } of itemsOf(decoded.event, event.subject)) {
        const place = {
          id,
          regency: regencyFromToken(event.regency),
          revision: event.revision,
          sequence: event.sequence,
          recordedAt: event.recordedat,
        };
        const position = positionOf({ regency: place.regency, journal }, event.sequence);
        said.push({
          noun,
          id,
          said: { event: decoded.event, place, messageId: event.id },
          receivedAt,
          position,
        });
      }
    }
  };
  add(own, 'shared', ({ dataclass }) => dataclass === 'public');
  add(internal, 'internal', () => true);
  add(theirs, 'shared', () => true);
  return Object.fromEntries(
    nouns.map((noun) => {
      const ids = [...new Set(said.filter((one) => one.noun === noun).map(({ id }) => id))].sort();
      const views = ids.map((id) =>
        said
          .filter((one) => one.noun === noun && one.id === id)
          .sort((a, b) =>
            madeBy[noun] === 'owner'
              ? a.said.place.revision - b.said.place.revision
              : // What came in one millisecond is in the order in which it is kept.
                a.receivedAt.localeCompare(b.receivedAt) || a.position - b.position,
          )
          .reduce<ReturnType<typeof foldItem>>((view, one) => foldItem(noun, view, one.said), undefined),
      );
      return [noun, JSON.parse(JSON.stringify(views.filter((view) => view !== undefined)))];
    }),
  );
};

test('every view is the domain’s fold of its events, in the order in which their owner said them', () => {
  fc.assert(
    fc.property(seeds, sizes, (seed, batches) => {
      const journals = babble(150, seed).forSeruyan();
      const store = files.store();
      foldAll(store, journals, batches);
      assert.deepEqual(itemsIn(store), expected(journals));
      assert.equal(store.parkedView().total, 0);
      store.close();
    }),
    { numRuns: 25 },
  );
});

test('events delivered twice, in any batches and any order between the journals, give the same picture', () => {
  fc.assert(
    fc.property(seeds, sizes, sizes, share, share, (seed, one, other, early, half) => {
      const journals = babble(120, seed).forSeruyan();
      const { own, internal, theirs } = journals;
      const once = files.store();
      foldAll(once, journals);
      const often = files.store();
      fold(often, KOTIM, theirs.slice(0, Math.floor(theirs.length * early)), other);
      fold(often, SERUYAN, internal.slice(0, Math.floor(internal.length * half)), one, 'internal');
      fold(often, KOTIM, theirs, one);
      fold(often, SERUYAN, own, other);
      fold(often, SERUYAN, internal, other, 'internal');
      assert.deepEqual(dumpPicture(often), dumpPicture(once));
      assert.deepEqual(comparePictures(often, once), []);
      once.close();
      often.close();
    }),
    { numRuns: 25 },
  );
});

test('the picture as of a time is the one folded from the events received by then', () => {
  fc.assert(
    fc.property(seeds, share, sizes, (seed, when, batches) => {
      const journals = babble(120, seed).forSeruyan();
      const received = Object.values(journals)
        .flat()
        .map(({ receivedAt }) => Date.parse(receivedAt))
        .sort((one, other) => one - other);
      const at = received[Math.floor(when * (received.length - 1))] ?? 0;
      const whole = files.store();
      foldAll(whole, journals, batches);
      const known = (deliveries: EventDelivery[]) =>
        deliveries.filter(({ receivedAt }) => Date.parse(receivedAt) <= at);
      const then = files.store();
      foldAll(then, {
        own: known(journals.own),
        internal: known(journals.internal),
        theirs: known(journals.theirs),
      });
      assert.deepEqual(itemsIn(whole, at), itemsIn(then));
      assert.deepEqual(itemsIn(whole, Number.MAX_SAFE_INTEGER), itemsIn(whole));
      whole.close();
      then.close();
    }),
    { numRuns: 25 },
  );
});

const resource = (store: Store, id: string, at?: string): ResourceView | undefined =>
  store.item(
    { change: store.change(), ...(at === undefined ? {} : { at: Date.parse(at) }) },
    'resources',
    id,
  );
const conversation = (store: Store): AidThreadView | undefined =>
  store.item({ change: store.change() }, 'conversations', x.conversation);

test('what was withheld follows later and takes its place; until then there is the conversation and no resource', () => {
  const world = new World();
  conclude(world);
  lend(world, { shared: false });
  const before = world.kotim.shared.length;
  world.pass(60_000);
  world.kotim.release();
  const store = files.store();
  fold(store, KOTIM, world.kotim.shared.slice(0, before));
  fold(store, SERUYAN, world.seruyan.internal, [3], 'internal');
  assert.equal(resource(store, x.boat), undefined);
  assert.equal(conversation(store)?.status, 'under-way');
  assert.equal(store.parkedView().total, 0);
  const then = world.now();
  fold(store, KOTIM, world.kotim.shared, [1]);
  const view = resource(store, x.boat);
  assert.deepEqual(
    [view?.state, view?.revision, view?.deployment?.id, view?.name],
    ['en-route', 4, x.deployment, 'Perahu karet 03'],
  );
  // The owner's site, which has all in its internal journal, says the same but for the numbers.
  assert.equal(resource(store, x.boat2)?.state, 'available');
  assert.equal(resource(store, x.boat, then), undefined);
  const stock = store.item({ change: store.change() }, 'stocks', x.rice);
  assert.deepEqual([stock?.onHand, stock?.promised, stock?.free], [1_000, 300, 700]);
});

test('own events that leave the site are folded once, and found under both their numbers', () => {
  const world = new World();
  conclude(world);
  lend(world);
  const store = files.store();
  foldAll(store, world.forSeruyan());
  const messages = conversation(store)?.messages.filter(({ by }) => by === SERUYAN) ?? [];
  assert.equal(messages.length, 2);
  for (const [index, { messageId, sequence }] of messages.entries()) {
    assert.equal(sequence, index + 1);
    assert.equal(store.event(sourceFor(SERUYAN, 'internal'), sequence)?.event.id, messageId);
    const twin = world.seruyan.shared.find(({ event }) => event.id === messageId)?.event;
    assert.ok(twin && twin.sequence !== sequence);
    assert.deepEqual(store.event(sourceFor(SERUYAN), twin.sequence)?.event, twin);
  }
});

const reasons = (store: Store) =>
  store.parked(100).map(({ stream, sequence, reason, detail }) => [stream, sequence, reason, detail]);

test('what is said about another’s is parked', () => {
  const world = new World();
  const { kotim, seruyan } = world;
  seruyan.say(x.boat, x.resourceEvents.registered);
  kotim.say(x.boat, x.resourceEvents.committed);
  kotim.say('62.07-flood', {
    type: 'EmergencyStatusDeclared',
    data: {
      occurredAt: x.now,
      hazard: 'flood',
      level: 'siaga',
      decree: 'SK 9',
      area: [x.place],
      from: '2026-09-07',
      to: '2026-09-09',
    },
  });
  kotim.say(SERUYAN, {
    type: 'SharingOverrideEnded',
    data: { occurredAt: x.now, override: x.recall, reason: 'tidak perlu' },
  });
  const store = files.store();
  foldAll(store, world.forSeruyan());
  assert.deepEqual(reasons(store).reverse(), [
    ['SHARED-6202', 1, 'not_the_owner', `${x.boat} is 62.07's`],
    ['SHARED-6202', 2, 'not_the_owner', "62.07-flood is 62.07's"],
    ['SHARED-6202', 3, 'not_the_owner', `${x.recall} is 62.07's`],
  ]);
  assert.equal(resource(store, x.boat)?.state, 'available');
  assert.equal(conversation(store), undefined);
  assert.deepEqual(store.items({ change: store.change() }, 'emergency-statuses'), []);
});

test('an event that says another class of itself than its type has is parked', () => {
  const world = new World();
  world.kotim.say(x.offer, x.made);
  const [delivery] = world.kotim.shared;
  assert.ok(delivery);
  const event = { ...delivery.event, dataclass: 'public' as const };
  const store = files.store();
  fold(store, KOTIM, [{ ...delivery, event, raw: JSON.stringify(event) }]);
  assert.deepEqual(reasons(store), [
    ['SHARED-6202', 1, 'invalid_data', 'dataclass: it says public, its type is mutual-aid'],
  ]);
  assert.equal(conversation(store), undefined);
});

test('a fold that throws parks its event, and the rest goes on', () => {
  const world = new World();
  for (const event of [
    x.resourceEvents.registered,
    x.resourceEvents.outOfService,
    x.resourceEvents.backInService,
  ]) {
    world.kotim.say(x.boat, event);
  }
  let tries = 0;
  const store = files.store({
    folds: {
      ...domainFolds,
      item(noun, body, said) {
        if (said.event.type !== 'ResourceTakenOutOfService') return foldItem(noun, body, said);
        tries += 1;
        throw new Error('it can’t be');
      },
    },
  });
  fold(store, KOTIM, world.kotim.shared);
  assert.deepEqual(reasons(store), [['SHARED-6202', 2, 'fold_failed', 'it can’t be']]);
  assert.deepEqual([resource(store, x.boat)?.state, tries], ['available', 2]);
});

test('changes of all kinds are numbered in one row, and a client gets each after its own', () => {
  const world = babble(100, 5);
  const store = files.store();
  foldAll(store, world.forSeruyan(), [7]);
  const changes = store.changesAfter(0, 10_000_000);
  const numbers = changes.map(({ change }) => change);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one, other) => one - other),
  );
  assert.equal(numbers.at(-1), store.change());
  const told = new Set(changes.map((change) => (change.name === 'changed' ? change.noun : change.name)));
  assert.deepEqual([...told].sort(), nouns.toSorted());
  assert.deepEqual(store.changesAfter(numbers[9] ?? 0, 10_000_000), changes.slice(10));
});
