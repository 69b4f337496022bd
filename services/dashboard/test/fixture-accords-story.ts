/** What the pages of agreements and emergency statuses show: a year of two regencies, told as commands. */
import type { AgreementDocument } from '@siaga/domain';
import type { FixtureSite } from './fixture-site.ts';

const SERUYAN = '62.07';
const KOTIM = '62.02';
const DAY_MS = 86_400_000;

/** The day by WIB, `days` after `now`. */
export const dayFrom = (now: number, days: number): string =>
  new Date(now + days * DAY_MS + 7 * 3_600_000).toISOString().slice(0, 10);

export const documentFrom = (
  now: number,
  change: Partial<AgreementDocument['terms']> = {},
): AgreementDocument => ({
  title:
    'Perjanjian Kerja Sama Bantuan Penanggulangan Bencana antara Kabupaten Seruyan dan Kabupaten Kotawaringin Timur',
  clauses: [
    {
      id: 'maksud',
      heading: 'Maksud dan Tujuan',
      text: '(1) Perjanjian ini dimaksudkan sebagai dasar saling membantu dalam penanggulangan bencana di wilayah perbatasan kedua kabupaten.\n(2) Tujuannya agar personel, peralatan, dan logistik dapat digerakkan dengan cepat melintasi batas kabupaten.',
    },
    {
      id: 'tata-cara',
      heading: 'Tata Cara Permintaan dan Penawaran',
      text: 'Permintaan disampaikan oleh Pusdalops pihak yang membutuhkan dan dijawab dalam dua jam.',
    },
    {
      id: 'biaya',
      heading: 'Pembiayaan',
      text: 'Biaya operasi selama penugasan ditanggung oleh pihak yang meminta. Kerusakan diganti, kecuali karena keausan wajar.',
    },
  ],
  terms: {
    dataClasses: ['mutual-aid', 'resources'],
    resourceKinds: ['field-kitchen', 'outboard-motor', 'rubber-boat', 'water-pump'],
    longestDeploymentDays: 14,
    whoPays: 'asking',
    contacts: [
      { regency: SERUYAN, office: 'Pusdalops BPBD Seruyan', channel: 'Radio VHF kanal 7' },
      { regency: KOTIM, office: 'Pusdalops BPBD Kotawaringin Timur', channel: 'Radio VHF kanal 9' },
    ],
    responseMinutes: 120,
    from: dayFrom(now, -30),
    to: dayFrom(now, 335),
    burdensBudget: true,
    ...change,
  },
});

const reworded = (document: AgreementDocument, id: string, text: string): AgreementDocument => ({
  ...document,
  clauses: document.clauses.map((clause) => (clause.id === id ? { ...clause, text } : clause)),
});

export interface AccordsStory {
  /** Ours, in force with version 2; version 3 is an addendum under discussion, with an open proposal of theirs. */
  agreement: string;
  /** Drafted by the neighbour, still talked about. */
  theirs: string;
}

export const tellAccords = ({ accords }: FixtureSite, now: number): AccordsStory => {
  const ago = (days: number) => new Date(now - days * DAY_MS).toISOString();
  const first = documentFrom(now);
  const agreement = accords.agreement(
    SERUYAN,
    { type: 'draft', body: { counterpart: KOTIM, document: first } },
    ago(60),
  );
  const act = (by: string, command: Parameters<typeof accords.agreement>[1], days: number) =>
    accords.agreement(by, command, ago(days), agreement);
  act(
    KOTIM,
    {
      type: 'propose',
      body: {
        change: 'reword',
        version: 1,
        clause: 'tata-cara',
        text: 'Permintaan disampaikan oleh Pusdalops pihak yang membutuhkan melalui Siaga dan dijawab dalam satu jam.',
        reason: 'Dua jam terlalu lama saat banjir bandang',
      },
    },
    58,
  );
  act(
    KOTIM,
    {
      type: 'propose',
      body: { change: 'remove', version: 1, clause: 'biaya', reason: 'Cukup diatur dalam ketentuan' },
    },
    58,
  );
  act(
    SERUYAN,
    {
      type: 'comment',
      body: { version: 1, clause: 'tata-cara', text: 'Satu jam dapat dipenuhi oleh piket 24 jam.' },
    },
    57,
  );
  const [faster = '', removal = ''] = accords.proposals(agreement);
  act(
    SERUYAN,
    {
      type: 'decline',
      body: { proposal: removal, reason: 'DPRD meminta pasal pembiayaan tetap ada' },
    },
    56,
  );
  const second = reworded(
    first,
    'tata-cara',
    'Permintaan disampaikan oleh Pusdalops pihak yang membutuhkan melalui Siaga dan dijawab dalam satu jam.',
  );
  second.terms = { ...second.terms, responseMinutes: 60 };
  act(SERUYAN, { type: 'revise', body: { kind: 'revision', document: second, adopts: [faster] } }, 55);
  const text = accords.newest(agreement);
  for (const by of [SERUYAN, KOTIM]) act(by, { type: 'finalise', body: text }, 50);
  for (const by of [SERUYAN, KOTIM]) {
    act(
      by,
      { type: 'approveDprd', body: { ...text, decision: '7/DPRD/2026', decidedOn: dayFrom(now, -45) } },
      45,
    );
    act(by, { type: 'sign', body: { ...text, signedOn: dayFrom(now, -40) } }, 40);
  }
  const third = reworded(
    second,
    'biaya',
    'Biaya operasi selama penugasan ditanggung oleh pihak yang meminta, termasuk bahan bakar dan makan personel. Kerusakan dan kehilangan diganti, kecuali karena keausan wajar.',
  );
  act(
    SERUYAN,
    {
      type: 'revise',
      body: {
        kind: 'addendum',
        document: { ...third, terms: { ...third.terms, longestDeploymentDays: 21 } },
        adopts: [],
      },
    },
    5,
  );
  act(
    KOTIM,
    {
      type: 'propose',
      body: {
        change: 'reword',
        version: 3,
        clause: 'biaya',
        text: 'Biaya operasi selama penugasan ditanggung oleh pihak yang meminta, termasuk bahan bakar. Kerusakan dan kehilangan diganti, kecuali karena keausan wajar.',
        reason: 'Makan personel sudah dianggarkan pemberi bantuan',
      },
    },
    4,
  );
  act(
    KOTIM,
    {
      type: 'comment',
      body: { version: 3, clause: 'terms', text: 'Dua puluh satu hari dapat kami terima.' },
    },
    4,
  );
  const theirs = accords.agreement(
    KOTIM,
    {
      type: 'draft',
      body: {
        counterpart: SERUYAN,
        document: {
          ...documentFrom(now, { burdensBudget: false, from: dayFrom(now, 1), to: dayFrom(now, 90) }),
          title: 'Kesepakatan Patroli Bersama Kebakaran Lahan Gambut',
        },
      },
    },
    ago(2),
  );

  // Decrees, as in Kotim's dry season of 2023: siaga, extended, superseded in mid-period by tanggap.
  const area = ['62.02.01', '62.02.06', '62.02.08'];
  accords.emergency(
    KOTIM,
    {
      type: 'declare',
      body: {
        hazard: 'fire',
        level: 'siaga',
        decree: '188.45/210/2026',
        area,
        from: dayFrom(now, -70),
        to: dayFrom(now, -11),
      },
    },
    ago(70),
  );
  accords.emergency(
    KOTIM,
    { type: 'extend', body: { decree: '188.45/251/2026', extends: '188.45/210/2026', to: dayFrom(now, 59) } },
    ago(12),
    '62.02-fire',
  );
  accords.emergency(
    KOTIM,
    {
      type: 'declare',
      body: {
        hazard: 'fire',
        level: 'tanggap',
        decree: '188.45/266/2026',
        area,
        from: dayFrom(now, -3),
        to: dayFrom(now, 10),
      },
    },
    ago(3),
  );
  accords.emergency(
    KOTIM,
    {
      type: 'stateInability',
      body: {
        letter: '360/412/BPBD/2026',
        text: 'Kemampuan sumber daya kabupaten tidak lagi mencukupi untuk memadamkan kebakaran lahan gambut di tiga kecamatan.',
      },
    },
    ago(1),
    '62.02-fire',
  );
  accords.emergency(
    SERUYAN,
    {
      type: 'declare',
      body: {
        hazard: 'flood',
        level: 'tanggap',
        decree: '360/118/2026',
        area: ['62.07.03', '62.07.05', '62.07.06', '62.07.03.2001'],
        from: dayFrom(now, -12),
        to: dayFrom(now, 1),
      },
    },
    ago(12),
  );
  accords.override(
    KOTIM,
    {
      type: 'declare',
      body: {
        classes: ['resources'],
        reason: 'Kebakaran lahan mendekati batas; tetangga perlu tahu pompa mana yang bebas',
        until: new Date(now + 5 * DAY_MS).toISOString(),
      },
    },
    ago(2),
  );
  return { agreement, theirs };
};
