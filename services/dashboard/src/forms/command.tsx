import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Refused } from '../api/http.ts';
import { uuidV7 } from '../api/uuid.ts';
import { session } from '../app/site.ts';
import { serverNow } from '../picture/clock.ts';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { problemText } from '../text/problems.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { Dialog } from './dialog.tsx';
import type { Made } from './fields.ts';
import { send } from './send.ts';
import { SignIn } from './sign-in.tsx';

export interface CommandProps<Answer> {
  title: string;
  wide?: boolean;
  /** Of what the command is, in a line. */
  about?: ComponentChildren;
  /** Where it is sent to. */
  path: string;
  /** What the fields make, computed anew in each drawing: the body, or a sentence that says what is missing. */
  made: Made;
  /** The revision that the person looks at, sent as `If-Match`; the site refuses when it has moved on. */
  revision?: number;
  /** On the button that sends. */
  submit: string;
  /**
   * Where a wrong click would weigh heavily: what a second step repeats before it is sent. The button of the first
   * step then only goes there.
   */
  confirm?: ComponentChildren;
  /** A key of one's own, for a form that outlives this dialog (a kept draft). */
  sendKey?: string;
  /** Something else beside the button that sends, as throwing a draft away. */
  beside?: ComponentChildren;
  onClose: () => void;
  onSent?: (answer: Answer) => void;
  children?: ComponentChildren;
}

/**
 * A dialog that sends one command: its own Idempotency-Key for all sendings, the reason in a sentence when it is
 * refused or unanswered, signing in again over it when the session has ended, nothing while the clock is turned back.
 * The fields are the children; their state is the caller's.
 */
export const Command = <Answer extends { id: string }>(props: CommandProps<Answer>) => {
  const { title, wide, about, path, made, revision, submit, confirm, beside, onClose, onSent, children } =
    props;
  const text = useText();
  const work = useWorkText();
  const language = useLanguage();
  const past = useStore(replay, (back) => back !== undefined);
  const signedIn = useStore(session, (now) => Boolean(now));
  const [ownKey] = useState(() => uuidV7(serverNow()));
  const [problem, setProblem] = useState<string>();
  const [ended, setEnded] = useState(false);
  const [signingIn, setSigningIn] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    if ('missing' in made) {
      setProblem(made.missing);
      setConfirming(false);
      return;
    }
    setProblem(undefined);
    if (confirm !== undefined && !confirming) {
      setConfirming(true);
      return;
    }
    setBusy(true);
    setTried(true);
    setEnded(false);
    try {
      const answer = await send<Answer>({
        path,
        body: made.body,
        key: props.sendKey ?? ownKey,
        ...(revision === undefined ? {} : { revision }),
      });
      onClose();
      onSent?.(answer);
    } catch (error) {
      setProblem(problemText(language, error));
      setEnded(error instanceof Refused && error.code === 'not_signed_in');
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} wide={wide ?? false} onClose={onClose}>
      <form onSubmit={(event) => void onSubmit(event)} noValidate>
        {about !== undefined && <p class="about-incident">{about}</p>}
        {/* Kept in the page, so that going back finds the fields as they were. */}
        <div class="form-fields" hidden={confirming}>
          {children}
        </div>
        {confirming && <div class="confirm">{confirm}</div>}
        <div class="form-end">
          {past && <p class="problem">{work.noneInReplay}</p>}
          {problem !== undefined && (
            <p class="problem" role="alert">
              {problem}{' '}
              {ended && (
                <button type="button" onClick={() => setSigningIn(true)}>
                  {text.signIn}
                </button>
              )}
            </p>
          )}
          {beside}
          {confirming ? (
            <button type="button" onClick={() => setConfirming(false)} disabled={busy}>
              {work.back}
            </button>
          ) : (
            <button type="button" onClick={onClose} disabled={busy}>
              {work.cancel}
            </button>
          )}
          <button type="submit" class="primary" disabled={busy || past || (!signedIn && !ended)}>
            {busy
              ? work.sending
              : confirm !== undefined && !confirming
                ? work.lookOver
                : tried
                  ? work.sendAgain
                  : submit}
          </button>
        </div>
      </form>
      {signingIn && <SignIn onClose={() => setSigningIn(false)} />}
    </Dialog>
  );
};
