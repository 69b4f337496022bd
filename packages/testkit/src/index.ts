import assert from 'node:assert/strict';

export { type Decider, type Given, type Outcome, scenario } from './given.ts';
export { damaged } from './damaged.ts';
export { startBrowser } from './browser.ts';
export type { BenchRow } from './bench.ts';
export { type Link, startLink } from './link.ts';
export { type ServerHandle, type SiteHandle, startTopology, type Topology } from './nats.ts';
export { until } from './until.ts';
export { type Hook, type Suite, suite } from './suite.ts';
export { assert };
