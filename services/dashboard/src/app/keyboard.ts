/** Keys for everything that the mouse can do. Single letters can be switched off in the help dialog. */
import { backToLive, replay } from '../picture/picture.ts';
import { closeIncident, openPage, pageKeys, pages, route } from './route.ts';
import { setView, view } from './view.ts';

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (target.matches('input, select, textarea') && !target.matches('input[type=range]')));

const moveInList = (by: 1 | -1) => {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter((row) =>
    row.checkVisibility(),
  );
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const from = at >= 0 ? at : open;
  const next = rows[from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + by))];
  next?.focus();
};

const escape = () => {
  const { picking } = view.get();
  if (picking) return setView({ picking: false, dialog: { kind: 'report' } });
  const { page, incident, item } = route.get();
  const open = incident ?? item;
  if (open === undefined) return;
  if (page === 'situation') closeIncident();
  else openPage(page);
  // The list may be drawn only now that what was open is closed.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-row="${CSS.escape(open)}"]`)?.focus(),
  );
};

/** The page's own search: the field that says so, on the situation the list's. */
const search = () => {
  if (route.get().page === 'situation') setView({ tab: 'list' });
  requestAnimationFrame(() => {
    const fields = [...document.querySelectorAll<HTMLElement>('#search, [data-search]')];
    fields.find((field) => field.checkVisibility())?.focus();
  });
};

const keys: Record<string, () => void> = {
  ...Object.fromEntries(pages.map((page) => [pageKeys[page], () => openPage(page)])),
  '/': search,
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
