import { suite } from '../../src/index.ts';

const test = suite('an after.each hook that throws');
test.after.each(() => {
  throw new Error('after.each broke');
});
test('one', () => undefined);
test('two', () => undefined);
