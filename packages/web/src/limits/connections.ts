/** Connections are cheap to open and hold: there are bounds to what stands open, and to how slowly it may be used. */
import type { Server } from 'node:http';
import { networkOf } from './rates.ts';

/** A connection costs some 20 KB and a file descriptor. */
const MAX_CONNECTIONS = 2_000;
/** An office behind one address, with several programs. */
const MAX_OF_ADDRESS = 500;
/** Time for the headers of a request, from its first byte or the connection's begin. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Time for all of a request, body included. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A connection on which nothing moved for so long while an answer is due is closed. */
const STILL_MS = 60_000;
/** How often Node looks for requests that are late. */
const LOOK_MS = 2_000;

/** Fastify's options of the same. */
export const connectionTimes = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionTimeout: STILL_MS,
  http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: LOOK_MS },
};

/**
 * Bounds the server's connections, of all and of one address. What is too much is closed without a word: an answer
 * would cost what the bound saves. Addresses of trusted proxies have no bound of their own.
 */
export const boundConnections = (server: Server, isProxy: (address: string) => boolean): void => {
  const ofAddress = new Map<string, number>();
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isProxy(remoteAddress)) return;
    const network = networkOf(remoteAddress);
    const open = (ofAddress.get(network) ?? 0) + 1;
    ofAddress.set(network, open);
    socket.once('close', () => {
      const left = (ofAddress.get(network) ?? 1) - 1;
      if (left > 0) ofAddress.set(network, left);
      else ofAddress.delete(network);
    });
    if (open > MAX_OF_ADDRESS) socket.destroy();
  });
};
