import { readFileSync } from 'node:fs';
import { type Plugin, defineConfig } from 'vite';

/** `import fire from '…/fire.svg?icon'` gives `{ width, height, path }`: one path, nothing else of the file. */
const icons: Plugin = {
  name: 'icons',
  enforce: 'pre',
  load(id) {
    if (!id.endsWith('.svg?icon')) return undefined;
    const svg = readFileSync(id.replace('?icon', ''), 'utf8');
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const [, path] = / d="([^"]+)"/.exec(svg) ?? [];
    if (!width || !height || !path) throw new Error(`${id} is not an icon of one path`);
    return {
      code: `export default ${JSON.stringify({ width: Number(width), height: Number(height), path })};`,
      moduleType: 'js',
    };
  },
};

/**
 * Brings the domain without zod: making a schema has no effect, so one that the page does not use may go. Said by name
 * to the bundler, hence a name that no other module has.
 */
const domainWithoutSchemas: Plugin = {
  name: 'domain-without-schemas',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/packages/domain/src/')) return undefined;
    return code
      .replace("import { z } from 'zod'", "import { z as zodOfDomain } from 'zod'")
      .replace(/\bz(?=\s*\.)/g, 'zodOfDomain');
  },
};

export default defineConfig({
  plugins: [icons, domainWithoutSchemas],
  build: {
    // The page's policy allows neither inline scripts nor fonts as data URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      treeshake: {
        manualPureFunctions: ['zodOfDomain'],
        moduleSideEffects: (id) => !id.includes('/packages/domain/'),
      },
    },
  },
});
