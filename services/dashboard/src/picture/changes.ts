/** What the live stream says has changed, for those who load the content themselves. */
import type { LiveEvents } from '@siaga/domain';
import { createStore } from '../store.ts';

export type Change = LiveEvents['changed'];

const listeners = new Set<(change: Change) => void>();

export const tellChanged = (change: Change): void => {
  for (const listener of listeners) listener(change);
};
/** Returns what ends the subscription. */
export const onChanged = (listener: (change: Change) => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Counts up whenever changes may have been missed: after a connection anew, and after a rebuild of the picture. */
export const missed = createStore(0);
