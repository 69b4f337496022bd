/** The recorded scenario that `npm start` plays: the flood and the day of hotspots in turn, then aid across the border. */
import { aidAcrossTheBorder } from './aid-across-the-border.ts';
import { flood2020 } from './flood-2020.ts';
import { hotspotDay } from './hotspot-day.ts';
import type { Step } from './steps.ts';

const interleaved = (a: readonly Step[], b: readonly Step[]): Step[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [a[index], b[index]])
    .flat()
    .filter((step) => step !== undefined);

export const recordedScenario = (now: Date): Step[] => [
  ...interleaved(flood2020, hotspotDay(now)),
  ...aidAcrossTheBorder(now),
];
export { play } from './play.ts';
