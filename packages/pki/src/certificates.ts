/** X.509 certificates with P-256 keys. Times are milliseconds since 1970. */
// The library's dependency injection needs it, before anything else of it is loaded.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A private key and a certificate of its public key, both as PEM. */
export interface Pair {
  key: string;
  certificate: string;
}

export interface Span {
  notBefore: number;
  notAfter: number;
}

/** What a certificate is good for. */
export type Purpose =
  /**
   * A hub's server, reached by these names and addresses. It also dials the other servers of its cluster, which know
   * it by its email name.
   */
  | { kind: 'hub'; hosts: readonly string[] }
  /** A site's leaf server, which dials the hub and is known there by this email name. */
  | { kind: 'site'; name: string };

/** The email name that makes a server one of a hub's cluster. */
const HUB_NODES = 'nodes@hub.siaga';

/** The names in a certificate for this purpose. */
export const namesFor = (purpose: Purpose): string[] =>
  purpose.kind === 'hub' ? [...purpose.hosts, HUB_NODES] : [purpose.name];

/** A key for signing: PEM of PKCS #8. */
export const newKey = async (): Promise<string> => {
  const { privateKey } = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
};

/** An authority's own certificate: it signs certificates of servers and no further authorities. */
export const selfSigned = async (name: string, span: Span): Promise<Pair> => {
  const key = await newKey();
  const keys = await keysOf(key);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    serialNumber: newSerial(),
    notBefore: new Date(span.notBefore),
    notAfter: new Date(span.notAfter),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key, certificate: certificate.toString('pem') };
};

/** A request to certify the key; it proves that who asks has the private key. PEM. */
export const requestFor = async (key: string): Promise<string> => {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: ['siaga'] }],
    keys: await keysOf(key),
    signingAlgorithm: ALGORITHM,
  });
  return request.toString('pem');
};

/**
 * Signs a request. Of the request only the key counts: for what and for whom the certificate is good is said by
 * who signs. Throws when the request's own signature is wrong.
 */
export const sign = async (issuer: Pair, request: string, purpose: Purpose, span: Span): Promise<string> => {
  const asked = new x509.Pkcs10CertificateRequest(request);
  if (!(await asked.verify())) throw new Error('the request is not signed with the key that it names');
  const authority = new x509.X509Certificate(issuer.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [purpose.kind === 'hub' ? (purpose.hosts[0] ?? 'hub') : purpose.name] }],
    issuer: authority.subject,
    serialNumber: newSerial(),
    notBefore: new Date(span.notBefore),
    notAfter: new Date(Math.min(span.notAfter, authority.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: asked.publicKey,
    signingKey: (await keysOf(issuer.key)).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // A site's certificate is for clients alone: with it nobody passes for a hub.
      new x509.ExtendedKeyUsageExtension(
        purpose.kind === 'hub'
          ? [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]
          : [x509.ExtendedKeyUsage.clientAuth],
      ),
      new x509.SubjectAlternativeNameExtension(
        namesFor(purpose).map((value) => ({ type: typeOf(value), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return certificate.toString('pem');
};

/** When a certificate counts. */
export const spanOf = (certificate: string): Span => {
  const { notBefore, notAfter } = new x509.X509Certificate(certificate);
  return { notBefore: notBefore.getTime(), notAfter: notAfter.getTime() };
};

/** Whether a certificate is of this request's key, by one of these authorities. */
export const belongs = async (
  certificate: string,
  request: string,
  authorities: readonly string[],
): Promise<boolean> => {
  const parsed = new x509.X509Certificate(certificate);
  const asked = new x509.Pkcs10CertificateRequest(request);
  if (Buffer.compare(Buffer.from(parsed.publicKey.rawData), Buffer.from(asked.publicKey.rawData)) !== 0)
    return false;
  for (const authority of authorities) {
    const { publicKey } = new x509.X509Certificate(authority);
    if (await parsed.verify({ publicKey, signatureOnly: true })) return true;
  }
  return false;
};

/** The names that a certificate is good for: emails, host names, addresses. */
export const namesOf = (certificate: string): string[] => {
  const extension = new x509.X509Certificate(certificate).getExtension(x509.SubjectAlternativeNameExtension);
  return (extension?.names.items ?? []).map(({ value }) => value);
};

/** SHA-256 of a request's or certificate's public key, to read out over the telephone. */
export const fingerprintOf = async (request: string): Promise<string> => {
  const { publicKey } = new x509.Pkcs10CertificateRequest(request);
  return Buffer.from(await crypto.subtle.digest('SHA-256', publicKey.rawData))
    .toString('hex')
    .replace(/(....)(?=.)/g, '$1 ');
};

/** The certificates of a file that holds several. */
export const certificatesIn = (text: string): string[] =>
  x509.PemConverter.decode(text).map((der) => new x509.X509Certificate(der).toString('pem'));

const typeOf = (name: string): 'email' | 'ip' | 'dns' => {
  if (name.includes('@')) return 'email';
  return isIP(name) === 0 ? 'dns' : 'ip';
};

/** Positive and of 127 bits, as RFC 5280 wants it. */
const newSerial = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
};

const keysOf = async (pem: string) => {
  const [der] = x509.PemConverter.decode(pem);
  if (!der) throw new Error('no key in the PEM text');
  const privateKey = await crypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', privateKey);
  if (kty === undefined || crv === undefined || x === undefined || y === undefined)
    throw new Error('not a key on P-256');
  const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, true, ['verify']);
  return { privateKey, publicKey };
};
