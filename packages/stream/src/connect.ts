/** One connection to the site's own NATS server, that never gives up, and what happens to it. */
import {
  type ConnectionOptions,
  connect,
  ErrorCode,
  Events,
  type NatsConnection,
  nkeyAuthenticator,
  type Status,
} from 'nats';

export interface ConnectOptions {
  /** `127.0.0.1:6222` or several of them. */
  servers: string | string[];
  /** The service's name: shown in the server's list of connections, and its inboxes are `_INBOX.<name>.…`. */
  name: string;
  /** The service's nkey seed, as `readSeed` gives it. */
  seed: string;
}

/**
 * Connects. Waits for a server that is not there yet and reconnects for as long as the process lives (every
 * 250 to 500 ms); a half-open connection is noticed within 30 s. Rejects when the server refuses the key or
 * the name can't be part of a subject. Inboxes have a prefix of their own, so that permissions can keep one
 * service from reading another's answers.
 */
export async function connectNats({ servers, name, seed }: ConnectOptions): Promise<NatsConnection> {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new Error(`the name of a NATS connection is letters, digits, - and _, not "${name}"`);
  }
  const options: ConnectionOptions = {
    servers,
    name,
    inboxPrefix: `_INBOX.${name}`,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    maxPingOut: 2,
    // The client would make two stack traces for each request, for an error that may come of it: 0.1 ms of each publish.
    noAsyncTraces: true,
  };
  const nc = await connect(options);
  linkOf(nc, options.inboxPrefix);
  return nc;
}

/** Whether a connection is up, and word of every change: the client itself only has the stream of statuses. */
export interface ClientLink {
  /** What the connection's inboxes begin with. */
  readonly inboxPrefix: string;
  isUp(): boolean;
  /**
   * What the server refused last on this connection, `publish to "heartbeat.6202"`; undefined for nothing. A plain
   * publish that is refused says nothing to its caller, only here.
   */
  refused(): string | undefined;
  /** Calls back until the returned function is called. */
  onStatus(listener: (status: Status) => void): () => void;
}

const links = new WeakMap<NatsConnection, ClientLink>();

/** The link of a connection. One reader of its statuses serves all who ask, for as long as it is open. */
export function linkOf(nc: NatsConnection, inboxPrefix = '_INBOX'): ClientLink {
  const known = links.get(nc);
  if (known) return known;
  let up = !nc.isClosed();
  let refused: string | undefined;
  const listeners = new Set<(status: Status) => void>();
  const read = async () => {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) up = false;
      if (status.type === Events.Reconnect) up = true;
      refused = refusalIn(status) ?? refused;
      for (const listener of listeners) listener(status);
    }
    up = false;
  };
  // The iterator ends with the connection, also when that closes with an error: that one is for `nc.closed()`.
  read().catch(() => {
    up = false;
  });
  const link: ClientLink = {
    inboxPrefix,
    refused: () => refused,
    isUp: () => up && !nc.isClosed() && !nc.isDraining(),
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  links.set(nc, link);
  return link;
}

/** What a status says was refused. */
const refusalIn = ({ type, data, permissionContext }: Status): string | undefined => {
  if (type !== Events.Error || data !== ErrorCode.PermissionsViolation) return undefined;
  return `${permissionContext?.operation ?? 'an operation'} to "${permissionContext?.subject ?? 'a subject'}"`;
};
