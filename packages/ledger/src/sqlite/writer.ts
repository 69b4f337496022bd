/**
 * The writer thread: owns the write connection, so that the event loop of the service never waits for the
 * disk. Group commit: whatever was sent while a transaction was being fsynced goes into the next one together.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { AppendBatch, WriterRequest, WriterStart } from './messages.ts';
import { WriteLog } from './write-log.ts';

if (!parentPort) throw new Error('writer.ts runs as a worker thread only');
const port = parentPort;
const { file, sent }: WriterStart = workerData;
const log = new WriteLog(file);

/**
 * How long the thread looks for the next request without sleeping, in milliseconds, after a transaction of one append: who was
 * answered alone often has more to say, and waking takes as long as half an fsync on a fast disk.
 */
const AWAKE_MS = 0.1;
/** Appends of the last transaction. */
let taken = 0;

port.on('message', (first: WriterRequest) => {
  for (let request: WriterRequest | undefined = first; request !== undefined; request = awaitedAwake()) {
    write(request);
  }
});
port.postMessage('ready');

function write(first: WriterRequest): void {
  let request: WriterRequest | undefined = first;
  taken = 0;
  // The port is asked again before each commit: what came while earlier batches were inserted joins them.
  const nextBatch = (): AppendBatch | undefined => {
    request ??= received();
    if (request === undefined || request === 'close') return undefined;
    const batch = request;
    request = undefined;
    taken += batch.streams.length;
    return batch;
  };
  if (first !== 'close') port.postMessage(log.append(nextBatch));
  if (request === 'close') {
    log.close();
    port.close();
  }
}

function awaitedAwake(): WriterRequest | undefined {
  if (taken !== 1) return undefined;
  const before = Atomics.load(sent, 0);
  for (const end = performance.now() + AWAKE_MS; performance.now() < end; ) {
    if (Atomics.load(sent, 0) !== before) break;
  }
  return received();
}

function received(): WriterRequest | undefined {
  return receiveMessageOnPort(port)?.message;
}
