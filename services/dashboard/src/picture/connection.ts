/**
 * The browser's stream of the picture. Says within two seconds that it has lost the server, and within six that a
 * connection which looks open has gone silent (the server sends `sources` every two).
 */
import type { LiveEvents } from '@siaga/domain';

export type ConnectionState =
  | { is: 'connecting' }
  | { is: 'live' }
  /** `retryAt` by the machine's clock. */
  | { is: 'lost'; since: number; retryAt: number };

export interface StreamHandlers {
  onEvent<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name]): void;
  onState(state: ConnectionState): void;
  /** The stream begins without the thread of the one before: load everything anew. */
  onFreshStart(): void;
}

const LIVE: ConnectionState = { is: 'live' };
const SILENCE_MS = 6000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const names: (keyof LiveEvents)[] = [
  'sources',
  'incident',
  'hotspots',
  'hotspots-removed',
  'parked',
  'changed',
  'reset',
];

/** Connects now and keeps connecting for as long as the page lives. */
export const openStream = (url: string, handlers: StreamHandlers): void => {
  let source: EventSource | undefined;
  let lastEventId = '';
  let waitMs = FIRST_WAIT_MS;
  let lostSince: number | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const lose = () => {
    source?.close();
    source = undefined;
    clearTimeout(silence);
    clearTimeout(retry);
    lostSince ??= Date.now();
    // Half of the wait is chance, so that a hundred screens do not all come back in the same moment.
    const wait = waitMs / 2 + (Math.random() * waitMs) / 2;
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    retry = setTimeout(connect, wait);
    handlers.onState({ is: 'lost', since: lostSince, retryAt: Date.now() + wait });
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE_MS);
  };

  const connect = () => {
    clearTimeout(retry);
    const continues = lastEventId !== '';
    const opened = new EventSource(continues ? `${url}?lastEventId=${encodeURIComponent(lastEventId)}` : url);
    source = opened;
    heard();
    opened.addEventListener('open', () => {
      if (!continues) handlers.onFreshStart();
    });
    opened.addEventListener('error', () => {
      if (source === opened) lose();
    });
    for (const name of names) {
      opened.addEventListener(name, (message: MessageEvent<string>) => {
        if (source !== opened) return;
        heard();
        lostSince = undefined;
        waitMs = FIRST_WAIT_MS;
        handlers.onState(LIVE);
        if (name === 'reset') lastEventId = '';
        else if (message.lastEventId !== '') lastEventId = message.lastEventId;
        handlers.onEvent(name, JSON.parse(message.data));
        if (name === 'reset') handlers.onFreshStart();
      });
    }
  };

  const connectSoon = () => {
    if (source) return;
    waitMs = FIRST_WAIT_MS;
    connect();
  };
  window.addEventListener('offline', lose);
  window.addEventListener('online', connectSoon);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connectSoon();
  });
  connect();
};
