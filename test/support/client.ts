/** HTTP as a program speaks it: connections that stay open, several requests in flight, no patience for a dead server. */
import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  /** Seconds to wait, where the site asked for that. */
  retryAfter?: number;
}

export interface Client {
  /** Rejects where no answer came: what became of a command is then not known. */
  post(path: string, body: unknown, headers: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  close(): void;
}

/** A site that works answers within seconds; one that is frozen or gone never does. */
const PATIENCE_MS = 10_000;

export const openClient = (base: string): Client => {
  const { hostname, port } = new URL(base);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const outgoing = request({ agent, hostname, port, method, path, headers, timeout: PATIENCE_MS });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          try {
            const after = Number(incoming.headers['retry-after']);
            resolve({
              status: incoming.statusCode ?? 0,
              body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
              ...(Number.isFinite(after) ? { retryAfter: after } : {}),
            });
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      outgoing.end(body);
    });
  return {
    post(path, body, headers) {
      const text = JSON.stringify(body);
      const length = String(Buffer.byteLength(text));
      return send(
        'POST',
        path,
        { 'content-type': 'application/json', 'content-length': length, ...headers },
        text,
      );
    },
    get: (path, headers = {}) => send('GET', path, headers),
    close: () => agent.destroy(),
  };
};
