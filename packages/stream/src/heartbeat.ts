/**
 * Sites tell each other that they are alive and up to where they have published. Plain NATS messages through the
 * hub, `heartbeat.6207`: one that does not arrive is not sent again.
 */
import { RegencyCode, regencyToken, StoredInstant } from '@siaga/domain';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { linkOf } from './connect.ts';
import { reasonOf } from './errors.ts';

export const Beat = z.object({
  regency: RegencyCode,
  /** The last sequence that the regency has published. */
  sequence: z.int().nonnegative(),
  /** On the sender's clock. */
  sentAt: StoredInstant,
});
export type Beat = z.infer<typeof Beat>;

export interface Heartbeats {
  stop(): void;
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
  { sequence, everyMs }: { sequence: () => number; everyMs: number },
): Heartbeats {
  const link = linkOf(nc);
  const send = () => {
    if (!link.isUp()) return;
    const beat: Beat = { regency, sequence: sequence(), sentAt: new Date().toISOString() };
    nc.publish(heartbeatOf(regency), JSON.stringify(beat));
  };
  send();
  const timer = setInterval(send, everyMs);
  return { stop: () => clearInterval(timer) };
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
