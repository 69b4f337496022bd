import type { SigningKeyRejection } from '@siaga/domain';
import { type Facts, text } from './words.ts';

export const signingSentences: Record<SigningKeyRejection, (facts: Facts) => string> = {
  signing_key_known: ({ key }) => `The key ${text(key)} was announced before.`,
  signing_key_unknown: ({ key }) =>
    `This regency has no key ${text(key)}; GET /api/v1/signing-keys lists them.`,
  signing_key_in_use: ({ key }) =>
    `Everything is signed with ${text(key)}; make a new key first, then revoke this one.`,
};
