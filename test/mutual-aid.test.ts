/** The scenario's aid over two whole sites, seen from both pictures. */
import type { AgreementView, AidThreadView, ResourceView } from '@siaga/domain';
import { play, recordedScenario } from '@siaga/infra/launcher/scenario/index.ts';
import { assert, suite, until } from '@siaga/testkit';
import { KOTIM, SERUYAN, startWorld, type World, type WorldSite } from './support/world.ts';

const test = suite<{ world: World }>('aid across the border, over two sites', {} as { world: World });
test.before(async (context) => {
  context.world = await startWorld();
});
test.after(({ world }) => world.stop());

interface List<Item> {
  items: Item[];
}
const nouns = ['agreements', 'emergency-statuses', 'sharing-overrides'] as const;
const guarded = ['resources', 'stocks', 'deployments?state=all', 'mutual-aid/conversations'] as const;
const listAt = async <Item>(site: WorldSite, noun: string): Promise<Item[]> =>
  (await site.get<List<Item>>(`/api/v1/picture/${noun}`, 'pusdalops')).items;

/** Without what differs by right: numbers of the journal that each site reads, and whose it is here. */
const comparable = (value: unknown): string =>
  JSON.stringify(value, (name, part: unknown) => {
    if (name === 'sequence' || name === 'sequences' || name === 'sharing') return undefined;
    if (part !== null && typeof part === 'object' && !Array.isArray(part)) {
      return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return part;
  });
const everything = async (site: WorldSite): Promise<string> => {
  const read = await Promise.all([...nouns, ...guarded].map((noun) => listAt<{ id: string }>(site, noun)));
  return comparable(read.map((items) => items.sort((a, b) => (a.id < b.id ? -1 : 1))));
};

const playOn = ({ seruyan, kotim }: World) =>
  play(recordedScenario(new Date()), {
    sites: new Map([
      [SERUYAN, seruyan.base],
      [KOTIM, kotim.base],
    ]),
    password: 'siaga-demo',
    pauseMs: 0,
    signal: new AbortController().signal,
  });

test('the scenario signs, asks, offers, lends, extends and brings home, and both pictures end equal', async ({
  world,
}) => {
  const { seruyan, kotim } = world;
  await playOn(world);
  await until(
    'both pictures are equal',
    async () => (await everything(seruyan)) === (await everything(kotim)),
  );
  for (const site of [seruyan, kotim]) {
    const [agreement] = await listAt<AgreementView & { status: string }>(site, 'agreements');
    assert.equal(agreement?.status, 'in-force');
    const [thread] = await listAt<AidThreadView>(site, 'mutual-aid/conversations');
    assert.equal(thread?.status, 'ended');
    assert.deepEqual(
      thread?.items.map(({ item, asked, committed, delivered }) => ({ item, asked, committed, delivered })),
      [
        { item: '1', asked: 3, committed: 2, delivered: 2 },
        { item: '2', asked: 1, committed: 1, delivered: 1 },
      ],
    );
    const resources = await listAt<ResourceView>(site, 'resources');
    assert.equal(resources.length, 7);
    assert.ok(resources.every(({ state }) => state === 'available'));
  }
});

test('resources and conversations are for who has signed in; agreements are public', async ({ world }) => {
  const { kotim } = world;
  for (const noun of guarded) {
    const answer = await fetch(`${kotim.base}/api/v1/picture/${noun}`);
    assert.equal(answer.status, 401, noun);
    assert.equal(((await answer.json()) as { code: string }).code, 'not_signed_in');
  }
  for (const noun of nouns)
    assert.equal((await fetch(`${kotim.base}/api/v1/picture/${noun}`)).status, 200, noun);
});

test('a site that is killed and started again has the same picture, and reacts to nothing twice', async ({
  world,
}) => {
  const { kotim, seruyan } = world;
  const before = await everything(kotim);
  await kotim.kill();
  await kotim.start();
  await playOn(world);
  await until('it has the same picture', async () => (await everything(kotim)) === before);
  assert.equal(await everything(seruyan), before);
});

test('what both do while the link is cut comes out the same in both pictures', async ({ world }) => {
  const { kotim, seruyan, topology } = world;
  const send = async (site: WorldSite, role: string, path: string, body: unknown) => {
    let answer = await site.post(role, `/api/v1${path}`, body);
    // The picture and the rules hear the neighbour each by themselves: what one has, the other has soon.
    await until(`${path} is known`, async () => {
      if (answer.status === 404) answer = await site.post(role, `/api/v1${path}`, body);
      return answer.status !== 404;
    });
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as { id: string; deployments?: Record<string, string> };
  };
  const { items: incidents } = await seruyan.get<List<{ id: string; regency: string }>>(
    '/api/v1/picture/incidents?limit=500',
  );
  const incident = incidents.find(({ regency }) => regency === SERUYAN)?.id;
  const resources = await listAt<ResourceView>(kotim, 'resources');
  const boats = resources.filter(({ regency, kind }) => regency === KOTIM && kind === 'rubber-boat');
  const hour = 3_600_000;
  const later = (hours: number) => new Date(Date.now() + hours * hour).toISOString();
  const known = async (site: WorldSite, id: string, type: string) =>
    until(`${site.regency} knows ${type}`, async () => {
      const answer = await fetch(`${site.base}/api/v1/picture/mutual-aid/conversations/${id}`, {
        headers: { authorization: `Bearer ${await site.token('pusdalops')}` },
      });
      if (!answer.ok) return false;
      const { item } = (await answer.json()) as { item: AidThreadView };
      return item.messages.some(({ event }) => event.type === type);
    });
  /** Seruyan asks for a boat, and Kotim offers this one. */
  const offered = async (boat: string) => {
    const { id: request } = await send(seruyan, 'pusdalops', '/mutual-aid/requests', {
      to: KOTIM,
      incident,
      items: [{ item: '1', kind: 'rubber-boat', quantity: 1 }],
      where: { place: '62.07.05' },
      from: later(0),
      durationHours: 48,
      answerBy: later(6),
    });
    await known(kotim, request, 'AidRequested');
    const { id: offer } = await send(kotim, 'logistik', '/mutual-aid/offers', {
      to: SERUYAN,
      request,
      response: 'accept',
      lines: [{ item: '1', kind: 'rubber-boat', resources: [boat] }],
      validUntil: later(6),
    });
    await known(seruyan, request, 'OfferMade');
    const accept = () =>
      send(seruyan, 'pusdalops', `/mutual-aid/offers/${offer}/accept`, {
        lines: [{ item: '1', resources: [boat] }],
      });
    return { request, offer, accept };
  };
  const [first, second, third] = boats.map(({ id }) => id);
  const wanted = await offered(first ?? '');
  const withdrawn = await offered(second ?? '');
  const lent = await offered(third ?? '');
  await lent.accept();
  await known(kotim, lent.request, 'OfferAccepted');
  const { deployments } = await send(kotim, 'kalaksa', `/mutual-aid/offers/${lent.offer}/commit`, {});
  await known(seruyan, lent.request, 'OfferCommitted');
  const deployment = deployments?.[third ?? ''] ?? '';
  await send(kotim, 'trc', `/deployments/${deployment}/depart`, {});

  const { link } = topology.site(KOTIM);
  link.cut();
  const { id: own } = await send(kotim, 'trc', '/incidents', {
    hazard: 'flood',
    occurredAt: later(-1),
    place: { district: '62.02.08' },
    chronology: 'Banjir di Samuda',
    source: 'Uji',
  });
  await send(kotim, 'pusdalops', `/resources/${first}/dispatch`, { incident: own, until: later(10) });
  await send(kotim, 'logistik', `/mutual-aid/offers/${withdrawn.offer}/withdraw`, {
    reason: 'Dipakai sendiri',
  });
  await send(kotim, 'kalaksa', `/mutual-aid/conversations/${lent.request}/ask-return`, {
    deployment,
    reason: 'Banjir di Samuda',
  });
  await wanted.accept();
  await withdrawn.accept();
  await send(seruyan, 'pusdalops', `/mutual-aid/conversations/${lent.request}/ask-extension`, {
    deployments: [deployment],
    until: later(72),
    reason: 'Masih perlu',
  });
  link.heal();

  for (const { request } of [wanted, withdrawn]) await known(seruyan, request, 'CommitRefused');
  await known(seruyan, lent.request, 'ExtensionAnswered');
  await until(
    'both pictures are equal',
    async () => (await everything(seruyan)) === (await everything(kotim)),
  );
  const threads = await listAt<AidThreadView>(seruyan, 'mutual-aid/conversations');
  const reasonOf = (id: string) => threads.find((thread) => thread.id === id)?.offers[0]?.refused?.reason;
  assert.equal(reasonOf(wanted.request), 'not-available');
  assert.equal(reasonOf(withdrawn.request), 'withdrawn');
  const sent = (await listAt<ResourceView>(seruyan, 'resources')).filter(({ deployment: now }) => now);
  assert.deepEqual(Object.fromEntries(sent.map(({ id, deployment: now }) => [id, now?.task.for])), {
    [first ?? '']: 'own',
    [third ?? '']: 'neighbour',
  });
  await send(seruyan, 'pusdalops', `/mutual-aid/requests/${lent.request}/cancel`, { reason: 'Air surut' });
  await until('the boat is told to turn', async () =>
    (await listAt<ResourceView>(kotim, 'resources')).some(
      ({ id, state }) => id === third && state === 'released',
    ),
  );
  await send(kotim, 'trc', `/deployments/${deployment}/end-return`, {});
});

test('when the agreement ends, the neighbour’s half is marked and no longer updated', async ({ world }) => {
  const { kotim, seruyan } = world;
  const [agreement] = await listAt<AgreementView>(seruyan, 'agreements');
  const ended = await seruyan.post('kalaksa', `/api/v1/agreements/${agreement?.id}/terminate`, {
    reason: 'LATIHAN selesai',
  });
  assert.equal(ended.status, 200);
  type Marked = ResourceView & { sharing: { state: string; since?: string } };
  const ofKotim = async () =>
    (await listAt<Marked>(seruyan, 'resources')).filter(({ regency }) => regency === KOTIM);
  await until('Kotim’s resources are marked', async () =>
    (await ofKotim()).every(({ sharing }) => sharing.state === 'ended'),
  );
  assert.equal((await ofKotim()).length, 5);
  await until('Kotim knows that it ended', async () => {
    const [known] = await listAt<AgreementView & { status: string }>(kotim, 'agreements');
    return known?.status === 'terminated';
  });
  const added = await kotim.post('logistik', '/api/v1/resources', {
    kind: 'drone',
    name: 'Drone K-09',
    home: { place: '62.02.06' },
  });
  assert.equal(added.status, 201);
  await until('Kotim shows it', async () => (await listAt<ResourceView>(kotim, 'resources')).length === 8);
  // A public event that comes after it shows that what was before had every chance to come.
  const report = await kotim.post('trc', '/api/v1/incidents', {
    hazard: 'flood',
    occurredAt: new Date(Date.now() - 60_000).toISOString(),
    place: { district: '62.02.08' },
    chronology: 'Sesudah perjanjian berakhir',
    source: 'Uji',
  });
  await until('Seruyan has what is public', async () => {
    const { items } = await seruyan.get<List<{ id: string }>>('/api/v1/picture/incidents?limit=500');
    return items.some(({ id }) => id === report.body['id']);
  });
  assert.equal((await listAt<ResourceView>(seruyan, 'resources')).length, 7);
});
