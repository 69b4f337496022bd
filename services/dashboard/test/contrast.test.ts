import { readFileSync } from 'node:fs';
import { assert, suite } from '@siaga/testkit';

type Tokens = Map<string, string>;

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8');
const blockOf = (selector: string): Tokens => {
  const start = css.indexOf(`${selector} {`);
  assert.notEqual(start, -1, `${selector} has no block`);
  const block = css.slice(start, css.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
};
const themes = { day: blockOf(':root'), night: blockOf(':root[data-theme="night"]') };

/** Relative luminance and contrast as WCAG 2.2 defines them. */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

const papers = ['paper', 'paper-raised', 'paper-past', 'raised-past'];
const statuses = ['active', 'reported', 'verified', 'contained', 'closed', 'merged', 'dismissed'];

/** Every text on every ground that it stands on: 4.5 to 1 (1.4.3). */
const texts: [text: string, ground: string][] = [
  ...papers.flatMap((paper): [string, string][] => [
    ['ink', paper],
    ['ink-quiet', paper],
    ['accent', paper],
  ]),
  ['accent-ink', 'accent'],
  ['header-ink', 'header'],
  ['header-quiet', 'header'],
  ['live-ink', 'live'],
  ['lost-ink', 'lost'],
  ['unsure-ink', 'unsure'],
  ['replay-ink', 'replay'],
  ['warning-ink', 'warning'],
  ['note-ink', 'note'],
  ['problem-ink', 'problem'],
  ['nil-ink', 'nil'],
  ['added-ink', 'added'],
  ['removed-ink', 'removed'],
  ...statuses.map((status): [string, string] => [`status-${status}-ink`, `status-${status}`]),
  ['map-ink', 'map-halo'],
  ['map-quiet', 'map-halo'],
  ['map-ink', 'map-land'],
  ['map-quiet', 'map-land'],
  ['map-ink', 'map-sea'],
  ['hotspot-ink', 'hotspot'],
];
/** What is no text but must be seen: 3 to 1 (1.4.11, 2.4.13). */
const shapes: [shape: string, ground: string][] = [
  ...papers.flatMap((paper): [string, string][] => [
    ['line-strong', paper],
    ['focus', paper],
  ]),
  ['header-focus', 'header'],
  ...statuses.flatMap((status): [string, string][] => [
    [`status-${status}-edge`, 'map-land'],
    [`status-${status}-edge`, 'map-sea'],
    [`status-${status}-edge`, 'paper'],
  ]),
  ['hotspot-edge', 'map-land'],
  ['map-border', 'map-land'],
  ['map-river', 'map-land'],
  ['focus', 'map-land'],
];

const test = suite('contrast of the colour tokens');

for (const [name, tokens] of Object.entries(themes)) {
  const measure = (pairs: [string, string][], least: number) =>
    pairs.flatMap(([a, b]) => {
      const ratio = contrast(tokens.get(a) ?? '', tokens.get(b) ?? '');
      return ratio >= least ? [] : [`${a} on ${b}: ${ratio.toFixed(2)} < ${least}`];
    });
  test(`${name}: text reads on its ground`, () => assert.deepEqual(measure(texts, 4.5), []));
  test(`${name}: lines and signs stand out`, () => assert.deepEqual(measure(shapes, 3), []));
}

test('both themes have the same tokens, and each is measured', () => {
  assert.deepEqual([...themes.night.keys()], [...themes.day.keys()]);
  const measured = new Set([...texts, ...shapes].flat());
  // A hairline between rows carries no meaning.
  const unmeasured = [...themes.day.keys()].filter((token) => !measured.has(token) && token !== 'line');
  assert.deepEqual(unmeasured, []);
});

test('the measure itself knows black from white', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01);
});
