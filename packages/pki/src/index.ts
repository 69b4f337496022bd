export { type Authority, ensureAuthority } from './authority.ts';
export { fingerprintOf, spanOf } from './certificates.ts';
export {
  certifySite,
  ensureHubFolder,
  ensureSiteFolder,
  type HubNode,
  linkName,
  seedsOf,
  signingKeysOf,
  type SiteFolder,
  type ServerFolder,
} from './folders.ts';
export {
  hubSteward,
  type Permissions,
  pictureService,
  regencyService,
  siteLink,
  type SiteOf,
} from './permissions.ts';
