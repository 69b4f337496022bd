/** The picture's view of a group of hotspots. */
import type { Point, RegencyCode } from '../codes.ts';
import type { Confidence, HotspotsEvent, Pixel } from '../hotspots/hotspots.ts';

export interface HotspotGroupView {
  id: string;
  regency: RegencyCode;
  /** The day by WIB. */
  day: string;
  /** Mean of the pixels' centres. */
  centre: Point;
  pixels: Pixel[];
  /** Highest confidence among the pixels. */
  confidence: Confidence;
  /** Sum of fire radiative power, MW, over the pixels that have one. */
  frp: number;
  firstAcquired: string;
  lastAcquired: string;
  sequence: number;
}

const rank: Confidence[] = ['unknown', 'low', 'nominal', 'high'];
const higher = (a: Confidence, b: Confidence): Confidence => (rank.indexOf(a) >= rank.indexOf(b) ? a : b);

/** Folds new pixels, and the groups that they absorb, into a group. */
export const foldHotspots = (
  view: HotspotGroupView | undefined,
  absorbed: readonly HotspotGroupView[],
  { data }: HotspotsEvent,
  { regency, sequence }: { regency: RegencyCode; sequence: number },
): HotspotGroupView => {
  const pixels = [...(view?.pixels ?? []), ...absorbed.flatMap((group) => group.pixels), ...data.pixels];
  const times = pixels
    .map(({ acquiredAt, acquiredOn }) => acquiredAt ?? `${acquiredOn}T00:00:00.000Z`)
    .sort();
  const mean = (axis: 0 | 1) => pixels.reduce((sum, { at }) => sum + at[axis], 0) / pixels.length;
  return {
    id: data.group,
    regency,
    day: data.day,
    centre: [mean(0), mean(1)],
    pixels,
    confidence: pixels.map((pixel) => pixel.confidence).reduce(higher, 'unknown'),
    frp: pixels.reduce((sum, { frp }) => sum + (frp ?? 0), 0),
    firstAcquired: times[0] ?? data.occurredAt,
    lastAcquired: times.at(-1) ?? data.occurredAt,
    sequence,
  };
};
