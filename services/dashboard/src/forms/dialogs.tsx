import '../styles/forms.css';
import { setView, view } from '../app/view.ts';
import { useStore } from '../store.ts';
import { About } from './about.tsx';
import { CommandDialog } from './command-dialog.tsx';
import { Help } from './help.tsx';
import { ReportDialog } from './report-dialog.tsx';
import { SignIn } from './sign-in.tsx';

/** The dialog that is open, if any. */
export const Dialogs = () => {
  const dialog = useStore(view, (now) => now.dialog);
  const close = () => setView({ dialog: undefined });
  switch (dialog?.kind) {
    case 'report':
      return <ReportDialog onClose={close} />;
    case 'sign-in':
      return <SignIn onClose={close} />;
    case 'help':
      return <Help onClose={close} />;
    case 'about':
      return <About onClose={close} />;
    case 'command':
      return <CommandDialog key={dialog.verb + dialog.incident} {...dialog} onClose={close} />;
    case 'form':
      return <>{dialog.draw(close)}</>;
    default:
      return null;
  }
};
