/** What each journal takes. */
import { mayShare } from '@siaga/domain';
import type { Register } from '../register/register.ts';
import type { SharingPolicy } from './journal.ts';

/** For `internal`: what the public may not know and the own picture must. */
export const internalPolicy: SharingPolicy = {
  reached: () => Promise.resolve(),
  mayShare: (_, dataClass) => dataClass === 'resources' || dataClass === 'mutual-aid',
  released: () => [],
  changesAt: () => undefined,
};

/**
 * For `shared`: the public class always; `resources` and `mutual-aid` while an agreement in force or an own override
 * grants them, what had been withheld first; and the events of a conversation that was begun under one until it is
 * over. `clock`: milliseconds since 1970.
 */
export const agreedPolicy = (register: Register, clock: () => number): SharingPolicy => {
  const now = () => new Date(clock()).toISOString();
  const lets = (position: number): boolean => {
    const held = register.known.withheld.get(position);
    // What is not among the withheld was journalled before.
    if (!held) return false;
    return mayShare(register.grants(now()), held, () => held.openBefore);
  };
  return {
    reached: (position) => register.reached(position),
    mayShare: ({ position }, dataClass) => dataClass === 'public' || lets(position),
    released(through) {
      const grants = register.grants(now());
      return [...register.known.withheld.values()].filter(
        (held) => held.position <= through && mayShare(grants, held, () => held.openBefore),
      );
    },
    changesAt() {
      const { changesAt } = register.grants(now());
      return changesAt === undefined ? undefined : Date.parse(changesAt);
    },
  };
};
