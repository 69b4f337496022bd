/** What two regencies say of agreements, resources and mutual aid, as both their journals would hold it. */
import { createHash } from 'node:crypto';
import {
  catalogue,
  type AgreementEvent,
  type AidEvent,
  type DomainEvent,
  type EmergencyStatusEvent,
  GENESIS_HASH,
  type OverrideEvent,
  regencyToken,
  type ResourceEvent,
  type SharedEvent,
  type SigningKeyEvent,
  sourceOf,
  type StockEvent,
  wireType,
} from '@siaga/domain';
import * as a from '../../../packages/domain/test/agreement-examples.ts';
import * as x from '../../../packages/domain/test/mutual-aid-examples.ts';
import { type EventDelivery, KEY, KOTIM, random, SERUYAN } from './histories.ts';
import { signed } from '@siaga/stream';

export { a, x };

/** Events by the id of their aggregate. */
export type Saying = readonly [subject: string, event: DomainEvent];

export interface Said {
  /** Whether it leaves the site when it is said; what does not waits for `release`. */
  shared?: boolean;
}

interface Numbered {
  deliveries: EventDelivery[];
  previous: string;
}

/** One regency: its ledger's revisions, and its two journals. Time is the world's. */
export class Side {
  readonly regency: string;
  readonly #world: TwoSides;
  readonly #shared: Numbered = { deliveries: [], previous: GENESIS_HASH };
  readonly #internal: Numbered = { deliveries: [], previous: GENESIS_HASH };
  readonly #revisions = new Map<string, number>();
  readonly #withheld: SharedEvent[] = [];
  #count = 0;

  constructor(regency: string, world: TwoSides) {
    this.regency = regency;
    this.#world = world;
  }
  get shared(): EventDelivery[] {
    return this.#shared.deliveries;
  }
  get internal(): EventDelivery[] {
    return this.#internal.deliveries;
  }

  say(subject: string, event: DomainEvent, { shared = true }: Said = {}): SharedEvent {
    const { dataClass } = catalogue[event.type];
    const revision = (this.#revisions.get(subject) ?? 0) + 1;
    this.#revisions.set(subject, revision);
    this.#count += 1;
    const id = `01920000-${regencyToken(this.regency)}-7000-8000-${String(this.#count).padStart(12, '0')}`;
    const recordedat = this.#world.now();
    const unnumbered: SharedEvent = {
      specversion: '1.0',
      id,
      source: sourceOf(this.regency),
      type: wireType(event),
      subject,
      time: event.data.occurredAt,
      datacontenttype: 'application/json',
      regency: regencyToken(this.regency),
      sequence: 1,
      previoushash: GENESIS_HASH,
      revision,
      recordedat,
      hazard: 'flood',
      dataclass: dataClass,
      actor: 'kalaksa:0191aaaa',
      correlationid: id,
      causationid: id,
      data: event.data,
    };
    if (dataClass !== 'public') this.#append(this.#internal, unnumbered, 5);
    if (shared || dataClass === 'public') this.#append(this.#shared, unnumbered, 40);
    else this.#withheld.push(unnumbered);
    return unnumbered;
  }
  /** Shares what had been withheld, in the order in which it was said. */
  release(): void {
    for (const event of this.#withheld.splice(0)) this.#append(this.#shared, event, 40);
  }

  #append(journal: Numbered, unnumbered: SharedEvent, afterMs: number) {
    const sequence = journal.deliveries.length + 1;
    const event = signed({ ...unnumbered, sequence, previoushash: journal.previous }, KEY);
    const raw = JSON.stringify(event);
    journal.previous = createHash('sha256').update(raw).digest('hex');
    const receivedAt = new Date(Date.parse(this.#world.now()) + afterMs).toISOString();
    journal.deliveries.push({
      kind: 'event',
      event: JSON.parse(raw),
      raw,
      receivedAt,
      streamSequence: sequence,
    });
  }
}

export class TwoSides {
  readonly seruyan = new Side(SERUYAN, this);
  readonly kotim = new Side(KOTIM, this);
  #time: number;

  constructor(start = x.now) {
    this.#time = Date.parse(start);
  }
  now(): string {
    return new Date(this.#time).toISOString();
  }
  pass(ms: number): void {
    this.#time += ms;
  }
  of(regency: string): Side {
    return regency === SERUYAN ? this.seruyan : this.kotim;
  }
  /** The journals that Seruyan's site reads. */
  forSeruyan(): Record<'own' | 'internal' | 'theirs', EventDelivery[]> {
    return { own: this.seruyan.shared, internal: this.seruyan.internal, theirs: this.kotim.shared };
  }
}

/** Terms in force from 1 to 30 September. */
export const agreementText = a.withTerms({ from: '2026-09-01', to: '2026-09-30' });
export const agreementEnd = '2026-09-30T17:00:00.000Z';
export const conclude = (world: TwoSides): void => {
  for (const { by, event } of [a.drafted(agreementText), ...a.agreed(1, agreementText)]) {
    world.pass(1_000);
    world.of(by).say(x.agreement, event);
  }
};

/** Kotim registers, Seruyan asks, Kotim offers, Seruyan accepts, it is committed and goes. */
export const lend = (world: TwoSides, { shared = true }: Said = {}): void => {
  const say = (side: Side, subject: string, event: DomainEvent, more: Said = { shared }) => {
    world.pass(60_000);
    side.say(subject, event, more);
  };
  const { seruyan, kotim } = world;
  for (const boat of [x.boat, x.boat2]) say(kotim, boat, x.resourceEvents.registered);
  say(kotim, x.rice, x.stockEvents.registered);
  say(kotim, x.rice, x.stockEvents.received);
  say(seruyan, x.conversation, x.requested, { shared: true });
  say(kotim, x.offer, x.made, { shared: true });
  say(seruyan, x.conversation, x.accepted, { shared: true });
  say(kotim, x.boat, x.resourceEvents.committed, { shared: true });
  say(kotim, x.rice, x.stockEvents.committed, { shared: true });
  say(kotim, x.offer, x.committed, { shared: true });
  say(kotim, x.boat, x.resourceEvents.mobilised, { shared: true });
  say(kotim, x.boat, x.resourceEvents.departed, { shared: true });
};
export const bringHome = (world: TwoSides): void => {
  for (const event of [
    x.resourceEvents.arrived,
    x.resourceEvents.released,
    x.resourceEvents.returning,
    x.resourceEvents.returned,
  ]) {
    world.pass(60_000);
    world.kotim.say(x.boat, event);
  }
  world.kotim.say(x.rice, x.stockEvents.issued);
};

// At random

const asked: AidEvent[] = [x.requested, x.updated, x.accepted, x.offerDeclined, x.extensionAsked];
const askedLater: AidEvent[] = [x.released, x.returnAnswered, x.statusAsked, x.cancelled];
const lent: AidEvent[] = [x.made, x.withdrawn, x.committed, x.refused('too-late'), x.requestDeclined];
const lentLater: AidEvent[] = [x.extensionGranted, x.returnAsked, x.statusReported, x.unasked];
const moves: ResourceEvent[] = Object.values(x.resourceEvents);
const stockMoves: StockEvent[] = Object.values(x.stockEvents);
const agreementTalk: { by: string; event: AgreementEvent }[] = [
  a.drafted(agreementText),
  a.revised(2, a.withText('Biaya dibagi dua.', agreementText)),
  a.proposed(),
  a.declined(),
  ...a.agreed(1, agreementText),
  a.terminated(KOTIM, '2026-09-20T00:00:00.000Z'),
];
const overrideEvents = (regency: string): OverrideEvent[] => {
  const override = regency === SERUYAN ? x.enquiry : x.recall;
  const { now: occurredAt } = x;
  return [
    {
      type: 'SharingOverridden',
      data: {
        occurredAt,
        override,
        classes: ['mutual-aid', 'resources'],
        reason: 'Banjir besar',
        from: x.day(7),
        until: x.day(9),
      },
    },
    { type: 'SharingOverrideEnded', data: { occurredAt, override, reason: 'Sudah ada perjanjian' } },
  ];
};
export const emergencyEvents = (place: string): EmergencyStatusEvent[] => [
  {
    type: 'EmergencyStatusDeclared',
    data: {
      occurredAt: x.now,
      hazard: 'flood',
      level: 'tanggap',
      decree: 'SK 1/2026',
      area: [place],
      from: '2026-09-07',
      to: '2026-09-14',
    },
  },
  {
    type: 'EmergencyStatusExtended',
    data: { occurredAt: x.now, decree: 'SK 2/2026', extends: 'SK 1/2026', to: '2026-09-20' },
  },
  { type: 'EmergencyStatusEnded', data: { occurredAt: x.now, ends: 'SK 1/2026', reason: 'Air surut' } },
];

/** Keys that sign nothing here. */
const keyEvents = (regency: string): SigningKeyEvent[] =>
  ['a', 'b'].flatMap((letter) => {
    const data = { occurredAt: x.now, key: regency.replace('.', '-').padEnd(43, letter) };
    return [
      { type: 'SigningKeyAnnounced', data },
      { type: 'SigningKeyRevoked', data: { ...data, reason: 'superseded' } },
    ];
  });

/**
 * `count` events that need not make sense together, of both regencies; some are withheld, and follow when others have
 * gone before. The folds must take them all.
 */
export function babble(count: number, seed: number): TwoSides {
  const next = random(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const world = new TwoSides();
  for (let said = 0; said < count; said += 1) {
    world.pass(Math.floor(next() * 30));
    const side = pick([world.seruyan, world.kotim]);
    const isAsker = side.regency === SERUYAN;
    const more = { shared: next() < 0.7 };
    if (next() < 0.05) side.release();
    switch (Math.floor(next() * 7)) {
      case 0: {
        const { by, event } = pick(agreementTalk);
        world.of(by).say(x.agreement, event);
        break;
      }
      case 1:
        side.say(`${side.regency}-flood`, pick(emergencyEvents(isAsker ? x.place : x.theirPlace)));
        break;
      case 2:
        side.say(side.regency, pick(overrideEvents(side.regency)));
        break;
      case 3:
        side.say(isAsker ? pick([x.boats[3], x.boats[4]]) : pick([x.boat, x.boat2]), pick(moves), more);
        break;
      case 4:
        side.say(side.regency, pick(keyEvents(side.regency)));
        break;
      case 5:
        side.say(isAsker ? x.boats[2] : x.rice, pick(stockMoves), more);
        break;
      default:
        side.say(
          isAsker ? x.conversation : x.offer,
          pick(isAsker ? [...asked, ...askedLater] : [...lent, ...lentLater]),
          more,
        );
    }
  }
  return world;
}
