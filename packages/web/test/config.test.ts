import { assert, suite } from '@siaga/testkit';
import { ConfigurationError, readConfiguration, SiteEnvironment } from '../src/index.ts';

const test = suite('configuration of a site');

const LEAST = {
  SIAGA_REGENCY: '62.02',
  SIAGA_NEIGHBOURS: '62.07',
  SIAGA_DATA_DIR: '/var/lib/siaga',
  SIAGA_PORT: '6202',
  SIAGA_NATS_SERVERS: '127.0.0.1:4202',
  SIAGA_NATS_SEEDS: '/etc/siaga/seeds',
};
const urlsOf = (list?: string) =>
  readConfiguration(SiteEnvironment, { ...LEAST, SIAGA_NEIGHBOUR_URLS: list }).SIAGA_NEIGHBOUR_URLS;

test('neighbours’ addresses are by code, none where none are given', () => {
  assert.deepEqual(urlsOf(), {});
  assert.deepEqual(urlsOf('62.07=https://siaga.example.id/a=b, 62.09=http://localhost:6209'), {
    '62.07': 'https://siaga.example.id/a=b',
    '62.09': 'http://localhost:6209',
  });
});

test('an address to which a password would go in the clear is refused with its name, as is what is none', () => {
  for (const wrong of ['62.07=http://siaga.example.id', '62.07', '6207=https://x', '62.07=ftp://localhost']) {
    assert.throws(
      () => urlsOf(wrong),
      (error) =>
        error instanceof ConfigurationError &&
        error.message.includes('SIAGA_NEIGHBOUR_URLS: expected 62.07=https://'),
      wrong,
    );
  }
});
