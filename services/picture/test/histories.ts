/** Histories of regencies, made by the domain's own deciders, as their streams would hold them. */
import { createHash } from 'node:crypto';
import {
  type DomainEvent,
  decideHotspots,
  decideIncident,
  evolveHotspotDay,
  evolveIncident,
  GENESIS_HASH,
  type HotspotDay,
  type Incident,
  type IncidentCommand,
  incidentVerbs,
  initialHotspotDay,
  initialIncident,
  type Pixel,
  type PlaceCode,
  ReportIncident,
  regencyToken,
  type SharedEvent,
  sourceOf,
  wireType,
} from '@siaga/domain';
import { districtsOf, findPlace, villagesOf } from '@siaga/geo';
import { type Delivery, privateKeyOf, signed, type TrustedKeys } from '@siaga/stream';
import { type DeliverySource, sourcesOf } from '../src/store/delivery-source.ts';

export const KOTIM = '62.02';
export const SERUYAN = '62.07';
/** The site of these tests is Seruyan's. */
export const sourceFor = (regency: string, of: DeliverySource['journal'] = 'shared'): DeliverySource => {
  const source = sourcesOf(SERUYAN, [KOTIM]).find((one) => one.regency === regency && one.journal === of);
  if (!source) throw new Error(`the site has no ${of} journal of ${regency}`);
  return source;
};

export type EventDelivery = Extract<Delivery, { kind: 'event' }>;
type Malformed = Exclude<Delivery, { kind: 'event' }>;

/** A random number in [0, 1), the same row of them for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const uuid = (kind: number, number: number): string =>
  `01910000-0000-7000-8${kind.toString(16).padStart(3, '0')}-${number.toString(16).padStart(12, '0')}`;

/** Writes a regency's journal: dense numbers, linked by hashes, each received a little later than the one before. */
export function journal(regency: string, start = '2026-08-17T01:00:00.000Z') {
  const deliveries: EventDelivery[] = [];
  const revisions = new Map<string, number>();
  let previous = GENESIS_HASH;
  let time = Date.parse(start);
  return {
    deliveries,
    /** The time of the next event, unless it is told another. */
    now: () => new Date(time).toISOString(),
    pass(ms: number) {
      time += ms;
    },
    append(subject: string, type: string, data: Record<string, unknown>, hazard = 'general'): EventDelivery {
      const sequence = deliveries.length + 1;
      const revision = (revisions.get(subject) ?? 0) + 1;
      revisions.set(subject, revision);
      const recordedat = new Date(time).toISOString();
      const unsigned: SharedEvent = {
        specversion: '1.0',
        id: uuid(Number(regencyToken(regency)) % 4096, sequence),
        source: sourceOf(regency),
        type,
        subject,
        time: typeof data['occurredAt'] === 'string' ? data['occurredAt'] : recordedat,
        datacontenttype: 'application/json',
        regency: regencyToken(regency),
        sequence,
        previoushash: previous,
        revision,
        recordedat,
        hazard,
        dataclass: 'public',
        actor: 'pusdalops:0191aaaa',
        correlationid: uuid(1, sequence),
        causationid: uuid(1, sequence),
        data,
      };
      const event = signed(unsigned, KEY);
      const raw = JSON.stringify(event);
      previous = createHash('sha256').update(raw).digest('hex');
      const receivedAt = new Date(time + 40).toISOString();
      const delivery: EventDelivery = { kind: 'event', event, raw, receivedAt, streamSequence: sequence };
      deliveries.push(delivery);
      return delivery;
    },
    appendEvent(subject: string, event: DomainEvent, hazard = 'general') {
      return this.append(subject, wireType(event), event.data, hazard);
    },
  };
}
export type Journal = ReturnType<typeof journal>;

/** With which all regencies of these histories sign, the same in every process: RFC 8032, section 7.1, test 1. */
export const KEY = privateKeyOf(`-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----`);
export const trusted: TrustedKeys = { [KOTIM]: [KEY.key], [SERUYAN]: [KEY.key] };

/** What the histories of both regencies share: so that each can refer to the other's incidents. */
export interface World {
  incidents: { id: string; regency: string; state: Incident }[];
  next: number;
}

const placesOf = (regency: string): string[] =>
  districtsOf(regency).flatMap(({ code }) => [code, ...villagesOf(code).map((village) => village.code)]);
const places = new Map([KOTIM, SERUYAN].map((regency) => [regency, placesOf(regency)]));
const hazards = ['flood', 'fire', 'landslide', 'extreme-weather'] as const;

/**
 * Appends `count` events to both journals, by commands that the domain accepts; the second journal gets
 * `share` of them.
 */
export function live(journals: readonly [Journal, Journal], count: number, seed: number, share = 0.5): World {
  const next = random(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const world: World = { incidents: [], next: 0 };
  const days = new Map<string, HotspotDay>();
  const regencies = [KOTIM, SERUYAN] as const;
  const done = () => journals[0].deliveries.length + journals[1].deliveries.length;

  const figures = (by: string) =>
    [...new Set([pick(places.get(by) ?? []), pick(places.get(pick(regencies)) ?? [])])].map((place) => ({
      place,
      counts: {
        affectedPersons: pick([0, 12, 250, 'pending'] as const),
        displacedPersons: Math.floor(next() * 90),
        ...(next() < 0.5 ? { housesSubmerged: Math.floor(next() * 60) } : {}),
      },
    }));

  const commandFor = (by: string, at: string, state: Incident, id: string): IncidentCommand => {
    const reason = 'dicek ulang di lapangan';
    const others = world.incidents.filter((other) => other.regency === by && other.id !== id);
    const theirs = world.incidents.filter((other) => other.regency !== by);
    const verbs = ['verify', 'assess', 'assess', 'assess', 'contain', 'close', 'reopen', 'correct'];
    if (state.status === 'merged') verbs.push('unmerge');
    if (others.length > 0 && next() < 0.2) verbs.push('merge');
    if (theirs.length > 0 && next() < 0.5) verbs.push('declareSame', 'withdrawSame');
    if (next() < 0.1) verbs.push('dismiss');
    const verb = pick(verbs);
    switch (verb) {
      case 'verify':
      case 'contain':
      case 'close':
        return { type: verb, by, at, body: { note: 'sesuai laporan TRC' } };
      case 'dismiss':
      case 'reopen':
      case 'unmerge':
        return { type: verb, by, at, body: { reason } };
      case 'merge': {
        const target = pick(others);
        return {
          type: 'merge',
          by,
          at,
          self: id,
          target: { id: target.id, status: target.state.status },
          body: { into: target.id, reason },
        };
      }
      case 'declareSame': {
        const { regency, id: incident } = pick(theirs);
        return { type: 'declareSame', by, at, body: { regency, incident } };
      }
      case 'withdrawSame': {
        const declared = state.status === 'none' ? [] : [...state.same];
        const [regency = KOTIM, incident = id] = (
          declared[0] ?? `${theirs[0]?.regency}/${theirs[0]?.id}`
        ).split('/');
        return { type: 'withdrawSame', by, at, body: { regency, incident, reason } };
      }
      case 'correct': {
        const known = state.status === 'none' ? [] : [...state.figures];
        const [place, row] = known.length > 0 ? pick(known) : [pick(places.get(by) ?? []), undefined];
        const measure = row ? pick([...row.keys()]) : 'dead';
        return {
          type: 'assess',
          by,
          at,
          body: {
            kind: 'correction',
            reason,
            figures: [{ place, counts: { [measure]: Math.floor(next() * 50) } }],
          },
        };
      }
      default:
        return {
          type: 'assess',
          by,
          at,
          body: incidentVerbs.assess.parse({
            kind: 'update',
            observedAt: at,
            figures: figures(by),
            details: {
              waterLevelCm: Math.floor(next() * 200),
              needs: 'air bersih, tenda keluarga, perahu karet',
            },
          }),
        };
    }
  };

  const report = (by: string, at: string): IncidentCommand => {
    const place: PlaceCode = pick(places.get(by) ?? []);
    const [lon, lat] = findPlace(place.slice(0, 8))?.point ?? [112.5, -2.5];
    return {
      type: 'report',
      by,
      at,
      body: ReportIncident.parse({
        hazard: pick(hazards),
        occurredAt: at,
        place: {
          ...(place.length === 8 ? { district: place } : { village: place }),
          ...(next() < 0.7 ? { point: [lon + next() * 0.1, lat + next() * 0.1] } : {}),
        },
        chronology:
          'Hujan deras sejak pagi menyebabkan air sungai meluap dan menggenangi permukiman warga di bantaran.',
        source: 'Laporan perangkat desa lewat radio',
        touches: [],
        figures: next() < 0.3 ? figures(by) : [],
      }),
    };
  };

  const seeHotspots = (log: Journal, by: string, at: string) => {
    const day = at.slice(0, 10);
    const key = `${by} ${day}`;
    const state = days.get(key) ?? initialHotspotDay;
    const near = [...state.groups.values()].flat();
    const [lon, lat] = near.length > 0 && next() < 0.6 ? pick(near).at : [112 + next(), -2.5 + next()];
    const pixels: Pixel[] = Array.from({ length: 1 + Math.floor(next() * 3) }, () => ({
      at: [lon + next() * 0.012, lat + next() * 0.012],
      acquiredOn: day,
      acquiredAt: at,
      satellite: 'N',
      instrument: 'VIIRS',
      confidence: pick(['low', 'nominal', 'high'] as const),
      frp: Math.round(next() * 100) / 10,
    }));
    let after = state;
    for (const event of decideHotspots({ day, pixels }, state).events) {
      log.appendEvent(`${by}-${day}`, event, 'fire');
      after = evolveHotspotDay(after, event);
    }
    days.set(key, after);
  };

  while (done() < count) {
    const log = journals[next() < share ? 1 : 0];
    const by = log === journals[0] ? KOTIM : SERUYAN;
    log.pass(Math.floor(next() * 120_000));
    const at = log.now();
    if (next() < 0.04) {
      seeHotspots(log, by, at);
      continue;
    }
    // Most is said about the newest incidents.
    const mine = world.incidents.filter(({ regency }) => regency === by).slice(-40);
    const isNew = mine.length === 0 || next() < 0.17;
    const incident = isNew
      ? { id: uuid(2, (world.next += 1)), regency: by, state: initialIncident }
      : pick(mine);
    const command = isNew ? report(by, at) : commandFor(by, at, incident.state, incident.id);
    const decision = decideIncident(command, incident.state);
    if (!decision.accepted) continue;
    if (isNew) {
      world.incidents.push(incident);
      // A long history is about what is new in it.
      if (world.incidents.length > 400) world.incidents.shift();
    }
    for (const event of decision.events) {
      incident.state = evolveIncident(incident.state, event);
      const hazard = incident.state.status === 'none' ? 'general' : incident.state.hazard;
      log.appendEvent(incident.id, event, hazard);
    }
  }
  return world;
}

/** Both regencies' histories, `count` events in all. */
export function histories(
  count: number,
  seed: number,
): { kotim: EventDelivery[]; seruyan: EventDelivery[]; world: World } {
  const kotim = journal(KOTIM);
  const seruyan = journal(SERUYAN);
  const world = live([kotim, seruyan], count, seed);
  return { kotim: kotim.deliveries, seruyan: seruyan.deliveries, world };
}

export const malformed = (
  streamSequence: number,
  raw = '{"half":',
  receivedAt = '2026-08-17T01:00:00.000Z',
): Malformed => ({
  kind: 'malformed',
  raw,
  subject: 'disaster.6202.flood.incident.reported',
  reason: 'not JSON',
  receivedAt,
  streamSequence,
});
