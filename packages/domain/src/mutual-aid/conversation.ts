/**
 * One conversation of mutual aid: what the asking regency has said, and what the lending one has. Each half is
 * folded from its own party's events alone, in that party's order, so that both sites come to the same state
 * whatever the order in which the other's events reach them. What follows from both halves is derived.
 *
 * The state is plain JSON, so that a picture can keep it as it is.
 */
import type { RegencyCode } from '../codes.ts';
import type { BasisReference } from '../resource/basis.ts';
import type { AidKind } from '../resource/kinds.ts';
import type {
  AcceptedLine,
  AidEvent,
  AidPlace,
  AskingEvent,
  CommitRefusal,
  CommittedLine,
  LendingEvent,
  OfferLine,
  RequestItem,
} from './events.ts';

// State

export interface RequestState {
  to: RegencyCode;
  incident: string;
  /** 1 as it was asked first. */
  version: number;
  items: readonly RequestItem[];
  where: AidPlace;
  from: string;
  durationHours: number;
  answerBy: string;
  note?: string;
  basis: BasisReference;
  cancelled?: string;
}
export interface ExtensionState {
  deployments: readonly string[];
  until: string;
  reason: string;
}
export interface AskingHalf {
  by?: RegencyCode;
  request?: RequestState;
  accepted: Readonly<Record<string, readonly AcceptedLine[]>>;
  declined: Readonly<Record<string, string>>;
  extensions: Readonly<Record<string, ExtensionState>>;
  released: readonly string[];
  /** Answers by the recall's id. */
  returnAnswers: Readonly<Record<string, { agreed: boolean; reason?: string }>>;
  enquiries: Readonly<Record<string, readonly string[]>>;
}

export interface OfferState {
  to: RegencyCode;
  request?: string;
  requestVersion?: number;
  incident?: string;
  response: 'accept' | 'provisional';
  conditions?: string;
  lines: readonly OfferLine[];
  validUntil: string;
  basis: BasisReference;
  withdrawn?: string;
  committed?: {
    lines: readonly CommittedLine[];
    start: string;
    until: string;
    latest: string;
    basis: BasisReference;
  };
  refused?: { reason: CommitRefusal; note?: string };
}
export interface ExtensionAnswer {
  granted: boolean;
  until?: string;
  reason?: string;
}
export interface LendingHalf {
  by?: RegencyCode;
  offers: Readonly<Record<string, OfferState>>;
  declined?: string;
  /** By `extension/deployment`. */
  extensionAnswers: Readonly<Record<string, ExtensionAnswer>>;
  /** By the recall's id. */
  recalls: Readonly<Record<string, { deployment: string; reason: string }>>;
  /** The last report of each deployment. */
  statuses: Readonly<Record<string, { status: string; at: string; note?: string }>>;
}
export interface Conversation {
  asking: AskingHalf;
  lending: LendingHalf;
}

export const initialConversation: Conversation = {
  asking: { accepted: {}, declined: {}, extensions: {}, released: [], returnAnswers: {}, enquiries: {} },
  lending: { offers: {}, extensionAnswers: {}, recalls: {}, statuses: {} },
};

/** Which half says what. */
const halves: Record<AidEvent['type'], 'asking' | 'lending'> = {
  AidRequested: 'asking',
  AidRequestUpdated: 'asking',
  AidRequestCancelled: 'asking',
  OfferAccepted: 'asking',
  OfferDeclined: 'asking',
  ExtensionAsked: 'asking',
  AidReleased: 'asking',
  ReturnAnswered: 'asking',
  StatusAsked: 'asking',
  OfferMade: 'lending',
  OfferWithdrawn: 'lending',
  OfferCommitted: 'lending',
  CommitRefused: 'lending',
  AidRequestDeclined: 'lending',
  ExtensionAnswered: 'lending',
  ReturnAsked: 'lending',
  StatusReported: 'lending',
};
/** Whether an event is a message of mutual aid. */
export const isAidEvent = <Event extends { type: string }>(event: Event | AidEvent): event is AidEvent =>
  Object.hasOwn(halves, event.type);
const isLending = (event: AidEvent): event is LendingEvent => halves[event.type] === 'lending';

/**
 * Folds one event, said by regency `by`, own or the neighbour's. Total over every order of events: what does not
 * apply, what comes again, and what is said by a regency that has no part in that half leaves it as it is.
 */
export const evolveConversation = (state: Conversation, by: RegencyCode, event: AidEvent): Conversation => {
  if (isLending(event)) {
    if (state.lending.by !== undefined && state.lending.by !== by) return state;
    return { ...state, lending: { ...lend(state.lending, event), by } };
  }
  if (state.asking.by !== undefined && state.asking.by !== by) return state;
  return { ...state, asking: { ...ask(state.asking, event), by } };
};

const ask = (half: AskingHalf, event: AskingEvent): AskingHalf => {
  switch (event.type) {
    case 'AidRequested': {
      if (half.request) return half;
      const { occurredAt: _, conversation: __, ...request } = event.data;
      return { ...half, request: { ...withoutEmpty(request), version: 1 } };
    }
    case 'AidRequestUpdated': {
      if (!half.request || half.request.cancelled !== undefined) return half;
      const { note: _, ...before } = half.request;
      const { occurredAt: __, conversation: ___, ...changed } = event.data;
      return { ...half, request: { ...before, ...withoutEmpty(changed) } };
    }
    case 'AidRequestCancelled':
      if (!half.request || half.request.cancelled !== undefined) return half;
      return { ...half, request: { ...half.request, cancelled: event.data.reason } };
    case 'OfferAccepted':
      return { ...half, accepted: first(half.accepted, event.data.offer, event.data.lines) };
    case 'OfferDeclined':
      return { ...half, declined: first(half.declined, event.data.offer, event.data.reason) };
    case 'ExtensionAsked': {
      const { extension, deployments, until, reason } = event.data;
      return { ...half, extensions: first(half.extensions, extension, { deployments, until, reason }) };
    }
    case 'AidReleased':
      return { ...half, released: [...new Set([...half.released, ...event.data.deployments])] };
    case 'ReturnAnswered': {
      const { recall, agreed, reason } = event.data;
      const answer = { agreed, ...(reason === undefined ? {} : { reason }) };
      return { ...half, returnAnswers: first(half.returnAnswers, recall, answer) };
    }
    case 'StatusAsked':
      return { ...half, enquiries: first(half.enquiries, event.data.enquiry, event.data.deployments) };
  }
};

const lend = (half: LendingHalf, event: LendingEvent): LendingHalf => {
  const change = (id: string, changed: Partial<OfferState>): LendingHalf => {
    const offer = half.offers[id];
    return offer ? { ...half, offers: { ...half.offers, [id]: { ...offer, ...changed } } } : half;
  };
  const isAnswered = (id: string) => half.offers[id]?.committed ?? half.offers[id]?.refused;
  switch (event.type) {
    case 'OfferMade': {
      const { occurredAt: _, conversation: __, offer, ...made } = event.data;
      return { ...half, offers: first(half.offers, offer, withoutEmpty(made)) };
    }
    case 'OfferWithdrawn':
      if (isAnswered(event.data.offer) || half.offers[event.data.offer]?.withdrawn !== undefined) return half;
      return change(event.data.offer, { withdrawn: event.data.reason });
    case 'OfferCommitted': {
      if (isAnswered(event.data.offer)) return half;
      const { lines, start, until, latest, basis } = event.data;
      return change(event.data.offer, { committed: { lines, start, until, latest, basis } });
    }
    case 'CommitRefused': {
      if (isAnswered(event.data.offer)) return half;
      const { reason, note } = event.data;
      return change(event.data.offer, { refused: { reason, ...(note === undefined ? {} : { note }) } });
    }
    case 'AidRequestDeclined':
      return half.declined === undefined ? { ...half, declined: event.data.reason } : half;
    case 'ExtensionAnswered': {
      const { extension, deployment, granted, until, reason } = event.data;
      const answer = {
        granted,
        ...(until === undefined ? {} : { until }),
        ...(reason === undefined ? {} : { reason }),
      };
      return {
        ...half,
        extensionAnswers: first(half.extensionAnswers, answerKey(extension, deployment), answer),
      };
    }
    case 'ReturnAsked': {
      const { recall, deployment, reason } = event.data;
      return { ...half, recalls: first(half.recalls, recall, { deployment, reason }) };
    }
    case 'StatusReported': {
      const { deployment, status, occurredAt: at, note } = event.data;
      const now = half.statuses[deployment];
      if (now && now.at > at) return half;
      const report = { status, at, ...(note === undefined ? {} : { note }) };
      return { ...half, statuses: { ...half.statuses, [deployment]: report } };
    }
  }
};

/** Sets `key` once: what is said of it later does not change it. */
const first = <Value>(table: Readonly<Record<string, Value>>, key: string, value: Value) =>
  Object.hasOwn(table, key) ? table : { ...table, [key]: value };

/** Without the members that are there and undefined: the state is compared and kept as JSON. */
const withoutEmpty = <Data extends object>(data: Data) =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Data]: Exclude<Data[Key], undefined>;
  };

// What follows from both halves

export const answerKey = (extension: string, deployment: string): string => `${extension}/${deployment}`;

/** The two parties, as far as either half names them. */
export const partiesOf = ({
  asking,
  lending,
}: Conversation): { asker?: RegencyCode; lender?: RegencyCode } => {
  const asker = asking.by ?? Object.values(lending.offers)[0]?.to;
  const lender = lending.by ?? asking.request?.to;
  return { ...(asker ? { asker } : {}), ...(lender ? { lender } : {}) };
};

export interface CommittedDeployment {
  deployment: string;
  resource: string;
  offer: string;
  item?: string;
  kind: AidKind;
  until: string;
  latest: string;
}

/** The deployments of all committed offers; `until` with the extensions that were granted. */
export const deploymentsOf = ({ asking, lending }: Conversation): CommittedDeployment[] =>
  Object.entries(lending.offers).flatMap(([offer, { committed }]) =>
    (committed?.lines ?? []).flatMap((line) =>
      'deployments' in line
        ? line.deployments.map(({ deployment, resource }) => ({
            deployment,
            resource,
            offer,
            ...(line.item === undefined ? {} : { item: line.item }),
            kind: line.kind,
            until: Object.keys(asking.extensions)
              .map((extension) => lending.extensionAnswers[answerKey(extension, deployment)])
              .reduce(
                (until, answer) =>
                  answer?.granted && answer.until && answer.until > until ? answer.until : until,
                committed?.until ?? '',
              ),
            latest: committed?.latest ?? '',
          }))
        : [],
    ),
  );

/** Whether the owner has called this deployment's resource home. */
export const isRecalled = ({ lending }: Conversation, deployment: string): boolean =>
  Object.values(lending.recalls).some((recall) => recall.deployment === deployment);

/** Extensions that were asked for this deployment and have no answer yet. */
export const pendingExtensions = ({ asking, lending }: Conversation, deployment: string): string[] =>
  Object.entries(asking.extensions)
    .filter(
      ([id, { deployments }]) =>
        deployments.includes(deployment) &&
        !Object.hasOwn(lending.extensionAnswers, answerKey(id, deployment)),
    )
    .map(([id]) => id);

export type OfferStatus = 'open' | 'declined' | 'withdrawn' | 'accepted' | 'committed' | 'refused' | 'lapsed';

/**
 * Where an offer stands. The lender's word comes first: what it has committed is committed and what it has refused
 * is refused, whatever the asker said at the same time. An acceptance of a withdrawn offer stays `accepted` until the
 * lender's refusal is there.
 */
export const offerStatus = ({ asking, lending }: Conversation, id: string): OfferStatus | undefined => {
  const offer = lending.offers[id];
  if (!offer) return undefined;
  if (offer.committed) return 'committed';
  if (offer.refused) return 'refused';
  if (Object.hasOwn(asking.accepted, id)) return 'accepted';
  if (offer.withdrawn !== undefined) return 'withdrawn';
  if (Object.hasOwn(asking.declined, id)) return 'declined';
  return asking.request?.cancelled === undefined ? 'open' : 'lapsed';
};

export interface Tally {
  asked: number;
  /** In offers that can still be taken up or have been. */
  offered: number;
  /** Accepted and not refused; of a committed offer, what was committed. */
  accepted: number;
  committed: number;
}

const sizeOf = (line: OfferLine | AcceptedLine | CommittedLine): number => {
  if ('resources' in line) return line.resources.length;
  return 'deployments' in line ? line.deployments.length : line.quantity;
};

/** What is asked, offered, accepted and committed of each item, over all offers. An item that no request names counts as `''`. */
export const talliesOf = (state: Conversation): Record<string, Tally> => {
  const tallies: Record<string, Tally> = {};
  const of = (item = ''): Tally => (tallies[item] ??= { asked: 0, offered: 0, accepted: 0, committed: 0 });
  for (const { item, quantity } of state.asking.request?.items ?? []) of(item).asked = quantity;
  for (const [id, offer] of Object.entries(state.lending.offers)) {
    const status = offerStatus(state, id);
    if (status === 'open' || status === 'accepted' || status === 'committed') {
      for (const line of offer.lines) of(line.item).offered += sizeOf(line);
    }
    if (status === 'accepted') {
      for (const line of state.asking.accepted[id] ?? []) of(line.item).accepted += sizeOf(line);
    }
    for (const line of offer.committed?.lines ?? []) {
      of(line.item).accepted += sizeOf(line);
      of(line.item).committed += sizeOf(line);
    }
  }
  return tallies;
};
