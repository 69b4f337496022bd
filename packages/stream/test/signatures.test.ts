import { hash, sign } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync, chmodSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GENESIS_HASH, keyringOf, type SharedEvent, subjectOf } from '@siaga/domain';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import type { NatsConnection } from 'nats';
import {
  type Delivery,
  ensureSite,
  EVENTS,
  follow,
  isSignedWith,
  makePrivateKey,
  newPrivateKey,
  openJudge,
  pemOf,
  type PrivateKey,
  privateKeyOf,
  readPrivateKey,
  readTrustedKeys,
  signed,
  trustKey,
  UnusableKey,
} from '../src/index.ts';
import { eventOf } from './support.ts';

const regency = '62.07';
const [ours, next, stranger] = [newPrivateKey(), newPrivateKey(), newPrivateKey()];

interface Message {
  event: SharedEvent;
  raw: string;
}
const messageOf = (event: SharedEvent): Message => ({ event, raw: JSON.stringify(event) });

/** A regency's journal, each event linked to the one before. */
class Journal {
  readonly messages: Message[] = [];
  #previous = GENESIS_HASH;
  /** With the changes that are signed too. */
  say(key: PrivateKey, changes: Partial<SharedEvent> = {}): Message {
    const sequence = this.messages.length + 1;
    const event = { ...eventOf(regency, sequence), previoushash: this.#previous, ...changes };
    const message = messageOf(signed(event, key));
    this.#previous = hash('sha256', message.raw);
    this.messages.push(message);
    return message;
  }
  announce(key: PrivateKey, announced: PrivateKey): Message {
    const data = { occurredAt: '2026-09-01T00:00:00.000Z', key: announced.key };
    return this.say(key, { type: 'siaga.signing-key.announced.v1', hazard: 'general', data });
  }
  revoke(key: PrivateKey, revoked: PrivateKey): Message {
    const data = { occurredAt: '2026-09-01T00:00:00.000Z', key: revoked.key, reason: 'compromised' };
    return this.say(key, { type: 'siaga.signing-key.revoked.v1', hazard: 'general', data });
  }
}

/** As another process signs: nothing of it is remembered here. */
const signedElsewhere = (envelope: SharedEvent, { key, private: privateKey }: PrivateKey): SharedEvent => {
  const named = { ...envelope, signingkey: key };
  const bytes = Buffer.from(canonicalize(named) ?? '');
  return { ...named, signature: sign(null, bytes, privateKey).toString('base64url') };
};

const signatures = suite('signatures');

signatures('a signature is of every member of the envelope, and of no other key', () => {
  const event = signedElsewhere(eventOf(regency, 7), ours);
  const raw = JSON.stringify(event);
  assert.deepEqual(signed(eventOf(regency, 7), ours), event);
  assert.ok(isSignedWith(ours.key, JSON.stringify(signedElsewhere(eventOf(regency, 8), ours))));
  assert.ok(isSignedWith(ours.key, raw));
  assert.ok(!isSignedWith(next.key, raw));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(event)), fc.jsonValue(), (member, value) => {
      const altered = JSON.stringify({ ...event, [member]: value });
      assert.equal(isSignedWith(ours.key, altered), altered === raw);
    }),
    { numRuns: 300 },
  );
  assert.ok(!isSignedWith(ours.key, JSON.stringify({ ...event, more: 1 })));
});

signatures('what was found genuine, or was signed here, vouches for nothing but itself', () => {
  const texts = Array.from({ length: 600 }, (_, index) => {
    const event = eventOf(regency, index + 1);
    return JSON.stringify(index % 2 === 0 ? signed(event, ours) : signedElsewhere(event, ours));
  });
  for (const text of [...texts, ...texts.toReversed()]) {
    assert.ok(isSignedWith(ours.key, text));
    assert.ok(!isSignedWith(next.key, text));
    const event: SharedEvent = JSON.parse(text);
    assert.ok(!isSignedWith(ours.key, JSON.stringify({ ...event, revision: event.revision + 1 })));
    assert.ok(isSignedWith(ours.key, text));
  }
});

signatures(
  'whatever stands in an event, it is signed and found to be, whatever the order of its members',
  () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        // What has no canonical form (half a character, minus zero) is let in at no edge.
        fc.pre(JSON.stringify(data).isWellFormed() && !Object.hasOwn(data, '__proto__'));
        const envelope = { ...eventOf(regency, 1), data: JSON.parse(JSON.stringify(data)) };
        const event = signedElsewhere(envelope, ours);
        assert.ok(isSignedWith(ours.key, JSON.stringify(event)));
        const turned = Object.fromEntries(Object.entries(event).toReversed());
        assert.ok(isSignedWith(ours.key, JSON.stringify(turned)));
      }),
      { numRuns: 300 },
    ),
);

signatures('a key’s text gives the same key, and what is no key is said to be none', () => {
  assert.equal(privateKeyOf(pemOf(ours)).key, ours.key);
  assert.throws(() => privateKeyOf('no key'));
  const event = signed(eventOf(regency, 1), ours);
  for (const key of ['', 'A'.repeat(43), '_'.repeat(43)])
    assert.ok(!isSignedWith(key, JSON.stringify(event)));
});

const files = suite<{ folder: string }>('key files', {} as { folder: string });
files.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'siaga-keys-'));
});
files.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

files('a private key is its owner’s alone, and is read only while it is', ({ folder }) => {
  const { key } = makePrivateKey(join(folder, 'signing'));
  const [name = ''] = readdirSync(join(folder, 'signing'));
  const file = join(folder, 'signing', name);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readPrivateKey(join(folder, 'signing'), key).key, key);
  chmodSync(file, 0o640);
  assert.throws(() => readPrivateKey(join(folder, 'signing'), key), /chmod 600/);
  chmodSync(file, 0o600);
  writeFileSync(file, pemOf(stranger));
  assert.throws(() => readPrivateKey(join(folder, 'signing'), key), /does not hold/);
  assert.throws(() => readPrivateKey(folder, key), UnusableKey);
});

files('trusted keys are kept by regency, each once', ({ folder }) => {
  trustKey(folder, '62.07', ours.key);
  trustKey(folder, '62.02', next.key);
  trustKey(folder, '62.07', ours.key);
  trustKey(folder, '62.07', stranger.key);
  assert.deepEqual(readTrustedKeys(folder), { '62.07': [ours.key, stranger.key], '62.02': [next.key] });
  writeFileSync(join(folder, 'trusted-keys.json'), '{"62.07":["short"]}');
  assert.throws(() => readTrustedKeys(folder), /infra\/pki makes them/);
});

const judging = suite('telling genuine events from forged ones');

/** Takes messages in as a follower does; answers what was taken, and what was refused. */
function takeIn(batches: readonly (readonly Message[])[]) {
  const judge = openJudge(keyringOf([ours.key]));
  const taken: Message[] = [];
  const refused: Message[] = [];
  for (const batch of batches) {
    const forgeryAt = judge.of(batch);
    for (const [index, message] of batch.entries()) {
      if (forgeryAt(index)) refused.push(message);
      else if (message.event.sequence === taken.length + 1) {
        taken.push(message);
        judge.learn(message.event);
      }
    }
  }
  return { taken, refused };
}

const without = (event: SharedEvent, ...members: (keyof SharedEvent)[]): SharedEvent => {
  const rest: SharedEvent = { ...event };
  for (const member of members) Reflect.deleteProperty(rest, member);
  return rest;
};
/** Ways to make a message that the regency has not signed out of one that it has. */
const forgeries: ((message: Message) => Message)[] = [
  ({ event }) => messageOf({ ...event, data: { ...event.data, people: 0 } }),
  ({ event }) => messageOf(without(event, 'signature')),
  ({ event }) => messageOf(without(event, 'signature', 'signingkey')),
  ({ event }) => messageOf(signed(event, stranger)),
  ({ event }) => messageOf({ ...signed(event, stranger), signingkey: ours.key }),
  ({ event }) => messageOf({ ...event, sequence: event.sequence + 1 }),
  ({ event }) => messageOf({ ...event, signature: 'A'.repeat(86) }),
];

judging('in any batches and with any forgeries between, exactly what the regency signed is taken', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('say', 'say', 'say', 'announce', 'revoke'), { maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 20, maxLength: 20 }),
      (steps, inserted, sizes) => {
        const journal = new Journal();
        let key = ours;
        for (const step of steps) {
          if (step === 'announce' && key === ours) {
            journal.announce(ours, next);
            key = next;
          } else if (step === 'revoke' && key === next) journal.revoke(next, ours);
          else journal.say(key);
        }
        const stream = [...journal.messages];
        const forged = new Set<string>();
        for (const [of, how, where] of inserted) {
          const message = journal.messages[of % Math.max(1, journal.messages.length)];
          if (!message) continue;
          const made = forgeries[how % forgeries.length]?.(message) ?? message;
          forged.add(made.raw);
          stream.splice(where % (stream.length + 1), 0, made);
        }
        const batches: Message[][] = [];
        for (const size of sizes) batches.push(stream.splice(0, size));
        batches.push(stream);
        const { taken, refused } = takeIn(batches);
        assert.deepEqual(
          taken.map(({ raw }) => raw),
          journal.messages.map(({ raw }) => raw),
        );
        assert.deepEqual(new Set(refused.map(({ raw }) => raw)), forged);
      },
    ),
    { numRuns: 300 },
  ),
);

judging('of a whole batch one signature is checked, and one that is broken on the way is found', () => {
  const journal = new Journal();
  for (let said = 0; said < 200; said += 1) journal.say(ours);
  const { messages } = journal;
  // Only the last one's signature is left; the hashes are of the texts as they are.
  const bare: Message[] = [];
  let previoushash = GENESIS_HASH;
  for (const { event } of messages.slice(0, -1)) {
    const message = messageOf({ ...event, previoushash, signature: 'A'.repeat(86) });
    previoushash = hash('sha256', message.raw);
    bare.push(message);
  }
  const last = messageOf(signed({ ...eventOf(regency, 200), previoushash }, ours));
  assert.equal(takeIn([[...bare, last]]).taken.length, 200);
  assert.equal(takeIn([bare, [last]]).taken.length, 0);
});

judging('a revoked key signs nothing any more, and what it signed before goes on counting', () => {
  const journal = new Journal();
  journal.say(ours);
  journal.announce(ours, next);
  journal.revoke(next, ours);
  const stolen = messageOf(signed({ ...eventOf(regency, 4), previoushash: GENESIS_HASH }, ours));
  const genuine = journal.say(next);
  const { taken, refused } = takeIn([[...journal.messages.slice(0, 3), stolen, genuine]]);
  assert.deepEqual(taken, journal.messages);
  assert.deepEqual(refused, [stolen]);
  assert.deepEqual(takeIn(journal.messages.map((one) => [one])).taken, journal.messages);
});

interface Context {
  topology: Topology;
  nc: NatsConnection;
}
const following = suite<Context>('following what is signed', {} as Context);
following.before(async (context) => {
  context.topology = await startTopology({ regencies: [regency] });
  context.nc = await context.topology.site(regency).connect();
});
following.before.each(({ nc }) => ensureSite(nc, { regency, neighbours: [] }));
following.after.each(async ({ nc }) => {
  await (await nc.jetstreamManager()).streams.delete(EVENTS);
});
following.after(({ topology }) => topology.stop());

function start(nc: NatsConnection) {
  const taken: Delivery[] = [];
  const follower = follow({
    nc,
    stream: EVENTS,
    regency,
    after: 0,
    keys: keyringOf([ours.key]),
    deliver: async (batch) => void taken.push(...batch),
  });
  const of = (kind: Delivery['kind']) => taken.filter((delivery) => delivery.kind === kind);
  return { follower, of };
}
const publish = async (nc: NatsConnection, ...messages: Message[]) => {
  for (const { event, raw } of messages) await nc.jetstream().publish(subjectOf(event), raw);
};

following('a forged event takes no number, is told of once, and opens no hole', async ({ nc }) => {
  const journal = new Journal();
  const [first, second, third] = [journal.say(ours), journal.say(ours), journal.say(ours)];
  const forged = forgeries.map((forge) => forge(second));
  const far = messageOf(signed({ ...eventOf(regency, 900), previoushash: GENESIS_HASH }, stranger));
  await publish(nc, first, ...forged, far);
  const { follower, of } = start(nc);
  await until('all forgeries are told of', () => of('forged').length === forged.length + 1);
  assert.deepEqual(follower.state(), { lastSequence: 1 });
  await publish(nc, second, third);
  await until('the genuine ones are taken', () => follower.state().lastSequence === 3);
  assert.deepEqual(
    of('event').map(({ raw }) => raw),
    journal.messages.map(({ raw }) => raw),
  );
  assert.equal(of('forged').length, forged.length + 1);
  await follower.stop();
});

following('events whose key was announced in one that comes late are taken after it', async ({ nc }) => {
  const journal = new Journal();
  journal.say(ours);
  const announced = journal.announce(ours, next);
  const later = [journal.say(next), journal.say(next)];
  await publish(nc, ...journal.messages.slice(0, 1), ...later);
  const { follower, of } = start(nc);
  await until('the later ones are refused', () => of('forged').length === 2);
  await publish(nc, announced);
  await until('all are taken', () => follower.state().lastSequence === 4);
  assert.equal(of('event').length, 4);
  await follower.stop();
});

following('what an agreement names is trusted from then on', async ({ nc }) => {
  const journal = new Journal();
  journal.say(ours);
  journal.say(stranger);
  journal.say(stranger);
  await publish(nc, ...journal.messages);
  const { follower, of } = start(nc);
  await until('a stranger is refused', () => of('forged').length === 2);
  follower.trust([stranger.key]);
  await until('all are taken', () => follower.state().lastSequence === 3);
  await follower.stop();
});
