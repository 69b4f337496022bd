import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert, suite } from '@siaga/testkit';
import { createServer } from '@siaga/web';
import { sizesOf } from '../scripts/sizes.ts';
import { dashboardService } from '../server/index.ts';
import { buildPage } from './built.ts';

const test = suite('serving the built page');
let page: Awaited<ReturnType<typeof buildPage>>;
test.before(async () => {
  page = await buildPage();
});
test.after(() => page.remove());

const served = async (dist: string) => {
  const app = await createServer({ title: 'test', version: '0' });
  await app.register(dashboardService({ dist }));
  return app;
};

test('hashed files are kept for good, the page itself is asked for anew', async () => {
  const app = await served(page.dist);
  const index = await app.inject('/');
  assert.equal(index.statusCode, 200);
  assert.equal(index.headers['cache-control'], 'no-cache');
  const [name = ''] = readdirSync(join(page.dist, 'assets')).filter((file) => file.endsWith('.js'));
  const script = await app.inject(`/assets/${name}`);
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.match(String(script.headers['content-type']), /javascript/);
  const nothing = await app.inject('/assets/nothing.js');
  assert.equal(nothing.statusCode, 404);
  assert.equal(nothing.json().code, 'route_unknown');
  await app.close();
});

test('the page holds no inline script and no style element', async () => {
  const app = await served(page.dist);
  const { body } = await app.inject('/');
  assert.doesNotMatch(body, /<style|<script(?![^>]*\bsrc=)|\bon[a-z]+=/);
  await app.close();
});

test('a page that was not built says how to build it', async () => {
  const app = await served(join(page.dist, 'nowhere'));
  const answer = await app.inject('/');
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /pnpm --filter @siaga\/dashboard build/);
  await app.close();
});

test('the domain comes without its schemas', () => {
  const assets = join(page.dist, 'assets');
  const withSchemas = readdirSync(assets).filter(
    (name) => name.endsWith('.js') && readFileSync(join(assets, name), 'utf8').includes('ZodError'),
  );
  assert.deepEqual(withSchemas, []);
});

test('the page keeps to its weight', () => {
  const { first, code, font } = sizesOf(page.dist);
  const kib = (bytes: number) => bytes / 1024;
  assert.ok(kib(first) < 28, `before the list: ${kib(first)} KiB`);
  // Five pages, each with its own code; nobody loads all of it.
  assert.ok(kib(code) < 250, `all scripts and styles: ${kib(code)} KiB`);
  assert.ok(kib(font) < 40, `typeface: ${kib(font)} KiB`);
});
