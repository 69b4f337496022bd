/**
 * The hub's steward: makes the streams of the regencies, and looks after them for as long as it runs. One is enough, also
 * for a hub of three; a second does no harm. Ends with exit code 1 when it can't make them.
 *
 *   node infra/hub/main.ts --servers 127.0.0.1:4222 --seed DIR/seeds/steward.seed --regencies 62.02,62.07 [--replicas 3]
 */
import { parseArgs } from 'node:util';
import { RegencyCode } from '@siaga/domain';
import { connectNats, ensureHub, keepStreams, readSeed } from '@siaga/stream';
import closeWithGrace from 'close-with-grace';
import { z } from 'zod';

const Options = z.object({
  servers: z
    .string()
    .min(1)
    .transform((text) => text.split(',')),
  seed: z.string().min(1),
  regencies: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(RegencyCode)),
  replicas: z.enum(['1', '3']).transform((text) => (text === '3' ? 3 : 1)),
});

const { values } = parseArgs({
  options: {
    servers: { type: 'string' },
    seed: { type: 'string' },
    regencies: { type: 'string' },
    replicas: { type: 'string', default: '1' },
  },
});

try {
  const { servers, seed, regencies, replicas } = Options.parse(values);
  const nc = await connectNats({ servers, name: 'steward', seed: readSeed(seed) });
  await ensureHub(nc, regencies, { replicas });
  console.log(
    `the hub takes in ${regencies.join(', ')}, kept ${replicas === 3 ? 'by three servers' : 'once'}`,
  );
  const steward = keepStreams(() => ensureHub(nc, regencies, { replicas }), {
    onChanged: (streams) => console.log(`made or filled: ${streams.join(', ')}`),
    onProblem: (problem) => console.log(problem ?? 'all streams are looked after again'),
  });
  closeWithGrace(async () => {
    await steward.stop();
    await nc.close();
  });
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
  process.exit(1);
}
