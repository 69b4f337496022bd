/** The pages of agreements, overrides and emergency statuses in a real browser, against the domain's own decisions. */
import { assert, startBrowser, suite } from '@siaga/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildPage } from './built.ts';
import { type AccordsStory, dayFrom, documentFrom, tellAccords } from './fixture-accords-story.ts';
import { type FixtureSite, startFixtureSite } from './fixture-site.ts';
import { tellStory } from './fixture-story.ts';
import { newPage, phoneOf, signInTo, violations } from './pages.ts';

const SERUYAN = '62.07';
const KOTIM = '62.02';
const DAY_MS = 86_400_000;

const test = suite('agreements and emergency statuses in a browser');
let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
let site: FixtureSite;
let story: AccordsStory;
let now: number;
let complaints: string[];

test.before(async () => {
  built = await buildPage();
  browser = await startBrowser('--disable-3d-apis');
});
test.after(async () => {
  await browser.close();
  built.remove();
});
test.before.each(async () => {
  site = await startFixtureSite(built.dist);
  now = Date.now();
  tellStory(site, now);
  story = tellAccords(site, now);
  complaints = [];
});
test.after.each(async () => {
  for (const context of browser.contexts()) await context.close();
  await site.close();
  assert.deepEqual(complaints, []);
});

const phone = phoneOf(360, 740);

/** Opens the page at `hash`, signed in as `role` if one is named. */
const open = async (hash: string, role?: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await newPage(browser, complaints, options);
  if (role !== undefined) await signInTo(page, site.url, role);
  await page.goto(`${site.url}/${hash}`);
  await page.locator('.header .brand').waitFor();
  return page;
};
const agreement = (id = story.agreement) => `#/agreements/${id}`;
const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);
const submit = (page: Page) => page.locator('dialog button[type=submit]');
const closed = (page: Page) => page.waitForSelector('dialog', { state: 'detached' });
const lookBack = async (page: Page, days: number) => {
  const at = Math.floor((now - days * DAY_MS) / 60_000) * 60_000;
  await page.locator('.timeline input').fill(String(at));
  await page.waitForSelector('.page[data-mode=past]');
  await page.getByText('Bukan keadaan sekarang').waitFor();
};
const text = async (page: Page, selector: string) =>
  (await page.locator(selector).innerText()).replace(/\s+/g, ' ');

test('letters and links lead to every page, and coming back finds the list as it was', async () => {
  const page = await open('#/');
  await page.waitForSelector('[data-row]');
  await page.getByLabel('Cari desa atau kecamatan').fill('telaga');
  await page.keyboard.press('Escape');
  for (const [key, hash] of [
    ['p', '#/agreements'],
    ['d', '#/emergency'],
    ['u', '#/resources'],
    ['b', '#/aid'],
  ] as const) {
    await page.keyboard.press(key);
    await page.waitForURL(`**/${hash}`);
    await page.locator(`.pages [aria-current=page][href="${hash}"]`).waitFor();
    await page.locator('.situation').waitFor({ state: 'hidden' });
  }
  await page.getByRole('link', { name: 'Situasi' }).click();
  await page.waitForSelector('.situation:not([hidden])');
  assert.equal(await page.getByLabel('Cari desa atau kecamatan').inputValue(), 'telaga');
});

test('on a phone the pages are behind one button', async () => {
  const page = await open('#/', undefined, phone);
  await page.waitForSelector('[data-row]');
  await page.getByRole('button', { name: 'Halaman' }).tap();
  await page.getByRole('link', { name: 'Perjanjian', exact: true }).tap();
  await page.locator('.card').first().waitFor();
  assert.equal(await page.locator('.pages').count(), 0, 'the choice stays open');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  for (const hash of [agreement(), '#/emergency', '#/emergency/62.02-fire']) {
    await page.goto(`${site.url}/${hash}`);
    await page.locator('.area h2').waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, hash);
  }
});

test('the document shows the text in force first, and a change under way against it', async () => {
  const page = await open(agreement());
  await page.getByText('versi yang berlaku').first().waitFor();
  const terms = await text(page, '.terms');
  assert.match(terms, /14 hari/);
  assert.match(terms, /Mobil dapur umum, Motor tempel, Perahu karet, Pompa air/);
  assert.match(terms, /pihak yang meminta/);
  await page.getByRole('button', { name: 'Baca versi 3' }).first().click();
  await page.getByText('Perubahan dari versi 2 ke versi 3').waitFor();
  assert.match(await text(page, '.terms'), /21 hari/);
  const marks = (tag: string) => page.locator(`.difference ${tag}`).allInnerTexts();
  assert.deepEqual(
    (await marks('del')).map((mark) => mark.replace(/^.*:\s*/s, '')),
    ['14'],
  );
  assert.ok((await marks('ins')).join().includes('termasuk bahan bakar dan makan personel'));
  // Any two versions.
  await page.getByLabel('Bandingkan dengan').selectOption('1');
  await page.getByText('Perubahan dari versi 1 ke versi 3').waitFor();
  assert.ok((await marks('ins')).join().includes('satu'));
  await page.getByLabel('Bandingkan dengan').selectOption('none');
  await page.locator('.difference').waitFor({ state: 'detached' });
});

test('every clause has its history, proposals with their answers, and comments of both', async () => {
  const page = await open(agreement());
  await page.getByRole('button', { name: 'Baca versi 3' }).first().click();
  const procedure = page.locator('#clause-tata-cara');
  await procedure.getByText('1 usulan, 1 komentar').click();
  assert.match(await procedure.innerText(), /diambil dalam versi 2/);
  assert.match(await procedure.innerText(), /Satu jam dapat dipenuhi/);
  await procedure.getByText('Riwayat (2 versi)').click();
  assert.match(await procedure.locator('.history ins').first().innerText(), /melalui Siaga/);
  const cost = page.locator('#clause-biaya');
  // What is open lies open.
  assert.match(await cost.innerText(), /DPRD meminta pasal pembiayaan tetap ada/);
  assert.equal(await cost.locator('[data-proposal=open]').count(), 1);
});

test('both parties stand side by side over the same hash', async () => {
  const page = await open(agreement());
  const { hash } = site.accords.newest(story.agreement);
  await page.locator('.signing').waitFor();
  assert.equal(await page.locator('.signing .said').count(), 6, 'final, DPRD and signature of both');
  await page.getByRole('button', { name: 'Baca versi 3' }).first().click();
  await page.locator('.signing .not-yet').nth(5).waitFor();
  await page.locator('.signing summary').click();
  assert.equal(await page.locator('.hash-full').innerText(), hash);
});

test('only what is allowed now is offered, by role and party', async () => {
  const page = await open(agreement(story.theirs), 'kalaksa');
  await step(page, 'finalise').waitFor();
  const offered = async (on: Page) =>
    on.locator('[data-step]').evaluateAll((all) => all.map((one) => one.getAttribute('data-step')));
  assert.deepEqual(await offered(page), ['finalise', 'terminate']);
  const operator = await open(agreement(story.theirs), 'pusdalops');
  await operator.getByRole('button', { name: 'Usulkan pasal baru' }).waitFor();
  assert.deepEqual(await offered(operator), []);
  const anyone = await open(agreement(story.theirs));
  await anyone.getByText('Masuk untuk mengirim tindakan').waitFor();
  assert.deepEqual(await offered(anyone), []);
  assert.equal(await anyone.getByRole('button', { name: 'Komentari' }).count(), 0);
});

test('an agreement is drafted from the model text, answered, finalised, and signed after a second look', async () => {
  const page = await open('#/agreements', 'kalaksa');
  await page.getByRole('button', { name: 'Susun perjanjian baru' }).click();
  await page.getByLabel('Judul', { exact: true }).fill('PKS percobaan');
  await page.getByLabel('Membebani APBD').uncheck();
  await submit(page).click();
  await page.getByText('Isi kantor dan saluran setiap narahubung').waitFor();
  // What was typed outlives the dialog.
  await page.keyboard.press('Escape');
  await closed(page);
  await page.getByRole('button', { name: 'Susun perjanjian baru' }).click();
  assert.equal(await page.getByLabel('Judul', { exact: true }).inputValue(), 'PKS percobaan');
  for (const [index, channel] of ['Radio kanal 7', 'Radio kanal 9'].entries()) {
    await page.getByLabel('Saluran').nth(index).fill(channel);
  }
  await page.getByRole('button', { name: 'Turunkan pasal 1' }).click();
  await page.getByRole('button', { name: 'Hapus pasal 8' }).click();
  await submit(page).click();
  await page.waitForURL(/#\/agreements\/[0-9a-f-]{36}$/);
  const id = page.url().split('/').at(-1) ?? '';
  await page.getByText('Versi 1 menunggu pernyataan final dari Seruyan dan Kotawaringin Timur').waitFor();
  assert.deepEqual(await page.locator('.clause h3').first().innerText(), 'Pasal 1 Ruang Lingkup');
  assert.equal(await page.locator('.clause').count(), 7);

  // Their proposal arrives while the page is open, is taken up, and the new text is finalised by both.
  const at = () => new Date().toISOString();
  site.accords.agreement(
    KOTIM,
    {
      type: 'propose',
      body: {
        change: 'reword',
        version: 1,
        clause: 'maksud',
        text: 'Saling membantu tanpa batas kabupaten.',
        reason: 'Lebih singkat',
      },
    },
    at(),
    id,
  );
  await page.getByText('1 usulan (1 terbuka)').waitFor();
  await step(page, 'revise').click();
  await page.getByLabel('Kotawaringin Timur: ubah menjadi').check();
  assert.equal(await page.getByLabel('Isi pasal 2').inputValue(), 'Saling membantu tanpa batas kabupaten.');
  await submit(page).click();
  await closed(page);
  await page.getByText('Versi 2 menunggu').waitFor();
  await page.getByText('diambil dalam versi 2').waitFor({ state: 'attached' });

  await step(page, 'finalise').click();
  await submit(page).click();
  await closed(page);
  assert.equal(await step(page, 'sign').count(), 0, 'signed before the other holds it final');
  const words = site.accords.newest(id);
  site.accords.agreement(KOTIM, { type: 'finalise', body: words }, at(), id);
  await step(page, 'sign').click();
  await submit(page).click();
  await page.getByText('Yang ditandatangani atas nama kabupaten ini').waitFor();
  const named = await text(page, '.confirm');
  assert.match(named, /PKS percobaan/);
  assert.match(named, /Versi 2/);
  assert.ok(named.includes(words.hash.slice(0, 4)), 'the hash is not repeated');
  await submit(page).click();
  await closed(page);
  await page.locator('.document-head .status', { hasText: 'Ditandatangani satu pihak' }).waitFor();
  site.accords.agreement(KOTIM, { type: 'sign', body: words }, at(), id);
  await page.locator('.document-head .status', { hasText: 'Berlaku' }).waitFor();
});

test('propose, comment and decline stand in the document at once', async () => {
  const page = await open(agreement(), 'kalaksa');
  await page.getByRole('button', { name: 'Baca versi 3' }).first().click();
  const cost = page.locator('#clause-biaya');
  await cost.getByRole('button', { name: 'Komentari' }).click();
  await page.getByLabel('Komentar', { exact: true }).fill('Hubungi Budi di 0812-3456-7890');
  await submit(page).click();
  await page.getByText('nomor telepon').last().waitFor();
  await page.getByLabel('Komentar', { exact: true }).fill('Sudah dibahas dengan bagian keuangan.');
  await submit(page).click();
  await closed(page);
  await cost.getByText('Sudah dibahas dengan bagian keuangan.').waitFor();

  await page.locator('#clause-maksud').getByRole('button', { name: 'Usulkan perubahan' }).click();
  await page.getByLabel('Alasan').fill('Lebih singkat');
  await submit(page).click();
  await page.getByText('Isi yang diusulkan sama dengan yang ada.').waitFor();
  await page.getByLabel('Isi yang diusulkan').fill('Saling membantu.');
  await submit(page).click();
  await closed(page);
  await page.locator('#clause-maksud').getByText('1 usulan (1 terbuka)').waitFor();

  await cost.getByRole('button', { name: 'Tolak usulan' }).click();
  await page.getByLabel('Alasan').fill('Belum dianggarkan');
  await submit(page).click();
  await closed(page);
  await cost.getByText('ditolak: Belum dianggarkan').waitFor();
});

test('a refusal says why, an answer that got lost sends nothing twice', async () => {
  const page = await open(agreement(), 'kalaksa');
  await page.getByRole('button', { name: 'Baca versi 3' }).first().click();
  const cost = page.locator('#clause-biaya');
  await cost.getByRole('button', { name: 'Komentari' }).click();
  await page.getByLabel('Komentar', { exact: true }).fill('Sekali saja.');
  site.loseNextAnswer();
  await submit(page).click();
  await page.getByText('Tidak ada jawaban dari server').waitFor();
  await submit(page).click();
  await closed(page);
  await cost.getByText('Sekali saja.').first().waitFor();
  assert.equal(await cost.getByText('Sekali saja.').count(), 1);
  // A newer version comes in while the dialog is open: that text was not read.
  await step(page, 'finalise').click();
  site.accords.agreement(
    SERUYAN,
    {
      type: 'revise',
      body: { kind: 'addendum', document: documentFrom(now, { longestDeploymentDays: 30 }), adopts: [] },
    },
    new Date().toISOString(),
    story.agreement,
  );
  await submit(page).click();
  await page.getByText('Sudah ada versi yang lebih baru (versi 4)').waitFor();
});

test('terminating asks twice, and the document says by whom and why', async () => {
  const page = await open(agreement(), 'kalaksa');
  await step(page, 'terminate').click();
  await page.getByLabel('Alasan').fill('Diganti perjanjian provinsi');
  await submit(page).click();
  assert.match(await text(page, '.confirm'), /Versi 2 .*Tidak dapat dibatalkan/s);
  await page.getByRole('button', { name: 'Kembali mengisi' }).click();
  assert.equal(await page.getByLabel('Alasan').inputValue(), 'Diganti perjanjian provinsi');
  await submit(page).click();
  await submit(page).click();
  await closed(page);
  await page.locator('.document-head .status', { hasText: 'Diakhiri' }).waitFor();
  await page.getByText('Diakhiri oleh Seruyan').waitFor();
  assert.equal(await page.locator('[data-step]').count(), 0);
});

test('looking back shows the agreement as it was known then, and sends nothing', async () => {
  const page = await open(agreement(), 'kalaksa');
  await page.getByText('versi yang berlaku').first().waitFor();
  await lookBack(page, 59);
  await page.getByText('Versi 1 (rancangan)').first().waitFor();
  assert.equal(await page.locator('[data-step]').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Komentari' }).count(), 0);
  await lookBack(page, 20);
  await page.locator('.document-head .status', { hasText: 'Berlaku' }).waitFor();
  await lookBack(page, 65);
  await page.getByText('Belum dikenal di pos ini pada waktu itu').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/#/agreements');
  await page.getByText('Belum ada perjanjian').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Susun perjanjian baru' }).isDisabled(), true);
});

test('an override is seen on every page while it stands, and is declared and ended by the head alone', async () => {
  const page = await open('#/', 'kalaksa');
  const banner = (on: Page, name: string) => on.locator('[data-banner=override]', { hasText: name });
  await banner(page, 'Kotawaringin Timur membuka data sumber daya').waitFor();
  await page.goto(`${site.url}/#/agreements`);
  await page.getByRole('button', { name: 'Buka data darurat' }).click();
  await page.getByLabel('Alasan').fill('Banjir besar, perlu perahu tetangga');
  await page.getByLabel('Sampai').fill(`${dayFrom(now, 15)}T23:00`);
  await submit(page).click();
  await page.getByText('Paling lama 14 hari dari sekarang').waitFor();
  await page.getByLabel('Sampai').fill(`${dayFrom(now, 10)}T10:00`);
  await submit(page).click();
  assert.match(await text(page, '.confirm'), /sumber daya dan stok; percakapan bantuan/);
  await submit(page).click();
  await closed(page);
  await banner(page, 'Seruyan membuka').waitFor();
  assert.match(await banner(page, 'Seruyan membuka').innerText(), /sisa 9 hari|sisa 10 hari/);
  assert.equal(await page.getByRole('button', { name: 'Buka data darurat' }).count(), 0, 'one stands');
  await page.getByRole('button', { name: 'Tutup sekarang' }).click();
  await page.getByLabel('Alasan').fill('Air surut');
  await submit(page).click();
  await closed(page);
  await banner(page, 'Seruyan membuka').waitFor({ state: 'detached' });
  const operator = await open('#/agreements', 'pusdalops');
  await operator.getByText('Pembukaan data darurat').waitFor();
  assert.equal(await operator.getByRole('button', { name: 'Buka data darurat' }).count(), 0);
});

test('the situation shows what stands on both sides, with the time left and a warning before the end', async () => {
  const page = await open('#/');
  const chip = page.locator('[data-emergency="62.07-flood"]');
  await chip.waitFor();
  assert.match(await chip.innerText(), /Banjir Seruyan\s+Tanggap\s+sisa 1 hari \d+ jam, segera berakhir/);
  assert.match(
    await page.locator('[data-emergency="62.02-fire"]').innerText(),
    /Karhutla Kotawaringin Timur/,
  );
  await page.locator('[data-banner=emergency-ends]', { hasText: 'Tanggap Darurat Banjir Seruyan' }).waitFor();
  assert.equal(await page.locator('[data-banner=emergency-ends]').count(), 1, 'the other has ten days');
  await chip.click();
  await page.waitForURL('**/#/emergency/62.07-flood');
  await page.getByRole('heading', { name: 'Banjir · Seruyan' }).waitFor();
});

test('the history of decrees says what was extended, superseded and cut short', async () => {
  const page = await open('#/emergency/62.02-fire', 'kalaksa');
  await page.getByText('Riwayat keputusan').waitFor();
  const [tanggap = '', siaga = ''] = await page.locator('.decrees > li').allInnerTexts();
  assert.match(tanggap, /Tanggap Darurat\s+SK 188\.45\/266\/2026\s+berlaku/);
  assert.match(siaga, /Siaga Darurat/);
  assert.match(siaga, /Diperpanjang dengan SK 188\.45\/251\/2026/);
  assert.match(siaga, /Digantikan oleh SK 188\.45\/266\/2026/);
  assert.match(siaga, /berlaku hanya sampai/);
  await page.getByText('360/412/BPBD/2026').waitFor();
  await page.getByText('Hanya Kotawaringin Timur yang mencatat keputusannya').waitFor();
  assert.equal(
    await page.locator('.emergency .actions button').count(),
    0,
    'the neighbour’s is not ours to change',
  );
});

test('a status is declared, extended, ended, and inability stated', async () => {
  const page = await open('#/emergency', 'kalaksa');
  await page.getByRole('button', { name: 'Tetapkan status' }).click();
  await page.getByLabel('Bahaya').selectOption('earthquake');
  const levels = await page.getByLabel('Tingkat').locator('option').allInnerTexts();
  assert.deepEqual(levels, ['Pilih…', 'Tanggap Darurat'], 'siaga is for what comes slowly');
  await page.getByLabel('Bahaya').selectOption('fire');
  await page.getByLabel('Tingkat').selectOption('siaga');
  await page.getByLabel('Nomor keputusan').fill('360/130/2026');
  await submit(page).click();
  await page.getByText('Isi dahulu: Wilayah').waitFor();
  await page.getByRole('button', { name: 'Seluruh kabupaten' }).click();
  await page.locator('.chosen-places li').nth(9).waitFor();
  await page.getByRole('button', { name: 'Hapus Kec. Batu Ampar' }).click();
  await submit(page).click();
  await page.waitForURL('**/#/emergency/62.07-fire');
  await page.locator('.standing-now', { hasText: 'Siaga Darurat' }).waitFor();

  await page.getByRole('button', { name: 'Perpanjang' }).click();
  await page.getByLabel('Nomor keputusan').fill('360/131/2026');
  await page.getByLabel('Hari terakhir').fill(dayFrom(now, 3));
  await submit(page).click();
  await page.getByText('Hari terakhir yang baru harus sesudah').waitFor();
  await page.getByLabel('Hari terakhir').fill(dayFrom(now, 40));
  await submit(page).click();
  await closed(page);
  await page.getByText('Diperpanjang dengan SK 360/131/2026').waitFor();

  await page.getByRole('button', { name: 'Tetapkan tingkat berikutnya' }).click();
  await page.getByLabel('Nomor keputusan').fill('360/140/2026');
  await page.getByRole('button', { name: 'Seluruh kabupaten' }).click();
  await page.locator('.chosen-places li').nth(9).waitFor();
  await submit(page).click();
  await closed(page);
  await page.locator('.standing-now', { hasText: 'Tanggap Darurat' }).waitFor();
  await page.getByRole('button', { name: 'Nyatakan ketidakmampuan' }).click();
  await page.getByLabel('Nomor surat').fill('360/500/BPBD/2026');
  await page.getByLabel('Isi pernyataan').fill('Kemampuan kabupaten tidak mencukupi.');
  await submit(page).click();
  await submit(page).click();
  await closed(page);
  await page.getByText('Kemampuan kabupaten tidak mencukupi.').waitFor();

  await page.getByRole('button', { name: 'Akhiri', exact: true }).first().click();
  await page.getByLabel('Alasan').fill('Hujan lebat, api padam');
  await submit(page).click();
  assert.match(await text(page, '.confirm'), /SK 360\/140\/2026/);
  await submit(page).click();
  await closed(page);
  await page.getByText('Hujan lebat, api padam').waitFor();
});

test('looking back shows the statuses of that time, and none of them can be changed', async () => {
  const page = await open('#/emergency/62.07-flood', 'kalaksa');
  await page.getByRole('button', { name: 'Perpanjang' }).waitFor();
  await lookBack(page, 5);
  await page.locator('.standing-now', { hasText: /sisa 6 hari/ }).waitFor();
  assert.equal(await page.locator('.emergency .actions button').count(), 0);
  await page.goto(`${site.url}/#/emergency`);
  await page.locator('[data-row="62.02-fire"]', { hasText: 'Siaga Darurat' }).waitFor();
  assert.equal(await page.locator('[data-banner=emergency-ends]').count(), 0, 'then it was not about to end');
});

test('pages follow changes, and load anew after the stream was lost', async () => {
  const page = await open('#/emergency');
  await page.locator('[data-row="62.07-flood"]').waitFor();
  const extend = (decree: string, days: number) =>
    site.accords.emergency(
      SERUYAN,
      { type: 'extend', body: { decree, extends: '360/118/2026', to: dayFrom(now, days) } },
      new Date().toISOString(),
      '62.07-flood',
    );
  await page.waitForSelector('.sign[data-state=live]');
  extend('360/120/2026', 20);
  await page.locator('[data-row="62.07-flood"]', { hasText: /sisa 20 hari/ }).waitFor();
  site.cutStreams(true);
  await page.waitForSelector('.sign[data-state=lost]', { timeout: 9000 });
  extend('360/121/2026', 30);
  site.cutStreams(false);
  await page.locator('[data-row="62.07-flood"]', { hasText: /sisa 30 hari/ }).waitFor({ timeout: 9000 });
});

test('the document prints alone, in black on white, with its version, hash and time', async () => {
  const page = await open(agreement(), undefined, { colorScheme: 'dark' });
  await page.locator('.signing .said').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  for (const hidden of ['.header', '.banners', '.timeline', '.steps', '.versions']) {
    assert.equal(await page.locator(hidden).isVisible(), false, hidden);
  }
  const { hash } = site.accords.newest(story.agreement);
  const printed = await page.locator('.printed').innerText();
  assert.match(printed, /Versi 2 \(perbaikan\) · SHA-256 [0-9a-f]{64} · .* WIB/);
  assert.ok(!printed.includes(hash), 'the hash is that of another version');
  assert.equal(
    await page.evaluate('getComputedStyle(document.querySelector(".paper")).color'),
    'rgb(20, 32, 43)',
  );
  assert.equal(await page.evaluate('getComputedStyle(document.querySelector(".area")).overflowY'), 'visible');
});

for (const [name, options] of [
  ['desktop', {}],
  ['phone', phone],
] as const) {
  test(`no accessibility violations in both languages and themes: ${name}`, async () => {
    for (const [language, theme] of [
      ['id', 'light'],
      ['en', 'dark'],
    ] as const) {
      const page = await open('#/', 'kalaksa', { ...options, colorScheme: theme });
      await page.evaluate(`localStorage.setItem('siaga.language', '${language}')`);
      await page.reload();
      await page.waitForSelector('[data-emergency]');
      assert.deepEqual(await violations(page), [], `situation ${language} ${theme}`);
      for (const hash of ['#/agreements', agreement(), '#/emergency', '#/emergency/62.02-fire']) {
        await page.goto(`${site.url}/${hash}`);
        await page.waitForSelector(hash.split('/').length > 2 ? '.area h2' : '.card');
        if (hash === agreement()) {
          const change = language === 'en' ? 'Read version 3' : 'Baca versi 3';
          await page.getByRole('button', { name: change }).first().click();
        }
        assert.deepEqual(await violations(page), [], `${hash} ${language} ${theme}`);
      }
      await page.context().close();
    }
  });
}

test('no accessibility violations in the dialogs', async () => {
  const page = await open(agreement(), 'kalaksa');
  await page.getByRole('button', { name: 'Baca versi 3' }).first().click();
  for (const name of ['finalise', 'addendum', 'extension', 'terminate']) {
    await step(page, name).click();
    await page.waitForSelector('dialog[open]');
    assert.deepEqual(await violations(page), [], name);
    await page.keyboard.press('Escape');
    await closed(page);
  }
  await page.goto(`${site.url}/#/emergency`);
  await page.getByRole('button', { name: 'Tetapkan status' }).click();
  await page.getByRole('button', { name: 'Seluruh kabupaten' }).click();
  await page.locator('.chosen-places li').first().waitFor();
  assert.deepEqual(await violations(page), [], 'declare');
});
