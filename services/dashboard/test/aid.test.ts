/** The resource board, the stock and the conversations of mutual aid in a real browser, against a site in memory. */
import { randomUUID } from 'node:crypto';
import { assert, mapSpot, startBrowser, suite, until } from '@siaga/testkit';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { buildPage } from './built.ts';
import { type AidStory, tellAid } from './fixture-aid-story.ts';
import { type Aid, createAid } from './fixture-aid.ts';
import { type FixtureSite, startFixtureSite } from './fixture-site.ts';
import { newPage, phoneOf, signInTo, violations } from './pages.ts';

const KOTIM = '62.02';
const SERUYAN = '62.07';

const test = suite('resources and mutual aid in a browser');
let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
let site: FixtureSite;
let aid: Aid;
let story: AidStory;
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
  aid = createAid();
  site = await startFixtureSite(built.dist, aid.serve);
  now = Date.now();
  story = tellAid(site, aid, now);
  complaints = [];
});
test.after.each(async () => {
  for (const context of browser.contexts()) await context.close();
  await site.close();
  assert.deepEqual(complaints, []);
});

interface Opening extends BrowserContextOptions {
  user?: string;
  english?: boolean;
  night?: boolean;
}
const open = async (hash: string, { user, english, night, ...options }: Opening = {}): Promise<Page> => {
  const page = await newPage(browser, complaints, options);
  await page.addInitScript(
    `localStorage.setItem('siaga.language', '${english ? 'en' : 'id'}');
     localStorage.setItem('siaga.theme', '${night ? 'night' : 'day'}');`,
  );
  if (user !== undefined) await signInTo(page, site.url, user);
  await page.goto(`${site.url}/${hash}`);
  return page;
};
const phone = phoneOf(360, 740);

const card = (page: Page, id: string) => page.locator('.card', { has: page.locator(`[data-row="${id}"]`) });
const column = (page: Page, state: string) => page.locator(`[data-column="${state}"]`);
const inColumn = (page: Page, state: string, id: string) =>
  column(page, state).locator(`[data-row="${id}"]`).waitFor();
const dialog = (page: Page) => page.locator('dialog[open]');
const submit = async (page: Page) => {
  await page.locator('dialog[open] button[type=submit]').click();
  await page.waitForSelector('dialog', { state: 'detached' });
};
/** The text of something that must be there. */
const textOf = async (of: Locator): Promise<string> => String(await of.textContent());
const field = (minutes: number) => new Date(now + minutes * 60_000 + 7 * 3600_000).toISOString().slice(0, 16);

test('who has not signed in sees no resource and no conversation, and is asked to', async () => {
  const page = await open('#/resources');
  await page.locator('.resources').getByRole('button', { name: 'Masuk' }).waitFor();
  assert.equal(await page.locator('.card').count(), 0);
  await page.goto(`${site.url}/#/aid/${story.asked}`);
  await page.locator('.aid').getByRole('button', { name: 'Masuk' }).first().waitFor();
  assert.equal(await page.locator('.message').count(), 0);
});

test('a resource goes by button, by key and by drag, each time with its command', async () => {
  const page = await open('#/resources', { user: 'pusdalops' });
  await card(page, story.boat1).getByRole('button', { name: 'Kerahkan: Perahu karet 01' }).click();
  await dialog(page).getByLabel('Kejadian').selectOption(story.flood);
  await submit(page);
  await inColumn(page, 'committed', story.boat1);
  await page.locator(`[data-row="${story.boat1}"]`).focus();
  await page.keyboard.press('m');
  await dialog(page).getByRole('heading', { name: 'Siapkan' }).waitFor();
  await dialog(page).getByLabel('Perkiraan tiba').fill(field(300));
  await submit(page);
  await inColumn(page, 'mobilising', story.boat1);
  await card(page, story.boat1).dragTo(column(page, 'en-route'));
  await dialog(page).getByRole('heading', { name: 'Berangkat' }).waitFor();
  await submit(page);
  await inColumn(page, 'en-route', story.boat1);
  const { state, deployment } = aid.resourceNow(story.boat1);
  assert.equal(state, 'en-route');
  assert.equal(deployment?.arrival.estimated, `${new Date(`${field(300)}:00+07:00`).toISOString()}`);
  assert.deepEqual(deployment?.task, { for: 'own', incident: story.flood });
});

test('while a card is dragged only the columns light up that it may go to; another says why not', async () => {
  const page = await open('#/resources', { user: 'pusdalops' });
  const from = card(page, story.boat1);
  const data = await page.evaluateHandle('new DataTransfer()');
  await from.dispatchEvent('dragstart', { dataTransfer: data });
  await page.waitForSelector('[data-column=committed][data-drop=yes]');
  const lit = await page
    .locator('[data-drop=yes]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-column')));
  // Out of service is for logistics and the head of BPBD.
  assert.deepEqual(lit, ['committed']);
  await from.dispatchEvent('dragend', { dataTransfer: data });
  await page.waitForSelector('[data-drop]', { state: 'detached' });
  await from.dragTo(column(page, 'on-scene'));
  await page
    .getByText(
      'Perahu karet 01 tidak dapat dipindah ke “Di lokasi”: dari “Siap” hanya dapat ke “Dijanjikan” atau “Tidak siap pakai”.',
    )
    .waitFor();
  await from.dragTo(column(page, 'out-of-service'));
  await page.getByText(/“Nyatakan tidak siap” hanya untuk Logistik, Kalaksa\./).waitFor();
  assert.equal(await dialog(page).count(), 0);
  assert.equal(aid.resourceNow(story.boat1).state, 'available');
});

test('the neighbour’s resources have no step; what was shared under an ended agreement is greyed and dated', async () => {
  const page = await open('#/resources', { user: 'kalaksa' });
  const theirs = card(page, story.theirPump);
  await theirs.getByText('Untuk Seruyan').waitFor();
  assert.equal(await theirs.locator('button').count(), 0);
  assert.equal(await theirs.getAttribute('draggable'), 'false');
  aid.setSharing({
    state: 'ended',
    under: { agreement: story.agreement },
    since: new Date(now - 86_400_000).toISOString(),
  });
  await theirs.getByText(/tidak diperbarui sejak \d+ \w+/).waitFor();
  await page.locator(`[data-row="${story.theirPump}"]`).click();
  await page
    .locator('.drawer')
    .getByText(/berakhir .* Sejak itu tidak diperbarui\./)
    .waitFor();
  await page.locator('.drawer').getByText('hanya Kotawaringin Timur yang dapat mengubahnya').waitFor();
  assert.equal(await page.locator('.drawer [data-move]').count(), 0);
});

test('the drawer tells the deployment’s times and path; a position is typed or shown on a map', async () => {
  const page = await open(`#/resources/${story.truck}`, { user: 'trc' });
  const drawer = page.locator('.drawer');
  await drawer.getByText(/TERLAMBAT 1 jam/).waitFor();
  const arrival = drawer.locator('.legs tr', { hasText: 'Tiba di lokasi' });
  assert.match(await textOf(arrival.locator('[data-time=actual]')), /\d\d\.\d\d/);
  assert.equal(await drawer.locator('.path li').count(), 3);
  await drawer.getByText('Jalan poros tergenang, jalan pelan').waitFor();
  await drawer.locator('[data-move=position]').click();
  await dialog(page).getByLabel('Titik').fill('112.30');
  await page.locator('dialog button[type=submit]').click();
  await dialog(page)
    .getByText(/^Tulis lintang lalu bujur/)
    .first()
    .waitFor();
  await dialog(page).getByLabel('Titik').fill('-2,7101; 112,3002');
  await submit(page);
  await until('the position is there', async () => (await drawer.locator('.path li').count()) === 4);
  assert.deepEqual(aid.resourceNow(story.truck).position?.point, [112.3002, -2.7101]);
  await drawer.locator('[data-move=position]').click();
  await dialog(page).getByRole('button', { name: 'Tunjuk di peta' }).click();
  const map = dialog(page).locator('.point-map canvas');
  await map.waitFor();
  await until('the click gives a point', async () => {
    await dialog(page).locator('.point-map').click();
    return (await dialog(page).getByLabel('Titik').inputValue()) !== '';
  });
  assert.match(await dialog(page).getByLabel('Titik').inputValue(), /^-\d+\.\d{5}, 112\.\d{5}$/);
});

test('a resource is registered with what the form says, and opens', async () => {
  const page = await open('#/resources', { user: 'logistik' });
  await page.getByRole('button', { name: 'Daftarkan sumber daya' }).click();
  await page.locator('dialog button[type=submit]').click();
  await dialog(page).getByText('Isi dahulu: Jenis.').waitFor();
  await dialog(page).getByLabel('Jenis').selectOption('generator');
  await dialog(page).getByLabel('Nama', { exact: false }).first().fill('Genset 05');
  await dialog(page).getByLabel('Kapasitas (kW, boleh kosong)').fill('7,5');
  const place = dialog(page).getByRole('combobox', { name: 'Desa atau kecamatan' });
  await place.fill('sampit');
  await page.locator('[role=option]').first().click();
  await page.locator('dialog button[type=submit]').click();
  await dialog(page).getByText('Tempat itu di kabupaten lain').first().waitFor();
  await place.fill('hanau');
  await page.locator('[role=option]').first().click();
  await submit(page);
  await page.locator('.drawer').getByRole('heading', { name: 'Genset 05' }).waitFor();
  await page.locator('.drawer').getByText('7,5 kW').waitFor();
});

test('stock is counted, allotted and handed out; what is free is what is not promised', async () => {
  const page = await open('#/resources', { user: 'logistik' });
  const row = page.locator(`[data-stock="${story.rice}"]`);
  await row.getByText('2.700 kg').waitFor();
  await row.locator('[data-verb=count]').click();
  await dialog(page)
    .getByLabel(/Jumlah yang dihitung/)
    .fill('4.000');
  await submit(page);
  await row.getByText('2.500 kg').waitFor();
  await row.locator('[data-verb=allot]').click();
  await dialog(page).getByLabel('Kejadian').selectOption(story.flood);
  await dialog(page).getByLabel('Jumlah (kg)').fill('9000');
  await page.locator('dialog button[type=submit]').click();
  // The site refuses, and the sentence says what there is.
  await dialog(page).getByText('Persediaan tidak cukup: 2.500 tersedia.').waitFor();
  await dialog(page).getByLabel('Jumlah (kg)').fill('500');
  await submit(page);
  await row.getByText('2.000 kg').first().waitFor();
  await row.locator('[data-verb=issue]').click();
  await dialog(page).getByLabel('Janji').selectOption({ index: 1 });
  await dialog(page).getByLabel('Jumlah (kg)').fill('1500');
  await submit(page);
  await row.getByText('1 janji terbuka').waitFor();
  await row.getByText('2.500 kg').waitFor();
});

test('aid is asked for an own incident under the agreement, only of what it covers, once though the answer is lost', async () => {
  const page = await open('#/aid', { user: 'pusdalops' });
  await page.getByRole('button', { name: 'Minta bantuan' }).click();
  const form = dialog(page);
  await form.getByText(/Menurut perjanjian “PKS Penanggulangan Bencana Kotim–Seruyan”/).waitFor();
  const kinds = await form.getByLabel('Jenis').locator('option').allTextContents();
  assert.deepEqual(kinds, [
    'Pilih…',
    'Perahu karet',
    'Pompa air (alkon)',
    'Genset',
    'Mobil dapur umum',
    'Beras',
    'Selimut',
  ]);
  await form.getByLabel('Kejadian').selectOption(story.flood);
  // The incident's own place and point.
  assert.match(await form.getByRole('combobox', { name: /^Dikirim ke/ }).inputValue(), /Telaga Pulang/);
  assert.equal(await form.getByLabel('Titik (boleh kosong)').inputValue(), '-2.72000, 112.29000');
  await form.getByLabel('Jenis').selectOption('generator');
  await form.getByLabel('Jumlah').fill('2');
  await form.getByLabel('Selama (jam)').fill('400');
  await page.locator('dialog button[type=submit]').click();
  await form.getByText('Lebih lama dari 14 hari yang disepakati.').waitFor();
  await form.getByLabel('Selama (jam)').fill('48');
  site.loseNextAnswer();
  await page.locator('dialog button[type=submit]').click();
  await form.getByText(/Tidak ada jawaban dari server/).waitFor();
  await submit(page);
  await page.locator('.conversation').getByText('2 × Genset').waitFor();
  await page
    .locator('.conversation')
    .getByText(/Menunggu jawaban Kotawaringin Timur, paling lambat/)
    .waitFor();
  const rows = page.locator('.aid-row', { hasText: 'Genset' });
  await rows.first().waitFor();
  assert.equal(await rows.count(), 1);
});

test('without an agreement or override nothing can be asked for, and the form says so', async () => {
  site.accords.agreement(
    KOTIM,
    { type: 'terminate', body: { reason: 'Tidak dilanjutkan' } },
    new Date().toISOString(),
    story.agreement,
  );
  const page = await open('#/aid', { user: 'pusdalops' });
  await page.getByRole('button', { name: 'Minta bantuan' }).click();
  await page.waitForSelector('[data-basis=none]');
  const asked = site.asked.length;
  await page.locator('dialog button[type=submit]').click();
  await dialog(page)
    .getByRole('alert')
    .getByText(/Tidak ada perjanjian atau keadaan darurat yang berlaku/)
    .waitFor();
  assert.equal(
    site.asked.slice(asked).some((path) => path.startsWith('/api/v1/mutual-aid')),
    false,
  );
});

test('an offer is accepted in part, never beyond what was asked; then it is sent, extended and released', async () => {
  const page = await open(`#/aid/${story.asked}`, { user: 'pusdalops' });
  const panel = page.locator('.conversation');
  await panel.getByText(/Menunggu kita menerima atau menolak tawaran/).waitFor();
  await panel.getByRole('button', { name: 'Terima tawaran (no. 2)' }).click();
  await dialog(page).getByText('BBM ditanggung peminta').waitFor();
  await dialog(page).getByText('diminta 3, sudah diterima 0, dipilih di sini 2').waitFor();
  await dialog(page).getByText('Perahu karet Kotim 02').click();
  await dialog(page).getByText('diminta 3, sudah diterima 0, dipilih di sini 1').waitFor();
  await submit(page);
  await panel.getByText(/Menunggu komitmen kalaksa Kotawaringin Timur/).waitFor();
  aid.lend(KOTIM, { type: 'commit', offer: story.offer, body: {} }, new Date().toISOString(), story.asked);
  await panel.getByText('Komitmen: akan dikirim').waitFor();
  const tally = panel.locator('.tallies tr', { hasText: 'Perahu karet' });
  await until('it is committed', async () => (await textOf(tally.locator('[data-tally=committed]'))) === '1');
  const [boat = ''] = story.theirBoats;
  const deployment = aid.resourceNow(boat).deployment?.id ?? '';
  for (const type of ['depart', 'arrive'] as const) {
    aid.resource(KOTIM, { type, body: { deployment } }, new Date().toISOString(), boat);
  }
  await panel.locator(`[data-deployment="${deployment}"]`).getByText('Di lokasi').waitFor();
  await until('it is delivered', async () => (await textOf(tally.locator('[data-tally=delivered]'))) === '1');

  await panel.getByRole('button', { name: 'Minta perpanjangan' }).click();
  await dialog(page).getByText('Dapur umum Kotim').click();
  await dialog(page)
    .getByLabel('Perpanjang sampai')
    .fill(field(60 + 96 * 60));
  await dialog(page).getByLabel('Alasan').fill('Air belum surut');
  await submit(page);
  await panel.getByText(/Menunggu jawaban perpanjangan dari Kotawaringin Timur/).waitFor();
  const [extension = ''] = Object.keys(aid.conversationNow(story.asked).conversation.asking.extensions);
  aid.lend(
    KOTIM,
    { type: 'answerExtension', body: { extension, deployment, granted: true } },
    new Date().toISOString(),
    story.asked,
  );
  await panel
    .locator('.message', { hasText: 'Jawaban perpanjangan' })
    .getByText(/Disetujui/)
    .waitFor();

  await panel.getByRole('button', { name: 'Lepas bantuan' }).click();
  await dialog(page).getByText('Perahu karet Kotim 01').click();
  await submit(page);
  await panel.locator(`[data-deployment="${deployment}"]`).getByText('Dilepas').waitFor();
  assert.equal(aid.resourceNow(boat).state, 'released');
});

test('the lender offers what is near and free, by a distance said to be a straight line; its head commits', async () => {
  const page = await open(`#/aid/${story.theirs}`, { user: 'logistik' });
  await page.getByRole('button', { name: 'Buat tawaran' }).click();
  const boats = dialog(page).locator('[data-kind="rubber-boat"] .near li');
  await boats
    .first()
    .getByText(/29 km jarak garis lurus/)
    .waitFor();
  assert.deepEqual(
    (await boats.allTextContents()).map((text) => /Perahu karet 0\d/.exec(text)?.[0]),
    ['Perahu karet 02', 'Perahu karet 01'],
  );
  await dialog(page).getByText('Jarak adalah garis lurus di peta, bukan jarak jalan atau sungai.').waitFor();
  // As much as is wanted is proposed already; conditions are asked for when there are some.
  assert.ok(await boats.first().getByRole('checkbox').isChecked());
  const rice = dialog(page).locator(`[data-near="${story.rice}"]`);
  assert.equal(await rice.inputValue(), '500');
  await rice.fill('9000');
  await page.locator('dialog button[type=submit]').click();
  await dialog(page).getByText('Beras: isi angka bulat yang tidak lebih dari yang tersedia.').waitFor();
  await rice.fill('300');
  await dialog(page).getByLabel('Sanggup dengan syarat').check();
  await page.locator('dialog button[type=submit]').click();
  await dialog(page).getByText('Isi dahulu: Syarat.').waitFor();
  await dialog(page).getByRole('textbox', { name: 'Syarat' }).fill('Awak kami yang mengemudikan');
  await submit(page);
  const panel = page.locator('.conversation');
  await panel.getByText(/Menunggu Kotawaringin Timur menerima atau menolak tawaran/).waitFor();
  const [offer = ''] = Object.keys(aid.conversationNow(story.theirs).conversation.lending.offers);
  aid.ask(
    KOTIM,
    {
      type: 'accept',
      offer,
      body: {
        lines: [
          { item: '1', resources: [story.boat2] },
          { item: '2', stock: story.rice, quantity: 300 },
        ],
      },
    },
    new Date().toISOString(),
    story.theirs,
  );
  // Logistics prepares, the head of BPBD promises.
  await panel.getByText('Beri komitmen (no. 3): hanya Kalaksa').waitFor();
  assert.equal(await panel.locator('[data-verb=commit]').count(), 0);

  const head = await open(`#/aid/${story.theirs}`, { user: 'kalaksa' });
  await head.getByRole('button', { name: 'Beri komitmen (no. 3)' }).click();
  await head.locator('dialog button[type=submit]').click();
  await dialog(head)
    .locator('.confirm')
    .getByText(/Perahu karet 02/)
    .waitFor();
  assert.equal(aid.resourceNow(story.boat2).state, 'available');
  await submit(head);
  await head.locator('.conversation').getByText('Komitmen: akan dikirim').waitFor();
  assert.equal(aid.resourceNow(story.boat2).state, 'committed');
  await panel.locator('.deployments').getByText('Perahu karet 02').waitFor();
});

test('what can’t be had any more is refused in words, whoever meets it first', async () => {
  const page = await open(`#/aid/${story.asked}`, { user: 'pusdalops' });
  const panel = page.locator('.conversation');
  await panel.getByRole('button', { name: 'Terima tawaran (no. 2)' }).click();
  await dialog(page).waitFor();
  // It is withdrawn while the form is open.
  aid.lend(
    KOTIM,
    { type: 'withdraw', offer: story.offer, body: { reason: 'Dipakai sendiri' } },
    new Date().toISOString(),
    story.asked,
  );
  await page.locator('dialog button[type=submit]').click();
  await dialog(page).getByText('Tawaran sudah ditarik pemiliknya.').waitFor();
  await page.keyboard.press('Escape');
  await panel.locator('.message', { hasText: 'Tawaran ditarik' }).getByText('Dipakai sendiri').waitFor();
  await panel.locator('[data-message="2"]').getByText('dicabut dengan no. 3').waitFor();
  const second = randomUUID();
  const [, , boat = ''] = story.theirBoats;
  aid.lend(
    KOTIM,
    {
      type: 'offer',
      offer: second,
      body: {
        to: SERUYAN,
        request: story.asked,
        response: 'accept',
        lines: [{ item: '1', kind: 'rubber-boat', resources: [boat] }],
        validUntil: new Date(now + 3600_000).toISOString(),
      },
    },
    new Date().toISOString(),
    story.asked,
  );
  await panel.getByRole('button', { name: 'Terima tawaran (no. 4)' }).click();
  await submit(page);
  aid.lend(
    KOTIM,
    { type: 'refuse', offer: second, body: { note: 'Mesin rusak' } },
    new Date().toISOString(),
    story.asked,
  );
  const refused = panel.locator('.message', { hasText: 'Tidak jadi dikirim' });
  await refused.getByText('Barangnya tidak tersedia lagi.').waitFor();
  await refused.getByText('Mesin rusak').waitFor();
});

test('the owner calls its pump home; the asker answers, and sees what each message answers', async () => {
  const page = await open(`#/aid/${story.running}`, { user: 'pusdalops' });
  const panel = page.locator('.conversation');
  const deployment = aid.resourceNow(story.theirPump).deployment?.id ?? '';
  aid.lend(
    KOTIM,
    { type: 'askReturn', recall: randomUUID(), body: { deployment, reason: 'Banjir di Sampit' } },
    new Date().toISOString(),
    story.running,
  );
  await panel.getByText('Menunggu jawaban pengembalian dari kita').waitFor();
  assert.equal(await panel.locator('[data-verb=ask-extension]').count(), 0, 'the recall wins');
  await panel.getByRole('button', { name: 'Jawab pengembalian (no. 5)' }).click();
  await dialog(page).getByText('Pemilik meminta kembali: Banjir di Sampit').waitFor();
  await submit(page);
  const answer = panel.locator('.message', { hasText: 'Jawaban pengembalian' });
  await answer.getByText('ResponseToRequestReturn').waitFor();
  await answer.getByRole('button', { name: 'menjawab no. 5' }).click();
  await until(
    'the message that is answered has the focus',
    async () => (await page.evaluate('document.activeElement?.dataset.message')) === '5',
  );
  const xml = await answer.locator('[data-edxl]').getAttribute('href');
  const download = await page.request.get(`${site.url}${xml}`);
  assert.equal(download.status(), 200);
  assert.match(String(download.headers()['content-type']), /xml/);
  // Own messages are found by their internal number, the neighbour's by the shared one.
  assert.match(
    String(await answer.locator('a', { hasText: 'peristiwa' }).getAttribute('href')),
    /\/events\/62\.07\/\d+\?journal=internal$/,
  );
  assert.match(
    String(await panel.locator('[data-message="5"] a', { hasText: 'peristiwa' }).getAttribute('href')),
    /\/events\/62\.02\/\d+$/,
  );
  assert.equal(aid.resourceNow(story.theirPump).state, 'released');
  // A status is asked for until it is told.
  await panel.getByRole('button', { name: 'Tanya keadaan' }).click();
  await submit(page);
  await panel.getByText('Menunggu laporan keadaan dari Kotawaringin Timur').waitFor();
  const [enquiry = ''] = Object.keys(aid.conversationNow(story.running).conversation.asking.enquiries);
  aid.lend(
    KOTIM,
    { type: 'reportStatus', body: { deployment, enquiry, status: 'released', note: 'Dimuat ke truk' } },
    new Date().toISOString(),
    story.running,
  );
  await panel.getByText('Dimuat ke truk').waitFor();
  await panel.getByText('Menunggu laporan keadaan').waitFor({ state: 'detached' });
});

test('no command can be sent while the screen shows the past, and it shows what was known then', async () => {
  const page = await open(`#/aid/${story.asked}`, { user: 'kalaksa' });
  await page.waitForSelector('.conversation [data-verb=accept]:enabled');
  const at = Math.floor((now - 30 * 60_000) / 60_000) * 60_000;
  await page.locator('.timeline input').fill(String(at));
  await page.waitForSelector('.page[data-mode=past]');
  // The offer came twenty minutes ago.
  await until('the offer is not there yet', async () => (await page.locator('.message').count()) === 1);
  assert.equal(await page.locator('[data-verb]:enabled').count(), 0);
  assert.equal(await page.locator('.aid-tools button:enabled').count(), 0);
  await page.goto(`${site.url}/#/resources/${story.truck}`);
  await page.waitForSelector('.drawer [data-move]');
  assert.equal(await page.locator('[data-move]:enabled').count(), 0);
  assert.equal(await page.locator('.card[draggable=true]').count(), 0);
  assert.equal(await page.locator('.stocks button:enabled, .board-tools .primary:enabled').count(), 0);
  await page.locator(`[data-row="${story.boat1}"]`).focus();
  await page.keyboard.press('m');
  await page.getByText(/tidak dapat dipindah ke “Dijanjikan”: layar menunjukkan masa lalu\./).waitFor();
  assert.equal(await dialog(page).count(), 0);
});

test('everything is within reach of the keyboard', async () => {
  const page = await open('#/resources', { user: 'kalaksa' });
  const focused = () => page.evaluate('document.activeElement?.dataset.row');
  await page.locator(`[data-row="${story.boat1}"]`).focus();
  await page.keyboard.press('ArrowRight');
  // The next column that has cards.
  assert.equal(
    await page.evaluate('document.activeElement?.closest("[data-column]").dataset.column'),
    'mobilising',
  );
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(), story.boat1);
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), story.boat2);
  await page.keyboard.press('Enter');
  await page.locator('.drawer').getByRole('heading', { name: 'Perahu karet 02' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForSelector('.drawer', { state: 'detached' });
  await until('the focus goes back to the card', async () => (await focused()) === story.boat2);
  await page.keyboard.press('b');
  await page.waitForURL(/#\/aid/);
  await page.waitForSelector('.aid-row');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.locator('.conversation .message').first().waitFor();
});

test('the map shows what is deployed and its path; a click opens it, and the layer can be put away', async () => {
  const page = await open('#/', { user: 'pusdalops' });
  await page.waitForSelector('.map canvas');
  await page
    .locator('.legend')
    .getByText(/Sumber daya, tanda = keadaan: 3 dikerahkan/)
    .waitFor();
  const { x, y } = await mapSpot(page, 112.45, -2.68);
  // The legend knows of it before the map has drawn it.
  await until('a click on the map opens it', async () => {
    await page.mouse.click(x, y);
    const opened = page.waitForURL(new RegExp(story.theirPump), { timeout: 500 });
    return await opened.then(
      () => true,
      () => false,
    );
  });
  await page.locator('.drawer').getByRole('heading', { name: 'Alkon Kotim 7' }).waitFor();
  await page.goBack();
  await page.locator('.legend').getByLabel('Sumber daya di peta').uncheck();
  const drawn = () =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await drawn();
  await page.mouse.click(x, y);
  await drawn();
  assert.doesNotMatch(page.url(), /resources/);
  await page.reload();
  await page.waitForSelector('.legend');
  await until(
    'the choice was kept',
    async () => !(await page.locator('.legend').getByLabel('Sumber daya di peta').isChecked()),
  );
});

test('on a phone: a list by state, one thing at a time, nothing wider than the screen, targets of 40 px', async () => {
  const page = await open('#/resources', { ...phone, user: 'kalaksa' });
  const fits = async (where: string) => {
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, where);
    const small =
      await page.evaluate(`[...document.querySelectorAll('.area button, .area a[href], .area select, .area input')]
      .filter((one) => one.checkVisibility() && !one.closest('label.check') && one.closest('p, dd, td, .deployments li') === null)
      .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 40 || height < 40)
      .map(([what]) => what)`);
    assert.deepEqual(small, [], where);
  };
  await page.waitForSelector('.card');
  await fits('board');
  await page.locator(`[data-row="${story.truck}"]`).click();
  await page.waitForSelector('.drawer .legs');
  assert.equal(await page.locator('.board').isVisible(), false);
  await fits('drawer');
  await page.goto(`${site.url}/#/aid`);
  await page.waitForSelector('.aid-row');
  await fits('conversations');
  await page.locator(`[data-row="${story.asked}"]`).click();
  await page.waitForSelector('.message');
  assert.equal(await page.locator('.aid-list').isVisible(), false);
  await fits('conversation');
  await page.locator('[data-verb=accept]').click();
  await page.waitForSelector('dialog .near');
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  assert.equal(await page.evaluate('document.querySelector("dialog").scrollWidth <= 360'), true);
});

test('English is whole: board, conversation and a dialog have no Indonesian word of the page', async () => {
  const page = await open('#/resources', { user: 'kalaksa', english: true });
  await column(page, 'available').getByText('Available').waitFor();
  await card(page, story.truck).getByText('OVERDUE 1 hour').waitFor();
  await page.goto(`${site.url}/#/aid/${story.asked}`);
  await page.locator('.conversation').getByText('Waiting for us to accept or decline the offer').waitFor();
  await page.locator('[data-verb=accept]').click();
  await dialog(page).getByText('asked 3, accepted before 0, chosen here 2').waitFor();
});

for (const night of [false, true]) {
  test(`WCAG 2.2 AA, ${night ? 'night' : 'day'}: no violation that a machine can find`, async () => {
    const page = await open(`#/resources/${story.truck}`, { user: 'kalaksa', night });
    await page.waitForSelector('.drawer .legs');
    await page.waitForSelector('.stock-table');
    assert.deepEqual(await violations(page), []);
    await page.locator('.drawer [data-move=release]').click();
    await dialog(page).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.goto(`${site.url}/#/aid/${story.asked}`);
    await page.waitForSelector('.message');
    assert.deepEqual(await violations(page), []);
    for (const verb of ['accept', 'update']) {
      await page.locator(`[data-verb=${verb}]`).click();
      await dialog(page).waitFor();
      assert.deepEqual(await violations(page), [], verb);
      await page.keyboard.press('Escape');
      await page.waitForSelector('dialog', { state: 'detached' });
    }
    await page.goto(`${site.url}/#/aid/${story.theirs}`);
    await page.locator('[data-verb=offer]').click();
    await page.waitForSelector('dialog .near');
    assert.deepEqual(await violations(page), [], 'offer');
  });
}
