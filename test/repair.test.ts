/** Whole sites whom the hub no longer connects, and who ask each other over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '@siaga/testkit';
import { floodAt, SAMUDA, sourceAt, untilApplied } from './support/picture.ts';
import { KOTIM, SERUYAN, startWorld, type World } from './support/world.ts';

const test = suite<{ world: World }>('sites that the hub does not connect', {} as { world: World });
test.before(async (context) => {
  context.world = await startWorld();
});
test.after(async ({ world }) => {
  await world.stop();
});

test('what a neighbour reports stands on the map, by its own address', async ({
  world: { seruyan, kotim, topology },
}) => {
  const login = join(topology.site(SERUYAN).seeds, 'neighbour-6202.login');
  writeFileSync(login, 'tetangga\nsiaga-demo\n', { mode: 0o600 });
  await seruyan.kill();
  await seruyan.start({ SIAGA_NEIGHBOUR_URLS: `${KOTIM}=${kotim.base}` });
  topology.site(SERUYAN).link.cut();
  const reports = 3;
  for (let number = 0; number < reports; number += 1) {
    const { status } = await kotim.post('trc', '/api/v1/incidents', floodAt(SAMUDA, `lewat HTTP ${number}`));
    assert.equal(status, 201);
  }
  await untilApplied(seruyan, KOTIM, reports);
  assert.equal((await sourceAt(seruyan, KOTIM)).link, 'lost');
});
