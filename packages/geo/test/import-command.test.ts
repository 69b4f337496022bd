import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@siaga/testkit';
import { readBoundaries } from '../src/index.ts';
import { geojson, squares, topojson } from './fixture.ts';

const command = fileURLToPath(new URL('../src/import-command.ts', import.meta.url));

const test = suite('import command', { folder: '' });
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'siaga-import-'));
});
test.after.each(async ({ folder }) => rm(folder, { recursive: true }));

const run = (folder: string, ...args: string[]): Promise<{ code: unknown; out: string; err: string }> =>
  new Promise((done) => {
    execFile(process.execPath, [command, ...args], { cwd: folder }, (error, out, err) =>
      done({ code: error ? error.code : 0, out, err }),
    );
  });

test('says what it read and how the areas compare, and writes it', async ({ folder }) => {
  await writeFile(join(folder, 'site.topojson'), topojson());
  const { code, out, err } = await run(
    folder,
    'site.topojson',
    '--out',
    'boundaries.json',
    '--source',
    'BIG 2023',
  );
  assert.deepEqual([code, err], [0, '']);
  const lines = out.split('\n');
  assert.equal(lines[0], '2 regencies, 4 districts, 8 villages');
  assert.match(
    lines[1] ?? '',
    /^62\.02 Kabupaten Kotawaringin Timur: 4,44\d km² on the map, 15,542 km² official \(−71\.\d %\)$/,
  );
  assert.match(lines[3] ?? '', /^note: 23 of 27 missing/);
  const boundaries = await readBoundaries(join(folder, 'boundaries.json'));
  assert.equal(boundaries.source, 'BIG 2023');
  assert.equal(boundaries.villages.features.length, 8);
});

test('takes one file a layer', async ({ folder }) => {
  const { kabupaten, kecamatan } = squares();
  await writeFile(join(folder, 'kab.geojson'), JSON.stringify(kabupaten));
  await writeFile(join(folder, 'kec.geojson'), JSON.stringify(kecamatan));
  const { code, out } = await run(folder, 'kab.geojson', 'kec.geojson', '--out', 'boundaries.json');
  assert.equal(code, 0);
  assert.match(out, /^2 regencies, 4 districts, 0 villages\n/);
  assert.equal((await readBoundaries(join(folder, 'boundaries.json'))).source, 'kab.geojson, kec.geojson');
});

test('a broken file is refused with its reasons and nothing is written', async ({ folder }) => {
  await writeFile(
    join(folder, 'broken.geojson'),
    geojson((layers) => Object.assign(layers.kabupaten.features[0] ?? {}, { geometry: null })),
  );
  const { code, out, err } = await run(folder, 'broken.geojson', '--out', 'boundaries.json');
  assert.deepEqual([code, out], [1, '']);
  assert.equal(
    err,
    'refused, nothing written: 1 problem(s)\n  features[0] 62.02 Kabupaten Kotawaringin Timur: it has no geometry\n',
  );
  assert.deepEqual(await readdir(folder), ['broken.geojson']);
});

test('a file that is not there and a command that is not understood say so', async ({ folder }) => {
  const absent = await run(folder, 'none.json', '--out', 'boundaries.json');
  assert.equal(absent.code, 1);
  assert.match(absent.err, /no such file.*none\.json/);
  const without = await run(folder, 'none.json');
  assert.equal(without.code, 2);
  assert.match(without.err, /--out is missing[^]*usage:/);
  assert.equal((await run(folder, '--nonsense')).code, 2);
});
