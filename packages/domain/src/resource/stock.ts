/**
 * Stock of one consumable at one place: what is there, and what of it is promised. What is there is never below
 * zero; what is free is what is there less what is promised, and a promise is made only of what is free.
 */
import { z } from 'zod';
import { Id, Instant, RegencyCode, StoredInstant } from '../codes.ts';
import { type Decision, accept, reject } from '../decision.ts';
import { type Basis, BasisReference, type BasisRejection, basisRefusal } from './basis.ts';
import { type CommonRejection, commonRefusal, placeRefusal } from './checks.ts';
import { HomeBody } from './commands.ts';
import { Home } from './events.ts';
import { StockKind } from './kinds.ts';

// Events

/** What consumables are given for; they do not come back, so there is no end to it. */
export const StockTask = z.discriminatedUnion('for', [
  z.strictObject({ for: z.literal('own'), incident: Id }),
  z.strictObject({
    for: z.literal('neighbour'),
    regency: RegencyCode,
    conversation: Id,
    request: Id.optional(),
    offer: Id,
    basis: BasisReference,
  }),
]);
export type StockTask = z.infer<typeof StockTask>;

const occurredAt = StoredInstant;
/** In the unit of the kind (`kindFacts`). */
const quantity = z.int().min(1);

export const StockRegistered = z.strictObject({ occurredAt, kind: StockKind, home: Home });
export const StockReceived = z.strictObject({ occurredAt, quantity, note: z.string().optional() });
/** Somebody counted: this is what is there, whatever the books said. */
export const StockCounted = z.strictObject({
  occurredAt,
  quantity: z.int().min(0),
  note: z.string().optional(),
});
export const StockCommitted = z.strictObject({ occurredAt, commitment: Id, quantity, task: StockTask });
/** Handed out of what was promised; in parts, or at once. */
export const StockIssued = z.strictObject({
  occurredAt,
  commitment: Id,
  conversation: Id.optional(),
  quantity,
});
/** What of a promise was not handed out is free again. */
export const StockCommitmentCancelled = z.strictObject({
  occurredAt,
  commitment: Id,
  conversation: Id.optional(),
  reason: z.string(),
});

export type StockEvent =
  | { type: 'StockRegistered'; data: z.infer<typeof StockRegistered> }
  | { type: 'StockReceived'; data: z.infer<typeof StockReceived> }
  | { type: 'StockCounted'; data: z.infer<typeof StockCounted> }
  | { type: 'StockCommitted'; data: z.infer<typeof StockCommitted> }
  | { type: 'StockIssued'; data: z.infer<typeof StockIssued> }
  | { type: 'StockCommitmentCancelled'; data: z.infer<typeof StockCommitmentCancelled> };

/** Ledger stream of a stock. */
export const stockStream = (id: string): string => `stock-${id}`;

// State

/** A promise: how much of it is still to be handed out. */
interface Commitment {
  open: number;
  task: StockTask;
}
export type Stock =
  | { status: 'none' }
  | {
      status: 'kept';
      kind: StockKind;
      onHand: number;
      commitments: ReadonlyMap<string, Commitment>;
      /** Handed out whole, or called off. */
      closed: ReadonlySet<string>;
    };

export const initialStock: Stock = { status: 'none' };

type Kept = Extract<Stock, { status: 'kept' }>;

/** What is promised and not yet handed out. */
export const promisedOf = ({ commitments }: Pick<Kept, 'commitments'>): number =>
  [...commitments.values()].reduce((sum, { open }) => sum + open, 0);

/** What can still be promised: none where a count found less than what is promised. */
export const freeOf = (stock: Kept): number => Math.max(0, stock.onHand - promisedOf(stock));

/** Folds one event. Total over every order of events; an event that does not apply leaves the state as it is. */
export const evolveStock = (stock: Stock, event: StockEvent): Stock => {
  if (stock.status === 'none') {
    if (event.type !== 'StockRegistered') return stock;
    return { status: 'kept', kind: event.data.kind, onHand: 0, commitments: new Map(), closed: new Set() };
  }
  switch (event.type) {
    case 'StockRegistered':
      return stock;
    case 'StockReceived':
      return { ...stock, onHand: stock.onHand + event.data.quantity };
    case 'StockCounted':
      return { ...stock, onHand: event.data.quantity };
    case 'StockCommitted': {
      const { commitment, quantity: open, task } = event.data;
      if (stock.commitments.has(commitment) || stock.closed.has(commitment)) return stock;
      return { ...stock, commitments: new Map(stock.commitments).set(commitment, { open, task }) };
    }
    case 'StockIssued': {
      const found = stock.commitments.get(event.data.commitment);
      if (!found) return stock;
      const onHand = Math.max(0, stock.onHand - event.data.quantity);
      const open = found.open - event.data.quantity;
      if (open <= 0) return { ...closed(stock, event.data.commitment), onHand };
      return {
        ...stock,
        onHand,
        commitments: new Map(stock.commitments).set(event.data.commitment, { ...found, open }),
      };
    }
    case 'StockCommitmentCancelled':
      return stock.commitments.has(event.data.commitment) ? closed(stock, event.data.commitment) : stock;
  }
};

const closed = (stock: Kept, commitment: string): Kept => {
  const commitments = new Map(stock.commitments);
  commitments.delete(commitment);
  return { ...stock, commitments, closed: new Set([...stock.closed, commitment]) };
};

// Commands

const note = z.string().trim().min(1).max(1000).optional();
const id = Id.toLowerCase();
const when = Instant.optional();

export const RegisterStock = z.strictObject({ occurredAt: when, kind: StockKind, home: HomeBody });
export const ReceiveStock = z.strictObject({ occurredAt: when, quantity: z.int(), note });
export const CountStock = z.strictObject({ occurredAt: when, quantity: z.int(), note });
/** For an incident of one's own; for the neighbour it follows from the commit of an accepted offer. */
export const AllotStock = z.strictObject({ occurredAt: when, incident: id, quantity: z.int() });
export const IssueStock = z.strictObject({ occurredAt: when, commitment: id, quantity: z.int() });
export const CancelAllotment = z.strictObject({
  occurredAt: when,
  commitment: id,
  reason: z.string().trim().min(3).max(1000),
});

interface Envelope {
  by: RegencyCode;
  at: string;
}
export type StockCommand = Envelope &
  (
    | { type: 'register'; body: z.infer<typeof RegisterStock> }
    | { type: 'receive'; body: z.infer<typeof ReceiveStock> }
    | { type: 'count'; body: z.infer<typeof CountStock> }
    | { type: 'allot'; commitment: string; body: z.infer<typeof AllotStock> }
    | {
        /** The lender's side of a committed offer. */
        type: 'commit';
        commitment: string;
        quantity: number;
        regency: RegencyCode;
        conversation: string;
        request?: string;
        offer: string;
        basis: Basis | undefined;
      }
    | { type: 'issue'; body: z.infer<typeof IssueStock> }
    | { type: 'cancel'; body: z.infer<typeof CancelAllotment> }
  );

/** Bodies by the verb in the route: `POST /api/v1/stocks/{id}/{verb}`. */
export const stockVerbs = {
  receive: ReceiveStock,
  count: CountStock,
  allot: AllotStock,
  issue: IssueStock,
  cancel: CancelAllotment,
} as const;
export type StockVerb = keyof typeof stockVerbs;

// Decisions

export type StockRejection =
  | CommonRejection
  | BasisRejection
  | 'already_registered'
  | 'stock_unknown'
  | 'place_not_ours'
  | 'quantity_below_one'
  | 'quantity_below_zero'
  | 'not_enough_stock'
  | 'more_than_committed'
  | 'commitment_unknown'
  | 'commitment_over';
export type StockDecision = Decision<StockEvent, StockRejection>;

/** Decides `command` against `stock`. Returns the events to append, none when it is already so, or a rejection. */
export const decideStock = (command: StockCommand, stock: Stock): StockDecision => {
  const occurredAt = 'body' in command ? (command.body.occurredAt ?? command.at) : command.at;
  const common = commonRefusal(command.at, occurredAt, textsOf(command));
  if (common) return common;
  if (command.type === 'register') {
    if (stock.status !== 'none') return reject('already_registered');
    const { kind, home } = command.body;
    const refused = placeRefusal(home.place, command.by);
    if (refused) return refused;
    const { place, point, name } = home;
    return accept({
      type: 'StockRegistered',
      data: { occurredAt, kind, home: { place, ...(point ? { point } : {}), ...(name ? { name } : {}) } },
    });
  }
  if (stock.status === 'none') return reject('stock_unknown');
  switch (command.type) {
    case 'receive': {
      const { quantity: received, note: said } = command.body;
      if (received < 1) return reject('quantity_below_one', { quantity: received });
      return accept({
        type: 'StockReceived',
        data: { occurredAt, quantity: received, ...(said ? { note: said } : {}) },
      });
    }
    case 'count': {
      const { quantity: counted, note: said } = command.body;
      if (counted < 0) return reject('quantity_below_zero', { quantity: counted });
      return accept({
        type: 'StockCounted',
        data: { occurredAt, quantity: counted, ...(said ? { note: said } : {}) },
      });
    }
    case 'allot':
    case 'commit':
      return decideCommitment(command, stock, occurredAt);
    case 'issue': {
      const { commitment, quantity: asked } = command.body;
      if (asked < 1) return reject('quantity_below_one', { quantity: asked });
      const found = stock.commitments.get(commitment);
      if (!found) return missing(stock, commitment);
      if (asked > found.open) return reject('more_than_committed', { quantity: asked, open: found.open });
      if (asked > stock.onHand) return reject('not_enough_stock', { quantity: asked, onHand: stock.onHand });
      return accept({
        type: 'StockIssued',
        data: { occurredAt, commitment, ...conversationOf(found.task), quantity: asked },
      });
    }
    case 'cancel': {
      const { commitment, reason } = command.body;
      if (stock.closed.has(commitment)) return accept();
      const found = stock.commitments.get(commitment);
      if (!found) return missing(stock, commitment);
      return accept({
        type: 'StockCommitmentCancelled',
        data: { occurredAt, commitment, ...conversationOf(found.task), reason },
      });
    }
  }
};

const textsOf = (command: StockCommand): Record<string, string | undefined> => {
  if (!('body' in command)) return {};
  const { body } = command;
  return {
    ...('note' in body ? { note: body.note } : {}),
    ...('reason' in body ? { reason: body.reason } : {}),
    ...('home' in body ? { home: body.home.name } : {}),
  };
};

const missing = (stock: Kept, commitment: string) =>
  reject(stock.closed.has(commitment) ? 'commitment_over' : 'commitment_unknown', { commitment });

const conversationOf = (task: StockTask) =>
  task.for === 'neighbour' ? { conversation: task.conversation } : {};

const decideCommitment = (
  command: Extract<StockCommand, { type: 'allot' | 'commit' }>,
  stock: Kept,
  occurredAt: string,
): StockDecision => {
  const { commitment } = command;
  const wanted = command.type === 'allot' ? command.body.quantity : command.quantity;
  if (wanted < 1) return reject('quantity_below_one', { quantity: wanted });
  if (stock.commitments.has(commitment) || stock.closed.has(commitment)) return accept();
  const promise = (task: StockTask): StockDecision => {
    const free = freeOf(stock);
    if (wanted > free) return reject('not_enough_stock', { quantity: wanted, free });
    return accept({ type: 'StockCommitted', data: { occurredAt, commitment, quantity: wanted, task } });
  };
  if (command.type === 'allot') return promise({ for: 'own', incident: command.body.incident });
  const { regency, conversation, request, offer, basis, at } = command;
  const refused = basisRefusal(basis, { neighbour: regency, at, kinds: [stock.kind] });
  if (refused || !basis) return refused ?? reject('agreement_not_in_force', { neighbour: regency, at });
  return promise({
    for: 'neighbour',
    regency,
    conversation,
    ...(request ? { request } : {}),
    offer,
    basis: basis.reference,
  });
};
