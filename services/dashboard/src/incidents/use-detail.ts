import { useEffect, useState } from 'preact/hooks';
import type { HistoryItem, IncidentAnswer } from '../api/contract.ts';
import { Refused, request, withQuery } from '../api/http.ts';
import { partners } from '../picture/partners.ts';
import { replay, shown } from '../picture/picture.ts';
import { useStore } from '../store.ts';

export interface DetailState {
  answer?: IncidentAnswer;
  history?: HistoryItem[];
  problem?: 'unknown' | 'failed';
  retry: () => void;
}

/** An incident with totals and history as of the time shown; asked for again when it or its group changes. */
export const useDetail = (id: string): DetailState => {
  const at = useStore(replay, (back) => back?.at);
  const item = useStore(shown, ({ incidents }) => incidents.get(id));
  const group = useStore(partners, (all) => all.get(id));
  const version = [item, ...(group ?? [])].map((one) => `${one?.id}:${one?.sequence}`).join();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<Omit<DetailState, 'retry'>>({});
  useEffect(() => {
    const abort = new AbortController();
    const asOf = at === undefined ? undefined : new Date(at).toISOString();
    const path = `/api/v1/picture/incidents/${id}`;
    Promise.all([
      request<IncidentAnswer>(withQuery(path, { asOf }), { signal: abort.signal }),
      request<{ items: HistoryItem[] }>(withQuery(`${path}/history`, { asOf }), { signal: abort.signal }),
    ]).then(
      ([answer, { items }]) => setState({ answer, history: items }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        if (error instanceof Refused) setState({ problem: 'unknown' });
        // What is shown stays when a repetition fails.
        else setState((before) => (before.answer ? before : { problem: 'failed' }));
      },
    );
    return () => abort.abort();
  }, [id, at, version, attempt]);
  return { ...state, retry: () => setAttempt(attempt + 1) };
};
