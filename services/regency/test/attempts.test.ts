import { assert, suite } from '@siaga/testkit';
import { Attempts } from '../src/accounts/attempts.ts';

const test = suite('slowing down guesses');
const OFFICE = '10.0.0.1';
const start = () => {
  const time = { now: 1_000_000 };
  return { time, attempts: new Attempts(() => time.now) };
};

test('five are free, then waits double from a second to a quarter of an hour', () => {
  const { time, attempts } = start();
  for (let n = 0; n < 5; n += 1) assert.equal(attempts.begin('trc', OFFICE), 0);
  const waits: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const wait = attempts.begin('trc', OFFICE);
    waits.push(wait / 1000);
    time.now += wait;
    assert.equal(attempts.begin('trc', OFFICE), 0);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
});

test('asking while waiting lengthens nothing', () => {
  const { time, attempts } = start();
  for (let n = 0; n < 5; n += 1) attempts.begin('trc', OFFICE);
  for (let n = 0; n < 50; n += 1) assert.equal(attempts.begin('trc', OFFICE), 1_000);
  time.now += 999;
  assert.equal(attempts.begin('trc', OFFICE), 1);
  time.now += 1;
  assert.equal(attempts.begin('trc', OFFICE), 0);
});

test('another name or another address is not held up', () => {
  const { attempts } = start();
  for (let n = 0; n < 6; n += 1) attempts.begin('trc', OFFICE);
  assert.equal(attempts.begin('kalaksa', OFFICE), 0);
  assert.equal(attempts.begin('trc', '10.0.0.2'), 0);
});

test('one address with many names is held up after twenty', () => {
  const { attempts } = start();
  for (let n = 0; n < 20; n += 1) assert.equal(attempts.begin(`name${n}`, OFFICE), 0);
  assert.equal(attempts.begin('name20', OFFICE), 1_000);
  assert.equal(attempts.begin('name20', '10.0.0.2'), 0);
});

test('right passwords count against nobody: an office of forty signs in from one address', () => {
  const { attempts } = start();
  for (let n = 0; n < 40; n += 1) {
    assert.equal(attempts.begin(`name${n}`, OFFICE), 0);
    attempts.succeeded(`name${n}`, OFFICE);
  }
});

test('an hour without an attempt forgets', () => {
  const { time, attempts } = start();
  for (let n = 0; n < 5; n += 1) attempts.begin('trc', OFFICE);
  time.now += 60 * 60_000;
  for (let n = 0; n < 5; n += 1) assert.equal(attempts.begin('trc', OFFICE), 0);
});
