import { assert, suite } from '@siaga/testkit';
import {
  type AidEvent,
  type AidThreadView,
  type AskingCommand,
  type Conversation,
  type LendingCommand,
  decideAsking,
  decideLending,
  evolveConversation,
  foldAid,
  initialConversation,
} from '@siaga/domain';
import * as x from '../../domain/test/mutual-aid-examples.ts';
import {
  type AidAction,
  EdxlError,
  type EdxlErrorCode,
  type EdxlMessage,
  actionOf,
  edxlOf,
  fromEdxl,
  toEdxl,
} from '../src/index.ts';

const lenders = [
  'OfferMade',
  'OfferWithdrawn',
  'OfferCommitted',
  'CommitRefused',
  'AidRequestDeclined',
  'ExtensionAnswered',
  'ReturnAsked',
  'StatusReported',
];
const by = (event: AidEvent) => (lenders.includes(event.type) ? x.LENDER : x.ASKER);
const contactOf = (regency: string) => `Pusdalops BPBD ${regency}`;

const viewOf = (events: readonly AidEvent[]): AidThreadView => {
  const view = events.reduce<AidThreadView | undefined>((now, event, index) => {
    const place = { regency: by(event), sequence: index + 1, recordedAt: event.data.occurredAt };
    return foldAid(now, event, place, `urn:message:${index + 1}`);
  }, undefined);
  assert.ok(view);
  return view;
};
/** The last message of a conversation, as XML and as it is read again. */
const lastOf = (...events: AidEvent[]): EdxlMessage => {
  const view = viewOf(events);
  const said = view.messages.find(({ messageId }) => messageId === `urn:message:${events.length}`);
  assert.ok(said);
  const message = edxlOf(view, said, contactOf);
  assert.ok(message, 'EDXL-RM has a message for it');
  const read = fromEdxl(toEdxl(message));
  assert.deepStrictEqual(read, { message, unused: [] });
  return read.message;
};
const wired = [x.requested, x.made, x.accepted, x.committed] as const;

const out = suite('the conversation in EDXL-RM');
out('a request: items, kinds, quantities, where, when, for how long, for which incident, who asks', () => {
  const message = lastOf(x.requested);
  assert.deepEqual(
    { ...message, resources: message.resources.slice(0, 1) },
    {
      type: 'RequestResource',
      messageId: 'urn:message:1',
      sentAt: x.now,
      description: 'Warga terjebak banjir',
      originating: 'urn:message:1',
      incidents: [{ id: x.incident }],
      contacts: [{ description: 'Pusdalops BPBD 62.07', role: 'Requester' }],
      resources: [
        {
          elementId: '1',
          resource: {
            type: { urn: 'urn:siaga:rm:kinds:1', values: ['rubber-boat'] },
            keywords: [{ urn: 'urn:siaga:rm:answer-by:1', values: [x.day(8)] }],
          },
          assignment: { quantity: { amount: 3 } },
          schedule: [
            {
              type: 'RequestedArrival',
              at: x.day(7, 18),
              location: { description: `${x.place} Dermaga`, point: [112.1, -1.2] },
            },
            { type: 'RequestedReturnDeparture', at: x.day(10, 18) },
          ],
        },
      ],
    },
  );
  assert.deepEqual(message.resources[1]?.assignment?.quantity, {
    amount: 500,
    unit: { urn: 'urn:siaga:rm:units:1', values: ['kilogram'] },
  });
});
out('a commitment: each resource with its order, from when to when', () => {
  const message = lastOf(...wired);
  assert.deepEqual(
    [message.type, message.preceding, message.originating],
    ['CommitResource', 'urn:message:3', 'urn:message:1'],
  );
  assert.deepEqual(message.resources[0], {
    elementId: '1',
    response: { preceding: '1', type: 'Accept' },
    resource: { id: x.boat, type: { urn: 'urn:siaga:rm:kinds:1', values: ['rubber-boat'] }, keywords: [] },
    assignment: { quantity: { amount: 1 }, orderId: x.deployment },
    schedule: [
      { type: 'Committed', at: x.day(7, 18) },
      { type: 'RequestedReturnDeparture', at: x.day(10, 18) },
    ],
  });
  assert.equal(message.resources.length, 3);
});
out('a refused commitment says why', () => {
  const message = lastOf(x.requested, x.made, x.accepted, x.refused('too-late'));
  assert.deepEqual(message.resources[0]?.response, {
    preceding: '1',
    type: 'Decline',
    reasonCode: { urn: 'urn:siaga:rm:commit-refusals:1', values: ['too-late'] },
  });
});
out('an update and a cancellation recall what they change', () => {
  assert.deepEqual(lastOf(x.requested, x.updated).recall, { message: 'urn:message:1', type: 'Update' });
  assert.deepEqual(lastOf(x.requested, x.updated, x.cancelled).recall, {
    message: 'urn:message:2',
    type: 'Cancel',
  });
  assert.deepEqual(lastOf(x.requested, x.made, x.withdrawn).recall, {
    message: 'urn:message:2',
    type: 'Cancel',
  });
});
out('there is no message for an offer that is declined', () => {
  const view = viewOf([x.requested, x.made, x.offerDeclined]);
  const [said] = view.messages.slice(-1);
  assert.ok(said?.event.type === 'OfferDeclined');
  assert.equal(edxlOf(view, said, contactOf), undefined);
});

// What is written and read again asks for what was said

const asker = { by: x.ASKER, at: x.now, conversation: x.conversation };
const lender = { by: x.LENDER, at: x.now, conversation: x.conversation };
const commandOf = (action: AidAction, offer: string): AskingCommand | LendingCommand => {
  switch (action.verb) {
    case 'request':
    case 'update':
      return { ...asker, basis: x.basis, ...action, type: action.verb } as AskingCommand;
    case 'cancel':
    case 'release':
    case 'answerReturn':
    case 'accept':
      return { ...asker, ...action, type: action.verb } as AskingCommand;
    case 'askExtension':
      return { ...asker, type: action.verb, extension: x.extension, body: action.body };
    case 'askStatus':
      return { ...asker, type: action.verb, enquiry: x.enquiry, body: action.body };
    case 'offer':
      return {
        ...lender,
        type: 'offer',
        offer,
        basis: offer === x.offer ? x.lent : { ...x.lent, reference: x.unasked.data.basis },
        holdings: x.holdings,
        body: action.body,
      };
    case 'commit':
      return { ...lender, ...action, type: action.verb, basis: x.lent, reserved: reservedIn(x.committed) };
    case 'refuse':
      return { ...lender, ...action, type: action.verb };
    case 'askReturn':
      return { ...lender, type: action.verb, recall: x.recall, body: action.body };
    case 'withdraw':
    case 'decline':
    case 'answerExtension':
    case 'reportStatus':
      return { ...lender, ...action, type: action.verb } as LendingCommand;
  }
};
/** What stands reserved in the resources' own streams. */
const reservedIn = ({ data: { lines } }: typeof x.committed): Record<string, string> =>
  Object.fromEntries(
    lines.flatMap((line) =>
      'commitment' in line
        ? [[line.stock, line.commitment]]
        : line.deployments.map(({ resource, deployment }) => [resource, deployment]),
    ),
  );
const stateOf = (events: readonly AidEvent[]) =>
  events.reduce<Conversation>(
    (state, event) => evolveConversation(state, by(event), event),
    initialConversation,
  );
const askingVerbs = [
  'request',
  'update',
  'cancel',
  'accept',
  'askExtension',
  'release',
  'answerReturn',
  'askStatus',
];
const isAsking = (command: AskingCommand | LendingCommand): command is AskingCommand =>
  askingVerbs.includes(command.type);

const back = suite('a message that is taken in does what its event says');
const stories: [string, AidEvent[]][] = [
  ['request', [x.requested]],
  ['update', [x.requested, x.updated]],
  ['cancel', [x.requested, x.cancelled]],
  ['offer', [x.requested, x.made]],
  ['unsolicited offer', [x.unasked]],
  ['withdraw', [x.requested, x.made, x.withdrawn]],
  ['decline', [x.requested, x.requestDeclined]],
  ['accept', [x.requested, x.made, x.accepted]],
  ['commit', [...wired]],
  ['ask an extension', [...wired, x.extensionAsked]],
  ['grant an extension', [...wired, x.extensionAsked, x.extensionGranted]],
  ['refuse an extension', [...wired, x.extensionAsked, x.extensionRefused]],
  ['release', [...wired, x.released]],
  ['ask the return', [...wired, x.returnAsked]],
  ['answer it', [...wired, x.returnAsked, x.returnAnswered]],
  ['ask the status', [...wired, x.statusAsked]],
  ['report it', [...wired, x.statusAsked, x.statusReported]],
];
for (const [what, events] of stories) {
  back(what, () => {
    const before = events.slice(0, -1);
    const last = events[events.length - 1];
    assert.ok(last);
    const message = lastOf(...events);
    const neighbour = by(last) === x.ASKER ? x.LENDER : x.ASKER;
    const action = actionOf(message, neighbour, before.length > 0 ? viewOf(before) : undefined);
    const command = commandOf(action, last === x.unasked ? x.conversation : x.offer);
    const decision = isAsking(command)
      ? decideAsking(command, stateOf(before))
      : decideLending(command, stateOf(before));
    assert.deepStrictEqual(decision, { accepted: true, events: [last] });
  });
}

const refusing = suite('a message that can’t be done is refused');
const refused = (code: EdxlErrorCode, element: string, act: () => unknown) =>
  assert.throws(act, (error) => {
    assert.ok(error instanceof EdxlError, String(error));
    assert.deepEqual([error.code, error.element], [code, element], error.reason);
    return true;
  });
refusing('a commitment to something else than was accepted', () => {
  const message = lastOf(...wired);
  refused('value_not_allowed', '/CommitResource/ResourceInformation', () =>
    actionOf(
      { ...message, resources: message.resources.slice(1) },
      x.ASKER,
      viewOf([x.requested, x.made, x.accepted]),
    ),
  );
});
refusing('quotes and enquiries', () => {
  for (const type of ['RequestQuote', 'RequestInformation'] as const) {
    refused('message_not_supported', `/${type}`, () =>
      actionOf({ ...lastOf(x.requested, x.made), type }, x.LENDER, viewOf([x.requested])),
    );
  }
});
refusing('of a conversation or a message that is not here', () => {
  refused('reference_unknown', '/RequisitionResource/OriginatingMessageID', () =>
    actionOf(lastOf(x.requested, x.made, x.accepted), x.LENDER),
  );
  refused('reference_unknown', '/RequisitionResource/PrecedingMessageID', () =>
    actionOf(
      { ...lastOf(x.requested, x.made, x.accepted), preceding: 'urn:other' },
      x.LENDER,
      viewOf([x.requested, x.made]),
    ),
  );
});
refusing('a resource that is not in the offer, a deployment that is not in the conversation', () => {
  const requisition = lastOf(x.requested, x.made, x.accepted);
  const [first] = requisition.resources;
  assert.ok(first);
  refused('reference_unknown', '/RequisitionResource/ResourceInformation[1]/Resource/ResourceID', () =>
    actionOf(
      { ...requisition, resources: [{ ...first, resource: { id: x.boats[4], keywords: [] } }] },
      x.LENDER,
      viewOf([x.requested, x.made]),
    ),
  );
  const release = lastOf(...wired, x.released);
  refused('reference_unknown', '/ReleaseResource/ResourceInformation[1]/AssignmentInformation/OrderID', () =>
    actionOf(
      { ...release, resources: [{ ...first, assignment: { orderId: x.offer } }] },
      x.LENDER,
      viewOf([...wired]),
    ),
  );
});
refusing('a kind of another list, a request without its times', () => {
  const request = lastOf(x.requested);
  const [first] = request.resources;
  assert.ok(first);
  const type = { urn: 'http://example.org/typing', values: ['Type I'] };
  refused('value_not_allowed', '/RequestResource/ResourceInformation[1]/Resource/TypeStructure', () =>
    actionOf({ ...request, resources: [{ ...first, resource: { type, keywords: [] } }] }, x.LENDER),
  );
  refused('value_not_allowed', '/RequestResource', () =>
    actionOf({ ...request, resources: [{ ...first, schedule: [] }] }, x.LENDER),
  );
  refused('value_not_allowed', '/RequestResource', () => actionOf({ ...request, resources: [] }, x.LENDER));
});
