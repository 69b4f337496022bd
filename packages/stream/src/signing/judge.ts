/**
 * Tells genuine events from forged ones. Each names the SHA-256 of the one before it, so a signature vouches for all
 * that lead up to it without a gap: of a batch that arrives whole, one signature is checked.
 */
import { hash } from 'node:crypto';
import {
  decodeEvent,
  evolveKeyring,
  keyCounts,
  type Keyring,
  keyringOf,
  type SharedEvent,
  type SigningKey,
  type SigningKeyEvent,
} from '@siaga/domain';
import { isSignedWith } from './signature.ts';

/** What is to be judged: an event and its text as published. */
interface Judged {
  event: SharedEvent;
  raw: string;
}

type Verdict = 'genuine' | 'forged';

interface Forgery {
  /** For people. */
  reason: string;
  /** Whether it is refused for want of a key that may be announced later. */
  keyUnknown: boolean;
}

export interface Judge {
  /**
   * Judges the messages of a batch. The answer tells why the one at an index is no event that its regency signed;
   * undefined when it is. Asked in the order in which the events are taken, each after `learn` of those before.
   */
  of(batch: readonly (Judged | undefined)[]): (index: number) => Forgery | undefined;
  /** Trusts these from now on, where nothing is known of them. */
  trust(keys: readonly SigningKey[]): void;
  /** Takes in a genuine event, in the regency's order. Answers whether other keys count from here on. */
  learn(event: SharedEvent): boolean;
}

/** A judge of one regency's events, beginning with the keys that count after the last event taken so far. */
export function openJudge(keys: Keyring): Judge {
  let ring = keys;

  const judge = ({ event: { signingkey }, raw }: Judged): Verdict | undefined => {
    if (signingkey === undefined || !keyCounts(ring, signingkey)) return undefined;
    return isSignedWith(signingkey, raw) ? 'genuine' : 'forged';
  };

  return {
    of(batch) {
      /** What was found out, by index. A key that is not known yet says nothing for good. */
      const verdicts: (Verdict | undefined)[] = batch.map(() => undefined);
      const chainFrom = chainsOf(batch);
      return (index) => {
        const first = batch[index];
        if (!first || verdicts[index] === 'genuine') return undefined;
        const chain = chainFrom(index);
        const vouching = chain.findLastIndex((at) => {
          const one = batch[at];
          verdicts[at] ??= one && judge(one);
          return verdicts[at] === 'genuine';
        });
        for (const at of chain.slice(0, vouching + 1)) verdicts[at] = 'genuine';
        return vouching >= 0 ? undefined : forgeryOf(first, ring);
      };
    },
    trust(more) {
      ring = { ...keyringOf(more), ...ring };
    },
    learn({ type, data }) {
      if (!type.startsWith('siaga.signing-key.')) return false;
      const decoded = decodeEvent(type, data);
      if (!decoded.ok || !isOfKeys(decoded.event)) return false;
      ring = evolveKeyring(ring, decoded.event);
      return true;
    },
  };
}

/** Answers where the message at an index stands, and those after it that each follow on the one before. */
const chainsOf = (batch: readonly (Judged | undefined)[]): ((index: number) => number[]) => {
  // Each is hashed once, however often it is asked about.
  const hashes: (string | undefined)[] = batch.map(() => undefined);
  const hashAt = (at: number, { raw }: Judged): string => (hashes[at] ??= hash('sha256', raw));
  return (index) => {
    const chain: number[] = [];
    let last: Judged | undefined;
    for (let at = index; at < batch.length; at += 1) {
      const one = batch[at];
      // What can't be read was put in between, and breaks nothing.
      if (!one) continue;
      const before = chain.at(-1);
      if (last && before !== undefined) {
        if (one.event.sequence !== last.event.sequence + 1) break;
        if (one.event.previoushash !== hashAt(before, last)) break;
      }
      chain.push(at);
      last = one;
    }
    return chain;
  };
};

const isOfKeys = (event: { type: string }): event is SigningKeyEvent =>
  event.type === 'SigningKeyAnnounced' || event.type === 'SigningKeyRevoked';

const forgeryOf = ({ event: { signingkey, signature } }: Judged, ring: Keyring): Forgery => {
  if (signingkey === undefined || signature === undefined)
    return { reason: 'signature: it is not signed', keyUnknown: false };
  if (keyCounts(ring, signingkey)) {
    return {
      reason: `signature: it is not the one that key ${signingkey} gives this event`,
      keyUnknown: false,
    };
  }
  return Object.hasOwn(ring, signingkey)
    ? { reason: `signature: key ${signingkey} was revoked`, keyUnknown: false }
    : { reason: `signature: key ${signingkey} is not known as the regency's`, keyUnknown: true };
};
