import { play, recordedScenario } from '@siaga/infra/launcher/scenario/index.ts';
import { assert, mapSpot, startBrowser, suite, until } from '@siaga/testkit';
import type { Browser } from 'playwright-core';
import { desktop, open, phone, picture, signIn } from './support/dashboard.ts';
import { incidentsAt } from './support/picture.ts';
import { KOTIM, SERUYAN, startWorld, type World } from './support/world.ts';

interface Context {
  world: World;
  browser: Browser;
}
const test = suite<Context>('two duty officers at two dashboards', {} as Context);
test.before(async (context) => {
  context.world = await startWorld();
  context.browser = await startBrowser();
  const { seruyan, kotim } = context.world;
  await play(recordedScenario(new Date()), {
    sites: new Map([
      [SERUYAN, seruyan.base],
      [KOTIM, kotim.base],
    ]),
    password: 'siaga-demo',
    pauseMs: 0,
    signal: new AbortController().signal,
  });
});
test.after(async ({ browser, world }) => {
  await browser?.close();
  await world?.stop();
});

test('both dashboards fill with the recorded scenario', async ({ browser, world: { seruyan, kotim } }) => {
  for (const site of [seruyan, kotim]) {
    await until(`site ${site.regency} has the scenario`, async () => {
      const [flood] = await incidentsAt(site, `&regency=${SERUYAN}`);
      const { items } = await site.get<{ items: { regency: string }[] }>('/api/v1/picture/hotspots');
      return flood?.details.waterLevelCm === 125 && new Set(items.map(({ regency }) => regency)).size === 2;
    });
    const page = await open(browser, site.base, desktop);
    await page.locator('[data-row]').first().click();
    // BNPB's record: 31,237 persons; its districts add up to that.
    await page.locator('.detail').getByText('31.237').first().waitFor();
    await page.locator('.map canvas').waitFor();
    await page.context().close();
  }
});

test('a report in Seruyan stands on the map and in the list of Kotim', async ({ browser, world }) => {
  const { seruyan, kotim } = world;
  const there = await open(browser, kotim.base, desktop);
  const here = await open(browser, seruyan.base, desktop);
  await signIn(here, 'pusdalops');
  await here.keyboard.press('r');
  await here.locator('dialog').getByLabel('Bahaya').selectOption('flood');
  await here.getByRole('combobox', { name: 'Desa atau kecamatan' }).fill('tumbang manjul');
  await here.locator('[role=option]').first().waitFor();
  await here.keyboard.press('ArrowDown');
  await here.keyboard.press('Enter');
  await here.getByLabel('Kronologi').fill('Air naik cepat sejak subuh, jalan desa terendam.');
  await here.getByLabel('Sumber laporan').fill('Kepala desa');
  await picture(here, 'seruyan-report-id');
  const known = await there.locator('[data-row]').count();
  const sentAt = performance.now();
  await here.getByRole('button', { name: 'Kirim', exact: true }).click();
  await there.locator('[data-row]').nth(known).waitFor();
  console.log(`from "Kirim" at Seruyan to the list at Kotim: ${Math.round(performance.now() - sentAt)} ms`);

  const reported = (await incidentsAt(kotim, '&status=reported')).find(({ regency }) => regency === SERUYAN);
  assert.ok(reported);
  const row = there.locator(`[data-row="${reported.id}"]`);
  await row.getByText('Tumbang Manjul').waitFor();
  await row.getByText('Seruyan').first().waitFor();

  // On the map too: alone in the list, it is the one diamond, where its district's point lies.
  await there.getByLabel('Cari desa atau kecamatan').fill('tumbang manjul');
  await there.locator('select', { has: there.locator('option[value=reported]') }).selectOption('reported');
  await until('it is alone', async () => (await there.locator('[data-row]').count()) === 1);
  // The map draws in the frame after.
  await there.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const spot = await mapSpot(there, 111.93, -1.15);
  await there.mouse.click(spot.x, spot.y);
  await there.waitForURL(new RegExp(reported.id));
  const detail = there.locator('.detail');
  await detail.getByText('Milik Seruyan', { exact: true }).waitFor();
  await detail.getByText('Air naik cepat sejak subuh').first().waitFor();
  await detail
    .getByText(/diperbarui/)
    .first()
    .waitFor();
  await there.locator('.entry').first().waitFor();
  assert.equal(await there.locator('[data-verb]').count(), 0, 'the neighbour can’t change it');

  // Its owner verifies it, and Kotim sees that.
  await here.locator('[data-verb=verify]').click();
  await here.locator('dialog button[type=submit]').click();
  await there.locator('.detail-head').getByText('Terverifikasi').waitFor();
});

test('a cut link is told with since when and up to which number', async ({
  browser,
  world: { kotim, topology },
}) => {
  const page = await open(browser, kotim.base, desktop);
  topology.site(KOTIM).link.cut();
  await page.getByText(/Data Seruyan per .*nomor urut \d+/).waitFor({ timeout: 20_000 });
  await picture(page, 'kotim-cut-id');
  topology.site(KOTIM).link.heal();
  await page.getByText(/Data Seruyan per .*nomor urut \d+/).waitFor({ state: 'detached', timeout: 20_000 });
});

test('screenshots in both languages, by day and by night, at a desk and on a phone', async ({
  browser,
  world,
}) => {
  const { kotim, seruyan } = world;
  for (const [name, site, options, night, english] of [
    ['kotim-desktop-id', kotim, desktop, false, false],
    ['kotim-desktop-night-en', kotim, desktop, true, true],
    ['seruyan-phone-id', seruyan, phone, false, false],
    ['seruyan-phone-night-en', seruyan, phone, true, true],
  ] as const) {
    const page = await open(browser, site.base, {
      ...options,
      colorScheme: night ? 'dark' : 'light',
      locale: english ? 'en-GB' : 'id-ID',
    });
    if (english) {
      const menu = page.getByRole('button', { name: 'Menu' });
      if (await menu.isVisible()) await menu.click();
      await page.getByRole('button', { name: 'English' }).click();
    }
    assert.equal(await page.evaluate('document.documentElement.lang'), english ? 'en' : 'id');
    const scheme = await page.evaluate('getComputedStyle(document.documentElement).colorScheme');
    assert.equal(scheme, night ? 'dark' : 'light');
    if (options === desktop) {
      await page.locator('.map canvas').waitFor();
      await page.locator('[data-row]').first().click();
      await page.locator('.detail').waitFor();
    }
    await picture(page, name);
    await page.context().close();
  }
});
