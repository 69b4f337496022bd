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

interface Forgery {
  /** For people. */
  reason: string;
  /** Whether it is refused for want of a key that may be announced later. */
  keyUnknown: boolean;
}

export interface Judge {
  /**
   * Why the message at `index` of a batch is no event that its regency signed; undefined when it is. Asked in the
   * order in which the events are taken, each after `learn` of those before.
   */
  against(batch: readonly (Judged | undefined)[], index: number): Forgery | undefined;
  /** Trusts these from now on, where nothing is known of them. */
  trust(keys: readonly SigningKey[]): void;
  /** Takes in a genuine event, in the regency's order. Answers whether other keys count from here on. */
  learn(event: SharedEvent): boolean;
}

/** A judge of one regency's events, beginning with the keys that count after the last event taken so far. */
export function openJudge(keys: Keyring): Judge {
  let ring = keys;
  /** What was found out, by message. A key that is not known yet says nothing for good. */
  const verdicts = new WeakMap<Judged, 'genuine' | 'forged'>();

  const hashes = new WeakMap<Judged, string>();

  const hashOf = (one: Judged): string => {
    const known = hashes.get(one) ?? hash('sha256', one.raw);
    hashes.set(one, known);
    return known;
  };
  const follows = (last: Judged, next: Judged): boolean =>
    next.event.sequence === last.event.sequence + 1 && next.event.previoushash === hashOf(last);

  /** The message and those after it that each follow on the one before. */
  const chainFrom = (batch: readonly (Judged | undefined)[], index: number): Judged[] => {
    const chain: Judged[] = [];
    for (const one of batch.slice(index)) {
      // What can't be read was put in between, and breaks nothing.
      if (!one) continue;
      const last = chain.at(-1);
      if (last && !follows(last, one)) break;
      chain.push(one);
    }
    return chain;
  };

  const judge = (one: Judged): 'genuine' | 'forged' | 'unknown key' => {
    const known = verdicts.get(one);
    if (known) return known;
    const { signingkey } = one.event;
    if (signingkey === undefined || !keyCounts(ring, signingkey)) return 'unknown key';
    const verdict = isSignedWith(signingkey, one.raw) ? 'genuine' : 'forged';
    verdicts.set(one, verdict);
    return verdict;
  };

  return {
    against(batch, index) {
      const first = batch[index];
      if (!first || verdicts.get(first) === 'genuine') return undefined;
      const chain = chainFrom(batch, index);
      const vouching = chain.findLastIndex((one) => judge(one) === 'genuine');
      for (const one of chain.slice(0, vouching + 1)) verdicts.set(one, 'genuine');
      return vouching >= 0 ? undefined : forgeryOf(first, ring);
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
