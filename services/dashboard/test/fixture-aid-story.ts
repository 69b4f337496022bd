/** A night of lending on both sides of the border: what the tests and pictures of resources and aid show. */
import { randomUUID } from 'node:crypto';
import type { PlaceCode, Point, ResourceKind } from '@siaga/domain';
import type { Aid } from './fixture-aid.ts';
import type { FixtureSite } from './fixture-site.ts';
import { type Story, tellStory } from './fixture-story.ts';

const SERUYAN = '62.07';
const KOTIM = '62.02';

export interface AidStory extends Story {
  agreement: string;
  /** Ours: free, nearer and farther; out; out of service. */
  boat1: string;
  boat2: string;
  pump: string;
  broken: string;
  /** Ours, at our own flood, overdue. */
  truck: string;
  /** Theirs. */
  theirBoats: string[];
  theirKitchen: string;
  rice: string;
  /** We ask for 3 boats and a kitchen; an offer of 2 boats and the kitchen is open. */
  asked: string;
  offer: string;
  /** They ask us for 2 boats; nobody has answered. */
  theirs: string;
  /** Under way: their pump works for us. */
  running: string;
  theirPump: string;
}

/** Tells the story as of `now` (ms). */
export const tellAid = (site: FixtureSite, aid: Aid, now: number): AidStory => {
  const story = tellStory(site, now);
  const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  const later = (minutes: number) => ago(-minutes);
  const day = (offset: number) => new Date(now + offset * 86_400_000).toISOString().slice(0, 10);

  const { accords } = site;
  const agreement = accords.agreement(
    SERUYAN,
    {
      type: 'draft',
      body: {
        counterpart: KOTIM,
        document: {
          title: 'PKS Penanggulangan Bencana Kotim–Seruyan',
          clauses: [{ id: 'pasal-1', heading: 'Maksud', text: 'Saling membantu saat bencana.' }],
          terms: {
            dataClasses: ['mutual-aid', 'resources'],
            resourceKinds: ['blanket', 'field-kitchen', 'generator', 'rice', 'rubber-boat', 'water-pump'],
            longestDeploymentDays: 14,
            whoPays: 'asking',
            contacts: [{ regency: SERUYAN, office: 'Pusdalops BPBD', channel: 'radio 14.700' }],
            responseMinutes: 60,
            from: day(-30),
            to: day(300),
            burdensBudget: false,
          },
        },
      },
    },
    ago(20_000),
  );
  const text = accords.newest(agreement);
  for (const type of ['finalise', 'sign'] as const) {
    for (const by of [SERUYAN, KOTIM]) accords.agreement(by, { type, body: text }, ago(19_000), agreement);
  }
  aid.setBasis({
    reference: { agreement },
    from: ago(43_200),
    until: later(432_000),
    kinds: ['blanket', 'field-kitchen', 'generator', 'rice', 'rubber-boat', 'water-pump'],
    longestDays: 14,
  });
  aid.setSharing({ state: 'current', under: { agreement }, until: later(432_000) });

  const register = (
    by: string,
    kind: ResourceKind,
    name: string,
    place: PlaceCode,
    more: { capacity?: number; crew?: number; point?: Point; home?: string } = {},
  ) =>
    aid.resource(
      by,
      {
        type: 'register',
        body: {
          kind,
          name,
          ...(more.capacity === undefined ? {} : { capacity: more.capacity }),
          ...(more.crew === undefined ? {} : { crew: more.crew }),
          home: {
            place,
            ...(more.point ? { point: more.point } : {}),
            ...(more.home === undefined ? {} : { name: more.home }),
          },
        },
      },
      ago(15_000),
    );
  const post = { point: [112.54, -3.39] as Point, home: 'Posko BPBD Kuala Pembuang' };
  const boat1 = register(SERUYAN, 'rubber-boat', 'Perahu karet 01', '62.07.01', {
    capacity: 8,
    crew: 3,
    ...post,
  });
  const boat2 = register(SERUYAN, 'rubber-boat', 'Perahu karet 02', '62.07.05', {
    capacity: 6,
    crew: 2,
    point: [112.25, -2.3],
    home: 'Pos Hanau',
  });
  const pump = register(SERUYAN, 'water-pump', 'Alkon 04', '62.07.01', { capacity: 900, ...post });
  const truck = register(SERUYAN, 'logistics-truck', 'Truk logistik 1', '62.07.01', {
    capacity: 5,
    crew: 2,
    ...post,
  });
  const broken = register(SERUYAN, 'chainsaw', 'Chainsaw 02', '62.07.03');
  const trc = register(SERUYAN, 'rapid-response-team', 'TRC regu 1', '62.07.01', { capacity: 6, ...post });
  aid.resource(
    SERUYAN,
    { type: 'takeOutOfService', body: { reason: 'Rantai putus, menunggu suku cadang' } },
    ago(600),
    broken,
  );

  const dispatch = (id: string, from: number, until: number) => {
    const deployment = randomUUID();
    aid.resource(
      SERUYAN,
      { type: 'dispatch', deployment, body: { incident: story.flood, until: later(until) } },
      ago(from),
      id,
    );
    return deployment;
  };
  const away = dispatch(truck, 1300, -90);
  aid.resource(
    SERUYAN,
    { type: 'mobilise', body: { deployment: away, estimatedDeparture: ago(1250) } },
    ago(1280),
    truck,
  );
  aid.resource(
    SERUYAN,
    { type: 'depart', body: { deployment: away, estimatedArrival: ago(1000) } },
    ago(1240),
    truck,
  );
  const seen: [number, Point, string?][] = [
    [1200, [112.5, -3.2]],
    [1150, [112.44, -3.0], 'Jalan poros tergenang, jalan pelan'],
    [1100, [112.36, -2.85]],
  ];
  for (const [minutes, point, note] of seen) {
    aid.resource(
      SERUYAN,
      { type: 'reportPosition', body: { deployment: away, point, ...(note === undefined ? {} : { note }) } },
      ago(minutes),
      truck,
    );
  }
  aid.resource(SERUYAN, { type: 'arrive', body: { deployment: away } }, ago(1010), truck);
  const team = dispatch(trc, 120, 1440);
  aid.resource(SERUYAN, { type: 'mobilise', body: { deployment: team } }, ago(110), trc);

  const sampit = { point: [112.95, -2.53] as Point, home: 'Gudang BPBD Sampit' };
  const theirBoats = ['01', '02', '03'].map((number) =>
    register(KOTIM, 'rubber-boat', `Perahu karet Kotim ${number}`, '62.02.06', {
      capacity: 8,
      crew: 3,
      ...sampit,
    }),
  );
  const theirKitchen = register(KOTIM, 'field-kitchen', 'Dapur umum Kotim', '62.02.06', {
    capacity: 1500,
    crew: 6,
    ...sampit,
  });
  const theirPump = register(KOTIM, 'water-pump', 'Alkon Kotim 7', '62.02.06', { capacity: 1200, ...sampit });

  const rice = aid.stock(
    SERUYAN,
    {
      type: 'register',
      body: {
        kind: 'rice',
        home: { place: '62.07.01', point: post.point, name: 'Gudang Kuala Pembuang' },
      },
    },
    ago(14_000),
  );
  aid.stock(SERUYAN, { type: 'count', body: { quantity: 4200 } }, ago(3000), rice);
  aid.stock(
    SERUYAN,
    { type: 'allot', commitment: randomUUID(), body: { incident: story.flood, quantity: 1500 } },
    ago(1200),
    rice,
  );
  const blankets = aid.stock(
    KOTIM,
    { type: 'register', body: { kind: 'blanket', home: { place: '62.02.06', name: 'Gudang Sampit' } } },
    ago(14_000),
  );
  aid.stock(KOTIM, { type: 'receive', body: { quantity: 800 } }, ago(5000), blankets);

  // Their pump works for us.
  const running = aid.ask(
    SERUYAN,
    {
      type: 'request',
      body: {
        to: KOTIM,
        incident: story.flood,
        items: [{ item: '1', kind: 'water-pump', quantity: 1 }],
        where: { place: '62.07.03.2001', point: [112.29, -2.72] },
        from: ago(800),
        durationHours: 48,
        answerBy: ago(700),
      },
    },
    ago(900),
  );
  const pumpOffer = randomUUID();
  aid.lend(
    KOTIM,
    {
      type: 'offer',
      offer: pumpOffer,
      body: {
        to: SERUYAN,
        request: running,
        response: 'accept',
        lines: [{ item: '1', kind: 'water-pump', resources: [theirPump] }],
        validUntil: ago(600),
      },
    },
    ago(880),
    running,
  );
  aid.ask(
    SERUYAN,
    { type: 'accept', offer: pumpOffer, body: { lines: [{ item: '1', resources: [theirPump] }] } },
    ago(860),
    running,
  );
  aid.lend(KOTIM, { type: 'commit', offer: pumpOffer, body: {} }, ago(850), running);
  const lent = aid.resourceNow(theirPump).deployment?.id ?? '';
  aid.resource(KOTIM, { type: 'mobilise', body: { deployment: lent } }, ago(800), theirPump);
  aid.resource(
    KOTIM,
    { type: 'depart', body: { deployment: lent, estimatedArrival: ago(560) } },
    ago(760),
    theirPump,
  );
  aid.resource(
    KOTIM,
    { type: 'reportPosition', body: { deployment: lent, point: [112.7, -2.6] } },
    ago(700),
    theirPump,
  );
  aid.resource(
    KOTIM,
    { type: 'reportPosition', body: { deployment: lent, point: [112.45, -2.68] } },
    ago(630),
    theirPump,
  );
  aid.resource(KOTIM, { type: 'arrive', body: { deployment: lent } }, ago(560), theirPump);

  // We ask for boats and a kitchen; an offer in part is open.
  const asked = aid.ask(
    SERUYAN,
    {
      type: 'request',
      body: {
        to: KOTIM,
        incident: story.flood,
        items: [
          { item: '1', kind: 'rubber-boat', quantity: 3 },
          { item: '2', kind: 'field-kitchen', quantity: 1 },
        ],
        where: { place: '62.07.03.2001', point: [112.29, -2.72], name: 'Dermaga Asam Baru' },
        from: later(60),
        durationHours: 72,
        answerBy: later(90),
        note: 'Air masih naik, dua dusun terisolasi.',
      },
    },
    ago(40),
  );
  const offer = randomUUID();
  aid.lend(
    KOTIM,
    {
      type: 'offer',
      offer,
      body: {
        to: SERUYAN,
        request: asked,
        response: 'provisional',
        conditions: 'BBM ditanggung peminta',
        lines: [
          { item: '1', kind: 'rubber-boat', resources: theirBoats.slice(0, 2) },
          { item: '2', kind: 'field-kitchen', resources: [theirKitchen] },
        ],
        validUntil: later(200),
      },
    },
    ago(20),
    asked,
  );

  // They ask us.
  const theirs = aid.ask(
    KOTIM,
    {
      type: 'request',
      body: {
        to: SERUYAN,
        incident: story.theirFlood,
        items: [
          { item: '1', kind: 'rubber-boat', quantity: 1 },
          { item: '2', kind: 'rice', quantity: 500 },
        ],
        where: { place: '62.02.03.2001', point: [112.42, -2.1] },
        from: later(120),
        durationHours: 24,
        answerBy: later(45),
      },
    },
    ago(10),
  );
  return {
    ...story,
    agreement,
    boat1,
    boat2,
    pump,
    broken,
    truck,
    theirBoats,
    theirKitchen,
    rice,
    asked,
    offer,
    theirs,
    running,
    theirPump,
  };
};
