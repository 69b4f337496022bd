/**
 * One site in memory for the page's tests: real HTTP and server-sent events, the domain's own decisions and folds,
 * the real security policy, and switches for what goes wrong. Not a stand-in for the services' own tests.
 */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  type HotspotGroupView,
  type Incident,
  type IncidentCommand,
  type IncidentView,
  type LiveEvents,
  type RegencyCode,
  type Role,
  type SourceView,
  AssessIncident,
  ReportIncident,
  decideIncident,
  evolveIncident,
  foldIncident,
  groupSame,
  incidentVerbs,
  initialIncident,
  totalsOf,
} from '@siaga/domain';
import { findPlace, outline, regencies, searchPlaces } from '@siaga/geo';
import { Problem, createServer, isProblemCode } from '@siaga/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HistoryItem, IncidentItem } from '../src/api/contract.ts';
import { dashboardService } from '../server/index.ts';
import { type Accords, serveAccords } from './fixture-accords.ts';
import { type FixtureArea, Rejected } from './fixture-area.ts';

export { type FixtureArea, Rejected } from './fixture-area.ts';

const OWN = '62.07';
const NEIGHBOUR = '62.02';
const BEAT_MS = 2000;

interface Kept {
  regency: RegencyCode;
  state: Incident;
  versions: { from: string; view: IncidentView }[];
  history: HistoryItem[];
}

interface Query {
  asOf?: string;
  status?: string;
  from?: string;
  search?: string;
}

export interface FixtureSite {
  url: string;
  /** Paths asked for, in order. */
  asked: string[];
  /** Decides and folds a command as the owner would at `at`, and tells the streams. Returns the incident's id. */
  run(regency: RegencyCode, command: PlainCommand, at: string, role?: Role, id?: string): string;
  count(): number;
  addHotspots(groups: readonly HotspotGroupView[]): void;
  setSource(regency: RegencyCode, change: Partial<SourceView> | 'never-complete'): void;
  /** `forged`: of these. */
  setParked(total: number, forged?: number): void;
  /** Ends every open stream and refuses new ones until it is called with false. */
  cutStreams(cut: boolean): void;
  /** Half-open: connections stay, nothing comes. */
  silence(silent: boolean): void;
  /** Streams begin anew, as after a rebuild. */
  reset(): void;
  /** Serves official lines from now on. */
  importBoundaries(source: string): void;
  /** Carries the next command out, but its answer never arrives. */
  loseNextAnswer(): void;
  openStreams(): number;
  /** Agreements, sharing overrides and emergency statuses of both sides. */
  accords: Accords;
  close(): Promise<void>;
}

type Distributed<Command> = Command extends unknown ? Omit<Command, 'by' | 'at'> : never;
export type PlainCommand = Distributed<IncidentCommand>;

/** `areas`: further parts of the site, each given what it needs to serve its routes. */
export const startFixtureSite = async (
  dist: string,
  ...areas: ((area: FixtureArea) => void)[]
): Promise<FixtureSite> => {
  const kept = new Map<string, Kept>();
  const sequences = new Map<RegencyCode, number>();
  const hotspots = new Map<string, HotspotGroupView>();
  const changes: string[] = [];
  const streams = new Set<ServerResponse>();
  const answers = new Map<string, object>();
  const sessions = new Map<string, { id: string; username: string; role: Role; csrf: string }>();
  const asked: string[] = [];
  let change = 0;
  let epoch = randomUUID();
  let cut = false;
  let silent = false;
  let loseNext = false;
  let parked = 0;
  let forged = 0;
  const parkedNow = () => ({ total: parked, forged, ...(forged > 0 ? { lastForgedAt: nowText() } : {}) });
  let boundarySource: string | undefined;
  const overrides = new Map<RegencyCode, Partial<SourceView> | 'never-complete'>();

  const nowText = () => new Date().toISOString();
  const sources = (): SourceView[] =>
    [OWN, NEIGHBOUR].map((regency) => {
      const override = overrides.get(regency);
      const lastSequence = sequences.get(regency) ?? 0;
      const base: SourceView = {
        regency,
        name: regencies().find(({ code }) => code === regency)?.name ?? regency,
        own: regency === OWN,
        link: 'live',
        lastSequence,
        announcedSequence: lastSequence,
      };
      if (override === 'never-complete') return { ...base, link: 'lost' };
      return { ...base, completeAt: nowText(), ageSeconds: 0, ...override };
    });

  const write = <Name extends keyof LiveEvents>(
    to: Iterable<ServerResponse>,
    name: Name,
    data: LiveEvents[Name],
  ) => {
    if (silent) return;
    const id = name === 'sources' || name === 'reset' ? '' : `id: ${epoch}-${change}\n`;
    for (const stream of to) stream.write(`event: ${name}\n${id}data: ${JSON.stringify(data)}\n\n`);
  };
  const beat = () => write(streams, 'sources', { now: nowText(), items: sources() });
  const heart = setInterval(beat, BEAT_MS);

  const viewAt = (one: Kept, asOf: string | undefined): IncidentView | undefined =>
    asOf === undefined
      ? one.versions.at(-1)?.view
      : one.versions.findLast(({ from }) => from <= new Date(asOf).toISOString())?.view;
  const viewsAt = (asOf: string | undefined) => [...kept.values()].flatMap((one) => viewAt(one, asOf) ?? []);
  const itemOf = (view: IncidentView): IncidentItem => {
    const district = findPlace(view.place.slice(0, 8));
    const position = view.point ?? district?.point;
    return {
      ...view,
      placeName: findPlace(view.place)?.name ?? view.place,
      districtName: district?.name ?? '',
      ...(position ? { position } : {}),
    };
  };

  const run: FixtureSite['run'] = (regency, command, at, role = 'pusdalops', id = randomUUID()) => {
    const one = kept.get(id) ?? { regency, state: initialIncident, versions: [], history: [] };
    const decision = decideIncident({ ...command, by: regency, at } as IncidentCommand, one.state);
    if (!decision.accepted) {
      const { code, facts } = decision.rejection;
      throw new Problem(code, undefined, facts);
    }
    for (const event of decision.events) {
      const sequence = (sequences.get(regency) ?? 0) + 1;
      sequences.set(regency, sequence);
      const revision = one.history.length + 1;
      const view = foldIncident(viewAt(one, undefined), event, {
        id,
        regency,
        revision,
        sequence,
        recordedAt: at,
      });
      one.state = evolveIncident(one.state, event);
      if (view) one.versions.push({ from: at, view });
      const { occurredAt } = event.data;
      const actor = `${role}:1`;
      one.history.push({
        regency,
        sequence,
        revision,
        type: event.type,
        occurredAt,
        recordedAt: at,
        receivedAt: at,
        actor,
        data: event.data,
      });
      kept.set(id, one);
      changes.push(at);
      change += 1;
      if (view) write(streams, 'incident', view);
    }
    return id;
  };

  const app = await createServer({
    title: 'fixture',
    version: '0.0.0',
    authenticate: async (request) => sessions.get(request.cookies['session'] ?? ''),
  });
  app.addHook('onRequest', async (request) => {
    asked.push(request.url);
  });
  await app.register(dashboardService({ dist }));
  serveSessions(app, sessions);
  const sessionOf = (request: FastifyRequest) => sessions.get(request.cookies['session'] ?? '');
  const command = once({
    answers,
    lost: () => {
      const lose = loseNext;
      loseNext = false;
      return lose;
    },
    sessionOf,
  });
  serveCommands(app, { kept, run, command });
  const area: FixtureArea = {
    app,
    own: OWN,
    neighbour: NEIGHBOUR,
    roleOf: (request) => sessionOf(request)?.role,
    command,
    matches(request, revision) {
      const seen = request.headers['if-match'];
      if (seen !== undefined && seen !== `"${revision}"`) throw new Problem('stale_revision');
    },
    changed(noun, id) {
      change += 1;
      write(streams, 'changed', { noun, id });
    },
    nextSequence(regency, at) {
      const sequence = (sequences.get(regency) ?? 0) + 1;
      sequences.set(regency, sequence);
      changes.push(at);
      return sequence;
    },
  };
  const accords = serveAccords(area);
  for (const serve of areas) serve(area);

  app.get('/api/v1/signing-keys', async () => ({
    items: ['62.07', '62.02'].map((regency) => ({
      regency,
      key: regency.padEnd(43, 'k').replace('.', '-'),
      counts: true,
    })),
  }));
  app.get('/api/v1/site', async () => ({
    regency: { code: OWN, name: findPlace(OWN)?.name },
    neighbours: [{ code: NEIGHBOUR, name: findPlace(NEIGHBOUR)?.name }],
    now: nowText(),
    version: '0.1.0',
    demo: true,
  }));
  app.get<{ Querystring: Query }>('/api/v1/picture/incidents', async ({ query }) => ({
    asOf: query.asOf ?? nowText(),
    items: viewsAt(query.asOf)
      .filter(({ status }) => !query.status || query.status.split(',').includes(status))
      .map(itemOf),
  }));
  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/api/v1/picture/incidents/:id',
    async ({ params, query }) => {
      const one = kept.get(params.id);
      const view = one && viewAt(one, query.asOf);
      if (!view) throw new Problem('incident_unknown');
      const group = groupSame(viewsAt(query.asOf)).find(({ incidents }) =>
        incidents.some(({ id }) => id === view.id),
      );
      const joined = group && group.incidents.length > 1;
      return {
        asOf: query.asOf ?? nowText(),
        item: itemOf(view),
        ...(joined
          ? { group: { id: group.id, incidents: group.incidents.map(itemOf), totals: totalsOf(group) } }
          : {}),
        totals: totalsOf({ id: view.id, incidents: [view] }),
      };
    },
  );
  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/api/v1/picture/incidents/:id/history',
    async ({ params, query }) => ({
      items: (kept.get(params.id)?.history ?? []).filter(
        ({ receivedAt }) => query.asOf === undefined || receivedAt <= new Date(query.asOf).toISOString(),
      ),
    }),
  );
  app.get<{ Querystring: Query }>('/api/v1/picture/hotspots', async ({ query }) => ({
    asOf: query.asOf ?? nowText(),
    items: [...hotspots.values()].filter(({ day }) => !query.from || day >= query.from),
  }));
  app.get('/api/v1/picture/timeline', async () => {
    const at = [...changes].sort();
    const [first] = at;
    return {
      ...(first ? { first, last: at.at(-1) } : {}),
      changes: at.map((time) => ({ at: time, count: 1 })),
    };
  });
  app.get('/api/v1/picture/live', (_request, reply) => {
    reply.hijack();
    if (cut) {
      reply.raw.destroy();
      return;
    }
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    streams.add(reply.raw);
    reply.raw.on('close', () => streams.delete(reply.raw));
    write([reply.raw], 'sources', { now: nowText(), items: sources() });
    if (parked > 0) write([reply.raw], 'parked', parkedNow());
  });
  app.get<{ Querystring: Query }>('/api/v1/geo/places', async ({ query }) => ({
    items: searchPlaces(query.search ?? ''),
  }));
  app.get<{ Params: { code: string } }>('/api/v1/geo/places/:code', async ({ params }) => {
    const place = findPlace(params.code);
    if (!place) throw new Problem('place_not_found');
    return place;
  });
  app.get('/api/v1/geo/outline', async () => outline);
  app.get('/api/v1/geo/boundaries', async () => {
    if (boundarySource === undefined) throw new Problem('boundaries_not_imported');
    const features = outline.regencies.features.map(({ geometry: { coordinates } }) => ({
      type: 'Feature',
      properties: { kind: 'edge' },
      geometry: { type: 'MultiLineString', coordinates },
    }));
    return { type: 'FeatureCollection', features, source: boundarySource };
  });

  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const endStreams = () => {
    for (const stream of streams) stream.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    run,
    count: () => kept.size,
    addHotspots(groups) {
      for (const group of groups) {
        hotspots.set(group.id, group);
        change += 1;
        write(streams, 'hotspots', group);
      }
    },
    setSource(regency, override) {
      overrides.set(regency, override);
      beat();
    },
    setParked(total, ofThese = 0) {
      parked = total;
      forged = ofThese;
      write(streams, 'parked', parkedNow());
    },
    cutStreams(now) {
      cut = now;
      if (now) endStreams();
    },
    silence(now) {
      silent = now;
    },
    reset() {
      epoch = randomUUID();
      write(streams, 'reset', { now: nowText() });
    },
    importBoundaries(source) {
      boundarySource = source;
    },
    loseNextAnswer() {
      loseNext = true;
    },
    openStreams: () => streams.size,
    accords,
    async close() {
      clearInterval(heart);
      endStreams();
      await app.close();
    },
  };
};

const serveSessions = (
  app: FastifyInstance,
  sessions: Map<string, { id: string; username: string; role: Role; csrf: string }>,
) => {
  const answer = ({ csrf, ...account }: { id: string; username: string; role: Role; csrf: string }) => ({
    csrf,
    account: { ...account, regency: OWN },
    expiresAt: new Date(Date.now() + 3600_000).toISOString(),
  });
  const roles: Role[] = ['trc', 'pusdalops', 'logistik', 'kalaksa', 'admin'];
  app.post<{ Body: { username: string; password: string } }>('/api/v1/sessions', async ({ body }, reply) => {
    const role = roles.find((one) => one === body.username);
    if (!role || body.password !== 'siaga-demo') throw new Problem('wrong_credentials');
    const token = randomUUID();
    const session = { id: '1', username: body.username, role, csrf: randomUUID() };
    sessions.set(token, session);
    return reply
      .code(201)
      .setCookie('session', token, { path: '/', httpOnly: true })
      .send({ token, ...answer(session) });
  });
  app.get('/api/v1/sessions/current', async (request) => {
    const session = sessions.get(request.cookies['session'] ?? '');
    if (!session) throw new Problem('not_signed_in');
    return answer(session);
  });
  app.delete('/api/v1/sessions/current', async (request, reply) => {
    sessions.delete(request.cookies['session'] ?? '');
    return reply.code(204).send();
  });
};

interface Sending {
  answers: Map<string, object>;
  lost: () => boolean;
  sessionOf: (request: FastifyRequest) => { role: Role; csrf: string } | undefined;
}

const once =
  ({ answers, lost, sessionOf }: Sending): FixtureArea['command'] =>
  async (request, reply, act) => {
    const session = sessionOf(request);
    if (!session) throw new Problem('not_signed_in');
    if (request.headers['x-csrf-token'] !== session.csrf) throw new Problem('csrf_token_missing');
    const key = String(request.headers['idempotency-key'] ?? randomUUID());
    let answer = answers.get(key);
    if (!answer) {
      try {
        answer = act(session.role);
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
        if (!isProblemCode(error.code)) throw error;
        throw new Problem(error.code, undefined, error.facts);
      }
      answers.set(key, answer);
    }
    if (lost()) {
      reply.hijack();
      // Broken off in its body: a connection that only closes is tried again by the browser itself.
      reply.raw.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
      reply.raw.write('{', () => reply.raw.destroy());
      return reply;
    }
    return reply.code(201).send(answer);
  };

interface Commands {
  kept: Map<string, Kept>;
  run: FixtureSite['run'];
  command: FixtureArea['command'];
}

const serveCommands = (app: FastifyInstance, { kept, run, command }: Commands) => {
  const incident = (request: FastifyRequest, reply: FastifyReply, act: (role: Role) => string) =>
    command(request, reply, (role) => {
      const id = act(role);
      return { id, revision: kept.get(id)?.history.length ?? 0 };
    });
  app.post('/api/v1/incidents', (request, reply) =>
    incident(request, reply, (role) => {
      const body = ReportIncident.parse(request.body);
      return run(OWN, { type: 'report', body }, new Date().toISOString(), role);
    }),
  );
  app.post<{ Params: { id: string; verb: string } }>('/api/v1/incidents/:id/:verb', (request, reply) =>
    incident(request, reply, (role) => {
      const { id, verb } = request.params;
      const one = kept.get(id);
      if (!one) throw new Problem('incident_unknown');
      if (one.regency !== OWN) throw new Problem('incident_of_neighbour');
      const seen = request.headers['if-match'];
      if (seen !== undefined && seen !== `"${one.history.length}"`) throw new Problem('stale_revision');
      run(OWN, commandOf(verb, id, request.body, kept), new Date().toISOString(), role, id);
      return id;
    }),
  );
};

const commandOf = (verb: string, id: string, body: unknown, kept: Commands['kept']): PlainCommand => {
  switch (verb) {
    case 'verify':
      return { type: 'verify', body: incidentVerbs.verify.parse(body) };
    case 'dismiss':
      return { type: 'dismiss', body: incidentVerbs.dismiss.parse(body) };
    case 'assess':
      return { type: 'assess', body: AssessIncident.parse(body) };
    case 'contain':
      return { type: 'contain', body: incidentVerbs.contain.parse(body) };
    case 'close':
      return { type: 'close', body: incidentVerbs.close.parse(body) };
    case 'reopen':
      return { type: 'reopen', body: incidentVerbs.reopen.parse(body) };
    case 'merge': {
      const merge = incidentVerbs.merge.parse(body);
      const status = kept.get(merge.into)?.state.status ?? 'none';
      return { type: 'merge', body: merge, self: id, target: { id: merge.into, status } };
    }
    case 'unmerge':
      return { type: 'unmerge', body: incidentVerbs.unmerge.parse(body) };
    case 'declare-same':
      return { type: 'declareSame', body: incidentVerbs['declare-same'].parse(body) };
    case 'withdraw-same':
      return { type: 'withdrawSame', body: incidentVerbs['withdraw-same'].parse(body) };
    default:
      throw new Problem('route_unknown');
  }
};
