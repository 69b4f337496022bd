/** Whole sites whose ledger is in EventStoreDB, verified against a protocol double. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResourceView } from '@siaga/domain';
import { EVENTS, INTERNAL } from '@siaga/stream';
import { assert, suite, until } from '@siaga/testkit';
import { type EventStoreDouble, startEventStoreDouble } from '@siaga/testkit/eventstore-double';
import { comparable, floodAt, incidentsAt, SAMUDA, sourceAt, TUMBANG_MANJUL } from './support/picture.ts';
import { KOTIM, SERUYAN, startWorld, type World, type WorldSite } from './support/world.ts';

const COPY = fileURLToPath(new URL('../packages/ledger/src/copy-command.ts', import.meta.url));

interface Context {
  world: World;
  double: EventStoreDouble;
}

/** What the site's own server holds of a stream: the texts, in order, as stored. */
const streamOf = async ({ topology }: World, regency: string, name: string): Promise<string[]> => {
  const nc = await topology.site(regency).connect();
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  const { state } = await jsm.streams.info(name);
  const texts: string[] = [];
  for (let seq = 1; seq <= state.last_seq; seq += 1) {
    texts.push(new TextDecoder().decode((await jsm.streams.getMessage(name, { seq })).data));
  }
  return texts;
};
const untilEqual = ({ seruyan, kotim }: World, regency: string, atLeast: number) =>
  until(`both have ${regency} up to ${atLeast} and are equal`, async () => {
    const sources = await Promise.all([seruyan, kotim].map((site) => sourceAt(site, regency)));
    const [one, other] = sources.map(({ lastSequence }) => lastSequence);
    return (
      one === other && (one ?? 0) >= atLeast && (await comparable(seruyan)) === (await comparable(kotim))
    );
  });
/** Waits until the stream holds all that the journal does, and the journal all events that are shared. */
const untilPublished = (world: World, { store }: EventStoreDouble) =>
  until('all that is to be shared is published', async () => {
    const inJournal = store.log.filter(({ stream }) => stream === 'shared').length;
    const events = store.log.filter(({ stream }) => stream.startsWith('incident-')).length;
    return inJournal === events && (await streamOf(world, SERUYAN, EVENTS)).length === inJournal;
  });
const report = async (site: WorldSite, place: string, text: string): Promise<void> => {
  const { status, body } = await site.post('trc', '/api/v1/incidents', floodAt(place, text));
  assert.equal(status, 201, JSON.stringify(body));
};

const running = suite<Context>('a site on EventStoreDB (protocol double)', {} as Context);
running.before(async (context) => {
  context.double = await startEventStoreDouble({ maxAppendBytes: 16 * 1024 * 1024 });
  context.world = await startWorld({ more: { SIAGA_LEDGER: context.double.url } });
});
running.after(async ({ world, double }) => {
  await world?.stop();
  await double.stop();
});

running(
  'takes reports and shares them; killed with -9 again and again, nothing is missing or doubled',
  async ({ world, double }) => {
    const { seruyan, kotim } = world;
    const acknowledged = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      let killed = false;
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let number = 0; !killed; number += 1) {
          const key = `esdb-${round}-${writer}-${number}`;
          const answer = await seruyan
            .post('trc', '/api/v1/incidents', floodAt(TUMBANG_MANJUL, key), { 'idempotency-key': key })
            .catch(() => undefined);
          if (answer?.status === 201) acknowledged.add(String(answer.body['id']));
          if (!answer) return;
        }
      });
      await until('some are acknowledged', () => acknowledged.size >= (round + 1) * 15);
      await seruyan.kill();
      killed = true;
      await Promise.all(writers);
      await seruyan.start();
    }
    await untilEqual(world, SERUYAN, acknowledged.size);
    // What was written and not acknowledged before a kill is among them, so the count alone does not tell.
    await until('nothing acknowledged is missing', async () => {
      const there = new Set((await incidentsAt(kotim)).map(({ id }) => id));
      return [...acknowledged].every((id) => there.has(id));
    });
    await untilPublished(world, double);
    const texts = await streamOf(world, SERUYAN, EVENTS);
    const subjects = texts.map((text) => String((JSON.parse(text) as { subject: string }).subject));
    assert.equal(new Set(subjects).size, subjects.length, 'nothing is shared twice');
    assert.ok(double.store.log.length >= 2 * subjects.length, 'events and journal are in the database');
    assert.equal(double.calls.batchAppend, 0);
  },
);

running('started again with nothing to do, it publishes nothing again', async ({ world, double }) => {
  const { seruyan } = world;
  await untilPublished(world, double);
  const before = await streamOf(world, SERUYAN, EVENTS);
  const records = double.store.log.length;
  await seruyan.kill();
  await seruyan.start();
  await until('it has looked at the stream', async () => {
    const { lastSequence, announcedSequence } = await sourceAt(world.kotim, SERUYAN);
    return lastSequence === before.length && announcedSequence === before.length;
  });
  await report(seruyan, TUMBANG_MANJUL, 'setelah mulai lagi');
  await untilEqual(world, SERUYAN, before.length + 1);
  const after = await streamOf(world, SERUYAN, EVENTS);
  assert.deepEqual(after.slice(0, -1), before);
  assert.equal(double.store.log.length, records + 2, 'the report and its journal entry');
});

running(
  'while its database is away a command is not acknowledged, and goes through once it is back',
  async ({ world, double }) => {
    const { seruyan } = world;
    const [body, headers] = [floodAt(TUMBANG_MANJUL, 'sekali saja'), { 'idempotency-key': 'once' }];
    await seruyan.post('trc', '/api/v1/incidents', floodAt(TUMBANG_MANJUL, 'sebelumnya'));
    double.link.cut();
    const refused = await seruyan.post('trc', '/api/v1/incidents', body, headers);
    assert.deepEqual([refused.status, refused.body['code']], [503, 'ledger_unavailable']);
    assert.equal((await fetch(`${seruyan.base}/readyz`)).status, 503);
    assert.ok((await incidentsAt(seruyan)).length > 0, 'the picture is still served');
    double.link.heal();
    const first = await seruyan.post('trc', '/api/v1/incidents', body, headers);
    assert.equal(first.status, 201);
    assert.deepEqual(await seruyan.post('trc', '/api/v1/incidents', body, headers), first);
    await until('it is ready again', async () => (await fetch(`${seruyan.base}/readyz`)).ok);
    await until('the neighbour has it', async () =>
      (await incidentsAt(world.kotim)).some(({ id }) => id === first.body['id']),
    );
    const texts = await streamOf(world, SERUYAN, EVENTS);
    assert.equal(texts.filter((text) => text.includes('sekali saja')).length, 1);
  },
);

const moved = suite<Context>('a site that is moved to EventStoreDB (protocol double)', {} as Context);
moved.before(async (context) => {
  context.double = await startEventStoreDouble({ maxAppendBytes: 16 * 1024 * 1024 });
  context.world = await startWorld();
});
moved.after(async ({ world, double }) => {
  await world?.stop();
  await double.stop();
});

moved(
  'goes on where it was: nothing is shared twice, and what was withheld is released once',
  async ({ world, double }) => {
    const { seruyan, kotim } = world;
    const boat = async (name: string) => {
      const body = { kind: 'rubber-boat', name, home: { place: '62.02.06' } };
      const answer = await kotim.post('logistik', '/api/v1/resources', body);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
    };
    const override = async () => {
      const until = new Date(Date.now() + 86_400_000).toISOString();
      const body = { classes: ['resources'], reason: 'Banjir meluas', until };
      const answer = await kotim.post('kalaksa', '/api/v1/sharing-overrides', body);
      assert.ok(answer.status < 300, JSON.stringify(answer.body));
      return String(answer.body['id']);
    };
    const boatsAt = async (site: WorldSite) =>
      (await site.get<{ items: ResourceView[] }>('/api/v1/picture/resources', 'pusdalops')).items
        .map(({ name }) => String(name))
        .sort();

    for (let number = 0; number < 20; number += 1) await report(kotim, SAMUDA, `sebelum ${number}`);
    // One that was withheld and released before the move: its entry names a place far before where it stands.
    await boat('Perahu 0');
    const first = await override();
    await until('it was released', async () => (await boatsAt(seruyan)).length === 1);
    await kotim.post('kalaksa', `/api/v1/sharing-overrides/${first}/end`, { reason: 'Surut lagi' });
    // One that is withheld, and one report that is in no journal yet: the site is killed at once.
    await boat('Perahu 1');
    await report(kotim, SAMUDA, 'terakhir sebelum pindah');
    await kotim.kill();
    const shared = await streamOf(world, KOTIM, EVENTS);
    const internal = await streamOf(world, KOTIM, INTERNAL);

    const file = join(kotim.folder, 'ledger.db');
    const copying = spawn(process.execPath, [COPY, '--from', `sqlite:${file}`], {
      env: { ...process.env, SIAGA_LEDGER: double.url },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(copying, 'exit');
    assert.equal(copying.exitCode, 0);
    await kotim.start({ SIAGA_LEDGER: double.url });

    // 20 reports, the boat, two events of the override, and the last report, each once.
    await untilEqual(world, KOTIM, 24);
    await report(kotim, SAMUDA, 'setelah pindah');
    await untilEqual(world, KOTIM, 25);
    assert.deepEqual(await boatsAt(seruyan), ['Perahu 0']);
    await override();
    await until('the second boat is released', async () => (await boatsAt(seruyan)).length === 2);
    await boat('Perahu 2');
    await until('and what is shared at once', async () => (await boatsAt(seruyan)).length === 3);
    await kotim.kill();
    await kotim.start();
    await report(kotim, SAMUDA, 'setelah mulai lagi');
    await untilEqual(world, KOTIM, 29);

    const texts = await streamOf(world, KOTIM, EVENTS);
    assert.deepEqual(texts.slice(0, shared.length), shared);
    const ids = texts.map((text) => (JSON.parse(text) as { id: string }).id);
    assert.equal(new Set(ids).size, ids.length, 'nothing is shared twice');
    assert.equal(ids.length, 29);
    const within = await streamOf(world, KOTIM, INTERNAL);
    assert.deepEqual(within.slice(0, internal.length), internal);
    assert.equal(new Set(within.map((text) => (JSON.parse(text) as { id: string }).id)).size, within.length);
    assert.equal(within.length, 3);
  },
);
