/**
 * The inbox: what a neighbour said that the own rules must know, in a ledger stream of its own, in the neighbour's
 * order. Of the class `local`: it is in no catalogue and never shared.
 */
import { type RegencyCode, SharedEvent } from '@siaga/domain';
import type { NewEvent, RecordedEvent } from '@siaga/ledger';
import { z } from 'zod';

const RECEIVED = 'siaga.inbox.received.v1';
/** That the neighbour's events were read up to a sequence, none of those in between being of use here. */
const READ = 'siaga.inbox.read.v1';
const Read = z.strictObject({ sequence: z.int().positive() });

/** Ledger stream of what a neighbour said. */
export const inboxStream = (neighbour: RegencyCode): string => `inbox-${neighbour}`;
export const isInboxStream = (stream: string): boolean => stream.startsWith('inbox-');

/** The envelope as it was received. Its id is the ledger's too, so that it can't be taken in twice. */
export const receivedOf = (envelope: SharedEvent): NewEvent => ({
  id: envelope.id,
  type: RECEIVED,
  data: envelope,
  metadata: {},
});
export const readTo = (sequence: number, id: string): NewEvent => ({
  id,
  type: READ,
  data: { sequence },
  metadata: {},
});

/** The envelope in an inbox; undefined for what only says how far was read. */
export const inboxEventOf = ({ type, data }: RecordedEvent): SharedEvent | undefined =>
  type === RECEIVED ? SharedEvent.parse(data) : undefined;

/** Up to which sequence the neighbour's events were read when this was written. */
export const sequenceOf = ({ type, data }: RecordedEvent): number =>
  type === RECEIVED ? SharedEvent.parse(data).sequence : Read.parse(data).sequence;

/** Aggregates whose events the own rules ask for. */
const OF_USE = /^siaga\.(?:agreement|aid-request|aid-offer|aid-answer)\./;
/** Of these, what belongs to a conversation. */
const DEPLOYED = /^siaga\.(?:resource|stock)\./;

/** Whether the own rules must know of an event, also one of a version that is not known here yet. */
export const isOfUse = ({ type, data }: SharedEvent): boolean => {
  if (OF_USE.test(type)) return true;
  if (!DEPLOYED.test(type)) return false;
  const { conversation, task } = data;
  return conversation !== undefined || (typeof task === 'object' && task !== null && 'conversation' in task);
};
