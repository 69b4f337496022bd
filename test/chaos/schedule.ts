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
  round(): Planned[];
}

const LONGEST_OFFSET_MS = 1_000;

/** Draws from a bag that holds each kind as often as its weight, so that all kinds come about evenly. */
export const openSchedule = (
  kinds: readonly FaultKind[],
  random: Random,
  world: ChaosWorld,
  mostAtOnce = 3,
): Schedule => {
  let bag: FaultKind[] = [];
  const draw = (): FaultKind => {
    if (bag.length === 0) {
      bag = random.shuffled(kinds.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind)));
    }
    const kind = bag.pop();
    if (!kind) throw new Error('there are no kinds of faults');
    return kind;
  };
  return {
    round() {
      const planned: Planned[] = [];
      const touched = new Set<string>();
      for (let left = random.whole(1, mostAtOnce); left > 0; left -= 1) {
        const kind = draw();
        const fault = kind.draw(random, world);
        if (fault.touches.some((place) => touched.has(place))) {
          bag.push(kind);
          break;
        }
        for (const place of fault.touches) touched.add(place);
        planned.push({ kind, fault, afterMs: random.whole(0, LONGEST_OFFSET_MS) });
      }
      return planned;
    },
  };
};
