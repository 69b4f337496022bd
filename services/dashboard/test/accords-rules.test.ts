/** The pages' own rules, held against the domain's decisions: a button is there exactly when the site would agree. */
import {
  type Agreement,
  type AgreementCommand,
  type AgreementDocument,
  type AgreementEvent,
  type AgreementRow,
  type EmergencyLevel,
  type EmergencyStatus,
  type EmergencyStatusCommand,
  type EmergencyStatusView,
  type Hazard,
  type SaidIn,
  DocumentBody,
  agreementView,
  decideAgreement,
  decideEmergencyStatus,
  decreePeriods,
  evolveAgreement,
  evolveEmergencyStatus,
  foldAgreement,
  foldEmergencyStatus,
  initialAgreement,
  initialEmergencyStatus,
} from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { documentOf, fieldsOf, freshClauseId, moved, withProposal } from '../src/agreements/document-form.ts';
import { modelText } from '../src/agreements/model-text.ts';
import {
  type Step,
  awaitedOf,
  newestOf,
  openProposals,
  ownRevision,
  signedOf,
  stepsFor,
  stepsOf,
} from '../src/agreements/rules.ts';
import { wordDifference } from '../src/agreements/words.ts';
import { decreeSteps, levelsFor, standingOf } from '../src/emergency/rules.ts';
import { agreementsEn } from '../src/text/agreements-en.ts';
import { agreementsId } from '../src/text/agreements-id.ts';
import { emergencyEn } from '../src/text/emergency-en.ts';
import { emergencyId } from '../src/text/emergency-id.ts';
import { countdownSpans } from '../src/time.ts';
import { documentFrom } from './fixture-accords-story.ts';

const OWN = '62.07';
const OTHER = '62.02';
const ID = '0192a3b4-0000-7000-8000-000000000001';
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-09-07T03:00:00.000Z');

const test = suite('rules of the agreement and emergency pages');

// Agreements

/** One agreement that both know all of. */
interface World {
  state: Agreement;
  row: AgreementRow | undefined;
  at: number;
  events: number;
  counts: Record<string, number>;
}
const hashOf = (document: AgreementDocument) => {
  let hash = 0;
  for (const letter of JSON.stringify(document)) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return hash.toString(16).padStart(64, '0');
};
const viewOf = (world: World) => {
  const view = world.row && agreementView(world.row);
  assert.ok(view);
  return view;
};

/** The plainest command of a step, from what the page would send. */
const commandOf = (world: World, by: string, step: Step): AgreementCommand | undefined => {
  const view = viewOf(world);
  const newest = newestOf(view);
  assert.ok(newest);
  const at = new Date(world.at).toISOString();
  const today = new Date(world.at + 7 * HOUR_MS).toISOString().slice(0, 10);
  const text = { version: newest.version, hash: newest.hash };
  const computed = newest.hash;
  const change = (from: AgreementDocument): AgreementDocument => ({
    ...from,
    title: `${from.title.slice(0, 40)} ${world.events}`,
    // Whoever revises a text whose days have passed gives it other days.
    terms: { ...from.terms, to: from.terms.to < today ? today : from.terms.to },
  });
  switch (step) {
    case 'revise':
    case 'addendum': {
      const document = change(newest.document);
      const kind = step === 'revise' ? 'revision' : step;
      return { type: 'revise', by, at, hash: hashOf(document), body: { kind, document, adopts: [] } };
    }
    case 'extension': {
      const signed = signedOf(view) ?? newest;
      const days = 1 + world.events;
      const to = new Date(Date.parse(signed.document.terms.to) + days * 24 * HOUR_MS)
        .toISOString()
        .slice(0, 10);
      const document = { ...signed.document, terms: { ...signed.document.terms, to } };
      return { type: 'revise', by, at, hash: hashOf(document), body: { kind: step, document, adopts: [] } };
    }
    case 'propose': {
      const proposal = `0192a3b4-0000-7000-8000-1${String(world.events).padStart(11, '0')}`;
      const body = {
        change: 'reword' as const,
        version: newest.version,
        clause: 'biaya',
        text: `Biaya ${world.at} ${world.events}`,
        reason: 'lebih jelas',
      };
      return { type: 'propose', by, at, proposal, body };
    }
    case 'comment':
      return { type: 'comment', by, at, body: { version: newest.version, clause: 'terms', text: 'setuju' } };
    case 'decline': {
      const [open] = openProposals(view);
      return open && { type: 'decline', by, at, body: { proposal: open.proposal, reason: 'tidak perlu' } };
    }
    case 'finalise':
      return { type: 'finalise', by, at, computed, body: text };
    case 'approve-dprd':
      return {
        type: 'approveDprd',
        by,
        at,
        computed,
        body: { ...text, decision: '7/2026', decidedOn: today },
      };
    case 'sign':
      return { type: 'sign', by, at, computed, body: { ...text, signedOn: today } };
    case 'terminate':
      return { type: 'terminate', by, at, body: { reason: 'tidak perlu lagi' } };
  }
};

const taken = (world: World, by: string, events: readonly AgreementEvent[]): World =>
  events.reduce<World>((now, event) => {
    const sequence = (now.counts[by] ?? 0) + 1;
    const place = {
      id: ID,
      regency: by,
      revision: sequence,
      sequence,
      recordedAt: new Date(now.at).toISOString(),
    };
    return {
      ...now,
      state: evolveAgreement(now.state, by, event),
      row: foldAgreement(now.row, event, place),
      events: now.events + 1,
      counts: { ...now.counts, [by]: sequence },
    };
  }, world);

const drafted = (days: number, burdensBudget: boolean): World => {
  const to = new Date(START + days * 24 * HOUR_MS).toISOString().slice(0, 10);
  const document = documentFrom(START, { burdensBudget, from: '2026-09-07', to });
  const world: World = { state: initialAgreement, row: undefined, at: START, events: 0, counts: {} };
  const decision = decideAgreement(
    {
      type: 'draft',
      by: OWN,
      at: new Date(START).toISOString(),
      hash: hashOf(document),
      body: { counterpart: OTHER, document },
    },
    initialAgreement,
  );
  assert.ok(decision.accepted);
  return taken(world, OWN, decision.events);
};

const steps: Step[] = [
  'revise',
  'addendum',
  'extension',
  'propose',
  'comment',
  'decline',
  'finalise',
  'approve-dprd',
  'sign',
  'terminate',
];
/** Whether the site would take it in and something would change. */
const wouldDo = (world: World, by: string, step: Step): readonly AgreementEvent[] => {
  const command = commandOf(world, by, step);
  if (!command) return [];
  const decision = decideAgreement(command, world.state);
  return decision.accepted ? decision.events : [];
};

const play = fc.record({
  days: fc.integer({ min: 1, max: 6 }),
  burdensBudget: fc.boolean(),
  moves: fc.array(
    fc.record({
      by: fc.constantFrom(OWN, OTHER),
      // What leads to a signature comes often, an end seldom.
      step: fc.oneof(
        { weight: 2, arbitrary: fc.constant('all-of-it' as const) },
        { weight: 6, arbitrary: fc.constantFrom<Step>('finalise', 'approve-dprd', 'sign') },
        { weight: 5, arbitrary: fc.constantFrom<Step>('propose', 'comment', 'decline', 'revise') },
        { weight: 2, arbitrary: fc.constantFrom<Step>('addendum', 'extension') },
        { weight: 1, arbitrary: fc.constant<Step>('terminate') },
      ),
      hours: fc.constantFrom(0, 0, 1, 20),
    }),
    { maxLength: 24 },
  ),
});

test('a step is offered exactly when the site would take it, and the revision is that of the own half', () => {
  const seen = new Set<Step>();
  const check = (world: World) => {
    for (const party of [OWN, OTHER]) {
      const offered = stepsOf(viewOf(world), party, world.at);
      for (const one of steps) {
        const would = wouldDo(world, party, one).length > 0;
        assert.equal(offered.has(one), would, `${one} by ${party} at ${new Date(world.at).toISOString()}`);
        if (would) seen.add(one);
      }
      assert.equal(ownRevision(viewOf(world), party), world.counts[party] ?? 0);
    }
  };
  fc.assert(
    fc.property(play, ({ days, burdensBudget, moves }) => {
      let world = drafted(days, burdensBudget);
      for (const { by, step, hours } of moves) {
        world = { ...world, at: world.at + hours * HOUR_MS };
        check(world);
        // A text that both take all the way, which chance alone would hardly reach.
        const said: [string, Step][] =
          step === 'all-of-it'
            ? (['finalise', 'approve-dprd', 'sign'] as const).flatMap((one): [string, Step][] => [
                [OWN, one],
                [OTHER, one],
              ])
            : [[by, step]];
        for (const [party, one] of said) {
          world = taken(world, party, wouldDo(world, party, one));
          check(world);
        }
      }
    }),
    { numRuns: 80 },
  );
  assert.deepEqual([...seen].sort(), [...steps].sort(), 'some step was never possible');
});

test('what is awaited goes from final over DPRD to signature, and by whom', () => {
  let world = drafted(300, true);
  const waits = () => {
    const { stage, by } = awaitedOf(viewOf(world), world.at) ?? { stage: 'none', by: [] };
    return `${stage} ${by.join(' ')}`;
  };
  const go = (by: string, step: Step) => {
    const events = wouldDo(world, by, step);
    assert.equal(events.length, 1, `${step} by ${by}`);
    world = taken(world, by, events);
  };
  assert.equal(waits(), `finalise ${OWN} ${OTHER}`);
  go(OTHER, 'finalise');
  assert.equal(waits(), `finalise ${OWN}`);
  go(OWN, 'finalise');
  assert.equal(waits(), `approve-dprd ${OWN} ${OTHER}`);
  go(OWN, 'approve-dprd');
  go(OTHER, 'approve-dprd');
  go(OWN, 'sign');
  assert.equal(waits(), `sign ${OTHER}`);
  go(OTHER, 'sign');
  assert.equal(waits(), 'none ');
});

test('the role decides which of the open steps are offered', () => {
  const world = drafted(300, true);
  const of = (role: Parameters<typeof stepsFor>[2], party = OWN) =>
    [...stepsFor(viewOf(world), party, role, world.at)].sort();
  assert.deepEqual(of('kalaksa'), ['comment', 'finalise', 'propose', 'revise', 'terminate']);
  assert.deepEqual(of('pusdalops'), ['comment', 'propose', 'revise']);
  assert.deepEqual(of('logistik'), ['comment', 'propose']);
  assert.deepEqual(of('logistik', OTHER), ['comment', 'propose']);
  assert.deepEqual(of('trc'), []);
  assert.deepEqual(of('kalaksa', '62.99'), []);
});

// The document's form

test('the model text needs only the channels, and makes a document that the site takes', () => {
  const model = modelText(
    { code: OWN, name: 'Seruyan' },
    { code: OTHER, name: 'Kotawaringin Timur' },
    '2026-09-07',
    '2027-09-06',
  );
  assert.deepEqual(documentOf(model), { ok: false, wrong: 'contacts' });
  const made = documentOf({
    ...model,
    contacts: model.contacts.map((contact) => ({ ...contact, channel: 'Radio VHF kanal 7' })),
  });
  assert.ok(made.ok);
  assert.deepEqual(DocumentBody.parse(made.document), made.document);
});

test('a form says which field is wrong, and finds personal numbers', () => {
  const fields = fieldsOf(documentFrom(START));
  const wrongOf = (change: Partial<typeof fields>) => {
    const made = documentOf({ ...fields, ...change });
    if (made.ok) return 'nothing';
    return 'personal' in made ? made.personal : made.wrong;
  };
  assert.equal(wrongOf({}), 'nothing');
  assert.equal(wrongOf({ title: ' ' }), 'title');
  assert.equal(wrongOf({ dataClasses: [] }), 'dataClasses');
  for (const wrong of ['', '0', '366', '1.5', 'dua']) {
    assert.equal(wrongOf({ longestDeploymentDays: wrong }), 'longestDeploymentDays');
  }
  assert.equal(wrongOf({ responseMinutes: '10081' }), 'responseMinutes');
  assert.equal(wrongOf({ contacts: [] }), 'contacts');
  assert.equal(wrongOf({ from: '' }), 'from');
  assert.equal(wrongOf({ from: '2027-01-02', to: '2027-01-01' }), 'order');
  assert.equal(wrongOf({ clauses: [] }), 'noClauses');
  assert.equal(wrongOf({ clauses: [{ id: 'a', heading: 'A', text: ' ' }] }), 'clause');
  const channel = { regency: OWN, office: 'Pusdalops', channel: '0812-3456-7890' };
  assert.equal(wrongOf({ contacts: [channel] }), 'phone');
});

test('fields and document are the same text, whatever was typed', () => {
  const document = documentFrom(START);
  const made = documentOf(fieldsOf(document));
  assert.ok(made.ok);
  assert.deepEqual(made.document, document);
});

test('clauses are reordered, get ids of their own, and take proposals up', () => {
  const clauses = documentFrom(START).clauses;
  const ids = (of: typeof clauses) => of.map(({ id }) => id).join();
  assert.equal(ids(moved(clauses, 0, 1)), 'tata-cara,maksud,biaya');
  assert.equal(ids(moved(clauses, 0, -1)), ids(clauses));
  assert.equal(ids(moved(clauses, 2, 1)), ids(clauses));
  assert.equal(freshClauseId(['maksud', 'pasal-3']), 'pasal-4');
  const base = {
    proposal: ID,
    occurredAt: '',
    version: 1,
    reason: '',
    regency: OTHER,
    sequence: 1,
    recordedAt: '',
    answer: { state: 'open' as const },
  };
  const reworded = withProposal(clauses, { ...base, change: 'reword', clause: 'biaya', text: 'Baru.' });
  assert.equal(reworded[2]?.text, 'Baru.');
  assert.equal(
    ids(withProposal(clauses, { ...base, change: 'remove', clause: 'maksud' })),
    'tata-cara,biaya',
  );
  const added = { ...base, change: 'add' as const, clause: 'pasal-9', heading: 'H', text: 'T' };
  assert.equal(ids(withProposal(clauses, added)), 'maksud,tata-cara,biaya,pasal-9');
  assert.equal(ids(withProposal(withProposal(clauses, added), added)), 'maksud,tata-cara,biaya,pasal-9');
  assert.deepEqual(withProposal(clauses, { ...base, change: 'reword', clause: 'terms', text: 'x' }), clauses);
});

test('the pieces of a difference put both texts together again', () => {
  const words = fc.array(fc.constantFrom('air', 'perahu', 'dua', 'jam', '.', ' ', '\n', 'Perahu'), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(words, words, (before, after) => {
      const [was, is] = [before.join(''), after.join('')];
      const pieces = wordDifference(was, is);
      const without = (kind: string) =>
        pieces
          .filter((piece) => piece.is !== kind)
          .map(({ text }) => text)
          .join('');
      assert.equal(without('added'), was);
      assert.equal(without('removed'), is);
      if (was === is) assert.ok(pieces.every((piece) => piece.is === 'same'));
    }),
  );
  assert.deepEqual(
    wordDifference('dijawab dalam dua jam.', 'dijawab dalam satu jam.').filter(({ is }) => is !== 'same'),
    [
      { is: 'removed', text: 'dua' },
      { is: 'added', text: 'satu' },
    ],
  );
});

// Emergency statuses

interface Status {
  state: EmergencyStatus;
  view: EmergencyStatusView | undefined;
  at: number;
  count: number;
}
const fold = (status: Status, command: EmergencyStatusCommand): Status => {
  const decision = decideEmergencyStatus(command, status.state);
  if (!decision.accepted) return status;
  return decision.events.reduce<Status>((now, event) => {
    const sequence = now.count + 1;
    const place = {
      id: '62.07-flood',
      regency: OWN,
      revision: sequence,
      sequence,
      recordedAt: new Date(now.at).toISOString(),
    };
    return {
      ...now,
      state: evolveEmergencyStatus(now.state, event),
      view: foldEmergencyStatus(now.view, event, place),
      count: sequence,
    };
  }, status);
};
const agrees = (status: Status, command: EmergencyStatusCommand): boolean => {
  const decision = decideEmergencyStatus(command, status.state);
  return decision.accepted && decision.events.length > 0;
};
const dayOf = (at: number, days = 0) =>
  new Date(at + 7 * HOUR_MS + days * 24 * HOUR_MS).toISOString().slice(0, 10);
const allLevels: EmergencyLevel[] = ['siaga', 'tanggap', 'transisi'];

const emergencyMove = fc.record({
  hours: fc.constantFrom(0, 5, 30, 80),
  kind: fc.constantFrom('declare', 'declare', 'declare', 'extend', 'end'),
  level: fc.constantFrom(...allLevels),
  begins: fc.integer({ min: -1, max: 3 }),
  days: fc.integer({ min: 0, max: 6 }),
  which: fc.nat(4),
});

test('decrees are offered to be extended and ended exactly when the site would agree', () => {
  const seen = { extend: 0, end: 0, levels: new Set<string>() };
  fc.assert(
    fc.property(
      fc.constantFrom<Hazard>('flood', 'earthquake'),
      fc.array(emergencyMove, { maxLength: 16 }),
      (hazard, moves) => {
        let status: Status = { state: initialEmergencyStatus, view: undefined, at: START, count: 0 };
        let number = 0;
        for (const { hours, kind, level, begins, days, which } of moves) {
          status = { ...status, at: status.at + hours * HOUR_MS };
          const at = new Date(status.at).toISOString();
          const declare = (
            one: EmergencyLevel,
            from: string,
            to: string,
            decree = 'SK coba',
          ): EmergencyStatusCommand => ({
            type: 'declare',
            by: OWN,
            at,
            body: { hazard, level: one, decree, area: ['62.07.01'], from, to },
          });
          const view = status.view;
          const periods = view ? decreePeriods<SaidIn>(view) : [];
          for (const period of periods) {
            const offered = view && decreeSteps(view, period, status.at);
            const { decree } = period;
            const longer = new Date(Date.parse(decree.to) + 24 * HOUR_MS).toISOString().slice(0, 10);
            const extend: EmergencyStatusCommand = {
              type: 'extend',
              by: OWN,
              at,
              body: { decree: 'SK baru', extends: decree.decree, to: longer },
            };
            const end: EmergencyStatusCommand = {
              type: 'end',
              by: OWN,
              at,
              body: { ends: decree.decree, reason: 'selesai' },
            };
            assert.equal(offered?.extend, agrees(status, extend), `extend ${decree.decree} at ${at}`);
            assert.equal(offered?.end, agrees(status, end), `end ${decree.decree} at ${at}`);
            if (offered?.extend) seen.extend += 1;
            if (offered?.end) seen.end += 1;
          }
          // A level is offered when some first day from today on would do.
          const offered = levelsFor(hazard, view, status.at);
          for (const one of allLevels) {
            const would = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].some((later) =>
              agrees(status, declare(one, dayOf(status.at, later), dayOf(status.at, later + 1))),
            );
            if (offered.includes(one)) {
              assert.ok(would, `${one} is offered at ${at}, and no day would do`);
              seen.levels.add(one);
            }
          }
          number += 1;
          const target = periods[which % Math.max(1, periods.length)]?.decree;
          if (kind === 'declare') {
            status = fold(
              status,
              declare(level, dayOf(status.at, begins), dayOf(status.at, begins + days), `SK ${number}`),
            );
          } else if (target && kind === 'extend') {
            const to = dayOf(Date.parse(target.to), days);
            status = fold(status, {
              type: 'extend',
              by: OWN,
              at,
              body: { decree: `SK ${number}p`, extends: target.decree, to },
            });
          } else if (target) {
            status = fold(status, {
              type: 'end',
              by: OWN,
              at,
              body: { ends: target.decree, reason: 'selesai' },
            });
          }
        }
      },
    ),
    { numRuns: 200 },
  );
  assert.ok(seen.extend > 0 && seen.end > 0);
  assert.deepEqual([...seen.levels].sort(), ['siaga', 'tanggap', 'transisi']);
});

test('what stands is listed own first, then by its end', () => {
  const view = (regency: string, hazard: Hazard, to: string): EmergencyStatusView => ({
    id: `${regency}-${hazard}`,
    regency,
    hazard,
    inability: [],
    updatedAt: '',
    revision: 1,
    sequence: 1,
    decrees: [
      {
        decree: 'x',
        level: 'tanggap',
        area: [],
        from: '2026-09-01',
        to,
        extensions: [],
        sequence: 1,
        recordedAt: '',
      },
    ],
  });
  const views = [
    view(OTHER, 'fire', '2026-09-08'),
    view(OWN, 'drought', '2026-09-20'),
    view(OWN, 'flood', '2026-09-09'),
    view(OWN, 'fire', '2026-09-06'),
  ];
  const standing = standingOf(views, START, OWN);
  assert.deepEqual(
    standing.map(({ view: { id }, standing: { warn } }) => `${id} ${warn}`),
    ['62.07-flood true', '62.07-drought false', '62.02-fire true'],
  );
});

test('a countdown has two units and never runs below nothing', () => {
  const of = (ms: number) =>
    countdownSpans(ms)
      .map(({ count, unit }) => `${count} ${unit}`)
      .join(' ');
  assert.equal(of(12 * 24 * HOUR_MS + 4.9 * HOUR_MS), '12 day 4 hour');
  assert.equal(of(2 * HOUR_MS + 61_000), '2 hour 1 minute');
  assert.equal(of(61_500), '1 minute 1 second');
  assert.equal(of(900), '0 second');
  assert.equal(of(-5), '0 second');
});

test('both languages say every key', () => {
  const keys = (of: object): string[] =>
    Object.entries(of).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null ? [key, ...keys(value as object)] : [key],
    );
  assert.deepEqual(keys(agreementsEn).sort(), keys(agreementsId).sort());
  assert.deepEqual(keys(emergencyEn).sort(), keys(emergencyId).sort());
});
