/** A TCP link that a test can cut, silence and slow down: what lies between two machines. */
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Link {
  /** Where to connect: `127.0.0.1:34567`. The link passes it on to the target. */
  readonly url: string;
  readonly port: number;
  /** Bytes that were passed on so far. */
  readonly bytes: { readonly toTarget: number; readonly fromTarget: number };
  /** Resets what is open (RST) and whatever connects from now on. */
  cut(): void;
  /** Half open: connections stay and are accepted, but nothing passes, either way, and nobody is told. */
  blackhole(): void;
  /** Passes everything on so many milliseconds later, each way, in order. */
  delay(ms: number): void;
  /**
   * As at first: passes everything on at once. What a black hole swallowed stays lost, so connections that were
   * open in one are reset.
   */
  heal(): void;
  /** Closes the link and everything in it. */
  stop(): Promise<void>;
}

type Mode = 'open' | 'cut' | 'blackhole';

/** Starts a link to a port of this machine. Connections to a target that is not there are reset. */
export async function startLink({ target }: { target: { port: number; host?: string } }): Promise<Link> {
  let mode: Mode = 'open';
  let delayMs = 0;
  const bytes = { toTarget: 0, fromTarget: 0 };
  const sockets = new Set<Socket>();
  /** Those of which a black hole swallowed something, or has not told the target. */
  const lossy = new Set<Socket>();

  const track = (socket: Socket, peer: () => Socket | undefined) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // A reset of the other side comes as an error; `close` follows it.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      lossy.delete(socket);
      // One that ended in peace has passed its end on.
      const other = peer();
      if (socket.readableEnded || !other || other.destroyed) return;
      if (mode === 'blackhole') lossy.add(other);
      else reset(other);
    });
  };
  const pass = (from: Socket, to: Socket, direction: keyof typeof bytes) => {
    let before = Promise.resolve();
    const inOrder = (act: () => void) => {
      const due = delayMs > 0 ? sleep(delayMs) : undefined;
      before = before.then(() => due).then(() => (mode === 'blackhole' ? void lossy.add(from) : act()));
    };
    to.on('drain', () => from.resume());
    from.on('data', (chunk) =>
      inOrder(() => {
        if (to.destroyed) return;
        bytes[direction] += chunk.length;
        if (!to.write(chunk)) from.pause();
      }),
    );
    from.on('end', () => inOrder(() => to.end()));
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (mode === 'cut') {
      client.on('error', () => undefined);
      reset(client);
      return;
    }
    let upstream: Socket | undefined;
    track(client, () => upstream);
    if (mode === 'blackhole') {
      lossy.add(client);
      client.resume();
      return;
    }
    upstream = createConnection({
      port: target.port,
      host: target.host ?? '127.0.0.1',
      allowHalfOpen: true,
    });
    track(upstream, () => client);
    pass(client, upstream, 'toTarget');
    pass(upstream, client, 'fromTarget');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the link has no port');

  return {
    url: `127.0.0.1:${address.port}`,
    port: address.port,
    bytes,
    cut() {
      mode = 'cut';
      for (const socket of sockets) reset(socket);
    },
    blackhole() {
      mode = 'blackhole';
    },
    delay(ms) {
      delayMs = ms;
    },
    heal() {
      mode = 'open';
      delayMs = 0;
      for (const socket of lossy) reset(socket);
    },
    async stop() {
      mode = 'cut';
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Closes with RST. A socket that is ending already is only destroyed: a reset during its shutdown leaves a request
 * that never completes, and Node 24 then loops at the end of the process (2 of 3 times).
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
