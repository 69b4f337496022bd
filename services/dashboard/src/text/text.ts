import { view } from '../app/view.ts';
import { createStore, useStore } from '../store.ts';
import type { Language } from '../time.ts';
import { type Text, id } from './id.ts';

const dictionary = createStore<Text>(id);

const follow = async (language: Language): Promise<void> => {
  const text = language === 'id' ? id : (await import('./en.ts')).en;
  if (view.get().language === language) dictionary.set(text);
};
let language: Language = 'id';
const check = () => {
  if (view.get().language === language) return;
  language = view.get().language;
  // Without the other dictionary the page stays in the language it has.
  follow(language).catch(() => undefined);
};
check();
view.subscribe(check);

/** The page's words in the language chosen; another chunk brings English when it is asked for. */
export const useText = (): Text => useStore(dictionary, (text) => text);
export const useLanguage = (): Language => useStore(view, (now) => now.language);
