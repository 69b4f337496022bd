import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  type Agreement,
  type AgreementEvent,
  type AgreementRow,
  type AgreementView,
  type AidThreadView,
  agreementView,
  conversationSharing,
  deploymentSharing,
  evolveAgreement,
  evolveOverrides,
  foldAgreement,
  foldAid,
  foldOverride,
  foldResource,
  GrantedClass,
  grantsAt,
  initialOverrides,
  isAidOver,
  type OverrideEvent,
  type OverrideView,
  type ResourceEvent,
  type ResourceView,
  resourceSharing,
  type Sharing,
  sharingOf,
  sharingUnder,
} from '../src/index.ts';
import * as a from './agreement-examples.ts';
import * as x from './mutual-aid-examples.ts';

const US = x.ASKER;
const THEM = x.LENDER;

const viewOf = (said: readonly { by: string; event: AgreementEvent }[], id = x.agreement): AgreementView => {
  const row = said.reduce<AgreementRow | undefined>(
    (now, { by, event }, index) =>
      foldAgreement(now, event, {
        id,
        regency: by,
        revision: index + 1,
        sequence: index + 1,
        recordedAt: event.data.occurredAt,
      }),
    undefined,
  );
  const view = row && agreementView(row);
  assert.ok(view);
  return view;
};
const text = a.withTerms({ from: '2026-09-01', to: '2026-09-30' });
const begin = '2026-08-31T17:00:00.000Z';
const end = '2026-09-30T17:00:00.000Z';
const agreement = viewOf([a.drafted(text), ...a.agreed(1, text)]);

const overridden = (from: string, until: string, override = x.enquiry): OverrideEvent => ({
  type: 'SharingOverridden',
  data: { occurredAt: from, override, classes: ['mutual-aid', 'resources'], reason: 'Banjir', from, until },
});
const overrideOf = (regency: string, ...events: OverrideEvent[]): OverrideView => {
  const view = events.reduce<OverrideView | undefined>(
    (now, event) => foldOverride(now, event, { regency, sequence: 1, recordedAt: x.now }),
    undefined,
  );
  assert.ok(view);
  return view;
};
const none = { agreements: [], overrides: [] };
const known = { agreements: [agreement], overrides: [] };
const resources = { from: THEM, to: US, dataClass: 'resources' } as const;
const under = { agreement: x.agreement };
const ofOverride = { override: x.enquiry };

const marks = suite('how current what the neighbour shares is');
marks('the own is the own, whatever is agreed', () =>
  assert.deepEqual(sharingOf({ ...resources, from: US }, none, x.now), { state: 'own' }),
);
marks('before an agreement nothing lets it be shared', () => {
  assert.deepEqual(sharingOf(resources, none, x.now), { state: 'unknown' });
  assert.deepEqual(sharingOf(resources, known, '2026-08-31T16:59:59.999Z'), { state: 'unknown' });
});
marks('during an agreement it is current, to the instant before its end', () => {
  const current: Sharing = { state: 'current', under, until: end };
  assert.deepEqual(sharingOf(resources, known, begin), current);
  assert.deepEqual(sharingOf(resources, known, '2026-09-30T16:59:59.999Z'), current);
});
marks('after it, it is marked with the end', () => {
  assert.deepEqual(sharingOf(resources, known, end), { state: 'ended', under, since: end });
  const terminated = viewOf([a.drafted(text), ...a.agreed(1, text), a.terminated(THEM, x.day(10))]);
  assert.deepEqual(sharingOf(resources, { ...known, agreements: [terminated] }, x.day(11)), {
    state: 'ended',
    under,
    since: x.day(10),
  });
});
marks('an agreement that is signed by one, of others, or does not name the class grants nothing', () => {
  const half = viewOf([a.drafted(text), a.finalised(US, 1, text), a.signed(US, 1, text)]);
  const aidOnly = a.withTerms({ dataClasses: ['mutual-aid'] }, text);
  const other = viewOf([a.drafted(aidOnly), ...a.agreed(1, aidOnly)]);
  for (const agreements of [[half], [other]]) {
    assert.deepEqual(sharingOf(resources, { agreements, overrides: [] }, x.now), { state: 'unknown' });
  }
  assert.deepEqual(sharingOf({ ...resources, from: a.STRANGER }, known, x.now), { state: 'unknown' });
});
marks('an addendum that no longer names the class ends it', () => {
  const addendum = a.withTerms({ from: '2026-09-15', dataClasses: ['mutual-aid'] }, text);
  const view = viewOf([
    a.drafted(text),
    ...a.agreed(1, text),
    a.revised(2, addendum, 'addendum'),
    ...a.agreed(2, addendum),
  ]);
  const since = '2026-09-14T17:00:00.000Z';
  const at = (instant: string) => sharingOf(resources, { ...known, agreements: [view] }, instant);
  assert.deepEqual(at(x.day(14)), { state: 'current', under, until: since });
  assert.deepEqual(at(x.day(16)), { state: 'ended', under, since });
});
marks('an override shares without an agreement, and beyond one; only its owner’s counts', () => {
  const theirs = overrideOf(THEM, overridden(x.day(7), x.day(9)));
  const ours = overrideOf(US, overridden(x.day(7), x.day(9)));
  const without = { agreements: [], overrides: [theirs] };
  assert.deepEqual(sharingOf(resources, without, x.day(8)), {
    state: 'current',
    under: ofOverride,
    until: x.day(9),
  });
  assert.deepEqual(sharingOf(resources, without, x.day(9)), {
    state: 'ended',
    under: ofOverride,
    since: x.day(9),
  });
  assert.deepEqual(sharingOf(resources, { agreements: [], overrides: [ours] }, x.day(8)), {
    state: 'unknown',
  });
  // Of both in force, what lasts longest.
  assert.deepEqual(sharingOf(resources, { ...known, overrides: [theirs] }, x.day(8)), {
    state: 'current',
    under,
    until: end,
  });
  const later = overrideOf(THEM, overridden('2026-09-29T00:00:00.000Z', '2026-10-05T00:00:00.000Z'));
  const both = { ...known, overrides: [later] };
  assert.deepEqual(sharingOf(resources, both, end), {
    state: 'current',
    under: ofOverride,
    until: '2026-10-05T00:00:00.000Z',
  });
  const ended = overrideOf(THEM, overridden(x.day(7), x.day(9)), {
    type: 'SharingOverrideEnded',
    data: { occurredAt: x.day(8), override: x.enquiry, reason: 'Sudah ada perjanjian' },
  });
  assert.deepEqual(sharingOf(resources, { agreements: [], overrides: [ended] }, x.day(8)), {
    state: 'ended',
    under: ofOverride,
    since: x.day(8),
  });
});

const threads = suite('what goes on under the terms it began under');
const threadOf = (...events: Parameters<typeof foldAid>[1][]): AidThreadView => {
  const view = events.reduce<AidThreadView | undefined>((now, event, index) => {
    const isAsker = event.type === 'AidRequested' || event.type === 'OfferAccepted';
    const place = { regency: isAsker ? US : THEM, sequence: index + 1, recordedAt: x.now };
    return foldAid(now, event, place, String(index));
  }, undefined);
  assert.ok(view);
  return view;
};
const boatOf = (...events: ResourceEvent[]): ResourceView => {
  const view = [x.resourceEvents.registered, ...events].reduce<ResourceView | undefined>(
    (now, event, index) =>
      foldResource(now, event, {
        id: x.boat,
        regency: THEM,
        revision: index + 1,
        sequence: index + 1,
        recordedAt: x.now,
      }),
    undefined,
  );
  assert.ok(view);
  return view;
};
const after = '2026-10-02T00:00:00.000Z';
const windingDown: Sharing = { state: 'winding-down', under, since: end };
const ended: Sharing = { state: 'ended', under, since: end };
const {
  committed,
  mobilised,
  departed,
  arrived,
  released,
  returning,
  returned,
  cancelled: calledOff,
} = x.resourceEvents;

threads('a conversation is current, then winds down, then has ended', () => {
  const open = threadOf(x.requested, x.made, x.accepted, committed, departed, x.committed);
  assert.deepEqual(conversationSharing(open, known, x.now), { state: 'current', under, until: end });
  assert.deepEqual(conversationSharing(open, known, after), windingDown);
  const over = threadOf(x.requested, x.requestDeclined);
  assert.ok(isAidOver(over.status) && !isAidOver(open.status));
  assert.deepEqual(conversationSharing(over, known, after), ended);
  assert.deepEqual(conversationSharing(open, none, x.now), { state: 'unknown' });
});
threads('where nobody asked, the offer’s terms count; an override’s too, whoever declared it', () => {
  const unasked = threadOf(x.unasked);
  const override = overrideOf(US, overridden(x.day(7), x.day(9), x.agreement));
  assert.deepEqual(conversationSharing(unasked, { agreements: [], overrides: [override] }, x.day(10)), {
    state: 'winding-down',
    under: { override: x.agreement },
    since: x.day(9),
  });
  assert.deepEqual(conversationSharing(threadOf(x.accepted), known, x.now), { state: 'unknown' });
});
threads('a boat that is out for us comes home under the old terms; one that stayed is marked', () => {
  const out = boatOf(committed, mobilised, departed);
  assert.deepEqual(resourceSharing(out, US, known, x.now), { state: 'current', under, until: end });
  assert.deepEqual(resourceSharing(out, US, known, after), windingDown);
  assert.deepEqual(resourceSharing(boatOf(), US, known, after), ended);
  const home = boatOf(committed, mobilised, departed, arrived, released, returning, returned);
  assert.deepEqual(resourceSharing(home, US, known, after), ended);
  assert.deepEqual(resourceSharing(out, THEM, known, after), { state: 'own' });
});
threads('a deployment is over when it has returned or was called off', () => {
  const { deployment } = boatOf(committed);
  assert.ok(deployment);
  assert.deepEqual(deploymentSharing(THEM, deployment, US, known, after), windingDown);
  assert.deepEqual(deploymentSharing(THEM, deployment, THEM, known, after), { state: 'own' });
  const [over] = boatOf(committed, calledOff).past;
  assert.ok(over);
  assert.deepEqual(deploymentSharing(THEM, over, US, known, after), ended);
  const own = { ...deployment, task: { for: 'own' as const, incident: x.incident } };
  assert.deepEqual(deploymentSharing(THEM, own, US, known, after), ended);
});
threads('only what is over has ended', () => {
  assert.deepEqual(sharingUnder(under, true, known, after), ended);
  assert.deepEqual(sharingUnder(under, false, known, after), windingDown);
  assert.deepEqual(sharingUnder(under, true, known, x.now), { state: 'current', under, until: end });
});

const properties = suite('the mark and the policy say the same');
const days = fc.integer({ min: 1, max: 28 }).map((number) => `2026-09-${String(number).padStart(2, '0')}`);
properties('something is current exactly when its owner’s policy grants it', () => {
  fc.assert(
    fc.property(
      fc.tuple(days, days).map((both) => both.sort()),
      fc.subarray(GrantedClass.options),
      fc.option(fc.tuple(days, days).map((both) => both.sort())),
      fc.option(days),
      fc.integer({ min: 0, max: 30 * 24 }),
      (term, dataClasses, override, terminatedOn, hour) => {
        const [from, to] = term;
        const at = new Date(Date.parse('2026-09-01T00:00:00.000Z') + hour * 3_600_000).toISOString();
        const document = a.withTerms({ from, to, dataClasses });
        const said = [
          a.drafted(document),
          ...a.agreed(1, document),
          ...(terminatedOn === null ? [] : [a.terminated(THEM, `${terminatedOn}T00:00:00.000Z`)]),
        ];
        const events = override
          ? [overridden(`${override[0]}T00:00:00.000Z`, `${override[1]}T00:00:00.000Z`)]
          : [];
        const state = said.reduce<Agreement>((now, { by, event }) => evolveAgreement(now, by, event), {});
        const grants = grantsAt(
          THEM,
          new Map([[x.agreement, state]]),
          events.reduce(evolveOverrides, initialOverrides),
          at,
        );
        const views = {
          agreements: [viewOf(said)],
          overrides: events.map((event) => overrideOf(THEM, event)),
        };
        for (const dataClass of GrantedClass.options) {
          const sharing = sharingOf({ from: THEM, to: US, dataClass }, views, at);
          assert.equal(sharing.state === 'current', grants.classes.has(dataClass));
          if (sharing.state === 'current') {
            const untils = grants.grants.filter((one) => one.class === dataClass).map(({ until }) => until);
            assert.equal(sharing.until, untils.sort().at(-1));
          }
          if (sharing.state === 'ended') assert.ok(sharing.since <= at);
        }
      },
    ),
  );
});
