/**
 * Events of the conversation that makes an agreement (kesepakatan bersama, PKS: PP 28/2018, Permendagri 22/2020).
 * It has two halves: what the owner, who drafts, says in its ledger, and what the other party says in its own. Both
 * have the same id and the same event types; who said an event is known from whose ledger it comes.
 */
import { z } from 'zod';
import { Id, RegencyCode, StoredInstant } from '../codes.ts';
import { AidKind } from '../resource/kinds.ts';
import { Day } from '../shared/days.ts';
import { GrantedClass } from '../shared/envelope.ts';
import { NamedKey } from '../signing/signing-keys.ts';

/** What a clause is called through all versions, so that its history can be followed. */
export const ClauseId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a clause id is lower case letters, digits and hyphens');
/** Stands for the terms where a clause's id would: proposals and comments can be about them too. */
export const TERMS = 'terms';

export const Clause = z.strictObject({ id: ClauseId, heading: z.string(), text: z.string() });
export type Clause = z.infer<typeof Clause>;

/** Whom to reach: an office, never a person. */
export const Contact = z.strictObject({ regency: RegencyCode, office: z.string(), channel: z.string() });

/** What software must know of an agreement. */
export const Terms = z.strictObject({
  dataClasses: z.array(GrantedClass),
  resourceKinds: z.array(AidKind),
  longestDeploymentDays: z.int().positive(),
  whoPays: z.enum(['asking', 'lending', 'each-own']),
  contacts: z.array(Contact),
  /** Within how many minutes a request is to be answered. */
  responseMinutes: z.int().positive(),
  /** First and last day in force. */
  from: Day,
  to: Day,
  /** Whether it burdens the budget (APBD), so that each DPRD must approve it. */
  burdensBudget: z.boolean(),
  /** The keys with which each party signs what it shares: whoever signs the agreement trusts them from then on. */
  signingKeys: z.array(NamedKey).optional(),
});
export type Terms = z.infer<typeof Terms>;

export const AgreementDocument = z.strictObject({
  title: z.string(),
  clauses: z.array(Clause).min(1),
  terms: Terms,
});
export type AgreementDocument = z.infer<typeof AgreementDocument>;

/** SHA-256, in hex, of the document's canonical JSON (RFC 8785). */
export const DocumentHash = z.string().regex(/^[0-9a-f]{64}$/, 'a hash is 64 hex digits');

const occurredAt = StoredInstant;
const version = z.int().positive();
/** One text: two that have the same version and the same hash are the same. */
const text = { version, hash: DocumentHash };

export const AgreementDrafted = z.strictObject({
  occurredAt,
  counterpart: RegencyCode,
  version: z.literal(1),
  document: AgreementDocument,
  hash: DocumentHash,
});
export const AgreementRevised = z.strictObject({
  occurredAt,
  version,
  /** `revision`: nothing is signed yet. The others change what both have signed. */
  kind: z.enum(['revision', 'addendum', 'extension']),
  document: AgreementDocument,
  hash: DocumentHash,
  adopts: z.array(Id),
});
const proposed = { occurredAt, proposal: Id, version, clause: ClauseId, reason: z.string() };
export const ClauseProposed = z.discriminatedUnion('change', [
  z.strictObject({ ...proposed, change: z.literal('reword'), text: z.string() }),
  z.strictObject({ ...proposed, change: z.literal('add'), heading: z.string(), text: z.string() }),
  z.strictObject({ ...proposed, change: z.literal('remove') }),
]);
export const ClauseCommented = z.strictObject({ occurredAt, version, clause: ClauseId, text: z.string() });
export const ProposalDeclined = z.strictObject({ occurredAt, proposal: Id, reason: z.string() });
/** This text is final for the one who says so: it would sign it. */
export const AgreementFinalised = z.strictObject({ occurredAt, ...text });
export const AgreementDprdApproved = z.strictObject({
  occurredAt,
  ...text,
  /** Number of the council's decision. */
  decision: z.string(),
  decidedOn: Day,
});
export const AgreementSigned = z.strictObject({ occurredAt, ...text, signedOn: Day });
/** Ends the agreement, or the talks about it, from `effectiveAt` on. */
export const AgreementTerminated = z.strictObject({
  occurredAt,
  reason: z.string(),
  effectiveAt: StoredInstant,
});

export type AgreementEvent =
  | { type: 'AgreementDrafted'; data: z.infer<typeof AgreementDrafted> }
  | { type: 'AgreementRevised'; data: z.infer<typeof AgreementRevised> }
  | { type: 'ClauseProposed'; data: z.infer<typeof ClauseProposed> }
  | { type: 'ClauseCommented'; data: z.infer<typeof ClauseCommented> }
  | { type: 'ProposalDeclined'; data: z.infer<typeof ProposalDeclined> }
  | { type: 'AgreementFinalised'; data: z.infer<typeof AgreementFinalised> }
  | { type: 'AgreementDprdApproved'; data: z.infer<typeof AgreementDprdApproved> }
  | { type: 'AgreementSigned'; data: z.infer<typeof AgreementSigned> }
  | { type: 'AgreementTerminated'; data: z.infer<typeof AgreementTerminated> };

/** Ledger stream of one's own half of an agreement's conversation. */
export const agreementStream = (id: string): string => `agreement-${id}`;
