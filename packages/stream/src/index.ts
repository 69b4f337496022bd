export { type ClientLink, type ConnectOptions, connectNats, linkOf } from './connect.ts';
export { newSeed, publicKeyOf, readSeed, UnusableKey } from './seed.ts';
export { StreamConflict, StreamUnavailable } from './errors.ts';
export { type Delivery, type FollowOptions, type Follower, type FollowState, follow } from './follow.ts';
export {
  answerAsks,
  answersTo,
  Ask,
  askOf,
  askOwner,
  type Page,
  PAGE_ENTRIES,
  pageOf,
  type ReadPage,
  receivedOf,
  SentEntry,
  sentOf,
  SentPage,
} from './ask.ts';
export {
  Beat,
  heartbeatOf,
  type Heartbeats,
  listenHeartbeats,
  sendHeartbeats,
  type SentHeartbeats,
} from './heartbeat.ts';
export { keepStreams, type Keeper } from './keep.ts';
export { type Holdings, type Inventory, openInventory, readHoldings } from './inventory.ts';
export { hashOfEntry, hubConsumerOf, type Newest, newestAtHub, newestIn, ownAtHub } from './newest.ts';
export { readMessage, type Reading } from './message.ts';
export { type JournalEntry, type Mender, openMender, openPublisher, type Publisher } from './publish.ts';
export { type Range, without } from './ranges.ts';
export { fillingOf, openStored } from './stored.ts';
export {
  domainOf,
  ensureHub,
  ensureSite,
  EVENTS,
  HUB_DOMAIN,
  hubStream,
  INTERNAL,
  internalSubjectsOf,
  repairSubjectsOf,
  sharedStream,
  subjectsOf,
  syncPrefix,
} from './streams.ts';
export { type Judge, openJudge } from './signing/judge.ts';
export {
  isSignedWith,
  newPrivateKey,
  pemOf,
  type PrivateKey,
  privateKeyOf,
  signed,
} from './signing/signature.ts';
export {
  keepPrivateKey,
  makePrivateKey,
  readPrivateKey,
  readTrustedKeys,
  trustKey,
  type TrustedKeys,
} from './signing/key-files.ts';
