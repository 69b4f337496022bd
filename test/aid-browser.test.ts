/** By hand at both dashboards: sign the agreement, ask for a boat, lend it, extend it, bring it home. */
import { assert, startBrowser, suite, until } from '@siaga/testkit';
import type { Browser, Locator, Page } from 'playwright-core';
import { desktop, open, picture, signIn } from './support/dashboard.ts';
import { floodAt, TUMBANG_MANJUL } from './support/picture.ts';
import { startWorld, type World, type WorldSite } from './support/world.ts';

interface Context {
  world: World;
  browser: Browser;
  /** One page for each person at work. */
  seruyan: Page;
  kotim: Page;
  kotimLogistics: Page;
}
const test = suite<Context>('lending a boat by hand at both dashboards', {} as Context);

const signedIn = async (browser: Browser, { base }: WorldSite, role: string): Promise<Page> => {
  const page = await open(browser, base, desktop);
  await signIn(page, role);
  return page;
};
test.before(async (context) => {
  context.world = await startWorld();
  context.browser = await startBrowser();
  const { seruyan, kotim } = context.world;
  context.seruyan = await signedIn(context.browser, seruyan, 'kalaksa');
  context.kotim = await signedIn(context.browser, kotim, 'kalaksa');
  context.kotimLogistics = await signedIn(context.browser, kotim, 'logistik');
  await seruyan.post('trc', '/api/v1/incidents', floodAt(TUMBANG_MANJUL, 'Air naik cepat'));
});
test.after(async ({ browser, world }) => {
  await browser?.close();
  await world?.stop();
});

const goTo = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();
/** Opens a dialog by its button, fills it, sends it, confirms where that is asked, and waits until it was taken. */
const command = async (
  page: Page,
  button: string | RegExp,
  fill: (dialog: Locator) => Promise<unknown> = () => Promise.resolve(),
) => {
  await page.getByRole('button', { name: button, exact: true }).first().click();
  const dialog = page.locator('dialog').last();
  await dialog.waitFor();
  await fill(dialog).catch(async (error: unknown) => {
    throw new Error(`${String(button)}: ${await dialog.ariaSnapshot()}`, { cause: error });
  });
  const submit = dialog.locator('button[type=submit]');
  await submit.click();
  const closed = () => page.locator('dialog').waitFor({ state: 'detached' });
  const asksAgain = dialog.getByRole('button', { name: 'Kembali mengisi' });
  try {
    const next = await Promise.race([closed().then(() => 'closed'), asksAgain.waitFor().then(() => 'asks')]);
    if (next === 'asks') await submit.click();
    await closed();
  } catch (error) {
    throw new Error(`${String(button)} was not taken: ${await dialog.innerText()}`, { cause: error });
  }
};
const says = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();
/** The card of a resource on the board, in a column. */
const card = (page: Page, name: string) => page.locator('[data-row]', { hasText: name }).first();

test('Seruyan drafts, both finalise and sign, and it is in force at both', async ({ seruyan, kotim }) => {
  await goTo(seruyan, 'Perjanjian');
  await command(seruyan, 'Susun perjanjian baru', async (dialog) => {
    // Waits for the form, which asks for the keys first.
    await dialog.getByLabel(/Membebani APBD/).uncheck();
    for (const channel of await dialog.getByLabel('Saluran').all()) await channel.fill('Radio 143.000');
  });
  await goTo(kotim, 'Perjanjian');
  await kotim.getByRole('link', { name: /^Perjanjian Kerja Sama/ }).click();
  await command(seruyan, 'Nyatakan final');
  await command(kotim, 'Nyatakan final');
  await command(seruyan, 'Tanda tangani');
  await command(kotim, 'Tanda tangani');
  for (const page of [seruyan, kotim]) await says(page, 'versi yang berlaku');
  await picture(seruyan, 'seruyan-agreement-id');
});

test('Kotim registers a boat; Seruyan, which sees it, asks; Kotim offers what is near and free', async ({
  seruyan,
  kotimLogistics,
}) => {
  await goTo(kotimLogistics, 'Sumber daya');
  await command(kotimLogistics, 'Daftarkan sumber daya', async (dialog) => {
    await dialog.getByLabel('Jenis').selectOption({ label: 'Perahu karet' });
    await dialog.getByRole('textbox', { name: /^Nama/ }).first().fill('Perahu karet 07');
    await dialog.getByRole('combobox', { name: 'Desa atau kecamatan' }).fill('mentawa baru ketapang');
    await dialog.locator('[role=option]').first().click();
    await dialog.getByLabel('Titik (boleh kosong)').fill('-2.54, 112.95');
  });
  await card(kotimLogistics, 'Perahu karet 07').waitFor();
  await goTo(seruyan, 'Sumber daya');
  await card(seruyan, 'Perahu karet 07').waitFor();

  await goTo(seruyan, 'Bantuan');
  await command(seruyan, 'Minta bantuan', async (dialog) => {
    await dialog.getByLabel('Kejadian').selectOption({ label: 'Banjir · Desa Tumbang Manjul' });
    await dialog.getByLabel('Jenis').first().selectOption({ label: 'Perahu karet' });
    await dialog.getByLabel('Jumlah').first().fill('1');
  });
  await goTo(kotimLogistics, 'Bantuan');
  await kotimLogistics.getByText('Seruyan meminta kepada kita').first().click();
  await command(kotimLogistics, 'Buat tawaran', async (dialog) => {
    await dialog
      .getByText(/jarak garis lurus/)
      .first()
      .waitFor();
    await dialog.getByRole('checkbox', { name: /Perahu karet 07/ }).check();
  });
});

/** The next step of the boat on its owner's board, and where both boards then have it. */
const step = async (owner: Page, name: string, column: string, ...seenBy: Page[]) => {
  await command(owner, `${name}: Perahu karet 07`);
  for (const page of [owner, ...seenBy]) {
    await page.locator(`[data-column="${column}"]`).getByText('Perahu karet 07').waitFor();
  }
};
const inConversation = async (page: Page, title: string) => {
  await goTo(page, 'Bantuan');
  await page
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click();
};

test('Seruyan accepts, the head of Kotim’s BPBD commits, the boat goes and arrives', async ({
  world,
  seruyan,
  kotim,
}) => {
  await command(seruyan, /^Terima tawaran/);
  await inConversation(kotim, 'Seruyan meminta kepada kita');
  await command(kotim, /^Beri komitmen/);
  await says(seruyan, 'Komitmen: akan dikirim');
  await goTo(seruyan, 'Sumber daya');
  await goTo(kotim, 'Sumber daya');
  await step(kotim, 'Siapkan', 'mobilising', seruyan);
  await step(kotim, 'Berangkat', 'en-route', seruyan);
  await card(kotim, 'Perahu karet 07').click();
  await command(kotim, 'Laporkan posisi', (dialog) =>
    dialog
      .getByLabel(/^Titik/)
      .first()
      .fill('-2.02, 112.72'),
  );
  await until('Seruyan knows where it is', async () => {
    const { items } = await world.seruyan.get<{ items: { path: unknown[] }[] }>(
      '/api/v1/picture/deployments',
      'pusdalops',
    );
    return items[0]?.path.length === 1;
  });
  await goTo(seruyan, 'Situasi');
  await seruyan.getByText('1 dikerahkan').waitFor();
  await picture(seruyan, 'seruyan-map-aid-id');
  await goTo(seruyan, 'Sumber daya');
  await step(kotim, 'Tiba di lokasi', 'on-scene', seruyan);
  await picture(kotim, 'kotim-board-id');
});

test('Seruyan asks for more time and gets it, releases the boat, and it comes home', async ({
  seruyan,
  kotim,
}) => {
  await inConversation(seruyan, 'Kita meminta kepada Kotawaringin Timur');
  await command(seruyan, 'Minta perpanjangan', async (dialog) => {
    await dialog.getByLabel('Alasan').fill('Air belum surut');
  });
  await inConversation(kotim, 'Seruyan meminta kepada kita');
  await command(kotim, /^Jawab perpanjangan/);
  await says(seruyan, 'Jawaban perpanjangan');
  await picture(seruyan, 'seruyan-conversation-id');
  await command(seruyan, 'Lepas bantuan');
  await goTo(kotim, 'Sumber daya');
  await goTo(seruyan, 'Sumber daya');
  for (const page of [kotim, seruyan]) {
    await page.locator('[data-column=released]').getByText('Perahu karet 07').waitFor();
  }
  await step(kotim, 'Mulai kembali', 'returning', seruyan);
  await step(kotim, 'Tiba di pangkalan', 'available', seruyan);
});

test('each message is an EDXL-RM document that can be had from either side', async ({ world }) => {
  const { seruyan, kotim } = world;
  type Thread = { id: string; messages: { messageId: string; type?: string }[] };
  const { items } = await seruyan.get<{ items: Thread[] }>(
    '/api/v1/picture/mutual-aid/conversations',
    'pusdalops',
  );
  const [{ id } = { id: '' }] = items;
  const { item } = await seruyan.get<{ item: Thread }>(
    `/api/v1/picture/mutual-aid/conversations/${id}`,
    'pusdalops',
  );
  assert.deepEqual(
    item.messages.map(({ type }) => type),
    [
      'RequestResource',
      'ResponseToRequestResource',
      'RequisitionResource',
      'CommitResource',
      'RequestExtendedDeploymentDuration',
      'ResponseToRequestExtendedDeploymentDuration',
      'ReleaseResource',
    ],
  );
  for (const { messageId, type } of item.messages) {
    const path = `/api/v1/picture/mutual-aid/conversations/${id}/messages/${messageId}/edxl-rm`;
    const texts = await Promise.all(
      [seruyan, kotim].map(async (site) => {
        const headers = { authorization: `Bearer ${await site.token('pusdalops')}` };
        return (await fetch(`${site.base}${path}`, { headers })).text();
      }),
    );
    assert.match(texts[0] ?? '', new RegExp(`<[a-z:]*${type}`));
    assert.equal(texts[1], texts[0]);
  }
});

test('what the head of Kotim’s BPBD opens without an agreement is told at both dashboards', async ({
  seruyan,
  kotim,
}) => {
  await goTo(kotim, 'Perjanjian');
  await command(kotim, 'Buka data darurat', (dialog) =>
    dialog.getByLabel(/^Alasan/).fill('Banjir besar, perjanjian baru belum ditandatangani'),
  );
  for (const page of [kotim, seruyan]) await says(page, /Kotawaringin Timur membuka .* tanpa perjanjian/);
});
