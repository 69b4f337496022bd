/** What the asking regency decides in a conversation of mutual aid. Its events stand in its own ledger only. */
import type { Decision } from '../decision.ts';
import { accept, reject } from '../decision.ts';
import { type BasisRejection, basisRefusal } from '../resource/basis.ts';
import { type CommonRejection, commonRefusal, placeRefusal } from '../resource/checks.ts';
import type { AskingCommand } from './commands.ts';
import {
  type CommittedDeployment,
  type Conversation,
  type OfferState,
  deploymentsOf,
  isRecalled,
  offerStatus,
  partiesOf,
  talliesOf,
} from './conversation.ts';
import type { AcceptedLine, AidPlace, AskingEvent, RequestItem } from './events.ts';

export type AskingRejection =
  | CommonRejection
  | BasisRejection
  | 'already_requested'
  | 'request_unknown'
  | 'request_cancelled'
  | 'conversation_of_neighbour'
  | 'aid_from_oneself'
  | 'place_not_ours'
  | 'item_twice'
  | 'quantity_below_one'
  | 'duration_below_one'
  | 'answer_by_passed'
  | 'ends_before_it_begins'
  | 'less_than_accepted'
  | 'offer_unknown'
  | 'offer_withdrawn'
  | 'offer_expired'
  | 'offer_answered'
  | 'not_offered'
  | 'resource_twice'
  | 'more_than_asked'
  | 'deployment_unknown'
  | 'deployment_over'
  | 'not_later_than_before'
  | 'return_asked'
  | 'recall_unknown';
export type AskingDecision = Decision<AskingEvent, AskingRejection>;

type Only<Type extends AskingCommand['type']> = Extract<AskingCommand, { type: Type }>;

/**
 * Decides `command` against the conversation as this site knows it. Returns the events to append, none when it is
 * already so, or a rejection.
 *
 * 1. A request needs a basis in force that covers its kinds and its time; what follows in the conversation does not,
 *    for the lender checks again before it promises anything.
 * 2. An acceptance takes up an offer once. Over all offers no more of an item is accepted than was asked for: 3 of 5
 *    pumps may come from two offers, a sixth may not.
 * 3. An offer is accepted until it expires, by this site's clock. Whether the acceptance reached the lender in time is
 *    the lender's to say (`react`).
 * 4. A cancelled request accepts nothing more. What is under way is called off or sent home by its owner.
 * 5. Once the owner has called a resource home, no extension is asked for it: the owner's recall wins.
 */
export const decideAsking = (command: AskingCommand, state: Conversation): AskingDecision => {
  const { at, conversation } = command;
  const occurredAt = command.body.occurredAt ?? at;
  const common = commonRefusal(at, occurredAt, textsOf(command));
  if (common) return common;
  if (command.type === 'request') return decideRequest(command, state, occurredAt);

  const { asker } = partiesOf(state);
  if (asker === undefined) {
    return 'offer' in command
      ? reject('offer_unknown', { offer: command.offer })
      : reject('request_unknown', { conversation });
  }
  if (asker !== command.by) return reject('conversation_of_neighbour', { owner: asker, ours: command.by });
  const message = { occurredAt, conversation };
  switch (command.type) {
    case 'update':
      return decideUpdate(command, state, occurredAt);
    case 'cancel': {
      const { request } = state.asking;
      if (!request) return reject('request_unknown', { conversation });
      if (request.cancelled !== undefined) return accept();
      return accept({ type: 'AidRequestCancelled', data: { ...message, reason: command.body.reason } });
    }
    case 'accept':
      return decideAccept(command, state, occurredAt);
    case 'declineOffer': {
      const { offer } = command;
      const status = offerStatus(state, offer);
      if (status === undefined) return reject('offer_unknown', { offer });
      if (status === 'declined' || status === 'withdrawn' || status === 'lapsed' || status === 'refused') {
        return accept();
      }
      if (status !== 'open') return reject('offer_answered', { offer, status });
      return accept({ type: 'OfferDeclined', data: { ...message, offer, reason: command.body.reason } });
    }
    case 'askExtension':
      return decideExtension(command, state, occurredAt);
    case 'release': {
      const found = ofConversation(state, command.body.deployments);
      if ('accepted' in found) return found;
      const deployments = found
        .map(({ deployment }) => deployment)
        .filter((deployment) => !state.asking.released.includes(deployment));
      if (deployments.length === 0) return accept();
      const { reason } = command.body;
      return accept({
        type: 'AidReleased',
        data: { ...message, deployments, ...(reason === undefined ? {} : { reason }) },
      });
    }
    case 'answerReturn': {
      const { recall, agreed, reason } = command.body;
      const asked = state.lending.recalls[recall];
      if (!asked) return reject('recall_unknown', { recall });
      if (Object.hasOwn(state.asking.returnAnswers, recall)) return accept();
      const { deployment } = asked;
      return accept({
        type: 'ReturnAnswered',
        data: { ...message, recall, deployment, agreed, ...(reason === undefined ? {} : { reason }) },
      });
    }
    case 'askStatus': {
      const { enquiry } = command;
      if (Object.hasOwn(state.asking.enquiries, enquiry)) return accept();
      const found = ofConversation(state, command.body.deployments);
      if ('accepted' in found) return found;
      const deployments = found.map(({ deployment }) => deployment);
      return accept({ type: 'StatusAsked', data: { ...message, enquiry, deployments } });
    }
  }
};

const textsOf = ({ body }: AskingCommand): Record<string, string | undefined> => ({
  ...('note' in body ? { note: body.note } : {}),
  ...('reason' in body ? { reason: body.reason } : {}),
  ...('where' in body ? { where: body.where.name } : {}),
});

/** A place without members that are there and undefined. */
const placeOf = ({ place, point, name }: Only<'request'>['body']['where']): AidPlace => ({
  place,
  ...(point ? { point } : {}),
  ...(name === undefined ? {} : { name }),
});

const itemRefusal = (items: readonly RequestItem[]) => {
  const twice = items.find(({ item }, index) => items.findIndex((other) => other.item === item) !== index);
  if (twice) return reject('item_twice', { item: twice.item });
  const less = items.find(({ quantity }) => quantity < 1);
  return less ? reject('quantity_below_one', { item: less.item, quantity: less.quantity }) : undefined;
};

const HOUR_MS = 3_600_000;

/** What speaks against the wording of a request, new or updated. */
const wordingRefusal = (
  command: Only<'request'> | Only<'update'>,
  to: string,
): Extract<AskingDecision, { accepted: false }> | undefined => {
  const { at, by, basis, body } = command;
  const { items, durationHours, answerBy, from, where } = body;
  const wrong = itemRefusal(items);
  if (wrong) return wrong;
  const elsewhere = placeRefusal(where.place, by);
  if (elsewhere) return elsewhere;
  if (durationHours < 1) return reject('duration_below_one', { durationHours });
  if (answerBy <= at) return reject('answer_by_passed', { answerBy, now: at });
  const end = new Date(Date.parse(from) + durationHours * HOUR_MS).toISOString();
  if (end <= at) return reject('ends_before_it_begins', { start: at, until: end });
  return basisRefusal(basis, {
    neighbour: to,
    at,
    kinds: items.map(({ kind }) => kind),
    term: { start: from, end },
  });
};

const decideRequest = (command: Only<'request'>, state: Conversation, occurredAt: string): AskingDecision => {
  const { body, basis, by, conversation } = command;
  if (state.asking.request) return reject('already_requested', { conversation });
  if (body.to === by) return reject('aid_from_oneself', { to: body.to });
  const refused = wordingRefusal(command, body.to);
  if (refused || !basis)
    return refused ?? reject('agreement_not_in_force', { neighbour: body.to, at: command.at });
  const { to, incident, items, where, from, durationHours, answerBy, note } = body;
  return accept({
    type: 'AidRequested',
    data: {
      occurredAt,
      conversation,
      to,
      incident,
      items,
      where: placeOf(where),
      from,
      durationHours,
      answerBy,
      ...(note === undefined ? {} : { note }),
      basis: basis.reference,
    },
  });
};

const decideUpdate = (command: Only<'update'>, state: Conversation, occurredAt: string): AskingDecision => {
  const { body, conversation } = command;
  const { request } = state.asking;
  if (!request) return reject('request_unknown', { conversation });
  if (request.cancelled !== undefined) return reject('request_cancelled', { conversation });
  const refused = wordingRefusal(command, request.to);
  if (refused) return refused;
  const { items, where, from, durationHours, answerBy, note } = body;
  const tallies = talliesOf(state);
  for (const { item, kind } of request.items) {
    const accepted = tallies[item]?.accepted ?? 0;
    const left = items.find((other) => other.item === item && other.kind === kind)?.quantity ?? 0;
    if (left < accepted) return reject('less_than_accepted', { item, quantity: left, accepted });
  }
  const wording = {
    items,
    where: placeOf(where),
    from,
    durationHours,
    answerBy,
    ...(note === undefined ? {} : { note }),
  };
  const { to: _, incident: __, version, basis: ___, ...before } = request;
  if (isSame(wording, before)) return accept();
  return accept({
    type: 'AidRequestUpdated',
    data: { occurredAt, conversation, version: version + 1, ...wording },
  });
};

/** Whether two wordings say the same, whatever the order of their members. */
const isSame = (a: object, b: object): boolean => canonical(a) === canonical(b);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

const decideAccept = (command: Only<'accept'>, state: Conversation, occurredAt: string): AskingDecision => {
  const { offer: id, body, at, conversation } = command;
  const offer = state.lending.offers[id];
  if (!offer) return reject('offer_unknown', { offer: id });
  const lines: AcceptedLine[] = body.lines.map(({ item, ...line }) => ({
    ...(item === undefined ? {} : { item }),
    ...line,
  }));
  const before = state.asking.accepted[id];
  if (before) {
    return isSame(lines, before) ? accept() : reject('offer_answered', { offer: id, status: 'accepted' });
  }
  const status = offerStatus(state, id);
  if (status === 'withdrawn') return reject('offer_withdrawn', { offer: id, reason: offer.withdrawn });
  if (status === 'lapsed') return reject('request_cancelled', { conversation });
  if (status !== 'open') return reject('offer_answered', { offer: id, status });
  if (at > offer.validUntil)
    return reject('offer_expired', { offer: id, validUntil: offer.validUntil, now: at });
  return (
    lineRefusal(lines, offer, state) ??
    accept({ type: 'OfferAccepted', data: { occurredAt, conversation, offer: id, lines } })
  );
};

/** What speaks against accepting these lines of the offer. */
const lineRefusal = (lines: readonly AcceptedLine[], offer: OfferState, state: Conversation) => {
  const resources = lines.flatMap((line) => ('resources' in line ? line.resources : [line.stock]));
  const twice = resources.find((resource, index) => resources.indexOf(resource) !== index);
  if (twice !== undefined) return reject('resource_twice', { resource: twice });
  const wanted = new Map<string, number>();
  for (const line of lines) {
    const offered = offer.lines.find((other) => covers(other, line));
    if ('stock' in line && line.quantity < 1)
      return reject('quantity_below_one', { stock: line.stock, quantity: line.quantity });
    if (!offered) return reject('not_offered', { line });
    const size = 'resources' in line ? line.resources.length : line.quantity;
    if (line.item !== undefined) wanted.set(line.item, (wanted.get(line.item) ?? 0) + size);
  }
  const tallies = talliesOf(state);
  for (const [item, quantity] of wanted) {
    const { asked = 0, accepted = 0 } = tallies[item] ?? {};
    if (accepted + quantity > asked) return reject('more_than_asked', { item, asked, accepted, quantity });
  }
  return undefined;
};

const covers = (offered: OfferState['lines'][number], line: AcceptedLine): boolean => {
  if (offered.item !== line.item) return false;
  if ('resources' in line) {
    return 'resources' in offered && line.resources.every((resource) => offered.resources.includes(resource));
  }
  return 'stock' in offered && offered.stock === line.stock && line.quantity <= offered.quantity;
};

/** The deployments named, when all are of this conversation and none of them is named twice. */
const ofConversation = (state: Conversation, ids: readonly string[]) => {
  const known = deploymentsOf(state);
  const found: CommittedDeployment[] = [];
  for (const id of new Set(ids)) {
    const deployment = known.find((one) => one.deployment === id);
    if (!deployment) return reject('deployment_unknown', { deployment: id });
    found.push(deployment);
  }
  return found;
};

const decideExtension = (
  command: Only<'askExtension'>,
  state: Conversation,
  occurredAt: string,
): AskingDecision => {
  const { extension, body, conversation } = command;
  if (Object.hasOwn(state.asking.extensions, extension)) return accept();
  const found = ofConversation(state, body.deployments);
  if ('accepted' in found) return found;
  const { until, reason } = body;
  for (const { deployment, until: before, latest } of found) {
    if (state.asking.released.includes(deployment)) return reject('deployment_over', { deployment });
    if (isRecalled(state, deployment)) return reject('return_asked', { deployment });
    if (until <= before) return reject('not_later_than_before', { deployment, until, before });
    if (until > latest) return reject('longer_than_agreed', { deployment, until, latest });
  }
  const deployments = found.map(({ deployment }) => deployment);
  return accept({
    type: 'ExtensionAsked',
    data: { occurredAt, conversation, extension, deployments, until, reason },
  });
};
