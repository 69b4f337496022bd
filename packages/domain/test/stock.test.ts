import { assert, scenario, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type StockCommand,
  type StockEvent,
  decideStock,
  evolveStock,
  foldStock,
  freeOf,
  initialStock,
  promisedOf,
  reactStock,
} from '../src/index.ts';
import * as x from './mutual-aid-examples.ts';

const { given } = scenario({ initial: initialStock, evolve: evolveStock, decide: decideStock });
type Only<Type extends StockCommand['type']> = Extract<StockCommand, { type: Type }>;
const e = x.stockEvents;
const own = { by: x.LENDER, at: x.now };
const other = x.deployment2;

const register: StockCommand = {
  ...own,
  type: 'register',
  body: { occurredAt: x.day(1), kind: 'rice', home: { place: x.theirPlace, name: 'Gudang BPBD' } },
};
const receive = (quantity: number): StockCommand => ({
  ...own,
  type: 'receive',
  body: { quantity, note: 'Dari provinsi' },
});
const count = (quantity: number): StockCommand => ({
  ...own,
  type: 'count',
  body: { quantity, note: 'Hitung ulang' },
});
const allot = (quantity: number, commitment: string = other): StockCommand => ({
  ...own,
  type: 'allot',
  commitment,
  body: { incident: x.incident, quantity },
});
const commit = (change: Partial<Only<'commit'>> = {}): StockCommand => ({
  ...own,
  type: 'commit',
  commitment: x.commitment,
  quantity: 300,
  regency: x.ASKER,
  conversation: x.conversation,
  request: x.conversation,
  offer: x.offer,
  basis: x.lent,
  ...change,
});
const issue = (quantity: number, commitment: string = x.commitment): StockCommand => ({
  ...own,
  type: 'issue',
  body: { commitment, quantity },
});
const cancel = (commitment: string = x.commitment): StockCommand => ({
  ...own,
  type: 'cancel',
  body: { commitment, reason: 'Tidak jadi' },
});
const stocked = [e.registered, e.received] as const;

const test = suite('stock of consumables');
test('registered, once, at a place of one’s own', () => {
  given().when(register).then(e.registered);
  given(e.registered).when(register).thenRejected('already_registered', {});
  given()
    .when({ ...register, body: { ...register.body, home: { place: x.place } } })
    .thenRejected('place_not_ours', { place: x.place, owner: x.ASKER, ours: x.LENDER });
  given().when(receive(1)).thenRejected('stock_unknown', {});
});
test('received and counted', () => {
  given(e.registered).when(receive(1000)).then(e.received);
  given(...stocked)
    .when(count(950))
    .then(e.counted);
});
test('a quantity below one is refused; counted may be nothing, not less', () => {
  given(e.registered).when(receive(0)).thenRejected('quantity_below_one', { quantity: 0 });
  given(...stocked)
    .when(count(-1))
    .thenRejected('quantity_below_zero', { quantity: -1 });
  given(...stocked)
    .when(allot(0))
    .thenRejected('quantity_below_one', { quantity: 0 });
  given(...stocked, e.committed)
    .when(issue(-3))
    .thenRejected('quantity_below_one', { quantity: -3 });
});
test('a personal number in a note is refused', () =>
  given(e.registered)
    .when({ ...own, type: 'receive', body: { quantity: 1, note: 'hubungi 0812-3456-7890' } })
    .thenRejected('personal_data_in_text', { field: 'note', found: 'phone' }));
test('promised to the neighbour under the agreement in force; again is already so', () => {
  given(...stocked)
    .when(commit())
    .then(e.committed);
  given(...stocked, e.committed)
    .when(commit())
    .thenNothing();
});
test('promised without a basis, or of a kind it does not cover, is refused', () => {
  given(...stocked)
    .when(commit({ basis: undefined }))
    .thenRejected('agreement_not_in_force', { neighbour: x.ASKER, at: x.now });
  given(...stocked)
    .when(commit({ basis: { ...x.lent, kinds: ['blanket'] } }))
    .thenRejected('kind_not_covered', { kind: 'rice', covered: ['blanket'] });
});
test('no more is promised than is free', () => {
  given(...stocked)
    .when(commit({ quantity: 1001 }))
    .thenRejected('not_enough_stock', { quantity: 1001, free: 1000 });
  given(...stocked, e.committed)
    .when(allot(701))
    .thenRejected('not_enough_stock', { quantity: 701, free: 700 });
});
test('a count below what is promised is taken as it is, and nothing more is promised', () => {
  const short = { ...e.counted, data: { ...e.counted.data, quantity: 100 } };
  given(...stocked, e.committed, short)
    .when(allot(1))
    .thenRejected('not_enough_stock', { quantity: 1, free: 0 });
  given(...stocked, e.committed, short)
    .when(issue(101))
    .thenRejected('not_enough_stock', { quantity: 101, onHand: 100 });
});
test('handed out in parts, never more than was promised, and then it is over', () => {
  const part = { ...e.issued, data: { ...e.issued.data, quantity: 200 } };
  given(...stocked, e.committed)
    .when(issue(300))
    .then(e.issued);
  given(...stocked, e.committed, part)
    .when(issue(101))
    .thenRejected('more_than_committed', { quantity: 101, open: 100 });
  given(...stocked, e.committed, e.issued)
    .when(issue(1))
    .thenRejected('commitment_over', { commitment: x.commitment });
  given(...stocked)
    .when(issue(1))
    .thenRejected('commitment_unknown', { commitment: x.commitment });
});
test('called off, what was not handed out is free again', () => {
  given(...stocked, e.committed)
    .when(cancel())
    .then(e.cancelled);
  given(...stocked, e.committed, e.cancelled)
    .when(cancel())
    .thenNothing();
  given(...stocked)
    .when(cancel())
    .thenRejected('commitment_unknown', { commitment: x.commitment });
  given(...stocked, e.committed, e.cancelled)
    .when(commit({ commitment: other, quantity: 1000 }))
    .then({
      ...e.committed,
      data: { ...e.committed.data, commitment: other, quantity: 1000 },
    });
});
test('a cancelled request and a refused commitment free it by themselves, once', () => {
  const state = [...stocked, e.committed].reduce(evolveStock, initialStock);
  const facts = { us: x.LENDER, at: x.now };
  for (const event of [x.cancelled, x.refused('cancelled')]) {
    const events = reactStock(state, event, facts);
    assert.deepEqual(events, [{ ...e.cancelled, data: { ...e.cancelled.data, reason: event.data.reason } }]);
    assert.deepEqual(reactStock(events.reduce(evolveStock, state), event, facts), []);
  }
  assert.deepEqual(reactStock(state, x.released, facts), []);
  assert.deepEqual(reactStock(initialStock, x.cancelled, facts), []);
  const elsewhere = { ...x.cancelled, data: { ...x.cancelled.data, conversation: x.offer2 } };
  assert.deepEqual(reactStock(state, elsewhere, facts), []);
});

const anyCommand = fc.oneof(
  fc.integer({ min: -5, max: 500 }).map(receive),
  fc.integer({ min: -5, max: 500 }).map(count),
  fc.tuple(fc.integer({ min: -5, max: 500 }), fc.constantFrom(...x.deployments)).map(([n, c]) => allot(n, c)),
  fc
    .tuple(fc.integer({ min: 1, max: 500 }), fc.constantFrom(...x.deployments))
    .map(([quantity, c]) => commit({ quantity, commitment: c })),
  fc.tuple(fc.integer({ min: -5, max: 500 }), fc.constantFrom(...x.deployments)).map(([n, c]) => issue(n, c)),
  fc.constantFrom(...x.deployments).map(cancel),
);
const fold = (events: readonly StockEvent[]) =>
  events.reduce<ReturnType<typeof foldStock>>(
    (view, event, index) =>
      foldStock(view, event, {
        id: x.rice,
        regency: x.LENDER,
        revision: index + 1,
        sequence: index + 1,
        recordedAt: event.data.occurredAt,
      }),
    undefined,
  );
test('over any commands it is never below zero, nothing is handed out that was not promised, and the view says the same', () =>
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
      const events: StockEvent[] = [e.registered];
      let state = evolveStock(initialStock, e.registered);
      const promised = new Map<string, number>();
      for (const command of commands) {
        const decision = decideStock(command, state);
        if (!decision.accepted) continue;
        for (const event of decision.events) {
          if (event.type === 'StockCommitted') {
            assert.ok(state.status === 'kept' && event.data.quantity <= freeOf(state));
            promised.set(event.data.commitment, event.data.quantity);
          }
          if (event.type === 'StockIssued') {
            assert.ok(state.status === 'kept' && event.data.quantity <= state.onHand);
            const left = (promised.get(event.data.commitment) ?? 0) - event.data.quantity;
            assert.ok(left >= 0);
            promised.set(event.data.commitment, left);
          }
          state = evolveStock(state, event);
          events.push(event);
          assert.ok(state.status === 'kept' && state.onHand >= 0);
        }
      }
      const view = fold(events);
      assert.ok(view && state.status === 'kept');
      assert.deepEqual(
        [view.onHand, view.promised, view.free],
        [state.onHand, promisedOf(state), freeOf(state)],
      );
    }),
    { numRuns: 500 },
  ));
