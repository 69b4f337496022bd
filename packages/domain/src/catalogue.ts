/**
 * Every event type that is stored or shared: its wire name (with version), the schema of its data, its data
 * class and which aggregate it belongs to. Golden files of every version ever stored are read by a test.
 */
import { z } from 'zod';
import type { DataClass } from './shared/envelope.ts';
import * as agreement from './agreement/events.ts';
import * as emergency from './emergency-status/events.ts';
import * as incident from './incident/events.ts';
import * as aid from './mutual-aid/events.ts';
import * as resource from './resource/events.ts';
import * as stock from './resource/stock.ts';
import * as override from './sharing/override.ts';
import * as signing from './signing/signing-keys.ts';
import { type HotspotsEvent, HotspotsDetected } from './hotspots/hotspots.ts';

interface Entry {
  type: string;
  dataClass: DataClass;
  schema: z.ZodType<Record<string, unknown>>;
}

export type DomainEvent =
  | incident.IncidentEvent
  | HotspotsEvent
  | resource.ResourceEvent
  | stock.StockEvent
  | aid.AidEvent
  | agreement.AgreementEvent
  | override.OverrideEvent
  | emergency.EmergencyStatusEvent
  | signing.SigningKeyEvent;
export type EventName = DomainEvent['type'];

const entry = (type: string, schema: Entry['schema'], dataClass: DataClass): Entry => ({
  type,
  schema,
  dataClass,
});

/**
 * What the public may know anyway is `public`: incidents by place and counts, hotspots, agreements between
 * governments (UU 14/2008 article 11), overrides, decrees, public keys. The rest is shared where an agreement or override says so.
 */
export const catalogue: Record<EventName, Entry> = {
  IncidentReported: entry('siaga.incident.reported.v1', incident.IncidentReported, 'public'),
  IncidentVerified: entry('siaga.incident.verified.v1', incident.IncidentVerified, 'public'),
  IncidentDismissed: entry('siaga.incident.dismissed.v1', incident.IncidentDismissed, 'public'),
  IncidentAssessed: entry('siaga.incident.assessed.v1', incident.IncidentAssessed, 'public'),
  IncidentCorrected: entry('siaga.incident.corrected.v1', incident.IncidentCorrected, 'public'),
  IncidentContained: entry('siaga.incident.contained.v1', incident.IncidentContained, 'public'),
  IncidentClosed: entry('siaga.incident.closed.v1', incident.IncidentClosed, 'public'),
  IncidentReopened: entry('siaga.incident.reopened.v1', incident.IncidentReopened, 'public'),
  IncidentMerged: entry('siaga.incident.merged.v1', incident.IncidentMerged, 'public'),
  IncidentMergeUndone: entry('siaga.incident.merge-undone.v1', incident.IncidentMergeUndone, 'public'),
  IncidentSameDeclared: entry('siaga.incident.same-declared.v1', incident.IncidentSameDeclared, 'public'),
  IncidentSameWithdrawn: entry('siaga.incident.same-withdrawn.v1', incident.IncidentSameWithdrawn, 'public'),
  HotspotsDetected: entry('siaga.hotspots.detected.v1', HotspotsDetected, 'public'),
  ResourceRegistered: entry('siaga.resource.registered.v1', resource.ResourceRegistered, 'resources'),
  ResourceMoved: entry('siaga.resource.moved.v1', resource.ResourceMoved, 'resources'),
  ResourceTakenOutOfService: entry(
    'siaga.resource.taken-out-of-service.v1',
    resource.ResourceTakenOutOfService,
    'resources',
  ),
  ResourceBackInService: entry(
    'siaga.resource.back-in-service.v1',
    resource.ResourceBackInService,
    'resources',
  ),
  ResourceCommitted: entry('siaga.resource.committed.v1', resource.ResourceCommitted, 'resources'),
  ResourceMobilised: entry('siaga.resource.mobilised.v1', resource.ResourceMobilised, 'resources'),
  ResourceDeparted: entry('siaga.resource.departed.v1', resource.ResourceDeparted, 'resources'),
  ResourceArrived: entry('siaga.resource.arrived.v1', resource.ResourceArrived, 'resources'),
  ResourcePositionReported: entry(
    'siaga.resource.position-reported.v1',
    resource.ResourcePositionReported,
    'resources',
  ),
  DeploymentExtended: entry(
    'siaga.resource.deployment-extended.v1',
    resource.DeploymentExtended,
    'resources',
  ),
  DeploymentCancelled: entry(
    'siaga.resource.deployment-cancelled.v1',
    resource.DeploymentCancelled,
    'resources',
  ),
  ResourceReleased: entry('siaga.resource.released.v1', resource.ResourceReleased, 'resources'),
  ResourceReturning: entry('siaga.resource.returning.v1', resource.ResourceReturning, 'resources'),
  ResourceReturned: entry('siaga.resource.returned.v1', resource.ResourceReturned, 'resources'),
  StockRegistered: entry('siaga.stock.registered.v1', stock.StockRegistered, 'resources'),
  StockReceived: entry('siaga.stock.received.v1', stock.StockReceived, 'resources'),
  StockCounted: entry('siaga.stock.counted.v1', stock.StockCounted, 'resources'),
  StockCommitted: entry('siaga.stock.committed.v1', stock.StockCommitted, 'resources'),
  StockIssued: entry('siaga.stock.issued.v1', stock.StockIssued, 'resources'),
  StockCommitmentCancelled: entry(
    'siaga.stock.commitment-cancelled.v1',
    stock.StockCommitmentCancelled,
    'resources',
  ),
  AidRequested: entry('siaga.aid-request.requested.v1', aid.AidRequested, 'mutual-aid'),
  AidRequestUpdated: entry('siaga.aid-request.updated.v1', aid.AidRequestUpdated, 'mutual-aid'),
  AidRequestCancelled: entry('siaga.aid-request.cancelled.v1', aid.AidRequestCancelled, 'mutual-aid'),
  OfferAccepted: entry('siaga.aid-request.offer-accepted.v1', aid.OfferAccepted, 'mutual-aid'),
  OfferDeclined: entry('siaga.aid-request.offer-declined.v1', aid.OfferDeclined, 'mutual-aid'),
  ExtensionAsked: entry('siaga.aid-request.extension-asked.v1', aid.ExtensionAsked, 'mutual-aid'),
  AidReleased: entry('siaga.aid-request.released.v1', aid.AidReleased, 'mutual-aid'),
  ReturnAnswered: entry('siaga.aid-request.return-answered.v1', aid.ReturnAnswered, 'mutual-aid'),
  StatusAsked: entry('siaga.aid-request.status-asked.v1', aid.StatusAsked, 'mutual-aid'),
  OfferMade: entry('siaga.aid-offer.made.v1', aid.OfferMade, 'mutual-aid'),
  OfferWithdrawn: entry('siaga.aid-offer.withdrawn.v1', aid.OfferWithdrawn, 'mutual-aid'),
  OfferCommitted: entry('siaga.aid-offer.committed.v1', aid.OfferCommitted, 'mutual-aid'),
  CommitRefused: entry('siaga.aid-offer.commit-refused.v1', aid.CommitRefused, 'mutual-aid'),
  ExtensionAnswered: entry('siaga.aid-offer.extension-answered.v1', aid.ExtensionAnswered, 'mutual-aid'),
  ReturnAsked: entry('siaga.aid-offer.return-asked.v1', aid.ReturnAsked, 'mutual-aid'),
  StatusReported: entry('siaga.aid-offer.status-reported.v1', aid.StatusReported, 'mutual-aid'),
  AidRequestDeclined: entry('siaga.aid-answer.declined.v1', aid.AidRequestDeclined, 'mutual-aid'),
  AgreementDrafted: entry('siaga.agreement.drafted.v1', agreement.AgreementDrafted, 'public'),
  AgreementRevised: entry('siaga.agreement.revised.v1', agreement.AgreementRevised, 'public'),
  ClauseProposed: entry('siaga.agreement.clause-proposed.v1', agreement.ClauseProposed, 'public'),
  ClauseCommented: entry('siaga.agreement.clause-commented.v1', agreement.ClauseCommented, 'public'),
  ProposalDeclined: entry('siaga.agreement.proposal-declined.v1', agreement.ProposalDeclined, 'public'),
  AgreementFinalised: entry('siaga.agreement.finalised.v1', agreement.AgreementFinalised, 'public'),
  AgreementDprdApproved: entry('siaga.agreement.dprd-approved.v1', agreement.AgreementDprdApproved, 'public'),
  AgreementSigned: entry('siaga.agreement.signed.v1', agreement.AgreementSigned, 'public'),
  AgreementTerminated: entry('siaga.agreement.terminated.v1', agreement.AgreementTerminated, 'public'),
  SharingOverridden: entry('siaga.sharing-override.declared.v1', override.SharingOverridden, 'public'),
  SharingOverrideEnded: entry('siaga.sharing-override.ended.v1', override.SharingOverrideEnded, 'public'),
  EmergencyStatusDeclared: entry(
    'siaga.emergency-status.declared.v1',
    emergency.EmergencyStatusDeclared,
    'public',
  ),
  EmergencyStatusExtended: entry(
    'siaga.emergency-status.extended.v1',
    emergency.EmergencyStatusExtended,
    'public',
  ),
  EmergencyStatusEnded: entry('siaga.emergency-status.ended.v1', emergency.EmergencyStatusEnded, 'public'),
  InabilityStated: entry('siaga.emergency-status.inability-stated.v1', emergency.InabilityStated, 'public'),
  SigningKeyAnnounced: entry('siaga.signing-key.announced.v1', signing.SigningKeyAnnounced, 'public'),
  SigningKeyRevoked: entry('siaga.signing-key.revoked.v1', signing.SigningKeyRevoked, 'public'),
};

const byType = new Map(Object.entries(catalogue).map(([name, found]) => [found.type, { name, ...found }]));

export type Decoded =
  | { ok: true; event: DomainEvent; dataClass: DataClass }
  | { ok: false; reason: 'unknown_type' | 'invalid_data'; detail: string };

/**
 * Schemas as zod compiles them: what fits is read three times faster, what does not goes through the schema itself
 * and so says the same. Made when a type is first met, since that takes a millisecond.
 */
const compiled = new Map<string, Entry['schema']>();
const schemaOf = (found: Entry): Entry['schema'] => {
  const known = compiled.get(found.type);
  if (known) return known;
  const schema = z.compile(found.schema);
  compiled.set(found.type, schema);
  return schema;
};

/** Reads a stored or received event. Never throws: an unknown type or data that does not fit says so. */
export const decodeEvent = (type: string, data: unknown): Decoded => {
  const found = byType.get(type);
  if (!found) return { ok: false, reason: 'unknown_type', detail: type };
  const parsed = schemaOf(found).safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, reason: 'invalid_data', detail: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  // The entry's name and its schema stand together in the catalogue, which is what makes this pair an event.
  return {
    ok: true,
    event: { type: found.name, data: parsed.data } as DomainEvent,
    dataClass: found.dataClass,
  };
};

/** The wire name of an event, `siaga.incident.reported.v1`. */
export const wireType = (event: DomainEvent): string => catalogue[event.type].type;

/** The data class of a wire name; undefined for a type that this version does not know. */
export const dataClassOf = (type: string): DataClass | undefined => byType.get(type)?.dataClass;
