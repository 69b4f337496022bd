/**
 * The tables of a picture. Everything in them is derived from the streams: a file of another schema version is
 * thrown away and folded anew.
 *
 * Times are milliseconds since 1970. `change` numbers every change of the picture, 1, 2, 3 …, over all that it has;
 * it means something only with the picture's epoch. A version is in force from its `known_from` until the next
 * version of the same incident, group or item: of two with one `known_from` the later wins.
 * Nothing stores that end a second time, where it could disagree with the next version's begin.
 */
export const SCHEMA_VERSION = '3';

export const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The last event of a regency's journal that is in the picture. known_at never goes back: see writer.ts.
CREATE TABLE checkpoints (
  regency TEXT NOT NULL,
  journal TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  recorded_at TEXT NOT NULL,
  known_at INTEGER NOT NULL,
  PRIMARY KEY (regency, journal)
) STRICT, WITHOUT ROWID;

-- What this site heard of a regency, so that after a restart an age goes on from the truth.
CREATE TABLE sources (
  regency TEXT PRIMARY KEY,
  announced_sequence INTEGER,
  heard_at INTEGER,
  complete_at INTEGER
) STRICT, WITHOUT ROWID;

-- Every event as received. position: the regency's digits (with a 1 before them for its internal journal) × 10^10
-- + its sequence, so that each journal's events lie together in order and need no second index.
CREATE TABLE events (position INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, raw TEXT NOT NULL) STRICT;

-- What never changes of an incident, and its newest version. lon and lat: its point, or its place's.
CREATE TABLE incidents (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  regency TEXT NOT NULL,
  hazard TEXT NOT NULL,
  lon REAL,
  lat REAL,
  change INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Without body: another of its batch follows; see incident-versions.ts.
CREATE TABLE incident_versions (
  change INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  known_from INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  status TEXT NOT NULL,
  body TEXT
) STRICT;

-- Which incidents were ever declared to be one event or merged, also where that was taken back: where to look
-- for the members of a group.
CREATE TABLE links (one TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (one, other)) STRICT, WITHOUT ROWID;

CREATE TABLE hotspot_groups (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  regency TEXT NOT NULL,
  day TEXT NOT NULL,
  change INTEGER NOT NULL
) STRICT;

-- A version without body, lon and lat: from then on the group is part of another.
CREATE TABLE hotspot_versions (
  change INTEGER PRIMARY KEY,
  hotspot_group INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  known_from INTEGER NOT NULL,
  lon REAL,
  lat REAL,
  body TEXT
) STRICT;

-- All else that changes: see items.ts for the nouns. regency: whose it is, where one regency's events make it.
-- revision: the highest that was folded, of those.
CREATE TABLE items (
  key INTEGER PRIMARY KEY,
  noun TEXT NOT NULL,
  id TEXT NOT NULL,
  regency TEXT,
  change INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (noun, id)
) STRICT;

-- One for each event of an item, at its position. Without body: what has come gives no view yet.
CREATE TABLE item_versions (
  change INTEGER PRIMARY KEY,
  item INTEGER NOT NULL,
  position INTEGER NOT NULL,
  known_from INTEGER NOT NULL,
  body TEXT
) STRICT;
-- Not left to the end of a rebuild: folding reads an item's events.
CREATE INDEX item_versions_as_of ON item_versions (item, known_from, position);

-- Messages that are not in the picture, and why. sequence: of those that are events.
CREATE TABLE parked (
  id INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  stream_sequence INTEGER NOT NULL,
  subject TEXT NOT NULL,
  regency TEXT NOT NULL,
  journal TEXT NOT NULL,
  sequence INTEGER,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  raw TEXT NOT NULL,
  digest TEXT NOT NULL,
  UNIQUE (stream, stream_sequence, digest)
) STRICT;

-- How many changes became known in each minute.
CREATE TABLE timeline (minute INTEGER PRIMARY KEY, changes INTEGER NOT NULL) STRICT;
`;

/** Made when a rebuild ends, which sorts once and is faster than keeping them in order meanwhile. */
export const INDEXES = `
CREATE INDEX incidents_newest ON incidents (updated_at);
CREATE INDEX incident_versions_as_of ON incident_versions (incident, known_from);
CREATE INDEX links_back ON links (other);
CREATE INDEX hotspot_groups_by_day ON hotspot_groups (day);
CREATE INDEX hotspot_versions_as_of ON hotspot_versions (hotspot_group, known_from);
CREATE INDEX parked_events ON parked (regency, journal, sequence);
`;
