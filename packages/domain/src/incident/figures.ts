/**
 * Figures of a rapid assessment (kaji cepat, Perka BNPB on rapid assessment teams), per village or district.
 * A count is a number, or `'pending'` while nobody has counted. Zero is NIHIL: counted, and none.
 * A measure that is absent was never asked for.
 */
import { z } from 'zod';
import { PlaceCode } from '../codes.ts';

/** Measures in their units: households (KK), persons (jiwa), buildings, hectares. */
export const Measure = z.enum([
  'affectedHouseholds',
  'affectedPersons',
  'displacedHouseholds',
  'displacedPersons',
  'dead',
  'missing',
  'injured',
  'toddlers',
  'elderly',
  'pregnant',
  'disabled',
  'housesHeavilyDamaged',
  'housesModeratelyDamaged',
  'housesLightlyDamaged',
  'housesSubmerged',
  'housesThreatened',
  'publicFacilities',
  'roads',
  'bridges',
  'fieldsHa',
]);
export type Measure = z.infer<typeof Measure>;
export const measures = Measure.options;

/** Above every population here: a typing error, not a count. */
const MOST = 10_000_000;
const WholeCount = z.union([z.int().min(0).max(MOST), z.literal('pending')]);
const HectareCount = z.union([z.number().min(0).max(MOST), z.literal('pending')]);
export type Count = number | 'pending';

export const Counts = z
  .strictObject(
    Object.fromEntries(
      measures.map((measure) => [measure, (measure === 'fieldsHa' ? HectareCount : WholeCount).optional()]),
    ) as Record<Measure, z.ZodOptional<typeof WholeCount>>,
  )
  .refine((counts) => Object.values(counts).some((count) => count !== undefined), 'give at least one count');
export type Counts = { [measure in Measure]?: Count | undefined };

/** What was counted in one place. */
export const PlaceFigures = z.strictObject({ place: PlaceCode, counts: Counts });
export type PlaceFigures = { place: string; counts: Counts };

/** What a command brings: each place once, at most all villages of two regencies. */
export const Figures = z
  .array(PlaceFigures)
  .min(1)
  .max(400)
  .refine((list) => new Set(list.map(({ place }) => place)).size === list.length, 'each place stands once');

/** One figure made right: what stood there, and what it should have been. */
export const Correction = z.strictObject({
  place: PlaceCode,
  measure: Measure,
  was: z.union([z.number(), z.literal('pending')]),
  is: z.union([z.number().min(0).max(MOST), z.literal('pending')]),
});
export type Correction = z.infer<typeof Correction>;

/** Facts besides figures that an assessment updates. */
export const Details = z.strictObject({
  cause: z.string().min(1).max(2000).optional(),
  waterLevelCm: z.number().min(0).max(5000).optional(),
  efforts: z.string().min(1).max(4000).optional(),
  needs: z.string().min(1).max(4000).optional(),
  obstacles: z.string().min(1).max(4000).optional(),
  recommendation: z.string().min(1).max(4000).optional(),
});
export type Details = z.infer<typeof Details>;
export type Detail = keyof Details;
