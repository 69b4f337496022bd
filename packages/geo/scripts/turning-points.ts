import { z } from 'zod';
import { pointSchema, readData } from '../src/data.ts';

const line = z.array(pointSchema).min(2);

/**
 * What the outline is drawn from: lines of turning points rounded to 0.05° (about 5 km), and per regency the lines
 * that make its ring, so that two neighbours share a border by naming the same line.
 */
export const turningPoints = readData(
  'turning-points.json',
  z.object({
    lines: z.record(z.string(), line),
    rings: z.record(
      z.string(),
      z.array(z.object({ line: z.string(), reversed: z.literal(true).exactOptional() })),
    ),
    districts: z.record(z.string(), pointSchema),
    towns: z.record(z.string(), pointSchema),
    rivers: z.record(z.string(), line),
  }),
);

export type TurningPoints = typeof turningPoints;
