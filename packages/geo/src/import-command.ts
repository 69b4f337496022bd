/**
 * Imports official boundaries:
 *
 *   node packages/geo/src/import-command.ts <file …> --out <file> [--source <text>] [--code-property <name>]
 *
 * Takes one TopoJSON or GeoJSON file, or one GeoJSON file per layer. Writes nothing and exits with 1 when the files
 * are refused, with 2 when the command is not understood.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { compareAreas, writeBoundaries } from './boundaries.ts';
import { importBoundaries } from './import.ts';

const usage =
  'usage: node packages/geo/src/import-command.ts <file …> --out <file> [--source <text>] [--code-property <name>]';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      source: { type: 'string' },
      'code-property': { type: 'string' },
    },
  });
  if (positionals.length === 0) throw new Error('no file to import');
  if (!values.out) throw new Error('--out is missing: where to write the boundaries');
  return {
    files: positionals,
    out: values.out,
    source: values.source ?? positionals.map((file) => basename(file)).join(', '),
    codeProperty: values['code-property'],
  };
}

async function run({ files, out, source, codeProperty }: ReturnType<typeof readArguments>): Promise<number> {
  const delivery = await Promise.all(
    files.map(async (file) => ({ name: basename(file), text: await readFile(file, 'utf8') })),
  );
  const result = importBoundaries(delivery, { source, codeProperty });
  if ('problems' in result) {
    const { problems, more } = result;
    console.error(`refused, nothing written: ${problems.length + more} problem(s)`);
    for (const { feature, reason } of problems) console.error(`  ${feature}: ${reason}`);
    if (more > 0) console.error(`  and ${more} more`);
    return 1;
  }
  const { boundaries, notes } = result;
  const count = ({ features }: { features: unknown[] }, one: string, many: string) =>
    `${features.length} ${features.length === 1 ? one : many}`;
  console.log(
    [
      count(boundaries.regencies, 'regency', 'regencies'),
      count(boundaries.districts, 'district', 'districts'),
      count(boundaries.villages, 'village', 'villages'),
    ].join(', '),
  );
  const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
  for (const { regency, km2, officialKm2 } of compareAreas(boundaries.regencies)) {
    const percent = (100 * (km2 - officialKm2)) / officialKm2;
    const sign = percent < 0 ? '−' : '+';
    console.log(
      `${regency.code} ${regency.name}: ${whole.format(km2)} km² on the map, ${whole.format(officialKm2)} km² official (${sign}${Math.abs(percent).toFixed(1)} %)`,
    );
  }
  for (const note of notes) console.log(`note: ${note}`);
  await writeBoundaries(out, boundaries);
  console.log(`written to ${out}`);
  return 0;
}

let parsed: ReturnType<typeof readArguments> | undefined;
try {
  parsed = readArguments();
} catch (error) {
  console.error(`${messageOf(error)}\n${usage}`);
  process.exitCode = 2;
}
if (parsed) {
  process.exitCode = await run(parsed).catch((error: unknown) => {
    console.error(messageOf(error));
    return 1;
  });
}
