/**
 * What a page shows of the picture beside the incidents: loaded over HTTP, loaded again when the stream says that it
 * has changed, when changes may have been missed and when somebody signs in or out, and as of the time to which the
 * clock is turned back. Whoever asks for the same path shares one load.
 */
import type { PictureNoun } from '@siaga/domain';
import { useEffect, useMemo } from 'preact/hooks';
import { Refused, request, withQuery } from '../api/http.ts';
import { type Change, missed, onChanged } from '../picture/changes.ts';
import { replay } from '../picture/picture.ts';
import { type Readable, createStore, useStore } from '../store.ts';
import { session } from './site.ts';

export interface NounState<Answer> {
  /** The newest answer; while another is on its way, the one before. */
  answer?: Answer;
  /** `sign-in`: only for who has signed in. `unknown`: there is no such thing at that time. `failed`: no answer came. */
  problem?: 'sign-in' | 'unknown' | 'failed';
  /** What stands in `answer`, if anything, is of another time than the one that the screen shows. */
  otherTime: boolean;
}

/** What only somebody who has signed in may read; the others are public. */
const guarded: readonly PictureNoun[] = ['resources', 'stocks', 'conversations'];

/** Changes within this time are one reason to load. */
const GATHER_MS = 150;
const RETRY_MS = 5000;
/** What nobody shows any more is kept up to date a little longer: the next page may show it again. */
const LINGER_MS = 1000;

interface Entry {
  state: Readable<NounState<unknown>>;
  users: number;
  end(): void;
}
const entries = new Map<string, Entry>();

const startEntry = (path: string, nouns: readonly PictureNoun[], id: string | undefined): Entry => {
  const state = createStore<NounState<unknown>>({ otherTime: false });
  const needsSession = nouns.some((noun) => guarded.includes(noun));
  let abort: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const loadSoon = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), ms);
  };
  const load = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    abort?.abort();
    const mine = new AbortController();
    abort = mine;
    if (needsSession && !session.get()) {
      // Nothing that was shown to somebody stays for whoever comes next.
      state.set(session.get() === null ? { problem: 'sign-in', otherTime: false } : { otherTime: false });
      return;
    }
    const at = replay.get()?.at;
    const asOf = at === undefined ? undefined : new Date(at).toISOString();
    try {
      const answer = await request(withQuery(path, { asOf }), { signal: mine.signal });
      if (!mine.signal.aborted) state.set({ answer, otherTime: false });
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof Refused && error.status < 500) {
        state.set({ problem: problemOf(error), otherTime: false });
        // What was known of the session is no longer so.
        if (error.code === 'not_signed_in') session.set(null);
        else if (error.status !== 404 && error.status !== 401) loadSoon(RETRY_MS);
        return;
      }
      // What is shown stays, with its own age; but not for another time than it is of.
      state.update(({ answer, otherTime }) => ({
        ...(otherTime || answer === undefined ? {} : { answer }),
        problem: 'failed',
        otherTime: false,
      }));
      loadSoon(RETRY_MS);
    }
  };

  let at = replay.get()?.at;
  let account = session.get()?.account.id;
  let known = session.get() !== undefined;
  const ends = [
    onChanged((change: Change) => {
      if (!nouns.includes(change.noun) || (id !== undefined && change.id !== id)) return;
      // The past does not change; what is shown of it needs no new load.
      if (!replay.get() && timer === undefined) loadSoon(GATHER_MS);
    }),
    missed.subscribe(() => {
      if (!replay.get()) loadSoon(0);
    }),
    replay.subscribe(() => {
      const next = replay.get()?.at;
      if (next === at) return;
      at = next;
      state.update((now) => ({ ...now, otherTime: true }));
      void load();
    }),
    session.subscribe(() => {
      const next = session.get()?.account.id;
      const asked = known;
      known = session.get() !== undefined;
      if (next === account && asked === known) return;
      account = next;
      if (needsSession) void load();
    }),
  ];
  void load();
  return {
    state,
    users: 0,
    end() {
      clearTimeout(timer);
      abort?.abort();
      for (const end of ends) end();
    },
  };
};

const problemOf = ({ status }: Refused): 'sign-in' | 'unknown' | 'failed' => {
  if (status === 401) return 'sign-in';
  return status === 404 ? 'unknown' : 'failed';
};

/**
 * What `GET path` answers, kept up to date: loaded again on a change of one of `nouns`, or only of the one thing with
 * this `id`. `path` without `asOf`: that is added. The same path must always come with the same nouns and id.
 */
export const useNoun = <Answer>(
  path: string,
  nouns: readonly PictureNoun[],
  id?: string,
): NounState<Answer> => {
  const entry = useMemo(() => {
    const held = entries.get(path) ?? startEntry(path, nouns, id);
    entries.set(path, held);
    return held;
  }, [path]);
  useEffect(() => {
    entry.users += 1;
    return () => {
      entry.users -= 1;
      setTimeout(() => {
        if (entry.users > 0 || entries.get(path) !== entry) return;
        entry.end();
        entries.delete(path);
      }, LINGER_MS);
    };
  }, [entry, path]);
  // The site is the page's own server and validates what it sends; as with `request`, it is not checked anew.
  return useStore(entry.state as Readable<NounState<Answer>>, (state) => state);
};
