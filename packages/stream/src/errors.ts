import { ErrorCode, NatsError } from 'nats';

/**
 * The site's own NATS server, or the stream on it, can't be reached or can't store now. Nothing is wrong with
 * what was asked: ask again later. `cause` holds the client's error.
 */
export class StreamUnavailable extends Error {
  override name = 'StreamUnavailable';
}

/** A stream exists with settings that differ from what they must be and that the server can't change. */
export class StreamConflict extends Error {
  override name = 'StreamConflict';
}

/**
 * How the own server's JetStream is asked. It is on the same machine, and one that has just started may let a request
 * go unanswered: asking again soon heals sooner than the client's 5 s.
 */
export const ASKING = { checkAPI: false, timeout: 2_000 } as const;

const PASSING_CODES = new Set<string>([
  ErrorCode.NoResponders,
  ErrorCode.Timeout,
  ErrorCode.Disconnect,
  ErrorCode.ConnectionClosed,
  ErrorCode.ConnectionDraining,
  ErrorCode.ConnectionRefused,
  ErrorCode.ConnectionTimeout,
]);

/** JetStream's error that is answered with 500 and yet passes: `JSInsufficientStorageResources`. */
const NO_STORAGE_LEFT = 10047;

/** The text of anything thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether the server answered that the stream, consumer or message does not exist. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof NatsError && (error.api_error?.code ?? Number(error.code)) === 404;

/**
 * The error to throw for what the client threw: `StreamUnavailable` where the same request can succeed later
 * (no server, no answer, JetStream off, stream not there, no space), else the error itself.
 */
export function asStreamError(error: unknown, doing: string): unknown {
  if (!(error instanceof NatsError)) return error;
  const { api_error: answer } = error;
  const passing =
    PASSING_CODES.has(error.code) || answer?.code === 503 || answer?.err_code === NO_STORAGE_LEFT;
  if (!passing && !isNotFound(error)) return error;
  const reason = error.code === ErrorCode.NoResponders ? 'no stream or no JetStream answers' : error.message;
  return new StreamUnavailable(`${doing}: ${reason}`, { cause: error });
}
