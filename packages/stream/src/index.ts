export { type ClientLink, type ConnectOptions, connectNats, linkOf } from './connect.ts';
export { newSeed, publicKeyOf, readSeed, UnusableSeed } from './seed.ts';
export { StreamConflict, StreamUnavailable } from './errors.ts';
export { type Delivery, type FollowOptions, type Follower, type FollowState, follow } from './follow.ts';
export { Beat, heartbeatOf, type Heartbeats, listenHeartbeats, sendHeartbeats } from './heartbeat.ts';
export { type JournalEntry, openPublisher, type Publisher } from './publish.ts';
export {
  DISASTERS,
  domainOf,
  ensureHub,
  ensureSite,
  EVENTS,
  HUB_DOMAIN,
  INTERNAL,
  internalSubjectsOf,
  sharedStream,
  subjectsOf,
  syncPrefix,
} from './streams.ts';
