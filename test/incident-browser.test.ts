/** By hand at both dashboards: a report with its point, a merge and its undoing, one event on both sides. */
import type { IncidentView, Totals } from '@siaga/domain';
import { assert, mapSpot, startBrowser, suite, until } from '@siaga/testkit';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { desktop, open, phone, picture, signIn } from './support/dashboard.ts';
import { floodAt, incidentsAt, TUMBANG_MANJUL } from './support/picture.ts';
import { startWorld, type World, type WorldSite } from './support/world.ts';

interface Context {
  world: World;
  browser: Browser;
  /** The duty officers, at their desks. */
  seruyan: Page;
  kotim: Page;
}
const test = suite<Context>('incidents by hand at both dashboards', {} as Context);
test.before(async (context) => {
  context.world = await startWorld();
  context.browser = await startBrowser();
  const { seruyan, kotim } = context.world;
  const signedIn = async ({ base }: WorldSite) => {
    const page = await open(context.browser, base, { ...desktop, ...still });
    await signIn(page, 'pusdalops');
    return page;
  };
  [context.seruyan, context.kotim] = await Promise.all([signedIn(seruyan), signedIn(kotim)]);
});
test.after(async ({ browser, world }) => {
  await browser?.close();
  await world?.stop();
});

const NEAR_TUMBANG_MANJUL = [111.98, -1.3] as const;
/** Within the map's frame, in Katingan. */
const IN_KATINGAN = [113.0, -1.0] as const;

/** Nothing glides: a click lands where it was measured. */
const still: BrowserContextOptions = { reducedMotion: 'reduce' };
const button = (on: Page | Locator, name: string) => on.getByRole('button', { name, exact: true });
const says = (on: Page | Locator, words: string | RegExp) => on.getByText(words).first().waitFor();
const pointField = (dialog: Locator) => dialog.getByLabel(/Titik \(boleh kosong\)|Point \(may be empty\)/);
const pointIn = async (dialog: Locator): Promise<string> => pointField(dialog).inputValue();

/** Fills the open report form, but for its point. */
const fillReport = async (page: Page, chronology: string): Promise<Locator> => {
  const dialog = page.locator('dialog');
  await dialog.getByLabel('Bahaya').selectOption('flood');
  await dialog.getByRole('combobox', { name: 'Desa atau kecamatan' }).fill('tumbang manjul');
  await page.locator('[role=option]').first().click();
  await dialog.getByLabel('Kronologi').fill(chronology);
  await dialog.getByLabel('Sumber laporan').fill('Kepala desa');
  return dialog;
};
/** Where a point lies on the map, after that has been fitted to both regencies anew. */
const spotOf = async (page: Page, [longitude, latitude]: readonly [number, number]) => {
  await button(page, 'Seluruh wilayah').click();
  return mapSpot(page, longitude, latitude);
};
const pointAt = async (page: Page, point: readonly [number, number]) => {
  await button(page, 'Tunjuk di peta').click();
  await says(page, 'Klik tempat kejadian pada peta.');
  const { x, y } = await spotOf(page, point);
  await page.mouse.click(x, y);
  await page.locator('dialog').waitFor();
};
/** The incident of this chronology, as soon as the site has it. */
const incidentSaying = async (site: WorldSite, chronology: string): Promise<IncidentView> => {
  let found: IncidentView | undefined;
  await until(`site ${site.regency} has “${chronology}”`, async () => {
    found = (await incidentsAt(site)).find((item) => item.chronology === chronology);
    return found !== undefined;
  });
  assert.ok(found);
  return found;
};

test('a point picked on the map goes with the report to the neighbour’s map and detail', async (context) => {
  const { seruyan: here, kotim: there, world } = context;
  await here.keyboard.press('r');
  const dialog = await fillReport(here, 'Tanggul jebol di tikungan sungai.');
  await pointAt(here, NEAR_TUMBANG_MANJUL);
  assert.equal(await dialog.getByLabel('Kronologi').inputValue(), 'Tanggul jebol di tikungan sungai.');
  const shown = await pointIn(dialog);
  await picture(here, 'seruyan-point-id');
  await button(dialog, 'Kirim').click();
  await dialog.waitFor({ state: 'detached' });

  const own = await incidentSaying(world.seruyan, 'Tanggul jebol di tikungan sungai.');
  const copy = await incidentSaying(world.kotim, 'Tanggul jebol di tikungan sungai.');
  assert.ok(own.point && copy.point);
  assert.equal(`${own.point[1].toFixed(5)}, ${own.point[0].toFixed(5)}`, shown);
  assert.deepEqual(copy.point, own.point);
  // A pixel is some 500 m on this map.
  const [east, north] = [own.point[0] - NEAR_TUMBANG_MANJUL[0], own.point[1] - NEAR_TUMBANG_MANJUL[1]];
  assert.ok(Math.hypot(east, north) < 0.02, JSON.stringify(own.point));

  // There it lies where it was pointed, not where its village does.
  const spot = await spotOf(there, own.point);
  await there.locator(`[data-row="${own.id}"]`).waitFor();
  await there.mouse.click(spot.x, spot.y);
  await there.waitForURL(new RegExp(own.id));
  await says(there.locator('.detail'), `${own.point[1].toFixed(4)}, ${own.point[0].toFixed(4)}`);
  await picture(there, 'kotim-point-id');
  await there.keyboard.press('Escape');
});

test('bug: with the first event the time slider is there, and does not go on saying that there is none', async (context) => {
  for (const page of [context.seruyan, context.kotim]) await page.locator('.timeline input').waitFor();
});

test('a point outside both regencies is told in words, and the report goes when it is removed', async (context) => {
  const { seruyan: here, world } = context;
  await here.keyboard.press('Escape');
  await here.keyboard.press('r');
  const dialog = await fillReport(here, 'Jembatan gantung hanyut.');
  await pointAt(here, IN_KATINGAN);
  await button(dialog, 'Kirim').click();
  await says(dialog, 'Titik itu di luar kabupaten ini dan tetangganya. Tunjuk titik lain.');
  await picture(here, 'seruyan-point-outside-id');
  await button(dialog, 'Hapus titik').click();
  assert.equal(await pointIn(dialog), '');
  await button(dialog, 'Kirim lagi').click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await incidentSaying(world.seruyan, 'Jembatan gantung hanyut.')).point, undefined);
});

/** A page of its own, where the duty officer has signed in. */
const otherPage = async (browser: Browser, site: WorldSite, options: BrowserContextOptions) => {
  const page = await open(browser, site.base, options);
  await page.request.post(`${site.base}/api/v1/sessions`, {
    data: { username: 'pusdalops', password: 'siaga-demo' },
  });
  await page.reload();
  await page.waitForSelector('.sign[data-state=live]');
  return page;
};

test('bug: the map is there to point at, from another page and over an incident that is open on a phone', async (context) => {
  const { browser, seruyan: here, world } = context;
  await here.keyboard.press('p');
  await here.locator('[data-page=agreements]').waitFor();
  await here.keyboard.press('r');
  await pointAt(here, NEAR_TUMBANG_MANJUL);
  assert.match(await pointIn(here.locator('dialog')), /^-1\.\d{5}, 11[12]\.\d{5}$/);
  await button(here, 'Buang isian').click();

  const hand = await otherPage(browser, world.seruyan, { ...phone, ...still });
  await hand.locator('[data-row]').first().click();
  await hand.locator('.detail').waitFor();
  await hand.locator('.phone-bar').getByRole('button', { name: 'Laporkan kejadian' }).click();
  await button(hand, 'Tunjuk di peta').click();
  await says(hand, 'Klik tempat kejadian pada peta.');
  await hand.locator('.phone-bar').getByRole('button', { name: 'Peta', pressed: true }).waitFor();
  await picture(hand, 'seruyan-phone-pointing-id');
  const spot = await spotOf(hand, NEAR_TUMBANG_MANJUL);
  await hand.touchscreen.tap(spot.x, spot.y);
  assert.match(await pointIn(hand.locator('dialog')), /^-1\.\d{5}, 11[12]\.\d{5}$/);
  await hand.context().close();
});

test('coordinates heard over the radio are typed, without a mouse; what is none is told before it is sent', async (context) => {
  const { seruyan: here, world } = context;
  await here.keyboard.press('r');
  const dialog = await fillReport(here, 'Perahu terbalik di muara.');
  await pointField(dialog).fill('1°18′ LS 111°58');
  await says(dialog, /^Tulis lintang lalu bujur/);
  await pointField(dialog).press('Enter');
  await dialog.getByRole('alert').waitFor();
  await picture(here, 'seruyan-point-typed-id');
  await pointField(dialog).fill('1°18′ LS 111°58′48″ BT');
  await pointField(dialog).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  const { point } = await incidentSaying(world.kotim, 'Perahu terbalik di muara.');
  assert.deepEqual(point, [111.98, -1.3]);
});

test('the device’s location fills the point; where it may not be read, a sentence says what to do', async (context) => {
  const { browser, world } = context;
  const [longitude, latitude] = NEAR_TUMBANG_MANJUL;
  const outside = await otherPage(browser, world.seruyan, {
    ...phone,
    permissions: ['geolocation'],
    geolocation: { longitude, latitude, accuracy: 34.2 },
  });
  await outside.getByRole('button', { name: 'Laporkan kejadian' }).last().click();
  const dialog = await fillReport(outside, 'Air setinggi lutut di halaman sekolah.');
  await button(dialog, 'Lokasi saya').click();
  await says(dialog, 'Lokasi perangkat ini, ketelitian ± 35 m.');
  assert.equal(await pointIn(dialog), '-1.30000, 111.98000');
  await picture(outside, 'seruyan-phone-location-id');
  await button(dialog, 'Kirim').click();
  await dialog.waitFor({ state: 'detached' });
  const { point } = await incidentSaying(world.kotim, 'Air setinggi lutut di halaman sekolah.');
  assert.deepEqual(point, [longitude, latitude]);
  await outside.context().close();

  const refused = await otherPage(browser, world.seruyan, { ...phone, permissions: [] });
  await refused.getByRole('button', { name: 'Menu' }).click();
  await refused.getByRole('button', { name: 'English' }).click();
  await refused.getByRole('button', { name: 'Report an incident' }).last().click();
  const form = refused.locator('dialog');
  await button(form, 'My location').click();
  await says(form, /This browser may not read the location\. Allow .* or type the coordinates\./);
  assert.equal(await pointIn(form), '');
  assert.equal(await button(form, 'My location').isEnabled(), true);
  await picture(refused, 'seruyan-phone-no-location-en');
  await refused.context().close();
});

type Counts = Record<string, number>;
/** Reports a flood with persons affected by place. Gives its id. */
const flood = async (site: WorldSite, chronology: string, affected: Counts): Promise<string> => {
  const [first = ''] = Object.keys(affected);
  const figures = Object.entries(affected).map(([place, affectedPersons]) => ({
    place,
    counts: { affectedPersons },
  }));
  const { status, body } = await site.post('pusdalops', '/api/v1/incidents', {
    ...floodAt(first, chronology),
    figures,
  });
  assert.equal(status, 201, JSON.stringify(body));
  return String(body['id']);
};
const show = async (page: Page, id: string) => {
  await page.evaluate(`location.hash = '#/incidents/${id}'`);
  await page.locator(`.detail`).waitFor();
};
/** Waits until the open incident says so many persons in all are affected, alone or with its group. */
const affects = async (page: Page, heading: 'Jumlah' | 'Jumlah bersama', persons: string) => {
  const block = page.locator('.detail .block', {
    has: page.getByRole('heading', { name: heading, exact: true }),
  });
  const total = block.locator('.total', { hasText: 'Terdampak (jiwa)' }).locator('.count').first();
  await total.getByText(persons, { exact: true }).waitFor();
};
/** Sends a command of the open incident by its dialog. */
const command = async (page: Page, verb: string, fill: (dialog: Locator) => Promise<unknown>) => {
  await page.locator(`[data-verb=${verb}]`).click();
  const dialog = page.locator('dialog');
  await fill(dialog);
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
};
const option = (dialog: Locator, label: string, id: string) => dialog.getByLabel(label).selectOption(id);
const because = (dialog: Locator, reason: string) => dialog.getByLabel(/^Alasan/).fill(reason);

/** Persons affected over all incidents that the site knows. */
const affectedInAll = async (site: WorldSite): Promise<number | undefined> => {
  const { totals } = await site.get<{ totals: Totals }>('/api/v1/picture/totals');
  return totals.affectedPersons?.counted;
};

const OTHER_VILLAGE = '62.07.05.2023';
const SAMUDA_BESAR = '62.02.08.2006';
const SAMUDA_KECIL = '62.02.08.2007';

test('a double report is merged by hand and parted again, and a village is counted once', async (context) => {
  const { seruyan: here, kotim: there, world } = context;
  const sites = [world.seruyan, world.kotim];
  const kept = await flood(world.seruyan, 'Banjir, laporan pertama', { [TUMBANG_MANJUL]: 120 });
  const double = await flood(world.seruyan, 'Banjir, laporan kedua', {
    [TUMBANG_MANJUL]: 80,
    [OTHER_VILLAGE]: 30,
  });
  for (const page of [here, there]) await show(page, double);
  for (const page of [here, there]) await affects(page, 'Jumlah', '110');
  for (const site of sites) assert.equal(await affectedInAll(site), 230);
  await command(here, 'merge', async (dialog) => {
    await option(dialog, 'Gabungkan ke kejadian', kept);
    // Which of those that look alike in the list is told by its own words.
    await says(dialog, 'Uji: Banjir, laporan pertama');
    await because(dialog, 'Laporan ganda dari desa yang sama');
    await picture(here, 'seruyan-merge-id');
  });
  for (const page of [here, there]) await says(page.locator('.detail-head'), 'Digabung');
  await says(there.locator('.detail'), 'Laporan ganda dari desa yang sama');
  await there.getByRole('link', { name: 'Buka kejadian itu' }).click();
  await there.waitForURL(new RegExp(kept));
  await affects(there, 'Jumlah', '120');
  for (const site of sites) assert.equal(await affectedInAll(site), 120);
  await picture(here, 'seruyan-merged-id');

  await command(here, 'unmerge', (dialog) => because(dialog, 'Ternyata dua kejadian'));
  await show(there, double);
  for (const page of [here, there]) {
    await says(page.locator('.detail-head'), 'Dilaporkan');
    await affects(page, 'Jumlah', '110');
  }
  for (const site of sites) assert.equal(await affectedInAll(site), 230);
});

test('one event is declared by hand and withdrawn: each village by its own regency’s figure', async (context) => {
  const { seruyan: here, kotim: there, world } = context;
  const ours = await flood(world.seruyan, 'Banjir Sungai Seruyan', { [TUMBANG_MANJUL]: 120 });
  // Kotim has heard of the village across the border too, and of more people.
  const theirs = await flood(world.kotim, 'Banjir Sungai Mentaya', {
    [SAMUDA_BESAR]: 200,
    [TUMBANG_MANJUL]: 500,
  });
  await incidentSaying(world.seruyan, 'Banjir Sungai Mentaya');
  await show(here, ours);
  await show(there, theirs);
  await affects(here, 'Jumlah', '120');
  await affects(there, 'Jumlah', '700');

  const before = 230 + 120 + 700;
  for (const site of [world.seruyan, world.kotim]) assert.equal(await affectedInAll(site), before);
  await command(here, 'declare-same', async (dialog) => {
    await option(dialog, 'Sama dengan kejadian tetangga', theirs);
    await picture(here, 'seruyan-same-dialog-id');
  });
  for (const page of [here, there]) await affects(page, 'Jumlah bersama', '320');
  for (const site of [world.seruyan, world.kotim]) assert.equal(await affectedInAll(site), before - 500);
  await there
    .locator('.total', { hasText: 'Terdampak (jiwa)' })
    .getByRole('button', { name: 'dari mana' })
    .click();
  await says(there.locator('.parts'), /angka Seruyan/);
  await says(there.locator('.list'), 'satu kejadian dengan Seruyan');
  await picture(there, 'kotim-same-id');
  // Who did not declare it does not withdraw it.
  assert.equal(await there.locator('[data-verb=withdraw-same]').count(), 0);

  await command(here, 'withdraw-same', (dialog) => because(dialog, 'Dua sungai, dua kejadian'));
  await affects(here, 'Jumlah', '120');
  await affects(there, 'Jumlah', '700');
  for (const site of [world.seruyan, world.kotim]) assert.equal(await affectedInAll(site), before);
});

test('bug: a total is asked for again when an incident changes that is of the event by way of another', async (context) => {
  const { kotim: there, world } = context;
  const ours = await flood(world.seruyan, 'Banjir di hulu', { [TUMBANG_MANJUL]: 10 });
  const looked = await flood(world.kotim, 'Banjir di hilir', { [SAMUDA_BESAR]: 20 });
  const other = await flood(world.kotim, 'Banjir di muara', { [SAMUDA_KECIL]: 0 });
  for (const incident of [looked, other]) {
    await world.seruyan.post('pusdalops', `/api/v1/incidents/${ours}/declare-same`, {
      regency: '62.02',
      incident,
    });
  }
  await show(there, looked);
  await affects(there, 'Jumlah bersama', '30');
  const { status } = await world.kotim.post('trc', `/api/v1/incidents/${other}/assess`, {
    kind: 'update',
    observedAt: new Date().toISOString(),
    figures: [{ place: SAMUDA_KECIL, counts: { affectedPersons: 45 } }],
  });
  assert.equal(status, 200);
  await affects(there, 'Jumlah bersama', '75');
});
