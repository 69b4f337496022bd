/**
 * The guard around uvu. uvu 0.5.6 passes when it should not: it exits 0 when a `before` hook throws, when
 * `after.each` throws (and skips the rest), and when `.run()` is forgotten. Suites made here run by
 * themselves, turn every hook error into a failure, and are counted: a test that did not run is a failure.
 */
import { suite as uvuSuite } from 'uvu';

type Handler<T> = (context: T) => unknown;

/** What a test file writes its tests with: `test('name', handler)`, and hooks before/after all or each. */
export interface Suite<T> {
  (name: string, handler: Handler<T>): void;
  /** Registers a test that is counted as skipped, with the reason that is printed. */
  skip(name: string, reason: string): void;
  before: Hook<T>;
  after: Hook<T>;
}

export interface Hook<T> {
  (handler: Handler<T>): void;
  each(handler: Handler<T>): void;
}

interface Failure {
  suite: string;
  test: string;
  error: unknown;
}

export interface SuiteReport {
  name: string;
  registered: number;
  passed: number;
  skipped: { test: string; reason: string }[];
  failures: Failure[];
}

interface GuardedSuite {
  report: SuiteReport;
  run(): void;
}

const registry: GuardedSuite[] = [];

/**
 * Makes a suite. Guarantees: tests run in the order written, one after another; a throwing hook fails the
 * suite and never hides another test's result; nothing needs to be called to start it.
 */
export function suite<T extends object = Record<string, never>>(name: string, state?: T): Suite<T> {
  const inner = uvuSuite<T>(name, state);
  const report: SuiteReport = { name, registered: 0, passed: 0, skipped: [], failures: [] };
  const fail = (test: string, error: unknown) => report.failures.push({ suite: name, test, error });
  let brokenBefore: { error: unknown } | undefined;
  let brokenEach: { error: unknown } | undefined;

  const test = ((testName, handler) => {
    report.registered += 1;
    inner(testName, async (context) => {
      try {
        if (brokenBefore)
          throw new Error('not run, because a before hook failed', { cause: brokenBefore.error });
        if (brokenEach) throw brokenEach.error;
        await handler(context as T);
        report.passed += 1;
      } catch (error) {
        fail(testName, error);
        throw error;
      }
    });
  }) as Suite<T>;
  test.skip = (testName, reason) => {
    report.registered += 1;
    report.skipped.push({ test: testName, reason });
    inner.skip(testName, () => undefined);
  };
  const guarded = (where: string, handler: Handler<T>, onError?: (error: unknown) => void) => {
    return async (context: unknown) => {
      try {
        await handler(context as T);
      } catch (error) {
        if (onError) onError(error);
        else fail(where, error);
      }
    };
  };
  test.before = ((handler) =>
    inner.before(
      guarded('before hook', handler, (error) => {
        brokenBefore = { error };
        fail('before hook', error);
      }),
    )) as Hook<T>;
  inner.before.each(() => {
    brokenEach = undefined;
  });
  test.before.each = (handler) =>
    inner.before.each(
      guarded('before each hook', handler, (error) => {
        brokenEach = { error };
      }),
    );
  test.after = ((handler) => inner.after(guarded('after hook', handler))) as Hook<T>;
  test.after.each = (handler) => inner.after.each(guarded('after each hook', handler));

  registry.push({ report, run: () => inner.run() });
  return test;
}

/** Starts every suite made so far, in order, and returns their (live) reports. Called once, by the runner. */
export function startSuites(): SuiteReport[] {
  for (const guarded of registry) guarded.run();
  return registry.map((guarded) => guarded.report);
}
