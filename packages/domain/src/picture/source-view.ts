/** What the picture says of each regency's half, and what its live stream sends. */
import type { RegencyCode } from '../codes.ts';
import type { HotspotGroupView } from './hotspot-view.ts';
import type { IncidentView } from './incident-view.ts';

/**
 * `live`: heard from within the last seconds. `lost`: the link is down or silent. `hole`: an event is missing, so
 * this half stands still. `failing`: this site can't take the events in. `held`: its owner publishes nothing new,
 * whatever it records.
 */
export type SourceLink = 'live' | 'lost' | 'hole' | 'failing' | 'held';

/**
 * What is known to be missing, `from` and `to` included, and what came of asking its owner for it. `asked`: no answer yet.
 * `unreachable`: in no way. `refused`: the owner does not have it, or what it sent is not right.
 */
export interface SourceRepair {
  from: number;
  to: number;
  answer: 'asked' | 'unreachable' | 'refused';
}

export interface SourceView {
  regency: RegencyCode;
  name: string;
  own: boolean;
  link: SourceLink;
  /** The last event of this regency that stands in the picture; 0 for none. */
  lastSequence: number;
  /** When the owner recorded that event. */
  lastRecordedAt?: string;
  /** The last sequence that the owner said it had. */
  announcedSequence?: number;
  /** By this server's clock, the last time at which this half was known to be complete. */
  completeAt?: string;
  /** Seconds since `completeAt`, at the moment of the answer. Absent: never complete so far. */
  ageSeconds?: number;
  /** `journal`: where it is not the shared one whose events are missing. */
  hole?: { expected: number; found: number; journal?: 'internal' };
  failing?: string;
  repair?: SourceRepair;
  /** Why its owner publishes nothing new: `restored`, `forgotten`, `forked`; others may come. */
  held?: string;
}

/** What a picture has besides incidents and hotspots; `conversations`: of mutual aid. */
export type PictureNoun =
  | 'agreements'
  | 'emergency-statuses'
  | 'sharing-overrides'
  | 'signing-keys'
  | 'resources'
  | 'stocks'
  | 'conversations';

/** How many messages are parked. */
export interface ParkedView {
  total: number;
  /** Of these, those that claim to be of a regency that has not signed them. */
  forged: number;
  /** When the last of those came, by this site's stream. */
  lastForgedAt?: string;
}

/** Server-sent events of `GET /api/v1/picture/live`, by their event name. */
export interface LiveEvents {
  /** First, and again every few seconds: the server's clock and every source. Carries no id. */
  sources: { now: string; items: SourceView[] };
  incident: IncidentView;
  hotspots: HotspotGroupView;
  /** A group that another absorbed. */
  'hotspots-removed': { id: string };
  /** One of these has changed. Its content is asked for, with the permission that it needs. */
  changed: { noun: PictureNoun; id: string };
  /** A message was parked. */
  parked: ParkedView;
  /** What the client has is no longer to be continued (the picture was rebuilt): load it anew. */
  reset: { now: string };
}
