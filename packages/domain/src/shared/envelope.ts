/**
 * What crosses the border: CloudEvents 1.0 (JSON, structured mode) with the extensions that make a
 * regency's events one dense, hash-linked journal.
 */
import { z } from 'zod';
import { Actor, Id, RegencyCode, StoredInstant } from '../codes.ts';
import { SigningKey } from '../signing/signing-keys.ts';

/**
 * What may leave the site: each event type declares its class (see `catalogue.ts`). `public` always does,
 * `resources` and `mutual-aid` where an agreement or an override grants them, `local` never.
 */
export const DataClass = z.enum(['public', 'resources', 'mutual-aid', 'local']);
export type DataClass = z.infer<typeof DataClass>;
/** The classes that an agreement or an override can grant. */
export const GrantedClass = DataClass.extract(['resources', 'mutual-aid']);
export type GrantedClass = z.infer<typeof GrantedClass>;

/**
 * The envelope of one shared event. `sequence` numbers a regency's shared events 1, 2, 3 … without holes;
 * `previoushash` is the SHA-256 (hex) of the entry before it as published, 64 zeros for the first.
 * `time` is when it happened in the world, `recordedat` when the owner's ledger had it.
 * Extension names are lower case letters and digits, as CloudEvents 1.0 section 3.1 asks.
 */
export const SharedEvent = z.object({
  specversion: z.literal('1.0'),
  id: Id,
  source: z.string().min(1),
  type: z.string().regex(/^siaga\.[a-z-]+\.[a-z-]+\.v\d+$/),
  subject: z.string().min(1),
  time: StoredInstant,
  datacontenttype: z.literal('application/json'),
  regency: z.string().regex(/^\d{4}$/),
  sequence: z.int().positive(),
  previoushash: z.string().regex(/^[0-9a-f]{64}$/),
  revision: z.int().positive(),
  recordedat: StoredInstant,
  hazard: z.string().regex(/^[a-z-]+$/),
  dataclass: DataClass,
  actor: Actor,
  correlationid: Id,
  causationid: Id,
  /** The public key that `signature` is to be checked with. What never leaves the site is not signed. */
  signingkey: SigningKey.optional(),
  /** Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of the envelope without this attribute; base64url. */
  signature: z
    .string()
    .regex(/^[A-Za-z0-9_-]{86}$/)
    .optional(),
  data: z.record(z.string(), z.unknown()),
});
export type SharedEvent = z.infer<typeof SharedEvent>;

/** The `source` of a regency's events. */
export const sourceOf = (regency: RegencyCode): string => `/regencies/${regency}`;

/** Where a subject begins: what is shared, what stays within the site, and what a site was given again of what it missed. */
export type SubjectRoot = 'disaster' | 'internal' | 'repair';

/** `disaster.<regency>.<hazard>.<aggregate>.<event>`; hazard is `general` where none applies. */
export const subjectOf = (
  event: Pick<SharedEvent, 'regency' | 'hazard' | 'type'>,
  root: SubjectRoot = 'disaster',
): string => {
  const { type, regency, hazard } = event;
  // `siaga.<aggregate>.<event>.v1`, cut out: to split it takes four times as long, for every message.
  return `${root}.${regency}.${hazard}.${type.slice(type.indexOf('.') + 1, type.lastIndexOf('.'))}`;
};

/** The hash that the first entry of a journal links to. */
export const GENESIS_HASH = '0'.repeat(64);
