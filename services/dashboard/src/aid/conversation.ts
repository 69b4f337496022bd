/** What can be done in a conversation of mutual aid, and whose word it waits for. Pure; the site decides. */
import {
  type CommittedDeployment,
  type Conversation,
  type DeliveryView,
  type OfferState,
  type OfferStatus,
  type Permission,
  type RegencyCode,
  type RequestState,
  type Role,
  deploymentsOf,
  evolveConversation,
  initialConversation,
  isRecalled,
  mayRole,
  offerStatus,
  partiesOf,
  pendingExtensions,
} from '@siaga/domain';
import type { ConversationDetail } from './contract.ts';

/** The conversation that the messages make: the domain's own fold, in whatever order they come. */
export const conversationFrom = (messages: ConversationDetail['messages']): Conversation =>
  messages
    .toSorted((a, b) => a.sequence - b.sequence)
    .reduce((state, { by, event }) => evolveConversation(state, by, event), initialConversation);

export type Side = 'asker' | 'lender';

export const sideOf = (state: Conversation, here: RegencyCode | undefined): Side | undefined => {
  const { asker, lender } = partiesOf(state);
  if (here === undefined) return undefined;
  return asker === here ? 'asker' : lender === here ? 'lender' : undefined;
};

/** A deployment of the conversation with where it stands. */
export interface DeploymentLine extends CommittedDeployment {
  state: DeliveryView['state'];
  isOver: boolean;
  recalled: boolean;
  released: boolean;
}

export const deploymentLines = (
  state: Conversation,
  deliveries: Readonly<Record<string, DeliveryView>>,
): DeploymentLine[] =>
  deploymentsOf(state).map((one) => {
    const now = deliveries[one.deployment]?.state ?? 'committed';
    return {
      ...one,
      state: now,
      isOver: now === 'returned' || now === 'cancelled',
      recalled: isRecalled(state, one.deployment),
      released: state.asking.released.includes(one.deployment),
    };
  });

/** A command of mutual aid that the conversation, as it stands, takes from one side. */
export type AidAction =
  | { verb: 'update' | 'cancel' | 'offer' | 'decline' }
  | { verb: 'accept' | 'decline-offer' | 'withdraw' | 'commit' | 'refuse'; offer: string }
  | { verb: 'ask-extension' | 'release-aid' | 'ask-status'; deployments: string[] }
  | { verb: 'ask-return' | 'report-status'; deployments: string[] }
  | { verb: 'answer-extension'; extension: string; deployment: string }
  | { verb: 'answer-return'; recall: string };
export type AidVerb = AidAction['verb'];

/** The permission that the site asks for each. */
export const permissionOf: Record<AidVerb, Permission> = {
  update: 'aid.update',
  cancel: 'aid.cancel',
  offer: 'aid.offer',
  decline: 'aid.decline',
  accept: 'aid.accept',
  'decline-offer': 'aid.accept',
  withdraw: 'aid.withdraw',
  commit: 'aid.commit',
  refuse: 'aid.commit',
  'ask-extension': 'aid.ask-extension',
  'answer-extension': 'aid.answer-extension',
  'release-aid': 'aid.release',
  'ask-return': 'aid.ask-return',
  'answer-return': 'aid.answer-return',
  'ask-status': 'aid.ask-status',
  'report-status': 'aid.report-status',
};

const offersOf = (state: Conversation): { id: string; offer: OfferState; status: OfferStatus }[] =>
  Object.entries(state.lending.offers).flatMap(([id, offer]) => {
    const status = offerStatus(state, id);
    return status === undefined ? [] : [{ id, offer, status }];
  });

/** Recalls that the asker has not answered, of deployments that are not over. */
const openRecalls = (state: Conversation, lines: readonly DeploymentLine[]): string[] =>
  Object.entries(state.lending.recalls)
    .filter(
      ([recall, { deployment }]) =>
        !Object.hasOwn(state.asking.returnAnswers, recall) &&
        lines.some((line) => line.deployment === deployment && !line.isOver),
    )
    .map(([recall]) => recall);

/** Extensions that the lender has not answered. */
const openExtensions = (state: Conversation, lines: readonly DeploymentLine[]) =>
  lines.flatMap(({ deployment, isOver }) =>
    isOver ? [] : pendingExtensions(state, deployment).map((extension) => ({ extension, deployment })),
  );

const isPast = (instant: string, now: number) => Date.parse(instant) <= now;

/** Whether a request can still be offered for. */
const takesOffers = (
  request: RequestState | undefined,
  state: Conversation,
  now: number,
): request is RequestState =>
  request !== undefined &&
  request.cancelled === undefined &&
  state.lending.declined === undefined &&
  !isPast(request.answerBy, now);

/** What `side` can say now, whoever may say it there. What answers the other side comes first. */
export const actionsOf = (
  state: Conversation,
  side: Side,
  lines: readonly DeploymentLine[],
  now: number,
): AidAction[] => {
  const { request } = state.asking;
  const offers = offersOf(state);
  const isOver = lines.length > 0 && lines.every((line) => line.isOver);
  if (side === 'asker') {
    const open = offers.filter(({ status }) => status === 'open');
    const out = lines.filter((line) => !line.isOver);
    const kept = out.filter(
      ({ state: at, released }) => !released && at !== 'released' && at !== 'returning',
    );
    const extendable = kept.filter(({ recalled }) => !recalled).map(({ deployment }) => deployment);
    const standing = request !== undefined && request.cancelled === undefined && !isOver;
    return [
      ...openRecalls(state, lines).map((recall): AidAction => ({ verb: 'answer-return', recall })),
      ...open
        .filter(({ offer }) => !isPast(offer.validUntil, now))
        .map(({ id }): AidAction => ({ verb: 'accept', offer: id })),
      ...open.map(({ id }): AidAction => ({ verb: 'decline-offer', offer: id })),
      ...forSome(
        'ask-status',
        out.map(({ deployment }) => deployment),
      ),
      ...forSome('ask-extension', extendable),
      ...forSome(
        'release-aid',
        kept.map(({ deployment }) => deployment),
      ),
      ...(standing ? [{ verb: 'update' } as const, { verb: 'cancel' } as const] : []),
    ];
  }
  const answerable = takesOffers(request, state, now);
  const hasStanding = offers.some(({ status }) => ['open', 'accepted', 'committed'].includes(status));
  // A cancelled request, or a withdrawal that came first, leaves only the refusal.
  const committable = offers.filter(
    ({ status, offer }) =>
      status === 'accepted' &&
      offer.withdrawn === undefined &&
      (offer.request === undefined || request?.cancelled === undefined),
  );
  const out = lines.filter((line) => !line.isOver);
  return [
    ...openExtensions(state, lines).map((asked): AidAction => ({ verb: 'answer-extension', ...asked })),
    ...committable.map(({ id }): AidAction => ({ verb: 'commit', offer: id })),
    ...offers
      .filter(({ status }) => status === 'accepted')
      .map(({ id }): AidAction => ({ verb: 'refuse', offer: id })),
    ...(answerable ? [{ verb: 'offer' } as const] : []),
    ...(request && request.cancelled === undefined && state.lending.declined === undefined && !hasStanding
      ? [{ verb: 'decline' } as const]
      : []),
    ...offers
      .filter(({ status }) => status === 'open')
      .map(({ id }): AidAction => ({ verb: 'withdraw', offer: id })),
    ...forSome(
      'report-status',
      out.map(({ deployment }) => deployment),
    ),
    ...forSome(
      'ask-return',
      out
        .filter(({ recalled, state: at }) => !recalled && at !== 'returning')
        .map(({ deployment }) => deployment),
    ),
  ];
};

const forSome = (
  verb: 'ask-status' | 'ask-extension' | 'release-aid' | 'report-status' | 'ask-return',
  deployments: string[],
): AidAction[] => (deployments.length > 0 ? [{ verb, deployments }] : []);

export const mayDo = (role: Role | undefined, { verb }: AidAction): boolean =>
  role !== undefined && mayRole(role, permissionOf[verb]);

/** Whose word a conversation waits for: what a duty officer wants to know first. */
export type Awaited =
  | { what: 'answer'; side: 'lender'; by: string; late: boolean }
  | { what: 'acceptance'; side: 'asker'; offer: string; by: string; late: boolean }
  | { what: 'commitment'; side: 'lender'; offer: string }
  | { what: 'extension'; side: 'lender'; extension: string; deployment: string }
  | { what: 'return'; side: 'asker'; recall: string }
  | { what: 'status'; side: 'lender'; enquiry: string };

export const awaitedOf = (
  state: Conversation,
  lines: readonly DeploymentLine[],
  now: number,
  enquiries: readonly { enquiry: string }[],
): Awaited[] => {
  const { request } = state.asking;
  const offers = offersOf(state);
  const unanswered =
    request !== undefined &&
    request.cancelled === undefined &&
    state.lending.declined === undefined &&
    offers.every(({ status }) => status === 'withdrawn' || status === 'refused' || status === 'declined');
  return [
    ...openRecalls(state, lines).map((recall): Awaited => ({ what: 'return', side: 'asker', recall })),
    ...openExtensions(state, lines).map(
      (asked): Awaited => ({ what: 'extension', side: 'lender', ...asked }),
    ),
    ...offers
      .filter(({ status }) => status === 'accepted')
      .map(({ id }): Awaited => ({ what: 'commitment', side: 'lender', offer: id })),
    ...offers
      .filter(({ status }) => status === 'open')
      .map(
        ({ id, offer }): Awaited => ({
          what: 'acceptance',
          side: 'asker',
          offer: id,
          by: offer.validUntil,
          late: isPast(offer.validUntil, now),
        }),
      ),
    ...(unanswered
      ? [
          {
            what: 'answer',
            side: 'lender',
            by: request.answerBy,
            late: isPast(request.answerBy, now),
          } as const,
        ]
      : []),
    ...enquiries.map(({ enquiry }): Awaited => ({ what: 'status', side: 'lender', enquiry })),
  ];
};

/** Enquiries after the status that have no report yet, with the deployments that one is still wanted of. */
export const openEnquiries = (
  messages: ConversationDetail['messages'],
  lines: readonly DeploymentLine[],
): { enquiry: string; deployments: string[] }[] => {
  const reports = messages.flatMap(({ event }) => (event.type === 'StatusReported' ? [event.data] : []));
  return messages.flatMap(({ event }) => {
    if (event.type !== 'StatusAsked') return [];
    const { enquiry } = event.data;
    const deployments = event.data.deployments.filter(
      (deployment) =>
        lines.some((line) => line.deployment === deployment && !line.isOver) &&
        !reports.some((report) => report.enquiry === enquiry && report.deployment === deployment),
    );
    return deployments.length > 0 ? [{ enquiry, deployments }] : [];
  });
};
