/** The page in a real browser without WebGL, against real HTTP and a real stream. */
import { assert, mapSpot, startBrowser, suite, until } from '@siaga/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { buildPage } from './built.ts';
import { type FixtureSite, startFixtureSite } from './fixture-site.ts';
import { type Story, someHotspots, tellStory } from './fixture-story.ts';
import { newPage, phoneOf, violations } from './pages.ts';

const NEIGHBOUR = '62.02';

const test = suite('the dashboard in a browser');
let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
let site: FixtureSite;
let story: Story;
let now: number;
let complaints: string[];

test.before(async () => {
  built = await buildPage();
  // Duty PCs often have no graphics card: nothing here may need WebGL.
  browser = await startBrowser('--disable-3d-apis');
});
test.after(async () => {
  await browser.close();
  built.remove();
});
test.before.each(async () => {
  site = await startFixtureSite(built.dist);
  now = Date.now();
  story = tellStory(site, now);
  complaints = [];
});
test.after.each(async () => {
  for (const context of browser.contexts()) await context.close();
  await site.close();
  // A page that throws, or breaks its own security policy, has failed whatever else it shows.
  assert.deepEqual(complaints, []);
});

/** Opens the page and waits for the list. What the page complains of is gathered. */
const open = async (
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Page> => {
  const page = await newPage(browser, complaints, options);
  await prepare?.(page);
  await page.goto(site.url);
  await page.waitForSelector('[data-row]');
  return page;
};
const phone = phoneOf(320, 640);

const signIn = async (page: Page, username = 'pusdalops') => {
  await page.getByRole('button', { name: 'Masuk' }).first().click();
  await page.getByLabel('Nama akun').fill(username);
  await page.getByLabel('Kata sandi').fill('siaga-demo');
  await page.locator('dialog button[type=submit]').click();
  await page.waitForSelector('dialog', { state: 'detached' });
};
const sign = (page: Page, state: string) =>
  page.waitForSelector(`.sign[data-state=${state}]`, { timeout: 9000 });
const row = (page: Page, id: string) => page.locator(`[data-row="${id}"]`);
const lookBack = async (page: Page, minutes: number) => {
  const at = Math.floor((now - minutes * 60_000) / 60_000) * 60_000;
  await page.locator('.timeline input').fill(String(at));
  await page.waitForSelector('.page[data-mode=past]');
  await page.getByText('Bukan keadaan sekarang').waitFor();
};

test('the list stands before the map is asked for, and nothing is asked of outside', async () => {
  const outside: string[] = [];
  const page = await open({}, async (made) => {
    made.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.origin !== site.url) outside.push(request.url());
    });
  });
  await sign(page, 'live');
  await page.waitForSelector('.map canvas');
  const at = (part: string) => site.asked.findIndex((path) => path.includes(part));
  assert.ok(at('/picture/incidents') < at('/assets/map-panel'), 'the map came before the list');
  assert.ok(at('/picture/live') < at('/picture/incidents'), 'a change between list and stream would be lost');
  assert.deepEqual(outside, []);
});

test('the map is drawn without WebGL, and a click on an incident opens it', async () => {
  const page = await open();
  await page.waitForSelector('.map canvas');
  const colours = () =>
    page.evaluate(`(() => {
      const canvas = document.querySelector('.map canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let at = 0; at < data.length; at += 4) seen.add(data[at] + ',' + data[at + 1] + ',' + data[at + 2]);
      return seen.size;
    })()`);
  await until('the map is drawn', async () => Number(await colours()) > 20);
  assert.equal(await page.evaluate(`document.createElement('canvas').getContext('webgl')`), null);
  // With everything filtered away but one incident, the map's diamond is the only thing to hit.
  await page.getByLabel('Cari desa atau kecamatan').fill('sungai perlu');
  const [longitude, latitude] = [112.5, -3.2];
  const spot = await mapSpot(page, longitude, latitude);
  await page.mouse.click(spot.x, spot.y);
  await page.waitForURL(new RegExp(story.fresh));
  await page.waitForSelector('.detail');
});

test('the map says whose boundaries it shows', async () => {
  const page = await open();
  await page.getByText('garis batas digeneralisasi, bukan rujukan hukum').waitFor();
  site.importBoundaries('Badan Informasi Geospasial 2024');
  await page.reload();
  await page.getByText('Batas: Badan Informasi Geospasial 2024').waitFor();
  assert.equal(await page.getByText('garis batas digeneralisasi').count(), 0);
});

test('LIVE goes out within two seconds of a lost stream, and what was missed is there after', async () => {
  const page = await open();
  await sign(page, 'live');
  site.cutStreams(true);
  const cutAt = performance.now();
  await sign(page, 'lost');
  assert.ok(performance.now() - cutAt < 2000, `LIVE stayed for ${performance.now() - cutAt} ms`);
  await page.getByText('Layar ini terputus dari server').waitFor();
  const missed = site.run(
    NEIGHBOUR,
    {
      type: 'report',
      body: {
        hazard: 'flood',
        occurredAt: new Date().toISOString(),
        place: { district: '62.02.03' },
        chronology: 'Banjir',
        source: 'TRC',
        touches: [],
        figures: [],
        details: {},
      },
    },
    new Date().toISOString(),
  );
  site.cutStreams(false);
  await sign(page, 'live');
  await row(page, missed).waitFor();
});

test('LIVE goes out when a connection that looks open has gone silent', async () => {
  const page = await open();
  await sign(page, 'live');
  site.silence(true);
  const silentAt = performance.now();
  await sign(page, 'lost');
  const took = performance.now() - silentAt;
  assert.ok(took > 3000 && took < 8000, `silence was noticed after ${took} ms`);
});

test('a change is on the screen without a reload, and a rebuilt picture is loaded anew', async () => {
  const page = await open();
  await sign(page, 'live');
  site.run('62.07', { type: 'verify', body: {} }, new Date().toISOString(), 'pusdalops', story.fresh);
  await row(page, story.fresh).getByText('Terverifikasi').waitFor();
  const before = site.asked.filter((path) => path.startsWith('/api/v1/picture/incidents?')).length;
  site.reset();
  await until(
    'the list is asked for again',
    async () =>
      site.asked.filter((path) => path.startsWith('/api/v1/picture/incidents?')).length >= before + 2,
  );
  await row(page, story.fresh).waitFor();
});

test('a lost neighbour is a sentence with its time and sequence, and its age is told', async () => {
  const page = await open();
  site.setSource(NEIGHBOUR, {
    link: 'lost',
    lastSequence: 154,
    completeAt: new Date(Date.now() - 12 * 60_000 - 5000).toISOString(),
    ageSeconds: 725,
  });
  const banner = page.getByText(/Data Kotawaringin Timur per .* \(12 menit lalu\), nomor urut 154/);
  await banner.waitFor();
  assert.equal(await page.locator('.source[data-regency="62.07"]').getAttribute('data-link'), 'live');
  site.setSource(NEIGHBOUR, { link: 'hole', hole: { expected: 155, found: 157 } });
  await page.getByText(/peristiwa no\. 155 belum diterima, sudah ada no\. 157\. Diminta ulang/).waitFor();
  const repair = { from: 155, to: 156, answer: 'unreachable' as const };
  site.setSource(NEIGHBOUR, { link: 'hole', hole: { expected: 155, found: 157 }, repair });
  await page.getByText(/no\. 157\. Pemiliknya tidak dapat dihubungi/).waitFor();
});

test('what somebody said in a regency’s name is an alarm, and what can’t be read a note', async () => {
  const page = await open();
  site.setParked(5, 2);
  await page.getByRole('alert').filter({ hasText: '2 pesan mengaku dari suatu kabupaten' }).waitFor();
  await page.getByText('3 pesan tidak dapat dibaca dan disisihkan').waitFor();
  assert.deepEqual(await violations(page), []);
});

test('the age of a half that never was complete is not nought', async () => {
  const page = await open();
  site.setSource(NEIGHBOUR, 'never-complete');
  const chip = page.locator(`.source[data-regency="${NEIGHBOUR}"]`);
  await chip.getByText('belum pernah lengkap').waitFor();
  await page.getByText(/Data Kotawaringin Timur belum pernah lengkap/).waitFor();
  assert.doesNotMatch(String(await chip.textContent()), /detik|baru saja/);
});

test('ages are told by the server’s clock, not by the machine’s', async () => {
  const page = await open({}, (made) =>
    made.addInitScript('{ const real = Date.now; Date.now = () => real() + 3 * 3600_000; }'),
  );
  await sign(page, 'live');
  await row(page, story.flood)
    .getByText(/diperbarui [34] menit lalu/)
    .waitFor();
});

test('no command can be sent while the screen shows the past', async () => {
  const page = await open();
  await signIn(page);
  await row(page, story.flood).click();
  await page.waitForSelector('[data-verb=assess]:enabled');
  await lookBack(page, 1000);
  await sign(page, 'past');
  await page.waitForSelector('[data-verb=assess]');
  assert.equal(await page.locator('[data-verb]:enabled').count(), 0);
  assert.equal(await page.locator('.report-here:enabled').count(), 0);
  await page.keyboard.press('r');
  await page.getByText('Kembali ke keadaan langsung untuk melaporkan.').waitFor();
  assert.equal(await page.locator('dialog form').count(), 0);
  await page.keyboard.press('Escape');
  // What was known then: not yet corrected, and not yet declared the same event.
  await page.waitForSelector('.detail .figures');
  assert.equal(await page.locator('.detail del').count(), 0);
  assert.equal(await page.locator('.row-same').count(), 0);
  assert.equal(
    site.asked.some((path) => path.startsWith('/api/v1/incidents')),
    false,
  );
  await page.keyboard.press('l');
  await sign(page, 'live');
  await page.waitForSelector('[data-verb=assess]:enabled');
  await page.waitForSelector('.detail del');
});

test('a report whose answer was lost is sent again and is one incident', async () => {
  const page = await open();
  await signIn(page);
  const before = site.count();
  await page.keyboard.press('r');
  await page.locator('dialog').getByLabel('Bahaya').selectOption('flood');
  await page.getByRole('combobox', { name: 'Desa atau kecamatan' }).fill('sembuluh');
  await page.locator('[role=option]').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByLabel('Kronologi').fill('Air naik di tepi sungai.');
  await page.getByLabel('Sumber laporan').fill('Kepala desa');
  site.loseNextAnswer();
  await page.getByRole('button', { name: 'Kirim', exact: true }).click();
  await page.getByText(/Tidak ada jawaban dari server/).waitFor();
  // What was typed outlives the page, with its key.
  await page.reload();
  await page.waitForSelector('[data-row]');
  await page.keyboard.press('r');
  assert.equal(await page.getByLabel('Kronologi').inputValue(), 'Air naik di tepi sungai.');
  await page.getByRole('button', { name: 'Kirim', exact: true }).click();
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.locator('.detail').getByText('Air naik di tepi sungai.').first().waitFor();
  assert.equal(site.count(), before + 1);
});

test('a form that lacks something, or holds a personal number, says so and sends nothing', async () => {
  const page = await open();
  await signIn(page, 'trc');
  await page.keyboard.press('r');
  const submit = page.getByRole('button', { name: 'Kirim', exact: true });
  await submit.click();
  await page.getByText('Isi dahulu: Bahaya.').waitFor();
  await page.locator('dialog').getByLabel('Bahaya').selectOption('fire');
  await page.getByRole('combobox', { name: 'Desa atau kecamatan' }).fill('hanau');
  await page.locator('[role=option]').first().click();
  await page.getByLabel('Kronologi').fill('Pelapor 0812 3456 7890');
  await page.getByLabel('Sumber laporan').fill('Warga');
  await submit.click();
  await page.getByText(/memuat nomor telepon/).waitFor();
  assert.equal(
    site.asked.some((path) => path === '/api/v1/incidents'),
    false,
  );
});

test('a command changes the incident; a neighbour’s has none and says whose it is', async () => {
  const page = await open();
  await signIn(page);
  await row(page, story.fresh).click();
  await page.locator('[data-verb=verify]').click();
  await page.locator('dialog button[type=submit]').click();
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.locator('.detail-head').getByText('Terverifikasi').waitFor();
  await row(page, story.theirFlood).click();
  await page.getByText(/hanya Kotawaringin Timur yang dapat mengubahnya/).waitFor();
  assert.equal(await page.locator('[data-verb]').count(), 0);
});

test('an assessment with counted, nil and pending figures arrives as typed', async () => {
  const page = await open();
  await signIn(page);
  await row(page, story.fresh).click();
  await page.locator('[data-verb=verify]').click();
  await page.locator('dialog button[type=submit]').click();
  await page.locator('[data-verb=assess]').click();
  const figure = async (index: number, measure: string, state: string, count?: string) => {
    const fields = page.locator('.figure-row').nth(index);
    await fields.getByLabel('Yang dihitung').selectOption(measure);
    await fields.getByLabel('Keadaan').selectOption(state);
    if (count) await fields.getByLabel('Jumlah').fill(count);
  };
  await page.getByText('+ Tambah angka').click();
  await page.getByText('+ Tambah angka').click();
  await figure(0, 'affectedPersons', 'counted', '1.250');
  await figure(1, 'dead', 'nil');
  await figure(2, 'missing', 'pending');
  await page.locator('dialog button[type=submit]').click();
  await page.waitForSelector('dialog', { state: 'detached' });
  const counts = page.locator('.figures .count');
  await page.waitForSelector('.figures .count');
  assert.deepEqual(await counts.allTextContents(), ['1.250', 'NIHIL', 'belum dihitung']);
});

test('a figure shows what it corrects, and leads to the event that said so', async () => {
  const page = await open();
  await row(page, story.flood).click();
  const corrected = page.locator('.figures tr', { has: page.locator('del') });
  await corrected.waitFor();
  assert.match(String(await corrected.textContent()), /120.*92.*dikoreksi: Satu RT terhitung dua kali/);
  await corrected.locator('.event-link').click();
  const entry = page.locator('.entry[aria-current]');
  await entry.waitFor();
  assert.match(String(await entry.textContent()), /Angka dikoreksi/);
  // Of the totals, a neighbour's part leads to the neighbour's event.
  await page.locator('.total', { hasText: 'Meninggal' }).getByText('dari mana').click();
  await page.locator('.parts li', { hasText: 'angka Kotawaringin Timur' }).locator('.event-link').click();
  await page.locator('.detail-head').getByText('Milik Kotawaringin Timur').waitFor();
  await page.waitForSelector('.entry[aria-current]');
});

test('everything is within reach of the keyboard', async () => {
  const page = await open();
  const focused = () => page.evaluate('document.activeElement?.dataset.row ?? document.activeElement?.id');
  const [first, second] = await page
    .locator('[data-row]')
    .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-row')));
  await page.keyboard.press('j');
  assert.equal(await focused(), first);
  await page.keyboard.press('j');
  assert.equal(await focused(), second);
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.detail');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.detail', { state: 'detached' });
  assert.equal(await focused(), first, 'the focus goes back to the row');
  await page.keyboard.press('/');
  await until('the search has the focus', async () => (await focused()) === 'search');
  await page.keyboard.type('jkn');
  assert.equal(await page.getByLabel('Cari desa atau kecamatan').inputValue(), 'jkn');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'night');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByLabel('Pintasan satu huruf aktif').uncheck();
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.keyboard.press('n');
  assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'night', 'shortcuts are off');
});

test('English is complete and asked for only when it is chosen', async () => {
  const page = await open();
  assert.equal(
    site.asked.some((path) => path.startsWith('/assets/en-')),
    false,
  );
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Report an incident').first().waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await row(page, story.flood).click();
  await page.getByText('Figures by place').waitFor();
});

test('on a phone: the list first, the map when its tab is opened, nothing wider than the screen', async () => {
  site.addHotspots(someHotspots(50, now));
  const page = await open(phone);
  const width = () => page.evaluate('document.documentElement.scrollWidth');
  assert.equal(await width(), 320);
  assert.equal(
    site.asked.some((path) => path.startsWith('/assets/map-panel')),
    false,
  );
  const small = await page.evaluate(`[...document.querySelectorAll('button, a[href], select, input')]
    .filter((one) => one.checkVisibility() && !one.matches('.skip'))
    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 40 || height < 40)
    .map(([what]) => what)`);
  assert.deepEqual(small, []);
  await page.getByRole('button', { name: 'Peta' }).click();
  await page.waitForSelector('.map canvas');
  assert.equal(await page.locator('.legend[open]').count(), 0, 'the legend covers the phone’s map');
  await page.getByRole('button', { name: 'Daftar' }).click();
  await row(page, story.flood).click();
  await page.waitForSelector('.detail .history li');
  assert.equal(await width(), 320);
  await page.goBack();
  await page.waitForSelector('.detail', { state: 'detached' });
});

test('WCAG 2.2 AA: no violation that a machine can find', async () => {
  const page = await open();
  await signIn(page);
  await row(page, story.flood).click();
  await page.waitForSelector('.detail .history li');
  await page.waitForSelector('.map canvas');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('n');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('r');
  await page.waitForSelector('dialog form');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await lookBack(page, 1000);
  assert.deepEqual(await violations(page), []);
});
