/**
 * The live stream: every change to every client, once and in order, right after its commit.
 *
 * A client is either *up to date*, and is written to as changes commit, or *behind*, and reads the changes that it
 * lacks from the tables, page by page as its connection takes them. Who falls behind while changes come in goes
 * the same way as who resumes, so a client costs little memory however slow it is.
 */
import type { ServerResponse } from 'node:http';
import type { SourceView } from '@siaga/domain';
import type { CurrentStore } from '../store/current.ts';
import type { Applied } from '../store/writer.ts';
import { changeFrame, frame, idFrame, parseId } from './frames.ts';

export interface LiveHub {
  /**
   * Serves a client until it goes away. `lastEventId` continues after that change; an id of another epoch, one
   * that has not been given yet and any other text get `reset`, and then what changes from now on.
   */
  connect(response: ServerResponse, lastEventId: string | undefined, address?: string): void;
  /** Whether one more client of this address may be served. */
  hasRoomFor(address: string): boolean;
  /** Sends every client the sources as they are now, and disconnects who has taken nothing for too long. */
  sendSources(): void;
  clients(): number;
  /** Bytes that are kept in memory for clients that have not taken them yet. */
  buffered(): number;
  /** Ends every client's stream. */
  close(): void;
}

export interface LiveOptions {
  current: CurrentStore;
  sources: () => SourceView[];
  now?: () => number;
  /** A client that has taken nothing for so long is disconnected; it can resume. */
  stallMs?: number;
}

interface Client {
  response: ServerResponse;
  address: string;
  /** Bytes that were written to it, and how many of these it had taken when it was last looked at. */
  written: number;
  taken: number;
  /** Since when it has taken nothing, though something waits for it; undefined while nothing does. */
  stuckSince: number | undefined;
  /** The last change that was written to it. */
  sent: number;
  behind: boolean;
}

/** More than this is not kept in memory for a client, beyond one change. */
const BUFFER_BYTES = 64 * 1024;
/** A client takes a page of this size at once, so a slow link is seen to move: 3 KB a second are enough. */
const PAGE_BYTES = 32 * 1024;
const STALL_MS = 10_000;
const MAX_CLIENTS = 500;
/** An office behind one address. */
const MAX_OF_ADDRESS = 100;
/** After a lost connection an EventSource tries again so soon. */
const RETRY_MS = 1_000;

export function openLiveHub({ current, sources, now = Date.now, stallMs = STALL_MS }: LiveOptions): LiveHub {
  const clients = new Set<Client>();

  const position = () => ({ epoch: current.store.epoch, change: current.store.change() });
  const time = () => new Date(now()).toISOString();
  const sourcesFrame = () => frame('sources', { now: time(), items: sources() });
  const hasRoom = ({ response }: Client) => response.writableLength <= BUFFER_BYTES;
  const write = (client: Client, text: string): boolean => {
    client.written += Buffer.byteLength(text);
    return client.response.write(text);
  };
  /** Whether it has taken nothing for the time that it is given, looked at often enough. */
  const isStuck = (client: Client): boolean => {
    const waiting = client.response.writableLength;
    const taken = client.written - waiting;
    if (waiting === 0 || taken > client.taken) client.stuckSince = undefined;
    else client.stuckSince ??= performance.now();
    client.taken = taken;
    return client.stuckSince !== undefined && performance.now() - client.stuckSince >= stallMs;
  };

  /** Writes what the client lacks, until it is up to date or gone. */
  const catchUp = async (client: Client) => {
    client.behind = true;
    const { response } = client;
    while (clients.has(client)) {
      const changes = current.store.changesAfter(client.sent, PAGE_BYTES);
      const lastChange = changes.at(-1);
      if (!lastChange) break;
      const { epoch } = current.store;
      client.sent = lastChange.change;
      if (write(client, changes.map((change) => changeFrame(epoch, change)).join(''))) continue;
      if (await drained(response, stallMs)) continue;
      response.destroy();
      return;
    }
    // In the same turn in which nothing more was found, so nothing comes between.
    client.behind = false;
  };

  const reset = (client: Client) => {
    const at = position();
    client.sent = at.change;
    write(client, frame('reset', { now: time() }, at));
  };

  const sendChanges = ({ changes, parked: parkedNow }: Applied) => {
    if (clients.size === 0) return;
    const { epoch } = current.store;
    const text = changes.map((change) => changeFrame(epoch, change)).join('');
    const last = changes.at(-1)?.change;
    const parked = parkedNow ? frame('parked', parkedNow) : '';
    for (const client of clients) {
      if (!client.behind && last !== undefined) {
        if (text.length <= BUFFER_BYTES && hasRoom(client)) {
          client.sent = last;
          write(client, text);
        } else {
          void catchUp(client);
        }
      }
      if (parked !== '' && hasRoom(client)) write(client, parked);
    }
  };

  current.onApplied((_source, applied) => sendChanges(applied));
  current.onExchanged(() => {
    for (const client of clients) reset(client);
  });

  return {
    hasRoomFor(address) {
      if (clients.size >= MAX_CLIENTS) return false;
      let ofAddress = 0;
      for (const client of clients) if (client.address === address) ofAddress += 1;
      return ofAddress < MAX_OF_ADDRESS;
    },
    connect(response, lastEventId, address = '') {
      const at = position();
      const id = lastEventId === undefined ? undefined : parseId(lastEventId);
      const resumes = id !== undefined && id.epoch === at.epoch && id.change <= at.change;
      const client: Client = {
        response,
        address,
        written: 0,
        taken: 0,
        stuckSince: undefined,
        sent: resumes ? id.change : at.change,
        behind: false,
      };
      response.on('close', () => clients.delete(client));
      // A connection that broke while something was written to it; `close` follows.
      response.on('error', () => undefined);
      clients.add(client);
      write(client, `retry: ${RETRY_MS}\n\n${sourcesFrame()}`);
      const parked = current.store.parkedView();
      if (parked.total > 0) write(client, frame('parked', parked));
      if (resumes) void catchUp(client);
      else if (lastEventId === undefined) write(client, idFrame(at));
      else reset(client);
    },
    sendSources() {
      if (clients.size === 0) return;
      const text = sourcesFrame();
      for (const client of clients) {
        if (isStuck(client)) client.response.destroy();
        else if (hasRoom(client)) write(client, text);
      }
    },
    clients: () => clients.size,
    buffered: () => [...clients].reduce((sum, { response }) => sum + response.writableLength, 0),
    close() {
      for (const { response } of clients) response.end();
      clients.clear();
    },
  };
}

/** Whether what was written has been taken within the time; false also when the connection has gone. */
function drained(response: ServerResponse, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (taken: boolean) => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(taken);
    };
    const onDrain = () => end(true);
    const onClose = () => end(false);
    const timer = setTimeout(onClose, withinMs);
    response.on('drain', onDrain);
    response.on('close', onClose);
  });
}
