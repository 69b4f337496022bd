import { assert, scenario, suite } from '@siaga/testkit';
import {
  type Agreement,
  type AgreementCommand,
  type AgreementRow,
  type AgreementView,
  DocumentBody,
  DraftAgreement,
  ProposeClause,
  agreementInForce,
  agreementParties,
  agreementStatusAt,
  agreementView,
  decideAgreement,
  differenceBetween,
  evolveAgreement,
  foldAgreement,
  inForcePeriods,
  initialAgreement,
  versionStatus,
} from '../src/index.ts';
import * as x from './agreement-examples.ts';

const evolve = (state: Agreement, { by, event }: x.Said) => evolveAgreement(state, by, event);
const { given } = scenario<Agreement, x.Said, AgreementCommand>({
  initial: initialAgreement,
  evolve,
  decide: (command, state) => {
    const decision = decideAgreement(command, state);
    return decision.accepted
      ? { accepted: true, events: decision.events.map((event) => x.said(command.by, event)) }
      : decision;
  },
});
const stateOf = (...events: x.Said[]) => events.reduce(evolve, initialAgreement);
const costly = x.withTerms({ burdensBudget: true });
const reworded = x.withText('Biaya ditanggung masing-masing.');
const rehash = x.hashOf(reworded);
const late = '2027-09-10T00:00:00.000Z';

const drafting = suite('draft an agreement');
drafting('one regency drafts for another', () => given().when(x.draft()).then(x.drafted()));
drafting('an id that is in use is refused, by either', () => {
  given(x.drafted()).when(x.draft()).thenRejected('agreement_exists', {});
  given(x.drafted())
    .when(x.draft({ counterpart: x.OWNER }, x.OTHER))
    .thenRejected('agreement_exists', {});
});
drafting('with oneself is refused', () =>
  given()
    .when(x.draft({ counterpart: x.OWNER }))
    .thenRejected('agreement_needs_neighbour', { ours: x.OWNER }),
);
drafting('that ends before it begins is refused; one day is enough', () => {
  given()
    .when(x.draft({ document: x.withTerms({ from: '2026-09-10', to: '2026-09-09' }) }))
    .thenRejected('ends_before_it_begins', { start: '2026-09-10', until: '2026-09-09' });
  const day = x.withTerms({ from: '2026-09-10', to: '2026-09-10' });
  given()
    .when(x.draft({ document: day }))
    .then(x.drafted(day));
});
drafting('that is over before today is refused; today by WIB', () => {
  given()
    .when(x.draft({ document: x.withTerms({ from: '2026-08-01', to: '2026-08-31' }) }))
    .thenRejected('period_in_past', { until: '2026-08-31', today: x.today });
  const document = x.withTerms({ from: '2026-08-01', to: x.today });
  const at = '2026-09-01T17:00:00.000Z';
  given()
    .when({ ...x.draft({ document }), at })
    .thenRejected('period_in_past', { until: x.today, today: '2026-09-02' });
});
drafting('with a contact of neither party is refused', () => {
  const contacts = [{ regency: x.STRANGER, office: 'BPBD', channel: 'radio' }];
  given()
    .when(x.draft({ document: x.withTerms({ contacts }) }))
    .thenRejected('contact_not_a_party', { regency: x.STRANGER, parties: [x.OWNER, x.OTHER] });
});
drafting('a personal number in any text is refused, and the field named', () => {
  given()
    .when(x.draft({ document: x.withText('Hubungi +62 812 3456 7890') }))
    .thenRejected('personal_data_in_text', { field: 'document.clauses.biaya.text', found: 'phone' });
  const contacts = [{ regency: x.OWNER, office: 'BPBD', channel: '0812-3456-7890' }];
  given()
    .when(x.draft({ document: x.withTerms({ contacts }) }))
    .thenRejected('personal_data_in_text', { field: 'document.terms.contacts.0.channel', found: 'phone' });
  given(x.drafted(), x.proposed())
    .when({ ...x.decline(), body: { proposal: x.proposal, reason: 'NIK 6207051203850001' } })
    .thenRejected('personal_data_in_text', { field: 'reason', found: 'nik' });
});

const whose = suite('whose agreement it is');
const others: [string, AgreementCommand][] = [
  ['revise', x.revise({ document: reworded }, x.OTHER)],
  ['decline', x.decline(x.proposal, x.OTHER)],
];
for (const [verb, command] of others) {
  whose(`only the owner may ${verb}`, () =>
    given(x.drafted(), x.proposed())
      .when(command)
      .thenRejected('owner_only', {
        owner: x.OWNER,
        ours: x.OTHER,
        allowed: ['propose', 'comment', 'finalise', 'approve-dprd', 'sign', 'terminate'],
      }),
  );
}
const byStranger: AgreementCommand[] = [
  x.revise({}, x.STRANGER),
  x.propose({ change: 'remove', version: 1, clause: 'biaya', reason: 'tidak perlu' }, x.STRANGER),
  x.comment('biaya', 1, x.STRANGER),
  x.decline(x.proposal, x.STRANGER),
  x.finalise(x.STRANGER),
  x.approve(x.STRANGER),
  x.sign(x.STRANGER),
  x.terminate(x.STRANGER),
];
for (const command of byStranger) {
  whose(`a third regency may not ${command.type}`, () =>
    given(x.drafted())
      .when(command)
      .thenRejected('not_a_party', { parties: [x.OWNER, x.OTHER], ours: x.STRANGER }),
  );
  whose(`nobody may ${command.type} what nobody has drafted`, () =>
    given().when(command).thenRejected('agreement_unknown', {}),
  );
}
whose('drafted by two under one id it is nobody’s, and nothing is in force', () => {
  const second = x.said(x.OTHER, {
    type: 'AgreementDrafted',
    data: { occurredAt: x.now, counterpart: x.OWNER, version: 1, document: x.document, hash: x.hash },
  });
  const history = [x.drafted(), second, ...x.agreed()];
  given(...history)
    .when(x.sign())
    .thenRejected('agreement_unknown');
  assert.equal(agreementParties(stateOf(...history)), undefined);
  assert.deepEqual(inForcePeriods(stateOf(...history)), []);
});

whose('a second draft, and a version that is not above the last, change nothing', () => {
  const state = stateOf(x.drafted());
  const again = x.said(x.OWNER, {
    type: 'AgreementDrafted',
    data: {
      occurredAt: x.now,
      counterpart: x.STRANGER,
      version: 1,
      document: costly,
      hash: x.hashOf(costly),
    },
  });
  assert.deepEqual(stateOf(x.drafted(), again), state);
  assert.deepEqual(stateOf(x.drafted(), x.revised(1, costly)), state);
});

const talks = suite('talk about clauses');
const reword = {
  change: 'reword',
  version: 1,
  clause: 'biaya',
  text: 'Biaya ditanggung masing-masing.',
  reason: 'APBD kami terbatas',
} as const;
talks('both propose', () => {
  given(x.drafted()).when(x.propose(reword)).then(x.proposed());
  given(x.drafted()).when(x.propose(reword, x.OWNER)).then(x.proposed(x.OWNER));
});
talks('to add and to remove a clause, and about the terms', () => {
  const add = {
    change: 'add',
    version: 1,
    clause: 'sengketa',
    heading: 'Pasal 3',
    text: 'Musyawarah.',
    reason: 'perlu',
  } as const;
  const remove = { change: 'remove', version: 1, clause: 'biaya', reason: 'tidak perlu' } as const;
  const about = { ...reword, clause: 'terms', text: 'Paling lama 30 hari' } as const;
  for (const body of [add, remove, about]) {
    given(x.drafted())
      .when(x.propose(body))
      .then(
        x.said(x.OTHER, {
          type: 'ClauseProposed',
          data: { occurredAt: x.now, proposal: x.proposal, ...body },
        }),
      );
  }
  given(x.drafted())
    .when(x.propose({ ...add, clause: 'biaya' }))
    .thenRejected('clause_exists', { clause: 'biaya', version: 1 });
  given(x.drafted())
    .when(x.propose({ ...remove, clause: 'terms' }))
    .thenRejected('clause_unknown', { clause: 'terms', clauses: ['tujuan', 'biaya'] });
});
talks('a proposal sent twice stands once', () =>
  given(x.drafted(), x.proposed()).when(x.propose(reword)).thenNothing(),
);
talks('a clause that is not there is refused', () => {
  const facts = { clause: 'tidak-ada', clauses: ['tujuan', 'biaya'] };
  given(x.drafted())
    .when(x.propose({ ...reword, clause: 'tidak-ada' }))
    .thenRejected('clause_unknown', facts);
  given(x.drafted()).when(x.comment('tidak-ada')).thenRejected('clause_unknown', facts);
});
talks('what the clause says already is no proposal', () =>
  given(x.drafted())
    .when(x.propose({ ...reword, text: 'Biaya ditanggung peminta.' }))
    .thenRejected('proposal_changes_nothing', { clause: 'biaya', version: 1 }),
);
talks('both comment, on clauses, terms, and what is proposed to be added', () => {
  const added = x.said(x.OWNER, {
    type: 'ClauseProposed',
    data: {
      occurredAt: x.now,
      proposal: x.proposal,
      change: 'add',
      version: 1,
      clause: 'sengketa',
      heading: 'Pasal 3',
      text: 'Musyawarah.',
      reason: 'perlu',
    },
  });
  for (const clause of ['biaya', 'terms', 'sengketa']) {
    given(x.drafted(), added)
      .when(x.comment(clause))
      .then(
        x.said(x.OTHER, {
          type: 'ClauseCommented',
          data: { occurredAt: x.now, version: 1, clause, text: 'Mohon diperjelas' },
        }),
      );
  }
});
talks('on a version that is no longer, or not yet, the newest is refused', () => {
  const history = [x.drafted(), x.revised(2, reworded)];
  given(...history)
    .when(x.comment('biaya', 1))
    .thenRejected('version_outdated', { version: 1, newest: 2 });
  given(...history)
    .when(x.propose(reword))
    .thenRejected('version_outdated', { version: 1, newest: 2 });
  given(...history)
    .when(x.comment('biaya', 3))
    .thenRejected('version_unknown', { version: 3, newest: 2 });
});
talks('the owner declines a proposal, once', () => {
  given(x.drafted(), x.proposed()).when(x.decline()).then(x.declined());
  given(x.drafted(), x.proposed(), x.declined()).when(x.decline()).thenNothing();
  given(x.drafted()).when(x.decline()).thenRejected('proposal_unknown', { proposal: x.proposal });
  given(x.drafted(), x.proposed(), x.revised(2, reworded, 'revision', [x.proposal]))
    .when(x.decline())
    .thenRejected('proposal_settled', { proposal: x.proposal, adoptedIn: 2 });
});

const revising = suite('revise the text');
revising('the owner makes a version that takes up proposals', () =>
  given(x.drafted(), x.proposed())
    .when(x.revise({ document: reworded, adopts: [x.proposal, x.proposal] }))
    .then(x.revised(2, reworded, 'revision', [x.proposal])),
);
revising('a proposal that is unknown or settled is not taken up', () => {
  const adopts = [x.proposal];
  given(x.drafted())
    .when(x.revise({ document: reworded, adopts }))
    .thenRejected('proposal_unknown', { proposal: x.proposal });
  given(x.drafted(), x.proposed(), x.declined())
    .when(x.revise({ document: reworded, adopts }))
    .thenRejected('proposal_settled', { proposal: x.proposal, declined: 'Tidak sesuai aturan' });
  given(x.drafted(), x.proposed(), x.revised(2, reworded, 'revision', adopts))
    .when(x.revise({ document: x.document, adopts }))
    .thenRejected('proposal_settled', { proposal: x.proposal, adoptedIn: 2 });
});
revising('the same text again is nothing new', () =>
  given(x.drafted())
    .when(x.revise({ document: x.document }))
    .thenNothing(),
);
revising('the terms are looked at as in a draft', () =>
  given(x.drafted())
    .when(x.revise({ document: x.withTerms({ to: '2026-09-09' }) }))
    .thenRejected('ends_before_it_begins'),
);
revising('before both have signed there is nothing to amend or extend', () => {
  for (const kind of ['addendum', 'extension'] as const) {
    given(x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER), x.signed(x.OWNER))
      .when(x.revise({ kind, document: reworded }))
      .thenRejected('nothing_to_amend', { kind, allowed: ['revision'] });
  }
});
revising('what both have signed is changed by addendum, not by revision', () => {
  given(x.drafted(), ...x.agreed())
    .when(x.revise({ document: reworded }))
    .thenRejected('amend_by_addendum', { signed: 1, allowed: ['addendum', 'extension'] });
  given(x.drafted(), ...x.agreed())
    .when(x.revise({ kind: 'addendum', document: reworded }))
    .then(x.revised(2, reworded, 'addendum'));
});
revising('an extension ends later and changes no other term', () => {
  const longer = x.withTerms({ to: '2028-09-09' });
  const history = [x.drafted(), ...x.agreed()];
  given(...history)
    .when(x.revise({ kind: 'extension', document: longer }))
    .then(x.revised(2, longer, 'extension'));
  given(...history)
    .when(x.revise({ kind: 'extension', document: reworded }))
    .thenRejected('extension_not_longer', { until: '2027-09-09', standing: '2027-09-09' });
  given(...history)
    .when(x.revise({ kind: 'extension', document: x.withTerms({ to: '2028-09-09', whoPays: 'lending' }) }))
    .thenRejected('extension_changes_terms', { changed: ['whoPays'] });
});

const binding = suite('finalise, approve, sign');
binding('each finalises the text that it has read', () => {
  given(x.drafted()).when(x.finalise()).then(x.finalised(x.OWNER));
  given(x.drafted(), x.finalised(x.OWNER)).when(x.finalise(x.OTHER)).then(x.finalised(x.OTHER));
  given(x.drafted(), x.finalised(x.OWNER)).when(x.finalise()).thenNothing();
});
const named = { version: 1, hash: rehash };
binding('a hash that is not the version’s is refused', () => {
  const facts = { version: 1, named: rehash, owners: x.hash, computed: rehash };
  given(x.drafted()).when(x.finalise(x.OTHER, named)).thenRejected('hash_differs', facts);
  given(x.drafted()).when(x.approve(x.OTHER, named)).thenRejected('hash_differs', facts);
  given(x.drafted()).when(x.sign(x.OTHER, named)).thenRejected('hash_differs', facts);
});
binding('a text that came under another’s hash is refused', () => {
  const text = { version: 1, hash: x.hash };
  given(x.drafted())
    .when(x.finalise(x.OTHER, text, rehash))
    .thenRejected('hash_differs', { version: 1, named: x.hash, owners: x.hash, computed: rehash });
  given(x.drafted())
    .when({ ...x.finalise(x.OTHER, text), computed: undefined })
    .thenRejected('hash_differs', { version: 1, named: x.hash, owners: x.hash, computed: null });
});
binding('an outdated version is refused, and so is one that is not there', () => {
  const history = [x.drafted(), x.revised(2, reworded)];
  const old = { version: 1, hash: x.hash };
  const facts = { version: 1, newest: 2 };
  given(...history)
    .when(x.finalise(x.OTHER, old))
    .thenRejected('version_outdated', facts);
  given(...history)
    .when(x.approve(x.OTHER, old))
    .thenRejected('version_outdated', facts);
  given(...history)
    .when(x.sign(x.OTHER, old))
    .thenRejected('version_outdated', facts);
  given(...history)
    .when(x.finalise(x.OTHER, { version: 3, hash: x.hash }))
    .thenRejected('version_unknown', { version: 3, newest: 2 });
});
binding('signed is what both have finalised', () => {
  given(x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER)).when(x.sign()).then(x.signed(x.OWNER));
  given(x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER), x.signed(x.OWNER))
    .when(x.sign())
    .thenNothing();
  given(x.drafted(), x.finalised(x.OWNER))
    .when(x.sign())
    .thenRejected('not_finalised', { version: 1, missing: [x.OTHER] });
  given(x.drafted())
    .when(x.sign())
    .thenRejected('not_finalised', { version: 1, missing: [x.OWNER, x.OTHER] });
});
binding('a revision is to be finalised anew', () =>
  given(x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER), x.revised(2, reworded))
    .when(x.sign(x.OTHER, { version: 2, hash: rehash }))
    .thenRejected('not_finalised', { version: 2, missing: [x.OWNER, x.OTHER] }),
);
const text = { version: 1, hash: x.hashOf(costly) };
const bothFinal = [x.drafted(costly), x.finalised(x.OWNER, 1, costly), x.finalised(x.OTHER, 1, costly)];
binding('where it burdens the budget, the own DPRD approves before the signature', () => {
  given(...bothFinal)
    .when(x.sign(x.OWNER, text))
    .thenRejected('dprd_approval_missing', { version: 1 });
  given(...bothFinal, x.approved(x.OTHER, 1, costly))
    .when(x.sign(x.OWNER, text))
    .thenRejected('dprd_approval_missing', { version: 1 });
  given(...bothFinal)
    .when(x.approve(x.OWNER, text))
    .then(x.approved(x.OWNER, 1, costly));
  given(...bothFinal, x.approved(x.OWNER, 1, costly))
    .when(x.approve(x.OWNER, text))
    .thenNothing();
  given(...bothFinal, x.approved(x.OWNER, 1, costly))
    .when(x.sign(x.OWNER, text))
    .then(x.signed(x.OWNER, 1, costly));
});
binding('approval is for a final text that burdens the budget, and not of the future', () => {
  given(x.drafted()).when(x.approve()).thenRejected('dprd_not_needed', { version: 1 });
  given(x.drafted(costly), x.finalised(x.OWNER, 1, costly))
    .when(x.approve(x.OWNER, text))
    .thenRejected('not_finalised', { version: 1, missing: [x.OTHER] });
  given(...bothFinal)
    .when(x.approve(x.OWNER, { ...text, decidedOn: '2026-09-02' }))
    .thenRejected('time_in_future', { occurredAt: '2026-09-02', now: x.now });
});
binding('a signature of tomorrow is refused, and one of a text that is over', () => {
  const history = [x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER)];
  given(...history)
    .when(x.sign(x.OWNER, { version: 1, hash: x.hash, signedOn: '2026-09-02' }))
    .thenRejected('time_in_future', { occurredAt: '2026-09-02', now: x.now });
  given(...history)
    .when(x.sign(x.OWNER, { version: 1, hash: x.hash }, x.end))
    .thenRejected('agreement_expired', { until: '2027-09-09', today: '2027-09-10' });
});

const ending = suite('terminate, and what is over');
ending('either ends it, now or later', () => {
  given(x.drafted(), ...x.agreed())
    .when(x.terminate())
    .then(x.terminated(x.OWNER));
  given(x.drafted(), ...x.agreed())
    .when(x.terminate(x.OTHER, '2026-12-01T00:00:00.000Z'))
    .then(x.terminated(x.OTHER, '2026-12-01T00:00:00.000Z'));
  given(x.drafted()).when(x.terminate(x.OTHER)).then(x.terminated(x.OTHER));
});
ending('not in the past; a clock that is a minute behind does not matter', () => {
  given(x.drafted())
    .when(x.terminate(x.OWNER, '2026-09-01T07:58:59.999Z'))
    .thenRejected('termination_in_past', { effectiveAt: '2026-09-01T07:58:59.999Z', now: x.now });
  given(x.drafted())
    .when(x.terminate(x.OWNER, '2026-09-01T07:59:00.000Z'))
    .then(x.terminated(x.OWNER, '2026-09-01T07:59:00.000Z'));
});
ending('an end is brought forward, never put off, whoever set it', () => {
  const history = [x.drafted(), ...x.agreed(), x.terminated(x.OTHER, '2026-12-01T00:00:00.000Z')];
  given(...history)
    .when(x.terminate(x.OWNER, '2026-12-02T00:00:00.000Z'))
    .thenNothing();
  given(...history)
    .when(x.terminate(x.OWNER, '2026-12-01T00:00:00.000Z'))
    .thenNothing();
  given(...history)
    .when(x.terminate(x.OWNER, '2026-11-30T00:00:00.000Z'))
    .then(x.terminated(x.OWNER, '2026-11-30T00:00:00.000Z'));
});
const inTalks: AgreementCommand[] = [
  x.revise({ kind: 'addendum', document: reworded }),
  x.propose(reword),
  x.comment('biaya'),
  x.decline(),
  x.finalise(),
  x.approve(),
  x.sign(),
];
for (const command of inTalks) {
  ending(`nobody may ${command.type} once it is ended, also to a later time`, () =>
    given(x.drafted(), ...x.agreed(), x.terminated(x.OTHER, '2026-12-01T00:00:00.000Z'))
      .when(command)
      .thenRejected('agreement_terminated', { effectiveAt: '2026-12-01T00:00:00.000Z' }),
  );
  ending(`nobody may ${command.type} once it has run out`, () =>
    given(x.drafted(), ...x.agreed())
      .when({ ...command, at: x.end })
      .thenRejected('agreement_expired', { until: '2027-09-09', today: '2027-09-10' }),
  );
}
ending('what has run out is not terminated', () =>
  given(x.drafted(), ...x.agreed())
    .when(x.terminate(x.OWNER, undefined, x.end))
    .thenRejected('agreement_expired', { until: '2027-09-09', today: '2027-09-10' }),
);

const force = suite('in force');
const at = (state: Agreement, instant: string) => agreementInForce(state, instant)?.version;
const beforeEnd = '2027-09-09T16:59:59.999Z';
force('from the first to the last day, by WIB', () => {
  const state = stateOf(x.drafted(), ...x.agreed());
  assert.equal(at(state, '2026-09-09T16:59:59.999Z'), undefined);
  assert.deepEqual(agreementInForce(state, x.begin), {
    owner: x.OWNER,
    counterpart: x.OTHER,
    version: 1,
    hash: x.hash,
    document: x.document,
    from: x.begin,
    until: x.end,
  });
  assert.equal(at(state, beforeEnd), 1);
  assert.equal(at(state, x.end), undefined);
});
force('not with one signature, nor with two under different hashes, nor of different versions', () => {
  const wrong = x.said(x.OTHER, {
    type: 'AgreementSigned',
    data: { occurredAt: x.now, version: 1, hash: rehash, signedOn: x.today },
  });
  const later = x.said(x.OTHER, {
    type: 'AgreementSigned',
    data: { occurredAt: x.now, version: 2, hash: x.hash, signedOn: x.today },
  });
  assert.equal(at(stateOf(x.drafted(), x.signed(x.OWNER)), x.begin), undefined);
  assert.equal(at(stateOf(x.drafted(), x.signed(x.OTHER)), x.begin), undefined);
  assert.equal(at(stateOf(x.drafted(), x.signed(x.OWNER), wrong), x.begin), undefined);
  assert.equal(at(stateOf(x.drafted(), x.signed(x.OWNER), later), x.begin), undefined);
  assert.equal(at(stateOf(x.drafted(), x.signed(x.OWNER), x.signed(x.STRANGER)), x.begin), undefined);
});
force('two signatures that agree on a hash which is not the version’s are worth nothing', () => {
  const sign = (by: string) =>
    x.said(by, {
      type: 'AgreementSigned',
      data: { occurredAt: x.now, version: 1, hash: rehash, signedOn: x.today },
    });
  assert.equal(at(stateOf(x.drafted(), sign(x.OWNER), sign(x.OTHER)), x.begin), undefined);
});
force('a signature that crosses a revision: the signed text is in force, the revision a draft', () => {
  const state = stateOf(
    x.drafted(),
    x.finalised(x.OWNER),
    x.finalised(x.OTHER),
    x.signed(x.OWNER),
    x.revised(2, reworded),
    x.signed(x.OTHER),
  );
  assert.equal(at(state, x.begin), 1);
});
const shorter = x.withTerms({ from: '2026-12-01', to: '2027-02-28' }, reworded);
const change = '2026-11-30T17:00:00.000Z';
const shortEnd = '2027-02-28T17:00:00.000Z';
force('the earlier stays in force until the later is, and does not come back after it', () => {
  const half = [x.drafted(), ...x.agreed(), x.revised(2, shorter, 'addendum'), x.signed(x.OWNER, 2, shorter)];
  assert.deepEqual(inForcePeriods(stateOf(...half)), [
    { version: 1, hash: x.hash, from: x.begin, until: x.end },
  ]);
  const state = stateOf(...half, x.signed(x.OTHER, 2, shorter));
  assert.deepEqual(inForcePeriods(state), [
    { version: 1, hash: x.hash, from: x.begin, until: change },
    { version: 2, hash: x.hashOf(shorter), from: change, until: shortEnd },
  ]);
  assert.equal(at(state, '2027-03-01T00:00:00.000Z'), undefined);
});
force('an extension that begins when the first did takes its place at once', () => {
  const longer = x.withTerms({ to: '2028-09-09' });
  const state = stateOf(
    x.drafted(),
    ...x.agreed(),
    x.revised(2, longer, 'extension'),
    ...x.agreed(2, longer),
  );
  assert.equal(at(state, x.begin), 2);
  assert.equal(at(state, x.end), 2);
  assert.equal(inForcePeriods(state).length, 1);
});
force('the earliest termination of either ends it', () => {
  const december = '2026-12-01T00:00:00.000Z';
  const history = [x.drafted(), ...x.agreed(), x.terminated(x.OTHER, '2027-01-01T00:00:00.000Z')];
  const state = stateOf(...history, x.terminated(x.OWNER, december));
  assert.deepEqual(inForcePeriods(state), [{ version: 1, hash: x.hash, from: x.begin, until: december }]);
  assert.deepEqual(inForcePeriods(stateOf(...history, x.terminated(x.OWNER, x.now))), []);
});

const picture = suite('the view of an agreement');
const rowOf = (events: x.Said[]): AgreementRow => {
  const sequences: Record<string, number> = {};
  let row: AgreementRow | undefined;
  for (const { by, event } of events) {
    const sequence = (sequences[by] ?? 0) + 1;
    sequences[by] = sequence;
    row = foldAgreement(row, event, {
      id: 'a',
      regency: by,
      revision: sequence,
      sequence,
      recordedAt: x.now,
    });
  }
  assert.ok(row);
  return row;
};
const viewOf = (...events: x.Said[]): AgreementView => {
  const view = agreementView(rowOf(events));
  assert.ok(view);
  return view;
};
const commented = x.said(x.OTHER, {
  type: 'ClauseCommented',
  data: { occurredAt: x.now, version: 1, clause: 'terms', text: 'Terlalu lama' },
});
picture('there is none while the draft is not known; what came before it is not lost', () => {
  assert.equal(agreementView(rowOf([x.proposed()])), undefined);
  assert.deepEqual(
    viewOf(x.proposed(), commented, x.drafted()),
    viewOf(x.drafted(), x.proposed(), commented),
  );
});
picture('an event that comes twice stands once', () => {
  const row = rowOf([x.drafted(), x.proposed()]);
  const place = { id: 'a', regency: x.OTHER, revision: 1, sequence: 1, recordedAt: x.now };
  assert.strictEqual(foldAgreement(row, x.proposed().event, place), row);
});
picture('versions with who finalised, approved and signed what, and on which day', () => {
  const view = viewOf(...bothFinal, x.approved(x.OWNER, 1, costly), x.signed(x.OWNER, 1, costly));
  const [version] = view.versions;
  const mark = { regency: x.OWNER, same: true, occurredAt: x.now, recordedAt: x.now };
  assert.deepEqual(
    version?.finalised.map(({ regency, sequence, same }) => [regency, sequence, same]),
    [
      [x.OTHER, 1, true],
      [x.OWNER, 2, true],
    ],
  );
  assert.deepEqual(version?.approved, [
    { ...mark, sequence: 3, on: x.today, decision: 'Keputusan DPRD 12/2026' },
  ]);
  assert.deepEqual(version?.signed, [{ ...mark, sequence: 4, on: x.today }]);
  assert.equal(version && versionStatus(view, version), 'half-signed');
});
picture('a mark on another text is shown as such and does not count', () => {
  const view = viewOf(x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER, 1, reworded));
  const [version] = view.versions;
  assert.deepEqual(version?.finalised.map(({ same }) => same).sort(), [false, true]);
  assert.equal(version && versionStatus(view, version), 'talks');
});
picture('each clause with its history, proposals with their answers, and comments', () => {
  const removed = { ...reworded, clauses: reworded.clauses.filter(({ id }) => id !== 'tujuan') };
  const second = x.proposed(x.OWNER, x.proposal2);
  const view = viewOf(
    x.drafted(),
    x.proposed(),
    second,
    commented,
    x.revised(2, reworded, 'revision', [x.proposal]),
    x.declined(x.proposal2),
    x.revised(3, removed),
  );
  assert.deepEqual(
    view.clauses.map(({ id, history }) => [
      id,
      history.map(({ version, clause }) => [version, clause?.text]),
    ]),
    [
      [
        'tujuan',
        [
          [1, 'Para pihak saling membantu.'],
          [3, undefined],
        ],
      ],
      [
        'biaya',
        [
          [1, 'Biaya ditanggung peminta.'],
          [2, 'Biaya ditanggung masing-masing.'],
        ],
      ],
      ['terms', []],
    ],
  );
  assert.deepEqual(
    view.clauses[1]?.proposals.map(({ proposal, regency, answer }) => [proposal, regency, answer]),
    [
      [x.proposal, x.OTHER, { state: 'adopted', version: 2, sequence: 3, recordedAt: x.now }],
      [
        x.proposal2,
        x.OWNER,
        { state: 'declined', reason: 'Tidak sesuai aturan', sequence: 4, recordedAt: x.now },
      ],
    ],
  );
  assert.deepEqual(
    view.clauses[2]?.comments.map(({ text: said }) => said),
    ['Terlalu lama'],
  );
});
picture('the word for where it stands', () => {
  const word = (instant: string, ...events: x.Said[]) => agreementStatusAt(viewOf(...events), instant).status;
  const final = [x.drafted(), x.finalised(x.OWNER), x.finalised(x.OTHER)];
  const both = [...final, x.signed(x.OWNER), x.signed(x.OTHER)];
  assert.equal(word(x.now, x.drafted()), 'talks');
  assert.equal(word(x.now, x.drafted(), x.finalised(x.OWNER)), 'talks');
  assert.equal(word(x.now, ...final), 'finalised');
  assert.equal(word(x.now, ...final, x.signed(x.OTHER)), 'half-signed');
  assert.equal(word(x.now, ...both), 'signed');
  assert.equal(word(x.begin, ...both), 'in-force');
  assert.equal(word(x.begin, ...both, x.revised(2, reworded, 'addendum')), 'in-force');
  assert.equal(word(late, ...both), 'expired');
  const ended = x.terminated(x.OTHER, '2026-12-01T00:00:00.000Z');
  assert.equal(word('2026-11-30T00:00:00.000Z', ...both, ended), 'in-force');
  assert.equal(word('2026-12-01T00:00:00.000Z', ...both, ended), 'terminated');
  assert.equal(word(x.now, x.drafted(), x.terminated(x.OWNER)), 'terminated');
});

const difference = suite('the difference between two texts');
difference('none between equal ones', () =>
  assert.deepEqual(differenceBetween(x.document, structuredClone(x.document)), { clauses: [], terms: [] }),
);
difference('clauses added, removed and changed, terms, title, order', () => {
  const [tujuan, biaya] = x.document.clauses;
  assert.ok(tujuan && biaya);
  const baru = { id: 'baru', heading: 'Pasal 3', text: 'Musyawarah.' };
  const is = {
    ...x.withTerms({ whoPays: 'lending', resourceKinds: ['rubber-boat'] }),
    title: 'Judul lain',
    clauses: [{ ...biaya, text: 'Lain.' }, baru],
  };
  assert.deepEqual(differenceBetween(x.document, is), {
    title: { was: x.document.title, is: 'Judul lain' },
    clauses: [
      { id: 'biaya', change: 'changed', was: biaya, is: { ...biaya, text: 'Lain.' } },
      { id: 'baru', change: 'added', is: baru },
      { id: 'tujuan', change: 'removed', was: tujuan },
    ],
    terms: [
      { term: 'resourceKinds', was: ['field-kitchen', 'rubber-boat'], is: ['rubber-boat'] },
      { term: 'whoPays', was: 'asking', is: 'lending' },
    ],
  });
  assert.deepEqual(differenceBetween(x.document, { ...x.document, clauses: [biaya, tujuan] }), {
    clauses: [],
    order: { was: ['tujuan', 'biaya'], is: ['biaya', 'tujuan'] },
    terms: [],
  });
});

const bodies = suite('bodies of agreement commands');
const reads = (change: object) => DocumentBody.safeParse({ ...x.document, ...change }).success;
const clause = x.document.clauses[0];
bodies('a document as above is read as it is', () => {
  assert.deepEqual(DocumentBody.parse(x.document), x.document);
  assert.ok(DraftAgreement.safeParse({ counterpart: x.OTHER, document: x.document }).success);
});
bodies('the same set of classes and kinds is the same text, in whatever order', () => {
  const shuffled = {
    ...x.terms,
    dataClasses: ['resources', 'mutual-aid', 'resources'],
    resourceKinds: ['rubber-boat', 'field-kitchen'],
  };
  assert.deepEqual(DocumentBody.parse({ ...x.document, terms: shuffled }), x.document);
});
bodies('sizes are bounded', () => {
  const clauses = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: `pasal-${index}`,
      heading: 'P',
      text: 'a'.repeat(length),
    }));
  assert.ok(reads({ clauses: clauses(100, 1500) }) && !reads({ clauses: clauses(101, 1) }));
  assert.ok(!reads({ clauses: clauses(100, 1501) }) && !reads({ clauses: clauses(1, 8001) }));
  assert.ok(!reads({ clauses: [] }) && !reads({ title: 'a'.repeat(301) }));
});
bodies('a clause has an id of its own, which is not the terms’', () => {
  assert.ok(!reads({ clauses: [clause, clause] }));
  assert.ok(!reads({ clauses: [{ ...clause, id: 'terms' }] }));
  assert.ok(!reads({ clauses: [{ ...clause, id: 'Pasal 1' }] }));
  const add = { change: 'add', version: 1, heading: 'P', text: 'teks', reason: 'perlu' };
  assert.ok(ProposeClause.safeParse({ ...add, clause: 'baru' }).success);
  assert.ok(!ProposeClause.safeParse({ ...add, clause: 'terms' }).success);
});
bodies('half a character has no canonical form and is refused', () =>
  assert.ok(!reads({ clauses: [{ ...clause, text: 'a\ud800b' }] })),
);
bodies('terms: what may be granted, days that exist, numbers in bounds', () => {
  const terms = (change: object) => reads({ terms: { ...x.terms, ...change } });
  assert.ok(!terms({ dataClasses: [] }) && !terms({ dataClasses: ['public'] }));
  assert.ok(!terms({ dataClasses: ['local'] }) && !terms({ resourceKinds: ['tank'] }));
  assert.ok(terms({ resourceKinds: [] }) && !terms({ contacts: [] }));
  assert.ok(!terms({ from: '2026-02-30' }) && !terms({ to: '9999-12-31' }) && !terms({ from: '1999-12-31' }));
  assert.ok(!terms({ longestDeploymentDays: 0 }) && !terms({ responseMinutes: 0.5 }));
});
