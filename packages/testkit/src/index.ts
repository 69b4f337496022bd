import assert from 'node:assert/strict';

export { type Hook, type Suite, suite } from './suite.ts';
export { assert };
