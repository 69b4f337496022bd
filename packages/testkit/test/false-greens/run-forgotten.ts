import { suite } from 'uvu';

const test = suite('plain uvu, run() forgotten');
test('would fail', () => {
  throw new Error('nobody sees this');
});
