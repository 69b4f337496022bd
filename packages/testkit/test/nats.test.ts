import { existsSync } from 'node:fs';
import { assert, startTopology, suite } from '../src/index.ts';

const test = suite('testkit: nats topology');

test('joins the sites by their links, restarts in place, and leaves nothing behind', async () => {
  const topology = await startTopology({ regencies: ['62.02', '62.07'] });
  const pids: number[] = [];
  const folders: string[] = [];
  try {
    const { hub } = topology;
    const site = topology.site('62.07');
    assert.throws(() => topology.site('62.10'), /62\.10/);
    const nc = await site.connect();
    const jsm = await nc.jetstreamManager();
    assert.equal((await jsm.getAccountInfo()).domain, 'r6207');
    await jsm.streams.add({ name: 'KEPT', subjects: ['kept'] });
    await nc.jetstream().publish('kept', 'one');

    const other = await topology.site('62.02').connect();
    const heard = new Promise<string>((resolve) => {
      other.subscribe('heartbeat.6207', { callback: (_, message) => resolve(message.string()) });
    });
    const asking = setInterval(() => nc.publish('heartbeat.6207', 'halo'), 20);
    assert.equal(await heard, 'halo');
    clearInterval(asking);
    assert.ok(site.link.bytes.toTarget > 0 && topology.site('62.02').link.bytes.fromTarget > 0);

    const { url } = site;
    const { pid } = site.server;
    await site.kill();
    await site.restart();
    assert.equal(site.url, url);
    assert.notEqual(site.server.pid, pid);
    const again = await site.connect('again');
    const { state } = await (await again.jetstreamManager()).streams.info('KEPT');
    assert.equal(state.messages, 1);
    pids.push(hub.server.pid, site.server.pid, topology.site('62.02').server.pid);
    folders.push(topology.folder);
  } finally {
    await topology.stop();
  }
  for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  for (const folder of folders) assert.equal(existsSync(folder), false);
});
