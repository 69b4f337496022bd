/** What a stream lost comes back by itself: real NATS servers, and real damage to their files. */
import { execFile } from 'node:child_process';
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { JOURNAL_STREAM, SharedEvent } from '@siaga/domain';
import type { Ledger } from '@siaga/ledger';
import {
  hubStream,
  domainOf,
  ensureHub,
  EVENTS,
  follow,
  linkOf,
  openStored,
  readHoldings,
  sharedStream,
  StreamUnavailable,
} from '@siaga/stream';
import { assert, type ServerHandle, suite, until } from '@siaga/testkit';
import { httpWay } from '../src/sharing/neighbour-http.ts';
import { startRepair } from '../src/sharing/repair.ts';
import { newIncident } from './incidents.ts';
import { KOTIM, PASSWORD, SERUYAN } from './site.ts';
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
  httpWorks: boolean;
}
const test = suite<Context>('repair', {} as Context);
const COPY = sharedStream(SERUYAN);

test.before(async (context) => {
  // Its address is known only when it listens.
  let address = '';
  const login = { username: 'kotim', password: PASSWORD };
  const way = {
    name: 'HTTP',
    ask: (range: Range) => httpWay(context.httpWorks ? address : 'http://127.0.0.1:1', login).ask(range),
  };
  context.httpWorks = true;
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
    const { stream, reported } = newIncident(number);
    await ledger.append(stream, 0, [reported]);
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
/** The texts that a stream holds, in the regency's order, each once. */
const textsIn = async (nc: Connection, stream: string): Promise<string[]> => {
  const stored = await openStored(nc, stream);
  const texts = new Map<number, string>();
  const consumer = await nc.jetstream().consumers.get(stream);
  // Ends a second after the last that can be read.
  const messages = await consumer.fetch({ max_messages: (stored?.lastPosition ?? 0) + 1, expires: 1_000 });
  for await (const message of messages) {
    const text = message.string();
    const { sequence } = SharedEvent.parse(JSON.parse(text));
    assert.equal(texts.get(sequence) ?? text, text);
    texts.set(sequence, text);
  }
  return [...texts].sort(([a], [b]) => a - b).map(([, text]) => text);
};
const journalOf = async ({ sites }: Context): Promise<string[]> => {
  const texts: string[] = [];
  for await (const { data } of sites.seruyan.ledger.read(JOURNAL_STREAM))
    texts.push((data as { text: string }).text);
  return texts;
};
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

const storeOf = ({ sites }: Context, server: string) => join(sites.topology.folder, server, 'streams');

test('the leaf goes back to an earlier copy of its files, and a byte of that flips: same events, same bytes', async (context) => {
  const site = context.sites.topology.site(SERUYAN);
  const store = storeOf(context, domainOf(SERUYAN));
  await say(context, 50);
  await untilWhole(context.kotim, COPY, 50);
  // Stopped in order, the server trusts its index at the next start, and says nothing of the lost event.
  await site.server.stop();
  cpSync(store, `${store}.earlier`, { recursive: true });
  await site.restart();
  await untilUp(context);
  await say(context, 20);
  await untilWhole(context.kotim, COPY, 70);
  await site.kill();
  rmSync(store, { recursive: true });
  cpSync(`${store}.earlier`, store, { recursive: true });
  flipByteIn(blockOf(context, domainOf(SERUYAN), EVENTS));
  await site.restart();
  await untilUp(context);
  await say(context, 20);
  await untilWhole(context.seruyan, EVENTS, 90);
  assert.deepEqual(await textsIn(context.seruyan, EVENTS), await journalOf(context));
  await untilWhole(context.kotim, COPY, 90);
});

test('the own stream is deleted and the hub loses an event, before the neighbour has any: it asks the owner', async (context) => {
  const { topology } = context.sites;
  topology.site(KOTIM).link.cut();
  const jsm = await context.seruyan.jetstreamManager();
  await jsm.streams.delete(EVENTS);
  await say(context, 60);
  await untilWhole(context.seruyan, EVENTS, context.said);
  await until('the hub has the last', async () => {
    return (await holdingsOf(context.hub, hubStream(SERUYAN))).highest === context.said;
  });
  await topology.hub.server.stop();
  // An event is about 1 kB: one of the sixty.
  flipByteIn(blockOf(context, 'hub', hubStream(SERUYAN)), 20_000);
  await topology.hub.restart();
  topology.site(KOTIM).link.heal();
  await untilWhole(context.kotim, COPY, context.said);
  assert.ok((await holdingsOf(context.hub, hubStream(SERUYAN))).missing.length > 0);
});

test('the hub lost its stream: what was and what comes reaches the neighbour', async (context) => {
  const { topology } = context.sites;
  await topology.hub.kill();
  rmSync(storeOf(context, 'hub'), { recursive: true });
  await topology.hub.restart();
  await until('the hub answers', () => linkOf(context.hub).isUp());
  // A hub that has just started may take longer than an answer is waited for: whoever asks, asks again.
  await until('the hub has its streams again', () =>
    ensureHub(context.hub, [KOTIM, SERUYAN]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof StreamUnavailable) return false;
        throw error;
      },
    ),
  );
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

/** Runs the command that carries events by hand, as beside the site. */
const carry = async ({ sites }: Context, regency: string, ...args: string[]) => {
  const site = regency === KOTIM ? sites.kotim : sites.seruyan;
  const { url, seeds } = sites.topology.site(regency);
  const env = {
    ...process.env,
    SIAGA_REGENCY: regency,
    SIAGA_NEIGHBOURS: regency === KOTIM ? SERUYAN : KOTIM,
    SIAGA_DATA_DIR: site.dir,
    SIAGA_NATS_SERVERS: url,
    SIAGA_NATS_SEEDS: seeds,
    SIAGA_SIGNING_KEYS: join(site.dir, 'signing'),
  };
  const command = fileURLToPath(new URL('../src/journal-command.ts', import.meta.url));
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [command, ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out.trim(), err: err.trim() });
    });
  });
};

test('nothing connects them: a file brings it, its lines in any order, and again without effect', async (context) => {
  const { topology, seruyan } = context.sites;
  topology.site(KOTIM).link.cut();
  context.httpWorks = false;
  const before = context.said;
  await say(context, 40);
  const file = join(seruyan.dir, 'stick.jsonl');
  const exported = await carry(context, SERUYAN, 'export', '--since', String(before - 9), '--out', file);
  assert.equal(exported.out, `${file}: 50 events of 62.07, ${before - 9} to ${context.said}.`, exported.err);

  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const shuffled = lines.map((line, index) => ({ line, at: (index * 17) % 50 }));
  shuffled.sort((one, other) => one.at - other.at);
  writeFileSync(file, [header, ...shuffled.map(({ line }) => line), ''].join('\n'));
  const first = await carry(context, KOTIM, 'import', file);
  assert.equal(first.out, '50 events of 62.07: 40 taken, 10 were here, 0 refused.', first.err);
  await untilWhole(context.kotim, COPY, context.said);
  const again = await carry(context, KOTIM, 'import', file);
  assert.equal(again.out, '50 events of 62.07: 0 taken, 50 were here, 0 refused.');
  assert.deepEqual([exported.code, first.code, again.code], [0, 0, 0]);

  // What Kotim has of Seruyan, as it would bring it back to a Seruyan that lost its ledger.
  const back = join(context.sites.kotim.dir, 'back.jsonl');
  const copied = await carry(context, KOTIM, 'export', '--since', '1', '--out', back, '--regency', SERUYAN);
  assert.equal(copied.out, `${back}: ${context.said} events of 62.07, 1 to ${context.said}.`, copied.err);
  const own = join(seruyan.dir, 'own.jsonl');
  await carry(context, SERUYAN, 'export', '--since', '1', '--out', own);
  assert.equal(readFileSync(back, 'utf8'), readFileSync(own, 'utf8'));
});

test('of a file, what was altered is refused and the rest is taken; what is no such file is refused whole', async (context) => {
  const before = context.said;
  await say(context, 5);
  const file = join(context.sites.seruyan.dir, 'altered.jsonl');
  await carry(context, SERUYAN, 'export', '--since', String(before + 1), '--out', file);
  const [header = '', one = '', two = '', three = '', four = '', five = ''] = readFileSync(
    file,
    'utf8',
  ).split('\n');
  const altered = two.replace('banjir 1', 'banjir 9');
  assert.notEqual(altered, two);
  const renumbered = four.replace(/"sequence":\d+/, '"sequence":9999');
  writeFileSync(
    file,
    [header, one, altered, three, renumbered, five.slice(0, -20), 'rubbish', ''].join('\n'),
  );
  const { code, out } = await carry(context, KOTIM, 'import', file);
  assert.equal(code, 1);
  const said = out.split('\n');
  assert.equal(said[0], '4 events of 62.07: 2 taken, 0 were here, 2 refused.');
  assert.match(said[1] ?? '', /^Line 6 refused/);
  assert.match(said[2] ?? '', /^Line 7 refused/);
  assert.match(said[3] ?? '', new RegExp(`^Event ${before + 2} refused: signature: `));
  assert.match(said[4] ?? '', /^Event 9999 refused: sequence: it says /);
  assert.equal(said[5], `Still missing: ${before + 2}.`);

  const refused = async (regency: string, path: string) => {
    const { code: refusal, err } = await carry(context, regency, 'import', path);
    assert.equal(refusal, 1);
    return err;
  };
  assert.match(await refused(SERUYAN, file), /holds events of 62.07, this site's own/);
  writeFileSync(file, header.replace('62.07', '62.03'));
  assert.match(await refused(KOTIM, file), /62.03, which is no neighbour of 62.02/);
  writeFileSync(file, '{"some":"json"}\n');
  assert.match(await refused(KOTIM, file), /is no file of shared events/);

  // What is missing comes when the owner is reached again.
  const { topology } = context.sites;
  topology.site(SERUYAN).link.heal();
  topology.site(KOTIM).link.heal();
  await untilWhole(context.kotim, COPY, context.said);
});

test('bug: an owner that had been away when it was asked was heard again, and asked again only seconds later', async (context) => {
  const askedAt: number[] = [];
  const repair = startRepair({
    nc: context.kotim,
    link: linkOf(context.kotim),
    neighbour: SERUYAN,
    nats: {
      name: 'NATS',
      ask: () => {
        askedAt.push(performance.now());
        // It was not silent for long.
        repair.heard({ sequence: 4 });
        return Promise.reject(new Error('nobody hears it'));
      },
    },
    followed: () => ({ lastSequence: 1, hole: { expected: 2, found: 4 } }),
    keys: () => [],
  });
  // The next is due 4 s later.
  await until('it was asked three times', () => askedAt.length === 3);
  await until('that has failed', () => repair.state()?.answer === 'unreachable');
  const heardAt = performance.now();
  repair.heard({ sequence: 4 });
  await until('it is asked again', () => askedAt.length === 4);
  await repair.stop();
  assert.ok((askedAt[3] ?? 0) - heardAt < 2_000, `asked after ${(askedAt[3] ?? 0) - heardAt} ms`);
});

test('bug: while much was lost behind it, the end for which a picture waits was asked for last', async (context) => {
  const neighbour = '62.10';
  const stream = sharedStream(neighbour);
  const jsm = await context.kotim.jetstreamManager();
  await jsm.streams.add({ name: stream, subjects: ['repair.6210.>'] });
  // 2, 4 and 6 were lost.
  for (const sequence of [1, 3, 5, 7])
    await context.kotim.jetstream().publish('repair.6210.event', JSON.stringify({ sequence }));
  const asked: number[] = [];
  const repair = startRepair({
    nc: context.kotim,
    link: linkOf(context.kotim),
    neighbour,
    nats: {
      name: 'NATS',
      ask: ({ from }) => {
        asked.push(from);
        return Promise.reject(new Error('nobody hears it'));
      },
    },
    followed: () => ({ lastSequence: 7 }),
    keys: () => [],
  });
  const beats = setInterval(() => repair.heard({ sequence: 9 }), 500);
  await until('the end is asked for', () => asked.includes(8), 15_000).finally(() => clearInterval(beats));
  await repair.stop();
  await jsm.streams.delete(stream);
  assert.ok(asked.includes(2), `asked for ${asked.join(', ')}`);
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
