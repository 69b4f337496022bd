/**
 * Sites tell each other that they are alive, up to where they have published, and what they have of each other. Plain NATS messages through the
 * hub, `heartbeat.6207`: one that does not arrive is not sent again.
 */
import { RegencyCode, regencyToken, StoredInstant } from '@siaga/domain';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { linkOf } from './connect.ts';
import { reasonOf } from './errors.ts';

/** The newest entry of a journal that somebody has; number 0 for none. */
const Seen = z.object({
  sequence: z.int().nonnegative(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export const Beat = z.object({
  regency: RegencyCode,
  /** The last sequence that the regency has published. */
  sequence: z.int().nonnegative(),
  /** On the sender's clock. */
  sentAt: StoredInstant,
  /**
   * Why the sender publishes nothing new, whatever it records: `restored`, `forgotten` or `forked`, or `starting` while
   * it does not know itself. Such a beat says that it lives; that nothing is missing here it does not say.
   */
  held: z.string().optional(),
  /** What the sender has of its neighbours' shared journals; from software that does not say, absent. */
  seen: z.record(RegencyCode, Seen).optional(),
});
export type Beat = z.infer<typeof Beat>;

export interface Heartbeats {
  stop(): void;
}
export interface SentHeartbeats extends Heartbeats {
  /** Sends one now, besides. */
  beat(): void;
}

/** The subject of a regency's beats: `heartbeat.6207`. */
export const heartbeatOf = (regency: RegencyCode): string => `heartbeat.${regencyToken(regency)}`;

/**
 * Sends a beat now and then every `everyMs`. While the connection is down none is sent, so that none is kept
 * back and comes late: a late beat would vouch for a time at which its sequence was old.
 */
export function sendHeartbeats(
  nc: NatsConnection,
  regency: RegencyCode,
  {
    sequence,
    more = () => ({}),
    everyMs,
  }: { sequence: () => number; more?: () => Pick<Beat, 'held' | 'seen'>; everyMs: number },
): SentHeartbeats {
  const link = linkOf(nc);
  const send = () => {
    if (!link.isUp()) return;
    const beat: Beat = { regency, sequence: sequence(), ...more(), sentAt: new Date().toISOString() };
    nc.publish(heartbeatOf(regency), JSON.stringify(beat));
  };
  send();
  const timer = setInterval(send, everyMs);
  return { beat: send, stop: () => clearInterval(timer) };
}

/**
 * Calls back for every beat of these regencies. A beat says that the regency had published up to `sequence` when
 * it sent it; a stalled link can hold one back for up to 30 s. What is no beat of the regency on whose subject
 * it came goes to `onMalformed`, with the reason.
 */
export function listenHeartbeats(
  nc: NatsConnection,
  regencies: readonly RegencyCode[],
  onBeat: (beat: Beat) => void,
  onMalformed?: (problem: { regency: RegencyCode; reason: string }) => void,
): Heartbeats {
  const subscriptions = regencies.map((regency) =>
    nc.subscribe(heartbeatOf(regency), {
      callback: (error, message) => {
        let beat: Beat;
        try {
          if (error) throw error;
          beat = Beat.parse(message.json());
          if (beat.regency !== regency)
            throw new Error(`a beat of ${beat.regency} on ${heartbeatOf(regency)}`);
        } catch (problem) {
          onMalformed?.({ regency, reason: reasonOf(problem) });
          return;
        }
        onBeat(beat);
      },
    }),
  );
  return {
    stop() {
      if (nc.isClosed()) return;
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
