/**
 * Sends FIRMS files to a site:
 *
 *   node services/hazards/src/read-command.ts FILE.csv … --site http://localhost:6207 --username pusdalops
 *
 * The password comes from SIAGA_PASSWORD or the standard input, never from the command line, which every user of the
 * machine can read. Exit code 0 when every row was read, 1 when a row was rejected, 2 when something was not done.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const USAGE = `Usage: read-command.ts FILE.csv … --site URL --username U
The password comes from SIAGA_PASSWORD or the standard input.`;

/** Why nothing more is done, as a sentence for the person at the keyboard. */
class Stop extends Error {}

const Opened = z.object({ token: z.string() });
const Answer = z.object({
  read: z.int(),
  added: z.int(),
  known: z.int(),
  outside: z.int(),
  rejected: z.array(z.object({ line: z.int(), reason: z.string(), raw: z.string() })),
  groups: z.int(),
});
const ProblemDocument = z.object({ title: z.string(), detail: z.string().optional() });

/** The site's answer, read by `schema`. Throws a Stop that says what went wrong. */
const ask = async <T>(site: URL, path: string, request: RequestInit, schema: z.ZodType<T>): Promise<T> => {
  let answer: Response;
  let body: unknown;
  try {
    answer = await fetch(new URL(path, site), request);
    body = await answer.json().catch(() => undefined);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Stop(
      `The site ${site.origin} can't be reached (${cause}). Is it running, is the address right?`,
    );
  }
  if (!answer.ok) {
    const problem = ProblemDocument.safeParse(body);
    if (!problem.success)
      throw new Stop(`${site.origin} answers with ${answer.status} and does not say why.`);
    const { title, detail } = problem.data;
    throw new Stop(detail === undefined || detail === title ? `${title}.` : `${title}: ${detail}`);
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Stop(`${site.origin} answers, but not as a Siaga site does.`);
  return parsed.data;
};

const readPassword = async (): Promise<string> => {
  const given = process.env['SIAGA_PASSWORD'];
  if (given) return given;
  const terminal = process.stdin.isTTY === true;
  if (terminal) process.stderr.write('Password: ');
  // Without an output nothing that is typed is shown.
  const lines = createInterface({ input: process.stdin, terminal });
  try {
    for await (const line of lines) if (line !== '') return line;
  } finally {
    lines.close();
    if (terminal) process.stderr.write('\n');
  }
  throw new Stop('Give the password in SIAGA_PASSWORD or on the standard input.');
};

/** Sends one file and prints what came of it. Gives the number of rows rejected. */
const send = async (site: URL, token: string, file: string): Promise<number> => {
  const body = await readFile(file).catch((error: Error) => {
    throw new Stop(`${file} can't be read: ${error.message}`);
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/csv' };
  const { read, added, known, outside, rejected, groups } = await ask(
    site,
    '/api/v1/hazards/hotspots',
    { method: 'POST', headers, body: new Uint8Array(body) },
    Answer,
  );
  console.log(
    `${file}: ${read} rows read: ${added} added in ${groups} groups, ${known} known, ${outside} outside the regency; ${rejected.length} rejected`,
  );
  for (const { line, reason, raw } of rejected) console.log(`  line ${line}: ${reason}\n    ${raw}`);
  return rejected.length;
};

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { site: { type: 'string' }, username: { type: 'string' } },
    });
    if (positionals.length === 0 || values.site === undefined || values.username === undefined)
      throw new Stop(USAGE);
    if (!URL.canParse(values.site))
      throw new Stop(`${values.site} is no address like http://localhost:6207.`);
    return { files: positionals, site: new URL(values.site), username: values.username };
  } catch (error) {
    throw error instanceof Stop
      ? error
      : new Stop(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
};

const main = async (): Promise<number> => {
  const { files, site, username } = readArguments();
  const password = await readPassword();
  const { token } = await ask(
    site,
    '/api/v1/sessions',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    },
    Opened,
  );
  let rejected = 0;
  let undone = 0;
  for (const file of files) {
    try {
      rejected += await send(site, token, file);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      console.error(`${file}: ${error.message}`);
      undone += 1;
    }
  }
  // Best effort: a session that is left open ends by itself.
  await fetch(new URL('/api/v1/sessions/current', site), {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => undefined);
  if (undone > 0) return 2;
  return rejected > 0 ? 1 : 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
