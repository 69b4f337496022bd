/**
 * The writer thread: owns the write connection, so that the event loop of the service never waits for the
 * disk. Group commit: whatever was sent while a transaction was being fsynced goes into the next one together.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { AppendBatch, WriterRequest } from './messages.ts';
import { WriteLog } from './write-log.ts';

if (!parentPort) throw new Error('writer.ts runs as a worker thread only');
const port = parentPort;
const log = new WriteLog(String(workerData));

port.on('message', (first: WriterRequest) => {
  let request: WriterRequest | undefined = first;
  // The port is asked again before each commit: what came while earlier batches were inserted joins them.
  const nextBatch = (): AppendBatch | undefined => {
    request ??= receiveMessageOnPort(port)?.message;
    if (request === undefined || request === 'close') return undefined;
    const batch = request;
    request = undefined;
    return batch;
  };
  if (first !== 'close') port.postMessage(log.append(nextBatch));
  if (request === 'close') {
    log.close();
    port.close();
  }
});
port.postMessage('ready');
