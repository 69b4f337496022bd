import { request } from '../api/http.ts';
import { session } from '../app/site.ts';
import { replay } from '../picture/picture.ts';

/** Looking back: the buttons are off, and this is the second lock. */
class NotLive extends Error {}

export interface Command {
  path: string;
  body: unknown;
  /** The same for every sending of one form, so that a repetition appends nothing twice. */
  key: string;
  /** The revision that the person looked at; the site refuses when it has moved on. */
  revision?: number;
}

/** Sends a command. Rejects like `request`, or with `NotLive` while the screen shows the past. */
export const send = <Answer = { id: string; revision: number }>({
  path,
  body,
  key,
  revision,
}: Command): Promise<Answer> => {
  if (replay.get()) return Promise.reject(new NotLive());
  return request<Answer>(path, {
    method: 'POST',
    body,
    headers: {
      'idempotency-key': key,
      'x-csrf-token': session.get()?.csrf ?? '',
      ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
    },
  });
};
