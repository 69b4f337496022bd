import { suite } from '../../src/index.ts';

const test = suite('a before hook that throws');
test.before(() => {
  throw new Error('before hook broke');
});
test('never gets its fixture', () => undefined);
