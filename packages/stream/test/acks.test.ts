import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import { ErrorCode, NatsError, type NatsConnection } from 'nats';
import { ackedPublishing } from '../src/acks.ts';
import { ensureSite, EVENTS, StreamUnavailable } from '../src/index.ts';

const test = suite('stream: acks');
const regency = '62.07';
const subject = 'disaster.6207.flood.incident.reported';
const bytes = new TextEncoder().encode('an event');
let topology: Topology;
let nc: NatsConnection;

test.before(async () => {
  topology = await startTopology({ regencies: [regency] });
  nc = await topology.site(regency).connect();
  await ensureSite(nc, { regency, neighbours: [] });
});
test.after(() => topology.stop());

const natsError = (code: string) => (error: unknown) => error instanceof NatsError && error.code === code;

test('many at once: each is told where it was stored, in the order in which they were sent, without a header', async () => {
  const acks = await Promise.all(
    Array.from({ length: 500 }, () => ackedPublishing(nc).publish(subject, bytes)),
  );
  const first = acks[0]?.position ?? 0;
  assert.deepEqual(
    acks,
    acks.map((_, index) => ({ stream: EVENTS, position: first + index })),
  );
  const answer = await nc.request(`$JS.API.STREAM.MSG.GET.${EVENTS}`, JSON.stringify({ seq: first }));
  const { message } = answer.json<{ message: { data: string; hdrs?: string } }>();
  assert.equal(Buffer.from(message.data, 'base64').toString(), 'an event');
  assert.equal(message.hdrs, undefined);
});

test('nobody stores the subject', async () => {
  await assert.rejects(
    ackedPublishing(nc).publish('nobody.stores', bytes),
    natsError(ErrorCode.NoResponders),
  );
});

test('what the server says against it, with its number', async () => {
  const jsm = await nc.jetstreamManager();
  await jsm.streams.add({ name: 'SMALL', subjects: ['small'], max_msg_size: 10 });
  await assert.rejects(
    ackedPublishing(nc).publish('small', new Uint8Array(11)),
    // JSStreamMessageExceedsMaximumErr
    (error: unknown) => natsError('400')(error) && (error as NatsError).api_error?.err_code === 10054,
  );
});

test('an answer that is none of JetStream’s', async () => {
  nc.subscribe('answered', { max: 1, callback: (_error, message) => message.respond('{"stream":""}') });
  await assert.rejects(
    ackedPublishing(nc).publish('answered', bytes),
    natsError(ErrorCode.JetStreamInvalidAck),
  );
});

test('a refused subject fails that message and no other', async () => {
  const service = await topology.site(regency).connect('regency', 'regency');
  const publishing = ackedPublishing(service);
  const [refused, stored] = await Promise.allSettled([
    publishing.publish('disaster.6202.flood.incident.reported', bytes),
    publishing.publish(subject, bytes),
  ]);
  assert.equal(stored.status, 'fulfilled');
  assert.ok(refused.status === 'rejected' && natsError(ErrorCode.PermissionsViolation)(refused.reason));
});

test('a connection that is closed, or lost, fails what is under way at once', async () => {
  const closing = await topology.site(regency).connect('closing');
  closing.subscribe('silent', { callback: () => undefined });
  const closed = assert.rejects(ackedPublishing(closing).publish('silent', bytes), StreamUnavailable);
  await closing.close();
  await closed;

  nc.subscribe('silent', { callback: () => undefined });
  const startedAt = performance.now();
  const lost = assert.rejects(ackedPublishing(nc).publish('silent', bytes), StreamUnavailable);
  await topology.site(regency).kill();
  await lost;
  assert.ok(performance.now() - startedAt < 4_000, 'before its patience ends');
  await topology.site(regency).restart();
  await until('it publishes again', () =>
    ackedPublishing(nc)
      .publish(subject, bytes)
      .then(
        () => true,
        () => false,
      ),
  );
});

test('who says nothing for 5 s', async () => {
  nc.subscribe('asleep', { callback: () => undefined });
  await assert.rejects(ackedPublishing(nc).publish('asleep', bytes), natsError(ErrorCode.Timeout));
});
