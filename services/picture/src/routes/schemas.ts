/** What the routes take and give, for validation and for the OpenAPI document. */
import { Hazard, Id, Instant, Measure, Point, RegencyCode, SharedEvent, StoredInstant } from '@siaga/domain';
import { z } from 'zod';

const Status = z.enum(['reported', 'verified', 'dismissed', 'active', 'contained', 'closed', 'merged']);
const Day = z.iso.date({ error: 'a day looks like 2026-08-17' });

const Statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.string().pipe(Status)).min(1));

const Box = z
  .string()
  .regex(/^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$/, 'a bbox is minLon,minLat,maxLon,maxLat in degrees')
  .transform((text) => {
    const [minLon = 0, minLat = 0, maxLon = 0, maxLat = 0] = text.split(',').map(Number);
    return { minLon, minLat, maxLon, maxLat };
  })
  .refine(
    ({ minLon, minLat, maxLon, maxLat }) =>
      minLon >= -180 &&
      maxLon <= 180 &&
      minLat >= -90 &&
      maxLat <= 90 &&
      minLon <= maxLon &&
      minLat <= maxLat,
    'a bbox is minLon,minLat,maxLon,maxLat in degrees, the smaller first',
  );

export const asOf = Instant.optional();
const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

export const IncidentsQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  status: Statuses.optional(),
  hazard: Hazard.optional(),
  bbox: Box.optional(),
  limit: limit(500, 100),
  cursor: z.string().min(1).max(500).optional(),
});
export const AsOfQuery = z.strictObject({ asOf });
export const IncidentParams = z.object({ id: Id });
export const TotalsQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  hazard: Hazard.optional(),
});
export const EventParams = z.object({
  regency: RegencyCode,
  sequence: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});
export const EventQuery = z.strictObject({ journal: z.enum(['shared', 'internal']).default('shared') });
export const HotspotsQuery = z.strictObject({
  asOf,
  regency: RegencyCode.optional(),
  bbox: Box.optional(),
  from: Day.optional(),
  to: Day.optional(),
});
export const ParkedQuery = z.strictObject({
  limit: limit(500, 100),
  before: z.coerce.number().int().min(1).optional(),
});
export const LiveQuery = z.looseObject({ lastEventId: z.string().max(100).optional() });
export const LiveHeaders = z.looseObject({ 'last-event-id': z.string().max(100).optional() });
export const NoQuery = z.strictObject({});

// Answers

export const instant = StoredInstant;
const Count = z.union([z.number(), z.literal('pending')]);
const FigureView = z.object({
  count: Count,
  observedAt: instant,
  sequence: z.int(),
  corrected: z.object({ was: Count, reason: z.string(), sequence: z.int() }).optional(),
});
const IncidentItem = z.object({
  id: Id,
  regency: RegencyCode,
  hazard: Hazard,
  status: Status,
  occurredAt: instant,
  reportedAt: instant,
  updatedAt: instant,
  place: z.string(),
  placeName: z.string(),
  districtName: z.string(),
  point: Point.optional(),
  position: Point.optional(),
  chronology: z.string(),
  source: z.string(),
  touches: z.array(RegencyCode),
  figures: z.record(z.string(), z.partialRecord(Measure, FigureView)),
  details: z.record(z.string(), z.unknown()),
  same: z.array(z.object({ regency: RegencyCode, incident: Id })),
  mergedInto: Id.optional(),
  statusBeforeMerge: Status.optional(),
  statusReason: z.string().optional(),
  revision: z.int(),
  sequence: z.int(),
  group: Id.optional(),
});
const Total = z.object({
  counted: z.number(),
  nil: z.int(),
  pending: z.int(),
  parts: z.array(z.object({ place: z.string(), incident: Id, regency: RegencyCode, figure: FigureView })),
});
const Totals = z.partialRecord(Measure, Total);
const HotspotGroup = z.object({
  id: z.string(),
  regency: RegencyCode,
  day: Day,
  centre: Point,
  pixels: z.array(z.record(z.string(), z.unknown())),
  confidence: z.string(),
  frp: z.number(),
  firstAcquired: instant,
  lastAcquired: instant,
  sequence: z.int(),
});
const Source = z.object({
  regency: RegencyCode,
  name: z.string(),
  own: z.boolean(),
  link: z.enum(['live', 'lost', 'hole', 'failing', 'held']),
  lastSequence: z.int(),
  lastRecordedAt: instant.optional(),
  announcedSequence: z.int().optional(),
  completeAt: instant.optional(),
  ageSeconds: z.int().optional(),
  hole: z.object({ expected: z.int(), found: z.int(), journal: z.literal('internal').optional() }).optional(),
  failing: z.string().optional(),
  repair: z
    .object({ from: z.int(), to: z.int(), answer: z.enum(['asked', 'unreachable', 'refused']) })
    .optional(),
  held: z.string().optional(),
});

export const IncidentsAnswer = z.object({
  asOf: instant,
  lastEventId: z.string().optional(),
  items: z.array(IncidentItem),
  next: z.string().optional(),
});
export const IncidentAnswer = z.object({
  asOf: instant,
  item: IncidentItem,
  group: z.object({ id: Id, incidents: z.array(IncidentItem), totals: Totals }).optional(),
  totals: Totals,
});
export const HistoryAnswer = z.object({
  items: z.array(
    z.object({
      regency: RegencyCode,
      sequence: z.int(),
      revision: z.int(),
      type: z.string(),
      occurredAt: instant,
      recordedAt: instant,
      receivedAt: instant,
      actor: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
});
export const TotalsAnswer = z.object({
  asOf: instant,
  totals: Totals,
  byRegency: z.record(z.string(), Totals),
  byHazard: z.record(z.string(), Totals),
  incidents: z.partialRecord(Status, z.int()),
});
export const EventAnswer = SharedEvent.partial({ data: true }).extend({
  receivedAt: instant,
  parked: z.string().optional(),
});
export const HotspotsAnswer = z.object({
  asOf: instant,
  lastEventId: z.string().optional(),
  items: z.array(HotspotGroup),
});
export const SourcesAnswer = z.object({ now: instant, items: z.array(Source) });
export const ParkedAnswer = z.object({
  total: z.int(),
  /** Of these, those that claim to be of a regency that has not signed them. */
  forged: z.int(),
  lastForgedAt: instant.optional(),
  items: z.array(
    z.object({
      id: z.int(),
      stream: z.string(),
      subject: z.string(),
      regency: RegencyCode,
      sequence: z.int().optional(),
      reason: z.string(),
      detail: z.string(),
      receivedAt: instant,
      bytes: z.int(),
      raw: z.string().optional(),
    }),
  ),
});
export const TimelineAnswer = z.object({
  first: instant.optional(),
  last: instant.optional(),
  changes: z.array(z.object({ at: instant, count: z.int() })),
});

// Places

export const PlacesQuery = z.strictObject({
  search: z.string().max(200).default(''),
  limit: limit(50, 10),
});
export const PlaceParams = z.object({ code: z.string().max(20) });
export const PlaceAnswer = z.object({
  code: z.string(),
  bps: z.string().optional(),
  name: z.string(),
  kind: z.enum(['regency', 'district', 'village']),
  status: z.enum(['desa', 'kelurahan']).optional(),
  parent: z.string().optional(),
  point: Point.optional(),
});
export const PlacesAnswer = z.object({ items: z.array(PlaceAnswer) });
export const GeoJsonAnswer = z.record(z.string(), z.unknown());
