/**
 * Two sites with a link that is cut and healed: over any interleaving of both sites' commands, and any delay and
 * repetition of the other's events, what must hold does hold.
 */
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type AidEvent,
  type AidThreadEvent,
  type AidThreadView,
  type AskingCommand,
  type Basis,
  type Conversation,
  type LendingCommand,
  type Resource,
  type ResourceCommand,
  type ResourceEvent,
  type Stock,
  type StockEvent,
  conversationOf,
  decideAsking,
  decideLending,
  decideResource,
  decideStock,
  deploymentsOf,
  evolveConversation,
  evolveResource,
  evolveStock,
  foldAid,
  initialConversation,
  initialResource,
  initialStock,
  isAidEvent,
  isRecalled,
  offerStatus,
  reactLending,
  reactResource,
  reactStock,
  talliesOf,
  termOf,
  threadOf,
} from '../src/index.ts';
import * as x from './mutual-aid-examples.ts';

/** What a site has shared: in its own order, under its own numbers. */
interface Shared {
  id: string;
  by: string;
  sequence: number;
  recordedAt: string;
  event: AidEvent | ResourceEvent | StockEvent;
}

class Site {
  readonly journal: Shared[] = [];
  conversation: Conversation = initialConversation;
  view: AidThreadView | undefined;
  delivered = 0;
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
  fold(shared: Shared): void {
    const { event, by, id } = shared;
    if (isAidEvent(event)) this.conversation = evolveConversation(this.conversation, by, event);
    if (conversationOf(event) !== undefined) {
      this.view = foldAid(this.view, event as AidThreadEvent, { ...shared, regency: by }, id);
    }
  }
  append(at: string, events: readonly Shared['event'][]): void {
    for (const event of events) {
      const sequence = this.journal.length + 1;
      const shared = { id: `${this.code}-${sequence}`, by: this.code, sequence, recordedAt: at, event };
      this.journal.push(shared);
      this.fold(shared);
    }
  }
}

/** Both sites, the lender's resources, and the world's time. */
class World {
  readonly asker = new Site(x.ASKER);
  readonly lender = new Site(x.LENDER);
  readonly resources = new Map<string, Resource>();
  stock: Stock = [x.stockEvents.registered, x.stockEvents.received].reduce(evolveStock, initialStock);
  hours = 0;
  readonly agreementEnds: string;
  constructor(agreementEndsAfterHours: number) {
    this.agreementEnds = at(agreementEndsAfterHours);
    for (const boat of x.boats.slice(0, 3)) {
      this.resources.set(boat, evolveResource(initialResource, x.resourceEvents.registered));
    }
  }
  get now(): string {
    return at(this.hours);
  }
  basis(neighbour: string): Basis | undefined {
    const basis = { ...x.basis, neighbour, until: this.agreementEnds };
    return this.now < basis.until ? basis : undefined;
  }

  ask(command: AskingCommand): void {
    const decision = decideAsking({ ...command, at: this.now }, this.asker.conversation);
    if (decision.accepted) this.asker.append(this.now, decision.events);
  }
  lend(command: LendingCommand): void {
    const decision = decideLending({ ...command, at: this.now }, this.lender.conversation);
    if (!decision.accepted) return;
    this.lender.append(this.now, decision.events);
    for (const event of decision.events) this.settle(event);
  }
  resource(id: string, command: ResourceCommand): void {
    const resource = this.resources.get(id) ?? initialResource;
    const decision = decideResource({ ...command, at: this.now }, resource);
    if (decision.accepted) this.changed(id, decision.events);
  }
  changed(id: string, events: readonly ResourceEvent[]): void {
    const before = this.resources.get(id) ?? initialResource;
    for (const event of events) {
      if (event.type !== 'ResourceCommitted') continue;
      assert.ok(before.state === 'available', `${id} is promised while ${before.state}`);
      const { task } = event.data;
      if (task.for === 'neighbour')
        assert.ok(event.data.occurredAt < this.agreementEnds, 'no basis in force');
    }
    this.resources.set(id, events.reduce(evolveResource, before));
    this.lender.append(this.now, events);
  }
  stocked(events: readonly StockEvent[]): void {
    this.stock = events.reduce(evolveStock, this.stock);
    assert.ok(this.stock.status === 'kept' && this.stock.onHand >= 0);
    this.lender.append(this.now, events);
  }

  /** What the edge does for a commit: reserve what is accepted in each own stream, then commit what was reserved. */
  commit(offer: string): void {
    const { conversation } = this.lender;
    const made = conversation.lending.offers[offer];
    const accepted = conversation.asking.accepted[offer];
    if (!made || !accepted) return;
    const basis = this.basis(x.ASKER);
    const probe = decideLending(this.commitCommand(offer, everything, basis), conversation);
    if (!probe.accepted || probe.events[0]?.type !== 'OfferCommitted')
      return this.lend(this.commitCommand(offer, {}, basis));
    const { start, until } = termOf({ until: x.day(11) }, conversation.asking.request, this.now);
    const about = {
      by: x.LENDER,
      at: this.now,
      regency: x.ASKER,
      conversation: x.conversation,
      request: x.conversation,
      offer,
      basis,
    };
    const reserved: Record<string, string> = {};
    for (const line of accepted) {
      if ('stock' in line) {
        const commitment = commitmentOf(offer);
        const decision = decideStock(
          { ...about, type: 'commit', commitment, quantity: line.quantity },
          this.stock,
        );
        if (!decision.accepted) continue;
        this.stocked(decision.events);
        reserved[line.stock] = commitment;
        continue;
      }
      for (const boat of line.resources) {
        const deployment = deploymentOf(offer, boat);
        this.resource(boat, { ...about, type: 'commit', deployment, start, until: until ?? start });
        const now = this.resources.get(boat);
        if (now && 'deployment' in now && now.deployment.id === deployment) reserved[boat] = deployment;
      }
    }
    this.lend(this.commitCommand(offer, reserved, basis));
  }
  commitCommand(offer: string, reserved: Record<string, string>, basis: Basis | undefined): LendingCommand {
    return { ...x.commit({ offer, reserved, basis, body: { until: x.day(11) } }), at: this.now };
  }

  /** What an event does to the lender's own things; done twice, as after a crash: the second time has no effect. */
  settle(event: AidEvent): void {
    for (let time = 0; time < 2; time += 1) {
      const facts = { us: x.LENDER, at: this.now };
      for (const [id, resource] of this.resources) {
        const events = reactResource(resource, event, facts);
        if (time === 1) assert.deepEqual(events, []);
        this.changed(id, events);
      }
      const events = reactStock(this.stock, event, facts);
      if (time === 1) assert.deepEqual(events, []);
      this.stocked(events);
    }
  }

  /** Brings the next of one site's events to the other, which reacts; `again` brings the one before it once more. */
  deliver(from: Site, to: Site, again = false): void {
    const next = from.journal[again ? to.delivered - 1 : to.delivered];
    if (!next) return;
    if (!again) to.delivered += 1;
    const before = to.conversation;
    to.fold(next);
    if (again) assert.deepEqual(to.conversation, before);
    if (to !== this.lender || !isAidEvent(next.event)) return;
    for (let time = 0; time < 2; time += 1) {
      const taken = new Set(
        [...this.resources].filter(([, { state }]) => state !== 'available').map(([id]) => id),
      );
      const facts = { at: this.now, basis: this.basis(x.ASKER), taken };
      const answers = reactLending(to.conversation, x.LENDER, next.event, facts);
      if (time === 1) assert.deepEqual(answers, [], 'reacting twice gives one effect');
      to.append(this.now, answers);
      for (const answer of answers) this.settle(answer);
    }
    this.settle(next.event);
  }

  heal(): void {
    while (
      this.lender.delivered < this.asker.journal.length ||
      this.asker.delivered < this.lender.journal.length
    ) {
      this.deliver(this.asker, this.lender);
      this.deliver(this.lender, this.asker);
    }
  }
}

const at = (hours: number) => new Date(Date.parse(x.now) + hours * 3_600_000).toISOString();
const offers = [x.offer, x.offer2] as const;
const deploymentOf = (offer: string, boat: string) =>
  `${offer.slice(0, 24)}${boat.slice(-6)}${offer.slice(-6)}`;
const commitmentOf = (offer: string) => `${offer.slice(0, 24)}aaaaaa${offer.slice(-6)}`;
/** As if everything could be had: what a commit would give. */
const everything = Object.fromEntries([...x.boats, x.rice].map((id) => [id, x.deployment]));

type Action = (world: World) => void;
const offerId = fc.constantFrom(...offers);
const boat = fc.constantFrom(x.boat, x.boat2, x.boat3);
/** One of the deployments that a site knows of. */
const withDeployment = (
  site: 'asker' | 'lender',
  act: (world: World, deployment: string) => void,
): fc.Arbitrary<Action> =>
  fc.nat(5).map(
    (which): Action =>
      (world) => {
        const known = deploymentsOf(world[site].conversation);
        const one = known[which % Math.max(1, known.length)];
        if (one) act(world, one.deployment);
      },
  );
const someBoats = fc.uniqueArray(boat, { minLength: 1, maxLength: 3 });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Action>((world) => world.heal()) },
  {
    weight: 8,
    arbitrary: fc.boolean().map(
      (again): Action =>
        (world) =>
          world.deliver(world.asker, world.lender, again),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.boolean().map(
      (again): Action =>
        (world) =>
          world.deliver(world.lender, world.asker, again),
    ),
  },
  fc.integer({ min: 1, max: 20 }).map(
    (hours): Action =>
      (world) =>
        void (world.hours += hours),
  ),
  fc.constant<Action>((world) =>
    world.ask(
      x.update({ durationHours: 60, answerBy: at(world.hours + 20) }, { basis: world.basis(x.LENDER) }),
    ),
  ),
  fc.constant<Action>((world) => world.ask(x.cancel)),
  {
    weight: 6,
    arbitrary: fc.tuple(offerId, someBoats, fc.boolean()).map(
      ([offer, resources, withRice]): Action =>
        (world) => {
          const rice = withRice ? [{ item: '2', kind: 'rice' as const, stock: x.rice, quantity: 400 }] : [];
          const lines = [{ item: '1', kind: 'rubber-boat' as const, resources }, ...rice];
          world.lend(
            x.makeOffer({ lines, validUntil: at(world.hours + 10) }, { offer, basis: world.basis(x.ASKER) }),
          );
        },
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(offerId, fc.nat(2)).map(
      ([offer, keep]): Action =>
        (world) => {
          const lines = (world.asker.conversation.lending.offers[offer]?.lines ?? []).map((line) =>
            'resources' in line
              ? { item: '1', resources: line.resources.slice(0, keep + 1) }
              : { item: '2', stock: line.stock, quantity: 100 * (keep + 1) },
          );
          if (lines.length > 0) world.ask(x.acceptOffer(lines, { offer }));
        },
    ),
  },
  offerId.map(
    (offer): Action =>
      (world) =>
        world.ask({ ...x.declineOffer, offer }),
  ),
  offerId.map(
    (offer): Action =>
      (world) =>
        world.lend({ ...x.withdraw, offer }),
  ),
  {
    weight: 6,
    arbitrary: offerId.map(
      (offer): Action =>
        (world) =>
          world.commit(offer),
    ),
  },
  offerId.map(
    (offer): Action =>
      (world) =>
        world.lend({ ...x.refuse, offer }),
  ),
  fc.constant<Action>((world) => world.lend(x.declineRequest)),
  {
    weight: 2,
    arbitrary: withDeployment('asker', (world, one) =>
      world.ask({ ...x.askExtension({ deployments: [one], until: x.day(13) }), extension: one }),
    ),
  },
  withDeployment('lender', (world, one) =>
    world.lend(x.answerExtension({ extension: one, deployment: one })),
  ),
  withDeployment('lender', (world, one) =>
    world.lend({ ...x.askReturn, recall: one, body: { deployment: one, reason: 'Kami sendiri banjir' } }),
  ),
  withDeployment('asker', (world, one) =>
    world.ask({ ...x.answerReturn, body: { recall: one, agreed: true } }),
  ),
  withDeployment('asker', (world, one) => world.ask(x.release(one))),
  boat.map(
    (one): Action =>
      (world) =>
        world.resource(one, {
          by: x.LENDER,
          at: world.now,
          type: 'dispatch',
          deployment: `${one.slice(0, 24)}${String(world.lender.journal.length).padStart(12, '0')}`,
          body: { incident: x.incident, until: at(world.hours + 12) },
        }),
  ),
  {
    weight: 5,
    arbitrary: fc.tuple(boat, fc.constantFrom('depart', 'arrive', 'startReturn', 'endReturn', 'release')).map(
      ([one, type]): Action =>
        (world) => {
          const now = world.resources.get(one);
          if (now && 'deployment' in now) {
            world.resource(one, {
              by: x.LENDER,
              at: world.now,
              type,
              body: { deployment: now.deployment.id },
            });
          }
        },
    ),
  },
);

const history = fc.record({
  ends: fc.integer({ min: 1, max: 200 }),
  actions: fc.array(action, { minLength: 10, maxLength: 80, size: 'max' }),
});

/** Plays a history from the request on. What must hold at every step is asserted there. */
const play = ({ ends, actions }: { ends: number; actions: readonly Action[] }): World => {
  const world = new World(ends);
  world.ask(x.request({ answerBy: at(48) }));
  for (const act of actions) {
    act(world);
    for (const { asked, accepted } of Object.values(talliesOf(world.asker.conversation))) {
      assert.ok(accepted <= asked, 'no more is accepted than was asked for');
    }
  }
  return world;
};

const test = suite('mutual aid over any interleaving and any link');
test('histories reach what is to be tested: commitments, refusals, extensions, recalls, cancellations', () => {
  const seen = new Set<string>();
  for (const each of fc.sample(history, { numRuns: 400, seed: 7 })) {
    const world = play(each);
    for (const { event } of [...world.asker.journal, ...world.lender.journal]) {
      seen.add(event.type === 'CommitRefused' ? `refused ${event.data.reason}` : event.type);
    }
  }
  for (const wanted of [
    'OfferCommitted',
    'ExtensionAnswered',
    'ReturnAsked',
    'AidRequestCancelled',
    'ResourceArrived',
    'StockCommitted',
    'refused withdrawn',
    'refused too-late',
    'refused agreement-ended',
    'refused not-available',
    'refused cancelled',
  ]) {
    assert.ok(seen.has(wanted), `${wanted} never happened`);
  }
});
test('no resource is in two places, every commitment has a basis behind it, stock is never below zero', () =>
  fc.assert(
    fc.property(history, (each) => {
      // The first is asserted at each commitment, the last at each change of the stock; here the conversation's word.
      const world = play(each);
      const reserved = new Map<string, string>();
      for (const { event } of world.lender.journal) {
        if (event.type === 'ResourceCommitted') reserved.set(event.data.deployment, event.data.task.for);
        if (event.type === 'StockCommitted') reserved.set(event.data.commitment, event.data.task.for);
        if (event.type !== 'OfferCommitted') continue;
        assert.ok(event.data.occurredAt < world.agreementEnds);
        assert.ok(event.data.until <= event.data.latest);
        for (const line of event.data.lines) {
          const ids =
            'deployments' in line ? line.deployments.map((one) => one.deployment) : [line.commitment];
          for (const id of ids)
            assert.equal(reserved.get(id), 'neighbour', 'promised without having been reserved');
        }
      }
    }),
    { numRuns: 400 },
  ));
test('once everything has arrived, both sites know the same and show the same', () =>
  fc.assert(
    fc.property(history, (each) => {
      const world = play(each);
      world.heal();
      assert.deepStrictEqual(world.asker.conversation, world.lender.conversation);
      assert.deepStrictEqual(world.asker.view, world.lender.view);
    }),
    { numRuns: 400 },
  ));
test('once everything has arrived, nothing is left hanging by a cancellation, a withdrawal or a recall', () =>
  fc.assert(
    fc.property(history, (each) => {
      const world = play(each);
      world.heal();
      const { conversation: state } = world.lender;
      const isCancelled = state.asking.request?.cancelled !== undefined;
      for (const [id, offer] of Object.entries(state.lending.offers)) {
        const status = offerStatus(state, id);
        if (isCancelled || offer.withdrawn !== undefined) assert.notEqual(status, 'accepted');
      }
      for (const [, resource] of world.resources) {
        if (!('deployment' in resource) || resource.deployment.task.for === 'own') continue;
        if (isCancelled) assert.ok(['released', 'returning'].includes(resource.state), resource.state);
      }
      for (const { deployment: one } of deploymentsOf(state)) {
        if (!isRecalled(state, one)) continue;
        for (const [extension, asked] of Object.entries(state.asking.extensions)) {
          if (asked.deployments.includes(one)) {
            assert.ok(
              Object.hasOwn(state.lending.extensionAnswers, `${extension}/${one}`),
              'an extension has no answer',
            );
          }
        }
      }
    }),
    { numRuns: 400 },
  ));
test('threads are the same whatever the order of arrival', () =>
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.boolean()), (each, coins) => {
      const world = play(each);
      const said = (site: Site) =>
        site.journal.flatMap(({ id, by, event }) => (isAidEvent(event) ? [{ id, by, event }] : []));
      const [ours, theirs] = [said(world.asker), said(world.lender)];
      const inOrder = [...ours, ...theirs];
      const mixed: typeof inOrder = [];
      while (ours.length > 0 || theirs.length > 0) {
        const from = theirs.length === 0 || (ours.length > 0 && coins.next().value) ? ours : theirs;
        const next = from.shift();
        if (next) mixed.push(next);
      }
      const byId = (list: ReturnType<typeof threadOf>) =>
        new Map(list.map((message) => [message.messageId, message]));
      assert.deepStrictEqual(byId(threadOf(mixed)), byId(threadOf(inOrder)));
    }),
    { numRuns: 200 },
  ));
test('the fold is total: any events by anybody in any order', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom(...x.oneOfEach.filter(isAidEvent)),
          fc.constantFrom(x.ASKER, x.LENDER, '62.01'),
        ),
        {
          maxLength: 40,
        },
      ),
      (events) => {
        const state = events.reduce(
          (now, [event, by]) => evolveConversation(now, by, event),
          initialConversation,
        );
        const twice = events.reduce((now, [event, by]) => evolveConversation(now, by, event), state);
        assert.deepStrictEqual(Object.keys(twice.lending.offers), Object.keys(state.lending.offers));
        assert.deepStrictEqual(JSON.parse(JSON.stringify(state)), state);
        talliesOf(state);
        deploymentsOf(state);
      },
    ),
    { numRuns: 500 },
  ));
