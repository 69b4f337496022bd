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
 * Brings the domain without zod: making a schema has no effect, so one that the page does not use may go. The bundler
 * does not know that of a chain of calls, so each module's constant that is made by calls (it begins with a name, or
 * is an object with schemas in it) becomes the result of a function that is said to be pure. Statements of a module
 * begin at the margin, and nothing else does: the formatter sees to it.
 */
const domainWithoutSchemas: Plugin = {
  name: 'domain-without-schemas',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/packages/domain/src/')) return undefined;
    return code.replace(
      /^((?:export )?const \w+(?:: [^=\n]+)? =)\s+((?!async\b)[A-Za-z{][^;]*(?:;(?!\n+\S|\s*$)[^;]*)*);(?=\n+\S|\s*$)/gm,
      (statement, start: string, value: string) =>
        value.startsWith('{') && !/\bz\s*\./.test(value)
          ? statement
          : `${start} /* @__PURE__ */ (() => (${value}))();`,
    );
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
        moduleSideEffects: (id) => !id.includes('/packages/domain/'),
      },
    },
  },
});
