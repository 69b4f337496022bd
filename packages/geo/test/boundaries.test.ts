import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@siaga/testkit';
import { type Boundaries, importBoundaries, readBoundaries, writeBoundaries } from '../src/index.ts';
import { geojson } from './fixture.ts';

const test = suite('boundaries', { folder: '' });
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'siaga-geo-'));
});
test.after.each(async ({ folder }) => rm(folder, { recursive: true }));

function made(source: string): Boundaries {
  const result = importBoundaries(geojson(), { source });
  assert.ok('boundaries' in result);
  return result.boundaries;
}

test('what is written is read', async ({ folder }) => {
  const file = join(folder, 'boundaries.json');
  await writeBoundaries(file, made('first'));
  assert.deepEqual(await readBoundaries(file), made('first'));
  await writeBoundaries(file, made('second'));
  assert.equal((await readBoundaries(file)).source, 'second');
  assert.deepEqual(await readdir(folder), ['boundaries.json']);
});

test('a write that fails leaves no trace and what was there', async ({ folder }) => {
  const file = join(folder, 'taken');
  await mkdir(join(file, 'inside'), { recursive: true });
  await assert.rejects(writeBoundaries(file, made('first')), /EISDIR|ENOTEMPTY|EEXIST/);
  await assert.rejects(writeBoundaries(join(folder, 'none', 'file'), made('first')), /ENOENT/);
  assert.deepEqual(await readdir(folder), ['taken']);
});

test('another file is refused by name', async ({ folder }) => {
  const file = join(folder, 'other.json');
  await writeFile(file, geojson());
  await assert.rejects(readBoundaries(file), /other\.json is no boundary file of this system/);
  await writeBoundaries(file, made('first'));
  const whole = await readFile(file, 'utf8');
  await writeFile(file, whole.slice(0, 500));
  await assert.rejects(readBoundaries(file), /other\.json is no boundary file of this system/);
  await assert.rejects(readBoundaries(join(folder, 'none.json')), /ENOENT/);
});
