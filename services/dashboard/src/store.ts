import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

/** A value that can be watched. Listeners run after a change, in the order in which they came. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  update(change: (now: T) => T): void;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
}
export type Readable<T> = Pick<Store<T>, 'get' | 'subscribe'>;

export const createStore = <T>(initial: T): Store<T> => {
  let value = initial;
  const listeners = new Set<() => void>();
  const store: Store<T> = {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    update: (change) => store.set(change(value)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
};

/** A value made of two others; made anew only when one of them changed. */
export const combine = <A, B, T>(a: Readable<A>, b: Readable<B>, make: (a: A, b: B) => T): Readable<T> => {
  let from: [A, B] | undefined;
  let value: T;
  return {
    get() {
      const now: [A, B] = [a.get(), b.get()];
      if (!from || !Object.is(from[0], now[0]) || !Object.is(from[1], now[1])) {
        from = now;
        value = make(...now);
      }
      return value;
    },
    subscribe(listener) {
      const ends = [a.subscribe(listener), b.subscribe(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
};

/** What `select` finds in the store; the component is drawn again only when that changes. */
export const useStore = <T, S>(store: Readable<T>, select: (value: T) => S): S => {
  const [, redraw] = useReducer<number, void>((count) => count + 1, 0);
  const selected = select(store.get());
  const latest = useRef({ selected, select });
  latest.current = { selected, select };
  useLayoutEffect(() => {
    const check = () => {
      const next = latest.current.select(store.get());
      if (Object.is(next, latest.current.selected)) return;
      latest.current.selected = next;
      redraw();
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
};
