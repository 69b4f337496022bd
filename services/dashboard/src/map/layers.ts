/** Which layers of the map are on: kept on the machine. */
import { createStore } from '../store.ts';

const KEY = 'siaga.mapResources';

const kept = (): boolean => {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    // Storage can be forbidden; the layer is on then.
    return true;
  }
};
export const resourceLayer = createStore(kept());

export const showResources = (on: boolean): void => {
  resourceLayer.set(on);
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // See above.
  }
};
