import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { suite } from '../src/index.ts';
import { runFile } from '../src/run.ts';

const test = suite('guard around uvu');
const falseGreen = (name: string) =>
  runFile(fileURLToPath(new URL(`false-greens/${name}.ts`, import.meta.url)), 20_000);

test('a before hook that throws is a failure, and so is each test behind it', async () => {
  const { verdict } = await falseGreen('before-throws');
  equal(verdict.passed, 0);
  equal(verdict.failed, 2);
  match(verdict.problems[0] ?? '', /before hook broke/);
});

test('an after.each hook that throws is a failure, and the later tests still run', async () => {
  const { verdict } = await falseGreen('after-each-throws');
  equal(verdict.passed, 2, 'both tests ran');
  equal(verdict.failed, 2, 'each after.each was counted');
});

test('a file whose suites were never run is a failure', async () => {
  const { verdict } = await falseGreen('run-forgotten');
  equal(verdict.failed, 1);
  match(verdict.problems[0] ?? '', /ran no test/);
});

test('a file that dies before its verdict is a failure', async () => {
  const { verdict } = await falseGreen('no-such-file');
  equal(verdict.failed, 1);
  match(verdict.problems[0] ?? '', /ended early/);
});

const order: string[] = [];
const hooks = suite('hooks of the guard');
hooks.before(() => void order.push('before'));
hooks.before.each(() => void order.push('before each'));
hooks.after.each(() => void order.push('after each'));
hooks('first', () => void order.push('first'));
hooks('second sees the exact order', () => {
  deepEqual(order, ['before', 'before each', 'first', 'after each', 'before each']);
  ok(true);
});
