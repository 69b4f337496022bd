import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { pageHref, pageKeys, pages, route } from './route.ts';
import { view } from './view.ts';

/** The way to every page, with the letter that goes there. */
export const PageNav = () => {
  const text = useText();
  const current = useStore(route, (now) => now.page);
  const shortcuts = useStore(view, (now) => now.shortcuts);
  return (
    <nav class="pages" aria-label={text.pages}>
      {pages.map((page) => (
        <a
          key={page}
          href={pageHref(page)}
          aria-current={page === current ? 'page' : undefined}
          aria-keyshortcuts={shortcuts ? pageKeys[page] : undefined}
          title={shortcuts ? `${text.page[page]} (${pageKeys[page]})` : undefined}
        >
          {text.page[page]}
        </a>
      ))}
    </nav>
  );
};
