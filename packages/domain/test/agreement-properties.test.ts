/**
 * Two sites talk about one agreement while each hears the other late: over any interleaving of both sides' commands
 * and any schedule of the link, what must hold does hold. The owner is not always honest.
 */
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type Agreement,
  type AgreementCommand,
  type AgreementDocument,
  type AgreementEvent,
  type AgreementRow,
  agreementInForce,
  agreementParties,
  agreementStatusAt,
  agreementView,
  agreementVerbs,
  DraftAgreement,
  decideAgreement,
  decodeEvent,
  differenceBetween,
  evolveAgreement,
  foldAgreement,
  grantsAt,
  inForcePeriods,
  initialAgreement,
  versionStatus,
  wireType,
} from '../src/index.ts';
import * as x from './agreement-examples.ts';

const test = suite('agreements over any interleaving and any link');

// A world small enough to collide

const texts = ['Biaya ditanggung peminta.', 'Biaya ditanggung masing-masing.', 'Biaya dibagi dua.'];
const spans: [string, string][] = [
  ['2026-09-10', '2026-09-20'],
  ['2026-09-12', '2026-09-16'],
  ['2026-09-10', '2026-09-30'],
  ['2026-09-18', '2026-09-25'],
  ['2026-09-20', '2026-09-11'],
];
const documents: AgreementDocument[] = texts.flatMap((text) =>
  spans.flatMap(([from, to]) =>
    [false, true].map((burdensBudget) => x.withTerms({ from, to, burdensBudget }, x.withText(text))),
  ),
);
const hashes = new Map(documents.map((document) => [document, x.hashOf(document)]));
const hashOf = (document: AgreementDocument) => hashes.get(document) ?? x.hashOf(document);
const proposals = [x.proposal, x.proposal2];
/** Where anything can change: some instants around the ends of the spans. */
const instants = [...new Set(spans.flat())].flatMap((day) => {
  const start = Date.parse(`${day}T00:00:00+07:00`);
  return [start, start + 86_399_999].map((ms) => new Date(ms).toISOString());
});

interface Shared {
  by: string;
  sequence: number;
  recordedAt: string;
  event: AgreementEvent;
}

class Site {
  readonly code: string;
  readonly journal: Shared[] = [];
  state: Agreement = initialAgreement;
  row: AgreementRow | undefined;
  /** How many of the other's events have come in. */
  heard = 0;
  constructor(code: string) {
    this.code = code;
  }
  append(event: AgreementEvent, recordedAt: string): void {
    const shared = { by: this.code, sequence: this.journal.length + 1, recordedAt, event };
    this.journal.push(shared);
    this.fold(shared);
  }
  hear(other: Site, count: number): void {
    for (const shared of other.journal.slice(this.heard, this.heard + count)) {
      this.heard += 1;
      this.fold(shared);
    }
  }
  fold(shared: Shared): void {
    this.state = evolveAgreement(this.state, shared.by, shared.event);
    this.row = folded(this.row, shared);
  }
  get newest() {
    return agreementParties(this.state)?.ownerHalf.versions.at(-1);
  }
}
const folded = (row: AgreementRow | undefined, { by, event, sequence, recordedAt }: Shared): AgreementRow =>
  foldAgreement(row, event, { id: 'a', regency: by, revision: sequence, sequence, recordedAt });

// Steps

const verbs = [
  'draft',
  'revise',
  'revise',
  'propose',
  'comment',
  'decline',
  'finalise',
  'finalise',
  'finalise',
  'approveDprd',
  'approveDprd',
  'sign',
  'sign',
  'sign',
  'terminate',
] as const;
interface Step {
  site: 0 | 1;
  do: (typeof verbs)[number] | 'hear' | 'forge';
  document: AgreementDocument;
  which: number;
  wrong: boolean;
  hours: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  site: fc.constantFrom<0 | 1>(0, 1),
  do: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...verbs) },
    { weight: 12, arbitrary: fc.constant<'hear'>('hear') },
    { weight: 1, arbitrary: fc.constant<'forge'>('forge') },
  ),
  document: fc.constantFrom(...documents),
  which: fc.nat(7),
  wrong: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  hours: fc.oneof(
    { weight: 20, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.nat(48) },
    { weight: 1, arbitrary: fc.constantFrom(240, 480) },
  ),
});
/** The steps that bring a text into force, some of them left out. */
const round: fc.Arbitrary<Step[]> = fc
  .record({
    document: fc.constantFrom(...documents),
    kind: fc.nat(2),
    first: fc.constant<'draft' | 'revise'>('revise'),
  })
  .chain(({ document, kind }) => {
    const make = (site: 0 | 1, what: Step['do'], which = 7): Step => {
      return { site, do: what, document, which, wrong: false, hours: 0 };
    };
    const both = (what: Step['do']) => [make(0, what), make(1, what)];
    const all = [
      make(0, 'revise', kind),
      make(1, 'hear'),
      ...both('finalise'),
      ...both('hear'),
      ...both('approveDprd'),
      ...both('sign'),
      ...both('hear'),
    ];
    return fc.subarray(all, { minLength: all.length - 2 });
  });
/** Rounds between single steps; mostly the other side hears of the draft before it says anything. */
const steps: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom(...documents),
    fc.oneof({ weight: 9, arbitrary: fc.constant(7) }, { weight: 1, arbitrary: fc.constant(-1) }),
    fc.array(fc.oneof({ weight: 9, arbitrary: step.map((one) => [one]) }, { weight: 1, arbitrary: round }), {
      minLength: 5,
      maxLength: 50,
      size: 'max',
    }),
  )
  .map(([document, heard, rest]) => [
    { site: 0, do: 'draft', document, which: 0, wrong: false, hours: 0 },
    { site: 1, do: 'hear', document, which: heard, wrong: false, hours: 0 },
    ...rest.flat(),
  ]);

const commandOf = (site: Site, of: Step, at: string): AgreementCommand => {
  const { document, which, wrong } = of;
  const common = { by: site.code, at };
  const version = Math.max(1, (site.newest?.version ?? 1) - (wrong ? 1 : 0));
  const hash = wrong ? hashOf(document) : (site.newest?.hash ?? x.hash);
  const text = { version, hash };
  const known = agreementParties(site.state)?.ownerHalf.versions.find((one) => one.version === version);
  const computed = known && hashOf(known.document);
  const proposal = proposals[which % 2] ?? x.proposal;
  switch (of.do) {
    case 'draft':
      return {
        ...common,
        type: 'draft',
        hash: hashOf(document),
        body: DraftAgreement.parse({ counterpart: site.code === x.OWNER ? x.OTHER : x.OWNER, document }),
      };
    case 'revise': {
      const kind = (['revision', 'addendum', 'extension'] as const)[which % 3] ?? 'revision';
      const body = agreementVerbs.revise.parse({ kind, document, adopts: wrong ? [proposal] : [] });
      return { ...common, type: 'revise', hash: hashOf(document), body };
    }
    case 'propose': {
      const body = {
        version,
        clause: which > 5 ? 'tidak-ada' : 'biaya',
        text: texts[which % 3],
        reason: 'perlu',
      };
      return {
        ...common,
        type: 'propose',
        proposal,
        body: agreementVerbs.propose.parse({ ...body, change: 'reword' }),
      };
    }
    case 'comment':
      return { ...common, type: 'comment', body: { version, clause: 'terms', text: 'Mohon diperjelas' } };
    case 'decline':
      return { ...common, type: 'decline', body: { proposal, reason: 'tidak sesuai' } };
    case 'finalise':
      return { ...common, type: 'finalise', computed, body: text };
    case 'approveDprd':
      return {
        ...common,
        type: 'approveDprd',
        computed,
        body: { ...text, decision: 'DPRD 12', decidedOn: '2026-09-01' },
      };
    case 'terminate':
      return {
        ...common,
        type: 'terminate',
        body: { reason: 'selesai', effectiveAt: later(at, which * 24) },
      };
    case 'sign':
    case 'hear':
    case 'forge':
      return { ...common, type: 'sign', computed, body: text };
  }
};
const later = (at: string, hours: number) => new Date(Date.parse(at) + hours * 3_600_000).toISOString();

interface World {
  sites: [Site, Site];
  /** Codes of refusals, for a look at what the steps reach. */
  refused: string[];
}
const play = (schedule: Step[], check: (world: World, at: string) => void = () => {}): World => {
  const sites: [Site, Site] = [new Site(x.OWNER), new Site(x.OTHER)];
  const world: World = { sites, refused: [] };
  let at = x.now;
  for (const one of schedule) {
    at = later(at, one.hours);
    const site = sites[one.site];
    const other = sites[one.site === 0 ? 1 : 0];
    if (one.do === 'hear') {
      site.hear(other, one.which + 1);
    } else if (one.do === 'forge') {
      // The owner sends a text under the hash of another.
      const [owner] = sites;
      if (owner.newest) {
        const hash = one.wrong ? owner.newest.hash : x.hash;
        const version = owner.newest.version + 1;
        const { document } = one;
        owner.append(
          {
            type: 'AgreementRevised',
            data: { occurredAt: at, version, kind: 'revision', document, hash, adopts: [] },
          },
          at,
        );
      }
    } else {
      const command = commandOf(site, one, at);
      const decision = decideAgreement(command, site.state);
      if (decision.accepted) for (const event of decision.events) site.append(event, at);
      else world.refused.push(decision.rejection.code);
    }
    check(world, at);
  }
  return world;
};
const heal = ({ sites: [a, b] }: World): void => {
  a.hear(b, Infinity);
  b.hear(a, Infinity);
};

/** By instant, what is in force as a site sees it. */
const timeline = ({ state }: Site) => instants.map((at) => agreementInForce(state, at));

// What must hold

test('once both know everything, both have the same document in force at every instant', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      const world = play(schedule);
      heal(world);
      const [a, b] = world.sites;
      assert.deepEqual(timeline(a), timeline(b));
      assert.deepEqual(inForcePeriods(a.state), inForcePeriods(b.state));
      assert.deepEqual(a.state, b.state);
      assert.deepEqual(
        instants.map((at) => [...grantsAt(x.OWNER, new Map([['a', a.state]]), [], at).classes]),
        instants.map((at) => [...grantsAt(x.OTHER, new Map([['a', b.state]]), [], at).classes]),
      );
    }),
    { numRuns: 250 },
  ));

test('what a site holds to be in force, at any moment, both have signed: that text, and no other', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      play(schedule, ({ sites }) => {
        for (const site of sites) {
          for (const found of timeline(site)) {
            if (!found) continue;
            const { version, hash } = found;
            for (const { journal } of sites) {
              const times: number = journal.filter(
                ({ event: { type, data } }) =>
                  type === 'AgreementSigned' && data.version === version && data.hash === hash,
              ).length;
              assert.equal(times, 1);
            }
            assert.equal(hashOf(found.document), found.hash, 'the text is the one whose hash was signed');
          }
        }
      });
    }),
    { numRuns: 120 },
  ));

test('nobody signs what is not final on both sides, or is not approved, as far as it can know', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      const { sites } = play(schedule);
      for (const { journal } of sites) {
        journal.forEach(({ event }, index) => {
          if (event.type !== 'AgreementSigned') return;
          const { version, hash } = event.data;
          const says = (all: Shared[], type: AgreementEvent['type']) =>
            all.some(
              ({ event: one }) =>
                one.type === type &&
                'hash' in one.data &&
                one.data.version === version &&
                one.data.hash === hash,
            );
          assert.ok(sites.every((site) => says(site.journal, 'AgreementFinalised')));
          const document = documents.find((one) => hashOf(one) === hash);
          assert.ok(document);
          if (document.terms.burdensBudget) {
            assert.ok(says(journal.slice(0, index), 'AgreementDprdApproved'));
          }
        });
      }
    }),
    { numRuns: 120 },
  ));

test('at most one version is in force at once, and the periods are in order', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      const world = play(schedule);
      heal(world);
      const periods = inForcePeriods(world.sites[0].state);
      periods.forEach(({ from, until, version }, index) => {
        assert.ok(from < until);
        const next = periods[index + 1];
        if (next) assert.ok(until <= next.from && version < next.version);
      });
    }),
    { numRuns: 120 },
  ));

test('the view agrees with the state, whatever the order in which the two halves come in, and said twice', () =>
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.boolean()), (schedule, coins) => {
      const world = play(schedule);
      heal(world);
      const [a, b] = world.sites;
      const view = a.row && agreementView(a.row);
      assert.deepEqual(b.row && agreementView(b.row), view);

      const queues = [[...a.journal], [...b.journal]];
      let row: AgreementRow | undefined;
      while (queues.some((queue) => queue.length > 0)) {
        const [first, second] = coins.next().value ? queues : queues.toReversed();
        const shared = first?.shift() ?? second?.shift();
        if (!shared) break;
        row = folded(folded(row, shared), shared);
      }
      assert.deepEqual(row && agreementView(row), view, 'a third site sees the same');

      const parties = agreementParties(a.state);
      assert.equal(view === undefined, parties === undefined);
      if (!view || !parties) return;
      assert.deepEqual(view.inForce, inForcePeriods(a.state));
      assert.deepEqual(
        view.versions.map(({ version, hash, document }) => ({ version, hash, document })),
        parties.ownerHalf.versions.map(({ version, hash, document }) => ({ version, hash, document })),
      );
      for (const at of instants) {
        const inForce = agreementInForce(a.state, at);
        const { status, inForce: shown } = agreementStatusAt(view, at);
        assert.equal(status === 'in-force', inForce !== undefined);
        assert.equal(shown?.version, inForce?.version);
      }
      for (const version of view.versions) {
        const signers = version.signed.filter(({ same }) => same).map(({ regency }) => regency);
        assert.equal(versionStatus(view, version) === 'signed', new Set(signers).size === 2);
      }
      const clauses = view.clauses.flatMap(({ proposals: about }) => about);
      assert.equal(
        clauses.length,
        parties.ownerHalf.proposals.length + parties.counterpartHalf.proposals.length,
      );
    }),
    { numRuns: 120 },
  ));

test('a proposal is answered once, and only by the owner', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      const { sites } = play(schedule);
      const [owner, other] = sites;
      const answered = owner.journal.flatMap(({ event }) => {
        if (event.type === 'ProposalDeclined') return [event.data.proposal];
        return event.type === 'AgreementRevised' ? event.data.adopts : [];
      });
      assert.equal(new Set(answered).size, answered.length);
      // Who has heard of no draft can make one of its own; then it is nobody's.
      const drafted = other.journal.some(({ event }) => event.type === 'AgreementDrafted');
      const owners = new Set<string>(['AgreementRevised', 'ProposalDeclined']);
      if (!drafted) assert.ok(!other.journal.some(({ event }) => owners.has(event.type)));
    }),
    { numRuns: 120 },
  ));

test('a command that was taken, sent again, gives nothing or is refused; comments are said again', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      const sites: [Site, Site] = [new Site(x.OWNER), new Site(x.OTHER)];
      for (const one of schedule) {
        const site = sites[one.site];
        if (one.do === 'hear') {
          site.hear(sites[one.site === 0 ? 1 : 0], one.which + 1);
          continue;
        }
        if (one.do === 'forge') continue;
        const command = commandOf(site, one, x.now);
        const decision = decideAgreement(command, site.state);
        if (!decision.accepted || decision.events.length === 0) continue;
        for (const event of decision.events) site.append(event, x.now);
        if (command.type === 'comment') continue;
        const again = decideAgreement(command, site.state);
        assert.ok(!again.accepted || again.events.length === 0, command.type);
      }
    }),
    { numRuns: 120 },
  ));

test('every event fits its schema in the catalogue, survives JSON, and is public', () =>
  fc.assert(
    fc.property(steps, (schedule) => {
      for (const { journal } of play(schedule).sites) {
        for (const { event } of journal) {
          const decoded = decodeEvent(wireType(event), JSON.parse(JSON.stringify(event.data)));
          assert.deepStrictEqual(decoded, { ok: true, event, dataClass: 'public' });
        }
      }
    }),
    { numRuns: 100 },
  ));

test('deciding never throws on any order of events, said by anybody', () =>
  fc.assert(
    fc.property(steps, steps, fc.nat(), (first, second, seed) => {
      const said = [...play(first).sites, ...play(second).sites].flatMap(({ journal }) => journal);
      const mixed = said.toSorted(
        (a, b) => ((a.sequence * 7919 + seed) % 13) - ((b.sequence * 104_729 + seed) % 13),
      );
      const state = mixed.reduce((now, { event }, index) => {
        const by = [x.OWNER, x.OTHER, x.STRANGER][(index * seed) % 3] ?? x.OWNER;
        return evolveAgreement(now, by, event);
      }, initialAgreement);
      const site = new Site(x.OWNER);
      site.state = state;
      for (const one of first) {
        const decision = decideAgreement(commandOf(site, one, x.now), state);
        assert.equal(typeof decision.accepted, 'boolean');
      }
      for (const at of instants) agreementInForce(state, at);
    }),
    { numRuns: 100 },
  ));

test('the steps get everywhere: every event, agreements in force, changed, and crossed by a revision', () => {
  const seen = new Set<string>();
  for (const schedule of fc.sample(steps, { numRuns: 400, seed: 7 })) {
    const world = play(schedule);
    heal(world);
    for (const { journal } of world.sites) for (const { event } of journal) seen.add(event.type);
    for (const code of world.refused) seen.add(code);
    const periods = inForcePeriods(world.sites[0].state);
    if (periods.length > 0) seen.add('in force');
    if (periods.length > 1) seen.add('changed');
    const parties = agreementParties(world.sites[0].state);
    const revision = parties?.ownerHalf.versions.find(
      ({ kind, version }) => kind === 'revision' && periods.some((period) => period.version < version),
    );
    if (revision) seen.add('crossed');
    if (!parties) seen.add('contested');
  }
  const wanted = [
    'AgreementDrafted',
    'AgreementRevised',
    'ClauseProposed',
    'ClauseCommented',
    'ProposalDeclined',
    'AgreementFinalised',
    'AgreementDprdApproved',
    'AgreementSigned',
    'AgreementTerminated',
    'in force',
    'changed',
    'crossed',
    'hash_differs',
    'version_outdated',
    'not_finalised',
    'owner_only',
    'amend_by_addendum',
    'agreement_expired',
    'agreement_terminated',
    'contested',
    'dprd_approval_missing',
  ];
  assert.deepEqual(
    wanted.filter((one) => !seen.has(one)),
    [],
  );
});

test('two texts have no difference exactly when they have the same hash', () => {
  const all = [...documents, ...documents.map((one) => ({ ...one, clauses: one.clauses.toReversed() }))];
  for (const was of all) {
    for (const is of all) {
      const { clauses, terms, title, order } = differenceBetween(was, is);
      const none = clauses.length === 0 && terms.length === 0 && !title && !order;
      assert.equal(none, x.hashOf(was) === x.hashOf(is));
    }
  }
});
