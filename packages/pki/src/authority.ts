/**
 * The authority that certifies servers, in a folder of its own: `authority-<n>.key` and `.pem`, each good for ten
 * years. The next one is made when three years are left. It is trusted at once and signs only 400 days later: every
 * certificate that counts then was made after it, and came with it among those to trust.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Pair, selfSigned, sign, spanOf, type Purpose, type Span } from './certificates.ts';
import { textOf, writePrivate, writePublic } from './files.ts';

const DAY_MS = 24 * 3_600_000;
const AUTHORITY_MS = 3_650 * DAY_MS;
const NEXT_BEFORE_MS = 1_095 * DAY_MS;
const TRUSTED_FIRST_MS = 400 * DAY_MS;
const SERVER_MS = 365 * DAY_MS;
/** A clock that is a little behind must not refuse what was made just now. */
const LEEWAY_MS = 5 * 60_000;

export interface Authority {
  /** PEM of every certificate to trust, the newest last. */
  readonly trusted: string;
  /** Certifies the key of a request for a year. Throws when the request's own signature is wrong. */
  certify(request: string, purpose: Purpose, span?: Span): Promise<string>;
}

/** Opens the authority of a folder. Makes what is missing or due there. */
export const ensureAuthority = async (folder: string, now: number): Promise<Authority> => {
  const present = existing(folder).filter(({ certificate }) => spanOf(certificate).notAfter > now);
  const lastEnd = Math.max(0, ...present.map(({ certificate }) => spanOf(certificate).notAfter));
  if (lastEnd - now < NEXT_BEFORE_MS) {
    const number = 1 + Math.max(0, ...numbers(folder));
    const made = await selfSigned(`Siaga authority ${number}`, {
      notBefore: now - LEEWAY_MS,
      notAfter: now + AUTHORITY_MS,
    });
    writePrivate(join(folder, `authority-${number}.key`), made.key);
    writePublic(join(folder, `authority-${number}.pem`), made.certificate);
    present.push(made);
  }
  return {
    trusted: present.map(({ certificate }) => `${certificate.trim()}\n`).join(''),
    certify: (request, purpose, span = { notBefore: now - LEEWAY_MS, notAfter: now + SERVER_MS }) =>
      sign(signer(present, now), request, purpose, span),
  };
};

/** The newest that has been trusted for long enough; while there is none such, the oldest. */
const signer = (pairs: readonly Pair[], now: number): Pair => {
  const known = pairs.findLast(({ certificate }) => now - spanOf(certificate).notBefore >= TRUSTED_FIRST_MS);
  const chosen = known ?? pairs[0];
  if (!chosen) throw new Error('the authority has no certificate');
  return chosen;
};

const numbers = (folder: string): number[] => {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const [, number] = /^authority-(\d+)\.pem$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
};

const existing = (folder: string): Pair[] =>
  numbers(folder)
    .sort((a, b) => a - b)
    .map((number) => {
      const key = textOf(join(folder, `authority-${number}.key`));
      const certificate = textOf(join(folder, `authority-${number}.pem`));
      if (key === undefined || certificate === undefined)
        throw new Error(`authority ${number} in ${folder} has no key beside its certificate`);
      return { key, certificate };
    });
