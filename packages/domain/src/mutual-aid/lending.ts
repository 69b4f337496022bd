/** What the lending regency decides in a conversation of mutual aid, and what it answers by itself. */
import type { RegencyCode } from '../codes.ts';
import { type Decision, accept, reject } from '../decision.ts';
import { type Basis, type BasisRejection, basisRefusal, latestEnd } from '../resource/basis.ts';
import { type CommonRejection, commonRefusal } from '../resource/checks.ts';
import type { LendingCommand } from './commands.ts';
import {
  type Conversation,
  type OfferState,
  type RequestState,
  answerKey,
  deploymentsOf,
  isRecalled,
  offerStatus,
  partiesOf,
  pendingExtensions,
} from './conversation.ts';
import type {
  AcceptedLine,
  AidEvent,
  CommitRefusal,
  CommittedLine,
  LendingEvent,
  OfferLine,
} from './events.ts';

export type LendingRejection =
  | CommonRejection
  | BasisRejection
  | 'aid_from_oneself'
  | 'conversation_of_neighbour'
  | 'request_unknown'
  | 'request_cancelled'
  | 'request_declined'
  | 'answer_by_passed'
  | 'already_offered'
  | 'offer_unknown'
  | 'offer_withdrawn'
  | 'offer_accepted'
  | 'offer_not_accepted'
  | 'offer_answered'
  | 'offer_expired'
  | 'conditions_missing'
  | 'item_unknown'
  | 'kind_not_asked'
  | 'resource_not_ours'
  | 'kind_mismatch'
  | 'resource_twice'
  | 'quantity_below_one'
  | 'until_missing'
  | 'ends_before_it_begins'
  | 'deployment_unknown'
  | 'extension_unknown'
  | 'extension_answered'
  | 'not_later_than_before'
  | 'return_asked';
export type LendingDecision = Decision<LendingEvent, LendingRejection>;

type Only<Type extends LendingCommand['type']> = Extract<LendingCommand, { type: Type }>;

/**
 * Decides `command` against the conversation as this site knows it. Returns the events to append, none when it is
 * already so, or a rejection.
 *
 * 1. An offer binds its maker to nothing until it is committed; a commitment needs a basis in force that covers the
 *    kinds and the time, and that every resource named was reserved in its own stream first (`reserved`).
 * 2. What was accepted and can't be had any more is left out of the commitment; when nothing is left, the commitment
 *    is refused as `not-available`.
 * 3. An offer is withdrawn until the acceptance is known here. Who comes first in this ledger wins: after the
 *    acceptance it is committed or refused, not withdrawn; after the withdrawal the acceptance is refused.
 * 4. The owner may call a resource home at any time. That wins over an extension that is asked for at the same time:
 *    pending ones are refused with it, later ones by `reactLending`.
 */
export const decideLending = (command: LendingCommand, state: Conversation): LendingDecision => {
  const { at, conversation } = command;
  const occurredAt = command.body.occurredAt ?? at;
  const common = commonRefusal(at, occurredAt, textsOf(command));
  if (common) return common;
  if (command.type === 'offer') return decideOffer(command, state, occurredAt);

  const { lender } = partiesOf(state);
  if (lender === undefined) {
    return 'offer' in command
      ? reject('offer_unknown', { offer: command.offer })
      : reject('request_unknown', { conversation });
  }
  if (lender !== command.by) return reject('conversation_of_neighbour', { owner: lender, ours: command.by });
  const message = { occurredAt, conversation };
  switch (command.type) {
    case 'withdraw': {
      const { offer } = command;
      const status = offerStatus(state, offer);
      if (status === undefined) return reject('offer_unknown', { offer });
      if (status === 'withdrawn' || status === 'refused' || status === 'declined' || status === 'lapsed') {
        return accept();
      }
      if (status !== 'open') return reject('offer_accepted', { offer, status });
      return accept({ type: 'OfferWithdrawn', data: { ...message, offer, reason: command.body.reason } });
    }
    case 'commit':
      return decideCommit(command, state, occurredAt);
    case 'refuse': {
      const { offer } = command;
      const status = offerStatus(state, offer);
      if (status === undefined) return reject('offer_unknown', { offer });
      if (status === 'refused') return accept();
      if (status === 'committed') return reject('offer_answered', { offer, status });
      if (status !== 'accepted') return reject('offer_not_accepted', { offer, status });
      const { note } = command.body;
      return accept({
        type: 'CommitRefused',
        data: { ...message, offer, reason: 'not-available', ...(note === undefined ? {} : { note }) },
      });
    }
    case 'decline': {
      const { request } = state.asking;
      if (!request) return reject('request_unknown', { conversation });
      if (state.lending.declined !== undefined || request.cancelled !== undefined) return accept();
      const standing = Object.keys(state.lending.offers).find((offer) =>
        ['open', 'accepted', 'committed'].includes(offerStatus(state, offer) ?? ''),
      );
      if (standing !== undefined) return reject('already_offered', { offer: standing });
      return accept({
        type: 'AidRequestDeclined',
        data: { ...message, requestVersion: request.version, reason: command.body.reason },
      });
    }
    case 'answerExtension':
      return decideExtensionAnswer(command, state, occurredAt);
    case 'askReturn': {
      const { recall } = command;
      const { deployment, reason } = command.body;
      if (!deploymentsOf(state).some((one) => one.deployment === deployment)) {
        return reject('deployment_unknown', { deployment });
      }
      if (isRecalled(state, deployment)) return accept();
      return accept<LendingEvent>(
        { type: 'ReturnAsked', data: { ...message, recall, deployment, reason } },
        ...pendingExtensions(state, deployment).map((extension) =>
          refusedExtension(message, extension, deployment),
        ),
      );
    }
    case 'reportStatus': {
      const { deployment, enquiry, status, point, note } = command.body;
      if (!deploymentsOf(state).some((one) => one.deployment === deployment)) {
        return reject('deployment_unknown', { deployment });
      }
      return accept({
        type: 'StatusReported',
        data: {
          ...message,
          deployment,
          ...(enquiry === undefined ? {} : { enquiry }),
          status,
          ...(point ? { point } : {}),
          ...(note === undefined ? {} : { note }),
        },
      });
    }
  }
};

const textsOf = ({ body }: LendingCommand): Record<string, string | undefined> => ({
  ...('note' in body ? { note: body.note } : {}),
  ...('reason' in body ? { reason: body.reason } : {}),
  ...('conditions' in body ? { conditions: body.conditions } : {}),
});

const refusedExtension = (
  message: { occurredAt: string; conversation: string },
  extension: string,
  deployment: string,
): LendingEvent => ({
  type: 'ExtensionAnswered',
  data: { ...message, extension, deployment, granted: false, reason: 'recalled' },
});

const decideOffer = (command: Only<'offer'>, state: Conversation, occurredAt: string): LendingDecision => {
  const { offer, body, basis, at, by, conversation } = command;
  const { to, request: requestId, incident, response, conditions, validUntil } = body;
  if (to === by) return reject('aid_from_oneself', { to });
  if (state.lending.offers[offer]) return reject('already_offered', { offer });
  const { request } = state.asking;
  if (requestId !== undefined) {
    if (!request || state.asking.by !== to) return reject('request_unknown', { conversation });
    if (request.to !== by) return reject('conversation_of_neighbour', { owner: request.to, ours: by });
    if (request.cancelled !== undefined) return reject('request_cancelled', { conversation });
    if (state.lending.declined !== undefined) return reject('request_declined', { conversation });
    if (at > request.answerBy) return reject('answer_by_passed', { answerBy: request.answerBy, now: at });
  }
  if (response === 'provisional' && conditions === undefined) return reject('conditions_missing');
  if (validUntil <= at) return reject('ends_before_it_begins', { start: at, until: validUntil });
  const lines: OfferLine[] = body.lines.map(({ item, ...line }) => ({
    ...(item === undefined ? {} : { item }),
    ...line,
  }));
  const wrong = linesRefusal(lines, command.holdings, requestId === undefined ? undefined : request);
  if (wrong) return wrong;
  const refused = basisRefusal(basis, { neighbour: to, at, kinds: lines.map(({ kind }) => kind) });
  if (refused || !basis) return refused ?? reject('agreement_not_in_force', { neighbour: to, at });
  return accept({
    type: 'OfferMade',
    data: {
      occurredAt,
      conversation,
      offer,
      to,
      ...(requestId !== undefined && request ? { request: requestId, requestVersion: request.version } : {}),
      ...(incident === undefined ? {} : { incident }),
      response,
      ...(conditions === undefined ? {} : { conditions }),
      lines,
      validUntil,
      basis: basis.reference,
    },
  });
};

/** What speaks against offering these lines. */
const linesRefusal = (
  lines: readonly OfferLine[],
  holdings: Only<'offer'>['holdings'],
  request: RequestState | undefined,
) => {
  const named = new Set<string>();
  for (const line of lines) {
    for (const resource of 'resources' in line ? line.resources : [line.stock]) {
      const kind = Object.hasOwn(holdings, resource) ? holdings[resource] : undefined;
      if (kind === undefined) return reject('resource_not_ours', { resource });
      if (kind !== line.kind) return reject('kind_mismatch', { resource, kind, offeredAs: line.kind });
      if (named.has(resource)) return reject('resource_twice', { resource });
      named.add(resource);
    }
    if ('stock' in line && line.quantity < 1) {
      return reject('quantity_below_one', { stock: line.stock, quantity: line.quantity });
    }
    if (!request) continue;
    const asked = request.items.find(({ item }) => item === line.item);
    if (!asked)
      return reject('item_unknown', { item: line.item, items: request.items.map(({ item }) => item) });
    if (asked.kind !== line.kind)
      return reject('kind_not_asked', { item: line.item, asked: asked.kind, offered: line.kind });
  }
  return undefined;
};

const HOUR_MS = 3_600_000;

/** When a committed offer's deployments begin and end: as the command says, or else as was asked for. */
export const termOf = (
  body: { start?: string | undefined; until?: string | undefined },
  request: RequestState | undefined,
  at: string,
): { start: string; until: string | undefined } => {
  const start = body.start ?? request?.from ?? at;
  const until =
    body.until ??
    (request ? new Date(Date.parse(start) + request.durationHours * HOUR_MS).toISOString() : undefined);
  return { start, until };
};

type LentLine = Extract<OfferLine, { resources: unknown }>;
type GivenLine = Extract<OfferLine, { stock: unknown }>;

const decideCommit = (command: Only<'commit'>, state: Conversation, occurredAt: string): LendingDecision => {
  const { offer: id, body, basis, reserved, at, conversation } = command;
  const offer = state.lending.offers[id];
  const status = offerStatus(state, id);
  if (!offer || status === undefined) return reject('offer_unknown', { offer: id });
  if (status === 'committed') return accept();
  if (status === 'refused') return reject('offer_answered', { offer: id, status });
  if (offer.withdrawn !== undefined) return reject('offer_withdrawn', { offer: id, reason: offer.withdrawn });
  const accepted = state.asking.accepted[id];
  if (status !== 'accepted' || !accepted) return reject('offer_not_accepted', { offer: id, status });
  const { request } = state.asking;
  if (offer.request !== undefined && request?.cancelled !== undefined)
    return reject('request_cancelled', { conversation });

  const { start, until } = termOf(body, offer.request === undefined ? undefined : request, at);
  if (until === undefined) return reject('until_missing', { offer: id });
  if (until <= start) return reject('ends_before_it_begins', { start, until });
  const lent = offer.lines.some((line) => 'resources' in line);
  const refused = basisRefusal(basis, {
    neighbour: offer.to,
    at,
    kinds: offer.lines.map(({ kind }) => kind),
    ...(lent ? { term: { start, end: until } } : {}),
  });
  if (refused || !basis) return refused ?? reject('agreement_not_in_force', { neighbour: offer.to, at });

  const lines = accepted.flatMap((line) => committedLine(line, offer, reserved));
  const message = { occurredAt, conversation, offer: id };
  if (lines.length === 0)
    return accept({ type: 'CommitRefused', data: { ...message, reason: 'not-available' } });
  return accept({
    type: 'OfferCommitted',
    data: { ...message, lines, start, until, latest: latestEnd(basis, start), basis: basis.reference },
  });
};

/** What of an accepted line was reserved; none where nothing was. */
const committedLine = (
  line: AcceptedLine,
  offer: OfferState,
  reserved: Only<'commit'>['reserved'],
): CommittedLine[] => {
  const reservation = (of: string) => (Object.hasOwn(reserved, of) ? reserved[of] : undefined);
  const item = line.item === undefined ? {} : { item: line.item };
  if ('resources' in line) {
    const offered = offer.lines.find(
      (other): other is LentLine =>
        'resources' in other && line.resources.every((resource) => other.resources.includes(resource)),
    );
    const deployments = line.resources.flatMap((resource) => {
      const deployment = reservation(resource);
      return deployment === undefined ? [] : [{ deployment, resource }];
    });
    return offered && deployments.length > 0 ? [{ ...item, kind: offered.kind, deployments }] : [];
  }
  const { stock, quantity } = line;
  const offered = offer.lines.find((other): other is GivenLine => 'stock' in other && other.stock === stock);
  const commitment = reservation(stock);
  return offered && commitment !== undefined
    ? [{ ...item, kind: offered.kind, stock, commitment, quantity }]
    : [];
};

const decideExtensionAnswer = (
  command: Only<'answerExtension'>,
  state: Conversation,
  occurredAt: string,
): LendingDecision => {
  const { conversation } = command;
  const { extension, deployment, granted, reason } = command.body;
  const asked = state.asking.extensions[extension];
  if (!asked?.deployments.includes(deployment)) return reject('extension_unknown', { extension, deployment });
  const before = state.lending.extensionAnswers[answerKey(extension, deployment)];
  if (before)
    return before.granted === granted ? accept() : reject('extension_answered', { extension, deployment });
  const message = { occurredAt, conversation, extension, deployment };
  if (!granted) {
    return accept({
      type: 'ExtensionAnswered',
      data: { ...message, granted, ...(reason === undefined ? {} : { reason }) },
    });
  }
  const committed = deploymentsOf(state).find((one) => one.deployment === deployment);
  if (!committed) return reject('deployment_unknown', { deployment });
  if (isRecalled(state, deployment)) return reject('return_asked', { deployment });
  const until = command.body.until ?? asked.until;
  if (until <= committed.until)
    return reject('not_later_than_before', { deployment, until, before: committed.until });
  if (until > committed.latest)
    return reject('longer_than_agreed', { deployment, until, latest: committed.latest });
  return accept({ type: 'ExtensionAnswered', data: { ...message, granted, until } });
};

// Reactions: what is certain is answered at once, without a person

export interface LendingFacts {
  /** When the neighbour's event is reacted to. */
  at: string;
  /** What is in force with the neighbour now. */
  basis: Basis | undefined;
  /** Which of the accepted resources and stocks can't be had any more. */
  taken: ReadonlySet<string>;
}

const ANSWERED = ['OfferAccepted', 'AidRequestCancelled', 'ExtensionAsked'] as const;
/** Whether the lender's site may answer it before a person does. */
export const isAnsweredByItself = (
  event: AidEvent,
): event is Extract<AidEvent, { type: (typeof ANSWERED)[number] }> =>
  ANSWERED.some((type) => type === event.type);

/**
 * What the lender `us` answers by itself to the neighbour's `event`, which `state` has folded already. Pure, and
 * repeatable: once the answer is folded, the same event is answered by nothing.
 *
 * An acceptance is refused at once when that is certain: the offer was withdrawn here first; it reaches this site
 * after the offer's `validUntil` (this site's clock counts, for the resource was held only until then, and a cut link
 * must not hold it longer); the request is cancelled; no basis is in force any more; everything accepted has gone
 * elsewhere. Whatever else is accepted waits for the head of BPBD. A cancelled request refuses what was accepted and
 * not yet committed. An extension of what was called home is refused.
 */
export const reactLending = (
  state: Conversation,
  us: RegencyCode,
  event: AidEvent,
  facts: LendingFacts,
): LendingEvent[] => {
  if (!isAnsweredByItself(event) || partiesOf(state).lender !== us) return [];
  const { conversation } = event.data;
  const message = { occurredAt: facts.at, conversation };
  const refusal = (offer: string, reason: CommitRefusal): LendingEvent => ({
    type: 'CommitRefused',
    data: { ...message, offer, reason },
  });
  switch (event.type) {
    case 'OfferAccepted': {
      const reason = certainRefusal(state, event.data.offer, facts);
      return reason === undefined ? [] : [refusal(event.data.offer, reason)];
    }
    case 'AidRequestCancelled':
      return Object.entries(state.lending.offers)
        .filter(([id, { request }]) => request !== undefined && offerStatus(state, id) === 'accepted')
        .map(([id]) => refusal(id, 'cancelled'));
    case 'ExtensionAsked':
      return event.data.deployments
        .filter(
          (deployment) =>
            isRecalled(state, deployment) &&
            pendingExtensions(state, deployment).includes(event.data.extension),
        )
        .map((deployment) => refusedExtension(message, event.data.extension, deployment));
  }
};

const certainRefusal = (state: Conversation, id: string, facts: LendingFacts): CommitRefusal | undefined => {
  const offer = state.lending.offers[id];
  const accepted = state.asking.accepted[id];
  if (!offer || !accepted || offerStatus(state, id) !== 'accepted') return undefined;
  if (offer.withdrawn !== undefined) return 'withdrawn';
  if (facts.at > offer.validUntil) return 'too-late';
  if (offer.request !== undefined && state.asking.request?.cancelled !== undefined) return 'cancelled';
  const kinds = offer.lines.map(({ kind }) => kind);
  if (basisRefusal(facts.basis, { neighbour: offer.to, at: facts.at, kinds })) return 'agreement-ended';
  const resources = accepted.flatMap((line) => ('resources' in line ? line.resources : [line.stock]));
  return resources.every((resource) => facts.taken.has(resource)) ? 'not-available' : undefined;
};
