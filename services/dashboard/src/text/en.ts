/** What the page says in English. */
import type { SourceRepair } from '@siaga/domain';
import type { Span } from '../time.ts';
import type { Text } from './id.ts';

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const span = ({ count, unit }: Span) => plural(count, unit);

const asked: Record<SourceRepair['answer'] | 'none', string> = {
  none: 'Asked its owner for it.',
  asked: 'Its owner is being asked for it.',
  unreachable: 'Its owner can’t be reached, and is asked again and again.',
  refused: 'Its owner does not give it: call the operations centre there.',
};

export const en: Text = {
  span,
  ago: (since) => (since.unit === 'second' && since.count < 5 ? 'just now' : `${span(since)} ago`),
  agency: (regency) => `BPBD ${regency}`,
  skip: 'Skip to the list of incidents',

  skipToPage: 'Skip to the page',
  pages: 'Pages',
  page: {
    situation: 'Situation',
    agreements: 'Agreements',
    emergency: 'Emergency status',
    resources: 'Resources',
    aid: 'Mutual aid',
  },
  tabPages: 'Pages',

  live: 'LIVE',
  lost: 'DISCONNECTED',
  connecting: 'CONNECTING',
  past: 'THE PAST',
  connectionLabel: 'Connection of this screen',
  lostBanner: (since, retry) =>
    `This screen lost the server at ${since}. What you see is how things stood before. ${retry}`,
  retryIn: (seconds) =>
    seconds <= 0 ? 'Connecting again…' : `Trying again in ${plural(seconds, 'second')}.`,
  loadFailed: 'The data can’t be loaded yet. Trying again every 5 seconds.',

  sources: 'Data of each regency',
  sequence: (sequence) => `no. ${sequence}`,
  sequenceLong: (sequence) => `sequence number ${sequence}`,
  noSequence: 'no events yet',
  neverComplete: 'never complete so far',
  sourceLost: (name, at, age, sequence) =>
    `Data of ${name} as of ${at} (${age}), ${sequence}. The link to it is down.`,
  sourceNeverComplete: (name, sequence) =>
    `Data of ${name} has never been complete (${sequence}). The link to it is down.`,
  sourceHole: (name, expected, found, at, answer) =>
    `Data of ${name} stands still: event no. ${expected} has not arrived, no. ${found} has. ${asked[answer ?? 'none']} Complete up to: ${at}.`,
  sourceHoleUnknown: (name, at) =>
    `Data of ${name} stands still: an event has not arrived. Complete up to: ${at}.`,
  sourceFailing: (name, why, at) =>
    `Data of ${name} can’t be taken in here${why ? `: ${why}` : ''}. Complete up to: ${at}.`,
  sourceHeld: (name, why, at) => {
    const because: Record<string, string> = {
      restored: 'its ledger was restored from a backup, and not every neighbour was heard since',
      forgotten: 'its ledger was restored, and has lost events that a neighbour knows',
      forked: 'a number was given twice after a restore',
    };
    return `${name} shares no new events: ${because[why] ?? why}. Complete up to: ${at}. The system’s operator at ${name} must act.`;
  },
  behind: (count) => `${plural(count, 'event')} behind`,

  menu: 'Menu',
  language: 'Bahasa Indonesia',
  toNight: 'Night screen',
  toDay: 'Day screen',
  help: 'Help and shortcuts',
  signIn: 'Sign in',
  signOut: 'Sign out',
  account: (username, role) => `${username} (${role})`,

  incidents: 'Incidents',
  report: 'Report an incident',
  search: 'Search village or district',
  searchShort: 'Search places',
  filterRegency: 'Regency',
  filterStatus: 'Status',
  filterHazard: 'Hazard',
  bothRegencies: 'All regencies',
  open: 'Not closed',
  allStatuses: 'Any status',
  allHazards: 'Any hazard',
  clearFilter: 'Clear filters',
  listLoading: 'Loading the incidents…',
  listEmpty: 'No incident is open.',
  listNone: 'No incident matches the filters.',
  listTruncated: 'Only the newest 500 closed incidents are loaded.',
  shownCount: (count, of) =>
    count === of ? plural(count, 'incident') : `${count} of ${plural(of, 'incident')}`,
  updated: (ago) => `updated ${ago}`,
  sameWith: (names) => `one event with ${names}`,
  announce: (added, changed) =>
    [
      added > 0 ? plural(added, 'new incident') : '',
      changed > 0 ? `${plural(changed, 'incident')} changed` : '',
    ]
      .filter(Boolean)
      .join(', '),

  tabList: 'List',
  tabMap: 'Map',
  tabTime: 'Time',
  map: 'Map',
  mapLoading: 'Loading the map…',
  chunkFailed: 'This part can’t be loaded. Check the connection, then try again.',
  again: 'Try again',
  mapKeys: 'Map. Move with the arrow keys, zoom with + and −. The list of incidents says the same.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  wholeArea: 'Whole area',
  legend: 'Map legend',
  legendHotspot: 'Hotspot (not a fire)',
  legendCluster: 'Cluster of hotspots, with their number',
  legendRiver: 'River (generalised, not for navigation)',
  legendDistrict: 'District point (approximate)',
  legendTown: 'Town',
  hotspotDays: 'Hotspots',
  hotspotDaysOf: (days) => (days === 0 ? 'all days' : days === 1 ? 'today' : `last ${days} days`),
  hotspotCount: (pixels, groups) => `${plural(pixels, 'pixel')} in ${plural(groups, 'group')}`,
  hotspotInfo: (pixels, confidence) => `${plural(pixels, 'hot pixel')}, confidence ${confidence}`,
  confidences: { low: 'low', nominal: 'nominal', high: 'high', unknown: 'unknown' },
  notAFire: 'A hotspot is a hot pixel seen by satellite, not a fire.',
  outlineLabel: 'generalised boundaries, not a legal reference',
  boundarySource: (source) => `Boundaries: ${source}`,
  pickOnMap: 'Click the place of the incident on the map. Esc to cancel.',
  cancel: 'Cancel',

  timeline: 'Time',
  timelineLabel: 'The picture at',
  timelineEmpty: 'No events yet.',
  now: 'now',
  previousChange: 'Previous change',
  nextChange: 'Next change',
  backToLive: 'Back to live',
  replayBanner: (at) => `Showing the picture as of ${at}`,
  replayNote: 'Not how things stand now. No command can be sent.',
  replayLoading: 'loading…',
  replayFailed: 'The picture of that time can’t be loaded.',

  status: {
    reported: 'Reported',
    verified: 'Verified',
    dismissed: 'Dismissed',
    active: 'Active',
    contained: 'Contained',
    closed: 'Closed',
    merged: 'Merged',
  },
  statusGroup: {
    reported: 'Reported, awaiting verification',
    verified: 'Verified, awaiting assessment',
    dismissed: 'Dismissed',
    active: 'Active',
    contained: 'Contained',
    closed: 'Closed',
    merged: 'Merged into another report',
  },
  hazard: {
    flood: 'Flood',
    landslide: 'Landslide',
    'tidal-surge': 'Tidal surge / abrasion',
    'extreme-weather': 'Extreme weather',
    drought: 'Drought',
    fire: 'Forest and land fire',
    earthquake: 'Earthquake',
    tsunami: 'Tsunami',
  },
  role: {
    trc: 'Field team (TRC)',
    pusdalops: 'Operations centre',
    logistik: 'Logistics',
    kalaksa: 'Head of agency',
    admin: 'Admin',
  },
  district: (name) => `${name} district`,
  village: (name) => `${name} village`,
  kelurahan: (name) => `${name} ward`,
  unknownPlace: (code) => `Place ${code}`,
  close: 'Close',
};
