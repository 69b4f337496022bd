import { type Readable, createStore, useStore } from '../store.ts';

const narrow = matchMedia('(max-width: 760px)');
const phone = createStore(narrow.matches);
narrow.addEventListener('change', () => phone.set(narrow.matches));

/** Whether the screen shows one panel at a time. The same width stands in `page.css`. */
export const isPhone: Readable<boolean> = phone;
export const useIsPhone = (): boolean => useStore(phone, (now) => now);
