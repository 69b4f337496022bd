/** What the site's HTTP answers, as far as this page reads it. */
import type {
  AgreementStatus,
  AgreementView,
  EmergencyLevel,
  EmergencyStatusView,
  HotspotGroupView,
  InForcePeriod,
  IncidentView,
  OverrideView,
  Point,
  RegencyCode,
  Role,
  Totals,
} from '@siaga/domain';

/** A list and a single thing, as the picture's reads answer them. */
export interface ListAnswer<Item> {
  asOf: string;
  items: Item[];
}
export interface ItemAnswer<Item> {
  asOf: string;
  item: Item;
}

/** `periods`: which version is in force when; `inForce`: the one at the time asked for. */
export interface AgreementItem extends Omit<AgreementView, 'inForce'> {
  status: AgreementStatus;
  periods: InForcePeriod[];
  inForce?: InForcePeriod;
}
export interface EmergencyItem extends EmergencyStatusView {
  /** `decree`: its number. */
  standing?: {
    level: EmergencyLevel;
    decree: string;
    begins: string;
    ends: string;
    daysLeft: number;
    warn: boolean;
  };
}
export interface OverrideItem extends OverrideView {
  inForce: boolean;
}

/** A list's incident; what comes over the live stream lacks the names. */
export interface IncidentItem extends IncidentView {
  placeName?: string;
  districtName?: string;
  position?: Point;
}
export interface IncidentPage {
  asOf: string;
  items: IncidentItem[];
  next?: string;
}
export interface IncidentAnswer {
  asOf: string;
  item: IncidentItem;
  group?: { id: string; incidents: IncidentItem[]; totals: Totals };
  totals: Totals;
}
export interface HistoryItem {
  regency: RegencyCode;
  sequence: number;
  revision: number;
  type: string;
  occurredAt: string;
  recordedAt: string;
  receivedAt: string;
  actor: string;
  data: unknown;
}
export interface HotspotAnswer {
  asOf: string;
  items: HotspotGroupView[];
}
export interface TimelineAnswer {
  first?: string;
  last?: string;
  changes: { at: string; count: number }[];
}
interface Named {
  code: string;
  name: string;
}
export interface SiteAnswer {
  regency: Named;
  neighbours: Named[];
  now: string;
  version: string;
  demo: boolean;
}
export interface SessionAnswer {
  csrf: string;
  account: { id: string; username: string; role: Role; regency: RegencyCode };
  expiresAt: string;
}
export interface Place extends Named {
  kind: 'regency' | 'district' | 'village';
  status?: 'desa' | 'kelurahan';
  parent?: string;
  point?: Point;
}

interface Layer<Geometry> {
  type: 'FeatureCollection';
  label?: { id: string; en: string };
  features: { type: 'Feature'; properties: { code?: string; name: string }; geometry: Geometry }[];
}
type Polygons =
  | { type: 'Polygon'; coordinates: number[][][] }
  | { type: 'MultiPolygon'; coordinates: number[][][][] };
export interface OutlineAnswer {
  regencies: Layer<Polygons>;
  rivers: Layer<{ type: 'LineString'; coordinates: number[][] }>;
  districts: Layer<{ type: 'Point'; coordinates: [number, number] }>;
  towns: Layer<{ type: 'Point'; coordinates: [number, number] }>;
}
/** Official lines, each drawn once: between regencies, to the sea and others, between districts. */
export interface BoundariesAnswer {
  type: 'FeatureCollection';
  /** Who made the lines. */
  source: string;
  features: {
    type: 'Feature';
    properties: { kind: 'border' | 'edge' | 'district' };
    geometry: { type: 'MultiLineString'; coordinates: number[][][] };
  }[];
}

/** `GET /api/v1/signing-keys` */
export interface SigningKeysAnswer {
  items: { regency: RegencyCode; key: string; counts: boolean }[];
}
