import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { assert, type Link, startLink, suite } from '../src/index.ts';

const test = suite('testkit: link');
let echo: Server;
let link: Link;
const clients: Socket[] = [];

test.before.each(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  assert.ok(address && typeof address === 'object');
  link = await startLink({ target: { port: address.port } });
});
test.after.each(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await link.stop();
  echo.close();
});

async function connect(to = link): Promise<Socket> {
  const client = createConnection({ port: to.port, host: '127.0.0.1' });
  clients.push(client);
  client.setEncoding('utf8');
  await once(client, 'connect');
  return client;
}

async function ask(client: Socket, text: string): Promise<string> {
  client.write(text);
  const [answer] = (await once(client, 'data')) as [string];
  return answer;
}

const failure = async (client: Socket): Promise<string> => {
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  return error.code ?? '';
};

test('passes bytes on both ways and counts them', async () => {
  const client = await connect();
  assert.equal(await ask(client, 'halo'), 'halo');
  assert.deepEqual(link.bytes, { toTarget: 4, fromTarget: 4 });
});

test('passes on a large stream whole, whatever the receiver does', async () => {
  const client = await connect();
  const size = 8 * 1024 * 1024;
  let received = 0;
  client.on('data', (text: string) => {
    received += text.length;
  });
  client.end('x'.repeat(size));
  while (received < size) await once(client, 'data');
  assert.equal(received, size);
  assert.deepEqual(link.bytes, { toTarget: size, fromTarget: size });
});

test('cut resets open and new connections, heal lets new ones through', async () => {
  const client = await connect();
  await ask(client, 'halo');
  const broken = failure(client);
  link.cut();
  assert.equal(await broken, 'ECONNRESET');
  const refused = createConnection({ port: link.port, host: '127.0.0.1' });
  clients.push(refused);
  assert.equal(await failure(refused), 'ECONNRESET');
  link.heal();
  assert.equal(await ask(await connect(), 'lagi'), 'lagi');
});

test('a black hole accepts and answers nothing; what it swallowed is lost, so heal resets those', async () => {
  const open = await connect();
  const idle = await connect();
  await ask(open, 'halo');
  await ask(idle, 'halo');
  link.blackhole();
  const during = await connect();
  let heard = '';
  for (const client of [open, during]) {
    client.on('data', (text: string) => {
      heard += text;
    });
    client.write('ada orang?');
  }
  // A second link to the same target shows that the target would have answered by now.
  const beside = await startLink({ target: { port: (echo.address() as { port: number }).port } });
  const witness = await connect(beside);
  assert.equal(await ask(witness, 'ada'), 'ada');
  witness.destroy();
  await beside.stop();
  assert.equal(heard, '');
  assert.equal(open.destroyed || during.destroyed, false);

  const broken = Promise.all([failure(open), failure(during)]);
  link.heal();
  assert.deepEqual(await broken, ['ECONNRESET', 'ECONNRESET']);
  assert.equal(await ask(idle, 'masih'), 'masih');
});

test('delay passes everything on later, in order', async () => {
  const client = await connect();
  await ask(client, 'halo');
  link.delay(40);
  const before = performance.now();
  assert.equal(await ask(client, 'pelan'), 'pelan');
  assert.ok(performance.now() - before >= 78, 'there and back takes two delays');
  let text = '';
  client.on('data', (part: string) => {
    text += part;
  });
  for (const part of ['a', 'b', 'c']) client.write(part);
  link.heal();
  client.write('d');
  while (text.length < 4) await once(client, 'data');
  assert.equal(text, 'abcd');
});
