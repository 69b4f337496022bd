/** Which faults happen when: rounds of one to three that touch different things, each round followed by healing. */
import type { Fault, FaultKind } from './faults/fault.ts';
import type { Random } from './random.ts';
import type { ChaosWorld } from './world.ts';

export interface Planned {
  kind: FaultKind;
  fault: Fault;
  /** After the round's begin. */
  afterMs: number;
}

export interface Schedule {
  /** Draws kinds and where they happen. */
  round(): Planned[];
  /** Draws where these happen. Throws where they can't help touching the same. */
  of(kinds: readonly FaultKind[]): Planned[];
}

const MOST_AT_ONCE = 3;
const LONGEST_OFFSET_MS = 1_000;
const TRIES = 100;

/** Draws from a bag that holds each kind as often as its weight, so that all kinds come about evenly. */
export const openSchedule = (kinds: readonly FaultKind[], random: Random, world: ChaosWorld): Schedule => {
  let bag: FaultKind[] = [];
  const draw = (): FaultKind => {
    if (bag.length === 0) {
      bag = random.shuffled(kinds.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind)));
    }
    const kind = bag.pop();
    if (!kind) throw new Error('there are no kinds of faults');
    return kind;
  };
  /** Undefined where it would touch what one of the others touches. */
  const placed = (kind: FaultKind, others: readonly Planned[]): Planned | undefined => {
    const fault = kind.draw(random, world);
    const taken = others.some((other) => other.fault.touches.some((place) => fault.touches.includes(place)));
    return taken ? undefined : { kind, fault, afterMs: random.whole(0, LONGEST_OFFSET_MS) };
  };
  return {
    round() {
      const planned: Planned[] = [];
      for (let left = random.whole(1, MOST_AT_ONCE); left > 0; left -= 1) {
        const kind = draw();
        const next = placed(kind, planned);
        if (next) planned.push(next);
        else bag.push(kind);
        if (!next) break;
      }
      return planned;
    },
    of(wanted) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const planned: Planned[] = [];
        for (const kind of wanted) {
          const next = placed(kind, planned);
          if (next) planned.push(next);
        }
        if (planned.length === wanted.length) return planned;
      }
      throw new Error(`these can’t happen at once: ${wanted.map(({ name }) => name).join(', ')}`);
    },
  };
};
