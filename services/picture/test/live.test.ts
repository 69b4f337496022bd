import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { assert, suite } from '@siaga/testkit';
import { conclude, lend, TwoSides, x } from './aid-histories.ts';
import { histories, journal, KOTIM, malformed, SERUYAN } from './histories.ts';
import { openLiveHub } from '../src/live/hub.ts';
import type { IncidentList } from '../src/queries/queries.ts';
import { scratch, until } from './scratch.ts';
import { startSite, type TestSite } from './site.ts';

const test = suite<{ site: TestSite; port: number }>('the live stream');
const files = scratch();
test.before.each(async (context) => {
  context.site = await startSite(files.file());
  await context.site.app.listen({ host: '127.0.0.1', port: 0 });
  context.port = (context.site.app.server.address() as AddressInfo).port;
});
test.after.each(({ site }) => site.close());
test.after(() => files.remove());

interface Received {
  id?: string;
  event: string;
  data: Record<string, unknown>;
}

/** A client of server-sent events, as the standard says: what it received, and the id it would resume from. */
function watch(port: number, lastEventId?: string, byQuery = false) {
  const received: Received[] = [];
  const client = {
    received,
    lastId: lastEventId,
    ended: false,
    headers: {} as Record<string, unknown>,
    stop: () => sent.destroy(),
  };
  const sent = request({
    port,
    host: '127.0.0.1',
    path: `/api/v1/picture/live${byQuery ? `?lastEventId=${lastEventId}` : ''}`,
    headers: lastEventId !== undefined && !byQuery ? { 'last-event-id': lastEventId } : {},
  });
  sent.on('error', () => undefined);
  sent.on('response', (response) => {
    client.headers = response.headers;
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const blocks = `${text}${chunk}`.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        if (fields['id'] !== undefined) client.lastId = fields['id'];
        if (fields['data'] === undefined) continue;
        received.push({
          ...(fields['id'] === undefined ? {} : { id: fields['id'] }),
          event: fields['event'] ?? 'message',
          data: JSON.parse(fields['data']),
        });
      }
    });
    response.on('close', () => {
      client.ended = true;
    });
  });
  sent.end();
  return client;
}

const changes = (received: Received[]) =>
  received.filter(({ id, event }) => id !== undefined && event !== 'reset');
const names = (received: Received[]) => received.map(({ event }) => event);

test('a change is sent at its commit, with the names of its place, its id and no caching', async ({
  site,
  port,
}) => {
  const client = watch(port);
  await until('the client is served', () => client.lastId !== undefined);
  assert.deepEqual(names(client.received), ['sources']);
  assert.equal(client.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(client.headers['cache-control'], 'no-cache, no-transform');
  assert.equal(client.headers['x-accel-buffering'], 'no');
  assert.equal(client.headers['x-content-type-options'], 'nosniff');
  const { kotim } = histories(60, 4);
  const first = kotim.slice(0, 1);
  site.apply(KOTIM, first);
  await until('the change arrives', () => changes(client.received).length === 1);
  const [change] = changes(client.received);
  assert.equal(change?.event, 'incident');
  assert.equal(change?.id, `${site.picture.current.store.epoch}-1`);
  assert.equal(change?.data.id, first[0]?.event.subject);
  assert.equal(typeof change?.data.placeName, 'string');
  site.apply(KOTIM, [malformed(7)]);
  await until('it hears of the parked message', () => names(client.received).includes('parked'));
  client.stop();
});

test('a client that is cut off and resumes gets every change once, in order', async ({ site, port }) => {
  const { kotim, seruyan } = histories(600, 8);
  const epoch = site.picture.current.store.epoch;
  const seen: Received[] = [];
  let client = watch(port);
  await until('the client is served', () => client.lastId !== undefined);
  let byQuery = false;
  for (let from = 0; from < 600; from += 60) {
    site.apply(KOTIM, kotim.slice(from, from + 60));
    // Cut in the middle of things: what was sent may be lost on the way.
    await until('something arrives', () => changes(client.received).length > 0 || from >= kotim.length);
    client.stop();
    seen.push(...changes(client.received));
    site.apply(SERUYAN, seruyan.slice(from, from + 60));
    client = watch(port, client.lastId, byQuery);
    byQuery = !byQuery;
  }
  const last = site.picture.current.store.change();
  await until('the last change arrives', () => client.lastId === `${epoch}-${last}`);
  seen.push(...changes(client.received));
  client.stop();
  assert.deepEqual(
    seen.map(({ id }) => id),
    Array.from({ length: last }, (_, index) => `${epoch}-${index + 1}`),
  );
  assert.ok(names(seen).includes('hotspots-removed'));
});

test('of agreements, resources and mutual aid it says what has changed, and goes on after a cut', async ({
  site,
  port,
}) => {
  const world = new TwoSides();
  conclude(world);
  lend(world);
  let client = watch(port);
  await until('the client is served', () => client.lastId !== undefined);
  site.apply(KOTIM, world.kotim.shared.slice(0, 4));
  await until('something arrives', () => changes(client.received).length > 0);
  client.stop();
  const seen = changes(client.received);
  site.apply(KOTIM, world.kotim.shared);
  site.apply(SERUYAN, world.seruyan.shared);
  client = watch(port, client.lastId);
  site.apply(SERUYAN, world.seruyan.internal, 'internal');
  const last = `${site.picture.current.store.epoch}-${site.picture.current.store.change()}`;
  await until('the last change arrives', () => client.lastId === last);
  seen.push(...changes(client.received));
  client.stop();
  assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length);
  assert.deepEqual(new Set(names(seen)), new Set(['changed']));
  // The id alone: who may read what it stands for is asked when it is asked for.
  for (const { data } of seen) assert.deepEqual(Object.keys(data), ['noun', 'id']);
  assert.deepEqual(
    new Set(seen.map(({ data }) => `${String(data['noun'])} ${String(data['id'])}`)),
    new Set([
      `agreements ${x.agreement}`,
      `resources ${x.boat}`,
      `resources ${x.boat2}`,
      `stocks ${x.rice}`,
      `conversations ${x.conversation}`,
    ]),
  );
});

test('a list says from where the live stream goes on', async ({ site, port }) => {
  const { kotim } = histories(60, 4);
  site.apply(KOTIM, kotim.slice(0, 10));
  const { body } = await site.get<IncidentList>('/api/v1/picture/incidents');
  site.apply(KOTIM, kotim.slice(10, 20));
  const client = watch(port, body.lastEventId, true);
  await until(
    'the later changes arrive',
    () => client.lastId?.endsWith(`-${site.picture.current.store.change()}`) === true,
  );
  assert.equal(
    changes(client.received)[0]?.id,
    body.lastEventId?.replace(/\d+$/, (n) => String(Number(n) + 1)),
  );
  client.stop();
});

test('an id that can’t be continued gets reset', async ({ site, port }) => {
  const { kotim } = histories(60, 4);
  site.apply(KOTIM, kotim.slice(0, 10));
  const { epoch } = site.picture.current.store;
  for (const id of ['00000000-3', `${epoch}-999`, `${epoch}--1`, 'nonsense', '']) {
    const client = watch(port, id);
    await until('reset comes', () => names(client.received).includes('reset'));
    assert.equal(client.lastId, `${epoch}-${site.picture.current.store.change()}`);
    assert.deepEqual(changes(client.received), []);
    client.stop();
  }
});

test('a client that does not read costs little, is disconnected, and others go on', async ({
  site,
  port,
}) => {
  const reader = watch(port);
  // The same picture once more, with less patience.
  const hub = openLiveHub({ current: site.picture.current, sources: () => [], stallMs: 300 });
  const server = createServer((_request, response) => hub.connect(response, undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const deaf = connect((server.address() as AddressInfo).port, '127.0.0.1');
  deaf.on('error', () => undefined);
  deaf.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  deaf.pause();
  await until('both are served', () => site.picture.live.clients() === 1 && hub.clients() === 1);
  const log = journal(KOTIM);
  const id = '01910000-0000-7000-8000-0000000000ff';
  const occurredAt = log.now();
  log.append(id, 'siaga.incident.reported.v1', {
    hazard: 'flood',
    occurredAt,
    place: '62.02.06',
    chronology: 'x'.repeat(200_000),
    source: 'radio',
    touches: [],
    figures: [],
    details: {},
  });
  for (let note = 0; note < 120; note += 1) log.append(id, 'siaga.incident.verified.v1', { occurredAt });
  let most = 0;
  for (const delivery of log.deliveries) {
    site.apply(KOTIM, [delivery]);
    await new Promise(setImmediate);
    most = Math.max(most, hub.buffered());
  }
  // 24 MB of changes, of which a client is kept at most one beyond its bound.
  assert.ok(most > 200_000 && most < 1_000_000, `${most} bytes were kept`);
  await until('the reader has every change', () => changes(reader.received).length === log.deliveries.length);
  await until('the deaf client is disconnected', () => hub.clients() === 0);
  deaf.destroy();
  reader.stop();
  server.close();
  await once(server, 'close');
});

test('bug: a client that does not read was kept for as long as nothing changed', async ({ site }) => {
  // Sources alone, of which a client that reads nothing was sent some until its room was full, and then none.
  const items = Array.from({ length: 200 }, () => site.picture.sources.views()).flat();
  const hub = openLiveHub({ current: site.picture.current, sources: () => items, stallMs: 300 });
  const server = createServer((_request, response) => hub.connect(response, undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [deaf, reader] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  let read = 0;
  reader.on('data', (chunk: Buffer) => (read += chunk.length));
  for (const socket of [deaf, reader]) {
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  }
  deaf.pause();
  await until('both are served', () => hub.clients() === 2);
  await until('the deaf one is disconnected', () => {
    hub.sendSources();
    return hub.clients() === 1;
  });
  const before = read;
  await until('the other goes on', () => {
    hub.sendSources();
    return read > before;
  });
  deaf.destroy();
  reader.destroy();
  server.close();
  await once(server, 'close');
});

test('one address watches a hundred times, and no more', async ({ site, port }) => {
  const stopped: { stop(): void }[] = [];
  for (let n = 0; n < 100; n += 1) stopped.push(watch(port));
  await until('all are served', () => site.picture.live.clients() === 100);
  const { status, body } = await new Promise<{ status?: number; body: string }>((done, fail) => {
    const sent = request({ port, host: '127.0.0.1', path: '/api/v1/picture/live' }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => done({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', fail);
    sent.end();
  });
  assert.equal(status, 503);
  assert.match(body, /"code":"overloaded"/);
  stopped[0]?.stop();
  await until('one is gone', () => site.picture.live.clients() === 99);
  stopped.push(watch(port));
  await until('its place is taken', () => site.picture.live.clients() === 100);
  for (const client of stopped) client.stop();
});

test('a closing site ends its streams', async ({ site, port }) => {
  const client = watch(port);
  await until('the client is served', () => client.lastId !== undefined);
  await site.app.close();
  await until('the stream ends', () => client.ended);
});
