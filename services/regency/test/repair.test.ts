/** What a stream lost comes back by itself: real NATS servers, and real damage to their files. */
import { closeSync, cpSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { incidentStream } from '@siaga/domain';
import type { Ledger } from '@siaga/ledger';
import {
  DISASTERS,
  domainOf,
  ensureHub,
  EVENTS,
  follow,
  linkOf,
  openStored,
  readHoldings,
  sharedStream,
} from '@siaga/stream';
import { assert, type ServerHandle, suite, until } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { httpWay } from '../src/sharing/neighbour-http.ts';
import { KOTIM, PASSWORD, SERUYAN, VILLAGE } from './site.ts';
import { openTwoSites, type TwoSites } from './two-sites.ts';

type Connection = Awaited<ReturnType<ServerHandle['connect']>>;

interface Context {
  sites: TwoSites;
  /** To Seruyan's leaf, Kotim's, and the hub, as the person who may do everything there. */
  seruyan: Connection;
  kotim: Connection;
  hub: Connection;
  /** How many events Seruyan has shared. */
  said: number;
}
const test = suite<Context>('repair', {} as Context);
const COPY = sharedStream(SERUYAN);

test.before(async (context) => {
  // Its address is known only when it listens.
  let address = '';
  const login = { username: 'kotim', password: PASSWORD };
  const way = { name: 'HTTP', ask: (range: Range) => httpWay(address, login).ask(range) };
  context.sites = await openTwoSites({ http: (regency) => (regency === KOTIM ? { [SERUYAN]: way } : {}) });
  const { topology, seruyan } = context.sites;
  await seruyan.accounts.add({ ...login, role: 'tetangga' });
  address = await seruyan.app.listen({ port: 0, host: '127.0.0.1' });
  context.seruyan = await topology.site(SERUYAN).connect();
  context.kotim = await topology.site(KOTIM).connect();
  context.hub = await topology.hub.connect();
  context.said = 0;
});
test.after(({ sites }) => sites.close());

interface Range {
  from: number;
  to: number;
}

/** Seruyan reports so many incidents, an event each. */
const say = async (context: Context, count: number) => {
  const { ledger } = context.sites.seruyan;
  await reportIn(ledger, count);
  context.said += count;
  await until('they are published', () => published(context) === context.said);
};
const reportIn = async (ledger: Ledger, count: number) => {
  for (let number = 0; number < count; number += 1) {
    const id = uuidv7();
    const occurredAt = '2026-02-03T04:05:06.789Z';
    const metadata = {
      actor: `trc:${uuidv7()}`,
      hazard: 'flood',
      aggregate: id,
      occurredAt,
      correlationId: uuidv7(),
      causationId: uuidv7(),
    };
    const data = {
      hazard: 'flood',
      occurredAt,
      place: VILLAGE,
      chronology: `banjir ${number}`,
      source: 'Uji',
      touches: [SERUYAN],
      figures: [],
      details: {},
    };
    await ledger.append(incidentStream(id), 0, [
      { id: uuidv7(), type: 'siaga.incident.reported.v1', data, metadata },
    ]);
  }
};
const published = ({ sites }: Context) => sites.sharing(SERUYAN).publishedSequence();

const holdingsOf = async (nc: Connection, stream: string) => {
  const stored = await openStored(nc, stream);
  return readHoldings(nc, { stream, last: stored?.lastPosition ?? 0 });
};
const untilWhole = (nc: Connection, stream: string, count: number) =>
  until(`${stream} is whole up to ${count}`, async () => {
    // Reading it whole every 20 ms would take the machine from those who are waited for.
    await sleep(100);
    if (!linkOf(nc).isUp()) return false;
    const { highest, missing } = await holdingsOf(nc, stream).catch(() => ({ highest: 0, missing: [] }));
    return highest === count && missing.length === 0;
  });
const untilUp = ({ seruyan, kotim, hub, sites }: Context) =>
  until('all are connected again', () => {
    const sharing = [SERUYAN, KOTIM].every((regency) => sites.sharing(regency).missing() === undefined);
    return sharing && [seruyan, kotim, hub].every((nc) => linkOf(nc).isUp());
  });
/** The last message block of a stream of a server, as a file. */
const blockOf = ({ sites }: Context, server: string, stream: string): string => {
  const folder = join(sites.topology.folder, server, 'streams/jetstream/SIAGA/streams', stream, 'msgs');
  const blocks = readdirSync(folder).filter((name) => name.endsWith('.blk'));
  return join(folder, blocks.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1) ?? '');
};
const flipByteIn = (file: string, fromEnd = statSync(file).size / 2) => {
  const at = Math.floor(statSync(file).size - fromEnd);
  const handle = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0x40;
  writeSync(handle, byte, 0, 1, at);
  closeSync(handle);
};

test('a byte of the own stream flips: the event is published again, with the same bytes', async (context) => {
  const site = context.sites.topology.site(SERUYAN);
  await say(context, 50);
  await untilWhole(context.kotim, COPY, 50);
  // Stopped in order, the server trusts its index at the next start, and says nothing of the loss.
  await site.server.stop();
  flipByteIn(blockOf(context, domainOf(SERUYAN), EVENTS));
  const before = site.log.length;
  await site.restart();
  await untilUp(context);
  assert.equal(site.log.slice(before).filter((line) => /checksum|corrupt/i.test(line)).length, 0);
  await untilWhole(context.seruyan, EVENTS, 50);
  await say(context, 10);
  await untilWhole(context.kotim, COPY, 60);
});

const storeOf = ({ sites }: Context, server: string) => join(sites.topology.folder, server, 'streams');

test('the leaf goes back to an earlier copy of its files: the same events take the same numbers', async (context) => {
  const site = context.sites.topology.site(SERUYAN);
  const store = storeOf(context, domainOf(SERUYAN));
  await site.server.stop();
  cpSync(store, `${store}.earlier`, { recursive: true });
  await site.restart();
  await say(context, 20);
  await untilWhole(context.kotim, COPY, context.said);
  await site.kill();
  rmSync(store, { recursive: true });
  cpSync(`${store}.earlier`, store, { recursive: true });
  await site.restart();
  await say(context, 20);
  await untilWhole(context.seruyan, EVENTS, context.said);
  await untilWhole(context.kotim, COPY, context.said);
});

test('the hub lost an event before the neighbour had it: the neighbour asks the owner', async (context) => {
  const { topology } = context.sites;
  topology.site(KOTIM).link.cut();
  await say(context, 60);
  await untilWhole(context.hub, DISASTERS, context.said);
  await topology.hub.server.stop();
  // An event is about 1 kB: one of the sixty.
  flipByteIn(blockOf(context, 'hub', DISASTERS), 20_000);
  await topology.hub.restart();
  topology.site(KOTIM).link.heal();
  await untilWhole(context.kotim, COPY, context.said);
  assert.equal((await holdingsOf(context.hub, DISASTERS)).missing.length, 1);
});

test('the own stream is deleted: it is made and filled again, and what comes after reaches the neighbour', async (context) => {
  const jsm = await context.seruyan.jetstreamManager();
  await jsm.streams.delete(EVENTS);
  await say(context, 5);
  await untilWhole(context.seruyan, EVENTS, context.said);
  await untilWhole(context.kotim, COPY, context.said);
});

test('the hub lost its stream: what was and what comes reaches the neighbour', async (context) => {
  const { topology } = context.sites;
  await topology.hub.kill();
  rmSync(storeOf(context, 'hub'), { recursive: true });
  await topology.hub.restart();
  await until('the hub answers', () => linkOf(context.hub).isUp());
  await ensureHub(context.hub, [KOTIM, SERUYAN]);
  await say(context, 20);
  await untilWhole(context.kotim, COPY, context.said);
});

test('cut from the hub, and a byte of the copy flips: HTTP brings what was lost and what is new', async (context) => {
  const site = context.sites.topology.site(KOTIM);
  context.sites.topology.site(SERUYAN).link.cut();
  await site.server.stop();
  flipByteIn(blockOf(context, domainOf(KOTIM), COPY));
  await site.restart();
  await say(context, 20);
  await untilWhole(context.kotim, COPY, context.said);
});

test('a follower that begins anew reads all of it in order, and sees no hole', async (context) => {
  const sequences: number[] = [];
  const holes: unknown[] = [];
  const follower = follow({
    nc: context.kotim,
    stream: COPY,
    regency: SERUYAN,
    after: 0,
    keys: context.sites.kotim.cooperation.signing.keyring(SERUYAN),
    async deliver(batch) {
      sequences.push(...batch.flatMap((one) => (one.kind === 'event' ? [one.event.sequence] : [])));
    },
    onState: ({ hole }) => hole && holes.push(hole),
  });
  await until('it is at the end', () => follower.state().lastSequence === context.said);
  await follower.stop();
  assert.deepEqual(
    sequences,
    Array.from({ length: context.said }, (_, index) => index + 1),
  );
  assert.deepEqual(holes, []);
});
