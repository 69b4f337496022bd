/**
 * The inbox: what a neighbour said that the own rules must know, in a ledger stream of its own, in the neighbour's
 * order. Of the class `local`: it is in no catalogue and never shared.
 */
import { type RegencyCode, SharedEvent } from '@siaga/domain';
import type { NewEvent, RecordedEvent } from '@siaga/ledger';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';

const RECEIVED = 'siaga.inbox.received.v1';
/** That the neighbour's events were read up to a sequence, none of those in between being of use here. */
const READ = 'siaga.inbox.read.v1';
const Read = z.strictObject({ sequence: z.int().positive() });

/** Ledger stream of what a neighbour said. */
export const inboxStream = (neighbour: RegencyCode): string => `inbox-${neighbour}`;
export const isInboxStream = (stream: string): boolean => stream.startsWith('inbox-');

/** Of UUIDv5s that stand for a neighbour's number. */
const INBOX_NAMESPACE = '5f0a6d1e-7c43-4f0b-9a55-0c1d8a2e7b61';

/**
 * The envelope as it was received. The ledger's id follows from whose number it is: what a neighbour calls its events
 * can't stand in the way of others. That an event id comes again under another number is for the register to see.
 */
export const receivedOf = (envelope: SharedEvent): NewEvent => ({
  id: uuidv5(`${envelope.regency} ${envelope.sequence}`, INBOX_NAMESPACE),
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
const OF_USE = /^siaga\.(?:agreement|aid-request|aid-offer|aid-answer|signing-key)\./;
/** Of these, what belongs to a conversation. */
const DEPLOYED = /^siaga\.(?:resource|stock)\./;

/** Whether the own rules must know of an event, also one of a version that is not known here yet. */
export const isOfUse = ({ type, data }: SharedEvent): boolean => {
  if (OF_USE.test(type)) return true;
  if (!DEPLOYED.test(type)) return false;
  const { conversation, task } = data;
  return conversation !== undefined || (typeof task === 'object' && task !== null && 'conversation' in task);
};
