import { useStore } from '../store.ts';
import { replay, shownNow } from '../picture/picture.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { shortTime } from '../time.ts';
import type { NounState } from './nouns.ts';
import { setView } from './view.ts';

/**
 * Why what a page shows is not there, or is older than it should be: loading, only for who has signed in, unknown at
 * that time, or not to be had now. Nothing while all is well.
 */
export const NounNote = ({ of }: { of: NounState<{ asOf: string }> }) => {
  const text = useText();
  const work = useWorkText();
  const language = useLanguage();
  const past = useStore(replay, (back) => back !== undefined);
  const { answer, problem, otherTime } = of;
  const asOf = useStore(shownNow, (now) =>
    answer === undefined ? '' : shortTime(language, Date.parse(answer.asOf), now),
  );
  if (problem === 'sign-in') {
    return (
      <p class="waiting">
        {work.nounSignIn}{' '}
        <button type="button" class="primary" onClick={() => setView({ dialog: { kind: 'sign-in' } })}>
          {text.signIn}
        </button>
      </p>
    );
  }
  if (problem === 'unknown') return <p class="waiting">{past ? work.nounUnknownThen : work.nounUnknown}</p>;
  if (problem === 'failed') {
    return (
      <p class={answer ? 'stale' : 'waiting'} role="alert">
        {answer ? work.nounStale(asOf) : work.nounFailed}
      </p>
    );
  }
  if (!answer) return <p class="waiting">{work.nounLoading}</p>;
  return otherTime ? <p class="stale">{text.replayLoading}</p> : null;
};
