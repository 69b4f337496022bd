/** What the browser tests of the page have in common. */
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const WITHIN_MS = 15_000;

/** A phone of `width` CSS pixels. */
export const phoneOf = (width: number, height: number): BrowserContextOptions => ({
  viewport: { width, height },
  hasTouch: true,
  isMobile: true,
});

/** A new page in a context of its own, on a desk where nothing else is said. What it complains of goes to `complaints`. */
export const newPage = async (
  browser: Browser,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WITHIN_MS);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The browser itself reports every refused or lost request; the page's own words are what counts.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  return page;
};

/** Signs the page's context in, as the form would. */
export const signInTo = async (page: Page, site: string, username: string): Promise<void> => {
  await page.request.post(`${site}/api/v1/sessions`, { data: { username, password: 'siaga-demo' } });
};

/** What breaks WCAG 2.2 AA as far as a program can tell, each with its element. */
export const violations = async (page: Page): Promise<string[]> => {
  // Evaluated by the driver, which the page's policy does not bind.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe.source);
  // What is well need not be described: that would be half the work.
  return page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    resultTypes: ['violations'],
  })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target)))`);
};
