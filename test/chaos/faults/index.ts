/** All kinds of faults. */
import type { FaultKind } from './fault.ts';
import { forgedAtHub, forgedAtLeaf } from './forge.ts';
import { blackhole, cut, delay, fullDisk, killHub, killLeaf, killSite, shiftedClock } from './machines.ts';
import { flipAtHub, flipAtLeaf, rollback, twice } from './streams.ts';

export const faultKinds: readonly FaultKind[] = [
  killSite,
  killLeaf,
  killHub,
  cut,
  blackhole,
  delay,
  rollback,
  flipAtLeaf,
  flipAtHub,
  fullDisk,
  shiftedClock,
  twice,
  forgedAtLeaf,
  forgedAtHub,
];
