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
interface Asked {
  method: 'GET' | 'POST';
  path: string;
}
const post = (...paths: string[]): Asked[] =>
  paths.map((path) => ({ method: 'POST', path: `/api/v1/${path}` }));
const get = (...paths: string[]): Asked[] =>
  paths.map((path) => ({ method: 'GET', path: `/api/v1/${path}` }));
const verbs = (noun: string, ...names: string[]): Asked[] =>
  post(...names.map((verb) => `${noun}/${NOWHERE}/${verb}`));
const conversations = 'mutual-aid/conversations';
const SIGNING_KEY = `signing-keys/${'A'.repeat(43)}`;
const STATUS = `emergency-statuses/${SERUYAN}-flood`;
/**
 * Every route of each permission. The bodies are none that could do anything: who may not is refused before they are
 * read.
 */
const requests: [Permission, Asked[]][] = [
  ['incident.report', post('incidents')],
  ...Object.keys(incidentVerbs).map((verb): [Permission, Asked[]] => [
    `incident.${verb}` as Permission,
    verbs('incidents', verb),
  ]),
  ['signing-key.rotate', post('signing-keys')],
  ['signing-key.revoke', post(`${SIGNING_KEY}/revoke`)],
  ['resource.register', post('resources')],
  ['resource.move', verbs('resources', 'move')],
  ['resource.service', verbs('resources', 'take-out-of-service', 'back-in-service')],
  [
    'resource.dispatch',
    [...verbs('resources', 'dispatch'), ...verbs('deployments', 'extend', 'cancel', 'release')],
  ],
  [
    'resource.report',
    verbs('deployments', 'mobilise', 'depart', 'arrive', 'report-position', 'start-return', 'end-return'),
  ],
  ['stock.register', post('stocks')],
  ['stock.count', verbs('stocks', 'receive', 'count')],
  ['stock.issue', verbs('stocks', 'allot', 'issue', 'cancel')],
  ['aid.request', post('mutual-aid/requests')],
  ['aid.update', verbs('mutual-aid/requests', 'update')],
  ['aid.cancel', verbs('mutual-aid/requests', 'cancel')],
  ['aid.decline', verbs('mutual-aid/requests', 'decline')],
  ['aid.offer', post('mutual-aid/offers')],
  ['aid.accept', verbs('mutual-aid/offers', 'accept', 'decline')],
  ['aid.withdraw', verbs('mutual-aid/offers', 'withdraw')],
  ['aid.commit', verbs('mutual-aid/offers', 'commit', 'refuse')],
  ['aid.ask-extension', verbs(conversations, 'ask-extension')],
  ['aid.answer-extension', verbs(conversations, 'answer-extension')],
  ['aid.release', verbs(conversations, 'release-aid')],
  ['aid.ask-return', verbs(conversations, 'ask-return')],
  ['aid.answer-return', verbs(conversations, 'answer-return')],
  ['aid.ask-status', verbs(conversations, 'ask-status')],
  ['aid.report-status', verbs(conversations, 'report-status')],
  ['agreement.draft', [...post('agreements'), ...verbs('agreements', 'revise', 'decline')]],
  ['agreement.propose', verbs('agreements', 'propose')],
  ['agreement.comment', verbs('agreements', 'comment')],
  ['agreement.finalise', verbs('agreements', 'finalise')],
  ['agreement.approve-dprd', verbs('agreements', 'approve-dprd')],
  ['agreement.sign', verbs('agreements', 'sign')],
  ['agreement.terminate', verbs('agreements', 'terminate')],
  ['override.declare', post('sharing-overrides')],
  ['override.end', verbs('sharing-overrides', 'end')],
  ['emergency.declare', post('emergency-statuses')],
  ['emergency.extend', post(`${STATUS}/extend`)],
  ['emergency.end', post(`${STATUS}/end`)],
  ['emergency.state-inability', post(`${STATUS}/state-inability`)],
  ['hotspots.take-in', post('hazards/hotspots')],
  ['hotspots.read-rejected', get('hazards/rejected')],
  [
    'picture.read-aid',
    [
      ...[
        'resources',
        'stocks',
        'deployments',
        ...['conversations', 'requests', 'offers'].map((noun) => `mutual-aid/${noun}`),
      ].flatMap((noun) => get(`picture/${noun}`, `picture/${noun}/${NOWHERE}`)),
      ...get(
        `picture/mutual-aid/conversations/${NOWHERE}/messages/${NOWHERE}/edxl-rm`,
        `picture/events/${SERUYAN}/1?journal=internal`,
      ),
      // Which command a message is, and so who else may send it, is known only when it is read.
      ...post('mutual-aid/edxl-rm'),
    ],
  ],
  ['journal.read', get('shared-journal/entries?from=1&to=2')],
  ['accounts.manage', [...get('accounts'), ...post('accounts')]],
];
/** What this one allows is a part of an answer that all get. */
const PART_OF_AN_ANSWER: Permission = 'picture.read-parked-raw';

test('every permission is walked, once', () => {
  const walked = [...requests.map(([permission]) => permission), PART_OF_AN_ANSWER];
  assert.deepEqual(walked.sort(), Object.keys(permissions).sort());
});

test('every route that takes a command is walked', async ({ world: { seruyan } }) => {
  const { paths } = await seruyan.get<{ paths: Record<string, object> }>('/docs/json');
  const commands = Object.entries(paths)
    .filter(([, methods]) => 'post' in methods)
    .map(([path]) => path);
  const form = (path: string) =>
    path
      .replace(/\{\w+\}/, NOWHERE)
      .replace(`emergency-statuses/${NOWHERE}`, STATUS)
      .replace(`signing-keys/${NOWHERE}`, SIGNING_KEY);
  const walked = requests.flatMap(([, asked]) => asked).filter(({ method }) => method === 'POST');
  assert.deepEqual(
    commands.map(form).sort(),
    // Whoever has a password may sign in.
    ['/api/v1/sessions', ...walked.map(({ path }) => path)].sort(),
  );
});

test('who may is let through, who may not gets 403, who has not signed in 401', async ({
  world: { seruyan },
}) => {
  for (const [permission, asked] of requests) {
    for (const { method, path } of asked) {
      const type = path.endsWith('edxl-rm') ? 'application/xml' : 'application/json';
      const ask = (headers: Record<string, string>) =>
        fetch(`${seruyan.base}${path}`, {
          method,
          headers: { ...headers, ...(method === 'POST' ? { 'content-type': type } : {}) },
          ...(method === 'POST' ? { body: '{}' } : {}),
        });
      const nobody = await ask({});
      const { code: unknown } = (await nobody.json()) as { code?: string };
      assert.deepEqual([nobody.status, unknown], [401, 'not_signed_in'], `nobody, ${method} ${path}`);
      for (const role of Role.options) {
        const response = await ask({ authorization: `Bearer ${await seruyan.token(role)}` });
        const { code } = (await response.json()) as { code?: string };
        const refused = response.status === 403 && code === 'role_not_permitted';
        const may = mayRole(role, permission);
        assert.equal(refused, !may, `${role}, ${permission}, ${path}: ${response.status} ${code}`);
        assert.ok(!may || ![401, 403, 500].includes(response.status), `${role}, ${path}: ${response.status}`);
        assert.notEqual(code, 'route_unknown', path);
      }
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
