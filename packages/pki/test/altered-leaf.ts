/** A program that speaks the leaf protocol of nats-server by itself, as an altered site's server would. */
import { readFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type Topology, until } from '@siaga/testkit';

/** A peer with the key and certificate of Seruyan's site that minds nothing that the hub tells it to mind. */
export const alteredLeaf = async ({ folder, leafPort }: Pick<Topology, 'folder' | 'leafPort'>) => {
  const at = (file: string) => readFileSync(join(folder, 'r6207', 'leaf', file), 'utf8');
  const plain = dial({ host: '127.0.0.1', port: leafPort });
  let text = '';
  await new Promise<void>((resolve) => {
    plain.once('data', () => resolve());
  });
  const socket = connectTls({
    socket: plain,
    host: '127.0.0.1',
    key: at('server.key'),
    cert: at('server.pem'),
    ca: at('trusted.pem'),
  });
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('PING\r\n')) socket.write('PONG\r\n');
  });
  await new Promise<void>((resolve) => {
    socket.once('secureConnect', () => resolve());
  });
  const send = (line: string) => socket.write(`${line}\r\n`);
  /** A header makes it a message that only servers send. */
  const publish = (subject: string, body: string, { reply = '', header = '' } = {}) => {
    const sizes = header === '' ? `${body.length}` : `${header.length} ${header.length + body.length}`;
    send(
      `${header === '' ? 'LMSG' : 'HMSG'} ${subject} ${reply === '' ? '' : `${reply} `}${sizes}\r\n${header}${body}`,
    );
  };
  send('CONNECT {"tls_required":true,"name":"altered","headers":true}');
  send('PING');
  await until('the hub answers', () => text.includes('PONG'));
  return { publish, send, heard: () => text, close: () => socket.destroy() };
};
