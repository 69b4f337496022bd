/** Incidents from report to close, with assessments, corrections, mergers, and declarations that two are one. */
import { type Command, type Expected, given, placeIn, type Source, type SourceOptions } from './command.ts';

type Status = 'reported' | 'verified' | 'dismissed' | 'active' | 'contained' | 'closed' | 'merged';
type Verb =
  | 'verify'
  | 'dismiss'
  | 'assess'
  | 'correct'
  | 'contain'
  | 'close'
  | 'reopen'
  | 'merge'
  | 'unmerge'
  | 'declare-same'
  | 'withdraw-same'
  | 'retire';

interface Figure {
  count: number | 'pending';
  observedAt: string;
}
interface Incident {
  id: string;
  hazard: string;
  place: string;
  occurredAt: string;
  chronology: string;
  status: Status;
  figures: Record<string, Record<string, Figure>>;
  details: Record<string, string | number>;
  reason?: string | undefined;
  mergedInto?: string | undefined;
  before?: Status | undefined;
  same: { regency: string; incident: string }[];
  revision: number;
}

const hazards = ['flood', 'landslide', 'tidal-surge', 'extreme-weather', 'drought', 'fire', 'earthquake'];
const measures = ['affectedPersons', 'displacedPersons', 'housesSubmerged', 'injured', 'missing', 'dead'];

/** What happens next to an incident in each status, and how often. */
const verbs: Record<Status, { readonly [verb in Verb]?: number }> = {
  reported: { verify: 60, assess: 20, dismiss: 8, merge: 4, 'declare-same': 3 },
  verified: { assess: 60, contain: 15, 'declare-same': 8, merge: 2 },
  active: { assess: 40, correct: 15, contain: 30, 'declare-same': 4, 'withdraw-same': 4 },
  contained: { close: 70, assess: 15, reopen: 10 },
  closed: { retire: 70, correct: 15, reopen: 10 },
  dismissed: { retire: 80, reopen: 20 },
  merged: { retire: 50, unmerge: 50 },
};

const FEWEST_OPEN = 4;
const MOST_OPEN = 12;
const NEW = 0.3;

export interface IncidentsSource extends Source {
  /** One that is not merged or dismissed; undefined for none. */
  anyOpen(): string | undefined;
}

/** `ofNeighbour` names an incident of the neighbour's, where one is known. */
export const incidentsSource = (
  { random, regency, neighbour, now }: SourceOptions,
  ofNeighbour: () => string | undefined,
): IncidentsSource => {
  const all: Incident[] = [];
  let open: Incident[] = [];

  const countsIn = () => {
    const counts: Record<string, number | 'pending'> = {};
    for (let left = random.whole(1, 3); left > 0; left -= 1) {
      counts[random.pick(measures)] = random.chance(0.1) ? 'pending' : random.whole(0, 2_000);
    }
    return counts;
  };
  const observe = (
    incident: Incident,
    place: string,
    counts: Record<string, number | 'pending'>,
    observedAt: string,
  ) => {
    const row = (incident.figures[place] ??= {});
    for (const [measure, count] of Object.entries(counts)) row[measure] = { count, observedAt };
  };

  const report = (key: string): Command => {
    const occurredAt = now();
    const place = placeIn(regency, random);
    const hazard = random.pick(hazards);
    const figures = random.chance(0.5) ? [{ place, counts: countsIn() }] : [];
    const details = random.chance(0.3) ? { waterLevelCm: random.whole(1, 400) } : {};
    const chronology = `Laporan ${key}`;
    return {
      regency,
      role: 'trc',
      path: '/api/v1/incidents',
      body: { hazard, occurredAt, place: { district: place }, chronology, source: 'Uji', figures, details },
      done({ id }) {
        const incident: Incident = {
          id: String(id),
          hazard,
          place,
          occurredAt,
          chronology,
          status: 'reported',
          figures: {},
          details: { ...details },
          same: [],
          revision: 1,
        };
        for (const { counts } of figures) observe(incident, place, counts, occurredAt);
        all.push(incident);
        open.push(incident);
      },
      refused: () => undefined,
    };
  };

  const on = (incident: Incident, verb: string, body: object, change: () => void): Command => ({
    regency,
    role: 'pusdalops',
    path: `/api/v1/incidents/${incident.id}/${verb}`,
    body,
    done({ revision }) {
      change();
      incident.revision = Number(revision);
    },
    refused: () => retire(incident),
  });
  const moveTo = (incident: Incident, status: Status, reason?: string) => {
    incident.status = status;
    incident.reason = reason;
  };
  const retire = (incident: Incident) => {
    open = open.filter((other) => other !== incident);
  };

  /** Undefined where the verb has nothing to act on. */
  const commandOf = (verb: Verb, incident: Incident, key: string): Command | undefined => {
    const occurredAt = now();
    const reason = `Alasan ${key}`;
    switch (verb) {
      case 'verify':
        return on(incident, verb, { occurredAt, note: reason }, () => moveTo(incident, 'verified'));
      case 'dismiss':
        return on(incident, verb, { occurredAt, reason }, () => moveTo(incident, 'dismissed', reason));
      case 'contain':
        return on(incident, verb, { occurredAt }, () => moveTo(incident, 'contained'));
      case 'close':
        return on(incident, verb, { occurredAt }, () => moveTo(incident, 'closed'));
      case 'reopen': {
        const to = incident.status === 'dismissed' ? 'reported' : 'active';
        return on(incident, verb, { occurredAt, reason }, () => moveTo(incident, to, reason));
      }
      case 'assess': {
        const figures = [
          { place: random.chance(0.8) ? incident.place : placeIn(regency, random), counts: countsIn() },
        ];
        const details = random.chance(0.5) ? { efforts: `Upaya ${key}` } : {};
        const body = { kind: 'update', observedAt: occurredAt, figures, details };
        return on(incident, verb, body, () => {
          for (const { place, counts } of figures) observe(incident, place, counts, occurredAt);
          Object.assign(incident.details, details);
          if (incident.status === 'verified') incident.status = 'active';
        });
      }
      case 'correct': {
        const [place, row] = random.shuffled(Object.entries(incident.figures))[0] ?? [];
        const [measure, figure] = random.shuffled(Object.entries(row ?? {}))[0] ?? [];
        if (place === undefined || measure === undefined || !figure) return undefined;
        const is = figure.count === 'pending' ? 1 : figure.count + 1;
        const body = { kind: 'correction', reason, figures: [{ place, counts: { [measure]: is } }] };
        return on(incident, 'assess', body, () => {
          figure.count = is;
        });
      }
      case 'merge': {
        const others = open.filter(
          (other) => other !== incident && other.status !== 'merged' && other.status !== 'dismissed',
        );
        if (others.length === 0) return undefined;
        const into = random.pick(others).id;
        return on(incident, verb, { occurredAt, into, reason }, () => {
          incident.before = incident.status;
          incident.mergedInto = into;
          moveTo(incident, 'merged', reason);
        });
      }
      case 'unmerge':
        return on(incident, verb, { occurredAt, reason }, () => {
          moveTo(incident, incident.before ?? 'reported', reason);
          incident.mergedInto = undefined;
        });
      case 'declare-same': {
        const other = ofNeighbour();
        if (other === undefined || incident.same.length > 0) return undefined;
        const link = { regency: neighbour, incident: other };
        return on(incident, verb, { occurredAt, ...link }, () => incident.same.push(link));
      }
      case 'withdraw-same': {
        const [link] = incident.same;
        if (!link) return undefined;
        return on(incident, verb, { occurredAt, ...link, reason }, () => {
          incident.same = [];
        });
      }
      case 'retire':
        retire(incident);
        return undefined;
    }
  };

  return {
    next(key) {
      for (;;) {
        if (open.length < FEWEST_OPEN || (open.length < MOST_OPEN && random.chance(NEW))) return report(key);
        const incident = random.pick(open);
        const command = commandOf(random.weighted(verbs[incident.status]), incident, key);
        if (command) return command;
      }
    },
    anyOpen: () => open.find(({ status }) => status !== 'merged' && status !== 'dismissed')?.id,
    expected: () =>
      all.map(
        (incident): Expected => ({
          noun: 'incidents',
          regency,
          id: incident.id,
          says: given({ ...incident, before: undefined }),
        }),
      ),
  };
};
