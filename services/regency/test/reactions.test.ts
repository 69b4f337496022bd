/** Reactions survive crashes: a process that kills itself at every step, and the ledger that it leaves. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  aidOfferStream,
  type EventMetadata,
  type LendingEvent,
  resourceStream,
  stockStream,
} from '@siaga/domain';
import { openSqliteLedger } from '@siaga/ledger';
import { sharedStream } from '@siaga/stream';
import { assert, startTopology, suite, type Topology } from '@siaga/testkit';
import { v7 as uuidv7 } from 'uuid';
import { agreed, type Neighbour, openNeighbour, ownEvent, takeIn } from './neighbour.ts';
import { carryOut, type CommandPlan, type Plan, type ReactPlan } from './react-child.ts';
import { KOTIM, openSite, SERUYAN, type Site } from './site.ts';
import { at, boatOf, did, hours, made } from './two-sites.ts';

const CHILD = fileURLToPath(new URL('react-child.ts', import.meta.url));

interface Story {
  seruyan: Neighbour;
  /** How much of what Seruyan said was heard before. */
  heard: number;
  boats: Record<'withdrawn' | 'out' | 'ready' | 'firstHome' | 'secondHome' | 'extended', string>;
  rice: string;
  offers: Record<'withdrawn' | 'cancelled' | 'home' | 'extended' | 'accepted', string>;
  promised: string[];
  /** What the head of BPBD has said last, before the process was killed. */
  grant: Extract<LendingEvent, { type: 'ExtensionAnswered' }>;
}
interface Context {
  folder: string;
  topology: Topology;
  story: Story;
  react: ReactPlan;
  commit: CommandPlan;
}
const test = suite<Context>('reactions, with the process killed at every step', {} as Context);

/** Kotim lends to Seruyan in five conversations, in which something is about to happen. */
async function prepare(site: Site): Promise<Story> {
  const seruyan = openNeighbour(SERUYAN, site.time);
  const occurredAt = at(site);
  const agreement = await agreed(site, seruyan, KOTIM);
  const rice = await made(site, 'logistik', '/stocks', { kind: 'rice', home: { place: '62.02.06' } });
  await did(site, 'logistik', `/stocks/${rice}/receive`, { quantity: 1000 });

  /** A request of Seruyan's, and what Kotim offers for it. */
  const offered = async (boats: readonly string[], quantity?: number) => {
    const request = uuidv7();
    const items = [
      { item: '1', kind: 'rubber-boat' as const, quantity: boats.length },
      ...(quantity === undefined ? [] : [{ item: '2', kind: 'rice' as const, quantity }]),
    ];
    await takeIn(
      site,
      seruyan,
      seruyan.say(
        {
          type: 'AidRequested',
          data: {
            occurredAt,
            conversation: request,
            to: KOTIM,
            incident: uuidv7(),
            items,
            where: { place: '62.07.05' },
            from: at(site, hours(1)),
            durationHours: 72,
            answerBy: at(site, hours(12)),
            basis: { agreement },
          },
        },
        request,
      ),
    );
    const lines = [
      { item: '1', kind: 'rubber-boat', resources: boats },
      ...(quantity === undefined ? [] : [{ item: '2', kind: 'rice', stock: rice, quantity }]),
    ];
    const offer = await made(site, 'logistik', '/mutual-aid/offers', {
      to: SERUYAN,
      request,
      response: 'accept',
      lines,
      validUntil: at(site, hours(6)),
    });
    const acceptance = () =>
      seruyan.say(
        {
          type: 'OfferAccepted',
          data: {
            occurredAt,
            conversation: request,
            offer,
            lines: [
              { item: '1', resources: [...boats] },
              ...(quantity === undefined ? [] : [{ item: '2', stock: rice, quantity }]),
            ],
          },
        },
        request,
      );
    return { request, offer, acceptance };
  };
  const committed = async (boats: readonly string[], quantity?: number) => {
    const { request, offer, acceptance } = await offered(boats, quantity);
    await takeIn(site, seruyan, acceptance());
    const { deployments } = await did(site, 'kalaksa', `/mutual-aid/offers/${offer}/commit`, {});
    return { request, offer, deploymentOf: deployments as Record<string, string> };
  };
  const boat = (name: string) => boatOf(site, name);

  const boats = {
    withdrawn: await boat('Ditarik'),
    out: await boat('Di jalan'),
    ready: await boat('Siap'),
    firstHome: await boat('Pulang 1'),
    secondHome: await boat('Pulang 2'),
    extended: await boat('Diperpanjang'),
  };
  const withdrawn = await offered([boats.withdrawn]);
  await did(site, 'logistik', `/mutual-aid/offers/${withdrawn.offer}/withdraw`, {
    reason: 'Dipakai sendiri',
  });
  const cancelled = await committed([boats.out, boats.ready], 300);
  await did(site, 'trc', `/deployments/${cancelled.deploymentOf[boats.out]}/depart`, {});
  const home = await committed([boats.firstHome, boats.secondHome]);
  const homeward = [boats.firstHome, boats.secondHome].map((one) => home.deploymentOf[one] ?? '');
  for (const deployment of homeward) {
    await did(site, 'kalaksa', `/mutual-aid/conversations/${home.request}/ask-return`, {
      deployment,
      reason: 'Banjir di sini',
    });
  }
  const extended = await committed([boats.extended]);
  const extension = uuidv7();
  const longer = at(site, hours(24 * 6));
  const deployment = extended.deploymentOf[boats.extended] ?? '';
  await takeIn(
    site,
    seruyan,
    seruyan.say(
      {
        type: 'ExtensionAsked',
        data: {
          occurredAt,
          conversation: extended.request,
          extension,
          deployments: [deployment],
          until: longer,
          reason: 'Air belum surut',
        },
      },
      extended.request,
    ),
  );
  const promised = [await boat('Dijanjikan 1'), await boat('Dijanjikan 2')];
  const accepted = await offered(promised, 100);
  await takeIn(site, seruyan, accepted.acceptance());
  const heard = seruyan.entries.length;

  // What happens now: an acceptance after the withdrawal, and once more in another event; a cancellation; an
  // extension for both that were called home. The grant of the other extension stands in the own ledger already.
  withdrawn.acceptance();
  withdrawn.acceptance();
  seruyan.say(
    {
      type: 'AidRequestCancelled',
      data: { occurredAt, conversation: cancelled.request, reason: 'Air sudah surut' },
    },
    cancelled.request,
  );
  seruyan.say(
    {
      type: 'ExtensionAsked',
      data: {
        occurredAt,
        conversation: home.request,
        extension: uuidv7(),
        deployments: homeward,
        until: longer,
        reason: 'Masih perlu',
      },
    },
    home.request,
  );
  await site.cooperation.reactor.settled();
  return {
    grant: {
      type: 'ExtensionAnswered',
      data: {
        occurredAt,
        conversation: extended.request,
        extension,
        deployment,
        granted: true,
        until: longer,
      },
    },
    seruyan,
    heard,
    boats,
    rice,
    offers: {
      withdrawn: withdrawn.offer,
      cancelled: cancelled.offer,
      home: home.offer,
      extended: extended.offer,
      accepted: accepted.offer,
    },
    promised,
  };
}

test.before(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-reactions-'));
  const dir = join(context.folder, 'prepared');
  mkdirSync(dir);
  const site = await openSite({ dir, regency: KOTIM });
  const { now } = site.time;
  context.story = await prepare(site);
  const actor = `kalaksa:${(await site.account('kalaksa')).id}`;
  await site.close({ keep: true });
  const { seruyan, offers, grant } = context.story;
  context.commit = {
    does: 'command',
    dir,
    regency: KOTIM,
    url: `/api/v1/mutual-aid/offers/${offers.accepted}/commit`,
    key: 'once',
  };

  // The grant as its command writes it; the process was killed before anything came of it.
  const granted = join(context.folder, 'granted');
  cpSync(dir, granted, { recursive: true });
  const ledger = await openSqliteLedger({ file: join(granted, 'ledger.db'), clock: () => now });
  await ledger.append(aidOfferStream(offers.extended), 'any', [ownEvent(grant, offers.extended, actor)]);
  await ledger.close();

  // The stream of what Seruyan said. A publisher that was interrupted has sent some of it twice.
  context.topology = await startTopology({ regencies: [KOTIM] });
  const server = context.topology.site(KOTIM);
  const nc = await server.connect();
  const jsm = await nc.jetstreamManager();
  await jsm.streams.add({ name: sharedStream(SERUYAN), subjects: ['disaster.6207.>'] });
  const [first] = seruyan.entries.slice(context.story.heard);
  assert.ok(first);
  for (const { subject, bytes } of [...seruyan.entries, first, ...seruyan.entries.slice(-2)]) {
    await nc.jetstream().publish(subject, bytes);
  }
  context.react = {
    does: 'react',
    dir: granted,
    regency: KOTIM,
    neighbour: SERUYAN,
    last: seruyan.entries.length,
    now,
    nats: server.as('operator'),
  };
});
test.after(async ({ folder, topology }) => {
  await topology.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The same plan on a copy of its files. */
const onCopy = <P extends Plan>(plan: P, { folder }: Pick<Context, 'folder'>): P => {
  const dir = mkdtempSync(join(folder, 'copy-'));
  cpSync(plan.dir, dir, { recursive: true });
  return { ...plan, dir };
};

/** Runs a plan as a process that kills itself; false when it came to its end without. */
const killedAt = (plan: Plan, call: number, when: 'before' | 'after'): Promise<boolean> =>
  new Promise((done, failed) => {
    const args = [CHILD, JSON.stringify(plan), JSON.stringify({ call, when })];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      env: { NODE_COMPILE_CACHE: resolve('.setup/compile-cache'), ...process.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.on('error', failed);
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') done(signal === 'SIGKILL');
      else failed(new Error(`the process ended with ${signal ?? code}:\n${printed}`));
    });
  });

interface Written {
  type: string;
  data: unknown;
  causationId?: string;
}
/** What a ledger holds, stream by stream. */
async function contentsOf(dir: string): Promise<Record<string, Written[]>> {
  const ledger = await openSqliteLedger({ file: join(dir, 'ledger.db') });
  const contents: Record<string, Written[]> = {};
  for await (const { stream, type, data, metadata } of ledger.readAll({ from: 0 })) {
    const { actor, causationId } = metadata as Partial<EventMetadata>;
    // What a person did is caused by the sending of a command, which has a new id each time.
    const cause = causationId === undefined || actor !== 'system:reaction' ? {} : { causationId };
    (contents[stream] ??= []).push({ type, data, ...cause });
  }
  await ledger.close();
  return Object.fromEntries(Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Kills the plan's process at every append, before and after, and does the same again on what is left. */
async function killEverywhere(
  context: Context,
  plan: Plan,
  expected: { contents: unknown; answer: unknown },
): Promise<number> {
  for (let call = 1; ; call += 1) {
    const cuts = (['before', 'after'] as const).map(async (when) => {
      const own = onCopy(plan, context);
      const t0 = performance.now();
      const killed = await killedAt(own, call, when);
      const t1 = performance.now();
      const answer = killed ? await carryOut(own) : expected.answer;
      console.error(plan.does, call, when, killed, Math.round(t1 - t0), Math.round(performance.now() - t1));
      const where = `killed ${when} append ${call}`;
      assert.deepEqual(answer, expected.answer, where);
      assert.deepEqual(await contentsOf(own.dir), expected.contents, where);
      return killed;
    });
    const killed = await Promise.all(cuts);
    if (killed.every((one) => !one)) return call - 1;
  }
}

const names = (written: Written[] | undefined) => (written ?? []).map(({ type }) => type.split('.')[2]);

test('each cause has its one effect, whenever the process was killed', async (context) => {
  const { react, story } = context;
  const plan = onCopy(react, context);
  const before = await contentsOf(plan.dir);
  const answer = await carryOut(plan);
  const contents = await contentsOf(plan.dir);
  /** The events that came to a stream, with what caused them. */
  const came = (stream: string) =>
    (contents[stream] ?? []).slice(before[stream]?.length ?? 0).map(({ type, data, causationId }) => ({
      name: type.split('.')[2],
      cause: causeNames.get(causationId ?? ''),
      data: data as Record<string, unknown>,
    }));
  const causeNames = new Map(
    story.seruyan.entries.map(({ bytes, sequence }) => [
      (JSON.parse(Buffer.from(bytes).toString()) as { id: string }).id,
      sequence - story.heard,
    ]),
  );
  const [withdrawn, ...more] = came(aidOfferStream(story.offers.withdrawn));
  assert.deepEqual(
    [withdrawn?.name, withdrawn?.cause, withdrawn?.data['reason'], more],
    ['commit-refused', 1, 'withdrawn', []],
  );
  const happened = (stream: string) => came(stream).map(({ name, cause }) => [name, cause]);
  assert.deepEqual(happened(resourceStream(story.boats.out)), [['released', 3]]);
  assert.deepEqual(happened(resourceStream(story.boats.ready)), [['deployment-cancelled', 3]]);
  assert.deepEqual(happened(stockStream(story.rice)), [['commitment-cancelled', 3]]);
  const home = came(aidOfferStream(story.offers.home));
  assert.deepEqual(
    home.map(({ name, cause, data }) => [name, cause, data['granted'], data['reason']]),
    [
      ['extension-answered', 4, false, 'recalled'],
      ['extension-answered', 4, false, 'recalled'],
    ],
    'both that were called home',
  );
  assert.equal(new Set(home.map(({ data }) => data['deployment'])).size, 2);
  const [extended, ...rest] = came(resourceStream(story.boats.extended));
  assert.deepEqual(
    [extended?.name, extended?.data['until'], rest],
    ['deployment-extended', story.grant.data.until, []],
  );
  const changed = Object.keys(contents).filter((stream) => came(stream).length > 0);
  assert.equal(changed.length, 7, changed.join(', '));

  assert.ok((await killEverywhere(context, react, { contents, answer })) >= 8);
});

test('a commitment that was killed while it reserved: sent again with its key, it promises each thing once', async (context) => {
  const { commit, story } = context;
  const plan = onCopy(commit, context);
  const answer = (await carryOut(plan)) as { status: number; body: Record<string, unknown> };
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.body['deployments'] as object).sort(), story.promised.toSorted());
  const contents = await contentsOf(plan.dir);
  for (const boat of story.promised) {
    assert.deepEqual(names(contents[resourceStream(boat)]), ['registered', 'committed']);
  }
  assert.deepEqual(names(contents[aidOfferStream(story.offers.accepted)]), ['made', 'committed']);
  assert.equal(await killEverywhere(context, commit, { contents, answer }), 4);
});
