import { incidentVerbs, mayRole, type Permission, permissions, Role } from '@siaga/domain';
import { assert, suite, until } from '@siaga/testkit';
import { SERUYAN, startWorld, type World } from './support/world.ts';

const test = suite<{ world: World }>('who may do what, at a whole site', {} as { world: World });
test.before(async (context) => {
  context.world = await startWorld();
});
test.after(async ({ world }) => {
  await world.stop();
});

const NOWHERE = '01900000-0000-7000-8000-000000000000';
/** A request for each permission. Its body is none that could do anything: who may not is refused before it is read. */
const requests = new Map<Permission, { method: string; path: string }>([
  ['incident.report', { method: 'POST', path: '/api/v1/incidents' }],
  ...Object.keys(incidentVerbs).map(
    (verb) =>
      [
        `incident.${verb}` as Permission,
        { method: 'POST', path: `/api/v1/incidents/${NOWHERE}/${verb}` },
      ] as const,
  ),
  ['hotspots.take-in', { method: 'POST', path: '/api/v1/hazards/hotspots' }],
  ['hotspots.read-rejected', { method: 'GET', path: '/api/v1/hazards/rejected' }],
  ['accounts.manage', { method: 'GET', path: '/api/v1/accounts' }],
]);
/** What this one allows is a part of an answer that all get. */
const PART_OF_AN_ANSWER: Permission = 'picture.read-parked-raw';
const withoutRoute = /^(resource|stock|aid|agreement|override|emergency)\./;

test('every permission that has a route is walked', () => {
  const walked = [...requests.keys(), PART_OF_AN_ANSWER].sort();
  const routed = Object.keys(permissions).filter((permission) => !withoutRoute.test(permission));
  assert.deepEqual(walked, routed.sort());
});

test('who may is let through, who may not gets 403, who has not signed in 401', async ({
  world: { seruyan },
}) => {
  for (const [permission, { method, path }] of requests) {
    const ask = (headers: Record<string, string>) =>
      fetch(`${seruyan.base}${path}`, {
        method,
        headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
    assert.equal((await ask({})).status, 401, `nobody, ${permission}`);
    for (const role of Role.options) {
      const response = await ask({ authorization: `Bearer ${await seruyan.token(role)}` });
      const { code } = (await response.json()) as { code?: string };
      const refused = response.status === 403 && code === 'role_not_permitted';
      assert.equal(refused, !mayRole(role, permission), `${role}, ${permission}: ${response.status} ${code}`);
    }
  }
});

test('the text of a parked message is for those who may read it', async ({
  world: { seruyan, topology },
}) => {
  const nc = await topology.site(SERUYAN).connect('vandal');
  await nc.jetstream().publish('disaster.6207.flood.incident.reported', 'no event');
  const parked = async (headers: Record<string, string>) => {
    const response = await fetch(`${seruyan.base}/api/v1/picture/parked`, { headers });
    return ((await response.json()) as { items: { raw?: string }[] }).items;
  };
  await until('it is parked', async () => (await parked({})).length === 1);
  assert.equal((await parked({}))[0]?.raw, undefined);
  for (const role of Role.options) {
    const [item] = await parked({ authorization: `Bearer ${await seruyan.token(role)}` });
    assert.equal(item?.raw, mayRole(role, PART_OF_AN_ANSWER) ? 'no event' : undefined, role);
  }
});
