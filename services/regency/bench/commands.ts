/**
 * How many commands a site takes over HTTP, against a bare Fastify route with the same zod body in the same run. Both
 * answer from a process of their own; this one sends over 32 connections that stay open.
 *
 *   node services/regency/bench/commands.ts
 *
 * Prints a JSON line. Baseline and site take turns; the figures are medians of the rounds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from '@siaga/testkit';

const CONNECTIONS = 32;
const PER_ROUND = 6_000;
const ROUNDS = 5;
const GOAL = 0.5;

const BODY = JSON.stringify({
  hazard: 'flood',
  occurredAt: '2026-02-03T04:05:06Z',
  place: { village: '62.07.05.2025' },
  chronology: 'Air naik cepat sejak subuh, jalan desa terendam, warga mulai mengungsi ke masjid.',
  source: 'Kepala desa',
  figures: [
    { place: '62.07.05.2025', counts: { affectedPersons: 120, displacedPersons: 'pending', dead: 0 } },
  ],
});

interface Target {
  port: number;
  token: string;
  child: ChildProcess;
}

/** `value` and `baseline` are answers a second. */
export async function benchCommands(dir: string): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(dir, 'bench-commands-'));
  const bare = await start('bare', folder);
  const site = await start('site', folder);
  try {
    const rates = { bare: [] as number[], site: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const ofBare = await rate(bare);
      const ofSite = await rate(site);
      if (round === 0) continue; // warms up
      rates.bare.push(ofBare);
      rates.site.push(ofSite);
    }
    const [value, baseline] = [median(rates.site), median(rates.bare)];
    const ratio = value / baseline;
    return [{ name: 'HTTP commands, answers/s', value, baseline, ratio, goal: GOAL, met: ratio >= GOAL }];
  } finally {
    for (const { child } of [bare, site]) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const start = async (kind: 'bare' | 'site', folder: string): Promise<Target> => {
  const child = fork(new URL('commands-server.ts', import.meta.url), [kind, folder]);
  const [{ port, token }] = (await once(child, 'message')) as [{ port: number; token: string }];
  return { port, token, child };
};

const rate = async ({ port, token }: Target): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const send = () =>
    new Promise<void>((done, fail) => {
      const sending = request(
        {
          agent,
          port,
          host: '127.0.0.1',
          path: '/api/v1/incidents',
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(BODY),
            authorization: `Bearer ${token}`,
          },
        },
        (response) => {
          response.resume();
          response.once('end', () => {
            if (response.statusCode === 201) done();
            else fail(new Error(`answered ${response.statusCode}`));
          });
        },
      );
      sending.once('error', fail);
      sending.end(BODY);
    });
  let left = PER_ROUND;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left-- > 0) await send();
    }),
  );
  agent.destroy();
  return (PER_ROUND / (performance.now() - startedAt)) * 1000;
};

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'siaga-bench-'));
  for (const row of await benchCommands(folder)) console.log(JSON.stringify(row));
  rmSync(folder, { recursive: true, force: true });
}
