/** The rules by which the pages of resources and aid offer what can be done, held against the domain's decisions. */
import { randomUUID } from 'node:crypto';
import {
  type AidEvent,
  type AidMessageView,
  type AskingCommand,
  type Basis,
  type Conversation,
  type LendingCommand,
  type Point,
  type Resource,
  type ResourceCommand,
  type ResourceState,
  type Role,
  AidKind,
  Role as RoleSchema,
  StockKind,
  ResourceKind,
  decideAsking,
  decideLending,
  decideResource,
  deployedStates,
  evolveConversation,
  evolveResource,
  initialConversation,
  threadOf,
} from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import { problemTable } from '@siaga/web';
import fc from 'fast-check';
import type { AgreementItem, OverrideItem } from '../src/api/contract.ts';
import { acceptGroups, acceptedLines, wholeOffer } from '../src/aid/accept-lines.ts';
import { basisWith } from '../src/aid/basis.ts';
import type { ResourceItem, StockItem } from '../src/aid/contract.ts';
import {
  type AidAction,
  actionsOf,
  awaitedOf,
  conversationFrom,
  deploymentLines,
  openEnquiries,
} from '../src/aid/conversation.ts';
import { chosenOf, groupsFor, offerLines, proposed } from '../src/aid/offer-lines.ts';
import { threadRows } from '../src/aid/thread.ts';
import {
  type Move,
  askMove,
  boardOf,
  columns,
  isOverdue,
  moveTo,
  moves,
  movesFor,
  movesFrom,
  nextMove,
  noBoardFilter,
} from '../src/resources/board.ts';
import { aidKinds, resourceKinds, stockKinds } from '../src/resources/kinds.ts';
import { kmBetween, nearestFree, nearestStock } from '../src/resources/near.ts';
import { aidEn } from '../src/text/aid-en.ts';
import { aidId } from '../src/text/aid-id.ts';
import { aidSentences } from '../src/text/problems-aid.ts';

const OURS = '62.07';
const THEIRS = '62.02';
const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

const test = suite('rules of the resource board');

const resourceAt = (state: ResourceState): Resource => {
  const known = { kind: 'rubber-boat' as const, since: at(-60), ended: new Set<string>() };
  if (state === 'available' || state === 'out-of-service') return { ...known, state };
  const task = { for: 'own' as const, incident: randomUUID() };
  return { ...known, state, deployment: { id: 'd', task, until: at(60) } };
};
const commandFor = (move: Move): ResourceCommand => {
  const envelope = { by: OURS, at: at(0) };
  const body = { deployment: 'd' };
  switch (move) {
    case 'dispatch':
      return {
        ...envelope,
        type: 'dispatch',
        deployment: 'd',
        body: { incident: randomUUID(), until: at(60) },
      };
    case 'take-out-of-service':
      return { ...envelope, type: 'takeOutOfService', body: { reason: 'rusak' } };
    case 'back-in-service':
      return { ...envelope, type: 'backInService', body: {} };
    case 'start-return':
      return { ...envelope, type: 'startReturn', body };
    case 'end-return':
      return { ...envelope, type: 'endReturn', body };
    case 'cancel':
      return { ...envelope, type: 'cancel', body: { ...body, reason: 'tidak perlu' } };
    default:
      return { ...envelope, type: move, body };
  }
};

test('a card goes exactly where a decision of the domain takes it', () => {
  assert.deepEqual([...columns].sort(), ['available', 'out-of-service', ...deployedStates].sort());
  for (const from of columns) {
    for (const move of Object.keys(moves) as Move[]) {
      const before = resourceAt(from);
      const decision = decideResource(commandFor(move), before);
      const moved = decision.accepted && decision.events.length > 0;
      const reached = moved
        ? decision.events.reduce((state, event) => evolveResource(state, event), before).state
        : undefined;
      assert.equal(movesFrom(from).includes(move), moved, `${move} from ${from}`);
      if (moved) {
        assert.equal(moves[move].to, reached, `${move} from ${from}`);
        assert.equal(moveTo(from, moves[move].to) !== undefined, true);
      }
    }
  }
});

const item = (over: Partial<ResourceItem> = {}): ResourceItem => ({
  id: randomUUID(),
  regency: OURS,
  kind: 'rubber-boat',
  name: 'Perahu',
  home: { place: '62.07.01' },
  state: 'available',
  past: [],
  registeredAt: at(-1000),
  updatedAt: at(-1000),
  revision: 1,
  sequence: 1,
  sharing: { state: 'own' },
  ...over,
});
const mover = { here: OURS, role: 'kalaksa' as Role, past: false };

test('a card that is not allowed to move is refused for the reason that stands first', () => {
  const boat = item();
  assert.deepEqual(askMove(boat, 'committed', mover), { move: 'dispatch' });
  assert.deepEqual(askMove(boat, 'available', mover), { no: 'same' });
  assert.deepEqual(askMove(boat, 'committed', { ...mover, past: true }), { no: 'past' });
  assert.deepEqual(askMove(item({ regency: THEIRS }), 'committed', mover), { no: 'not-ours' });
  assert.deepEqual(askMove(boat, 'committed', { ...mover, role: undefined }), { no: 'signed-out' });
  assert.deepEqual(askMove(boat, 'committed', { ...mover, role: 'logistik' }), {
    no: 'role',
    move: 'dispatch',
  });
  assert.deepEqual(askMove(boat, 'on-scene', mover), {
    no: 'no-step',
    reachable: ['committed', 'out-of-service'],
  });
  // The card's own button never makes the second choice: logistics may not dispatch, so it has none.
  assert.equal(nextMove(boat, mover), 'dispatch');
  assert.equal(nextMove(boat, { ...mover, role: 'logistik' }), undefined);
  assert.deepEqual(movesFor(boat, { ...mover, role: 'logistik' }), ['take-out-of-service']);
});

test('whatever the board is asked, a move that it allows is one that the domain accepts', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...columns),
      fc.constantFrom(...columns),
      fc.constantFrom(...RoleSchema.options, undefined),
      fc.constantFrom(OURS, THEIRS),
      fc.boolean(),
      (from, to, role, regency, past) => {
        const answer = askMove(item({ state: from, regency }), to, { here: OURS, role, past });
        if ('no' in answer) return;
        assert.ok(regency === OURS && role !== undefined && !past);
        assert.ok(decideResource(commandFor(answer.move), resourceAt(from)).accepted);
      },
    ),
  );
});

const away = (until: string, state: ResourceState = 'on-scene'): Partial<ResourceItem> => ({
  state,
  deployment: {
    id: randomUUID(),
    task: { for: 'own', incident: randomUUID() },
    state: 'on-scene',
    departure: {},
    arrival: {},
    returnDeparture: {},
    returnArrival: {},
    committedAt: at(-100),
    until,
    firstUntil: until,
    path: [],
  },
});

test('the board holds each resource once; own ones first, then what is overdue', () => {
  const late = item({ name: 'B', ...away(at(-1)) });
  const intime = item({ name: 'A', ...away(at(1)) });
  const theirs = item({ name: 'C', regency: THEIRS, ...away(at(-500)) });
  const free = item({ name: 'D', kind: 'water-pump' });
  const all = [theirs, intime, late, free];
  assert.ok(isOverdue(late, NOW) && !isOverdue(intime, NOW) && !isOverdue(free, NOW));
  const board = boardOf(all, noBoardFilter, OURS, NOW);
  assert.deepEqual(
    board.get('on-scene')?.map(({ name }) => name),
    ['B', 'A', 'C'],
  );
  assert.equal(
    [...board.values()].reduce((sum, column) => sum + column.length, 0),
    all.length,
  );
  const names = (whose: '' | 'own' | 'neighbour', kind: ResourceItem['kind'] | '') =>
    [...boardOf(all, { whose, kind }, OURS, NOW).values()].flat().map(({ name }) => name);
  assert.deepEqual(names('neighbour', ''), ['C']);
  assert.deepEqual(names('own', 'water-pump'), ['D']);
});

test('the kinds of the page are the domain’s', () => {
  assert.deepEqual([...aidKinds].sort(), [...AidKind.options].sort());
  assert.deepEqual([...resourceKinds].sort(), [...ResourceKind.options].sort());
  assert.deepEqual([...stockKinds].sort(), [...StockKind.options].sort());
});

test('the nearest free own resource stands first, one of unknown place last', () => {
  // Sampit to Kuala Pembuang: about 106 km as the crow flies.
  const sampit: Point = [112.95, -2.53];
  const pembuang: Point = [112.54, -3.39];
  assert.ok(Math.abs(kmBetween(sampit, pembuang) - 106) < 1);
  const near = item({ name: 'near', home: { place: '62.07.01', point: [112.5, -3.3] } });
  const far = item({ name: 'far', position: { point: sampit, at: at(-5), sequence: 1 } });
  const byPlace = item({ name: 'place', home: { place: '62.07.03' } });
  const lost = item({ name: 'lost', home: { place: '62.07.09' } });
  const others = [
    item({ regency: THEIRS, home: { place: '62.02.01', point: pembuang } }),
    item({ kind: 'water-pump', home: { place: '62.07.01', point: pembuang } }),
    item({ state: 'committed', home: { place: '62.07.01', point: pembuang } }),
  ];
  const pointOf = (place: string): Point | undefined => (place === '62.07.03' ? [112.4, -2.9] : undefined);
  const found = nearestFree([lost, far, ...others, byPlace, near], 'rubber-boat', OURS, pembuang, pointOf);
  assert.deepEqual(
    found.map(({ item: { name } }) => name),
    ['near', 'place', 'far', 'lost'],
  );
  assert.equal(found.at(-1)?.km, undefined);
});

test('distances are symmetric, never negative, and nought only at the same point', () => {
  const point = fc.tuple(
    fc.double({ min: 110, max: 115, noNaN: true }),
    fc.double({ min: -4, max: 0, noNaN: true }),
  );
  fc.assert(
    fc.property(point, point, (a, b) => {
      assert.ok(Math.abs(kmBetween(a, b) - kmBetween(b, a)) < 1e-9);
      assert.ok(kmBetween(a, b) >= 0 && kmBetween(a, a) === 0);
    }),
  );
});

const talk = suite('rules of mutual aid on the page');

interface Talk {
  state: Conversation;
  messages: AidMessageView[];
  deployments: Map<string, 'committed' | 'returned'>;
}
const basis = (neighbour: string): Basis => ({
  reference: { agreement: '6f2c1a0e-5b3d-4c7a-9e21-000000000001' },
  neighbour,
  from: at(-100_000),
  until: at(100_000),
  kinds: AidKind.options,
  longestDays: 14,
});
const CONVERSATION = '6f2c1a0e-5b3d-4c7a-9e21-000000000002';
const boats = [1, 2, 3, 4].map((number) => `6f2c1a0e-5b3d-4c7a-9e21-00000000010${number}`);

const say = (now: Talk, by: string, events: readonly AidEvent[]) => {
  for (const event of events) {
    now.state = evolveConversation(now.state, by, event);
    const said = [
      ...now.messages.map(({ messageId, by: who, event: what }) => ({ id: messageId, by: who, event: what })),
      { id: randomUUID(), by, event },
    ];
    const threads = threadOf(said);
    now.messages = said.map(({ id, by: who, event: what }, index) => ({
      ...(threads[index] ?? { messageId: id }),
      by: who,
      sequence: index + 1,
      occurredAt: at(0),
      recordedAt: at(0),
      event: what,
    }));
    if (event.type === 'OfferCommitted') {
      for (const line of event.data.lines) {
        if ('deployments' in line)
          for (const { deployment } of line.deployments) now.deployments.set(deployment, 'committed');
      }
    }
  }
};
const deliveriesOf = ({ deployments }: Talk) =>
  Object.fromEntries([...deployments].map(([id, state]) => [id, { state, delivered: 0 }]));
const fresh = (): Talk => ({ state: initialConversation, messages: [], deployments: new Map() });
const begin = (): Talk => {
  const now = fresh();
  const decision = decideAsking(
    {
      type: 'request',
      by: OURS,
      at: at(0),
      conversation: CONVERSATION,
      basis: basis(THEIRS),
      body: {
        to: THEIRS,
        incident: randomUUID(),
        items: [{ item: '1', kind: 'rubber-boat', quantity: 3 }],
        where: { place: '62.07.03' },
        from: at(10),
        durationHours: 48,
        answerBy: at(120),
      },
    },
    now.state,
  );
  assert.ok(decision.accepted);
  say(now, OURS, decision.events);
  return now;
};

/** The command that the page's dialog would send for an action, with what it fills in by itself. */
const carryOut = (now: Talk, action: AidAction, n: number) => {
  const asking = { by: OURS, at: at(0), conversation: CONVERSATION };
  const lending = { by: THEIRS, at: at(0), conversation: CONVERSATION };
  const ask = (command: AskingCommand) => [OURS, decideAsking(command, now.state)] as const;
  const lend = (command: LendingCommand) => [THEIRS, decideLending(command, now.state)] as const;
  const { request } = now.state.asking;
  const reason = 'karena perlu';
  const lines = deploymentLines(now.state, deliveriesOf(now));
  switch (action.verb) {
    case 'update': {
      const {
        to: _,
        incident: __,
        version: ___,
        basis: ____,
        cancelled: _____,
        ...wording
      } = request ?? begin().state.asking.request!;
      return ask({
        ...asking,
        type: 'update',
        basis: basis(THEIRS),
        body: { ...wording, items: [...wording.items], durationHours: 40 + n },
      });
    }
    case 'cancel':
      return ask({ ...asking, type: 'cancel', body: { reason } });
    case 'decline':
      return lend({ ...lending, type: 'decline', body: { reason } });
    case 'offer': {
      const resource = boats[n % boats.length] ?? '';
      return lend({
        ...lending,
        type: 'offer',
        offer: randomUUID(),
        basis: basis(OURS),
        holdings: { [resource]: 'rubber-boat' },
        body: {
          to: OURS,
          request: CONVERSATION,
          response: 'accept',
          lines: [{ item: '1', kind: 'rubber-boat', resources: [resource] }],
          validUntil: at(60),
        },
      });
    }
    case 'accept': {
      const offer = now.state.lending.offers[action.offer];
      const items = [
        { item: '1', asked: 3, accepted: acceptedNow(now), offered: 0, committed: 0, delivered: 0 },
      ];
      const choice = wholeOffer(offer?.lines ?? [], items);
      const taken = acceptedLines(offer?.lines ?? [], choice, Number);
      if (taken.length === 0) return undefined;
      return ask({ ...asking, type: 'accept', offer: action.offer, body: { lines: taken } });
    }
    case 'decline-offer':
      return ask({ ...asking, type: 'declineOffer', offer: action.offer, body: { reason } });
    case 'withdraw':
      return lend({ ...lending, type: 'withdraw', offer: action.offer, body: { reason } });
    case 'refuse':
      return lend({ ...lending, type: 'refuse', offer: action.offer, body: {} });
    case 'commit': {
      const accepted = now.state.asking.accepted[action.offer] ?? [];
      const reserved = Object.fromEntries(
        accepted.flatMap((line) =>
          'resources' in line ? line.resources.map((one) => [one, randomUUID()]) : [],
        ),
      );
      return lend({
        ...lending,
        type: 'commit',
        offer: action.offer,
        basis: basis(OURS),
        reserved,
        body: { start: at(10), until: at(1000) },
      });
    }
    case 'ask-extension': {
      const latest = lines
        .filter(({ deployment }) => action.deployments.includes(deployment))
        .map(({ until }) => until)
        .sort()
        .at(-1);
      return ask({
        ...asking,
        type: 'askExtension',
        extension: randomUUID(),
        body: {
          deployments: action.deployments,
          until: new Date(Date.parse(latest ?? '') + 60_000).toISOString(),
          reason,
        },
      });
    }
    case 'answer-extension':
      return lend({
        ...lending,
        type: 'answerExtension',
        body: { extension: action.extension, deployment: action.deployment, granted: false, reason },
      });
    case 'release-aid':
      return ask({ ...asking, type: 'release', body: { deployments: action.deployments } });
    case 'ask-status':
      return ask({
        ...asking,
        type: 'askStatus',
        enquiry: randomUUID(),
        body: { deployments: action.deployments },
      });
    case 'ask-return':
      return lend({
        ...lending,
        type: 'askReturn',
        recall: randomUUID(),
        body: { deployment: action.deployments[0] ?? '', reason },
      });
    case 'answer-return':
      return ask({ ...asking, type: 'answerReturn', body: { recall: action.recall, agreed: n % 2 === 0 } });
    case 'report-status':
      return lend({
        ...lending,
        type: 'reportStatus',
        body: { deployment: action.deployments[0] ?? '', status: 'on-scene' },
      });
  }
};
const acceptedNow = ({ state }: Talk): number =>
  Object.entries(state.asking.accepted).reduce(
    (sum, [id, lines]) =>
      state.lending.offers[id]?.refused
        ? sum
        : sum + lines.reduce((count, line) => count + ('resources' in line ? line.resources.length : 0), 0),
    0,
  );

talk(
  'every action that is offered, in any conversation, is one that the domain accepts and that says something',
  () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(50)), { maxLength: 25 }), (steps) => {
        const now = begin();
        for (const [asks, n] of steps) {
          // A boat comes home now and then.
          const [home] = [...now.deployments.keys()];
          if (n % 11 === 0 && home !== undefined) now.deployments.set(home, 'returned');
          const side = asks ? 'asker' : 'lender';
          const lines = deploymentLines(now.state, deliveriesOf(now));
          const actions = actionsOf(now.state, side, lines, NOW);
          const action = actions[n % Math.max(1, actions.length)];
          if (!action) continue;
          const done = carryOut(now, action, n);
          if (!done) continue;
          const [by, decision] = done;
          assert.ok(decision.accepted, `${side} ${JSON.stringify(action)}: ${JSON.stringify(decision)}`);
          assert.ok(decision.events.length > 0 || action.verb === 'update', `${action.verb} says nothing`);
          say(now, by, decision.events);
          // Whose word is waited for is somebody who can say it.
          const after = deploymentLines(now.state, deliveriesOf(now));
          for (const awaited of awaitedOf(now.state, after, NOW, openEnquiries(now.messages, after))) {
            assert.ok(actionsOf(now.state, awaited.side, after, NOW).length > 0, awaited.what);
          }
          assert.deepEqual(conversationFrom(now.messages), now.state);
        }
      }),
      { numRuns: 150 },
    );
  },
);

talk('a request past its time is not offered for any more, and is said to be late', () => {
  const now = begin();
  const later = NOW + 121 * 60_000;
  assert.deepEqual(awaitedOf(now.state, [], later, []), [
    { what: 'answer', side: 'lender', by: at(120), late: true },
  ]);
  const verbs = (side: 'asker' | 'lender', time: number) =>
    actionsOf(now.state, side, [], time).map(({ verb }) => verb);
  assert.deepEqual(verbs('lender', NOW), ['offer', 'decline']);
  assert.deepEqual(verbs('lender', later), ['decline']);
  assert.deepEqual(verbs('asker', NOW), ['update', 'cancel']);
});

talk('a thread is numbered, indented under what it answers, and marks what was taken back', () => {
  const now = begin();
  const step = (action: AidAction, n = 0) => {
    const done = carryOut(now, action, n);
    assert.ok(done?.[1].accepted);
    say(now, done[0], done[1].events);
  };
  step({ verb: 'offer' });
  step({ verb: 'update' }, 3);
  const [offer = ''] = Object.keys(now.state.lending.offers);
  step({ verb: 'withdraw', offer });
  const rows = threadRows(now.messages).map(({ number, answers, depth, recalled }) => ({
    number,
    answers,
    depth,
    recalled,
  }));
  assert.deepEqual(rows, [
    { number: 1, answers: undefined, depth: 0, recalled: { by: 3, how: 'update' } },
    { number: 2, answers: 1, depth: 1, recalled: { by: 4, how: 'cancel' } },
    { number: 3, answers: 1, depth: 0, recalled: undefined },
    { number: 4, answers: 2, depth: 1, recalled: undefined },
  ]);
});

talk('no more of an item is accepted than was asked for, over all offers', () => {
  const lines = [
    { item: '1', kind: 'rubber-boat' as const, resources: boats.slice(0, 3) },
    { item: '2', kind: 'rice' as const, stock: boats[3] ?? '', quantity: 500 },
  ];
  const items = [
    { item: '1', asked: 3, offered: 4, accepted: 1, committed: 1, delivered: 0 },
    { item: '2', asked: 300, offered: 500, accepted: 0, committed: 0, delivered: 0 },
  ];
  const whole = wholeOffer(lines, items);
  assert.deepEqual(whole, { ticked: boats.slice(0, 2), typed: { [boats[3] ?? '']: '300' } });
  const read = (typed: string) => (/^\d+$/.test(typed) ? Number(typed) : undefined);
  assert.deepEqual(acceptedLines(lines, whole, read), [
    { item: '1', resources: boats.slice(0, 2) },
    { item: '2', stock: boats[3], quantity: 300 },
  ]);
  const all = { ...whole, ticked: boats.slice(0, 3) };
  assert.deepEqual(
    acceptGroups(lines, items, all, read).map(({ chosen, most }) => ({ chosen, most })),
    [
      { chosen: 3, most: 2 },
      { chosen: 300, most: 300 },
    ],
  );
  const tooMuch = { ...whole, typed: { [boats[3] ?? '']: '501' } };
  assert.ok(Number.isNaN(acceptGroups(lines, items, tooMuch, read)[1]?.chosen));
});

talk('an offer proposes the nearest that is free, as much as is still wanted', () => {
  const near = item({ home: { place: '62.07.01', point: [112.3, -2.7] } });
  const far = item({ home: { place: '62.07.01', point: [112.5, -3.4] } });
  const rice = (free: number, point: Point): StockItem => ({
    id: randomUUID(),
    regency: OURS,
    kind: 'rice',
    home: { place: '62.07.01', point },
    onHand: free,
    promised: 0,
    free,
    commitments: [],
    updatedAt: at(0),
    revision: 1,
    sequence: 1,
    sharing: { state: 'own' },
  });
  const [close, away2] = [rice(400, [112.3, -2.7]), rice(900, [112.5, -3.4])];
  assert.deepEqual(
    nearestStock([away2, close, rice(0, [112.3, -2.7])], 'rice', OURS, [112.3, -2.7], () => undefined).map(
      ({ item: { id } }) => id,
    ),
    [close.id, away2.id],
  );
  const groups = groupsFor(
    [
      { item: '1', kind: 'rubber-boat', asked: 3, offered: 2, accepted: 0, committed: 0, delivered: 0 },
      { item: '2', kind: 'rice', asked: 500, offered: 0, accepted: 0, committed: 0, delivered: 0 },
    ],
    [112.3, -2.7],
    { resources: [far, near], stocks: [away2, close], here: OURS, pointOf: () => undefined },
  );
  const choice = proposed(groups);
  assert.deepEqual(offerLines(groups, choice, Number), [
    { item: '1', kind: 'rubber-boat', resources: [near.id] },
    { item: '2', kind: 'rice', stock: close.id, quantity: 400 },
    { item: '2', kind: 'rice', stock: away2.id, quantity: 100 },
  ]);
  assert.deepEqual(
    groups.map((group) => chosenOf(group, choice, Number)),
    [1, 500],
  );
});

talk('what stands behind aid is the agreement in force that shares it, else the own override', () => {
  const agreement = (over: Partial<AgreementItem>, dataClasses = ['mutual-aid']): AgreementItem =>
    ({
      id: 'a',
      owner: THEIRS,
      counterpart: OURS,
      inForce: { version: 1, hash: '', from: at(-10), until: at(10) },
      versions: [
        {
          version: 1,
          document: {
            title: 'PKS',
            terms: {
              dataClasses,
              resourceKinds: ['rubber-boat'],
              longestDeploymentDays: 7,
              responseMinutes: 30,
            },
          },
        },
      ],
      ...over,
    }) as unknown as AgreementItem;
  const override = {
    id: 'o',
    regency: OURS,
    inForce: true,
    classes: ['mutual-aid'],
    until: at(20),
  } as unknown as OverrideItem;
  const found = basisWith([agreement({})], [override], OURS, THEIRS);
  assert.deepEqual(found?.reference, { agreement: 'a' });
  assert.equal(found?.longestDays, 7);
  const { inForce: _, ...ended } = agreement({});
  for (const none of [ended, agreement({ counterpart: '62.99' }), agreement({}, ['resources'])]) {
    assert.deepEqual(basisWith([none], [override], OURS, THEIRS)?.reference, { override: 'o' });
    assert.equal(basisWith([none], [{ ...override, regency: THEIRS }], OURS, THEIRS), undefined);
  }
});

talk('every problem code of resources, stock and aid has a sentence in both languages', () => {
  const codes = Object.keys(problemTable);
  const ours = codes.slice(codes.indexOf('already_registered'), codes.indexOf('edxl_invalid') + 1);
  assert.ok(ours.length > 40);
  assert.deepEqual(
    ours.filter((code) => !Object.hasOwn(aidSentences, code)),
    [],
  );
});

talk('both dictionaries have the same keys, none of them empty', () => {
  const keys = (value: object, path = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null ? keys(inner, `${path}${key}.`) : [`${path}${key}`],
    );
  assert.deepEqual(keys(aidEn).sort(), keys(aidId).sort());
  for (const dictionary of [aidId, aidEn]) {
    const empty = Object.entries(dictionary).filter(([, text]) => text === '');
    assert.deepEqual(empty, []);
  }
});
