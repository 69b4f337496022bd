/**
 * A short run of the fault bench with a fixed seed, and its checks broken on purpose: evidence of a real run is changed in
 * one place at a time, and the count that is meant for it must rise.
 */
import { assert, suite } from '@siaga/testkit';
import { FORGED_MARK, forgedAtHub, forgedAtLeaf } from './chaos/faults/forge.ts';
import { cut, fullDisk, killSite } from './chaos/faults/machines.ts';
import { flipAtHub, rollback, twice } from './chaos/faults/streams.ts';
import { check, type Findings } from './chaos/oracle/checks.ts';
import type { Evidence, Held, SiteEvidence } from './chaos/oracle/evidence.ts';
import { randomOf } from './chaos/random.ts';
import { type ChaosRun, runChaos } from './chaos/run.ts';

const SEED = 7;

const test = suite<{ run: ChaosRun }>('a short run of the fault bench', {} as { run: ChaosRun });
test.before(async (context) => {
  context.run = await runChaos({
    seed: SEED,
    durationMs: 0,
    kinds: [],
    rounds: [[killSite, cut, rollback, twice, flipAtHub], [forgedAtLeaf, forgedAtHub], [fullDisk]],
    rate: 60,
    // The kind that every machine has.
    disks: ['injected'],
    say: () => undefined,
  });
});

test('killed, cut, rolled back, flipped, delivered twice, forged and without space: nothing is lost, doubled, unequal or believed', ({
  run,
}) => {
  assert.deepEqual(check(run.evidence), { lost: [], doubled: [], unequal: [], forgedAccepted: [] });
  assert.deepEqual({ neverHealed: run.neverHealed, crashes: run.crashes }, { neverHealed: [], crashes: [] });
  assert.equal(run.faults, 8);
  assert.equal(run.driver.unanswered, 0);
  assert.ok(run.driver.acknowledged.length > 100, `${run.driver.acknowledged.length} were acknowledged`);
  assert.ok(run.evidence.forged.size > 1);
});

const counts = (findings: Findings) => ({
  lost: findings.lost.length,
  doubled: findings.doubled.length,
  unequal: findings.unequal.length,
  forgedAccepted: findings.forgedAccepted.length,
});

/** The evidence with the first site changed. */
const withSite = (evidence: Evidence, change: (site: SiteEvidence) => Partial<SiteEvidence>): Evidence => {
  const [one, other] = evidence.sites;
  return { ...evidence, sites: [{ ...one, ...change(one) }, other] };
};
/** The evidence with the events changed that the first that fits holds. */
const withHeld = (
  evidence: Evidence,
  fits: (held: Held) => boolean,
  change: (held: Held) => Held['events'],
): Evidence => {
  const chosen = evidence.held.find(fits);
  assert.ok(chosen);
  const held = evidence.held.map((one) => (one === chosen ? { ...one, events: change(one) } : one));
  return { ...evidence, held };
};
const without = <Item>(items: readonly Item[], index: number): Item[] => items.toSpliced(index, 1);
const twiceAt = <Item>(items: readonly Item[], index: number): Item[] =>
  items.toSpliced(index, 0, ...items.slice(index, index + 1));
const ofPicture = ({ kind }: Held) => kind === 'picture';
const ofStream = ({ kind, whole }: Held) => kind === 'stream' && whole;
const shownWith = (
  site: SiteEvidence,
  change: (views: Map<string, Readonly<Record<string, unknown>>>) => void,
) => {
  const incidents = new Map(site.shown.incidents);
  change(incidents);
  return { shown: { ...site.shown, incidents } };
};

const breaks: [string, keyof Findings, (evidence: Evidence) => Evidence][] = [
  [
    'an acknowledged command that is not in the ledger',
    'lost',
    (evidence) =>
      withSite(evidence, ({ ledger }) => ({ ledger: ledger.filter(({ key }) => key !== '62.07-i0-3') })),
  ],
  [
    'an acknowledged command at another revision',
    'lost',
    ({ acknowledged: [first, ...rest], ...evidence }) => ({
      ...evidence,
      acknowledged: first ? [{ ...first, revision: first.revision + 1 }, ...rest] : [],
    }),
  ],
  [
    'an event that is not in the journal',
    'lost',
    (evidence) =>
      withSite(evidence, ({ journals }) => ({
        journals: { ...journals, shared: journals.shared.slice(0, -1) },
      })),
  ],
  [
    'a journal that does not link',
    'lost',
    (evidence) =>
      withSite(evidence, ({ journals }) => ({
        journals: {
          ...journals,
          shared: journals.shared.map((entry, index) =>
            index === 5 ? { ...entry, previoushash: 'f'.repeat(64) } : entry,
          ),
        },
      })),
  ],
  [
    'an event that a picture lacks',
    'lost',
    (evidence) => withHeld(evidence, ofPicture, ({ events }) => without(events, 4)),
  ],
  [
    'an event that a stream lacks, however often',
    'lost',
    (evidence) =>
      withHeld(evidence, ofStream, ({ events }) =>
        events.filter(({ sequence }) => sequence !== events.at(-1)?.sequence),
      ),
  ],
  [
    'an incident that a picture does not show',
    'lost',
    (evidence) =>
      withSite(evidence, (site) => shownWith(site, (views) => views.delete([...views.keys()][0] ?? ''))),
  ],
  [
    'a command with two events',
    'doubled',
    (evidence) =>
      withSite(evidence, ({ ledger }) => {
        const event = ledger.find(({ key }) => key === '62.07-i0-3');
        assert.ok(event);
        return { ledger: [...ledger, { ...event, id: 'another', stream: 'another', revision: 1 }] };
      }),
  ],
  [
    'an event twice in the ledger',
    'doubled',
    (evidence) => withSite(evidence, ({ ledger }) => ({ ledger: twiceAt(ledger, 7) })),
  ],
  [
    'an event twice in the journal',
    'doubled',
    (evidence) =>
      withSite(evidence, ({ journals }) => ({
        journals: { ...journals, shared: twiceAt(journals.shared, 3) },
      })),
  ],
  [
    'an event twice in a picture',
    'doubled',
    (evidence) => withHeld(evidence, ofPicture, ({ events }) => twiceAt(events, 4)),
  ],
  [
    'a number that stands for another event in a stream',
    'doubled',
    (evidence) =>
      withHeld(evidence, ofStream, ({ events }) => [
        ...events,
        ...events.slice(4, 5).map((event) => ({ ...event, digest: 'of another event' })),
      ]),
  ],
  [
    'an event of the neighbour twice in the inbox',
    'doubled',
    (evidence) => withSite(evidence, ({ inbox }) => ({ inbox: twiceAt(inbox, 0) })),
  ],
  [
    'an incident that is shown otherwise than it was commanded',
    'unequal',
    (evidence) =>
      withSite(evidence, (site) =>
        shownWith(site, (views) => {
          const [id, view] = [...views][0] ?? [];
          if (id !== undefined && view) views.set(id, { ...view, hazard: 'tsunami' });
        }),
      ),
  ],
  [
    'pictures that differ in what nobody has commanded',
    'unequal',
    (evidence) =>
      withSite(evidence, (site) =>
        shownWith(site, (views) => {
          const [id, view] = [...views][0] ?? [];
          if (id !== undefined && view) views.set(id, { ...view, updatedAt: '2020-01-01T00:00:00.000Z' });
        }),
      ),
  ],
  [
    'a forged event in a picture',
    'forgedAccepted',
    (evidence) => {
      const [forged = ''] = evidence.forged;
      return withHeld(evidence, ofPicture, ({ events }) =>
        events.map((event, index) => (index === 4 ? { ...event, digest: forged } : event)),
      );
    },
  ],
  [
    'an event in a picture that its owner has not said',
    'forgedAccepted',
    (evidence) =>
      withHeld(evidence, ofPicture, ({ events }) => [
        ...events,
        { sequence: events.length + 1, id: 'x', digest: 'x' },
      ]),
  ],
  [
    'a forged event in an inbox',
    'forgedAccepted',
    (evidence) =>
      withSite(evidence, ({ inbox }) => ({
        inbox: inbox.map((one, index) => (index === 0 ? { ...one, id: 'x' } : one)),
      })),
  ],
  [
    'a forged incident that is shown',
    'forgedAccepted',
    (evidence) =>
      withSite(evidence, (site) =>
        shownWith(site, (views) => views.set('x', { id: 'x', chronology: FORGED_MARK })),
      ),
  ],
];
for (const [what, name, change] of breaks) {
  test(`the checks can fail: ${what} is counted as ${name}`, ({ run }) => {
    assert.ok(counts(check(change(run.evidence)))[name] > 0);
  });
}

test('the seed decides what is drawn, and nothing else does', () => {
  const draws = (seed: number, name: string) => {
    const random = randomOf(seed).fork(name);
    return Array.from({ length: 50 }, () => random.whole(0, 1_000_000));
  };
  assert.deepEqual(draws(1, 'a'), draws(1, 'a'));
  assert.notDeepEqual(draws(1, 'a'), draws(2, 'a'));
  assert.notDeepEqual(draws(1, 'a'), draws(1, 'b'));
});
