/** Signatures of shared events: Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of the envelope without it. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { type SharedEvent, SigningKey } from '@siaga/domain';
import canonicalize from 'canonicalize';

/** A private key with the name that its public half gives it. */
export interface PrivateKey {
  key: SigningKey;
  private: KeyObject;
}

/** The envelope, signed. Same envelope and key, same signature. */
export const signed = (envelope: SharedEvent, { key, private: privateKey }: PrivateKey): SharedEvent => {
  const { data, ...attributes } = envelope;
  const named = { ...attributes, signingkey: key };
  const signature = sign(null, bytesOf({ ...named, data }), privateKey).toString('base64url');
  return { ...named, signature, data };
};

/** Whether `raw`, an envelope as it was published, carries a signature of all of it with `key`. */
export const isSignedWith = (key: SigningKey, raw: string): boolean => {
  const { signature, ...rest }: Record<string, unknown> = JSON.parse(raw);
  if (typeof signature !== 'string') return false;
  try {
    return verify(null, bytesOf(rest), publicKeyOf(key), Buffer.from(signature, 'base64url'));
  } catch {
    // A text that is no point of the curve, or one that has no canonical form.
    return false;
  }
};

const bytesOf = (value: unknown): Buffer => Buffer.from(canonicalize(value) ?? '');

/** The few keys that there are, since making one of its text takes as long as verifying. */
const publicKeys = new Map<SigningKey, KeyObject>();
const KEYS_KEPT = 100;
const publicKeyOf = (key: SigningKey): KeyObject => {
  const known = publicKeys.get(key);
  if (known) return known;
  const made = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
  if (publicKeys.size >= KEYS_KEPT) publicKeys.clear();
  publicKeys.set(key, made);
  return made;
};

export const newPrivateKey = (): PrivateKey => namedAfterPublic(generateKeyPairSync('ed25519').privateKey);

/** The text of a key's file (PKCS #8, PEM). */
export const pemOf = ({ private: privateKey }: PrivateKey): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** Throws for a text that is no Ed25519 private key. */
export const privateKeyOf = (pem: string): PrivateKey => namedAfterPublic(createPrivateKey(pem));

const namedAfterPublic = (privateKey: KeyObject): PrivateKey => ({
  key: SigningKey.parse(createPublicKey(privateKey).export({ format: 'jwk' }).x),
  private: privateKey,
});
