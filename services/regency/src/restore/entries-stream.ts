/** Entries of a shared journal as a stream of this site has them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegencyCode, Keyring } from '@siaga/domain';
import { follow, type FollowOptions } from '@siaga/stream';
import { type KnownEntry, RecoverRefused } from './recover.ts';

const PATIENCE_MS = 15_000;

/**
 * All that a stream has of a regency's journal, in order, up to the first hole; what is forged is passed over. `keys` are
 * those that counted at the beginning. Rejects with `RecoverRefused` where there
 * is no such stream within 15 s.
 */
export async function readEntriesOfStream(
  nc: FollowOptions['nc'],
  { stream, regency, keys }: { stream: string; regency: RegencyCode; keys: Keyring },
): Promise<KnownEntry[]> {
  const entries: KnownEntry[] = [];
  const done = new AbortController();
  const caughtUp = Promise.withResolvers<'read'>();
  const follower = follow({
    nc,
    stream,
    regency,
    after: 0,
    keys,
    deliver: async (batch) => {
      for (const delivery of batch) {
        if (delivery.kind === 'event') entries.push({ event: delivery.event, raw: delivery.raw });
      }
    },
    onCaughtUp: () => caughtUp.resolve('read'),
  });
  try {
    // It goes on while entries come, however many there are.
    for (let before = -1; ; before = entries.length) {
      const outcome = await Promise.race([
        caughtUp.promise,
        sleep(PATIENCE_MS, undefined, { signal: done.signal }).catch(() => undefined),
      ]);
      if (outcome === 'read') return entries;
      if (entries.length === before)
        throw new RecoverRefused(`${stream} can’t be read: ${follower.state().failing ?? 'nothing comes'}`);
    }
  } finally {
    done.abort();
    await follower.stop();
  }
}
