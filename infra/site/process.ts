/** How Node is to run a site, to stay under 150 MB: the launcher, the tests and an operator's unit use the same. */

/**
 * The young generation at 16 MB, its default, grows the process by 20 MB. At 4 MB a site takes 5 MB more at rest than at 2,
 * and answers a tenth or so more commands under load (`node --max-semi-space-size=4 test/bench/main.ts commands`).
 */
export const siteNodeOptions = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

/**
 * `compileCache` is a folder where Node keeps compiled modules: a site that misses one there loads the TypeScript
 * stripper and keeps its 30 MB. Few malloc arenas: the password hash takes 32 MB at once, on any thread.
 */
export const siteNodeEnvironment = (compileCache: string): Record<string, string> => ({
  NODE_COMPILE_CACHE: compileCache,
  MALLOC_ARENA_MAX: '2',
});
