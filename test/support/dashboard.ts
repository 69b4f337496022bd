/** What tests at a site's dashboard, in a real browser, have in common. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Where screenshots go: a folder of the README's pictures when it is named, else one that nobody commits. */
const PICTURES = process.env['SIAGA_SCREENSHOTS'] ?? 'var/screenshots';

export const desktop: BrowserContextOptions = { viewport: { width: 1366, height: 768 } };
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

/** Opens a dashboard in a context of its own, and waits until it is live. */
export const open = async (browser: Browser, url: string, options: BrowserContextOptions): Promise<Page> => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(url);
  await page.waitForSelector('.sign[data-state=live]');
  return page;
};

/** Signs a person in by the form. */
export const signIn = async (page: Page, username: string): Promise<void> => {
  await page.getByRole('button', { name: 'Masuk' }).first().click();
  await page.getByLabel('Nama akun').fill(username);
  await page.getByLabel('Kata sandi').fill('siaga-demo');
  await page.locator('dialog button[type=submit]').click();
  await page.waitForSelector('dialog', { state: 'detached' });
};

export const picture = async (page: Page, name: string): Promise<void> => {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
};
