/**
 * A protocol double of EventStoreDB: a gRPC server of ours, built on the messages of the client itself, that the real
 * client talks to over a real socket. It keeps streams in memory, answers and fails in the shapes that EventStoreDB
 * does as far as we know them, and can be told to fail. It is no EventStoreDB: what was tested against it is
 * "verified against a protocol double". What it does not show stands in docs/operations.md.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  Metadata,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
  Server,
  ServerCredentials,
  status,
} from '@grpc/grpc-js';
import { type Link, startLink } from '../link.ts';
import { DoubleStore, type Expectation, type ProposedRecord, type StoredRecord } from './store.ts';

/** What happens to one append: before it is written, or after it was and before its answer. */
export type AppendFault = 'refused' | 'cut before' | 'cut after' | 'silent before' | 'silent after';
/** What happens to one read: at its start, or after half of its events. */
export type ReadFault = 'refused' | 'cut midway' | 'silent midway';

export interface EventStoreDouble {
  /** `eventstoredb://127.0.0.1:34567?tls=false` */
  readonly url: string;
  readonly port: number;
  readonly store: DoubleStore;
  /** What lies between client and server: cut it, and heal it again, for a server that restarts. */
  readonly link: Link;
  /** Each is used up by one call, the first first. */
  readonly faults: { append: AppendFault[]; read: ReadFault[] };
  /** How often each method was called. */
  readonly calls: { append: number; batchAppend: number; read: number; subscribe: number; features: number };
  /** Subscriptions that are served at the moment. */
  readonly subscriptions: number;
  /** The server ends every subscription: with an error, or as if there were no more to come. */
  endSubscriptions(how: 'error' | 'end'): void;
  /** From now on it is a node of a cluster: calls that require the leader are sent there. Change the cluster at will. */
  join(cluster: DoubleCluster): void;
  stop(): Promise<void>;
}

/** What its nodes tell of themselves: who there is, who leads, who is held for dead. */
export interface DoubleCluster {
  members: EventStoreDouble[];
  leader: EventStoreDouble;
  dead: EventStoreDouble[];
}

export interface DoubleOptions {
  /** Of another double, for two nodes of one cluster. Default: an empty one. */
  store?: DoubleStore;
  /** Bytes that one append may take in all. 1 MiB is EventStoreDB's default, 16 MiB the most. */
  maxAppendBytes?: number;
  /** Whether subscriptions are told that they have caught up, as from version 23.10 on. Default true. */
  tellsCaughtUp?: boolean;
}

const TICKS_PER_MS = 10_000n;
/** A subscription with a filter is told how far was looked after so many records. */
const CHECKPOINT_EVERY = 32;
const MOST_MESSAGE_BYTES = 17 * 1024 * 1024;

export async function startEventStoreDouble({
  store = new DoubleStore(),
  maxAppendBytes = 1_048_576,
  tellsCaughtUp = true,
}: DoubleOptions = {}): Promise<EventStoreDouble> {
  const faults: EventStoreDouble['faults'] = { append: [], read: [] };
  const calls = { append: 0, batchAppend: 0, read: 0, subscribe: 0, features: 0 };
  const subscriptions = new Set<ServerWritableStream<ReadReq, ReadResp>>();
  let cluster: DoubleCluster | undefined;

  const server = new Server({
    'grpc.max_receive_message_length': MOST_MESSAGE_BYTES,
    'grpc.max_send_message_length': MOST_MESSAGE_BYTES,
  });
  const cut = () => {
    link.cut();
    link.heal();
  };
  const notLeader = (asked: Metadata) => {
    const leader = cluster?.leader ?? double;
    if (leader === double || asked.get('requires-leader').length === 0) return undefined;
    return failure(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': '127.0.0.1',
      'leader-endpoint-port': String(leader.port),
    });
  };

  const append = async (
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ) => {
    calls.append += 1;
    const refused = notLeader(call.metadata);
    if (refused) return answer(refused);
    const fault = faults.append.shift();
    if (fault === 'refused') return answer(failure(status.UNAVAILABLE, 'Server Is Not Ready'));
    let options: AppendReq.Options | undefined;
    const proposed: ProposedRecord[] = [];
    let bytes = 0;
    try {
      for await (const message of call as AsyncIterable<AppendReq>) {
        options = message.getOptions() ?? options;
        const record = message.getProposedMessage();
        if (!record) continue;
        proposed.push(proposedOf(record));
        bytes += sizeOf(proposed.at(-1));
      }
    } catch {
      return;
    }
    // A connection that breaks looks like the end of the messages first, and like a broken one a turn later. Nothing
    // of an append that did not come in whole is kept.
    await nextTurn();
    if (call.cancelled) return;
    if (fault === 'silent before') return;
    if (fault === 'cut before') return cut();
    if (bytes > maxAppendBytes) {
      return answer(
        failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${maxAppendBytes} Exceeded.`, {
          exception: 'maximum-append-size-exceeded',
          'maximum-append-size': String(maxAppendBytes),
        }),
      );
    }
    const name = nameOf(options?.getStreamIdentifier());
    const verdict = store.append(name, expectationOf(options), proposed);
    if (fault === 'silent after') return;
    if (fault === 'cut after') return cut();
    const response = new streamsPb.AppendResp();
    if (verdict.kind === 'taken') {
      const position = new streamsPb.AppendResp.Position();
      position.setCommitPosition(String(verdict.position)).setPreparePosition(String(verdict.position));
      const success = new streamsPb.AppendResp.Success();
      response.setSuccess(success.setCurrentRevision(String(verdict.revision)).setPosition(position));
    } else {
      const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
      if (verdict.current === undefined) wrong.setCurrentNoStream(new sharedPb.Empty());
      else wrong.setCurrentRevision(String(verdict.current));
      response.setWrongExpectedVersion(wrong);
    }
    answer(null, response);
  };

  const read = async (call: ServerWritableStream<ReadReq, ReadResp>) => {
    const options = call.request.getOptions();
    const refused = notLeader(call.metadata);
    if (!options || refused) return void call.emit('error', refused ?? failure(status.INVALID_ARGUMENT, ''));
    if (options.hasSubscription()) return serve(call, options);
    calls.read += 1;
    const fault = faults.read.shift();
    if (fault === 'refused') return void call.emit('error', failure(status.UNAVAILABLE, 'Not Ready'));
    const found = options.hasAll() ? recordsOfAll(store, options) : recordsOfStream(store, options);
    if (found === 'no stream') {
      const missing = new streamsPb.ReadResp.StreamNotFound();
      missing.setStreamIdentifier(options.getStream()?.getStreamIdentifier());
      call.write(new streamsPb.ReadResp().setStreamNotFound(missing));
      return void call.end();
    }
    if (found === 'no such position') {
      return void call.emit('error', failure(status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition'));
    }
    const whole = found.slice(0, Number(options.getCount()));
    const sent = fault ? whole.slice(0, Math.ceil(whole.length / 2)) : whole;
    for (const record of sent) await write(call, eventOf(record));
    if (fault === 'cut midway') return cut();
    if (fault === undefined) call.end();
  };

  /** A subscription to everything, from behind a position: history, then what comes. */
  const serve = async (call: ServerWritableStream<ReadReq, ReadResp>, options: ReadReq.Options) => {
    calls.subscribe += 1;
    const from = options.getAll()?.getPosition();
    const first = from ? store.indexOf(Number(from.getCommitPosition())) : -1;
    if (first === undefined) return void call.emit('error', failure(status.UNKNOWN, 'InvalidPosition'));
    subscriptions.add(call);
    const filter = new RegExp(options.getFilter()?.getEventType()?.getRegex() ?? '');
    const confirmation = new streamsPb.ReadResp.SubscriptionConfirmation();
    await write(call, new streamsPb.ReadResp().setConfirmation(confirmation.setSubscriptionId('double')));
    let next = first + 1;
    let caughtUp = false;
    let wake = () => {};
    const unlisten = store.onAppend(() => wake());
    call.on('cancelled', () => wake());
    while (!call.cancelled && subscriptions.has(call)) {
      const record = store.log[next];
      if (record) {
        next += 1;
        if (filter.test(record.type)) await write(call, eventOf(record));
        if (next % CHECKPOINT_EVERY === 0 && options.hasFilter()) {
          const checkpoint = new streamsPb.ReadResp.Checkpoint();
          const at = String(record.position);
          await write(
            call,
            new streamsPb.ReadResp().setCheckpoint(checkpoint.setCommitPosition(at).setPreparePosition(at)),
          );
        }
        continue;
      }
      if (!caughtUp && tellsCaughtUp) {
        await write(call, new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp()));
      }
      caughtUp = true;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    unlisten();
    subscriptions.delete(call);
  };

  server.addService(StreamsService, {
    read: (call: ServerWritableStream<ReadReq, ReadResp>) => void read(call),
    append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
      void append(call, answer),
    // Advertised, as every server since 21.10 does, so that a client that uses it is seen.
    batchAppend: (call: ServerWritableStream<unknown, unknown>) => {
      calls.batchAppend += 1;
      call.emit('error', failure(status.UNIMPLEMENTED, 'the double takes no batches'));
    },
  });
  server.addService(ServerFeaturesService, {
    getSupportedMethods: (
      _: unknown,
      answer: sendUnaryData<InstanceType<typeof featuresPb.SupportedMethods>>,
    ) => {
      calls.features += 1;
      const methods = ['read', 'append', 'batchappend'].map((name) =>
        new featuresPb.SupportedMethod()
          .setServiceName('event_store.client.streams.streams')
          .setMethodName(name),
      );
      answer(
        null,
        new featuresPb.SupportedMethods().setMethodsList(methods).setEventStoreServerVersion('24.10.0'),
      );
    },
  });
  server.addService(GossipService, {
    read: (_: unknown, answer: sendUnaryData<InstanceType<typeof gossipPb.ClusterInfo>>) => {
      const { members, leader, dead } = cluster ?? { members: [double], leader: double, dead: [] };
      const { LEADER, FOLLOWER } = gossipPb.MemberInfo.VNodeState;
      const told = members.map((member) =>
        new gossipPb.MemberInfo()
          .setState(member === leader ? LEADER : FOLLOWER)
          .setIsAlive(!dead.includes(member))
          .setHttpEndPoint(new gossipPb.EndPoint().setAddress('127.0.0.1').setPort(member.port)),
      );
      answer(null, new gossipPb.ClusterInfo().setMembersList(told));
    },
  });
  const target = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  const link = await startLink({ target: { port: target } });

  const double: EventStoreDouble = {
    url: `eventstoredb://${link.url}?tls=false`,
    port: link.port,
    store,
    link,
    faults,
    calls,
    get subscriptions() {
      return subscriptions.size;
    },
    endSubscriptions(how) {
      for (const call of subscriptions) {
        subscriptions.delete(call);
        if (how === 'error') call.emit('error', failure(status.UNAVAILABLE, 'Server is shutting down'));
        else call.end();
      }
    },
    join(joined) {
      cluster = joined;
    },
    async stop() {
      await link.stop();
      server.forceShutdown();
    },
  };
  return double;
}

const failure = (code: status, details: string, trailers: Record<string, string> = {}) => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata, name: 'Error', message: details };
};

const nameOf = (identifier?: InstanceType<typeof sharedPb.StreamIdentifier>): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? '').toString();

const sizeOf = (record: ProposedRecord | undefined): number =>
  record ? record.data.length + record.metadata.length + 2 * record.type.length : 0;

const proposedOf = (record: AppendReq.ProposedMessage): ProposedRecord => ({
  id: record.getId()?.getString() ?? '',
  type: record.getMetadataMap().get('type') ?? '',
  contentType: record.getMetadataMap().get('content-type') ?? '',
  data: record.getData_asU8(),
  metadata: record.getCustomMetadata_asU8(),
});

function expectationOf(options: AppendReq.Options | undefined): Expectation {
  if (options?.hasNoStream()) return 'no_stream';
  if (options?.hasStreamExists()) return 'stream_exists';
  return options?.hasRevision() ? Number(options.getRevision()) : 'any';
}

/** Forward from a position inclusive, backward exclusive. A number that is no record's is refused. */
function recordsOfAll(store: DoubleStore, options: ReadReq.Options): StoredRecord[] | 'no such position' {
  const all = options.getAll();
  const backward = options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;
  const position = all?.getPosition();
  const index = position ? store.indexOf(Number(position.getCommitPosition())) : undefined;
  if (position && index === undefined) return 'no such position';
  const most = Number(options.getCount());
  if (!backward) {
    const first = all?.hasEnd() ? store.log.length : (index ?? 0);
    return store.log.slice(first, first + most);
  }
  const end = all?.hasStart() ? 0 : (index ?? store.log.length);
  return store.log.slice(Math.max(0, end - most), end).reverse();
}

function recordsOfStream(store: DoubleStore, options: ReadReq.Options): StoredRecord[] | 'no stream' {
  const wanted = options.getStream();
  const stream = store.stream(nameOf(wanted?.getStreamIdentifier()));
  if (!stream) return 'no stream';
  const most = Number(options.getCount());
  if (options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS) {
    const last = wanted?.hasRevision() ? Number(wanted.getRevision()) : stream.length - 1;
    return stream.slice(Math.max(0, last + 1 - most), last + 1).reverse();
  }
  const first = wanted?.hasRevision() ? Number(wanted.getRevision()) : 0;
  return stream.slice(first, first + most);
}

function eventOf(record: StoredRecord): ReadResp {
  const position = String(record.position);
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(record.id))
    .setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from(record.stream)))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  recorded
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(BigInt(record.created) * TICKS_PER_MS));
  const event = new streamsPb.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position);
  return new streamsPb.ReadResp().setEvent(event);
}

async function write(call: ServerWritableStream<ReadReq, ReadResp>, message: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      call.off('drain', go);
      call.off('cancelled', go);
      resolve();
    };
    // A client that has gone drains nothing any more.
    call.once('drain', go);
    call.once('cancelled', go);
  });
}
