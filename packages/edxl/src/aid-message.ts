/**
 * The messages of a conversation of mutual aid, as EDXL-RM 1.0 has them.
 *
 * Ids are ours: a message's is its event's, a ResourceID a resource's or stock's, an OrderID the deployment's or
 * commitment's, an IncidentID the incident's, the ResourceInfoElementID of a request its item. What the standard has
 * no element for stands in a Keyword with a list of our own: the time by which an answer is of use.
 */
import {
  type AcceptedLine,
  AidKind,
  type AidMessageView,
  type AidThreadView,
  type CommittedLine,
  type OfferLine,
  type RegencyCode,
  type RequestItem,
  deploymentsOf,
  isStockKind,
  kindFacts,
} from '@siaga/domain';
import { type OneOfLines, oneByOne } from './lines.ts';
import { KINDS, UNITS, ANSWER_BY, REFUSALS, STATES } from './lists.ts';
import type { EdxlMessage, Location, Quantity, ResourceInformation, Schedule, ValueList } from './message.ts';
import type { ContactRole, ScheduleType } from './structure.ts';

const HOUR_MS = 3_600_000;
const kindList = (kind: AidKind): ValueList => ({ urn: KINDS, values: [kind] });
const counted = (quantity: number, kind: AidKind): Quantity =>
  isStockKind(kind)
    ? { amount: quantity, unit: { urn: UNITS, values: [kindFacts[kind].unit] } }
    : { amount: quantity };
const scheduled = (type: ScheduleType, at: string | undefined, location?: Location): Schedule => ({
  type,
  ...(at === undefined ? {} : { at }),
  ...(location ? { location } : {}),
});
const placed = ({
  place,
  name,
  point,
}: {
  place: string;
  name?: string | undefined;
  point?: [number, number] | undefined;
}): Location => ({
  description: name === undefined ? place : `${place} ${name}`,
  ...(point ? { point } : {}),
});

const committedOnes = (lines: readonly CommittedLine[]): OneOfLines[] =>
  lines.flatMap((line): OneOfLines[] =>
    'deployments' in line
      ? line.deployments.map(({ resource: id, deployment: order }) => ({
          item: line.item,
          kind: line.kind,
          id,
          quantity: 1,
          order,
        }))
      : [
          {
            item: line.item,
            kind: line.kind,
            id: line.stock,
            quantity: line.quantity,
            order: line.commitment,
          },
        ],
  );
/** The accepted lines with the kinds that the offer gives them. */
const acceptedOnes = (lines: readonly AcceptedLine[], offered: readonly OfferLine[]): OneOfLines[] => {
  const kinds = new Map(oneByOne(offered).map(({ id, kind }) => [id, kind]));
  return lines.flatMap((line) =>
    ('resources' in line
      ? line.resources.map((id) => ({ id, quantity: 1 }))
      : [{ id: line.stock, quantity: line.quantity }]
    ).flatMap((one) => {
      const kind = kinds.get(one.id);
      return kind ? [{ ...one, kind, item: line.item }] : [];
    }),
  );
};

const described = (
  { item, kind, id, quantity, order }: OneOfLines,
  index: number,
  rest: {
    response?: Omit<NonNullable<ResourceInformation['response']>, 'preceding'>;
    restrictions?: string | undefined;
    schedule?: Schedule[];
  } = {},
): ResourceInformation => ({
  elementId: String(index + 1),
  ...(rest.response ? { response: { preceding: item ?? String(index + 1), ...rest.response } } : {}),
  resource: { id, type: kindList(kind), keywords: [] },
  assignment: {
    quantity: counted(quantity, kind),
    ...(rest.restrictions === undefined ? {} : { restrictions: rest.restrictions }),
    ...(order === undefined ? {} : { orderId: order }),
  },
  schedule: rest.schedule ?? [],
});

const wanted = (body: {
  items: readonly RequestItem[];
  where: Parameters<typeof placed>[0];
  from: string;
  durationHours: number;
  answerBy: string;
}): ResourceInformation[] =>
  body.items.map(({ item, kind, quantity }) => ({
    elementId: item,
    resource: { type: kindList(kind), keywords: [{ urn: ANSWER_BY, values: [body.answerBy] }] },
    assignment: { quantity: counted(quantity, kind) },
    schedule: [
      scheduled('RequestedArrival', body.from, placed(body.where)),
      scheduled(
        'RequestedReturnDeparture',
        new Date(Date.parse(body.from) + body.durationHours * HOUR_MS).toISOString(),
      ),
    ],
  }));

/** Messages about deployments that are under way: each by its resource and its order. */
const ofDeployments = (
  view: AidThreadView,
  ids: readonly string[],
  rest: { type?: 'Accept' | 'Decline'; reason?: string | undefined; until?: string | undefined } = {},
): ResourceInformation[] => {
  const known = deploymentsOf(view.conversation);
  return ids.flatMap((id, index) => {
    const found = known.find(({ deployment }) => deployment === id);
    if (!found) return [];
    const { kind, resource, item } = found;
    return [
      described({ item, kind, id: resource, quantity: 1, order: id }, index, {
        ...(rest.type
          ? { response: { type: rest.type, ...(rest.reason === undefined ? {} : { reason: rest.reason }) } }
          : {}),
        schedule: rest.until === undefined ? [] : [scheduled('RequestedReturnDeparture', rest.until)],
      }),
    ];
  });
};

/**
 * A message of the thread as EDXL-RM has it; undefined where EDXL-RM 1.0 has no message for it (an offer declined).
 * `contactOf` gives the office of a regency that a reader turns to: an office, never a person.
 */
export const edxlOf = (
  view: AidThreadView,
  message: AidMessageView,
  contactOf: (regency: RegencyCode) => string,
): EdxlMessage | undefined => {
  const { type, messageId, originating = messageId, preceding, recall, recordedAt, by, event } = message;
  if (!type) return undefined;
  const role: ContactRole = by === view.asker ? 'Requester' : 'Owner';
  const { description, resources } = contentOf(view, message);
  return {
    type,
    messageId,
    sentAt: recordedAt,
    ...(description === undefined ? {} : { description }),
    originating,
    ...(preceding === undefined ? {} : { preceding }),
    incidents: view.incident === undefined ? [] : [{ id: view.incident }],
    ...(recall && preceding !== undefined
      ? {
          recall: {
            message: preceding,
            type: recall === 'update' ? ('Update' as const) : ('Cancel' as const),
          },
        }
      : {}),
    contacts: [{ description: contactOf(by), role }],
    resources: event.type === 'AidRequestCancelled' || event.type === 'OfferWithdrawn' ? [] : resources,
  };
};

const contentOf = (
  view: AidThreadView,
  { event }: AidMessageView,
): { description?: string | undefined; resources: ResourceInformation[] } => {
  const offerOf = (id: string) => view.conversation.lending.offers[id];
  switch (event.type) {
    case 'AidRequested':
    case 'AidRequestUpdated':
      return { description: event.data.note, resources: wanted(event.data) };
    case 'AidRequestCancelled':
    case 'OfferWithdrawn':
    case 'OfferDeclined':
      return { description: event.data.reason, resources: [] };
    case 'OfferMade': {
      const { lines, response, conditions, validUntil, request } = event.data;
      const type = response === 'provisional' ? ('Provisional' as const) : ('Accept' as const);
      return {
        resources: oneByOne(lines).map((one, index) =>
          described(one, index, {
            ...(request === undefined && response === 'accept' ? {} : { response: { type } }),
            restrictions: conditions,
            schedule: [scheduled('EndAvailable', validUntil)],
          }),
        ),
      };
    }
    case 'AidRequestDeclined': {
      const { reason } = event.data;
      const items = view.conversation.asking.request?.items ?? [];
      return {
        resources: items.map(({ item, kind, quantity }) => ({
          elementId: item,
          response: { preceding: item, type: 'Decline', reason },
          resource: { type: kindList(kind), keywords: [] },
          assignment: { quantity: counted(quantity, kind) },
          schedule: [],
        })),
      };
    }
    case 'OfferAccepted': {
      const { offer, lines } = event.data;
      return {
        resources: acceptedOnes(lines, offerOf(offer)?.lines ?? []).map((one, index) =>
          described(one, index),
        ),
      };
    }
    case 'OfferCommitted': {
      const { lines, start, until } = event.data;
      return {
        resources: committedOnes(lines).map((one, index) =>
          described(one, index, {
            response: { type: 'Accept' },
            schedule: [scheduled('Committed', start), scheduled('RequestedReturnDeparture', until)],
          }),
        ),
      };
    }
    case 'CommitRefused': {
      const { offer, reason, note } = event.data;
      const lines = view.conversation.asking.accepted[offer] ?? [];
      return {
        resources: acceptedOnes(lines, offerOf(offer)?.lines ?? []).map((one, index) =>
          described(one, index, {
            response: {
              type: 'Decline',
              reasonCode: { urn: REFUSALS, values: [reason] },
              ...(note === undefined ? {} : { reason: note }),
            },
          }),
        ),
      };
    }
    case 'ExtensionAsked': {
      const { deployments, until, reason } = event.data;
      return { description: reason, resources: ofDeployments(view, deployments, { until }) };
    }
    case 'ExtensionAnswered': {
      const { deployment, granted, until, reason } = event.data;
      const type = granted ? 'Accept' : 'Decline';
      return { resources: ofDeployments(view, [deployment], { type, reason, until }) };
    }
    case 'AidReleased':
      return { description: event.data.reason, resources: ofDeployments(view, event.data.deployments) };
    case 'ReturnAsked':
      return { description: event.data.reason, resources: ofDeployments(view, [event.data.deployment]) };
    case 'ReturnAnswered': {
      const { deployment, agreed, reason } = event.data;
      return {
        resources: ofDeployments(view, [deployment], { type: agreed ? 'Accept' : 'Decline', reason }),
      };
    }
    case 'StatusAsked':
      return { resources: ofDeployments(view, event.data.deployments) };
    case 'StatusReported': {
      const { deployment, status, occurredAt, point, note } = event.data;
      return {
        description: note,
        resources: ofDeployments(view, [deployment]).map((information) => ({
          ...information,
          resource: {
            keywords: [],
            ...information.resource,
            deploymentStatus: { urn: STATES, values: [status] },
          },
          schedule: [scheduled('Current', occurredAt, point ? { point } : undefined)],
        })),
      };
    }
  }
};
