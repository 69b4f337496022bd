/**
 * Aid across the border, made up for exercise (LATIHAN): the agreement is drafted, discussed and signed; Seruyan
 * declares tanggap darurat and asks Kotim for 3 rubber boats and a field kitchen; Kotim offers 2 and the kitchen,
 * Seruyan accepts, they go, arrive, are extended and return. What it hangs on, the flood of 2020, is real.
 *
 * The agreement, the decree and the register are the same on every run. What is asked is asked anew each day, with
 * times that follow from the day, so that a second run on one day finds everything done.
 */
import {
  type AgreementDocument,
  dayAt,
  daysLater,
  endOfDay,
  type Point,
  type Role,
  startOfDay,
} from '@siaga/domain';
import { hashOfDocument } from '@siaga/regency';
import { type Known, keyOf, KOTIM, SERUYAN, type Step } from './steps.ts';

const KETAPANG = '62.02.06';
const SERUYAN_HULU = '62.07.05';
const SAMPIT: Point = [112.95, -2.54];
const TUMBANG_MANJUL: Point = [112.02, -1.55];
const agreement = 'agreement';

const clauses = [
  {
    id: 'maksud',
    heading: 'Maksud dan tujuan',
    text: 'Para pihak saling membantu dalam penanggulangan bencana di wilayah perbatasan, agar warga tertolong tanpa menunggu batas administrasi.',
  },
  {
    id: 'ruang-lingkup',
    heading: 'Ruang lingkup',
    text: 'Pertukaran informasi bencana, serta peminjaman peralatan, logistik dan tim reaksi cepat.',
  },
  {
    id: 'permintaan',
    heading: 'Permintaan dan jawaban',
    text: 'Permintaan disampaikan oleh Pusdalops dan dijawab dalam waktu 60 menit. Janji hanya diberikan oleh Kepala Pelaksana pemilik sumber daya.',
  },
  {
    id: 'biaya',
    heading: 'Pembiayaan',
    text: 'Bahan bakar dan konsumsi personel ditanggung pihak peminta.',
  },
  {
    id: 'data',
    heading: 'Data',
    text: 'Data yang dibagikan adalah sumber daya dan percakapan bantuan. Data pribadi tidak dibagikan.',
  },
];
const FUEL =
  'Bahan bakar, konsumsi personel dan perbaikan kerusakan selama penugasan ditanggung pihak peminta.';

/** It names the keys that both sites sign with, as the form does. */
const documentOf = (cost: string, known: Known): AgreementDocument => ({
  title:
    'Perjanjian Kerja Sama Penanggulangan Bencana Kabupaten Seruyan dan Kabupaten Kotawaringin Timur (LATIHAN)',
  clauses: clauses.map((clause) => (clause.id === 'biaya' ? { ...clause, text: cost } : clause)),
  terms: {
    dataClasses: ['mutual-aid', 'resources'],
    resourceKinds: [
      'blanket',
      'family-tent',
      'field-kitchen',
      'medical-team',
      'rapid-response-team',
      'rice',
      'rubber-boat',
      'sandbag',
      'shelter-tent',
      'water-pump',
      'water-tanker',
    ],
    longestDeploymentDays: 14,
    whoPays: 'asking',
    contacts: [
      { regency: SERUYAN, office: 'Pusdalops BPBD Seruyan', channel: 'Radio 143.000 MHz (LATIHAN)' },
      { regency: KOTIM, office: 'Pusdalops BPBD Kotawaringin Timur', channel: 'Radio 143.500 MHz (LATIHAN)' },
    ],
    responseMinutes: 60,
    from: '2026-01-01',
    to: '2035-12-31',
    burdensBudget: true,
    signingKeys: [SERUYAN, KOTIM].map((regency) => ({ regency, key: known(keyOf(regency)) })),
  },
});
const draft = (known: Known) => documentOf(clauses.find(({ id }) => id === 'biaya')?.text ?? '', known);
const agreed = (known: Known) => documentOf(FUEL, known);
const agreedText = (known: Known) => ({ version: 2, hash: hashOfDocument(agreed(known)) });

/** A step whose body says nothing but what is given, on a thing that an earlier step kept. */
const step = (
  site: string,
  as: Role,
  key: string,
  says: string,
  path: string | ((known: Known) => string),
  body: object | ((known: Known) => object),
  more: Pick<Step, 'keeps' | 'after' | 'unless'> = {},
): Step => ({
  site,
  as,
  key,
  says,
  request: (known) => ({
    path: `/api/v1${typeof path === 'string' ? path : path(known)}`,
    body: typeof body === 'function' ? body(known) : body,
  }),
  ...more,
});

const on = (verb: string) => (known: Known) => `/agreements/${known(agreement)}/${verb}`;

const signing: Step[] = [
  step(
    SERUYAN,
    'pusdalops',
    'pks-draft',
    'Seruyan menyusun rancangan perjanjian kerja sama',
    '/agreements',
    (known) => ({ counterpart: KOTIM, document: draft(known) }),
    { keeps: agreement },
  ),
  step(
    KOTIM,
    'pusdalops',
    'pks-propose',
    'Kotim mengusulkan perubahan pasal pembiayaan',
    on('propose'),
    {
      change: 'reword',
      version: 1,
      clause: 'biaya',
      text: FUEL,
      reason: 'Perbaikan kerusakan perlu disebut.',
    },
    { after: ['agreement_unknown'], keeps: 'nothing' },
  ),
  step(KOTIM, 'logistik', 'pks-comment', 'Kotim menanggapi pasal permintaan', on('comment'), {
    version: 1,
    clause: 'permintaan',
    text: 'Enam puluh menit cukup bila radio siaga.',
  }),
  step(
    SERUYAN,
    'pusdalops',
    'pks-revise',
    'Seruyan memakai usulan Kotim dalam versi 2',
    on('revise'),
    (known) => ({
      kind: 'revision',
      document: agreed(known),
    }),
  ),
  step(KOTIM, 'kalaksa', 'pks-final-kotim', 'Kotim menyatakan versi 2 final', on('finalise'), agreedText, {
    after: ['version_unknown'],
  }),
  step(
    SERUYAN,
    'kalaksa',
    'pks-final-seruyan',
    'Seruyan menyatakan versi 2 final',
    on('finalise'),
    agreedText,
  ),
  step(
    SERUYAN,
    'kalaksa',
    'pks-dprd-seruyan',
    'Persetujuan DPRD Seruyan dicatat',
    on('approve-dprd'),
    (known) => ({
      ...agreedText(known),
      decision: 'LATIHAN/12/DPRD-SRY/2026',
      decidedOn: '2026-02-10',
    }),
    { after: ['not_finalised'] },
  ),
  step(
    KOTIM,
    'kalaksa',
    'pks-dprd-kotim',
    'Persetujuan DPRD Kotim dicatat',
    on('approve-dprd'),
    (known) => ({
      ...agreedText(known),
      decision: 'LATIHAN/08/DPRD-KTM/2026',
      decidedOn: '2026-02-12',
    }),
    { after: ['not_finalised'] },
  ),
  step(
    SERUYAN,
    'kalaksa',
    'pks-sign-seruyan',
    'Seruyan menandatangani',
    on('sign'),
    (known) => ({
      ...agreedText(known),
      signedOn: '2026-02-20',
    }),
    { after: ['not_finalised'] },
  ),
  step(
    KOTIM,
    'kalaksa',
    'pks-sign-kotim',
    'Kotim menandatangani: perjanjian berlaku',
    on('sign'),
    (known) => ({
      ...agreedText(known),
      signedOn: '2026-02-20',
    }),
    { after: ['not_finalised'] },
  ),
];

const resource = (site: string, key: string, body: Record<string, unknown> & { name: string }): Step =>
  step(site, 'logistik', `resource-${key}`, `${body.name} didaftarkan`, '/resources', body, { keeps: key });
const inKotim = { place: KETAPANG, point: SAMPIT, name: 'Gudang BPBD Kotim, Sampit' };
const inSeruyan = { place: '62.07.01', name: 'Gudang BPBD Seruyan, Kuala Pembuang' };

const register: Step[] = [
  resource(KOTIM, 'boat-1', {
    kind: 'rubber-boat',
    name: 'Perahu karet K-01',
    capacity: 10,
    crew: 3,
    home: inKotim,
  }),
  resource(KOTIM, 'boat-2', {
    kind: 'rubber-boat',
    name: 'Perahu karet K-02',
    capacity: 10,
    crew: 3,
    home: inKotim,
  }),
  resource(KOTIM, 'boat-3', {
    kind: 'rubber-boat',
    name: 'Perahu karet K-03',
    capacity: 8,
    crew: 3,
    home: inKotim,
  }),
  resource(KOTIM, 'kitchen', {
    kind: 'field-kitchen',
    name: 'Mobil dapur umum K-01',
    capacity: 500,
    crew: 6,
    home: inKotim,
  }),
  resource(KOTIM, 'pump', { kind: 'water-pump', name: 'Alkon K-04', capacity: 1000, crew: 2, home: inKotim }),
  resource(SERUYAN, 'own-boat', {
    kind: 'rubber-boat',
    name: 'Perahu karet S-01',
    capacity: 8,
    crew: 3,
    home: inSeruyan,
  }),
  resource(SERUYAN, 'own-team', {
    kind: 'rapid-response-team',
    name: 'TRC Seruyan',
    capacity: 12,
    home: inSeruyan,
  }),
  step(
    KOTIM,
    'logistik',
    'stock-rice',
    'Stok beras Kotim didaftarkan',
    '/stocks',
    { kind: 'rice', home: inKotim },
    { keeps: 'rice' },
  ),
  step(
    KOTIM,
    'logistik',
    'stock-rice-in',
    'Beras 4.000 kg masuk',
    (known) => `/stocks/${known('rice')}/receive`,
    { quantity: 4000, note: 'LATIHAN' },
  ),
];

const DAY = 24;

const helping = (now: Date): Step[] => {
  const day = dayAt(now.toISOString());
  const evening = endOfDay(day);
  const morning = startOfDay(day);
  const request = 'request';
  const offer = 'offer';
  const key = (name: string) => `aid-${day}-${name}`;
  const onDeployment = (site: string, of: string, verb: string, says: string, body: object = {}) =>
    step(
      site,
      'trc',
      key(`${of}-${verb}-${JSON.stringify(body).length}`),
      says,
      (known) => `/deployments/${known(`deployment of ${of}`)}/${verb}`,
      body,
    );
  const lent = ['boat-1', 'boat-2', 'kitchen'];
  const names: Record<string, string> = {
    'boat-1': 'Perahu karet K-01',
    'boat-2': 'Perahu karet K-02',
    kitchen: 'Mobil dapur umum K-01',
  };
  const each = (verb: string, says: string, body: object = {}) =>
    lent.map((of) => onDeployment(KOTIM, of, verb, `${names[of]} ${says}`, body));
  return [
    step(
      SERUYAN,
      'kalaksa',
      key('decree'),
      'Seruyan: tanggap darurat banjir',
      '/emergency-statuses',
      {
        hazard: 'flood',
        level: 'tanggap',
        decree: `LATIHAN/360/BPBD/${day}`,
        area: ['62.07.02', SERUYAN_HULU, '62.07.10'],
        from: day,
        to: dayAt(daysLater(morning, 13)),
      },
      { unless: ['level_not_higher'] },
    ),
    step(
      SERUYAN,
      'pusdalops',
      key('request'),
      'Seruyan meminta 3 perahu karet dan 1 mobil dapur umum',
      '/mutual-aid/requests',
      (known) => ({
        to: KOTIM,
        incident: known('flood'),
        items: [
          { item: '1', kind: 'rubber-boat', quantity: 3 },
          { item: '2', kind: 'field-kitchen', quantity: 1 },
        ],
        where: { place: SERUYAN_HULU, point: TUMBANG_MANJUL, name: 'Tumbang Manjul' },
        from: morning,
        durationHours: 5 * DAY,
        answerBy: evening,
        note: 'LATIHAN. Jalan darat terputus di dua titik.',
      }),
      { keeps: request, after: ['agreement_not_in_force'] },
    ),
    step(
      KOTIM,
      'logistik',
      key('offer'),
      'Kotim menawarkan 2 perahu karet dan dapur umum',
      '/mutual-aid/offers',
      (known) => ({
        to: SERUYAN,
        request: known(request),
        response: 'accept',
        lines: [
          { item: '1', kind: 'rubber-boat', resources: [known('boat-1'), known('boat-2')] },
          { item: '2', kind: 'field-kitchen', resources: [known('kitchen')] },
        ],
        validUntil: evening,
      }),
      { keeps: offer, after: ['request_unknown'] },
    ),
    step(
      SERUYAN,
      'pusdalops',
      key('accept'),
      'Seruyan menerima tawaran',
      (known) => `/mutual-aid/offers/${known(offer)}/accept`,
      (known) => ({
        lines: [
          { item: '1', resources: [known('boat-1'), known('boat-2')] },
          { item: '2', resources: [known('kitchen')] },
        ],
      }),
      { after: ['offer_unknown'] },
    ),
    step(
      KOTIM,
      'kalaksa',
      key('commit'),
      'Kalaksa Kotim menyetujui dan mengirim',
      (known) => `/mutual-aid/offers/${known(offer)}/commit`,
      {},
      {
        after: ['offer_not_accepted'],
        keeps: { deployments: Object.fromEntries(lent.map((of) => [of, `deployment of ${of}`])) },
      },
    ),
    ...each('mobilise', 'disiapkan'),
    ...each('depart', 'berangkat dari Sampit'),
    onDeployment(KOTIM, 'boat-1', 'report-position', 'Perahu karet K-01 melewati Kuala Kuayan', {
      point: [112.72, -2.02],
    }),
    onDeployment(KOTIM, 'kitchen', 'report-position', 'Mobil dapur umum K-01 di Rantau Pulut', {
      point: [112.15, -1.9],
      note: 'Istirahat',
    }),
    onDeployment(KOTIM, 'boat-1', 'report-position', 'Perahu karet K-01 mendekati Tumbang Manjul', {
      point: [112.1, -1.6],
      note: 'Arus deras',
    }),
    ...each('arrive', 'tiba di lokasi'),
    step(
      SERUYAN,
      'pusdalops',
      key('extend'),
      'Seruyan meminta perpanjangan dapur umum',
      (known) => `/mutual-aid/conversations/${known(request)}/ask-extension`,
      (known) => ({
        deployments: [known('deployment of kitchen')],
        until: daysLater(morning, 8),
        reason: 'Pengungsi belum pulang',
      }),
      { after: ['deployment_unknown'], keeps: { extension: 'extension' } },
    ),
    step(
      KOTIM,
      'kalaksa',
      key('grant'),
      'Kotim mengabulkan perpanjangan',
      (known) => `/mutual-aid/conversations/${known(request)}/answer-extension`,
      (known) => ({
        extension: known('extension'),
        deployment: known('deployment of kitchen'),
        granted: true,
      }),
      { after: ['extension_unknown'] },
    ),
    step(
      SERUYAN,
      'pusdalops',
      key('release'),
      'Seruyan melepas bantuan: air surut',
      (known) => `/mutual-aid/conversations/${known(request)}/release-aid`,
      (known) => ({
        deployments: lent.map((of) => known(`deployment of ${of}`)),
        reason: 'Air surut',
      }),
    ),
    ...lent.map((of) => ({
      ...onDeployment(KOTIM, of, 'start-return', `${names[of]} pulang`),
      after: ['not_allowed_in_state'],
    })),
    ...each('end-return', 'kembali di gudang', { condition: 'Baik' }),
  ];
};

export const aidAcrossTheBorder = (now: Date): Step[] => [...signing, ...register, ...helping(now)];
