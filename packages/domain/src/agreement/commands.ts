/**
 * Commands of agreements as they come in over HTTP (bodies), before the edge adds who, when, new ids and the hashes
 * that it has computed.
 */
import { z } from 'zod';
import { Id, Instant, RegencyCode } from '../codes.ts';
import { AidKind } from '../resource/kinds.ts';
import { Day } from '../shared/days.ts';
import { GrantedClass } from '../shared/envelope.ts';
import { NamedKey, type SigningKey } from '../signing/signing-keys.ts';
import { ClauseId, DocumentHash, TERMS } from './events.ts';

/** Text that has a canonical form in UTF-8 (RFC 8785 section 3.2.2.2 refuses lone surrogates). */
const words = (most: number, least = 1) =>
  z
    .string()
    .trim()
    .min(least)
    .max(most)
    .refine((text) => text.isWellFormed(), 'the text has half a character');
const reason = words(1000, 3);
const clauseText = words(8000);
const heading = words(200);
const id = Id.toLowerCase();
const version = z.int().positive();
/** A set, in an order of its own, so that the same terms always have the same hash. */
const setOf = <Member extends string>(member: z.ZodType<Member, Member>, least: number) =>
  z
    .array(member)
    .min(least)
    .max(50)
    .transform((members) => [...new Set(members)].sort());

const clauseId = ClauseId.refine((clause) => clause !== TERMS, 'this id stands for the terms');
export const DocumentBody = z.strictObject({
  title: words(300, 3),
  clauses: z
    .array(z.strictObject({ id: clauseId, heading, text: clauseText }))
    .min(1)
    .max(100)
    .refine(
      (clauses) => new Set(clauses.map((clause) => clause.id)).size === clauses.length,
      'each clause has an id of its own',
    )
    .refine(
      (clauses) => clauses.reduce((sum, { text }) => sum + text.length, 0) <= 150_000,
      'the clauses together have more than 150,000 characters',
    ),
  terms: z.strictObject({
    dataClasses: setOf(GrantedClass, 1),
    resourceKinds: setOf(AidKind, 0),
    longestDeploymentDays: z.int().min(1).max(365),
    whoPays: z.enum(['asking', 'lending', 'each-own']),
    contacts: z
      .array(z.strictObject({ regency: RegencyCode, office: words(200), channel: words(200) }))
      .min(1)
      .max(20),
    responseMinutes: z
      .int()
      .min(1)
      .max(7 * 24 * 60),
    from: Day,
    to: Day,
    burdensBudget: z.boolean(),
    signingKeys: z.array(NamedKey).max(20).optional(),
  }),
});

export const DraftAgreement = z.strictObject({ counterpart: RegencyCode, document: DocumentBody });
export const ReviseAgreement = z.strictObject({
  kind: z.enum(['revision', 'addendum', 'extension']),
  document: DocumentBody,
  /** Proposals that this text takes up, as they are or in other words. */
  adopts: z.array(id).max(200).default([]),
});
export const ProposeClause = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('reword'), version, clause: ClauseId, text: clauseText, reason }),
  z.strictObject({ change: z.literal('add'), version, clause: clauseId, heading, text: clauseText, reason }),
  z.strictObject({ change: z.literal('remove'), version, clause: clauseId, reason }),
]);
export const CommentOnClause = z.strictObject({ version, clause: ClauseId, text: words(4000) });
export const DeclineProposal = z.strictObject({ proposal: id, reason });
/** What is finalised, approved or signed is named by version and hash: exactly the text that was read. */
const text = { version, hash: DocumentHash };
export const FinaliseAgreement = z.strictObject(text);
export const ApproveByDprd = z.strictObject({ ...text, decision: words(200, 3), decidedOn: Day });
/** `signedOn`: the day of the command where it is left out. */
export const SignAgreement = z.strictObject({ ...text, signedOn: Day.optional() });
/** `effectiveAt`: the time of the command where it is left out. */
export const TerminateAgreement = z.strictObject({ reason, effectiveAt: Instant.optional() });

/** What every command carries: the regency whose site this is, and the time it came in. */
interface Envelope {
  by: RegencyCode;
  at: string;
}
/** The edge computes the hash of the body's document, for it is what the event says. */
interface Hashed {
  hash: string;
}
/**
 * The hash that this site computes of the version named, as it has it; undefined where it has none. A document that
 * the neighbour sent under another's hash is found here.
 */
interface Checked {
  computed: string | undefined;
  /** Keys that the text names as this regency's own, and with which it does not sign. */
  foreignKeys?: readonly SigningKey[];
}

export type AgreementCommand = Envelope &
  (
    | ({ type: 'draft'; body: z.infer<typeof DraftAgreement> } & Hashed)
    | ({ type: 'revise'; body: z.infer<typeof ReviseAgreement> } & Hashed)
    | { type: 'propose'; body: z.infer<typeof ProposeClause>; proposal: string }
    | { type: 'comment'; body: z.infer<typeof CommentOnClause> }
    | { type: 'decline'; body: z.infer<typeof DeclineProposal> }
    | ({ type: 'finalise'; body: z.infer<typeof FinaliseAgreement> } & Checked)
    | ({ type: 'approveDprd'; body: z.infer<typeof ApproveByDprd> } & Checked)
    | ({ type: 'sign'; body: z.infer<typeof SignAgreement> } & Checked)
    | { type: 'terminate'; body: z.infer<typeof TerminateAgreement> }
  );

/** Bodies by the verb that stands in the route: `POST /api/v1/agreements/{id}/{verb}`. */
export const agreementVerbs = {
  revise: ReviseAgreement,
  propose: ProposeClause,
  comment: CommentOnClause,
  decline: DeclineProposal,
  finalise: FinaliseAgreement,
  'approve-dprd': ApproveByDprd,
  sign: SignAgreement,
  terminate: TerminateAgreement,
} as const;
export type AgreementVerb = keyof typeof agreementVerbs;
