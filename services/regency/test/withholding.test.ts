/** What is withheld until an agreement or an override lets it out, and what stops when they end. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  aidRequestStream,
  agreementStream,
  type DomainEvent,
  GENESIS_HASH,
  type GrantedClass,
  incidentStream,
  JOURNAL_STREAM,
  OVERRIDE_STREAM,
  resourceStream,
  SharedEvent,
} from '@siaga/domain';
import { type Ledger, openSqliteLedger } from '@siaga/ledger';
import { EVENTS, INTERNAL } from '@siaga/stream';
import { assert, startTopology, suite, until } from '@siaga/testkit';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { type Cooperation, openCooperation, type Relay, startRelay, startSharing } from '../src/index.ts';
import { ledgerWith } from './ledger-with.ts';
import { keysOf } from './keys.ts';
import { agreed, drafted, type Neighbour, openNeighbour, ownEvent, takeIn } from './neighbour.ts';
import { KOTIM, openSite, SERUYAN, type Site } from './site.ts';
import { at, boatOf, did, hours, made } from './two-sites.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const DAY_MS = 86_400_000;

/** A relay to nowhere: what it journals is what counts here. */
const relayOf = (
  { ledger, cooperation, time }: Pick<Site, 'ledger' | 'cooperation' | 'time'>,
  over = ledger,
): Relay =>
  startRelay({
    regency: KOTIM,
    ledger: over,
    publisher: { lastPublished: async () => 0, publish: async () => undefined },
    link: { onStatus: () => () => undefined },
    journal: JOURNAL_STREAM,
    policy: cooperation.policy,
    sign: (envelope, through) => cooperation.signing.sign(envelope, through),
    newId: () => uuidv7(),
    clock: () => time.now,
    log: QUIET,
  });

/** The part of a site that a relay needs, without its HTTP. */
class SmallSite {
  readonly time = { now: Date.parse('2026-02-03T04:00:00.000Z') };
  readonly dir = mkdtempSync(join(tmpdir(), 'siaga-withholding-'));
  ledger!: Ledger;
  cooperation!: Cooperation;

  async open(): Promise<void> {
    const clock = () => this.time.now;
    this.ledger = await openSqliteLedger({ file: join(this.dir, 'ledger.db'), clock });
    this.cooperation = openCooperation({
      regency: KOTIM,
      ledger: this.ledger,
      keys: keysOf(this.dir, KOTIM),
      clock,
    });
  }
  async close(): Promise<void> {
    await this.cooperation.stop();
    await this.ledger.close();
  }
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
  /** Answers the event's id. */
  async append(stream: string, event: DomainEvent, aggregate: string): Promise<string> {
    const written = ownEvent(event, aggregate);
    await this.ledger.append(stream, 'any', [written]);
    return written.id;
  }
  incident(): Promise<string> {
    const id = uuidv7();
    const data = {
      hazard: 'flood' as const,
      occurredAt: at(this),
      place: '62.02.06',
      chronology: 'Air naik',
      source: 'TRC',
      touches: [KOTIM],
      figures: [],
      details: {},
    };
    return this.append(incidentStream(id), { type: 'IncidentReported', data }, id);
  }
  boat(): Promise<string> {
    const id = uuidv7();
    const home = { place: '62.02.06' };
    const data = { occurredAt: at(this), kind: 'rubber-boat' as const, name: 'Perahu', home };
    return this.append(resourceStream(id), { type: 'ResourceRegistered', data }, id);
  }
}

/** What is shared, in order: numbered without holes, each linked to the one before, none twice. */
async function sharedOf(ledger: Ledger): Promise<SharedEvent[]> {
  const events: SharedEvent[] = [];
  let previous = GENESIS_HASH;
  for await (const { data } of ledger.read(JOURNAL_STREAM)) {
    const { text } = data as { text: string };
    const event = SharedEvent.parse(JSON.parse(text));
    assert.equal(event.sequence, events.length + 1);
    assert.equal(event.previoushash, previous);
    previous = createHash('sha256').update(text).digest('hex');
    events.push(event);
  }
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length, 'an event twice');
  return events;
}
/** The names of what is shared of the classes that are granted, in order. */
const grantedOf = async (ledger: Ledger): Promise<string[]> =>
  (await sharedOf(ledger))
    .filter(({ dataclass }) => dataclass !== 'public')
    .map(({ type }) => type.split('.').slice(1, 3).join(' '));

/** Resolves when the relay has come to the end of the ledger: an incident that everybody may know is shared. */
async function looked(site: Site): Promise<void> {
  const id = await site.reported({ place: { district: '62.02.06' } });
  await until('the relay has looked', async () =>
    (await sharedOf(site.ledger)).some(({ subject }) => subject === id),
  );
}

interface Context {
  site: Site;
  seruyan: Neighbour;
  /** Stopped in the end. */
  relays: Relay[];
}
const test = suite<Context>('withholding', {} as Context);
test.before.each(async (context) => {
  context.site = await openSite({ regency: KOTIM });
  context.seruyan = openNeighbour(SERUYAN, context.site.time);
  context.relays = [];
});
test.after.each(async ({ site, relays }) => {
  for (const relay of relays) await relay.stop();
  await site.close();
});

/** Seruyan asks for a boat, is promised it, and it is on the way. */
async function boatOnTheWay({ site, seruyan }: Context, agreement: string): Promise<Record<string, string>> {
  const boat = await boatOf(site, 'Perahu dipinjam');
  const request = uuidv7();
  const occurredAt = at(site);
  const asked: DomainEvent = {
    type: 'AidRequested',
    data: {
      occurredAt,
      conversation: request,
      to: KOTIM,
      incident: uuidv7(),
      items: [{ item: '1', kind: 'rubber-boat', quantity: 1 }],
      where: { place: '62.07.05' },
      from: at(site, hours(1)),
      durationHours: 24,
      answerBy: at(site, hours(5)),
      basis: { agreement },
    },
  };
  await takeIn(site, seruyan, seruyan.say(asked, request));
  const offer = await made(site, 'logistik', '/mutual-aid/offers', {
    to: SERUYAN,
    request,
    response: 'accept',
    lines: [{ item: '1', kind: 'rubber-boat', resources: [boat] }],
    validUntil: at(site, hours(4)),
  });
  const lines = [{ item: '1', resources: [boat] }];
  const accepted: DomainEvent = {
    type: 'OfferAccepted',
    data: { occurredAt, conversation: request, offer, lines },
  };
  await takeIn(site, seruyan, seruyan.say(accepted, request));
  const { deployments } = await did(site, 'kalaksa', `/mutual-aid/offers/${offer}/commit`, {});
  const deployment = (deployments as Record<string, string>)[boat] ?? '';
  await did(site, 'trc', `/deployments/${deployment}/depart`, {});
  return { boat, request, offer, deployment };
}
const backHome = async (site: Site, deployment: string | undefined) => {
  await did(site, 'trc', `/deployments/${deployment}/arrive`, {});
  await did(site, 'kalaksa', `/deployments/${deployment}/release`, {});
  await did(site, 'trc', `/deployments/${deployment}/start-return`, {});
  await did(site, 'trc', `/deployments/${deployment}/end-return`, {});
};
const dispatched = async (site: Site, boat: string) => {
  const incident = await site.reported({ place: { district: '62.02.06' } });
  await did(site, 'pusdalops', `/resources/${boat}/dispatch`, { incident, until: at(site, hours(9)) });
};

test('before an agreement the stream has the public class alone, the internal one the rest alone, on a real server', async ({
  site,
}) => {
  const topology = await startTopology({ regencies: [KOTIM] });
  const server = topology.site(KOTIM);
  const sharing = startSharing({
    regency: KOTIM,
    neighbours: [],
    ledger: site.ledger,
    nats: server.as('regency'),
    cooperation: site.cooperation,
    clock: () => site.time.now,
    logger: QUIET,
  });
  try {
    await boatOf(site, 'Perahu 1');
    const rice = await made(site, 'logistik', '/stocks', { kind: 'rice', home: { place: '62.02.06' } });
    await did(site, 'logistik', `/stocks/${rice}/receive`, { quantity: 5 });
    // As a site has it that restored its ledger from before it heard of the agreement.
    await site.ledger.append(aidRequestStream('x'), 0, [ownEvent(askedFor(uuidv7(), site), uuidv7())]);
    await site.reported({ place: { district: '62.02.06' } });
    const nc = await server.connect();
    const jsm = await nc.jetstreamManager({ checkAPI: false });
    const typesIn = async (stream: string, count: number) => {
      await until(`${count} in ${stream}`, async () => {
        const info = await jsm.streams.info(stream).catch(() => undefined);
        return (info?.state.messages ?? 0) >= count;
      });
      const { state } = await jsm.streams.info(stream);
      const types: string[] = [];
      for (let seq = 1; seq <= state.last_seq; seq += 1) {
        const { data, subject } = await jsm.streams.getMessage(stream, { seq });
        const { type, dataclass } = SharedEvent.parse(JSON.parse(new TextDecoder().decode(data)));
        types.push(`${subject.split('.')[0]} ${dataclass} ${type}`);
      }
      return types;
    };
    assert.deepEqual(await typesIn(INTERNAL, 4), [
      'internal resources siaga.resource.registered.v1',
      'internal resources siaga.stock.registered.v1',
      'internal resources siaga.stock.received.v1',
      'internal mutual-aid siaga.aid-request.requested.v1',
    ]);
    assert.deepEqual(await typesIn(EVENTS, 1), ['disaster public siaga.incident.reported.v1']);
    assert.equal(site.cooperation.register.known.withheld.size, 4);
  } finally {
    await sharing.stop();
    await topology.stop();
  }
});

const askedFor = (conversation: string, site: Pick<Site, 'time'>): DomainEvent => ({
  type: 'AidRequested',
  data: {
    occurredAt: at(site),
    conversation,
    to: SERUYAN,
    incident: uuidv7(),
    items: [{ item: '1', kind: 'rubber-boat', quantity: 1 }],
    where: { place: '62.02.06' },
    from: '2026-02-03T06:00:00.000Z',
    durationHours: 24,
    answerBy: '2026-02-04T06:00:00.000Z',
    basis: { agreement: uuidv7() },
  },
});

test('when it enters into force what was withheld follows once, in ledger order, whenever the relay is killed', async () => {
  const prepared = new SmallSite();
  const seruyan = openNeighbour(SERUYAN, prepared.time);
  await prepared.open();
  const boats: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    boats.push(await prepared.boat());
    await prepared.incident();
  }
  const { agreement, text, sign } = await drafted(prepared, seruyan, KOTIM);
  const signature = sign();
  await prepared.close();
  let cuts = 0;
  for (let call = 1, cut = true; cut; call += 1) {
    for (const when of ['before', 'after']) {
      const site = new SmallSite();
      cpSync(prepared.dir, site.dir, { recursive: true });
      await site.open();
      cut = false;
      let calls = 0;
      const dying = relayOf(
        site,
        ledgerWith(site.ledger, async (...append) => {
          if (cut) throw new Error('dead');
          calls += 1;
          if (calls !== call) return site.ledger.append(...append);
          if (when === 'after') await site.ledger.append(...append);
          cut = true;
          throw new Error('cut');
        }),
      );
      const untilShared = (count: number) =>
        until(`${count} are shared`, () => cut || dying.state().journalSequence === count);
      const half = agreementStream(agreement);
      const data = { occurredAt: at(site), ...text };
      await untilShared(3);
      await site.append(half, { type: 'AgreementFinalised', data }, agreement);
      await untilShared(4);
      const signed = { ...data, signedOn: '2026-02-03' };
      await site.append(half, { type: 'AgreementSigned', data: signed }, agreement);
      await untilShared(5);
      // The neighbour's word is none of ours to share: what was withheld stands last.
      await takeIn(site, seruyan, signature);
      await untilShared(8);
      await dying.stop();
      if (cut) cuts += 1;
      const relay = relayOf(site);
      await until('all is shared', () => relay.state().journalSequence === 8);
      await relay.stop();
      const shared = await sharedOf(site.ledger);
      const where = `${when} append ${call}`;
      assert.equal(shared.length, 8, where);
      const of = (dataClass: string) => shared.filter(({ dataclass }) => dataclass === dataClass);
      assert.deepEqual(
        of('resources').map(({ id }) => id),
        boats,
        where,
      );
      assert.deepEqual(
        of('public').map(({ type }) => type.split('.')[2]),
        ['reported', 'reported', 'reported', 'finalised', 'signed'],
        where,
      );
      assert.equal(site.cooperation.register.known.withheld.size, 0);
      await site.close();
      site.remove();
    }
  }
  assert.equal(cuts, 8, 'four appends');
  prepared.remove();
});

test('an agreement that begins later opens by time alone', async ({ site, seruyan, relays }) => {
  await boatOf(site, 'Perahu 1');
  site.time.now = Date.parse('2026-02-03T16:59:59.900Z');
  await agreed(site, seruyan, KOTIM, { from: '2026-02-04' });
  relays.push(relayOf(site));
  await looked(site);
  assert.deepEqual(await grantedOf(site.ledger), []);
  const head = (await sharedOf(site.ledger)).length;
  site.time.now += 100;
  await until('it has opened', () => site.cooperation.register.known.withheld.size === 0);
  assert.deepEqual(await grantedOf(site.ledger), ['resource registered']);
  assert.equal((await sharedOf(site.ledger)).length, head + 1, 'and nothing else happened');
});

test('its first day that begins while a batch is being written is not missed', async ({
  site,
  seruyan,
  relays,
}) => {
  await boatOf(site, 'Perahu 1');
  site.time.now = Date.parse('2026-02-03T16:00:00.000Z');
  await agreed(site, seruyan, KOTIM, { from: '2026-02-04' });
  let slow = false;
  relays.push(
    relayOf(
      site,
      ledgerWith(site.ledger, async (...append) => {
        if (slow) site.time.now = Date.parse('2026-02-03T17:00:00.001Z');
        return site.ledger.append(...append);
      }),
    ),
  );
  await looked(site);
  assert.deepEqual(await grantedOf(site.ledger), []);
  slow = true;
  await looked(site);
  await until('it has opened', () => site.cooperation.register.known.withheld.size === 0);
  assert.deepEqual(await grantedOf(site.ledger), ['resource registered']);
});

const homeComing = [
  'resource arrived',
  'resource released',
  'resource returning',
  'resource returned',
] as const;
const lent = [
  'resource registered',
  'resource registered',
  'aid-offer made',
  'resource committed',
  'aid-offer committed',
  'resource departed',
];

for (const [how, end] of [
  [
    'is ended',
    ({ site }: Context, agreement: string) =>
      did(site, 'kalaksa', `/agreements/${agreement}/terminate`, { reason: 'Tidak diperlukan lagi' }),
  ],
  [
    'has expired',
    async ({ site }: Context) => {
      site.time.now = Date.parse('2026-02-10T17:00:00.000Z');
    },
  ],
] as const) {
  test(`when it ${how} nothing new goes out, but a boat that is out comes home in the open; a later one lets the rest follow`, async (context) => {
    const { site, seruyan, relays } = context;
    relays.push(relayOf(site));
    const first = await agreed(site, seruyan, KOTIM, { to: '2026-02-10' });
    const spare = await boatOf(site, 'Perahu sendiri');
    const { deployment } = await boatOnTheWay(context, first);
    await looked(site);
    assert.deepEqual(await grantedOf(site.ledger), lent);
    await end(context, first);
    await looked(site);

    await dispatched(site, spare);
    await boatOf(site, 'Perahu baru');
    await backHome(site, deployment);
    await looked(site);
    assert.deepEqual(await grantedOf(site.ledger), [...lent, ...homeComing], 'the boat alone');
    assert.equal(site.cooperation.register.known.withheld.size, 2);

    await agreed(site, seruyan, KOTIM);
    await looked(site);
    const all = [...lent, ...homeComing, 'resource committed', 'resource registered'];
    assert.deepEqual(await grantedOf(site.ledger), all, 'what was withheld in between, once');
    for (const relay of relays) await relay.stop();
    relays.push(relayOf(site));
    await looked(site);
    assert.deepEqual(await grantedOf(site.ledger), all, 'nothing again after a start');
  });
}

test('an override lets out the classes that it names, and no other, for as long as it stands', async ({
  site,
  relays,
}) => {
  relays.push(relayOf(site));
  await boatOf(site, 'Sebelum');
  const resourcesOnly = await made(site, 'kalaksa', '/sharing-overrides', {
    classes: ['resources'],
    reason: 'Banjir besar',
    until: at(site, hours(24)),
  });
  await site.ledger.append(aidRequestStream('x'), 0, [ownEvent(askedFor(uuidv7(), site), uuidv7())]);
  await looked(site);
  assert.deepEqual(await grantedOf(site.ledger), ['resource registered']);
  await did(site, 'kalaksa', `/sharing-overrides/${resourcesOnly}/end`, { reason: 'Sudah surut' });
  await boatOf(site, 'Sesudah');
  await made(site, 'kalaksa', '/sharing-overrides', {
    classes: ['mutual-aid'],
    reason: 'Banjir lagi',
    until: at(site, hours(24)),
  });
  await looked(site);
  assert.deepEqual(await grantedOf(site.ledger), ['resource registered', 'aid-request requested']);
  site.time.now += 2 * DAY_MS;
  await site.ledger.append(aidRequestStream('y'), 0, [ownEvent(askedFor(uuidv7(), site), uuidv7())]);
  await looked(site);
  assert.deepEqual(await grantedOf(site.ledger), ['resource registered', 'aid-request requested']);
});

// Any sequence of events, agreements, overrides, times and restarts

type Step =
  | { does: 'resource' | 'ask' | 'incident' | 'stop' | 'start' | 'restart' }
  /** Of the conversation of that number, where there is one. */
  | { does: 'enquire' | 'cancel'; which: number }
  | { does: 'agree'; classes: GrantedClass[]; later: boolean }
  | { does: 'terminate'; which: number }
  | { does: 'override'; classes: GrantedClass[] }
  | { does: 'pass'; hours: number };
const classes = fc.subarray<GrantedClass>(['mutual-aid', 'resources'], { minLength: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constantFrom('resource', 'ask', 'incident') }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('enquire', 'cancel'), which: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('agree'), classes, later: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('terminate'), which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('override'), classes }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('pass'), hours: fc.constantFrom(7, 20, 30) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('stop', 'start', 'restart') }) },
);

/** What may be shared, said once more: of each event whether it may go now, and nothing of journals or positions. */
class Expectation {
  readonly public: string[] = [];
  readonly granted: string[] = [];
  /** In ledger order. */
  #held: { id: string; dataClass: GrantedClass; begun: boolean }[] = [];
  readonly grants: { classes: readonly GrantedClass[]; from: number; until: number }[] = [];

  holds(id: string, dataClass: GrantedClass, begun = false): void {
    this.#held.push({ id, dataClass, begun });
  }
  /** The relay comes to the end of the ledger. */
  looks(now: number): void {
    const open = new Set(
      this.grants.filter(({ from, until }) => from <= now && now < until).flatMap((grant) => grant.classes),
    );
    const may = ({ begun, dataClass }: { begun: boolean; dataClass: GrantedClass }) =>
      begun || open.has(dataClass);
    this.granted.push(...this.#held.filter(may).map(({ id }) => id));
    this.#held = this.#held.filter((held) => !may(held));
  }
}

/** A site of which anything may happen, and what is expected of its journal. */
class AnySite extends SmallSite {
  readonly seruyan = openNeighbour(SERUYAN, this.time);
  readonly expected = new Expectation();
  readonly conversations: { id: string; over: boolean }[] = [];
  readonly agreements: { id: string; grant: { until: number } }[] = [];
  relay: Relay | undefined;

  /** An incident, and where the relay runs, that it has come to it. */
  async mark(): Promise<void> {
    const id = await this.incident();
    this.expected.public.push(id);
    if (!this.relay) return;
    const seen = new AbortController();
    for await (const batch of this.ledger.subscribeAll({ after: 0, signal: seen.signal })) {
      const found = batch.some(({ stream, data }) => {
        if (stream !== JOURNAL_STREAM) return false;
        return SharedEvent.parse(JSON.parse((data as { text: string }).text)).id === id;
      });
      if (found) break;
    }
    seen.abort();
  }
}

async function take(site: AnySite, action: Step): Promise<void> {
  const { expected, conversations, agreements, seruyan, time } = site;
  switch (action.does) {
    case 'incident':
      return;
    case 'resource':
      expected.holds(await site.boat(), 'resources');
      return;
    case 'ask': {
      const id = uuidv7();
      conversations.push({ id, over: false });
      expected.holds(await site.append(aidRequestStream(id), askedFor(id, site), id), 'mutual-aid');
      return;
    }
    case 'enquire':
    case 'cancel': {
      const conversation = conversations[action.which];
      if (!conversation) return;
      const { id, over } = conversation;
      const event: DomainEvent =
        action.does === 'cancel'
          ? {
              type: 'AidRequestCancelled',
              data: { occurredAt: at(site), conversation: id, reason: 'Surut' },
            }
          : {
              type: 'StatusAsked',
              data: { occurredAt: at(site), conversation: id, enquiry: uuidv7(), deployments: [uuidv7()] },
            };
      expected.holds(await site.append(aidRequestStream(id), event, id), 'mutual-aid', !over);
      if (action.does === 'cancel') conversation.over = true;
      return;
    }
    case 'agree': {
      const from = action.later ? '2026-02-04' : '2026-02-03';
      const terms = { dataClasses: action.classes, from, to: '2026-02-05' };
      if (time.now >= Date.parse('2026-02-05T17:00:00.000Z')) return;
      const { agreement: id, text, sign } = await drafted(site, seruyan, KOTIM, terms);
      const data = { occurredAt: at(site), ...text, signedOn: '2026-02-03' };
      expected.public.push(await site.append(agreementStream(id), { type: 'AgreementSigned', data }, id));
      await takeIn(site, seruyan, sign());
      const grant = {
        classes: action.classes,
        from: Date.parse(from) - 7 * 3_600_000,
        until: Date.parse('2026-02-05T17:00:00.000Z'),
      };
      expected.grants.push(grant);
      agreements.push({ id, grant });
      return;
    }
    case 'terminate': {
      const agreement = agreements[action.which];
      if (!agreement) return;
      const { id, grant } = agreement;
      const data = { occurredAt: at(site), reason: 'Selesai', effectiveAt: at(site) };
      expected.public.push(await site.append(agreementStream(id), { type: 'AgreementTerminated', data }, id));
      grant.until = Math.min(grant.until, time.now);
      return;
    }
    case 'override': {
      const override = uuidv7();
      const until = time.now + 12 * 3_600_000;
      const data = {
        occurredAt: at(site),
        override,
        classes: action.classes,
        reason: 'Banjir',
        from: at(site),
        until: new Date(until).toISOString(),
      };
      if (site.cooperation.register.known.overrides.some((one) => one.until > at(site))) return;
      expected.public.push(await site.append(OVERRIDE_STREAM, { type: 'SharingOverridden', data }, KOTIM));
      expected.grants.push({ classes: action.classes, from: time.now, until });
      return;
    }
    case 'pass':
      time.now += hours(action.hours);
      // The relay notices when it has written something, at the latest.
      await site.mark();
      return;
    case 'stop':
      await site.relay?.stop();
      site.relay = undefined;
      return;
    case 'start':
      site.relay ??= relayOf(site);
      return;
    case 'restart':
      await site.relay?.stop();
      await site.close();
      await site.open();
      site.relay = relayOf(site);
  }
}

test('over any sequence of events, agreements, overrides, times and restarts exactly what may be shared is, each once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 20 }), async (steps) => {
      const site = new AnySite();
      await site.open();
      site.relay = relayOf(site);
      try {
        for (const action of [...steps, { does: 'start' } as const]) {
          await take(site, action);
          await site.mark();
          if (site.relay) site.expected.looks(site.time.now);
        }
        const shared = await sharedOf(site.ledger);
        const idsOf = (isPublic: boolean) =>
          shared.filter(({ dataclass }) => (dataclass === 'public') === isPublic).map(({ id }) => id);
        assert.deepEqual(idsOf(false), site.expected.granted);
        assert.deepEqual(idsOf(true), site.expected.public);
      } finally {
        await site.relay?.stop();
        await site.close();
        site.remove();
      }
    }),
    { numRuns: 25 },
  );
});
