/** A site that is destroyed and restored from a backup that is older than what its neighbour has seen. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { domainOf, EVENTS, hubStream } from '@siaga/stream';
import { assert, suite, until } from '@siaga/testkit';
import {
  comparable,
  floodAt,
  incidentsAt,
  SAMUDA,
  sourceAt,
  TUMBANG_MANJUL,
  untilApplied,
} from './support/picture.ts';
import { KOTIM, SERUYAN, startWorld, type World, type WorldSite } from './support/world.ts';

const COMMANDS = fileURLToPath(new URL('../services/regency/src', import.meta.url));

const test = suite<{ world: World }>('a site that is restored', {} as { world: World });
test.before(async (context) => {
  context.world = await startWorld();
});
test.after(async ({ world }) => {
  await world.stop();
});
/** Each test goes on where the one before it ended: at a number that both have. */
const reached = async ({ seruyan, kotim }: World): Promise<number> => {
  const { lastSequence } = await sourceAt(seruyan, SERUYAN);
  await untilApplied(kotim, SERUYAN, lastSequence);
  return lastSequence;
};

/** Runs a command in the site's environment, as its operator does. */
const runs = async (site: WorldSite, command: string, ...args: string[]): Promise<string> => {
  const child = spawn(process.execPath, [join(COMMANDS, command), ...args], {
    env: site.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  assert.equal(code, 0, said);
  return said;
};
const does = (site: WorldSite, ...args: string[]) => runs(site, 'ledger-command.ts', ...args);
/** What the neighbour has of Seruyan, into a file. */
const exported = (site: WorldSite, file: string) =>
  runs(site, 'journal-command.ts', 'export', '--since', '1', '--regency', SERUYAN, '--out', file);

const report = async (site: WorldSite, count: number, what: string): Promise<string[]> => {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const { status, body } = await site.post(
      'trc',
      '/api/v1/incidents',
      floodAt(TUMBANG_MANJUL, `${what} ${number}`),
    );
    assert.equal(status, 201, JSON.stringify(body));
    ids.push(String(body['id']));
  }
  return ids;
};
const readiness = async (site: WorldSite): Promise<string> => {
  const response = await fetch(`${site.base}/readyz`);
  return response.ok ? 'ready' : String(((await response.json()) as { detail?: string }).detail);
};
const untilItSays = (site: WorldSite, what: RegExp) =>
  until(`${site.regency} says ${what}`, async () => what.test(await readiness(site)));

/** Everything of Seruyan that was ever in its own stream or the hub's, by number: a number means one event. */
const numbersOf = async ({ topology }: World, at: 'hub' | 'site'): Promise<Map<number, Set<string>>> => {
  const nc = await (at === 'hub' ? topology.hub : topology.site(SERUYAN)).connect();
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  const stream = at === 'hub' ? hubStream(SERUYAN) : EVENTS;
  const { state } = await jsm.streams.info(stream);
  const numbers = new Map<number, Set<string>>();
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    const { data, subject } = await jsm.streams.getMessage(stream, { seq });
    if (!subject.startsWith('disaster.6207.')) continue;
    const { sequence } = JSON.parse(new TextDecoder().decode(data)) as { sequence: number };
    const hash = createHash('sha256').update(data).digest('hex');
    numbers.set(sequence, (numbers.get(sequence) ?? new Set()).add(hash));
  }
  await nc.close();
  return numbers;
};
/** The events of Seruyan as a picture has them. */
const eventsAt = async (site: WorldSite, last: number): Promise<string[]> => {
  const texts: string[] = [];
  for (let sequence = 1; sequence <= last; sequence += 1) {
    const { receivedAt: _, ...envelope } = await site.get<Record<string, unknown>>(
      `/api/v1/picture/events/${SERUYAN}/${sequence}`,
    );
    texts.push(JSON.stringify(envelope));
  }
  return texts;
};
const noNumberTwice = async (world: World, last: number) => {
  for (const at of ['hub', 'site'] as const) {
    // The neighbour may have asked for what the hub's source brings later.
    await until(`${at} has all of them`, async () => (await numbersOf(world, at)).size >= last);
    const numbers = await numbersOf(world, at);
    assert.equal(numbers.size, last);
    for (const [number, events] of numbers) assert.equal(events.size, 1, `number ${number} at the ${at}`);
  }
  assert.deepEqual(await eventsAt(world.kotim, last), await eventsAt(world.seruyan, last));
  // The neighbour's half comes back from the hub by itself.
  await untilApplied(world.seruyan, KOTIM, 1);
  assert.equal(await comparable(world.kotim), await comparable(world.seruyan));
};

/** As a fire leaves it: neither files nor streams; the keys were kept elsewhere. */
const destroy = async ({ topology, seruyan }: World) => {
  await seruyan.kill();
  await topology.site(SERUYAN).kill();
  await rm(seruyan.folder, { recursive: true });
  await rm(join(topology.folder, domainOf(SERUYAN), 'streams'), { recursive: true });
};

test('a backup that forgot nothing goes on by itself once everybody was heard', async ({ world }) => {
  const { topology, seruyan, kotim } = world;
  const backup = join(topology.folder, 'backup-whole');
  await report(seruyan, 2, 'sebelum');
  await kotim.post('trc', '/api/v1/incidents', floodAt(SAMUDA, 'di sana'));
  await untilApplied(kotim, SERUYAN, 2);
  assert.match(await does(seruyan, 'backup', '--to', backup), /Verified against the ledger/);
  await destroy(world);
  await topology.site(SERUYAN).restart();
  await does(seruyan, 'restore', '--from', backup);
  await seruyan.start();
  await report(seruyan, 1, 'sesudah');
  for (const site of [kotim, seruyan]) await untilApplied(site, SERUYAN, 3);
  await untilApplied(seruyan, KOTIM, 1);
  await noNumberTwice(world, 3);
});

test('it notices from the neighbour, publishes nothing, is given back what it forgot, and goes on', async ({
  world,
}) => {
  const { topology, seruyan, kotim } = world;
  const old = await reached(world);
  const backup = join(topology.folder, 'backup-old');
  await does(seruyan, 'backup', '--to', backup);
  const forgotten = await report(seruyan, 4, 'terlupa');
  const [first = ''] = (await incidentsAt(seruyan))
    .map(({ id }) => id)
    .filter((id) => !forgotten.includes(id));
  assert.equal((await seruyan.post('pusdalops', `/api/v1/incidents/${first}/verify`, {})).status, 200);
  const known = old + 5;
  await untilApplied(kotim, SERUYAN, known);

  await destroy(world);
  await topology.site(SERUYAN).restart();
  assert.match(await does(seruyan, 'restore', '--from', backup), /marked as restored/);
  await seruyan.start({}, 'answering');
  const says = new RegExp(`62\\.02 has events of this regency up to ${known}, this ledger only up to ${old}`);
  await untilItSays(seruyan, says);
  assert.equal((await sourceAt(seruyan, SERUYAN)).held, 'forgotten');
  await until('Kotim sees that it is held', async () => (await sourceAt(kotim, SERUYAN)).link === 'held');

  // Commands are taken, and nothing of them is numbered. A restart does not forget it, even where nobody is heard.
  const since = await report(seruyan, 2, 'sesudah');
  topology.site(SERUYAN).link.cut();
  await seruyan.kill();
  await seruyan.start({}, 'answering');
  await untilItSays(seruyan, says);
  topology.site(SERUYAN).link.heal();
  assert.equal((await numbersOf(world, 'hub')).size, known);

  const stick = join(topology.folder, 'stick.jsonl');
  await exported(kotim, stick);
  assert.match(
    await does(seruyan, 'recover', '--from', stick),
    new RegExp(`^5 events came back, ${old} were there`),
  );
  for (const site of [kotim, seruyan]) await untilApplied(site, SERUYAN, known + 2);
  assert.equal(await readiness(seruyan), 'ready');
  await report(seruyan, 1, 'lanjut');
  for (const site of [kotim, seruyan]) await untilApplied(site, SERUYAN, known + 3);
  await noNumberTwice(world, known + 3);
  const ids = (await incidentsAt(kotim, `&regency=${SERUYAN}`)).map(({ id }) => id);
  for (const id of [...forgotten, ...since]) assert.ok(ids.includes(id), `${id} stands at Kotim`);
});

test('restored and cut it takes commands, publishes nothing new, and notices after the heal', async ({
  world,
}) => {
  const { topology, seruyan, kotim } = world;
  const old = await reached(world);
  const backup = join(topology.folder, 'backup-cut');
  await does(seruyan, 'backup', '--to', backup);
  await report(seruyan, 1, 'terlupa');
  await untilApplied(kotim, SERUYAN, old + 1);
  await destroy(world);
  topology.site(SERUYAN).link.cut();
  await topology.site(SERUYAN).restart();
  await does(seruyan, 'restore', '--from', backup);
  await seruyan.start({}, 'answering');
  await untilItSays(seruyan, /restored from a backup, and 62\.02, the hub was not heard/);
  await report(seruyan, 2, 'sesudah');
  // What is in the journal is published, to the own picture too; nothing more.
  await untilApplied(seruyan, SERUYAN, old);
  assert.equal((await numbersOf(world, 'site')).size, old);
  topology.site(SERUYAN).link.heal();
  await untilItSays(
    seruyan,
    new RegExp(`has events of this regency up to ${old + 1}, this ledger only up to ${old}`),
  );
  const stick = join(topology.folder, 'stick-cut.jsonl');
  await exported(kotim, stick);
  await does(seruyan, 'recover', '--from', stick);
  for (const site of [kotim, seruyan]) await untilApplied(site, SERUYAN, old + 3);
  await noNumberTwice(world, old + 3);
});

test('where the own NATS server survived, it comes back from there', async ({ world }) => {
  const { topology, seruyan, kotim } = world;
  const old = await reached(world);
  await seruyan.kill();
  await rm(seruyan.folder, { recursive: true });
  // Three events older than what is known now.
  await does(seruyan, 'restore', '--from', join(topology.folder, 'backup-cut'));
  await seruyan.start({}, 'answering');
  await untilItSays(seruyan, new RegExp(`up to ${old}, this ledger only up to ${old - 3}`));
  assert.match(await does(seruyan, 'recover', '--from-own-stream'), /^3 events came back/);
  await report(seruyan, 1, 'sesudah');
  for (const site of [kotim, seruyan]) await untilApplied(site, SERUYAN, old + 1);
  await noNumberTwice(world, old + 1);
});

test('a ledger put back by hand, with its whole machine, is noticed before it gives a number', async ({
  world,
}) => {
  const { topology, seruyan, kotim } = world;
  const old = await reached(world);
  // Files and streams as they are now: what a snapshot of the machine holds.
  await seruyan.kill();
  await topology.site(SERUYAN).kill();
  const streams = join(topology.folder, domainOf(SERUYAN), 'streams');
  const snapshot = join(topology.folder, 'snapshot');
  await mkdir(snapshot);
  await cp(seruyan.folder, join(snapshot, 'files'), { recursive: true });
  await cp(streams, join(snapshot, 'streams'), { recursive: true });
  await topology.site(SERUYAN).restart();
  await seruyan.start();
  await report(seruyan, 2, 'terlupa');
  await untilApplied(kotim, SERUYAN, old + 2);
  await destroy(world);
  await rename(join(snapshot, 'files'), seruyan.folder);
  await rename(join(snapshot, 'streams'), streams);
  await topology.site(SERUYAN).restart();
  await seruyan.start({}, 'answering');
  await report(seruyan, 3, 'sesudah');
  await untilItSays(
    seruyan,
    new RegExp(`has events of this regency up to ${old + 2}, this ledger only up to ${old}`),
  );
  assert.equal((await numbersOf(world, 'hub')).size, old + 2);
  assert.equal((await numbersOf(world, 'site')).size, old);
});
