import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeEvent,
  EventMetadata,
  evolveIncident,
  type IncidentEvent,
  initialIncident,
  Role,
} from '@siaga/domain';
import { createAtlas } from '@siaga/geo';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import { assert, suite } from '@siaga/testkit';
import { Problem } from '@siaga/web';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { type IncidentAction, type IncidentRequest, type Incidents, openIncidents } from '../src/index.ts';
import { KOTIM, SERUYAN, VILLAGE } from './site.ts';

const test = suite('any sequence of commands');
const NOW = Date.parse('2026-02-03T04:05:06.789Z');
const AT = '2026-02-03T02:00:00.000Z';
const OTHER = '01890000-0000-7000-8000-000000000001';

let dir: string;
let ledger: Ledger;
let incidents: Incidents;
test.before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'siaga-property-'));
  ledger = await openSqliteLedger({ file: join(dir, 'ledger.db') });
  incidents = openIncidents({
    regency: SERUYAN,
    neighbours: [KOTIM],
    atlas: createAtlas(),
    ledger,
    clock: () => NOW,
    newId: () => uuidv7(),
  });
});
test.after(async () => {
  await ledger.close();
  rmSync(dir, { recursive: true });
});

const place = fc.constantFrom(VILLAGE, '62.07.01.2005', '62.07.01', '62.02.11.2001');
const count = fc.oneof(fc.nat(50), fc.constant('pending' as const));
const figures = fc.uniqueArray(
  fc.record({ place, counts: fc.record({ dead: count, affectedPersons: count }) }),
  { minLength: 1, maxLength: 3, selector: (row) => row.place },
);
/** What to do, on which of the incidents reported so far, and which to merge into. */
interface Step {
  make: (on: string, into: string) => IncidentAction;
  on: number;
  into: number;
  key: string | undefined;
  ifMatch: number | undefined;
}
const make: fc.Arbitrary<Step['make']> = fc.oneof(
  fc.constant(
    (): IncidentAction => ({
      verb: 'report',
      body: {
        hazard: 'fire',
        occurredAt: AT,
        place: { village: VILLAGE },
        chronology: 'Smoke over the peat.',
        source: 'TRC',
        touches: [],
        figures: [],
        details: {},
      },
    }),
  ),
  fc.constantFrom('verify', 'contain', 'close').map(
    (verb) =>
      (incident: string): IncidentAction => ({ verb, incident, body: { note: 'noted' } }),
  ),
  fc.constantFrom('dismiss', 'reopen', 'unmerge').map(
    (verb) =>
      (incident: string): IncidentAction => ({ verb, incident, body: { reason: 'a reason' } }),
  ),
  figures.map(
    (rows) =>
      (incident: string): IncidentAction => ({
        verb: 'assess',
        incident,
        body: { kind: 'update', observedAt: AT, figures: rows, details: {} },
      }),
  ),
  figures.map(
    (rows) =>
      (incident: string): IncidentAction => ({
        verb: 'assess',
        incident,
        body: { kind: 'correction', reason: 'mistyped', figures: rows },
      }),
  ),
  fc.constant(
    (incident: string, into: string): IncidentAction => ({
      verb: 'merge',
      incident,
      body: { into, reason: 'a duplicate' },
    }),
  ),
  fc.constantFrom(KOTIM, SERUYAN).map(
    (regency) =>
      (incident: string): IncidentAction => ({
        verb: 'declare-same',
        incident,
        body: { regency, incident: OTHER },
      }),
  ),
);
const step: fc.Arbitrary<Step> = fc.record({
  make,
  on: fc.nat(3),
  into: fc.nat(3),
  key: fc.option(fc.constantFrom('k1', 'k2', 'k3'), { nil: undefined, freq: 2 }),
  ifMatch: fc.option(fc.nat(6), { nil: undefined, freq: 4 }),
});

/** Folds an incident from the ledger alone, and checks each event on the way. */
async function folded(id: string) {
  let state = initialIncident;
  let revision = 0;
  for await (const event of ledger.read(`incident-${id}`)) {
    const decoded = decodeEvent(event.type, event.data);
    assert.ok(decoded.ok && event.type.startsWith('siaga.incident.'));
    const metadata = EventMetadata.parse(event.metadata);
    assert.equal(metadata.aggregate, id);
    assert.equal(metadata.hazard, 'fire');
    const next = evolveIncident(state, decoded.event as IncidentEvent);
    assert.notDeepEqual(next, state, `${decoded.event.type} changed nothing`);
    state = next;
    revision += 1;
    assert.equal(event.revision, revision);
  }
  return { status: state.status, revision };
}

/** The answer, or the problem's code. */
const outcome = async (request: IncidentRequest) => {
  try {
    return await incidents.handle(request);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
};

test('the ledger grows by what was answered, the fold agrees with find(), and keys repeat their answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const principal = { id: uuidv7(), role: Role.enum.pusdalops };
      const known: string[] = [];
      for (const { make, on, into, key, ifMatch } of steps) {
        const idOf = (n: number) => known[n % Math.max(known.length, 1)] ?? OTHER;
        const action = make(idOf(on), idOf(into));
        const request = { principal, action, key, ifMatch: action.verb === 'report' ? undefined : ifMatch };
        const head = await ledger.head();
        const answer = await outcome(request);
        const grown = (await ledger.head()) - head;
        if (typeof answer === 'string') {
          assert.equal(grown, 0, answer);
          continue;
        }
        assert.ok(grown <= 1);
        if (!known.includes(answer.id)) known.push(answer.id);
        const { status, revision } = await folded(answer.id);
        assert.deepEqual(await incidents.find(answer.id), { id: answer.id, status, revision });
        if (grown > 0) assert.equal(answer.revision, revision);
        if (key !== undefined && grown > 0) {
          assert.deepEqual(await outcome(request), answer);
          assert.equal(await ledger.head(), head + grown);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the same commands all at once leave streams that fold, and no two are merged into each other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const principal = { id: uuidv7(), role: Role.enum.pusdalops };
      const report = steps.map(({ make }) => make('', '')).find(({ verb }) => verb === 'report');
      const known: string[] = [];
      for (let n = 0; report && n < 3; n += 1) {
        known.push((await incidents.handle({ principal, action: report })).id);
      }
      const idOf = (n: number) => known[n % Math.max(known.length, 1)] ?? OTHER;
      await Promise.all(
        steps.map(({ make, on, into, key }) => {
          const action = make(idOf(on), idOf(into));
          return outcome({ principal, action, key: action.verb === 'report' ? undefined : key });
        }),
      );
      const intoOf = new Map<string, string>();
      for (const id of known) {
        await folded(id);
        for await (const { type, data } of ledger.read(`incident-${id}`)) {
          if (type === 'siaga.incident.merged.v1') intoOf.set(id, (data as { into: string }).into);
          if (type === 'siaga.incident.merge-undone.v1') intoOf.delete(id);
        }
      }
      for (const id of known) {
        const seen = new Set<string>();
        for (let at: string | undefined = id; at !== undefined; at = intoOf.get(at)) {
          assert.ok(!seen.has(at), 'a ring of merges');
          seen.add(at);
        }
      }
    }),
    { numRuns: 60 },
  );
});
