import assert from 'node:assert/strict';
import type { startBrowser as StartBrowser } from './browser.ts';
import type { startTopology as StartTopology } from './nats.ts';

export { type Decider, type Given, type Outcome, scenario } from './given.ts';
export { damaged } from './damaged.ts';
export type { BenchRow } from './bench.ts';
export { type Link, startLink } from './link.ts';
export { mapSpot } from './map-spot.ts';
export type { ServerHandle, SiteHandle, Topology } from './nats.ts';
export { until } from './until.ts';
export { type Hook, type Suite, suite } from './suite.ts';
export { assert };

// These two are loaded when they are called: most files need neither, and pay half a second of processor time for both.
export const startBrowser: typeof StartBrowser = async (...more) =>
  (await import('./browser.ts')).startBrowser(...more);
export const startTopology: typeof StartTopology = async (options) =>
  (await import('./nats.ts')).startTopology(options);
