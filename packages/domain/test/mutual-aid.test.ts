import { assert, scenario, suite } from '@siaga/testkit';
import {
  AcceptOffer,
  type AidEvent,
  AnswerExtension,
  AskExtension,
  type AskingCommand,
  type Conversation,
  type LendingCommand,
  type ResourceEvent,
  type StockEvent,
  type AidThreadView,
  conversationOf,
  decideAsking,
  decideLending,
  deploymentsOf,
  evolveConversation,
  foldAid,
  initialConversation,
  isAidEvent,
  offerStatus,
  reactLending,
  talliesOf,
  threadOf,
} from '../src/index.ts';
import * as x from './mutual-aid-examples.ts';

/** Who says an event, by its type: the asker's or the lender's. */
const lenders = new Set<AidEvent['type']>([
  'OfferMade',
  'OfferWithdrawn',
  'OfferCommitted',
  'CommitRefused',
  'AidRequestDeclined',
  'ExtensionAnswered',
  'ReturnAsked',
  'StatusReported',
]);
const by = (event: AidEvent) => (lenders.has(event.type) ? x.LENDER : x.ASKER);
const evolve = (state: Conversation, event: AidEvent) => evolveConversation(state, by(event), event);
const initial = initialConversation;
const stateOf = (...events: AidEvent[]) => events.reduce(evolve, initial);

const asking = scenario<Conversation, AidEvent, AskingCommand>({
  initial,
  evolve,
  decide: decideAsking,
}).given;
const lending = scenario<Conversation, AidEvent, LendingCommand>({
  initial,
  evolve,
  decide: decideLending,
}).given;
const wired = [x.requested, x.made, x.accepted, x.committed] as const;

const requests = suite('ask for aid');
requests('what, how many, where, from when, how long, for which incident', () =>
  asking().when(x.request()).then(x.requested),
);
requests('twice is refused', () =>
  asking(x.requested).when(x.request()).thenRejected('already_requested', { conversation: x.conversation }),
);
requests('of oneself is refused', () =>
  asking()
    .when(x.request({ to: x.ASKER }))
    .thenRejected('aid_from_oneself', { to: x.ASKER }),
);
requests('quantities below one, items that stand twice, durations below one are refused', () => {
  asking()
    .when(x.request({ items: [{ item: '1', kind: 'rubber-boat', quantity: 0 }] }))
    .thenRejected('quantity_below_one', { item: '1', quantity: 0 });
  asking()
    .when(x.request({ items: [...x.requested.data.items, ...x.requested.data.items] }))
    .thenRejected('item_twice', { item: '1' });
  asking()
    .when(x.request({ durationHours: 0 }))
    .thenRejected('duration_below_one', { durationHours: 0 });
});
requests('to the neighbour’s place is refused', () =>
  asking()
    .when(x.request({ where: { place: x.theirPlace } }))
    .thenRejected('place_not_ours', { place: x.theirPlace, owner: x.LENDER, ours: x.ASKER }),
);
requests('answers that were due before, and aid that would be over, are refused', () => {
  asking()
    .when(x.request({ answerBy: x.now }))
    .thenRejected('answer_by_passed', { answerBy: x.now, now: x.now });
  asking()
    .when(x.request({ from: x.day(5), durationHours: 24 }))
    .thenRejected('ends_before_it_begins', { start: x.now, until: x.day(6) });
});
requests(
  'without an agreement in force, of a kind it does not cover, longer than agreed, are refused',
  () => {
    asking()
      .when(x.request({}, { basis: undefined }))
      .thenRejected('agreement_not_in_force', { neighbour: x.LENDER, at: x.now });
    asking()
      .when(x.request({}, { basis: { ...x.basis, until: x.day(6) } }))
      .thenRejected('agreement_not_in_force');
    asking()
      .when(x.request({}, { basis: { ...x.basis, kinds: ['rubber-boat'] } }))
      .thenRejected('kind_not_covered', { kind: 'rice', covered: ['rubber-boat'] });
    asking()
      .when(x.request({ durationHours: 337 }))
      .thenRejected('longer_than_agreed', { until: x.day(21, 19), latest: x.day(21, 18), longestDays: 14 });
  },
);
requests('a personal number in the note or the place’s name is refused', () => {
  asking()
    .when(x.request({ note: 'hubungi 081234567890' }))
    .thenRejected('personal_data_in_text', { field: 'note', found: 'phone' });
  asking()
    .when(x.request({ where: { place: x.place, name: 'rumah 6207054107900001' } }))
    .thenRejected('personal_data_in_text', { field: 'where', found: 'nik' });
});
requests('of the future is refused', () =>
  asking()
    .when(x.request({ occurredAt: x.day(8) }))
    .thenRejected('time_in_future', { occurredAt: x.day(8), now: x.now }),
);

const recalls = suite('update and cancel a request');
const { occurredAt: _, conversation: __, version: ___, ...changed } = x.updated.data;
recalls('an update says it anew, with the next version', () => {
  asking(x.requested)
    .when(x.update({ ...changed, note: undefined }))
    .then(x.updated);
  asking(x.requested, x.updated)
    .when(x.update({ ...changed, note: 'Lekas' }))
    .then({ ...x.updated, data: { ...x.updated.data, version: 3, note: 'Lekas' } });
});
recalls('an update that changes nothing is already so, whatever the order of its members', () => {
  asking(x.requested).when(x.update()).thenNothing();
  const { item, kind, quantity } = x.requested.data.items[0] ?? x.requested.data.items[1] ?? fail();
  const turned = [{ quantity, kind, item }, ...x.requested.data.items.slice(1)];
  asking(x.requested)
    .when(x.update({ items: turned }))
    .thenNothing();
});
recalls('to less than what was accepted is refused', () => {
  const items = [{ item: '1', kind: 'rubber-boat' as const, quantity: 1 }];
  asking(x.requested, x.made, x.accepted)
    .when(x.update({ items }))
    .thenRejected('less_than_accepted', { item: '1', quantity: 1, accepted: 2 });
  asking(x.requested, x.made, x.accepted)
    .when(x.update({ items: x.requested.data.items.slice(0, 1) }))
    .thenRejected('less_than_accepted', { item: '2', quantity: 0, accepted: 300 });
});
recalls('cancelled once; after that nothing is changed or accepted', () => {
  asking(x.requested).when(x.cancel).then(x.cancelled);
  asking(x.requested, x.cancelled).when(x.cancel).thenNothing();
  asking(x.requested, x.cancelled)
    .when(x.update(changed))
    .thenRejected('request_cancelled', { conversation: x.conversation });
  asking(x.requested, x.made, x.cancelled)
    .when(x.acceptOffer())
    .thenRejected('request_cancelled', { conversation: x.conversation });
});
recalls('of a request that is not here, or of an unsolicited offer, is unknown', () => {
  asking().when(x.cancel).thenRejected('request_unknown', { conversation: x.conversation });
  asking(x.unasked).when(x.cancel).thenRejected('request_unknown', { conversation: x.conversation });
  asking(x.unasked).when(x.update(changed)).thenRejected('request_unknown', { conversation: x.conversation });
});
recalls('the neighbour’s request is not ours to change', () =>
  asking(x.requested)
    .when({ ...x.cancel, by: x.LENDER })
    .thenRejected('conversation_of_neighbour', { owner: x.ASKER, ours: x.LENDER }),
);

const offers = suite('offer');
offers('in answer to a request: which version of it', () => {
  lending(x.requested).when(x.makeOffer()).then(x.made);
  lending(x.requested, x.updated)
    .when(x.makeOffer())
    .then({ ...x.made, data: { ...x.made.data, requestVersion: 2 } });
});
offers('unasked, provisionally, with conditions', () =>
  lending()
    .when(
      x.makeOffer(
        {
          request: undefined,
          incident: x.incident,
          response: 'provisional',
          conditions: 'Bahan bakar ditanggung peminta',
          lines: x.unasked.data.lines,
        },
        { offer: x.conversation, basis: { ...x.lent, reference: x.unasked.data.basis } },
      ),
    )
    .then(x.unasked),
);
offers('provisionally without conditions is refused', () =>
  lending(x.requested)
    .when(x.makeOffer({ response: 'provisional' }))
    .thenRejected('conditions_missing', {}),
);
offers(
  'conflict: Kotim answers after the answer-by time: refused, for the asker looks elsewhere by then',
  () => {
    lending(x.requested)
      .when(x.makeOffer({ validUntil: x.day(10) }, { at: x.day(8, 1) }))
      .thenRejected('answer_by_passed', { answerBy: x.day(8), now: x.day(8, 1) });
    lending(x.requested)
      .when(x.makeOffer({ validUntil: x.day(10) }, { at: x.day(8) }))
      .then({ ...x.made, data: { ...x.made.data, occurredAt: x.day(8), validUntil: x.day(10) } });
  },
);
offers('that was made in time and arrives after the answer-by time may still be accepted', () =>
  asking(x.requested, x.made)
    .when(x.acceptOffer(undefined, { at: x.day(8, 5) }))
    .then({ ...x.accepted, data: { ...x.accepted.data, occurredAt: x.day(8, 5) } }),
);
offers('another’s resource, a wrong kind, one twice, none at all are refused', () => {
  const line = { item: '1', kind: 'rubber-boat' as const, resources: [x.boat] };
  lending(x.requested)
    .when(x.makeOffer({ lines: [{ ...line, resources: [x.incident] }] }))
    .thenRejected('resource_not_ours', { resource: x.incident });
  lending(x.requested)
    .when(x.makeOffer({ lines: [{ ...line, kind: 'drone' }] }))
    .thenRejected('kind_mismatch', { resource: x.boat, kind: 'rubber-boat', offeredAs: 'drone' });
  lending(x.requested)
    .when(x.makeOffer({ lines: [line, line] }))
    .thenRejected('resource_twice', { resource: x.boat });
  lending(x.requested)
    .when(x.makeOffer({ lines: [{ item: '2', kind: 'rice', stock: x.rice, quantity: 0 }] }))
    .thenRejected('quantity_below_one', { stock: x.rice, quantity: 0 });
});
offers('an item that was not asked for, or of another kind, is refused', () => {
  lending(x.requested)
    .when(x.makeOffer({ lines: [{ item: '9', kind: 'rubber-boat', resources: [x.boat] }] }))
    .thenRejected('item_unknown', { item: '9', items: ['1', '2'] });
  lending(x.requested)
    .when(x.makeOffer({ lines: [{ item: '2', kind: 'rubber-boat', resources: [x.boat] }] }))
    .thenRejected('kind_not_asked', { item: '2', asked: 'rice', offered: 'rubber-boat' });
});
offers('valid until a time that has passed is refused', () =>
  lending(x.requested)
    .when(x.makeOffer({ validUntil: x.now }))
    .thenRejected('ends_before_it_begins', { start: x.now, until: x.now }),
);
offers('without an agreement in force is refused', () =>
  lending(x.requested)
    .when(x.makeOffer({}, { basis: undefined }))
    .thenRejected('agreement_not_in_force', { neighbour: x.ASKER, at: x.now }),
);
offers(
  'twice, of oneself, to a request that is unknown, cancelled, declined or another’s, is refused',
  () => {
    lending(x.requested, x.made).when(x.makeOffer()).thenRejected('already_offered', { offer: x.offer });
    lending(x.requested)
      .when(x.makeOffer({ to: x.LENDER }))
      .thenRejected('aid_from_oneself', { to: x.LENDER });
    lending().when(x.makeOffer()).thenRejected('request_unknown', { conversation: x.conversation });
    lending(x.requested, x.cancelled)
      .when(x.makeOffer())
      .thenRejected('request_cancelled', { conversation: x.conversation });
    lending(x.requested, x.requestDeclined)
      .when(x.makeOffer())
      .thenRejected('request_declined', { conversation: x.conversation });
    lending({ ...x.requested, data: { ...x.requested.data, to: '62.01' } })
      .when(x.makeOffer())
      .thenRejected('conversation_of_neighbour', { owner: '62.01', ours: x.LENDER });
  },
);
offers('nothing to be had: the request is declined, once, and not while an offer stands', () => {
  lending(x.requested).when(x.declineRequest).then(x.requestDeclined);
  lending(x.requested, x.requestDeclined).when(x.declineRequest).thenNothing();
  lending(x.requested, x.cancelled).when(x.declineRequest).thenNothing();
  lending(x.requested, x.made).when(x.declineRequest).thenRejected('already_offered', { offer: x.offer });
  lending().when(x.declineRequest).thenRejected('request_unknown', { conversation: x.conversation });
});

const accepting = suite('accept and decline an offer');
accepting('whole, in part, a part of a stock', () => {
  asking(x.requested, x.made).when(x.acceptOffer()).then(x.accepted);
  const lines = [
    { item: '1', resources: [x.boat2] },
    { item: '2', stock: x.rice, quantity: 120 },
  ];
  asking(x.requested, x.made)
    .when(x.acceptOffer(lines))
    .then({ ...x.accepted, data: { ...x.accepted.data, lines } });
});
accepting('conflict: the same acceptance twice is one; another one of the same offer is refused', () => {
  asking(x.requested, x.made, x.accepted).when(x.acceptOffer()).thenNothing();
  asking(x.requested, x.made, x.accepted)
    .when(x.acceptOffer([{ item: '1', resources: [x.boat] }]))
    .thenRejected('offer_answered', { offer: x.offer, status: 'accepted' });
});
accepting('conflict: 3 of 5 pumps from two offers: 2 and 1, and no fourth', () => {
  const second: typeof x.made = {
    ...x.made,
    data: {
      ...x.made.data,
      offer: x.offer2,
      lines: [{ item: '1', kind: 'rubber-boat', resources: [x.boats[2], x.boats[3]] }],
    },
  };
  const one = [{ item: '1', resources: [x.boats[2]] }];
  asking(x.requested, x.made, second, x.accepted)
    .when(x.acceptOffer(one, { offer: x.offer2 }))
    .then({ ...x.accepted, data: { ...x.accepted.data, offer: x.offer2, lines: one } });
  asking(x.requested, x.made, second, x.accepted)
    .when(x.acceptOffer([{ item: '1', resources: [x.boats[2], x.boats[3]] }], { offer: x.offer2 }))
    .thenRejected('more_than_asked', { item: '1', asked: 3, accepted: 2, quantity: 2 });
  // The first offer's commitment is refused: its two count no longer.
  const both = [{ item: '1', resources: [x.boats[2], x.boats[3]] }];
  asking(x.requested, x.made, second, x.accepted, x.refused('not-available'))
    .when(x.acceptOffer(both, { offer: x.offer2 }))
    .then({ ...x.accepted, data: { ...x.accepted.data, offer: x.offer2, lines: both } });
});
accepting(
  'what was not offered, one twice, a quantity below one, more of a stock than offered, are refused',
  () => {
    const line = { item: '1', resources: [x.boats[4]] };
    asking(x.requested, x.made)
      .when(x.acceptOffer([line]))
      .thenRejected('not_offered', { line });
    asking(x.requested, x.made)
      .when(x.acceptOffer([{ item: '1', resources: [x.boat, x.boat] }]))
      .thenRejected('resource_twice', { resource: x.boat });
    asking(x.requested, x.made)
      .when(x.acceptOffer([{ item: '2', stock: x.rice, quantity: 0 }]))
      .thenRejected('quantity_below_one', { stock: x.rice, quantity: 0 });
    asking(x.requested, x.made)
      .when(x.acceptOffer([{ item: '2', stock: x.rice, quantity: 301 }]))
      .thenRejected('not_offered');
  },
);
accepting('after it expired, after its withdrawal, of an unknown one, is refused', () => {
  asking(x.requested, x.made)
    .when(x.acceptOffer(undefined, { at: x.day(9, 1) }))
    .thenRejected('offer_expired', { offer: x.offer, validUntil: x.day(9), now: x.day(9, 1) });
  asking(x.requested, x.made, x.withdrawn)
    .when(x.acceptOffer())
    .thenRejected('offer_withdrawn', { offer: x.offer, reason: 'Dipakai sendiri' });
  asking(x.requested).when(x.acceptOffer()).thenRejected('offer_unknown', { offer: x.offer });
  asking().when(x.acceptOffer()).thenRejected('offer_unknown', { offer: x.offer });
});
accepting('of what came unasked needs no request', () => {
  const lines = [{ resources: [x.boat] }];
  asking(x.unasked)
    .when(x.acceptOffer(lines, { offer: x.conversation }))
    .then({ ...x.accepted, data: { ...x.accepted.data, offer: x.conversation, lines } });
});
accepting('declined, once; not what was accepted', () => {
  asking(x.requested, x.made).when(x.declineOffer).then(x.offerDeclined);
  asking(x.requested, x.made, x.offerDeclined).when(x.declineOffer).thenNothing();
  asking(x.requested, x.made, x.withdrawn).when(x.declineOffer).thenNothing();
  asking(x.requested, x.made, x.accepted)
    .when(x.declineOffer)
    .thenRejected('offer_answered', { offer: x.offer, status: 'accepted' });
  asking(x.requested).when(x.declineOffer).thenRejected('offer_unknown', { offer: x.offer });
  asking(x.requested, x.made, x.offerDeclined)
    .when(x.acceptOffer())
    .thenRejected('offer_answered', { offer: x.offer, status: 'declined' });
});

const committing = suite('commit what was accepted');
committing('whole, for the time that was asked for, under the agreement', () =>
  lending(x.requested, x.made, x.accepted).when(x.commit()).then(x.committed),
);
committing('again is already so', () =>
  lending(...wired)
    .when(x.commit())
    .thenNothing(),
);
committing('conflict: a boat went elsewhere: the part that is still there', () => {
  const { [x.boat]: _boat, ...left } = x.reserved;
  const [, grain] = x.committed.data.lines;
  lending(x.requested, x.made, x.accepted)
    .when(x.commit({ reserved: left }))
    .then({
      ...x.committed,
      data: {
        ...x.committed.data,
        lines: [
          { item: '1', kind: 'rubber-boat', deployments: [{ deployment: x.deployment2, resource: x.boat2 }] },
          ...(grain ? [grain] : []),
        ],
      },
    });
});
committing('nothing is left: refused as not available', () =>
  lending(x.requested, x.made, x.accepted)
    .when(x.commit({ reserved: {} }))
    .then(x.refused('not-available')),
);
committing('without an agreement or an override in force is refused, nothing is said', () => {
  lending(x.requested, x.made, x.accepted)
    .when(x.commit({ basis: undefined }))
    .thenRejected('agreement_not_in_force', { neighbour: x.ASKER, at: x.now });
  lending(x.requested, x.made, x.accepted)
    .when(x.commit({ basis: { ...x.lent, kinds: ['rice'] } }))
    .thenRejected('kind_not_covered', { kind: 'rubber-boat', covered: ['rice'] });
  lending(x.requested, x.made, x.accepted)
    .when(x.commit({ basis: { ...x.lent, longestDays: 2 } }))
    .thenRejected('longer_than_agreed', { until: x.day(10, 18), latest: x.day(9, 18), longestDays: 2 });
});
committing('what was not accepted, is unknown, refused, withdrawn or cancelled is refused', () => {
  lending(x.requested, x.made)
    .when(x.commit())
    .thenRejected('offer_not_accepted', { offer: x.offer, status: 'open' });
  lending(x.requested).when(x.commit()).thenRejected('offer_unknown', { offer: x.offer });
  lending(x.requested, x.made, x.accepted, x.refused('not-available'))
    .when(x.commit())
    .thenRejected('offer_answered', { offer: x.offer, status: 'refused' });
  lending(x.requested, x.made, x.withdrawn, x.accepted)
    .when(x.commit())
    .thenRejected('offer_withdrawn', { offer: x.offer, reason: 'Dipakai sendiri' });
  lending(x.requested, x.made, x.accepted, x.cancelled)
    .when(x.commit())
    .thenRejected('request_cancelled', { conversation: x.conversation });
});
committing('of what came unasked needs its end', () => {
  const taken = {
    ...x.accepted,
    data: { ...x.accepted.data, offer: x.conversation, lines: [{ resources: [x.boat] }] },
  };
  lending(x.unasked, taken)
    .when(x.commit({ offer: x.conversation }))
    .thenRejected('until_missing', { offer: x.conversation });
  lending(x.unasked, taken)
    .when(x.commit({ offer: x.conversation, body: { until: x.now } }))
    .thenRejected('ends_before_it_begins', { start: x.now, until: x.now });
  lending(x.unasked, taken)
    .when(x.commit({ offer: x.conversation, body: { until: x.day(8) } }))
    .then({
      ...x.committed,
      data: {
        ...x.committed.data,
        offer: x.conversation,
        lines: [{ kind: 'rubber-boat', deployments: [{ deployment: x.deployment, resource: x.boat }] }],
        start: x.now,
        until: x.day(8),
        latest: x.day(21, 12),
      },
    });
});
committing('refused by the head of BPBD', () => {
  lending(x.requested, x.made, x.accepted).when(x.refuse).then(x.refused('not-available'));
  lending(x.requested, x.made, x.accepted, x.refused('not-available')).when(x.refuse).thenNothing();
  lending(...wired)
    .when(x.refuse)
    .thenRejected('offer_answered', { offer: x.offer, status: 'committed' });
  lending(x.requested, x.made)
    .when(x.refuse)
    .thenRejected('offer_not_accepted', { offer: x.offer, status: 'open' });
});
committing('the neighbour’s offer is not ours to commit', () =>
  lending(x.requested, x.made, x.accepted)
    .when({ ...x.commit(), by: x.ASKER })
    .thenRejected('conversation_of_neighbour', { owner: x.LENDER, ours: x.ASKER }),
);

const reacting = suite('what the lender answers by itself');
const facts = { at: x.now, basis: x.lent, taken: new Set<string>() };
const react = (
  events: AidEvent[],
  event: AidEvent,
  change: Partial<Parameters<typeof reactLending>[3]> = {},
) => reactLending(stateOf(...events), x.LENDER, event, { ...facts, ...change });
reacting('an acceptance that may be committed waits for a person', () =>
  assert.deepEqual(react([x.requested, x.made, x.accepted], x.accepted), []),
);
reacting(
  'conflict: an offer is withdrawn while it is being accepted: who is first in the lender’s ledger wins',
  () => {
    assert.deepEqual(react([x.requested, x.made, x.withdrawn, x.accepted], x.accepted), [
      x.refused('withdrawn'),
    ]);
    lending(x.requested, x.made, x.accepted)
      .when(x.withdraw)
      .thenRejected('offer_accepted', { offer: x.offer, status: 'accepted' });
    lending(x.requested, x.made).when(x.withdraw).then(x.withdrawn);
    lending(x.requested, x.made, x.withdrawn).when(x.withdraw).thenNothing();
    lending(x.requested).when(x.withdraw).thenRejected('offer_unknown', { offer: x.offer });
  },
);
reacting(
  'conflict: an acceptance that arrives after the offer’s end is too late, whenever it was said',
  () => {
    const late = { at: x.day(9, 1) };
    assert.deepEqual(react([x.requested, x.made, x.accepted], x.accepted, late), [
      { ...x.refused('too-late'), data: { ...x.refused('too-late').data, occurredAt: late.at } },
    ]);
    assert.deepEqual(react([x.requested, x.made, x.accepted], x.accepted, { at: x.day(9) }), []);
  },
);
reacting('after the agreement’s end it is refused', () => {
  for (const basis of [undefined, { ...x.lent, until: x.day(7) }]) {
    assert.deepEqual(react([x.requested, x.made, x.accepted], x.accepted, { basis }), [
      x.refused('agreement-ended'),
    ]);
  }
});
reacting('of resources that all went elsewhere it is refused; of some, a person commits the rest', () => {
  const taken = new Set<string>([x.boat, x.boat2]);
  assert.deepEqual(react([x.requested, x.made, x.accepted], x.accepted, { taken }), []);
  assert.deepEqual(
    react([x.requested, x.made, x.accepted], x.accepted, { taken: new Set([...taken, x.rice]) }),
    [x.refused('not-available')],
  );
});
reacting('conflict: a cancellation refuses what was accepted and not yet committed, in both orders', () => {
  assert.deepEqual(react([x.requested, x.made, x.accepted, x.cancelled], x.cancelled), [
    x.refused('cancelled'),
  ]);
  assert.deepEqual(react([x.requested, x.made, x.accepted, x.cancelled], x.accepted), [
    x.refused('cancelled'),
  ]);
  assert.deepEqual(react([...wired, x.cancelled], x.cancelled), []);
  assert.deepEqual(react([x.requested, x.made, x.cancelled], x.cancelled), []);
});
reacting('the same event again, or at the asker’s site, gives nothing', () => {
  const events: AidEvent[] = [x.requested, x.made, x.withdrawn, x.accepted];
  assert.deepEqual(react([...events, x.refused('withdrawn')], x.accepted), []);
  assert.deepEqual(reactLending(stateOf(...events), x.ASKER, x.accepted, facts), []);
  assert.deepEqual(react([...wired], x.accepted, { at: x.day(20) }), []);
});

const extending = suite('extend, release, return');
extending('asked, once', () => {
  asking(...wired)
    .when(x.askExtension())
    .then(x.extensionAsked);
  asking(...wired, x.extensionAsked)
    .when(x.askExtension())
    .thenNothing();
});
extending('of an unknown or released deployment, to an earlier end, beyond the old terms, is refused', () => {
  asking(...wired)
    .when(x.askExtension({ deployments: [x.offer] }))
    .thenRejected('deployment_unknown', { deployment: x.offer });
  asking(...wired, x.released)
    .when(x.askExtension())
    .thenRejected('deployment_over', { deployment: x.deployment });
  asking(...wired)
    .when(x.askExtension({ until: x.day(10, 18) }))
    .thenRejected('not_later_than_before', {
      deployment: x.deployment,
      until: x.day(10, 18),
      before: x.day(10, 18),
    });
  asking(...wired)
    .when(x.askExtension({ until: x.day(22) }))
    .thenRejected('longer_than_agreed', {
      deployment: x.deployment,
      until: x.day(22),
      latest: x.day(21, 18),
    });
});
extending('granted, shorter than asked, refused with a reason; once', () => {
  lending(...wired, x.extensionAsked)
    .when(x.answerExtension())
    .then(x.extensionGranted);
  lending(...wired, x.extensionAsked)
    .when(x.answerExtension({ until: x.day(11) }))
    .then({ ...x.extensionGranted, data: { ...x.extensionGranted.data, until: x.day(11) } });
  lending(...wired, x.extensionAsked)
    .when(x.answerExtension({ granted: false, reason: 'recalled' }))
    .then(x.extensionRefused);
  lending(...wired, x.extensionAsked, x.extensionGranted)
    .when(x.answerExtension())
    .thenNothing();
  lending(...wired, x.extensionAsked, x.extensionGranted)
    .when(x.answerExtension({ granted: false, reason: 'tidak' }))
    .thenRejected('extension_answered', { extension: x.extension, deployment: x.deployment });
});
extending('an answer to nothing, to an earlier end, beyond the old terms, is refused', () => {
  lending(...wired)
    .when(x.answerExtension())
    .thenRejected('extension_unknown', { extension: x.extension, deployment: x.deployment });
  lending(...wired, x.extensionAsked)
    .when(x.answerExtension({ until: x.day(10) }))
    .thenRejected('not_later_than_before', {
      deployment: x.deployment,
      until: x.day(10),
      before: x.day(10, 18),
    });
  lending(...wired, x.extensionAsked)
    .when(x.answerExtension({ until: x.day(22) }))
    .thenRejected('longer_than_agreed', {
      deployment: x.deployment,
      until: x.day(22),
      latest: x.day(21, 18),
    });
});
extending('a granted extension is the end that counts', () =>
  assert.equal(deploymentsOf(stateOf(...wired, x.extensionAsked, x.extensionGranted))[0]?.until, x.day(12)),
);
extending(
  'conflict: an extension and a recall cross: the owner’s recall wins, in both orders, with one end',
  () => {
    // The recall was said first; the extension arrives.
    assert.deepEqual(react([...wired, x.returnAsked, x.extensionAsked], x.extensionAsked), [
      x.extensionRefused,
    ]);
    // The extension arrived first; the recall refuses it.
    lending(...wired, x.extensionAsked)
      .when(x.askReturn)
      .then(x.returnAsked, x.extensionRefused);
    assert.deepEqual(
      stateOf(...wired, x.returnAsked, x.extensionAsked, x.extensionRefused),
      stateOf(...wired, x.extensionAsked, x.returnAsked, x.extensionRefused),
    );
    asking(...wired, x.returnAsked)
      .when(x.askExtension())
      .thenRejected('return_asked', { deployment: x.deployment });
    lending(...wired, x.extensionAsked, x.returnAsked)
      .when(x.answerExtension())
      .thenRejected('return_asked', { deployment: x.deployment });
    assert.deepEqual(react([...wired, x.extensionAsked], x.extensionAsked), []);
    assert.deepEqual(
      react([...wired, x.returnAsked, x.extensionAsked, x.extensionRefused], x.extensionAsked),
      [],
    );
  },
);
extending('a recall is asked once, and answered once', () => {
  lending(...wired)
    .when(x.askReturn)
    .then(x.returnAsked);
  lending(...wired, x.returnAsked)
    .when(x.askReturn)
    .thenNothing();
  lending(x.requested, x.made)
    .when(x.askReturn)
    .thenRejected('deployment_unknown', { deployment: x.deployment });
  asking(...wired, x.returnAsked)
    .when(x.answerReturn)
    .then(x.returnAnswered);
  asking(...wired, x.returnAsked, x.returnAnswered)
    .when(x.answerReturn)
    .thenNothing();
  asking(...wired)
    .when(x.answerReturn)
    .thenRejected('recall_unknown', { recall: x.recall });
});
extending('released, each deployment once', () => {
  asking(...wired)
    .when(x.release(x.deployment))
    .then(x.released);
  asking(...wired, x.released)
    .when(x.release(x.deployment))
    .thenNothing();
  asking(...wired, x.released)
    .when(x.release(x.deployment, x.deployment2))
    .then({ ...x.released, data: { ...x.released.data, deployments: [x.deployment2] } });
  asking(...wired)
    .when(x.release(x.offer))
    .thenRejected('deployment_unknown', { deployment: x.offer });
});
extending('status asked and reported', () => {
  asking(...wired)
    .when(x.askStatus)
    .then(x.statusAsked);
  asking(...wired, x.statusAsked)
    .when(x.askStatus)
    .thenNothing();
  asking(x.requested).when(x.askStatus).thenRejected('deployment_unknown', { deployment: x.deployment });
  lending(...wired)
    .when(x.reportStatus())
    .then(x.statusReported);
  lending(x.requested, x.made)
    .when(x.reportStatus())
    .thenRejected('deployment_unknown', { deployment: x.deployment });
});

const bodies = suite('bodies of commands');
bodies('a refused extension says why, a granted one need not', () => {
  const body = { extension: x.extension, deployment: x.deployment };
  assert.ok(AnswerExtension.safeParse({ ...body, granted: true }).success);
  assert.ok(!AnswerExtension.safeParse({ ...body, granted: false }).success);
  assert.ok(AnswerExtension.safeParse({ ...body, granted: false, reason: 'dipakai' }).success);
});
bodies('ids are kept in lower case, times in UTC, and unknown members are refused', () => {
  const body = {
    until: '2026-09-12T07:00:00+07:00',
    reason: 'Air naik lagi',
    deployments: [x.deployment.toUpperCase()],
  };
  assert.deepEqual(AskExtension.parse(body), {
    until: x.day(12),
    reason: 'Air naik lagi',
    deployments: [x.deployment],
  });
  assert.ok(!AskExtension.safeParse({ ...body, extra: 1 }).success);
});
bodies('a quantity below one is left to decide, a broken one is not', () => {
  const line = { item: '2', stock: x.rice };
  assert.ok(AcceptOffer.safeParse({ lines: [{ ...line, quantity: 0 }] }).success);
  assert.ok(!AcceptOffer.safeParse({ lines: [{ ...line, quantity: 1.5 }] }).success);
});

const folding = suite('the two halves');
folding('nobody speaks for the other', () => {
  const state = stateOf(...wired);
  assert.deepEqual(evolveConversation(state, '62.01', x.cancelled), state);
  assert.deepEqual(evolveConversation(state, x.ASKER, x.refused('cancelled')), state);
});
folding('what comes again in other words changes nothing', () => {
  const again = { ...x.accepted, data: { ...x.accepted.data, lines: [{ item: '1', resources: [x.boat] }] } };
  assert.deepEqual(stateOf(...wired, again), stateOf(...wired));
  const other = { ...x.extensionAsked, data: { ...x.extensionAsked.data, until: x.day(13) } };
  assert.deepEqual(stateOf(...wired, x.extensionAsked, other), stateOf(...wired, x.extensionAsked));
});
folding('what the lender said first of an offer stands', () => {
  assert.equal(offerStatus(stateOf(...wired, x.refused('cancelled'), x.withdrawn), x.offer), 'committed');
  assert.equal(
    offerStatus(stateOf(x.requested, x.made, x.accepted, x.refused('too-late'), x.committed), x.offer),
    'refused',
  );
});
folding('tallies count what is asked, offered, accepted, committed', () => {
  assert.deepEqual(talliesOf(stateOf(...wired)), {
    1: { asked: 3, offered: 2, accepted: 2, committed: 2 },
    2: { asked: 500, offered: 300, accepted: 300, committed: 300 },
  });
  assert.deepEqual(talliesOf(stateOf(x.requested, x.made, x.withdrawn))[1], {
    asked: 3,
    offered: 0,
    accepted: 0,
    committed: 0,
  });
});

const threads = suite('threads');
const all: AidEvent[] = [
  x.requested,
  x.updated,
  x.made,
  x.withdrawn,
  x.offerDeclined,
  x.requestDeclined,
  x.accepted,
  x.committed,
  x.refused('too-late'),
  x.extensionAsked,
  x.extensionGranted,
  x.returnAsked,
  x.returnAnswered,
  x.statusAsked,
  x.statusReported,
  x.released,
  x.cancelled,
];
const asSaid = (events: readonly AidEvent[]) =>
  events.map((event) => ({ id: event.type, by: by(event), event }));
/** Each event with what it answers and its EDXL-RM type: written down from the standard's table of messages. */
const table: [AidEvent['type'], AidEvent['type'] | undefined, string | undefined, string?][] = [
  ['AidRequested', undefined, 'RequestResource'],
  ['AidRequestUpdated', 'AidRequested', 'RequestResource', 'update'],
  ['OfferMade', 'AidRequested', 'ResponseToRequestResource'],
  ['OfferWithdrawn', 'OfferMade', 'ResponseToRequestResource', 'cancel'],
  ['OfferDeclined', 'OfferMade', undefined],
  ['AidRequestDeclined', 'AidRequested', 'ResponseToRequestResource'],
  ['OfferAccepted', 'OfferMade', 'RequisitionResource'],
  ['OfferCommitted', 'OfferAccepted', 'CommitResource'],
  ['CommitRefused', 'OfferAccepted', 'CommitResource'],
  ['ExtensionAsked', 'OfferCommitted', 'RequestExtendedDeploymentDuration'],
  ['ExtensionAnswered', 'ExtensionAsked', 'ResponseToRequestExtendedDeploymentDuration'],
  ['ReturnAsked', 'OfferCommitted', 'RequestReturn'],
  ['ReturnAnswered', 'ReturnAsked', 'ResponseToRequestReturn'],
  ['StatusAsked', 'OfferCommitted', 'RequestResourceDeploymentStatus'],
  ['StatusReported', 'StatusAsked', 'ReportResourceDeploymentStatus'],
  ['AidReleased', 'OfferCommitted', 'ReleaseResource'],
  ['AidRequestCancelled', 'AidRequestUpdated', 'RequestResource', 'cancel'],
];
threads('each message says where all began and what it answers, whatever the order of arrival', () => {
  for (const events of [all, all.toReversed()]) {
    const found = new Map(threadOf(asSaid(events)).map((message) => [message.messageId, message]));
    for (const [messageId, preceding, type, recall] of table) {
      assert.deepEqual(found.get(messageId), {
        messageId,
        originating: 'AidRequested',
        ...(preceding ? { preceding } : {}),
        ...(type ? { type } : {}),
        ...(recall ? { recall } : {}),
      });
    }
  }
});
threads('an unsolicited offer begins its own', () => {
  const taken: AidEvent = { ...x.accepted, data: { ...x.accepted.data, offer: x.conversation } };
  const back: AidEvent = { ...x.withdrawn, data: { ...x.withdrawn.data, offer: x.conversation } };
  assert.deepEqual(threadOf(asSaid([x.unasked, taken, back])), [
    { messageId: 'OfferMade', originating: 'OfferMade', type: 'OfferUnsolicitedResource' },
    {
      messageId: 'OfferAccepted',
      originating: 'OfferMade',
      preceding: 'OfferMade',
      type: 'RequisitionResource',
    },
    {
      messageId: 'OfferWithdrawn',
      originating: 'OfferMade',
      preceding: 'OfferMade',
      type: 'OfferUnsolicitedResource',
      recall: 'cancel',
    },
  ]);
});
threads('what has not arrived is not named', () =>
  assert.deepEqual(threadOf(asSaid([x.accepted])), [
    { messageId: 'OfferAccepted', type: 'RequisitionResource' },
  ]),
);

const views = suite('the view of a conversation');
type Step = AidEvent | ResourceEvent | StockEvent;
const fold = (...events: Step[]) => {
  const counts = new Map<string, number>();
  return events.reduce<AidThreadView | undefined>((view, event) => {
    const regency = isAidEvent(event) ? by(event) : x.LENDER;
    const sequence = (counts.get(regency) ?? 0) + 1;
    counts.set(regency, sequence);
    if (!isAidEvent(event) && !('deployment' in event.data) && !('commitment' in event.data)) return view;
    return foldAid(
      view,
      event as AidEvent,
      { regency, sequence, recordedAt: event.data.occurredAt },
      `${event.type}-${sequence}`,
    );
  }, undefined);
};
const r = x.resourceEvents;
const second = <Event extends ResourceEvent>(event: Event) =>
  ({ ...event, data: { ...event.data, deployment: x.deployment2 } }) as Event;
views('counts what is asked, offered, accepted, committed and delivered of each item', () => {
  const view = fold(
    ...wired,
    r.committed,
    second(r.committed),
    x.stockEvents.committed,
    r.departed,
    r.arrived,
    x.stockEvents.issued,
  );
  assert.deepEqual(view?.items, [
    { item: '1', kind: 'rubber-boat', asked: 3, offered: 2, accepted: 2, committed: 2, delivered: 1 },
    { item: '2', kind: 'rice', asked: 500, offered: 300, accepted: 300, committed: 300, delivered: 300 },
  ]);
  assert.deepEqual(
    [view?.asker, view?.lender, view?.incident, view?.kind],
    [x.ASKER, x.LENDER, x.incident, 'request'],
  );
});
views('says where the conversation stands', () => {
  const status = (...events: Step[]) => fold(...events)?.status;
  const out = [...wired, r.committed] as const;
  assert.equal(status(x.requested), 'requested');
  assert.equal(status(x.requested, x.requestDeclined), 'declined');
  assert.equal(status(x.requested, x.made), 'offered');
  assert.equal(status(x.requested, x.made, x.withdrawn), 'requested');
  assert.equal(status(x.requested, x.made, x.accepted), 'accepted');
  assert.equal(status(x.requested, x.made, x.accepted, x.refused('too-late')), 'requested');
  assert.equal(status(...out), 'committed');
  assert.equal(status(...out, r.departed), 'under-way');
  assert.equal(status(...out, r.departed, x.cancelled), 'under-way');
  assert.equal(status(...out, r.departed, x.cancelled, r.released, r.returning, r.returned), 'cancelled');
  assert.equal(status(...out, r.departed, r.released, r.returned), 'ended');
  assert.equal(status(x.requested, x.cancelled), 'cancelled');
  assert.equal(status(x.unasked), 'offered');
});
views('an unsolicited offer is a conversation of its own', () => {
  const view = fold(x.unasked);
  assert.deepEqual(
    [view?.id, view?.kind, view?.asker, view?.lender, view?.incident],
    [x.conversation, 'unsolicited-offer', x.ASKER, x.LENDER, x.incident],
  );
});
views('the messages stand in one order, none before the one that it answers', () => {
  const view = fold(...wired, x.cancelled);
  assert.deepEqual(
    view?.messages.map(({ type, by: from, preceding }) => [type, from, preceding]),
    [
      ['RequestResource', x.ASKER, undefined],
      ['ResponseToRequestResource', x.LENDER, 'AidRequested-1'],
      ['RequisitionResource', x.ASKER, 'OfferMade-1'],
      ['CommitResource', x.LENDER, 'OfferAccepted-2'],
      ['RequestResource', x.ASKER, 'AidRequested-1'],
    ],
  );
});
views('an event belongs to the conversation it names', () => {
  assert.equal(conversationOf(x.requested), x.conversation);
  assert.equal(conversationOf(r.committed), x.conversation);
  assert.equal(conversationOf(x.stockEvents.committed), x.conversation);
  assert.equal(conversationOf(r.moved), undefined);
  assert.equal(
    conversationOf({
      ...r.committed,
      data: { ...r.committed.data, conversation: undefined, task: { for: 'own', incident: x.incident } },
    }),
    undefined,
  );
});

function fail(): never {
  throw new Error('the example has no item');
}
