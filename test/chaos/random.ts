/** Random choices that a seed decides: the same seed, the same choices. */

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  chance(part: number): boolean;
  /** Throws for an empty list. */
  pick<Item>(items: readonly Item[]): Item;
  /** One of these names, each as often as its weight says. Throws where all weights are 0. */
  weighted<Name extends string>(weights: { readonly [name in Name]?: number }): Name;
  shuffled<Item>(items: readonly Item[]): Item[];
  /** A source of its own, so that what one part draws changes nothing for another. */
  fork(name: string): Random;
}

/** Mulberry32 (Tommy Ettinger): 32 bits of state, even enough to choose commands by. */
export const randomOf = (seed: number, name = ''): Random => {
  let state = hashed(`${seed} ${name}`);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (part) => next() < part,
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
    weighted<Name extends string>(weights: { readonly [name in Name]?: number }): Name {
      const entries = Object.entries(weights) as [Name, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [found, weight] of entries) {
        left -= weight;
        if (left < 0) return found;
      }
      throw new Error('nothing has a weight');
    },
    shuffled(items) {
      const rest = [...items];
      for (let last = rest.length - 1; last > 0; last -= 1) {
        const other = Math.floor(next() * (last + 1));
        const [a, b] = [rest[last], rest[other]];
        if (a !== undefined && b !== undefined) [rest[last], rest[other]] = [b, a];
      }
      return rest;
    },
    fork: (part) => randomOf(seed, `${name}/${part}`),
  };
  return random;
};

/** FNV-1a, 32 bits. */
const hashed = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
};
