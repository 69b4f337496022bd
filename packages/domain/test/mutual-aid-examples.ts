/** Regencies, ids, terms and events that the tests of resources, stock and mutual aid use. */
import {
  AidKind,
  type AidEvent,
  type AskingCommand,
  type Basis,
  type LendingCommand,
  type ResourceEvent,
  type StockEvent,
} from '../src/index.ts';

/** Seruyan asks, Kotim lends. */
export const ASKER = '62.07';
export const LENDER = '62.02';
const id = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`;
export const incident = id(1);
export const conversation = id(10);
export const offer = id(20);
export const offer2 = id(21);
export const agreement = id(30);
export const boats = [id(101), id(102), id(103), id(104), id(105)] as const;
export const [boat, boat2, boat3] = boats;
export const rice = id(201);
export const deployments = [id(301), id(302), id(303), id(304), id(305)] as const;
export const [deployment, deployment2] = deployments;
export const commitment = id(401);
export const extension = id(501);
export const recall = id(601);
export const enquiry = id(701);

export const day = (number: number, hour = 0) =>
  `2026-09-${String(number).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
export const now = day(7, 12);

export const basis: Basis = {
  reference: { agreement },
  neighbour: LENDER,
  from: day(1),
  until: day(28),
  kinds: AidKind.options,
  longestDays: 14,
};
/** The same agreement as the lender's site sees it. */
export const lent: Basis = { ...basis, neighbour: ASKER };

export const place = '62.07.05.2001';
export const theirPlace = '62.02.06.1001';
const items = [{ item: '1', kind: 'rubber-boat' as const, quantity: 3 }];
const riceItem = { item: '2', kind: 'rice' as const, quantity: 500 };

type Data<Type extends AidEvent['type']> = Extract<AidEvent, { type: Type }>['data'];
const said = <Type extends AidEvent['type']>(
  type: Type,
  data: Omit<Data<Type>, 'occurredAt' | 'conversation'>,
) =>
  ({ type, data: { occurredAt: now, conversation, ...data } }) as unknown as Extract<
    AidEvent,
    { type: Type }
  >;

export const requested = said('AidRequested', {
  to: LENDER,
  incident,
  items: [...items, riceItem],
  where: { place, point: [112.1, -1.2], name: 'Dermaga' },
  from: day(7, 18),
  durationHours: 72,
  answerBy: day(8),
  note: 'Warga terjebak banjir',
  basis: { agreement },
});
export const updated = said('AidRequestUpdated', {
  version: 2,
  items: [{ item: '1', kind: 'rubber-boat', quantity: 4 }, riceItem],
  where: { place },
  from: day(7, 18),
  durationHours: 96,
  answerBy: day(8, 12),
});
export const cancelled = said('AidRequestCancelled', { reason: 'Air sudah surut' });
export const made = said('OfferMade', {
  offer,
  to: ASKER,
  request: conversation,
  requestVersion: 1,
  response: 'accept',
  lines: [
    { item: '1', kind: 'rubber-boat', resources: [boat, boat2] },
    { item: '2', kind: 'rice', stock: rice, quantity: 300 },
  ],
  validUntil: day(9),
  basis: { agreement },
});
export const unasked = said('OfferMade', {
  offer: conversation,
  to: ASKER,
  incident,
  response: 'provisional',
  conditions: 'Bahan bakar ditanggung peminta',
  lines: [{ kind: 'rubber-boat', resources: [boat, boat2] }],
  validUntil: day(9),
  basis: { override: agreement },
});
export const withdrawn = said('OfferWithdrawn', { offer, reason: 'Dipakai sendiri' });
export const accepted = said('OfferAccepted', {
  offer,
  lines: [
    { item: '1', resources: [boat, boat2] },
    { item: '2', stock: rice, quantity: 300 },
  ],
});
export const offerDeclined = said('OfferDeclined', { offer, reason: 'Sudah cukup' });
export const committed = said('OfferCommitted', {
  offer,
  lines: [
    {
      item: '1',
      kind: 'rubber-boat',
      deployments: [
        { deployment, resource: boat },
        { deployment: deployment2, resource: boat2 },
      ],
    },
    { item: '2', kind: 'rice', stock: rice, commitment, quantity: 300 },
  ],
  start: day(7, 18),
  until: day(10, 18),
  latest: day(21, 18),
  basis: { agreement },
});
export const refused = (reason: Data<'CommitRefused'>['reason']) => said('CommitRefused', { offer, reason });
export const requestDeclined = said('AidRequestDeclined', { requestVersion: 1, reason: 'Kami juga banjir' });
export const extensionAsked = said('ExtensionAsked', {
  extension,
  deployments: [deployment],
  until: day(12),
  reason: 'Air naik lagi',
});
export const extensionGranted = said('ExtensionAnswered', {
  extension,
  deployment,
  granted: true,
  until: day(12),
});
export const extensionRefused = said('ExtensionAnswered', {
  extension,
  deployment,
  granted: false,
  reason: 'recalled',
});
export const released = said('AidReleased', { deployments: [deployment], reason: 'Selesai' });
export const returnAsked = said('ReturnAsked', { recall, deployment, reason: 'Kami sendiri banjir' });
export const returnAnswered = said('ReturnAnswered', { recall, deployment, agreed: true });
export const statusAsked = said('StatusAsked', { enquiry, deployments: [deployment] });
export const statusReported = said('StatusReported', {
  deployment,
  enquiry,
  status: 'en-route',
  point: [112.3, -2.1],
  note: 'Lewat Terawan',
});

// Commands

type Asking<Type extends AskingCommand['type']> = Extract<AskingCommand, { type: Type }>;
type Lending<Type extends LendingCommand['type']> = Extract<LendingCommand, { type: Type }>;
const asks = { by: ASKER, at: now, conversation };
const lends = { by: LENDER, at: now, conversation };
const { occurredAt: _, conversation: __, basis: ___, ...wording } = requested.data;

export const request = (
  body: Partial<Asking<'request'>['body']> = {},
  change: Partial<Asking<'request'>> = {},
): Asking<'request'> => ({
  ...asks,
  type: 'request',
  basis,
  body: { ...wording, ...body },
  ...change,
});
const { to: ____, incident: _____, ...updatable } = wording;
export const update = (
  body: Partial<Asking<'update'>['body']> = {},
  change: Partial<Asking<'update'>> = {},
): Asking<'update'> => ({
  ...asks,
  type: 'update',
  basis,
  body: { ...updatable, ...body },
  ...change,
});
export const cancel: Asking<'cancel'> = { ...asks, type: 'cancel', body: { reason: 'Air sudah surut' } };
export const acceptOffer = (
  lines: Asking<'accept'>['body']['lines'] = accepted.data.lines,
  change: Partial<Asking<'accept'>> = {},
): Asking<'accept'> => ({ ...asks, type: 'accept', offer, body: { lines }, ...change });
export const declineOffer: Asking<'declineOffer'> = {
  ...asks,
  type: 'declineOffer',
  offer,
  body: { reason: 'Sudah cukup' },
};
export const askExtension = (body: Partial<Asking<'askExtension'>['body']> = {}): Asking<'askExtension'> => ({
  ...asks,
  type: 'askExtension',
  extension,
  body: { deployments: [deployment], until: day(12), reason: 'Air naik lagi', ...body },
});
export const release = (...which: string[]): Asking<'release'> => ({
  ...asks,
  type: 'release',
  body: { deployments: which, reason: 'Selesai' },
});
export const answerReturn: Asking<'answerReturn'> = {
  ...asks,
  type: 'answerReturn',
  body: { recall, agreed: true },
};
export const askStatus: Asking<'askStatus'> = {
  ...asks,
  type: 'askStatus',
  enquiry,
  body: { deployments: [deployment] },
};

export const holdings = {
  ...Object.fromEntries(boats.map((one) => [one, 'rubber-boat' as const])),
  [rice]: 'rice' as const,
};
export const makeOffer = (
  body: Partial<Lending<'offer'>['body']> = {},
  change: Partial<Lending<'offer'>> = {},
): Lending<'offer'> => ({
  ...lends,
  type: 'offer',
  offer,
  basis: lent,
  holdings,
  body: {
    to: ASKER,
    request: conversation,
    response: 'accept',
    lines: made.data.lines,
    validUntil: day(9),
    ...body,
  },
  ...change,
});
export const withdraw: Lending<'withdraw'> = {
  ...lends,
  type: 'withdraw',
  offer,
  body: { reason: 'Dipakai sendiri' },
};
export const reserved = { [boat]: deployment, [boat2]: deployment2, [rice]: commitment };
export const commit = (change: Partial<Lending<'commit'>> = {}): Lending<'commit'> => ({
  ...lends,
  type: 'commit',
  offer,
  basis: lent,
  reserved,
  body: {},
  ...change,
});
export const refuse: Lending<'refuse'> = { ...lends, type: 'refuse', offer, body: {} };
export const declineRequest: Lending<'decline'> = {
  ...lends,
  type: 'decline',
  body: { reason: 'Kami juga banjir' },
};
export const answerExtension = (
  body: Partial<Lending<'answerExtension'>['body']> = {},
): Lending<'answerExtension'> => ({
  ...lends,
  type: 'answerExtension',
  body: { extension, deployment, granted: true, ...body },
});
export const askReturn: Lending<'askReturn'> = {
  ...lends,
  type: 'askReturn',
  recall,
  body: { deployment, reason: 'Kami sendiri banjir' },
};
export const reportStatus = (
  body: Partial<Lending<'reportStatus'>['body']> = {},
): Lending<'reportStatus'> => ({
  ...lends,
  type: 'reportStatus',
  body: { deployment, enquiry, status: 'en-route', point: [112.3, -2.1], note: 'Lewat Terawan', ...body },
});

// Resources and stock

const occurredAt = now;
const step = { occurredAt, deployment, conversation };
export const task = {
  for: 'neighbour' as const,
  regency: ASKER,
  conversation,
  request: conversation,
  offer,
  basis: { agreement },
  latest: day(21, 18),
};
export const resourceEvents = {
  registered: {
    type: 'ResourceRegistered',
    data: {
      occurredAt: day(1),
      kind: 'rubber-boat',
      name: 'Perahu karet 03',
      capacity: 8,
      crew: 3,
      home: { place: theirPlace, point: [112.95, -2.53], name: 'Gudang BPBD' },
    },
  },
  moved: { type: 'ResourceMoved', data: { occurredAt, point: [112.9, -2.5], note: 'Dipindah' } },
  outOfService: { type: 'ResourceTakenOutOfService', data: { occurredAt, reason: 'Bocor' } },
  backInService: { type: 'ResourceBackInService', data: { occurredAt, note: 'Sudah ditambal' } },
  committed: {
    type: 'ResourceCommitted',
    data: { ...step, task, start: day(7, 18), until: day(10, 18) },
  },
  mobilised: {
    type: 'ResourceMobilised',
    data: { ...step, estimatedDeparture: day(7, 17), estimatedArrival: day(7, 22) },
  },
  departed: { type: 'ResourceDeparted', data: { ...step, estimatedArrival: day(7, 22) } },
  arrived: { type: 'ResourceArrived', data: step },
  positionReported: {
    type: 'ResourcePositionReported',
    data: { ...step, point: [112.5, -2], note: 'Terawan' },
  },
  extended: { type: 'DeploymentExtended', data: { ...step, until: day(12) } },
  cancelled: { type: 'DeploymentCancelled', data: { ...step, reason: 'Tidak jadi' } },
  released: { type: 'ResourceReleased', data: { ...step, reason: 'Selesai' } },
  returning: { type: 'ResourceReturning', data: { ...step, estimatedArrival: day(7, 23) } },
  returned: { type: 'ResourceReturned', data: { ...step, condition: 'Baik' } },
} as const satisfies Record<string, ResourceEvent>;

const stockTask = {
  for: 'neighbour' as const,
  regency: ASKER,
  conversation,
  request: conversation,
  offer,
  basis: { agreement },
};
export const stockEvents = {
  registered: {
    type: 'StockRegistered',
    data: { occurredAt: day(1), kind: 'rice', home: { place: theirPlace, name: 'Gudang BPBD' } },
  },
  received: { type: 'StockReceived', data: { occurredAt, quantity: 1000, note: 'Dari provinsi' } },
  counted: { type: 'StockCounted', data: { occurredAt, quantity: 950, note: 'Hitung ulang' } },
  committed: { type: 'StockCommitted', data: { occurredAt, commitment, quantity: 300, task: stockTask } },
  issued: { type: 'StockIssued', data: { occurredAt, commitment, conversation, quantity: 300 } },
  cancelled: {
    type: 'StockCommitmentCancelled',
    data: { occurredAt, commitment, conversation, reason: 'Tidak jadi' },
  },
} as const satisfies Record<string, StockEvent>;

/** One event of every type of this area: what the golden files hold. */
export const oneOfEach: (AidEvent | ResourceEvent | StockEvent)[] = [
  ...Object.values(resourceEvents),
  ...Object.values(stockEvents),
  requested,
  updated,
  cancelled,
  made,
  withdrawn,
  accepted,
  offerDeclined,
  committed,
  refused('too-late'),
  requestDeclined,
  extensionAsked,
  extensionGranted,
  released,
  returnAsked,
  returnAnswered,
  statusAsked,
  statusReported,
];
