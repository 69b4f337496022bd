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
import { KOTIM, SERUYAN, startWorld, type World } from './support/world.ts';

const test = suite<{ world: World }>('a cut between two sites', {} as { world: World });
test.before(async (context) => {
  context.world = await startWorld();
});
test.after(async ({ world }) => {
  await world.stop();
});

const reports = 40;

test('a report in Seruyan stands on Kotim’s map', async ({ world: { seruyan, kotim } }) => {
  const { status, body } = await seruyan.post(
    'trc',
    '/api/v1/incidents',
    floodAt(TUMBANG_MANJUL, 'Air naik'),
  );
  assert.equal(status, 201);
  await untilApplied(kotim, SERUYAN, 1);
  const [incident] = await incidentsAt(kotim, `&regency=${SERUYAN}`);
  assert.equal(incident?.id, body['id']);
  assert.equal(incident?.regency, SERUYAN);
  assert.equal(incident?.place, TUMBANG_MANJUL);
});

for (const [name, fault] of [
  ['reset', 'cut'],
  ['half-open', 'blackhole'],
] as const) {
  test(`${name} link: each side goes on, says the other half's age, and both end equal`, async ({
    world,
  }) => {
    const { seruyan, kotim, topology } = world;
    const before = {
      seruyan: (await sourceAt(seruyan, SERUYAN)).lastSequence,
      kotim: (await sourceAt(kotim, KOTIM)).lastSequence,
    };
    // An age counts from a moment at which the half was known to be complete.
    await until('each half is complete', async () => {
      const halves = await Promise.all([sourceAt(kotim, SERUYAN), sourceAt(seruyan, KOTIM)]);
      return halves.every(({ link, ageSeconds }) => link === 'live' && ageSeconds !== undefined);
    });
    const { link } = topology.site(KOTIM);
    link[fault]();
    await until(
      'Kotim says that Seruyan is lost',
      async () => (await sourceAt(kotim, SERUYAN)).link === 'lost',
    );

    for (let number = 0; number < reports; number += 1) {
      const [there, here] = await Promise.all([
        seruyan.post('trc', '/api/v1/incidents', floodAt(TUMBANG_MANJUL, `terputus ${number}`)),
        kotim.post('trc', '/api/v1/incidents', floodAt(SAMUDA, `terputus ${number}`)),
      ]);
      assert.equal(there.status, 201);
      assert.equal(here.status, 201);
    }
    // Each has its own reports, none of the other's, and says since when.
    await untilApplied(seruyan, SERUYAN, before.seruyan + reports);
    await untilApplied(kotim, KOTIM, before.kotim + reports);
    const lost = await sourceAt(kotim, SERUYAN);
    assert.equal(lost.lastSequence, before.seruyan);
    assert.equal(lost.link, 'lost');
    assert.ok((lost.ageSeconds ?? 0) >= 5, `the age is told: ${lost.ageSeconds}`);
    assert.equal((await sourceAt(kotim, KOTIM)).link, 'live');

    link.heal();
    await untilApplied(kotim, SERUYAN, before.seruyan + reports);
    await untilApplied(seruyan, KOTIM, before.kotim + reports);
    await until(
      'Seruyan is live at Kotim again',
      async () => (await sourceAt(kotim, SERUYAN)).link === 'live',
    );
    assert.equal(await comparable(kotim), await comparable(seruyan));
  });
}

test('the events arrived all, in order, none twice', async ({ world: { seruyan, kotim } }) => {
  for (const [owner, other] of [
    [SERUYAN, kotim],
    [KOTIM, seruyan],
  ] as const) {
    const { lastSequence } = await sourceAt(other, owner);
    const ids = new Set<string>();
    let receivedAt = '';
    for (let sequence = 1; sequence <= lastSequence; sequence += 1) {
      const event = await other.get<{ id: string; sequence: number; receivedAt: string }>(
        `/api/v1/picture/events/${owner}/${sequence}`,
      );
      assert.equal(event.sequence, sequence);
      assert.ok(event.receivedAt >= receivedAt, 'received in order');
      receivedAt = event.receivedAt;
      ids.add(event.id);
    }
    assert.equal(ids.size, lastSequence);
  }
});

test('a malformed message on the stream is parked with its reason, and the rest goes on', async ({
  world,
}) => {
  const { seruyan, kotim, topology } = world;
  const nc = await topology.site(SERUYAN).connect('vandal');
  await nc.jetstream().publish('disaster.6207.flood.incident.reported', '{"specversion":"1.0", broken');
  const { lastSequence } = await sourceAt(seruyan, SERUYAN);
  const after = await seruyan.post(
    'trc',
    '/api/v1/incidents',
    floodAt(TUMBANG_MANJUL, 'setelah pesan rusak'),
  );
  assert.equal(after.status, 201);
  await untilApplied(kotim, SERUYAN, lastSequence + 1);
  const listed = () =>
    kotim.get<{ total: number; items: { reason: string; subject: string }[] }>('/api/v1/picture/parked');
  // The event that came after may have been asked for, and have overtaken it.
  await until('it is parked', async () => (await listed()).total > 0);
  const parked = await listed();
  assert.equal(parked.total, 1);
  assert.equal(parked.items[0]?.subject, 'disaster.6207.flood.incident.reported');
  assert.ok(parked.items[0]?.reason);
});
