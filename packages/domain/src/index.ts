export * from './agreement/agreement.ts';
export * from './agreement/commands.ts';
export * from './agreement/events.ts';
export {
  type Agreement,
  type AgreementHalf,
  type AgreementInForce,
  type AgreementParties,
  type AgreementVersion,
  type InForcePeriod,
  type VersionKind,
  agreementInForce,
  agreementParties,
  evolveAgreement,
  inForcePeriods,
  initialAgreement,
} from './agreement/halves.ts';
export * from './catalogue.ts';
export * from './codes.ts';
export * from './decision.ts';
export * from './emergency-status/commands.ts';
export {
  type DecreePeriod,
  type EmergencyDecree,
  type EmergencyStatus,
  type EmergencyStatusDecision,
  type EmergencyStatusRejection,
  type StandingStatus,
  decideEmergencyStatus,
  decreePeriods,
  evolveEmergencyStatus,
  initialEmergencyStatus,
  slowOnset,
  statusAt,
} from './emergency-status/emergency-status.ts';
export * from './emergency-status/events.ts';
export * from './hotspots/hotspots.ts';
export type { IncidentEvent } from './incident/events.ts';
export * from './incident/commands.ts';
export * from './incident/figures.ts';
export * from './incident/incident.ts';
export * from './mutual-aid/asking.ts';
export * from './mutual-aid/commands.ts';
export * from './mutual-aid/conversation.ts';
export * from './mutual-aid/events.ts';
export * from './mutual-aid/lending.ts';
export * from './mutual-aid/reactions.ts';
export * from './mutual-aid/thread.ts';
export * from './personal-data.ts';
export * from './picture/aid-view.ts';
export * from './picture/agreement-view.ts';
export * from './picture/emergency-view.ts';
export * from './picture/hotspot-view.ts';
export * from './picture/incident-view.ts';
export * from './picture/resource-view.ts';
export * from './picture/sharing-view.ts';
export * from './picture/signing-view.ts';
export * from './picture/source-view.ts';
export * from './picture/totals.ts';
export * from './resource/basis.ts';
export * from './resource/commands.ts';
export * from './resource/events.ts';
export * from './resource/kinds.ts';
export * from './resource/resource.ts';
export * from './resource/stock.ts';
export * from './roles.ts';
export * from './shared/days.ts';
export * from './shared/envelope.ts';
export * from './shared/metadata.ts';
export * from './sharing/override.ts';
export * from './sharing/policy.ts';
export * from './signing/signing-keys.ts';
