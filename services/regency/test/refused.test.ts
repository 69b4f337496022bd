import { ensureSite } from '@siaga/stream';
import { startTopology, suite, type Topology, until } from '@siaga/testkit';
import { startSharing } from '../src/index.ts';
import { KOTIM, openSite, SERUYAN, type Site } from './site.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Context {
  topology: Topology;
  site: Site;
}
const test = suite<Context>('sharing with rights that are not enough', {} as Context);
test.before(async (context) => {
  context.topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
  const nc = await context.topology.site(SERUYAN).connect('regency', 'regency');
  await ensureSite(nc, { regency: SERUYAN, neighbours: [KOTIM] });
  context.site = await openSite({ regency: SERUYAN });
});
test.after(async ({ topology, site }) => {
  await site.close();
  await topology.stop();
});

const share = (
  { topology, site }: Context,
  { regency, neighbour, user }: { regency: string; neighbour: string; user: string },
) =>
  startSharing({
    regency,
    neighbours: [neighbour],
    ledger: site.ledger,
    nats: topology.site(SERUYAN).as(user),
    cooperation: site.cooperation,
    clock: () => site.time.now,
    logger: QUIET,
  });

test('another service’s key: the site is not ready, and says what was refused', async (context) => {
  const sharing = share(context, { regency: SERUYAN, neighbour: KOTIM, user: 'picture' });
  await until('it says so', () => /refused|permission/i.test(sharing.missing() ?? ''));
  await sharing.stop();
});

test('a neighbour whom the server’s configuration does not name: the same', async (context) => {
  const sharing = share(context, { regency: SERUYAN, neighbour: '62.09', user: 'regency' });
  await until('it says so', () => /SHARED-6209|refused|permission/i.test(sharing.missing() ?? ''));
  await sharing.stop();
});

test('the right key and neighbours: ready', async (context) => {
  const sharing = share(context, { regency: SERUYAN, neighbour: KOTIM, user: 'regency' });
  await until('it shares', () => sharing.missing() === undefined);
  await sharing.stop();
});
