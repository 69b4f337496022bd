import { scenario, suite } from '@siaga/testkit';
import {
  type IncidentEvent,
  type IncidentStatus,
  decideIncident,
  evolveIncident,
  initialIncident,
} from '../src/index.ts';
import * as x from './examples.ts';

const { given } = scenario({ initial: initialIncident, evolve: evolveIncident, decide: decideIncident });

const report = suite('report an incident');

report('a first report, with where, when, and whom it touches', () =>
  given()
    .when(x.report({ place: { village: x.village, point: [112.1, -1.2] }, touches: [x.THEIRS] }))
    .then(x.reported({ point: [112.1, -1.2], touches: [x.THEIRS, x.OURS] })),
);
report('what is counted in the neighbour’s village touches the neighbour', () => {
  const figures = [{ place: x.theirVillage, counts: { affectedPersons: 3 } }];
  given()
    .when(x.report({ figures }))
    .then(x.reported({ figures, touches: [x.THEIRS, x.OURS] }));
});
report('for a district where the village is not known', () =>
  given()
    .when(x.report({ place: { district: x.district } }))
    .then(x.reported({ place: x.district })),
);
report('twice is refused', () =>
  given(x.reported()).when(x.report()).thenRejected('already_reported', { status: 'reported' }),
);
report('of a place that is the neighbour’s is refused', () =>
  given()
    .when(x.report({ place: { village: x.theirVillage } }))
    .thenRejected('place_not_ours', { place: x.theirVillage, owner: x.THEIRS, ours: x.OURS }),
);
report('of a district that is the neighbour’s is refused', () =>
  given()
    .when(x.report({ place: { district: '62.02.06' } }))
    .thenRejected('place_not_ours', { place: '62.02.06', owner: x.THEIRS, ours: x.OURS }),
);
report('of the future is refused; a clock that is 60 s ahead is not', () => {
  given()
    .when(x.report({ occurredAt: '2026-09-07T12:01:00.001Z' }))
    .thenRejected('time_in_future', { occurredAt: '2026-09-07T12:01:00.001Z', now: x.now });
  given()
    .when(x.report({ occurredAt: '2026-09-07T12:01:00.000Z' }))
    .then(x.reported({ occurredAt: '2026-09-07T12:01:00.000Z' }));
});

const lifecycle = suite('every verb in every status');

type Outcome = IncidentEvent | 'already so' | 'refused';
const assessed = x.assessed(x.t1, [{ place: x.village, counts: { displacedPersons: 40 } }]);
const so = 'already so';
const no = 'refused';
/** What each verb gives in each status. `withdrawSame` withdraws what was not declared, so it never has an event here. */
const matrix: Record<Exclude<x.Verb, 'report'>, Record<IncidentStatus, Outcome>> = {
  verify: {
    reported: x.verified,
    verified: so,
    dismissed: no,
    active: so,
    contained: so,
    closed: no,
    merged: no,
  },
  dismiss: {
    reported: x.dismissed,
    verified: x.dismissed,
    dismissed: so,
    active: no,
    contained: no,
    closed: no,
    merged: no,
  },
  assess: {
    reported: assessed,
    verified: assessed,
    dismissed: no,
    active: assessed,
    contained: assessed,
    closed: no,
    merged: no,
  },
  contain: {
    reported: no,
    verified: x.contained,
    dismissed: no,
    active: x.contained,
    contained: so,
    closed: no,
    merged: no,
  },
  close: {
    reported: no,
    verified: no,
    dismissed: no,
    active: no,
    contained: x.closed,
    closed: so,
    merged: no,
  },
  reopen: {
    reported: so,
    verified: so,
    dismissed: x.reopened,
    active: so,
    contained: x.reopened,
    closed: x.reopened,
    merged: no,
  },
  merge: {
    reported: x.merged,
    verified: x.merged,
    dismissed: no,
    active: x.merged,
    contained: x.merged,
    closed: x.merged,
    merged: so,
  },
  unmerge: {
    reported: so,
    verified: so,
    dismissed: so,
    active: so,
    contained: so,
    closed: so,
    merged: x.mergeUndone,
  },
  declareSame: {
    reported: x.sameDeclared,
    verified: x.sameDeclared,
    dismissed: no,
    active: x.sameDeclared,
    contained: x.sameDeclared,
    closed: x.sameDeclared,
    merged: no,
  },
  withdrawSame: {
    reported: so,
    verified: so,
    dismissed: no,
    active: so,
    contained: so,
    closed: so,
    merged: no,
  },
};
for (const [verb, row] of Object.entries(matrix)) {
  for (const [status, expected] of Object.entries(row)) {
    const command = x.plain[verb as keyof typeof matrix];
    const name =
      typeof expected === 'string'
        ? `${verb} when ${status}: ${expected}`
        : `${verb} when ${status}: ${expected.type}`;
    lifecycle(name, () => {
      const outcome = given(...x.historyOf[status as IncidentStatus]).when(command);
      if (expected === so) outcome.thenNothing();
      else if (expected === no) outcome.thenRejected('not_allowed_in_status');
      else outcome.then(expected);
    });
  }
  lifecycle(`${verb} of what was never reported`, () =>
    given()
      .when(x.plain[verb as keyof typeof matrix])
      .thenRejected('incident_unknown', {}),
  );
}
for (const [status, history] of Object.entries(x.historyOf)) {
  lifecycle(`report when ${status}: refused`, () =>
    given(...history)
      .when(x.report())
      .thenRejected('already_reported', { status }),
  );
}
lifecycle('a refusal says which statuses the verb needs', () =>
  given(...x.historyOf.reported)
    .when(x.plain.close)
    .thenRejected('not_allowed_in_status', {
      command: 'close',
      status: 'reported',
      allowedIn: ['contained'],
    }),
);
lifecycle('a first assessment of what is verified makes it active, of what is only reported does not', () => {
  given(x.reported(), x.verified, assessed).when(x.plain.verify).thenNothing();
  given(x.reported(), assessed).when(x.plain.verify).then(x.verified);
});
lifecycle('reopened after a dismissal it is reported again, after closing active', () => {
  given(...x.historyOf.dismissed, x.reopened)
    .when(x.plain.verify)
    .then(x.verified);
  given(...x.historyOf.closed, x.reopened)
    .when(x.plain.contain)
    .then(x.contained);
});
lifecycle('a note and the time given stand in the event', () => {
  given(x.reported())
    .when(x.verify({ note: 'dilihat TRC', occurredAt: x.t1 }))
    .then({ type: 'IncidentVerified', data: { occurredAt: x.t1, note: 'dilihat TRC' } });
});
lifecycle('no verb takes a time in the future', () => {
  for (const verb of [
    'verify',
    'dismiss',
    'contain',
    'close',
    'reopen',
    'unmerge',
    'merge',
    'declareSame',
    'withdrawSame',
  ] as const) {
    const occurredAt = '2026-09-08T00:00:00.000Z';
    const command = x.plain[verb];
    given(...x.historyOf.active)
      .when({ ...command, body: { ...command.body, occurredAt } } as typeof command)
      .thenRejected('time_in_future', { occurredAt, now: x.now });
  }
  given(...x.historyOf.active)
    .when(x.update('2026-09-08T00:00:00.000Z', [{ place: x.village, counts: { dead: 0 } }]))
    .thenRejected('time_in_future');
});

const figures = suite('figures: counted, nil, pending; update and correction');
const at = (place: string, displacedPersons: number | 'pending') => [{ place, counts: { displacedPersons } }];
const reportedWith = (count: number | 'pending') => x.reported({ figures: at(x.village, count) });

figures('a first count, nil, and pending are three different things', () => {
  given(x.reported())
    .when(x.update(x.t1, at(x.village, 0)))
    .then(x.assessed(x.t1, at(x.village, 0)));
  given(reportedWith('pending'))
    .when(x.update(x.t1, at(x.village, 0)))
    .then(x.assessed(x.t1, at(x.village, 0)));
  given(reportedWith(0))
    .when(x.update(x.t0, at(x.village, 'pending')))
    .then(x.assessed(x.t0, at(x.village, 'pending')));
});
figures('the same count of the same observation changes nothing', () =>
  given(reportedWith(12))
    .when(x.update(x.t0, at(x.village, 12)))
    .thenNothing(),
);
figures('the same count observed later is news: it was still so', () =>
  given(reportedWith(12))
    .when(x.update(x.t1, at(x.village, 12)))
    .then(x.assessed(x.t1, at(x.village, 12))),
);
figures('only what changes is left in an update', () =>
  given(x.reported({ figures: [{ place: x.village, counts: { dead: 0, displacedPersons: 5 } }] }))
    .when(
      x.update(x.t0, [
        { place: x.village, counts: { dead: 0, displacedPersons: 6 } },
        { place: x.village2, counts: { dead: 'pending' } },
      ]),
    )
    .then(
      x.assessed(x.t0, [
        { place: x.village, counts: { displacedPersons: 6 } },
        { place: x.village2, counts: { dead: 'pending' } },
      ]),
    ),
);
figures('an older observation that arrives late is kept, and does not undo the newer', () => {
  const newer = x.assessed(x.t2, at(x.village, 25));
  const late = x.assessed(x.t1, at(x.village, 10));
  given(x.reported(), newer)
    .when(x.update(x.t1, at(x.village, 10)))
    .then(late);
  given(x.reported(), newer, late)
    .when(x.correct(at(x.village, 20)))
    .then({
      type: 'IncidentCorrected',
      data: {
        occurredAt: x.now,
        reason: 'salah hitung',
        corrections: [{ place: x.village, measure: 'displacedPersons', was: 25, is: 20 }],
      },
    });
});
figures('a correction keeps what it corrects, and the time of the observation', () => {
  const corrected: IncidentEvent = {
    type: 'IncidentCorrected',
    data: {
      occurredAt: x.now,
      reason: 'salah hitung',
      corrections: [{ place: x.village, measure: 'displacedPersons', was: 52, is: 25 }],
    },
  };
  given(reportedWith(52))
    .when(x.correct(at(x.village, 25)))
    .then(corrected);
  given(reportedWith(52), corrected)
    .when(x.update(x.t0, at(x.village, 25)))
    .thenNothing();
  given(reportedWith(52), corrected)
    .when(x.correct(at(x.village, 25)))
    .thenNothing();
});
figures('a correction needs a figure to correct', () => {
  given(x.reported())
    .when(x.correct(at(x.village, 25)))
    .thenRejected('nothing_to_correct', { place: x.village, measure: 'displacedPersons' });
  given(reportedWith(52))
    .when(x.correct([{ place: x.village, counts: { dead: 0 } }]))
    .thenRejected('nothing_to_correct', { place: x.village, measure: 'dead' });
});
figures('a closed incident takes corrections, no updates', () => {
  const history = [reportedWith(52), x.verified, x.contained, x.closed];
  given(...history)
    .when(x.correct(at(x.village, 52)))
    .thenNothing();
  given(...history)
    .when(x.update(x.t1, at(x.village, 53)))
    .thenRejected('not_allowed_in_status');
  for (const status of ['dismissed', 'merged'] as const) {
    given(...x.historyOf[status])
      .when(x.correct(at(x.village, 1)))
      .thenRejected('not_allowed_in_status');
  }
});
figures('details alone are an assessment, and said again they are already so', () => {
  const details = { waterLevelCm: 120, needs: 'perahu karet' };
  given(x.reported())
    .when(x.update(x.t1, [], details))
    .then(x.assessed(x.t1, [], details));
  given(x.reported(), x.assessed(x.t1, [], details))
    .when(x.update(x.t1, [], details))
    .thenNothing();
  given(x.reported(), x.assessed(x.t1, [], details))
    .when(x.update(x.t1, [], { ...details, waterLevelCm: 130 }))
    .then(x.assessed(x.t1, [], { waterLevelCm: 130 }));
});

const merging = suite('merge and undo');
merging('into itself is refused', () => {
  given(x.reported()).when(x.merge(x.self)).thenRejected('merge_into_itself', { into: x.self });
});
for (const status of ['none', 'merged', 'dismissed']) {
  merging(`into one that is ${status} is refused`, () =>
    given(x.reported())
      .when(x.merge(x.other, { id: x.other, status }))
      .thenRejected('merge_target_unfit', { into: x.other, status }),
  );
}
merging('with a target that is not the one named is refused', () =>
  given(x.reported())
    .when(x.merge(x.other, { id: x.theirs, status: 'active' }))
    .thenRejected('merge_target_unfit'),
);
merging('again into the same is already so, into another is refused', () => {
  given(x.reported(), x.merged).when(x.merge()).thenNothing();
  given(x.reported(), x.merged)
    .when(x.merge(x.theirs, { id: x.theirs, status: 'active' }))
    .thenRejected('merged_elsewhere', { into: x.other });
});
for (const status of ['reported', 'verified', 'active', 'contained', 'closed'] as const) {
  merging(`undone it is ${status} as before`, () => {
    const history = [...x.historyOf[status], x.merged, x.mergeUndone];
    given(...history)
      .when(x.unmerge())
      .thenNothing();
    for (const [verb, row] of Object.entries(matrix)) {
      const outcome = given(...history).when(x.plain[verb as keyof typeof matrix]);
      const expected = row[status];
      if (expected === so) outcome.thenNothing();
      else if (expected === no) outcome.thenRejected('not_allowed_in_status');
      else outcome.then(expected);
    }
  });
}

const same = suite('the same event on both sides');
same('declared once, again is already so, withdrawn it may be declared anew', () => {
  given(x.reported()).when(x.declareSame()).then(x.sameDeclared);
  given(x.reported(), x.sameDeclared).when(x.declareSame()).thenNothing();
  given(x.reported(), x.sameDeclared).when(x.withdrawSame()).then(x.sameWithdrawn);
  given(x.reported(), x.sameDeclared, x.sameWithdrawn).when(x.withdrawSame()).thenNothing();
  given(x.reported(), x.sameDeclared, x.sameWithdrawn).when(x.declareSame()).then(x.sameDeclared);
});
same('with an incident of one’s own is refused: that is a merge', () => {
  given(x.reported())
    .when(x.declareSame(x.OURS, x.other))
    .thenRejected('same_needs_neighbour', { regency: x.OURS });
  given(x.reported())
    .when(x.withdrawSame(x.OURS, x.other))
    .thenRejected('same_needs_neighbour', { regency: x.OURS });
});
same('with two neighbours’ incidents', () =>
  given(x.reported(), x.sameDeclared)
    .when(x.declareSame('62.06', x.other))
    .then({ type: 'IncidentSameDeclared', data: { occurredAt: x.now, regency: '62.06', incident: x.other } }),
);

const personal = suite('personal numbers in what is shared');
const nik = '6207051203850001';
personal('no text of any command carries one', () => {
  given()
    .when(x.report({ chronology: `Korban ${nik}` }))
    .thenRejected('personal_data_in_text', { field: 'chronology', found: 'nik' });
  given()
    .when(x.report({ source: 'Pak RT 0812-3456-7890' }))
    .thenRejected('personal_data_in_text', { field: 'source', found: 'phone' });
  given()
    .when(x.report({ details: { needs: 'hubungi +62 812 3456 7890' } }))
    .thenRejected('personal_data_in_text', { field: 'needs', found: 'phone' });
  given(x.reported())
    .when(x.verify({ note: nik }))
    .thenRejected('personal_data_in_text', { field: 'note', found: 'nik' });
  given(x.reported())
    .when(x.update(x.t1, [], { recommendation: nik }))
    .thenRejected('personal_data_in_text', { field: 'recommendation', found: 'nik' });
  given(x.reported({ figures: at(x.village, 1) }))
    .when(x.correct(at(x.village, 2), `NIK ${nik} dihitung dua kali`))
    .thenRejected('personal_data_in_text', { field: 'reason', found: 'nik' });
  for (const verb of ['dismiss', 'reopen', 'merge', 'unmerge', 'withdrawSame'] as const) {
    const command = x.plain[verb];
    given(...x.historyOf.active)
      .when({ ...command, body: { ...command.body, reason: `lihat ${nik}` } } as typeof command)
      .thenRejected('personal_data_in_text', { field: 'reason', found: 'nik' });
  }
});
personal('bug: an id whose digits look like a phone number is no personal data', () => {
  const into = '01990000-6281-7123-8456-081234567890';
  given(x.reported())
    .when(x.merge(into))
    .then({ type: 'IncidentMerged', data: { occurredAt: x.now, into, reason: 'laporan ganda' } });
  given(x.reported())
    .when(x.declareSame(x.THEIRS, into))
    .then({ type: 'IncidentSameDeclared', data: { occurredAt: x.now, regency: x.THEIRS, incident: into } });
});
