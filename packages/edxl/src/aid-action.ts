/** What an EDXL-RM 1.0 message that was taken in asks this site to do. Its ids are those of `aid-message.ts`. */
import {
  AcceptOffer,
  AidKind,
  type AidMessageView,
  type AidThreadView,
  AnswerExtension,
  AnswerReturn,
  AskExtension,
  AskReturn,
  AskStatus,
  CancelRequest,
  DeclineRequest,
  MakeOffer,
  type OfferLine,
  PlaceCode,
  type RegencyCode,
  ReleaseAid,
  ReportStatus,
  RequestAid,
  UpdateRequest,
  WithdrawOffer,
  deploymentsOf,
  isStockKind,
  CommitOffer,
  RefuseCommit,
} from '@siaga/domain';
import type { z } from 'zod';
import { EdxlError } from './error.ts';
import { oneByOne } from './lines.ts';
import { KINDS, ANSWER_BY } from './lists.ts';
import type { EdxlMessage, Location, ResourceInformation } from './message.ts';
import type { ScheduleType } from './structure.ts';

const HOUR_MS = 3_600_000;

/** What a message asks this site to do: a verb, what it is about, and a body that the domain's schema has passed. */
export type AidAction =
  | { verb: 'request'; body: z.output<typeof RequestAid> }
  | { verb: 'update'; body: z.output<typeof UpdateRequest> }
  | { verb: 'cancel'; body: z.output<typeof CancelRequest> }
  | { verb: 'offer'; body: z.output<typeof MakeOffer> }
  | { verb: 'withdraw'; offer: string; body: z.output<typeof WithdrawOffer> }
  | { verb: 'decline'; body: z.output<typeof DeclineRequest> }
  | { verb: 'accept'; offer: string; body: z.output<typeof AcceptOffer> }
  | { verb: 'commit'; offer: string; body: z.output<typeof CommitOffer> }
  | { verb: 'refuse'; offer: string; body: z.output<typeof RefuseCommit> }
  | { verb: 'askExtension'; body: z.output<typeof AskExtension> }
  | { verb: 'answerExtension'; body: z.output<typeof AnswerExtension> }
  | { verb: 'release'; body: z.output<typeof ReleaseAid> }
  | { verb: 'askReturn'; body: z.output<typeof AskReturn> }
  | { verb: 'answerReturn'; body: z.output<typeof AnswerReturn> }
  | { verb: 'askStatus'; body: z.output<typeof AskStatus> }
  | { verb: 'reportStatus'; body: z.output<typeof ReportStatus> };

/**
 * What a message that was taken in asks this site to do on behalf of its own regency. `neighbour` is the other party;
 * `thread` is the conversation that the message belongs to, absent for the first of one. Nothing is decided here: the
 * verb goes through permission and `decide` as if it had come by its route.
 *
 * A commitment is to all that was accepted: what of it can be had, the commitment itself finds out.
 *
 * Throws an EdxlError: `message_not_supported` for types that have no part in the conversation (quotes, information),
 * `reference_unknown` for a thread, message or resource that is not here, `element_missing` and `value_not_allowed`
 * for content that the domain's schemas do not take.
 */
export const actionOf = (message: EdxlMessage, neighbour: RegencyCode, thread?: AidThreadView): AidAction => {
  const isFirst = message.originating === message.messageId;
  if (isFirst && message.type === 'RequestResource' && !message.recall) {
    const incident = message.incidents.find(({ id }) => id !== undefined)?.id;
    return {
      verb: 'request',
      body: read(RequestAid, { to: neighbour, incident, ...wantedOf(message) }, message),
    };
  }
  if (isFirst && message.type === 'OfferUnsolicitedResource' && !message.recall) {
    const incident = message.incidents.find(({ id }) => id !== undefined)?.id;
    const body = { ...offeredOf(message, neighbour), ...(incident === undefined ? {} : { incident }) };
    return { verb: 'offer', body: read(MakeOffer, body, message) };
  }
  if (!thread) {
    throw new EdxlError(
      'reference_unknown',
      `/${message.type}/OriginatingMessageID`,
      `no conversation began with ${message.originating}`,
    );
  }
  return inThread(message, neighbour, thread);
};

const inThread = (message: EdxlMessage, neighbour: RegencyCode, thread: AidThreadView): AidAction => {
  const { type, recall, description: reason } = message;
  const answered = eventAnswered(message, thread);
  const offer = answered.type === 'OfferMade' ? answered.data.offer : undefined;
  const about = () => message.resources.map((one, index) => orderOf(one, index, message, thread));
  const [first] = message.resources;
  const single = () => orderOf(first, 0, message, thread);
  const note = reason === undefined ? {} : { note: reason };
  switch (type) {
    case 'RequestResource':
      if (recall?.type === 'Cancel')
        return { verb: 'cancel', body: read(CancelRequest, { reason }, message) };
      if (recall) return { verb: 'update', body: read(UpdateRequest, wantedOf(message), message) };
      break;
    case 'OfferUnsolicitedResource':
    case 'ResponseToRequestResource': {
      if (recall?.type === 'Cancel' && offer !== undefined) {
        return { verb: 'withdraw', offer, body: read(WithdrawOffer, { reason }, message) };
      }
      if (recall || type === 'OfferUnsolicitedResource') break;
      if (first?.response?.type === 'Decline') {
        return { verb: 'decline', body: read(DeclineRequest, { reason: first.response.reason }, message) };
      }
      const body = { ...offeredOf(message, neighbour), request: thread.id };
      return { verb: 'offer', body: read(MakeOffer, body, message) };
    }
    case 'RequisitionResource': {
      if (offer === undefined || answered.type !== 'OfferMade') break;
      const lines = acceptedOf(message, answered.data.lines);
      return { verb: 'accept', offer, body: read(AcceptOffer, { lines }, message) };
    }
    case 'CommitResource': {
      if (answered.type !== 'OfferAccepted') break;
      const { offer: accepted, lines } = answered.data;
      if (first?.response?.type === 'Decline') {
        const why = first.response.reason === undefined ? {} : { note: first.response.reason };
        return { verb: 'refuse', offer: accepted, body: read(RefuseCommit, why, message) };
      }
      const named = message.resources.map(({ resource }) => resource?.id);
      const all = lines.flatMap((line) => ('resources' in line ? line.resources : [line.stock]));
      if (named.length !== all.length || !all.every((id) => named.includes(id))) {
        throw new EdxlError(
          'value_not_allowed',
          `/${type}/ResourceInformation`,
          `names other resources than the acceptance, which has ${all.join(', ')}`,
        );
      }
      const start = timeOf(first, 'Committed');
      const until = timeOf(first, 'RequestedReturnDeparture');
      const body = { ...(start === undefined ? {} : { start }), ...(until === undefined ? {} : { until }) };
      return { verb: 'commit', offer: accepted, body: read(CommitOffer, body, message) };
    }
    case 'RequestExtendedDeploymentDuration': {
      const until = timeOf(first, 'RequestedReturnDeparture');
      return {
        verb: 'askExtension',
        body: read(AskExtension, { deployments: about(), until, reason }, message),
      };
    }
    case 'ResponseToRequestExtendedDeploymentDuration': {
      if (answered.type !== 'ExtensionAsked') break;
      const until = timeOf(first, 'RequestedReturnDeparture');
      const body = {
        extension: answered.data.extension,
        deployment: single(),
        granted: first?.response?.type === 'Accept',
        ...(until === undefined ? {} : { until }),
        ...(first?.response?.reason === undefined ? {} : { reason: first.response.reason }),
      };
      return { verb: 'answerExtension', body: read(AnswerExtension, body, message) };
    }
    case 'ReleaseResource': {
      const body = { deployments: about(), ...(reason === undefined ? {} : { reason }) };
      return { verb: 'release', body: read(ReleaseAid, body, message) };
    }
    case 'RequestReturn':
      return { verb: 'askReturn', body: read(AskReturn, { deployment: single(), reason }, message) };
    case 'ResponseToRequestReturn': {
      if (answered.type !== 'ReturnAsked') break;
      const body = {
        recall: answered.data.recall,
        agreed: first?.response?.type === 'Accept',
        ...(first?.response?.reason === undefined ? {} : { reason: first.response.reason }),
      };
      return { verb: 'answerReturn', body: read(AnswerReturn, body, message) };
    }
    case 'RequestResourceDeploymentStatus':
      return { verb: 'askStatus', body: read(AskStatus, { deployments: about() }, message) };
    case 'ReportResourceDeploymentStatus': {
      const point = first?.schedule.find((entry) => entry.type === 'Current')?.location?.point;
      const occurredAt = timeOf(first, 'Current');
      const body = {
        deployment: single(),
        ...(answered.type === 'StatusAsked' ? { enquiry: answered.data.enquiry } : {}),
        status: first?.resource?.deploymentStatus?.values[0],
        ...(occurredAt === undefined ? {} : { occurredAt }),
        ...(point ? { point } : {}),
        ...note,
      };
      return { verb: 'reportStatus', body: read(ReportStatus, body, message) };
    }
    default:
      break;
  }
  throw new EdxlError(
    'message_not_supported',
    `/${type}`,
    `answers ${answered.type} with nothing that is done here`,
  );
};

/** Runs a body through the domain's schema. */
const read = <Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  { type }: EdxlMessage,
): z.output<Schema> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EdxlError(
    'value_not_allowed',
    `/${type}`,
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
};

const eventAnswered = (message: EdxlMessage, thread: AidThreadView): AidMessageView['event'] => {
  const found = thread.messages.find(({ messageId }) => messageId === message.preceding);
  if (found) return found.event;
  throw new EdxlError(
    'reference_unknown',
    `/${message.type}/PrecedingMessageID`,
    message.preceding === undefined
      ? 'is needed here'
      : `${message.preceding} is no message of this conversation`,
  );
};

const timeOf = (information: ResourceInformation | undefined, type: ScheduleType): string | undefined =>
  information?.schedule.find((entry) => entry.type === type)?.at;

const kindIn = ({ resource }: ResourceInformation, index: number, { type }: EdxlMessage): AidKind => {
  const list = resource?.type;
  const kind = AidKind.safeParse(list?.values[0]);
  if (list?.urn === KINDS && kind.success) return kind.data;
  throw new EdxlError(
    'value_not_allowed',
    `/${type}/ResourceInformation[${index + 1}]/Resource/TypeStructure`,
    `one of ${KINDS} is needed: ${AidKind.options.join(', ')}`,
  );
};

const amountIn = ({ assignment }: ResourceInformation): number | undefined => {
  const quantity = assignment?.quantity;
  if (!quantity) return undefined;
  return 'amount' in quantity
    ? quantity.amount
    : /^\d+$/.test(quantity.text)
      ? Number(quantity.text)
      : undefined;
};

/** A location's description is a place code, and after a space the name of the place. */
const whereIn = (location: Location | undefined) => {
  const [, place, name] = /^(\S+)(?:\s+(.*))?$/s.exec(location?.description ?? '') ?? [];
  return {
    place: PlaceCode.safeParse(place).success ? place : undefined,
    ...(name ? { name } : {}),
    ...(location?.point ? { point: [...location.point] } : {}),
  };
};

/** The wording of a request: its times and place are those of its first item. */
const wantedOf = (message: EdxlMessage) => {
  const [first] = message.resources;
  const from = timeOf(first, 'RequestedArrival');
  const end = timeOf(first, 'RequestedReturnDeparture');
  const arrival = first?.schedule.find(({ type }) => type === 'RequestedArrival');
  return {
    items: message.resources.map((one, index) => ({
      item: one.elementId,
      kind: kindIn(one, index, message),
      quantity: amountIn(one),
    })),
    where: whereIn(arrival?.location),
    from,
    durationHours:
      from === undefined || end === undefined
        ? undefined
        : Math.ceil((Date.parse(end) - Date.parse(from)) / HOUR_MS),
    answerBy: first?.resource?.keywords.find(({ urn }) => urn === ANSWER_BY)?.values[0],
    ...(message.description === undefined ? {} : { note: message.description }),
  };
};

interface Entry {
  item?: string;
  resources?: string[];
  stock?: string;
  quantity?: number | undefined;
}

/** Resources of one item become one line; a stock is a line of its own. */
const linesOf = <Line extends Entry>(
  entries: readonly (Line & { id: string; kind: AidKind })[],
  withKind: boolean,
): Entry[] => {
  const lines = new Map<string, Entry & { kind?: AidKind }>();
  for (const { id, kind, item, quantity } of entries) {
    const base = { ...(item === undefined ? {} : { item }), ...(withKind ? { kind } : {}) };
    if (isStockKind(kind)) {
      lines.set(id, { ...base, stock: id, quantity });
      continue;
    }
    const key = `${item ?? ''} ${kind}`;
    const line = lines.get(key) ?? { ...base, resources: [] };
    lines.set(key, { ...line, resources: [...(line.resources ?? []), id] });
  }
  return [...lines.values()];
};

const offeredOf = (message: EdxlMessage, to: RegencyCode) => {
  const [first] = message.resources;
  const isAnswer = message.type === 'ResponseToRequestResource';
  const entries = message.resources.map((one, index) => ({
    id: one.resource?.id ?? '',
    kind: kindIn(one, index, message),
    quantity: amountIn(one),
    ...(isAnswer && one.response ? { item: one.response.preceding } : {}),
  }));
  return {
    to,
    response: first?.response?.type === 'Provisional' ? 'provisional' : 'accept',
    ...(first?.assignment?.restrictions === undefined ? {} : { conditions: first.assignment.restrictions }),
    lines: linesOf(entries, true),
    validUntil: timeOf(first, 'EndAvailable'),
  };
};

const acceptedOf = (message: EdxlMessage, offered: readonly OfferLine[]): Entry[] => {
  const known = new Map(oneByOne(offered).map((one) => [one.id, one]));
  const entries = message.resources.map((one, index) => {
    const id = one.resource?.id ?? '';
    const found = known.get(id);
    if (!found) {
      const path = `/${message.type}/ResourceInformation[${index + 1}]/Resource/ResourceID`;
      throw new EdxlError('reference_unknown', path, `${id} is not in the offer`);
    }
    const { kind, item } = found;
    return { id, kind, quantity: amountIn(one), ...(item === undefined ? {} : { item }) };
  });
  return linesOf(entries, false);
};

/** The deployment that an entry is about: its OrderID, or the one of its resource in this conversation. */
const orderOf = (
  information: ResourceInformation | undefined,
  index: number,
  { type }: EdxlMessage,
  thread: AidThreadView,
): string => {
  const { assignment, resource } = information ?? {};
  const found = deploymentsOf(thread.conversation).find(
    (one) =>
      one.deployment === assignment?.orderId ||
      (assignment?.orderId === undefined && one.resource === resource?.id),
  );
  if (found) return found.deployment;
  const path = `/${type}/ResourceInformation[${index + 1}]/AssignmentInformation/OrderID`;
  throw new EdxlError('reference_unknown', path, 'no deployment of this conversation');
};
