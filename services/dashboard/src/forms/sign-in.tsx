import { useState } from 'preact/hooks';
import { signIn, site } from '../app/site.ts';
import { useStore } from '../store.ts';
import { problemText } from '../text/problems.ts';
import { useLanguage } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { Dialog } from './dialog.tsx';

export const SignIn = ({ onClose }: { onClose: () => void }) => {
  const work = useWorkText();
  const language = useLanguage();
  const demo = useStore(site, (now) => now?.demo ?? false);
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(username.trim(), password);
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={work.signInTitle} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          {work.username}
          <input
            name="username"
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
          />
        </label>
        <label>
          {work.password}
          <input
            name="password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
            type="password"
            autocomplete="current-password"
            required
          />
        </label>
        {demo && <p class="hint">{work.demoHint}</p>}
        <div class="form-end">
          {problem !== undefined && (
            <p class="problem" role="alert">
              {problemText(language, problem)}
            </p>
          )}
          <button type="submit" class="primary" disabled={busy}>
            {busy ? work.sending : work.signInTitle}
          </button>
        </div>
      </form>
    </Dialog>
  );
};
