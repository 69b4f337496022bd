/** Keys for everything that the mouse can do. Single letters can be switched off in the help dialog. */
import { backToLive, replay } from '../picture/picture.ts';
import { closeIncident, route } from './route.ts';
import { setView, view } from './view.ts';

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (target.matches('input, select, textarea') && !target.matches('input[type=range]')));

const moveInList = (by: 1 | -1) => {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const from = at >= 0 ? at : open;
  const next = rows[from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + by))];
  next?.focus();
};

const escape = () => {
  const { picking } = view.get();
  if (picking) return setView({ picking: false, dialog: { kind: 'report' } });
  const { incident } = route.get();
  if (!incident) return;
  closeIncident();
  document.querySelector<HTMLElement>(`[data-row="${CSS.escape(incident)}"]`)?.focus();
};

const keys: Record<string, () => void> = {
  '/': () => {
    setView({ tab: 'list' });
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#search')?.focus());
  },
  j: () => moveInList(1),
  k: () => moveInList(-1),
  l: () => {
    if (replay.get()) backToLive();
  },
  n: () => setView({ theme: view.get().theme === 'day' ? 'night' : 'day' }),
  r: () => setView({ dialog: { kind: 'report' } }),
  '?': () => setView({ dialog: { kind: 'help' } }),
};

export const startKeyboard = (): void => {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // Dialogs have keys of their own (Esc closes them).
    if (document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      if (typing(event.target)) (event.target as HTMLElement).blur();
      else escape();
      return;
    }
    if (typing(event.target) || !view.get().shortcuts) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
};
