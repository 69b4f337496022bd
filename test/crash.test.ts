import { createHash } from 'node:crypto';
import { assert, suite, until } from '@siaga/testkit';
import { comparable, floodAt, incidentsAt, sourceAt, TUMBANG_MANJUL } from './support/picture.ts';
import { SERUYAN, startWorld, type World } from './support/world.ts';

// kill -9 ends a process, not a machine: it shows that nothing waits in memory, not that the disk holds it.
const test = suite<{ world: World }>('a site that is killed', {} as { world: World });
test.before(async (context) => {
  context.world = await startWorld();
});
test.after(async ({ world }) => {
  await world.stop();
});

const rounds = 5;

test('kill -9 between ledger and relay loses nothing and doubles nothing', async ({
  world: { seruyan, kotim },
}) => {
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    // Four writers report until the process is gone from under them.
    let killed = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let number = 0; !killed; number += 1) {
        const key = `crash-${round}-${writer}-${number}`;
        const answer = await seruyan
          .post('trc', '/api/v1/incidents', floodAt(TUMBANG_MANJUL, key), { 'idempotency-key': key })
          .catch(() => undefined);
        if (answer?.status === 201) acknowledged.add(String(answer.body['id']));
        if (!answer) return;
      }
    });
    await until('some are acknowledged', () => acknowledged.size >= (round + 1) * 25);
    await seruyan.kill();
    killed = true;
    await Promise.all(writers);
    await seruyan.start();
  }

  await until('Kotim has every acknowledged report', async () => {
    return (await sourceAt(kotim, SERUYAN)).lastSequence >= acknowledged.size;
  });
  await until('both say that nothing is missing', async () => {
    const [own, theirs] = await Promise.all([sourceAt(seruyan, SERUYAN), sourceAt(kotim, SERUYAN)]);
    return own.lastSequence === theirs.lastSequence && theirs.announcedSequence === theirs.lastSequence;
  });
  const { lastSequence } = await sourceAt(kotim, SERUYAN);
  const subjects: string[] = [];
  let previous = '0'.repeat(64);
  for (let sequence = 1; sequence <= lastSequence; sequence += 1) {
    const event = await kotim.get<Record<string, string>>(`/api/v1/picture/events/${SERUYAN}/${sequence}`);
    assert.equal(event['previoushash'], previous, `event ${sequence} links to the one before`);
    const { receivedAt: _, ...envelope } = event;
    previous = createHash('sha256').update(JSON.stringify(envelope)).digest('hex');
    subjects.push(String(event['subject']));
  }
  assert.equal(new Set(subjects).size, subjects.length, 'no report twice');
  assert.deepEqual(
    [...acknowledged].filter((id) => !subjects.includes(id)),
    [],
    'no acknowledged report is missing',
  );
});

test('a repeated Idempotency-Key gives the first answer after the crash too', async ({
  world: { seruyan },
}) => {
  const body = floodAt(TUMBANG_MANJUL, 'sekali saja');
  const headers = { 'idempotency-key': 'once-only' };
  const first = await seruyan.post('trc', '/api/v1/incidents', body, headers);
  await seruyan.kill();
  await seruyan.start();
  const second = await seruyan.post('trc', '/api/v1/incidents', body, headers);
  assert.deepEqual(second, first);
});

test('a neighbour that is killed catches up and ends equal', async ({ world: { seruyan, kotim } }) => {
  await kotim.kill();
  const reported: string[] = [];
  for (let number = 0; number < 30; number += 1) {
    const body = floodAt(TUMBANG_MANJUL, `tanpa Kotim ${number}`);
    reported.push(String((await seruyan.post('pusdalops', '/api/v1/incidents', body)).body['id']));
  }
  await kotim.start();
  // The own picture is behind the answers too: what both have so far can be equal and not all.
  for (const site of [kotim, seruyan]) {
    await until(`${site.regency} shows every report`, async () => {
      const shown = new Set((await incidentsAt(site)).map(({ id }) => id));
      return reported.every((id) => shown.has(id));
    });
  }
  assert.equal(await comparable(kotim), await comparable(seruyan));
});
